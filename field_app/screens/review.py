"""The review before an act is signed: what it lacks, by name."""

from __future__ import annotations

from typing import Any

from kivy.metrics import dp
from kivy.properties import BooleanProperty, NumericProperty, StringProperty

from field_app.local_api.outbox import OutboxItem
from field_app.screens.screen import FieldScreen
from field_app.theme.parts import Icon, Row, Rule, Txt
from field_app.window.act import ActDraft
from field_app.window.lacks import Lack
from field_app.window.stake import control_of
from field_app.window.words import tr
from schemas.money import yuan_text
from schemas.time import now_ms


class ReviewScreen(FieldScreen):
    """What the record lacks; it can be saved all the same, unless a lack forbids it."""

    summary = StringProperty("")
    verdict = StringProperty("")
    lead = StringProperty("")
    count = NumericProperty(0)
    forbidden = BooleanProperty(False)

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.draft: ActDraft | None = None

    def open(self, **about: Any) -> None:
        """Show what `draft` lacks."""
        draft: ActDraft = about["draft"]
        self.draft = draft
        operation = self.state.operation(draft.operation)
        control = control_of(draft, operation.stake if operation else None)
        found = draft.lacks()
        if control is not None and control.excessive:
            found.append(Lack("excess", (("percent", str(control.percent)), ("law", control.law))))
        found.sort(key=lambda lack: not lack.forbids)
        self.count = len(found)
        self.forbidden = any(lack.forbids for lack in found)
        self.lead = tr(
            "review.forbidden" if self.forbidden else "review.lead" if found else "review.clean"
        )
        self.verdict = tr("review.count", n=len(found)) if found else tr("review.complete")
        total = yuan_text(draft.total_fen())
        self.summary = tr("act.items_note", n=len(draft.items), total=total)
        card = self.ids.lacks
        card.clear_widgets()
        for index, lack in enumerate(found):
            if index:
                card.add_widget(Rule())
            card.add_widget(_lack_row(lack))

    def save(self) -> None:
        """Sign and keep the record as it is; then go on recording, where what waits is said."""
        draft = self.draft
        if draft is None:
            return

        def saved(item: OutboxItem) -> None:
            self.state.say(tr("act.kept", name=draft.title))
            self.state.open_counter(draft)
            self.guide.second.confirm(
                item.item, draft.second_officer, lambda: self.guide.go("record")
            )

        self.state.acts.save(draft, draft.body(now_ms()), saved)


def _lack_row(lack: Lack) -> Row:
    row = Row(spacing=dp(10), padding=(0, dp(10), 0, dp(10)))
    row.add_widget(Icon(name="alert-triangle", tone="warn", points=20, pos_hint={"top": 1}))
    row.add_widget(Txt(text=tr(f"lack.{lack.key}", **lack.said()), points=16))
    return row
