"""A real window in a process of its own, led by a simulated hand to the point where it is killed.

`python -m tests.e2e.field_window.doomed DATA POINT`: the point is armed when the story has come so
far. Exit code 3 when the window lived on.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from tests.e2e.field_window import conftest  # noqa: F401 - Kivy reads its settings first

from field_app.client import ServiceClient, start_service  # isort: skip
from field_app.screens.app import FieldWindow
from schemas import crash
from tests.e2e.field_window.hand import Hand, open_window

PIN, DURESS = "2580", "1379"
FORM, PAID = "seize_movables", "perform"
_LIVES_SECONDS = 20.0


class Doomed:
    """The hand, and the point that kills the window."""

    def __init__(self, data: Path, point: str) -> None:
        self.data, self.point = data, point
        self.hand: Hand

    def open(self) -> None:
        """Open the window, by PIN where there is one, at the day's page."""
        self.hand = open_window(self.data)
        self.hand.wait(lambda: self.hand.window.state.operation() is not None)
        if self.hand.window.window_root.lock is not None and STORIES[self.point] is not try_pin:
            give_pin(self.hand, PIN)
            self.hand.wait(lambda: self.hand.window.window_root.lock is None)

    def arm(self) -> None:
        """The next time the window passes the point, it dies."""
        crash._armed, crash._left = self.point, 1

    def go(self, name: str, **about: Any) -> Any:
        """Show a screen once the forms of before are read, and return it."""
        self.hand.wait(lambda: self.hand.window.state.forms.is_read)
        self.hand.window.window_root.go(name, **about)
        return self.hand.on(name)


def give_pin(hand: Hand, pin: str) -> None:
    """Type a PIN on the locked window's pad."""
    for value in [*pin, "enter"]:
        keys = hand.window.window_root.lock.ids.pad.children
        hand.tap(next(key for key in keys if key.value == value))


def type_on(doomed: Doomed) -> None:
    """The officer writes one field, which is kept, then another."""
    screen, hand = doomed.go("act", form=FORM), doomed.hand
    hand.type(hand.part("custodian"), "南城仓储")
    kept = ServiceClient(doomed.data).connect()
    hand.wait(lambda: any("南城仓储" in one["text"] for one in kept.call("drafts")))
    doomed.arm()
    screen.ids.note.fill("后来写的")


def photograph(doomed: Doomed) -> None:
    """He takes a photo for the form."""
    screen = doomed.go("act", form=FORM)
    doomed.hand.wait(lambda: screen.add_photo is not None)
    doomed.arm()
    doomed.hand.tap(screen.add_photo)


def sign(doomed: Doomed) -> None:
    """Somebody reads the paper and signs on the glass."""
    screen, hand = doomed.go("act", form=FORM), doomed.hand
    doomed.go("paper", draft=screen.draft)
    hand.wait(lambda: hand.says("黎喆昇"))
    hand.tap(hand.said("黎喆昇", hand.part("people")))
    hand.write(hand.part("pad"), [[(0.1, 0.4), (0.3, 0.7), (0.5, 0.4)]])
    doomed.arm()
    hand.tap(hand.part("confirm"))


def save(doomed: Doomed) -> None:
    """He saves the form that is filled."""
    screen = doomed.go("act", form=PAID)
    doomed.go("review", draft=screen.draft)
    doomed.arm()
    doomed.hand.tap(doomed.hand.part("save"))


def explain(doomed: Doomed) -> None:
    """He signs why nothing was recorded."""
    doomed.go("fault")
    doomed.arm()
    doomed.hand.tap(doomed.hand.part("save"))


def come_upon(doomed: Doomed) -> None:
    """He opens an operation of his own."""
    doomed.go("open")
    doomed.hand.pick(doomed.hand.part("kind"), "property")
    doomed.hand.type(doomed.hand.part("place"), "测试路9号")
    doomed.arm()
    doomed.hand.tap(doomed.hand.part("go"))


def confirm_value(doomed: Doomed) -> None:
    """He signs the integrity value that people read."""
    hand = doomed.hand
    doomed.go("finish")
    hand.wait(lambda: hand.here.ending is not None)
    hand.tap(hand.part("value"))
    hand.wait(lambda: hand.here.stated)
    doomed.arm()
    hand.tap(hand.part("keep"))


def set_pin(doomed: Doomed) -> None:
    """He sets a PIN and the one under duress."""
    hand = doomed.hand
    doomed.go("me")
    hand.window.window_root.ask_pin()
    sheet = hand.window.window_root.pins
    assert sheet is not None
    for name, pin in (("pin", PIN), ("duress", DURESS)):
        sheet.ids[name].fill(pin)
        sheet.ids[f"{name}_again"].fill(pin)
    sheet.ids.former.fill(PIN)
    doomed.arm()
    hand.tap(sheet.ids.give)


def let_read(doomed: Doomed) -> None:
    """The parties read the paper when the window locks."""
    sheet = doomed.go("act", form=FORM)
    doomed.go("paper", draft=sheet.draft)
    doomed.hand.wait(lambda: doomed.hand.says("黎喆昇"))
    doomed.arm()
    doomed.hand.window.state.lock()


def try_pin(doomed: Doomed) -> None:
    """Somebody tries a PIN on the locked window."""
    hand = doomed.hand
    hand.wait(lambda: hand.window.window_root.lock is not None)
    doomed.arm()
    give_pin(hand, "0000")


def call_for_help(doomed: Doomed) -> None:
    """He calls for help."""
    doomed.arm()
    doomed.hand.window.window_root.unfold_sos()


def choose(doomed: Doomed) -> None:
    """He chooses another language."""
    doomed.go("me")
    doomed.arm()
    doomed.hand.pick(doomed.hand.part("language"), "en")


STORIES: dict[str, Callable[[Doomed], None]] = {
    "window.before_form_kept": type_on,
    "window.before_photo_named": photograph,
    "window.before_kept_shown": photograph,
    "window.before_signature_named": sign,
    "window.before_act_handed_over": save,
    "window.before_act_told": save,
    "window.before_fault_told": explain,
    "window.before_opening_told": come_upon,
    "window.before_value_told": confirm_value,
    "window.before_pin_told": set_pin,
    "window.after_lock": let_read,
    "window.before_wrong_pin_told": try_pin,
    "window.before_alarm_raised": call_for_help,
    "window.after_alarm_raised": call_for_help,
    "window.before_choices_replaced": choose,
}


def start_alone(doomed: Doomed) -> None:
    """The window starts the service and dies."""
    data = doomed.data
    doomed.arm()
    doomed.hand = Hand(
        FieldWindow(data, partial(ServiceClient, data), partial(start_service, data), "zh-CN")
    )
    doomed.hand.open()


def main(data: str, point: str) -> int:
    """Lead the window to the point."""
    doomed = Doomed(Path(data), point)
    if point == "window.after_service_started":
        start_alone(doomed)
    else:
        doomed.open()
        STORIES[point](doomed)
    doomed.hand.linger(_LIVES_SECONDS)
    return 3


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
