"""One whole act with the window as an officer does it, by touches: a picture for each step."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from kivy.uix.scrollview import ScrollView

from field_app.local_api.second import SecondHere
from field_app.theme.tokens import STOP_HOLD_S
from field_app.window.choices import Choices, keep_choices
from schemas.field_api import OrderState
from schemas.recording_notes import Checked, CheckState
from schemas.records import SignedHow, Step
from tests.e2e.field_window.hand import Hand, open_window
from tests.e2e.field_window.simulated_service import OPERATION, SECOND_PIN, SimulatedService
from tests.e2e.field_window.test_act_story import HANDWRITTEN

PIN = "2580"
FORM = "seize_movables"
CHECKED = [
    Checked(what, CheckState.GOOD, value)
    for what, value in (("camera", 412), ("microphone", -38), ("clock", 20), ("space", 1310),
                        ("battery", 88), ("keys", None), ("papers", 2), ("place", 6))
]  # fmt: skip

pytestmark = pytest.mark.slow


class Officer:
    """The hand, and a numbered picture whenever something new shows."""

    def __init__(self, hand: Hand, pictures: Path, name: str) -> None:
        self.hand, self._pictures, self._name = hand, pictures, name
        self._taken = 0

    def look(self, what: str, *, at: float | None = None) -> None:
        """Take a picture; `at`: how far down the page."""
        if at is not None:
            pages = (one for one in self.hand.here.walk() if isinstance(one, ScrollView))
            next(pages).scroll_y = 1 - at
        self._taken += 1
        self.hand.wait(lambda: not self.hand.window.state.toast)
        self.hand.picture(self._pictures / f"whole-act-{self._name}-{self._taken:02d}-{what}.png")

    def tap(self, name: str, then: str = "") -> None:
        """Touch a part of the screen by its name, and wait for the screen it leads to."""
        self.hand.tap(self.hand.part(name))
        if then:
            self.hand.on(then)

    def write(self, **texts: str) -> None:
        """Type into fields by their names."""
        for name, text in texts.items():
            self.hand.type(self.hand.part(name), text)

    def unlock(self) -> None:
        """Give the PIN on the pad."""
        root = self.hand.window.window_root
        for value in [*PIN, "enter"]:
            self.hand.tap(next(key for key in root.lock.ids.pad.children if key.value == value))
        self.hand.wait(lambda: root.lock is None)

    def add_person(self, kind: str, name: str, signed: SignedHow = SignedHow.NOT_YET) -> None:
        """Enter one of those present."""
        self.tap("add_person", "person")
        self.hand.pick(self.hand.part("kind"), kind)
        self.write(name=name)
        if signed is not SignedHow.NOT_YET:
            self.hand.pick(self.hand.part("signed"), signed.value)
            self.hand.pick(self.hand.here.reason.ids.reason, "no_reason")
        self.look(f"person-{name}")
        self.tap("done", "act")

    def sign(self, name: str, signed: Callable[[], bool]) -> None:
        """Let somebody who read the paper sign on the glass."""
        self.hand.tap(self.hand.said(name, self.hand.part("people")))
        self.hand.write(self.hand.part("pad"), HANDWRITTEN)
        self.look(f"sign-{name}")
        self.tap("confirm")
        self.hand.wait(lambda: signed() and not self.hand.here.signing)


@pytest.fixture
def service(tmp_path: Path) -> Iterator[SimulatedService]:
    peer = SimulatedService(tmp_path, enrolled=True)
    peer.pin, peer.link = PIN, "lost"
    peer.seconds.append(SecondHere("o-2", "沈知夏"))
    yield peer
    peer.close()


@pytest.mark.parametrize(("language", "large"), [("zh-CN", False), ("en", True)])
def test_an_act_from_the_unlocking_to_the_end_with_no_network(
    tmp_path: Path, service: SimulatedService, pictures: Path, language: str, large: bool
) -> None:
    keep_choices(tmp_path, Choices(language=language, large=large))
    hand = open_window(tmp_path, language)
    try:
        officer = Officer(hand, pictures, f"{language}-{'large' if large else 'plain'}")
        hand.wait(lambda: hand.window.window_root.lock is not None)
        officer.look("lock")
        officer.unlock()
        _depart(officer, service)
        _record(officer, service)
        _write(officer)
        _read_and_sign(officer, service)
        _save(officer, service)
        _end(officer, service)
        _look_around(officer, service)
    finally:
        hand.close()


def _depart(officer: Officer, service: SimulatedService) -> None:
    hand = officer.hand
    hand.on("today")
    hand.wait(lambda: hand.window.state.operation() is not None)
    officer.look("today")
    card = hand.here._cards[OPERATION]
    hand.tap(card.ids["keys"].children[0])
    hand.on("check")
    officer.tap("begin")
    hand.wait(lambda: service.departure is not None)
    assert service.departure is not None
    service.departure = msgspec.structs.replace(service.departure, checked=CHECKED, ended=True)
    hand.wait(lambda: hand.here.ended and len(hand.part("lines").children) > len(CHECKED))
    officer.look("check")
    hand.window.window_root.back()
    hand.on("today")
    hand.tap(hand.here._cards[OPERATION].ids["keys"].children[-1])
    hand.on("record")


def _record(officer: Officer, service: SimulatedService) -> None:
    hand = officer.hand
    officer.look("record-ready")
    officer.tap("step")
    hand.wait(lambda: len(service.steps) == 1)
    officer.tap("button")
    hand.wait(lambda: hand.here.recording and hand.here.has_picture)
    for shown in ("departed", "on_scene"):  # the button says the next step once this one is known
        hand.wait(lambda shown=shown: hand.here.reached == shown)
        hand.wait(lambda: not hand.part("step").disabled)
        officer.tap("step")
    hand.wait(lambda: len(service.steps) == 3)
    assert [one.step for one in service.steps] == [Step.DEPARTED, Step.ON_SCENE, Step.ACTING]
    service.send_order("请先拍摄设备铭牌，再张贴封条。")
    hand.wait(lambda: hand.part("orders").children)
    officer.look("record-order")
    (card,) = hand.part("orders").children
    hand.tap(card.ids.done)
    hand.wait(lambda: service.orders[0].state is OrderState.DONE)
    officer.look("record")


def _write(officer: Officer) -> None:
    hand = officer.hand
    officer.tap("measure", "acts")
    officer.look("acts")
    row = next(one for one in hand.part("forms").children if getattr(one, "form", "") == FORM)
    hand.tap(row)
    hand.on("act")
    officer.look("act-steps")
    for _ in range(7):
        hand.tap(_open_steps(hand)[0].ids.done)
    assert not _open_steps(hand)
    officer.look("act-steps-done")
    officer.add_person("被执行人", "黎喆昇", SignedHow.REFUSED)
    officer.add_person("见证人", "温和平")
    officer.add_person("保管人", "罗以安")
    officer.tap("add_item", "item")
    officer.write(name="数控车床", brand="沈阳机床 CAK5085", serial="SN-2019-0417", value="185000")
    hand.tap(hand.here.add_photo)
    hand.wait(lambda: hand.here.item.photos)
    officer.look("item", at=0.0)
    officer.look("item-lower", at=1.0)
    officer.tap("done", "act")
    officer.tap("whole_list", "list")
    officer.look("list")
    hand.window.window_root.back()
    hand.on("act")
    officer.write(place="临江区桐花街27号", custodian="罗以安", storage="原地保管")
    hand.pick(hand.part("second"), "o-2")
    for at in (0.35, 0.55, 0.75, 1.0):
        officer.look("act", at=at)


def _open_steps(hand: Hand) -> list[Any]:
    rows = hand.part("steps").children[::-1]
    return [one for one in rows if hasattr(one, "told") and one.open]


def _read_and_sign(officer: Officer, service: SimulatedService) -> None:
    hand = officer.hand
    officer.tap("read", "paper")
    hand.wait(lambda: hand.part("people").children and hand.part("words").children)
    officer.look("paper", at=0.0)
    officer.look("paper-lower", at=1.0)
    draft = hand.here.draft
    for at, name in ((1, "温和平"), (2, "罗以安")):
        officer.sign(name, lambda at=at: bool(draft.attendees[at].signature))
    officer.look("paper-signed", at=1.0)
    assert len(service.signed) == 2
    hand.window.window_root.back()
    hand.on("act")


def _save(officer: Officer, service: SimulatedService) -> None:
    hand, second = officer.hand, officer.hand.window.window_root.second
    officer.tap("save", "review")
    officer.look("review")
    officer.tap("save")
    hand.wait(lambda: second.sheet is not None)
    officer.look("second")
    hand.type(second.sheet.ids.pin, SECOND_PIN)
    hand.tap(second.sheet.ids.give)
    hand.on("record")
    assert len(service.by_second) == 1
    hand.wait(lambda: hand.here.backlog_waits)  # what waits is said where he records
    officer.tap("backlog")
    hand.on("outbox")
    officer.look("outbox", at=0.0)


def _end(officer: Officer, service: SimulatedService) -> None:
    hand = officer.hand
    hand.window.window_root.go("record")
    hand.tap(hand.part("button"), hold=STOP_HOLD_S + 0.3)
    hand.wait(lambda: hand.window.window_root.sheet is not None)
    officer.look("stop")
    sheet = hand.window.window_root.sheet
    hand.tap(sheet.ids.reasons.ids.choices.children[-1])
    hand.tap(sheet.ids.give)
    hand.wait(lambda: service.running is None)
    officer.tap("step", "finish")
    hand.wait(lambda: hand.here.ending is not None)
    officer.look("finish")
    officer.tap("value")
    hand.wait(lambda: hand.here.stated)
    officer.look("finish-value", at=0.5)
    officer.tap("value", "paper")
    officer.look("value-paper")
    hand.tap(hand.said("温和平", hand.part("people")))
    hand.write(hand.part("pad"), HANDWRITTEN)
    officer.tap("confirm")
    hand.wait(lambda: len(service.signed) == 3 and not hand.here.signing)
    hand.window.window_root.back()
    hand.on("finish")
    officer.look("finish-signed", at=1.0)
    officer.tap("keep")
    hand.wait(lambda: service.confirmed)
    officer.tap("withdraw")
    hand.wait(lambda: service.steps[-1].step is Step.WITHDRAWN)
    officer.look("finish-withdrawn", at=0.0)


def _look_around(officer: Officer, service: SimulatedService) -> None:
    hand = officer.hand
    root = hand.window.window_root
    for name in ("today", "outbox", "me"):
        root.go(name)
        officer.look(name)
    for at in (0.33, 0.66, 1.0):
        officer.look("me", at=at)
    officer.tap("help", "help")
    officer.look("help", at=0.0)
    officer.look("help-lower", at=1.0)
    service.sos_grace_ms = 60_000
    root.go("today")
    officer.tap("sos")
    hand.wait(lambda: root.sos is not None)
    officer.look("sos")
    service.sos_told = True
    hand.wait(lambda: root.sos.told)
    officer.look("sos-told")
