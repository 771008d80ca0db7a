"""The story: an officer records a seizure, the desk watches, both parties are told, it verifies.

Everything is said over HTTP, WebSockets and the device's local socket to programs that run as
processes of their own. Each chapter is one method; later issues add chapters.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from door import centre
from door.audit import audit
from door.refusal import Refusal
from door.site import Site, elsewhere
from door.story import evidence
from door.story.cast import Cast, seed
from door.story.desk import Desk
from door.story.device import OfficersDevice
from door.story.html import Element
from door.story.portal import Portal
from door.story.report import Live, NoticeState, Report
from door.story.seizure import seizure
from door.story.telling import Telling, failed, wait_for
from door.story.watching import Watching, find_chromium
from door.supervisor import Supervisor
from field_app.local_api import RecordingStatus
from schemas.field_api import OrderState
from schemas.records import FootageAt, Step

_ORDER = "请先拍摄设备铭牌,再张贴封条。"
_DELIVERED = frozenset({"delivered", "read", "acked"})
_ATTENDED = frozenset({OrderState.DONE})
_OFFICER_S = 2.0
_PORT_TRIES = 3
_ARCHIVE_S, _NOTICE_S, _EVERY_S = 60.0, 40.0, 1.0


@dataclass
class Options:
    """What the command line asks for."""

    seconds: float
    video: Path | None

    @property
    def camera(self) -> str:
        """The service's word for the camera."""
        return "generated" if self.video is None else f"file:{self.video.absolute()}"


