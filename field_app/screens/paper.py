"""The paper as the people present read it: large, nothing else to touch, then signed on glass."""

from __future__ import annotations

from typing import Any

from kivy.properties import StringProperty

from field_app.screens.screen import FieldScreen
from field_app.screens.seize_rows import PersonRow
from field_app.theme.parts import Rule, Txt
from field_app.window.act import AnyDraft, is_stale
from field_app.window.seizure import AttendeeDraft
from field_app.window.words import attendee, tr

_READ_POINTS = 22


class PaperScreen(FieldScreen):
    """Shows what the pages say and who is to sign; one person writes at a time."""

    code = StringProperty("")
    signing = StringProperty("")

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.draft: AnyDraft | None = None
        self._person: AttendeeDraft | None = None
        self._pad_part = self.ids.pad_part.__self__

    def open(self, **about: Any) -> None:
        """Show the paper of `draft`, written anew when the act was changed since."""
        draft: AnyDraft = about["draft"]
        self.draft, self.code = draft, ""
        self.choose(None)
        self.ids.page.scroll_y = 1
        self.ids.words.clear_widgets()
        self.ids.people.clear_widgets()
        if draft.paper is None or is_stale(draft):
            self.state.typeset(draft, self._show)
        else:
            self._show()

    def choose(self, person: AttendeeDraft | None) -> None:
        """Let a person write, or nobody."""
        self._person, self.signing = person, ""
        place = self.ids.pad_place
        place.clear_widgets()
        self.ids.pad.clear()
        if person is not None:
            self.signing = tr("paper.signing", who=f"{attendee(person.kind)} {person.name}")
            place.add_widget(self._pad_part)

    def confirm(self) -> None:
        """Bind what was written to the paper."""
        person, draft = self._person, self.draft
        if person is not None and draft is not None and self.ids.pad.written:
            self.state.sign(draft, person, self.ids.pad.drawn(), self._show)

    def _show(self) -> None:
        draft = self.draft
        if draft is None or draft.paper is None:
            return
        self.choose(None)
        self.code = tr("paper.code", code=draft.paper.code)
        words, people = self.ids.words, self.ids.people
        words.clear_widgets()
        for at, line in enumerate(draft.paper.lines):
            words.add_widget(Txt(text=line, points=_READ_POINTS, bold=at == 0))
        people.clear_widgets()
        there = [one for one in draft.attendees if one.attended]
        for index, person in enumerate(there):
            if index:
                people.add_widget(Rule())
            row = PersonRow()
            row.show(person)
            row.bind(on_release=lambda _row, one=person: self.choose(one))
            people.add_widget(row)
        if not there:
            people.add_widget(Txt(text=tr("act.no_people"), tone="t2", points=15))
