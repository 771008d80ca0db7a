"""What a screen shows: the status of recorder, spool, lanes and contact in one struct."""

from __future__ import annotations

from field_app.beacon import Beacon
from field_app.capture.camera import Camera
from field_app.capture.privacy import Privacy
from field_app.capture.recorder import Recorder
from field_app.device.identity import Identity
from field_app.device.machine import battery_percent
from field_app.device.pin import Pins
from field_app.device.place import PlaceSource
from field_app.local_api import RecordingStatus, Status
from field_app.spool.spool import Spool
from field_app.sync.session import Session
from field_app.sync.silence import Silence
from field_app.sync.uplink import Uplink
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
    ) -> None:
        self._identity, self._spool, self._camera = identity, spool, camera
        self._place, self._recorder, self._session = place, recorder, session
        self._privacy, self._silence, self._uplink = privacy, silence, uplink
        self._beacon, self._pins = beacon, pins

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
            recording=recording, operation=kept.opening.operation,
            started_wall_ms=kept.opening.opened_wall_ms, ended=kept.ended,
            recorded=tally.recorded, received=tally.received, archived=tally.archived,
            archived_to_ms=tally.archived_to_ms,
        )  # fmt: skip

    def alarm(self) -> str:
        """Return the most pressing alarm as a code, or nothing."""
        alarm = self._recorder.alarm or self._uplink.acks.alarm or self._uplink.contact.alarm
        return alarm or self._recorder.warning

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
            officer=answer.officer if answer else None,
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
            guard_until_ms=self._beacon.guard_until_ms,
            pin_set=self._pins.is_set,
            talk=self._uplink.talk.status(),
        )

    def presence(self) -> Presence:
        """Return what the desk's wall shows of this device."""
        where, current = self._place.now(), self._recorder.recording
        fragments, size = self._spool.footage.tally.backlog()
        link = self.link()
        return Presence(
            device=self._identity.device,
            operation=(
                self._spool.footage.recording(current).opening.operation if current else None
            ),
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
            mock=where is not None and where.mock,
        )
