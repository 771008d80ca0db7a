"""The visit: the officers arrive, record and seize; the desk watches and speaks to them."""

from __future__ import annotations

import time
from typing import Any

from door.site import Site
from door.story.device import OfficersDevice
from door.story.report import Live
from door.story.stage import Options, Stage
from door.story.talking import TalkingDesk
from door.story.telling import Telling, failed, wait_for
from door.story.watching import Watching, find_chromium
from field_app.local_api.recording import RecordingStatus
from schemas.media.talk import RATE, whole_pages
from schemas.recording_notes import CheckState, PrivateReason
from schemas.records import Step
from schemas.sign import sha256_hex
from schemas.time import now_ms

_ORDER = "请先拍摄设备铭牌，再张贴封条。"
_ALONE = "第二台记录仪尚在途中。"
_EVERY_S = 1.0
_SPEECH_S = 1.5
_PRIVATE_S = 3.0
_ALARM_S = 15.0
_PINS = ("2580", "1470")
_CUT_S, _BACKFILL_S, _CATCH_UP_S = 4.0, 30.0, 2.0


class AtScene(Stage):
    """The chapters from arrival to withdrawal."""

    def __init__(self, site: Site, options: Options, telling: Telling) -> None:
        super().__init__(site, options, telling)
        self._watching: Watching | None = None
        self._recording = ""
        self._recorded_from = 0.0
        former = len(list(site.data.glob("device-*")))  # each telling loses one
        self.second = OfficersDevice(site.data / f"device-{2 + former}", options.camera)
        self.devices = [self.device]

    # -- chapter 1: everything is up, the officer is at the scene and records

    def begin(self) -> None:
        """Set the stage; arrive, record."""
        self.set_up()
        with self.telling.step("出发前自检", "the pre-departure check") as words:
            checked = self.device.check_departure(self.cast.operation).checked
            words.append(", ".join(f"{one.what} {one.state}" for one in checked))
            bad = [one for one in checked if one.state is CheckState.BAD]
            if bad:
                named = ", ".join(one.what for one in bad)
                raise failed(bad[0].code, f"自检不通过:{named}", f"check failed: {named}")
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

    def talk(self) -> None:
        """The duty officer speaks to the officer, who answers; both are found in the archive."""
        with self.telling.step(
            "指挥中心与现场对讲，均已存档", "talk, both ways, archived"
        ) as words:
            made = self.desk.talk_ticket(self.cast.operation, self.device.status().device)
            with TalkingDesk(made) as speaking:
                said, played_ms = speaking.speak(_SPEECH_S)
                self.device.press_talk()
                answer = speaking.listen(_SPEECH_S)
                self.device.release_talk()
                speaking.wait_silent(answer)
            bursts = [said, answer]
            kept = wait_for(
                lambda: self._talk_kept(bursts), 20, "talk.absent",
                "行动页缺少对讲录音", "the operation lacks what was said",
            )  # fmt: skip
            self.report.talk = {"said": said, "answer": answer, "played_ms": played_ms, **kept}
            words.append(", ".join(f"{one} s" for one in kept["seconds"]))

    def _talk_kept(self, bursts: list[str]) -> dict[str, Any] | None:
        """Return digests and lengths of bursts, by their sounds from the archive."""
        listed = self.desk.talk(self.cast.operation)
        if not listed.keys() >= set(bursts):
            return None
        sounds = [self.desk.sound(burst, listed[burst]) for burst in bursts]
        return {
            "sha256": [sha256_hex(sound) for sound in sounds],
            "seconds": [round(whole_pages(sound)[1] / RATE, 2) for sound in sounds],
        }

    def call_for_help(self) -> None:
        """The officer calls for help; the desk takes it, and ends it after a call-back."""
        with self.telling.step("紧急求助，接警，回电核实", "SOS, taken, called back") as words:
            self.device.set_pin(*_PINS)
            self.device.call_for_help()
            raised = wait_for(
                self.desk.alarms, _ALARM_S, "sos.absent", "求助没有到指挥中心",
                "the alarm is not on the desk",
            )  # fmt: skip
            (alarm,) = raised
            self.desk.take_alarm(alarm)
            self.device.is_safe(_PINS[0])
            wait_for(
                lambda: "已用口令解除" in self.desk.alarms()[alarm], _ALARM_S, "sos.not_closed",
                "解除没有到指挥中心", "the desk does not know of the PIN",
            )  # fmt: skip
            self.desk.end_alarm(alarm, "与本人通话，平安")
            self.report.sos = {"alarm": alarm, "left": len(self.desk.alarms())}
            words.append(raised[alarm].split("·")[0].strip())

    def keep_private(self) -> None:
        """A person is searched: recording goes on, nobody sees it."""
        with self.telling.step("人身搜查，隐私时段，录制不停", "a private interval") as words:
            begun = now_ms()
            began = self.device.begin_private(self.cast.operation, PrivateReason.SEARCH)
            before = self._running().recorded
            if self._watching is not None:
                self._watching.wait_private(self.device.status().device)
                self._watching.screenshot(self.site.data / "private.png")
            time.sleep(max(0.0, _PRIVATE_S - (now_ms() - begun) / 1000))
            ended = self.device.end_private()
            if self._running().recorded <= before:
                raise failed("record.stopped", "隐私时段中录制停止", "Recording stopped")
            for item in (began, ended):
                self.device.wait_sent(item.item)
            self.report.private = {"from_ms": begun, "to_ms": ended.made_ms}
            if self._watching is not None:
                self._watching.wait_live(self.device.status().device)
                time.sleep(_CATCH_UP_S)
                self._watching.forget(begun, now_ms())
            words.append(f"{ended.made_ms - begun} ms")

    def join(self) -> None:
        """The second officer arrives; the first starts his device too."""
        with self.telling.step(
            "第二台到场，一人启动全组录制", "a second, started for all"
        ) as words:
            device = self.second
            device.start(self._supervisor, self.site.logs / f"{device.data.name}.log")
            self._stack.callback(device.close)
            words.append(self.enrol(device, self.cast.second, "演示记录仪 2 号"))
            self.device.start_crew(self.cast.operation)
            words.append(device.wait_recording())
            self.devices.append(device)

    def _recordings(self) -> list[RecordingStatus]:
        """Return the recordings of this operation; a folder may hold those of a former telling."""
        mine = self.cast.operation
        found = (each for device in self.devices for each in device.recordings())
        return [each for each in found if each.operation == mine]

    def _running(self) -> RecordingStatus:
        return next(each for each in self._recordings() if each.recording == self._recording)

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
            for device in self.devices:
                device.stop("执行完毕")
            withdrawal = self.device.report_step(self.cast.operation, Step.WITHDRAWN)
            self.device.wait_sent(withdrawal.item)
