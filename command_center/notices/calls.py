"""Telephone calls of a clerk: who called when, what was said, and what came of it.

A call tells a party whom no machine could tell: each is an attempt of the telephone notice of
that node, a line of the enforcement log and an entry of the ledger.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from command_center.cases.log import LogLine, append_log
from command_center.cases.models import Contact
from command_center.notices import changes
from command_center.notices.models import AttemptRow, NoticeRow, TaskRow
from command_center.notices.numbers import stop_number
from command_center.notices.providers.base import Answer
from command_center.notices.states import Channel, NoticeState
from command_center.notices.tasks import finish_of_node
from command_center.platform import typed
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from command_center.platform.worded import Worded
from schemas.ids import new_id
from schemas.problems import Kind, MzError
from schemas.sign import sha256_hex

BY_HAND = "call"
"""The provider of an attempt that a clerk made by telephone."""


class CallResult(Worded):
    """What came of a call."""

    TOLD = "TOLD", "已告知本人", "told in person"
    NO_ANSWER = "NO_ANSWER", "无人接听", "no answer"
    NOT_ME = "NOT_ME", "接听者非本人", "somebody else answered"


@dataclass(frozen=True)
class NewCall:
    """A call: when it was made (ms), what was said, what came of it (`CallResult`)."""

    at_ms: int
    said: str
    result: str


def log_call(uow: UnitOfWork, principal: Principal, task: str, call: NewCall) -> str:
    """Record a call to the party of a clerk's task; return the telephone notice's id.

    Told: the task is done. Not the party: the number is stopped everywhere. No answer: the task
    stays. Errors: `task.unknown`, `task.already_done`, `call.malformed`.
    """
    principal.require("notice:retry")
    row = uow.session.get(TaskRow, task, with_for_update=True)
    if row is None:
        raise MzError("task.unknown", Kind.NOT_FOUND, task[:40])
    if row.state != "OPEN":
        raise MzError("task.already_done", Kind.CONFLICT, task)
    said = typed.line(call.said, 300)
    if call.result not in CallResult.__members__ or not said or call.at_ms > uow.now_ms:
        raise MzError("call.malformed", Kind.INVALID, call.result[:40])
    result = CallResult(call.result)
    failed = uow.session.get_one(NoticeRow, row.notice)
    told = _telephone_notice(uow, failed)
    _write(uow, principal, told, call.at_ms, said, result)
    if result is CallResult.TOLD:
        changes.move(uow, told, NoticeState.SENT, call.at_ms)
        changes.move(uow, told, NoticeState.DELIVERED, call.at_ms)
        finish_of_node(uow, principal, failed, f"电话告知：{said}"[:400])
        return told.notice
    changes.move(uow, told, NoticeState.TEMP_FAIL)
    contact = uow.session.get(Contact, failed.contact) if failed.contact else None
    if result is CallResult.NOT_ME and contact is not None and contact.ended_ms is None:
        stop_number(uow, principal, contact, f"电话核实：{said}"[:400])
    return told.notice


def _telephone_notice(uow: UnitOfWork, failed: NoticeRow) -> NoticeRow:
    """Return the notice by telephone that takes a failed one's place; its calls are attempts."""
    query = select(NoticeRow).where(
        NoticeRow.node == failed.node, NoticeRow.purpose == failed.purpose,
        NoticeRow.party == failed.party,
    )  # fmt: skip
    same = {row.channel: row for row in uow.session.scalars(query.with_for_update())}
    if Channel.PHONE in same:
        return same[Channel.PHONE]
    whole = same.get(Channel.PORTAL, failed)
    row = NoticeRow(
        notice=new_id(), purpose=failed.purpose, node=failed.node, case=failed.case,
        party=failed.party, party_role=failed.party_role, channel=Channel.PHONE,
        contact=None, confirmed=failed.confirmed, template=whole.template,
        text=whole.text, text_sha256=whole.text_sha256, messages=1, state=NoticeState.QUEUED,
        created_ms=uow.now_ms,
    )  # fmt: skip
    uow.session.add(row)
    uow.session.flush()
    return row


def _write(
    uow: UnitOfWork,
    principal: Principal,
    told: NoticeRow,
    at_ms: int,
    said: str,
    result: CallResult,
) -> None:
    last = uow.session.scalar(
        select(func.max(AttemptRow.number)).where(AttemptRow.notice == told.notice)
    )
    answer = Answer.ACCEPTED if result is CallResult.TOLD else Answer.REJECTED
    words = f"{principal.name}：{result.zh}，{said}"[:400]
    attempt = AttemptRow(
        attempt=new_id(), notice=told.notice, number=(last or 0) + 1, provider=BY_HAND,
        submissions=1, began_ms=at_ms, answered_ms=uow.now_ms, answer=answer, code=words,
    )  # fmt: skip
    uow.session.add(attempt)
    uow.ledger("party:call:logged", principal.id, attempt.attempt, sha256_hex(words.encode()),
               {"case": told.case, "party": told.party, "notice": told.notice})  # fmt: skip
    append_log(
        uow,
        LogLine(told.case, at_ms, "CALL", f"电话联系当事人：{result.zh}", principal.name,
                subject=told.notice),
    )  # fmt: skip
