"""The one form for every act: what it asks is read from its definition."""

from __future__ import annotations

from functools import partial
from typing import Any

from kivy.properties import BooleanProperty, StringProperty
from kivy.uix.widget import Widget

from field_app.local_api.socket import ReplayArgs
from field_app.screens.entries import make_entry
from field_app.screens.rows import AddPhoto, fill_items, fill_people, fill_photos
from field_app.screens.screen import FieldScreen
from field_app.screens.served import ServedPart
from field_app.screens.tags import TagMaker
from field_app.theme.entry import Field
from field_app.theme.parts import Column, Rule
from field_app.window import shown
from field_app.window.act import ActDraft
from field_app.window.asked import is_asked
from field_app.window.period import longest, suggested_period
from field_app.window.stake import control_of
from field_app.window.words import pick, tr
from schemas.measures.fields import FIELDS, Reading
from schemas.measures.guide import STEPS, GuideStep
from schemas.money import yuan_text
from schemas.records import ActStep

_TEXTS = {
    "place": "place_text", "custodian": "custodian", "storage": "storage_place",
    "control_from": "control_from", "control_to": "control_to", "note": "note",
}  # fmt: skip


class StepRow(Column):
    """One step: what is said at it, done when, or left out why."""

    title = StringProperty("")
    say = StringProperty("")
    told = StringProperty("")
    icon = StringProperty("circle")
    tone = StringProperty("t3")
    open = BooleanProperty(True)

    def __init__(self, **values: Any) -> None:
        self.register_event_type("on_done")
        self.register_event_type("on_skip")
        super().__init__(**values)

    def on_done(self) -> None:
        """The step was done now."""

    def on_skip(self) -> None:
        """The step is to be left out."""

    def show(self, step: GuideStep, done: ActStep | None) -> None:
        """Show a step and how it stands."""
        words = STEPS[step]
        self.title, self.say = pick(words.zh, words.en), pick(words.say_zh, words.say_en)
        self.open = done is None
        if done is None:
            self.icon, self.tone, self.told = "circle", "t3", ""
        elif done.skipped:
            self.icon, self.tone = "ban", "warn"
            self.told = tr("act.skipped", reason=done.skipped)
        else:
            self.icon, self.tone = "circle-check", "ok"
            self.told = tr("act.done_at", time=shown.clock(done.at_ms))


