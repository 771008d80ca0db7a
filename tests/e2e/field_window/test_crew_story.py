"""Beside the recording, on the real window: crew, talk, silence, private time, help, a carrier."""

from __future__ import annotations

from pathlib import Path

from kivy.base import EventLoop

from field_app.local_api.outbox import OutboxItem, OutboxState
from field_app.local_api.recording import CrewNow, RecordingStatus
from field_app.local_api.talk import TalkState
from schemas.field_api import CrewAnswer, CrewAsked, OrderAct, OrderState
from schemas.stream import Route
from schemas.time import now_ms
from tests.e2e.field_window.hand import Hand
from tests.e2e.field_window.simulated_service import (
    OPERATION,
    SimulatedService,
)


def test_u9_how_far_the_last_recording_is_archived_is_said_while_none_runs(
    hand: Hand, service: SimulatedService
) -> None:
    def ended(archived: int, to_ms: int | None) -> list[RecordingStatus]:
        return [RecordingStatus("rec-1", OPERATION, now_ms(), True, 500, 500, archived, to_ms)]

    hand.enter()
    hand.wait(lambda: hand.says("尚未存档"))
    for name in ("record", "outbox"):
        hand.window.window_root.go(name)
        service.ended = ended(500, now_ms())
        hand.wait(lambda: hand.says("存至"))
        service.ended = ended(500, None)  # a restarted service has not heard of it anew
        hand.wait(lambda: hand.says("已全部存档"))
        service.ended = ended(499, None)
        hand.wait(lambda: hand.says("部分已存档"))


def test_s03_a_silence_is_planned_for_a_time_and_taken_back(
    hand: Hand, service: SimulatedService, pictures: Path
) -> None:
    hand.record()
    hand.tap(hand.part("silence"))
    sheet = hand.window.window_root.sheet
    assert sheet is not None
    hand.pick(sheet.ids.terms, "30")
    hand.pick(sheet.ids.reasons, "covert")
    hand.picture(pictures / "field-silence-ask.png")
    hand.tap(sheet.ids.give)
    hand.wait(lambda: service.silence is not None and hand.says("静默剩 29:5"))
    assert service.silence is not None
    asked = service.silence
    assert (asked.operation, asked.minutes, asked.reason) == (OPERATION, 30, "covert")
    hand.wait(lambda: not hand.window.state.toast)
    hand.picture(pictures / "field-silence.png")
    hand.tap(hand.part("silence"))
    hand.tap(hand.window.window_root.sheet.ids.give)
    hand.wait(lambda: service.silence is None and not hand.says("静默剩"))


def test_u17_a_tap_calls_for_help_and_the_pin_closes_it(
    hand: Hand, service: SimulatedService, pictures: Path
) -> None:
    hand.wait(lambda: hand.says("桐花街"))
    hand.tap(hand.part("sos"))
    root = hand.window.window_root
    hand.wait(lambda: root.sos is not None and hand.says("秒后求助"))
    hand.picture(pictures / "field-sos-count.png")
    hand.tap(root.sos.ids.close)
    hand.wait(lambda: service.sos is None and root.sos is None)
    service.pin = "2580"
    for _ in range(5):
        EventLoop.window.dispatch("on_key_up", 1073741952, 0)
    hand.wait(lambda: service.sos is not None and root.sos is not None)
    assert service.sos is not None
    assert service.sos[0] == "keys"
    service.sos_told = True
    hand.wait(lambda: hand.says("已发出紧急求助"))
    hand.type(root.sos.ids.pin, "111")
    hand.tap(root.sos.ids.close)
    assert hand.says("4 至 8 位")
    hand.picture(pictures / "field-sos-told.png")
    hand.tap(root.sos.ids.fold)
    hand.wait(lambda: root.sos is None and hand.says("紧急求助中"))
    hand.picture(pictures / "field-sos-folded.png")
    hand.tap(hand.part("sos"))
    hand.wait(lambda: root.sos is not None)
    hand.type(root.sos.ids.pin, "2580")
    hand.tap(root.sos.ids.close)
    hand.wait(lambda: service.sos is None and root.sos is None)


