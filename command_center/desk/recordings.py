"""The archive: recordings as a list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from flask import request
from flask.typing import ResponseReturnValue

from command_center.access.guard import database, permits, principal
from command_center.desk import show
from command_center.desk.footage_spans import recording_spans, recording_window
from command_center.desk.page import blueprint, render
from command_center.desk.states import State
from command_center.desk.strip import Span, Strip, strip
from command_center.desk.turning import asked_page, asked_text, turn
from command_center.footage.continuity import Fault
from command_center.footage.continuity import Span as Archived
from command_center.footage.faults import faults_of
from command_center.footage.register import (
    RecordingQuery,
    RecordingsFound,
    recording_register,
)
from command_center.footage.spans import archived_spans
from command_center.footage.views import RecordingView
from command_center.operations.service import read_operation
from command_center.operations.views import OperationRow
from command_center.platform import typed
from command_center.platform.pages import gettext as _
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.bridge import Road
from schemas.media.opening import Bridged
from schemas.time import COURT_ZONE, to_ms


@dataclass(frozen=True)
class RecordingShown:
    """A recording as a row."""

    id: str
    time: str
    length: str
    state: State
    strip: Strip
    spans: tuple[Span, ...]
    operation_title: str
    case_number: str
    officer: str
    device_name: str
    source: str


def source_word(code: str, bridged: Bridged | None = None) -> str:
    """Return the word of where the pictures come from; what is no camera says so."""
    if bridged is not None and bridged.how == Road.FILE:
        return _("记录仪文件（导入）")
    words = {
        "camera": _("摄像头"), "bridge": _("外接设备"), "file": _("文件（演示）"),
        "generated": _("生成画面（演示）"),
    }  # fmt: skip
    return words.get(code, code)


def recording_state(recording: RecordingView) -> State:
    """Return the chip of a recording: archived whole, incomplete, or still running."""
    if recording.chain == "broken":
        return State("bad", "gap", _("链有断点"))
    if recording.quarantined:
        return State("warn", "flag", _("自隔离区转入"))
    if not recording.ended:
        return State("brand", "live", _("录制中"))
    if all(r.archived >= r.recorded for r in recording.renditions):
        return State("ok", "arch", _("已存档"))
    return State("warn", "back", _("待补传"))


def present_recording(
    recording: RecordingView,
    archived: list[Archived],
    operation: OperationRow | None = None,
    faults: Sequence[Fault] = (),
) -> RecordingShown:
    """Return a recording in the reader's language. faults: the operation's fault notes."""
    spans = recording_spans(recording, archived, faults)
    window = recording_window(recording, spans)
    return RecordingShown(
        recording.id,
        show.moment_second(recording.opened_ms),
        show.length(window.to_ms - window.from_ms),
        recording_state(recording),
        strip(spans, window),
        tuple(spans),
        operation.title if operation else "",
        show.case_number(operation.case_number) if operation else "",
        recording.officer_name,
        recording.device_name,
        source_word(recording.source, recording.bridged),
    )


@dataclass(frozen=True)
class Listed:
    """A recording with what its row shows."""

    recording: RecordingView
    archived: list[Archived]
    operation: OperationRow | None
    faults: list[Fault]


@dataclass(frozen=True)
class Page:
    """A page of the register with what its rows show."""

    found: RecordingsFound
    rows: list[Listed]


def _read(uow: UnitOfWork, who: Principal, query: RecordingQuery) -> Page:
    found = recording_register(uow, who, query)
    spans = archived_spans(uow, [recording.id for recording in found.rows])
    rows: dict[str, OperationRow] = {}
    faults: dict[str, list[Fault]] = {}
    for recording in found.rows:
        if recording.operation and recording.operation not in rows:
            rows[recording.operation] = read_operation(uow, who, recording.operation).row
            faults[recording.operation] = faults_of(uow, recording.operation)
    return Page(found, [
        Listed(one, spans[one.id], rows.get(one.operation or ""),
               faults.get(one.operation or "", []))
        for one in found.rows
    ])  # fmt: skip


def _midnight(day: str, after: int = 0) -> int | None:
    """Return Unix ms of the first moment of a day of the court, or of so many days after it."""
    if not day:
        return None
    at = typed.day(day) + dt.timedelta(after)
    return to_ms(dt.datetime.combine(at, dt.time(), COURT_ZONE))


@blueprint.get("/recordings")
@permits("recording:read")
def recordings() -> ResponseReturnValue:
    """Show the recordings that `?q=`, `?officer=` and the days `?from=`, `?to=` ask for."""
    asked = {name: request.args.get(name, "").strip()[:36] for name in ("officer", "from", "to")}
    query = RecordingQuery(
        asked_text(), asked["officer"], _midnight(asked["from"]), _midnight(asked["to"], after=1),
        asked_page(),
    )  # fmt: skip
    page = database().read(_read, principal(), query)
    asked["q"] = query.text
    return render(
        "desk/recordings.html", asked=asked, officers=page.found.officers, total=page.found.total,
        recordings=[
            present_recording(r.recording, r.archived, r.operation, r.faults) for r in page.rows
        ],
        turn=turn("desk.recordings", asked, query.page, len(page.rows), page.found.total),
    )  # fmt: skip
