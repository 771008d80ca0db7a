"""The entries of a form's fields: each is asked as its definition says that it is read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kivy.properties import BooleanProperty
from kivy.uix.widget import Widget

from field_app.theme.entry import Field, Picks, Tick
from field_app.theme.parts import Card
from field_app.window.act import ActDraft
from field_app.window.asked import choices_of
from field_app.window.words import pick, tr
from schemas.field_api import OperationBrief
from schemas.measures.exempt import EXEMPT
from schemas.measures.fields import FIELDS, Reading
from schemas.measures.fields import Field as Asked

_HELPS = {Reading.SECRET: "act.masked", Reading.TAGS: "act.tags_help"}
_HINTS = {Reading.MONEY: "6800.00", Reading.MOMENT: "2026-03-12 14:36"}


class ExemptCard(Card):
    """The checklist of 查扣冻规定(2020) 3: `on` once each kind of exempt thing was looked for."""

    on = BooleanProperty(False)

    def __init__(self, checked: dict[str, str], **values: Any) -> None:
        """checked: what was ticked before, by `exempt:CODE`; written into."""
        super().__init__(**values)
        self.ticks: list[Tick] = []
        for code, zh, en in EXEMPT:
            name = f"exempt:{code}"
            tick = Tick(text=pick(zh, en), on=bool(checked.get(name)))
            tick.bind(on=lambda _tick, on, name=name: self._check(checked, name, on))
            self.ticks.append(tick)
            self.add_widget(tick)
        self.on = all(tick.on for tick in self.ticks)

    def _check(self, checked: dict[str, str], name: str, on: bool) -> None:
        checked[name] = "1" if on else ""
        self.on = all(tick.on for tick in self.ticks)


def make_entry(
    draft: ActDraft, name: str, operation: OperationBrief | None, answer: Callable[[str], None]
) -> Widget:
    """Return the entry of a field, which tells what was typed or chosen."""
    asked, typed = FIELDS[name], draft.facts.get(name, "")
    label = pick(asked.zh, asked.en[:1].upper() + asked.en[1:])
    if name not in draft.definition.required:
        label = tr("act.optional", name=label)
    if name == "not_exempt":
        card = ExemptCard(draft.facts)
        card.bind(on=lambda _card, on: answer("1" if on else ""))
        return card
    if asked.reading is Reading.YES:
        tick = Tick(text=label, on=bool(typed))
        tick.bind(on=lambda _tick, on: answer("1" if on else ""))
        return tick
    choices = choices_of(name, operation)
    if not choices:
        return _field(label, asked, typed, answer)
    picks = Picks(label=label)
    picks.choices = choices
    picks.value = typed
    picks.bind(value=lambda _picks, value: answer(value))
    return picks


def _field(label: str, asked: Asked, typed: str, answer: Callable[[str], None]) -> Field:
    field = Field(
        label=label, hint=_HINTS.get(asked.reading, ""),
        lines=3 if asked.reading in (Reading.LONG, Reading.TAGS) else 1,
        help=tr(_HELPS[asked.reading]) if asked.reading in _HELPS else "",
    )  # fmt: skip
    field.fill(typed)
    field.bind(text=lambda _field, text: answer(text))
    return field
