"""What a case is found by (issue 5): numbers in part, two characters, initials, both readings."""

from __future__ import annotations

import pytest

from command_center.cases.number import parse_number
from command_center.cases.search_words import of_name, of_number, of_query


def _finds(query: str, *names: str, number: str = "（2024）粤0103执1234号") -> bool:
    """Do in memory what the search does: a word leads here, and every pattern matches."""
    found = [of_number(parse_number(number)), *map(of_name, names)]
    words = frozenset().union(*(one.words for one in found))
    text, asked = "\n".join(one.line for one in found), of_query(query)
    assert "%_" not in "".join(asked.patterns)
    return bool(asked.words) and set(asked.words) <= words and all(
        _like(text, pattern) for pattern in asked.patterns
    )  # fmt: skip


def _like(text: str, pattern: str) -> bool:
    for part in pattern.split("%"):
        at = text.find(part)
        if at < 0:
            return False
        text = text[at + len(part) :]
    return True


@pytest.mark.parametrize(
    "query",
    ["（2024）粤0103执1234号", "(2024) 粤0103执1234", "2024执1234", "执12", "1234", "粤0103",
     "0103", "２０２４ 1234"],
)  # fmt: skip
def test_a_number_is_found_whole_in_part_and_in_any_width(query: str) -> None:
    assert _finds(query)


@pytest.mark.parametrize("query", ["执124", "2023执1234", "（2024）粤0104执1234号", "%", "_", "'"])
def test_another_number_or_a_sign_finds_nothing(query: str) -> None:
    assert not _finds(query)


def test_a_number_of_the_former_generation_is_found() -> None:
    old = "（2014）穗荔法执字第123-1号"
    assert _finds("穗荔法执字第123", number=old)
    assert _finds("法执字", number=old)


@pytest.mark.parametrize(
    "query", ["曾建国", "建国", "zjg", "ZJ", "cjg", "曾建 国华", "abc", "贸易", "gzabcm", "gh mf"]
)
def test_names_are_found_by_two_characters_letters_and_initials(query: str) -> None:
    names = ("曾建国", "广州ABC贸易（国华）有限公司", "国华买买提·艾力")
    if query == "gh mf":
        assert not _finds(query, *names)
    else:
        assert _finds(query, *names)


@pytest.mark.parametrize("query", ["张\u3000三", "张 三", "z s"])
def test_a_name_that_was_spread_is_one_name(query: str) -> None:
    assert _finds(query, "张三")


def test_one_character_looks_nothing_up() -> None:
    assert of_query("曾").words == of_query("z").words == of_query(" （） ").words == ()


@pytest.mark.parametrize("query", ["（2024）粤0103执1234号之二", "2024粤0103执1234号之12"])
def test_the_number_of_a_paper_leads_to_its_case(query: str) -> None:
    assert _finds(query)


@pytest.mark.parametrize("name", ["王\U00020bb7", "王\U00031350"])  # the second newer than Python
def test_a_name_with_a_rare_character_is_found(name: str) -> None:
    assert _finds(name, name)
    assert not _finds("王\U00020bb8", name)


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("南江市恒发五金制品有限公司", "hfwj"),
        ("广东省深圳市南山区恒发五金制品有限公司", "hf"),
        ("内蒙古自治区阿拉善左旗恒发五金", "hfwj"),
        ("中卫市重庆火锅店", "cqhg"),
        ("南江市恒发五金制品有限公司", "njshf"),
    ],
)
def test_a_unit_is_found_by_what_follows_its_place(name: str, query: str) -> None:
    assert _finds(query, name)


def test_a_person_whose_name_holds_the_word_for_a_place_is_found_as_before() -> None:
    assert _finds("oyz", "欧阳州")
    assert not _finds("zm", "欧阳州明")
