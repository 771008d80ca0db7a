"""The whole list of an act: fast with thousands of rows; filled by scan, by hand, from a table."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.behaviors import ButtonBehavior
from kivy.uix.recycleview.views import RecycleDataViewBehavior

from field_app.screens.rows import told_of
from field_app.screens.screen import FieldScreen
from field_app.theme.parts import FixedRow
from field_app.window.act import ActDraft
from field_app.window.scan import can_read_pictures, code_in, take_code
from field_app.window.words import tr
from schemas.money import yuan_text


class ListRow(RecycleDataViewBehavior, ButtonBehavior, FixedRow):
    """One row of the list; only those in sight exist."""

    number = StringProperty("")
    title = StringProperty("")
    note = StringProperty("")
    amount = StringProperty("")
    wanting = BooleanProperty(False)
    at = NumericProperty(-1)
    screen = ObjectProperty(None, allownone=True)

    def refresh_view_attrs(self, _view: Any, index: int, data: dict[str, Any]) -> None:
        """Show the row at a place of the list."""
        self.at, self.screen = index, data["screen"]
        draft = self.screen.draft
        if draft is None or index >= len(draft.items):
            return
        self.number = str(draft.first_number + index)
        for name, value in told_of(draft.items[index]).items():
            setattr(self, name, value)

    def on_release(self) -> None:
        """Edit the row."""
        self.screen.open_item(self.at)


class ListScreen(FieldScreen):
    """Writes into the list of `draft`."""

    note = StringProperty("")
    can_read = BooleanProperty(False)

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.draft: ActDraft | None = None
        self.can_read = can_read_pictures()
        self.ids.scan.ids.entry.bind(on_text_validate=lambda entry: self.scan(entry.text))
        self.ids.scan.ids.entry.text_validate_unfocus = False

    def open(self, **about: Any) -> None:
        """Show the list of `draft`, or the one shown before."""
        draft = about.get("draft", self.draft)
        if draft is not self.draft:
            self.ids.rows.scroll_y = 1
        self.draft = draft
        self._show()

    def scan(self, code: str) -> None:
        """Take a code that a scanner typed; the field is ready for the next at once."""
        self.ids.scan.fill("")
        if code.strip():
            self._take(code)

    def scan_picture(self) -> None:
        """Take a photo and the code that is in it."""

        def taken(sha256: str) -> None:
            frame = self.state.photos.get(sha256)
            code = code_in(frame) if frame is not None else ""
            if code:
                self._take(code, sha256)
            else:
                self.state.say(tr("list.no_code"), bad=True)

        self.state.photo(taken)

    def open_item(self, index: int) -> None:
        """Edit a row; -1 adds one."""
        if self.draft is not None:
            self.guide.go("item", draft=self.draft, index=index)

    def open_table(self) -> None:
        """Bring things from a table."""
        if self.draft is not None:
            self.guide.go("table", draft=self.draft)

    def _take(self, code: str, photo: str = "") -> None:
        draft = self.draft
        if draft is None:
            return
        done = take_code(draft.items, code)
        if done.what == "mark":
            draft.add_mark(code)
        elif done.what == "added":
            item = draft.items[done.at]
            item.footage = self.state.footage_now()
            item.photos += [photo] if photo else []
        bad = done.what in ("repeated", "full")
        self.state.say(tr(f"list.{done.what}", n=draft.first_number + done.at), bad=bad)
        self._show()
        if done.at >= 0:
            self._scroll_to(done.at)

    def _show(self) -> None:
        draft = self.draft
        if draft is None:
            return
        rows = self.ids.rows
        if len(rows.data) != len(draft.items):
            rows.data = [{"screen": self}] * len(draft.items)
        rows.refresh_from_data()
        self.note = tr("act.items_note", n=len(draft.items), total=yuan_text(draft.total_fen()))

    def _scroll_to(self, at: int) -> None:
        rows = self.ids.rows
        hidden = len(rows.data) * self.ids.rows.row_height - rows.height
        if hidden > 0:
            above = at * rows.row_height - rows.height / 2
            rows.scroll_y = 1 - min(1, max(0, above / hidden))
