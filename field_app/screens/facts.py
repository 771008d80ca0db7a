"""The newest facts of the service as the window knows them, and what is half done in it."""

from __future__ import annotations

from collections.abc import Callable

from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty

from field_app.local_api.recording import RecordingStatus
from field_app.local_api.socket import ReplayArgs
from field_app.local_api.status import Status
from field_app.local_api.talk import TalkStatus
from field_app.local_api.visit import SiteNow
from field_app.screens.asking import Asking
from field_app.screens.drafts import ActDrafts
from field_app.screens.forms import Forms
from field_app.steps import later
from field_app.window.fault import FaultDraft
from field_app.window.frames import Frame
from field_app.window.news import News, answered, news
from field_app.window.replay import ReplayReader
from field_app.window.words import tr, tr_problem
from schemas.field_api import OperationBrief, OrderAct, OrderOut, OrderState
from schemas.records import FootageAt
from schemas.time import now_ms

_JUST_NOW_MS = 30_000
_OVER = ("withdrawn", "closed")


class Facts(Asking):
    """What every screen shows."""

    status = ObjectProperty(None, allownone=True)
    attached = BooleanProperty(False)
    now_ms = NumericProperty(0)
    frame = ObjectProperty(None, allownone=True)
    operation_id = StringProperty("")
    locked = BooleanProperty(False)

    def __init__(self) -> None:
        super().__init__()
        self.now_ms = now_ms()
        self.forms = Forms(self)
        self.acts = ActDrafts(self, self.forms)
        self.photos: dict[str, Frame] = {}
        self._steps: dict[str, str] = {}
        self.replay: Callable[[ReplayArgs, Callable[[], object]], ReplayReader]
        """Opens kept footage; the window gives it (`field_app.window.replay`)."""

    def take_status(self, status: Status) -> None:
        """Show a new status; ask for the outbox again when it changed."""
        before = self.status
        if before is None and status.pin_set:
            self.locked = True
        if status.revoked:
            self.locked = True
        elif not status.pin_set:
            self.locked = False  # nobody's PIN: the device changed hands, or came back
        self.status = status
        if before is not None:
            if before.recording is None and status.recording is not None:
                self._say_who_started(status)
            self._tell_talk(before.talk, status.talk)
            if names := answered(before.crews_asked, status.crews_asked):
                self.say(tr("crew.answered", names=names))
        if before is None:
            self.forms.read()
        if before is None or before.outbox_waiting != status.outbox_waiting:
            self.read_outbox()

    def _say_who_started(self, status: Status) -> None:
        """Tell the officer if another one of the crew started this device."""
        for order in status.orders:
            same = status.recording is not None and order.operation == status.recording.operation
            if same and order.act is OrderAct.RECORD and self.now_ms - order.sent_ms < _JUST_NOW_MS:
                self.say(tr("crew.started_by", name=order.sender))
                return

    def _tell_talk(self, before: TalkStatus, talk: TalkStatus) -> None:
        """Say once why a burst failed or was cut short."""
        if talk.problem and (before.burst, before.problem) != (talk.burst, talk.problem):
            self.say(tr_problem(talk.problem), bad=True)

    def operation(self, wanted: str = "") -> OperationBrief | None:
        """Return an operation by id: the one wanted, chosen, recorded, or else the first."""
        if self.status is None or not self.status.operations:
            return None
        by_id = {one.operation: one for one in self.status.operations}
        recorded = self.recording.operation if self.recording else None
        for one in (wanted, recorded, self.operation_id):
            if one and one in by_id:
                return by_id[one]
        return None if wanted else self.status.operations[0]

    def step_of(self, operation: OperationBrief) -> str:
        """Return the furthest state known: the centre's or what was reported here since."""
        site = self.site_of(operation.operation)
        reported = later(self._steps.get(operation.operation, ""), site.step if site else "")
        return later(operation.state, reported)

    def site_of(self, operation: str) -> SiteNow | None:
        """Return how far the device is from an operation's place, if that is known."""
        sites = self.status.sites if self.status else []
        return next((one for one in sites if one.operation == operation), None)

    @property
    def recording(self) -> RecordingStatus | None:
        """The recording that runs, if one does."""
        running = self.status.recording if self.status else None
        return running if running is not None and not running.ended else None

    @property
    def offline(self) -> bool:
        """Tell whether the centre is out of reach for an enrolled device."""
        return bool(self.status and self.status.enrolled and self.status.link == "lost")

    def news(self, operation: str = "") -> list[News]:
        """Return what the officer is to know of an operation, or of all, besides his work."""
        if self.status is None:
            return []
        over = {one.operation for one in self.status.operations if self.step_of(one) in _OVER}
        return news(self.status, self.now_ms, frozenset(over), operation)

    def open_orders(self) -> list[OrderOut]:
        """Return the orders not yet done, newest first."""
        orders = self.status.orders if self.status else []
        waiting = [order for order in orders if order.state is not OrderState.DONE]
        return sorted(waiting, key=lambda order: order.seq, reverse=True)

    def footage_now(self) -> FootageAt | None:
        """Return the moment of the running recording, to tie a thing to the footage."""
        running = self.recording
        if running is None or running.recorded <= 0:
            return None
        return FootageAt(running.recording, running.recorded - 1, now_ms())

    def note_for(self, operation: OperationBrief) -> FaultDraft:
        """Return the fault note of an operation, begun on first use."""
        return self.forms.begin(FaultDraft(operation.operation))
