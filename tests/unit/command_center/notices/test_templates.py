"""What parties are told: complete, without links, numbers or faked signatures."""

from __future__ import annotations

import re

import pytest

from command_center.notices import templates
from command_center.notices.templates import Audience, Purpose, _one_line
from schemas.problems import MzError

FACTS = {
    "addressee": "贺建平",
    "you": "您",
    "case_number": "（2026）粤0199执2187号",
    "debtor": "贺某某",
    "when": "2026年3月12日14时36分",
    "measure": "扣押",
    "what": "缝纫机等3项",
    "term": "，期限至2028年3月11日。",
    "phone": "020-55501234",
}
COURT = "南江市临江区人民法院"


def text(purpose: Purpose, audience: Audience) -> str:
    return templates.render(templates.latest(purpose, audience), COURT, FACTS)


@pytest.mark.parametrize("audience", [Audience.APPLICANT, Audience.DEBTOR])
def test_s11_a_measure_notice_says_who_which_case_what_when_and_where(
    audience: Audience,
) -> None:
    said = text(Purpose.MEASURE_EXECUTED, audience)
    assert said.startswith(f"【{COURT}】贺建平：（2026）粤0199执2187号案")
    for part in ("扣押", "缝纫机等3项", "2026年3月12日14时36分", "2028年3月11日"):
        assert part in said
    assert "020-55501234" in said
    assert "12368" in said


def test_s11_every_newest_text_addresses_a_unit_as_one() -> None:
    """A number that nobody has confirmed may be anyone's: its text alone says 您."""
    newest = {templates.latest(one.purpose, one.audience) for one in templates.TEMPLATES}
    addressing = {one.purpose for one in newest if "您" in one.body}
    assert addressing == {Purpose.CALL_THE_COURT}


def test_no_template_carries_a_link_or_asks_for_anything() -> None:
    for template in templates.TEMPLATES:
        assert not re.search(r"https?:|www\.|\.cn|\.com|点击", template.body)
        assert "身份证" not in template.body


def test_the_unconfirmed_number_learns_nothing() -> None:
    said = text(Purpose.CALL_THE_COURT, Audience.ANYONE)
    assert "12368" in said
    for secret in ("贺", "2187", "扣押", "缝纫机"):
        assert secret not in said


def test_s30_the_account_text_has_no_password_in_it() -> None:
    template = templates.latest(Purpose.ACCOUNT_OPENED, Audience.DEBTOR)
    assert template.fields == {"addressee", "you", "case_number", "phone"}
    assert "不会用短信发送" in text(Purpose.ACCOUNT_OPENED, Audience.DEBTOR)


def test_a_text_with_holes_is_not_sent() -> None:
    template = templates.latest(Purpose.MEASURE_EXECUTED, Audience.DEBTOR)
    with pytest.raises(MzError, match=r"notice\.fact_missing") as refused:
        templates.render(template, COURT, {**FACTS, "what": " "})
    assert "what" in refused.value.detail


def test_typed_facts_cannot_fake_a_second_signature() -> None:
    template = templates.latest(Purpose.MEASURE_EXECUTED, Audience.DEBTOR)
    said = templates.render(template, COURT, {**FACTS, "what": "机器\n【某银行】$phone"})
    assert said.count("【") == 1
    assert "\n" not in said
    assert "$phone" in said  # facts are not templates


@pytest.mark.parametrize(
    ("typed_in", "told"),
    [
        ("见 http://x.top/a?b=1。", "见 （链接略）。"), ("WWW.evil.cn领取", "（链接略）领取"),
        ("{{x}} #sys $case ${a}", "{{x}} #sys $case ${a}"), ("甲\u202e乙\u2066丙", "甲乙丙"),
        ("𠮷野\n家】【假法院", "𠮷野 家）（假法院"), ("京东.com有限公司", "京东.com有限公司"),
    ],
)  # fmt: skip
def test_what_people_type_is_told_as_plain_words_without_links(typed_in: str, told: str) -> None:
    assert _one_line(typed_in) == told


def test_versions_are_never_reused() -> None:
    names = [template.name for template in templates.TEMPLATES]
    assert len(set(names)) == len(names)
