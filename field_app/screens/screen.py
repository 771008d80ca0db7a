"""The base of every screen: it knows the state and the way to other screens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from kivy.properties import BooleanProperty, ObjectProperty, StringProperty
from kivy.uix.screenmanager import Screen

from field_app.screens.second import SecondWatch
from field_app.screens.state import State
from field_app.window.choices import Choices


class Guide(Protocol):
    """The way between screens (`field_app.screens.root.Root`)."""

    choices: Choices
    second: SecondWatch

    @property
    def here(self) -> Any: ...

    def choose(self, **chosen: str | int) -> None: ...

    def go(self, name: str, **about: Any) -> None: ...

    def back(self) -> None: ...

    def ask_skip(self, then: Callable[[str], None]) -> None: ...


class FieldScreen(Screen):
    """A screen with the state; `tab` names the tab it belongs to, empty hides the tab bar.

    Only the screen that is `shown` follows the state: ten statuses a second would cost the
    others a rebuild each.
    """

    state = ObjectProperty(None)
    tab = StringProperty("")
    scheme = StringProperty("")
    shown = BooleanProperty(False)

    def __init__(self, state: State, guide: Guide, **values: Any) -> None:
        self.guide = guide
        super().__init__(state=state, **values)
        self.follow("status")

    def follow(self, *names: str) -> None:
        """Refresh on changes of these properties of the state, while shown."""
        for name in names:
            self.state.fbind(name, self._told)

    def _told(self, *_: object) -> None:
        if self.shown:
            self.refresh()

    def refresh(self) -> None:
        """Show the newest facts; called when the screen opens and while it is shown."""

    def open(self, **about: Any) -> None:
        """Prepare for what the screen is about; called before it shows."""
