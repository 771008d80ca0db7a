"""An order that no device fetches is said to be so, and sent once more (U12)."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from command_center.access.permissions import Role
from command_center.devices.contact import device_principal
from command_center.operations import unanswered
from command_center.operations.models import OrderRecipient
from command_center.operations.orders import acknowledge_order, send_order
from command_center.platform.event_log import EventRow
from command_center.platform.uow import UnitOfWork
from schemas.field_api import OrderAcknowledgement, OrderState
from schemas.problems import MzError
from tests.integration.centre.court import Court
from tests.integration.centre.running import Centre
from tests.integration.centre.test_proof_pages import Reader


def _told(court: Court, order: str, kind: str = "OrderUnanswered") -> int:
    def read(uow: UnitOfWork) -> int:
        return (
            uow.session.scalar(
                select(func.count()).where(EventRow.type == kind, EventRow.subject == order)
            )
            or 0
        )

    return court.database.read(read)


def _late(court: Court) -> str:
    order = court.database.run(
        send_order, court.staff(Role.DUTY_OFFICER), court.seeded.operation, "先清点再装车"
    )
    court.clock.ahead_ms += unanswered.ANSWER_MS - 1_000
    court.database.run(unanswered.look)
    assert _told(court, order) == 0, "the device has time"
    court.clock.ahead_ms += 2_000
    court.database.run(unanswered.look)
    court.database.run(unanswered.look)
    assert _told(court, order) == 1, "once"
    return order


def test_u12_an_order_that_no_device_fetches_is_said_so_and_sent_once_more(
    sqlite_centre: Centre,
) -> None:
    court = sqlite_centre.court
    _device, made = court.contacted()
    order = _late(court)
    room = f"operations/{court.seeded.operation}"
    desk = Reader(sqlite_centre, Role.DUTY_OFFICER)
    for path in (room, f"{room}/orders"):
        page = desk.page(path)
        assert "order.unanswered" in page
        assert 'data-order-state="unanswered"' in page
        assert f"orders/{order}/again" in page
    assert "/again" not in Reader(sqlite_centre, Role.AUDITOR).page(f"{room}/orders")
    assert desk.post(f"orders/{order}/again").status_code == 200
    assert _told(court, order, "OrderSent") == 2, "the devices are hinted once more"
    assert "order.unanswered" not in desk.page(f"{room}/orders")
    # It has as long again, then the device comes back, and that ends the warning
    court.clock.ahead_ms += unanswered.ANSWER_MS + 1_000
    court.database.run(unanswered.look)
    assert _told(court, order) == 2
    device = court.database.read(device_principal, made.session)
    said = OrderAcknowledgement(OrderState.RECEIVED, court.clock())
    court.database.run(acknowledge_order, device, order, said)
    page = desk.page(f"{room}/orders")
    assert 'data-order-state="received"' in page


def test_an_order_that_every_device_has_is_not_sent_once_more(court: Court) -> None:
    order = _late(court)

    def fetched(uow: UnitOfWork) -> None:
        for row in uow.session.scalars(select(OrderRecipient).where(OrderRecipient.order == order)):
            row.state = OrderState.READ

    court.database.run(fetched)
    duty = court.staff(Role.DUTY_OFFICER)
    with pytest.raises(MzError, match=r"order\.fetched"):
        court.database.run(unanswered.send_again, duty, order)
    with pytest.raises(MzError, match=r"order\.unknown"):
        court.database.run(unanswered.send_again, duty, court.seeded.operation)
    with pytest.raises(MzError):
        court.database.run(unanswered.send_again, court.staff(Role.AUDITOR), order)
