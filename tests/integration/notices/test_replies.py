"""S-37: answers by text message reach the case; "not me" stops the number, without a clerk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from command_center.cases.models import Contact
from command_center.measures.service import accept_field_record
from command_center.notices.models import NoticeRow
from command_center.notices.providers.base import ProviderReply
from command_center.notices.replies import (
    Reply,
    open_replies,
    record_reply,
    says_not_me,
    settle_reply,
)
from command_center.notices.states import NoticeState
from command_center.notices.tasks import open_tasks
from schemas.problems import MzError

if TYPE_CHECKING:
    from tests.integration.notices.court import Court


def _answer(court: Court, text: str, number: str = "8613800000202") -> None:
    court.database.run(record_reply, ProviderReply("smpp", number, text))


def _replies(court: Court) -> list[Reply]:
    return court.database.read(open_replies, court.clerk)


def _seize(court: Court, telling: object) -> None:
    court.database.run(accept_field_record, court.device_principal, court.sign(court.record()))
    telling(court).settle()  # type: ignore[operator]


def test_s37_a_reply_is_attached_to_the_case_and_waits_for_a_clerk(court: Court) -> None:
    _answer(court, "我周五来法院")
    (reply,) = _replies(court)
    assert (reply.case, reply.party_name, reply.not_me) == (court.case, "贺某某", False)
    assert "00000" not in reply.number_masked
    court.database.run(settle_reply, court.clerk, reply.reply, "已回电")
    assert _replies(court) == []
    with pytest.raises(MzError, match=r"reply\.settled"):
        court.database.run(settle_reply, court.clerk, reply.reply, "又")


def test_not_me_by_text_stops_the_number_and_reopens_what_was_told(
    court: Court, telling: object
) -> None:
    _seize(court, telling)
    _answer(court, "您好，不是本人，你们打错了")
    (reply,) = _replies(court)
    assert reply.not_me
    (task,) = court.database.read(open_tasks, court.clerk)
    assert task.reason is NoticeState.MISDIRECTED
    ended = court.database.read(
        lambda uow: uow.session.scalars(
            select(Contact.ended_why).where(Contact.party == court.debtor)
        ).all()
    )
    assert ended == ["NOT_ME"]
    sms = court.database.read(
        lambda uow: uow.session.scalars(
            select(NoticeRow.state).where(
                NoticeRow.channel == "SMS", NoticeRow.party == court.debtor
            )
        ).all()
    )
    assert sms == [NoticeState.MISDIRECTED]
    _answer(court, "0000")  # once more is a reply like any other: the number is stopped already
    assert len(court.database.read(open_tasks, court.clerk)) == 1


def test_an_unknown_sender_is_a_task_and_stops_nothing(court: Court) -> None:
    _answer(court, "不是本人", number="+44 7700 900123")
    (reply,) = _replies(court)
    assert (reply.case, reply.party_name, reply.not_me) == ("", "", False)


def test_what_the_network_brings_twice_is_one_reply(court: Court) -> None:
    _answer(court, "好的")
    _answer(court, "好的")
    assert [reply.times for reply in _replies(court)] == [2]
    court.clock.ahead_ms += 700_000
    _answer(court, "好的")
    assert len(_replies(court)) == 2


@pytest.mark.parametrize(
    "text", ["", "\0\x1b[31m", "<script>alert(1)</script>", "x" * 50_000, "\ud83d😀" * 3, "'; DROP"]
)
def test_hostile_text_is_kept_as_bounded_text(court: Court, text: str) -> None:
    _answer(court, text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
    (reply,) = _replies(court)
    assert 0 < len(reply.text) <= 1_000
    assert reply.text.isprintable()


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("不是本人", True), ("非本人！", True), ("0000", True), ("Not me.", True),
        ("Sorry, wrong number", True), ("我不是贺建平", True), ("打错了", True),
        ("这个号码不是本人的", True), ("发错人了", True),
        ("不是我", True), ("你好，这不是我的号码。", True), ("我不是他", True),
        ("It's not me", True), ("You have the wrong number", True),
        ("不是我欠的钱", False), ("不是我不还", False), ("not me who owes", False),
        ("是不是本人都要来", False), ("不是本人能去吗？", False), ("我不是不还钱", False),
        ("not meeting today", False), ("收到", False), ("", False),
    ],
)  # fmt: skip
def test_only_a_plain_not_me_stops_a_number(text: str, meant: bool) -> None:
    assert says_not_me(text, ("贺建平",)) is meant
