"""Tables of cases, parties with contacts, officers in charge, and the enforcement log."""

from __future__ import annotations

from typing import ClassVar

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from command_center.platform.tables import AUTO, Base, Id, Key, Line, Long, Ms, Raw, Word


class Case(Base):
    """A case; `number` is normalised, `number_raw` as written. Amounts in fen.

    basis: number of what is enforced (执行依据), basis_body: who made it; basis_day, perform_by:
    ISO days of its effect, and of the end of the time to perform; claim: what is asked for.
    principal_fen: the part that bears delay interest, all of it if None. close_kind: 结案方式.
    """

    __tablename__ = "case"
    __table_args__ = (
        Index("ix_case_filed", "filed_ms"),
        Index("ix_case_state", "state", "filed_ms"),
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    number: Mapped[Line] = mapped_column(unique=True)
    number_raw: Mapped[Line]
    kind: Mapped[Word]
    state: Mapped[Word]
    cause: Mapped[Line]
    basis: Mapped[Line]
    amount_fen: Mapped[Ms]
    filed_ms: Mapped[Ms]
    major: Mapped[bool] = mapped_column(default=False)
    basis_body: Mapped[Line] = mapped_column(default="")
    basis_day: Mapped[Word] = mapped_column(default="")
    perform_by: Mapped[Word] = mapped_column(default="")
    claim: Mapped[Long] = mapped_column(default="")
    principal_fen: Mapped[Ms | None]
    close_kind: Mapped[Word] = mapped_column(default="")
    created_ms: Mapped[Ms]


class Party(Base):
    """A person or unit in a case with its role (DOMAIN §5.4). `id_number` is encrypted, of a kind
    of `ID_KINDS`; `birth` likewise, of `BIRTH_SOURCES`, where the number names no day of birth.

    name, role, birth: as they are now; what they were before is in `PartyChange`. until_day: the
    first ISO day on which it was no party any more.
    """

    __tablename__ = "party"

    id: Mapped[Id] = mapped_column(primary_key=True)
    case: Mapped[Id] = mapped_column(ForeignKey("case.id"), index=True)
    role: Mapped[Word]
    name: Mapped[Line]
    is_person: Mapped[bool]
    id_number: Mapped[Raw | None]
    id_index: Mapped[Key | None] = mapped_column(index=True)
    id_kind: Mapped[Word] = mapped_column(default="")
    birth: Mapped[Raw | None]
    birth_source: Mapped[Word] = mapped_column(default="")
    position: Mapped[int] = mapped_column(default=0)
    until_day: Mapped[Word | None]
    created_ms: Mapped[Ms]


class Contact(Base):
    """A phone or mail address of a party, encrypted; `confirmed_ms` by 送达地址确认书 or the like.

    source: where it is from (`application`, `confirmation`, `debtor`, `inquiry`); ended_why:
    `NOT_ME` when its holder said so, which stops the number in every case.
    """

    __tablename__ = "contact"

    id: Mapped[Id] = mapped_column(primary_key=True)
    party: Mapped[Id] = mapped_column(ForeignKey("party.id"), index=True)
    kind: Mapped[Word]
    value: Mapped[Raw]
    value_index: Mapped[Key] = mapped_column(index=True)
    source: Mapped[Word]
    confirmed_ms: Mapped[Ms | None]
    confirmed_how: Mapped[Line] = mapped_column(default="")
    ended_ms: Mapped[Ms | None]
    ended_why: Mapped[Word] = mapped_column(default="")
    created_ms: Mapped[Ms]


class CaseText(Base):
    """What a case is found by, whole: its number and every name, a line each (`search_words`)."""

    __tablename__ = "case_text"

    seq: Mapped[int] = mapped_column(AUTO, primary_key=True, autoincrement=True)
    case: Mapped[Id] = mapped_column(ForeignKey("case.id"), unique=True)
    filed_ms: Mapped[Ms]
    text: Mapped[Long]


class CaseWord(Base):
    """A word that leads to a case (`seq` of its text); the key's order is that of the answer."""

    __tablename__ = "case_word"
    __table_args__ = ({"sqlite_with_rowid": False},)

    word: Mapped[str] = mapped_column(String(12), primary_key=True)
    filed_ms: Mapped[Ms] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(AUTO, primary_key=True, autoincrement=False)


class CaseOfficer(Base):
    """A member of staff in charge of a case, in one role."""

    __tablename__ = "case_officer"
    __table_args__ = (UniqueConstraint("case", "staff", "role"),)

    id: Mapped[Id] = mapped_column(primary_key=True)
    case: Mapped[Id] = mapped_column(ForeignKey("case.id"), index=True)
    staff: Mapped[Id] = mapped_column(ForeignKey("staff.id"))
    role: Mapped[Word]
    since_ms: Mapped[Ms]
    until_ms: Mapped[Ms | None]


class LogEntry(Base):
    """A line of the enforcement log (执行日志, DOMAIN §2.14): append-only.

    `at_ms` is when it happened, `recorded_ms` when the centre wrote it. Texts are whole
    sentences for staff; what parties see is made by `disclosure/`. `entry` is the writer's id of
    what was written by hand; `corrects` is the line that it sets right, `reason` says why; `node`:
    under which parties are told of it, where that is not its subject.
    """

    __tablename__ = "enforcement_log"
    __table_args__ = (Index("uq_enforcement_log_entry", "entry", unique=True),)
    append_only: ClassVar[bool] = True

    seq: Mapped[int] = mapped_column(AUTO, primary_key=True, autoincrement=True)
    case: Mapped[Id] = mapped_column(ForeignKey("case.id"), index=True)
    operation: Mapped[Id | None]
    at_ms: Mapped[Ms]
    recorded_ms: Mapped[Ms]
    act: Mapped[Word]
    officers: Mapped[Line]
    place: Mapped[Line]
    text: Mapped[Long]
    subject: Mapped[Line | None]
    recording: Mapped[Id | None]
    entry: Mapped[Id | None]
    corrects: Mapped[int | None] = mapped_column(AUTO)
    reason: Mapped[Line] = mapped_column(default="")
    node: Mapped[Id | None]
