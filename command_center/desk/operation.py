"""An operation's room: pictures, timeline, crew, orders, measures, notices, steps."""

from __future__ import annotations

from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from command_center.access.guard import database, permits, principal
from command_center.desk import events, show, tiles
from command_center.desk.acts import MeasureShown, present_measure
from command_center.desk.departures import present_departure
from command_center.desk.footage_spans import operation_spans
from command_center.desk.integrity import present_value
from command_center.desk.markers import kinds, present_marker
from command_center.desk.orders import present_order
from command_center.desk.page import blueprint, render
from command_center.desk.private import present_private
from command_center.desk.proof import LookShown, Proof, present_look, present_proof
from command_center.desk.recordings import RecordingShown, present_recording
from command_center.desk.room_facts import RoomFacts, open_room, read_room
from command_center.desk.room_timeline import coverage, room_timeline, room_window
from command_center.desk.states import State
from command_center.desk.strip import Strip, strip
from command_center.desk.talk import present_talk, talk_bar
from command_center.desk.telling import party_role
from command_center.desk.unplanned import UnplannedShown, present_unplanned
from command_center.desk.wall import Position, positions, presence_by_device
from command_center.operations.orders import send_order
from command_center.operations.service import read_operation
from command_center.operations.unanswered import send_again
from command_center.operations.views import OperationView
from command_center.operations.words import ORDER, STATES
from command_center.platform.pages import gettext as _
from schemas.events import PresenceOut
from schemas.field_api import Site
from schemas.time import now_ms


@dataclass(frozen=True)
class Stage:
    """One of the operation's stages; `cls` is `done`, `cur` or empty."""

    word: str
    time: str
    cls: str


@dataclass(frozen=True)
class Person:
    """A member of the crew or a party."""

    role: str
    name: str
    presiding: bool = False
    departure: State | None = None


@dataclass(frozen=True)
class Room:
    """The room as the page shows it."""

    id: str
    case_id: str
    case_number: str
    title: str
    address: str
    planned: str
    major: bool
    stages: tuple[Stage, ...]
    coverage: State | None
    elapsed: str
    tile: tiles.Tile | None
    strip: Strip
    recordings: tuple[RecordingShown, ...]
    crew: tuple[Person, ...]
    parties: tuple[Person, ...]
    devices: tuple[str, ...]
    positions: tuple[Position, ...]
    site: Site | None
    events: tuple[events.EventShown, ...]
    bundle_name: str
    to_depart: bool
    called_off: bool
    unplanned: UnplannedShown | None


def _stages(view: OperationView) -> tuple[Stage, ...]:
    times = {
        "DEPARTED": view.departed_ms, "ON_SCENE": view.arrived_ms, "ACTING": view.acting_ms,
        "WITHDRAWN": view.withdrawn_ms, "CLOSED": view.closed_ms,
    }  # fmt: skip
    current = ORDER.index(view.row.state)
    found = []
    for code, at_ms in times.items():
        place = ORDER.index(code)
        cls = "cur" if place == current else "done" if place < current else ""
        word = show.pick(*STATES[code])
        if code == "ON_SCENE" and view.arrived_by_position:
            word = _("%(stage)s（按定位）", stage=word)
        found.append(Stage(word, show.minute(at_ms), cls))
    return tuple(found)


def _present(facts: RoomFacts, at_ms: int) -> Room:
    row = facts.view.row
    devices = {member.device for member in row.crew if member.device is not None}
    devices |= {recording.device for recording in facts.footage.recordings}
    presence = presence_by_device()
    live = _showing(facts, presence)
    tile = tiles.present_tile(live, presence.get(live.device.id), 0, at_ms) if live else None
    start_ms = facts.view.arrived_ms
    end_ms = facts.view.withdrawn_ms or at_ms
    return Room(
        row.id, row.case, show.case_number(row.case_number), row.title, row.address,
        show.minute(row.planned_start_ms), row.major, _stages(facts.view),
        coverage(facts.footage),
        show.length(end_ms - start_ms) if start_ms is not None else "",
        tile,
        strip(operation_spans(facts.footage, facts.archived), room_window(facts, at_ms)),
        tuple(
            present_recording(r, facts.archived.get(r.id, []), faults=facts.footage.faults)
            for r in facts.footage.recordings
        ),
        tuple(
            Person(
                show.role(m.role), m.name, m.presiding,
                present_departure(facts.departures.get(m.staff)),
            )
            for m in row.crew
        ),
        tuple(Person(party_role(party.role), party.name) for party in facts.parties),
        tuple(sorted(devices)), positions(devices), row.site,
        tuple(events.present(event) for event in facts.events),
        bundle_name(row.case_number), row.state == "PLANNED", row.state == "CALLED_OFF",
        present_unplanned(row.unplanned, facts.corrections) if row.unplanned else None,
    )  # fmt: skip


