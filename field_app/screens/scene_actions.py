"""What the officer does at the scene, one function for each action: recording, steps, markers,
photos, notes, private intervals."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec
from kivy.clock import Clock
from kivy.properties import BooleanProperty

from field_app.local_api.acts import PhotoTaken
from field_app.local_api.recording import KeyDone
from field_app.screens.asking import nothing
from field_app.screens.facts import Facts
from field_app.steps import later
from field_app.window.act import ActDraft
from field_app.window.fault import FaultDraft
from field_app.window.words import on_paper, tr
from schemas import crash
from schemas.field_api import OperationBrief
from schemas.problems import MzError
from schemas.recording_notes import PrivateReason
from schemas.records import Step

_REST_SECONDS = 0.6
"""The key says the next step as soon as one is kept: the second tap of two was not meant for it."""


class SceneActions(Facts):
    """The actions of recording and of the record. `stepping`: a step is being reported, or was a
    moment ago."""

    stepping = BooleanProperty(False)

    def start(self) -> None:
        """Begin to record for the chosen operation, or unassigned when there is none."""
        operation = self.operation()
        self.call("start", operation=operation.operation if operation else None)

    def start_unassigned(self) -> None:
        """Record first, without case or plan."""
        self.call("start", nothing, operation=None)

    def assign(self, recording: str, operation: str) -> None:
        """Say to which operation a recording belongs that was begun first."""

        def done(_result: Any) -> None:
            self.say(tr("today.assigned"))
            self.read_outbox()

        self.call("assign", done, recording=recording, operation=operation)

    def start_crew(self, operation: str) -> None:
        """Begin to record, and let the devices of the whole crew begin."""

        def done(_result: Any) -> None:
            self.say(tr("crew.offline" if self.offline else "crew.asked"), bad=self.offline)
            self.read_outbox()

        self.call("start_crew", done, operation=operation)

    def open_operation(self, opened: Callable[[str], None], **args: Any) -> None:
        """Open an operation that the officer came upon; `opened(operation)` once it is kept."""

        def done(result: Any) -> None:
            crash.point("window.before_opening_told")
            self.say(tr("open.kept_offline" if self.offline else "open.kept"))
            self.read_outbox()
            opened(msgspec.convert(result, OperationBrief).operation)

        self.call_busy("open_operation", done, **args)

    def stop(self, reason: str) -> None:
        """Stop recording for a reason."""
        self.call("stop", reason=on_paper(reason, "stop"))

    def press_key(self, held: bool) -> None:
        """A volume key: the service starts, marks or stops, and lets the officer feel and hear
        which."""
        operation = None if self.locked else self.operation()

        def done(result: Any) -> None:
            self.say(tr(f"keys.{result}"), bad=result == KeyDone.NOTHING)

        self.call(
            "key", done, held=held, operation=operation.operation if operation else None,
        )  # fmt: skip

    def check_departure(self, operation: str) -> None:
        """Have the device test itself; the status tells what it finds."""
        self.call("check_departure", operation=operation)

    def report(self, operation: str, step: Step) -> None:
        """Report a step, once, however often it is tapped; it shows at once and is kept until the
        centre has it."""
        if self.stepping:
            return
        self.stepping = True

        def rest(then: Callable[[Any], None], answer: Any) -> None:
            Clock.schedule_once(lambda _dt: setattr(self, "stepping", False), _REST_SECONDS)
            then(answer)

        def done(_result: Any) -> None:
            self._steps[operation] = later(step.value, self._steps.get(operation, ""))
            self.say(tr(f"step_done.{step.value}"))
            self.property("status").dispatch(self)
            self.read_outbox()

        self.call(
            "step", partial(rest, done), partial(rest, self.refused), operation=operation,
            step=step.value,
        )  # fmt: skip

    def mark(self, operation: str) -> None:
        """Mark this moment of the footage; it is kept until the centre has it."""

        def done(_result: Any) -> None:
            self.say(tr("record.marker_kept"))
            self.read_outbox()

        self.call("marker", done, operation=operation)

    def photo(
        self,
        taken: Callable[[str], None],
        show: Callable[[], None] = lambda: None,
        *,
        page: bool = False,
    ) -> None:
        """Take a still of the running camera, of a signed page or of the scene; `taken(sha256)`
        puts it where it belongs, `show()` when it is kept there."""
        frame = self.frame

        def done(result: Any) -> None:
            still = msgspec.convert(result, PhotoTaken)
            if frame is not None:
                self.photos[still.sha256] = frame
            crash.point("window.before_photo_named")
            taken(still.sha256)
            self.forms.keep(show)

        self.call("photo", done, page=page)

    def stand_beside(self, operation: str, from_ms: int) -> None:
        """Confirm on this officer's own device that he was there."""

        def done(_result: Any) -> None:
            self.say(tr("acts.beside_kept"))
            self.read_outbox()

        self.call("stood_beside", done, operation=operation, from_ms=from_ms)

    def explain_gap(
        self, draft: FaultDraft, interval: tuple[int, int], saved: Callable[[], None]
    ) -> None:
        """Sign and keep a fault note of this device; `saved()` once it is on its disk."""

        def done(_result: Any) -> None:
            crash.point("window.before_fault_told")
            self.forms.forget(draft)
            self.say(tr("fault.kept"))
            self.read_outbox()
            saved()

        def failed(error: MzError) -> None:
            self.forms.take_back(draft)
            self.refused(error)

        self.forms.hand_over(draft)
        self.call_busy(
            "fault_note", done, failed, operation=draft.operation, from_ms=interval[0],
            to_ms=interval[1], cause=draft.cause, text=draft.text.strip(), record=draft.record,
            draft=draft.name,
        )  # fmt: skip

    def explain_recorders(self, operation: str, text: str) -> None:
        """Sign and keep why fewer than two recorders run."""

        def done(_result: Any) -> None:
            self.say(tr("recorders.kept"))
            self.read_outbox()

        said = on_paper(text, "recorders")
        self.call("recorder_reason", done, operation=operation, text=said)

    def begin_private(self, operation: str, reason: str) -> None:
        """Close viewing while recording goes on."""

        def done(_result: Any) -> None:
            self.say(tr("private.begun"))
            self.read_outbox()

        self.call("begin_private", done, operation=operation, reason=reason)

    def end_private(self) -> None:
        """Let the picture be seen again."""

        def done(_result: Any) -> None:
            self.say(tr("private.ended"))
            self.read_outbox()

        self.call("end_private", done)

    def close_counter(self, draft: ActDraft) -> None:
        """Close viewing for an act at a counter, once, unless it is closed already."""
        if draft.private or self.status is None or self.status.private_since_ms is not None:
            return
        draft.private = True
        self.begin_private(draft.operation, PrivateReason.COUNTER.value)

    def open_counter(self, draft: ActDraft) -> None:
        """Let be seen again what `close_counter` closed."""
        if draft.private and self.status and self.status.private_since_ms is not None:
            self.end_private()
