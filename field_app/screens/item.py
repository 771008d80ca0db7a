"""One thing of the list of an act."""

from __future__ import annotations

from typing import Any

import msgspec
from kivy.properties import BooleanProperty, StringProperty

from field_app.local_api.acts import MemoTaken
from field_app.local_api.socket import ReplayArgs
from field_app.screens.rows import fill_photos
from field_app.screens.screen import FieldScreen
from field_app.window.act import ActDraft
from field_app.window.items import UNITS, ItemDraft
from field_app.window.words import tr
from schemas.problems import MzError

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
    photo_note = StringProperty("")
    memo_note = StringProperty("")
    speaking = BooleanProperty(False)
    can_replay = BooleanProperty(False)

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.draft: ActDraft | None = None
        self.item, self._back = ItemDraft(), "act"
        self.ids.unit.choices = [(unit, tr(f"unit.{unit}")) for unit in UNITS]
        for name, attribute in _ITEM_FIELDS.items():
            self.ids[name].bind(text=lambda _field, text, to=attribute: self._take(to, text))
        self.ids.unit.bind(value=lambda _picks, unit: self._take("unit", unit))
        self.ids.quantity.bind(value=lambda _stepper, n: self._take("quantity", int(n)))

    def open(self, **about: Any) -> None:
        """Show a row: `draft`, `index` (-1 adds one, tied to the running footage)."""
        draft, index = about["draft"], about["index"]
        self.draft = None
        if index < 0:
            draft.items.append(ItemDraft(footage=self.state.footage_now()))
            index = len(draft.items) - 1
        if self.guide.here.name != "replay":
            self._back = "list" if self.guide.here.name == "list" else "act"
        self.item = draft.items[index]
        self.title = tr("item.title", n=draft.first_number + index)
        for name, attribute in _ITEM_FIELDS.items():
            self.ids[name].fill(getattr(self.item, attribute))
        self.ids.unit.value, self.ids.quantity.value = self.item.unit, self.item.quantity
        self.ids.page.scroll_y = 1
        self.draft = draft
        self._show_photos()
        self._show_memos()

    def take_photo(self) -> None:
        """Take a photo of the item with the running camera."""
        item, moment = self.item, self.state.footage_now()

        def taken(sha256: str) -> None:
            if not item.photos and moment is not None:
                item.footage = moment  # the footage opens before its first photo
            item.photos.append(sha256)

        self.state.photo(taken, self._show_photos)

    def memo(self) -> None:
        """Begin to speak about the item, or keep what was said."""
        item = self.item

        def begun(_result: Any) -> None:
            self.speaking = True

        def taken(result: Any) -> None:
            self.speaking = False
            item.memos.append(msgspec.convert(result, MemoTaken).sha256)
            self.state.forms.keep(self._show_memos)

        def failed(error: MzError) -> None:
            self.speaking = False
            self.state.refused(error)

        if self.speaking:
            self.state.call("end_memo", taken, failed)
        else:
            self.state.call("begin_memo", begun, failed)

    def _show_memos(self) -> None:
        self.memo_note = tr("item.memo_count", n=len(self.item.memos)) if self.item.memos else ""

    def remove(self) -> None:
        """Take the row off the list."""
        self._take_off()
        self._leave()

    def done(self) -> None:
        """Back to the form; an amount that is none is named first, an empty row is dropped."""
        try:
            self.item.value_fen()
        except ValueError:
            self.ids.value.error = tr("item.value_wrong")
            self.ids.value.focus()
            return
        if self.item == ItemDraft(footage=self.item.footage):
            self._take_off()
        self._leave()

    def _take_off(self) -> None:
        """By identity: two rows may say the same."""
        if self.draft is not None:
            self.draft.items[:] = [one for one in self.draft.items if one is not self.item]

    def _leave(self) -> None:
        if self.speaking:
            self.memo()  # what was said is kept with the item
        self.guide.go(self._back)

    def _take(self, attribute: str, value: str | int) -> None:
        if self.draft is not None:
            setattr(self.item, attribute, value)

    def _show_photos(self) -> None:
        self.add_photo = fill_photos(
            self.ids.photos, self.item.photos, self.state.photos, self.take_photo, self._look
        )
        self.photo_note = tr("item.photo_count", n=len(self.item.photos))
        self.can_replay = bool(self.item.photos) or self.item.footage is not None

    def replay(self) -> None:
        """Open the footage from 5 s before the first photo, or before the thing was listed."""
        moment = self.item.footage
        if self.item.photos:
            self._look(self.item.photos[0])
        elif moment is not None:
            self._open_footage(ReplayArgs(recording=moment.recording, at_ms=moment.wall_ms))

    def _look(self, sha256: str) -> None:
        self._open_footage(ReplayArgs(photo=sha256))

    def _open_footage(self, asked: ReplayArgs) -> None:
        draft, item = self.draft, self.item
        if draft is None or self.speaking:
            return
        index = next(at for at, one in enumerate(draft.items) if one is item)
        name = self.item.name.strip() or tr("item.unnamed")
        self.guide.go(
            "replay", asked=asked, title=f"{self.title} · {name}",
            then=lambda: self.guide.go("item", draft=draft, index=index),
        )  # fmt: skip
