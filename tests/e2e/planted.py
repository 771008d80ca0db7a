"""Devices whose footage was made beforehand, so that its gaps, places and private intervals are
known: enrolled over the wire, sent to the real relay in its archive lane."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterator

import msgspec
import requests
from websockets.sync.client import connect

from door.story.desk import Desk
from schemas.field_api import ContactReply, Enrolled
from schemas.ids import new_id
from schemas.records import FIELD_RECORD, FieldRecord, Sos, SosCause
from schemas.sign import sign_envelope
from schemas.stream import Lane, Publish, Welcome
from schemas.time import now_ms
from tests.e2e.court import Court
from tests.integration.centre.court import TestDevice
from tests.integration.relay.footage import Recorder
from tests.integration.relay.running import TestLane


class PlantedDevice:
    """One device of the demonstration's officer."""

    def __init__(self, court: Court, name: str) -> None:
        self._court, self._device, self._counter = court, TestDevice(), 0
        commander = Desk(court.url, "COMMANDER")
        commander.sign_in(*court.person("COMMANDER"))
        code = commander.enrolment_code(str(court.seeded["officer"]))
        wish = msgspec.structs.replace(self._device.enrolment(code), name=name)
        enrolled = self._post("enrol", wish)
        self._ingest = msgspec.json.decode(enrolled, type=Enrolled).ingest_public

    @property
    def id(self) -> str:
        """Return the device's id."""
        return self._device.id

    def _contact(self) -> ContactReply:
        return msgspec.json.decode(self._post("contact", self._device.hello()), type=ContactReply)

    def _post(self, path: str, message: msgspec.Struct, session: str = "") -> bytes:
        answer = requests.post(
            f"{self._court.url}/device/v1/{path}", data=msgspec.json.encode(message), timeout=20,
            headers={"Authorization": f"Bearer {session}"} if session else {},
        )  # fmt: skip
        assert answer.status_code == 200, answer.text
        return answer.content

    def record(self, missing: Collection[int] = (), **more: object) -> Recorder:
        """Send a whole recording of the day's operation, without some fragments."""
        self._counter += 1
        recorder = Recorder(
            self._device.id, self._device.signer, self._ingest, counter=self._counter,
            operation=self._court.operation, **more,  # type: ignore[arg-type]
        )  # fmt: skip
        contact = self._contact()
        with connect(f"{contact.relay.stream_url}/v1/stream", max_size=None) as connection:
            lane = TestLane(connection)
            lane.say(Publish(contact.ticket, Lane.ARCHIVE))
            lane.until(lambda message: isinstance(message, Welcome))
            lane.begin(recorder)
            kept = [number for number in range(len(recorder.frames)) if number not in missing]
            for number in kept:
                lane.send(recorder.frames[number])
                if number % 5 == 4:
                    lane.send(recorder.head(number))
            lane.send(recorder.head(len(recorder.frames) - 1, final=True))
            lane.wait_received(recorder, set(kept))
        return recorder

    @contextlib.contextmanager
    def live(self, *, fragments: int | None = None) -> Iterator[None]:
        """Hold the live lane open; with a recording that was opened, and its first fragments."""
        contact = self._contact()
        with connect(f"{contact.relay.stream_url}/v1/stream", max_size=None) as connection:
            lane = TestLane(connection)
            lane.say(Publish(contact.ticket, Lane.LIVE))
            lane.until(lambda message: isinstance(message, Welcome))
            if fragments is not None:
                self._counter += 1
                recorder = Recorder(
                    self._device.id, self._device.signer, self._ingest, counter=self._counter,
                    operation=self._court.operation,
                )  # fmt: skip
                lane.begin(recorder)
                lane.send(*recorder.frames[:fragments])
            yield

    def call_for_help(self) -> None:
        """Its officer asks for help, by the button."""
        at_ms, seeded = now_ms(), self._court.seeded
        record = FieldRecord(
            record=new_id(), device=self._device.id, officer=str(seeded["officer"]),
            operation=self._court.operation, case=self._court.case["id"], recorded_wall_ms=at_ms,
            recorded_mono_ms=1, boot="boot", app="test",
            body=Sos(new_id(), at_ms, SosCause.BUTTON, False), exhibits=[],
        )  # fmt: skip
        envelope = sign_envelope(self._device.signer, FIELD_RECORD, record)
        self._post("records", envelope, self._contact().session)
