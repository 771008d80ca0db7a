"""Tables of disclosure: who may see what, with which password, and the documents made for it."""

from __future__ import annotations

from typing import ClassVar

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from command_center.platform.tables import Base, Id, Key, Line, Ms, Raw, Word


class GrantRow(Base):
    """A party may see his case. The account is the case number; the password is his alone."""

    __tablename__ = "disclosure_grant"
    __table_args__ = (UniqueConstraint("case", "party"),)

    grant: Mapped[Id] = mapped_column(primary_key=True)
    case: Mapped[Id] = mapped_column(ForeignKey("case.id"), index=True)
    party: Mapped[Id] = mapped_column(ForeignKey("party.id"))
    account: Mapped[Line] = mapped_column(index=True)
    password_hash: Mapped[Line] = mapped_column(default="")
    issued_ms: Mapped[Ms | None]
    issued_by: Mapped[Id | None]
    issue_number: Mapped[int] = mapped_column(default=0)
    revoked_ms: Mapped[Ms | None]
    opens_ms: Mapped[Ms]
    created_ms: Mapped[Ms]


class PortalSessionRow(Base):
    """A party's session; only the digest of its token is kept."""

    __tablename__ = "portal_session"

    token_sha256: Mapped[Key] = mapped_column(primary_key=True)
    grant: Mapped[Id] = mapped_column(ForeignKey("disclosure_grant.grant"), index=True)
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


class DisclosureCursorRow(Base):
    """How far the event log has been read for rebuilding documents."""

    __tablename__ = "disclosure_cursor"

    name: Mapped[Word] = mapped_column(primary_key=True)
    since: Mapped[Ms]
