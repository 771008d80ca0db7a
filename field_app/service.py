"""The capture service: owns camera, encoder, spool, keys and uploads; lives on without a window.

    python -m field_app.service --data DIR [--camera CAMERA] [--place PLACE]
                                [--resume] [--min-free-bytes N] [--no-overlay]
                                [--buffer-seconds N] [--arm-on-scene]
                                [--sound none|generated|pulse:EARPIECE[,LOUDSPEAKER]]
                                [--network auto|simulated:mobile|simulated:wifi]

Exit codes: 0 stopped as asked, 2 a coded error at the start (on standard error), 3 another
service owns the data folder.
"""

from __future__ import annotations

import fcntl
import logging
import os
import signal
import sys
import threading
from functools import partial
from pathlib import Path

import msgspec
import structlog

from field_app.acts import Acts
from field_app.awaited import Awaited
from field_app.beacon import Beacon
from field_app.capture.cameras import make_camera
from field_app.capture.privacy import Privacy
from field_app.capture.recorder import Recorder
from field_app.capture.recording import end_unfinished
from field_app.departure import Departures
from field_app.device.files import make_folder
from field_app.device.identity import Identity
from field_app.device.network import make_network
from field_app.device.pin import Pins
from field_app.device.places import make_place
from field_app.device.seconds import Seconds
from field_app.device.signals import Tones
from field_app.device.voice import Voice
from field_app.ending import Endings
from field_app.keys import Keys
from field_app.local_api.acts import StepArgs
from field_app.local_server import LocalServer
from field_app.noticing import Noticing
from field_app.opening import Openings
from field_app.overview import Overview
from field_app.papers.printing import Printers
from field_app.papers.scene import Papers
from field_app.replay import Replay
from field_app.second import SecondOfficer
from field_app.settings import Settings, read_settings
from field_app.spool.spool import Spool
from field_app.sync.acks import REVOKED
from field_app.sync.session import Session
from field_app.sync.silence import Silence
from field_app.sync.uplink import Uplink
from field_app.talk.memo import Memo
from field_app.talk.sound import Sound, make_sound
from field_app.tether.road import asker
from field_app.verbs import Verbs
from field_app.whereabouts import Whereabouts
from schemas.field_api import Presence
from schemas.problems import Kind, MzError
from schemas.records import Step
from schemas.stream import Route

log = structlog.get_logger()
LOCK_NAME = "service.lock"


