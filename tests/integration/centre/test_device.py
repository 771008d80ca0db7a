"""Enrolment, contact, revocation and orders on both databases."""

from __future__ import annotations

import msgspec
import pytest
from sqlalchemy import select

from command_center.access.permissions import Role
from command_center.devices.contact import contact, device_principal
from command_center.devices.enrolment import CODE_MS, enrol, enrol_from
from command_center.devices.models import Device, EnrolmentCode, RelayOrderRow
from command_center.devices.service import (
    RevocationView,
    list_devices,
    revocations,
    revoke,
    revoked_by,
)
from command_center.measures.service import accept_field_record
from command_center.operations.orders import acknowledge_order, orders_for, send_order
from command_center.operations.service import read_operation
from command_center.platform.outbox_rows import JobRow
from schemas.field_api import OrderAcknowledgement, OrderState
from schemas.keys import KeyRing, Use
from schemas.media.opening import CHALLENGE, ContactChallenge
from schemas.problems import HTTP_STATUS, Kind, MzError
from schemas.records import Step
from schemas.sign import Envelope, decode_payload, fingerprint
from schemas.ticket import Act, check_ticket
from tests.integration.centre.court import Court, TestDevice
from tests.integration.centre.running import Centre
from tests.integration.centre.test_proof_pages import Reader


def test_enrolment_gives_a_certificate_that_leads_to_the_root(court: Court) -> None:
    device, enrolled = court.enrolled()
    ring = KeyRing(court.seeded.root, enrolled.certificates)
    key = fingerprint(device.signer.public)
    assert ring.public(key, Use.DEVICE, court.clock()) == device.signer.public
    assert ring.certificate(key).holder == device.id
    assert enrolled.officer.officer == court.seeded.officer
    assert ring.certificate(enrolled.ingest_key).public == enrolled.ingest_public


def test_a_code_works_once_and_a_lost_answer_can_be_asked_for_again(court: Court) -> None:
    code, device = court.new_code(), TestDevice()
    first = court.database.run(enrol, device.enrolment(code))
    assert court.database.run(enrol, device.enrolment(code.lower())) == first
    with pytest.raises(MzError, match=r"enrolment\.code_wrong"):
        court.database.run(enrol, TestDevice().enrolment(code))


def test_a_code_ends_after_a_quarter_of_an_hour(court: Court) -> None:
    code = court.new_code()
    court.clock.ahead_ms += CODE_MS + 1
    with pytest.raises(MzError, match=r"enrolment\.code_wrong"):
        court.database.run(enrol, TestDevice().enrolment(code))


def test_codes_cannot_be_guessed_and_are_kept_as_hashes(court: Court) -> None:
    code = court.new_code()
    stored = court.database.read(lambda uow: list(uow.session.scalars(select(EnrolmentCode))))
    assert code.replace("-", "") not in str([vars(row) for row in stored])
    for _ in range(10):
        with pytest.raises(MzError, match=r"enrolment\.code_wrong"):
            enrol_from(court.database, TestDevice().enrolment("AAAAA-AAAAA"), "10.0.0.9")
    with pytest.raises(MzError, match=r"enrolment\.throttled"):
        enrol_from(court.database, TestDevice().enrolment(code), "10.0.0.9")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"device": "not an id"}, "id.malformed"),
        ({"public": b"short"}, "enrolment.malformed"),
        ({"alg": "rot13"}, "enrolment.malformed"),
        ({"protection": "hope"}, "enrolment.malformed"),
        ({"name": ""}, "enrolment.malformed"),
    ],
)
def test_a_malformed_enrolment_uses_up_no_code(
    sqlite_court: Court, change: dict[str, object], code: str
) -> None:
    court, one_time = sqlite_court, sqlite_court.new_code()
    message = TestDevice().enrolment(one_time)
    with pytest.raises(MzError) as refused:
        court.database.run(enrol, msgspec.structs.replace(message, **change))
    assert refused.value.code == code
    assert court.database.run(enrol, message).device == message.device


def test_a_contact_gives_session_challenge_and_publish_ticket(court: Court) -> None:
    device, made = court.contacted()
    ring = KeyRing(court.seeded.root, court.database.keys.certificates)
    ticket = check_ticket(made.ticket, ring, Act.PUBLISH, court.clock())
    assert ticket.publisher is not None
    assert ticket.publisher.public == device.signer.public
    ring.check(made.challenge, Use.CENTRE, court.clock())
    challenge = decode_payload(made.challenge, CHALLENGE, ContactChallenge)
    assert challenge.device == device.id
    principal = court.database.read(device_principal, made.session)
    assert (principal.id, principal.officer) == (device.id, court.seeded.officer)


def test_a_contact_is_good_once_and_only_while_fresh(court: Court) -> None:
    device, _ = court.enrolled()
    hello = device.hello()
    court.database.run(contact, hello)
    with pytest.raises(MzError, match=r"contact\.replayed"):
        court.database.run(contact, hello)
    with pytest.raises(MzError, match=r"contact\.stale"):
        court.database.run(contact, device.hello(at_ms=court.clock() - 6 * 60_000))


def test_another_keys_contact_is_refused(court: Court) -> None:
    device, _ = court.enrolled()
    stranger = TestDevice()
    with pytest.raises(MzError, match=r"device\.unknown"):
        court.database.run(contact, stranger.hello())
    stranger.id = device.id
    with pytest.raises(MzError, match=r"sign\.wrong_key"):
        court.database.run(contact, stranger.hello())
    good = device.hello()
    broken = Envelope(good.type, good.key, good.alg, good.payload + b" ", good.signature)
    with pytest.raises(MzError, match=r"sign\.bad_signature"):
        court.database.run(contact, broken)


