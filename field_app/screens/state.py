"""What every screen binds to, and the one function that each action calls."""

from __future__ import annotations

from collections.abc import Callable

from field_app.screens.asking import nothing
from field_app.screens.safety_actions import SafetyActions
from field_app.screens.scene_actions import SceneActions
from field_app.window.words import tr
from schemas.field_api import OrderState
from schemas.problems import MzError
from schemas.stream import Route


class State(SceneActions, SafetyActions):
    """The window's state: its facts, and the actions towards the centre besides those of scene and
    safety."""

    def enrol(
        self, centre_url: str, code: str, name: str, failed: Callable[[MzError], None]
    ) -> None:
        """Make this device known to the centre."""
        self.call_busy("enrol", nothing, failed, centre_url=centre_url, code=code, name=name)

    def contact(self) -> None:
        """Reach the centre now."""
        self.call("contact", lambda _result: self.say(tr("settings.contacted")))

    def acknowledge(self, order: str, state: OrderState) -> None:
        """Tell the centre that an order is read or done."""
        self.call("acknowledge", order=order, state=state.value)

    def press_talk(self) -> None:
        """Ask for the floor; the next status tells whether it was given."""
        self.call("talk_press")

    def hold_talk(self) -> None:
        """Say that the key is still held; a window that cannot say so speaks no more."""
        self.call("talk_hold", failed=nothing)

    def release_talk(self) -> None:
        """Give the floor back."""
        self.call("talk_release")

    def hear_by(self, route: Route) -> None:
        """Hear talk so from now on; the loudspeaker is the officer's consent."""
        self.call("hearing", route=route.value)