def own(folder: Path) -> int:
    """Take the folder for this process; return the lock's descriptor, `service.already_running`."""
    descriptor = os.open(make_folder(folder) / LOCK_NAME, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        raise MzError("service.already_running", Kind.CONFLICT, str(folder)) from error
    return descriptor


class StopSign:
    """Asked for by a signal or from any thread, waited for by the main one.

    A pipe and no `threading.Event`: a signal that comes while the main thread is inside
    `Event.wait` would find the event's own lock taken, for ever. The signal itself writes to the
    pipe, because a handler in Python runs only once the main thread wakes.
    """

    def __init__(self) -> None:
        """Take SIGTERM and SIGINT from now on."""
        self._reader, self._writer = os.pipe()
        os.set_blocking(self._writer, False)
        signal.set_wakeup_fd(self._writer, warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: None)

    def ask(self) -> None:
        """Ask to stop; repeating it is safe."""
        os.write(self._writer, b"\0")

    def wait(self) -> None:
        """Return when somebody asked."""
        os.read(self._reader, 1)


class Service:
    """Wires the rooms together; nothing else."""

    def __init__(self, settings: Settings) -> None:
        """Open keys and spool and listen; end what a killed service left unfinished."""
        self.stop = StopSign()
        self._settings = settings
        camera, place = make_camera(settings.camera), make_place(settings.place)
        self._identity = Identity(settings.data / "device")
        self._spool = Spool(settings.data, self._identity.storage_key, settings.min_free_bytes)
        session = Session(self._spool.facts, asker(self._identity))
        privacy, silence = Privacy(self._spool.facts), Silence(self._spool.facts)
        self._left = end_unfinished(self._identity, self._spool.footage)
        for name in self._left:
            log.warning("recording.ended_after_restart", recording=name)
        sound = make_sound(settings.sound)
        self._voice = Voice(sound.aloud)
        self._uplink = Uplink(
            self._identity, self._spool, session, self._present, sound, self._recorded_operation,
            privacy.interval, make_network(settings.network),
        )  # fmt: skip
        self._recorder = Recorder(
            self._identity, self._spool, camera, place, self._uplink.live, privacy,
            session.challenge, session.case_number if settings.overlay else None,
            settings.buffer_seconds,
        )  # fmt: skip
        self._uplink.when_revoked(partial(self._recorder.halt, REVOKED))
        self._uplink.orders.on_record = self._record_with_crew
        seconds = Seconds(self._spool.facts)
        awaited = Awaited(self._spool, seconds)
        acts = Acts(
            self._identity, self._spool, session, self._recorder, privacy, silence, place, awaited
        )
        pins = Pins(self._spool.facts)
        self._uplink.contact.on_other_holder = pins.forget
        self._beacon = Beacon(
            self._spool.facts, pins, acts, session, place, self._recorded_operation,
            self._uplink.outbox.wake,
        )  # fmt: skip
        departures = Departures(
            self._identity, self._spool, session, self._recorder.preview, camera, place,
            self._uplink, acts,
        )  # fmt: skip
        self._whereabouts = Whereabouts(
            self._spool.facts, acts, session, place, self._arrived_by_position
        )
        self._noticing = Noticing(
            self._recorded_for, acts, session, place, self._whereabouts, self._uplink.outbox.wake
        )
        self._overview = Overview(
            self._identity, self._spool, camera, place, self._recorder, privacy, silence,
            session, self._uplink, self._beacon, pins, departures,
            self._whereabouts, self._noticing, awaited, self._voice,
        )  # fmt: skip
        second = SecondOfficer(self._identity, seconds, awaited, acts, self._spool.outbox, session)
        openings = Openings(
            self._identity, self._spool, session, self._recorder, place, seconds, acts
        )
        verbs = self._verbs(session, acts, departures, sound, openings, second)
        self._server = LocalServer(
            settings.data, verbs.handle, self._overview.status, self._recorder.preview,
            Replay(self._spool.footage, self._spool.outbox, sound.outputs.get(Route.EARPIECE)),
        )  # fmt: skip

    def _verbs(
        self, session: Session, acts: Acts, departures: Departures, sound: Sound,
        openings: Openings, second: SecondOfficer,
    ) -> Verbs:  # fmt: skip
        """Return what the window may ask for."""
        printers = Printers(self._settings.data / "papers", self._settings.receipt_printers)
        papers = Papers(self._identity, self._spool, session, printers, self._voice)
        signals = Tones(sound.outputs.get(Route.EARPIECE))
        keys = Keys(self._recorder, acts, self._overview, signals)
        ending = Endings(self._identity, self._spool, session, acts)
        return Verbs(
            self._identity, self._spool, self._recorder, self._overview, acts, papers,
            Memo(sound), self._uplink,
            self._beacon, keys, ending, departures, openings, second, self.stop.ask, self._at_step,
        )  # fmt: skip

    def _present(self) -> Presence:
        return self._overview.presence()

    def _recorded_operation(self) -> str | None:
        return self._overview.presence().operation

    def _recorded_for(self) -> tuple[str, str] | None:
        recording = self._recorder.recording
        operation = self._recorded_operation() if recording else None
        return (recording, operation) if recording and operation else None

    def _record_with_crew(self, operation: str) -> bool:
        """Record because an officer of the crew started for all; return whether it records."""
        return self._record_by_itself(operation, "crew_started")

    def _record_by_itself(self, operation: str, reason: str) -> bool:
        try:
            if not self._uplink.is_revoked():
                self._recorder.start(operation, reason)
        except MzError as error:
            if error.code != "recording.already_running":
                log.warning("recording.not_started", code=error.code)
                return False
        return self._recorder.recording is not None

    def _arrived_by_position(self, done: StepArgs) -> None:
        self._uplink.outbox.wake()
        self._at_step(done)

    def _at_step(self, done: StepArgs) -> None:
        """In a major case record from the arrival on (S-05); else fill the pre-event buffer while
        the crew is at the scene, if the settings say so."""
        step = done.step
        self._whereabouts.at_step(done)
        if step is Step.ON_SCENE and self._is_major(done.operation):
            by_itself = (done.operation, "major_case")
            threading.Thread(target=self._record_by_itself, args=by_itself, name="major").start()
        elif self._settings.arm_on_scene and step in (Step.ON_SCENE, Step.WITHDRAWN):
            name = "arm" if step is Step.ON_SCENE else "disarm"
            threading.Thread(target=self._arm_or_disarm, args=(step,), name=name).start()

    def _is_major(self, operation: str) -> bool:
        briefs = self._overview.status().operations
        return any(one.operation == operation and one.major_case for one in briefs)

    def _arm_or_disarm(self, step: Step) -> None:
        try:
            if step is Step.WITHDRAWN:
                self._recorder.disarm()
            elif not self._uplink.is_revoked():
                self._recorder.arm()
        except MzError as error:
            log.warning("recorder.not_armed", code=error.code)

    def run(self) -> None:
        """Serve until asked to stop; then stop recording with its final head and go."""
        self._uplink.start()
        self._beacon.start()
        self._whereabouts.start()
        self._noticing.start()
        self._recorder.viewfinder.start()
        self._server.start()
        log.info("service.ready", device=self._identity.device)
        if self._settings.resume and self._left:
            self._resume()
        self.stop.wait()
        self._voice.stop()
        self._beacon.stop()
        self._beacon.join()
        for watch in (self._noticing, self._whereabouts):
            watch.stop()
            watch.join()
        if self._recorder.recording is not None:
            self._recorder.stop("service_stopped")
        self._recorder.disarm()
        self._recorder.viewfinder.stop()
        self._server.stop()
        self._uplink.stop()
        self._spool.close()
        log.info("service.stopped")

    def _resume(self) -> None:
        operation = self._spool.footage.recording(self._left[-1]).opening.operation
        try:
            self._recorder.start(operation, "service_restarted")
        except MzError as error:
            log.error("recording.not_resumed", code=error.code)


def set_up_logs() -> None:
    """Write one JSON object a line to standard error: ids only."""
    structlog.configure(
        processors=[
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.add_log_level,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
    )


def main() -> int:
    """Run the service; return its exit code."""
    settings = read_settings(sys.argv[1:])
    set_up_logs()
    try:
        own(settings.data)
        service = Service(settings)
    except MzError as error:
        problem = msgspec.json.encode({"problem": error.problem()}).decode()
        sys.stderr.write(problem + "\n")
        return 3 if error.code == "service.already_running" else 2
    service.run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
