"""Masked forms of names and numbers, as staff screens and papers to others show them."""

from __future__ import annotations

import datetime as dt
import re

_HAN = re.compile("[\u3007\u3400-\u9fff\U00020000-\U0003ffff]")
_LONG = re.compile(
    "[0-9０-９]{4}(?:-[0-9０-９]{4}){2,}(?:-[0-9０-９]{1,4})?|"
    "[0-9０-９](?: ?[0-9０-９]){10,} ?[0-9０-９XxＸｘ]"
)


def mask_number(text: str) -> str:
    """Return an ID or unit number with its first and last four characters (DOMAIN §2.11), two of a
    short one (passport, permit, organisation code): more than half stays hidden."""
    if len(text) <= 8:
        return text[:1] + "*" * max(0, len(text) - 1)
    if len(text) < 15:
        return text[:2] + "*" * (len(text) - 4) + text[-2:]
    return text[:4] + "*" * (len(text) - 8) + text[-4:]


def mask_birth(day: dt.date) -> str:
    """Return a day of birth with its year only: `1994-**-**`."""
    return f"{day.year}-**-**"


def mask_long_numbers(text: str) -> str:
    """Return a text whose runs of twelve or more digits (accounts, IDs) show the last four only,
    also where they are written full width or in groups of four with hyphens."""
    return _LONG.sub(lambda run: f"尾号{re.sub('[ -]', '', run[0])[-4:]}", text)


def mask_phone(text: str) -> str:
    """Return `138****5678`: the first three and the last four digits."""
    if len(text) < 8:
        return "*" * len(text)
    return text[:3] + "*" * (len(text) - 7) + text[-4:]


def mask_address(kind: str, text: str) -> str:
    """Return a telephone number, e-mail address (`z***@a.cn`) or account name, masked."""
    if kind == "EMAIL":
        name, _, host = text.partition("@")
        return f"{name[:1]}***@{host}"
    return mask_phone(text)


def mask_name(text: str) -> str:
    """Return a natural person's name with the family name only: 张某某; of one in letters the first
    of them: J***."""
    if text and not _HAN.search(text):
        return f"{text[:1]}***"
    return text[:1] + "某" * max(1, len(text) - 1) if text else ""
