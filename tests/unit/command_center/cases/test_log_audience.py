"""Who reads which lines of the enforcement log (S-17): what is not named is not seen."""

from __future__ import annotations

import pytest

from command_center.cases.log import LogLine
from command_center.cases.log_audience import ACT_WORDS, Audience, public_word, seen_by


def _line(seq: int, act: str, corrects: int | None = None) -> LogLine:
    return LogLine("case", seq, act, f"line {seq}", seq=seq, corrects=corrects)


def _acts(audience: Audience, *lines: LogLine) -> list[str]:
    return [line.act for line in seen_by(audience, lines)]


@pytest.mark.parametrize(
    ("act", "officer", "party", "public"),
    [
        ("SEAL", True, True, True),
        ("FREEZE", True, True, True),
        ("DETAIN", True, True, False),
        ("STATE", True, True, True),
        ("RECEIPT", True, True, False),
        ("PARTY", True, True, False),
        ("STEP_ON_SCENE", True, True, False),
        ("STEP_DEPARTED", True, False, False),
        ("NOTE", True, False, False),
        ("THING", True, False, False),
        ("INQUIRE", True, False, False),
        ("PRIVATE", True, False, False),
        ("CONTACT", False, False, False),
        ("HOLD", False, False, False),
        ("PAPER", False, False, False),
        ("SOMETHING_NEW", True, False, False),
    ],
)
def test_s17_each_act_for_each_audience(act: str, officer: bool, party: bool, public: bool) -> None:
    assert _acts(Audience.DESK, _line(1, act)) == [act]
    for audience, seen in (
        (Audience.OFFICER, officer), (Audience.PARTY, party), (Audience.PUBLIC, public),
    ):  # fmt: skip
        assert _acts(audience, _line(1, act)) == ([act] if seen else []), audience


def test_a_correction_is_seen_where_what_it_sets_right_is() -> None:
    lines = (
        _line(1, "NOTE"), _line(2, "CORRECTION", 1), _line(3, "SEAL"), _line(4, "CORRECTION", 3),
        _line(5, "CORRECTION", 4), _line(6, "CORRECTION", 99),
    )  # fmt: skip
    assert [line.seq for line in seen_by(Audience.PARTY, lines)] == [3, 4, 5]
    assert [line.seq for line in seen_by(Audience.OFFICER, lines)] == [1, 2, 3, 4, 5]


def test_the_public_learns_a_word_for_everything_it_sees() -> None:
    seen = [line for act in ACT_WORDS for line in seen_by(Audience.PUBLIC, [_line(1, act)])]
    assert seen
    assert [line.act for line in seen if not all(public_word(line))] == []
