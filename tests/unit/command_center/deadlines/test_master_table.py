"""Every row of the master deadline table (DOMAIN §2.3) is a rule, read off by hand."""

from __future__ import annotations

import datetime as dt

import pytest

from command_center.deadlines.rulepack import Duty, law

NOW = dt.date(2026, 3, 1)
COURT, PARTY, WAIT, EFFECT = Duty.COURT, Duty.PARTY, Duty.WAIT, Duty.EFFECT
ROWS = {
    "file_case": ("7 days", COURT), "enforcement_notice": ("10 days", COURT),
    "enforcement_notice_immediate": ("3 days", COURT),
    "property_clue_check": ("7 days", COURT), "property_clue_check_urgent": ("3 days", COURT),
    "report_supplement": ("10 days", PARTY), "close_case": ("6 months", COURT),
    "superior_complaint_6m": ("6 months", PARTY), "objection_register": ("3 days", COURT),
    "objection_decide": ("15 days", COURT), "reconsider_apply": ("10 days", PARTY),
    "reconsider_decide": ("30 days", COURT), "third_party_suit": ("15 days", PARTY),
    "third_party_release": ("7 days", COURT), "change_party": ("60 days", COURT),
    "distribution_objection": ("15 days", PARTY), "distribution_counter": ("15 days", PARTY),
    "distribution_suit": ("15 days", PARTY), "third_debt_reply": ("15 days", PARTY),
    "refprice_start": ("30 days", COURT), "net_inquiry": ("3 days", COURT),
    "appraisal": ("30 days", COURT), "report_to_parties": ("3 days", COURT),
    "report_objection": ("5 days", PARTY), "disposal_start": ("10 days", COURT),
    "price_valid": ("1 years", EFFECT), "auction_notify": ("3 days", COURT),
    "auction_first_movable": ("15 days", WAIT), "auction_first_other": ("30 days", WAIT),
    "auction_second": ("30 days", COURT), "auction_second_movable": ("7 days", WAIT),
    "auction_second_other": ("15 days", WAIT), "auction_resume": ("5 days", COURT),
    "sale_ruling": ("10 days", COURT), "handover": ("15 days", COURT),
    "payout": ("30 days", COURT), "claim_receipt": ("3 days", COURT),
    "notify_money_in": ("5 days", COURT), "notify_money_out": ("5 days", COURT),
    "delegated_file": ("7 days", COURT), "delegated_start": ("15 days", COURT),
    "delegated_report": ("30 days", COURT), "dishonest_delete": ("3 working_days", COURT),
    "dishonest_correct_decide": ("15 days", COURT), "dishonest_correct": ("3 working_days", COURT),
    "dishonest_reconsider_apply": ("10 days", PARTY),
    "dishonest_reconsider_decide": ("15 days", COURT), "exit_ban_review": ("10 days", PARTY),
    "exit_ban_decide": ("15 days", COURT), "zhongben_min": ("3 months", WAIT),
    "zhongben_recheck": ("6 months", COURT), "hearing_announce": ("3 days", COURT),
    "mail_reply": ("3 working_days", COURT), "hotline_reply": ("3 working_days", COURT),
    "public_service": ("30 days", EFFECT), "judgment_online": ("7 days", COURT),
    "apply_enforcement": ("2 years", PARTY), "coercion_reconsider": ("3 days", PARTY),
}  # fmt: skip
EXTENSIONS = {
    "close_case": (6, 3), "reconsider_decide": (30, 1), "change_party": (60, 1),
    "net_inquiry": (3, 1), "appraisal": (15, 2),
}  # fmt: skip


@pytest.mark.parametrize("key", sorted(ROWS))
def test_s16_each_row_has_its_length_its_duty_a_start_and_a_source(key: str) -> None:
    found = law().rule(key, NOW)
    rule = found.rule
    assert (f"{rule.count} {rule.unit}", rule.duty) == ROWS[key]
    assert all((rule.starts_zh, rule.starts_en, found.sources))
    assert (rule.extension_count, rule.extension_times) == EXTENSIONS.get(key, (0, 0))
    assert rule.verified or "待核" in rule.verified_by


def test_no_rule_is_beside_the_table() -> None:
    assert {found.rule.key for found in law().rules(NOW)} == set(ROWS)


def test_what_does_not_count_is_what_the_table_says() -> None:
    excluded = {key: law().rule(key, NOW).rule.excluded for key in ROWS}
    assert excluded["close_case"] == ("中止执行期间",)
    assert set(excluded["superior_complaint_6m"]) == {
        "公告期间", "鉴定评估期间", "管辖争议期间", "执行争议协调期间", "暂缓执行期间",
        "中止执行期间",
    }  # fmt: skip
    assert set(excluded["appraisal"]) == {"暂缓执行期间", "中止执行期间"}
