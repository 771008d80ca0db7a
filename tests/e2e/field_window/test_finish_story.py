"""The end of an operation on the real window: what is missing, and the value signed on glass."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from kivy.core.window import Window

from field_app.local_api.outbox import OutboxItem, OutboxState
from field_app.theme.tokens import TOUCH_DP
from schemas.records import SignedHow, Step
from schemas.time import now_ms
from tests.e2e.field_window.hand import Hand, open_window
from tests.e2e.field_window.simulated_service import CODE_SHOWN, OPERATION, SimulatedService


def _finish(folder: Path, language: str = "zh-CN") -> Hand:
    officer = open_window(folder, language)
    officer.on("today")
    officer.wait(lambda: officer.window.state.operation() is not None)
    officer.window.window_root.go("finish")
    officer.wait(lambda: officer.here.ending is not None)
    return officer


@pytest.fixture
def hand(tmp_path: Path, service: SimulatedService) -> Iterator[Hand]:
    officer = _finish(tmp_path)
    yield officer
    officer.close()


def test_u3_the_value_is_stated_read_signed_and_kept(
    hand: Hand, service: SimulatedService, pictures: Path
) -> None:
    assert hand.says("1 处未录，共 00:00:48")
    assert hand.says("尚未签名：黎喆昇")
    hand.picture(pictures / "field-finish.png")
    field = hand.part("codes").children[0]
    hand.type(field, "7c21e04b9f3ad518")
    hand.tap(hand.part("value"))
    hand.wait(lambda: service.stated is not None and hand.says(CODE_SHOWN))
    assert service.stated_with is not None
    assert [one.code for one in service.stated_with.others] == ["7c21e04b9f3ad518"]
    assert hand.says("末尾 3 个尚未签名")
    hand.part("page").scroll_to(hand.part("qr"), animate=False)
    hand.picture(pictures / "field-finish-value.png")

    hand.tap(hand.part("value"))
    hand.on("paper")
    assert hand.says("录音录像完整性校验值确认书")
    hand.tap(hand.said("温和平"))
    hand.write(hand.part("pad"), [[(0.1, 0.4), (0.3, 0.7), (0.5, 0.4)]])
    hand.tap(hand.part("confirm"))
    hand.wait(lambda: len(service.signed) == 1)
    assert service.signed[0].paper == service.stated.paper if service.stated else False
    hand.window.window_root.back()
    hand.on("finish")
    hand.tap(hand.said("黎喆昇", hand.part("people")))
    hand.on("person")
    hand.pick(hand.part("signed"), "refused")
    hand.tap(hand.part("done"))
    hand.on("finish")
    hand.wait(lambda: hand.says("拒签"))
    hand.part("page").scroll_y = 0
    hand.picture(pictures / "field-finish-signed.png")
    hand.tap(hand.part("keep"))
    hand.wait(lambda: bool(service.confirmed))
    (kept,) = service.confirmed
    assert [one.signed for one in kept.attendees] == [SignedHow.SIGNED, SignedHow.REFUSED]
    hand.wait(lambda: hand.says(f"已签存：{CODE_SHOWN}"))
    hand.tap(hand.part("withdraw"))
    hand.wait(lambda: bool(service.steps))
    assert (service.steps[0].operation, service.steps[0].step) == (OPERATION, Step.WITHDRAWN)


def test_u12_what_waits_and_what_was_refused_are_said_apart_and_the_reason_is_a_touch_away(
    hand: Hand, service: SimulatedService, pictures: Path
) -> None:
    def one(item: str, state: OutboxState, problem: str = "") -> OutboxItem:
        return OutboxItem(item, "measure", "扣押动产 1 项", now_ms(), 2_310, state, 1, problem)

    service.outbox = [
        one("r-1", OutboxState.FAILED, "record.conflict"), one("r-2", OutboxState.SET_ASIDE),
        one("r-3", OutboxState.KEPT), one("r-4", OutboxState.RECEIVED),
    ]  # fmt: skip
    hand.wait(lambda: hand.says("待传 1 条记录、38 个片段"))
    assert hand.says("1 件被退回，查看原因")
    assert hand.says("1 条被退回后已另发")
    hand.picture(pictures / "field-finish-refused.png")
    service.waiting_fragments, service.outbox = 0, service.outbox[:2]
    hand.wait(lambda: hand.says("其余已送达指挥中心"))
    hand.tap(hand.said("1 件被退回，查看原因"))
    hand.on("outbox")
    hand.wait(lambda: hand.says("record.conflict"))
    service.outbox = service.outbox[1:]
    hand.window.window_root.go("finish")
    hand.on("finish")
    hand.wait(lambda: hand.says("已全部送达指挥中心"))
    assert not hand.says("查看原因")


@pytest.mark.parametrize("size", [(412, 892), (1180, 760)])
def test_the_end_of_an_operation_fits_phone_and_tablet_in_english(
    tmp_path: Path, service: SimulatedService, pictures: Path, size: tuple[int, int]
) -> None:
    before = Window.size
    Window.size = size
    officer = _finish(tmp_path, "en")
    try:
        officer.tap(officer.part("value"))
        officer.wait(lambda: officer.says(CODE_SHOWN))
        officer.picture(pictures / f"field-finish-en-{size[0]}.png")
        keys = [officer.part(name) for name in ("withdraw", "value", "add", "keep", "anew")]
        assert all(min(one.size) >= TOUCH_DP for one in keys)
    finally:
        officer.close()
        Window.size = before
