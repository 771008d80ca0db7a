"""The recording screen: live picture, what is proven kept, orders, steps, start and stop."""

from __future__ import annotations

from typing import Any

from kivy.clock import Clock
from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.behaviors import ButtonBehavior
from kivy.uix.boxlayout import BoxLayout

from field_app.local_api.recording import RecordingStatus
from field_app.local_api.status import Status
from field_app.local_api.talk import TalkState, TalkStatus
from field_app.screens.asking import nothing
from field_app.screens.said import kept_look, link_look, operation_look, talk_look
from field_app.screens.screen import FieldScreen
from field_app.screens.today import OrderCard, arrival_card, news_card
from field_app.steps import STATES, next_step
from field_app.theme.parts import Panel
from field_app.theme.tokens import STOP_HOLD_S
from field_app.window import line, shown
from field_app.window.news import News
from field_app.window.words import tr, tr_problem
from schemas.field_api import OrderOut, OrderState
from schemas.records import Step

_HOLD_SECONDS = 1.0
_STEP_ICONS = {
    "departed": "route-2",
    "on_scene": "door-enter",
    "acting": "flag",
    "withdrawn": "door-exit",
}


class Fact(Panel):
    """A figure with its icon and a note."""

    icon = StringProperty("")
    text = StringProperty("")
    note = StringProperty("")
    tone = StringProperty("t1")


class TapFact(ButtonBehavior, Fact):
    """A figure that leads to what it counts."""


class StepMark(BoxLayout):
    """One step of the visit: reached, where we are, or still to come."""

    icon = StringProperty("circle")
    tone = StringProperty("t3")
    text = StringProperty("")


class StepLine(BoxLayout):
    """Departure, arrival, act, withdrawal; `reached` is the furthest state."""

    reached = StringProperty("")

    def on_reached(self, _line: StepLine, reached: str) -> None:
        """Show how far the visit is."""
        self.clear_widgets()
        at = STATES.index(reached) if reached in STATES else 0
        for rank, state in enumerate(STATES[1:5], start=1):
            if rank < at or (rank == at and state == "withdrawn"):
                icon, tone = "circle-check", "ok"
            else:
                icon, tone = ("circle-dot", "brand") if rank == at else ("circle", "t3")
            self.add_widget(StepMark(icon=icon, tone=tone, text=tr(f"operation.{state}")))


