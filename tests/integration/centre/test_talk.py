"""Talk at the centre: who may speak to whom, what a relay told of it, and the package."""

from __future__ import annotations

import msgspec
import pytest
from sqlalchemy import select

from command_center.access.models import AccessView
from command_center.access.permissions import Role
from command_center.cli.audit import run_audit
from command_center.device_api.contact import make_contact
from command_center.devices.contact import device_principal
from command_center.footage.bundle import request_bundle
from command_center.footage.feed import apply_page
from command_center.footage.talk import AskTalk, TalkView, sound_ticket, talk_of, talk_ticket
from command_center.ledger.service import sequence_entries
from command_center.measures.service import accept_field_record
from command_center.operations.planning import NewOperation, plan_operation
from command_center.platform.event_log import EventRow
from command_center.platform.journal import EntryRow
from schemas import feed
from schemas.bundle import FACTS, BundleFacts, BundleRequest
from schemas.feed import TALK_BURST, TalkBurst, TalkKept
from schemas.ids import new_id
from schemas.keys import KeyRing
from schemas.problems import MzError
from schemas.records import Step
from schemas.sign import Ed25519Signer, Envelope, decode_payload, sign_envelope
from schemas.stream import TalkEnd
from schemas.ticket import Act, Ticket, check_ticket
from tests.integration.centre.court import Court, TestDevice

T0 = 1_790_000_000_000
SOUND = "c" * 64


def _relay_signer(court: Court) -> Ed25519Signer:
    folder = court.settings_file.parent / "relay" / "keys"
    return Ed25519Signer.from_pem((folder / "relay.pem").read_bytes())


def burst_of(court: Court, device: str, burst: str | None = None, sound: str = SOUND) -> TalkBurst:
    now = court.clock()
    return TalkBurst(
        "relay-1", burst or new_id(), court.seeded.operation, court.staff(Role.COMMANDER).id, True,
        [device], now - 3_200, now, TalkEnd.RELEASED, 3_200, sound, 9_000,
    )  # fmt: skip


def told(court: Court, *items: feed.FeedItem) -> None:
    """Apply a page; a relay's epoch is new each time, so that nothing is passed over."""
    court.database.run(apply_page, feed.FeedPage("relay-1", new_id(), list(items), len(items)))


def kept_of(court: Court, burst: TalkBurst, seq: int = 1) -> TalkKept:
    return TalkKept(seq, T0, sign_envelope(_relay_signer(court), TALK_BURST, burst))


def _said(court: Court) -> list[TalkView]:
    said: list[TalkView] = court.database.read(
        talk_of, court.staff(Role.DUTY_OFFICER), court.seeded.operation
    )
    return said


def _events(court: Court) -> list[str]:
    rows = select(EventRow.type).order_by(EventRow.seq)
    found: list[str] = court.database.read(lambda uow: list(uow.session.scalars(rows)))
    return found


def _officer(court: Court) -> str:
    return next(one.name for one in court.seeded.staff if one.id == court.seeded.officer)


def _opened(court: Court, token: str, act: Act) -> Ticket:
    ring = KeyRing(court.seeded.root, court.database.keys.certificates)
    return check_ticket(token, ring, act, court.clock())


def test_s03_who_may_command_speaks_to_the_crew_or_to_one_of_it(court: Court) -> None:
    device, _ = court.enrolled()
    commander, operation = court.staff(Role.COMMANDER), court.seeded.operation
    for to in (None, device.id):
        made = court.database.run(talk_ticket, commander, AskTalk(operation, to))
        ticket = _opened(court, made.ticket, Act.TALK)
        assert (ticket.holder, ticket.devices) == (commander.id, [device.id])
        assert (ticket.operation, ticket.recordings) == (operation, [])
    looks = select(AccessView.principal).where(AccessView.what == "talk")
    looked = court.database.read(lambda uow: list(uow.session.scalars(looks)))
    assert set(looked) == {commander.id}
    with pytest.raises(MzError, match=r"device\.unknown"):
        court.database.run(talk_ticket, commander, AskTalk(operation, new_id()))
    with pytest.raises(MzError, match=r"operation\.unknown"):
        court.database.run(talk_ticket, commander, AskTalk(new_id()))
    with pytest.raises(MzError, match=r"access\.refused"):
        court.database.run(talk_ticket, court.staff(Role.CLERK), AskTalk(operation))


def test_s03_an_officer_who_is_out_may_speak_to_his_crew(court: Court) -> None:
    device, _ = court.enrolled()

    def publisher() -> tuple[list[str], str | None]:
        reply = court.database.run(make_contact, device.hello())
        found = _opened(court, reply.ticket, Act.PUBLISH).publisher
        assert found is not None
        return found.crew, found.operation

    assert publisher() == ([], None)
    _report(court, device, Step.DEPARTED)
    assert publisher() == ([device.id], court.seeded.operation)
    _report(court, device, Step.WITHDRAWN)
    assert publisher() == ([], None)


