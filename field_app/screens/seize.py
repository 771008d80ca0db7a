"""The form for 扣押 of movables: list, keeping, people present, period; saving never refuses."""

from __future__ import annotations

from typing import Any

from kivy.properties import StringProperty

from field_app.screens.screen import FieldScreen
from field_app.screens.seize_rows import fill_items, fill_people
from field_app.window import shown
from field_app.window.seizure import SeizureDraft, suggested_period
from field_app.window.words import tr
from schemas.money import yuan_text

_FIELDS = {
    "place": "place_text",
    "custodian": "custodian",
    "storage": "storage_place",
    "control_from": "control_from",
    "control_to": "control_to",
    "note": "note",
}


class SeizeScreen(FieldScreen):
    """Shows the draft of the chosen operation and writes into it as it is typed."""

    case_number = StringProperty("")
    elapsed = StringProperty("")
    items_note = StringProperty("")
    people_note = StringProperty("")
    period_help = StringProperty("")
    told = StringProperty("")

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.draft: SeizureDraft | None = None
        for name, attribute in _FIELDS.items():
            self.ids[name].bind(text=lambda _field, text, to=attribute: self._take(to, text))
        self.ids.exempt.bind(on=lambda _tick, on: self._take("confirmed_not_exempt", on))
        self.ids.second.bind(value=lambda _picks, value: self._take("second_officer", value))
        self.state.bind(now_ms=self._tick)

    def open(self, **about: Any) -> None:
        """Show the draft of the operation; typed text is never lost on the way."""
        operation = self.state.operation()
        if operation is None:
            return
        draft = self.state.draft_for(operation)
        if draft is not self.draft:
            self.ids.page.scroll_y = 1
        self.draft, self.case_number = None, shown.case_number(operation.case_number)
        for name, attribute in _FIELDS.items():
            self.ids[name].fill(getattr(draft, attribute))
        self.ids.exempt.on = draft.confirmed_not_exempt
        me = self.state.status.officer
        beside = [one for one in operation.crew if not me or one.officer != me.officer]
        self.ids.second.choices = [(one.officer, one.name) for one in beside]
        self.ids.second.value = draft.second_officer or ""
        names = tr("list.and").join(name for _role, name in operation.parties)
        self.told = tr("seize.told", names=names)
        first, last = suggested_period(shown.date(int(self.state.now_ms)))
        self.period_help = tr("seize.period_help", first=first, last=last)
        self.draft = draft
        self._list_items(draft)
        self._list_people(draft)

    def open_item(self, index: int) -> None:
        """Edit a row of the list; -1 adds one."""
        if self.draft is not None:
            self.guide.go("item", draft=self.draft, index=index)

    def open_person(self, index: int) -> None:
        """Edit a person; -1 adds one."""
        if self.draft is not None:
            self.guide.go("person", draft=self.draft, index=index)

    def read_out(self) -> None:
        """Let the people present read the paper and sign it."""
        if self.draft is not None:
            self.guide.go("paper", draft=self.draft)

    def review(self) -> None:
        """Show what is missing before the record is signed."""
        if self.draft is not None:
            self.guide.go("review", draft=self.draft)

    def _take(self, attribute: str, value: object) -> None:
        if self.draft is not None:
            setattr(self.draft, attribute, value)

    def _list_items(self, draft: SeizureDraft) -> None:
        total = yuan_text(draft.total_fen())
        self.items_note = tr("seize.items_note", n=len(draft.items), total=total)
        fill_items(self.ids.goods, draft.items, self.open_item)

    def _list_people(self, draft: SeizureDraft) -> None:
        self.people_note = tr("seize.people_note", n=len(draft.attendees))
        fill_people(self.ids.people, draft.attendees, self.open_person, called=True)

    def _tick(self, *_: object) -> None:
        running = self.state.recording
        now = int(self.state.now_ms)
        self.elapsed = shown.elapsed(now - running.started_wall_ms) if running else ""
