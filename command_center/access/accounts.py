"""Accounts of staff: whatever gives power takes two persons, whatever takes it away takes one.

The administrator asks to open an account, to give it another role, to replace a lost password or
to open a closed one again; another person agrees. Nobody alone becomes somebody else.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from command_center.access import sessions, staff
from command_center.access.models import AccountChange, Staff
from command_center.access.permissions import COURT_STAFF
from command_center.platform import typed
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from command_center.platform.worded import Worded
from schemas.ids import new_id
from schemas.problems import Kind, MzError
from schemas.sign import sha256_hex

SHORTEST, LONGEST = 4, 200
_SHOWN = 50
DAY_MS = 86_400_000


class AccountAct(Worded):
    """What two persons do to an account."""

    OPEN = "OPEN", "开设账号", "open an account"
    ROLE = "ROLE", "变更角色", "change the role"
    RESET = "RESET", "重置密码", "reset the password"
    REOPEN = "REOPEN", "恢复账号", "open it again"


WITH_PASSWORD = frozenset({AccountAct.OPEN, AccountAct.RESET, AccountAct.REOPEN})
"""The acts that end with a one-time password."""


@dataclass(frozen=True)
class AskChange:
    """Message: a change to ask for; `number` names the account, `name` and `role` what is new."""

    act: str
    number: str
    reason: str
    name: str = ""
    role: str = ""


@dataclass(frozen=True)
class ChangeView:
    """A change; `agreed` None: it waits for a second person, or nobody answered in time
    (`expired`)."""

    id: str
    act: AccountAct
    staff: str
    number: str
    name: str
    role: str
    reason: str
    asked_by: str
    asked_by_name: str
    asked_ms: int
    agreed: bool | None
    answered_by_name: str
    answered_ms: int | None

    @property
    def waits(self) -> bool:
        """Whether a second person may still answer."""
        return self.answered_ms is None

    @property
    def expired(self) -> bool:
        """Whether nobody answered in time."""
        return self.agreed is None and not self.waits


def ask_change(uow: UnitOfWork, principal: Principal, message: AskChange) -> str:
    """Ask for a change; return its id.

    Errors: `account.unknown_act`, `account.no_reason`, `staff.incomplete`, `staff.unknown`,
    `staff.unknown_role`, `staff.number_taken`, `account.own`, `account.open`, `account.closed`,
    `account.already_asked`.
    """
    principal.require("staff:manage")
    if message.act not in set(AccountAct):
        raise MzError("account.unknown_act", Kind.INVALID, message.act[:40])
    act, reason = AccountAct(message.act), _reason(message.reason)
    number, name = typed.line(message.number, 41), typed.line(message.name, 60)
    if act in (AccountAct.OPEN, AccountAct.ROLE) and message.role not in COURT_STAFF:
        raise MzError("staff.unknown_role", Kind.INVALID, message.role[:40])
    known = staff.find_by_number(uow, number)
    if act is AccountAct.OPEN:
        if not number or not name or len(number) > 40:
            raise MzError("staff.incomplete", Kind.INVALID, "number and name are needed")
        if known is not None:
            raise MzError("staff.number_taken", Kind.CONFLICT, number)
        account, role = new_id(), message.role
    else:
        row = _fit(principal, known, act)
        account, name = row.id, row.name
        role = message.role if act is AccountAct.ROLE else row.role
    waiting = [one for one in _waiting(uow) if not _is_late(uow, one)]
    if any(one.number == number and one.act == act for one in waiting):
        raise MzError("account.already_asked", Kind.CONFLICT, number)
    change = AccountChange(
        id=new_id(), act=act, staff=account, number=number, name=name, role=role, reason=reason,
        asked_by=principal.id, asked_ms=uow.now_ms,
    )  # fmt: skip
    uow.session.add(change)
    _tell(uow, principal, change, "asked")
    return change.id


def answer_change(
    uow: UnitOfWork, principal: Principal, change: str, password_hash: str | None
) -> ChangeView:
    """Agree to what another person asked for, or refuse it where there is no `password_hash`.

    The hash is of a fresh one-time password, made off the event loop; it is used by the acts of
    `WITH_PASSWORD`. Errors: `account.unknown_change`, `account.answered`, `account.expired`,
    `account.own_request`, `account.own`, and what `ask_change` finds meanwhile.
    """
    principal.require("staff:agree")
    row = uow.session.get(AccountChange, change, with_for_update=True)
    if row is None:
        raise MzError("account.unknown_change", Kind.NOT_FOUND, change[:40])
    if row.answered_ms is not None:
        raise MzError("account.answered", Kind.CONFLICT, row.id)
    if _is_late(uow, row):
        raise MzError("account.expired", Kind.CONFLICT, row.id)
    if row.asked_by == principal.id:
        raise MzError("account.own_request", Kind.REFUSED, row.id)
    if row.staff == principal.id:
        raise MzError("account.own", Kind.REFUSED, row.number)
    agreed = password_hash is not None
    row.agreed, row.answered_by, row.answered_ms = agreed, principal.id, uow.now_ms
    if password_hash is not None:
        _carry_out(uow, principal, row, password_hash)
    _tell(uow, principal, row, "agreed" if agreed else "refused")
    uow.session.flush()
    return _view(uow, row)


def close_account(uow: UnitOfWork, principal: Principal, account: str, reason: str) -> None:
    """Close an account at once: its sessions end. One closed already stays so.

    Errors: `staff.unknown`, `account.own`, `account.no_reason`.
    """
    principal.require("staff:manage")
    row = uow.session.get(Staff, account)
    if row is None:
        raise MzError("staff.unknown", Kind.NOT_FOUND, account[:40])
    if row.id == principal.id:
        raise MzError("account.own", Kind.REFUSED, row.number)
    said = _reason(reason)
    if not row.active:
        return
    row.active = False
    sessions.end_other_sessions(uow, row.id, "")
    uow.ledger("staff:account:closed", principal.id, row.id, sha256_hex(said.encode()))


def list_changes(uow: UnitOfWork, principal: Principal) -> list[ChangeView]:
    """Return the changes that wait, then the newest of those that were answered."""
    principal.require("staff:read")
    query = (
        select(AccountChange)
        .where(AccountChange.answered_ms.is_not(None))
        .order_by(AccountChange.answered_ms.desc())
        .limit(_SHOWN)
    )
    return [_view(uow, row) for row in (*_waiting(uow), *uow.session.scalars(query))]


def expire(uow: UnitOfWork) -> None:
    """End the requests that nobody answered in `court.account_request_days`; staff are told."""
    query = select(AccountChange).where(
        AccountChange.answered_ms.is_(None), AccountChange.asked_ms <= _latest_late(uow)
    )
    for row in uow.session.scalars(query.with_for_update(skip_locked=True)):
        row.answered_ms = uow.now_ms
        _note(uow, "centre", row, "expired")
        act = AccountAct(row.act)
        uow.emit("AccountRequestExpired", f"账号申请逾期失效：{act.zh} {row.number} {row.name}",
                 f"A request about an account expired: {act.en}, {row.number} {row.name}",
                 subject=row.id, level="warn", permission="staff:read")  # fmt: skip


def count_waiting(uow: UnitOfWork, principal: Principal) -> int:
    """Return how many changes wait for this person's answer."""
    query = select(func.count()).where(
        AccountChange.answered_ms.is_(None),
        AccountChange.asked_ms > _latest_late(uow),
        AccountChange.asked_by != principal.id,
        AccountChange.staff != principal.id,
    )
    return uow.session.scalar(query) or 0


