"""Who looked at what: written when a case, a recording or a party's data is opened."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from command_center.access.models import AccessView, Staff
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork


@dataclass(frozen=True)
class ViewedBy:
    """One look: by whom (name and role as now), at what, when."""

    name: str
    role: str
    what: str
    subject: str
    at_ms: int


def note_view(
    uow: UnitOfWork, principal: Principal, what: str, subject: str, case: str | None = None
) -> None:
    """Write that the principal opened `subject` (an id); `what` is `case`, `recording`, …"""
    uow.session.add(
        AccessView(
            principal=principal.id,
            role=principal.role,
            what=what,
            subject=subject,
            case=case,
            at_ms=uow.now_ms,
        )
    )


def views_of_case(uow: UnitOfWork, principal: Principal, case: str) -> list[ViewedBy]:
    """Return the newest 200 looks at a case, newest first."""
    principal.require("view:read")
    query = (
        select(AccessView, Staff.name)
        .outerjoin(Staff, Staff.id == AccessView.principal)
        .where(AccessView.case == case)
        .order_by(AccessView.seq.desc())
        .limit(200)
    )
    return [
        ViewedBy(name or row.role, row.role, row.what, row.subject, row.at_ms)
        for row, name in uow.session.execute(query)
    ]


def views_of_subjects(
    uow: UnitOfWork,
    principal: Principal,
    what: str,
    subjects: list[str],
    from_ms: int,
    until_ms: int,
) -> list[ViewedBy]:
    """Return the newest 100 looks at these subjects within a time, newest first."""
    principal.require("view:read")
    query = (
        select(AccessView, Staff.name)
        .outerjoin(Staff, Staff.id == AccessView.principal)
        .where(
            AccessView.subject.in_(subjects),
            AccessView.what == what,
            AccessView.at_ms.between(from_ms, until_ms),
        )
        .order_by(AccessView.seq.desc())
        .limit(100)
    )
    return [
        ViewedBy(name or row.role, row.role, row.what, row.subject, row.at_ms)
        for row, name in uow.session.execute(query)
    ]
