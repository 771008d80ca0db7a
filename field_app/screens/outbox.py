"""The outbox by content: what is kept here, on its way, received, or refused, and what to do."""

from __future__ import annotations

from typing import Any

from kivy.clock import Clock
from kivy.graphics import Color, Line, SmoothEllipse, SmoothLine, SmoothRoundedRectangle
from kivy.metrics import dp
from kivy.properties import BooleanProperty, ListProperty, NumericProperty, StringProperty
from kivy.uix.behaviors import ButtonBehavior
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from field_app.local_api.outbox import OutboxGroup, OutboxItem, OutboxState
from field_app.local_api.recording import FootageBy, RecordingStatus
from field_app.screens.said import kept_look
from field_app.screens.screen import FieldScreen
from field_app.theme.parts import FixedRow, Rule, Txt
from field_app.theme.scheme import THEME
from field_app.window import line, shown
from field_app.window.words import LANGUAGES, chosen, known, tr, tr_problem

_LOOKS = {
    OutboxState.KEPT: (1, "t2"),
    OutboxState.SENDING: (2, "brand"),
    OutboxState.RECEIVED: (3, "ok"),
    OutboxState.FAILED: (2, "bad"),
    OutboxState.SET_ASIDE: (3, "t2"),
}
_WORST_FIRST = (
    OutboxState.FAILED, OutboxState.SENDING, OutboxState.KEPT, OutboxState.RECEIVED,
    OutboxState.SET_ASIDE,
)  # fmt: skip
_CONFLICT = "record.conflict"
_ROWS_A_GROUP = 30
_ICONS = {
    "sos": "alert-triangle",
    "measure": "lock",
    "step": "flag",
    "photo": "camera",
    "page": "file-text",
    "paper": "file-text",
    "signature": "signature",
    "marker": "bookmark",
    "note": "file-text",
}
_READ_SECONDS = 1.5


class Road(Widget):
    """Three nodes: this phone, under way, received (square with a tick); a refusal is a cross."""

    nodes = NumericProperty(1)
    failed = BooleanProperty(False)

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self._middle = 0.0
        self.bind(pos=self._draw, size=self._draw, nodes=self._draw, failed=self._draw)
        THEME.bind(scheme=self._draw)
        self._draw()

    def _draw(self, *_: object) -> None:
        self.canvas.clear()
        half = dp(6)
        self._middle = self.y + self.height / 2
        places = [self.x + half + at * (self.width - 2 * half) / 2 for at in range(3)]
        with self.canvas:
            Color(*THEME.of("line", THEME.scheme))
            Line(points=[places[0], self._middle, places[2], self._middle], width=dp(1))
            for at, x in enumerate(places, start=1):
                self._draw_node(at, x, half)

    def _draw_node(self, at: int, x: float, half: float) -> None:
        y = self._middle
        if at > self.nodes:
            Color(*THEME.of("s1", THEME.scheme))
            SmoothEllipse(pos=(x - half, y - half), size=(2 * half, 2 * half))
            Color(*THEME.of("ctl", THEME.scheme))
            SmoothLine(circle=(x, y, half - dp(1)), width=dp(1))
        elif at == 3 or (self.failed and at == self.nodes):
            Color(*THEME.of("bad" if self.failed else "ok", THEME.scheme))
            side = half + dp(1)
            SmoothRoundedRectangle(pos=(x - side, y - side), size=(2 * side, 2 * side), radius=[3])
            self._draw_mark(x, y)
        else:
            Color(*THEME.of("brand", THEME.scheme))
            SmoothEllipse(pos=(x - half, y - half), size=(2 * half, 2 * half))

    def _draw_mark(self, x: float, y: float) -> None:
        Color(*THEME.of("s1", THEME.scheme))
        arm = dp(3)
        if self.failed:
            SmoothLine(points=[x - arm, y - arm, x + arm, y + arm], width=dp(1.1))
            SmoothLine(points=[x - arm, y + arm, x + arm, y - arm], width=dp(1.1))
        else:
            tick = [x - arm, y, x - arm * 0.2, y - arm * 0.8, x + arm, y + arm * 0.8]
            SmoothLine(points=tick, width=dp(1.1))


