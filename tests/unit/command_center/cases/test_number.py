"""Case numbers of both generations (案号若干规定; court practice before 2016)."""

from __future__ import annotations

import pytest

from command_center.cases.number import parse_number
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
    ["", "2024粤0103执123号", "(24)粤0103执1号", "(2024)粤0103执0号", "(2024)粤0103民初1号",
     "(2024)粤0103执1号之", "(2014)穗荔法执字123号", "(2024)粤0103执123号" * 50],
)  # fmt: skip
def test_what_is_no_case_number_is_refused(text: str) -> None:
    with pytest.raises(MzError, match=r"case\.number_malformed"):
        parse_number(text)
