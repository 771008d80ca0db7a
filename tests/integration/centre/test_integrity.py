"""An integrity value at the centre: what came of what it covers, what has not, what differs."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from command_center.devices.contact import device_principal
from command_center.footage.integrity import IntegrityView, values_of
from command_center.measures.service import accept_field_record
from schemas.ids import new_id
from schemas.integrity import ChainAt, IntegrityStatement, OtherDevice, RecordAt, short_code
from schemas.integrity import value_of as value
from schemas.media.fragment import Rendition
from schemas.media.head import Head, sign_head
from schemas.records import Attendee, IntegrityValue, Marker, MarkerKind, SignedHow
from tests.integration.centre.court import Court

AT_MS = 1_773_297_000_000
SIGNER = [Attendee("见证人", "温和平", True, SignedHow.SIGNED)]


class Scene:
    """A device that marked a moment, and what it states."""

    def __init__(self, court: Court) -> None:
        self.court = court
        self.device, made = court.contacted()
        self._who = court.database.read(device_principal, made.session)
        self.marker = self.send(Marker(AT_MS, MarkerKind.OTHER, ""))

    def send(self, body: Any) -> Any:
        envelope = self.device.record(self.court.seeded, body, self.court.clock())
        self.court.database.run(accept_field_record, self._who, envelope)
        return envelope

    def statement(self, **changes: Any) -> IntegrityStatement:
        record = msgspec.json.decode(self.marker.payload)["record"]
        stated = IntegrityStatement(
            self.court.seeded.operation, self.device.id, AT_MS, [],
            [RecordAt(record, "marker", self.marker.payload_sha256())], [],
            [OtherDevice(new_id(), "沈知夏", "", "现场没有出示")],
        )  # fmt: skip
        return msgspec.structs.replace(stated, **changes)

    def state(self, raw: bytes, people: list[Attendee] = SIGNER) -> IntegrityView:
        self.send(IntegrityValue(raw, "ab" * 32, people))
        return self.court.database.read(values_of, self.court.seeded.operation)[-1]

    def chain(self, signer: Any) -> ChainAt:
        recording = new_id()
        head = Head(Rendition.FULL, recording, 41, b"\7" * 32, AT_MS, 5_000)
        return ChainAt(recording, sign_head(head, signer), 44)


@pytest.fixture
def scene(court: Court) -> Scene:
    return Scene(court)


def test_u3_what_came_matches_and_what_has_not_come_is_awaited(scene: Scene) -> None:
    raw = msgspec.json.encode(scene.statement())
    view = scene.state(raw)
    assert (view.code, view.awaited, view.differs, view.readable) == (
        short_code(value(raw)), 0, (), True,
    )  # fmt: skip
    assert view.others[0].name == "沈知夏"
    chain = scene.chain(scene.device.signer)
    view = scene.state(msgspec.json.encode(scene.statement(chains=[chain], pages=["cd" * 32])))
    assert (view.awaited, view.tail, view.differs) == (2, 3, ())


def test_u3_another_record_or_a_head_of_another_key_is_told(scene: Scene) -> None:
    record = scene.statement().records[0]
    other = msgspec.structs.replace(record, sha256="00" * 32)
    view = scene.state(msgspec.json.encode(scene.statement(records=[other])))
    assert view.differs == (record.record,)
    stranger = type(scene.device.signer).generate()
    chain = scene.chain(stranger)
    view = scene.state(msgspec.json.encode(scene.statement(chains=[chain])))
    assert view.differs == (chain.recording,)
    view = scene.state(b"{}")
    assert not view.readable


def test_u3_a_code_of_another_device_waits_for_its_own_record(scene: Scene) -> None:
    other = OtherDevice(new_id(), "沈知夏", "9F3A7C21E04BD518")
    view = scene.state(msgspec.json.encode(scene.statement(others=[other])))
    assert view.awaited == 1
