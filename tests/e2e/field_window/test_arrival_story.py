"""S-04, on the real window: how far the place is, and the arrival that the officer confirms."""

from __future__ import annotations

from pathlib import Path

from field_app.local_api.visit import SiteNow
from field_app.screens.today import ArrivalCard
from field_app.theme.tokens import TOUCH_DP
from schemas.records import Step
from schemas.time import now_ms
from tests.e2e.field_window.hand import Hand
from tests.e2e.field_window.simulated_service import OPERATION, SimulatedService


def test_s_04_the_officer_sees_the_distance_and_confirms_the_arrival(
    hand: Hand, service: SimulatedService, pictures: Path
) -> None:
    service.sites = [SiteNow(OPERATION, 1_240, inside=False, step="departed")]
    hand.wait(lambda: hand.says("距地点 1.2 公里"))
    assert not hand.says("确认到达")
    service.sites = [SiteNow(OPERATION, 40, inside=True, entered_ms=now_ms(), step="departed")]
    hand.wait(lambda: hand.says("已到达现场？"))
    hand.wait(lambda: hand.says("距地点 40 米"))
    (card,) = [one for one in hand.here.walk() if isinstance(one, ArrivalCard)]
    key = card.ids.confirm
    assert key.height >= TOUCH_DP
    hand.picture(pictures / "field-arrival-today.png")
    hand.tap(key)
    hand.wait(lambda: service.steps)
    assert (service.steps[0].operation, service.steps[0].step) == (OPERATION, Step.ON_SCENE)
    service.sites = [SiteNow(OPERATION, 40, inside=True, step="on_scene")]
    hand.wait(lambda: not hand.says("已到达现场？"))
    hand.wait(lambda: hand.says("已到场"))


def test_s_04_while_recording_the_question_stands_on_the_screen(
    hand: Hand, service: SimulatedService, pictures: Path
) -> None:
    hand.wait(lambda: hand.says("进入行动"))
    hand.tap(hand.said("进入行动"))
    hand.on("record")
    hand.tap(hand.part("button"))
    service.sites = [SiteNow(OPERATION, 40, inside=True, entered_ms=now_ms(), step="departed")]
    hand.wait(lambda: hand.part("arrival").children)
    hand.wait(lambda: hand.says("距地点 40 米 · ±6 m"))
    hand.picture(pictures / "field-arrival-record.png")
    (card,) = hand.part("arrival").children
    assert isinstance(card, ArrivalCard)
    hand.tap(card.ids.confirm)
    hand.wait(lambda: service.steps)
    assert service.steps[0].step is Step.ON_SCENE
    service.sites = [SiteNow(OPERATION, 40, inside=True, step="on_scene")]
    hand.wait(lambda: not hand.part("arrival").children)
