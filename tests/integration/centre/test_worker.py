"""The worker with a real relay beside it, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
import requests
from sqlalchemy import select

from command_center.access.permissions import Role
from command_center.cli.audit import run_audit
from command_center.devices.models import RelayOrderRow
from command_center.devices.service import revoke
from command_center.footage.feed import cursor_of
from command_center.ledger.service import any_waiting, newest_head
from command_center.platform.event_log import EventRow
from command_center.platform.uow import UnitOfWork
from schemas.problems import Problem
from tests.integration.centre.court import open_court
from tests.integration.centre.running import Centre, free_port
from tests.patience import eventually


@pytest.fixture(params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Centre]:
    """Relay and worker, no web process: they do not need it."""
    url = request.getfixturevalue("postgres_database") if request.param == "postgresql" else ""
    centre = Centre(open_court(tmp_path, url, free_port(), free_port(), free_port()))
    try:
        centre.start("media_relay.main")
        centre.start_worker()
        yield centre
    finally:
        centre.stop()


def _outcome(uow: UnitOfWork) -> str:
    return uow.session.scalars(select(RelayOrderRow.outcome)).first() or ""


def _events(uow: UnitOfWork) -> list[str]:
    return list(uow.session.scalars(select(EventRow.type)))


def test_entries_are_sequenced_and_a_revocation_reaches_the_relay(house: Centre) -> None:
    court = house.court
    eventually(lambda: court.database.read(newest_head) is not None)
    eventually(lambda: not court.database.read(any_waiting))
    eventually(lambda: court.database.read(cursor_of, "relay-1")[0])
    device, made = court.contacted()
    court.database.run(revoke, court.staff(Role.ADMIN), device.id, "遗失")
    assert eventually(lambda: court.database.read(_outcome)) == "done"
    answer = requests.put(
        f"{court.database.settings.relay.http_url}/v1/exhibits/{'0' * 64}",
        data=b"x",
        headers={"Authorization": f"Bearer {made.ticket}"},
        timeout=30,
    )
    assert msgspec.json.decode(answer.content, type=Problem).code == "device.revoked"
    eventually(lambda: not court.database.read(any_waiting))
    assert run_audit(court.database).findings == []


def test_a_relay_that_dies_is_told_of_and_noticed_when_it_is_back(house: Centre) -> None:
    court, relay = house.court, house.processes[0]
    eventually(lambda: court.database.read(cursor_of, "relay-1")[0])
    relay.kill()
    relay.wait()
    eventually(lambda: "RelaySilent" in court.database.read(_events))
    house.start("media_relay.main")
    eventually(lambda: "RelayBack" in court.database.read(_events))
    assert house.processes[1].poll() is None
