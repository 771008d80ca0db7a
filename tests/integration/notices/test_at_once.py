"""Many at once: the same record from two roads, and several workers on one outbox."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from command_center.disclosure import jobs as disclosure_jobs
from command_center.measures.service import accept_field_record
from command_center.measures.views import measures_of_case
from command_center.notices import jobs, sending, views
from command_center.notices.providers.base import Answer, Outcome, ProviderReceipt
from command_center.notices.providers.choose import make_provider
from command_center.notices.receipts import record_receipts
from command_center.notices.simulated_spool import simulated_messages
from command_center.notices.states import Channel, NoticeState
from command_center.platform.outbox import work_once
from command_center.platform.uow import UnitOfWork
from schemas.field_api import RecordReceipt

if TYPE_CHECKING:
    from tests.integration.notices.court import Court


def test_the_same_record_at_once_is_taken_once(court: Court) -> None:
    envelope = court.sign(court.record())

    def post(_number: int) -> RecordReceipt:
        return court.database.run(accept_field_record, court.device_principal, envelope)

    with ThreadPoolExecutor(6) as pool:
        receipts = list(pool.map(post, range(6)))
    assert all(receipt == receipts[0] for receipt in receipts)
    assert len(court.database.read(measures_of_case, court.clerk, court.case)) == 1
    assert len(court.database.read(views.notices_of_case, court.clerk, court.case)) == 4


def test_several_workers_send_each_notice_once(court: Court) -> None:
    for _ in range(6):
        court.database.run(accept_field_record, court.device_principal, court.sign(court.record()))
    court.clock.ahead_ms += 1_000

    def work(_number: int) -> None:
        provider = make_provider(court.database, court.database.settings.sms)
        consumers = {**jobs.consumers({Channel.SMS: provider}), **disclosure_jobs.consumers()}
        while work_once(court.database, consumers):
            pass
        court.database.run(disclosure_jobs.follow_events)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    court.clock.ahead_ms += 2_000
    make_provider(court.database, court.database.settings.sms).tick()
    messages = court.database.read(simulated_messages, court.clerk)
    assert len(messages) == 12
    assert {message.submissions for message in messages} == {1}
    told = court.database.read(views.notices_of_case, court.clerk, court.case)
    sms = [notice for notice in told if notice.channel == "SMS"]
    assert {(one.state, one.attempts) for one in sms} == {(NoticeState.DELIVERED, 1)}


def test_s14_receipt_and_answer_at_the_same_moment_do_not_overlook_each_other(
    court: Court,
) -> None:
    court.database.run(accept_field_record, court.device_principal, court.sign(court.record()))
    told = court.database.read(views.notices_of_case, court.clerk, court.case)
    notice = next(one.notice for one in told if one.channel == "SMS")
    roads = {Channel.SMS: sending.Road("smpp", True)}
    order = court.database.run(sending.begin_attempts, [notice], roads)[notice]
    assert isinstance(order, sending.SendOrder)
    answer_written = threading.Event()

    def answer_slowly(uow: UnitOfWork) -> None:
        sending.record_outcomes(uow, [(order, Outcome(Answer.ACCEPTED, ("m-1",)))])
        uow.session.flush()
        answer_written.set()
        time.sleep(0.3)  # not committed yet when the receipt comes

    with ThreadPoolExecutor(1) as pool:
        answering = pool.submit(court.database.run, answer_slowly)
        assert answer_written.wait(60)
        receipt = ProviderReceipt("smpp", "m-1", "DELIVRD", NoticeState.DELIVERED)
        court.database.run(record_receipts, [receipt])
        answering.result()
    told = court.database.read(views.notices_of_case, court.clerk, court.case)
    assert next(one for one in told if one.notice == notice).state is NoticeState.DELIVERED
