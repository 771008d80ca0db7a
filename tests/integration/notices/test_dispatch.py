"""Waves of sending: many at once, each once, no faster than the gateway may be asked."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import delete, event, select, update
from sqlalchemy.orm.exc import StaleDataError

from command_center.measures.service import accept_field_record
from command_center.notices import views
from command_center.notices.dispatch import Dispatch
from command_center.notices.providers.base import Message, PooledProvider
from command_center.notices.states import Channel, NoticeState
from command_center.platform.alike import write_alike
from command_center.platform.outbox_rows import JobRow, JobState
from command_center.platform.uow import UnitOfWork

if TYPE_CHECKING:
    from tests.integration.notices.conftest import OpenCourt
    from tests.integration.notices.court import Court


class Gateway(PooledProvider):
    """A gateway that takes everything and remembers it."""

    name = "smpp"

    def __init__(self) -> None:
        super().__init__(lambda receipts: None)
        self.taken: list[str] = []
        self._lock = threading.Lock()

    def _submit(self, message: Message) -> list[str]:
        with self._lock:
            self.taken.append(message.key)
            return [f"m-{len(self.taken)}"]


def act(court: Court, times: int) -> None:
    for _ in range(times):
        court.database.run(accept_field_record, court.device_principal, court.sign(court.record()))
    court.clock.ahead_ms += 1_000


def texts(court: Court) -> list[views.NoticeView]:
    told = court.database.read(views.notices_of_case, court.clerk, court.case)
    return [notice for notice in told if notice.channel == "SMS"]


def test_s14_waves_of_several_workers_send_each_notice_once(court: Court) -> None:
    act(court, 10)
    gateway = Gateway()

    def work(_number: int) -> None:
        dispatch = Dispatch(court.database, {Channel.SMS: gateway})
        while dispatch.round():
            pass

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(work, range(3)))
    assert len(gateway.taken) == len(set(gateway.taken)) == 20
    assert {(one.state, one.attempts, one.possible_repeats) for one in texts(court)} == {
        (NoticeState.SENT, 1, 0)
    }


def test_a_wave_writes_what_is_alike_in_one_statement(court: Court) -> None:
    act(court, 10)
    written: list[str] = []

    def look(_c: Any, _cursor: Any, text: str, rows: Any, _context: Any, many: bool) -> None:
        if text.startswith("UPDATE"):
            written.extend([text.split()[1]] * (len(rows) if many else 1))

    event.listen(court.database.engine, "before_cursor_execute", look)
    dispatch = Dispatch(court.database, {Channel.SMS: Gateway()})
    assert dispatch.round()
    assert Counter(written)["notice"] == 2  # all are being sent, all are sent
    assert Counter(written)["notice_attempt"] == 1
    states = Counter(one.state for one in texts(court))
    assert states == {NoticeState.SENT: Gateway.at_once, NoticeState.QUEUED: 20 - Gateway.at_once}


def test_what_another_removed_meanwhile_is_not_written_in_silence(court: Court) -> None:
    act(court, 1)

    def lose(uow: UnitOfWork) -> None:
        row = uow.session.scalars(select(JobRow)).first()
        assert row is not None
        uow.session.connection().execute(delete(JobRow).where(JobRow.id == row.id))
        row.error = "changed"
        write_alike(uow.session, [row])

    with pytest.raises(StaleDataError):
        court.database.run(lose)


def test_a_gateway_is_asked_no_more_than_it_may_be_in_a_second(new_court: OpenCourt) -> None:
    court = new_court(sms={"provider": "simulated", "per_second": 3})
    act(court, 4)
    gateway = Gateway()
    workers = [Dispatch(court.database, {Channel.SMS: gateway}) for _ in range(2)]
    assert [worker.round() for worker in workers] == [True, False]
    assert len(gateway.taken) == 3
    court.clock.ahead_ms += 1_001
    assert workers[1].round()
    assert len(gateway.taken) == 6
    assert sum(one.state is NoticeState.QUEUED for one in texts(court)) == 2


def test_one_that_cannot_be_begun_does_not_keep_the_others(court: Court) -> None:
    act(court, 2)
    spoilt = texts(court)[-1].notice

    def spoil(uow: UnitOfWork) -> None:
        job = update(JobRow).where(JobRow.key == spoilt)
        uow.session.execute(job.values(payload=b'{"notice":"nobody"}'))

    court.database.run(spoil)
    gateway = Gateway()
    dispatch = Dispatch(court.database, {Channel.SMS: gateway})
    while dispatch.round():
        pass
    assert len(gateway.taken) == 3
    state = court.database.read(
        lambda uow: uow.session.query(JobRow.state).where(JobRow.key == spoilt).scalar()
    )
    assert state == JobState.FAILED


def test_what_was_never_answered_is_not_submitted_for_ever(court: Court) -> None:
    """A worker that dies each time between submit and answer repeats five times at most."""
    act(court, 1)
    gateway = Gateway()
    dispatch = Dispatch(court.database, {Channel.SMS: gateway})
    dispatch._keep = lambda taken, outcomes: None  # type: ignore[method-assign]  # it dies there
    for _ in range(8):
        dispatch.round()
        court.clock.ahead_ms += 61_000
    assert len(gateway.taken) == 10
    assert {one.state for one in texts(court)} == {NoticeState.PERM_FAIL}
