"""The form of an operation that the officer came upon: what, where, who is with him, which case."""

from __future__ import annotations

from typing import Any

import msgspec
from kivy.properties import BooleanProperty, StringProperty

from field_app.screens.screen import FieldScreen
from field_app.theme.entry import Tick
from field_app.window import shown
from field_app.window.words import pick, tr
from schemas.field_api import CrewMember
from schemas.ids import new_id
from schemas.opened import KIND_WORDS

UNKNOWN, TYPED = "unknown", "typed"


class OpenScreen(FieldScreen):
    """Opens an operation of its own, with or without a network."""

    about = StringProperty("")
    place_help = StringProperty("")
    kind_error = StringProperty("")
    typing = BooleanProperty(False)

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self._operation = ""
        self._crew: dict[str, Tick] = {}
        self.ids.kind.choices = [
            (kind.value, pick(zh, en.capitalize())) for kind, (zh, en) in KIND_WORDS.items()
        ]
        self.ids.kind.bind(value=self._chose_kind)
        self.ids.case.bind(value=self._chose_case)

    def open(self, **about: Any) -> None:
        """Begin an empty form; its operation has an id from now on."""
        status = self.state.status
        if status is None:
            return
        self._operation = new_id()
        name = status.officer.name if status.officer else tr("holder.nobody")
        self.about = tr("open.presides", name=name)
        for field in ("place", "number", "companions"):
            self.ids[field].fill("")
            self.ids[field].error = ""
        self.ids.kind.value, self.kind_error = "", ""
        cases = {one.case: one.case_number for one in status.operations if one.case}
        self.ids.case.choices = [
            *((case, shown.case_number(number)) for case, number in cases.items()),
            (TYPED, tr("open.case_typed")), (UNKNOWN, tr("open.case_unknown")),
        ]  # fmt: skip
        self.ids.case.value = UNKNOWN
        self.ids.page.scroll_y = 1
        self._show_crew([])
        self.state.call("colleagues", self._know)

    def refresh(self) -> None:
        """Say where the device is: that place is written where the officer writes none."""
        status = self.state.status
        if status is not None and self._measured():
            self.place_help = tr("open.place_measured", accuracy=shown.accuracy(status.accuracy_m))
        else:
            self.place_help = tr("open.place_wanted")

    def go(self) -> None:
        """Open it and go on to record, or name what is missing."""
        ids = self.ids
        self.kind_error = "" if ids.kind.value else tr("open.need_kind")
        if not ids.place.text.strip() and not self._measured():
            ids.place.error = tr("open.need_place")
        if self.typing and not ids.number.text.strip():
            ids.number.error = tr("open.need_number")
        if self.kind_error or ids.place.error or ids.number.error:
            ids.page.scroll_y = 1
            return
        case = "" if ids.case.value in (TYPED, UNKNOWN) else ids.case.value
        self.state.open_operation(
            self._opened, operation=self._operation, kind=ids.kind.value,
            place_text=ids.place.text.strip(), case=case,
            case_number=ids.number.text.strip() if self.typing else "",
            crew=[officer for officer, tick in self._crew.items() if tick.on],
            companions=ids.companions.text.strip(),
        )  # fmt: skip

    def _opened(self, operation: str) -> None:
        self.state.operation_id = operation
        self.guide.go("record")

    def _measured(self) -> bool:
        status = self.state.status
        return status is not None and status.lat is not None and not status.place_simulated

    def _know(self, result: Any) -> None:
        self._show_crew(msgspec.convert(result, list[CrewMember]))

    def _show_crew(self, known: list[CrewMember]) -> None:
        self.ids.crew.clear_widgets()
        self._crew = {one.officer: Tick(text=one.name) for one in known}
        for tick in self._crew.values():
            self.ids.crew.add_widget(tick)

    def _chose_kind(self, *_: object) -> None:
        self.kind_error = ""

    def _chose_case(self, _picks: object, value: str) -> None:
        self.typing = value == TYPED
        self.ids.number.error = ""
