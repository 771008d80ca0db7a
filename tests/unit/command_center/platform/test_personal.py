"""Personal data: unreadable without the key, found by exact value, shown masked."""

from __future__ import annotations

import datetime as dt

import pytest

from command_center.platform.masking import mask_birth, mask_name, mask_number, mask_phone
from command_center.platform.personal import PersonalCipher
from schemas.problems import MzError

CIPHER = PersonalCipher(bytes(range(32)))


def test_what_was_encrypted_comes_back_and_never_looks_the_same_twice() -> None:
    first, second = (CIPHER.encrypt("13800010001", "contact.phone") for _ in range(2))
    assert first != second
    assert b"13800010001" not in first
    assert CIPHER.decrypt(first, "contact.phone") == "13800010001"


@pytest.mark.parametrize("at", [0, 1, 13, -1])
def test_a_changed_byte_is_refused(at: int) -> None:
    raw = bytearray(CIPHER.encrypt("13800010001", "contact.phone"))
    raw[at] ^= 1
    with pytest.raises(MzError, match=r"personal\.unreadable"):
        CIPHER.decrypt(bytes(raw), "contact.phone")


def test_another_purpose_or_key_reads_nothing() -> None:
    raw = CIPHER.encrypt("13800010001", "contact.phone")
    with pytest.raises(MzError, match=r"personal\.unreadable"):
        CIPHER.decrypt(raw, "party.id_number")
    with pytest.raises(MzError, match=r"personal\.unreadable"):
        PersonalCipher(bytes(32)).decrypt(raw, "contact.phone")


def test_the_blind_index_finds_equal_values_and_tells_nothing_across_keys() -> None:
    index = CIPHER.blind_index("44010119900101123x", "party.id_number")
    assert index == CIPHER.blind_index(" 44010119900101123X ", "party.id_number")
    assert index != CIPHER.blind_index("44010119900101123x", "contact.phone")
    assert index != PersonalCipher(bytes(32)).blind_index("44010119900101123x", "party.id_number")


@pytest.mark.parametrize(
    ("mask", "text", "shown"),
    [
        pytest.param(mask_number, "440103199001011234", "4401**********1234", id="vector_12"),
        (mask_number, "1234", "1***"),
        (mask_number, "", ""),
        (mask_phone, "13800010001", "138****0001"),
        (mask_phone, "12368", "*****"),
        (mask_name, "张三", "张某"),
        (mask_name, "欧阳明月", "欧某某某"),
        (mask_name, "𠮷野", "𠮷某"),
        (mask_name, "John Smith", "J***"),
        (mask_birth, dt.date(1987, 3, 2), "1987-**-**"),
    ],
)
def test_masks_show_the_ends_only(mask: object, text: str, shown: str) -> None:
    assert mask(text) == shown  # type: ignore[operator]
