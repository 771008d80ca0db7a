"""A lost phone: what it sends after its revocation waits apart until two persons decide (S-66)."""

from __future__ import annotations

import re
from typing import Any

import msgspec
import pytest
import requests
from sqlalchemy import func, select

from command_center.access.permissions import PERMISSIONS, Role
from command_center.cases.log import case_log
from command_center.devices.contact import device_principal
from command_center.devices.models import SosRow
from command_center.devices.service import revoke
from command_center.footage.proof import footage_of_operation
from command_center.measures.models import MeasureRow, RecordRow
from command_center.measures.placing import place_next
from command_center.measures.service import accept_field_record
from command_center.operations.service import read_operation
from command_center.operations.unplanned import confirm
from command_center.platform.event_log import EventRow
from command_center.platform.journal import EntryRow
from command_center.platform.outbox import work_once
from command_center.platform.uow import UnitOfWork
from command_center.quarantine import intake
from command_center.quarantine.decisions import AskDecision, answer_decision, ask_decision
from command_center.quarantine.intake import receive
from command_center.quarantine.jobs import CONSUMERS
from command_center.quarantine.models import QuarantinedRecord
from command_center.quarantine.views import origin_of, read_quarantine
from schemas.field_api import Quarantined
from schemas.ids import new_id
from schemas.keys import KeyRing
from schemas.ledger import TAKEN_OVER_BY, LedgerEntry
from schemas.opened import OpenedKind, OperationOpened
from schemas.problems import MzError, Problem
from schemas.records import (
    FIELD_RECORD,
    ExhibitRef,
    FieldAct,
    FieldRecord,
    Marker,
    MarkerKind,
    Sos,
    SosCause,
    Step,
)
from schemas.sign import Envelope, decode, decode_payload, from_token, sign_envelope
from schemas.ticket import Act, check_ticket
from tests.integration.centre.court import Court, TestDevice
from tests.integration.centre.running import Centre
from tests.integration.centre.test_proof_pages import Reader
from tests.patience import eventually

PHOTO = "ab" * 32


class Lost:
    """A device that was lost with records on it, and revoked."""

    def __init__(self, court: Court) -> None:
        self.court = court
        self.device, contacted = court.contacted()
        self.session = contacted.session
        self.made_ms = court.clock()
        court.clock.ahead_ms += 60_000
        court.database.run(revoke, court.staff(Role.ADMIN), self.device.id, "出警途中遗失")
        self.revoked_ms = court.clock()
        court.clock.ahead_ms += 60_000

    def step(self, step: Step, after_ms: int = 0) -> Envelope:
        return self.device.step(self.court.seeded, step, self.made_ms + after_ms)

    def seal(self) -> Envelope:
        body = FieldAct(
            "seize_vehicle", 1, self.made_ms, self.made_ms + 1, "车库", {"plate": "粤A1"}, []
        )
        ref = ExhibitRef(PHOTO, 10, "image/jpeg", "photo")
        return self.device.record(self.court.seeded, body, self.made_ms, exhibits=[ref])

    def send(self, envelope: Envelope) -> Quarantined:
        return self.court.database.run(receive, envelope)

    def ask(self, act: str, *envelopes: Envelope, role: Role = Role.COMMANDER) -> str:
        records = [record_of(one) for one in envelopes]
        message = AskDecision(self.device.id, act, records, "设备已经找回，记录完整")
        return self.court.database.run(ask_decision, self.court.staff(role), message)

    def answer(self, decision: str, *, agreed: bool = True, role: Role = Role.BUREAU_HEAD) -> None:
        self.court.database.run(
            answer_decision, self.court.staff(role), decision, "与经办人核对无误", agreed=agreed
        )

    def work(self) -> None:
        while work_once(self.court.database, CONSUMERS):
            pass

    def count(self, table: type, *where: object) -> int:
        def read(uow: UnitOfWork) -> int:
            return uow.session.scalar(select(func.count()).select_from(table).where(*where)) or 0  # type: ignore[arg-type]

        return self.court.database.read(read)

    def outcome(self, envelope: Envelope) -> str:
        def read(uow: UnitOfWork) -> str:
            return uow.session.get_one(QuarantinedRecord, record_of(envelope)).outcome

        return self.court.database.read(read)

    def tags(self, envelope: Envelope) -> list[str]:
        def read(uow: UnitOfWork) -> list[str]:
            query = select(EntryRow.tag).where(EntryRow.subject == record_of(envelope))
            return list(uow.session.scalars(query.order_by(EntryRow.at_ms)))

        return self.court.database.read(read)

    def refs(self, envelope: Envelope) -> dict[str, str]:
        """What the record's last entry refers to."""

        def read(uow: UnitOfWork) -> dict[str, str]:
            query = select(EntryRow.raw).where(EntryRow.subject == record_of(envelope))
            (*_, raw) = uow.session.scalars(query.order_by(EntryRow.at_ms))
            return decode(raw, LedgerEntry).refs

        return self.court.database.read(read)


