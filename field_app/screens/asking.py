"""How the window asks the service: one road, what is said in passing, and what is on its way.

Results come back from the service on Kivy's clock; no function here waits.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Protocol

import msgspec
from kivy.event import EventDispatcher
from kivy.properties import BooleanProperty, ListProperty, StringProperty

from field_app.local_api.outbox import OutboxGroup, OutboxItem, OutboxState
from field_app.window.words import tr_problem
from schemas.problems import MzError


class Caller(Protocol):
    """The road to the service (`field_app.window.link.ServiceLink`)."""

    def call(
        self,
        verb: str,
        done: Callable[[Any], None],
        failed: Callable[[MzError], None],
        **args: Any,
    ) -> None: ...


def nothing(_result: Any) -> None:
    """The next status tells what changed."""


class Asking(EventDispatcher):
    """The road to the service, and what came of the last question."""

    outbox = ListProperty([])
    outbox_groups = ListProperty([])
    toast = StringProperty("")
    toast_bad = BooleanProperty(False)
    busy = BooleanProperty(False)

    def __init__(self) -> None:
        super().__init__()
        self._caller: Caller | None = None

    def attach(self, caller: Caller) -> None:
        """Give the road to the service."""
        self._caller = caller

    def call(
        self,
        verb: str,
        done: Callable[[Any], None] = nothing,
        failed: Callable[[MzError], None] | None = None,
        **args: Any,
    ) -> None:
        """Ask the service for a verb; a refusal is told unless `failed` takes it."""
        if self._caller is not None:
            self._caller.call(verb, done, failed or self.refused, **args)

    def call_busy(
        self,
        verb: str,
        done: Callable[[Any], None],
        failed: Callable[[MzError], None] | None = None,
        **args: Any,
    ) -> None:
        """Ask for a verb that is not to be asked for twice: the window is busy until it answers."""
        self.busy = True

        def free(then: Callable[[Any], None], result: Any) -> None:
            self.busy = False
            then(result)

        self.call(verb, partial(free, done), partial(free, failed or self.refused), **args)

    def read_outbox(self) -> None:
        """Ask what is on its way."""

        def done(result: Any) -> None:
            self.outbox = msgspec.convert(result, list[OutboxItem])

        def counted(result: Any) -> None:
            self.outbox_groups = msgspec.convert(result, list[OutboxGroup])

        self.call("outbox", done, nothing)
        self.call("outbox_groups", counted, nothing)

    def waiting(self) -> list[OutboxItem]:
        """Return what the centre does not hold yet."""
        return [item for item in self.outbox if item.state is not OutboxState.RECEIVED]

    def say(self, text: str, bad: bool = False) -> None:
        """Tell the officer something in passing."""
        self.toast_bad = bad
        self.toast = ""
        self.toast = text

    def refused(self, error: MzError) -> None:
        """Tell the officer why something was refused."""
        self.say(tr_problem(error.code, error.detail), bad=True)
