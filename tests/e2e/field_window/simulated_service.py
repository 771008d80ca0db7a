"""A simulated capture service: a scripted peer that speaks `local_api` on the real Unix sockets."""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from field_app.local_api.acts import (
    Draft,
    FaultNoteArgs,
    MarkerArgs,
    MeasureArgs,
    MemoTaken,
    PhotoArgs,
    PhotoTaken,
    RecorderReasonArgs,
    StepArgs,
    StoodBesideArgs,
)
from field_app.local_api.outbox import OutboxGroup, OutboxItem, OutboxState, RefusedItem
from field_app.local_api.papers import (
    PrintArgs,
    Printed,
    ReadAloudArgs,
    SignArgs,
    Signed,
    SignOnPaperArgs,
    Typeset,
    TypesetArgs,
)
from field_app.local_api.recording import (
    BeginPrivateArgs,
    CrewNow,
    FootageBy,
    KeyArgs,
    KeyDone,
    RecordingStatus,
    StartArgs,
    StartCrewArgs,
    StopArgs,
)
from field_app.local_api.safety import GRACE_MS, PlanSilenceArgs
from field_app.local_api.second import SecondAwaited, SecondHere
from field_app.local_api.socket import (
    PREVIEW_NAME,
    REPLAY_NAME,
    SOCKET_NAME,
    Answer,
    ReplayArgs,
    Request,
)
from field_app.local_api.status import AcknowledgeArgs, EnrolArgs, Status
from field_app.local_api.talk import HearingArgs, TalkState, TalkStatus
from field_app.local_api.tether import NO_TETHER
from field_app.local_api.visit import (
    ConfirmValueArgs,
    DepartureNow,
    Ending,
    OpenOperationArgs,
    SiteNow,
    Stated,
    StateValueArgs,
)
from field_app.papers.glyphs import missing
from field_app.papers.receipt import write_receipt
from field_app.papers.slip import write_slip
from field_app.papers.typeset import typeset
from field_app.papers.written import write
from field_app.spool.outbox import WAITING
from schemas.field_api import (
    CaseStake,
    CrewMember,
    OfficerInfo,
    OperationBrief,
    OrderAct,
    OrderOut,
    OrderState,
    PaperToServe,
)
from schemas.integrity import qr_text
from schemas.opened import title
from schemas.problems import Kind, MzError
from schemas.stream import Route
from schemas.time import now_ms
from tests.e2e.field_window.simulated_scene import HEIGHT, WIDTH, still

OPERATION = "0192f0c0-0000-7000-8000-000000000001"
CODE = "7K2M-94QX"
SECOND_PIN = "482913"
CODE_SHOWN = "9F3A 7C21 E04B D518"
OFFICER = OfficerInfo("o-1", "陈牧远", "NJ0418", "ENF_OFFICER")
OTHER_OFFICER = OfficerInfo("o-2", "沈知夏", "NJ0419", "ENF_OFFICER")
_MORNING = now_ms() // 86_400_000 * 86_400_000 + 5_400_000


STAKE = CaseStake(
    10_000_000,
    2_000_000,
    120,
    "《查扣冻规定》（2020）第19条",
    {"MOVABLE": 24},
    "《民诉解释》第485条",
)


PAPERS = (
    PaperToServe("p-1", "（2026）粤0199执3061号之一", "执行裁定书"),
    PaperToServe("p-2", "（2026）粤0199执3061号告知第1号", "执行措施告知书", "黎喆昇"),
    PaperToServe("p-3", "（2026）粤0199执3061号告知第2号", "执行措施告知书", "顾念慈"),
)


def operations(
    papers: Sequence[PaperToServe] = PAPERS, debtors: Sequence[str] = ("黎喆昇",)
) -> list[OperationBrief]:
    """Return two operations of the invented court; papers, debtors: of the first one's case."""
    crew = [
        CrewMember("o-1", "陈牧远", "ENF_OFFICER", presiding=True),
        CrewMember("o-2", "沈知夏", "ENF_OFFICER"),
    ]
    return [
        OperationBrief(
            OPERATION, "case-1", "（2026）粤0199执3061号", "扣押 · 办公设备",
            "临江区桐花街27号", _MORNING, "planned",
            [("APPLICANT", "顾念慈"), *(("DEBTOR", name) for name in debtors)], crew,
            major_case=True, stake=STAKE, papers=list(papers),
        ),
        OperationBrief(
            "0192f0c0-0000-7000-8000-000000000002", "case-2", "（2024）粤0199执0958号",
            "扣押 · 小型轿车", "滨河东路8号地下车库", _MORNING + 5_400_000, "planned",
            [("APPLICANT", "南江市兴农担保公司"), ("DEBTOR", "邵一川")], crew,
        ),
    ]  # fmt: skip