def record_of(envelope: Envelope) -> str:
    return decode_payload(envelope, FIELD_RECORD, FieldRecord).record


@pytest.fixture
def lost(court: Court) -> Lost:
    return Lost(court)


def test_what_a_revoked_device_sends_waits_apart_and_counts_for_nothing(lost: Lost) -> None:
    sealed = lost.seal()
    kept = lost.send(sealed)
    assert [one.code for one in kept.receipt.defects] == ["record.quarantined"]
    assert lost.send(sealed).receipt == kept.receipt, "the same bytes again: the same receipt"
    assert lost.count(RecordRow) == 0
    assert lost.tags(sealed) == ["quarantine:record:kept"]
    assert lost.count(EventRow, EventRow.type == "QuarantineEntered") == 1
    ring = KeyRing(lost.court.database.keys.root, lost.court.database.keys.certificates)
    ticket = check_ticket(kept.ticket, ring, Act.QUARANTINE, lost.court.clock())
    assert (ticket.holder, ticket.exhibits, ticket.publisher) == (lost.device.id, [PHOTO], None)
    assert from_token(kept.ticket).key == lost.court.database.keys.centre.key


def test_only_authentic_records_of_a_revoked_device_are_kept(lost: Lost) -> None:
    other, _ = lost.court.enrolled()
    forged = sign_envelope(other.signer, FIELD_RECORD, b"{}")
    stranger = TestDevice()
    for envelope in (stranger.step(lost.court.seeded, Step.ACTING, lost.made_ms), forged):
        with pytest.raises(MzError):
            lost.send(envelope)
    said = decode_payload(lost.step(Step.ACTING), FIELD_RECORD, FieldRecord)
    with pytest.raises(MzError, match=r"record\.not_authentic"):
        lost.send(sign_envelope(other.signer, FIELD_RECORD, said))
    with pytest.raises(MzError, match=r"device\.not_revoked"):
        lost.send(other.step(lost.court.seeded, Step.ACTING, lost.made_ms))
    kept = lost.step(Step.ACTING)
    lost.send(kept)
    changed = msgspec.structs.replace(
        decode_payload(kept, FIELD_RECORD, FieldRecord), app="another"
    )
    with pytest.raises(MzError, match=r"record\.conflict"):
        lost.send(sign_envelope(lost.device.signer, FIELD_RECORD, changed))
    assert lost.count(QuarantinedRecord) == 1


def test_a_revoked_devices_session_ends_and_what_it_sent_before_keeps_its_receipt(
    court: Court,
) -> None:
    device, contacted = court.contacted()
    who = court.database.read(device_principal, contacted.session)
    before = device.step(court.seeded, Step.ON_SCENE, court.clock())
    receipt = court.database.run(accept_field_record, who, before)
    court.database.run(revoke, court.staff(Role.ADMIN), device.id, "遗失")
    with pytest.raises(MzError, match=r"device\.revoked"):
        court.database.run(accept_field_record, who, before)
    assert court.database.run(receive, before).receipt == receipt, "its answer was lost"


