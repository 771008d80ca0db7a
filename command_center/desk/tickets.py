"""Tickets to the relay for the page's scripts: live pictures, archived recordings, packages."""

from __future__ import annotations

import msgspec
from flask import request
from flask.typing import ResponseReturnValue

from command_center.access.guard import database, permits, principal
from command_center.desk.awaiting import await_footage
from command_center.desk.page import blueprint
from command_center.footage.bundle import request_bundle
from command_center.footage.clip import AskClip, request_clip
from command_center.footage.derive import AskDerived, request_derived
from command_center.footage.films import request_films
from command_center.footage.private_exhibits import exhibit_ticket
from command_center.footage.service import play_ticket, still_ticket, watch_ticket
from command_center.platform.errors import json_response
from command_center.quarantine.films import examine_ticket
from schemas.sign import decode


class AskWatch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which device's live pictures."""

    device: str


class AskPlay(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which archived recording."""

    recording: str


class AskExhibit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which exhibit of which act's record: a measure, or a receipt of papers served."""

    act: str
    sha256: str


class AskExamine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which part of footage in the quarantine."""

    part: str


@blueprint.post("/tickets/watch")
@permits("live:watch")
def watch() -> ResponseReturnValue:
    """Answer with a `RelayPass` to a device's live pictures."""
    message = decode(request.get_data(), AskWatch)
    return json_response(database().run(watch_ticket, principal(), message.device))


@blueprint.post("/tickets/play")
@permits("recording:play")
def play() -> ResponseReturnValue:
    """Answer with a `RelayPass` to an archived recording."""
    message = decode(request.get_data(), AskPlay)
    return json_response(database().run(play_ticket, principal(), message.recording))


@blueprint.post("/tickets/exhibit")
@permits("recording:play")
def exhibit() -> ResponseReturnValue:
    """Answer with a `RelayPass` to an exhibit of an act: `AskExhibit`."""
    message = decode(request.get_data(), AskExhibit)
    return json_response(database().run(exhibit_ticket, principal(), message.act, message.sha256))


@blueprint.post("/tickets/quarantine")
@permits("quarantine:ask")
def examine() -> ResponseReturnValue:
    """Answer with a `RelayPass` to a part of footage in the quarantine: `AskExamine`."""
    message = decode(request.get_data(), AskExamine)
    return json_response(database().run(examine_ticket, principal(), message.part))


@blueprint.post("/tickets/still")
@permits("recording:play")
def still() -> ResponseReturnValue:
    """Answer with a `RelayPass` to take a picture of what is live."""
    message = decode(request.get_data(), AskPlay)
    await_footage(message.recording)
    return json_response(database().run(still_ticket, principal(), message.recording))


@blueprint.post("/tickets/clip")
@permits("recording:export")
def clip() -> ResponseReturnValue:
    """Answer with a `RelayPass` to take a recording or a clip of it: `AskClip`."""
    message = decode(request.get_data(), AskClip)
    return json_response(database().run(request_clip, principal(), message))


@blueprint.post("/operations/<operation>/bundle")
@permits("recording:export")
def export_bundle(operation: str) -> ResponseReturnValue:
    """Answer with an `ExportPass`: the browser posts its request to the relay and saves the zip."""
    return json_response(database().run(request_bundle, principal(), operation))


@blueprint.post("/operations/<operation>/films")
@permits("recording:export")
def export_films(operation: str) -> ResponseReturnValue:
    """Answer with an `ExportPass`: the browser posts its order to the relay and saves the zip."""
    return json_response(database().run(request_films, principal(), operation))


@blueprint.post("/tickets/derived")
@permits("recording:export")
def derived() -> ResponseReturnValue:
    """Answer with an `ExportPass` to a copy for a named viewer: `AskDerived`."""
    message = decode(request.get_data(), AskDerived)
    return json_response(database().run(request_derived, principal(), message))
