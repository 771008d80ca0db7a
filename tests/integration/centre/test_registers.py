"""S-18, S-19, V-02: recordings and papers are found by words, people and days, page by page."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from sqlalchemy import select

from command_center.access.permissions import Role
from command_center.cases.models import Party
from command_center.deadlines.models import DeadlineRow
from command_center.deadlines.views import open_clocks
from command_center.deadlines.words import ClockState
from command_center.footage.models import RecordingRow
from command_center.footage.register import (
    RecordingQuery,
    RecordingsFound,
    recording_register,
)
from command_center.guardian.models import AlarmRow, ReasonRow
from command_center.guardian.reasons import ReasonState
from command_center.guardian.views import open_alarms
from command_center.guardian.words import AlarmKind
from command_center.notices.models import NoticeRow, TaskRow
from command_center.notices.providers.base import ProviderReply
from command_center.notices.replies import record_reply
from command_center.notices.views import register
from command_center.papers.kinds import PaperKind, PaperState
from command_center.papers.models import PaperRow
from command_center.papers.register import PaperQuery, PapersFound, paper_register
from command_center.platform.principal import CENTRE, Principal
from command_center.platform.uow import UnitOfWork
from schemas.ids import new_id
from schemas.problems import MzError
from schemas.time import COURT_ZONE, to_ms
from tests.integration.centre.court import Court
from tests.integration.centre.running import Centre
from tests.integration.centre.test_proof_pages import Reader

MANY = 120
FIRST = dt.datetime(2026, 3, 1, 12, tzinfo=COURT_ZONE)


def _plant_all(uow: UnitOfWork, _who: Principal, court: Court) -> None:
    """One recording and one paper a day; every third is another officer's, of no operation."""
    clerk, officer = (court.staff(role).id for role in (Role.CLERK, Role.ENF_OFFICER))
    for number in range(MANY):
        at_ms = to_ms(FIRST + dt.timedelta(number))
        other = number % 3 == 0
        uow.session.add(
            RecordingRow(
                id=new_id(), relay="r", device=new_id(), officer=clerk if other else officer,
                operation=None if other else court.seeded.operation, counter=number,
                source="camera", opened_wall_ms=at_ms, learnt_ms=at_ms, opening=b"",
                opening_sha256="0" * 64, quarantined=False,
            )
        )  # fmt: skip
        uow.session.add(
            PaperRow(
                paper=new_id(), kind=PaperKind.MEASURE_NOTICE,
                case=court.seeded.cases[number % 2].id,
                subject=new_id(), party=None, series="执", serial=1_000 + number,
                number=f"（2026）粤0199执字第{number:03d}%_号", title="执行裁定书", printed=b"",
                state=PaperState.ISSUED if other else PaperState.UNSIGNED, made_by=officer,
                made_ms=at_ms,
            )
        )  # fmt: skip


@pytest.fixture
def planted(court: Court) -> Court:
    court.database.run(_plant_all, CENTRE, court)
    return court


def _papers(court: Court, **asked: object) -> PapersFound:
    query = PaperQuery(**asked)  # type: ignore[arg-type]
    return court.database.read(paper_register, court.staff(Role.CLERK), query)  # type: ignore[no-any-return]


