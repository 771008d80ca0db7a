"""The end of an operation: what is recorded, missing, unsigned, unsent; the integrity value."""

from __future__ import annotations

from functools import partial
from typing import Any

import msgspec
from kivy.properties import BooleanProperty, ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from field_app.local_api.visit import Ending, Stated
from field_app.screens.rows import PersonRow
from field_app.screens.screen import FieldScreen
from field_app.theme.entry import Field
from field_app.theme.parts import Btn, Rule
from field_app.theme.qr import qr_texture
from field_app.window import shown
from field_app.window.people import AttendeeDraft
from field_app.window.value import ValueDraft, spans
from field_app.window.words import tr
from schemas import crash
from schemas.field_api import OperationBrief
from schemas.problems import MzError
from schemas.records import Step


class Count(BoxLayout):
    """A figure with its word below."""

    figure = StringProperty("0")
    text = StringProperty("")
    tone = StringProperty("t1")


class FinishScreen(FieldScreen):
    """Shows what this device holds of an operation, and leads to the value that people sign."""

    ending = ObjectProperty(None, allownone=True)
    case_number = StringProperty("")
    times = StringProperty("")
    length = StringProperty("")
    gap_words = StringProperty("")
    sent_words = StringProperty("")
    anew_words = StringProperty("")
    unsigned_words = StringProperty("")
    code = StringProperty("")
    covers = StringProperty("")
    confirmed = StringProperty("")
    whole = BooleanProperty(True)
    sent = BooleanProperty(True)
    stated = BooleanProperty(False)
    withdrawn = BooleanProperty(False)

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self._operation: OperationBrief | None = None
        self._value_part = self.ids.value_part.__self__
        self.follow("outbox")

    @property
    def draft(self) -> ValueDraft | None:
        """The value of the operation that shows."""
        if self._operation is None:
            return None
        return self.state.forms.begin(ValueDraft(self._operation.operation))

    def open(self, **about: Any) -> None:
        """Show the operation that is at hand."""
        operation = self._operation = self.state.operation()
        self.ending = None
        if operation is not None:
            self.case_number = shown.case_number(operation.case_number)
            self._ask_codes(operation)
            self._show_value()

    def refresh(self) -> None:
        """Ask the service anew; what it says shows when it comes."""
        if self._operation is not None:
            self.state.call("ending", self._take, operation=self._operation.operation)

    def withdraw(self) -> None:
        """Report that the crew withdraws."""
        if self._operation is not None:
            self.state.report(self._operation.operation, Step.WITHDRAWN)

    def state_value(self) -> None:
        """State the value as of now, or let people read the page that was stated."""
        draft = self.draft
        if draft is None:
            return
        if draft.paper is not None:
            self.guide.go("paper", draft=draft)
        else:
            self.state_anew()

    def state_anew(self) -> None:
        """State the value as of now."""
        draft = self.draft
        if draft is None:
            return

        def done(result: Any) -> None:
            draft.take_stated(msgspec.convert(result, Stated))
            self._show_value()

        self.state.call_busy(
            "state_value", done, operation=draft.operation,
            others=msgspec.to_builtins(draft.others()),
        )  # fmt: skip

    def confirm(self) -> None:
        """Sign and keep the value with who signed it or refused."""
        draft = self.draft
        if draft is None:
            return

        def done(_result: Any) -> None:
            crash.point("window.before_value_told")
            self.state.forms.forget(draft)
            self._show_value()
            self.state.say(tr("finish.kept"))
            self.state.read_outbox()
            self.refresh()

        def failed(error: MzError) -> None:
            self.state.forms.take_back(draft)
            self.state.refused(error)

        self.state.forms.hand_over(draft)
        people = [msgspec.to_builtins(one.written()) for one in draft.attendees]
        self.state.call_busy(
            "confirm_value", done, failed, operation=draft.operation, attendees=people,
            draft=draft.name,
        )  # fmt: skip

    def add_person(self) -> None:
        """Enter another person who is to sign."""
        self.guide.go("person", draft=self.draft, index=-1)

    def _ask_codes(self, operation: OperationBrief) -> None:
        """One field for each other officer of the crew: the code that his own device shows."""
        place, draft = self.ids.codes, self.draft
        place.clear_widgets()
        status = self.state.status
        mine = status.officer.officer if status and status.officer else ""
        for member in operation.crew:
            if member.officer == mine or draft is None:
                continue
            entry = Field(label=tr("finish.code_of", name=member.name), hint="0000 0000 0000 0000")
            place.add_widget(entry)
            entry.fill(draft.codes.get(member.officer, ""))
            entry.bind(text=partial(self._take_code, draft, member.officer))

    def _take_code(self, draft: ValueDraft, officer: str, _field: Field, text: str) -> None:
        draft.codes[officer] = text

    def _take(self, result: Any) -> None:
        ending, draft = msgspec.convert(result, Ending), self.draft
        if draft is None or ending == self.ending:
            return
        self.ending = ending
        before = draft.stated, len(draft.attendees)
        draft.take(ending)
        if (draft.stated, len(draft.attendees)) != before:
            self._show_value()  # and only then: nothing moves under a finger
        until = ending.withdrawn_ms or int(self.state.now_ms)
        starts = [start for start, _ in ending.recorded]
        begin = ending.arrived_ms or min(starts, default=until)
        self.withdrawn = ending.withdrawn_ms is not None
        self.times = f"{shown.clock(begin)} — {shown.clock(until)}"
        self.length = shown.elapsed(until - begin)
        self.ids.strip.spans = spans(ending, until)
        self._say(ending)

    def _say(self, ending: Ending) -> None:
        lost = shown.elapsed(sum(end - start for start, end in ending.missing))
        self.whole = not ending.missing
        self.gap_words = tr(
            "finish.no_gap" if self.whole else "finish.missing", n=len(ending.missing), time=lost
        )
        self.sent = not (ending.unsent or ending.unsent_fragments)
        rest = "finish.rest_sent" if ending.refused else "finish.all_sent"
        self.sent_words = tr(
            rest if self.sent else "finish.unsent", n=ending.unsent, m=ending.unsent_fragments
        )
        anew = ending.set_aside
        self.anew_words = tr("finish.set_aside", n=anew) if anew else ""
        self._show_refused(ending.refused)
        names = tr("list.comma").join(ending.unsigned)
        self.unsigned_words = tr("finish.unsigned", names=names) if names else ""
        self.confirmed = tr("list.comma").join(ending.confirmed)

    def _show_refused(self, items: list[str]) -> None:
        """A key to the newest that was refused, where its reason stands; none where none was."""
        place = self.ids.refused
        place.clear_widgets()
        if items:
            said = tr("finish.refused", n=len(items))
            key = Btn(kind="outline", icon="alert-triangle", text=said, points=16)
            key.bind(on_release=lambda _key: self.guide.go("outbox", item=items[0]))
            place.add_widget(key)

    def _show_value(self) -> None:
        draft, place = self.draft, self.ids.value_place
        if draft is None:
            return
        place.clear_widgets()
        self.stated = draft.stated is not None
        if draft.stated is not None:
            self.code = draft.stated.code
            self.ids.qr.texture = qr_texture(draft.stated.qr)
            tail = draft.stated.unsigned_tail
            self.covers = tr(
                "finish.covers_tail" if tail else "finish.covers", n=draft.stated.fragments,
                tail=tail, time=shown.clock(draft.stated.at_ms),
            )  # fmt: skip
            place.add_widget(self._value_part)
            self._show_people(draft)

    def _show_people(self, draft: ValueDraft) -> None:
        people = self.ids.people
        people.clear_widgets()
        for index, person in enumerate(draft.attendees):
            if index:
                people.add_widget(Rule())
            people.add_widget(self._row(draft, index, person))

    def _row(self, draft: ValueDraft, index: int, person: AttendeeDraft) -> PersonRow:
        row = PersonRow()
        row.show(person)
        row.bind(on_release=lambda _row: self.guide.go("person", draft=draft, index=index))
        return row
