"""Things from a table: the file is read, each row is told, then all come on the list or none."""

from __future__ import annotations

import threading
from functools import partial
from pathlib import Path
from typing import Any

from kivy.clock import Clock
from kivy.core.window import Window
from kivy.metrics import dp
from kivy.properties import BooleanProperty, NumericProperty, StringProperty

from field_app.screens.screen import FieldScreen
from field_app.theme.parts import Icon, Row, Rule, Txt
from field_app.window.act import ActDraft
from field_app.window.list_import import Report, Wrong, read_items
from field_app.window.spreadsheet import read_table
from field_app.window.words import tr, tr_problem
from schemas.problems import MzError

_MOST_TOLD = 40


class TableScreen(FieldScreen):
    """Reads off the window's thread; the list is touched only by `take`."""

    verdict = StringProperty("")
    good = BooleanProperty(False)
    busy = BooleanProperty(False)
    count = NumericProperty(0)

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.draft: ActDraft | None = None
        self._report: Report | None = None
        Window.bind(on_drop_file=self._dropped)

    def open(self, **about: Any) -> None:
        """Ask for the file of `draft`'s list."""
        self.draft = about["draft"]
        self._forget()

    def read(self) -> None:
        """Read the file and tell what is in it."""
        draft, path = self.draft, self.ids.path.text.strip()
        if draft is None or not path or self.busy:
            return
        self._forget()
        self.busy = True
        already = list(draft.items)
        work = partial(self._read, Path(path).expanduser(), already)
        threading.Thread(target=work, name="table", daemon=True).start()

    def take(self) -> None:
        """Put every row on the list."""
        draft, report = self.draft, self._report
        if draft is None or report is None or report.wrong:
            return
        draft.items += report.items
        self.state.say(tr("table.taken", n=len(report.items)))
        self.guide.go("list", draft=draft)

    def _read(self, path: Path, already: list[Any]) -> None:
        try:
            report = read_items(read_table(path), already)
        except MzError as error:
            Clock.schedule_once(partial(self._refused, error.code))
        else:
            Clock.schedule_once(partial(self._show, report))

    def _refused(self, code: str, *_: object) -> None:
        self.busy = False
        self.ids.path.error = tr_problem(code)

    def _show(self, report: Report, *_: object) -> None:
        self.busy, self._report = False, report
        self.count = len(report.items)
        self.good = bool(report.items) and not report.wrong
        rows = len({wrong.row for wrong in report.wrong})
        self.verdict = tr("table.good", n=self.count) if self.good else (
            tr("table.wrong", n=rows, all=self.count) if rows else tr("table.empty")
        )  # fmt: skip
        card = self.ids.wrong
        card.clear_widgets()
        for index, wrong in enumerate(report.wrong[:_MOST_TOLD]):
            if index:
                card.add_widget(Rule())
            card.add_widget(_told(wrong))
        more = len(report.wrong) - _MOST_TOLD
        if more > 0:
            card.add_widget(Txt(text=tr("table.more", n=more), tone="t2", points=15))

    def _forget(self) -> None:
        self._report, self.verdict, self.good, self.count = None, "", False, 0
        self.ids.wrong.clear_widgets()
        self.ids.path.error = ""

    def _dropped(self, _window: object, name: bytes, *_: object) -> None:
        if self.shown:
            self.ids.path.fill(name.decode(errors="replace"))
            self.read()


def _told(wrong: Wrong) -> Row:
    row = Row(spacing=dp(10), padding=(0, dp(10), 0, dp(10)))
    row.add_widget(Icon(name="alert-triangle", tone="warn", points=20))
    said = tr(f"table.wrong_{wrong.key}", value=wrong.value)
    row.add_widget(Txt(text=tr("table.row", n=wrong.row, said=said), points=16))
    return row