def _showing(facts: RoomFacts, presence: dict[str, PresenceOut]) -> tiles.TileFacts | None:
    """Return the first device that is there while the visit lasts; afterwards none: there are its
    recordings."""
    over = ORDER.index(facts.view.row.state) >= ORDER.index("WITHDRAWN")
    if over and all(one.ended for one in facts.footage.recordings):
        return None
    there = (one for one in facts.tiles if one.device.connected or one.device.id in presence)
    return next(there, None)


def bundle_name(case_number: str) -> str:
    """Return the file name of a package: the case number, its brackets made safe for files."""
    return f"{case_number.replace('（', '(').replace('）', ')')}-证据包.zip"


def _measures(facts: RoomFacts) -> list[MeasureShown]:
    return [present_measure(measure, facts.notices) for measure in facts.measures]


def _proof(facts: RoomFacts) -> Proof:
    return present_proof(facts.footage, facts.archived, measures=bool(facts.measures))


def _looks(facts: RoomFacts) -> list[LookShown] | None:
    """Who looked, for those who may know; None for others."""
    if not principal().may("view:read"):
        return None
    names = {one.device: one.device_name for one in facts.footage.recordings}
    return [present_look(look, names) for look in facts.looks]


def _page(facts: RoomFacts) -> str:
    at_ms = now_ms()
    return render(
        "desk/operation.html",
        room=_present(facts, at_ms),
        timeline=room_timeline(facts, principal(), at_ms),
        orders=[present_order(order) for order in facts.view.orders],
        measures=_measures(facts),
        proof=_proof(facts),
        looks=_looks(facts),
        values=[present_value(one) for one in facts.integrity],
        markers=[present_marker(one, facts.apart) for one in facts.markers],
        marker_kinds=kinds(),
        private=present_private(facts.private),
        talk=[present_talk(one) for one in facts.talk],
        talk_bar=talk_bar(facts.view.row),
    )


@blueprint.get("/operations/<operation>")
@permits("operation:read")
def operation(operation: str) -> ResponseReturnValue:
    """Show the room; the look is written down."""
    return _page(database().run(open_room, principal(), operation))


@blueprint.post("/operations/<operation>/orders")
@permits("order:send")
def send(operation: str) -> ResponseReturnValue:
    """Send one text order to the crew."""
    text = request.form.get("text", "")
    database().run(send_order, principal(), operation, text)
    return redirect(url_for("desk.operation", operation=operation), 303)


@blueprint.post("/orders/<order>/again")
@permits("order:send")
def send_order_again(order: str) -> ResponseReturnValue:
    """Send an order once more that some device did not fetch in time."""
    operation = database().run(send_again, principal(), order)
    return redirect(url_for("desk.operation", operation=operation), 303)


@blueprint.get("/operations/<operation>/orders")
@permits("order:read")
def orders(operation: str) -> ResponseReturnValue:
    """Show the orders, a part of the room."""
    view = database().read(read_operation, principal(), operation)
    return render_template(
        "desk/_orders.html", orders=[present_order(order) for order in view.orders]
    )


@blueprint.get("/operations/<operation>/stages")
@permits("operation:read")
def stages(operation: str) -> ResponseReturnValue:
    """Show the stages and the coverage, a part of the room."""
    facts = database().read(read_room, principal(), operation)
    return render_template("desk/_stages.html", room=_present(facts, now_ms()))


@blueprint.get("/operations/<operation>/picture")
@permits("operation:read")
def operation_picture(operation: str) -> ResponseReturnValue:
    """Show the picture of the scene, or that no device is there, a part of the room."""
    facts = database().read(read_room, principal(), operation)
    return render("desk/_room_picture.html", room=_present(facts, now_ms()))


@blueprint.get("/operations/<operation>/recordings")
@permits("operation:read")
def operation_recordings(operation: str) -> ResponseReturnValue:
    """Show the newest recordings, a part of the room."""
    facts = database().read(read_room, principal(), operation)
    return render_template("desk/_room_recordings.html", room=_present(facts, now_ms()))


@blueprint.get("/operations/<operation>/timeline")
@permits("operation:read")
def operation_timeline(operation: str) -> ResponseReturnValue:
    """Show the timeline, a part of the room."""
    facts = database().read(read_room, principal(), operation)
    return render_template(
        "desk/_timeline.html", timeline=room_timeline(facts, principal(), now_ms())
    )


@blueprint.get("/operations/<operation>/proof")
@permits("operation:read")
def operation_proof(operation: str) -> ResponseReturnValue:
    """Show the continuity proof and who looked, a part of the room."""
    facts = database().read(read_room, principal(), operation)
    return render_template(
        "desk/_proof.html",
        proof=_proof(facts),
        looks=_looks(facts),
        values=[present_value(one) for one in facts.integrity],
    )


@blueprint.get("/operations/<operation>/measures")
@permits("measure:read")
def operation_measures(operation: str) -> ResponseReturnValue:
    """Show the measures with both parties' notices, a part of the room."""
    facts = database().read(read_room, principal(), operation)
    return render_template("desk/_operation_measures.html", measures=_measures(facts))
