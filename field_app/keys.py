"""The volume keys as the service obeys them: one press records or marks, a hold stops.

The service decides and confirms, so that the officer needs to look at nothing, and a platform on
which the keys reach the service without a window has one thing to call.
"""

from __future__ import annotations

import structlog

from field_app.acts import Acts
from field_app.capture.recorder import Recorder
from field_app.device.signals import Signals
from field_app.local_api.acts import MarkerArgs
from field_app.local_api.recording import KeyArgs, KeyDone
from field_app.overview import Overview
from schemas.problems import MzError
from schemas.time import mono_ms

log = structlog.get_logger()
STOP_REASON = "实体按键停止"
_SAME_PRESS_MS = 1_000


class Keys:
    """What the keys do; a press that follows another within a second is the same one."""

    def __init__(
        self, recorder: Recorder, acts: Acts, overview: Overview, signals: Signals
    ) -> None:
        self._recorder, self._acts, self._overview = recorder, acts, overview
        self._signals, self._last_ms = signals, -_SAME_PRESS_MS

    def obey(self, args: KeyArgs) -> KeyDone:
        """Start, mark or stop, and let the officer feel and hear which; the recorder's errors."""
        try:
            done = self._stop() if args.held else self._press(args.operation)
        except MzError as error:
            log.warning("key.failed", code=error.code)
            self._signals.tell(KeyDone.NOTHING)
            raise
        self._signals.tell(done)
        return done

    def _press(self, operation: str | None) -> KeyDone:
        recorded, at_ms = self._overview.presence().operation, mono_ms()
        if self._recorder.recording is None:
            self._recorder.start(operation, "started")
            self._last_ms = mono_ms()
            return KeyDone.STARTED
        if recorded is None or at_ms - self._last_ms < _SAME_PRESS_MS:
            return KeyDone.NOTHING
        self._acts.marker(MarkerArgs(recorded))
        self._last_ms = at_ms
        return KeyDone.MARKED

    def _stop(self) -> KeyDone:
        if self._recorder.recording is None:
            return KeyDone.NOTHING
        self._recorder.stop(STOP_REASON)
        return KeyDone.STOPPED