def test_two_persons_take_a_record_over_and_it_is_marked_for_ever(lost: Lost) -> None:
    sealed, step = lost.seal(), lost.step(Step.ON_SCENE)
    for envelope in (sealed, step):
        lost.send(envelope)
    decision = lost.ask("TAKE", sealed, step)
    with pytest.raises(MzError, match=r"quarantine\.own_request"):
        lost.answer(decision, role=Role.COMMANDER)
    with pytest.raises(MzError, match=r"quarantine\.not_waiting"):
        lost.ask("DISCARD", step, role=Role.BUREAU_HEAD)
    lost.work()
    assert lost.count(RecordRow) == 0, "nothing happens before the second person"
    lost.answer(decision)
    with pytest.raises(MzError, match=r"quarantine\.answered"):
        lost.answer(decision)
    lost.work()
    assert lost.count(RecordRow, RecordRow.quarantined.is_(True)) == 2
    assert [lost.outcome(one) for one in (sealed, step)] == ["taken", "taken"]
    assert lost.tags(sealed) == ["quarantine:record:kept", "case:measure:executed"]
    case = lost.court.seeded.cases[0].id
    lines = [one for one in lost.court.database.read(case_log, case) if one.act == "QUARANTINE"]
    assert ["设备已经找回" in one.text for one in lines] == [True]
    assert "核对无误" in lines[0].text
    origin = lost.court.database.read(origin_of, record_of(sealed))
    assert origin is not None
    assert origin.decision.id == decision
    assert lost.refs(sealed)[TAKEN_OVER_BY] == decision
    footage = lost.court.database.read(
        footage_of_operation, lost.court.staff(Role.AUDITOR), lost.court.seeded.operation
    )
    assert footage.quarantined == 2
    assert lost.send(sealed).receipt.measure == record_of(sealed), "sent again: the true receipt"
    assert lost.count(RecordRow) == 2


def test_what_is_refused_waits_again_and_what_is_discarded_never_counts(lost: Lost) -> None:
    step = lost.step(Step.ON_SCENE)
    lost.send(step)
    lost.answer(lost.ask("DISCARD", step), agreed=False)
    assert lost.outcome(step) == ""
    lost.answer(lost.ask("DISCARD", step))
    lost.work()
    assert (lost.outcome(step), lost.count(RecordRow)) == ("discarded", 0)
    assert lost.send(step).receipt.record == record_of(step), "and stays discarded"
    with pytest.raises(MzError, match=r"quarantine\.not_waiting"):
        lost.ask("TAKE", step)


def test_ids_that_are_none_are_refused_by_a_code(lost: Lost) -> None:
    leader = lost.court.staff(Role.COMMANDER)
    for records in (["\0"], ["x" * 5_000], [new_id() for _ in range(600)]):
        for device in (lost.device.id, "\0", "x" * 5_000):
            message = AskDecision(device, "TAKE", records, "设备已经找回")
            with pytest.raises(MzError, match=r"quarantine\.not_waiting"):
                lost.court.database.run(ask_decision, leader, message)
    for name in ("\0", "x" * 5_000, new_id()):
        with pytest.raises(MzError, match=r"quarantine\.unknown"):
            lost.answer(name)
        with pytest.raises(MzError, match=r"quarantine\.unknown"):
            lost.court.database.run(read_quarantine, leader, name)


def test_what_was_signed_after_the_revocation_is_never_taken_over(lost: Lost) -> None:
    late = lost.device.step(lost.court.seeded, Step.ACTING, lost.revoked_ms + 1_000)
    lost.send(late)
    with pytest.raises(MzError, match=r"quarantine\.after_revocation"):
        lost.ask("TAKE", late)
    _, (view,), _, _ = lost.court.database.run(
        read_quarantine, lost.court.staff(Role.AUDITOR), lost.device.id
    )
    assert view.late
    lost.answer(lost.ask("DISCARD", late))


def test_an_old_call_for_help_is_kept_and_alarms_nobody_anew(lost: Lost) -> None:
    call = lost.device.record(
        lost.court.seeded, Sos(new_id(), lost.made_ms, SosCause.BUTTON, pin_set=False), lost.made_ms
    )
    lost.send(call)
    lost.answer(lost.ask("TAKE", call))
    lost.work()
    assert (lost.outcome(call), lost.count(SosRow)) == ("taken", 0)
    assert lost.tags(call)[-1] == "record:field:set_aside"