class Story:
    """One telling over one site; closing it stops every process it started."""

    def __init__(self, site: Site, options: Options, telling: Telling) -> None:
        self.site, self.options, self.telling = site, options, telling
        self.report = Report(data=str(site.data))
        self.device = OfficersDevice(site.data / "device", options.camera)
        self.supervisor = Supervisor(telling.say)
        self.cast: Cast | None = None
        self._desk = Desk(site.public_url, "值班员 duty officer")
        self._stack = ExitStack()
        self._watching: Watching | None = None
        self._recording = ""
        self._recorded_from = 0.0
        self._bundle = site.data / "evidence.zip"

    def __enter__(self) -> Story:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()
        self.device.close()
        self.supervisor.close()

    def tell(self) -> None:
        """Tell it to its end."""
        self.begin()
        self.watch()
        self.command()
        self.seize()
        self.keep_recording()
        self.withdraw()
        self.archive()
        self.inform()
        self.look_in()
        self.prove()

    def show(self) -> list[tuple[str, str, str]]:
        """Tell it as far as a visitor wants to look around himself, and go on recording.

        Returns the parties' sign-ins: role, case number, query password.
        """
        self.begin()
        self.seize()
        self.inform()
        with self.telling.step("签发双方的查询密码", "query passwords for both parties"):
            return [
                (name, self._cast.case_number, self._desk.issue_password(self._cast.case, party))
                for party, _, name in self._cast.parties
            ]

    def attend(self) -> None:
        """Be the officer: read each order that comes, and say a little later that it is done."""
        read = {each.order for each in self.device.status().orders if each.state in _ATTENDED}
        while True:
            time.sleep(_OFFICER_S)
            for order in self.device.status().orders:
                if order.order not in read:
                    self.device.acknowledge(order)
                    read.add(order.order)

    # -- chapter 1: everything is up, the officer is at the scene and records

    def begin(self) -> None:
        """Start the centre's side and the device; enrol, contact, arrive, record."""
        with self.telling.step("密钥与数据库", "keys and database"):
            centre.prepare(self.site)
        # Passwords are slow to hash on purpose; meanwhile the programs come up.
        with ThreadPoolExecutor(1) as pool:
            seeding = pool.submit(seed, self.site)
            self._start_somewhere()
            with self.telling.step("两件案件、四方当事人、各角色人员", "cases, parties, staff"):
                self.cast = seeding.result()
                self.report.root = self.cast.root
                self._desk.sign_in(self.cast.duty.number, self.cast.duty.password)
        self._enrol()
        with self.telling.step("到达现场", "on scene"):
            self.device.report_step(self._cast.operation, Step.DEPARTED)
            arrival = self.device.report_step(self._cast.operation, Step.ON_SCENE)
            self.device.wait_sent(arrival.item)
        with self.telling.step("开始录音录像", "recording") as words:
            self._recording = self.device.record(self._cast.operation)
            self._recorded_from = time.monotonic()
            words.append(self._recording)

    def _start_somewhere(self) -> None:
        """Start the programs; on other ports if one was taken between the look and the start."""
        for left in reversed(range(_PORT_TRIES)):
            try:
                self._start_programs()
                return
            except Refusal as refusal:
                if "port_taken" not in refusal.tail or not left:
                    raise
                self.supervisor.close()
                self.site = elsewhere(self.site)
                self.supervisor = Supervisor(self.telling.say)
                self._desk = Desk(self.site.public_url, self._desk.who)

    def _start_programs(self) -> None:
        for program in centre.programs(self.site):
            with self.telling.step(f"启动 {program.name}", f"start {program.name}"):
                self.supervisor.start(program)
        with self.telling.step("启动执法记录仪", "start the officer's device"):
            self.device.start(self.supervisor, self.site.logs / "device.log")

    def _enrol(self) -> None:
        with self.telling.step("一次性登记码登记设备", "enrol by one-time code") as words:
            status = self.device.status()
            if not status.enrolled:
                code = self._desk.enrolment_code(self._cast.officer)
                status = self.device.enrol(self.site.public_url, code, "演示记录仪 1 号")
            words.append(status.device)

    # -- chapter 2: the desk sees it and speaks to it

    def watch(self) -> None:
        """Watch the device's picture in Chromium, if there is one."""
        chromium = find_chromium()
        if chromium is None:
            self.report.live = Live(reason="Chromium is not installed")
            self.telling.say("本机没有 Chromium,不测时延", "no Chromium here: latency not measured")
            return
        with self.telling.step("指挥大屏实时画面(Chromium)", "live on the wall, in Chromium"):
            self._watching = self._stack.enter_context(Watching(chromium))
            duty = self._cast.duty
            self._watching.open_wall(f"{self.site.public_url}/desk", duty.number, duty.password)
            self._watching.wait_live(self.device.status().device)

    def command(self) -> None:
        """The duty officer sends one order; the officer reads and does it."""
        with self.telling.step("下达指令并由现场确认", "an order, read and done") as words:
            self._desk.send_order(self._cast.operation, _ORDER)
            self.device.acknowledge(self.device.order(_ORDER))
            states = wait_for(
                self._done_states, 20, "order.not_acknowledged", "指令未确认", "order not done"
            )
            self.report.order = {"text": _ORDER, "states": states}
            words.append(", ".join(states))

    def _done_states(self) -> list[str]:
        states = self._desk.order_states(self._cast.operation, _ORDER)
        return states if "done" in states else []

    # -- chapter 3: the act

    def seize(self) -> None:
        """Take a photo, save the seizure; the centre makes the measure and both notices."""
        with self.telling.step("拍照、登记扣押", "photo and seizure") as words:
            photo = self.device.photo()
            now = next(each for each in self._recordings() if each.recording == self._recording)
            moment = FootageAt(self._recording, max(0, now.recorded - 1), photo.wall_ms)
            body = seizure(photo.sha256, moment)
            saved = self.device.save_measure(self._cast.operation, body, self._cast.second)
            sent = self.device.wait_sent(saved.item)
            measure = wait_for(
                lambda: self._measure(saved.item),
                15, "measure.absent", "案件页没有这项措施", "the case page lacks the measure",
            )  # fmt: skip
            self.report.measure = {
                "id": measure,
                "kind": "SEIZE",
                "record": saved.item,
                "items": len(body.items),
                "control_from": body.control_from,
                "control_to": body.control_to,
                "photo": photo.sha256,
                "defects": sent.defects,
            }
            words.append(self.report.measure["id"])

    def _measure(self, record: str) -> str:
        """Return the measure that came of a record: it carries the record's id."""
        shown = {each.get("data-measure") for each in self._desk.measures(self._cast.case)}
        return record if record in shown else ""

    def _recordings(self) -> list[RecordingStatus]:
        """Return the recordings of this operation; a folder may hold those of a former telling."""
        mine = self._cast.operation
        return [each for each in self.device.recordings() if each.operation == mine]

    def _recorded(self) -> int:
        return sum(each.recorded for each in self._recordings())

    # -- chapter 4: the end of the visit

    def keep_recording(self) -> None:
        """Record for as long as was asked."""
        with self.telling.step(f"录制满 {self.options.seconds:g} 秒", "keep recording"):
            while (left := self._recorded_from + self.options.seconds - time.monotonic()) > 0:
                time.sleep(min(_EVERY_S, left))
                self.device.status()
                if self._watching is not None:
                    self._watching.collect()
        if self._watching is None:
            return
        if self.options.video is None:
            self.report.live = self._watching.latency(self.device.drawn)
        else:
            self.report.live = Live(reason="--video: no frame number is drawn in the picture")
        self._watching.screenshot(self.site.data / "wall.png")

    def withdraw(self) -> None:
        """Stop, withdraw."""
        with self.telling.step("停止录制并撤离", "stop and withdraw"):
            self.device.stop("执行完毕")
            withdrawal = self.device.report_step(self._cast.operation, Step.WITHDRAWN)
            self.device.wait_sent(withdrawal.item)

    def archive(self) -> None:
        """Wait until every recorded fragment is archived."""
        with self.telling.step("逐片归档并读回核对", "every fragment archived") as words:
            try:
                wait_for(
                    self._all_archived, _ARCHIVE_S, "archive.incomplete",
                    "仍有片段未归档", "not every fragment is archived",
                )  # fmt: skip
            finally:
                self._count()
            counted = self.report.fragments
            words.append(f"{counted.archived}/{counted.recorded}")

    def _all_archived(self) -> bool:
        found = self._recordings()
        return bool(found) and all(each.ended and each.archived >= each.recorded for each in found)

    def _count(self) -> None:
        held = []
        for each in self._recordings():
            play = self._desk.play_ticket(each.recording)
            held += evidence.holdings(play, each.recording)
        self.report.fragments = evidence.fragments(self._recorded(), held)

    # -- chapter 5: both parties

    def inform(self) -> None:
        """Wait until both parties' notices are delivered."""
        with self.telling.step("双方当事人的告知送达终端", "both parties told") as words:
            try:
                self.report.notices = wait_for(
                    self._delivered, _NOTICE_S, "notice.not_delivered",
                    "告知尚未送达终端", "the notices are not delivered",
                )  # fmt: skip
            except BaseException:
                self.report.notices = self._desk.notices(self._cast.case, self.report.measure["id"])
                raise
            words.append(f"{len(self.report.notices)} notices")

    def _delivered(self) -> list[NoticeState]:
        found = self._desk.notices(self._cast.case, self.report.measure["id"])
        sms = [each for each in found if each.channel == "SMS"]
        both = {each.party for each in sms} >= {role for _, role, _ in self._cast.parties}
        return found if both and all(each.state in _DELIVERED for each in sms) else []

    def look_in(self) -> None:
        """The debtor signs in with his password and sees the measure in plain words."""
        with self.telling.step("被执行人凭案号和密码查询", "the debtor looks in") as words:
            party = self._cast.party("DEBTOR")
            password = self._desk.issue_password(self._cast.case, party)
            portal = Portal(self.site.public_url)
            portal.sign_in(self._cast.case_number, password)
            page = wait_for(
                lambda: self._seen(portal), 15, "portal.measure_absent",
                "当事人页面没有这项措施", "the party's page lacks the measure",
            )  # fmt: skip
            self.report.portal = {
                "signed_in": True,
                "case_number": self._cast.case_number,
                "party": "DEBTOR",
                "measures": len(list(page.all(data_measure=None))),
                "notices": len(list(page.all(data_notice=None))),
            }
            words.append(self._cast.case_number)

    def _seen(self, portal: Portal) -> Element | None:
        """Return the party's page once it shows the seizure in words and its notices."""
        page = portal.case()
        told = page.first(data_notice=None) is not None
        return page if told and "数控车床" in page.text and "扣押" in page.text else None

    # -- chapter 6: proof

    def prove(self) -> None:
        """Export, verify with the root, audit everything."""
        with self.telling.step("导出证据包并核验", "export and verify") as words:
            self._desk.export(self._cast.operation, self._bundle)
            self.report.bundle = str(self._bundle)
            self.report.verify = evidence.verify(self._bundle, self._cast.root)
            made = evidence.playable(self._bundle, self.site.data / "recordings")
            self.report.recording = [str(path) for path in made]
            verdict = self.report.verify.verdict
            words.append(verdict)
            if verdict != "verified":
                raise failed("bundle.not_verified", f"核验未通过:{verdict}", verdict)
        with self.telling.step("核对全部账目", "audit"):
            found = audit(self.site.settings, [self.device.data])
            self.report.audit = found
            if not found["ok"]:
                first = found["findings"][0] if found["findings"] else "?"
                raise failed("audit.difference", f"有不明差异:{first}", f"unexplained: {first}")

    @property
    def _cast(self) -> Cast:
        if self.cast is None:
            raise RuntimeError("the story has not begun")
        return self.cast