class RecordScreen(FieldScreen):
    """Always dark. Every word below is a property that the rule binds to."""

    case_number = StringProperty("")
    about = StringProperty("")
    link_icon = StringProperty("plug-connected-x")
    link_words = StringProperty("")
    link_tone = StringProperty("warn")
    recording = BooleanProperty(False)
    has_picture = BooleanProperty(False)
    has_operation = BooleanProperty(False)
    may_record = BooleanProperty(False)
    stage_words = StringProperty("")
    pill_icon = StringProperty("circle-dot")
    pill_words = StringProperty("")
    pill_tone = StringProperty("ok")
    watch_words = StringProperty("")
    watch_short = StringProperty("")
    roomy = BooleanProperty(True)
    """Whether the picture leaves room for every pill above the keys on it."""
    place_words = StringProperty("")
    place_tone = StringProperty("t2")
    time_words = StringProperty("")
    lasting_words = StringProperty("")
    ends_soon = BooleanProperty(False)
    count_words = StringProperty("")
    record_words = StringProperty("")
    elapsed = StringProperty("00:00:00")
    kept_icon = StringProperty("square-check")
    kept_tone = StringProperty("t2")
    kept_words = StringProperty("")
    kept_note = StringProperty("")
    backlog_words = StringProperty("")
    backlog_note = StringProperty("")
    backlog_share = NumericProperty(1.0)
    backlog_waits = BooleanProperty(False)
    refused = BooleanProperty(False)
    step_icon = StringProperty("route-2")
    step_words = StringProperty("")
    hint_words = StringProperty("")
    reached = StringProperty("")
    silent = BooleanProperty(False)
    private = BooleanProperty(False)
    private_words = StringProperty("")
    can_talk = BooleanProperty(False)
    talk_words = StringProperty("")
    talking = BooleanProperty(False)
    hear_icon = StringProperty("message-2")
    hear_words = StringProperty("")
    hear_tone = StringProperty("t1")

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self._order: OrderOut | None = None
        self._arriving: str | None = None
        self._news: list[News] = []
        self.follow("attached", "operation_id")
        self.state.bind(frame=self._show_frame, now_ms=self._tick)

    def start_crew(self) -> None:
        """Record here and on the devices of the whole crew."""
        operation = self.state.operation()
        if operation:
            self.state.start_crew(operation.operation)

    def take_photo(self) -> None:
        """Keep a still of the running camera."""
        self.state.photo(nothing, lambda: self.state.say(tr("record.photo_kept")))

    def set_marker(self) -> None:
        """Mark this moment of the footage; words may follow from the desk."""
        operation = self.state.operation()
        if operation:
            self.state.mark(operation.operation)

    def press_talk(self) -> None:
        """Speak while the key is held."""
        self._hold = Clock.schedule_interval(lambda _dt: self.state.hold_talk(), _HOLD_SECONDS)
        self.state.press_talk()

    def release_talk(self) -> None:
        """The key was let go."""
        self._hold.cancel()
        self.state.release_talk()

    def report_step(self) -> None:
        """Report the next step of the operation."""
        operation = self.state.operation()
        step = next_step(self.state.step_of(operation)) if operation else None
        if operation is None:
            self.guide.go("open")
        elif step in (Step.WITHDRAWN, None):
            self.guide.go("finish")
        elif step:
            self.state.report(operation.operation, step)

    def refresh(self) -> None:
        """Show the newest facts of the recording."""
        status = self.state.status
        if status is None:
            return
        running = self.state.recording
        self.recording = running is not None
        self.may_record = self.state.attached and (self.recording or not status.disk_refusal)
        self._show_head(status)
        self._show_pills(status)
        self._show_kept(status, running)
        self._show_lasting(status)
        self._show_step()
        self._show_talk(status.talk)
        self._show_order()
        self._show_arrival()
        self._show_news()
        self._show_frame()
        self._tick()

    def _show_head(self, status: Status) -> None:
        operation = self.state.operation()
        self.has_operation = operation is not None
        if operation:
            self.case_number = shown.case_number(operation.case_number) or tr("open.no_case")
            words = operation_look(self.state.step_of(operation)).words
            self.about = f"{words} · {operation.address}"
        else:
            self.case_number, self.about = tr("record.unassigned"), tr("record.unassigned_sub")
        look = link_look(status)
        self.link_icon, self.link_tone = look.icon, look.tone
        self.link_words = tr(f"link_short.{status.link}")
        until = status.silent_until_ms
        self.silent = until is not None
        if until is not None:
            self.link_icon, self.link_tone = "clock", "warn"
            self.link_words = tr("silence.left", time=shown.left(until - int(self.state.now_ms)))

    def _show_pills(self, status: Status) -> None:
        live = status.link in ("good", "thin")
        since = status.private_since_ms
        self.private = since is not None
        self.private_words = tr("private.end") if self.private else tr("private.begin")
        if since is not None:
            self.pill_icon = "eye-off"
            self.pill_words = tr("private.since", time=shown.clock(since))
        else:
            self.pill_icon = "circle-dot" if live else "device-mobile"
            self.pill_words = tr("record.live") if live else tr("record.local_only")
        self.pill_tone = "ok" if live and not self.private else "warn"
        watched = tr("record.watchers", n=status.watchers)
        self.watch_words = tr("private.closed") if self.private else watched
        self.watch_short = "" if self.private else str(status.watchers)
        self.place_words = self._place_words(status)
        measured = status.accuracy_m is not None and not status.place_simulated
        self.place_tone = "t1" if measured else "warn"

    def _show_lasting(self, status: Status) -> None:
        self.lasting_words, self.ends_soon = shown.lasting(
            status.battery_percent, status.battery_left_s, status.storage_left_s, status.hot_left_s
        )

    def _place_words(self, status: Status) -> str:
        operation = self.state.operation()
        site = self.state.site_of(operation.operation) if operation else None
        accuracy = shown.accuracy(status.accuracy_m)
        if status.place_simulated:
            accuracy = tr("record.simulated_place")
        if site is None or site.distance_m is None:
            return accuracy
        away = tr("arrival.away", distance=shown.metres(site.distance_m))
        return f"{away} · {accuracy}"

    def _show_kept(self, status: Status, running: RecordingStatus | None) -> None:
        self.ids.strip.spans = line.spans(running)
        kept = kept_look(running or next(iter(status.recent), None))
        self.kept_icon, self.kept_tone, self.kept_words = kept.icon, kept.tone, kept.words
        self.kept_note = tr("record.free", size=shown.size(status.free_bytes))
        waiting, records = status.backlog_fragments, status.outbox_waiting
        late = waiting > line.IN_FLIGHT_FRAGMENTS
        self.backlog_share = line.arrived_share(running) if late else 1.0
        if waiting and not late:
            self.backlog_words = tr("record.in_flight")
            self.backlog_note = tr("record.in_flight_note", size=shown.size(status.backlog_bytes))
        elif waiting:
            self.backlog_words = tr("record.backlog", n=waiting)
            self.backlog_note = shown.size(status.backlog_bytes)
        else:
            self.backlog_words, self.backlog_note = tr("record.no_backlog"), tr("record.all_sent")
        self.backlog_waits = late or records > 0
        self.refused = bool(status.refused)
        if records and waiting:
            self.backlog_note = tr("record.records_waiting", n=records)
        elif records:
            self.backlog_words = tr("record.records_waiting", n=records)
            self.backlog_note = tr("record.footage_sent")
        if status.refused:
            self.backlog_words = tr("outbox.chip_refused", n=len(status.refused))
            self.backlog_note = tr("refused.look")

    def look_at_outbox(self) -> None:
        """Go to what waits, or to what was refused."""
        refused = self.state.status.refused if self.state.status else []
        self.guide.go("outbox", item=refused[0].item if refused else "")

    def _show_step(self) -> None:
        operation = self.state.operation()
        self.reached = self.state.step_of(operation) if operation else "planned"
        step = next_step(self.reached) if operation else None
        self.step_icon = _STEP_ICONS[step.value] if step else "circle-check"
        self.step_words = tr(f"step.{step.value}") if step else tr("finish.title")
        if operation is None:
            self.step_icon, self.step_words = "flag", tr("open.short")

    def _show_talk(self, talk: TalkStatus) -> None:
        look = talk_look(talk)
        self.hear_icon, self.hear_words, self.hear_tone = look.icon, look.words, look.tone
        self.can_talk = talk.can_speak
        self.talking = talk.state in (TalkState.ASKING, TalkState.SPEAKING)
        self.talk_words = tr(f"talk.key_{talk.state.value}") if self.talking else tr("talk.key")

    def _show_order(self) -> None:
        orders = self.state.open_orders()
        order = orders[0] if orders else None
        if order == self._order:
            return
        self._order = order
        self.ids.orders.clear_widgets()
        if order is not None:
            card = OrderCard(order=order)
            card.bind(on_answer=self._answer)
            self.ids.orders.add_widget(card)

    def _show_arrival(self) -> None:
        """Ask whether the crew arrived, while the device is at the place and nobody said so."""
        operation = self.state.operation()
        site = self.state.site_of(operation.operation) if operation else None
        asked = site is not None and site.entered_ms is not None
        arriving = operation.operation if operation and asked else None
        if arriving == self._arriving:
            return
        self._arriving = arriving
        self.ids.arrival.clear_widgets()
        if operation and site and arriving:
            self.ids.arrival.add_widget(arrival_card(self.state, operation, site))

    def _show_news(self) -> None:
        operation = self.state.operation()
        news = self.state.news(operation.operation) if operation else []
        if news == self._news:
            return
        self._news = news
        self.ids.news.clear_widgets()
        for one in news:
            self.ids.news.add_widget(news_card(self.guide, one))

    def _answer(self, card: OrderCard, answer: str) -> None:
        self.state.acknowledge(card.order.order, OrderState(answer))

    def _show_frame(self, *_: object) -> None:
        frame = self.state.frame if self.shown else None
        self.has_picture = frame is not None
        if frame is not None or self.ids.picture.frame is not None:
            self.ids.picture.show(frame)

    def _tick(self, *_: object) -> None:
        if not self.shown:
            return
        status, running = self.state.status, self.state.recording
        now = int(self.state.now_ms)
        self.time_words = shown.stamp(now)
        self.elapsed = shown.elapsed(now - running.started_wall_ms) if running else "00:00:00"
        self.record_words = tr("record.on") if running else self._idle_words()
        self.count_words = tr("record.fragment", n=f"{running.recorded:04d}") if running else ""
        if status is not None and status.disk_refusal:
            self.stage_words = tr_problem(status.disk_refusal)
        else:
            self.stage_words = tr("record.starting") if running else tr("record.ready")
        self.hint_words = tr("record.hold", n=STOP_HOLD_S) if running else tr("record.tap")

    def _idle_words(self) -> str:
        """Say that nothing is recorded, or that the camera runs and what a tap would keep."""
        status = self.state.status
        if status is not None and status.armed and status.buffer_seconds:
            return tr("record.armed", n=status.buffer_seconds)
        return tr("record.off")
