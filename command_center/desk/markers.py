"""Markers on the desk: the list that seeks, and the form that sets one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from command_center.access.guard import database, permits, principal
from command_center.desk import show
from command_center.desk.awaiting import await_footage
from command_center.desk.page import blueprint
from command_center.footage.marking import mark_footage
from command_center.measures.receipts import out_of_quarantine
from command_center.operations.markers import (
    WORDS,
    MarkerView,
    NewMarker,
    markers_of,
    set_marker,
)
from command_center.operations.service import read_operation
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.problems import Kind, MzError


@dataclass(frozen=True)
class MarkerShown:
    """A marker as a line; a click seeks to `at_ms`."""

    id: str
    at_ms: int
    time: str
    kind: str
    text: str
    name: str
    by_device: bool
    apart: bool


def present_marker(marker: MarkerView, apart: Collection[str]) -> MarkerShown:
    """Return a marker in the reader's language. apart: records out of quarantine."""
    kind = show.pick(marker.kind_zh, marker.kind_en)
    return MarkerShown(
        marker.id, marker.at_ms, show.clock(marker.at_ms), kind, marker.text, marker.name,
        marker.by_device, marker.id in apart,
    )  # fmt: skip


def kinds() -> list[tuple[str, str]]:
    """Return the kinds of markers, code and word, for a form."""
    return [(kind.value, show.pick(*words)) for kind, words in WORDS.items()]


def _read(
    uow: UnitOfWork, who: Principal, operation: str
) -> tuple[list[MarkerView], frozenset[str]]:
    read_operation(uow, who, operation)
    return markers_of(uow, operation), out_of_quarantine(uow, operation)


@blueprint.get("/operations/<operation>/markers")
@permits("operation:read")
def markers(operation: str) -> ResponseReturnValue:
    """Show the markers, a part of the room."""
    found, apart = database().read(_read, principal(), operation)
    return render_template(
        "desk/_markers.html", markers=[present_marker(one, apart) for one in found]
    )


@blueprint.post("/operations/<operation>/markers")
@permits("marker:set")
def mark(operation: str) -> ResponseReturnValue:
    """Set a marker now, or at `at_ms` of the recording that is looked at; go back to that page."""
    at, recording = request.form.get("at_ms", ""), request.form.get("recording") or None
    if at and (not at.isdecimal() or len(at) > 15):
        raise MzError("marker.malformed", Kind.INVALID, "at_ms is a number")
    message = NewMarker(
        operation,
        request.form.get("kind", "important"),
        request.form.get("text", ""),
        int(at) if at else None,
        recording,
    )
    if recording is None:
        database().run(set_marker, principal(), message)
    else:
        await_footage(recording)
        database().run(mark_footage, principal(), message)
    device = request.form.get("device", "")
    if device:
        return redirect(url_for("desk.spotlight", device=device), 303)
    if recording is not None:
        return redirect(url_for("desk.recording", recording=recording), 303)
    return redirect(url_for("desk.operation", operation=operation), 303)