def _stated(asked: StateValueArgs) -> Stated:
    """A page that says what the real one says."""
    lines = ["录音录像完整性校验值确认书", f"校验值：{CODE_SHOWN}", "任何一处改动都会使它不同。"]
    lines += [f"设备：校验值 {one.code}" for one in asked.others]
    value = CODE_SHOWN.replace(" ", "").lower() * 4
    return Stated(
        CODE_SHOWN, qr_text(value, asked.operation), "ab" * 32, lines, now_ms(), 21_000, 3
    )


class SimulatedService:
    """Listens in a data folder; `link` and the counts are moved by the test."""

    def __init__(self, data: Path, *, enrolled: bool = False) -> None:
        self._data, self.enrolled, self.link = data, enrolled, "good"
        self.watchers, self.refuse_disk = 3, ""
        self.planned = True
        self.lat: float | None = 23.13
        self.officer: OfficerInfo | None = OFFICER
        self.revoked = False
        self.talk_held = 0
        self.talk = TalkStatus(Route.EARPIECE, list(Route)[:3], True, TalkState.IDLE)
        self.armed = False
        self.waiting_fragments = 38
        self.orders: list[OrderOut] = []
        self.steps: list[StepArgs] = []
        self.sites: list[SiteNow] = []
        self.saved: list[MeasureArgs] = []
        self.signed: list[SignArgs] = []
        self.signed_by_hand: list[SignOnPaperArgs] = []
        self.speaking = False
        self.printed: list[PrintArgs] = []
        self.read_aloud: list[str] = []
        self.read_line: int | None = None
        self.seconds: list[SecondHere] = []
        self.by_second: list[str] = []
        self.awaited: list[SecondAwaited] = []
        self.beside: list[StoodBesideArgs] = []
        self.drafts: dict[str, Draft] = {}
        self.markers: list[MarkerArgs] = []
        self.notes: list[FaultNoteArgs] = []
        self.reasons: list[RecorderReasonArgs] = []
        self.private: tuple[BeginPrivateArgs, int] | None = None
        self.crew_started: list[str] = []
        self.crews_asked: list[CrewNow] = []
        self.silence: PlanSilenceArgs | None = None
        self.departure: DepartureNow | None = None
        self.sos: tuple[str, int] | None = None
        self.sos_told = False
        self.sos_grace_ms = GRACE_MS
        self.pin, self.pin_wait_s = "", 0
        self.guard_minutes = 0
        self.tether = NO_TETHER
        self.keys: list[KeyArgs] = []
        self.stated: Stated | None = None
        self.stated_with: StateValueArgs | None = None
        self.confirmed: list[ConfirmValueArgs] = []
        self.stopped: list[str] = []
        self.opened: list[OpenOperationArgs] = []
        self.found: list[OperationBrief] = []
        self.papers: Sequence[PaperToServe] = PAPERS
        self.debtors = ["黎喆昇"]
        self.outbox: list[OutboxItem] = []
        self.sent_again: list[tuple[str, str]] = []
        self.footage_by = FootageBy.ANY
        self.running: tuple[str, str | None, int] | None = None
        self.ended: list[RecordingStatus] = []
        self._subscribers: list[socket.socket] = []
        self._closing = threading.Event()
        self.replays: list[ReplayArgs] = []
        self.replay_problem = ""
        self._listeners = [self._listen(name) for name in (SOCKET_NAME, PREVIEW_NAME, REPLAY_NAME)]
        for work in (self._accept, self._push, self._preview, self._replay):
            threading.Thread(target=work, daemon=True).start()

    def close(self) -> None:
        """Stop listening and remove the sockets."""
        self._closing.set()
        for listener in self._listeners:
            listener.close()
        for subscriber in self._subscribers:
            subscriber.close()
        for name in (SOCKET_NAME, PREVIEW_NAME, REPLAY_NAME):
            (self._data / name).unlink(missing_ok=True)

    def send_order(self, text: str, act: OrderAct = OrderAct.NONE) -> None:
        """Let the centre give an order."""
        seq = len(self.orders) + 1
        state = OrderState.RECEIVED
        self.orders.append(
            OrderOut(f"order-{seq}", seq, OPERATION, text, "钱望舒", now_ms(), state, act)
        )

    def status(self) -> Status:
        """Return what the screens show."""
        return Status(
            enrolled=self.enrolled, device="0192f0c0-0000-7000-8000-0000000000d7",
            device_name="NJ-21" if self.enrolled else "", court="南江市临江区人民法院",
            officer=self.officer if self.enrolled else None,
            centre_url="http://127.0.0.1:8420", link=self.link if self.enrolled else "none",
            last_contact_ms=now_ms() - 4000,
            operations=[
                *(operations(self.papers, self.debtors) if self.enrolled and self.planned else []),
                *self.found,
            ],
            orders=list(self.orders), recording=self._recording(), recent=list(self.ended),
            backlog_fragments=self.waiting_fragments if self.running else 0,
            backlog_bytes=self.waiting_fragments * 25_000 if self.running else 0,
            outbox_waiting=sum(one.state is not OutboxState.RECEIVED for one in self.outbox),
            watchers=self.watchers if self.running else 0, lat=self.lat, lon=113.26, accuracy_m=6.0,
            free_bytes=41_200_000_000, disk_refusal=self.refuse_disk,
            armed=self.armed, buffer_seconds=30,
            revoked=self.revoked, phone="020-1234 5678",
            private_since_ms=self.private[1] if self.private else None,
            private_reason=self.private[0].reason if self.private else "",
            silent_until_ms=now_ms() + self.silence.minutes * 60_000 if self.silence else None,
            sos_since_ms=self.sos[1] if self.sos else None, sos_told=self.sos_told,
            sos_left_ms=max(0, self.sos[1] + self.sos_grace_ms - now_ms()) if self.sos else 0,
            guard_until_ms=now_ms() + self.guard_minutes * 60_000 if self.guard_minutes else None,
            pin_set=bool(self.pin), pin_wait_s=self.pin_wait_s, talk=self.talk,
            footage_by=self.footage_by,
            battery_percent=46, battery_left_s=5_400, storage_left_s=66_600, temperature_c=41.0,
            hot_left_s=1_500, clock_ahead_ms=-4_200, departure=self.departure,
            sites=list(self.sites), tether=self.tether, seconds_awaited=list(self.awaited),
            crews_asked=list(self.crews_asked), may_read_aloud=True, read_line=self.read_line,
            refused=[
                RefusedItem(one.item, one.kind, one.title, one.problem, OPERATION)
                for one in self.outbox if one.state is OutboxState.FAILED
            ],
        )  # fmt: skip

    def _leave_second(self, record: str) -> None:
        self.awaited = [one for one in self.awaited if one.record != record]

    def _recording(self) -> RecordingStatus | None:
        if self.running is None:
            return None
        recording, operation, started = self.running
        recorded = (now_ms() - started) // 200
        received = max(0, recorded - self.waiting_fragments)
        archived = max(0, received - 60)
        return RecordingStatus(
            recording, operation, started, False, recorded, received, archived,
            started + archived * 200 if archived else None,
        )  # fmt: skip

    def _do(self, verb: str, args: dict[str, Any]) -> Any:
        match verb:
            case "status" | "contact":
                return self.status()
            case "enrol":
                asked = msgspec.convert(args, EnrolArgs)
                if asked.code != CODE:
                    raise MzError("enrolment.code_wrong", Kind.REFUSED)
                self.enrolled = True
                return self.status()
            case "start":
                asked_start = msgspec.convert(args, StartArgs)
                self.running = ("0192f0c0-rec", asked_start.operation, now_ms() - 767_000)
                return self.status()
            case "stop":
                self.stopped.append(msgspec.convert(args, StopArgs).reason)
                self.running = None
                return self.status()
            case "step":
                self.steps.append(msgspec.convert(args, StepArgs))
                return self._put("step", "出发", 412)
            case "photo":
                if self.running is None:
                    raise MzError("photo.no_picture", Kind.CONFLICT)
                still_bytes = still(len(self.outbox))
                digest = hashlib.sha256(still_bytes).hexdigest()
                self._put(
                    "page" if msgspec.convert(args, PhotoArgs).page else "photo", "照片", 84_000
                )
                return PhotoTaken(digest, 84_000, now_ms())
            case "save_measure":
                saved = msgspec.convert(args, MeasureArgs)
                self.saved.append(saved)
                self.drafts.pop(saved.draft, None)
                item = self._put("measure", "扣押动产 1 项", 2_310)
                self.awaited += [
                    SecondAwaited(item.item, saved.operation, one.officer, one.name, item.title,
                                  item.made_ms)
                    for one in self.seconds if one.officer == saved.second_officer
                ]  # fmt: skip
                return item
            case "typeset":
                return self._typeset(msgspec.convert(args, TypesetArgs))
            case "sign":
                self.signed.append(msgspec.convert(args, SignArgs))
                return Signed(f"{len(self.signed):064x}")
            case "sign_on_paper":
                self.signed_by_hand.append(msgspec.convert(args, SignOnPaperArgs))
                return Signed(f"{len(self.signed_by_hand):064x}")
            case "read_aloud":
                self.read_aloud, self.read_line = msgspec.convert(args, ReadAloudArgs).lines, 0
                return None
            case "stop_reading":
                self.read_line = None
                return None
            case "begin_memo":
                self.speaking = True
                return None
            case "end_memo":
                self.speaking = False
                return MemoTaken("cd" * 32, 9_000)
            case "printers":
                return ["pdf", "tcp:127.0.0.1:9100"]
            case "print":
                self.printed.append(msgspec.convert(args, PrintArgs))
                return Printed(args["printer"])
            case "seconds":
                return self.seconds
            case "enrol_second":
                self.seconds.append(SecondHere("o-2", "沈知夏"))
                return self.seconds
            case "confirm_second":
                if args["pin"] != SECOND_PIN:
                    raise MzError("pin.wrong", Kind.REFUSED)
                self.by_second.append(args["record"])
                self._leave_second(args["record"])
                return self._put("note", "第二名执行人员确认在场", 700)
            case "leave_second":
                self._leave_second(args["record"])
                return None
            case "stood_beside":
                self.beside.append(msgspec.convert(args, StoodBesideArgs))
                return self._put("note", "确认在场", 390)
            case "keep_draft":
                draft = msgspec.convert(args, Draft)
                self.drafts[draft.name] = draft
                return None
            case "drop_draft":
                self.drafts.pop(args["name"], None)
                return None
            case "drafts":
                return list(self.drafts.values())
            case "marker":
                self.markers.append(msgspec.convert(args, MarkerArgs))
                return self._put("marker", "标记", 380)
            case "fault_note":
                self.notes.append(msgspec.convert(args, FaultNoteArgs))
                return self._put("note", "故障说明", 640)
            case "recorder_reason":
                self.reasons.append(msgspec.convert(args, RecorderReasonArgs))
                return self._put("note", "记录仪不足两台的说明", 420)
            case "start_crew":
                operation = msgspec.convert(args, StartCrewArgs).operation
                self.crew_started.append(operation)
                self.running = self.running or ("0192f0c0-rec", operation, now_ms() - 767_000)
                return self._put("note", "全组开始录制", 380)
            case "plan_silence":
                self.silence = msgspec.convert(args, PlanSilenceArgs)
                return self._put("note", "计划静默", 400)
            case "colleagues":
                return [CrewMember("o-2", "沈知夏", "ENF_OFFICER")]
            case "open_operation":
                return self._open(msgspec.convert(args, OpenOperationArgs))
            case "check_departure":
                self.departure = DepartureNow(args["operation"], now_ms())
                return None
            case "end_silence":
                self.silence = None
                return self._put("note", "计划静默", 400)
            case "raise_sos":
                self.sos = self.sos or (args["cause"], now_ms())
                return self.status()
            case "cancel_sos" | "close_sos":
                if verb == "close_sos" and args["pin"] != self.pin:
                    raise MzError("pin.wrong", Kind.REFUSED)
                self.sos, self.sos_told = None, False
                return self.status()
            case "carry":
                address = f"192.168.43.1:{args['port']}" if args["port"] else ""
                self.tether = msgspec.structs.replace(self.tether, address=address)
                return self.status()
            case "be_carried":
                self.tether = msgspec.structs.replace(self.tether, carrier=args["carrier"])
                return self.status()
            case "guard":
                self.guard_minutes = args["minutes"]
                return self.status()
            case "set_pin":
                self.pin = args["pin"]
                return self.status()
            case "unlock":
                if args["pin"] != self.pin:
                    raise MzError("pin.wrong", Kind.REFUSED)
                return None
            case "assign":
                self.ended = [
                    msgspec.structs.replace(one, operation=args["operation"])
                    if one.recording == args["recording"]
                    else one
                    for one in self.ended
                ]
                return self._put("note", "录制归入行动", 360)
            case "ending":
                return self._ending()
            case "state_value":
                self.stated_with = msgspec.convert(args, StateValueArgs)
                self.stated = _stated(self.stated_with)
                return self.stated
            case "confirm_value":
                self.confirmed.append(msgspec.convert(args, ConfirmValueArgs))
                self.stated = None
                return self._put("note", f"完整性校验值 {CODE_SHOWN}", 900)
            case "key":
                return self._obey(msgspec.convert(args, KeyArgs))
            case "begin_private":
                self.private = (msgspec.convert(args, BeginPrivateArgs), now_ms())
                return self._put("note", "隐私时段开始", 420)
            case "end_private":
                self.private = None
                return self._put("note", "隐私时段结束", 430)
            case "acknowledge":
                return self._acknowledge(msgspec.convert(args, AcknowledgeArgs))
            case "talk_press":
                self.set_talk(state=TalkState.SPEAKING, burst="burst-1")
                return None
            case "talk_hold":
                self.talk_held += 1
                return None
            case "talk_release":
                self.set_talk(state=TalkState.IDLE)
                return None
            case "hearing":
                self.set_talk(route=msgspec.convert(args, HearingArgs).route)
                return self.status()
            case "outbox_groups":
                return self._groups()
            case "send_again" | "send_as_new":
                self.sent_again.append((verb, args["item"]))
                return self.outbox[0]
            case "footage_by":
                self.footage_by = FootageBy(args["by"])
                return self.status()
            case "outbox":
                return list(self.outbox)
            case _:
                raise MzError("verb.unknown", Kind.INVALID)

    def set_talk(self, **changed: Any) -> None:
        """Let talk be otherwise."""
        self.talk = msgspec.structs.replace(self.talk, **changed)

    def _ending(self) -> Ending:
        now = now_ms()
        arrived = now - 4_394_000
        return Ending(
            arrived, None, [(arrived, now - 900_000), (now - 852_000, now)],
            [(now - 900_000, now - 852_000)], 21_000, self.waiting_fragments,
            sum(one.state in WAITING for one in self.outbox),
            [one.item for one in self.outbox if one.state is OutboxState.FAILED],
            sum(one.state is OutboxState.SET_ASIDE for one in self.outbox), 2, 21, 4, 1,
            ["黎喆昇"], [("见证人", "温和平"), ("被执行人", "黎喆昇")], self.stated,
            [CODE_SHOWN] * len(self.confirmed),
        )  # fmt: skip

    def _open(self, asked: OpenOperationArgs) -> OperationBrief:
        self.opened.append(asked)
        number = next((one.case_number for one in operations() if one.case == asked.case), "")
        brief = OperationBrief(
            asked.operation, asked.case, number or asked.case_number, title(asked.kind),
            asked.place_text or "北纬23.13000，东经113.26000（误差6米）", now_ms(), "on_scene", [],
            [CrewMember("o-1", "陈牧远", "ENF_OFFICER", presiding=True)],
        )  # fmt: skip
        self.found.append(brief)
        if self.running is not None:
            self.running = (self.running[0], asked.operation, self.running[2])
        self._put("note", "开立计划外行动", 620)
        return brief

    def _obey(self, asked: KeyArgs) -> KeyDone:
        self.keys.append(asked)
        if asked.held:
            self.running = None
            return KeyDone.STOPPED
        if self.running is None:
            self.running = ("0192f0c0-rec", asked.operation, now_ms())
            return KeyDone.STARTED
        return KeyDone.MARKED

    def _typeset(self, asked: TypesetArgs) -> Typeset:
        """The paper itself is real: written and typeset as the service does."""
        brief, court = operations()[0], "南江市临江区人民法院"
        acting = (self.officer.officer if self.officer else "", asked.second_officer)
        officers = [one.name for one in brief.crew if one.officer in acting]
        slip = write_slip(asked.body, brief, court)
        receipt = write_receipt(asked.body, brief, court, officers)
        slip_sha256 = hashlib.sha256(typeset(slip)[0]).hexdigest()
        receipt_sha256 = hashlib.sha256(typeset(receipt)[0]).hexdigest() if receipt else ""
        paper = write(asked.body, brief, court, officers, slip_sha256, receipt_sha256)
        data, pages = typeset(paper)
        return Typeset(
            hashlib.sha256(data).hexdigest(), paper.lines(), pages, slip_sha256, slip.lines(),
            missing(paper.lines()), receipt_sha256, receipt.lines() if receipt else [],
        )  # fmt: skip

    def _put(self, kind: str, title: str, size: int) -> OutboxItem:
        item = OutboxItem(
            f"item-{len(self.outbox)}", kind, title, now_ms(), size, OutboxState.KEPT, 0
        )
        self.outbox.append(item)
        return item

    def _groups(self) -> list[OutboxGroup]:
        found = Counter((one.kind, one.state) for one in self.outbox)
        return [OutboxGroup(kind, state, n, n * 900) for (kind, state), n in found.items()]

    def _acknowledge(self, asked: AcknowledgeArgs) -> None:
        self.orders = [
            msgspec.structs.replace(one, state=asked.state) if one.order == asked.order else one
            for one in self.orders
        ]

    def _listen(self, name: str) -> socket.socket:
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        listener.bind(str(self._data / name))
        listener.listen()
        return listener

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while not self._closing.is_set():
                peer, _ = self._listeners[0].accept()
                threading.Thread(target=self._serve, args=(peer,), daemon=True).start()

    def _serve(self, peer: socket.socket) -> None:
        with contextlib.suppress(OSError):
            for line in peer.makefile("rb"):
                request = msgspec.json.decode(line, type=Request)
                if request.verb == "subscribe":
                    answer = Answer(request.id, True, self.status())
                else:
                    answer = self._answer(request)
                peer.sendall(msgspec.json.encode(answer) + b"\n")
                if request.verb == "subscribe":
                    self._subscribers.append(peer)

    def _answer(self, request: Request) -> Answer:
        try:
            return Answer(request.id, True, self._do(request.verb, request.args))
        except MzError as error:
            return Answer(request.id, False, problem=error.problem())

    def _push(self) -> None:
        while not self._closing.wait(0.2):
            line = msgspec.json.encode({"event": "status", "data": self.status()}) + b"\n"
            for peer in list(self._subscribers):
                try:
                    peer.sendall(line)
                except OSError:
                    self._subscribers.remove(peer)

    def _preview(self) -> None:
        with contextlib.suppress(OSError):
            while not self._closing.is_set():
                peer, _ = self._listeners[1].accept()
                self._send_frames(peer)

    def _replay(self) -> None:
        with contextlib.suppress(OSError):
            while not self._closing.is_set():
                peer, _ = self._listeners[2].accept()
                with peer, contextlib.suppress(OSError):
                    self._send_kept(peer)

    def _send_kept(self, peer: socket.socket) -> None:
        """Two seconds of the scene, from 5 s before."""
        line = peer.makefile("rb").readline()
        self.replays.append(msgspec.json.decode(line, type=ReplayArgs))
        code = self.replay_problem
        problem = MzError(code, Kind.REFUSED).problem() if code else None
        peer.sendall(msgspec.json.encode(Answer(0, not code, problem=problem)) + b"\n")
        begin = time.time_ns() // 1_000_000 - 5_000
        for moment in range(0 if code else 30):
            header = struct.pack(">IIQ", WIDTH, HEIGHT, begin + moment * 67)
            peer.sendall(header + still(moment))
            time.sleep(1 / 15)

    def _send_frames(self, peer: socket.socket) -> None:
        with contextlib.suppress(OSError):
            for moment in itertools.count():
                if self._closing.wait(1 / 10):
                    return
                if self.running is not None:
                    header = struct.pack(">IIQ", WIDTH, HEIGHT, time.time_ns() // 1_000_000)
                    peer.sendall(header + still(moment))
