"""Acts by a form reach the centre: measures with all that follows, lines of the log, defects."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from sqlalchemy import func, select

from command_center.access.permissions import Role
from command_center.cases.log import log_of_case
from command_center.device_api.contact import make_contact
from command_center.devices.contact import contact, device_principal
from command_center.devices.enrolment import enrol, make_code
from command_center.measures.detail import MeasureDetail, read_measure
from command_center.measures.execution import SECRET
from command_center.measures.models import MeasureFactRow, MeasureRow
from command_center.measures.service import accept_field_record
from command_center.measures.states import MeasureState
from command_center.notices.models import NoticeRow
from command_center.operations.models import Crew
from command_center.platform.event_log import EventRow
from command_center.platform.principal import Principal
from schemas.field_api import CaseStake, RecordReceipt
from schemas.ids import new_id
from schemas.measures.forms import FORMS
from schemas.records import (
    FIELD_RECORD,
    ActStep,
    Attendee,
    Body,
    FieldAct,
    FieldRecord,
    SeizedItem,
    SignedHow,
    StoodBeside,
)
from schemas.sign import decode_payload, sign_envelope
from schemas.to_centre import PREFIX, SECRETS_KEY, SecretsKey, encrypt
from tests.integration.centre.court import Court, TestDevice

SIGNED = SignedHow.SIGNED
PEOPLE = [
    Attendee("LEGAL_REP", "贺建平", True, SIGNED),
    Attendee("GRASSROOTS_REP", "李主任", True, SIGNED),
    Attendee("CUSTODIAN", "周保管", True, SIGNED),
]
FREEZE = {
    "paper": "（2026）粤0199执1024号之一", "assist_paper": "协1号", "assisting_unit": "恒通银行",
    "account": "**** 3391", "asked_fen": "30000", "amount_fen": "28640",
    "receipt": "R-1", "receipt_at": "2026-03-12 14:36",
}  # fmt: skip


class Scene:
    """Two officers of one crew, each with his own device."""

    def __init__(self, court: Court) -> None:
        self.court = court
        self.device, made = court.contacted()
        self.principal = court.database.read(device_principal, made.session)
        self.second, self.other, self.other_principal = self._second()

    def _second(self) -> tuple[str, TestDevice, Principal]:
        def another(uow: Any) -> str:
            crew = select(Crew.staff).where(
                Crew.operation == self.court.seeded.operation,
                Crew.staff != self.court.seeded.officer,
            )
            return str(uow.session.scalars(crew).first())

        second = self.court.database.read(another)
        device, run = TestDevice(), self.court.database.run
        code = run(make_code, self.court.staff(Role.DUTY_OFFICER), second)
        run(enrol, device.enrolment(code))
        made = run(contact, device.hello())
        return second, device, self.court.database.read(device_principal, made.session)

    def body(self, form: str, **changed: Any) -> FieldAct:
        """A whole act that began a minute ago."""
        at_ms = self.court.clock()
        made = {
            "form": form, "version": 1, "started_ms": at_ms - 60_000, "finished_ms": at_ms,
            "place_text": "龙津里3巷12号", "facts": {}, "attendees": PEOPLE,
            "steps": [ActStep(step.value, at_ms) for step in FORMS[form].steps]
            if form in FORMS else [],
            **changed,
        }  # fmt: skip
        return FieldAct(**made)

    def send(self, body: Body, record: str = "", **changed: Any) -> RecordReceipt:
        at_ms = self.court.clock()
        whole = FieldRecord(
            record=record or new_id(), device=self.device.id, officer=self.court.seeded.officer,
            operation=self.court.seeded.operation, case=self.court.seeded.cases[0].id,
            recorded_wall_ms=at_ms, recorded_mono_ms=1, boot="boot", app="test", body=body,
            second_officer=self.second,
        )  # fmt: skip
        whole = msgspec.structs.replace(whole, **changed)
        other = whole.device == self.other.id
        signer, who = (
            (self.other.signer, self.other_principal) if other
            else (self.device.signer, self.principal)
        )  # fmt: skip
        envelope = sign_envelope(signer, FIELD_RECORD, whole)
        receipt: RecordReceipt = self.court.database.run(accept_field_record, who, envelope)
        return receipt

    def confirm(self, **changed: Any) -> RecordReceipt:
        at_ms = self.court.clock()
        body = StoodBeside(at_ms - 3_600_000, at_ms)
        return self.send(body, **{"device": self.other.id, "officer": self.second, **changed})

    def read(self, measure: str | None) -> MeasureDetail:
        assert measure
        found: MeasureDetail = self.court.database.run(
            read_measure, self.court.staff(Role.DUTY_OFFICER), measure
        )
        return found

    def count(self, table: type) -> int:
        query = select(func.count()).select_from(table)
        return int(self.court.database.read(lambda uow: uow.session.scalar(query)))

    def log(self) -> list[str]:
        lines = self.court.database.read(
            log_of_case, self.court.staff(Role.DUTY_OFFICER), self.court.seeded.cases[0].id
        )
        return [line.text for line in lines]


@pytest.fixture
def scene(court: Court) -> Scene:
    return Scene(court)


def _codes(receipt: RecordReceipt) -> list[str]:
    return [defect.code for defect in receipt.defects]


def test_r05_a_sealing_becomes_a_measure_with_period_log_and_a_notice_for_each_party(
    scene: Scene,
) -> None:
    receipt = scene.send(scene.body(
        "seal_real_estate", control_from="2026-03-12", control_to="2029-03-11",
        facts={"paper": "（2026）粤0199执1024号之二", "title_number": "粤0199-0042",
               "not_exempt": "1", "seal_place": "入户门"},
    ))  # fmt: skip
    assert _codes(receipt) == ["officers.second_unconfirmed", "recorders.fewer_than_two"]
    detail = scene.read(receipt.measure)
    assert (detail.measure.kind, detail.measure.state) == ("SEAL", MeasureState.IN_FORCE)
    assert detail.periods[0].end.isoformat() == "2029-03-11"
    assert {fact.name for fact in detail.facts} >= {"title_number", "seal_place"}
    told = select(func.count(func.distinct(NoticeRow.party)))
    assert scene.court.database.read(lambda uow: uow.session.scalar(told)) == 2
    assert any("查封龙津里3巷12号" in line for line in scene.log())


def test_at_the_counter_a_freeze_takes_effect_when_the_unit_signs_for_it(scene: Scene) -> None:
    receipt = scene.send(scene.body("freeze_deposit", facts=FREEZE))
    measure = scene.read(receipt.measure).measure
    assert measure.executed_ms == 1_773_297_360_000
    assert measure.value_fen == 28_640
    assert measure.control_from == "2026-03-12"
    assert "尾号3391" in measure.subject
    unsigned = {name: value for name, value in FREEZE.items() if not name.startswith("receipt")}
    refused = scene.send(scene.body("freeze_deposit", facts=unsigned))
    detail = scene.read(refused.measure)
    assert detail.measure.state is MeasureState.EXECUTED
    assert detail.periods == ()
    assert _codes(refused).count("field.missing") == 2


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_accepted_empty_and_lists_what_it_lacks(scene: Scene, form: str) -> None:
    receipt = scene.send(scene.body(form, place_text="", attendees=[], steps=[]))
    assert receipt.defects
    assert (receipt.measure is not None) == (FORMS[form].kind is not None)
    if receipt.measure:
        scene.read(receipt.measure)


def test_r11_a_typed_name_is_no_second_officer_until_he_confirms_on_his_own_device(
    scene: Scene,
) -> None:
    body = scene.body("deliver", facts={"paper": "甲", "handed_over": "钥匙", "receiver": "乙"})
    first = scene.send(body)
    assert _codes(first) == ["officers.second_unconfirmed"]
    borrowed = scene.confirm(device=scene.device.id)
    assert _codes(borrowed) == ["beside.not_own_device"]
    assert [one.code for one in scene.read(first.measure).measure.defects]
    assert _codes(scene.confirm()) == []
    assert scene.read(first.measure).measure.defects == (), "what he mends is told no more"
    assert _codes(scene.send(body)) == [], "and is not wanting where he confirmed before"
    assert any("在本人设备上确认在场" in line for line in scene.log())
    early = scene.send(msgspec.structs.replace(body, started_ms=body.started_ms - 86_400_000))
    assert _codes(early) == ["officers.second_unconfirmed"], "only for the time he was there"


def test_r11_cash_is_taken_by_two_and_with_a_receipt(scene: Scene) -> None:
    body = scene.body("perform", facts={"performed": "偿还借款", "cash_fen": "500000"})
    receipt = scene.send(body, second_officer=None)
    assert _codes(receipt) == ["officers.second_missing", "cash.no_receipt"]
    assert all("款物" in defect.law for defect in receipt.defects)
    assert receipt.measure is None
    assert any("当场履行、和解：偿还借款" in line for line in scene.log())


def test_a_refusal_to_assist_is_an_alarm_with_its_paper(scene: Scene) -> None:
    facts = {"assisting_unit": "恒通银行", "assist_paper": "协1号", "unit_person": "柜员",
             "refusal": "要求请示上级"}  # fmt: skip
    told = scene.send(scene.body("assist_refused", version=2, facts=facts))
    assert "refusal.no_witness" in _codes(told)
    older = scene.send(scene.body("assist_refused", facts=facts))
    assert "refusal.no_witness" not in _codes(older), "an older form did not ask for one"
    rows = select(EventRow.type, EventRow.level).order_by(EventRow.seq.desc())
    last = scene.court.database.read(lambda uow: uow.session.execute(rows).first())
    assert tuple(last) == ("FieldActRecorded", "alarm")


def test_an_unknown_form_is_kept_for_a_person_and_a_newer_one_is_carried_out(scene: Scene) -> None:
    unknown = scene.send(scene.body("fly", facts={"height": "9"}))
    assert _codes(unknown) == ["form.unknown"]
    assert unknown.measure is None
    newer = scene.send(scene.body("deliver", version=7, facts={
        "paper": "甲", "handed_over": "钥匙", "receiver": "乙", "colour": "红",
    }))  # fmt: skip
    assert "form.newer" in _codes(newer)
    assert {fact.name for fact in scene.read(newer.measure).facts} == {
        "paper", "handed_over", "receiver"
    }  # fmt: skip


def test_a_garbled_record_is_taken_and_breaks_no_page(scene: Scene) -> None:
    item = SeizedItem(2**70 % 2**62, "\0", -1, "", estimated_value_fen=2**61)
    facts = {**FREEZE, "amount_fen": "许多", "receipt_at": "何时", "x" * 500: "\0"}
    receipt = scene.send(scene.body(
        "freeze_deposit", facts=facts,
        items=[item, item], started_ms=-1, finished_ms=2**62, control_from="x",
    ))  # fmt: skip
    assert _codes(receipt).count("field.unreadable") == 2
    scene.read(receipt.measure)


def test_the_same_record_again_is_one_measure(scene: Scene) -> None:
    body, record = scene.body("search", facts={}), new_id()
    first = scene.send(body, record, recorded_wall_ms=5)
    again = scene.send(body, record, recorded_wall_ms=5)
    assert first == again
    assert scene.count(MeasureRow) == 1


def test_19_more_than_is_owed_is_called_excessive(scene: Scene) -> None:
    item = SeizedItem(1, "楼", 1, "栋", estimated_value_fen=10**14)
    receipt = scene.send(scene.body("seal_movables", items=[item]))
    assert "attachment.excessive" in _codes(receipt)


def test_19_the_device_is_told_what_control_is_measured_by(scene: Scene) -> None:
    def stake() -> CaseStake:
        reply = scene.court.database.run(make_contact, scene.device.hello())
        found = next(one.stake for one in reply.operations
                     if one.operation == scene.court.seeded.operation)  # fmt: skip
        assert found is not None
        return found

    before = stake()
    assert before.owed_fen > 0
    assert before.limit_percent == 120
    assert "第19条" in before.law
    assert (before.months["MOVABLE"], before.months["DEPOSIT"]) == (24, 12)
    item = SeizedItem(1, "楼", 1, "栋", estimated_value_fen=7_000)
    scene.send(scene.body("seal_movables", items=[item]))
    assert stake().controlled_fen == before.controlled_fen + 7_000


def _sealed(scene: Scene, record: str, number: str) -> dict[str, str]:
    reply = scene.court.database.run(make_contact, scene.device.hello())
    assert reply.secrets_key is not None
    public = decode_payload(reply.secrets_key, SECRETS_KEY, SecretsKey).public
    return {**FREEZE, f"{PREFIX}account": encrypt(number, public, record, "account")}


def test_a_whole_account_number_is_read_by_the_centre_alone(scene: Scene) -> None:
    record, number = new_id(), "6222020200112233391"
    facts = _sealed(scene, record, number)
    assert number not in "".join(facts.values())
    receipt = scene.send(scene.body("freeze_deposit", facts=facts), record)
    assert {"secret.unreadable", "form.newer"} & set(_codes(receipt)) == set()

    def kept(uow: Any) -> tuple[str, str, str | None]:
        row = uow.session.get(MeasureFactRow, (record, "account"))
        return row.value, uow.keys.cipher.decrypt(row.secret, SECRET), row.value_index

    value, whole, index = scene.court.database.read(kept)
    assert (value, whole) == ("**** 3391", number)
    assert index
    assert {fact.value for fact in scene.read(receipt.measure).facts} & {number} == set()


@pytest.mark.parametrize("wrong", ["number", "record", "bytes"])
def test_a_number_that_is_another_or_was_moved_is_told_and_not_kept(
    scene: Scene, wrong: str
) -> None:
    record = new_id()
    number = "6222020200112239999" if wrong == "number" else "6222020200112233391"
    facts = _sealed(scene, new_id() if wrong == "record" else record, number)
    if wrong == "bytes":
        facts[f"{PREFIX}account"] = "AQ=="
    receipt = scene.send(scene.body("freeze_deposit", facts=facts), record)
    assert "secret.unreadable" in _codes(receipt)
    row = scene.court.database.read(
        lambda uow: uow.session.get(MeasureFactRow, (record, "account")).secret
    )
    assert row is None