def test_a_record_that_cannot_be_taken_holds_no_other_up_and_is_seen(lost: Lost) -> None:
    bad, good = lost.step(Step.ON_SCENE), lost.step(Step.ACTING, 5_000)
    for envelope in (bad, good):
        lost.send(envelope)

    def damage(uow: UnitOfWork) -> None:
        row = uow.session.get_one(QuarantinedRecord, record_of(bad))
        spoilt = msgspec.structs.replace(bad, signature=bytes(64))
        row.envelope = msgspec.json.encode(spoilt)

    lost.court.database.run(damage)
    lost.answer(lost.ask("TAKE", bad, good))
    lost.work()
    assert lost.outcome(good) == "taken"
    assert lost.outcome(bad) == "record.not_authentic"
    assert lost.count(EventRow, EventRow.type == "QuarantineFailed") == 1
    _, (waits,), _, (decision,) = lost.court.database.run(
        read_quarantine, lost.court.staff(Role.AUDITOR), lost.device.id
    )
    assert (waits.record, waits.failed) == (record_of(bad), "record.not_authentic")
    assert (decision.failed, decision.left) == (1, 0)
    lost.answer(lost.ask("DISCARD", bad))
    assert lost.outcome(bad) == "discarded", "two persons decide about it anew"


def test_the_quarantine_is_bounded_and_says_loudly_that_it_is_full(
    lost: Lost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "MOST_RECORDS", 2)
    steps = [lost.step(Step.ACTING, number) for number in range(3)]
    for envelope in steps[:2]:
        lost.send(envelope)
    assert lost.count(EventRow, EventRow.type == "QuarantineFull") == 1
    with pytest.raises(MzError, match=r"quarantine\.full") as full:
        lost.send(steps[2])
    assert full.value.kind == "throttled", "the device keeps it and asks again"
    lost.send(steps[0])
    lost.answer(lost.ask("DISCARD", steps[0]))
    lost.send(steps[2])
    assert lost.count(QuarantinedRecord) == 3


def test_a_clock_that_was_set_while_the_device_ran_is_seen(lost: Lost) -> None:
    for ahead_ms in (0, 3_600_000):
        said = decode_payload(lost.step(Step.ACTING), FIELD_RECORD, FieldRecord)
        moved = msgspec.structs.replace(
            said, boot="one", recorded_mono_ms=said.recorded_mono_ms + ahead_ms
        )
        lost.send(sign_envelope(lost.device.signer, FIELD_RECORD, moved))
    lost.send(lost.step(Step.ON_SCENE))
    _, views, _, _ = lost.court.database.run(
        read_quarantine, lost.court.staff(Role.AUDITOR), lost.device.id
    )
    assert sorted(one.moved for one in views) == [False, True, True]


def _running(centre: Centre) -> tuple[Lost, Envelope]:
    lost = Lost(centre.court)
    lost.court.clock.ahead_ms = 0
    return lost, lost.step(Step.ON_SCENE)


