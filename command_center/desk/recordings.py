"""The archive: recordings as a list, and one recording with its player and facts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask.typing import ResponseReturnValue

from command_center.access.guard import database, permits, principal
from command_center.access.views import note_view
from command_center.desk import show
from command_center.desk.footage_spans import (
    last_wall_ms,
    recording_spans,
    recording_window,
)
from command_center.desk.markers import MarkerShown, kinds, present_marker
from command_center.desk.page import blueprint, render
from command_center.desk.states import State
from command_center.desk.strip import Span, Strip, Timeline, Window, strip, timeline
from command_center.footage.continuity import Fault
from command_center.footage.continuity import Span as Archived
from command_center.footage.faults import faults_of
from command_center.footage.service import list_recordings, read_recording
from command_center.footage.spans import archived_spans
from command_center.footage.views import RecordingView
from command_center.operations.markers import MarkerView, markers_of
from command_center.operations.service import read_operation
from command_center.operations.views import OperationRow
from command_center.platform.pages import gettext as _
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork


@dataclass(frozen=True)
class RecordingShown:
    """A recording as a row."""

    id: str
    short: str
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


@dataclass(frozen=True)
class Fact:
    """A line of the recording's facts."""

    label: str
    value: str
    cls: str = ""


@dataclass(frozen=True)
class Verdict:
    """The archive's word about a recording, colour, shape and sentence."""

    cls: str
    glyph: str
    word: str
    why: str


@dataclass(frozen=True)
class FindingShown:
    """A broken chain or a Conflict."""

    word: str
    number: int
    time: str


@dataclass(frozen=True)
class RecordingPage:
    """One recording as the page shows it."""

    id: str
    short: str
    title: str
    state: State
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
    verdict: Verdict
    facts: tuple[Fact, ...]
    findings: tuple[FindingShown, ...]
    timeline: Timeline
    markers: tuple[MarkerShown, ...]


def source_word(code: str) -> str:
    """Return the word of where the pictures come from; what is no camera says so."""
    words = {
        "camera": _("摄像头"), "bridge": _("外接设备"), "file": _("文件（演示）"),
        "generated": _("生成画面（演示）"),
    }  # fmt: skip
    return words.get(code, code)


def recording_state(recording: RecordingView) -> State:
    """Return the chip of a recording: archived whole, incomplete, or still running."""
    if recording.quarantined:
        return State("bad", "gap", _("隔离：设备已撤销"))
    if recording.chain == "broken":
        return State("bad", "gap", _("链有断点"))
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
        show.short(recording.id),
        show.moment_second(recording.opened_ms),
        show.length(window.to_ms - window.from_ms),
        recording_state(recording),
        strip(spans, window),
        tuple(spans),
        operation.title if operation else "",
        show.case_number(operation.case_number) if operation else "",
        recording.officer_name,
        recording.device_name,
        source_word(recording.source),
    )


@dataclass(frozen=True)
class Found:
    """A recording with what the pages show beside it."""

    recording: RecordingView
    archived: list[Archived]
    operation: OperationRow | None
    faults: list[Fault]
    markers: list[MarkerView]


def _listed(uow: UnitOfWork, who: Principal) -> list[Found]:
    found = list_recordings(uow, who)
    spans = archived_spans(uow, [recording.id for recording in found])
    rows: dict[str, OperationRow] = {}
    faults: dict[str, list[Fault]] = {}
    for recording in found:
        if recording.operation and recording.operation not in rows:
            rows[recording.operation] = read_operation(uow, who, recording.operation).row
            faults[recording.operation] = faults_of(uow, recording.operation)
    return [
        Found(one, spans[one.id], rows.get(one.operation or ""),
              faults.get(one.operation or "", []), [])
        for one in found
    ]  # fmt: skip


def _opened(uow: UnitOfWork, who: Principal, recording: str) -> Found:
    """Read one recording and write down who looked."""
    view = read_recording(uow, who, recording)
    operation = read_operation(uow, who, view.operation).row if view.operation else None
    note_view(uow, who, "recording", recording, operation.case if operation else None)
    return Found(
        view,
        archived_spans(uow, [recording])[recording],
        operation,
        faults_of(uow, operation.id) if operation else [],
        markers_of(uow, operation.id) if operation else [],
    )


