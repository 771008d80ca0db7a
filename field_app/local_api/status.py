"""The service itself on the local socket: everything a screen shows, enrolment, orders."""

from __future__ import annotations

import msgspec

from field_app.local_api.outbox import RefusedItem
from field_app.local_api.recording import CrewNow, FootageBy, RecordingStatus
from field_app.local_api.second import SecondAwaited
from field_app.local_api.talk import NO_TALK, TalkStatus
from field_app.local_api.tether import NO_TETHER, TetherNow
from field_app.local_api.visit import DepartureNow, SiteNow
from schemas.field_api import OfficerInfo, OperationBrief, OrderOut, OrderState


class EnrolArgs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """enrol → Status."""

    centre_url: str
    code: str
    name: str


class AcknowledgeArgs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """acknowledge → None."""

    order: str
    state: OrderState


class Status(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything a screen shows. link: "good" | "thin" | "lost" | "none" (not enrolled).

    `armed`: the camera runs and the pre-event buffer (of `buffer_seconds`) holds what it gives.
    `disk_refusal` is empty or the code why no new recording may begin (`spool.disk_full`).
    `camera_clock` lets a measuring driver turn a drawn frame number into wall time: the wall ms
    of the last frames drawn, as [frame, wall_ms] pairs (generated camera only).
    `private_since_ms`: a private interval runs since then, for `private_reason`.
    `silent_until_ms`: the desk was told that nothing may be heard until then.
    `sos_since_ms`: the alarm is raised since then; `sos_told`: it can no longer be taken back;
    before, it can for `sos_left_ms`.
    `guard_until_ms`: the alarm raises itself then. `pin_wait_s`: for so many seconds no PIN is
    tried.
    `footage_by`: what the officer chose; `footage_held`: kept footage waits, the link is metered.
    `sending_bytes_a_second`: what the lanes delivered of late; `drain_s`: when no footage will wait
    at the rate of late, None while it does not get less.
    `battery_left_s`, `storage_left_s`, `hot_left_s`: until it is empty, full, or too hot, at the
    rate of late; `clock_ahead_ms`: of this device's clock against the centre's.
    `officer`: who holds the device by the desk's ledger, None: nobody. `revoked`: it takes part in
    nothing any more; `phone`: the court's number to call. `seconds_awaited`: acts whose second
    officer has a PIN here and did not sign, the oldest first. `crews_asked`: what became of the
    officer's word to start a crew, the newest first. `refused`: what a
    person must look at, the newest first. `may_read_aloud`: this device can speak; `read_line`:
    which line of a paper it reads out, from 0.
    """

    enrolled: bool
    device: str
    device_name: str
    court: str
    officer: OfficerInfo | None
    centre_url: str
    link: str
    last_contact_ms: int | None
    operations: list[OperationBrief]
    orders: list[OrderOut]
    recording: RecordingStatus | None
    recent: list[RecordingStatus]
    backlog_fragments: int
    backlog_bytes: int
    outbox_waiting: int
    watchers: int
    lat: float | None
    lon: float | None
    accuracy_m: float | None
    free_bytes: int
    disk_refusal: str = ""
    alarm: str = ""
    armed: bool = False
    buffer_seconds: int = 0
    camera_clock: list[tuple[int, int]] = []
    private_since_ms: int | None = None
    private_reason: str = ""
    silent_until_ms: int | None = None
    sos_since_ms: int | None = None
    sos_told: bool = False
    sos_left_ms: int = 0
    guard_until_ms: int | None = None
    pin_set: bool = False
    pin_wait_s: int = 0
    talk: TalkStatus = NO_TALK
    footage_by: FootageBy = FootageBy.ANY
    footage_held: bool = False
    sending_bytes_a_second: int = 0
    drain_s: int | None = None
    battery_percent: int | None = None
    battery_left_s: int | None = None
    storage_left_s: int | None = None
    temperature_c: float | None = None
    hot_left_s: int | None = None
    clock_ahead_ms: int | None = None
    revoked: bool = False
    phone: str = ""
    departure: DepartureNow | None = None
    sites: list[SiteNow] = []
    place_simulated: bool = False
    tether: TetherNow = NO_TETHER
    seconds_awaited: list[SecondAwaited] = []
    crews_asked: list[CrewNow] = []
    refused: list[RefusedItem] = []
    may_read_aloud: bool = False
    read_line: int | None = None
