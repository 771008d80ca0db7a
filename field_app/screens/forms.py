"""The half-filled forms of this window: the service keeps what was typed, so that no kill loses it.

What was bound to a form (a photo, a signature, a tag's number) shows only when the kept form
names it: what an officer has seen, a window killed a moment later still has.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import msgspec

from field_app.local_api.acts import Draft
from field_app.screens.asking import Asking
from field_app.window.forms import Form, kept, restored
from schemas import crash
from schemas.problems import MzError

F = TypeVar("F", bound=Form)


class Forms:
    """The forms by name."""

    def __init__(self, state: Asking) -> None:
        self._state = state
        self.by_name: dict[str, Form] = {}
        self._kept: dict[str, str] | None = None
        self._asked = False
        self._handed: set[str] = set()
        self._under_way = 0
        self._then: list[Callable[[], None]] = []

    @property
    def is_read(self) -> bool:
        """Whether the service told what is half filled."""
        return self._kept is not None

    def begin(self, form: F) -> F:
        """Return the form that is open under this one's name, or else this one."""
        return self.by_name.setdefault(form.name, form)  # type: ignore[return-value]

    def drop(self, form: Form) -> None:
        """Give a form up."""
        self.forget(form)
        self._state.call("drop_draft", name=form.name)

    def hand_over(self, form: Form) -> None:
        """The service signs it now and drops its text: keeping it meanwhile would open it again."""
        self._handed.add(form.name)

    def take_back(self, form: Form) -> None:
        """The service did not take it."""
        self._handed.discard(form.name)

    def forget(self, form: Form) -> None:
        """The service has no text of it any more."""
        self._handed.discard(form.name)
        self.by_name.pop(form.name, None)
        if self._kept is not None:
            self._kept.pop(form.name, None)

    def keep(self, then: Callable[[], None] | None = None) -> None:
        """Let the service keep what changed since it was kept last; `then()` once it is."""
        if then is not None:
            self._then.append(then)
        if self._kept is None:
            self.read()
            return
        for name, form in self.by_name.items():
            if name in self._handed or (form.blank and name not in self._kept):
                continue
            text = kept(form)
            if self._kept.get(name) != text:
                crash.point("window.before_form_kept")
                self._kept[name] = text
                self._under_way += 1
                failed = partial(self._not_kept, name)
                self._state.call("keep_draft", self._is_kept, failed, name=name, text=text)
        if not self._under_way:
            self._tell()

    def read(self) -> None:
        """Ask, until it is told, for the forms that were half filled when the window was last
        open."""
        if self._asked:
            return
        self._asked = True

        def done(result: Any) -> None:
            found = msgspec.convert(result, list[Draft])
            self._kept = {one.name: one.text for one in found}
            for one in found:
                form = restored(one)
                if form is not None:
                    self.by_name.setdefault(one.name, form)

        def failed(_error: MzError) -> None:
            self._asked = False

        self._state.call("drafts", done, failed)

    def _is_kept(self, _result: Any) -> None:
        self._under_way -= 1
        if not self._under_way:
            self._tell()

    def _not_kept(self, name: str, error: MzError) -> None:
        """Try again at the next tick; a service that is away has its own banner."""
        self._under_way -= 1
        if self._kept is not None and error.code == "service.unreachable":
            self._kept.pop(name, None)
        else:
            self._state.refused(error)

    def _tell(self) -> None:
        told, self._then = self._then, []
        if told:
            crash.point("window.before_kept_shown")
        for then in told:
            then()
