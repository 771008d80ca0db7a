"""DESIGN §3.5: telling waits where it would spoil the act, and numbers that are not the party's."""

from __future__ import annotations

import msgspec
import pytest
from sqlalchemy import select

from command_center.access.permissions import permissions_of
from command_center.cases.log import case_log
from command_center.cases.models import Contact
from command_center.cases.service import NewCase, NewParty, add_party, open_case
from command_center.cli.audit import run_audit
from command_center.disclosure.build import build
from command_center.disclosure.models import GrantRow
from command_center.ledger.service import sequence_entries
from command_center.measures.service import accept_field_record
from command_center.notices.holds import hold_of_case, place_hold
from command_center.notices.jobs import alarm_late
from command_center.notices.lifting import lift_expired, release_hold
from command_center.notices.models import NoticeRow, SimulatedMessageRow
from command_center.notices.numbers import add_number, confirm_number, deny_number
from command_center.notices.service import told_of
from command_center.notices.states import NoticeState
from command_center.notices.tasks import finish_task, open_tasks
from command_center.notices.views import read_notice
from command_center.platform.event_log import EventRow
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.problems import MzError
from schemas.records import OperationStep, Step
from tests.integration.notices.court import Court

_HOUR_MS = 3_600_000
HEAD = Principal("head", "郑国栋", "BUREAU_HEAD", permissions_of("BUREAU_HEAD"))


def _seize(court: Court) -> str:
    envelope = court.sign(court.record())
    receipt = court.database.run(accept_field_record, court.device_principal, envelope)
    assert receipt.measure is not None
    return str(receipt.measure)


def _hold(court: Court, hours: int = 2) -> str:
    made: str = court.database.run(place_hold, HEAD, court.case, "其余账户尚未冻结", hours)
    return made


def _states(court: Court) -> set[str]:
    query = select(NoticeRow.state).distinct()
    return court.database.read(lambda uow: set(uow.session.scalars(query)))


def _submitted(court: Court) -> int:
    query = select(SimulatedMessageRow)
    return court.database.read(lambda uow: len(uow.session.scalars(query).all()))


def _seen_by_debtor(court: Court) -> tuple[int, int]:
    """How many measures and notices the debtor's page would show now."""

    def read(uow: UnitOfWork) -> tuple[int, int]:
        grant = GrantRow(grant="0" * 36, case=court.case, party=court.debtor)
        made = build(uow, grant, "0" * 36, 1)
        return len(made.measures), len(made.notices)

    return court.database.read(read)


def test_planning_is_immediate_sending_waits_and_nobody_sees_it_before(
    court: Court, telling: object
) -> None:
    work = telling(court)  # type: ignore[operator]
    hold = _hold(court)
    _seize(court)
    work.settle()
    assert _states(court) == {NoticeState.HELD}
    assert (_submitted(court), _seen_by_debtor(court)) == (0, (0, 0))
    shown = court.database.read(hold_of_case, HEAD, court.case)
    assert shown is not None
    assert (shown.reason, shown.waiting) == ("其余账户尚未冻结", 4)
    court.clock.ahead_ms += _HOUR_MS
    assert court.database.run(alarm_late) == 0
    court.database.run(release_hold, HEAD, hold)
    assert court.database.run(alarm_late) == 0
    work.settle()
    assert _states(court) == {NoticeState.DELIVERED}
    assert (_submitted(court) > 0, _seen_by_debtor(court)) == (True, (1, 2))
    with pytest.raises(MzError, match=r"hold\.lifted"):
        court.database.run(release_hold, HEAD, hold)
    while court.database.run(sequence_entries):
        pass
    assert run_audit(court.database).ok


def test_a_hold_ends_by_itself_and_what_comes_after_it_is_told_at_once(
    court: Court, telling: object
) -> None:
    work = telling(court)  # type: ignore[operator]
    _hold(court)
    _seize(court)
    court.clock.ahead_ms += 2 * _HOUR_MS + 1
    assert court.database.run(lift_expired) == 1
    assert court.database.run(lift_expired) == 0
    work.settle()
    assert _states(court) == {NoticeState.DELIVERED}
    _hold(court, hours=24)


