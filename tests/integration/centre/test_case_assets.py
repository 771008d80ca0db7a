"""Amounts and property of a case on both databases, at the desk and in the portal (S-21)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from command_center.access.permissions import Role
from command_center.cases.balance import balance_of
from command_center.cases.file_models import Thing
from command_center.cases.received import NewReceipt, receipts_of, receive, take_back
from command_center.cases.things import NewThing, register_thing, settle_thing, things_of
from command_center.disclosure.build import build
from command_center.disclosure.grants import ensure_grants
from command_center.measures.detail import read_measure
from command_center.measures.registration import NewMeasure, register_measure
from schemas.ids import new_id
from schemas.problems import MzError
from tests.integration.centre.court import Court
from tests.integration.centre.running import Centre
from tests.integration.centre.test_proof_pages import Reader

pytestmark = pytest.mark.usefixtures("filed_in_january")

ACCOUNT = "6222020200099993391"
_TRANSFER = {
    "paper": "（2026）粤0199执1024号之二", "assist_paper": "协执", "assisting_unit": "南江银行",
    "account": ACCOUNT, "asked_fen": "1000", "amount_fen": "1000", "receipt": "回执1",
}  # fmt: skip


def _thing(court: Court, **other: object) -> NewThing:
    case = court.seeded.cases[0]
    return NewThing(**{  # type: ignore[arg-type]
        "thing": new_id(), "case": case.id, "owner": case.parties[1][0], "kind": "DEPOSIT",
        "name": "南江银行存款", "mark": ACCOUNT, "value": "1000", "flags": (),
        "source": "INQUIRY", "found": "2026-03-01", **other,
    })  # fmt: skip


def test_a_transfer_is_money_received_and_a_mistake_is_taken_back(court: Court) -> None:
    case, who, run = court.seeded.cases[0].id, court.staff(Role.CLERK), court.database.run
    before = court.database.read(balance_of, case)
    message = NewMeasure(new_id(), case, "TRANSFER", "DEPOSIT", "", "2026-03-12T14:00",
                         facts=_TRANSFER)  # fmt: skip
    for _again in range(2):
        run(register_measure, who, message)
    (came,) = court.database.read(receipts_of, case)
    assert (came.amount_fen, came.how, came.paper) == (100_000, "TRANSFER", "回执1")
    after = court.database.read(balance_of, case)
    assert before.remaining_fen - after.remaining_fen == 100_000
    entry = new_id()
    for _again in range(2):
        run(take_back, who, entry, came.receipt, "银行退回")
    assert court.database.read(balance_of, case) == before
    assert court.database.read(receipts_of, case)[0].void == "银行退回"
    for written in (" 2026-03-01 ", "20260301", "2026-W09-7"):
        odd = NewReceipt(new_id(), case, written, 12_345, "VOLUNTARY", "收据")
        run(receive, who, odd)
        assert court.database.read(receipts_of, case)[0].day.isoformat() == "2026-03-01", written
        run(take_back, who, new_id(), odd.receipt, "试录")
    assert court.database.read(balance_of, case) == before
    good = NewReceipt(new_id(), case, "2026-03-01", 1, "VOLUNTARY", "收据")
    wrong = {
        "receipt.taken_back": lambda: run(take_back, who, new_id(), came.receipt, "x"),
        "receipt.unknown": lambda: run(take_back, who, new_id(), entry, "x"),
        "receipt.nothing": lambda: run(
            receive, who, NewReceipt(new_id(), case, "2026-03-01", 0, "OTHER", "x")),
        "receipt.unknown_way": lambda: run(
            receive, who, NewReceipt(new_id(), case, "2026-03-01", 1, "GIFT", "x")),
        "receipt.no_paper": lambda: run(
            receive, who, NewReceipt(new_id(), case, "2026-03-01", 1, "OTHER", " ")),
        "receipt.ahead": lambda: run(
            receive, who, NewReceipt(new_id(), case, "2199-03-01", 1, "OTHER", "x")),
        "access.refused": lambda: run(receive, court.staff(Role.AUDITOR), good),
    }  # fmt: skip
    for code, call in wrong.items():
        with pytest.raises(MzError, match=code):
            call()
    assert court.database.read(balance_of, case) == before


def test_a_property_is_kept_encrypted_and_its_measure_leads_back_to_it(court: Court) -> None:
    case, who, run = court.seeded.cases[0], court.staff(Role.CLERK), court.database.run
    made = _thing(court, flags=("EXEMPT",))
    for _again in range(2):
        run(register_thing, who, made)
    (kept,) = court.database.read(things_of, case.id)
    assert (kept.mark, kept.value_fen) == ("6222***********3391", 100_000)
    row = court.database.read(lambda uow: uow.session.scalars(select(Thing)).one())
    assert ACCOUNT.encode() not in (row.secret or b"")
    message = NewMeasure(new_id(), case.id, "FREEZE", "DEPOSIT", "", "2026-03-12T14:00",
                         thing=made.thing, facts=_TRANSFER)  # fmt: skip
    measure = run(register_measure, who, message)
    found = run(read_measure, who, measure)
    assert found.measure.thing == made.thing
    assert "thing.exempt" in {defect.code for defect in found.measure.defects}
    run(settle_thing, who, made.thing, "NOT_HIS", "系工资专户，属职工所有")
    assert court.database.read(things_of, case.id)[0].state == "NOT_HIS"
    applicant = case.parties[0][0]
    wrong = {
        "thing.repeated": _thing(court), "thing.not_a_debtor": _thing(court, owner=applicant),
        "thing.unknown_kind": _thing(court, kind="NONE"), "thing.no_name": _thing(court, name=" "),
        "thing.unknown_source": _thing(court, source="DREAM"),
        "thing.unknown_flag": _thing(court, flags=("X",)),
        "party.unknown": _thing(court, owner="x"),
        "thing.ahead": _thing(court, found="2199-01-01"),
        "form.amount_malformed": _thing(court, mark="9", value="many"),
    }  # fmt: skip
    for code, message_ in wrong.items():
        with pytest.raises(MzError, match=code):
            run(register_thing, who, message_)
    for code, thing, state in (
        ("thing.unknown", new_id(), "FOUND"), ("thing.unknown_state", made.thing, "LOST"),
    ):  # fmt: skip
        with pytest.raises(MzError, match=code):
            run(settle_thing, who, thing, state, "x")
    other = NewMeasure(new_id(), court.seeded.cases[1].id, "FREEZE", "DEPOSIT", "",
                       "2026-03-12T14:00", thing=made.thing, facts=_TRANSFER)  # fmt: skip
    with pytest.raises(MzError, match=r"thing\.unknown"):
        run(register_measure, who, other)


def test_s21_the_party_sees_what_is_left(court: Court) -> None:
    case, run = court.seeded.cases[0].id, court.database.run
    run(receive, court.staff(Role.CLERK),
        NewReceipt(new_id(), case, "2026-03-01", 5_000, "VOLUNTARY", "收据"))  # fmt: skip
    grants = run(ensure_grants, case)
    made = court.database.read(lambda uow: build(uow, grants[0], new_id(), 1))
    left = court.database.read(balance_of, case).remaining_fen
    assert (made.card.received_fen, made.card.remaining_fen) == (5_000, left)
    lines = [line.text.zh for line in made.sections[0].lines]
    assert "已到位：¥50.00" in lines


def test_the_desk_shows_sums_property_and_what_holds_it(sqlite_centre: Centre) -> None:
    case = sqlite_centre.court.seeded.cases[0]
    clerk, thing = Reader(sqlite_centre, Role.CLERK), new_id()
    clerk.post(f"cases/{case.id}/things", thing=thing, owner=case.parties[1][0], kind="DEPOSIT",
               name="南江银行存款", mark=ACCOUNT, value="1000", flags="MORTGAGED",
               source="INQUIRY", found="2026-03-01")  # fmt: skip
    clerk.post(f"cases/{case.id}/measures", measure=new_id(), kind="FREEZE", over="DEPOSIT",
               executed="2026-03-12T14:00", thing=thing, **_TRANSFER)  # fmt: skip
    clerk.post(f"cases/{case.id}/receipts", receipt=new_id(), amount="100", how="VOLUNTARY",
               day="2026-03-13", paper="收据")  # fmt: skip
    page = clerk.page(f"cases/{case.id}/assets")
    for text in ("南江银行存款", "6222***********3391", "抵押", "冻结", "¥100.00", "尚未履行"):
        assert text in page, text
    assert ACCOUNT not in page
    assert "登记的财产" in clerk.page(f"cases/{case.id}/measures/new?kind=FREEZE/DEPOSIT")
    assert "登记到位款项" not in Reader(sqlite_centre, Role.FINANCE).page(f"cases/{case.id}/assets")