def test_s03_his_ticket_names_the_crew_of_each_operation_that_he_may_record_for(
    court: Court,
) -> None:
    device, _ = court.enrolled()
    officer, beside = court.seeded.officer, court.staff(Role.CLERK).id
    later = court.database.run(plan_operation, court.staff(Role.ENF_OFFICER), NewOperation(
        court.seeded.cases[1].id, "腾退房屋", "龙津里3巷12号", court.clock() + 3_600_000,
        (officer, beside), officer, new_id(),
    ))  # fmt: skip
    _report(court, device, Step.DEPARTED)
    found = _opened(court, court.database.run(make_contact, device.hello()).ticket, Act.PUBLISH)
    assert found.publisher is not None
    assert found.publisher.operation == court.seeded.operation
    assert found.publisher.crews == {
        court.seeded.operation: [device.id], later: [device.id]
    }  # fmt: skip


def _report(court: Court, device: TestDevice, step: Step) -> None:
    session = court.database.run(make_contact, device.hello()).session
    principal = court.database.read(device_principal, session)
    court.database.run(accept_field_record, principal, device.step(court.seeded, step, T0))


def test_s03_a_burst_is_kept_once_with_its_ledger_entry(court: Court) -> None:
    device, _ = court.enrolled()
    burst = burst_of(court, device.id)
    stored = feed.ExhibitStored(2, T0, SOUND, 9_000, burst.speaker)
    told(court, kept_of(court, burst), stored)
    told(court, kept_of(court, burst), stored)
    assert _said(court) == [
        TalkView(
            burst.burst, court.staff(Role.COMMANDER).name, True, (_officer(court),),
            burst.began_ms, 3_200, "released", SOUND, False,
        )
    ]  # fmt: skip
    entries = select(EntryRow).where(EntryRow.tag == "talk:burst:kept")
    assert len(court.database.read(lambda uow: list(uow.session.scalars(entries)))) == 1
    assert _events(court).count("TalkKept") == 1
    while court.database.run(sequence_entries):
        pass
    assert run_audit(court.database).ok


def test_s03_an_officers_burst_names_who_heard_it(court: Court) -> None:
    device, _ = court.enrolled()
    commander = court.staff(Role.COMMANDER)
    burst = msgspec.structs.replace(
        burst_of(court, device.id), speaker=device.id, desk=False, devices=[], staff=[commander.id]
    )
    told(court, kept_of(court, burst))
    [said] = _said(court)
    assert (said.speaker, said.desk, said.hearers) == (_officer(court), False, (commander.name,))


def test_v03_another_burst_of_this_id_or_another_hand_is_alarmed(court: Court) -> None:
    device, _ = court.enrolled()
    burst = burst_of(court, device.id)
    other = burst_of(court, device.id, burst.burst, "d" * 64)
    forged = sign_envelope(Ed25519Signer.generate(), TALK_BURST, burst_of(court, device.id))
    told(court, kept_of(court, burst), kept_of(court, other, 2), TalkKept(3, T0, forged))
    assert [one.sha256 for one in _said(court)] == [SOUND]
    assert _events(court).count("FeedItemRefused") == 2


def test_the_audit_names_a_burst_whose_sound_no_relay_holds(court: Court) -> None:
    device, _ = court.enrolled()
    burst = burst_of(court, device.id)
    told(court, kept_of(court, burst))
    findings = run_audit(court.database).findings
    assert [one for one in findings if burst.burst in one and "sound" in one]


def test_u1_the_sound_is_heard_by_ticket_and_goes_into_the_package(court: Court) -> None:
    device, _ = court.enrolled()
    _report(court, device, Step.ON_SCENE)
    burst = burst_of(court, device.id)
    told(court, kept_of(court, burst), feed.ExhibitStored(2, T0, SOUND, 9_000, burst.speaker))
    while court.database.run(sequence_entries):
        pass
    duty = court.staff(Role.DUTY_OFFICER)
    made = court.database.run(sound_ticket, duty, burst.burst)
    assert _opened(court, made.ticket, Act.PLAY).exhibits == [SOUND]
    with pytest.raises(MzError, match=r"talk\.unknown"):
        court.database.run(sound_ticket, duty, new_id())
    with pytest.raises(MzError, match=r"access\.refused"):
        court.database.run(sound_ticket, court.staff(Role.TECHNICIAN), burst.burst)
    asked = court.database.run(request_bundle, duty, court.seeded.operation)
    request = msgspec.json.decode(asked.request, type=BundleRequest)
    assert SOUND in request.exhibits
    envelope = msgspec.json.decode(request.files["facts.json"], type=Envelope)
    facts = decode_payload(envelope, FACTS, BundleFacts)
    assert [decode_payload(one, TALK_BURST, TalkBurst) for one in facts.talk] == [burst]