def _verdict(recording: RecordingView, spans: list[Span]) -> Verdict:
    gaps = [span for span in spans if span.kind == "gap"]
    if recording.chain == "broken":
        return Verdict("bad", "gap", _("链有断点"), _("断点处的片段已保留并标记"))
    if gaps:
        first = gaps[0]
        return Verdict(
            "bad", "gap", _("%(n)d 处中断未说明", n=len(gaps)),
            _("%(a)s — %(b)s，%(length)s", a=show.clock(first.from_ms), b=show.clock(first.to_ms),
              length=show.seconds(first.to_ms - first.from_ms)),
        )  # fmt: skip
    explained = [span for span in spans if span.kind == "ex"]
    if explained:
        return Verdict("warn", "gapx", _("%(n)d 处中断已说明", n=len(explained)),
                       _("主办人已签署故障说明，不计入已录制"))  # fmt: skip
    if not recording.ended:
        return Verdict("warn", "back", _("录制尚未结束"), _("已存档部分可以回放"))
    if any(r.archived < r.recorded for r in recording.renditions):
        return Verdict("warn", "back", _("还有片段待补传"), _("设备保留原件，直到全部存档"))
    return Verdict("ok", "arch", _("无未说明中断"), _("每个片段均已存档并回读校验"))


def _facts(recording: RecordingView) -> tuple[Fact, ...]:
    recorded = sum(r.recorded for r in recording.renditions)
    archived = sum(r.archived for r in recording.renditions)
    unsigned = sum(high - low + 1 for r in recording.renditions for low, high in r.unsigned)
    chain = {"whole": _("一致，末端已签"), "broken": _("有断点"), "open": _("一致，未结束")}
    whole = "ok b" if archived >= recorded and recorded else ""
    return (
        Fact(_("时长"), show.length(last_wall_ms(recording) - recording.opened_ms), "mono"),
        Fact(_("片段存档"), f"{archived} / {recorded}", f"{whole} mono"),
        Fact(_("段哈希链"), chain[recording.chain], "bad b" if recording.chain == "broken" else ""),
        Fact(_("存档分卷"), _("%(n)d 卷，逐卷回读", n=recording.parts)),
        Fact(_("未签尾段"), _("%(n)d 段", n=unsigned), "warn" if unsigned else ""),
        Fact(_("大小"), show.size(sum(r.bytes for r in recording.renditions)), "mono"),
        Fact(_("录像序号"), str(recording.counter), "mono"),
        Fact(_("录像编号"), show.fingerprint_text(recording.id.replace("-", "")), "mono"),
    )


def _present(found: Found) -> RecordingPage:
    recording, operation = found.recording, found.operation
    spans = recording_spans(recording, found.archived, found.faults)
    window = recording_window(recording, spans)
    number = show.case_number(operation.case_number) if operation else ""
    words = {"fragment.conflict": _("同号不同字节")}
    return RecordingPage(
        recording.id,
        show.short(recording.id),
        operation.title if operation else _("未归入行动的录像"),
        recording_state(recording),
        source_word(recording.source),
        recording.operation,
        operation.case if operation else None,
        number,
        f"{show.moment_second(window.from_ms)} — {show.clock(window.to_ms)}",
        recording.officer_name,
        recording.device_name,
        recording.opened_ms,
        f"{number or show.short(recording.id)}-证据包.zip",
        f"{number or show.short(recording.id)}-{recording.device_name}",
        _verdict(recording, spans),
        _facts(recording),
        tuple(
            FindingShown(words.get(f.code, _("链或签名不符")), f.number, show.clock(f.at_ms))
            for f in recording.findings
        ),
        timeline(
            window, _lanes(spans, window, found.markers), None,
            _("点击时间轴定位 · 共 %(length)s", length=show.length(window.to_ms - window.from_ms)),
        ),
        tuple(present_marker(one) for one in _within(window, found.markers)),
    )  # fmt: skip


def _within(window: Window, found: list[MarkerView]) -> list[MarkerView]:
    return [one for one in found if window.from_ms <= one.at_ms <= window.to_ms]


def _lanes(
    spans: list[Span], window: Window, found: list[MarkerView]
) -> list[tuple[str, list[Span], list[tuple[str, int, str]]]]:
    marked = [
        ("marker", one.at_ms, one.text or show.pick(one.kind_zh, one.kind_en))
        for one in _within(window, found)
    ]
    lanes: list[tuple[str, list[Span], list[tuple[str, int, str]]]] = [(_("连续性"), spans, [])]
    return [*lanes, (_("标记"), [], marked)] if marked else lanes


@blueprint.get("/recordings")
@permits("recording:read")
def recordings() -> ResponseReturnValue:
    """Show the newest recordings."""
    rows = database().read(_listed, principal())
    shown = [present_recording(r.recording, r.archived, r.operation, r.faults) for r in rows]
    return render("desk/recordings.html", recordings=shown)


@blueprint.get("/recordings/<recording>")
@permits("recording:read")
def recording(recording: str) -> ResponseReturnValue:
    """Show one recording with its player; the look is written down."""
    found = database().run(_opened, principal(), recording)
    return render("desk/recording.html", rec=_present(found), marker_kinds=kinds())
