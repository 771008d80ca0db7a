"""An operation on one axis: recordings by device, steps, measures, orders; and its coverage."""

from __future__ import annotations

from command_center.desk import show
from command_center.desk.deeds import deeds_of, lanes_of
from command_center.desk.footage_spans import last_wall_ms, operation_spans, recording_spans
from command_center.desk.private import private_lanes
from command_center.desk.room_facts import RoomFacts
from command_center.desk.states import State
from command_center.desk.strip import LaneOf, Span, Timeline, Window, timeline
from command_center.footage.continuity import Span as Archived
from command_center.footage.views import OperationFootage
from command_center.platform.pages import gettext as _
from command_center.platform.principal import Principal

_LATELY_MS = 120_000
"""After the withdrawal, a recording of which nothing came for so long does not grow the axis."""


def coverage(footage: OperationFootage) -> State | None:
    """How much of arrival-to-withdrawal the archive shows; never rounded up to whole."""
    covered = footage.continuity
    if covered is None or covered.end_ms - covered.start_ms < 1000:
        return None
    if not covered.missing and covered.explained:
        return State("warn", "gapx", _("%(n)d 处中断已说明", n=len(covered.explained)))
    if not covered.missing:
        return State("ok", "arch", _("无未说明中断"))
    percent = f"{covered.permille / 10:.1f}"
    if footage.open_end:
        return State("", "back", _("已存档 %(p)s%%", p=percent))
    return State("bad", "gap", _("覆盖 %(p)s%% · 中断 %(n)d 处", p=percent, n=len(covered.missing)))


def room_window(facts: RoomFacts, at_ms: int) -> Window:
    """Return the time the room shows: from the first step or recording, to now or to the end."""
    starts = [recording.opened_ms for recording in facts.footage.recordings]
    starts += [ms for ms in (facts.view.arrived_ms, facts.view.departed_ms) if ms is not None]
    ends = [span.end_ms for spans in facts.archived.values() for span in spans]
    ends += [ms for ms in (facts.view.withdrawn_ms,) if ms is not None]
    start = min(starts, default=at_ms - 60_000)
    heard = [last_wall_ms(r) for r in facts.footage.recordings]
    going = [r for r in facts.footage.recordings if not r.ended]
    lately = any(at_ms - last_wall_ms(r) < _LATELY_MS for r in going)
    open_end = facts.footage.open_end or lately
    end = at_ms if open_end or not ends else max([*ends, *heard])
    return Window.over(start, end)


def device_lanes(footage: OperationFootage, archived: dict[str, list[Archived]]) -> list[LaneOf]:
    """Return a lane for each device with all its recordings."""
    by_device: dict[str, list[Span]] = {}
    names: dict[str, str] = {}
    for recording in footage.recordings:
        spans = recording_spans(recording, archived.get(recording.id, []), footage.faults)
        names[recording.device] = recording.device_name or "—"
        by_device.setdefault(recording.device, []).extend(spans)
    return [(names[device][:8], spans, []) for device, spans in by_device.items()]


def room_timeline(facts: RoomFacts, who: Principal, at_ms: int) -> Timeline:
    """Recordings by device, measures, orders, steps on one axis."""
    window = room_window(facts, at_ms)
    deeds = deeds_of(facts.view, facts.measures, facts.markers, facts.talk, who, facts.apart)
    lanes: list[LaneOf] = [
        (_("合并"), operation_spans(facts.footage, facts.archived), []),
        *device_lanes(facts.footage, facts.archived),
        *private_lanes(facts.private, window.to_ms),
        *lanes_of(deeds, empty=True),
    ]
    covered = coverage(facts.footage)
    note = _("%(time)s 起", time=show.clock(window.from_ms))
    return timeline(window, lanes, at_ms, f"{note} · {covered.word}" if covered else note)
