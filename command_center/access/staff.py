"""Staff as rows and as principals."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select

from command_center.access import passwords
from command_center.access.models import Staff
from command_center.access.permissions import COURT_STAFF, permissions_of
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.ids import new_id
from schemas.problems import Kind, MzError
from schemas.sign import sha256_hex


@dataclass(frozen=True)
class StaffView:
    """A member of staff as other staff see him."""

    id: str
    number: str
    name: str
    role: str
    phone: str
    active: bool


@dataclass(frozen=True)
class NewStaff:
    """Message: a member of staff to add. `password_hash` was made off the event loop."""

    number: str
    name: str
    role: str
    password_hash: str
    phone: str = ""
    must_change: bool = True


def view(row: Staff) -> StaffView:
    """Return the view of a row."""
    return StaffView(row.id, row.number, row.name, row.role, row.phone, row.active)


def principal_of(row: Staff) -> Principal:
    """Return the principal of a member of staff."""
    return Principal(row.id, row.name, row.role, permissions_of(row.role))


def add_staff(
    uow: UnitOfWork, principal: Principal, message: NewStaff, staff: str | None = None
) -> StaffView:
    """Add a member of staff, under an id that was made before or a fresh one.

    Errors: `staff.unknown_role`, `staff.number_taken`, `staff.incomplete`.
    """
    if message.role not in COURT_STAFF:
        raise MzError("staff.unknown_role", Kind.INVALID, message.role[:40])
    if not message.number.strip() or not message.name.strip() or len(message.number) > 40:
        raise MzError("staff.incomplete", Kind.INVALID, "number and name are needed")
    if find_by_number(uow, message.number) is not None:
        raise MzError("staff.number_taken", Kind.CONFLICT, message.number[:40])
    row = Staff(
        id=staff or new_id(),
        number=message.number.strip(),
        name=message.name.strip(),
        role=message.role,
        phone=message.phone,
        password_hash=message.password_hash,
        must_change=message.must_change,
        created_ms=uow.now_ms,
        active=True,
    )
    uow.session.add(row)
    digest = sha256_hex(f"{row.id} {row.role}".encode())
    uow.ledger("staff:account:added", principal.id, row.id, digest, {"role": row.role})
    return view(row)


def find_by_number(uow: UnitOfWork, number: str) -> Staff | None:
    """Return the row of a staff number, or None."""
    return uow.session.scalars(select(Staff).where(Staff.number == number.strip())).first()


def get_staff(uow: UnitOfWork, staff: str) -> StaffView:
    """Return one member of staff; `staff.unknown`."""
    row = uow.session.get(Staff, staff)
    if row is None:
        raise MzError("staff.unknown", Kind.NOT_FOUND, staff[:40])
    return view(row)


def staff_names(uow: UnitOfWork, ids: Collection[str]) -> dict[str, str]:
    """Return names by id; who is unknown is left out."""
    query = select(Staff.id, Staff.name).where(Staff.id.in_(ids))
    return dict(uow.session.execute(query).all())


def list_staff(uow: UnitOfWork, principal: Principal) -> list[StaffView]:
    """Return all staff by number."""
    return [view(row) for row in uow.session.scalars(select(Staff).order_by(Staff.number))]


def set_password(
    uow: UnitOfWork, principal: Principal, staff: str, password_hash: str, *, must_change: bool
) -> None:
    """Replace a password's hash; every other session of that account ends in `sessions`."""
    row = uow.session.get(Staff, staff)
    if row is None:
        raise MzError("staff.unknown", Kind.NOT_FOUND, staff[:40])
    row.password_hash, row.must_change = password_hash, must_change
    uow.ledger("staff:password:changed", principal.id, staff, sha256_hex(staff.encode()))


def fresh_password() -> tuple[str, str]:
    """Return a one-time password and its hash; call it off the event loop."""
    password = passwords.one_time_password()
    return password, passwords.hash_password(password)
