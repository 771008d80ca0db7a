"""A planned silence: no warning while it lasts, an alarm when nothing is heard afterwards."""

from __future__ import annotations

import msgspec
import pytest
from sqlalchemy import select

from command_center.devices.contact import contact, device_principal
from command_center.devices.service import device_connected
from command_center.devices.silence import MAX_SILENCE_MS, look, silent_devices, silent_until
from command_center.measures.service import accept_field_record
from command_center.platform.event_log import EventRow
from schemas.field_api import RecordReceipt
from schemas.ids import new_id
from schemas.recording_notes import PlannedSilence, SilenceReason
from tests.integration.centre.court import Court

MINUTE_MS = 60_000


class Visit:
    """A device on the air, and what the desk is told of it."""

    def __init__(self, court: Court) -> None:
        self.court = court
        self.device, made = court.contacted()
        self.principal = court.database.read(device_principal, made.session)
        self.air(True)

    def air(self, connected: bool) -> None:
        at_ms = self.court.clock()
        self.court.database.run(device_connected, self.device.id, connected, at_ms)

    def plan(self, minutes: int = 15, silence: str = "", **change: object) -> RecordReceipt:
        at_ms = self.court.clock()
        body = PlannedSilence(
            silence or new_id(), at_ms, at_ms + minutes * MINUTE_MS, SilenceReason.NO_SIGNAL
        )
        body = msgspec.structs.replace(body, **change)
        envelope = self.device.record(self.court.seeded, body, at_ms)
        receipt: RecordReceipt = self.court.database.run(
            accept_field_record, self.principal, envelope
        )
        return receipt

    def later(self, minutes: float) -> None:
        self.court.clock.ahead_ms += round(minutes * MINUTE_MS)
        self.court.database.run(look)

    def events(self) -> list[tuple[str, str]]:
        rows = select(EventRow.type, EventRow.level).order_by(EventRow.seq)
        found = self.court.database.read(lambda uow: uow.session.execute(rows).all())
        return [(kind, level) for kind, level in found]


@pytest.fixture
def visit(court: Court) -> Visit:
    return Visit(court)


def test_s03_going_off_the_air_as_planned_is_no_warning(visit: Visit) -> None:
    visit.air(False)
    assert visit.events()[-1] == ("DeviceDisconnected", "warn")
    visit.air(True)
    visit.plan()
    assert visit.events()[-1] == ("SilencePlanned", "info")
    visit.air(False)
    assert visit.events()[-1] == ("DeviceDisconnected", "info")
    visit.later(14)
    assert visit.events()[-1] == ("DeviceDisconnected", "info")
    assert visit.court.database.read(silent_devices) == {visit.device.id}


def test_s03_nothing_heard_when_the_time_is_up_is_one_alarm_until_it_is_back(
    visit: Visit,
) -> None:
    visit.plan()
    visit.air(False)
    visit.later(16)
    visit.later(1)
    assert visit.events()[-1] == ("SilenceOverdue", "alarm")
    assert visit.events().count(("SilenceOverdue", "alarm")) == 1
    visit.air(True)
    visit.later(1)
    assert visit.events()[-1] == ("SilenceEnded", "info")
    assert visit.court.database.read(silent_devices) == set()
    visit.air(False)
    assert visit.events()[-1] == ("DeviceDisconnected", "warn")


def test_s03_a_contact_over_a_link_without_a_stream_is_a_sign_of_life_too(visit: Visit) -> None:
    visit.plan()
    visit.air(False)
    visit.court.clock.ahead_ms += 16 * MINUTE_MS
    hello = visit.device.hello(visit.court.clock())
    visit.court.database.run(contact, hello)
    visit.later(0)
    assert visit.events()[-1] == ("SilenceEnded", "info")


def test_s03_it_is_taken_back_and_the_newest_plan_counts(visit: Visit) -> None:
    first = new_id()
    visit.plan(silence=first)
    visit.plan(minutes=30)
    until = visit.court.database.read(silent_until, [visit.device.id])[visit.device.id]
    assert 29 * MINUTE_MS < until - visit.court.clock() <= 30 * MINUTE_MS
    second = new_id()
    visit.plan(silence=second)
    visit.plan(minutes=0, silence=second)
    assert visit.events()[-1] == ("SilenceEnded", "info")
    assert visit.court.database.read(silent_devices) == set()


def test_s03_no_plan_reaches_beyond_four_hours(visit: Visit) -> None:
    visit.plan(minutes=60 * 24 * 365)
    until = visit.court.database.read(silent_until, [visit.device.id])[visit.device.id]
    assert until <= visit.court.clock() + MAX_SILENCE_MS


@pytest.mark.parametrize("change", [{"silence": "0"}, {"until_ms": 1}, {"from_ms": 2**62}])
def test_a_plan_that_is_none_is_kept_with_its_defect(
    sqlite_court: Court, change: dict[str, object]
) -> None:
    visit = Visit(sqlite_court)
    receipt = visit.plan(**change)
    assert [defect.code for defect in receipt.defects] == ["silence.no_interval"]
    assert sqlite_court.database.read(silent_devices) == set()
