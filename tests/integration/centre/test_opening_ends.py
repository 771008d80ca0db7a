"""How an opening of private footage ends: over, closed early, or never answered; each told once."""

from __future__ import annotations

import pytest
from alembic import command
from sqlalchemy import select

from command_center.access.permissions import Role
from command_center.cli.audit import run_audit
from command_center.desk import show
from command_center.footage.models import OpeningRow
from command_center.footage.openings import ASK_MS, tell_ends
from command_center.ledger.service import sequence_entries
from command_center.platform.event_log import EventRow
from command_center.platform.opening import migration_config
from command_center.platform.uow import UnitOfWork
from schemas.problems import MzError
from tests.integration.centre.court import Court
from tests.integration.centre.running import Centre
from tests.integration.centre.test_private import Private
from tests.integration.centre.test_proof_pages import Reader

OVER, LAPSED = "FootageOpeningClosed", "FootageOpeningLapsed"


@pytest.fixture
def private(court: Court) -> Private:
    return Private(court)


def _told(court: Court, kind: str) -> list[EventRow]:
    rows = select(EventRow).where(EventRow.type == kind).order_by(EventRow.seq)
    found: list[EventRow] = court.database.read(lambda uow: list(uow.session.scalars(rows)))
    return found


def _age(court: Court, opening: str, by_ms: int) -> int:
    """Let a request have been made so much earlier; return when."""

    def work(uow: UnitOfWork) -> int:
        row = uow.session.get_one(OpeningRow, opening)
        row.asked_ms -= by_ms
        return row.asked_ms

    asked_ms: int = court.database.run(work)
    return asked_ms


def test_s04_the_end_of_an_opening_is_told_once_however_it_ends(private: Private) -> None:
    court = private.court
    over = private.ask(private.judge)
    private.answer(private.leader, over)
    closed = private.ask(private.judge, interval=private.child)
    private.answer(private.leader, closed)
    refused = private.ask(private.leader)
    private.answer(private.judge, refused, agreed=False)
    private.ask(private.leader, interval=private.child)
    private.close(private.judge, closed)
    court.database.run(tell_ends)
    assert len(_told(court, OVER)) == 1
    court.clock.ahead_ms += 30 * 60_000
    for _ in range(2):
        court.database.run(tell_ends)
    assert [(one.subject, one.device) for one in _told(court, OVER)] == [
        (closed, private.device.id), (over, private.device.id),
    ]  # fmt: skip
    assert _told(court, LAPSED) == []


def test_s04_a_request_that_nobody_answers_is_told_to_who_asked_once(private: Private) -> None:
    court = private.court
    refused = private.ask(private.judge, interval=private.child)
    private.answer(private.leader, refused, agreed=False)
    asked = private.ask(private.judge, private.leader)
    court.clock.ahead_ms += ASK_MS - 10_000
    court.database.run(tell_ends)
    assert _told(court, LAPSED) == []
    court.clock.ahead_ms += 10_000
    for _ in range(2):
        court.database.run(tell_ends)
    (told,) = _told(court, LAPSED)
    assert (told.subject, told.operation, told.device, told.level) == (
        asked, court.seeded.operation, private.device.id, "warn",
    )  # fmt: skip
    assert private.judge.name in told.text_zh
    assert private.judge.name in told.text_en
    assert private.states() == ["expired", "refused"]
    court.clock.ahead_ms -= 20_000
    with pytest.raises(MzError, match=r"private\.expired"):
        private.answer(private.leader, asked)
    assert private.states() == ["expired", "refused"], (
        "what is told stays so, whatever a clock says"
    )
    private.ask(private.judge, private.leader)
    while court.database.run(sequence_entries):
        pass
    assert run_audit(court.database).ok


def test_what_lapsed_before_the_upgrade_is_not_told_late(private: Private) -> None:
    court = private.court
    lapsed, fresh = private.ask(private.judge), private.ask(private.judge, interval=private.child)
    _age(court, lapsed, 2 * ASK_MS)
    url = court.database.settings.database_url
    court.database.close()
    command.downgrade(migration_config(url), "0034")
    command.upgrade(migration_config(url), "head")
    court.database.run(tell_ends)
    assert _told(court, LAPSED) == []
    court.clock.ahead_ms += ASK_MS
    court.database.run(tell_ends)
    assert [one.subject for one in _told(court, LAPSED)] == [fresh]


def test_s04_who_asked_sees_at_the_desk_that_nobody_answered(sqlite_centre: Centre) -> None:
    court = sqlite_centre.court
    private, judge = Private(court), Reader(sqlite_centre, Role.JUDGE)
    opening = private.ask(private.judge)
    room = f"operations/{court.seeded.operation}"
    assert "待批准" in judge.page(room)
    asked_ms = _age(court, opening, ASK_MS)
    court.database.run(tell_ends)
    page = judge.page(f"{room}/private")
    line = page[page.index(f'data-opening="{opening}"') :]
    assert f"{show.moment(asked_ms + ASK_MS)} 逾期失效" in line
    assert "请重新申请" in judge.page("wall")
