"""Seal tags of an act: a new one made here, or the code of a printed one from a picture."""

from __future__ import annotations

from typing import Any

from field_app.screens.state import State
from field_app.theme.entry import Field
from field_app.theme.parts import Btn, Row
from field_app.window.act import ActDraft
from field_app.window.scan import can_read_pictures, code_in
from field_app.window.words import tr
from schemas.measures.tags import read_tags


class TagMaker(Row):
    """Two buttons that write into the entry of the tags."""

    def __init__(self, state: State, draft: ActDraft, entry: Field, **values: Any) -> None:
        super().__init__(spacing=10, **values)
        self._state, self._draft, self._entry = state, draft, entry
        self._add("plus", "act.new_tag", self.make)
        if can_read_pictures():
            self._add("qrcode", "list.picture", self.scan)

    def make(self) -> None:
        """Name one more tag, with a number of its own."""
        operation = self._state.operation(self._draft.operation)
        if operation is not None:
            self._draft.add_tag(operation.case_number)
            self._state.forms.keep(lambda: self._entry.fill(self._draft.facts["seal_tags"]))

    def scan(self) -> None:
        """Take a photo and the tag that is in it."""

        def taken(sha256: str) -> None:
            frame = self._state.photos.get(sha256)
            code = code_in(frame) if frame is not None else ""
            if read_tags(code):
                self._entry.fill(f"{self._entry.text} {code}".strip())
            else:
                self._state.say(tr("list.no_code"), bad=True)

        self._state.photo(taken)

    def _add(self, icon: str, words: str, pressed: Any) -> None:
        button = Btn(kind="outline", icon=icon, text=tr(words))
        button.bind(on_release=lambda _button: pressed())
        self.add_widget(button)
