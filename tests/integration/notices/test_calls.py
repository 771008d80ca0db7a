"""S-37: a clerk telephones a party whom no machine could tell, and the call is on record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from command_center.cases.log import case_log
from command_center.measures.service import accept_field_record
from command_center.notices import views
from command_center.notices.calls import NewCall, log_call
from command_center.notices.service import told_of
from command_center.notices.states import Channel, NoticeState
from command_center.notices.tasks import TaskView, open_tasks
from schemas.problems import MzError

if TYPE_CHECKING:
    from tests.integration.notices.conftest import OpenCourt
    from tests.integration.notices.court import Court

SWITCHED_OFF = "13800000000"


@pytest.fixture
def untold(new_court: OpenCourt, telling: Any) -> Court:
    """A court whose debtor's telephone is switched off: his text message failed for good."""
    court = new_court(debtor_phone=SWITCHED_OFF)
    court.database.run(accept_field_record, court.device_principal, court.sign(court.record()))
    telling(court).settle()
    return court


def task(court: Court) -> TaskView:
    (found,) = court.database.read(open_tasks, court.clerk)
    return found


def call(court: Court, said: str, result: str, ahead_ms: int = -60_000) -> str:
    made = NewCall(court.clock() + ahead_ms, said, result)
    return court.database.run(log_call, court.clerk, task(court).task, made)


def test_s37_calls_are_attempts_until_the_party_is_told(untold: Court) -> None:
    first = call(untold, "响铃未接", "NO_ANSWER")
    assert call(untold, "告知扣押及异议期限，当事人表示知道", "TOLD") == first
    detail = untold.database.read(views.read_notice, untold.clerk, first)
    assert (detail.notice.channel, detail.notice.state) == (Channel.PHONE, NoticeState.DELIVERED)
    assert [one.code for one in detail.attempts] == [
        "温雨桐：无人接听，响铃未接",
        "温雨桐：已告知本人，告知扣押及异议期限，当事人表示知道",
    ]
    assert untold.database.read(open_tasks, untold.clerk) == []
    node = detail.notice.node
    assert (node, untold.debtor) in untold.database.read(told_of, [node])
    lines = untold.database.read(case_log, untold.case)
    assert sum("电话联系当事人" in line.text for line in lines) == 2


def test_somebody_else_at_the_telephone_stops_the_number(untold: Court) -> None:
    call(untold, "对方称不认识当事人", "NOT_ME")
    told = untold.database.read(views.notices_of_case, untold.clerk, untold.case)
    sms = next(one for one in told if one.channel == "SMS" and one.party == untold.debtor)
    assert sms.state is NoticeState.MISDIRECTED
    assert task(untold)


@pytest.mark.parametrize(
    ("said", "result", "ahead_ms"),
    [("", "TOLD", 0), ("说过", "MAYBE", 0), ("说过", "TOLD", 60_000)],
)
def test_a_call_without_words_result_or_past_changes_nothing(
    untold: Court, said: str, result: str, ahead_ms: int
) -> None:
    before = untold.database.read(views.notices_of_case, untold.clerk, untold.case)
    with pytest.raises(MzError, match=r"call\.malformed"):
        call(untold, said, result, ahead_ms)
    assert untold.database.read(views.notices_of_case, untold.clerk, untold.case) == before
