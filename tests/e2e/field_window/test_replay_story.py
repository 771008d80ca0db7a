"""Issue 4.5: a listed thing and a photo open the footage from 5 s before it, on the device."""

from __future__ import annotations

from pathlib import Path

from field_app.local_api.socket import ReplayArgs
from field_app.theme.tokens import TOUCH_DP
from tests.e2e.field_window.hand import Hand
from tests.e2e.field_window.simulated_service import SimulatedService


def _begin(hand: Hand, service: SimulatedService, act: str = "扣押动产") -> None:
    hand.window.window_root.go("record")
    hand.tap(hand.part("button"))
    hand.wait(lambda: service.running is not None)
    hand.wait(lambda: hand.window.state.frame is not None)
    hand.choose_act(act)
    hand.on("act")


def test_45_a_thing_and_its_photo_open_the_footage_and_lead_back_to_it(
    hand: Hand, service: SimulatedService, pictures: Path
) -> None:
    _begin(hand, service)
    hand.tap(hand.part("add_item"))
    item = hand.on("item")
    hand.type(hand.part("name"), "投影仪")
    assert hand.part("replay").height >= TOUCH_DP
    hand.tap(hand.part("replay"))
    hand.on("replay")
    hand.wait(lambda: service.replays)
    assert service.replays[0].recording == "0192f0c0-rec", "a thing without a photo: its moment"
    hand.tap(hand.part("leave"))
    assert hand.on("item").item.name == "投影仪"
    hand.tap(item.add_photo)
    hand.wait(lambda: item.item.photos)
    hand.picture(pictures / "field-item-replay.png")
    hand.tap(hand.part("replay"))
    screen = hand.on("replay")
    hand.wait(lambda: screen.has_picture)
    hand.picture(pictures / "field-replay.png")
    assert hand.says("投影仪")
    hand.wait(lambda: screen.ended)
    assert hand.says("已放完")
    assert service.replays[-1] == ReplayArgs(photo=item.item.photos[0])
    hand.tap(hand.part("again"))
    hand.wait(lambda: len(service.replays) == 3)
    hand.tap(hand.part("leave"))
    back = hand.on("item")
    assert (back.item.name, len(back.draft.items)) == ("投影仪", 1), "the same thing, none more"
    hand.tap(hand.part("photos").children[-1])
    hand.on("replay")
    hand.tap(hand.part("leave"))
    hand.on("item").done()
    hand.on("act")


def test_45_an_acts_own_photo_opens_it_and_a_refusal_is_told_in_english(
    hand: Hand, service: SimulatedService, pictures: Path
) -> None:
    hand.window.window_root.go("me")
    hand.pick(hand.part("language"), "en")
    service.replay_problem = "replay.private"
    _begin(hand, service, "Seize movables")
    act = hand.here
    hand.tap(act.add_photo)
    hand.wait(lambda: act.draft.photos)
    hand.tap(hand.part("photos").children[-1])
    screen = hand.on("replay")
    hand.wait(lambda: screen.ended)
    assert hand.says("not shown on the device")
    assert hand.says("[replay.private]")
    assert not screen.has_picture
    hand.picture(pictures / "field-replay-en.png")
    hand.tap(hand.part("leave"))
    assert hand.on("act").draft.photos, "back to the act, which is as it was"
