"""Recordings that no device can assign any more get their operation by hand, with a reason."""

from __future__ import annotations

import msgspec
import pytest
from sqlalchemy import select

from command_center.access.permissions import Role
from command_center.cases.log import case_log
from command_center.desk.refilling import forms_of
from command_center.footage.feed import apply_page
from command_center.footage.placing import may_be_placed, place_by_hand, placed_by
from command_center.footage.proof import recordings_of
from command_center.platform.journal import EntryRow
from schemas.ids import new_id
from schemas.problems import MzError
from tests.integration.centre.court import Court
from tests.integration.centre.running import Centre
from tests.integration.centre.test_footage import TestRelay
from tests.integration.centre.test_imports import announced
from tests.integration.centre.test_proof_pages import Reader

WHY = "记录仪离线，导入时漏选行动"


def brought(court: Court) -> str:
    """A file that was brought without an operation, and whose recording is known."""
    device, _ = court.contacted()
    relay = TestRelay(court, device)
    relay.recording = announced(court)
    court.database.run(apply_page, relay.page(relay.opened(None)))
    return relay.recording


def place(court: Court, recording: str, operation: str = "", reason: str = WHY,
          role: Role = Role.CLERK) -> None:  # fmt: skip
    to = operation or court.seeded.operation
    court.database.run(place_by_hand, court.staff(role), recording, to, reason)


def test_s66_a_brought_file_is_given_its_operation_once_and_the_log_says_who_and_why(
    court: Court,
) -> None:
    recording, clerk = brought(court), court.staff(Role.CLERK)
    assert court.database.read(may_be_placed, clerk, recording)
    place(court, recording)
    mine = court.database.read(recordings_of, court.seeded.operation)
    assert [row.id for row in mine] == [recording]
    placed = court.database.read(placed_by, recording)
    assert placed is not None
    assert (placed.by, placed.reason) == (clerk.name, WHY)
    lines = court.database.read(case_log, court.seeded.cases[0].id)
    (line,) = [one for one in lines if one.recording == recording]
    assert WHY in line.text
    assert line.officers == clerk.name
    tags = select(EntryRow.tag).where(EntryRow.subject == recording)
    found = court.database.read(lambda uow: list(uow.session.scalars(tags)))
    assert found.count("recording:operation:placed") == 1
    assert not court.database.read(may_be_placed, clerk, recording)
    with pytest.raises(MzError, match=r"recording\.already_assigned"):
        place(court, recording)


def test_s66_footage_out_of_the_quarantine_is_given_its_operation_too(court: Court) -> None:
    device, _ = court.contacted()
    relay = TestRelay(court, device)
    taken = msgspec.structs.replace(relay.opened(None), quarantined=True)
    court.database.run(apply_page, relay.page(taken))
    place(court, relay.recording, reason="与出警记录核对无误")
    assert court.database.read(placed_by, relay.recording) is not None


def test_what_its_officer_assigns_is_placed_by_nobody_else(court: Court) -> None:
    device, _ = court.contacted()
    relay = TestRelay(court, device)
    court.database.run(apply_page, relay.page(relay.opened(None)))
    assert not court.database.read(may_be_placed, court.staff(Role.CLERK), relay.recording)
    with pytest.raises(MzError, match=r"recording\.officer_assigns"):
        place(court, relay.recording)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"reason": "漏选"}, r"recording\.no_reason"),
        ({"reason": "\0\n  "}, r"recording\.no_reason"),
        ({"operation": new_id()}, r"operation\.unknown"),
        ({"operation": "\0"}, r"operation\.unknown"),
        ({"role": Role.AUDITOR}, r"access\.refused"),
    ],
)
def test_what_is_wrong_changes_nothing(
    sqlite_court: Court, given: dict[str, str], code: str
) -> None:
    recording = brought(sqlite_court)
    with pytest.raises(MzError, match=code):
        place(sqlite_court, recording, **given)  # type: ignore[arg-type]
    with pytest.raises(MzError, match=r"recording\.unknown"):
        place(sqlite_court, "\0")
    assert sqlite_court.database.read(placed_by, recording) is None
    assert sqlite_court.database.read(recordings_of, sqlite_court.seeded.operation) == []


def test_s66_the_page_offers_the_operations_of_the_days_around(sqlite_centre: Centre) -> None:
    court = sqlite_centre.court
    court.clock.ahead_ms = 0
    device, _ = court.contacted()
    relay = TestRelay(court, device)
    relay.recording = announced(court)
    court.database.run(apply_page, relay.page(relay.opened(None, at_ms=court.clock())))
    url = f"recordings/{relay.recording}"
    assert "place_recording" not in Reader(sqlite_centre, Role.AUDITOR).page(url)
    clerk = Reader(sqlite_centre, Role.CLERK)
    assert court.seeded.operation in clerk.page(url)
    short = clerk.post(f"{url}/operation", operation=court.seeded.operation, reason="漏选")
    assert (short.status_code, "recording.no_reason" in short.text) == (400, True)
    (form,) = (one for one in forms_of(short.text) if one.tag.get("action").endswith("/operation"))
    typed = next(one for one in form.controls if one.get("name") == "reason")
    assert (typed.get("value"), typed.get("aria-describedby")) == ("漏选", "refused")
    done = clerk.post(f"{url}/operation", operation=court.seeded.operation, reason=WHY)
    assert done.status_code == 200
    assert WHY in clerk.page(url)
    again = clerk.post(f"{url}/operation", operation=court.seeded.operation, reason=WHY)
    assert again.status_code == 409
