"""The recorder: runs the encoder while asked to, one recording a run, and never stops silently."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import NamedTuple

import structlog

from field_app.capture.beside import Beside
from field_app.capture.camera import Camera
from field_app.capture.command import FRAMES_PER_FRAGMENT, VIDEO_TIMESCALE
from field_app.capture.encoder import Encoder
from field_app.capture.media_clock import MediaClock
from field_app.capture.overlay import NO_FONT, Overlay, Words, has_font
from field_app.capture.pre_event import DEFAULT_SECONDS, PreEventBuffer
from field_app.capture.preview import Preview
from field_app.capture.privacy import Privacy
from field_app.capture.recording import (
    Circumstances,
    LiveSink,
    Recording,
    end_surely,
    end_unfinished,
)
from field_app.capture.still import Gop
from field_app.capture.viewfinder import Viewfinder
from field_app.device.identity import Identity
from field_app.device.place import PlaceSource, for_header
from field_app.spool.spool import Spool
from schemas.media.chain import Moment
from schemas.media.fmp4 import Init, Piece, first_time, moved_back
from schemas.media.fragment import Rendition
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


class _Wanted(NamedTuple):
    """What is to be recorded; the tap on the monotonic clock, None for a recording after it."""

    operation: str | None
    reason: str
    tapped_mono_ms: int | None


class Recorder:
    """Starts and stops recording; restarts an encoder that dies, in a new recording.

    While it is armed the camera runs and the pre-event buffer holds what it gives; a start then
    keeps the buffer too. Each run of the encoder is at most one recording.
    """

    def __init__(
        self,
        identity: Identity,
        spool: Spool,
        camera: Camera,
        place: PlaceSource,
        live: LiveSink,
        privacy: Privacy,
        challenge: Callable[[], Envelope | None],
        case_number: Callable[[str | None], str] | None = None,
        buffer_seconds: int = DEFAULT_SECONDS,
    ) -> None:
        """Record nothing yet. challenge: the centre's last one, which enters each opening.

        case_number: that of an operation, for the overlay; None: no overlay is burnt in.
        buffer_seconds: of the pre-event buffer, 0 to 120.
        """
        self._identity, self._spool, self._camera = identity, spool, camera
        self._place, self._live, self._challenge = place, live, challenge
        self._privacy = privacy
        self._case_number, self.buffer_seconds = case_number, buffer_seconds
        self.preview, self.gop = Preview(), Gop()
        self.viewfinder = Viewfinder(camera, self.preview)
        self.alarm = self.warning = ""
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._encoder: Encoder | None = None
        self._recording: Recording | None = None
        self._wanted: _Wanted | None = None
        self.armed, self._shift = False, 0
        self._beside = Beside()
        self._stopping, self._opened, self._closed = (threading.Event() for _ in range(3))

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
            tapped = mono_ms()
            if self._wanted is not None:
                raise MzError("recording.already_running", Kind.CONFLICT, self.recording or "")
            self._identity.court()
            self._spool.check_room()
            end_unfinished(self._identity, self._spool.footage)
            self._opened.clear()
            self.alarm = ""
            self._wanted = _Wanted(operation, reason, tapped)
            try:
                self._run_camera()
            except MzError:
                self._wanted = None
                raise
            self._opened.wait(_START_SECONDS)
            if self.recording is None:
                code = self.alarm or "camera.failed"
                self._finish()
                raise MzError(code, Kind.UNAVAILABLE, "the camera gave no pictures")

    def stop(self, reason: str) -> None:
        """End the recording with its final head; `recording.not_running`."""
        with self._lock:
            if self._wanted is None:
                raise MzError("recording.not_running", Kind.CONFLICT)
            log.info("recording.stopped", recording=self.recording, reason_length=len(reason))
            self._finish()

    def arm(self) -> None:
        """Let the camera run and fill the pre-event buffer; repeating it is safe.

        Errors: `device.not_enrolled`, `camera.not_found`, `camera.no_video`.
        """
        with self._lock:
            self._identity.court()
            self.armed = True
            try:
                self._run_camera()
            except MzError:
                self.armed = False
                raise

    def disarm(self) -> None:
        """Forget the buffer and let go of the camera, unless it records; repeating it is safe."""
        with self._lock:
            self.armed = False
            if self._wanted is None:
                self._finish()

    def halt(self, code: str) -> None:
        """Stop what runs for a reason that is not the officer's, and alarm it; return at once."""
        threading.Thread(target=self._halt, args=(code,), name="recorder-halt", daemon=True).start()

    def _halt(self, code: str) -> None:
        self.disarm()
        try:
            self.stop(code)
        except MzError:
            return  # nothing was recorded
        self._raise_alarm(code)

    def _run_camera(self) -> None:
        """Start the thread that runs the camera unless it runs; the caller holds the lock."""
        if self._thread is not None and self._thread.is_alive():
            return
        self._camera.check()
        self.viewfinder.hold()
        self._thread = threading.Thread(target=self._run, name="recorder", daemon=True)
        self._thread.start()

    def _finish(self) -> None:
        """End the run at hand; return when its recording is closed and, unless armed, the camera
        is free. The caller holds the lock."""
        self._wanted = None
        self._closed.clear()
        self._stopping.set()
        if self._encoder is not None:
            self._encoder.stop()
        if self._thread is not None:
            if self.armed:
                self._closed.wait(_STOP_SECONDS)
            else:
                self._thread.join(_STOP_SECONDS)

    def _is_needed(self) -> bool:
        return self.armed or self._wanted is not None

    def _run(self) -> None:
        try:
            self._run_while_needed()
        finally:
            self._wanted, self.armed = None, False
            self.viewfinder.free()
            self._opened.set()
            self._closed.set()

    def _run_while_needed(self) -> None:
        short_runs = 0
        while self._is_needed():
            self._stopping.clear()
            try:
                kept = self._run_encoder()
            except MzError as error:
                self._raise_alarm(error.code)
                return
            except OSError as error:
                log.error("encoder.not_started", reason=type(error).__name__)
                self._raise_alarm("camera.failed")
                return
            if self._stopping.is_set():
                continue
            short_runs = short_runs + 1 if kept < _SHORT_RUN_FRAGMENTS else 0
            if short_runs == _MAX_SHORT_RUNS or not (kept or self._opened.is_set()):
                self._raise_alarm("camera.failed")
                return
            log.warning("encoder.died", kept=kept)
            if self._wanted is not None:
                self._wanted = _Wanted(self._wanted.operation, "encoder_restarted", None)
            self._stopping.wait(_RESTART_SECONDS)

    def _raise_alarm(self, code: str) -> None:
        self.alarm = code
        log.error("recorder.alarm", code=code)

    def _run_encoder(self) -> int:
        """Run ffmpeg once, in one recording at most; return how many fragments it gave."""
        overlay = self._make_overlay()
        self._beside = beside = Beside()
        encoder = self._encoder = Encoder(self._camera, self.preview, overlay, self._take_beside)
        if not self._is_needed():
            encoder.stop()
        count = frames = 0
        held = PreEventBuffer(self.buffer_seconds)
        try:
            for piece in encoder.pieces():
                if isinstance(piece, Init):
                    init, clock = piece, MediaClock(piece.timescale)
                    self.gop.begin(init)
                    self._open_if_wanted(init, held, count, overlay)
                    continue
                self._open_if_wanted(init, held, count, overlay)
                moment = self._moment(piece, frames, clock)
                beside.tell(piece.media_start / init.timescale, moment)
                if self._recording is not None:
                    self._recording.keep(moved_back(init, piece, self._shift), moment)
                else:
                    held.add(piece, moment)
                self.gop.add(piece, self._privacy.interval(moment.mono_ms))
                frames += piece.frames
                count += 1
        finally:
            encoder.close()
            if overlay is not None:
                overlay.close()
            self._end()
        return count

    def _take_beside(self, rendition: Rendition, item: Init | Piece) -> None:
        """Hold what was made beside the full rendition; keep it if the live lane wants it."""
        self._beside.add(rendition, item)
        recording = self._recording
        if recording is None or isinstance(item, Init) or not self._live.wants(rendition):
            return
        init = self._beside.inits[rendition]
        for piece, moment in self._beside.take(rendition, self._shift / VIDEO_TIMESCALE):
            shift = self._shift * init.timescale // VIDEO_TIMESCALE
            closed = moment._replace(private=self._privacy.closes(moment.mono_ms))
            recording.keep(moved_back(init, piece, shift), closed, rendition)

    def _make_overlay(self) -> Overlay | None:
        """Return the overlay of a run; None, and a warning, where its font is missing."""
        if self._case_number is None:
            return None
        self.warning = "" if has_font() else NO_FONT
        if self.warning:
            log.warning("recorder.warning", code=self.warning)
            return None
        enrolment = self._identity.court()[0]
        words = Words(self._identity.officer.number, enrolment.name)
        overlay = Overlay(words, FRAMES_PER_FRAGMENT)
        if (wanted := self._wanted) is not None:
            overlay.recording(0, self._case_number(wanted.operation))
        return overlay

    def _open_if_wanted(
        self, init: Init, held: PreEventBuffer, count: int, overlay: Overlay | None
    ) -> None:
        """Open the recording once it is wanted, and keep first what the buffer holds for it."""
        wanted = self._wanted
        if wanted is None or self._recording is not None:
            return
        taken = held.take(wanted.tapped_mono_ms or mono_ms())
        # A recording begins at zero, however long the camera had run before the tap.
        self._shift = first_time(init, taken[0][0]) if taken else 0
        if overlay is not None and self._case_number is not None:
            overlay.recording(count - len(taken), self._case_number(wanted.operation))
        why = Circumstances(wanted.operation, wanted.reason, self._camera.source, self._challenge())
        inits = {Rendition.FULL: init, **self._beside.inits}
        self._recording = Recording(self._identity, self._spool.footage, self._live, inits, why)
        opening = self._recording.opening
        log.info(
            "recording.opened", recording=opening.recording, counter=opening.counter,
            buffered=len(taken),
        )  # fmt: skip
        self._recording.keep_buffered(
            [(moved_back(init, piece, self._shift), moment) for piece, moment in taken]
        )
        self._opened.set()

    def _end(self) -> None:
        recording, self._recording = self._recording, None
        self.gop.end()
        if recording is not None:
            end_surely(recording)
        self._closed.set()

    def _moment(self, piece: Piece, frames: int, clock: MediaClock) -> Moment:
        now_mono, now_wall = mono_ms(), now_ms()
        taken = clock.taken_mono_ms(piece.media_start, piece.media_duration, now_mono)
        wall = self._camera.drawn_ms(frames)
        if wall is not None:
            taken = now_mono - max(0, now_wall - wall)
        else:
            wall = now_wall - (now_mono - taken)
        place, private = for_header(self._place.now()), self._privacy.closes(taken)
        return Moment(wall, max(0, taken), place, private=private)
