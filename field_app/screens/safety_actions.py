"""What keeps the officer safe, one function for each action: the alarm, the guard, planned silence,
PIN and lock."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from field_app.screens.facts import Facts
from field_app.window.words import tr
from schemas import crash
from schemas.problems import MzError


class SafetyActions(Facts):
    """The actions of safety."""

    def raise_sos(self, cause: str = "button") -> None:
        """Call for help; it can be taken back for a few seconds."""
        crash.point("window.before_alarm_raised")
        self.call(
            "raise_sos", lambda _result: crash.point("window.after_alarm_raised"), cause=cause
        )

    def cancel_sos(self) -> None:
        """Take the alarm back."""
        self.call("cancel_sos", lambda _result: self.say(tr("sos.cancelled")))

    def close_sos(self, pin: str) -> None:
        """Say by PIN that the officer is safe."""
        self.call("close_sos", lambda _result: self.say(tr("sos.closed")), pin=pin or None)

    def guard(self, minutes: int) -> None:
        """Have the alarm raised unless the officer reports again in so many minutes; 0: no more."""
        said = tr("guard.set", n=minutes) if minutes else tr("guard.ended")
        self.call("guard", lambda _result: self.say(said), minutes=minutes)

    def plan_silence(self, operation: str, minutes: int, reason: str) -> None:
        """Tell the desk that nothing may be heard of this device for so long."""

        def done(_result: Any) -> None:
            self.say(tr("silence.offline" if self.offline else "silence.told"), bad=self.offline)
            self.read_outbox()

        self.call(
            "plan_silence", done, operation=operation, minutes=minutes, reason=reason,
        )  # fmt: skip

    def end_silence(self) -> None:
        """Tell the desk that the silence is over."""
        self.call("end_silence", lambda _result: self.say(tr("silence.ended")))

    def set_pin(self, pin: str, duress: str, former: str) -> None:
        """Set the PIN and the one under duress."""

        def done(_result: Any) -> None:
            crash.point("window.before_pin_told")
            self.say(tr("pin.kept"))

        self.call("set_pin", done, pin=pin, duress=duress, former=former or None)

    def lock(self) -> None:
        """Lock the window, where the officer has a PIN to open it again."""
        self.locked = self.locked or bool(self.status and self.status.pin_set)
        if self.locked:
            crash.point("window.after_lock")

    def unlock(self, pin: str, failed: Callable[[MzError], None]) -> None:
        """Open the locked window by PIN."""

        def done(_result: Any) -> None:
            self.locked = False

        self.call("unlock", done, failed, pin=pin)
