"""The card of a case (S-20): cause, what is enforced, the claim, amounts; and who is in charge."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from command_center.access.models import Staff
from command_center.access.permissions import ROLE_NAMES, Role
from command_center.cases.log import LogLine, append_log
from command_center.cases.models import Case, CaseOfficer
from command_center.cases.service import assign_officer
from command_center.platform import typed
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.money import yuan_text
from schemas.problems import Kind, MzError
from schemas.sign import sha256_hex
from schemas.time import court_time

IN_CHARGE = (Role.ENF_OFFICER, Role.JUDGE, Role.PANEL, Role.ASSISTANT, Role.CLERK)
"""In which roles somebody may be in charge of a case."""
WORDS = {
    "cause": "案由",
    "basis": "执行依据",
    "basis_body": "作出机关",
    "basis_day": "生效日期",
    "perform_by": "履行期限届满日",
    "claim": "申请执行事项",
    "amount_fen": "执行标的",
    "principal_fen": "计息本金",
    "major": "重大案件",
}


@dataclass(frozen=True)
class Card:
    """Message: the card as it is to be, days and amounts as typed; `reason`: why it is changed."""

    case: str
    cause: str
    basis: str
    basis_body: str
    basis_day: str
    perform_by: str
    claim: str
    amount: str
    principal: str
    major: bool
    reason: str


def write_card(uow: UnitOfWork, principal: Principal, message: Card) -> None:
    """Write the card; what changed stands in the log, from what to what, and why.

    Errors: `case.unknown`, `card.no_reason`, `card.principal`, `card.basis_day`, `form.*`.
    """
    principal.require("case:keep")
    row = uow.session.get(Case, message.case, with_for_update=True)
    if row is None:
        raise MzError("case.unknown", Kind.NOT_FOUND, message.case[:40])
    changed = {name: (getattr(row, name), value) for name, value in _read(message).items()
               if getattr(row, name) != value}  # fmt: skip
    if not changed:
        return
    reason = typed.line(message.reason, 200)
    if not reason:
        raise MzError("card.no_reason", Kind.INVALID)
    for name, (_before, after) in changed.items():
        setattr(row, name, after)
    if row.principal_fen is not None and row.principal_fen > row.amount_fen:
        raise MzError("card.principal", Kind.INVALID)
    if row.basis_day > court_time(row.filed_ms).date().isoformat():
        raise MzError("card.basis_day", Kind.INVALID, row.basis_day)
    told = "；".join(
        f"{WORDS[name]}由“{_told(name, before)}”改为“{_told(name, after)}”"
        for name, (before, after) in changed.items()
    )
    text = f"案件信息变更：{told}（{reason}）"
    uow.ledger("case:card:written", principal.id, row.id, sha256_hex(text.encode()),
               {"case": row.id})  # fmt: skip
    append_log(uow, LogLine(row.id, uow.now_ms, "CARD", text, principal.name))
    uow.emit("CaseChanged", text, "The card of a case was changed", case=row.id)


def put_in_charge(uow: UnitOfWork, principal: Principal, case: str, staff: str, role: str) -> None:
    """Put a member of staff in charge of a case; again is no change.

    Errors: `case.unknown`, `staff.unknown`, `staff.unknown_role`.
    """
    principal.require("case:keep")
    if uow.session.get(Case, case) is None:
        raise MzError("case.unknown", Kind.NOT_FOUND, case[:40])
    found = uow.session.get(Staff, staff)
    if found is None or not found.active:
        raise MzError("staff.unknown", Kind.NOT_FOUND, staff[:40])
    if role not in IN_CHARGE:
        raise MzError("staff.unknown_role", Kind.INVALID, role[:40])
    if assign_officer(uow, principal, case, staff, role):
        _note(uow, principal, case, found.name, role, "appointed")


def take_off(uow: UnitOfWork, principal: Principal, case: str, staff: str, role: str) -> None:
    """End somebody's charge of a case. Errors: `staff.not_in_charge`, `staff.last_in_charge`."""
    principal.require("case:keep")
    rows = list(uow.session.scalars(
        select(CaseOfficer).where(CaseOfficer.case == case, CaseOfficer.until_ms.is_(None))
        .with_for_update()
    ))  # fmt: skip
    row = next((one for one in rows if (one.staff, one.role) == (staff, role)), None)
    if row is None:
        raise MzError("staff.not_in_charge", Kind.NOT_FOUND, staff[:40])
    if len(rows) == 1:
        raise MzError("staff.last_in_charge", Kind.REFUSED)
    row.until_ms = uow.now_ms
    _note(uow, principal, case, uow.session.get_one(Staff, staff).name, role, "taken_off")


def _note(uow: UnitOfWork, principal: Principal, case: str, name: str, role: str, act: str) -> None:
    zh, en = ROLE_NAMES[Role(role)]
    text = f"{'确定' if act == 'appointed' else '更换'}{zh}：{name}" + (
        "" if act == "appointed" else "不再承办"
    )
    uow.ledger(f"case:officer:{act}", principal.id, case, sha256_hex(text.encode()),
               {"case": case})  # fmt: skip
    append_log(uow, LogLine(case, uow.now_ms, "OFFICER", text, principal.name))
    uow.emit("CaseOfficersChanged", text, f"In charge changed: {en}", case=case)


def _read(message: Card) -> dict[str, str | int | bool | None]:
    principal = message.principal.strip()
    return {
        "cause": typed.line(message.cause, 100),
        "basis": typed.line(message.basis, 200),
        "basis_body": typed.line(message.basis_body, 100),
        "basis_day": _iso(message.basis_day),
        "perform_by": _iso(message.perform_by),
        "claim": typed.line(message.claim, 2_000),
        "amount_fen": typed.fen(message.amount),
        "principal_fen": typed.fen(principal) if principal else None,
        "major": message.major,
    }


def _iso(text: str) -> str:
    return typed.day(text).isoformat() if text.strip() else ""


def _told(name: str, value: object) -> str:
    if name.endswith("_fen"):
        return yuan_text(value) if isinstance(value, int) else "全部标的"
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(value) or "未填"
