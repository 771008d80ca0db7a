"""Case numbers of both generations (案号若干规定; court practice before 2016)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from command_center.cases.number import KINDS, full_width, parse_number
from schemas.problems import MzError


@pytest.mark.parametrize(
    ("text", "court", "type_", "number", "old", "kind"),
    [
        ("(2024)粤0103执123号", "粤0103", "执", 123, False, "ENF_FIRST"),
        ("（2024）粤0103执恢7号", "粤0103", "执恢", 7, False, "ENF_RESUMED"),
        ("(2024)浙1022执保5号之一", "浙1022", "执保", 5, False, "ENF_PRESERVATION"),
        ("(2024) 最高法 执监 9号", "最高法", "执监", 9, False, "ENF_SUPERVISION"),
        ("〔2024〕粤01司惩3号", None, None, None, None, None),
        ("（2014）穗荔法执字第123号", "穗荔法", "执", 123, True, "ENF_FIRST"),
        ("（2014）穗荔法执字第123-1号", "穗荔法", "执", 123, True, "ENF_FIRST"),
        ("（2015）佛城法恢执字第12号", "佛城法", "恢执", 12, True, "ENF_RESUMED"),
        ("（2019）最高法知司惩1号", "最高法知", "司惩", 1, False, "SANCTION"),
        ("（2024）京7101执恢1号", "京7101", "执恢", 1, False, "ENF_RESUMED"),
        ("（2024）粤72执保1号", "粤72", "执保", 1, False, "ENF_PRESERVATION"),
        ("（2013）农八师执字第5号", "农八师", "执", 5, True, "ENF_FIRST"),
        ("（2014）广铁中法执字第12号", "广铁中法", "执", 12, True, "ENF_FIRST"),
        ("（2014）穗荔法执恢字第9号之二", "穗荔法", "执恢", 9, True, "ENF_RESUMED"),
    ],
)
def test_numbers_are_understood_and_written_in_one_form(
    text: str, court: str | None, type_: str, number: int, old: bool, kind: str
) -> None:
    found = parse_number(text)
    assert "（" not in found.text
    assert " " not in found.text
    if court is not None:
        assert (found.court, found.type, found.number) == (court, type_, number)
        assert (found.old, found.kind) == (old, kind)


@pytest.mark.parametrize(
    "text",
    ["", "(0000)粤0103执1号", "(9999)粤0103执1号",
     "2024粤0103执123号", "(24)粤0103执1号", "(2024)粤0103执0号", "(2024)粤0103民初1号",
     "(2024)粤0103执1号之", "(2014)穗荔法执字123号", "(2024)粤0103执123号" * 50,
     f"(2024)粤0103执{'1' * 5_000}号", "(2024)粤0103执1234567890号"],
)  # fmt: skip
def test_what_is_no_case_number_is_refused(text: str) -> None:
    with pytest.raises(MzError, match=r"case\.number_malformed"):
        parse_number(text)


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("（２０２４）粤０１０３执１２３号", "(2024)粤0103执123号"),
        ("【2024】粤0103执123号", "(2024)粤0103执123号"),
        ("[2024] 粤0103 执 123 号", "(2024)粤0103执123号"),
        ("(2024)粤0103执123号之2", "(2024)粤0103执123号之二"),
        ("(2024)粤0103执123号之12", "(2024)粤0103执123号之十二"),
        ("(2024)粤0103执123号之30", "(2024)粤0103执123号之三十"),
        ("(2014)穗荔法执字第00123号", "(2014)穗荔法执字第123号"),
        ("(2012)执复字第5号", "(2012)执复字第5号"),  # the Supreme Court named no court then
        ("(2013)穗中法执复议字第8号", "(2013)穗中法执复议字第8号"),
    ],
)
def test_one_number_is_one_text_however_it_was_typed(typed: str, text: str) -> None:
    assert parse_number(typed).text == text


def test_a_derived_number_names_the_case_that_it_derives_from() -> None:
    derived = parse_number("（2024）粤0103执123号之11")
    assert (derived.sub, derived.base) == ("十一", "(2024)粤0103执123号")
    assert parse_number(derived.base).base == derived.base


_NEW_TYPES = [one for one in KINDS if one not in ("执民", "执行", "执异议", "执复议", "恢执")]
_OLD_TYPES = [one for one in KINDS if one.startswith("执") and one != "执协"]


@given(
    st.integers(2016, 2099),
    st.sampled_from(["粤0103", "京0491", "兵0101", "最高法", "最高法知", "浙10", "粤72", "京73"]),
    st.sampled_from(_NEW_TYPES), st.integers(1, 10**9 - 1), st.integers(0, 99),
)  # fmt: skip
def test_a_number_survives_the_way_to_paper_and_back(
    year: int, court: str, kind: str, number: int, sub: int
) -> None:
    found = parse_number(f"（{year}）{court}{kind}{number}号" + (f"之{sub}" if sub else ""))
    again = parse_number(full_width(found.text))
    assert again == found
    assert (again.year, again.court, again.type, again.number) == (year, court, kind, number)
    assert parse_number(again.base).text == again.base


@given(
    st.integers(1990, 2015), st.sampled_from(["穗荔法", "浙台", "三", "深福法", ""]),
    st.sampled_from(_OLD_TYPES), st.integers(1, 10**6),
)  # fmt: skip
def test_a_number_of_the_old_generation_survives_it_too(
    year: int, court: str, kind: str, number: int
) -> None:
    found = parse_number(f"({year}){court}{kind}字第{number}号")
    assert parse_number(full_width(found.text)) == found
    assert (found.court, found.type, found.number, found.old) == (court, kind, number, True)
