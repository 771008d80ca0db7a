"""From the field record to both parties' telephones: S-11 and S-14, on both databases."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest
from sqlalchemy import func, select, text, update

from command_center.cases.models import LogEntry
from command_center.measures.models import MeasureRow, RecordRow
from command_center.measures.service import accept_field_record
from command_center.measures.views import measures_of_case
from command_center.notices import views
from command_center.notices.models import NoticeRow, ReceiptRow, SimulatedMessageRow
from command_center.notices.simulated_spool import simulated_messages
from command_center.notices.states import NoticeState
from command_center.notices.tasks import finish_task, open_tasks
from command_center.platform.journal import EntryRow
from command_center.platform.outbox_rows import JobRow
from command_center.platform.uow import UnitOfWork
from command_center.serving.models import ServiceRow
from command_center.serving.views import papers_served_on
from schemas.problems import MzError
from schemas.sign import Ed25519Signer, sign_envelope

if TYPE_CHECKING:
    from tests.integration.notices.conftest import OpenCourt, Telling
    from tests.integration.notices.court import Court

Tell = Callable[["Court"], "Telling"]
HERE = Path(__file__).parent
ROOT = HERE.parents[2]


def notices(court: Court) -> list[views.NoticeView]:
    return court.database.read(views.notices_of_case, court.clerk, court.case)


def count(court: Court, model: type) -> int:
    def counted(uow: UnitOfWork) -> int:
        query = select(func.count()).select_from(model)
        if model is LogEntry:
            query = query.where(LogEntry.act != "PLAN")  # the visit's own line
        return int(uow.session.scalar(query) or 0)

    return court.database.read(counted)


def run_acceptance(court: Court, envelope: Path, crash_at: str = "") -> int:
    done = subprocess.run(
        [sys.executable, str(HERE / "accept_record.py"), str(court.settings_file), str(envelope)],
        env={**os.environ, "MZ_CRASH_AT": crash_at, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    if done.returncode not in (0, -signal.SIGKILL):
        pytest.fail(done.stderr)
    return done.returncode


def kill_worker(court: Court, crash_at: str) -> None:
    """Start the shipped worker and let it die at a crash point."""
    worker = subprocess.run(
        [sys.executable, "-m", "command_center.worker", "--settings", str(court.settings_file)],
        env={**os.environ, "MZ_CRASH_AT": crash_at},
        cwd=ROOT,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert worker.returncode == -signal.SIGKILL


def end_leases(court: Court) -> None:
    """A minute passes: the dead worker's leases end."""

    def expire(uow: UnitOfWork) -> None:
        uow.session.execute(update(JobRow).values(leased_until_ms=0))

    court.database.run(expire)


def test_vector_16_a_delivered_message_without_consent_or_paper_served_nobody(
    court: Court, telling: Tell
) -> None:
    """SMS DELIVRD, no consent, no paper: the notice is delivered, a service there is none."""
    court.database.run(accept_field_record, court.device_principal, court.sign(court.record()))
    telling(court).settle()
    by_sms = [one.state for one in notices(court) if one.channel == "SMS"]
    assert by_sms == [NoticeState.DELIVERED] * 2
    assert count(court, ReceiptRow) > 0
    assert count(court, ServiceRow) == 0
    for party in (court.applicant, court.debtor):
        assert court.database.read(papers_served_on, party) == []


def test_s11_both_parties_are_told_of_a_seizure(court: Court, telling: Tell) -> None:
    receipt = court.database.run(
        accept_field_record, court.device_principal, court.sign(court.record())
    )
    typed = "officers.second_typed"  # the record is of a version that had no confirmation
    assert [defect.code for defect in receipt.defects] == [typed, "recorders.fewer_than_two"]
    planned = notices(court)
    assert {(one.party, one.channel, one.state) for one in planned} == {
        (party, channel, NoticeState.QUEUED)
        for party in (court.applicant, court.debtor)
        for channel in ("SMS", "PORTAL")
    }
    telling(court).settle()
    assert {one.state for one in notices(court)} == {NoticeState.DELIVERED}
    texts = {
        one.party_role: one.text for one in court.database.read(simulated_messages, court.clerk)
    }
    assert texts["DEBTOR"].startswith("【南江市临江区人民法院】贺建平：（2026）粤0199执2187号案")
    assert "被执行人贺某某" in texts["APPLICANT"]
    assert "期限至2028年3月11日" in texts["APPLICANT"]
    assert "020-55501234" in texts["DEBTOR"]
    [measure] = court.database.read(measures_of_case, court.clerk, court.case)
    assert (measure.state, measure.control_to, measure.period_suggested) == (
        "IN_FORCE",
        "2028-03-11",
        False,
    )
    assert [item.name for item in measure.items] == ["工业缝纫机", "布料"]


