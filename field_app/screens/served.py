"""Papers served, line by line: the lines in the form of the act, and one line by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.behaviors import ButtonBehavior

from field_app.screens.screen import FieldScreen
from field_app.screens.state import State
from field_app.theme.parts import Column, FixedRow, Rule, Txt
from field_app.window import serving
from field_app.window.act import ActDraft
from field_app.window.words import pick, tr
from schemas.field_api import PaperToServe
from schemas.measures.served import END_WORDS, EXPLAINED, MOST_LINES, ServedEnd

_MOST_OFFERED = 30
"""So many papers of the case are shown to choose from; of more the number is typed."""


class ServedRow(ButtonBehavior, FixedRow):
    """One line; a tap edits it."""

    number = StringProperty("")
    title = StringProperty("")
    note = StringProperty("")
    word = StringProperty("")
    icon = StringProperty("circle-check")
    tone = StringProperty("t2")
    wanting = BooleanProperty(False)


class PaperRow(ButtonBehavior, FixedRow):
    """One paper of the case that may be listed."""

    title = StringProperty("")
    note = StringProperty("")


class ServedPart(Column):
    """The lines of a draft in its form: all papers for the addressee at once, or one by one."""

    note = StringProperty("")
    all_words = StringProperty("")
    left = NumericProperty(0)

    def __init__(
        self, state: State, draft: ActDraft, edit: Callable[[int], None], **values: Any
    ) -> None:
        super().__init__(**values)
        self._state, self._draft, self._edit = state, draft, edit
        self._all = self.ids.all.__self__
        self.show()

    def show(self) -> None:
        """Show the lines, and how many papers may be listed besides."""
        draft, card = self._draft, self.ids.lines
        lines = serving.lines_of(draft)
        self.left = min(len(self._offered()), MOST_LINES - len(lines))
        self.note = tr("served.note", n=len(lines))
        self.all_words = tr("served.all", n=self.left)
        self._offer_all(wanted=self.left > 0)
        card.clear_widgets()
        if not lines:
            card.add_widget(Txt(text=tr("served.none"), tone="t2", points=15, padding=(0, 12)))
        for index, line in enumerate(lines):
            if index:
                card.add_widget(Rule())
            row, said = ServedRow(number=str(index + 1)), serving.shown(draft, line)
            for name in ("title", "note", "word", "icon", "tone", "wanting"):
                setattr(row, name, getattr(said, name))
            row.bind(on_release=lambda _row, at=index: self._edit(at))
            card.add_widget(row)

    def _offer_all(self, *, wanted: bool) -> None:
        keys, all_ = self.ids.keys_row, self._all
        if wanted and all_.parent is None:
            keys.add_widget(all_, len(keys.children))  # before the other
        elif not wanted and all_.parent is not None:
            keys.remove_widget(all_)

    def list_all(self) -> None:
        """List every paper for the addressee that is not served on him yet."""
        serving.add(self._draft, self._offered())
        self.show()

    def add_one(self) -> None:
        """Choose one paper, or type its number."""
        self._edit(-1)

    def _offered(self) -> list[PaperToServe]:
        return serving.offered(self._draft, self._state.operation(self._draft.operation))


class ServedScreen(FieldScreen):
    """One line: which paper, how it was taken, by whom. With none yet: which paper."""

    title = StringProperty("")
    paper = StringProperty("")
    copies = NumericProperty(1)
    more_note = StringProperty("")
    receiver_help = StringProperty("")
    note_label = StringProperty("")

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.draft: ActDraft | None = None
        self._index = -1
        ids = self.ids
        self._choosing, self._filling = ids.choosing.__self__, ids.filling.__self__
        ids.end.choices = [(end.value, pick(*words)) for end, words in END_WORDS.items()]
        ids.end.bind(value=lambda _picks, value: self._take(end=ServedEnd(value)))
        ids.receiver.bind(value=lambda _picks, value: self._take(receiver=int(value)))
        ids.note.bind(text=lambda _field, text: self._take(note=text.strip()))
        ids.copies.bind(value=lambda _stepper, value: self._take(copies=int(value)))

    def open(self, **about: Any) -> None:
        """Show a line: `draft`, `index` (-1 adds one)."""
        self.draft, self._index = about["draft"], about["index"]
        self._show()

    def choose(self, paper: PaperToServe) -> None:
        """List a paper of the case."""
        self._add(lambda draft: serving.add(draft, [paper]))

    def take_typed(self) -> None:
        """List the paper whose number was typed."""
        number = " ".join(self.ids.typed.text.split())
        if number:
            self._add(lambda draft: serving.add_typed(draft, number))
        else:
            self.ids.typed.error = tr("served.number_wanted")

    def remove(self) -> None:
        """Take the line off."""
        if self.draft is not None and self._index >= 0:
            serving.remove(self.draft, self._index)
        self.guide.back()

    def done(self) -> None:
        """Back to the form."""
        self.guide.back()

    def _add(self, listed: Callable[[ActDraft], None]) -> None:
        draft = self.draft
        if draft is None or len(serving.lines_of(draft)) >= MOST_LINES:
            self.state.say(tr("served.full", n=MOST_LINES), bad=True)
            return
        listed(draft)
        self._index = len(serving.lines_of(draft)) - 1
        self._show()

    def _show(self) -> None:
        place, chosen = self.ids.place, self._index >= 0
        self.ids.page.scroll_y = 1
        place.clear_widgets()
        place.add_widget(self._filling if chosen else self._choosing)
        self.ids["remove"].disabled = not chosen
        if chosen:
            self._show_line()
        else:
            self._show_offered()

    def _show_offered(self) -> None:
        draft = self.draft
        if draft is None:
            return
        self.title = tr("served.choose")
        self.ids.typed.fill("")
        papers = serving.offered(draft, self.state.operation(draft.operation))
        card = self.ids.offered
        card.clear_widgets()
        if not papers:
            card.add_widget(Txt(text=tr("served.nothing"), tone="t2", points=15, padding=(0, 12)))
        for index, paper in enumerate(papers[:_MOST_OFFERED]):
            if index:
                card.add_widget(Rule())
            row = PaperRow(title=paper.title, note=paper.number)
            row.bind(on_release=lambda _row, one=paper: self.choose(one))
            card.add_widget(row)
        more = len(papers) - _MOST_OFFERED
        self.more_note = tr("served.more", n=more) if more > 0 else ""

    def _show_line(self) -> None:
        draft, ids = self.draft, self.ids
        if draft is None:
            return
        line = serving.lines_of(draft)[self._index]
        self.draft = None  # what is shown is not typed
        self.title = tr("served.title", n=self._index + 1)
        self.paper = f"{line.title}\n{line.number}" if line.title else line.number
        people = serving.receivers(draft)
        ids.receiver.choices = [*people, ("0", tr("served.nobody"))]
        ids.end.value, ids.receiver.value = line.end.value, str(line.receiver)
        ids.copies.value = line.copies
        ids.note.fill(line.note)
        self.receiver_help = "" if people else tr("served.no_receiver")
        self.draft = draft
        self._label_note(line.end)

    def _label_note(self, end: ServedEnd) -> None:
        self.note_label = tr("served.why" if end in EXPLAINED else "served.remark")

    def _take(self, **values: Any) -> None:
        if self.draft is None or self._index < 0:
            return
        serving.change(self.draft, self._index, **values)
        if "end" in values:
            self._label_note(values["end"])
