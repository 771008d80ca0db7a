"""Talk on the desk: tickets to speak and to listen, and the list of what was said."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
from flask import render_template, request
from flask.typing import ResponseReturnValue

from command_center.access.guard import database, permits, principal
from command_center.access.headers import allow_microphone
from command_center.desk import show
from command_center.desk.page import blueprint
from command_center.footage.talk import AskTalk, TalkView, sound_ticket, talk_of, talk_ticket
from command_center.operations.service import read_operation
from command_center.operations.views import OperationRow
from command_center.platform.errors import json_response
from command_center.platform.pages import gettext as _
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.sign import decode
from schemas.stream import TalkEnd


class AskSound(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which burst of talk."""

    burst: str


@dataclass(frozen=True)
class TalkShown:
    """A burst as a line."""

    burst: str
    sha256: str
    time: str
    who: str
    to: str
    length: str
    end: str
    closed: bool


@dataclass(frozen=True)
class Addressee:
    """An officer whose device can be spoken to."""

    device: str
    name: str


@dataclass(frozen=True)
class TalkBar:
    """The bar: whom one speaks to; with `device` to that one alone."""

    operation: str
    addressees: tuple[Addressee, ...]
    device: str = ""


def talk_bar(row: OperationRow, device: str = "") -> TalkBar | None:
    """Return the bar for who may speak, where there is a device to hear; the page then may use
    the microphone."""
    found = tuple(
        Addressee(member.device, member.name)
        for member in row.crew
        if member.device is not None and device in ("", member.device)
    )
    if not found or row.state == "CLOSED" or not principal().may("talk:speak"):
        return None
    allow_microphone()
    return TalkBar(row.id, found, device)


def present_talk(talk: TalkView) -> TalkShown:
    """Return a burst in the reader's language."""
    ends = {
        TalkEnd.LIMIT: _("到时自动结束"), TalkEnd.LOST: _("讲话方断线"),
        TalkEnd.OVERRULED: _("指挥中心接管"), TalkEnd.RELAY_ENDED: _("中继中断，已存部分"),
    }  # fmt: skip
    return TalkShown(
        talk.burst,
        talk.sha256,
        show.clock(talk.began_ms),
        talk.speaker,
        "、".join(talk.hearers),
        show.seconds(talk.duration_ms),
        ends.get(TalkEnd(talk.end), ""),
        talk.closed,
    )


def _read(uow: UnitOfWork, who: Principal, operation: str) -> list[TalkView]:
    read_operation(uow, who, operation)
    return talk_of(uow, who, operation)


@blueprint.get("/operations/<operation>/talk")
@permits("operation:read")
def talk(operation: str) -> ResponseReturnValue:
    """Show what was said, a part of the room."""
    found = database().read(_read, principal(), operation)
    return render_template("desk/_talk.html", talk=[present_talk(one) for one in found])


@blueprint.post("/tickets/talk")
@permits("talk:speak")
def speak() -> ResponseReturnValue:
    """Answer with a `RelayPass` to speak: `AskTalk`."""
    message = decode(request.get_data(), AskTalk)
    return json_response(database().run(talk_ticket, principal(), message))


@blueprint.post("/tickets/sound")
@permits("recording:play")
def sound() -> ResponseReturnValue:
    """Answer with a `RelayPass` to the sound of a burst."""
    message = decode(request.get_data(), AskSound)
    return json_response(database().run(sound_ticket, principal(), message.burst))