def _latest_late(uow: UnitOfWork) -> int:
    """Return when a request was asked for at the latest that is too old to be answered now."""
    return uow.now_ms - uow.settings.court.account_request_days * DAY_MS


def _is_late(uow: UnitOfWork, row: AccountChange) -> bool:
    return row.asked_ms <= _latest_late(uow)


def _waiting(uow: UnitOfWork) -> list[AccountChange]:
    query = select(AccountChange).where(AccountChange.answered_ms.is_(None))
    return list(uow.session.scalars(query.order_by(AccountChange.asked_ms)))


def _fit(principal: Principal, row: Staff | None, act: AccountAct) -> Staff:
    """Return an account to which the act may be done by this person."""
    if row is None:
        raise MzError("staff.unknown", Kind.NOT_FOUND)
    if row.id == principal.id:
        raise MzError("account.own", Kind.REFUSED, row.number)
    if row.active is (act is AccountAct.REOPEN):
        code = "account.open" if row.active else "account.closed"
        raise MzError(code, Kind.CONFLICT, row.number)
    return row


def _carry_out(
    uow: UnitOfWork, principal: Principal, change: AccountChange, password_hash: str
) -> None:
    act = AccountAct(change.act)
    if act is AccountAct.OPEN:
        message = staff.NewStaff(change.number, change.name, change.role, password_hash)
        staff.add_staff(uow, principal, message, change.staff)
        return
    row = _fit(principal, uow.session.get(Staff, change.staff), act)
    row.role, row.active = change.role, True
    if act in WITH_PASSWORD:
        staff.set_password(uow, principal, row.id, password_hash, must_change=True)
    sessions.end_other_sessions(uow, row.id, "")


def _reason(text: str) -> str:
    said = typed.line(text, LONGEST)
    if len(said) < SHORTEST:
        raise MzError("account.no_reason", Kind.INVALID)
    return said


def _tell(uow: UnitOfWork, principal: Principal, change: AccountChange, done: str) -> None:
    _note(uow, principal.id, change, done)


def _note(uow: UnitOfWork, actor: str, change: AccountChange, done: str) -> None:
    said = f"{change.act} {change.number} {change.role} {change.reason}"
    uow.ledger(f"staff:account:{done}", actor, change.staff, sha256_hex(said.encode()),
               {"change": change.id, "act": change.act, "role": change.role})  # fmt: skip


def _view(uow: UnitOfWork, row: AccountChange) -> ChangeView:
    return ChangeView(
        row.id, AccountAct(row.act), row.staff, row.number, row.name, row.role, row.reason,
        row.asked_by, uow.session.get_one(Staff, row.asked_by).name, row.asked_ms, row.agreed,
        uow.session.get_one(Staff, row.answered_by).name if row.answered_by else "",
        row.answered_ms,
    )  # fmt: skip