def test_u17_pins_are_set_and_the_guard_begins_anew(
    hand: Hand, service: SimulatedService, pictures: Path
) -> None:
    hand.window.window_root.go("me")
    hand.tap(hand.part("pins"))
    sheet = hand.window.window_root.pins
    assert sheet is not None
    hand.type(sheet.ids.pin, "2580")
    hand.type(sheet.ids.pin_again, "2580")
    hand.type(sheet.ids.duress, "1470")
    hand.type(sheet.ids.duress_again, "1471")
    hand.tap(sheet.ids.give)
    assert sheet.ids.duress_again.error == "两次输入不一致"
    assert not service.pin, "a slip of the finger sets nothing"
    hand.picture(pictures / "field-pins.png")
    sheet.ids.duress_again.fill("1470")
    sheet.ids.pin_again.fill("2581")
    hand.tap(sheet.ids.give)
    assert sheet.ids.pin_again.error == "两次输入不一致"
    sheet.ids.pin_again.fill("2580")
    hand.tap(sheet.ids.give)
    hand.wait(lambda: service.pin == "2580")
    hand.wait(lambda: not hand.window.state.toast)
    hand.pick(hand.part("guard"), "30")
    hand.wait(lambda: service.guard_minutes == 30)
    hand.wait(lambda: not hand.part("well").disabled)
    service.guard_minutes = 1
    hand.tap(hand.part("well"))
    hand.wait(lambda: service.guard_minutes == 30)
    hand.picture(pictures / "field-guard.png")


def test_u12_a_device_carries_others_and_is_carried(
    hand: Hand, service: SimulatedService, pictures: Path
) -> None:
    hand.window.window_root.go("me")
    hand.pick(hand.part("carry"), "on")
    hand.wait(lambda: hand.says("192.168.43.1:17443"))
    hand.wait(lambda: not hand.window.state.busy)
    hand.type(hand.part("carrier"), "192.168.43.7:17443")
    hand.tap(hand.part("be_carried"))
    hand.wait(lambda: service.tether.carrier == "192.168.43.7:17443")
    hand.wait(lambda: hand.says("没有信号时经过 192.168.43.7:17443"))
    hand.picture(pictures / "field-tether.png")
    hand.pick(hand.part("carry"), "off")
    hand.wait(lambda: not service.tether.address)
    assert hand.here.carries == ""


def test_s04_one_officer_starts_the_crew_and_is_told_who_started(
    hand: Hand, service: SimulatedService, pictures: Path
) -> None:
    hand.enter()
    hand.tap(hand.part("crew"))
    hand.wait(lambda: service.running is not None and hand.says("已请全组开始录制"))
    assert service.crew_started == [OPERATION]
    hand.wait(lambda: hand.here.recording)
    hand.picture(pictures / "field-crew.png")
    service.running = None
    hand.wait(lambda: not hand.here.recording)
    service.send_order("请全组开始录制", OrderAct.RECORD)
    service.running = ("0192f0c0-rec2", OPERATION, now_ms())
    hand.wait(lambda: hand.says("钱望舒已为全组开始录制"))


def test_s04_a_private_interval_is_begun_by_its_kind_and_ended_after_a_second_look(
    hand: Hand, service: SimulatedService, pictures: Path
) -> None:
    hand.record()
    hand.tap(hand.part("private"))
    sheet = hand.window.window_root.sheet
    assert sheet is not None
    hand.pick(sheet.ids.reasons, "child")
    hand.picture(pictures / "field-private-ask.png")
    hand.tap(sheet.ids.give)
    hand.wait(lambda: service.private is not None and hand.says("隐私时段，自"))
    assert service.private is not None
    assert (service.private[0].operation, service.private[0].reason) == (OPERATION, "child")
    assert service.running is not None, "recording goes on"
    hand.wait(lambda: not hand.window.state.toast)
    hand.picture(pictures / "field-private.png")
    hand.tap(hand.said("结束隐私时段"))
    sheet = hand.window.window_root.sheet
    assert sheet is not None
    hand.picture(pictures / "field-private-end.png")
    hand.tap(sheet.ids.go_on)
    assert service.private is not None
    hand.tap(hand.said("结束隐私时段"))
    hand.tap(hand.window.window_root.sheet.ids.give)
    hand.wait(lambda: service.private is None and not hand.says("隐私时段，自"))


