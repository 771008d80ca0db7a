"""The continuity proof (U1): devices, explained gaps, counters, clocks, and the archive's delay."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import pytest
from sqlalchemy import select

from command_center.access.permissions import Role
from command_center.devices.contact import contact, device_principal
from command_center.footage.bundle import request_bundle
from command_center.footage.delay import TARGET_MS, DelayWatch
from command_center.footage.feed import apply_page
from command_center.footage.proof import footage_of_operation
from command_center.footage.views import OperationFootage
from command_center.ledger.service import sequence_entries
from command_center.measures.service import accept_field_record
from command_center.platform.event_log import EventRow
from command_center.platform.uow import UnitOfWork
from schemas import feed
from schemas.bundle import FACTS, BundleFacts, BundleRequest, UnseenCounters
from schemas.recording_notes import DeviceData, FaultCause, FaultNote, RecorderReason
from schemas.records import Body, ExhibitRef, Step
from schemas.sign import Envelope, decode_payload
from tests.integration.centre.court import Court, TestDevice
from tests.integration.centre.test_footage import T0, TestRelay


def _session(uow: UnitOfWork, device: TestDevice) -> str:
    return contact(uow, device.hello()).session


class Scene:
    """Arrival at 1 s, withdrawal at 21 s; the first device shows 0-4 s and 6-8 s."""

    def __init__(self, court: Court) -> None:
        self.court = court
        self.device, _ = court.enrolled()
        made = court.database.run(_session, self.device)
        self.principal = court.database.read(device_principal, made)
        for step, at_ms in ((Step.ON_SCENE, T0 + 1_000), (Step.WITHDRAWN, T0 + 21_000)):
            envelope = self.device.step(court.seeded, step, at_ms)
            court.database.run(accept_field_record, self.principal, envelope)
        self.relay = TestRelay(court, self.device)
        opened = self.relay.opened(court.seeded.operation, counter=3)
        self.apply(opened, self.relay.archived(0, 19), self.relay.archived(30, 39))

    def apply(self, *items: feed.FeedItem) -> None:
        page = self.relay.page(*items)
        self.court.database.run(apply_page, page)

    def say(self, body: Body, at_ms: int, exhibits: Sequence[ExhibitRef] = ()) -> None:
        envelope = self.device.record(self.court.seeded, body, at_ms, exhibits=exhibits)
        self.court.database.run(accept_field_record, self.principal, envelope)

    def note(self, start: int, end: int) -> None:
        data = DeviceData("test", 4, None, None, True)
        cause = FaultCause.BATTERY
        body = FaultNote(self.device.id, T0 + start, T0 + end, cause, "更换电池", data)
        self.say(body, T0 + 30_000)

    def second(self) -> TestRelay:
        """A second device shows 5-12 s."""
        device = self.court.enrolled()[0]
        relay = TestRelay(self.court, device)
        relay.seq = self.relay.seq
        items = [relay.opened(self.court.seeded.operation), relay.archived(25, 59)]
        self.court.database.run(apply_page, relay.page(*items))
        self.relay.seq = relay.seq
        return relay

    def footage(self) -> OperationFootage:
        duty, operation = self.court.staff(Role.DUTY_OFFICER), self.court.seeded.operation
        found: OperationFootage = self.court.database.read(footage_of_operation, duty, operation)
        return found


@pytest.fixture
def scene(court: Court) -> Scene:
    return Scene(court)


def _from_t0(intervals: object) -> list[tuple[int, int]]:
    return [(one.start_ms - T0, one.end_ms - T0) for one in intervals]  # type: ignore[attr-defined]


def test_u1_two_devices_are_proven_each_and_merged(scene: Scene) -> None:
    scene.second()
    found = scene.footage()
    assert found.continuity is not None
    assert _from_t0(found.continuity.recorded) == [(1_000, 4_000), (5_000, 12_000)]
    assert _from_t0(found.continuity.missing) == [(4_000, 5_000), (12_000, 21_000)]
    alone = {one.device: one.continuity for one in found.devices}
    assert _from_t0(alone[scene.device.id].recorded) == [(1_000, 4_000), (6_000, 8_000)]


def test_u1_a_note_explains_one_device_and_the_gap_of_all(scene: Scene) -> None:
    relay = scene.second()
    scene.note(4_000, 6_000)
    scene.note(12_000, 21_000)
    found = scene.footage()
    assert found.continuity is not None
    assert found.continuity.missing == ()
    assert _from_t0(found.continuity.explained) == [(4_000, 5_000), (12_000, 21_000)]
    assert found.continuity.recorded_ms == 10_000
    fault = found.continuity.explained[0].fault
    assert (fault.text, fault.data.battery_percent, fault.late) == ("更换电池", 4, False)
    alone = {one.device: one.continuity for one in found.devices}
    assert _from_t0(alone[scene.device.id].explained)[0] == (4_000, 6_000)
    assert alone[relay.device.id].explained == ()


def test_counters_of_which_no_recording_came_and_a_clock_set_back_are_told(scene: Scene) -> None:
    late = scene.relay.archived(40, 49)
    moved = [(1, [feed.SpanHeld(40, 49, T0 - 50_000, T0 - 48_000)])]
    scene.apply(msgspec.structs.replace(late, spans=moved))
    found = scene.footage()
    assert found.devices[0].unseen == ((1, 2),)
    assert [(jump.number, jump.moved_ms) for jump in found.jumps] == [(40, -58_000)]


def test_facts_of_a_bundle_name_who_presides_and_what_never_came(scene: Scene) -> None:
    scene.say(RecorderReason("另一台送修"), T0 + 2_000)
    while scene.court.database.run(sequence_entries):
        pass
    duty, operation = scene.court.staff(Role.DUTY_OFFICER), scene.court.seeded.operation
    made = scene.court.database.run(request_bundle, duty, operation)
    request = msgspec.json.decode(made.request, type=BundleRequest)
    envelope = msgspec.json.decode(request.files["facts.json"], type=Envelope)
    facts = decode_payload(envelope, FACTS, BundleFacts)
    assert facts.presiding == [scene.court.seeded.officer]
    assert facts.unseen == [UnseenCounters(scene.device.id, 1, 2)]
    assert scene.footage().reasons == ("另一台送修",)


def _told(court: Court) -> list[str]:
    query = select(EventRow.type).where(EventRow.type.in_(("ArchiveLate", "ArchiveCaughtUp")))
    return court.database.read(lambda uow: list(uow.session.scalars(query.order_by(EventRow.seq))))


def test_v_04_footage_that_waits_beyond_the_target_is_alarmed_once_until_it_moves(
    scene: Scene,
) -> None:
    court = scene.court
    watch = DelayWatch(court.database)
    scene.apply(scene.relay.received(0, 99))
    assert scene.footage().waiting_ms == (100 - 30) * 200
    court.database.run(watch.look)
    court.clock.ahead_ms += TARGET_MS - 1_000
    court.database.run(watch.look)
    assert _told(court) == []
    court.clock.ahead_ms += 2_000
    for _ in range(3):
        court.database.run(watch.look)
    assert _told(court) == ["ArchiveLate"]
    scene.apply(scene.relay.archived(20, 29), scene.relay.archived(40, 99))
    court.database.run(watch.look)
    court.database.run(watch.look)
    assert _told(court) == ["ArchiveLate", "ArchiveCaughtUp"]
    assert scene.footage().waiting_ms == 0
