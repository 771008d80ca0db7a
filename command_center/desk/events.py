"""The event feed: what a page shows at first, and the numbered log that clients read again."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request
from flask.typing import ResponseReturnValue

from command_center.access.guard import database, permits, principal
from command_center.desk import show
from command_center.desk.page import blueprint
from command_center.platform import event_log
from command_center.platform.errors import json_response
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.events import DeskEvent, EventPage
from schemas.problems import Kind, MzError

_ICONS = (
    ("Measure", "lock"), ("Notice", "send"), ("Order", "message-2"), ("Task", "list-check"),
    ("Recording", "video"), ("Footage", "video"), ("Part", "video"), ("Device", "device-mobile"),
    ("Conflict", "alert-triangle"), ("Chain", "alert-triangle"), ("Exhibit", "camera"),
    ("Relay", "access-point-off"), ("Operation", "broadcast"), ("Crew", "broadcast"),
    ("Act", "broadcast"), ("Talk", "microphone"), ("Import", "upload"),
)  # fmt: skip
_SHOWN = 40


@dataclass(frozen=True)
class EventShown:
    """A line of the feed in the reader's language."""

    seq: int
    type: str
    time: str
    icon: str
    text: str
    level: str


def level_class(level: str) -> str:
    """Return the colour class of an event's level: `info`, `warn` or `bad`."""
    return {"warn": "warn", "alarm": "bad"}.get(level, "info")


def present(event: DeskEvent) -> EventShown:
    """Return an event as a line of the feed."""
    icon = next((icon for head, icon in _ICONS if event.type.startswith(head)), "activity")
    text = show.pick(event.text_zh, event.text_en)
    return EventShown(
        event.seq, event.type, show.clock(event.at_ms), icon, text, level_class(event.level)
    )


def recent(
    uow: UnitOfWork, who: Principal, operation: str | None = None, case: str | None = None
) -> list[DeskEvent]:
    """Return the newest events that the reader may see, of one operation or case or of all."""
    narrowed = operation is not None or case is not None
    found = event_log.recent(uow.session, who.permissions, 400 if narrowed else _SHOWN)
    mine = [
        event
        for event in found
        if (operation is None or event.operation == operation)
        and (case is None or event.case == case)
    ]
    return mine[:_SHOWN]


def _page(uow: UnitOfWork, who: Principal, since: int) -> EventPage:
    return event_log.page_since(uow.session, since, who.permissions)


@blueprint.get("/events.json")
@permits("event:read")
def events_json() -> ResponseReturnValue:
    """Answer `?since=SEQ` with an `EventPage`: hints may be lost, this may not."""
    text = request.args.get("since", "0")
    if not text.isdecimal() or len(text) > 18:
        raise MzError("message.malformed", Kind.INVALID, "since is a number")
    return json_response(database().read(_page, principal(), int(text)))
