"""One officer starts the crew: an order that their devices carry out by themselves."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from command_center.devices.contact import device_principal
from command_center.measures.service import accept_field_record
from command_center.operations import unanswered
from command_center.operations.asked import SHOWN_MS, page_for
from command_center.operations.models import Crew
from command_center.operations.orders import (
    CREW_START_MS,
    acknowledge_order,
    concerned_by,
    orders_for,
)
from command_center.platform.event_log import EventRow
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.field_api import CrewAsked, OrderAcknowledgement, OrderAct, OrderState
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
    asked = _asked(court)
    assert (asked.operation, asked.too_late, asked.answers) == (court.seeded.operation, True, [])
    _seq, concerned = court.database.read(concerned_by, asked.order)
    assert concerned == [court.seeded.officer], "his device reads anew"
    _start(court, sender)
    assert not _asked(court).too_late, "asked again in time"


def _asked(court: Court) -> CrewAsked:
    (asked,) = court.database.read(page_for, court.seeded.officer, 0).asked
    found: CrewAsked = asked
    return found


def test_s04_who_asked_is_told_that_nobody_answers_and_later_who_did(
    court: Court, sender: tuple[TestDevice, Principal]
) -> None:
    assert court.database.read(page_for, court.seeded.officer, 0).asked == []
    _start(court, sender)
    asked = _asked(court)
    assert asked.operation == court.seeded.operation
    assert len(asked.answers) >= 2
    assert {one.state for one in asked.answers} == {OrderState.SENT}
    assert not asked.late
    court.clock.ahead_ms += unanswered.ANSWER_MS + 1_000
    court.database.run(unanswered.look)
    assert _asked(court).late
    _seq, concerned = court.database.read(concerned_by, asked.order)
    assert court.seeded.officer in concerned, "his device reads anew"
    others = [one for one in court.database.read(_crew, court) if one != court.seeded.officer]
    for officer in others:
        said = OrderAcknowledgement(OrderState.DONE, court.clock())
        device = replace(sender[1], officer=officer)
        court.database.run(acknowledge_order, device, asked.order, said)
    answered = _asked(court)
    assert {one.state for one in answered.answers} == {OrderState.DONE}
    assert not answered.late
    assert court.database.read(page_for, others[0], 0).asked == [], "who was asked did not ask"
    court.clock.ahead_ms += SHOWN_MS
    assert court.database.read(page_for, court.seeded.officer, 0).asked == []