@pytest.mark.parametrize(
    ("reason", "hours", "code"),
    [(" ", 2, "hold.no_reason"), ("x", 0, "hold.too_long"), ("x", 25, "hold.too_long")],
)
def test_a_hold_has_a_reason_a_cap_and_an_approver(
    court: Court, reason: str, hours: int, code: str
) -> None:
    with pytest.raises(MzError, match=code.replace(".", r"\.")):
        court.database.run(place_hold, HEAD, court.case, reason, hours)
    with pytest.raises(MzError, match=r"access\.refused"):
        court.database.run(place_hold, court.clerk, court.case, "x", 1)
    _hold(court)
    with pytest.raises(MzError, match=r"hold\.open"):
        _hold(court)


def _contact_of(court: Court, party: str) -> str:
    query = select(Contact.id).where(Contact.party == party)
    return court.database.read(lambda uow: uow.session.scalars(query).one())


def test_not_me_stops_the_number_everywhere_and_reopens_what_was_told_to_it(
    court: Court, telling: object
) -> None:
    work, measure = telling(court), _seize(court)  # type: ignore[operator]
    other = court.database.run(
        open_case, court.clerk, NewCase("（2026）粤0199执9号", "x", "x", 1, court.clock())
    )
    same = NewParty(other, "DEBTOR", "别人", True, phone="13800000202", phone_confirmed=True)
    second = court.database.run(add_party, court.clerk, same)
    work.settle()
    assert (measure, court.debtor) in court.database.read(told_of, [measure])
    contact = _contact_of(court, court.debtor)
    told = court.database.run(deny_number, court.clerk, contact, "机主来电12368称非本人")
    assert told == 1
    sms = select(NoticeRow).where(NoticeRow.contact == contact)
    row = court.database.read(lambda uow: uow.session.scalars(sms).one())
    assert (row.state, row.code) == (NoticeState.MISDIRECTED, "not_me")
    (task,) = court.database.read(open_tasks, court.clerk)
    assert (task.notice, task.reason) == (row.notice, NoticeState.MISDIRECTED)
    ended = select(Contact.ended_why).where(Contact.party == second)
    assert court.database.read(lambda uow: uow.session.scalars(ended).one()) == "NOT_ME"
    work.settle()  # no later receipt makes it count again
    row = court.database.read(lambda uow: uow.session.scalars(sms).one())
    assert row.state == NoticeState.MISDIRECTED
    with pytest.raises(MzError, match=r"contact\.ended"):
        court.database.run(deny_number, court.clerk, contact, "又一次")
    with pytest.raises(MzError, match=r"contact\.denied"):
        court.database.run(add_number, court.clerk, court.debtor, "138 0000 0202", "inquiry", "")
    court.database.run(
        add_number, court.clerk, court.debtor, "138 0000 0202", "confirmation", "当面确认"
    )


def test_what_a_clerk_had_done_for_a_wrong_number_is_asked_for_again(
    court: Court, telling: object
) -> None:
    work = telling(court)  # type: ignore[operator]
    _seize(court)
    work.settle()
    contact = _contact_of(court, court.debtor)
    court.database.run(deny_number, court.clerk, contact, "来电")
    (task,) = court.database.read(open_tasks, court.clerk)
    court.database.run(finish_task, court.clerk, task.task, "已邮寄")
    assert court.database.read(open_tasks, court.clerk) == []


def test_nothing_goes_to_a_number_that_was_stopped_before_it_was_sent(
    court: Court, telling: object
) -> None:
    work, measure = telling(court), _seize(court)  # type: ignore[operator]
    court.database.run(deny_number, court.clerk, _contact_of(court, court.debtor), "来电")
    work.settle()
    query = select(SimulatedMessageRow)
    numbers = court.database.read(lambda uow: [
        uow.keys.cipher.decrypt(row.number, "simulated_sms.number")
        for row in uow.session.scalars(query)
    ])  # fmt: skip
    assert numbers == ["13800000101"]
    portal = (measure, court.debtor) in court.database.read(told_of, [measure])
    assert portal  # the portal carries it


