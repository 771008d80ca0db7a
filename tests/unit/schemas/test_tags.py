"""U5: numbers of seal tags are made anywhere, read however they were typed, tied to their case."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.measures.forms import FORMS, lacking, readable, stored
from schemas.measures.tags import MOST_TAGS, Tag, new_tag, read_tags, tag_link
from schemas.records import FieldAct

CASE = "（2026）粤0199执3061号"


def test_u5_a_tag_is_of_its_case_however_the_number_is_written() -> None:
    tag = new_tag(CASE)
    assert tag.belongs_to("(2026)粤0199执3061号")
    assert not tag.belongs_to("（2026）粤0199执3062号")
    wrong = "0" if tag.check[-1] != "0" else "1"
    assert not Tag(tag.number, tag.check[:-1] + wrong).belongs_to(CASE)


def test_u5_no_two_tags_have_one_number() -> None:
    assert len({new_tag(CASE).number for _ in range(500)}) == 500


@pytest.mark.parametrize(
    "typed",
    [
        "9F3A7C21E04B-5D1C02",
        " 9f3a 7c21 e04b 5d1c02 ",
        "9F3A-7C21-E04B-5D1C02",
        "https://court.example/portal/tags/9F3A7C21E04B-5D1C02",
    ],
)
def test_u5_a_tag_is_read_as_typed_or_scanned(typed: str) -> None:
    tag = Tag("9F3A7C21E04B", "5D1C02")
    assert read_tags(typed) == [tag]
    assert read_tags(f"{typed}，{typed}") == [tag, tag]
    assert stored("seal_tags", typed) == tag.text
    assert read_tags(tag_link("https://court.example/", tag)) == [tag]


@pytest.mark.parametrize("typed", ["9F3A7C21E04B", "入户门", "9F3A7C21E04B-5D1C02x", "9" * 18])
def test_u5_what_is_no_tag_is_not_taken_for_one(typed: str) -> None:
    assert read_tags(typed) is None
    assert stored("seal_tags", typed) is None
    assert not readable("seal_tags", typed)


def test_u5_an_act_names_so_many_tags_at_most() -> None:
    one = "9F3A7C21E04B-5D1C02 "
    assert len(read_tags(one * MOST_TAGS) or []) == MOST_TAGS
    assert read_tags(one * (MOST_TAGS + 1)) is None


@given(st.text(max_size=200))
def test_u5_any_text_is_read_or_refused(typed: str) -> None:
    found = read_tags(typed)
    assert found is None or all(read_tags(tag.text) == [tag] for tag in found)


def test_u5_a_tag_named_twice_is_told() -> None:
    def lacks(tags: str) -> list[str]:
        body = FieldAct("seal_movables", 1, 1, 1, "", {"seal_tags": tags}, [])
        return lacking(FORMS["seal_movables"], body)

    assert "tag_twice" in lacks("9F3A7C21E04B-5D1C02 9F3A7C21E04B-5D1C02")
    assert "tag_twice" not in lacks("9F3A7C21E04B-5D1C02 AF3A7C21E04B-5D1C02")
