"""Parties in time (S-18, S-20): names, roles, joining, leaving, who acts; on both databases."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from sqlalchemy import select

from command_center.access.permissions import Role
from command_center.cases.card import Card, put_in_charge, take_off, write_card
from command_center.cases.importing import import_file
from command_center.cases.links import link_case, links_of
from command_center.cases.log import log_of_case
from command_center.cases.models import Party
from command_center.cases.parties import change_role, join_party, leave, rename_party
from command_center.cases.representatives import NewRepresentative, appoint, dismiss
from command_center.cases.search import CaseQuery, search_cases
from command_center.cases.service import NewParty, add_party, case_view, find_case
from command_center.cases.views import CaseView
from command_center.disclosure.documents import rebuild
from command_center.disclosure.grants import ensure_grants, issue_password
from command_center.disclosure.models import GrantRow
from command_center.measures.numbers import find_by_number
from command_center.notices.models import NoticeRow
from command_center.papers.parties import named
from command_center.platform import typed
from command_center.platform.uow import UnitOfWork
from schemas.problems import MzError
from tests.integration.centre.court import Court
from tests.integration.centre.running import Centre
from tests.integration.centre.test_proof_pages import Reader

pytestmark = pytest.mark.usefixtures("filed_in_january")

UNIT = "91110000600037341L"
FILE = (
    "案号,执行标的,立案日期,申请执行人,申请执行人代理人,被执行人,被执行人证件号,被执行人法定代表人,"
    "计息本金,履行期限届满日,申请执行事项,承办人工号,书记员工号\n"
    f"（2023）粤0777执1号,100,2023-01-02,海贸有限公司,王律师（特别授权）,旧名有限公司,{UNIT},欧阳锋,"
    "80,2022-12-01,给付货款,1001,1004\n"
    f"（2023）粤0777执2号,100,2023-01-02,赵敏,,旧名有限公司,{UNIT},,,,,,\n"
)


def _view(court: Court, number: str = "（2023）粤0777执1号") -> CaseView:
    case = court.database.read(find_case, number)
    assert case is not None
    return court.database.read(case_view, case)


def _imported(court: Court) -> CaseView:
    report = court.database.run(import_file, court.staff(Role.CLERK), FILE.encode())
    assert [row.code for row in report.rows] == ["", ""]
    return _view(court)


def test_vector_12_a_whole_number_is_found_and_shown_masked_a_part_finds_nothing(
    court: Court,
) -> None:
    number, clerk = "440103199001011234", court.staff(Role.CLERK)
    case = _imported(court).id
    party = court.database.run(add_party, clerk, NewParty(case, "DEBTOR", "梁启文", True, number))
    (found,) = court.database.run(find_by_number, clerk, number)
    assert (found.subject, found.text) == (party, "梁启文")
    assert number not in repr(found)
    shown = next(one for one in _view(court).parties if one.id == party)
    assert shown.id_masked == "4401**********1234"
    for part in (number[:-1], number[:6], number[-8:]):
        assert court.database.run(find_by_number, clerk, part) == []
    with pytest.raises(MzError, match=r"number\.too_short"):
        court.database.run(find_by_number, clerk, number[-4:])


@pytest.mark.parametrize(
    ("kind", "number", "is_person", "masked"),
    [
        ("PASSPORT", "E1234567", True, "E*******"),
        ("PASSPORT", "PA0940443", True, "PA*****43"),
        ("HK_MACAO_PERMIT", "H1234567801", True, "H1*******01"),
        ("TAIWAN_PERMIT", "0123456789（B）", True, "01*******9B"),
        ("RESIDENT_ID", "110105491231002", True, "1101*******1002"),
        ("", "D2143569-X", False, "D2*****9X"),
    ],
)
def test_s34_a_party_is_known_by_any_document_masked_and_found_by_its_whole_number(
    court: Court, kind: str, number: str, is_person: bool, masked: str
) -> None:
    case, clerk, run = _imported(court).id, court.staff(Role.CLERK), court.database.run
    message = NewParty(case, "DEBTOR", "陈大文", is_person, number, id_kind=kind)
    party = run(join_party, clerk, message, "2026-03-01", "（2026）粤0199执1号之一")
    shown = next(one for one in _view(court).parties if one.id == party)
    assert (shown.id_kind, shown.id_masked) == (kind or "ORG_CODE", masked)
    (found,) = run(find_by_number, clerk, number.lower())
    assert found.subject == party
    with pytest.raises(MzError, match=r"party\.repeated"):
        run(join_party, clerk, message, "2026-03-01", "（2026）粤0199执1号之一")

    def stored(uow: UnitOfWork) -> bytes:
        return uow.session.get_one(Party, party).id_number or b""

    raw = court.database.read(stored)
    assert typed.number(number).encode() not in raw
    assert court.database.keys.cipher.decrypt(raw, "party.id_number") == typed.number(number)


def test_the_old_card_of_fifteen_digits_finds_the_person_of_the_new_one(court: Court) -> None:
    case, clerk, run = _imported(court).id, court.staff(Role.CLERK), court.database.run
    old = NewParty(case, "DEBTOR", "孙某", True, "110105491231002")
    party = run(join_party, clerk, old, "2026-03-01", "（2026）粤0199执1号之一")
    (found,) = run(find_by_number, clerk, "11010519491231002X")
    assert found.subject == party
    new = NewParty(case, "DEBTOR", "孙某", True, "11010519491231002X")
    with pytest.raises(MzError, match=r"party\.repeated"):
        run(join_party, clerk, new, "2026-03-01", "（2026）粤0199执1号之一")


def test_the_desk_records_a_passport_and_names_it_in_both_languages(
    sqlite_centre: Centre,
) -> None:
    clerk = Reader(sqlite_centre, Role.CLERK)
    case = sqlite_centre.court.seeded.cases[0].id
    typed_in = {
        "role": "DEBTOR", "kind": "person", "name": "John Smith", "id_number": "PA 0940443",
        "day": "2026-03-01", "paper": "（2026）粤0199执1024号之一",
    }  # fmt: skip
    refused = clerk.post(f"cases/{case}/parties", **typed_in)
    assert (refused.status_code, "party.id_malformed" in refused.text) == (400, True)
    wrong = clerk.post(f"cases/{case}/parties", **typed_in | {"kind": "unit"}, id_kind="PASSPORT")
    assert (wrong.status_code, "party.id_kind_of_other" in wrong.text) == (400, True)
    page = clerk.post(f"cases/{case}/parties", **typed_in, id_kind="PASSPORT").text
    assert "护照 PA*****43" in page
    assert "PA0940443" not in page
    assert "Passport PA*****43" in clerk.page(f"cases/{case}?lang=en")


def test_a_unit_is_its_code_and_is_renamed_in_every_open_case(court: Court) -> None:
    case, who = _imported(court), court.staff(Role.CLERK)
    debtor = case.parties[1]
    done = court.database.run(
        rename_party, who, debtor.id, "新名有限公司", "2026-03-01", "准予变更登记通知书"
    )
    assert done == 2
    again = court.database.run(import_file, who, FILE.encode())
    assert [row.outcome for row in again.rows] == ["SAME", "SAME"], "a name that it bore"
    third = FILE.replace("旧名", "另名").encode()
    assert court.database.run(import_file, who, third).rows[0].code == "case_file.renamed"
    with pytest.raises(MzError, match=r"party\.day_before"):
        court.database.run(rename_party, who, debtor.id, "又名有限公司", "2026-02-01", "通知书")
    for number in ("（2023）粤0777执1号", "（2023）粤0777执2号"):
        party = _view(court, number).parties[1]
        assert (party.name, party.printed) == ("新名有限公司", "新名有限公司（曾用名旧名有限公司）")
        assert party.name_on(dt.date(2026, 2, 28)) == "旧名有限公司"
        assert party.name_on(dt.date(2026, 3, 1)) == "新名有限公司"
    assert [one.name for one in named(_view(court).parties)][1] == party.printed
    for text in ("旧名", "新名", "xmyxgs"):
        found = court.database.read(search_cases, who, CaseQuery(text))
        assert found.total == 2, text


def test_s20_the_file_brings_heads_agents_claim_and_who_is_in_charge(court: Court) -> None:
    case = _imported(court)
    assert (case.principal_fen, case.perform_by, case.claim) == (8_000, "2022-12-01", "给付货款")
    agent, head = (party.representatives[0] for party in case.parties)
    assert (agent.kind, agent.name, agent.authority) == ("AGENT", "王律师", "SPECIAL")
    assert (head.kind, head.name, head.since) == ("LEGAL_REP", "欧阳锋", dt.date(2023, 1, 2))
    assert {one.role for one in case.officers} == {"ENF_OFFICER", "CLERK"}
    wrong = FILE.replace("1001", "9999").replace("执1号", "执3号").replace("执2号", "执4号")
    report = court.database.run(import_file, court.staff(Role.CLERK), wrong.encode())
    assert [row.code for row in report.rows] == ["staff.unknown", ""]
    assert court.database.read(find_case, "（2023）粤0777执3号") is None


def test_s18_a_debtor_is_added_another_leaves_and_nobody_tells_him_more(court: Court) -> None:
    case, who = court.seeded.cases[0], court.staff(Role.JUDGE)
    run = court.database.run
    debtor = next(id_ for id_, role, _name in case.parties if role == "DEBTOR")
    with pytest.raises(MzError, match="last_of_side"):
        run(leave, who, debtor, "2026-03-01", "裁定")
    heir = NewParty(case.id, "GUARANTOR", "孙小明", True, "11010519491231002X", "13800000009")
    joined = run(join_party, who, heir, "2026-03-01", "（2026）粤0199执1024号之一")
    run(change_role, who, joined, "DEBTOR", "2026-03-05", "之二")
    issue_password(court.database, court.staff(Role.CLERK), case.id, debtor)
    run(rebuild, case.id)
    run(leave, who, debtor, "2026-03-05", "之二")
    view = court.database.read(case_view, case.id)
    assert [party.id for party in view.former] == [debtor]
    assert [(one.act, one.before, one.after) for one in view.parties[-1].changes] == [
        ("JOINED", "", "GUARANTOR"), ("ROLE", "GUARANTOR", "DEBTOR"),
    ]  # fmt: skip
    run(rebuild, case.id)
    row = court.database.read(
        lambda uow: uow.session.scalars(select(GrantRow).where(GrantRow.party == debtor)).one()
    )
    assert (row.revoked_ms is not None, row.password_hash) == (True, "")
    assert {one.party for one in run(ensure_grants, case.id)} >= {joined}
    calls: dict[str, Callable[[], object]] = {
        "party.left": lambda: run(leave, who, debtor, "2026-03-05", "x"),
        "party.same_role": lambda: run(change_role, who, joined, "DEBTOR", "2026-03-05", "x"),
        "party.unknown_role": lambda: run(change_role, who, joined, "KING", "2026-03-05", "x"),
        "party.no_paper": lambda: run(leave, who, joined, "2026-03-05", " "),
        "party.day_ahead": lambda: run(leave, who, joined, "2199-01-01", "x"),
        "party.no_name": lambda: run(rename_party, who, joined, " ", "2026-03-05", "x"),
        "party.same_name": lambda: run(rename_party, who, joined, "孙小明", "2026-03-05", "x"),
        "party.repeated": lambda: run(
            join_party, who, NewParty(case.id, "DEBTOR", "孙", True, "11010519491231002x"),
            "2026-03-05", "x"),
        "party.id_malformed": lambda: run(
            join_party, who, NewParty(case.id, "DEBTOR", "钱", True, "110105194912310020"),
            "2026-03-05", "x"),
        "party.unknown": lambda: run(leave, who, case.id, "2026-03-05", "x"),
        "access.refused": lambda: run(
            leave, court.staff(Role.AUDITOR), joined, "2026-03-05", "x"),
    }  # fmt: skip
    for code, call in calls.items():
        with pytest.raises(MzError, match=code):
            call()
    assert court.database.read(case_view, case.id) == view


def test_an_agent_has_an_authority_and_ends(court: Court) -> None:
    case, who, run = court.seeded.cases[0], court.staff(Role.CLERK), court.database.run
    person, unit = case.parties[0][0], case.parties[1][0]
    made = NewRepresentative(
        person, "AGENT", "周律师", "2026-03-01", "GENERAL", "南江律师事务所", "委托书"
    )
    agent = run(appoint, who, made)
    assert run(appoint, who, made) == agent
    wrong = {
        "representative.authority": NewRepresentative(unit, "HEAD", "周", "2026-03-01", "SPECIAL"),
        "representative.not_for_this": NewRepresentative(person, "LEGAL_REP", "周", "2026-03-01"),
        "representative.no_name": NewRepresentative(unit, "HEAD", " ", "2026-03-01"),
        "representative.unknown_kind": NewRepresentative(unit, "FRIEND", "周", "2026-03-01"),
        "form.day_malformed": NewRepresentative(unit, "HEAD", "周", "昨天"),
    }
    for code, message in wrong.items():
        with pytest.raises(MzError, match=code):
            run(appoint, who, message)
    with pytest.raises(MzError, match="ended"):
        run(dismiss, who, agent, "2026-02-01")
    run(dismiss, who, agent, "2026-04-01")
    (shown,) = court.database.read(case_view, case.id).parties[0].representatives
    assert (shown.until, shown.unit) == (dt.date(2026, 4, 1), "南江律师事务所")


def test_the_card_says_what_changed_and_why_and_somebody_stays_in_charge(court: Court) -> None:
    case, who, run = court.seeded.cases[0].id, court.staff(Role.JUDGE), court.database.run
    old = court.database.read(case_view, case)
    card = Card(case, old.cause, old.basis, "南江市临江区人民法院", "2025-09-01", "2025-10-01",
                "给付本金", "865400", "800000", True, "")  # fmt: skip
    with pytest.raises(MzError, match=r"card\.no_reason"):
        run(write_card, who, card)
    with pytest.raises(MzError, match=r"card\.principal"):
        run(write_card, who, Card(**{**card.__dict__, "principal": "865401", "reason": "x"}))
    run(write_card, who, Card(**{**card.__dict__, "reason": "核对判决书"}))
    lines = [line.text for line in court.database.read(log_of_case, who, case)]
    assert "履行期限届满日由“未填”改为“2025-10-01”" in lines[-1]
    assert "重大案件由“否”改为“是”" in lines[-1]
    panel = court.staff(Role.PANEL)
    run(put_in_charge, who, case, panel.id, "PANEL")
    for role in ("ENF_OFFICER", "JUDGE", "CLERK"):
        run(take_off, who, case, court.staff(Role(role)).id, role)
    with pytest.raises(MzError, match="last_in_charge"):
        run(take_off, who, case, panel.id, "PANEL")
    run(put_in_charge, who, case, court.staff(Role.CLERK).id, "CLERK")
    assert {one.role for one in court.database.read(case_view, case).officers} == {"PANEL", "CLERK"}


def test_cases_are_linked_and_seen_from_both(court: Court) -> None:
    one, other = (case for case in court.seeded.cases)
    who = court.staff(Role.CLERK)
    for _again in range(2):
        court.database.run(link_case, who, one.id, other.number, "RESUMED")
    here, there = (court.database.read(links_of, case.id) for case in (one, other))
    assert [(link.case, link.zh) for link in here] == [(other.id, "恢复执行案件")]
    assert [(link.case, link.zh) for link in there] == [(one.id, "原执行案件")]
    for code, number, kind in (
        ("link.itself", one.number, "RELATED"), ("link.unknown_kind", other.number, "X"),
        ("case.unknown", "（2001）粤0199执1号", "RELATED"),
    ):  # fmt: skip
        with pytest.raises(MzError, match=code):
            court.database.run(link_case, who, one.id, number, kind)


def test_the_desk_keeps_the_file_and_only_who_may(sqlite_centre: Centre) -> None:
    court, case = sqlite_centre.court, sqlite_centre.court.seeded.cases[0]
    clerk, unit = Reader(sqlite_centre, Role.CLERK), case.parties[1][0]
    answer = clerk.post(f"cases/{case.id}/parties/{unit}/name", name="南江恒发智造有限公司",
                        day="2026-03-01", paper="准予变更登记通知书")  # fmt: skip
    assert answer.status_code == 200
    page = clerk.page(f"cases/{case.id}/file")
    assert "南江恒发智造有限公司（曾用名南江市恒发五金制品有限公司）" in page
    refused = clerk.post(f"cases/{case.id}/parties/{unit}/role", role="LEFT", day="2026-03-01",
                         paper="x")  # fmt: skip
    assert (refused.status_code, "party.last_of_side" in refused.text) == (403, True)
    auditor = Reader(sqlite_centre, Role.AUDITOR)
    assert "登记更名" not in auditor.page(f"cases/{case.id}/file")
    assert auditor.post(f"cases/{case.id}/card", cause="x").status_code == 403
    told = court.database.read(lambda uow: uow.session.scalars(select(NoticeRow)).all())
    assert told == []
    assert court.database.read(
        lambda uow: uow.session.get_one(Party, unit).name
    ) == "南江恒发智造有限公司"  # fmt: skip
