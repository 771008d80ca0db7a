"""Whatever a device's record says and lacks, the ledger holds its digest: packages verify by it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from command_center.cli.audit import check_records
from command_center.devices.contact import device_principal
from command_center.measures.service import accept_field_record
from command_center.platform.journal import EntryRow
from schemas.ids import new_id
from schemas.recording_notes import (
    DepartureCheck,
    Noticed,
    NoticedKind,
    PlannedSilence,
    RecordingAssigned,
    SilenceReason,
)
from schemas.records import IntegrityValue, Sos, SosCause, StoodBeside
from tests.integration.centre.court import Court

AT_MS = 1_773_297_000_000
SILENCE = PlannedSilence(new_id(), AT_MS, AT_MS + 60_000, SilenceReason.NO_SIGNAL)
ALARM = new_id()
RAISED = Sos(ALARM, AT_MS, SosCause.BUTTON, True, None, None)
CLOSED = Sos(ALARM, AT_MS, SosCause.BUTTON, True, None, None, closed_ms=AT_MS + 9_000)


@pytest.mark.parametrize(
    "bodies",
    [
        [SILENCE],
        [PlannedSilence("x", 0, 0, SilenceReason.OTHER)],
        [RAISED, CLOSED],
        [CLOSED, RAISED],
        [Sos("x", AT_MS, SosCause.KEYS, False, None, None)],
        [StoodBeside(AT_MS, AT_MS + 1)],
        [IntegrityValue(b"{}", "ab" * 32, [])],
        [DepartureCheck(AT_MS, 20_000, [])],
        [RecordingAssigned(new_id(), AT_MS)],
        [StoodBeside(5, 1)],
        [Noticed("x", NoticedKind.CLOCK_SET, AT_MS, -5_000)],
    ],
    ids=lambda bodies: " ".join(type(one).__name__ for one in bodies),
)
def test_u1_every_record_stands_in_the_ledger(court: Court, bodies: list[Any]) -> None:
    device, made = court.contacted()
    principal = court.database.read(device_principal, made.session)
    for body in bodies:
        envelope = device.record(court.seeded, body, court.clock())
        court.database.run(accept_field_record, principal, envelope)
        query = select(EntryRow.tag).where(EntryRow.digest == envelope.payload_sha256())
        assert (
            len(court.database.read(lambda uow, found=query: list(uow.session.scalars(found)))) == 1
        )
    assert court.database.read(check_records) == []
