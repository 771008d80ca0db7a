"""The pre-departure check: each thing that the device tested, what was found, what to do."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, NumericProperty, StringProperty

from field_app.local_api.visit import DepartureNow
from field_app.screens.screen import FieldScreen
from field_app.theme.parts import Row, Rule
from field_app.window import shown
from field_app.window.words import pick, tr, tr_problem
from schemas.field_api import OperationBrief
from schemas.recording_notes import CHECKED, Checked, CheckState

_LOOKS = {
    CheckState.GOOD: ("circle-check", "ok"),
    CheckState.WARN: ("alert-triangle", "warn"),
    CheckState.BAD: ("square-x", "bad"),
}


class CheckLine(Row):
    """One thing: its state as icon and word, what was measured, what to do."""

    icon = StringProperty("")
    tone = StringProperty("t1")
    name = StringProperty("")
    state_words = StringProperty("")
    about = StringProperty("")

    def show(self, found: Checked) -> None:
        """Show what was found."""
        self.icon, self.tone = _LOOKS[found.state]
        zh, en = CHECKED[found.what]
        self.name = pick(zh, en.capitalize())
        self.state_words = tr(f"check.state.{found.state}")
        key = f"check.value.{found.what}"
        measured = ""
        if found.value is not None:
            minutes = found.what == "space"
            measured = tr(key, n=shown.span(60 * found.value) if minutes else found.value)
        to_do = tr(f"check.do.{found.what}") if found.state is not CheckState.GOOD else ""
        self.about = "\n".join(filter(None, [measured, to_do]))


class CheckScreen(FieldScreen):
    """Begins a check of the operation and follows it."""

    title = StringProperty("")
    running = BooleanProperty(False)
    ended = BooleanProperty(False)
    count = NumericProperty(0)
    verdict = StringProperty("")
    about = StringProperty("")

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self._operation: OperationBrief | None = None
        self._listed: DepartureNow | None = None

    def open(self, **about: Any) -> None:
        """Show the check of `operation`."""
        self._operation, self._listed = about.get("operation") or self.state.operation(), None
        self.title = self._operation.title if self._operation else ""
        self.ids.lines.clear_widgets()

    def begin(self) -> None:
        """Have the device test itself."""
        if self._operation is not None:
            self.state.check_departure(self._operation.operation)

    def refresh(self) -> None:
        """Show what the newest check of this operation found until now."""
        status, wanted = self.state.status, self._operation
        now = status.departure if status else None
        if now is None or wanted is None or now.operation != wanted.operation:
            self.running = self.ended = False
            self.count, self.verdict, self.about = 0, tr("check.never"), tr("check.lead")
        elif now != self._listed:
            self._listed = now
            self._show(now)

    def _show(self, now: DepartureNow) -> None:
        self.running, self.ended = not now.ended, now.ended
        self.count = sum(one.state is not CheckState.GOOD for one in now.checked)
        if not now.ended:
            self.verdict, self.about = tr("check.running"), tr("check.lead")
        else:
            self.verdict = tr("check.not_good", n=self.count) if self.count else tr("check.good")
            kept = (
                tr("check.not_kept", why=tr_problem(now.problem))
                if now.problem
                else tr("check.kept")
            )
            self.about = f"{tr('check.at', time=shown.clock(now.began_ms))}\n{kept}"
        lines = self.ids.lines
        lines.clear_widgets()
        for index, found in enumerate(now.checked):
            if index:
                lines.add_widget(Rule())
            line = CheckLine()
            line.show(found)
            lines.add_widget(line)