def test_the_same_bytes_again_give_the_same_receipt(court: Court) -> None:
    envelope = court.sign(court.record())
    first = court.database.run(accept_field_record, court.device_principal, envelope)
    court.clock.ahead_ms += 5_000
    again = court.database.run(accept_field_record, court.device_principal, envelope)
    assert again == first
    assert (count(court, MeasureRow), count(court, NoticeRow), count(court, LogEntry)) == (1, 4, 1)


def test_other_bytes_under_a_known_record_are_a_conflict(court: Court) -> None:
    record = court.record()
    court.database.run(accept_field_record, court.device_principal, court.sign(record))
    other = msgspec.structs.replace(record, app="other")
    entries = count(court, EntryRow)
    with pytest.raises(MzError, match=r"record\.conflict"):
        court.database.run(accept_field_record, court.device_principal, court.sign(other))
    assert (count(court, RecordRow), count(court, EntryRow)) == (1, entries)


def test_what_is_not_authentic_is_refused_and_changes_nothing(court: Court) -> None:
    record = court.record()
    stranger = sign_envelope(Ed25519Signer.generate(), "field_record/1", record)
    good = court.sign(record)
    changed = msgspec.structs.replace(good, payload=good.payload.replace(b"test", b"tset"))
    for envelope in (stranger, changed):
        with pytest.raises(MzError, match=r"record\.not_authentic"):
            court.database.run(accept_field_record, court.device_principal, envelope)
    assert (count(court, RecordRow), count(court, NoticeRow)) == (0, 0)


def test_a_done_act_is_never_refused_however_poor_its_record(court: Court) -> None:
    poor = court.record(
        items=[],
        custodian="x\0" * 500,
        place_text="",
        attendees=[],
        not_exempt=False,
        control_from="不清",
        control_to="",
        finished_ms=2**62,
        second_officer=None,
    )
    receipt = court.database.run(accept_field_record, court.device_principal, court.sign(poor))
    assert receipt.measure == poor.record
    assert {"seizure.list_empty", "period.unreadable", "officers.second_missing"} <= {
        defect.code for defect in receipt.defects
    }
    [measure] = court.database.read(measures_of_case, court.clerk, court.case)
    assert measure.period_suggested
    assert len(measure.defects) == len(receipt.defects)
    assert measure.executed_ms == measure.received_ms  # no calendar can show what was written
    assert count(court, NoticeRow) == 4


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"operation": "00000000-0000-7000-8000-000000000000"}, "record.operation_unknown"),
        ({"operation": "x\0" * 90}, "record.operation_unknown"),
        ({"case": "x\0" * 90}, "record.operation_unknown"),
        ({"officer": "x\0" * 90}, "record.officer_unknown"),
    ],
)
def test_a_record_that_points_nowhere_is_kept_for_a_person(
    court: Court, changes: dict[str, str], code: str
) -> None:
    lost = court.record(**changes)
    receipt = court.database.run(accept_field_record, court.device_principal, court.sign(lost))
    assert receipt.measure is None
    assert [defect.code for defect in receipt.defects] == [code]
    assert (count(court, RecordRow), count(court, MeasureRow)) == (1, 0)


def test_an_unconfirmed_number_learns_only_to_call_the_court(
    new_court: OpenCourt, telling: Tell
) -> None:
    court = new_court(debtor_confirmed=False)
    court.database.run(accept_field_record, court.device_principal, court.sign(court.record()))
    telling(court).settle()
    texts = {
        one.party_role: one.text for one in court.database.read(simulated_messages, court.clerk)
    }
    assert "12368" in texts["DEBTOR"]
    for secret in ("贺", "2187", "缝纫机", "扣押"):
        assert secret not in texts["DEBTOR"]


