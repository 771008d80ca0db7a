"""One recording in the archive: its player with every device of the operation on one clock."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from command_center.access.guard import database, permits, principal
from command_center.access.views import note_view
from command_center.desk import show
from command_center.desk.deeds import Deed, deeds_of, lanes_of
from command_center.desk.footage_spans import (
    last_wall_ms,
    operation_spans,
    recording_spans,
    recording_window,
)
from command_center.desk.markers import kinds
from command_center.desk.page import blueprint, render
from command_center.desk.private import (
    NOTHING_PRIVATE,
    PrivateFacts,
    PrivateShown,
    present_private,
    private_lanes,
    read_private,
)
from command_center.desk.quarantine import present_film_origin
from command_center.desk.recording_facts import (
    Fact,
    FindingShown,
    Verdict,
    facts_of,
    findings_of,
    verdict_of,
)
from command_center.desk.recordings import recording_state, source_word
from command_center.desk.room_timeline import device_lanes
from command_center.desk.states import State
from command_center.desk.strip import LaneOf, Span, Timeline, Window, timeline
from command_center.footage.continuity import Fault
from command_center.footage.continuity import Span as Archived
from command_center.footage.noticed import NoticedView, noticed_in
from command_center.footage.placing import PlacedView, may_be_placed, place_by_hand, placed_by
from command_center.footage.proof import footage_of_operation
from command_center.footage.service import read_recording
from command_center.footage.spans import archived_spans
from command_center.footage.talk import TalkView, talk_of
from command_center.footage.views import OperationFootage, RecordingView
from command_center.measures.receipts import out_of_quarantine
from command_center.measures.views import MeasureView, measures_of_operation
from command_center.operations.markers import MarkerView, markers_of
from command_center.operations.service import operations_near, read_operation
from command_center.operations.views import OperationRow, OperationView
from command_center.platform.pages import gettext as _
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from command_center.quarantine.views import Origin, origins_of_footage
from schemas.ids import short_id

MAX_PICTURES = 4
"""So many devices play at once; which of more, the viewer says."""


class Part(msgspec.Struct, frozen=True):
    """A rendition that a picture may show, for the script: device wall clocks, ms."""

    recording: str
    rendition: int
    from_ms: int
    to_ms: int


@dataclass(frozen=True)
class Picture:
    """One device in the player; `parts` is JSON."""

    device: str
    name: str
    officer: str
    parts: str


@dataclass(frozen=True)
class RecordingPage:
    """One recording as the page shows it; `grows`: it or one beside it still runs or comes."""

    id: str
    title: str
    state: State
    grows: bool
    source: str
    operation: str | None
    case_id: str | None
    case_number: str
    span: str
    officer: str
    device_name: str
    opened_ms: int
    bundle_name: str
    clip_name: str
    films_name: str
    verdict: Verdict
    facts: tuple[Fact, ...]
    findings: tuple[FindingShown, ...]
    timeline: Timeline
    gaps: str
    pictures: tuple[Picture, ...]
    devices: tuple[Picture, ...]
    tracked: str
    deeds: tuple[Deed, ...]
    private: tuple[PrivateShown, ...]
    origins: tuple[str, ...]
    places: tuple[tuple[str, str], ...] | None


@dataclass(frozen=True)
class Found:
    """A recording with what the page shows beside it; without an operation it stands alone, with
    those `near` to it for whoever may give it one."""

    recording: RecordingView
    beside: tuple[RecordingView, ...]
    archived: dict[str, list[Archived]]
    faults: tuple[Fault, ...] = ()
    operation: OperationView | None = None
    footage: OperationFootage | None = None
    markers: tuple[MarkerView, ...] = ()
    measures: tuple[MeasureView, ...] = ()
    talk: tuple[TalkView, ...] = ()
    private: PrivateFacts = NOTHING_PRIVATE
    noticed: tuple[NoticedView, ...] = ()
    origins: tuple[Origin, ...] = ()
    apart: frozenset[str] = frozenset()
    placed: PlacedView | None = None
    near: tuple[OperationRow, ...] | None = None


def _opened(uow: UnitOfWork, who: Principal, recording: str) -> Found:
    """Read one recording and write down who looked."""
    found = _found(uow, who, recording)
    case = found.operation.row.case if found.operation else None
    note_view(uow, who, "recording", recording, case)
    return found


def _found(uow: UnitOfWork, who: Principal, recording: str) -> Found:
    view = read_recording(uow, who, recording)
    operation = read_operation(uow, who, view.operation) if view.operation else None
    origins = tuple(origins_of_footage(uow, recording)) if view.quarantined else ()
    if operation is None:
        may = may_be_placed(uow, who, recording)
        near = tuple(operations_near(uow, who, view.opened_ms)) if may else None
        return Found(view, (view,), archived_spans(uow, [recording]), origins=origins, near=near)
    footage = footage_of_operation(uow, who, operation.row.id)
    return Found(
        view, footage.recordings,
        archived_spans(uow, [one.id for one in footage.recordings]),
        footage.faults, operation, footage, tuple(markers_of(uow, operation.row.id)),
        tuple(measures_of_operation(uow, who, operation.row.id)) if who.may("measure:read") else (),
        tuple(talk_of(uow, who, operation.row.id)), read_private(uow, operation.row.id),
        tuple(noticed_in(uow, operation.row.id, recording)), origins,
        out_of_quarantine(uow, operation.row.id), placed_by(uow, recording),
    )  # fmt: skip


def _present(found: Found, who: Principal, wished: list[str]) -> RecordingPage:
    recording, operation = found.recording, found.operation
    spans = recording_spans(recording, found.archived.get(recording.id, []), found.faults)
    window, own = _window(found), recording_window(recording, spans)
    whole = operation_spans(found.footage, found.archived) if found.footage else []
    deeds = (
        deeds_of(operation, found.measures, found.markers, found.talk, who, found.apart)
        if operation
        else ()
    )
    number = show.case_number(operation.row.case_number) if operation else ""
    devices = _pictures(found)
    return RecordingPage(
        recording.id,
        operation.row.title if operation else _("未归入行动的录像"),
        recording_state(recording),
        _grows(found),
        source_word(recording.source, recording.bridged),
        recording.operation,
        operation.row.case if operation else None,
        number,
        f"{show.moment_second(own.from_ms)} — {show.clock(own.to_ms)}",
        recording.officer_name,
        recording.device_name,
        own.from_ms,
        f"{number or short_id(recording.id)}-证据包.zip",
        f"{number or short_id(recording.id)}-{recording.device_name}",
        f"{number or short_id(recording.id)}-录像.zip",
        verdict_of(recording, spans),
        facts_of(recording, found.noticed),
        findings_of(recording),
        timeline(
            window, _lanes(found, spans, whole, window, deeds), None, _note(found, window)
        ),
        _gaps(whole or spans),
        _chosen(devices, wished),
        devices,
        _json([_parts(one)[0] for one in found.beside if one.renditions]),
        deeds, tuple(present_private(found.private)),
        (*(present_film_origin(one) for one in found.origins), *_placed(found.placed)),
        None if found.near is None else tuple(_choice(one) for one in found.near),
    )  # fmt: skip


def _placed(one: PlacedView | None) -> list[str]:
    if one is None:
        return []
    return [_("本录像原未归入行动，%(who)s 于 %(when)s 归入：%(why)s",
              who=one.by, when=show.moment(one.at_ms), why=one.reason)]  # fmt: skip


def _choice(one: OperationRow) -> tuple[str, str]:
    day = show.moment(one.planned_start_ms)
    return one.id, f"{day} · {one.title} · {show.case_number(one.case_number)}"


def _window(found: Found) -> Window:
    """The time of every recording of the operation, from arrival to withdrawal at least."""
    starts = [one.opened_ms for one in found.beside]
    ends = [last_wall_ms(one) for one in found.beside]
    for spans in found.archived.values():
        starts += [span.start_ms for span in spans]
        ends += [span.end_ms for span in spans]
    if found.operation is not None:
        starts += [ms for ms in (found.operation.arrived_ms,) if ms is not None]
        ends += [ms for ms in (found.operation.withdrawn_ms,) if ms is not None]
    return Window.over(min(starts), max(ends))


def _runs(found: Found) -> bool:
    return any(not one.ended for one in found.beside)


def _grows(found: Found) -> bool:
    kept = [rendition for one in found.beside for rendition in one.renditions]
    return _runs(found) or any(one.archived < one.recorded for one in kept)


def _note(found: Found, window: Window) -> str:
    length = show.length(window.to_ms - window.from_ms)
    note = _("点击时间轴定位 · 共 %(length)s", length=length)
    return f"{note} · " + _("仍在录制，时间轴自行延长") if _runs(found) else note


def _lanes(
    found: Found, spans: list[Span], whole: list[Span], window: Window, deeds: tuple[Deed, ...]
) -> list[LaneOf]:
    devices: list[LaneOf]
    if found.footage is None:
        devices = [(_("连续性"), spans, [])]
    else:
        merged: list[LaneOf] = [(_("合并"), whole, [])] if whole else []
        devices = [*merged, *device_lanes(found.footage, found.archived)]
    private = private_lanes(found.private, window.to_ms)
    return [*devices, *private, *lanes_of(deeds), (_("定位"), [], [])]


def _gaps(spans: list[Span]) -> str:
    """Return the beginnings of what is not recorded in full, for the key that goes from one to
    the next."""
    return " ".join(str(span.from_ms) for span in spans if span.kind in ("gap", "ex", "small"))


def _pictures(found: Found) -> tuple[Picture, ...]:
    """Return the devices, the opened recording's first."""
    by_device: dict[str, list[RecordingView]] = {found.recording.device: []}
    for one in found.beside:
        by_device.setdefault(one.device, []).append(one)
    return tuple(
        Picture(
            device, mine[0].device_name, mine[0].officer_name,
            _json([part for one in mine for part in _parts(one)]),
        )
        for device, mine in by_device.items()
    )  # fmt: skip


