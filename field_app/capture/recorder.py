"""The recorder: runs the encoder while asked to, one recording a run, and never stops silently."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import structlog

from field_app.capture.camera import Camera
from field_app.capture.chain import Moment
from field_app.capture.command import FRAMES_PER_FRAGMENT
from field_app.capture.encoder import Encoder
from field_app.capture.fmp4 import Init, Piece
from field_app.capture.media_clock import MediaClock
from field_app.capture.overlay import NO_FONT, Overlay, Words, has_font
from field_app.capture.preview import Preview
from field_app.capture.recording import Circumstances, LiveSink, Recording, end_unfinished
from field_app.capture.still import Gop
from field_app.capture.viewfinder import Viewfinder
from field_app.device.identity import Identity
from field_app.device.place import PlaceSource, for_header
from field_app.spool.spool import Spool
from schemas.problems import Kind, MzError
from schemas.records import FootageAt
from schemas.sign import Envelope
from schemas.time import mono_ms, now_ms

log = structlog.get_logger()
_START_SECONDS = 15.0
_STOP_SECONDS = 10.0
_SHORT_RUN_FRAGMENTS = 10
_MAX_SHORT_RUNS = 3
_RESTART_SECONDS = 0.3
_END_AGAIN_SECONDS = 2.0


class Recorder:
    """Starts and stops recording; restarts an encoder that dies, in a new recording."""

    def __init__(
        self,
        identity: Identity,
        spool: Spool,
        camera: Camera,
        place: PlaceSource,
        live: LiveSink,
        challenge: Callable[[], Envelope | None],
        case_number: Callable[[str | None], str] | None = None,
    ) -> None:
        """Record nothing yet. challenge: the centre's last one, which enters each opening.

        case_number: that of an operation, for the overlay; None: no overlay is burnt in.
        """
        self._identity, self._spool, self._camera = identity, spool, camera
        self._place, self._live, self._challenge = place, live, challenge
        self._case_number = case_number
        self.preview, self.gop = Preview(), Gop()
        self.viewfinder = Viewfinder(camera, self.preview)
        self.alarm = self.warning = ""
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._encoder: Encoder | None = None
        self._recording: Recording | None = None
        self._stopping = threading.Event()
        self._opened = threading.Event()

    @property
    def recording(self) -> str | None:
        """The recording at hand, or None."""
        current = self._recording
        return current.opening.recording if current else None

    def at(self) -> FootageAt | None:
        """Return the moment in the footage that is now, if recording."""
        current = self._recording
        return current.at if current else None

    def start(self, operation: str | None, reason: str) -> None:
        """Record from now on; return when the opening is kept.

        Errors: `recording.already_running`, `device.not_enrolled`, `spool.disk_full`,
        `camera.not_found`, `camera.no_video`, `camera.failed`.
        """
        with self._lock:
            if self._thread is not None and self._thread.is_alive():
                raise MzError("recording.already_running", Kind.CONFLICT, self.recording or "")
            self._identity.court()
            self._spool.check_room()
            self._camera.check()
            end_unfinished(self._identity, self._spool.footage)
            self.viewfinder.hold()
            self._stopping.clear()
            self._opened.clear()
            self.alarm = ""
            self._thread = threading.Thread(
                target=self._run, args=(operation, reason), name="recorder", daemon=True
            )
            self._thread.start()
            self._opened.wait(_START_SECONDS)
            if self.recording is None:
                code = self.alarm or "camera.failed"
                self._finish()
                raise MzError(code, Kind.UNAVAILABLE, "the camera gave no pictures")

    def stop(self, reason: str) -> None:
        """End the recording with its final head; `recording.not_running`."""
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                raise MzError("recording.not_running", Kind.CONFLICT)
            log.info("recording.stopped", recording=self.recording, reason_length=len(reason))
            self._finish()

    def halt(self, code: str) -> None:
        """Stop what runs for a reason that is not the officer's, and alarm it; return at once."""
        threading.Thread(target=self._halt, args=(code,), name="recorder-halt", daemon=True).start()

    def _halt(self, code: str) -> None:
        try:
            self.stop(code)
        except MzError:
            return  # nothing ran
        self._raise_alarm(code)

    def _finish(self) -> None:
        self._stopping.set()
        if self._encoder is not None:
            self._encoder.stop()
        if self._thread is not None:
            self._thread.join(_STOP_SECONDS)

    def _run(self, operation: str | None, reason: str) -> None:
        short_runs = 0
        while not self._stopping.is_set():
            try:
                kept = self._run_encoder(operation, reason)
            except MzError as error:
                self._raise_alarm(error.code)
                break
            except OSError as error:
                log.error("encoder.not_started", reason=type(error).__name__)
                self._raise_alarm("camera.failed")
                break
            if self._stopping.is_set():
                break
            short_runs = short_runs + 1 if kept < _SHORT_RUN_FRAGMENTS else 0
            if short_runs == _MAX_SHORT_RUNS or not self._opened.is_set():
                self._raise_alarm("camera.failed")
                break
            log.warning("encoder.died", kept=kept)
            reason = "encoder_restarted"
            self._stopping.wait(_RESTART_SECONDS)
        self.viewfinder.free()
        self._opened.set()

    def _raise_alarm(self, code: str) -> None:
        self.alarm = code
        log.error("recorder.alarm", code=code)

    def _run_encoder(self, operation: str | None, reason: str) -> int:
        """Run ffmpeg once, in one recording; return how many fragments were kept."""
        overlay = self._make_overlay(operation)
        encoder = self._encoder = Encoder(self._camera, self.preview, overlay=overlay)
        if self._stopping.is_set():
            encoder.stop()
        kept = frames = 0
        clock: MediaClock | None = None
        try:
            for piece in encoder.pieces():
                if isinstance(piece, Init):
                    self._open(piece, operation, reason)
                    clock = MediaClock(piece.timescale)
                elif self._recording is not None and clock is not None:
                    self._recording.keep(piece, self._moment(piece, frames, clock))
                    self.gop.add(piece)
                    frames += piece.frames
                    kept += 1
        finally:
            encoder.close()
            if overlay is not None:
                overlay.close()
            self._end()
        return kept

    def _make_overlay(self, operation: str | None) -> Overlay | None:
        """Return the overlay of a run; None, and a warning, where its font is missing."""
        if self._case_number is None:
            return None
        self.warning = "" if has_font() else NO_FONT
        if self.warning:
            log.warning("recorder.warning", code=self.warning)
            return None
        enrolment = self._identity.court()[0]
        words = Words(enrolment.enrolled.officer.number, enrolment.name)
        overlay = Overlay(words, FRAMES_PER_FRAGMENT)
        overlay.recording(0, self._case_number(operation))
        return overlay

    def _open(self, init: Init, operation: str | None, reason: str) -> None:
        why = Circumstances(operation, reason, self._camera.source, self._challenge())
        self._recording = Recording(self._identity, self._spool.footage, self._live, init, why)
        self.gop.begin(init)
        self._opened.set()
        opening = self._recording.opening
        log.info("recording.opened", recording=opening.recording, counter=opening.counter)

    def _end(self) -> None:
        recording, self._recording = self._recording, None
        self.gop.end()
        if recording is not None and not _ended(recording):
            late = threading.Thread(target=_end_later, args=(recording,), daemon=True)
            late.start()

    def _moment(self, piece: Piece, frames: int, clock: MediaClock) -> Moment:
        now_mono, now_wall = mono_ms(), now_ms()
        taken = clock.taken_mono_ms(piece.media_start, piece.media_duration, now_mono)
        wall = self._camera.drawn_ms(frames)
        if wall is not None:
            taken = now_mono - max(0, now_wall - wall)
        else:
            wall = now_wall - (now_mono - taken)
        return Moment(wall, max(0, taken), for_header(self._place.now()))


def _ended(recording: Recording) -> bool:
    """Keep the final head; False where the spool cannot, which has no room perhaps."""
    name = recording.opening.recording
    try:
        recording.end()
    except MzError as error:
        log.error("recording.not_ended", recording=name, code=error.code)
        return False
    log.info("recording.ended", recording=name)
    return True


def _end_later(recording: Recording) -> None:
    """Try again until there is room; a service that is stopped before does it at its start."""
    while not _ended(recording):
        time.sleep(_END_AGAIN_SECONDS)