def test_only_who_may_sees_asks_and_answers(sqlite_centre: Centre) -> None:
    lost, step = _running(sqlite_centre)
    kept = sqlite_centre.post("/device/v1/quarantine", step)
    assert kept.status_code == 200, kept.text
    url = f"quarantine/{lost.device.id}"
    form: dict[str, Any] = {"act": "TAKE", "record": [record_of(step)], "reason": "设备已经找回"}
    for role in (Role.CLERK, Role.ENF_OFFICER, Role.TECHNICIAN, Role.ADMIN):
        assert not PERMISSIONS[role] & {"quarantine:read", "quarantine:ask", "quarantine:agree"}
        reader = Reader(sqlite_centre, role)
        for path in ("quarantine", url):
            assert reader.http.get(f"{reader.url}/{path}", timeout=20).status_code == 403
    clerk = Reader(sqlite_centre, Role.CLERK)
    assert clerk.post(f"{url}/decisions", **form).status_code == 403
    auditor = Reader(sqlite_centre, Role.AUDITOR)
    assert "隔离区里没有" not in auditor.page("quarantine")
    assert "行动进展" in auditor.page(url)
    assert auditor.post(f"{url}/decisions", **form).status_code == 403
    duty = Reader(sqlite_centre, Role.DUTY_OFFICER)
    duty.page(url)
    nothing = duty.post(f"{url}/decisions", **{**form, "record": []})
    assert (nothing.status_code, "quarantine.nothing_chosen" in nothing.text) == (400, True)
    assert "设备已经找回" in nothing.text, "what was typed stays"
    assert duty.post(f"{url}/decisions", **form).status_code == 200
    (decision,) = set(re.findall(r'data-decision="([^"]+)"', duty.page(url)))
    answer: dict[str, Any] = {"answer": "agree", "reason": "核对无误"}
    assert duty.post(f"{url}/decisions/{decision}", **answer).status_code == 403
    head = Reader(sqlite_centre, Role.BUREAU_HEAD)
    assert head.post(f"{url}/decisions/{decision}", answer="perhaps").status_code == 400
    assert head.post(f"{url}/decisions/{decision}", **answer).status_code == 200
    lost.work()
    assert lost.outcome(step) == "taken"
    assert head.http.get(f"{head.url}/quarantine/{new_id()}", timeout=20).status_code == 404


@pytest.mark.parametrize("body", [b"", b"{}", b"[1]", b"\xff" * 40])
def test_what_is_no_record_is_refused_by_a_code(sqlite_centre: Centre, body: bytes) -> None:
    answer = sqlite_centre.post("/device/v1/quarantine", body)
    assert answer.status_code == 400
    assert msgspec.json.decode(answer.content, type=Problem).code == "message.malformed"


def test_a_centre_killed_after_it_kept_a_record_keeps_it_once(sqlite_centre: Centre) -> None:
    lost, step = _running(sqlite_centre)
    for process in sqlite_centre.processes:
        process.kill()
        process.wait()
    dying = sqlite_centre.start_web(MZ_CRASH_AT="centre.after_quarantine_commit")
    with pytest.raises(requests.ConnectionError):
        sqlite_centre.post("/device/v1/quarantine", step)
    assert dying.wait(60) == -9
    sqlite_centre.start_web()
    first = sqlite_centre.post("/device/v1/quarantine", step)
    assert first.status_code == 200, first.text
    assert lost.count(QuarantinedRecord) == 1


def test_a_worker_killed_while_it_takes_records_over_takes_each_once(
    sqlite_centre: Centre,
) -> None:
    lost, _ = _running(sqlite_centre)
    steps = [lost.step(Step.ACTING, number) for number in range(3)]
    for envelope in steps:
        lost.send(envelope)
    lost.answer(lost.ask("TAKE", *steps))
    dying = sqlite_centre.start_worker(MZ_CRASH_AT="worker.in_quarantine_taking:2")
    assert dying.wait(60) == -9
    assert [lost.outcome(one) for one in steps] == ["taken", "", ""]
    assert lost.count(RecordRow) == 1, "record and mark stand together or not at all"
    sqlite_centre.start_worker()
    eventually(lambda: [lost.outcome(one) for one in steps] == ["taken"] * 3)
    assert lost.count(RecordRow) == 3
    assert all(lost.tags(one).count("operation:step:reported") == 1 for one in steps)


def _opened(lost: Lost, operation: str) -> Envelope:
    """Return what opens an operation at the scene, when nobody knew the case yet."""
    body = OperationOpened(OpenedKind.PROPERTY, lost.made_ms, "龙津里9巷口", "", [], "")
    return _without_case(lost, lost.device.record(lost.court.seeded, body, lost.made_ms), operation)


def _without_case(lost: Lost, envelope: Envelope, operation: str) -> Envelope:
    said = decode_payload(envelope, FIELD_RECORD, FieldRecord)
    bare = msgspec.structs.replace(said, operation=operation, case="")
    return sign_envelope(lost.device.signer, FIELD_RECORD, bare)


