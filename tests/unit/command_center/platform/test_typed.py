"""What people type: read once, and what is none is refused with its code."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from command_center.platform import typed
from schemas.money import yuan_text
from schemas.problems import MzError


@given(st.integers(0, 10**14))
def test_an_amount_reads_back_as_it_was_written(fen: int) -> None:
    assert typed.fen(yuan_text(fen)) == fen


@given(st.text(max_size=30))
def test_no_text_breaks_the_readers(text: str) -> None:
    for reader in (typed.day, typed.fen, typed.whole):
        with contextlib.suppress(MzError):
            reader(text)
    assert "\n" not in typed.line(text)


@pytest.mark.parametrize("text", ["", "1.234", "-1", "1e3", "十", "1.", "99999999999999"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(MzError, match=r"form\.amount_malformed"):
        typed.fen(text)


@pytest.mark.parametrize("text", ["2026-02-30", "0001-01-01", "2026/01/01", "9999-12-31"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(MzError, match=r"form\.day_malformed"):
        typed.day(text)


@pytest.mark.parametrize("name", ["王䶮", "李\U00031350", "赵\ue832"])
def test_no_rare_character_of_a_name_is_lost_in_silence(name: str) -> None:
    assert typed.line(f" {name}\x07\u200b ") == name
