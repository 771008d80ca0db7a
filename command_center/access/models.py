"""Tables of staff, their sessions, failed sign-ins, and what they looked at."""

from __future__ import annotations

from typing import ClassVar

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from command_center.platform.tables import AUTO, Base, Id, Key, Line, Ms, Word


class Staff(Base):
    """A member of the court's staff; `number` is the sign-in name (工号), role of DOMAIN §5.4."""

    __tablename__ = "staff"

    id: Mapped[Id] = mapped_column(primary_key=True)
    number: Mapped[Word] = mapped_column(unique=True)
    name: Mapped[Line]
    role: Mapped[Word]
    phone: Mapped[Word] = mapped_column(default="")
    password_hash: Mapped[Line]
    must_change: Mapped[bool]
    active: Mapped[bool] = mapped_column(default=True)
    created_ms: Mapped[Ms]


class StaffSession(Base):
    """A signed-in browser: the SHA-256 of its cookie's token, and its CSRF token."""

    __tablename__ = "staff_session"

    token_hash: Mapped[Key] = mapped_column(primary_key=True)
    staff: Mapped[Id] = mapped_column(ForeignKey("staff.id"), index=True)
    csrf: Mapped[Key]
    opened_ms: Mapped[Ms]
    seen_ms: Mapped[Ms]
    ended_ms: Mapped[Ms | None]


class SignInFailure(Base):
    """A wrong sign-in by account or by address; both are counted, neither names a person."""

    __tablename__ = "sign_in_failure"
    __table_args__ = (Index("ix_sign_in_failure_subject_at_ms", "subject", "at_ms"),)

    seq: Mapped[int] = mapped_column(AUTO, primary_key=True, autoincrement=True)
    subject: Mapped[Line]
    at_ms: Mapped[Ms]


class AccessView(Base):
    """Who looked at what, and when (个人信息保护法 51): append-only."""

    __tablename__ = "access_view"
    append_only: ClassVar[bool] = True

    seq: Mapped[int] = mapped_column(AUTO, primary_key=True, autoincrement=True)
    principal: Mapped[Id]
    role: Mapped[Word]
    what: Mapped[Word]
    subject: Mapped[Line] = mapped_column(index=True)
    case: Mapped[Id | None] = mapped_column(index=True)
    at_ms: Mapped[Ms]


class AccountChange(Base):
    """A change of an account that two persons make: one asks, another answers.

    `staff` is the account's id, from the asking on also where it is yet to be opened.
    """

    __tablename__ = "account_change"

    id: Mapped[Id] = mapped_column(primary_key=True)
    act: Mapped[Word]
    staff: Mapped[Id] = mapped_column(index=True)
    number: Mapped[Word]
    name: Mapped[Line]
    role: Mapped[Word]
    reason: Mapped[Line]
    asked_by: Mapped[Id] = mapped_column(ForeignKey("staff.id"))
    asked_ms: Mapped[Ms]
    agreed: Mapped[bool | None]
    answered_by: Mapped[Id | None] = mapped_column(ForeignKey("staff.id"))
    answered_ms: Mapped[Ms | None] = mapped_column(index=True)
