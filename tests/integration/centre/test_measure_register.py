"""U6, S-10: the register of measures finds, groups and pages; none stands outside it."""

from __future__ import annotations

import re
from itertools import count, takewhile

import pytest
from sqlalchemy import select

from command_center.access.permissions import Role
from command_center.measures.models import MeasureRow
from command_center.measures.register import (
    ENDED,
    Group,
    MeasureQuery,
    MeasuresFound,
    measure_register,
)
from command_center.measures.states import MeasureState
from command_center.measures.views import MeasureView
from command_center.platform.principal import CENTRE, Principal
from command_center.platform.uow import UnitOfWork
from schemas.ids import new_id
from schemas.problems import MzError
from tests.integration.centre.court import Court
from tests.integration.centre.running import Centre
from tests.integration.centre.test_proof_pages import Reader

KINDS = ("SEAL", "SEIZE", "FREEZE", "QUEUED_SEAL", "EVICT")
STATES = ("IN_FORCE", "RENEWED", "EXECUTED", "RELEASED", "LAPSED")


def _plant(uow: UnitOfWork, court: Court, number: int) -> None:
    kind, state = KINDS[number % len(KINDS)], STATES[number // len(KINDS) % len(STATES)]
    state = "QUEUED" if kind == "QUEUED_SEAL" and state not in ENDED else state
    lasts = state in ("IN_FORCE", "RENEWED") and kind != "EVICT"
    clerk, officer = (court.staff(role).id for role in (Role.CLERK, Role.ENF_OFFICER))
    uow.session.add(
        MeasureRow(
            measure=new_id(), kind=kind, property_kind="MOVABLE", state=state,
            case=court.seeded.cases[number % 2].id, officer=officer if number % 3 else clerk,
            subject=f"第{number:03d}台 100%_机床", place="", custodian="",
            storage_place="", note="",
            value_fen=100, control_to=f"2027-{number % 12 + 1:02d}-11" if lasts else None,
            started_ms=1, executed_ms=1, received_ms=number,
        )
    )  # fmt: skip


def _plant_all(uow: UnitOfWork, _who: Principal, court: Court) -> None:
    for number in range(130):
        _plant(uow, court, number)


@pytest.fixture
def planted(court: Court) -> Court:
    court.database.run(_plant_all, CENTRE, court)
    return court


def _found(court: Court, **asked: object) -> MeasuresFound:
    query = MeasureQuery(**asked)  # type: ignore[arg-type]
    return court.database.read(measure_register, court.staff(Role.CLERK), query)  # type: ignore[no-any-return]


def _whole(court: Court, **asked: object) -> list[MeasureView]:
    pages = (_found(court, page=page, **asked).rows for page in count())
    return [row for page in takewhile(bool, pages) for row in page]


def test_s_10_every_measure_stands_on_one_page_what_ends_first_on_top(planted: Court) -> None:
    rows = _whole(planted)
    assert len({row.measure for row in rows}) == len(rows) == _found(planted).total == 130
    standing = [row for row in rows if row.state not in ENDED]
    assert rows[: len(standing)] == standing
    query = select(MeasureRow.measure, MeasureRow.control_to)
    ends = planted.database.read(lambda uow: dict(uow.session.execute(query).all()))
    last_days = [ends[row.measure] or "none: last" for row in standing]
    assert last_days == sorted(last_days)
    assert len(set(last_days)) > 2
    ended = rows[len(standing) :]
    assert [row.measure for row in ended] == sorted((row.measure for row in ended), reverse=True)


def test_a_tab_counts_what_it_shows_and_each_measure_has_one(planted: Court) -> None:
    found = _found(planted)
    tabs = [group for group in Group if group is not Group.ALL]
    assert sum(found.counts[group] for group in tabs) == found.counts[Group.ALL]
    for group in tabs:
        rows = _whole(planted, group=group)
        assert len(rows) == found.counts[group] > 0
        assert {Group.of(row.kind, row.state) for row in rows} == {group}
    in_force = [row for row in _whole(planted) if row.state in ("IN_FORCE", "RENEWED")]
    assert found.in_force_fen == 100 * len(in_force)


def test_words_find_property_number_and_party_and_the_officer_narrows(planted: Court) -> None:
    assert [row.subject for row in _whole(planted, text="第007台")] == ["第007台 100%_机床"]
    assert len(_whole(planted, text="100%_机")) == 130
    assert _whole(planted, text="100__机") == []
    first, second = planted.seeded.cases[:2]
    assert {row.case for row in _whole(planted, text=second.number)} == {second.id}
    assert {row.case for row in _whole(planted, text="恒发")} == {first.id}
    clerk = planted.staff(Role.CLERK)
    of_clerk = _found(planted, officer=clerk.id)
    assert of_clerk.total == 44
    assert {row.officer_name for row in of_clerk.rows} == {clerk.name}
    assert (clerk.id, clerk.name) in of_clerk.officers
    queued = _found(planted, group=Group.QUEUED, officer=clerk.id, text="机床")
    assert {row.state for row in queued.rows} == {MeasureState.QUEUED}


def test_who_may_not_read_measures_reads_none(planted: Court) -> None:
    with pytest.raises(MzError, match=r"access\.refused"):
        planted.database.read(measure_register, CENTRE, MeasureQuery())


def test_s_10_the_page_turns_and_keeps_what_was_asked(sqlite_centre: Centre) -> None:
    sqlite_centre.court.database.run(_plant_all, CENTRE, sqlite_centre.court)
    clerk = Reader(sqlite_centre, Role.CLERK)
    page, seen = clerk.page("measures?q=机床"), 0
    while True:
        seen += page.count("data-measure=")
        after = re.search(r'href="/desk/(measures[^"]+)" rel="next"', page)
        if after is None:
            break
        page = clerk.page(after[1].replace("&amp;", "&"))
    assert seen == 130
    assert "第 101–130 项，共 130 项" in page
    odd = clerk.page("measures?group=nonsense&page=-1&officer=%27")
    assert "没有符合的措施" in odd
