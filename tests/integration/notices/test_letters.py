"""S-14, U4: a text message that fails falls back to a letter, printed, posted, received or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pypdfium2
import pytest
from sqlalchemy import select

from command_center.measures.service import accept_field_record
from command_center.notices import letters, print_views, printing, views
from command_center.notices.models import NoticeRow
from command_center.notices.service import told_of
from command_center.notices.states import Channel, NoticeState
from command_center.notices.tasks import finish_task, open_tasks
from command_center.platform.outbox import work_once
from schemas.ids import new_id
from schemas.problems import MzError

if TYPE_CHECKING:
    from tests.integration.notices.conftest import OpenCourt
    from tests.integration.notices.court import Court

SWITCHED_OFF = "13800000000"


def _seize(court: Court, telling: object) -> None:
    court.database.run(accept_field_record, court.device_principal, court.sign(court.record()))
    telling(court).settle()  # type: ignore[operator]


def _open(court: Court) -> list[letters.Letter]:
    return court.database.read(letters.open_letters, court.clerk)


def _print(court: Court) -> bytes:
    """Print what waits; return the first sheet."""
    run = court.database.run(printing.begin_run, court.clerk, new_id())
    while work_once(court.database, {printing.PRINT: printing.print_sheet}):
        pass
    return court.database.run(print_views.sheet_bytes, court.clerk, run, 1)


def test_s14_a_failed_message_falls_back_to_a_letter_that_says_everything(
    new_court: OpenCourt, telling: object
) -> None:
    court = new_court(debtor_phone=SWITCHED_OFF, debtor_confirmed=False)
    _seize(court, telling)
    (letter,) = _open(court)
    assert letter.state is NoticeState.QUEUED
    assert "贺建平" in letter.text  # the message could only ask a stranger's telephone to call
    assert "工业缝纫机" in letter.text
    assert len(court.database.read(open_tasks, court.clerk)) == 1
    pdf = pypdfium2.PdfDocument(_print(court))
    words = "".join(page.get_textpage().get_text_range() for page in pdf)
    assert len(pdf) == 2
    assert "送　达　回　证" in words
    assert letter.notice in words


def test_u4_a_posted_letter_ends_the_task_and_a_returned_one_opens_it_again(
    new_court: OpenCourt, telling: object
) -> None:
    court = new_court(debtor_phone=SWITCHED_OFF)
    _seize(court, telling)
    (letter,) = _open(court)
    court.database.run(letters.post_letter, court.clerk, letter.notice, " 1234567890123 ")
    assert court.database.read(open_tasks, court.clerk) == []
    assert [one.tracking for one in _open(court)] == ["1234567890123"]
    detail = court.database.read(views.read_notice, court.clerk, letter.notice)
    roads = [(one.channel, one.state.failed) for one in detail.roads]
    assert ((Channel.SMS, True) in roads, roads[-1]) == (True, (Channel.PAPER, False))
    (done,) = detail.tasks
    assert (done.done_by, done.outcome) == (court.clerk.name, "书面告知已交邮：1234567890123")
    node = detail.notice.node
    assert (node, court.debtor) in court.database.read(told_of, [node])
    with pytest.raises(MzError, match=r"letter\.posted"):
        court.database.run(letters.post_letter, court.clerk, letter.notice, "2")
    court.database.run(
        letters.settle_letter, court.clerk, letter.notice, received=False, why="查无此人"
    )
    (task,) = court.database.read(open_tasks, court.clerk)
    assert (task.notice, task.code) == (letter.notice, "退信：查无此人")


def test_u4_a_letter_that_came_back_is_posted_again_and_both_postings_stay(
    new_court: OpenCourt, telling: object
) -> None:
    court = new_court(debtor_phone=SWITCHED_OFF)
    _seize(court, telling)
    (letter,) = _open(court)
    court.database.run(letters.post_letter, court.clerk, letter.notice, "1")
    back = {"received": False, "why": "查无此人"}
    court.database.run(letters.settle_letter, court.clerk, letter.notice, **back)
    (returned,) = _open(court)
    assert (returned.state, returned.tracking, returned.why) == (
        NoticeState.PERM_FAIL, "1", "退信：查无此人")  # fmt: skip
    node = court.database.read(views.read_notice, court.clerk, letter.notice).notice.node
    court.database.run(letters.post_letter, court.clerk, letter.notice, "2")
    (under_way,) = _open(court)
    assert (under_way.state, under_way.tracking, under_way.why) == (NoticeState.SENT, "2", "")
    assert court.database.read(open_tasks, court.clerk) == []
    assert (node, court.debtor) in court.database.read(told_of, [node])
    court.database.run(letters.settle_letter, court.clerk, letter.notice, **back)
    (task,) = court.database.read(open_tasks, court.clerk)
    court.database.run(finish_task, court.clerk, task.task, "当面告知")
    assert _open(court) == [], "another way was found"
    detail = court.database.read(views.read_notice, court.clerk, letter.notice)
    assert [one.code for one in detail.attempts] == ["1", "2"]
    assert [one.code for one in detail.receipts] == ["退信：查无此人"] * 2


def test_a_received_letter_is_delivered_and_hostile_names_are_only_text(
    new_court: OpenCourt, telling: object
) -> None:
    court = new_court(debtor_phone=SWITCHED_OFF)

    def write(uow: object) -> None:
        row = uow.session.scalars(select(NoticeRow)).all()  # type: ignore[attr-defined]
        for one in row:
            one.text += '#import "house_1.typ" $x$ <b> \\ ]]'

    court.database.run(accept_field_record, court.device_principal, court.sign(court.record()))
    court.database.run(write)
    telling(court).settle()  # type: ignore[operator]
    (letter,) = _open(court)
    pdf = pypdfium2.PdfDocument(_print(court))
    assert '#import "house_1.typ"' in pdf[0].get_textpage().get_text_range()
    with pytest.raises(MzError, match=r"letter\.not_posted"):
        court.database.run(letters.settle_letter, court.clerk, letter.notice, received=True, why="")
    court.database.run(letters.post_letter, court.clerk, letter.notice, "1")
    for day, code in (("2020-01-01", "letter.signed_day"), ("明天", "form.day_malformed")):
        with pytest.raises(MzError, match=f"^{code}"):
            court.database.run(letters.settle_letter, court.clerk, letter.notice, received=True,
                               why="", day=day)  # fmt: skip
    court.database.run(letters.settle_letter, court.clerk, letter.notice, received=True, why="")
    seen = court.database.read(views.read_notice, court.clerk, letter.notice).notice
    assert (seen.channel, seen.state) == (Channel.PAPER, NoticeState.DELIVERED)
    with pytest.raises(MzError, match=r"letter\.none"):
        _print(court)