class ActScreen(FieldScreen):
    """Shows the draft of an act and writes into it as it is typed."""

    title = StringProperty("")
    case_number = StringProperty("")
    elapsed = StringProperty("")
    steps_note = StringProperty("")
    items_note = StringProperty("")
    people_note = StringProperty("")
    period_help = StringProperty("")
    control = StringProperty("")
    excessive = BooleanProperty(False)
    told = StringProperty("")
    counter_note = StringProperty("")

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.draft: ActDraft | None = None
        self.entries: dict[str, Any] = {}
        self.add_photo: AddPhoto | None = None
        body = self.ids.body
        self._places = [(one, getattr(one, "wanted", "")) for one in reversed(body.children)]
        for name, attribute in _TEXTS.items():
            self.ids[name].bind(text=lambda _field, text, to=attribute: self._take(to, text))
        self.ids.second.bind(value=lambda _picks, value: self._take("second_officer", value))
        self.state.bind(now_ms=self._tick)

    def open(self, **about: Any) -> None:
        """Show the draft of `form` for the operation; without `form` the one shown before."""
        operation = self.state.operation()
        form = about.get("form") or (self.draft.form if self.draft else "")
        if operation is None or not form:
            return
        draft = self.state.acts.begin(operation, form)
        if draft is not self.draft:
            self.ids.page.scroll_y = 1
        self.draft, asked = None, draft.definition
        self.title = draft.title
        self.case_number = shown.case_number(operation.case_number)
        self._place({"listed": asked.listed, "kept": asked.kept, "dated": asked.dated,
                     "counter": asked.counter})  # fmt: skip
        for name, attribute in _TEXTS.items():
            self.ids[name].fill(getattr(draft, attribute))
        me = self.state.status.officer
        beside = [one for one in operation.crew if not me or one.officer != me.officer]
        self.ids.second.choices = [(one.officer, one.name) for one in beside]
        self.ids.second.value = draft.second_officer or ""
        names = tr("list.and").join(name for _role, name in operation.parties)
        self.told = tr("act.told", names=names) if asked.kind else ""
        if asked.dated:
            months, law = longest(asked.over, operation.stake)
            first, last = suggested_period(shown.date(int(self.state.now_ms)), months)
            self.period_help = tr("act.period_help", n=months, first=first, last=last, law=law)
        self.draft = draft
        if asked.counter:
            self.state.close_counter(draft)
        self._ask(draft)
        self._show_lists(draft)

    def open_item(self, index: int) -> None:
        """Edit a row of the list; -1 adds one."""
        if self.draft is not None:
            self.guide.go("item", draft=self.draft, index=index)

    def open_line(self, index: int) -> None:
        """Edit a line of the papers served; -1 adds one."""
        if self.draft is not None:
            self.guide.go("served", draft=self.draft, index=index)

    def open_list(self) -> None:
        """Show the whole list."""
        if self.draft is not None:
            self.guide.go("list", draft=self.draft)

    def open_person(self, index: int) -> None:
        """Edit a person; -1 adds one."""
        if self.draft is not None:
            self.guide.go("person", draft=self.draft, index=index)

    def read_out(self) -> None:
        """Let the people present read the paper and sign it."""
        if self.draft is not None:
            self.guide.go("paper", draft=self.draft)

    def review(self) -> None:
        """Show what is missing before the record is signed; a text that cannot be read first."""
        draft = self.draft
        if draft is None:
            return
        unread = draft.unread()
        for name, entry in self.entries.items():
            if isinstance(entry, Field):
                entry.error = tr("act.unread") if name in unread else ""
        self.guide.go("review", draft=draft)

    def drop(self) -> None:
        """Give the form up."""
        if self.draft is not None:
            self.state.forms.drop(self.draft)
            self.state.open_counter(self.draft)
            self.draft = None
        self.guide.back()

    def take_photo(self) -> None:
        """Take a photo of the act."""
        draft = self.draft
        if draft is None:
            return

        self.state.photo(draft.photos.append, lambda: self._show_lists(draft))

    def finish(self, step: GuideStep, reason: str = "") -> None:
        """Write that a step was done now, or why it is left out."""
        if self.draft is not None:
            self.draft.steps[step] = ActStep(step.value, int(self.state.now_ms), reason)
            self._show_steps(self.draft)

    def _place(self, wanted: dict[str, bool]) -> None:
        """Put only the parts on the page that the form asks for."""
        body = self.ids.body
        body.clear_widgets()
        for part, want in self._places:
            if not want or wanted[want]:
                body.add_widget(part)

    def _ask(self, draft: ActDraft) -> None:
        """Build an entry for each field of the form."""
        place = self.ids.facts
        place.clear_widgets()
        self.entries = {}
        operation = self.state.operation(draft.operation)
        for name in draft.definition.fields:
            if not is_asked(name, operation):
                continue
            entry = self._entry(draft, name)
            self.entries[name] = entry
            place.add_widget(entry)
            if FIELDS[name].reading is Reading.TAGS:
                place.add_widget(TagMaker(self.state, draft, entry))

    def _entry(self, draft: ActDraft, name: str) -> Widget:
        if FIELDS[name].reading is Reading.SERVED:
            return ServedPart(self.state, draft, self.open_line)
        operation = self.state.operation(draft.operation)
        return make_entry(draft, name, operation, partial(self._answer, name))

    def _answer(self, name: str, text: str) -> None:
        if self.draft is not None:
            self.draft.facts[name] = text
            self._weigh(self.draft)
            if FIELDS[name].reading is Reading.PARTY:
                self._show_served()

    def _show_served(self) -> None:
        """What may be served follows from the addressee."""
        for entry in self.entries.values():
            if isinstance(entry, ServedPart):
                entry.show()

    def _take(self, attribute: str, value: object) -> None:
        if self.draft is not None:
            setattr(self.draft, attribute, value)

    def _weigh(self, draft: ActDraft) -> None:
        """Say what is controlled against what is owed, and where that is too much."""
        operation = self.state.operation(draft.operation)
        found = control_of(draft, operation.stake if operation else None)
        self.excessive = found is not None and found.excessive
        self.control = "" if found is None else tr(
            "act.excessive" if found.excessive else "act.control",
            owed=yuan_text(found.owed_fen), before=yuan_text(found.before_fen),
            now=yuan_text(found.now_fen), percent=found.percent, law=found.law,
        )  # fmt: skip

    def _show_lists(self, draft: ActDraft) -> None:
        self._weigh(draft)
        self._show_steps(draft)
        total = yuan_text(draft.total_fen())
        self.items_note = tr("act.items_note", n=len(draft.items), total=total)
        fill_items(self.ids.goods, draft.items, self.open_item, draft.first_number)
        self.people_note = tr("act.people_note", n=len(draft.attendees))
        called = draft.definition.present
        fill_people(self.ids.people, draft.attendees, self.open_person, called=called)
        self.add_photo = fill_photos(
            self.ids.photos, draft.photos, self.state.photos, self.take_photo, self._look
        )

    def _look(self, sha256: str) -> None:
        self.guide.go(
            "replay", asked=ReplayArgs(photo=sha256), title=tr("replay.photo"),
            then=lambda: self.guide.go("act"),
        )  # fmt: skip

    def _show_steps(self, draft: ActDraft) -> None:
        wanted = draft.steps_wanted()
        done = sum(step in draft.steps for step in wanted)
        self.steps_note = tr("act.steps_note", done=done, all=len(wanted))
        card = self.ids.steps
        card.clear_widgets()
        for index, step in enumerate(wanted):
            if index:
                card.add_widget(Rule())
            row = StepRow()
            row.show(step, draft.steps.get(step))
            row.bind(on_done=lambda _row, step=step: self.finish(step))
            row.bind(on_skip=lambda _row, step=step: self._skip(step))
            card.add_widget(row)

    def _skip(self, step: GuideStep) -> None:
        self.guide.ask_skip(lambda reason: self.finish(step, reason))

    def _tick(self, *_: object) -> None:
        running = self.state.recording
        now = int(self.state.now_ms)
        self.elapsed = shown.elapsed(now - running.started_wall_ms) if running else ""
        closed = self.state.status is not None and self.state.status.private_since_ms is not None
        self.counter_note = tr("act.others_closed" if closed else "act.others")
