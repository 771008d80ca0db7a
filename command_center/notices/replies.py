"""What parties answer by text message: attached to their case, read by a clerk, obeyed when it
says that the number is not theirs."""

from __future__ import annotations

import dataclasses
import re

from sqlalchemy import func, select

from command_center.cases.contacts import same_indexes
from command_center.cases.log import LogLine, append_log
from command_center.cases.models import Case, Contact, Party
from command_center.notices.changes import shown_name
from command_center.notices.models import NoticeRow, ReplyRow
from command_center.notices.numbers import stop_number
from command_center.notices.providers.base import ProviderReply
from command_center.platform import typed
from command_center.platform.masking import mask_phone
from command_center.platform.paging import PAGE
from command_center.platform.principal import CENTRE, Principal
from command_center.platform.uow import UnitOfWork
from schemas.ids import new_id
from schemas.problems import Kind, MzError
from schemas.sign import sha256_hex

NUMBER = "notice_reply.number"
TEXT_CHARS = 1_000
_SAME_MS = 600_000
"""The same text of the same number within this time is one reply that the network repeated."""
_NOISE = re.compile(r"[\s,，.。!！、;；~～:：\"'“”‘’【】()（）]+")
_GREETING = re.compile(r"^(您好|你好|抱歉|对不起|sorry)+")
_NOT_ME = re.compile(
    r"^(0000|(我)?不是本人|(我)?(这)?非本人|(这|这个|本)?(号码|手机号|电话|手机)(不是|非)本人"
    r"|(这)?不是我(本人|的(号码?|手机号?|电话))?$|我不是(他|她|这个?人)$"
    r"|(你们?)?(发错|打错|弄错|找错)(人|号码|号)?了?|(its|itis|thisis)?not(me|mynumber)$"
    r"|(youhavethe)?wrong(number|person)$)"
)
_ASKS = re.compile(r"[?？]|吗|么$|呢$")


@dataclasses.dataclass(frozen=True)
class Reply:
    """An answer as the desk reads it. party_name is empty for a sender whom nobody knows."""

    reply: str
    case: str
    case_number: str
    party_name: str
    number_masked: str
    text: str
    not_me: bool
    times: int
    received_ms: int


def says_not_me(text: str, names: tuple[str, ...] = ()) -> bool:
    """Return whether a reply says plainly that its sender is not the party: the code `0000`, the
    usual words, or "I am not" with the party's name. A question never does: a clerk reads it."""
    if _ASKS.search(text):
        return False
    plain = _GREETING.sub("", _NOISE.sub("", text).lower())
    denied = (f"{who}{name}" for name in names for who in ("我不是", "不是", "本人不是"))
    return bool(_NOT_ME.match(plain)) or any(plain.startswith(one.lower()) for one in denied)


def record_reply(uow: UnitOfWork, reply: ProviderReply) -> str:
    """Keep a reply and return its id; the same one again within minutes is only counted.

    It goes to the case in which its number was told last. "Not me" stops the number in every
    case and reopens what was told to it. Every reply waits until a clerk has read it.
    """
    uow.one_at_a_time("notices.replies")
    text = _clean(reply.text)
    index = uow.keys.cipher.blind_index(_digits(reply.number), NUMBER)
    again = _repeated(uow, index, text)
    if again is not None:
        again.times += 1
        return again.reply
    contacts = _contacts(uow, reply.number)
    party = _party(uow, contacts)
    names = tuple(uow.session.scalars(
        select(Party.name).where(Party.id.in_({one.party for one in contacts}))
    ))  # fmt: skip
    not_me = bool(contacts) and says_not_me(text, names)
    row = ReplyRow(
        reply=new_id(), provider=reply.provider,
        number=uow.keys.cipher.encrypt(_digits(reply.number), NUMBER), number_index=index,
        case=party.case if party else None, party=party.id if party else None, text=text,
        not_me=not_me, state="OPEN", times=1, received_ms=uow.now_ms,
    )  # fmt: skip
    uow.session.add(row)
    uow.session.flush()
    _tell(uow, row)
    for contact in contacts if not_me else []:
        if contact.ended_ms is None:  # the one before may have stopped it: the same number
            stop_number(uow, CENTRE, contact, "对方短信回复：非本人")
    return row.reply


