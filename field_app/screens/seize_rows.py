"""Rows of the seizure form: an item, a person present, a photo."""

from __future__ import annotations

from kivy.properties import BooleanProperty, StringProperty
from kivy.uix.behaviors import ButtonBehavior
from kivy.uix.boxlayout import BoxLayout

from field_app.theme.parts import FixedRow, Panel
from field_app.window.frames import Frame
from field_app.window.seizure import AttendeeDraft, ItemDraft
from field_app.window.words import tr
from schemas.money import yuan_text
from schemas.records import SignedHow

_SIGNED = {
    SignedHow.SIGNED: ("circle-check", "ok"),
    SignedHow.STAMPED: ("circle-check", "ok"),
    SignedHow.FINGERPRINT: ("circle-check", "ok"),
    SignedHow.REFUSED: ("square-x", "bad"),
    SignedHow.UNABLE: ("ban", "warn"),
    SignedHow.NOT_YET: ("circle-half-2", "t2"),
}


class ItemRow(ButtonBehavior, FixedRow):
    """One row of the list; a tap edits it."""

    number = StringProperty("")
    title = StringProperty("")
    note = StringProperty("")
    amount = StringProperty("")
    wanting = BooleanProperty(False)

    def show(self, item: ItemDraft) -> None:
        """Show an item: name with quantity, what tells it apart, photos, value."""
        self.title = f"{item.name.strip() or tr('item.unnamed')} {item.quantity} {item.unit}"
        self.wanting = not item.photos
        told = [text.strip() for text in (item.brand_model, item.serial, item.condition)]
        photos = tr("item.photo_count", n=len(item.photos)) if item.photos else tr("item.no_photo")
        self.note = " · ".join([*(text for text in told if text), photos])
        try:
            fen = item.value_fen()
        except ValueError:
            fen = None
        self.amount = yuan_text(fen) if fen is not None else ""


class PersonRow(ButtonBehavior, FixedRow):
    """One person present; a tap edits him."""

    kind = StringProperty("")
    title = StringProperty("")
    icon = StringProperty("")
    tone = StringProperty("t2")
    state_words = StringProperty("")

    def show(self, person: AttendeeDraft) -> None:
        """Show who it is and how he signed."""
        self.kind = tr(f"attendee.{person.kind}")
        self.title = person.name.strip() or tr("person.unnamed")
        self.icon, self.tone = _SIGNED[person.signed]
        self.state_words = tr(f"signed.{person.signed.value}")
        if not person.attended:
            self.icon, self.tone, self.state_words = "ban", "warn", tr("person.absent")


class Thumb(Panel):
    """A photo as the preview showed it when it was taken."""

    def show(self, frame: Frame | None) -> None:
        """Show the frame, or an empty place when the window was opened since."""
        self.ids.picture.show(frame)


class AddPhoto(ButtonBehavior, BoxLayout):
    """The dashed place that takes a photo."""
