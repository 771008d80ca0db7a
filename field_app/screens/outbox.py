"""The outbox: what is kept here, on its way, received, or refused, with shapes and words."""

from __future__ import annotations

from typing import Any

from kivy.clock import Clock
from kivy.graphics import Color, Line, SmoothEllipse, SmoothLine, SmoothRoundedRectangle
from kivy.metrics import dp
from kivy.properties import BooleanProperty, ListProperty, NumericProperty, StringProperty
from kivy.uix.behaviors import ButtonBehavior
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from field_app.local_api import OutboxItem, OutboxState, RecordingStatus
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
}
_ICONS = {
    "measure": "lock",
    "step": "flag",
    "photo": "camera",
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


class OutboxScreen(FieldScreen):
    """Nothing that is not proven archived leaves this phone; here is where everything is."""

    chip_icon = StringProperty("cloud-check")
    chip_words = StringProperty("")
    chip_tone = StringProperty("ok")
    waiting_words = StringProperty("")
    fragments_words = StringProperty("")
    from_words = StringProperty("")
    kept_words = StringProperty("")
    kept_icon = StringProperty("database")
    kept_tone = StringProperty("t2")

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self._rows: dict[str, OutboxRow] = {}
        self._unfolded: set[str] = set()
        for state in ("archived", "received", "waiting"):
            mark = LegendMark(spans=[line.Span(state, 0, 1)], text=tr(f"legend.{state}"))
            self.ids.legend.add_widget(mark)
        self._reading = Clock.schedule_interval(lambda _dt: self.state.read_outbox(), _READ_SECONDS)
        self._reading.cancel()
        self.follow("outbox")

    def open(self, **about: Any) -> None:
        """Read anew, and again while the screen shows."""
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
        newest_first = sorted(self.state.outbox, key=lambda item: item.made_ms, reverse=True)
        names = [item.item for item in newest_first], [one.recording for one in recordings]
        if [*names[0], *names[1]] != list(self._rows):
            self._make_rows(*names)
        for item in newest_first:
            self._rows[item.item].show_item(item, item.item in self._unfolded)
        for recording in recordings:
            self._rows[recording.recording].show_recording(recording)

    def _show_summary(self, newest: RecordingStatus | None) -> None:
        status = self.state.status
        waiting = status.outbox_waiting + status.backlog_fragments
        if self.state.offline:
            self.chip_icon, self.chip_tone, words = "cloud-off", "warn", "outbox.chip_offline"
        elif waiting:
            self.chip_icon, self.chip_tone, words = "cloud-upload", "brand", "outbox.chip_sending"
        else:
            self.chip_icon, self.chip_tone, words = "cloud-check", "ok", "outbox.chip_done"
        self.chip_words = tr(words)
        size = shown.size(status.backlog_bytes)
        self.waiting_words = tr("outbox.waiting", size=size) if waiting else tr("outbox.nothing")
        counts = {"n": status.backlog_fragments, "records": status.outbox_waiting}
        self.fragments_words = tr("outbox.waiting_counts", **counts) if waiting else ""
        self.ids.strip.spans = line.spans(newest)
        self.from_words = shown.clock(newest.started_wall_ms) if newest else ""
        kept_to = newest.archived_to_ms if newest else None
        if kept_to is not None:
            self.kept_icon, self.kept_tone = "square-check", "ok"
            self.kept_words = tr("record.kept_to", time=shown.clock(kept_to))
        else:
            self.kept_icon, self.kept_tone = "database", "t2"
            self.kept_words = tr("record.kept_none")

    def _fold(self, item: str) -> None:
        self._unfolded ^= {item}
        self.refresh()

    def _make_rows(self, items: list[str], recordings: list[str]) -> None:
        self._rows = {name: OutboxRow() for name in [*items, *recordings]}
        for name in items:
            self._rows[name].bind(on_release=lambda _row, item=name: self._fold(item))
        _fill(self.ids.records, [self._rows[name] for name in items], tr("outbox.no_records"))
        shown_last = [self._rows[name] for name in recordings]
        _fill(self.ids.footage, shown_last, tr("outbox.no_footage"))


def _defect_line(code: str) -> str:
    key = f"defect.{code}"
    return f"· {tr(key) if known(key) else code}"


def _fill(card: Any, rows: list[OutboxRow], empty: str) -> None:
    card.clear_widgets()
    if not rows:
        card.add_widget(Txt(text=empty, tone="t2", points=15, padding=(0, 12, 0, 12)))
    for index, row in enumerate(rows):
        if index:
            card.add_widget(Rule())
        card.add_widget(row)
