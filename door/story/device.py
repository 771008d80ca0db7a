"""The headless officer's device: the capture service as its own process, driven by its socket."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Sequence
from pathlib import Path

import msgspec

from door.story.telling import failed, wait_for
from door.supervisor import Program, Supervisor
from field_app.client import ServiceClient, service_command
from field_app.local_api.acts import Draft, PhotoTaken
from field_app.local_api.outbox import OutboxGroup, OutboxItem, OutboxState
from field_app.local_api.papers import Printed, Signed, Typeset
from field_app.local_api.recording import FootageBy, RecordingStatus
from field_app.local_api.socket import ReplayArgs
from field_app.local_api.status import Status
from field_app.local_api.visit import DepartureNow
from schemas.field_api import OrderOut, OrderState
from schemas.opened import OpenedKind
from schemas.problems import MzError
from schemas.recording_notes import PrivateReason
from schemas.records import Attendee, FieldAct, SignedHow, Step
from schemas.time import now_ms

PLACE = "23.129110,113.264385"
_BACK_S = 60.0
"""So long a killed service may take to be back, on a machine that does much else."""
_FLOOR_S = 5.0
_SOS_S = 15.0
_READ_S = 120.0
_PICTURE = struct.Struct(">IIQ")
"""What goes before each picture: width, height, wall clock in ms."""
_BESIDE_MS = 60_000
_HAND = [[(60, 120), (200, 60), (220, 180)], [(320, 70), (330, 190), (520, 110)]]


class OfficersDevice:
    """Start it, then speak to it as the window does. `drawn` maps frame numbers to wall ms."""

    def __init__(self, data: Path, camera: str, place: str = PLACE) -> None:
        """Drive the device of this folder, which also names its program. `prefix` goes before its
        command line, for a device that lives in a network namespace."""
        self.prefix: list[str] = []
        self.data, self.camera, self.place = data, camera, place
        self.drawn: dict[int, int] = {}
        self._client = ServiceClient(data)
        self._lock = threading.Lock()

    def command(self) -> list[str]:
        """Return the command line of the service; the window starts the same one."""
        return [
            *self.prefix, *service_command(self.data, self.camera, self.place, sound="generated")
        ]  # fmt: skip

    def start(
        self, supervisor: Supervisor, log: Path, environment: dict[str, str] | None = None
    ) -> Program:
        """Start the service and connect to it."""
        self.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        program = Program(self.data.name, self.command(), log, environment=environment or {})
        supervisor.start(program)
        self.connect()
        return program

    def connect(self) -> None:
        """Connect (again) to the service and follow its camera's clock."""
        self._client.close()
        try:
            self._client = ServiceClient(self.data).connect(timeout=_BACK_S)
        except MzError as error:
            zh, en = "记录仪的采集服务没有应答", "The device's capture service does not answer"
            raise failed(error.code, zh, en) from error
        self._client.subscribe(self._note)

    def _note(self, status: Status) -> None:
        with self._lock:
            self.drawn.update(status.camera_clock)

    def close(self) -> None:
        """Let go of the socket; the service goes on."""
        self._client.close()

    def status(self) -> Status:
        """Return the service's status."""
        status = self._client.status()
        self._note(status)
        return status

    def enrol(self, centre_url: str, code: str, name: str) -> Status:
        """Enrol by the one-time code and make the first contact."""
        self._client.call("enrol", centre_url=centre_url, code=code, name=name)
        self._client.call("contact")
        return self.status()

    def report_step(self, operation: str, step: Step) -> OutboxItem:
        """Report a step of the operation."""
        return self._client.ask(OutboxItem, "step", operation=operation, step=step)

    def check_departure(self, operation: str) -> DepartureNow:
        """Let the device test itself before the crew leaves; return what it found."""
        self._client.call("check_departure", operation=operation)

        def ended() -> DepartureNow | None:
            now = self.status().departure
            return now if now is not None and now.ended else None

        return wait_for(
            ended, 60, "check.not_ended", "出发前自检未结束", "the pre-departure check did not end"
        )

    def record(self, operation: str) -> str:
        """Start to record; return the recording's id once its first fragment is kept."""
        try:
            self.start_recording(operation)
        except MzError as error:
            raise failed(error.code, f"不能开始录制:{error}", f"Cannot record: {error}") from error
        return self.wait_recording()

    def start_recording(self, operation: str) -> None:
        """Start to record; the first fragment comes soon after."""
        self._client.call("start", operation=operation)

    def start_crew(self, operation: str) -> OutboxItem:
        """Let the devices of the whole crew record."""
        return self._client.ask(OutboxItem, "start_crew", operation=operation)

    def wait_recording(self) -> str:
        """Return the recording that runs, once its first fragment is kept."""

        def begun() -> RecordingStatus | None:
            found = self.status().recording
            return found if found is not None and found.recorded > 0 else None

        return wait_for(
            begun, 30, "record.no_fragment", "录制没有产生片段", "No fragment was recorded"
        ).recording

    def stop(self, reason: str) -> None:
        """Stop recording."""
        self._client.call("stop", reason=reason)

    def recordings(self) -> list[RecordingStatus]:
        """Return the running recording and the ones before it."""
        status = self.status()
        running = [status.recording] if status.recording else []
        return running + [each for each in status.recent if each not in running]

    def photo(self) -> PhotoTaken:
        """Take a photo."""
        return self._client.ask(PhotoTaken, "photo")

    def replay(self, photo: str) -> int:
        """Let the device show what it recorded from 5 s before a photo; return the wall clock, ms,
        of the first picture that comes."""
        with self._client.replay(ReplayArgs(photo=photo)) as link:
            header = link.recv(_PICTURE.size, socket.MSG_WAITALL)
        if len(header) < _PICTURE.size:
            raise failed("replay.gone", "设备没有回看画面", "the device shows nothing")
        return int(_PICTURE.unpack(header)[2])

    def open_operation(self, operation: str, kind: OpenedKind, place: str, case: str) -> None:
        """Open an operation that nobody planned, in a case of the day."""
        self._client.call(
            "open_operation", operation=operation, kind=kind, place_text=place, case=case
        )

    def save_measure(
        self,
        operation: str,
        body: FieldAct,
        second: str | None,
        papers: Sequence[str] = (),
        draft: str = "",
    ) -> OutboxItem:
        """Save an act: signed and queued in one transaction, its draft dropped."""
        return self._client.ask(
            OutboxItem, "save_measure", operation=operation, body=body, second_officer=second,
            papers=list(papers), draft=draft,
        )  # fmt: skip

    def typeset(self, operation: str, body: FieldAct, second: str | None) -> Typeset:
        """Write record, list and slip of an act as pages, on the device."""
        return self._client.ask(
            Typeset, "typeset", operation=operation, body=body, second_officer=second
        )

    def read_aloud(self, lines: list[str]) -> bool:
        """Have a paper read out to its end; return whether this device has a voice."""
        if not self.status().may_read_aloud:
            return False
        self._client.call("read_aloud", lines=lines)
        wait_for(
            lambda: self.status().read_line is None, _READ_S, "paper.unread",
            "文书没有读完", "The paper was not read to its end",
        )  # fmt: skip
        return True

    def print(self, paper: str) -> Path:
        """Print a typeset paper by the device's first printer, which hands it over as a file."""
        printer = self._client.ask(list[str], "printers")[0]
        return Path(self._client.ask(Printed, "print", paper=paper, printer=printer).where)

    def sign(self, paper: str, who: Attendee) -> Attendee:
        """Let a person sign a paper on the glass, with a made-up hand; return him as he signed."""
        made = self._client.ask(
            Signed, "sign", paper=paper, kind=who.kind, name=who.name, width=600, height=240,
            strokes=_HAND,
        )  # fmt: skip
        return msgspec.structs.replace(who, signed=SignedHow.SIGNED, signature_sha256=made.sha256)

    def stand_beside(self, operation: str) -> OutboxItem:
        """Confirm that this device's officer is there, since a minute ago."""
        since = now_ms() - _BESIDE_MS
        return self._client.ask(OutboxItem, "stood_beside", operation=operation, from_ms=since)

    def mark(self, operation: str, text: str) -> OutboxItem:
        """Mark this moment of the footage."""
        return self._client.ask(OutboxItem, "marker", operation=operation, text=text)

    def keep_draft(self, name: str, text: str) -> None:
        """Keep what was typed."""
        self._client.call("keep_draft", name=name, text=text)

    def drafts(self) -> dict[str, str]:
        """Return what was typed and not saved, by name."""
        return {one.name: one.text for one in self._client.ask(list[Draft], "drafts")}

    def send_footage_by(self, by: FootageBy) -> None:
        """Let kept footage go over these links."""
        self._client.call("footage_by", by=by)

    def preview(self) -> socket.socket:
        """Return a connection that brings preview pictures."""
        return self._client.preview()

    def call_for_help(self) -> None:
        """Raise the alarm and let the five seconds pass in which it can be taken back."""
        self._client.call("raise_sos")
        wait_for(
            lambda: self.status().sos_told, _SOS_S, "sos.untold",
            "求助没有发出", "the call for help was not told",
        )  # fmt: skip

    def set_pin(self, pin: str, duress: str) -> None:
        """Set the PIN, and the one that looks the same and keeps the alarm; again is well."""
        former = {"former": pin} if self.status().pin_set else {}
        self._client.call("set_pin", pin=pin, duress=duress, **former)

    def is_safe(self, pin: str) -> None:
        """Close the alarm on the device."""
        self._client.call("close_sos", pin=pin)

    def begin_private(self, operation: str, reason: PrivateReason) -> OutboxItem:
        """Close viewing; recording goes on."""
        return self._client.ask(OutboxItem, "begin_private", operation=operation, reason=reason)

    def end_private(self) -> OutboxItem:
        """Let viewing be open again."""
        return self._client.ask(OutboxItem, "end_private")

    def press_talk(self) -> None:
        """Hold the key to talk; as long as somebody else speaks, press again."""
        wait_for(
            self._pressed, _FLOOR_S, "talk.floor_taken",
            "对讲一直被占用", "somebody else speaks all the time",
        )  # fmt: skip

    def _pressed(self) -> bool:
        try:
            self._client.call("talk_press")
        except MzError as error:
            if error.code != "talk.floor_taken":
                raise
            return False
        return True

    def release_talk(self) -> None:
        """Let the key go."""
        self._client.call("talk_release")

    def explain_recorders(self, operation: str, text: str) -> OutboxItem:
        """Say why fewer than two recorders run."""
        return self._client.ask(OutboxItem, "recorder_reason", operation=operation, text=text)

    def outbox(self) -> list[OutboxItem]:
        """Return the outbox."""
        return self._client.ask(list[OutboxItem], "outbox")

    def outbox_groups(self) -> list[OutboxGroup]:
        """Return how much of each kind is in which state."""
        return self._client.ask(list[OutboxGroup], "outbox_groups")

    def wait_sent(self, item: str, seconds: float = 30.0) -> OutboxItem:
        """Wait until the centre holds an item."""

        def sent() -> OutboxItem | None:
            found = next((each for each in self.outbox() if each.item == item), None)
            if found is not None and found.state is OutboxState.FAILED:
                raise failed(
                    "record.refused", f"记录被拒:{found.problem}", f"Refused: {found.problem}"
                )
            return found if found is not None and found.state is OutboxState.RECEIVED else None

        return wait_for(
            sent,
            seconds,
            "record.not_received",
            "指挥中心没有收到记录",
            "The record did not arrive",
        )

    def order(self, operation: str, text: str, seconds: float = 20.0) -> OrderOut:
        """Wait for the order of this text in an operation."""

        def arrived() -> OrderOut | None:
            mine = (each for each in self.status().orders if each.operation == operation)
            return next((each for each in mine if each.text == text), None)

        return wait_for(
            arrived, seconds, "order.not_received", "设备没有收到指令", "The order did not arrive"
        )

    def acknowledge(self, order: OrderOut) -> None:
        """Read the order, then say that it is done."""
        for state in (OrderState.READ, OrderState.DONE):
            self._client.call("acknowledge", order=order.order, state=state)
