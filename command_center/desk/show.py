"""How the desk writes times, lengths, amounts and words in the reader's language."""

from __future__ import annotations

import datetime as dt

from command_center.access.permissions import ROLE_NAMES, Role
from command_center.cases.number import full_width
from command_center.cases.views import PartyView
from command_center.cases.words import ID_KINDS
from command_center.platform.pages import gettext as _
from command_center.platform.pages import is_english
from schemas.measures.people import ATTENDEE_WORDS, AttendeeKind, attendee_code
from schemas.records import Attendee
from schemas.time import court_time

_WEEKDAYS = ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日")
_FEW_SECONDS_MS = 60_000


def pick(zh: str, en: str) -> str:
    """Return the text in the reader's language; words of the rooms begin small in English."""
    return en[:1].upper() + en[1:] if is_english() else zh


def identity(party: PartyView) -> str:
    """Return the masked number of a party with the word of its document, and the year of birth
    where the number does not hold it: `护照 E1*****78 · 出生 1994-**-**`."""
    named = party.id_kind in ID_KINDS and party.id_masked
    number = f"{pick(*ID_KINDS[party.id_kind])} {party.id_masked}" if named else party.id_masked
    born = _("出生 %(day)s", day=party.birth_masked) if party.birth_masked else ""
    return " · ".join(filter(None, (number, born)))


def clock(ms: int | None) -> str:
    """Return `14:36:52`, or an empty text for no time."""
    return court_time(ms).strftime("%H:%M:%S") if ms is not None else ""


def minute(ms: int | None) -> str:
    """Return `14:36`, or an empty text for no time."""
    return court_time(ms).strftime("%H:%M") if ms is not None else ""


def moment(ms: int | None) -> str:
    """Return `2026-03-12 14:36`, or a dash for no time."""
    return court_time(ms).strftime("%Y-%m-%d %H:%M") if ms is not None else "—"


def moment_second(ms: int | None) -> str:
    """Return `2026-03-12 14:36:52`, or a dash for no time."""
    return court_time(ms).strftime("%Y-%m-%d %H:%M:%S") if ms is not None else "—"


def day(ms: int | None) -> str:
    """Return `2026-03-12`, or a dash for no time."""
    return court_time(ms).strftime("%Y-%m-%d") if ms is not None else "—"


def long_day(ms: int) -> str:
    """Return `2026年3月12日 星期四` or `Thursday 12 March 2026`."""
    at = court_time(ms)
    if is_english():
        return f"{at:%A} {at.day} {at:%B %Y}"
    return f"{at.year}年{at.month}月{at.day}日 {weekday(at)}"


def trace_time(ms: int) -> str:
    """Return `03-12 14:36:52`: what is told of over days."""
    return court_time(ms).strftime("%m-%d %H:%M:%S")


def named_day(at: dt.date) -> str:
    """Return `2026-03-12 星期四` or `2026-03-12, Thursday`."""
    return f"{at.isoformat()}, {weekday(at)}" if is_english() else f"{at.isoformat()} {weekday(at)}"


def named_moment(ms: int) -> str:
    """Return `2026-03-12 星期四 14:36` or `2026-03-12, Thursday, 14:36`."""
    joined = ", " if is_english() else " "
    return f"{named_day(court_time(ms).date())}{joined}{minute(ms)}"


def weekday(at: dt.date) -> str:
    """Return `星期四` or `Thursday`."""
    return f"{at:%A}" if is_english() else _WEEKDAYS[at.weekday()]


def length(ms: int) -> str:
    """Return `01:32:40`."""
    seconds = max(0, ms) // 1000
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def seconds(ms: int) -> str:
    """Return `71 秒` below a minute, else `3 分 20 秒`; tenths below ten seconds."""
    if ms < _FEW_SECONDS_MS:
        amount = f"{ms / 1000:.1f}" if ms < 10_000 else str(round(ms / 1000))
        return _("%(n)s 秒", n=amount)
    return _("%(m)d 分 %(s)d 秒", m=ms // 60_000, s=ms // 1000 % 60)


def span(seconds: int) -> str:
    """Return `25 分` below an hour, else `1 小时 30 分`: how long something lasts."""
    minutes = max(0, seconds) // 60
    if minutes < 60:
        return _("%(m)d 分", m=minutes)
    return _("%(h)d 小时 %(m)d 分", h=minutes // 60, m=minutes % 60)


def size(count: int) -> str:
    """Return a number of bytes as `312 MB`."""
    if count < 1_000_000:
        return f"{-(-count // 1000)} KB"
    return f"{count / 1_000_000:.1f} MB" if count < 10_000_000 else f"{count // 1_000_000} MB"


def role(code: str) -> str:
    """Return the word of a staff role."""
    return pick(*ROLE_NAMES[Role(code)]) if code in Role.__members__ else code


def case_number(text: str) -> str:
    """Return a case number with the full-width brackets that papers and pages use."""
    return full_width(text)


def fingerprint_text(digest: str) -> str:
    """Return the first sixteen hex characters in groups of four: `C07E 19B4 5AD2 83F1`."""
    head = digest[:16].upper()
    return " ".join(head[at : at + 4] for at in range(0, len(head), 4))


def attendee(one: Attendee) -> str:
    """Return who somebody present is, with his name."""
    code = attendee_code(one.kind)
    known = code in AttendeeKind.__members__
    return f"{pick(*ATTENDEE_WORDS[AttendeeKind(code)]) if known else one.kind} {one.name}"
