"""The form for a fault note (中断说明): from when to when, why, in the officer's own words."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, StringProperty

from field_app.screens.screen import FieldScreen
from field_app.window import fault, shown
from field_app.window.words import tr
from schemas.field_api import OperationBrief
from schemas.recording_notes import FaultCause

_MOST_GAPS = 3


class FaultScreen(FieldScreen):
    """Shows the draft of the chosen operation and writes into it as it is typed."""

    about = StringProperty("")
    gap_words = StringProperty("")
    time_help = StringProperty("")
    own_data = StringProperty("")
    presiding_words = StringProperty("")
    presides = BooleanProperty(False)
    cause_error = StringProperty("")

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.draft: fault.FaultDraft | None = None
        self._gaps: list[fault.Gap] = []
        ids = self.ids
        ids.cause.choices = [(cause.value, tr(f"fault.{cause.value}")) for cause in FaultCause]
        ids["from"].bind(text=lambda _field, text: self._take("from_text", text))
        ids["to"].bind(text=lambda _field, text: self._take("to_text", text))
        ids["text"].bind(text=lambda _field, text: self._take("text", text))
        ids.cause.bind(value=lambda _picks, cause: self._take("cause", cause))
        ids.gaps.bind(value=self._choose)

    def open(self, **about: Any) -> None:
        """Show the draft of the operation, begun with its newest gap; typed text stays."""
        operation, status = self.state.operation(), self.state.status
        if operation is None or status is None:
            return
        self.draft = None
        number = shown.case_number(operation.case_number)
        self.about = f"{number} · {status.device_name}"
        runs = [*status.recent, *([status.recording] if status.recording else [])]
        self._gaps = fault.gaps(runs, operation.operation, int(self.state.now_ms))[:_MOST_GAPS]
        draft = self.state.note_for(operation)
        if self._gaps and not draft.from_text and not draft.to_text:
            draft.take(self._gaps[0])
        self._show_gaps()
        self._fill(draft)
        self._mark_gap(draft)
        self._show_presiding(operation)
        self.ids.page.scroll_y = 1
        self.draft = draft

    def refresh(self) -> None:
        """Say what the device will add of itself."""
        status = self.state.status
        if status is not None:
            self.own_data = tr("fault.own_data", size=shown.size(status.free_bytes))

    def save(self) -> None:
        """Sign and keep the note, or name what is missing and go to the first of it."""
        draft = self.draft
        if draft is None:
            return
        now = int(self.state.now_ms)
        wrong = draft.wrong(now)
        for part in ("from", "to", "text"):
            self.ids[part].error = tr(f"fault.wrong_{wrong[part]}") if part in wrong else ""
        self.cause_error = tr("fault.wrong_cause") if "cause" in wrong else ""
        if wrong:
            self.ids.page.scroll_to(self.ids[next(iter(wrong))], animate=False)
            return
        self.state.explain_gap(draft, draft.interval(now), self.guide.back)

    def _fill(self, draft: fault.FaultDraft) -> None:
        for part, text in (
            ("from", draft.from_text), ("to", draft.to_text), ("text", draft.text),
        ):  # fmt: skip
            self.ids[part].fill(text)
            self.ids[part].error = ""
        self.ids.cause.value, self.cause_error = draft.cause, ""

    def _show_gaps(self) -> None:
        self.ids.gaps.value = ""
        self.ids.gaps.choices = [
            (str(at), f"{shown.clock(gap.from_ms)}–{shown.clock(gap.to_ms)}")
            for at, gap in enumerate(self._gaps)
        ]
        self.gap_words = tr("fault.gaps") if self._gaps else tr("fault.no_gap")
        self.time_help = tr("fault.time_help") if self._gaps else ""

    def _show_presiding(self, operation: OperationBrief) -> None:
        officer = self.state.status.officer
        presiding = [one for one in operation.crew if one.presiding]
        self.presides = officer is not None and any(
            one.officer == officer.officer for one in presiding
        )
        names = tr("list.comma").join(one.name for one in presiding)
        key = "fault.presides" if self.presides else "fault.not_presiding"
        self.presiding_words = tr(key, names=names or tr("fault.nobody"))

    def _choose(self, _picks: object, at: str) -> None:
        if at and self.draft is not None:
            if self.draft.is_of(self._gaps[int(at)]):
                return
            self.draft.take(self._gaps[int(at)])
            self.ids["from"].fill(self.draft.from_text)
            self.ids["to"].fill(self.draft.to_text)

    def _take(self, attribute: str, value: str) -> None:
        if self.draft is None:
            return
        setattr(self.draft, attribute, value)
        if attribute == "cause":
            self.cause_error = ""
        elif attribute != "text":
            self._mark_gap(self.draft)

    def _mark_gap(self, draft: fault.FaultDraft) -> None:
        """Mark the gap whose times stand in the form; corrected times are no gap's."""
        same = [str(at) for at, gap in enumerate(self._gaps) if draft.is_of(gap)]
        self.ids.gaps.value = same[0] if same else ""
