"""Finding cases on both databases (issue 5): words written with the case, sorted, page by page."""

from __future__ import annotations

import pytest
from alembic import command
from sqlalchemy import delete, select

from command_center.access.permissions import Role
from command_center.cases import search
from command_center.cases.models import CaseText, CaseWord
from command_center.cases.search import CaseQuery, CasesFound, search_cases
from command_center.cases.service import NewCase, NewParty, add_party, open_case
from command_center.platform.opening import migration_config
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.problems import MzError
from tests.integration.centre.court import Court
from tests.integration.centre.running import Centre
from tests.integration.centre.test_proof_pages import Reader

DAY_MS = 86_400_000


def _open(uow: UnitOfWork, who: Principal, number: int, *names: str) -> str:
    case = open_case(uow, who, NewCase(f"（2020）粤0777执{number}号", "x", "x", 1, number * DAY_MS))
    for name in names:
        add_party(uow, who, NewParty(case, "DEBTOR", name, True))
    return case


def _found(court: Court, text: str, **more: object) -> CasesFound:
    query = CaseQuery(text, **more)  # type: ignore[arg-type]
    return court.database.read(search_cases, court.staff(Role.CLERK), query)


def test_cases_are_found_sorted_and_paged(court: Court, monkeypatch: pytest.MonkeyPatch) -> None:
    who = court.staff(Role.CLERK)
    one = court.database.run(_open, who, 41, "单雄信", "南江海贸有限公司")
    two = court.database.run(_open, who, 412, "单雄义", "单雄信")
    assert [row.id for row in _found(court, "单雄信").rows] == [two, one]
    assert [row.id for row in _found(court, "单雄", oldest_first=True).rows] == [one, two]
    for text in ("sxx", "dxx", "2020执41", "执412", "海贸 单雄"):
        assert one in [row.id for row in _found(court, text).rows] or text == "执412"
    assert [row.id for row in _found(court, "412").rows] == [two]
    assert _found(court, "单雄", state="CLOSED").rows == []
    assert _found(court, "单").short
    assert _found(court, "").total == 4
    monkeypatch.setattr(search, "PAGE", 1)
    assert [row.id for row in _found(court, "单雄", page=1).rows] == [one]
    monkeypatch.setattr(search, "WALK", 1)
    cut = _found(court, "单雄")
    assert (cut.more, cut.total) == (True, 1)
    nobody = Principal("x", "", Role.BAILIFF, frozenset())
    with pytest.raises(MzError, match="access"):
        court.database.read(search_cases, nobody, CaseQuery("单雄"))


def test_the_migration_finds_the_words_of_cases_that_were_there(court: Court) -> None:
    def words(uow: UnitOfWork) -> set[tuple[str, int]]:
        rows = uow.session.execute(select(CaseWord.word, CaseWord.filed_ms))
        return {(row[0], row[1]) for row in rows}

    court.database.run(_open, court.staff(Role.CLERK), 9, "临江市恒发五金制品有限公司")
    before = court.database.read(words)
    assert "hfwj" in {word for word, _filed in before}
    url = court.database.settings.database_url
    court.database.close()
    command.downgrade(migration_config(url), "0018")
    command.upgrade(migration_config(url), "head")
    assert court.database.read(words) == before
    case = court.database.run(_open, court.staff(Role.CLERK), 7, "欧阳明")
    assert [row.id for row in _found(court, "oym").rows] == [case]
    court.database.run(lambda uow: uow.session.execute(delete(CaseText)) and None)
    assert _found(court, "oym").rows == []


def test_the_desk_finds_a_case_by_initials_and_says_when_too_little_was_typed(
    sqlite_centre: Centre,
) -> None:
    court = sqlite_centre.court
    case = court.database.run(_open, court.staff(Role.CLERK), 9, "欧阳明")
    clerk = Reader(sqlite_centre, Role.CLERK)
    page = clerk.page("cases?q=oym")
    assert f'data-case="{case}"' in page
    assert page.count("data-case=") == 1
    assert "至少输入两个字" in clerk.page("cases?q=欧")
    assert clerk.page("cases?q=oym&order=old&page=99999&state=x").count("data-case=") == 0


def test_who_types_a_code_of_a_unit_among_names_is_led_to_the_search_by_number(
    sqlite_centre: Centre,
) -> None:
    clerk = Reader(sqlite_centre, Role.CLERK)
    for number in ("91440199MA5DEMO01X", "440199197911204417", "MA5D12301-X"):
        page = clerk.page(f"cases?q={number}")
        assert page.count("data-case=") == 0
        assert "加密保存，不在这里查" in page
    assert "不在这里查" not in clerk.page("cases?q=nobody")
