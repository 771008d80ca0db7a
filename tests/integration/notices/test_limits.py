"""Where telling ends: tries are bounded, lateness is alarmed, exhibits are awaited; and the
shipped worker does all of it as a process."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from command_center.cases.models import Contact
from command_center.devices.models import Device
from command_center.footage.models import StoredExhibit
from command_center.measures import jobs as measure_jobs
from command_center.measures.service import accept_field_record
from command_center.measures.views import measures_of_case
from command_center.notices import jobs, sending, views
from command_center.notices.providers.base import (
    Answer,
    Message,
    NoAnswer,
    PooledProvider,
    ProviderReceipt,
    TryLater,
)
from command_center.notices.states import Channel, NoticeState
from command_center.notices.tasks import open_tasks
from command_center.operations.service import read_operation
from command_center.platform.event_log import EventRow
from command_center.platform.outbox import work_once
from command_center.platform.uow import UnitOfWork
from schemas.problems import MzError
from schemas.records import ExhibitRef, OperationStep, Step

if TYPE_CHECKING:
    from tests.integration.notices.conftest import OpenCourt
    from tests.integration.notices.court import Court

ROOT = Path(__file__).parents[3]
PHOTO, PAPER = "a" * 64, "b" * 64


def nowhere(_receipt: ProviderReceipt) -> None:
    raise AssertionError("such a gateway gives no receipts")


class GatewayAway(PooledProvider):
    """A gateway that never takes anything."""

    name = "away"

    def _submit(self, message: Message) -> list[str]:
        raise TryLater("not bound")


class GatewaySilent(PooledProvider):
    """A gateway that takes messages and never answers."""

    name = "silent"

    def _submit(self, message: Message) -> list[str]:
        raise NoAnswer("no answer")


class GatewayBroken(PooledProvider):
    """A gateway whose library breaks."""

    name = "broken"

    def _submit(self, message: Message) -> list[str]:
        raise ValueError("a defect")


def types_of_events(court: Court) -> list[str]:
    def read(uow: UnitOfWork) -> list[str]:
        return list(uow.session.scalars(select(EventRow.type).order_by(EventRow.seq)))

    return court.database.read(read)


def work_for_long(court: Court, provider: PooledProvider) -> None:
    for _ in range(sending.MAX_ATTEMPTS + 4):
        while work_once(court.database, jobs.consumers({Channel.SMS: provider})):
            pass
        court.clock.ahead_ms += sending.PAUSES_MS[-1] + 1_000


@pytest.mark.parametrize(
    ("gateway", "answer", "tries"),
    [
        (GatewayAway, Answer.TRY_LATER, (sending.MAX_ATTEMPTS, 0)),
        (GatewaySilent, Answer.UNKNOWN, (1, sending.MAX_UNANSWERED - 1)),
        (GatewayBroken, Answer.UNKNOWN, (1, sending.MAX_UNANSWERED - 1)),
    ],
)
def test_tries_are_bounded_and_end_in_a_clerks_task(
    court: Court, gateway: type[PooledProvider], answer: Answer, tries: tuple[int, int]
) -> None:
    court.database.run(accept_field_record, court.device_principal, court.sign(court.record()))
    work_for_long(court, gateway(nowhere))
    told = [
        one
        for one in court.database.read(views.notices_of_case, court.clerk, court.case)
        if one.channel == "SMS"
    ]
    assert {one.state for one in told} == {NoticeState.PERM_FAIL}
    assert {(one.attempts, one.possible_repeats) for one in told} == {tries}
    assert len(court.database.read(open_tasks, court.clerk)) == 2
    detail = court.database.read(views.read_notice, court.clerk, told[0].notice)
    assert {attempt.answer for attempt in detail.attempts} == {answer}


def test_s11_late_telling_alarms_the_desk_once(court: Court) -> None:
    court.database.run(accept_field_record, court.device_principal, court.sign(court.record()))
    assert court.database.run(jobs.alarm_late) == 0
    court.clock.ahead_ms += jobs.PROMPTLY_MS + 1_000
    assert court.database.run(jobs.alarm_late) == 2
    assert court.database.run(jobs.alarm_late) == 0
    assert types_of_events(court).count("NoticeLate") == 2


def test_a_notice_whose_job_failed_for_good_goes_to_a_clerk(court: Court) -> None:
    court.database.run(accept_field_record, court.device_principal, court.sign(court.record()))

    def spoil(uow: UnitOfWork) -> None:
        uow.session.execute(update(Contact).values(value=b"unreadable"))

    court.database.run(spoil)
    work_for_long(court, GatewayAway(nowhere))
    assert court.database.run(jobs.fail_abandoned) == 2
    assert court.database.run(jobs.fail_abandoned) == 0
    codes = {task.code for task in court.database.read(open_tasks, court.clerk)}
    assert codes == {"job failed: personal.unreadable"}


def test_a_record_of_a_revoked_device_is_refused_here_and_changes_nothing(court: Court) -> None:
    """It goes by another door, into the quarantine, and two persons let it in."""

    def revoke(uow: UnitOfWork) -> None:
        uow.session.get_one(Device, court.device).revoked_ms = uow.now_ms

    court.database.run(revoke)
    told = types_of_events(court)
    with pytest.raises(MzError, match=r"device\.revoked"):
        court.database.run(accept_field_record, court.device_principal, court.sign(court.record()))
    assert types_of_events(court) == told
    assert court.database.read(measures_of_case, court.clerk, court.case) == []


def test_exhibits_are_awaited_then_noted_and_late_ones_alarmed(court: Court) -> None:
    record = court.record(
        exhibits=[
            ExhibitRef(PHOTO, 10, "image/jpeg", "photo"),
            ExhibitRef(PAPER, 20, "application/pdf", "paper"),
        ]
    )
    court.database.run(accept_field_record, court.device_principal, court.sign(record))

    def store(uow: UnitOfWork, sha256: str) -> None:
        uow.session.add(
            StoredExhibit(sha256=sha256, size=10, device=court.device, stored_ms=uow.now_ms)
        )

    court.database.run(store, PHOTO)
    court.database.run(measure_jobs.note_exhibits)
    [measure] = court.database.read(measures_of_case, court.clerk, court.case)
    assert measure.exhibits_awaited == 1
    court.clock.ahead_ms += measure_jobs.EXHIBIT_LIMIT_MS + 1_000
    for _ in range(2):
        court.database.run(measure_jobs.note_exhibits)
    assert types_of_events(court).count("ExhibitLate") == 1
    court.database.run(store, PAPER)
    court.database.run(measure_jobs.note_exhibits)
    [measure] = court.database.read(measures_of_case, court.clerk, court.case)
    assert measure.exhibits_awaited == 0
    assert types_of_events(court).count("ExhibitsStored") == 1


def test_a_step_is_taken_like_an_act_whatever_its_clock_says(court: Court) -> None:
    step = court.record(body=OperationStep(Step.ON_SCENE, 2**70))
    receipt = court.database.run(accept_field_record, court.device_principal, court.sign(step))
    assert (receipt.measure, receipt.defects) == (None, [])
    view = court.database.read(read_operation, court.clerk, court.operation)
    assert view.arrived_ms == receipt.received_ms
    assert types_of_events(court).count("CrewArrived") == 1


def test_the_shipped_worker_tells_both_parties(new_court: OpenCourt) -> None:
    court = new_court()
    court.database.run(accept_field_record, court.device_principal, court.sign(court.record()))
    worker = subprocess.Popen(
        [sys.executable, "-m", "command_center.worker", "--settings", str(court.settings_file)],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + 60
        states: set[NoticeState] = set()
        while states != {NoticeState.DELIVERED}:
            assert time.monotonic() < deadline, states
            assert worker.poll() is None
            time.sleep(0.2)
            told = court.database.read(views.notices_of_case, court.clerk, court.case)
            states = {one.state for one in told}
    finally:
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(timeout=20) == 0
