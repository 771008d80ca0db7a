"""Today's operations as cards, and the orders that wait for an answer."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, ObjectProperty, StringProperty

from field_app.local_api.recording import RecordingStatus
from field_app.local_api.second import SecondAwaited
from field_app.local_api.visit import SiteNow
from field_app.screens.said import crew_line, link_look, operation_look, order_look, parties_line
from field_app.screens.screen import FieldScreen, Guide
from field_app.screens.state import State
from field_app.theme.parts import Btn, Card, Chip, TapCard
from field_app.window import shown
from field_app.window.news import News
from field_app.window.words import tr
from schemas.field_api import OperationBrief, OrderOut, OrderState
from schemas.recording_notes import LATE_NOTE_MS
from schemas.records import Step

_OVER, _TO_DEPART = ("withdrawn", "closed"), "planned"


class Empty(Card):
    """One line where nothing is, with what to do next."""

    icon = StringProperty("info-circle")
    text = StringProperty("")


class UnassignedCard(Card):
    """A recording that was begun first, and the operations to which it may belong."""

    text = StringProperty("")


class OrderCard(Card):
    """An order with its two answers."""

    order = ObjectProperty(None, allownone=True)
    text = StringProperty("")
    about = StringProperty("")
    icon = StringProperty("")
    read = BooleanProperty(False)

    def __init__(self, **values: Any) -> None:
        self.register_event_type("on_answer")
        super().__init__(**values)

    def on_answer(self, answer: str) -> None:
        """The officer says `read` or `done`."""

    def on_order(self, _card: OrderCard, order: OrderOut | None) -> None:
        """Show an order."""
        if order is None:
            return
        look = order_look(order.state)
        self.text, self.icon = order.text, look.icon
        self.about = f"{look.words} · {order.sender} {shown.short_clock(order.sent_ms)}"
        self.read = order.state in (OrderState.READ, OrderState.DONE)


class NewsCard(TapCard):
    """What the officer is to know; with an item of the outbox it leads there."""

    icon = StringProperty("info-circle")
    tone = StringProperty("brand")
    text = StringProperty("")
    about = StringProperty("")
    leads = BooleanProperty(False)


def news_card(guide: Guide, one: News) -> NewsCard:
    """Return the card of a piece of news."""
    card = NewsCard(
        icon=one.icon, tone=one.tone, text=one.text, about=one.about, leads=bool(one.item)
    )
    if one.item:
        card.bind(on_release=lambda _card: guide.go("outbox", item=one.item))
    return card


class ArrivalCard(Card):
    """The device is at the place of an operation: did the crew arrive?"""

    text = StringProperty("")
    about = StringProperty("")

    def __init__(self, **values: Any) -> None:
        self.register_event_type("on_confirm")
        super().__init__(**values)

    def on_confirm(self) -> None:
        """The officer says that they arrived."""

    def show(self, operation: OperationBrief, site: SiteNow) -> None:
        """Show since when the device is there."""
        since = shown.short_clock(site.entered_ms or 0)
        self.text = tr("arrival.ask")
        self.about = tr("arrival.since", place=operation.address, time=since)


class OperationCard(TapCard):
    """One operation: state, when, what, where, whose case, who goes."""

    live = BooleanProperty(False)
    icon = StringProperty("")
    state_words = StringProperty("")
    tone = StringProperty("t2")
    tint = StringProperty("s2")
    when = StringProperty("")
    title = StringProperty("")
    address = StringProperty("")
    away = StringProperty("")
    case_number = StringProperty("")
    parties = StringProperty("")
    crew = StringProperty("")

    def show(self, operation: OperationBrief, state: str, live: bool) -> None:
        """Show an operation in a state."""
        look = operation_look(state)
        self.icon, self.state_words, self.tone, self.tint = (
            look.icon, look.words, look.tone, look.tint,
        )  # fmt: skip
        self.live, self.when = live, shown.short_clock(operation.planned_start_ms)
        self.title, self.address = operation.title, operation.address
        self.case_number = shown.case_number(operation.case_number) or tr("open.no_case")
        self.parties, self.crew = parties_line(operation), crew_line(operation)
        if operation.major_case:
            self.ids.flags.add_widget(
                Chip(icon="alert-triangle", text=tr("today.major"), tone="warn", tint="warn_s")
            )


def arrival_card(state: State, operation: OperationBrief, site: SiteNow) -> ArrivalCard:
    """Return the card that asks whether the crew arrived; its key reports the step."""
    card = ArrivalCard()
    card.show(operation, site)
    card.bind(on_confirm=lambda _card: state.report(operation.operation, Step.ON_SCENE))
    return card


class TodayScreen(FieldScreen):
    """The first place: what is to be done today."""

    about = StringProperty("")
    link_icon = StringProperty("plug-connected-x")
    link_words = StringProperty("")
    link_tone = StringProperty("warn")

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self._listed: object = None
        self._cards: dict[str, OperationCard] = {}

    def refresh(self) -> None:
        """Show the newest operations and orders; cards are made anew only when they changed."""
        status = self.state.status
        if status is None:
            return
        look = link_look(status)
        self.link_icon, self.link_words, self.link_tone = look.icon, look.words, look.tone
        officer = status.officer.name if status.officer else tr("holder.nobody")
        self.about = " · ".join([shown.day(self.state.now_ms), officer, status.device_name])
        running = self.state.recording
        facts = (
            [(one, self.state.step_of(one)) for one in status.operations],
            self.state.open_orders(),
            running.operation if running else None,
            running is not None,
            [one for one in status.recent if one.operation is None and one.ended],
            [one.operation for one in status.sites if one.entered_ms is not None],
            status.seconds_awaited,
            self.state.news(),
        )
        if facts != self._listed:
            self._listed = facts
            self._build(*facts)
        for site in status.sites:
            if site.operation in self._cards and site.distance_m is not None:
                away = tr("arrival.away", distance=shown.metres(site.distance_m))
                self._cards[site.operation].away = away

    def _build(
        self,
        operations: list[tuple[OperationBrief, str]],
        orders: list[OrderOut],
        recorded: str | None,
        recording: bool,
        unassigned: list[RecordingStatus],
        arriving: list[str],
        awaited: list[SecondAwaited],
        news: list[News],
    ) -> None:
        body = self.ids.list
        body.clear_widgets()
        self._cards = {}
        for one in news:
            body.add_widget(news_card(self.guide, one))
        for act in awaited:
            body.add_widget(self.guide.second.card(act))
        for begun in unassigned if operations else []:
            body.add_widget(self._unassigned(begun, [known for known, _ in operations]))
        for operation, _state in operations:
            site = self.state.site_of(operation.operation)
            if site is not None and operation.operation in arriving:
                body.add_widget(arrival_card(self.state, operation, site))
        for order in orders:
            card = OrderCard(order=order)
            card.bind(on_answer=lambda shown_card, answer: self._answer(shown_card.order, answer))
            body.add_widget(card)
        if not operations:
            body.add_widget(Empty(text=tr("today.none"), icon="calendar"))
        open_ids = [one.operation for one, state in operations if state not in _OVER]
        for operation, state in operations:
            live = operation.operation == recorded
            first = not recording and operation.operation in open_ids[:1]
            body.add_widget(self._card(operation, state, live=live, first=first))
        if recording and not recorded:
            body.add_widget(self._key("today.back", "video", "", primary=True))
        elif not recording and not operations:
            body.add_widget(self._key("today.unplanned", "video", "", primary=False))
        came_upon = Btn(kind="outline", icon="flag", text=tr("open.title"))
        came_upon.bind(on_release=lambda _key: self.guide.go("open"))
        body.add_widget(came_upon)

    def _unassigned(
        self, recording: RecordingStatus, operations: list[OperationBrief]
    ) -> UnassignedCard:
        card = UnassignedCard()
        late = self.state.now_ms - recording.started_wall_ms > LATE_NOTE_MS
        began = shown.stamp(recording.started_wall_ms)
        card.text = tr("today.unassigned_late" if late else "today.unassigned", time=began)
        for one in operations:
            words = f"{tr('today.assign')} {one.title}"
            key = Btn(kind="outline", text=words, points=16)
            key.bind(
                on_release=lambda _key, to=one.operation: self.state.assign(recording.recording, to)
            )
            card.add_widget(key)
        return card

    def _card(
        self, operation: OperationBrief, state: str, *, live: bool, first: bool
    ) -> OperationCard:
        card = OperationCard()
        card.show(operation, state, live)
        self._cards[operation.operation] = card
        card.bind(on_release=lambda _card: self._open(operation.operation))
        if live or first:
            words = "today.back" if live else "today.open"
            key = self._key(words, "video", operation.operation, primary=True)
            card.ids["keys"].add_widget(key)
        if state == _TO_DEPART:
            check = Btn(kind="outline", icon="list-check", text=tr("check.title"))
            check.bind(on_release=lambda _key: self.guide.go("check", operation=operation))
            card.ids["keys"].add_widget(check)
        return card

    def _key(self, words: str, icon: str, operation: str, *, primary: bool) -> Btn:
        key = Btn(kind="primary" if primary else "plain", icon=icon, text=tr(words))
        key.bind(on_release=lambda _key: self._open(operation))
        return key

    def _open(self, operation: str) -> None:
        self.state.operation_id = operation
        self.guide.go("record")

    def _answer(self, order: OrderOut, answer: str) -> None:
        self.state.acknowledge(order.order, OrderState(answer))
