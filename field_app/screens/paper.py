"""The paper as the people present read it, then signed on glass.

Handed to them, the device shows the words larger and nothing else to touch; taking it back locks
the window, so that only the officer's PIN leads on.
"""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, StringProperty

from field_app.screens.rows import PersonRow
from field_app.screens.screen import FieldScreen
from field_app.theme.parts import Rule, Txt
from field_app.theme.qr import qr_texture
from field_app.window.act import ActDraft
from field_app.window.people import AttendeeDraft
from field_app.window.value import ValueDraft
from field_app.window.words import attendee, tr
from schemas.measures.lots import LIST_LOT

_READ_POINTS, _HANDED_POINTS = 22, 27


class PaperScreen(FieldScreen):
    """Shows what the pages say and who is to sign; one person writes at a time."""

    code = StringProperty("")
    signing = StringProperty("")
    mark = StringProperty("")
    missing = StringProperty("")
    pages_note = StringProperty("")
    shows = StringProperty("record")
    read_words = StringProperty("")
    handed = BooleanProperty(False)

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.draft: ActDraft | ValueDraft | None = None
        self._person: AttendeeDraft | None = None
        self._pad_part = self.ids.pad_part.__self__
        self._officers = [
            (self.ids[part].__self__, self.ids[part].parent)
            for part in ("print_part", "by_hand_part")
        ]
        self._read = self.ids.read.__self__
        self._read_line: int | None = None
        self.state.bind(locked=lambda _state, locked: self._came_back(locked))
        self.ids.which.bind(value=lambda _segment, value: self._show_words(value))

    def open(self, **about: Any) -> None:
        """Show the paper of `draft`, written anew when the act was changed since."""
        draft: ActDraft | ValueDraft = about["draft"]
        self.draft, self.code, self.handed = draft, "", False
        self.choose(None)
        self.ids.page.scroll_y = 1
        self.ids.words.clear_widgets()
        self.ids.people.clear_widgets()
        if isinstance(draft, ActDraft) and (draft.paper is None or draft.is_stale):
            self.state.acts.typeset(draft, self._show)
        else:
            self._show()

    def refresh(self) -> None:
        """Offer to read out where the device can, and show which line is being read."""
        status, place = self.state.status, self.ids.read_place
        may_read = status is not None and status.may_read_aloud
        if may_read == (self._read.parent is None):
            place.add_widget(self._read) if may_read else place.remove_widget(self._read)
        line = status.read_line if status is not None else None
        self.read_words = tr("paper.read_aloud" if line is None else "paper.read_stop")
        if line != self._read_line:
            self._read_line = line
            self._mark_line()

    def _mark_line(self) -> None:
        """Colour the line that is read, and keep it in sight."""
        lines = list(reversed(self.ids.words.children))
        for at, words in enumerate(lines):
            words.tone = "brand" if at == self._read_line else "t1"
        if self._read_line is not None and self._read_line < len(lines):
            self.ids.page.scroll_to(lines[self._read_line])

    def read_or_stop(self) -> None:
        """Have what shows read out from its beginning, or have it stop."""
        paper = self.draft.paper if self.draft is not None else None
        if paper is not None:
            _sha256, lines = paper.shown(self.shows)
            self.state.acts.read_aloud(lines if self._read_line is None else [])

    def on_shown(self, *_: object) -> None:
        """Nothing is read on from a screen that was left."""
        if not self.shown and self._read_line is not None:
            self.state.acts.read_aloud([])

    def hand(self) -> None:
        """Give the device to the people present."""
        self.handed = True
        if not (self.state.status and self.state.status.pin_set):
            self.state.say(tr("paper.no_pin"), bad=True)

    def take_back(self) -> None:
        """Lock the window; without a PIN there is nothing to lock it with."""
        self.state.lock()
        self.handed = self.state.locked

    def on_handed(self, *_: object) -> None:
        """Show what the officer alone touches, or not."""
        for part, place in self._officers:
            if self.handed:
                place.remove_widget(part)
            elif part.parent is None:
                place.add_widget(part)
        self._show_words(self.shows)

    def _came_back(self, locked: bool) -> None:
        if not locked:
            self.handed = False

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
        if person and draft and draft.paper and self.ids.pad.written:
            self.state.acts.sign(draft.paper, person, self.ids.pad.drawn(), self._show)

    def confirm_paper(self) -> None:
        """Bind the photographed pages, which the person signed by hand."""
        person, draft = self._person, self.draft
        if person and draft and draft.paper:
            self.state.acts.sign_on_paper(draft.paper, person, self._show)

    def photograph(self) -> None:
        """Take a photo of the next printed page; after the last one the first is taken anew."""
        paper = self.draft.paper if self.draft is not None else None
        if paper is None:
            return

        def taken(sha256: str) -> None:
            if len(paper.photos) >= paper.pages:
                paper.photos.clear()
            paper.photos.append(sha256)

        self.state.photo(taken, self._show_pages, page=True)

    def print(self) -> None:
        """Print the paper that shows on the printer that is chosen."""
        paper = self.draft.paper if self.draft is not None else None
        if paper is not None and self.ids.printer.value:
            sha256, _lines = paper.shown(self.shows)
            self.state.acts.print(sha256, self.ids.printer.value)

    def _offer(self, names: list[str]) -> None:
        """Show the printers; the first is chosen."""
        printer = self.ids.printer
        printer.choices = [(one, tr("paper.pdf") if one == "pdf" else one) for one in names]
        printer.value = names[0] if names else ""

    def _show_words(self, which: str) -> None:
        paper = self.draft.paper if self.draft is not None else None
        if paper is None:
            return
        if which != self.shows and self._read_line is not None:
            self.state.acts.read_aloud([])
        self.shows = which
        words = self.ids.words
        words.clear_widgets()
        _sha256, lines = paper.shown(which)
        points = _HANDED_POINTS if self.handed else _READ_POINTS
        for at, line in enumerate(lines):
            words.add_widget(Txt(text=line, points=points, bold=at == 0))

    def _show_pages(self) -> None:
        paper = self.draft.paper if self.draft is not None else None
        if paper is not None:
            self.pages_note = tr("paper.pages", n=len(paper.photos), all=paper.pages)
            self.ids.by_hand.disabled = len(paper.photos) != paper.pages

    def _show(self) -> None:
        draft = self.draft
        if draft is None or draft.paper is None:
            return
        self.choose(None)
        self.code = tr("paper.code", code=draft.paper.code)
        lot = isinstance(draft, ActDraft) and draft.form == LIST_LOT
        self.mark = draft.paper.mark if lot else ""
        self.ids.mark.texture = qr_texture(self.mark) if self.mark else None
        lacking = draft.paper.named_missing
        self.missing = tr("paper.missing", text=lacking) if lacking else ""
        kinds = ["record", "slip"]
        kinds += [one for one in ("receipt", "tags") if draft.paper.shown(one)[0]]
        self.ids.which.choices = [(one, tr(f"paper.{one}")) for one in kinds]
        self.ids.which.value = "record"
        self._show_words("record")
        self._show_pages()
        self.state.acts.printers(self._offer)
        people = self.ids.people
        people.clear_widgets()
        present = [one for one in draft.attendees if one.attended]
        for index, person in enumerate(present):
            if index:
                people.add_widget(Rule())
            row = PersonRow()
            row.show(person)
            row.bind(on_release=lambda _row, one=person: self.choose(one))
            people.add_widget(row)
        if not present:
            people.add_widget(Txt(text=tr("act.no_people"), tone="t2", points=15))
