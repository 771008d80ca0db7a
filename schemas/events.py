"""Events of the desk: durable ones are numbered in the event log, hints carry only the number.

Socket.IO namespace `/desk` (websocket only, the staff session's cookie): the centre emits
`event` (`DeskEvent` as a dict, permission checked for each socket) and the volatile `presence`
(`PresenceOut`). A client that reconnects reads `GET /desk/events.json?since=<seq>` → `EventPage`.
"""

from __future__ import annotations

import msgspec


class DeskEvent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One durable event: `type` in the past tense (`MeasureExecuted`), ids, and a sentence each
    in Chinese and English, masked for the reader. `level`: info, warn or alarm."""

    seq: int
    type: str
    at_ms: int
    case: str | None
    operation: str | None
    device: str | None
    subject: str | None
    text_zh: str
    text_en: str
    level: str = "info"


class EventPage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Events after `since`, ascending, and the number to ask from next."""

    events: list[DeskEvent]
    next_since: int


class PresenceOut(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A device's presence as the wall shows it (see `field_api.Presence`)."""

    device: str
    officer_name: str
    operation: str | None
    at_ms: int
    lat: float | None
    lon: float | None
    accuracy_m: float | None
    battery_percent: int | None
    link: str
    backlog_fragments: int
    backlog_bytes: int
    recording: str | None
    archived_to_ms: int | None
    rendition: int = 1
    drain_s: int | None = None
    mock: bool = False
    battery_left_s: int | None = None
    storage_left_s: int | None = None
    hot_left_s: int | None = None
