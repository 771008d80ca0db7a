"""A device's tile: who, where, what for, how its link and archive stand."""

from __future__ import annotations

from dataclasses import dataclass

from command_center.desk import show
from command_center.desk.footage_spans import recording_spans, recording_window
from command_center.desk.strip import Strip, Window, strip
from command_center.devices.service import DeviceView, connected_devices, list_devices
from command_center.devices.silence import silent_devices, silent_until
from command_center.footage.continuity import Fault, Span
from command_center.footage.faults import faults_of
from command_center.footage.service import read_recording
from command_center.footage.spans import archived_spans, newest_recordings
from command_center.footage.views import RecordingView
from command_center.operations.service import list_operations
from command_center.operations.views import OperationRow
from command_center.platform.pages import gettext as _
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.events import PresenceOut

MOST_TILES = 16
_LATE_FRAGMENTS = 10


@dataclass(frozen=True)
class TileFacts:
    """What the rooms know of a device that is on the wall."""

    device: DeviceView
    operation: OperationRow | None
    recording: RecordingView | None
    archived: list[Span]
    faults: list[Fault]
    silent_until_ms: int | None


@dataclass(frozen=True)
class Tile:
    """A tile as the page shows it; `number` is its key on the wall, `idle` says that the device
    was just heard of and records nothing."""

    device: str
    device_name: str
    officer: str
    operation: str | None
    title: str
    case_number: str
    place: str
    number: int
    strip: Strip
    link_level: int
    link_class: str
    link_word: str
    battery: int | None
    archive_class: str
    archive_glyph: str
    archive_word: str
    drain_word: str
    idle: bool
    silent_until_ms: int | None


def wall_facts(uow: UnitOfWork, who: Principal, present: set[str]) -> list[TileFacts]:
    """Return the devices that are live at a relay, were just heard of, or planned a silence."""
    live = {view.id for view in connected_devices(uow, who)} | present | silent_devices(uow)
    devices = [view for view in _known(uow, who) if view.id in live and view.revoked_ms is None]
    return _facts(uow, who, sorted(devices, key=lambda view: view.enrolled_ms))


def device_facts(uow: UnitOfWork, who: Principal, device: str) -> list[TileFacts]:
    """Return one device's facts, or nothing if it is unknown."""
    return _facts(uow, who, [view for view in _known(uow, who) if view.id == device])


def _known(uow: UnitOfWork, who: Principal) -> list[DeviceView]:
    """All devices for those who keep them; for others the live ones."""
    return list_devices(uow, who) if who.may("device:read") else connected_devices(uow, who)


def _facts(uow: UnitOfWork, who: Principal, devices: list[DeviceView]) -> list[TileFacts]:
    newest = newest_recordings(uow, [view.id for view in devices])
    spans = archived_spans(uow, newest.values())
    operations = list_operations(uow, who) if who.may("operation:read") else []
    silent = silent_until(uow, [view.id for view in devices])
    found = []
    for device in devices:
        key = newest.get(device.id)
        recording = read_recording(uow, who, key) if key and who.may("recording:read") else None
        found.append(
            TileFacts(
                device,
                _operation(operations, device.id, recording),
                recording,
                spans.get(key or "", []),
                faults_of(uow, recording.operation) if recording and recording.operation else [],
                silent.get(device.id),
            )
        )
    return found


def _operation(
    operations: list[OperationRow], device: str, recording: RecordingView | None
) -> OperationRow | None:
    """The visit that the recording names, else an open one of the device's crew."""
    if recording is not None and recording.operation is not None:
        return next((row for row in operations if row.id == recording.operation), None)
    mine = [row for row in operations if any(member.device == device for member in row.crew)]
    return next((row for row in mine if row.state != "CLOSED"), None)


def present_tile(facts: TileFacts, presence: PresenceOut | None, number: int, now_ms: int) -> Tile:
    """Return the tile in the reader's language."""
    operation, device = facts.operation, facts.device
    level = {"good": 4, "thin": 2}.get(presence.link, 0) if presence else 0
    late = presence is not None and presence.backlog_fragments > _LATE_FRAGMENTS
    archived_to = max((span.end_ms for span in facts.archived), default=None)
    if late and presence is not None:
        word = _("待传 %(size)s", size=show.size(presence.backlog_bytes))
    elif archived_to is not None:
        word = _("存至 %(time)s", time=show.clock(archived_to))
    else:
        word = _("尚未存档")
    return Tile(
        device.id,
        device.name,
        device.officer_name,
        operation.id if operation else None,
        operation.title if operation else "",
        show.case_number(operation.case_number) if operation else "",
        operation.address if operation else "",
        number,
        tile_strip(facts, now_ms),
        level,
        {4: "ok", 2: "warn"}.get(level, "t3"),
        _link_word(presence),
        presence.battery_percent if presence else None,
        "warn" if late else "ok" if archived_to is not None else "t2",
        "back" if late or archived_to is None else "arch",
        word,
        _drain_word(presence.drain_s) if late and presence is not None else "",
        presence is not None and presence.recording is None,
        facts.silent_until_ms,
    )


def _link_word(presence: PresenceOut | None) -> str:
    if presence is None:
        return _("未上报")
    return {"good": _("良好"), "thin": _("弱")}.get(presence.link, _("无信号"))


def _drain_word(drain_s: int | None) -> str:
    if drain_s is None:
        return _("积压未减少")
    return _("传完约需 %(time)s", time=show.seconds(drain_s * 1000))


def tile_strip(facts: TileFacts, now_ms: int) -> Strip:
    """Return the strip of the newest recording; it grows to now while the device records."""
    if facts.recording is None:
        return strip([], Window.over(now_ms - 1000, now_ms))
    spans = recording_spans(facts.recording, facts.archived, facts.faults)
    return strip(spans, recording_window(facts.recording, spans))
