"""A device's tile: who, where, what for, how its link and archive stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from command_center.desk import show
from command_center.desk.footage_spans import recording_spans, recording_window
from command_center.desk.recording_facts import noticed_words
from command_center.desk.strip import Strip, Window, strip
from command_center.devices.service import DeviceView, list_devices, was_live, watched_devices
from command_center.devices.silence import silent_devices, silent_until
from command_center.devices.sos import open_alarms
from command_center.footage.continuity import Fault, Span
from command_center.footage.faults import faults_of
from command_center.footage.live_sources import lost_sources
from command_center.footage.noticed import NoticedView, noticed_in
from command_center.footage.service import read_recording
from command_center.footage.spans import archived_spans, newest_recordings
from command_center.footage.views import RecordingView
from command_center.operations.service import list_operations
from command_center.operations.views import OperationRow
from command_center.platform.pages import gettext as _
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.events import PresenceOut
from schemas.field_api import SOON_S
from schemas.recording_notes import NoticedKind

MOST_TILES = 24
_LATE_FRAGMENTS = 10
_CLOCK_MS = 12 * 3_600_000
"""A moment longer ago is said with its day."""


@dataclass(frozen=True)
class TileFacts:
    """What the rooms know of a device that is on the wall; `calls`: its officer, for help;
    `wanted`: a camera over a bridge that was on the air and should be."""

    device: DeviceView
    operation: OperationRow | None
    recording: RecordingView | None
    archived: list[Span]
    faults: list[Fault]
    silent_until_ms: int | None
    calls: bool
    noticed: list[NoticedView]
    wanted: bool


@dataclass(frozen=True)
class Tile:
    """A tile as the page shows it; `number` is its key on the wall, `heard` says that the device
    was just heard of, `idle` that it records nothing then, `broke_off_ms` when it went off the air
    recording, `bridged` that nothing but the relay records it."""

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
    lasts_word: str
    ends_soon: bool
    heard: bool
    idle: bool
    silent_until_ms: int | None
    calls: bool
    broke_off_ms: int | None
    bridged: bool
    noticed: str


def wall_facts(uow: UnitOfWork, who: Principal, present: set[str]) -> list[TileFacts]:
    """Return the devices that are live at a relay, were just heard of, planned a silence, call for
    help, or broke off while they recorded."""
    live = present | silent_devices(uow) | {alarm.device for alarm in open_alarms(uow)}
    devices = [
        view
        for view in _known(uow, who)
        if view.revoked_ms is None and (view.id in live or was_live(view, uow.now_ms))
    ]
    found = _facts(uow, who, sorted(devices, key=lambda view: view.enrolled_ms))
    return [one for one in found if one.device.id in live or one.device.connected or broke_off(one)]


def most_needed(found: Sequence[TileFacts], chosen: str = "") -> list[TileFacts]:
    """Return as many as the wall shows, in their order; who is chosen, calls for help or broke off
    is never left out for one who is well. Pure."""
    needy = sorted(
        found, key=lambda one: (one.device.id != chosen, not one.calls, one.device.connected)
    )
    shown = {one.device.id for one in needy[:MOST_TILES]}
    return [one for one in found if one.device.id in shown]


def broke_off(one: TileFacts) -> bool:
    """Tell whether a device went off the air while it recorded. What a bridge records ends with the
    camera, which is lost as long as it is wanted."""
    return (_records(one) or one.wanted) and not one.device.connected


def _records(one: TileFacts) -> bool:
    return one.recording is not None and not one.recording.ended


def device_facts(uow: UnitOfWork, who: Principal, *devices: str) -> list[TileFacts]:
    """Return the facts of devices in this order, without those that are unknown."""
    known = {view.id: view for view in _known(uow, who)}
    return _facts(uow, who, [known[device] for device in devices if device in known])


def _known(uow: UnitOfWork, who: Principal) -> list[DeviceView]:
    """All devices for those who keep them; for others those that are or were just live."""
    return list_devices(uow, who) if who.may("device:read") else watched_devices(uow, who)


def _facts(uow: UnitOfWork, who: Principal, devices: list[DeviceView]) -> list[TileFacts]:
    newest = newest_recordings(uow, [view.id for view in devices])
    spans = archived_spans(uow, newest.values())
    operations = list_operations(uow, who) if who.may("operation:read") else []
    silent = silent_until(uow, [view.id for view in devices])
    calling = {alarm.device for alarm in open_alarms(uow)}
    lost = lost_sources(uow)
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
                device.id in calling,
                noticed_in(uow, recording.operation, recording.id) if recording else [],
                device.id in lost,
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
        _link_word(device, presence, now_ms),
        presence.battery_percent if presence else None,
        "warn" if late else "ok" if archived_to is not None else "t2",
        "back" if late or archived_to is None else "arch",
        word,
        _drain_word(presence.drain_s) if late and presence is not None else "",
        *lasting(presence),
        presence is not None,
        presence is not None and presence.recording is None,
        facts.silent_until_ms,
        facts.calls,
        device.connected_ms if broke_off(facts) else None,
        facts.recording is not None and facts.recording.bridged is not None,
        _noticed_word(facts),
    )


def _noticed_word(facts: TileFacts) -> str:
    """What the device noticed last of each kind while it makes its recording; nothing afterwards,
    and nothing of a place that it came back to."""
    if not _records(facts):
        return ""
    last = {one.what: one for one in facts.noticed}
    left, back = last.get(NoticedKind.LEFT_SITE), last.pop(NoticedKind.BACK_AT_SITE, None)
    if left is not None and back is not None and back.at_ms >= left.at_ms:
        del last[NoticedKind.LEFT_SITE]
    return " · ".join(noticed_words(one) for one in last.values())


def lasting(presence: PresenceOut | None) -> tuple[str, bool]:
    """Return how long the battery lasts and what else ends soon; whether anything does."""
    if presence is None:
        return "", False
    battery, storage, hot = presence.battery_left_s, presence.storage_left_s, presence.hot_left_s
    soon = [left is not None and left < SOON_S for left in (battery, storage, hot)]
    words = []
    if battery is not None:
        words.append(_("电量约剩 %(time)s", time=show.span(battery)))
    if soon[1] and storage is not None:
        words.append(_("存储约剩 %(time)s", time=show.span(storage)))
    if soon[2] and hot is not None:
        words.append(_("离过热约 %(time)s", time=show.span(hot)))
    return " · ".join(words), any(soon)


def _link_word(device: DeviceView, presence: PresenceOut | None, now_ms: int) -> str:
    """How its link is; of who is off the air since when."""
    if presence is None:
        if device.connected or device.connected_ms is None:
            return _("未上报")
        time = show.clock if now_ms - device.connected_ms < _CLOCK_MS else show.moment
        return _("断开于 %(time)s", time=time(device.connected_ms))
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
