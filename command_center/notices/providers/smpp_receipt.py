"""Status reports of SMPP 3.4: from the optional parameters, or from the customary text
`id:… sub:… dlvrd:… submit date:… done date:… stat:DELIVRD err:…` (SMPP 3.4, appendix B)."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re

from command_center.notices.states import NoticeState
from schemas.time import COURT_ZONE, to_ms

_STATES: dict[str, NoticeState] = {
    "DELIVRD": NoticeState.DELIVERED,
    "EXPIRED": NoticeState.EXPIRED,
    "DELETED": NoticeState.PERM_FAIL,
    "UNDELIV": NoticeState.PERM_FAIL,
    "REJECTD": NoticeState.REFUSED,
    "ACCEPTD": NoticeState.SENT,
    "ENROUTE": NoticeState.SENT,
    "UNKNOWN": NoticeState.SENT,
}
_BY_NUMBER = {
    1: "ENROUTE",
    2: "DELIVRD",
    3: "EXPIRED",
    4: "DELETED",
    5: "UNDELIV",
    6: "ACCEPTD",
    7: "UNKNOWN",
    8: "REJECTD",
}
_ID = re.compile(r"\bid:(\S+)", re.IGNORECASE)
_STAT = re.compile(r"\bstat:(\w+)", re.IGNORECASE)
_ERR = re.compile(r"\berr:(\w+)", re.IGNORECASE)
_DONE = re.compile(r"\bdone date:(\d{10}(?:\d{2})?)", re.IGNORECASE)


@dataclasses.dataclass(frozen=True)
class StatusReport:
    """What a report says: the message, the network's word, its meaning, when it was done."""

    message_id: str
    code: str
    state: NoticeState
    at_ms: int | None


def parse(text: str, message_id: str | None, number: int | None) -> StatusReport | None:
    """Return the report, optional parameters first; None when it names no message or state.

    text: the short message; message_id, number: `receipted_message_id`, `message_state`.
    """
    found_id = message_id or _first(_ID, text)
    word = _BY_NUMBER.get(number or 0) or _first(_STAT, text).upper()[:7]
    if not found_id or word not in _STATES:
        return None
    error = _first(_ERR, text)
    code = f"{word} err:{error}" if error and error.strip("0") else word
    return StatusReport(found_id.strip(), code, _STATES[word], _done_ms(text))


def _first(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found.group(1) if found else ""


def _done_ms(text: str) -> int | None:
    """The done date is the SMSC's local time; the court's zone is the one it serves."""
    digits = _first(_DONE, text)
    if not digits:
        return None
    form = "%y%m%d%H%M%S" if len(digits) == 12 else "%y%m%d%H%M"
    try:
        return to_ms(dt.datetime.strptime(digits, form).replace(tzinfo=COURT_ZONE))
    except ValueError:
        return None
