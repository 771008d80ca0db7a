"""Alarms: warnings of this shift that nothing has settled, and what is broken until it works."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from command_center.access.guard import principal
from command_center.desk import show
from command_center.desk.events import level_class
from command_center.platform import event_log
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.events import DeskEvent

SHIFT_MS = 8 * 3_600_000
_SETTLED_BY = {
    "RelaySilent": "RelayBack",
    "DomainUnavailable": "DomainBack",
    "RelayDiskFull": "RelaySpaceBack",
    "RelaySpaceLow": "RelaySpaceBack",
    "DeviceDisconnected": "DeviceConnected",
    "ExhibitLate": "ExhibitsStored",
    "NoticeLate": "NoticeDelivered",
    "ArchiveLate": "ArchiveCaughtUp",
    "SosRaised": "SosEnded",
    "SosUnderDuress": "SosEnded",
    "SilenceOverdue": "SilenceEnded",
    "OrderUnanswered": "OrderReceived",
    "HoldPlaced": "HoldLifted",
    "QuarantineFailed": "QuarantineTaken",
    "FootageOpeningAsked": "FootageOpeningAnswered",
}
"""What ends an alarm: a later event of this type about the same thing."""


_STANDING = frozenset({"RelaySilent", "DomainUnavailable", "RelayDiskFull", "RelaySpaceLow"})
"""What is broken for every shift until it is settled."""


@dataclass(frozen=True)
class Alarm:
    """Something that wants a person."""

    level: str
    icon: str
    title: str
    text: str
    time: str
    url: str


def alarm_events(uow: UnitOfWork, who: Principal) -> list[DeskEvent]:
    """Return the newest warning of each type about each thing, of this shift or standing, and what
    came since that may settle it; newest first."""
    session, may = uow.session, who.permissions
    found = event_log.warnings_since(session, may, uow.now_ms - SHIFT_MS)
    found += event_log.newest_of(session, may, _STANDING)
    if found:
        since_ms, things = min(one.at_ms for one in found), {event_log.about(one) for one in found}
        ends = {_SETTLED_BY[one.type] for one in found if one.type in _SETTLED_BY}
        found += event_log.newest_of(session, may, ends, since_ms, things)
    return sorted({one.seq: one for one in found}.values(), key=lambda one: -one.seq)


def unsettled(found: list[DeskEvent], at_ms: int) -> list[DeskEvent]:
    """Return the newest warning of each thing, unless a later event settled it. `found` is newest
    first. Pure."""
    settled: set[tuple[str, str]] = set()
    warnings: dict[tuple[str, str], DeskEvent] = {}
    ends = set(_SETTLED_BY.values())
    for event in found:
        about = event_log.about(event)
        if event.type in ends:
            settled.add((event.type, about))
        is_past = at_ms - event.at_ms > SHIFT_MS and event.type not in _STANDING
        if level_class(event.level) == "info" or is_past:
            continue
        if (_SETTLED_BY.get(event.type, ""), about) not in settled:
            warnings.setdefault((event.type, about), event)
    return list(warnings.values())


def open_alarms(found: list[DeskEvent], at_ms: int) -> list[Alarm]:
    """Return the alarms in the reader's language, danger before caution."""
    alarms = [_present(event) for event in unsettled(found, at_ms)]
    return sorted(alarms, key=lambda alarm: alarm.level != "bad")


def _present(event: DeskEvent) -> Alarm:
    url = url_for("desk.wall")
    if event.operation is not None:
        url = url_for("desk.operation", operation=event.operation)
    elif event.case is not None:
        url = url_for("desk.case", case=event.case)
    elif event.device is not None and principal().may("device:read"):
        url = url_for("desk.spotlight", device=event.device)
    level = level_class(event.level)
    icon = "alert-triangle" if level == "bad" else "alert-circle"
    separator = "：" if show.pick("：", ":") == "：" else ": "
    title, found, rest = show.pick(event.text_zh, event.text_en).partition(separator)
    return Alarm(level, icon, title, rest if found else "", show.minute(event.at_ms), url)
