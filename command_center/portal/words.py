"""Words and days in the reader's language."""

from __future__ import annotations

import datetime as dt

from command_center.disclosure.document import Text
from command_center.platform.pages import is_english
from schemas.time import court_time


def text_of(text: Text) -> str:
    """Return a text of a document; English begins with a capital."""
    return text.en[:1].upper() + text.en[1:] if is_english() else text.zh


def day_of(ms: int) -> str:
    """Return the day of a moment at the court."""
    at = court_time(ms)
    return f"{at.day} {at:%B %Y}" if is_english() else f"{at.year}年{at.month}月{at.day}日"


def minute_of(ms: int) -> str:
    """Return a moment at the court to the minute."""
    return f"{day_of(ms)} {court_time(ms):%H:%M}"


def iso_day(text: str) -> str:
    """Return an ISO day in words, another text as it is."""
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return text
    return f"{day.day} {day:%B %Y}" if is_english() else f"{day.year}年{day.month}月{day.day}日"