def test_a_session_ends_by_time(court: Court) -> None:
    _, made = court.contacted()
    court.clock.ahead_ms += 31 * 60_000
    with pytest.raises(MzError, match=r"session\.none"):
        court.database.read(device_principal, made.session)


def test_revocation_ends_sessions_orders_the_relay_and_is_signed(court: Court) -> None:
    device, made = court.contacted()
    admin = court.staff(Role.ADMIN)
    with pytest.raises(MzError, match=r"device\.no_reason"):
        court.database.run(revoke, admin, device.id, " \n ")
    assert court.database.read(revoked_by, admin, [device.id]) == {}
    assert court.database.read(device_principal, made.session).id == device.id
    court.database.run(revoke, admin, device.id, "遗失")
    court.database.run(revoke, court.staff(Role.COMMANDER), device.id, "再次")
    who = court.database.read(revoked_by, admin, [device.id])
    assert who == {device.id: RevocationView(admin.name, "遗失")}
    with pytest.raises(MzError, match=r"session\.none"):
        court.database.read(device_principal, made.session)
    with pytest.raises(MzError, match=r"device\.revoked"):
        court.database.run(contact, device.hello())
    view = next(one for one in court.database.read(list_devices, admin) if one.id == device.id)
    assert view.revoked_ms is not None
    ring = KeyRing(
        court.seeded.root,
        [*court.database.keys.certificates, court.database.read(_certificate, device.id)],
        court.database.read(revocations),
    )
    with pytest.raises(MzError, match=r"keys\.revoked"):
        ring.public(fingerprint(device.signer.public), Use.DEVICE, court.clock() + 1)
    orders = court.database.read(lambda uow: list(uow.session.scalars(select(RelayOrderRow))))
    jobs = select(JobRow).where(JobRow.kind == "relay.order")
    assert len(orders) == 1
    assert len(court.database.read(lambda uow: list(uow.session.scalars(jobs)))) == 1


def _certificate(uow: object, device: str) -> Envelope:
    row = uow.session.get_one(Device, device)  # type: ignore[attr-defined]
    return msgspec.json.decode(row.certificate, type=Envelope)


def test_steps_move_an_operation_forward_and_never_back(court: Court) -> None:
    device, made = court.contacted()
    principal = court.database.read(device_principal, made.session)
    at_ms = court.clock()
    for number, step in enumerate((Step.ON_SCENE, Step.WITHDRAWN, Step.DEPARTED, Step.ON_SCENE)):
        envelope = device.step(court.seeded, step, at_ms + number)
        court.database.run(accept_field_record, principal, envelope)
    view = court.database.read(
        read_operation, court.staff(Role.DUTY_OFFICER), court.seeded.operation
    )
    assert view.row.state == "WITHDRAWN"
    assert (view.arrived_ms, view.withdrawn_ms) == (at_ms, at_ms + 1)
    assert [step.step for step in view.steps] == ["on_scene", "withdrawn", "departed", "on_scene"]


def test_an_order_goes_forward_only_and_only_for_its_officer(court: Court) -> None:
    device, made = court.contacted()
    principal = court.database.read(device_principal, made.session)
    duty = court.staff(Role.DUTY_OFFICER)
    order = court.database.run(send_order, duty, court.seeded.operation, "  先清点再装车 ")
    got = court.database.read(orders_for, court.seeded.officer, 0)
    assert [(item.order, item.text, item.state) for item in got.orders] == [
        (order, "先清点再装车", OrderState.SENT)
    ]
    assert court.database.read(orders_for, court.seeded.officer, got.seq).orders == []
    for state, at_ms in ((OrderState.READ, 20), (OrderState.RECEIVED, 10), (OrderState.READ, 99)):
        message = OrderAcknowledgement(state, at_ms)
        court.database.run(acknowledge_order, principal, order, message)
    view = court.database.read(read_operation, duty, court.seeded.operation)
    mine = next(one for one in view.orders[0].recipients if one.officer == court.seeded.officer)
    assert (mine.state, mine.read_ms, mine.done_ms) == ("read", 20, None)
    others = [one for one in view.orders[0].recipients if one.officer != court.seeded.officer]
    assert {one.state for one in others} == {"sent"}
    stranger = court.staff(Role.CLERK)
    with pytest.raises(MzError, match=r"order\.unknown"):
        court.database.run(
            acknowledge_order, stranger, order, OrderAcknowledgement(OrderState.DONE, 1)
        )
    assert device.id == principal.id


@pytest.mark.parametrize(("text", "code"), [("  ", "order.empty"), ("字" * 501, "order.too_long")])
def test_an_order_without_sense_is_refused(sqlite_court: Court, text: str, code: str) -> None:
    with pytest.raises(MzError) as refused:
        sqlite_court.database.run(
            send_order, sqlite_court.staff(Role.DUTY_OFFICER), sqlite_court.seeded.operation, text
        )
    assert refused.value.code == code


def test_the_desk_says_who_revoked_a_device_and_why(sqlite_centre: Centre) -> None:
    court = sqlite_centre.court
    device, _ = court.enrolled()
    desk = Reader(sqlite_centre, Role.COMMANDER)
    refused = desk.post(f"devices/{device.id}/revocation", reason="  ")
    assert refused.status_code == HTTP_STATUS[Kind.INVALID]
    assert "请填写撤销的原因" in refused.text
    assert 'data-part="revocation"' not in desk.page("devices")
    desk.post(f"devices/{device.id}/revocation", reason="<b>遗失</b>")
    shown = f"{court.staff(Role.COMMANDER).name} · &lt;b&gt;遗失&lt;/b&gt;"
    assert f'data-part="revocation">{shown}<' in desk.page("devices")