def test_u_a_new_number_has_source_and_date_and_tells_details_once_it_is_confirmed(
    court: Court, telling: object
) -> None:
    party = court.database.run(
        add_party, court.clerk, NewParty(court.case, "DEBTOR", "新被执行人", True)
    )
    with pytest.raises(MzError, match=r"contact\.unknown_source"):
        court.database.run(add_number, court.clerk, party, "13900000000", "gossip", "")
    with pytest.raises(MzError, match=r"contact\.malformed"):
        court.database.run(add_number, court.clerk, party, "call me", "inquiry", "")
    contact = court.database.run(add_number, court.clerk, party, "13900000000", "inquiry", "")
    _seize(court)
    texts = select(NoticeRow.text).where(NoticeRow.contact == contact)
    (unconfirmed,) = court.database.read(lambda uow: list(uow.session.scalars(texts)))
    assert "12368" in unconfirmed
    assert not any(word in unconfirmed for word in ("新被执行人", "执行", "扣押", "号案"))
    with pytest.raises(MzError, match=r"contact\.no_reason"):
        court.database.run(confirm_number, court.clerk, contact, " ")
    court.database.run(confirm_number, court.clerk, contact, "送达地址确认书")
    _seize(court)
    found = court.database.read(lambda uow: list(uow.session.scalars(texts)))
    assert any("扣押" in text for text in found)


def _step(court: Court, step: Step) -> None:
    record = court.record(body=OperationStep(step, court.clock()))
    court.database.run(accept_field_record, court.device_principal, court.sign(record))


def _hold_inside(court: Court, hours: int) -> None:
    """The court's policy, as its settings file would say it."""
    settings = court.database.settings
    policy = msgspec.structs.replace(settings.court, hold_inside_hours=hours)
    court.database.settings = msgspec.structs.replace(settings, court=policy)


def test_what_is_told_waits_for_the_withdrawal_and_goes_on_by_itself(
    court: Court, telling: object
) -> None:
    work = telling(court)  # type: ignore[operator]
    _hold_inside(court, 2)
    _step(court, Step.ON_SCENE)
    _seize(court)
    work.settle()
    shown = court.database.read(hold_of_case, HEAD, court.case)
    assert shown is not None
    assert (shown.reason, shown.approver, shown.waiting) == ("执行人员仍在现场", "", 4)
    assert (_states(court), _submitted(court)) == ({NoticeState.HELD}, 0)
    _step(court, Step.WITHDRAWN)
    work.settle()
    assert court.database.read(hold_of_case, HEAD, court.case) is None
    assert _states(court) == {NoticeState.DELIVERED}
    while court.database.run(sequence_entries):
        pass
    assert run_audit(court.database).ok


def test_a_hold_of_officers_inside_ends_at_its_limit_with_an_alarm(
    court: Court, telling: object
) -> None:
    work = telling(court)  # type: ignore[operator]
    _hold_inside(court, 2)
    _step(court, Step.ON_SCENE)
    _seize(court)
    court.clock.ahead_ms += 2 * _HOUR_MS + 1
    assert court.database.run(lift_expired) == 1
    _step(court, Step.ACTING)
    assert court.database.read(hold_of_case, HEAD, court.case) is None, "it never lasts longer"
    work.settle()
    assert _states(court) == {NoticeState.DELIVERED}
    query = select(EventRow.level).where(EventRow.type == "HoldRanOut")
    assert court.database.read(lambda uow: list(uow.session.scalars(query))) == ["alarm"]
    assert "期限届满，自动解除，4条告知开始发送" in _log(court)[-1]


def _log(court: Court) -> list[str]:
    lines = court.database.read(case_log, court.case)
    return [f"{line.text} {line.officers}".strip() for line in lines if line.act == "HOLD"]


def test_everybody_reads_why_a_hold_ended(court: Court) -> None:
    """The log of the case and each notice that waited say what for, and how it ended."""
    hold = _hold(court)
    _seize(court)
    notice = court.database.read(
        lambda uow: uow.session.scalars(select(NoticeRow.notice).limit(1)).one()
    )
    held = court.database.read(read_notice, court.clerk, notice).held
    assert held is not None
    assert (held.reason, held.lifted) == ("其余账户尚未冻结", ("", ""))
    court.database.run(release_hold, HEAD, hold)
    detail = court.database.read(read_notice, court.clerk, notice)
    assert detail.held is not None
    assert detail.notice.released_ms is not None
    assert _log(court)[-1] == (
        "暂缓告知解除：郑国栋批准提前解除，4条告知开始发送（暂缓理由：其余账户尚未冻结） 郑国栋"
    )
    _hold_inside(court, 2)
    _step(court, Step.ON_SCENE)
    _step(court, Step.WITHDRAWN)
    assert "执行人员已撤离，自动解除，0条" in _log(court)[-1]
