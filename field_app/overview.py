"""What a screen shows: the status of recorder, spool, lanes and contact in one struct."""

from __future__ import annotations

import time

from field_app.awaited import Awaited
from field_app.beacon import Beacon
from field_app.capture.camera import Camera
from field_app.capture.privacy import Privacy
from field_app.capture.recorder import Recorder
from field_app.departure import Departures
from field_app.device.forecast import Forecast, Reading
from field_app.device.identity import Identity
from field_app.device.machine import battery_percent, temperature_c
from field_app.device.pin import Pins
from field_app.device.place import PlaceSource
from field_app.device.voice import Voice
from field_app.local_api.recording import RecordingStatus
from field_app.local_api.status import Status
from field_app.local_api.tether import TetherNow
from field_app.noticing import Noticing
from field_app.spool.spool import Spool
from field_app.sync.drain import Drain
from field_app.sync.session import CLOCK_OFF_MS, Session
from field_app.sync.silence import Silence
from field_app.sync.uplink import Uplink
from field_app.whereabouts import Whereabouts
from schemas.field_api import Presence
from schemas.time import now_ms

_RECENT = 10


class Overview:
    """Reads everything, changes nothing."""

    def __init__(
        self,
        identity: Identity,
        spool: Spool,
        camera: Camera,
        place: PlaceSource,
        recorder: Recorder,
        privacy: Privacy,
        silence: Silence,
        session: Session,
        uplink: Uplink,
        beacon: Beacon,
        pins: Pins,
        departures: Departures,
        whereabouts: Whereabouts,
        noticing: Noticing,
        awaited: Awaited,
        voice: Voice,
    ) -> None:
        self._identity, self._spool, self._camera = identity, spool, camera
        self._place, self._recorder, self._session = place, recorder, session
        self._privacy, self._silence, self._uplink = privacy, silence, uplink
        self._beacon, self._pins, self._departures = beacon, pins, departures
        self._whereabouts, self._noticing = whereabouts, noticing
        self._awaited, self._voice = awaited, voice
        self._drain, self._forecast = Drain(), Forecast(self._read_machine)

    def link(self) -> str:
        """Return "none" (not enrolled), "lost", "thin" or "good"."""
        live = self._uplink.live
        if self._identity.enrolment is None:
            return "none"
        if not live.connected:
            return "lost"
        return "thin" if live.is_thin() else "good"

    def recording_status(self, recording: str) -> RecordingStatus:
        """Return one recording by the counts of the spool."""
        kept, counts = self._spool.footage.recording(recording), self._spool.footage.tally
        tally = counts.of(recording)
        return RecordingStatus(
            recording=recording, operation=self._spool.assigned.operation(recording),
            started_wall_ms=kept.opening.opened_wall_ms, ended=kept.ended,
            recorded=tally.recorded, received=tally.received, archived=tally.archived,
            archived_to_ms=tally.archived_to_ms,
        )  # fmt: skip

    def alarm(self) -> str:
        """Return the most pressing alarm as a code, or nothing."""
        alarm = self._recorder.alarm or self._uplink.acks.alarm or self._uplink.contact.alarm
        return alarm or self._recorder.warning or self._clock_warning() or self._noticing.warning

    def _clock_warning(self) -> str:
        """Return that the clock is off, or nothing: times in records are this device's."""
        return "clock.off" if abs(self._session.clock_ahead_ms() or 0) > CLOCK_OFF_MS else ""

    def _tether(self) -> TetherNow:
        road, door = self._session.road, self._uplink.tether
        return TetherNow(road.carrier, road.is_carried, door.address, door.carried_bytes)

    def _read_machine(self) -> Reading:
        return Reading(battery_percent(), self._spool.room_bytes(), temperature_c())

    def status(self) -> Status:
        """Return everything a screen shows."""
        enrolment = self._identity.enrolment
        answer = enrolment.enrolled if enrolment else None
        where, current = self._place.now(), self._recorder.recording
        fragments, size = self._spool.footage.tally.backlog()
        names = list(self._spool.footage.tally.all())
        private, silence = self._privacy.running, self._silence.planned
        sos = self._beacon.raised
        return Status(
            enrolled=answer is not None,
            device=self._identity.device,
            device_name=enrolment.name if enrolment else "",
            court=answer.court if answer else "",
            officer=self._identity.holder,
            centre_url=enrolment.centre_url if enrolment else "",
            link=self.link(),
            last_contact_ms=self._session.contact_ms,
            operations=self._session.operations(),
            orders=self._spool.orders.all(),
            recording=self.recording_status(current) if current else None,
            recent=[self.recording_status(name) for name in reversed(names[-_RECENT:])],
            backlog_fragments=fragments,
            backlog_bytes=size,
            outbox_waiting=self._spool.outbox.count_waiting(),
            watchers=self._uplink.acks.watchers,
            lat=where.lat if where else None,
            lon=where.lon if where else None,
            accuracy_m=where.accuracy_m if where else None,
            free_bytes=self._spool.free_bytes() // 2**20 * 2**20,
            disk_refusal=self._spool.refusal(),
            alarm=self.alarm(),
            armed=self._recorder.armed,
            buffer_seconds=self._recorder.buffer_seconds,
            camera_clock=self._camera.clock(),
            private_since_ms=private.from_ms if private else None,
            private_reason=private.reason if private else "",
            silent_until_ms=silence.plan.until_ms if silence else None,
            sos_since_ms=sos.raised_ms if sos else None,
            sos_told=sos is not None and sos.told,
            sos_left_ms=self._beacon.left_ms(),
            guard_until_ms=self._beacon.guard_until_ms,
            pin_set=self._pins.is_set,
            pin_wait_s=self._pins.wait_s,
            talk=self._uplink.talk.status(),
            footage_by=self._uplink.policy.footage_by,
            footage_held=self._uplink.policy.is_held(),
            sending_bytes_a_second=round(self._uplink.live.bytes_a_second()),
            drain_s=self._drain.seconds(time.monotonic(), size),
            clock_ahead_ms=self._session.clock_ahead_ms(),
            revoked=self._uplink.is_revoked(),
            phone=self._session.phone,
            departure=self._departures.now,
            sites=self._whereabouts.now(),
            place_simulated=where is not None and where.mock,
            tether=self._tether(),
            seconds_awaited=self._awaited.all(),
            crews_asked=self._spool.asked.all(),
            refused=self._spool.outbox.refused(),
            may_read_aloud=self._voice.is_able,
            read_line=self._voice.line,
            **self._forecast.look(time.monotonic())._asdict(),
        )

    def presence(self) -> Presence:
        """Return what the desk's wall shows of this device."""
        where, current = self._place.now(), self._recorder.recording
        fragments, size = self._spool.footage.tally.backlog()
        link, outlook = self.link(), self._forecast.look(time.monotonic())
        return Presence(
            device=self._identity.device,
            operation=(self._spool.assigned.operation(current) if current else None),
            at_ms=now_ms(),
            lat=where.lat if where else None,
            lon=where.lon if where else None,
            accuracy_m=where.accuracy_m if where else None,
            battery_percent=battery_percent(),
            link="lost" if link == "none" else link,
            backlog_fragments=fragments,
            backlog_bytes=size,
            recording=current,
            rendition=int(self._uplink.live.rendition),
            drain_s=self._drain.seconds(time.monotonic(), size),
            mock=where is not None and where.mock,
            battery_left_s=outlook.battery_left_s,
            storage_left_s=outlook.storage_left_s,
            hot_left_s=outlook.hot_left_s,
        )