def open_replies(uow: UnitOfWork, principal: Principal) -> list[Reply]:
    """Return the replies that nobody has settled, a page, "not me" and the oldest first."""
    principal.require("notice:read")
    rows = uow.session.execute(
        select(ReplyRow, Case.number, Party.name, Party.is_person)
        .outerjoin(Case, Case.id == ReplyRow.case)
        .outerjoin(Party, Party.id == ReplyRow.party)
        .where(ReplyRow.state == "OPEN")
        .order_by(ReplyRow.not_me.desc(), ReplyRow.reply)
        .limit(PAGE)
    )
    return [
        Reply(row.reply, row.case or "", number or "",
              shown_name(name, bool(is_person)) if name else "",
              mask_phone(uow.keys.cipher.decrypt(row.number, NUMBER)), row.text, row.not_me,
              row.times, row.received_ms)
        for row, number, name, is_person in rows
    ]  # fmt: skip


def count_open_replies(uow: UnitOfWork) -> int:
    """Return how many replies nobody has settled."""
    query = select(func.count()).where(ReplyRow.state == "OPEN")
    return int(uow.session.scalar(query) or 0)


def settle_reply(uow: UnitOfWork, principal: Principal, reply: str, outcome: str) -> None:
    """Record what a clerk did about a reply. Errors: `reply.unknown`, `reply.settled`,
    `task.no_outcome`."""
    principal.require("notice:retry")
    row = uow.session.get(ReplyRow, reply, with_for_update=True)
    if row is None:
        raise MzError("reply.unknown", Kind.NOT_FOUND, reply[:40])
    if row.state != "OPEN":
        raise MzError("reply.settled", Kind.CONFLICT, reply)
    said = typed.line(outcome)
    if not said:
        raise MzError("task.no_outcome", Kind.INVALID)
    row.state, row.settled_ms, row.settled_by, row.outcome = "DONE", uow.now_ms, principal.id, said
    uow.ledger("party:reply:settled", principal.id, reply, sha256_hex(said.encode()),
               {"case": row.case} if row.case else {})  # fmt: skip


def _clean(text: str) -> str:
    """Strangers write this: no control characters, bounded; it is shown as text, never as more."""
    return typed.line(text, TEXT_CHARS) or "（空白）"


def _digits(number: str) -> str:
    return "".join(char for char in number if char.isdigit())[:20]


def _contacts(uow: UnitOfWork, number: str) -> list[Contact]:
    indexes = same_indexes(uow, "PHONE", _digits(number))
    query = select(Contact).where(Contact.kind == "PHONE", Contact.value_index.in_(indexes))
    return list(uow.session.scalars(query.order_by(Contact.created_ms.desc())))


def _party(uow: UnitOfWork, contacts: list[Contact]) -> Party | None:
    """Return the party that was told last by one of these numbers, else the newest holder."""
    if not contacts:
        return None
    last = uow.session.scalar(
        select(NoticeRow.party)
        .where(NoticeRow.contact.in_([one.id for one in contacts]))
        .order_by(NoticeRow.notice.desc())
        .limit(1)
    )
    return uow.session.get(Party, last or contacts[0].party)


def _repeated(uow: UnitOfWork, index: str, text: str) -> ReplyRow | None:
    query = select(ReplyRow).where(
        ReplyRow.number_index == index, ReplyRow.text == text,
        ReplyRow.received_ms > uow.now_ms - _SAME_MS,
    )  # fmt: skip
    return uow.session.scalars(query.limit(1)).first()


def _tell(uow: UnitOfWork, row: ReplyRow) -> None:
    digest = sha256_hex(row.text.encode())
    refs = {"case": row.case, "party": row.party or ""} if row.case else {}
    uow.ledger("party:reply:received", "centre", row.reply, digest, refs)
    if row.case is None:
        uow.emit("ReplyFromStranger", "收到未知号码的短信回复，待人工查看",
                 "A text message came from a number that nobody knows", subject=row.reply,
                 level="warn")  # fmt: skip
        return
    zh = "当事人短信回复：非本人" if row.not_me else "收到当事人短信回复"
    append_log(uow, LogLine(row.case, uow.now_ms, "REPLY", zh, CENTRE.name, subject=row.reply))
    en = "A reply says: not me" if row.not_me else "A party replied by text message"
    uow.emit("ReplyReceived", zh, en, case=row.case, subject=row.reply,
             level="warn" if row.not_me else "info")  # fmt: skip
