"""One officer starts the crew: an order that their devices carry out by themselves."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from command_center.devices.contact import device_principal
from command_center.measures.service import accept_field_record
from command_center.operations.models import Crew
from command_center.operations.orders import CREW_START_MS, orders_for
from command_center.platform.event_log import EventRow
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.field_api import OrderAct, OrderState
from schemas.recording_notes import CrewStart
from tests.integration.centre.court import Court, TestDevice


@pytest.fixture
def sender(court: Court) -> tuple[TestDevice, Principal]:
    device, made = court.contacted()
    principal: Principal = court.database.read(device_principal, made.session)
    return device, principal


def _start(court: Court, sender: tuple[TestDevice, Principal], age_ms: int = 0) -> None:
    at_ms = court.clock() - age_ms
    envelope = sender[0].record(court.seeded, CrewStart(at_ms), at_ms)
    for _ in range(2):
        receipt = court.database.run(accept_field_record, sender[1], envelope)
        assert receipt.defects == []


def _crew(uow: UnitOfWork, court: Court) -> list[str]:
    query = select(Crew.staff).where(Crew.operation == court.seeded.operation)
    return list(uow.session.scalars(query))


def _events(court: Court) -> list[str]:
    rows = select(EventRow.type).order_by(EventRow.seq)
    found: list[str] = court.database.read(lambda uow: list(uow.session.scalars(rows)))
    return found


def test_s04_the_others_of_the_crew_are_told_once_and_the_officer_is_not(
    court: Court, sender: tuple[TestDevice, Principal]
) -> None:
    _start(court, sender)
    crew = court.database.read(_crew, court)
    others = [officer for officer in crew if officer != court.seeded.officer]
    assert len(others) >= 2
    for officer in others:
        (order,) = court.database.read(orders_for, officer, 0).orders
        assert (order.act, order.state) == (OrderAct.RECORD, OrderState.SENT)
        assert order.sender == sender[1].name
    assert court.database.read(orders_for, court.seeded.officer, 0).orders == []
    assert _events(court).count("OrderSent") == 1


def test_s04_a_word_that_comes_late_starts_nothing_and_is_told(
    court: Court, sender: tuple[TestDevice, Principal]
) -> None:
    _start(court, sender, age_ms=CREW_START_MS + 1)
    for officer in court.database.read(_crew, court):
        assert court.database.read(orders_for, officer, 0).orders == []
    assert _events(court)[-1] == "CrewStartLate"
