"""The locked window: the PIN opens it; recording and the call for help need none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from kivy.base import EventLoop
from kivy.core.window import Window

from field_app.local_api.recording import RecordingStatus
from field_app.screens.lock import PAD_CODES
from field_app.theme.tokens import STOP_HOLD_S, TOUCH_DP
from field_app.window.choices import load_choices
from schemas.time import now_ms
from tests.e2e.field_window.hand import Hand, open_window
from tests.e2e.field_window.simulated_service import OPERATION, SimulatedService

PIN, F9 = "2580", 290


@pytest.fixture
def service(tmp_path: Path) -> Iterator[SimulatedService]:
    peer = SimulatedService(tmp_path, enrolled=True)
    peer.pin = PIN
    yield peer
    peer.close()


def _open(folder: Path, language: str = "zh-CN") -> Hand:
    officer = open_window(folder, language)
    officer.wait(lambda: officer.window.window_root.lock is not None)
    return officer


@pytest.fixture
def hand(tmp_path: Path, service: SimulatedService) -> Iterator[Hand]:
    officer = _open(tmp_path)
    yield officer
    officer.close()


def _give(hand: Hand, pin: str) -> None:
    for value in [*pin, "enter"]:
        keys = hand.window.window_root.lock.ids.pad.children
        hand.tap(next(key for key in keys if key.value == value))


def _press(key: int, seconds: float = 0.0, hand: Hand | None = None) -> None:
    EventLoop.window.dispatch("on_key_down", key, 0, "", [])
    if hand is not None:
        hand.linger(seconds)
    EventLoop.window.dispatch("on_key_up", key, 0)


def test_s01_one_press_on_the_locked_window_records_without_case_or_plan(
    hand: Hand, service: SimulatedService, pictures: Path
) -> None:
    root = hand.window.window_root
    hand.picture(pictures / "field-lock.png")
    hand.tap(root.lock)
    assert root.lock is not None, "nothing below takes a touch"
    hand.tap(root.lock.ids.record)
    hand.wait(lambda: service.running is not None)
    assert service.running is not None
    assert service.running[1] is None, "no operation was guessed"
    hand.wait(lambda: hand.says("录制中"))
    hand.picture(pictures / "field-lock-recording.png")
    hand.tap(root.lock.ids.record, hold=STOP_HOLD_S + 0.4)
    assert service.running is not None, "stopping wants the PIN"


def test_u17_help_is_called_from_the_locked_window_and_stands_over_it(
    hand: Hand, service: SimulatedService, pictures: Path
) -> None:
    service.sos_grace_ms = 60_000
    root = hand.window.window_root
    hand.tap(root.lock.ids.help)
    hand.wait(lambda: service.sos is not None and root.sos is not None)
    hand.picture(pictures / "field-lock-sos.png")
    hand.tap(root.sos.ids.close)
    hand.wait(lambda: service.sos is None and root.sos is None)
    assert root.lock is not None


def test_the_pin_opens_the_window_and_a_wrong_one_says_so(
    hand: Hand, service: SimulatedService, pictures: Path
) -> None:
    root = hand.window.window_root
    _give(hand, "12")
    assert hand.says("4 至 8 位")
    _give(hand, "1111")
    hand.wait(lambda: hand.says("口令不正确"))
    hand.picture(pictures / "field-lock-wrong.png")
    for code in [key for digit in PIN for key, value in PAD_CODES.items() if value == digit][::2]:
        _press(code)
    _press(13)
    hand.wait(lambda: root.lock is None)
    hand.on("today")


def test_too_many_wrong_pins_close_the_pad_for_seconds_that_are_counted_down(
    hand: Hand, service: SimulatedService, pictures: Path
) -> None:
    face = hand.window.window_root.lock
    _give(hand, "1111")
    service.pin_wait_s = 4
    hand.wait(lambda: hand.says("请 4 秒后再试"))
    assert face.said.endswith("[pin.throttled]"), "the code stands where other errors have it"
    hand.picture(pictures / "field-lock-throttled.png")
    _give(hand, PIN)
    assert "●" not in face.dots, "the pad takes nothing meanwhile"
    service.pin_wait_s = 1
    hand.wait(lambda: hand.says("请 1 秒后再试"))
    service.pin_wait_s = 0
    hand.wait(lambda: hand.says("输入口令解锁"))
    _give(hand, PIN)
    hand.wait(lambda: hand.window.window_root.lock is None)


def test_nobody_touching_it_locks_the_window_and_a_draft_stays(
    hand: Hand, service: SimulatedService, monkeypatch: pytest.MonkeyPatch
) -> None:
    _give(hand, PIN)
    hand.wait(lambda: hand.window.window_root.lock is None)
    hand.window.window_root.go("me")
    hand.pick(hand.part("lock_after"), "1")
    hand.window.window_root.go("act", form="seize_movables")
    hand.on("act")
    hand.type(hand.part("custodian"), "南城仓储")
    later = now_ms() + 61_000
    monkeypatch.setattr("field_app.screens.app.now_ms", lambda: later)
    hand.wait(lambda: hand.window.window_root.lock is not None)
    _give(hand, PIN)
    hand.wait(lambda: hand.window.window_root.lock is None)
    hand.on("act")
    assert hand.part("custodian").ids.entry.text == "南城仓储"


def test_s01_keys_start_mark_and_stop_without_a_look(hand: Hand, service: SimulatedService) -> None:
    _press(F9)
    hand.wait(lambda: service.running is not None)
    hand.wait(lambda: "已开始录制" in hand.toasts)
    assert service.keys[0].operation is None, "on the locked window no operation is guessed"
    _give(hand, PIN)
    hand.wait(lambda: hand.window.window_root.lock is None)
    _press(F9)
    hand.wait(lambda: len(service.keys) == 2)
    assert service.keys[1].operation == OPERATION
    _press(F9, 4.0, hand)
    hand.wait(lambda: service.running is None)
    assert [one.held for one in service.keys] == [False, False, True]


@pytest.mark.parametrize("size", [(412, 892), (1180, 760)])
def test_the_locked_window_fits_phone_and_tablet_in_english_and_for_gloves(
    tmp_path: Path, service: SimulatedService, pictures: Path, size: tuple[int, int]
) -> None:
    before = Window.size
    Window.size = size
    officer = _open(tmp_path, "en")
    try:
        officer.frames(4)
        officer.picture(pictures / f"field-lock-en-{size[0]}.png")
        face = officer.window.window_root.lock
        touched = [*face.ids.pad.children, face.ids.record, face.ids.help]
        assert all(min(one.size) >= TOUCH_DP for one in touched)
        assert all(one.to_window(one.x, one.y)[1] >= 0 and one.right <= size[0] for one in touched)
    finally:
        officer.close()
        Window.size = before


def test_s01_what_was_recorded_first_is_assigned_on_the_days_page(
    hand: Hand, service: SimulatedService, pictures: Path
) -> None:
    began = now_ms() - 25 * 3_600_000
    service.ended = [RecordingStatus("rec-1", None, began, True, 500, 500, 500, began + 100_000)]
    _give(hand, PIN)
    hand.wait(lambda: hand.window.window_root.lock is None)
    hand.on("today")
    hand.wait(lambda: hand.says("已超过 24 小时"))
    hand.picture(pictures / "field-today-unassigned.png")
    hand.tap(hand.said("归入 扣押 · 办公设备"))
    hand.wait(lambda: service.ended[0].operation == OPERATION)
    hand.wait(lambda: not hand.says("已超过 24 小时"))
    assert not hand.says("归入 扣押 · 办公设备"), "nothing is left to assign"


def test_large_text_is_a_choice_that_is_kept(
    hand: Hand, service: SimulatedService, pictures: Path, tmp_path: Path
) -> None:
    _give(hand, PIN)
    hand.wait(lambda: hand.window.window_root.lock is None)
    root = hand.window.window_root
    root.go("me")
    before = hand.said("我的").font_size
    hand.pick(hand.part("text_size"), "large")
    hand.wait(lambda: hand.window.window_root is not root)
    assert hand.said("我的").font_size == pytest.approx(before * 1.25)
    assert load_choices(tmp_path).large
    for name in ("today", "record", "outbox"):
        hand.window.window_root.go(name)
        hand.picture(pictures / f"field-large-{name}.png")
    hand.window.window_root.go("me")
    hand.pick(hand.part("text_size"), "plain")
    hand.wait(lambda: not load_choices(tmp_path).large)


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_a_revoked_device_locks_and_says_whom_to_call(
    tmp_path: Path, service: SimulatedService, pictures: Path, language: str
) -> None:
    hand = _open(tmp_path, language)
    try:
        root = hand.window.window_root
        _give(hand, PIN)
        hand.wait(lambda: root.lock is None)
        service.revoked = True
        hand.wait(lambda: root.lock is not None and root.lock.revoked)
        assert hand.says("020-1234 5678")
        hand.picture(pictures / f"field-revoked-{language}.png")
        assert root.lock.ids.record.disabled, "it records nothing more"
        _press(13)
        hand.linger(0.5)
        assert root.lock is not None, "no PIN opens it"
        service.revoked = False
        hand.wait(lambda: root.lock is not None and not root.lock.revoked)
        _give(hand, PIN)
        hand.wait(lambda: root.lock is None)
    finally:
        hand.close()


def test_the_window_says_who_holds_the_device_and_that_nobody_does(
    hand: Hand, service: SimulatedService, pictures: Path
) -> None:
    _give(hand, PIN)
    hand.wait(lambda: hand.window.window_root.lock is None)
    assert service.officer is not None
    hand.wait(lambda: hand.says(service.officer.name))
    service.officer = None
    hand.wait(lambda: hand.says("无人领用"))
    hand.window.window_root.go("me")
    hand.wait(lambda: hand.says("持有人"))
    hand.picture(pictures / "field-held-by-nobody.png")
