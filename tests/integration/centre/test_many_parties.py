"""S-11 in a case of 200 parties, one of whom can be reached by nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event, select

from command_center.access.permissions import Role
from command_center.access.sign_in import sign_in
from command_center.app import make_app
from command_center.cases.models import Party
from command_center.cases.service import NewParty, add_party
from command_center.desk.crowd import CARDS
from command_center.desk.telling import FIRST_LANES
from command_center.disclosure.documents import rebuild
from command_center.measures import changes
from command_center.notices.models import NoticeRow, TaskRow
from command_center.notices.providers.base import Answer, Outcome
from command_center.notices.sending import SendOrder, begin_attempts, record_outcomes
from command_center.notices.service import told_of
from command_center.notices.tasks import finish_task
from command_center.notices.views import notices_of_nodes
from command_center.papers import service as papers
from command_center.papers.kinds import PaperKind
from command_center.platform.database import Database
from command_center.platform.masking import mask_name
from command_center.platform.paging import PAGE
from command_center.serving.service import begin_service
from schemas.problems import MzError
from tests.integration.centre.court import Court
from tests.integration.centre.test_measures_by_law import ROADS, D, _at, _register
from tests.integration.centre.test_papers import made, work

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


class Desk:
    """A clerk's desk in this process, where the statements of a page can be counted."""

    def __init__(self, court: Court) -> None:
        self.database = court.database
        number, password = court.password(Role.CLERK)
        made = sign_in(court.database, number, password, "127.0.0.1")
        self.http = make_app(court.database).app.test_client()
        self.http.set_cookie("mz_desk", made.token)

    def page(self, path: str) -> str:
        """Return a page, which may ask the database a handful of times only."""
        with statements(self.database) as seen:
            answer = self.http.get(f"/desk/{path}", follow_redirects=True)
        assert answer.status_code == 200, answer.text
        assert 0 < len(seen) < FEW, f"{path}: {len(seen)}"
        return answer.text

    def post(self, path: str, **form: str) -> str:
        found = re.search(r'name="csrf-token" content="([^"]+)"', self.page("operations"))
        assert found is not None
        answer = self.http.post(
            f"/desk/{path}", data=form, headers={"X-CSRF-Token": found[1]}, follow_redirects=True
        )
        assert answer.status_code == 200, answer.text
        return answer.text


def _lanes(page: str) -> set[str]:
    return set(re.findall(r'data-notice="([^"]+)"', page))


def test_s_11_the_pages_of_a_crowded_case_turn_and_name_whom_nobody_reached(
    sqlite_court: Court,
) -> None:
    _crowd(sqlite_court)
    measure, case = (
        _register(sqlite_court, target=_debtor(sqlite_court)), sqlite_court.seeded.cases[0].id,
    )  # fmt: skip
    clerk = Desk(sqlite_court)
    # Its task and its letter stand on the first page, by the name that others may see.
    assert mask_name(SILENT) in clerk.page("notices")
    assert clerk.page("notices?page=1")
    shown = clerk.page(f"measures/{measure}")
    assert len(_lanes(shown)) == PAGE
    assert SILENT in shown, "whom nobody reached stands first"
    lanes, page = _lanes(shown), 0
    while f"page={page + 1}" in shown:
        page += 1
        shown = clerk.page(f"measures/{measure}?page={page}")
        lanes |= _lanes(shown)
    assert len(lanes) >= 2 * (MORE + 2), "every lane stands on one of the pages"
    of_case = clerk.page(f"cases/{case}")
    assert len(_lanes(of_case)) == FIRST_LANES
    assert f"另有 {len(lanes) - FIRST_LANES} 项" in of_case


@pytest.mark.parametrize("page", ["cases/{}", "cases/{}/file"])
def test_the_cards_of_a_crowded_case_turn_and_are_found_by_name(
    sqlite_court: Court, page: str
) -> None:
    silent, path = _crowd(sqlite_court), page.format(sqlite_court.seeded.cases[0].id)
    clerk = Desk(sqlite_court)

    def cards(asked: str) -> list[str]:
        return re.findall(r'data-party="([^"]+)"', clerk.page(f"{path}?{asked}"))

    found = [cards(f"page={n}") for n in range((MORE + 2) // CARDS + 1)]
    assert {len(one) for one in found[:-1]} == {CARDS}
    assert len({one for each in found for one in each}) == MORE + 2
    assert cards("q=欧阳") == [silent]
    assert cards("q=没有此人") == []


def test_s_19_a_paper_of_a_crowded_case_is_served_on_one_who_is_picked(
    sqlite_court: Court,
) -> None:
    case = sqlite_court.seeded.cases[0].id
    _crowd(sqlite_court)
    measure = _register(sqlite_court, target=_debtor(sqlite_court))
    paper = made(sqlite_court, PaperKind.RECORD, measure)
    papers.approve(sqlite_court.database, sqlite_court.staff(Role.JUDGE), paper)
    work(sqlite_court)
    sqlite_court.database.run(papers.issue, sqlite_court.staff(Role.CLERK), paper)
    clerk, staff = Desk(sqlite_court), sqlite_court.staff(Role.CLERK)
    page = clerk.page(f"papers/{paper}")
    parties = re.findall(r'<option value="([^"]+)">', page.split('id="serve"')[1].split("</fo")[0])
    assert len(parties) == MORE + 2
    assert page.count("<form") < PAGE, "no button for each of two hundred"
    assert "送达 · " in clerk.post(f"papers/{paper}/services", party=parties[0])
    for party in parties[1 : PAGE + 7]:
        sqlite_court.database.run(begin_service, staff, paper, party)
    first = clerk.page(f"papers/{paper}")
    assert first.count("data-service=") == PAGE
    assert f"共 {PAGE + 7} 项" in first
    assert clerk.page(f"papers/{paper}?page=1").count("data-service=") == 7
    together = clerk.page(f"cases/{case}/deliveries?party={parties[9]}&paper={paper}")
    assert f'data-party="{parties[9]}"' in together
    assert "checked" in together, "the paper that he came from is chosen"


def test_s_12_a_written_notice_in_a_crowded_case_is_made_for_one_who_is_picked(
    sqlite_court: Court,
) -> None:
    _crowd(sqlite_court)
    measure = _register(sqlite_court, target=_debtor(sqlite_court))
    clerk = Desk(sqlite_court)
    page = clerk.page(f"measures/{measure}")
    form = page.split('data-make="MEASURE_NOTICE"')[1].split("</form")[0]
    parties = re.findall(r'<option value="([^"]+)">([^<]+)', form)
    assert len(parties) == MORE + 2
    (silent,) = [party for party, name in parties if name == SILENT]
    fields = dict(re.findall(r'name="(from|about|paper|kind)" value="([^"]*)"', form))
    assert SILENT in clerk.post("papers", **fields, party=silent)
