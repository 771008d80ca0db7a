"""S-11 in a case of 200 parties, one of whom can be reached by nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event, select

from command_center.access.permissions import Role
from command_center.cases.models import Party
from command_center.cases.service import NewParty, add_party
from command_center.disclosure.documents import rebuild
from command_center.measures import changes
from command_center.notices.models import NoticeRow, TaskRow
from command_center.notices.providers.base import Answer, Outcome
from command_center.notices.sending import SendOrder, begin_attempts, record_outcomes
from command_center.notices.service import told_of
from command_center.notices.tasks import finish_task
from command_center.notices.views import notices_of_nodes
from command_center.platform.database import Database
from command_center.platform.masking import mask_name
from schemas.problems import MzError
from tests.integration.centre.court import Court
from tests.integration.centre.running import Centre
from tests.integration.centre.test_measures_by_law import ROADS, D, _at, _register
from tests.integration.centre.test_proof_pages import Reader

MORE = 198
SILENT = "欧阳无声"
FEW = 60
"""Statements that a look may take, far below one a party."""


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """Collect what is asked of the database meanwhile."""
    seen: list[str] = []

    def note(_c: object, _cur: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    yield seen
    event.remove(database.engine, "before_cursor_execute", note)


def _crowd(court: Court) -> str:
    """Add parties to the first case; return the one without a telephone."""
    case, clerk = court.seeded.cases[0].id, court.staff(Role.CLERK)
    people = [
        NewParty(case, "DEBTOR", f"被执行人{n}", True, phone=f"139{n:08d}", phone_confirmed=True)
        for n in range(MORE - 1)
    ]
    people.append(NewParty(case, "DEBTOR", SILENT, True))
    return str(court.database.run(lambda uow: [add_party(uow, clerk, one) for one in people])[-1])


def _send_in_one_wave(court: Court) -> None:
    waiting = select(NoticeRow.notice).where(
        NoticeRow.channel == "SMS", NoticeRow.state == "QUEUED"
    )
    notices = court.database.read(lambda uow: list(uow.session.scalars(waiting)))
    begun = court.database.run(begin_attempts, notices, ROADS)
    told = [
        (order, Outcome(Answer.ACCEPTED, message_ids=(one,)))
        for one, order in begun.items()
        if isinstance(order, SendOrder)
    ]
    court.database.run(record_outcomes, told)


def _debtor(court: Court) -> str:
    first = (
        select(Party.id)
        .where(Party.case == court.seeded.cases[0].id, Party.role == "DEBTOR")
        .order_by(Party.id)
    )
    return str(court.database.read(lambda uow: uow.session.scalars(first).first()))


def test_s_11_two_hundred_parties_are_told_and_the_one_without_contact_keeps_it_open(
    court: Court,
) -> None:
    _at(court, D(2026, 3, 2))
    silent = _crowd(court)
    who, clerk = court.staff(Role.ENF_OFFICER), court.staff(Role.CLERK)
    measure = _register(court, target=_debtor(court))
    parties = select(NoticeRow.party).where(NoticeRow.node == measure).distinct()
    assert len(court.database.read(lambda uow: uow.session.scalars(parties).all())) == MORE + 2
    _send_in_one_wave(court)
    court.database.run(changes.release_measure, who, measure, "DEBT_PAID", "解1号", "2026-03-02")
    told = court.database.read(told_of, [measure])
    assert (len(told), (measure, silent) in told) == (MORE + 1, False)
    with statements(court.database) as seen, pytest.raises(MzError, match=r"measure\.party_untold"):
        court.database.run(changes.close_measure, who, measure)
    assert len(seen) < FEW
    mine = (
        select(TaskRow.task)
        .join(NoticeRow, NoticeRow.notice == TaskRow.notice)
        .where(NoticeRow.party == silent, TaskRow.state == "OPEN")
        .order_by(NoticeRow.node == measure)
    )
    of_release, task = court.database.read(lambda uow: uow.session.scalars(mine).all())
    with statements(court.database) as seen:
        views = court.database.read(notices_of_nodes, clerk, [measure])[measure]
    assert len({view.party for view in views}) == MORE + 2
    assert len(seen) < FEW
    court.database.run(finish_task, clerk, task, "已当面告知")
    _send_in_one_wave(court)  # of its release
    with pytest.raises(MzError, match=r"measure\.party_untold"):
        court.database.run(changes.close_measure, who, measure)
    court.database.run(finish_task, clerk, of_release, "已当面告知")
    with statements(court.database) as seen:
        court.database.run(changes.close_measure, who, measure)
    assert len(seen) < FEW


def test_s_20_the_documents_of_a_crowded_case_are_made_without_a_look_at_each_from_each(
    sqlite_court: Court,
) -> None:
    case = sqlite_court.seeded.cases[0].id
    _crowd(sqlite_court)
    _register(sqlite_court, target=_debtor(sqlite_court))
    with statements(sqlite_court.database) as seen:
        assert sqlite_court.database.run(rebuild, case) == MORE + 2
    assert len(seen) < FEW * (MORE + 2)
    assert sum("FROM contact" in one for one in seen) < FEW


def test_s_11_the_pages_of_a_crowded_case_open_and_name_whom_nobody_reached(
    sqlite_centre: Centre,
) -> None:
    court = sqlite_centre.court
    _crowd(court)
    measure = _register(court, target=_debtor(court))
    clerk = Reader(sqlite_centre, Role.CLERK)
    # Its task and its letter stand on the first page, by the name that others may see.
    assert mask_name(SILENT) in clerk.page("notices")
    shown = clerk.page(f"measures/{measure}")
    assert shown.count("data-notice=") >= 2 * (MORE + 2)
    for path in (f"cases/{court.seeded.cases[0].id}", "notices?page=1"):
        assert clerk.page(path)
