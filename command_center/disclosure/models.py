"""Tables of disclosure: who may see what, with which password, and the documents made for it."""

from __future__ import annotations

from typing import ClassVar

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from command_center.platform.tables import Base, Id, Key, Line, Ms, Raw, Word


class GrantRow(Base):
    """A party may see his case. The account is the case number; the password is his alone."""

    __tablename__ = "disclosure_grant"
    __table_args__ = (UniqueConstraint("case", "party"),)

    grant: Mapped[Id] = mapped_column(primary_key=True)
    case: Mapped[Id] = mapped_column(index=True)
    party: Mapped[Id]
    account: Mapped[Line] = mapped_column(index=True)
    password_hash: Mapped[Line] = mapped_column(default="")
    issued_ms: Mapped[Ms | None]
    issued_by: Mapped[Id | None]
    issue_number: Mapped[int] = mapped_column(default=0)
    revoked_ms: Mapped[Ms | None]
    opens_ms: Mapped[Ms]
    created_ms: Mapped[Ms]


class WrongPasswordRow(Base):
    """A wrong password for an account (by blind index: people mistype other secrets into it)."""

    __tablename__ = "portal_wrong_password"
    __table_args__ = (Index("ix_portal_wrong_password_account", "account", "at_ms"),)

    id: Mapped[Id] = mapped_column(primary_key=True)
    account: Mapped[Key]
    at_ms: Mapped[Ms]


class PortalSessionRow(Base):
    """A party's session; only the digest of its token is kept."""

    __tablename__ = "portal_session"

    token_sha256: Mapped[Key] = mapped_column(primary_key=True)
    grant: Mapped[Id] = mapped_column(index=True)
    issue_number: Mapped[int]
    csrf: Mapped[Line]
    began_ms: Mapped[Ms]
    seen_ms: Mapped[Ms]
    ended_ms: Mapped[Ms | None]


class DocumentRow(Base):
    """A disclosure document as signed: the portal renders these and nothing else."""

    __tablename__ = "disclosure_document"
    __table_args__ = (UniqueConstraint("grant", "version"),)
    append_only: ClassVar[bool] = True

    document: Mapped[Id] = mapped_column(primary_key=True)
    grant: Mapped[Id] = mapped_column(index=True)
    version: Mapped[int]
    as_of_ms: Mapped[Ms]
    content_sha256: Mapped[Key]
    envelope: Mapped[Raw]


class PortalViewRow(Base):
    """Each sign-in and each view by a party (S-30)."""

    __tablename__ = "portal_view"
    append_only: ClassVar[bool] = True

    view: Mapped[Id] = mapped_column(primary_key=True)
    grant: Mapped[Id] = mapped_column(index=True)
    act: Mapped[Word]
    document: Mapped[Id | None]
    at_ms: Mapped[Ms]


class DisclosureCursorRow(Base):
    """How far the event log has been read for rebuilding documents."""

    __tablename__ = "disclosure_cursor"

    name: Mapped[Word] = mapped_column(primary_key=True)
    since: Mapped[Ms]