def test_s03_the_desk_is_heard_and_the_officer_answers_while_he_holds(
    hand: Hand, service: SimulatedService, pictures: Path
) -> None:
    hand.record()
    hand.wait(lambda: hand.says("听筒"))
    service.set_talk(state=TalkState.HEARING, burst="burst-0", by_desk=True)
    hand.wait(lambda: hand.says("指挥中心正在讲话"))
    hand.picture(pictures / "field-talk-heard.png")
    service.set_talk(state=TalkState.IDLE)
    hand.wait(lambda: not hand.says("指挥中心正在讲话"))
    # He speaks as long as he holds, and stops even if the finger slid off the key
    key = hand.part("talk")
    touch = hand.hold(key)
    hand.wait(lambda: key.text == "请讲")
    hand.picture(pictures / "field-talk-spoken.png")
    hand.wait(lambda: service.talk_held >= 2)
    touch.touch_move(5, 5)
    touch.touch_up()
    hand.wait(lambda: service.talk.state is TalkState.IDLE and key.text == "对讲")
    held = service.talk_held
    hand.linger(1.3)
    assert service.talk_held == held
    service.set_talk(problem="talk.nobody_hears", burst="burst-2")
    hand.wait(lambda: hand.says("此刻无人收听"))
    # Elsewhere a bar says who speaks
    hand.tap(hand.part("fault"))
    hand.on("fault")
    service.set_talk(state=TalkState.HEARING, burst="burst-3", by_desk=False, problem="")
    hand.wait(lambda: hand.says("同组人员正在讲话"))
    hand.wait(lambda: not hand.window.state.toast)
    hand.picture(pictures / "field-talk-elsewhere.png")


def test_s03_the_loudspeaker_is_the_officers_choice(
    hand: Hand, service: SimulatedService, pictures: Path
) -> None:
    hand.window.window_root.go("me")
    hand.on("me")
    assert hand.says("在场的人都能听到")
    hand.pick(hand.part("hearing"), "loudspeaker")
    hand.wait(lambda: service.talk.route is Route.LOUDSPEAKER)
    hand.wait(lambda: hand.part("hearing").value == "loudspeaker")
    hand.picture(pictures / "field-talk-me.png")


def _crew(state: OrderState, *, late: bool = False, changed_ms: int = 0) -> list[CrewNow]:
    sent = now_ms() - 360_000
    answers = [CrewAnswer("沈知夏", state)]
    return [CrewNow(CrewAsked("ask-1", OPERATION, sent, late, answers), changed_ms or now_ms())]


def test_s04_who_started_the_crew_sees_that_nobody_answers_and_later_who_did(
    hand: Hand, service: SimulatedService, pictures: Path
) -> None:
    hand.record()
    service.crews_asked = _crew(OrderState.SENT)
    hand.wait(lambda: hand.says("等待沈知夏应答"))
    service.crews_asked = _crew(OrderState.SENT, late=True)
    hand.wait(lambda: hand.says("沈知夏尚未应答，请另行联系"))
    hand.picture(pictures / "field-crew-late.png")
    hand.window.window_root.back()
    hand.on("today")
    hand.wait(lambda: hand.says("沈知夏尚未应答，请另行联系"))
    service.crews_asked = _crew(OrderState.DONE)
    hand.wait(lambda: hand.says("沈知夏已在录制"))
    assert "沈知夏已应答全组录制" in hand.toasts
    service.crews_asked = _crew(OrderState.DONE, changed_ms=now_ms() - 700_000)
    hand.wait(lambda: not hand.says("沈知夏已在录制"))
    late = CrewAsked("o-9", OPERATION, now_ms(), False, [], too_late=True)
    service.crews_asked = [CrewNow(late, now_ms())]
    hand.wait(lambda: hand.says("到得太晚，未执行"))
    hand.picture(pictures / "field-crew-too-late.png")


def test_u12_a_refused_record_is_seen_on_the_day_and_while_recording_and_leads_to_its_reason(
    hand: Hand, service: SimulatedService, pictures: Path
) -> None:
    service.outbox = [
        OutboxItem(
            "r-1", "measure", "扣押动产 1 项", now_ms(), 2_310, OutboxState.FAILED, 1,
            "record.conflict",
        ),
        *(
            OutboxItem(f"p-{n}", "photo", "照片", now_ms(), 84_000, OutboxState.KEPT, 2)
            for n in range(12)
        ),
    ]  # fmt: skip
    hand.wait(lambda: hand.says("扣押动产 1 项：被指挥中心退回"))
    hand.picture(pictures / "field-refused-today.png")
    badge = hand.said("1", hand.window.window_root._tabs)
    assert badge.parent.width < 40, "it marks one key and covers none"
    hand.tap(hand.said("扣押动产 1 项：被指挥中心退回"))
    hand.on("outbox")
    hand.wait(lambda: hand.says("另发新记录"))
    row = hand.here._rows["r-1"]
    _x, y = row.to_window(*row.center)
    assert 0 < y < EventLoop.window.height, "it is in sight"
    assert hand.says("1 件被退回")
    hand.picture(pictures / "field-refused-outbox.png")
    hand.window.window_root.go("today")
    hand.enter()
    hand.wait(lambda: hand.says("1 件被退回"))
    hand.picture(pictures / "field-refused-record.png")
    hand.tap(hand.part("backlog"))
    hand.on("outbox")