def test_s_19_papers_are_found_by_number_case_and_party_and_counted_by_state(
    planted: Court,
) -> None:
    found = _papers(planted)
    assert (found.total, found.counts[PaperState.ISSUED]) == (MANY, MANY // 3)
    assert sum(found.counts[state] for state in PaperState) == found.counts[None] == MANY
    pages = [_papers(planted, page=page).rows for page in range(4)]
    assert [len(page) for page in pages] == [50, 50, 20, 0]
    ids = [row.paper for page in pages for row in page]
    assert len(set(ids)) == MANY
    assert [row.made_ms for page in pages for row in page] == sorted(
        (row.made_ms for page in pages for row in page), reverse=True
    )
    (one,) = _papers(planted, text="第007%_号").rows
    assert one.number.endswith("第007%_号")
    assert _papers(planted, text="第00_%").total == 0
    second = planted.seeded.cases[1]
    assert {row.case for row in _papers(planted, text="李东升").rows} == {second.id}
    issued = _papers(planted, text=second.number, state=PaperState.ISSUED)
    assert issued.total == issued.counts[PaperState.ISSUED] == MANY // 6
    assert {(row.case, row.state) for row in issued.rows} == {(second.id, PaperState.ISSUED)}


def test_who_may_not_read_finds_nothing(planted: Court) -> None:
    with pytest.raises(MzError, match=r"access\.refused"):
        planted.database.read(paper_register, CENTRE, PaperQuery())
    with pytest.raises(MzError, match=r"access\.refused"):
        planted.database.read(recording_register, CENTRE, RecordingQuery())


def test_v_02_recordings_are_found_by_operation_party_officer_and_days(planted: Court) -> None:
    def found(**asked: object) -> RecordingsFound:
        query = RecordingQuery(**asked)  # type: ignore[arg-type]
        return planted.database.read(recording_register, planted.staff(Role.CLERK), query)  # type: ignore[no-any-return]

    assert (found().total, len(found().rows)) == (MANY, 50)
    clerk = planted.staff(Role.CLERK)
    assert found(officer=clerk.id).total == MANY // 3
    assert (clerk.id, clerk.name) in found().officers
    assert found(text="机器设备").total == found(text="恒发五金").total == MANY * 2 // 3
    assert found(text="李东升").total == 0
    days = {"from_ms": to_ms(FIRST), "before_ms": to_ms(FIRST + dt.timedelta(7))}
    assert found(**days).total == 7
    assert found(**days, officer=clerk.id).total == 3


def test_the_pages_turn_and_refuse_what_is_no_day(sqlite_centre: Centre) -> None:
    sqlite_centre.court.database.run(_plant_all, CENTRE, sqlite_centre.court)
    clerk = Reader(sqlite_centre, Role.CLERK)
    page = clerk.page("papers?q=执行裁定书&state=UNSIGNED")
    assert "第 1–50 项，共 80 项" in page
    after = re.search(r'href="/desk/(papers[^"]+)" rel="next"', page)
    assert after is not None
    page = clerk.page(after[1].replace("&amp;", "&"))
    assert "第 51–80 项，共 80 项" in page
    assert page.count("data-paper=") == 30
    page = clerk.page("recordings?from=2026-03-01&to=2026-03-07")
    assert "第 1–7 项，共 7 项" in page
    assert "没有符合的录像" in clerk.page("recordings?q=%25&officer=x")
    wrong = clerk.http.get(f"{clerk.url}/recordings?from=yesterday", timeout=20)
    assert (wrong.status_code, "form.day_malformed" in wrong.text) == (400, True)


def _plant_told(uow: UnitOfWork, _who: Principal, case: str) -> None:
    """A notice, a clock and its alarm, many times: all of one day, so that no date orders them."""
    party = uow.session.scalars(select(Party.id).where(Party.case == case)).first()
    day, at_ms = FIRST.date().isoformat(), to_ms(FIRST)
    assert party
    for number in range(MANY):
        clock, notice = new_id(), new_id()
        uow.session.add(
            NoticeRow(
                notice=notice, purpose="measure_executed", node=new_id(), case=case,
                party=party, party_role="DEBTOR", channel="PORTAL", confirmed=False,
                template="measure_executed.debtor/1", text="x", text_sha256="0" * 64, messages=1,
                state="QUEUED", created_ms=at_ms,
            )
        )  # fmt: skip
        uow.session.add(
            DeadlineRow(
                deadline=clock, case=case, rule="close_case", subject=f"第{number}项",
                start_day=day, due_day=day, state=ClockState.RUNNING, calendar=0,
                started_by=party, started_ms=at_ms,
            )
        )  # fmt: skip
        uow.session.add(
            AlarmRow(kind=AlarmKind.STATUTORY, subject=clock, due_day=day, stage=3, case=case,
                     raised_ms=at_ms)
        )  # fmt: skip
        uow.session.add(
            ReasonRow(reason=new_id(), kind="DEADLINE", subject=clock, case=case, what="结案",
                      due_day=day, state=ReasonState.ASKED, asked_ms=at_ms, answer_by_ms=at_ms)
        )  # fmt: skip
        uow.session.flush()
        uow.session.add(
            TaskRow(task=new_id(), notice=notice, case=case, party=party, reason="NO_CONTACT",
                    code="", state="OPEN", created_ms=at_ms)
        )  # fmt: skip


def test_u7_u8_notices_clocks_and_alarms_are_all_reached_page_by_page(court: Court) -> None:
    court.database.run(_plant_told, CENTRE, court.seeded.cases[0].id)

    def read(uow: UnitOfWork, who: Principal, page: int) -> tuple[list[str], list[str], list[str]]:
        clocks, total = open_clocks(uow, who, page)
        assert total == MANY
        return (
            [one.notice for one in register(uow, who, page=page)],
            [one.deadline for one in clocks],
            [one.subject for one in open_alarms(uow, who, AlarmKind.STATUTORY, page)],
        )

    pages = [court.database.read(read, court.staff(Role.CLERK), page) for page in range(4)]
    for found in zip(*pages, strict=True):
        assert [len(page) for page in found] == [50, 50, 20, 0]
        assert len({one for page in found for one in page}) == MANY


def test_registers_of_deadlines_alarms_and_notices_turn_their_pages(sqlite_centre: Centre) -> None:
    court = sqlite_centre.court
    court.database.run(_plant_told, CENTRE, court.seeded.cases[0].id)
    clerk = Reader(sqlite_centre, Role.CLERK)
    for path in ("deadlines", "alarms", "notices"):
        first, last = clerk.page(path), clerk.page(f"{path}?page=2")
        assert f"第 1–50 项，共 {MANY} 项" in first, path
        assert f"第 101–{MANY} 项，共 {MANY} 项" in last, path
        assert 'rel="next"' not in last


def test_things_to_do_say_how_many_more_there_are(sqlite_centre: Centre) -> None:
    court = sqlite_centre.court
    court.database.run(_plant_told, CENTRE, court.seeded.cases[0].id)
    for number in range(MANY):
        reply = ProviderReply("smpp", f"8613700{number:06d}", "已收到")
        court.database.run(record_reply, reply)
    clerk = Reader(sqlite_centre, Role.CLERK)
    for path, lists, mark in (("alarms", 1, "data-reason="), ("notices", 2, "data-reply=")):
        page = clerk.page(path)
        assert page.count(f"另有 {MANY - 50} 项") == lists, path
        assert page.count(mark) == 50, path
