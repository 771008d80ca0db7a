"""Amounts as people type them: grouped by three digits or not at all."""

from __future__ import annotations

import pytest

from schemas.money import read_yuan


@pytest.mark.parametrize(
    ("typed", "fen"),
    [("1,234.5", 123_450), ("1，234，567", 123_456_700), ("¥12,345元", 1_234_500),
     ("9999999999999.99", 999_999_999_999_999), ("9,999,999,999,999.99", 999_999_999_999_999)],
)  # fmt: skip
def test_an_amount_is_read_in_groups_of_three(typed: str, fen: int) -> None:
    assert read_yuan(typed) == fen


@pytest.mark.parametrize(
    "typed", ["1,23", "12,3456", "1,2,3", ",123", "1,,234", "1234,567", "1,234,"]
)
def test_a_comma_in_another_place_is_no_group(typed: str) -> None:
    with pytest.raises(ValueError, match="not an amount"):
        read_yuan(typed)