class LegendMark(BoxLayout):
    """One shape of the strip with its word."""

    spans = ListProperty([])
    text = StringProperty("")


class OutboxRow(ButtonBehavior, FixedRow):
    """One record, exhibit or recording on its road; a tap lists what the centre found missing."""

    icon = StringProperty("file-text")
    title = StringProperty("")
    note = StringProperty("")
    note_tone = StringProperty("t2")
    nodes = NumericProperty(1)
    failed = BooleanProperty(False)
    state_words = StringProperty("")
    tone = StringProperty("t2")
    inset = NumericProperty(0)

    def show_item(self, item: OutboxItem, unfolded: bool) -> None:
        """Show a record or an exhibit; `unfolded` names each defect."""
        self.icon = _ICONS.get(item.kind, "file-text")
        # Titles are the service's, in Chinese; other languages say the kind.
        kind = f"kind.{item.kind}"
        self.title = tr(kind) if chosen() != LANGUAGES[0] and known(kind) else item.title
        self.nodes, self.tone = _LOOKS[item.state]
        self.failed = item.state is OutboxState.FAILED
        self.state_words = tr(f"outbox_state.{item.state.value}")
        parts = [shown.clock(item.made_ms), shown.size(item.bytes)]
        if item.attempts > 1 or (item.attempts and item.state is not OutboxState.RECEIVED):
            parts.append(tr("outbox.attempts", n=item.attempts))
        if item.defects:
            parts.append(tr("outbox.defects", n=len(item.defects)))
        lines = [" · ".join(parts)]
        if item.problem:
            lines.append(tr_problem(item.problem))
        if unfolded:
            lines += [_defect_line(code) for code in item.defects]
        self.note = "\n".join(lines)
        self.note_tone = "bad" if item.problem else ("warn" if item.defects else "t2")

    def show_group(self, kind: str, parts: list[OutboxGroup]) -> None:
        """Show all items of a kind as one."""
        self.icon = _ICONS.get(kind, "file-text")
        count = sum(part.count for part in parts)
        self.title = tr(f"group.{kind if known(f'group.{kind}') else 'other'}", n=count)
        states = {part.state: part.count for part in parts}
        worst = next(state for state in _WORST_FIRST if state in states)
        self.nodes, self.tone = _LOOKS[worst]
        self.failed = worst is OutboxState.FAILED
        self.state_words = tr(f"outbox_state.{worst.value}")
        said = [
            tr("outbox.some", n=n, state=tr(f"outbox_state.{s.value}")) for s, n in states.items()
        ]
        self.note = " · ".join(said) if len(said) > 1 else shown.size(sum(p.bytes for p in parts))

    def show_recording(self, recording: RecordingStatus) -> None:
        """Show a recording by its fragments."""
        self.icon = "video"
        self.title = tr("outbox.recording", time=shown.short_clock(recording.started_wall_ms))
        values = {"n": recording.recorded, "received": recording.received}
        self.note = tr("outbox.counts", archived=recording.archived, **values)
        whole = recording.recorded
        if whole and recording.archived >= whole:
            self.nodes, self.tone, words = 3, "ok", "archived"
        elif whole and recording.received >= whole:
            self.nodes, self.tone, words = 2, "brand", "checking"
        else:
            self.nodes = 2 if recording.received else 1
            self.tone, words = ("brand", "uploading") if recording.received else ("t2", "kept")
        self.state_words = tr(f"footage_state.{words}")


class Remedies(FixedRow):
    """What the officer may do about a refused item. `on_again`, `on_new`."""

    conflict = BooleanProperty(False)

    def __init__(self, **values: Any) -> None:
        self.register_event_type("on_again")
        self.register_event_type("on_new")
        super().__init__(**values)

    def on_again(self) -> None:
        """Send it once more."""

    def on_new(self) -> None:
        """Send it as another record."""


