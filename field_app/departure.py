"""The pre-departure check: the device tests itself while whatever else it does goes on."""

from __future__ import annotations

import re
import subprocess
import threading
import time
from collections.abc import Callable

import ffmpeg
import msgspec
import structlog

from field_app.acts import Acts
from field_app.capture.camera import Camera, ffmpeg_program
from field_app.capture.command import PROFILES
from field_app.capture.preview import HEIGHT, WIDTH, Picture, Preview
from field_app.device.identity import Identity
from field_app.device.machine import battery_percent
from field_app.device.place import PlaceSource
from field_app.local_api.visit import DepartureNow, OperationArgs
from field_app.papers.glyphs import missing
from field_app.spool.spool import Spool
from field_app.sync.acks import REVOKED
from field_app.sync.session import CLOCK_OFF_MS, Session
from field_app.sync.uplink import Uplink
from schemas.field_api import OperationBrief
from schemas.problems import Kind, MzError
from schemas.recording_notes import Checked, CheckState, DepartureCheck
from schemas.records import FIELD_RECORD
from schemas.sign import sign_envelope
from schemas.time import mono_ms, now_ms

log = structlog.get_logger()
_PICTURE_SECONDS, _SOUND_SECONDS, _PATIENCE_SECONDS = 8.0, 2, 10
_LEAST_CONTRAST = 16
"""Of 255: a covered lens or a dead sensor gives less between its darkest and brightest point."""
_SILENT_DB = -60
_LOUDEST = re.compile(rb"max_volume: (-?\d+)")
_ENOUGH_MIN = 8 * 60
_LOW_PERCENT, _EMPTY_PERCENT = 50, 20


