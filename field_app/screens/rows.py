"""Rows of an act's form: an item, a person present, a photo."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kivy.properties import BooleanProperty, StringProperty
from kivy.uix.behaviors import ButtonBehavior
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.layout import Layout

from field_app.theme.parts import Card, FixedRow, Panel, Rule, Txt
from field_app.window.frames import Frame
from field_app.window.items import ItemDraft
from field_app.window.people import AttendeeDraft
from field_app.window.words import attendee, tr
from schemas.money import yuan_text
from schemas.records import SignedHow

LAST_ROWS = 3
"""How many rows of a list stand in the form itself; the list has a screen of its own."""
_SIGNED = {
    SignedHow.SIGNED: ("circle-check", "ok"),
    SignedHow.STAMPED: ("circle-check", "ok"),
    SignedHow.FINGERPRINT: ("circle-check", "ok"),
    SignedHow.REFUSED: ("square-x", "bad"),
    SignedHow.UNABLE: ("ban", "warn"),
    SignedHow.NOT_YET: ("circle-half-2", "t2"),
}


def told_of(item: ItemDraft) -> dict[str, object]:
    """Return an item in words: name with quantity, what tells it apart, photos, value."""
    about = [text.strip() for text in (item.brand_model, item.serial, item.condition)]
    photos = tr("item.photo_count", n=len(item.photos)) if item.photos else tr("item.no_photo")
    memos = [tr("item.memo_count", n=len(item.memos))] if item.memos else []
    try:
        fen = item.value_fen()
    except ValueError:
        fen = None
    return {
        "title": f"{item.name.strip() or tr('item.unnamed')} {item.quantity} {item.unit}",
        "wanting": not item.photos,
        "note": " · ".join([*(text for text in about if text), photos, *memos]),
        "amount": yuan_text(fen) if fen is not None else "",
    }


class ItemRow(ButtonBehavior, FixedRow):
    """One row of the list; a tap edits it."""

    number = StringProperty("")
    title = StringProperty("")
    note = StringProperty("")
    amount = StringProperty("")
    wanting = BooleanProperty(False)

    def show(self, item: ItemDraft) -> None:
        """Show an item."""
        for name, value in told_of(item).items():
            setattr(self, name, value)


class PersonRow(ButtonBehavior, FixedRow):
    """One person present; a tap edits him."""

    number = StringProperty("")
    kind = StringProperty("")
    title = StringProperty("")
    icon = StringProperty("")
    tone = StringProperty("t2")
    state_words = StringProperty("")

    def show(self, person: AttendeeDraft) -> None:
        """Show who it is and how he signed."""
        self.kind = attendee(person.kind)
        self.title = person.name.strip() or tr("person.unnamed")
        self.icon, self.tone = _SIGNED[person.signed]
        self.state_words = tr(f"signed.{person.signed.value}")
        if not person.attended:
            self.icon, self.tone, self.state_words = "ban", "warn", tr("person.absent")


class Thumb(ButtonBehavior, Panel):
    """A photo as the preview showed it when it was taken; a tap opens the footage before it."""

    def show(self, frame: Frame | None) -> None:
        """Show the frame, or an empty place when the window was opened since."""
        self.ids.picture.show(frame)


class AddPhoto(ButtonBehavior, BoxLayout):
    """The dashed place that takes a photo."""


def fill_items(card: Card, items: list[ItemDraft], edit: Callable[[int], None], first: int) -> None:
    """Show the last things of a list that is numbered from `first`; a tap edits one."""
    from_row = max(0, len(items) - LAST_ROWS)
    _fill(card, items[from_row:], ItemRow, tr("act.no_items"), lambda at: edit(from_row + at),
          first + from_row)  # fmt: skip


def fill_people(
    card: Card, people: list[AttendeeDraft], edit: Callable[[int], None], *, called: bool
) -> None:
    """Show the people present; a tap edits one. called: the law says who is to be notified."""
    none = tr("act.nobody_called") if called else tr("act.no_people")
    _fill(card, people, PersonRow, none, edit)


def _fill(
    card: Card, things: list[Any], kind: type[Any], none: str, edit: Callable[[int], None],
    first: int = 1,
) -> None:  # fmt: skip
    card.clear_widgets()
    if not things:
        card.add_widget(Txt(text=none, tone="t2", points=15, padding=(0, 12, 0, 12)))
    for index, thing in enumerate(things):
        if index:
            card.add_widget(Rule())
        row = kind()
        row.number = str(first + index)
        row.show(thing)
        row.bind(on_release=lambda _row, at=index: edit(at))
        card.add_widget(row)


def fill_photos(
    place: Layout,
    photos: list[str],
    frames: dict[str, Frame],
    take: Callable[[], None],
    look: Callable[[str], None],
) -> AddPhoto:
    """Show photos, of which a tap opens the footage, and the place that takes another; return
    that place."""
    place.clear_widgets()
    for sha256 in photos:
        thumb = Thumb()
        thumb.show(frames.get(sha256))
        thumb.bind(on_release=lambda _thumb, sha256=sha256: look(sha256))
        place.add_widget(thumb)
    key = AddPhoto()
    key.bind(on_release=lambda _key: take())
    place.add_widget(key)
    return key