def _chosen(devices: tuple[Picture, ...], wished: list[str]) -> tuple[Picture, ...]:
    """Return the devices that play: those wished for, or the first ones."""
    asked = tuple(one for one in devices if one.device in wished)
    return (asked or devices)[:MAX_PICTURES]


def _parts(recording: RecordingView) -> list[Part]:
    return [
        Part(
            recording.id, one.rendition,
            recording.opened_ms if one.first_wall_ms is None else one.first_wall_ms,
            recording.opened_ms if one.last_wall_ms is None else one.last_wall_ms,
        )
        for one in recording.renditions
    ]  # fmt: skip


def _json(parts: list[Part]) -> str:
    return msgspec.json.encode(parts).decode()


@blueprint.get("/recordings/<recording>")
@permits("recording:read")
def recording(recording: str) -> ResponseReturnValue:
    """Show one recording with its player; the look is written down."""
    who = principal()
    found = database().run(_opened, who, recording)
    page = _present(found, who, request.args.getlist("show"))
    asked = request.args.get("at", "")
    at_ms = int(asked) if asked.isdigit() and len(asked) <= 15 else page.opened_ms
    return render("desk/recording.html", rec=page, at_ms=at_ms, at_time=show.clock(at_ms),
                  marker_kinds=kinds())  # fmt: skip


@blueprint.post("/recordings/<recording>/operation")
@permits("recording:import")
def place_recording(recording: str) -> ResponseReturnValue:
    """Give a recording that no device can assign its operation."""
    form = request.form
    database().run(place_by_hand, principal(), recording, form.get("operation", ""),
                   form.get("reason", ""))  # fmt: skip
    return redirect(url_for("desk.recording", recording=recording), 303)


@blueprint.get("/recordings/<recording>/growth")
@permits("recording:read")
def recording_growth(recording: str) -> ResponseReturnValue:
    """Return what has grown since the page was opened; that is no look of its own. The page asks no
    more once nothing grows (286, as htmx has it)."""
    who = principal()
    found = database().read(_found, who, recording)
    page = _present(found, who, [])
    return render_template("desk/_recording_growth.html", rec=page), 200 if page.grows else 286
