"""Alarms on the wall stand until they are settled (S-02, S-04)."""

from __future__ import annotations

from command_center.access.permissions import Role
from command_center.desk.alarms import SHIFT_MS, alarm_events, unsettled
from command_center.footage.feed import apply_page
from command_center.platform.uow import UnitOfWork
from schemas import feed
from tests.integration.centre.court import Court
from tests.integration.centre.test_footage import T0, TestRelay, relay

__all__ = ["relay"]


def _alarms(court: Court) -> list[str]:
    found = court.database.read(alarm_events, court.staff(Role.DUTY_OFFICER))
    return sorted(one.type for one in unsettled(found, court.clock()))


def test_s02_a_disk_that_fills_up_is_told_before_and_when_nothing_new_is_taken(
    court: Court, relay: TestRelay
) -> None:
    def told(level: feed.SpaceLevel) -> list[str]:
        item = feed.SpaceChanged(relay.next(), T0, level, 900_000_000, 1_000_000_000)
        court.database.run(apply_page, relay.page(item))
        return _alarms(court)

    assert told(feed.SpaceLevel.LOW) == ["RelaySpaceLow"]
    assert "RelayDiskFull" in told(feed.SpaceLevel.FULL)
    assert told(feed.SpaceLevel.LOW) == ["RelaySpaceLow"]
    assert told(feed.SpaceLevel.AMPLE) == []


def test_an_alarm_stands_however_much_is_told_after_it(court: Court, relay: TestRelay) -> None:
    def happen(uow: UnitOfWork) -> None:
        for number in range(1_200):
            uow.emit("OrderSent", "指令", "An order", subject=f"order-{number}")
            uow.emit("OrderUnanswered", "未答", "Unanswered", subject="one", level="warn")

    down = feed.DomainChanged(relay.next(), T0, "local-2", False, "relay.domain_unavailable")
    court.database.run(apply_page, relay.page(down))
    court.database.run(lambda uow: uow.emit("ChainBroken", "断链", "Broken", level="alarm"))
    court.database.run(happen)
    assert _alarms(court) == ["ChainBroken", "DomainUnavailable", "OrderUnanswered"]
    # What is broken is so for the next shift, too; what a person has to look at was for this one
    court.clock.ahead_ms += SHIFT_MS + 1
    assert _alarms(court) == ["DomainUnavailable"]
    back = feed.DomainChanged(relay.next(), T0, "local-2", True)
    court.database.run(apply_page, relay.page(back))
    assert _alarms(court) == []
