"""The story: an officer records a seizure, the desk watches, both parties are told, it verifies.

Everything is said over HTTP, WebSockets and the device's local socket to programs that run as
processes of their own. Each chapter is one method; later issues add chapters.
"""

from __future__ import annotations

import time

from door.audit import audit
from door.site import Site
from door.story import evidence
from door.story.html import Element
from door.story.portal import Portal
from door.story.report import Live, NoticeState
from door.story.seizure import seizure
from door.story.stage import Options, Stage
from door.story.telling import Telling, failed, wait_for
from door.story.watching import Watching, find_chromium
from field_app.local_api import RecordingStatus
from schemas.field_api import OrderState
from schemas.records import FootageAt, Step

_ORDER = "请先拍摄设备铭牌，再张贴封条。"
_ALONE = "本次演示只有一台记录仪。"
_DELIVERED = frozenset({"delivered", "read", "acked"})
_ATTENDED = frozenset({OrderState.DONE})
_OFFICER_S = 2.0
_ARCHIVE_S, _NOTICE_S, _EVERY_S = 60.0, 40.0, 1.0


class Story(Stage):
    """One telling over one site."""

    def __init__(self, site: Site, options: Options, telling: Telling) -> None:
        super().__init__(site, options, telling)
        self._watching: Watching | None = None
        self._recording = ""
        self._recorded_from = 0.0
        self._bundle = site.data / "evidence.zip"

    def tell(self) -> None:
        """Tell it to its end."""
        self.begin()
        self.watch()
        self.command()
        self.mark()
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
                (name, self.cast.case_number, self.desk.issue_password(self.cast.case, party))
                for party, _, name in self.cast.parties
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
        """Set the stage; arrive, record."""
        self.set_up()
        with self.telling.step("到达现场", "on scene"):
            self.device.report_step(self.cast.operation, Step.DEPARTED)
            arrival = self.device.report_step(self.cast.operation, Step.ON_SCENE)
            self.device.wait_sent(arrival.item)
        with self.telling.step("开始录音录像", "recording") as words:
            self._recording = self.device.record(self.cast.operation)
            self._recorded_from = time.monotonic()
            words.append(self._recording)

    # -- chapter 2: the desk sees it and speaks to it

    def watch(self) -> None:
        """Watch the device's picture in Chromium, if there is one."""
        chromium = find_chromium()
        if chromium is None:
            self.report.live = Live(reason="Chromium is not installed")
            self.telling.say(
                "本机没有 Chromium，不测时延", "no Chromium here: latency not measured"
            )
            return
        with self.telling.step("指挥大屏实时画面(Chromium)", "live on the wall, in Chromium"):
            self._watching = self._stack.enter_context(Watching(chromium))
            duty = self.cast.duty
            self._watching.open_wall(f"{self.site.public_url}/desk", duty.number, duty.password)
            self._watching.wait_live(self.device.status().device)

    def command(self) -> None:
        """The duty officer sends one order; the officer reads and does it."""
        with self.telling.step("下达指令并由现场确认", "an order, read and done") as words:
            self.desk.send_order(self.cast.operation, _ORDER)
            self.device.acknowledge(self.device.order(self.cast.operation, _ORDER))
            states = wait_for(
                self._done_states, 20, "order.not_acknowledged", "指令未确认", "order not done"
            )
            self.report.order = {"text": _ORDER, "states": states}
            words.append(", ".join(states))

    def _done_states(self) -> list[str]:
        states = self.desk.order_states(self.cast.operation, _ORDER)
        return states if "done" in states else []

    def mark(self) -> None:
        """Officer and desk mark a moment; the officer says why he records alone."""
        with self.telling.step("现场与指挥中心标记此刻", "markers of officer and desk") as words:
            reason = self.device.explain_recorders(self.cast.operation, _ALONE)
            made = self.device.mark(self.cast.operation, "进入现场")
            self.desk.mark(self.cast.operation, "开始清点")
            for item in (reason, made):
                self.device.wait_sent(item.item)
            self.report.markers = self.desk.markers(self.cast.operation)
            if made.item not in self.report.markers or len(self.report.markers) < 2:
                raise failed("marker.absent", "行动页缺少标记", "the operation lacks a marker")
            words.append(str(len(self.report.markers)))

    # -- chapter 3: the act

    def seize(self) -> None:
        """Take a photo, save the seizure; the centre makes the measure and both notices."""
        with self.telling.step("拍照、登记扣押", "photo and seizure") as words:
            photo = self.device.photo()
            now = next(each for each in self._recordings() if each.recording == self._recording)
            moment = FootageAt(self._recording, max(0, now.recorded - 1), photo.wall_ms)
            body = seizure(photo.sha256, moment)
            saved = self.device.save_measure(self.cast.operation, body, self.cast.second)
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
        shown = {each.get("data-measure") for each in self.desk.measures(self.cast.case)}
        return record if record in shown else ""

    def _recordings(self) -> list[RecordingStatus]:
        """Return the recordings of this operation; a folder may hold those of a former telling."""
        mine = self.cast.operation
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
            withdrawal = self.device.report_step(self.cast.operation, Step.WITHDRAWN)
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
            play = self.desk.play_ticket(each.recording)
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
                self.report.notices = self.desk.notices(self.cast.case, self.report.measure["id"])
                raise
            words.append(f"{len(self.report.notices)} notices")

    def _delivered(self) -> list[NoticeState]:
        found = self.desk.notices(self.cast.case, self.report.measure["id"])
        sms = [each for each in found if each.channel == "SMS"]
        both = {each.party for each in sms} >= {role for _, role, _ in self.cast.parties}
        return found if both and all(each.state in _DELIVERED for each in sms) else []

    def look_in(self) -> None:
        """The debtor signs in with his password and sees the measure in plain words."""
        with self.telling.step("被执行人凭案号和密码查询", "the debtor looks in") as words:
            party = self.cast.party("DEBTOR")
            password = self.desk.issue_password(self.cast.case, party)
            portal = Portal(self.site.public_url)
            portal.sign_in(self.cast.case_number, password)
            page = wait_for(
                lambda: self._seen(portal), 15, "portal.measure_absent",
                "当事人页面没有这项措施", "the party's page lacks the measure",
            )  # fmt: skip
            self.report.portal = {
                "signed_in": True,
                "case_number": self.cast.case_number,
                "party": "DEBTOR",
                "measures": len(list(page.all(data_measure=None))),
                "notices": len(list(page.all(data_notice=None))),
            }
            words.append(self.cast.case_number)

    def _seen(self, portal: Portal) -> Element | None:
        """Return the party's page once it shows the seizure in words and its notices."""
        page = portal.case()
        told = page.first(data_notice=None) is not None
        return page if told and "数控车床" in page.text and "扣押" in page.text else None

    # -- chapter 6: proof

    def prove(self) -> None:
        """Export, verify with the root, audit everything."""
        with self.telling.step("导出证据包并核验", "export and verify") as words:
            self.desk.export(self.cast.operation, self._bundle)
            self.report.bundle = str(self._bundle)
            self.report.verify = evidence.verify(self._bundle, self.cast.root)
            made = evidence.playable(self._bundle, self.site.data / "recordings")
            self.report.recording = [str(path) for path in made]
            verdict = self.report.verify.verdict
            words.append(verdict)
            if verdict != "verified":
                raise failed("bundle.not_verified", f"核验未通过：{verdict}", verdict)
        with self.telling.step("核对全部账目", "audit"):
            found = audit(self.site.settings, [self.device.data])
            self.report.audit = found
            if not found["ok"]:
                first = found["findings"][0] if found["findings"] else "?"
                raise failed("audit.difference", f"有不明差异：{first}", f"unexplained: {first}")