class Departures:
    """One check at a time; what it found is shown as it comes and kept as a signed record."""

    def __init__(
        self,
        identity: Identity,
        spool: Spool,
        session: Session,
        preview: Preview,
        camera: Camera,
        place: PlaceSource,
        uplink: Uplink,
        acts: Acts,
    ) -> None:
        self._identity, self._spool, self._session = identity, spool, session
        self._preview, self._camera, self._place = preview, camera, place
        self._uplink, self._acts = uplink, acts
        self._lock = threading.Lock()
        self.now: DepartureNow | None = None

    def begin(self, args: OperationArgs) -> None:
        """Begin to test; `device.not_enrolled`, `operation.unknown`, `check.already_running`."""
        self._identity.court()
        brief = self._session.operation(args.operation)
        with self._lock:
            if self.now is not None and not self.now.ended:
                raise MzError("check.already_running", Kind.CONFLICT)
            self.now = DepartureNow(args.operation, now_ms())
        threading.Thread(target=self._run, args=(brief, self.now), name="departure").start()

    def _run(self, brief: OperationBrief, now: DepartureNow) -> None:
        """Test one thing after the other; the record is kept whatever was found."""
        began, tests = mono_ms(), self._tests(brief)
        for what, test in tests.items():
            found = self._tested(what, test)
            if found is not None:
                now = self.now = msgspec.structs.replace(now, checked=[*now.checked, found])
        problem, took = "", mono_ms() - began
        try:
            kept = DepartureCheck(now.began_ms, took, now.checked)
            self._acts.departure(now.operation, kept)
            self._uplink.outbox.wake()
        except MzError as error:
            log.warning("departure.not_kept", code=error.code)
            problem = error.code
        self.now = msgspec.structs.replace(now, ended=True, problem=problem)

    def _tested(self, what: str, test: Callable[[], Checked | None]) -> Checked | None:
        try:
            return test()
        except MzError as error:
            return Checked(what, CheckState.BAD, code=error.code)
        except (OSError, subprocess.SubprocessError, ffmpeg.Error) as error:
            log.warning("departure.failed", what=what, reason=type(error).__name__)
            return Checked(what, CheckState.BAD, code="check.failed")

    def _tests(self, brief: OperationBrief) -> dict[str, Callable[[], Checked | None]]:
        return {
            "camera": self._see,
            "microphone": self._hear,
            "clock": self._clock,
            "space": self._space,
            "battery": _battery,
            "keys": self._keys,
            "papers": lambda: _papers(brief),
            "place": self._where,
            "link": self._link,
        }

    def _see(self) -> Checked:
        """Wait for a picture as the preview's watcher does: a recording may begin meanwhile."""
        self._camera.check()
        last = self._preview.after(0, 0)
        began, seen = time.monotonic(), last.serial if last else 0
        found = Checked("camera", CheckState.BAD, code="check.no_picture")
        with self._preview.watched():
            while (left := began + _PICTURE_SECONDS - time.monotonic()) > 0:
                picture = self._preview.after(seen, left)
                if picture is None:
                    break
                if _contrast(picture) >= _LEAST_CONTRAST:
                    waited = round((time.monotonic() - began) * 1000)
                    return Checked("camera", CheckState.GOOD, waited, "ms")
                seen = picture.serial
                found = Checked("camera", CheckState.WARN, code="check.dark")
        return found

    def _hear(self) -> Checked:
        """Listen with the microphone that a recording hears with."""
        heard = self._camera.inputs().audio.filter("volumedetect")
        listen = ffmpeg.output(heard, "pipe:", f="null", t=_SOUND_SECONDS)
        command = listen.global_args("-hide_banner", "-nostdin").compile(cmd=ffmpeg_program())
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, check=False,
            timeout=_PATIENCE_SECONDS,
        )  # fmt: skip
        loudest = _LOUDEST.search(done.stderr)
        if loudest is None:
            return Checked("microphone", CheckState.BAD, code="check.no_sound")
        level = int(loudest[1])
        if level < _SILENT_DB:
            return Checked("microphone", CheckState.WARN, level, "dB", "check.silent")
        return Checked("microphone", CheckState.GOOD, level, "dB")

    def _clock(self) -> Checked:
        ahead = self._session.clock_ahead_ms()
        if ahead is None:
            return Checked("clock", CheckState.WARN, code="check.clock_unknown")
        if abs(ahead) > CLOCK_OFF_MS:
            return Checked("clock", CheckState.BAD, ahead, "ms", "clock.off")
        return Checked("clock", CheckState.GOOD, ahead, "ms")

    def _space(self) -> Checked:
        """Reckon how long may be recorded at the rates of the encoder."""
        self._spool.check_room()
        rate = sum(each.video_rate + each.sound_rate for each in PROFILES.values())
        minutes = self._spool.room_bytes() * 8 // rate // 60
        if minutes < _ENOUGH_MIN:
            return Checked("space", CheckState.WARN, minutes, "min", "check.little_space")
        return Checked("space", CheckState.GOOD, minutes, "min")

    def _keys(self) -> Checked:
        """Sign with the device's key and check that by the certificate of the court."""
        if self._uplink.is_revoked():
            return Checked("keys", CheckState.BAD, code=REVOKED)
        signer, ring = self._identity.signer, self._identity.court()[1]
        ring.check(
            sign_envelope(signer, FIELD_RECORD, b"{}"), ring.certificate(signer.key).use, now_ms()
        )
        return Checked("keys", CheckState.GOOD)

    def _where(self) -> Checked:
        where = self._place.now()
        if where is None:
            return Checked("place", CheckState.WARN, code="check.no_place")
        return Checked("place", CheckState.GOOD, round(where.accuracy_m or 0), "m")

    def _link(self) -> Checked:
        if self._uplink.live.connected:
            return Checked("link", CheckState.GOOD)
        return Checked("link", CheckState.WARN, code="check.offline")


def _contrast(picture: Picture) -> int:
    """Return the span from the darkest to the brightest point of the picture's middle, where no
    bars are."""
    row = picture.planes[WIDTH * (HEIGHT // 4) : WIDTH * (HEIGHT * 3 // 4)]
    middle = [row[at] for at in range(0, len(row), 97) if WIDTH // 4 < at % WIDTH < WIDTH * 3 // 4]
    return max(middle) - min(middle)


def _battery() -> Checked | None:
    """Return nothing where there is no battery to empty."""
    percent = battery_percent()
    if percent is None:
        return None
    if percent >= _LOW_PERCENT:
        return Checked("battery", CheckState.GOOD, percent, "%")
    state = CheckState.BAD if percent < _EMPTY_PERCENT else CheckState.WARN
    return Checked("battery", state, percent, "%", "check.low_battery")


def _papers(brief: OperationBrief) -> Checked:
    """Tell whether the papers of the operation can be written here: case, parties, characters."""
    names = [name for _, name in brief.parties]
    if not brief.case_number or not names:
        return Checked("papers", CheckState.WARN, code="check.brief_incomplete")
    lacking = missing([brief.case_number, brief.title, brief.address, *names])
    if lacking:
        return Checked("papers", CheckState.WARN, len(lacking), "", "check.glyphs_missing")
    return Checked("papers", CheckState.GOOD, len(names), "")