def test_without_a_telephone_a_clerk_gets_the_task(new_court: OpenCourt, telling: Tell) -> None:
    court = new_court(debtor_phone="")
    court.database.run(accept_field_record, court.device_principal, court.sign(court.record()))
    telling(court).settle()
    states = {(one.party_role, one.channel): one.state for one in notices(court)}
    assert states[("DEBTOR", "SMS")] is NoticeState.NO_CONTACT
    assert states[("DEBTOR", "PORTAL")] is NoticeState.DELIVERED
    [task] = court.database.read(open_tasks, court.clerk)
    assert (task.party, task.reason) == (court.debtor, NoticeState.NO_CONTACT)
    done = court.database.run(finish_task, court.clerk, task.task, "现场书面交付")
    assert done.done
    with pytest.raises(MzError, match=r"task\.already_done"):
        court.database.run(finish_task, court.clerk, task.task, "再次")


def test_final_failure_is_a_task_and_never_silence(new_court: OpenCourt, telling: Tell) -> None:
    court = new_court(debtor_phone="13800000000")  # simulated: switched off for ever
    court.database.run(accept_field_record, court.device_principal, court.sign(court.record()))
    telling(court).settle()
    states = {(one.party_role, one.channel): one for one in notices(court)}
    assert states[("DEBTOR", "SMS")].state is NoticeState.PERM_FAIL
    assert states[("DEBTOR", "SMS")].code == "UNDELIV"
    assert states[("APPLICANT", "SMS")].state is NoticeState.DELIVERED
    assert [task.party for task in court.database.read(open_tasks, court.clerk)] == [court.debtor]


def test_s14_kill_in_the_measure_transaction_leaves_nothing(court: Court, tmp_path: Path) -> None:
    envelope = tmp_path / "record.json"
    envelope.write_bytes(msgspec.json.encode(court.sign(court.record())))
    crash = "centre.in_measure_transaction"
    assert run_acceptance(court, envelope, crash) == -9
    assert [count(court, one) for one in (RecordRow, MeasureRow, NoticeRow, LogEntry)] == [0] * 4
    assert run_acceptance(court, envelope) == 0
    assert [count(court, one) for one in (RecordRow, MeasureRow, NoticeRow, LogEntry)] == [
        1,
        1,
        4,
        1,
    ]


def test_s14_kill_between_commit_and_send(court: Court, telling: Tell) -> None:
    court.database.run(accept_field_record, court.device_principal, court.sign(court.record()))
    kill_worker(court, "worker.before_submit")
    assert count(court, SimulatedMessageRow) == 0
    end_leases(court)
    telling(court).settle()
    messages = court.database.read(simulated_messages, court.clerk)
    assert sorted(one.party_role for one in messages) == ["APPLICANT", "DEBTOR"]
    assert {one.submissions for one in messages} == {1}
    assert {one.state for one in notices(court)} == {NoticeState.DELIVERED}


def test_s14_kill_between_submit_and_answer_repeats_under_the_same_key(
    court: Court, telling: Tell
) -> None:
    court.database.run(accept_field_record, court.device_principal, court.sign(court.record()))
    kill_worker(court, "worker.between_submit_and_answer")
    submitted = count(court, SimulatedMessageRow)  # the other thread may have been as far
    assert submitted in (1, 2)
    end_leases(court)
    telling(court).settle()
    messages = court.database.read(simulated_messages, court.clerk)
    assert len(messages) == 2  # a key each, whatever was repeated
    assert sum(one.submissions for one in messages) == 2 + submitted
    told = [one for one in notices(court) if one.channel == "SMS"]
    assert {one.attempts for one in told} == {1}
    assert sum(one.possible_repeats for one in told) >= submitted
    assert {one.state for one in told} == {NoticeState.DELIVERED}


def test_the_record_cannot_be_changed_afterwards(court: Court) -> None:
    court.database.run(accept_field_record, court.device_principal, court.sign(court.record()))

    def change(uow: UnitOfWork) -> None:
        uow.session.execute(text("UPDATE field_record SET officer = 'x'"))

    with pytest.raises(MzError, match=r"database\."):
        court.database.run(change)
