"""Codes with their words: one base for every state and kind that people read in two languages."""

from __future__ import annotations

from enum import StrEnum


class Worded(StrEnum):
    """Members are written `CODE = "CODE", "中文", "English"`; the code alone is the value."""

    zh: str
    en: str

    def __new__(cls, code: str, zh: str = "", en: str = "") -> Worded:
        member = str.__new__(cls, code)
        member._value_, member.zh, member.en = code, zh, en
        return member
