"""Texts as the SMS network counts them: UCS-2 units, 70 alone or 67 in each part of several."""

from __future__ import annotations

ALONE = 70
IN_PARTS = 67  # a six-byte header takes three of the seventy units


def units(text: str) -> int:
    """Return the length in UTF-16 code units, which is what the network counts."""
    return len(text.encode("utf-16-be")) // 2


def split(text: str) -> list[str]:
    """Return the parts a text is sent in; a character of two units is never torn apart."""
    if units(text) <= ALONE:
        return [text]
    parts: list[str] = []
    part, used = "", 0
    for char in text:
        size = units(char)
        if used + size > IN_PARTS:
            parts.append(part)
            part, used = "", 0
        part += char
        used += size
    return [*parts, part]


def messages(text: str) -> int:
    """Return how many short messages the text costs."""
    size = units(text)
    if size == len(text):  # no character takes two units: every part but the last is full
        return 1 if size <= ALONE else -(-size // IN_PARTS)
    return len(split(text))
