"""The screens inside the seizure form: one item, and the review before saving."""

from __future__ import annotations

from typing import Any

from kivy.metrics import dp
from kivy.properties import NumericProperty, StringProperty

from field_app.screens.screen import FieldScreen
from field_app.screens.seize_rows import fill_photos
from field_app.theme.parts import Icon, Row, Rule, Txt
from field_app.window.act import AnyDraft, lack_values, lacks_of_paper, shown_name
from field_app.window.seizure import (
    UNITS,
    ItemDraft,
    Lack,
)
from field_app.window.words import tr
from schemas.money import yuan_text
from schemas.time import now_ms

_ITEM_FIELDS = {
    "name": "name",
    "brand": "brand_model",
    "serial": "serial",
    "condition": "condition",
    "value": "value",
}


class ItemScreen(FieldScreen):
    """One row of the list with its photos."""

    title = StringProperty("")
    quantity = NumericProperty(1)
    photo_note = StringProperty("")

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.draft: AnyDraft | None = None
        self.item = ItemDraft()
        self.ids.unit.choices = [(unit, tr(f"unit.{unit}")) for unit in UNITS]
        for name, attribute in _ITEM_FIELDS.items():
            self.ids[name].bind(text=lambda _field, text, to=attribute: self._take(to, text))
        self.ids.unit.bind(value=lambda _picks, unit: self._take("unit", unit))

    def open(self, **about: Any) -> None:
        """Show a row: `draft`, `index` (-1 adds one, tied to the running footage)."""
        draft, index = about["draft"], about["index"]
        self.draft = None
        if index < 0:
            draft.items.append(ItemDraft(footage=self.state.footage_now()))
            index = len(draft.items) - 1
        self.item = draft.items[index]
        self.title = tr("item.title", n=index + 1)
        for name, attribute in _ITEM_FIELDS.items():
            self.ids[name].fill(getattr(self.item, attribute))
        self.ids.unit.value, self.quantity = self.item.unit, self.item.quantity
        self.ids.page.scroll_y = 1
        self.draft = draft
        self._show_photos()

    def change(self, by: int) -> None:
        """Count one more or one fewer."""
        self.quantity = self.item.quantity = max(1, self.item.quantity + by)

    def take_photo(self) -> None:
        """Take a photo of the item with the running camera."""
        item = self.item

        def taken(sha256: str) -> None:
            item.photos.append(sha256)
            self._show_photos()

        self.state.photo(taken)

    def remove(self) -> None:
        """Take the row off the list."""
        if self.draft is not None:
            self.draft.items.remove(self.item)
        self.guide.back()

    def done(self) -> None:
        """Back to the form; an amount that is none is named first, an empty row is dropped."""
        try:
            self.item.value_fen()
        except ValueError:
            self.ids.value.error = tr("item.value_wrong")
            self.ids.value.focus()
            return
        if self.draft is not None and self.item == ItemDraft(footage=self.item.footage):
            self.draft.items.remove(self.item)
        self.guide.back()

    def _take(self, attribute: str, value: str) -> None:
        if self.draft is not None:
            setattr(self.item, attribute, value)

    def _show_photos(self) -> None:
        self.add_photo = fill_photos(
            self.ids.photos, self.item.photos, self.state.photos, self.take_photo
        )
        self.photo_note = tr("item.photo_count", n=len(self.item.photos))


class ReviewScreen(FieldScreen):
    """What the record lacks, by name; it can be saved all the same."""

    summary = StringProperty("")
    verdict = StringProperty("")
    count = NumericProperty(0)

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.draft: AnyDraft | None = None

    def open(self, **about: Any) -> None:
        """Show what `draft` lacks."""
        draft: AnyDraft = about["draft"]
        self.draft = draft
        found = [*draft.lacks(), *lacks_of_paper(draft)]
        self.count = len(found)
        self.verdict = tr("review.count", n=len(found)) if found else tr("review.complete")
        total = yuan_text(draft.total_fen())
        self.summary = tr("seize.items_note", n=len(draft.items), total=total)
        card = self.ids.lacks
        card.clear_widgets()
        for index, lack in enumerate(found):
            if index:
                card.add_widget(Rule())
            card.add_widget(_lack_row(lack))

    def save(self) -> None:
        """Sign and keep the record as it is; then show where it is."""
        if self.draft is None:
            return
        title = shown_name(self.draft)

        def saved() -> None:
            self.state.say(tr("act.kept", name=title))
            self.guide.go("outbox")

        self.state.save_measure(self.draft, self.draft.body(now_ms()), saved)


def _lack_row(lack: Lack) -> Row:
    row = Row(spacing=dp(10), padding=(0, dp(10), 0, dp(10)))
    row.add_widget(Icon(name="alert-triangle", tone="warn", points=20))
    row.add_widget(Txt(text=tr(f"lack.{lack.key}", **lack_values(lack)), points=16))
    return row