class OutboxScreen(FieldScreen):
    """Nothing that is not proven archived leaves this phone; here is where everything is."""

    chip_icon = StringProperty("cloud-check")
    chip_words = StringProperty("")
    chip_tone = StringProperty("ok")
    waiting_words = StringProperty("")
    fragments_words = StringProperty("")
    left_words = StringProperty("")
    only_wifi = BooleanProperty(False)
    from_words = StringProperty("")
    kept_words = StringProperty("")
    kept_icon = StringProperty("database")
    kept_tone = StringProperty("t2")

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self._rows: dict[str, OutboxRow] = {}
        self._names: tuple[list[Any], list[str]] | None = None
        self._unfolded: set[str] = set()
        self._wanted = ""
        for state in ("archived", "received", "waiting"):
            mark = LegendMark(spans=[line.Span(state, 0, 1)], text=tr(f"legend.{state}"))
            self.ids.legend.add_widget(mark)
        self._reading = Clock.schedule_interval(lambda _dt: self.state.read_outbox(), _READ_SECONDS)
        self._reading.cancel()
        self.follow("outbox_groups")

    def open(self, item: str = "", **about: Any) -> None:
        """Read anew, and again while the screen shows. item: the one to look at first."""
        self._wanted = item
        self.state.read_outbox()

    def on_enter(self, *_: object) -> None:
        """Keep reading while shown."""
        self._reading()

    def on_leave(self, *_: object) -> None:
        """Stop reading."""
        self._reading.cancel()

    def refresh(self) -> None:
        """Show the newest facts; rows are made anew only when one came or went."""
        status = self.state.status
        if status is None:
            return
        recordings = [status.recording] if status.recording else []
        current = status.recording.recording if status.recording else ""
        recordings += [one for one in status.recent if one.recording != current]
        self._show_summary(recordings[0] if recordings else None)
        groups = self._groups()
        items = {kind: self._items(kind) for kind in groups}
        names = [
            name
            for kind, found in items.items()
            for name in (kind, *((one.item, one.state, one.problem) for one in found))
        ]
        recorded = [one.recording for one in recordings]
        if (names, recorded) != self._names:
            self._names = names, recorded
            self._make_rows(items, recorded)
        for kind, parts in groups.items():
            self._rows[kind].show_group(kind, parts)
        for item in (one for found in items.values() for one in found):
            self._rows[item.item].show_item(item, item.item in self._unfolded)
        for recording in recordings:
            self._rows[recording.recording].show_recording(recording)
        if self._wanted in self._rows:
            self.ids.page.scroll_to(self._rows[self._wanted], padding=dp(90), animate=False)
            self._wanted = ""

    def _groups(self) -> dict[str, list[OutboxGroup]]:
        """Return what there is of each kind, the most pressing kinds first."""
        found: dict[str, list[OutboxGroup]] = {}
        order = list(_ICONS)
        for part in sorted(
            self.state.outbox_groups,
            key=lambda part: order.index(part.kind) if part.kind in order else len(order),
        ):
            found.setdefault(part.kind, []).append(part)
        return found

    def _items(self, kind: str) -> list[OutboxItem]:
        """Return the items of a kind that show: all of an unfolded one, else those in trouble."""
        of_kind = [one for one in self.state.outbox if one.kind == kind]
        if kind in self._unfolded:
            return of_kind[:_ROWS_A_GROUP]
        return [one for one in of_kind if _in_trouble(one)][:_ROWS_A_GROUP]

    def _show_summary(self, newest: RecordingStatus | None) -> None:
        status = self.state.status
        waiting = status.outbox_waiting + status.backlog_fragments
        if self.state.offline:
            self.chip_icon, self.chip_tone, words = "cloud-off", "warn", "outbox.chip_offline"
        elif waiting:
            self.chip_icon, self.chip_tone, words = "cloud-upload", "brand", "outbox.chip_sending"
        else:
            self.chip_icon, self.chip_tone, words = "cloud-check", "ok", "outbox.chip_done"
        if status.refused and not self.state.offline:
            self.chip_icon, self.chip_tone, words = "alert-triangle", "bad", "outbox.chip_refused"
        if status.footage_held and status.backlog_fragments:
            self.chip_icon, self.chip_tone, words = "wifi", "warn", "outbox.chip_held"
        rate = f" {shown.size(status.sending_bytes_a_second)}/s"
        moves = words == "outbox.chip_sending" and status.sending_bytes_a_second
        self.chip_words = tr(words, n=len(status.refused)) + (rate if moves else "")
        self.only_wifi = status.footage_by is FootageBy.UNMETERED
        size = shown.size(status.backlog_bytes)
        self.waiting_words = tr("outbox.waiting", size=size) if waiting else tr("outbox.nothing")
        counts = {"n": status.backlog_fragments, "records": status.outbox_waiting}
        self.fragments_words = tr("outbox.waiting_counts", **counts) if waiting else ""
        known_end = waiting and status.drain_s and not self.state.offline
        self.left_words = tr("outbox.left", time=shown.span(status.drain_s)) if known_end else ""
        self.ids.strip.spans = line.spans(newest)
        self.from_words = shown.clock(newest.started_wall_ms) if newest else ""
        kept = kept_look(newest)
        self.kept_icon, self.kept_tone, self.kept_words = kept.icon, kept.tone, kept.words

    def _fold(self, name: str) -> None:
        self._unfolded ^= {name}
        self.refresh()

    def _make_rows(self, items: dict[str, list[OutboxItem]], recordings: list[str]) -> None:
        self._rows = {}
        rows: list[Widget] = []
        for kind, found in items.items():
            rows += [Rule()] if rows else []
            rows.append(self._row(kind))
            for item in found:
                row = self._row(item.item)
                row.inset = dp(18)
                rows.append(row)
                if item.state is OutboxState.FAILED:
                    rows.append(self._remedies(item))
        _fill(self.ids.records, rows, tr("outbox.no_records"))
        footage: list[Widget] = []
        for name in recordings:
            footage += [Rule()] if footage else []
            footage.append(self._row(name))
        _fill(self.ids.footage, footage, tr("outbox.no_footage"))

    def _row(self, name: str) -> OutboxRow:
        row = self._rows[name] = OutboxRow()
        row.bind(on_release=lambda _row: self._fold(name))
        return row

    def _remedies(self, item: OutboxItem) -> Remedies:
        made = Remedies(conflict=item.problem == _CONFLICT)
        made.bind(
            on_again=lambda _row: self._send_again(item.item),
            on_new=lambda _row: self._send_as_new(item.item),
        )
        return made

    def choose_footage(self) -> None:
        """Let kept footage go over any link, or only where it costs nothing."""
        status = self.state.status
        if status is not None:
            wifi = status.footage_by is FootageBy.ANY
            by = FootageBy.UNMETERED if wifi else FootageBy.ANY
            self.state.call("footage_by", by=by.value)

    def _send_again(self, item: str) -> None:
        self.state.call("send_again", lambda _result: self.state.read_outbox(), item=item)

    def _send_as_new(self, item: str) -> None:
        def done(_result: Any) -> None:
            self.state.say(tr("outbox.sent_as_new"))
            self.state.read_outbox()

        self.state.call("send_as_new", done, item=item)


def _in_trouble(item: OutboxItem) -> bool:
    tried = item.state in (OutboxState.KEPT, OutboxState.SENDING) and item.attempts > 1
    return item.state is OutboxState.FAILED or tried


def _defect_line(code: str) -> str:
    key = f"defect.{code}"
    return f"· {tr(key) if known(key) else code}"


def _fill(card: Any, rows: list[Widget], empty: str) -> None:
    card.clear_widgets()
    for row in rows or [Txt(text=empty, tone="t2", points=15, padding=(0, 12, 0, 12))]:
        card.add_widget(row)
