"""Which act is recorded: one row for each form, and the second officer's own confirmation."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, StringProperty
from kivy.uix.behaviors import ButtonBehavior

from field_app.local_api.second import SecondAwaited
from field_app.screens.screen import FieldScreen
from field_app.screens.second import AwaitedCard
from field_app.theme.parts import FixedRow, Rule
from field_app.window import shown
from field_app.window.words import pick, tr
from schemas.measures.forms import FORMS


class FormRow(ButtonBehavior, FixedRow):
    """One form; `note` says that a draft of it is open."""

    title = StringProperty("")
    note = StringProperty("")
    form = StringProperty("")


class ActsScreen(FieldScreen):
    """Leads to the form of an act."""

    case_number = StringProperty("")
    may_confirm = BooleanProperty(False)

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self._awaited: list[SecondAwaited] = []
        self._cards: list[AwaitedCard] = []

    def open(self, **about: Any) -> None:
        """Show the forms, those with a draft first said so."""
        operation = self.state.operation()
        if operation is None:
            return
        self.case_number = shown.case_number(operation.case_number)
        me = self.state.status.officer
        self.may_confirm = any(
            me and one.officer == me.officer and not one.presiding for one in operation.crew
        )
        card = self.ids.forms
        card.clear_widgets()
        for index, form in enumerate(FORMS.values()):
            if index:
                card.add_widget(Rule())
            draft = self.state.acts.get(form.name, operation.operation)
            note = tr("acts.draft", time=shown.short_clock(draft.started_ms)) if draft else ""
            row = FormRow(form=form.name, title=pick(form.zh, form.en), note=note)
            row.bind(on_release=lambda row: self.choose(row.form))
            card.add_widget(row)

    def refresh(self) -> None:
        """Show the acts of this operation that their second officer did not sign yet."""
        status, operation = self.state.status, self.state.operation()
        if status is None or operation is None:
            return
        awaited = [one for one in status.seconds_awaited if one.operation == operation.operation]
        if awaited != self._awaited:
            body, self._awaited = self.ids.body, awaited
            body.clear_widgets(self._cards)
            self._cards = [self.guide.second.card(one) for one in awaited]
            for card in reversed(self._cards):
                body.add_widget(card, len(body.children))

    def choose(self, form: str) -> None:
        """Open the form of an act."""
        self.guide.go("act", form=form)

    def confirm(self) -> None:
        """Confirm that this officer stood beside since the day's act began."""
        operation = self.state.operation()
        if operation is not None:
            since = min(operation.planned_start_ms, int(self.state.now_ms))
            self.state.stand_beside(operation.operation, since)
