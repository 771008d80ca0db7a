"""Which state may follow which (DOMAIN §5.1), with the grounds of the law."""

from __future__ import annotations

from command_center.cases.words import CASE_STATES
from command_center.closing.rules import CLOSE_KINDS, EXCLUDING, FOLLOWING, GROUNDS, steps_from
from command_center.deadlines.rulepack import law


def test_every_state_is_reached_and_only_a_closed_case_stays() -> None:
    assert set(FOLLOWING) == set(CASE_STATES)
    reached = {after for following in FOLLOWING.values() for after in following}
    assert reached == set(CASE_STATES) - {"ACCEPTED"}
    assert [state for state, following in FOLLOWING.items() if not following] == ["CLOSED"]


def test_the_law_names_five_grounds_of_a_stay_and_six_of_termination() -> None:
    assert len(GROUNDS["SUSPENDED"]) == 5
    assert len(GROUNDS["TERMINATED"]) == 6
    kinds = {step.close_kind for step in steps_from("IN_PROGRESS") if step.state == "CLOSED"}
    assert kinds == set(CLOSE_KINDS)
    codes = [step.code for step in steps_from("IN_PROGRESS")]
    assert len(set(codes)) == len(codes)
    assert "SUSPENDED//OBJECTION" in codes
    assert "CLOSED/FULLY_ENFORCED/" in codes


def test_days_of_a_stay_are_a_ground_of_the_rule_packs() -> None:
    assert set(EXCLUDING.values()) <= set(law().grounds())
