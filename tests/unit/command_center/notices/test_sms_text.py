"""Units of Chinese text messages: 70 alone, 67 in each part of several."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from command_center.notices import sms_text
from command_center.notices.providers.smpp import encode_parts


@pytest.mark.parametrize(
    ("length", "parts"), [(0, 1), (70, 1), (71, 2), (134, 2), (135, 3), (201, 3), (202, 4)]
)
def test_parts_by_length(length: int, parts: int) -> None:
    assert sms_text.messages("法" * length) == parts


def test_the_look_of_75_characters_costs_two() -> None:
    assert sms_text.messages("字" * 75) == 2


def test_a_character_of_two_units_is_not_torn() -> None:
    text = "法" * 66 + "𠮷" + "院" * 10  # U+20BB7 takes two units
    first, second = sms_text.split(text)
    assert first == "法" * 66
    assert second.startswith("𠮷")


@given(st.text(max_size=300))
def test_nothing_is_lost_and_no_part_is_too_long(text: str) -> None:
    text = "".join(char for char in text if not 0xD800 <= ord(char) <= 0xDFFF)
    parts = sms_text.split(text)
    assert "".join(parts) == text
    assert len(parts) == 1 or all(sms_text.units(part) <= sms_text.IN_PARTS for part in parts)


def test_long_messages_carry_a_header_in_each_part() -> None:
    first, second = encode_parts("法" * 100)
    assert first[:3] == second[:3] == b"\x05\x00\x03"
    assert first[3] == second[3]
    assert (first[4:6], second[4:6]) == (b"\x02\x01", b"\x02\x02")
    assert len(first) <= 140
    assert (first[6:] + second[6:]).decode("utf-16-be") == "法" * 100


def test_a_short_message_has_none() -> None:
    assert encode_parts("法院") == ["法院".encode("utf-16-be")]
