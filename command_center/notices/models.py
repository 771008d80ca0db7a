"""Tables of telling: notice, attempt, its parts, receipts, and what a clerk must do by hand."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from command_center.cases.models import Party
from command_center.platform.tables import AUTO, Base, Id, Key, Line, Long, Ms, Raw, Word


class NoticeRow(Base):
    """One text to one party by one channel. (node, purpose, party, channel) is its identity:
    the same act told again makes no second notice. hold: what it waited for until released_ms."""

    __tablename__ = "notice"
    __table_args__ = (UniqueConstraint("node", "purpose", "party", "channel"),)

    notice: Mapped[Id] = mapped_column(primary_key=True)
    purpose: Mapped[Word]
    node: Mapped[Id] = mapped_column(index=True)
    case: Mapped[Id] = mapped_column(ForeignKey("case.id"), index=True)
    party: Mapped[Id] = mapped_column(ForeignKey("party.id"), index=True)
    party_role: Mapped[Word]
    channel: Mapped[Word]
    contact: Mapped[Id | None]
    confirmed: Mapped[bool]
    template: Mapped[Line]
    text: Mapped[Long]
    text_sha256: Mapped[Key]
    messages: Mapped[int]
    state: Mapped[Word] = mapped_column(index=True)
    code: Mapped[Line] = mapped_column(default="")
    hold: Mapped[Id | None] = mapped_column(index=True)
    created_ms: Mapped[Ms]
    released_ms: Mapped[Ms | None]
    sent_ms: Mapped[Ms | None]
    delivered_ms: Mapped[Ms | None]
    read_ms: Mapped[Ms | None]
    acked_ms: Mapped[Ms | None]
    failed_ms: Mapped[Ms | None]
    alarmed_ms: Mapped[Ms | None]

    recipient: Mapped[Party] = relationship(viewonly=True)


class HoldRow(Base):
    """Telling waits in a case (DESIGN: while it would spoil the act), never beyond `until_ms`.

    lifted_by: None with lifted_ms set when the time was over.
    """

    __tablename__ = "notice_hold"

    hold: Mapped[Id] = mapped_column(primary_key=True)
    case: Mapped[Id] = mapped_column(ForeignKey("case.id"), index=True)
    reason: Mapped[Line]
    approver: Mapped[Id]
    placed_ms: Mapped[Ms]
    until_ms: Mapped[Ms]
    lifted_ms: Mapped[Ms | None] = mapped_column(index=True)
    lifted_by: Mapped[Id | None]


class AttemptRow(Base):
    """One try to send a notice; its id is the idempotency key towards the provider.

    submissions: how often the worker began to hand it over. Above 1 the worker died, or got no
    answer, between submit and answer: the party may have been told more than once.
    """

    __tablename__ = "notice_attempt"
    __table_args__ = (
        UniqueConstraint("notice", "number"),
        Index("ix_notice_attempt_provider_began_ms", "provider", "began_ms"),
    )

    attempt: Mapped[Id] = mapped_column(primary_key=True)
    notice: Mapped[Id] = mapped_column(ForeignKey("notice.notice"), index=True)
    number: Mapped[int]
    provider: Mapped[Word]
    submissions: Mapped[int]
    began_ms: Mapped[Ms]
    answered_ms: Mapped[Ms | None]
    answer: Mapped[Word | None]
    code: Mapped[Line] = mapped_column(default="")


class PartRow(Base):
    """One short message of an attempt, as the provider named it, and how it fared."""

    __tablename__ = "notice_part"
    __table_args__ = (Index("ix_notice_part_message_id", "provider", "message_id"),)

    attempt: Mapped[Id] = mapped_column(ForeignKey("notice_attempt.attempt"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    provider: Mapped[Word]
    message_id: Mapped[Line]
    state: Mapped[Word]


class ReceiptRow(Base):
    """A status report, kept even when nobody knows the message yet; repeats are counted."""

    __tablename__ = "notice_receipt"
    __table_args__ = (UniqueConstraint("provider", "message_id", "code"),)

    receipt: Mapped[int] = mapped_column(AUTO, primary_key=True, autoincrement=True)
    provider: Mapped[Word]
    message_id: Mapped[Line]
    code: Mapped[Line]
    state: Mapped[Word]
    at_ms: Mapped[Ms | None]
    first_ms: Mapped[Ms]
    last_ms: Mapped[Ms]
    times: Mapped[int]
    attempt: Mapped[Id | None] = mapped_column(index=True)


class TaskRow(Base):
    """What a clerk must do because no machine could: tell the party in another way."""

    __tablename__ = "notice_task"

    task: Mapped[Id] = mapped_column(primary_key=True)
    notice: Mapped[Id] = mapped_column(ForeignKey("notice.notice"), unique=True)
    case: Mapped[Id] = mapped_column(ForeignKey("case.id"), index=True)
    party: Mapped[Id] = mapped_column(ForeignKey("party.id"))
    reason: Mapped[Word]
    code: Mapped[Line]
    state: Mapped[Word] = mapped_column(index=True)
    created_ms: Mapped[Ms]
    done_ms: Mapped[Ms | None]
    done_by: Mapped[Id | None]
    outcome: Mapped[Line] = mapped_column(default="")


class ReplyRow(Base):
    """A text message that came in; `case` and `party` are None when nobody knows its number.

    number: encrypted under `notice_reply.number`; times: how often the network delivered it.
    """

    __tablename__ = "notice_reply"

    reply: Mapped[Id] = mapped_column(primary_key=True)
    provider: Mapped[Word]
    number: Mapped[Raw]
    number_index: Mapped[Key] = mapped_column(index=True)
    case: Mapped[Id | None] = mapped_column(ForeignKey("case.id"), index=True)
    party: Mapped[Id | None] = mapped_column(ForeignKey("party.id"))
    text: Mapped[Long]
    not_me: Mapped[bool]
    state: Mapped[Word] = mapped_column(index=True)
    times: Mapped[int]
    received_ms: Mapped[Ms]
    settled_ms: Mapped[Ms | None]
    settled_by: Mapped[Id | None]
    outcome: Mapped[Line] = mapped_column(default="")


class TemplateRow(Base):
    """A text of the court: proposed, decided by another person, in force from a day on."""

    __tablename__ = "notice_template"
    __table_args__ = (UniqueConstraint("purpose", "audience", "version"),)

    template: Mapped[Id] = mapped_column(primary_key=True)
    purpose: Mapped[Word]
    audience: Mapped[Word]
    version: Mapped[int]
    body: Mapped[Long]
    effective: Mapped[Word]
    state: Mapped[Word]
    author: Mapped[Id]
    proposed_ms: Mapped[Ms]
    decided_by: Mapped[Id | None]
    decided_ms: Mapped[Ms | None]


class SimulatedMessageRow(Base):
    """A message of the simulated SMS provider: it stays in this table and reaches no telephone.

    number: encrypted under the purpose `simulated_sms.number`.
    """

    __tablename__ = "simulated_sms"

    key: Mapped[Id] = mapped_column(primary_key=True)
    number: Mapped[Raw]
    text: Mapped[Long]
    submitted_ms: Mapped[Ms]
    submissions: Mapped[int]
    receipt_due_ms: Mapped[Ms] = mapped_column(index=True)
    receipt_code: Mapped[Word]
    receipt_sent_ms: Mapped[Ms | None]
