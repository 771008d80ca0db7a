"""One person of an act: who, whether he came, how he signed, and why not."""

from __future__ import annotations

from typing import Any

from kivy.properties import StringProperty

from field_app.screens.screen import FieldScreen
from field_app.theme.parts import Card, Column
from field_app.window.act import ActDraft
from field_app.window.people import ATTENDEE_KINDS, AttendeeDraft
from field_app.window.value import ValueDraft
from field_app.window.words import attendee, tr
from schemas.records import SignedHow

_REASONS = {
    "refused": ("disputes_list", "no_reason", "left", "other"),
    "unable": ("illness", "illiterate", "other"),
    "absent": ("will_not_come", "unreachable", "other"),
}
_NOTIFIED = ("phone", "in_person", "message", "paper")


class ReasonCard(Card):
    """Why a person did not come, refused or could not sign: a common reason or own words."""

    situation = StringProperty("")
    title = StringProperty("")
    tone = StringProperty("warn")

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self.ids.reason.bind(value=self._take)

    def on_situation(self, _card: ReasonCard, situation: str) -> None:
        """Offer the reasons of a situation; what was typed stays."""
        if not situation:
            return
        self.title = tr(f"person.{situation}_title")
        self.tone = "bad" if situation == "refused" else "warn"
        self.ids.reason.value = ""
        self.ids.reason.choices = [
            (reason, tr(f"reason.{reason}")) for reason in _REASONS[situation]
        ]

    def _take(self, _picks: object, reason: str) -> None:
        if reason:
            self.ids.reason_text.fill(tr(f"reason.{reason}"))


class NotifiedPart(Column):
    """How an absent person was notified."""

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self.ids.notified.choices = [(how, tr(f"notified.{how}")) for how in _NOTIFIED]
        self.ids.notified.bind(value=self._take)

    def _take(self, _picks: object, how: str) -> None:
        if how:
            self.ids.notified_text.fill(tr(f"notified.{how}"))


class PersonScreen(FieldScreen):
    """Writes into one attendee of the draft as it is entered."""

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.draft: ActDraft | ValueDraft | None = None
        self.person = AttendeeDraft()
        self.reason, self.notified = ReasonCard(), NotifiedPart()
        ids = self.ids
        self._signing = ids.signed.__self__
        ids.kind.choices = [(kind, attendee(kind)) for kind in ATTENDEE_KINDS]
        ids.attended.choices = [("yes", tr("person.came")), ("no", tr("person.absent"))]
        ids.signed.choices = [(how.value, tr(f"signed.{how.value}")) for how in SignedHow]
        ids.kind.bind(value=lambda _picks, kind: self._take("kind", kind))
        ids.name.bind(text=lambda _field, text: self._take("name", text))
        ids.attended.bind(value=lambda _picks, value: self._take("attended", value == "yes"))
        ids.signed.bind(value=lambda _picks, value: self._take("signed", SignedHow(value)))
        self.reason.ids.reason_text.bind(
            text=lambda _field, text: self._take("refusal_reason", text)
        )
        self.notified.ids.notified_text.bind(
            text=lambda _field, text: self._take("notified_how", text)
        )

    def open(self, **about: Any) -> None:
        """Show a person: `draft`, `index` (-1 adds one)."""
        draft, index = about["draft"], about["index"]
        self.draft = None
        if index < 0:
            draft.attendees.append(AttendeeDraft())
        self.person = draft.attendees[index]
        ids, person = self.ids, self.person
        ids.kind.value, self._signing.value = person.kind, person.signed.value
        ids.attended.value = "yes" if person.attended else "no"
        ids.name.fill(person.name)
        self.reason.ids.reason.value = self.notified.ids.notified.value = ""
        self.reason.ids.reason_text.fill(person.refusal_reason)
        self.notified.ids.notified_text.fill(person.notified_how)
        ids.page.scroll_y = 1
        self.draft = draft
        self._show_parts()

    def remove(self) -> None:
        """Take the person off the form."""
        if self.draft is not None:
            self.draft.remove_person(self.person)
        self.guide.back()

    def done(self) -> None:
        """Back to the form."""
        self.guide.back()

    def _take(self, attribute: str, value: object) -> None:
        if self.draft is None:
            return
        setattr(self.person, attribute, value)
        if attribute in ("attended", "signed"):
            self._show_parts()

    def _show_parts(self) -> None:
        """Only who came can sign; who did not come, or did not sign, has a reason."""
        person, place, signing = self.person, self.ids.explained, self.ids.signing
        place.clear_widgets()
        signing.clear_widgets()
        if person.attended:
            signing.add_widget(self._signing)
        else:
            place.add_widget(self.notified)
        self.reason.situation = person.to_explain
        if person.to_explain:
            place.add_widget(self.reason)