def _receipt(lost: Lost, envelope: Envelope) -> list[str]:
    found = lost.send(envelope).receipt
    return [one.code for one in found.defects]


@pytest.mark.parametrize("opened_before", [False, True])
def test_two_persons_give_the_case_of_records_that_name_none(
    lost: Lost, opened_before: bool
) -> None:
    operation = new_id()
    opened = _opened(lost, operation)
    seal = _without_case(lost, lost.seal(), operation)
    step = _without_case(lost, lost.step(Step.ON_SCENE), operation)
    for envelope in (opened, seal, step):
        lost.send(envelope)
    if opened_before:  # and waits at the desk for its case
        lost.answer(lost.ask("TAKE", opened))
        lost.work()
    left = [seal, step] if opened_before else [opened, seal, step]
    number, case = lost.court.seeded.cases[0].number, lost.court.seeded.cases[0].id
    leader = lost.court.staff(Role.COMMANDER)
    records = [record_of(one) for one in left]
    for wrong, code in (("x", "case.number_malformed"), ("（2026）粤0199执9号", "case.unknown")):
        message = AskDecision(lost.device.id, "TAKE", records, "设备已经找回", wrong)
        with pytest.raises(MzError, match=code.replace(".", r"\.")):
            lost.court.database.run(ask_decision, leader, message)
    message = AskDecision(lost.device.id, "TAKE", records, "设备已经找回", number)
    decision = lost.court.database.run(ask_decision, leader, message)
    _, _, _, (shown, *_) = lost.court.database.run(read_quarantine, leader, lost.device.id)
    assert shown.case_number == number, "who agrees sees which case it is"
    lost.answer(decision)
    lost.work()
    assert _receipt(lost, seal) != ["record.case_awaited"]
    assert lost.count(RecordRow, RecordRow.case == case) == len(left)
    found = lost.court.database.read(read_operation, lost.court.staff(Role.CLERK), operation)
    assert (found.row.case, found.row.state) == (case, "ON_SCENE")
    assert lost.count(MeasureRow, MeasureRow.measure == record_of(seal)) == 1
    lines = [one for one in lost.court.database.read(case_log, case) if one.act == "QUARANTINE"]
    assert len(lines) == 1


def test_taken_over_without_a_case_they_follow_once_the_desk_names_it(lost: Lost) -> None:
    operation = new_id()
    opened, seal = _opened(lost, operation), _without_case(lost, lost.seal(), operation)
    for envelope in (opened, seal):
        lost.send(envelope)
    decision = lost.ask("TAKE", opened, seal)
    lost.answer(decision)
    lost.work()
    assert lost.count(MeasureRow, MeasureRow.measure == record_of(seal)) == 0
    commander = lost.court.staff(Role.COMMANDER)
    lost.court.database.run(confirm, commander, operation, lost.court.seeded.cases[0].number)
    while lost.court.database.run(place_next):
        pass
    assert lost.count(MeasureRow, MeasureRow.measure == record_of(seal)) == 1
    assert lost.refs(seal)[TAKEN_OVER_BY] == decision, "also the entry made now says whence"
    assert lost.count(RecordRow, RecordRow.quarantined.is_(True)) == 2


def test_a_marker_out_of_quarantine_says_so(sqlite_centre: Centre) -> None:
    lost = Lost(sqlite_centre.court)
    lost.court.clock.ahead_ms = 0
    marked = lost.device.record(
        lost.court.seeded, Marker(lost.made_ms, MarkerKind.STATEMENT, "称货款已付"), lost.made_ms
    )
    lost.send(marked)
    lost.answer(lost.ask("TAKE", marked))
    lost.work()
    reader = Reader(sqlite_centre, Role.CLERK)
    page = reader.page(f"operations/{lost.court.seeded.operation}/markers")
    (line,) = [one for one in page.split("<button") if record_of(marked) in one]
    assert "自隔离区转入" in line
    assert "自隔离区转入" not in page.replace(line, "")
