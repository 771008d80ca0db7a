"""The feed applied: index, continuity, findings, tickets and the bundle request."""

from __future__ import annotations

import random

import msgspec
import pytest
from sqlalchemy import select

from command_center.access.models import AccessView
from command_center.access.permissions import Role
from command_center.cli.audit import run_audit
from command_center.devices.contact import contact, device_principal
from command_center.devices.jobs import CONSUMERS
from command_center.devices.service import revoke
from command_center.footage.bundle import request_bundle
from command_center.footage.clip import AskClip, request_clip
from command_center.footage.derive import AskDerived, request_derived
from command_center.footage.feed import apply_page, cursor_of
from command_center.footage.films import request_films
from command_center.footage.models import RecordingRow, SpanRow
from command_center.footage.proof import footage_of_operation
from command_center.footage.puller import relay_back, relay_silent
from command_center.footage.service import play_ticket, read_recording, watch_ticket
from command_center.ledger.service import sequence_entries
from command_center.measures.service import accept_field_record
from command_center.platform.event_log import EventRow
from command_center.platform.journal import EntryRow
from command_center.platform.outbox import MAX_ATTEMPTS, work_once
from command_center.platform.uow import UnitOfWork
from schemas import feed
from schemas.bundle import FACTS, BundleFacts, BundleRequest
from schemas.derived import DERIVATION, DERIVED, Derivation, Derived, Region
from schemas.exports import ExportOrder
from schemas.ids import new_id
from schemas.keys import KeyRing, Use
from schemas.ledger import TREE_HEAD, Inclusion, LedgerEntry, TreeHead
from schemas.media.fragment import Rendition
from schemas.media.head import Head, sign_head
from schemas.media.opening import OPENING, RecordingOpening, RenditionInfo, Source
from schemas.merkle import check_inclusion, leaf_hash
from schemas.problems import MzError
from schemas.records import Step
from schemas.sign import Ed25519Signer, Envelope, decode_payload, sha256_hex, sign_envelope
from schemas.stream import ARCHIVED, ArchivedStatement, RenditionRanges
from schemas.ticket import Act, check_ticket
from tests.integration.centre.court import Court, TestDevice

T0 = 1_790_000_000_000


class TestRelay:
    """What a relay would tell: items signed with the relay's own key."""

    __test__ = False

    def __init__(self, court: Court, device: TestDevice) -> None:
        folder = court.settings_file.parent / "relay" / "keys"
        self.signer = Ed25519Signer.from_pem((folder / "relay.pem").read_bytes())
        self.court, self.device, self.recording, self.seq = court, device, new_id(), 0

    def next(self) -> int:
        self.seq += 1
        return self.seq

    def opened(
        self, operation: str | None, counter: int = 1, at_ms: int = T0
    ) -> feed.RecordingOpened:
        opening = RecordingOpening(
            self.recording, self.device.id, self.device.signer.key, counter,
            self.court.seeded.officer, operation, at_ms, 1, "boot", Source.CAMERA, "test", "file",
            [RenditionInfo(1, "avc1", "0" * 64, 1000)], 200, 1000, "start", [], None, b"k", "i",
        )  # fmt: skip
        envelope = sign_envelope(self.device.signer, OPENING, opening)
        return feed.RecordingOpened(self.next(), T0, envelope)

    def received(self, first: int, last: int) -> feed.FragmentsReceived:
        return feed.FragmentsReceived(
            self.next(), T0, self.recording, 1, [(first, last)], T0 + first * 200,
            T0 + last * 200 + 200, (last - first + 1) * 1000,
        )  # fmt: skip

    def archived(self, first: int, last: int) -> feed.PartArchived:
        statement = ArchivedStatement(
            "relay-1", self.recording, new_id(), "a" * 64, 1, [RenditionRanges(1, [(first, last)])],
            ["disk"], 1, self.court.clock(),
        )  # fmt: skip
        span = feed.SpanHeld(first, last, T0 + first * 200, T0 + last * 200 + 200)
        return feed.PartArchived(
            self.next(), T0, sign_envelope(self.signer, ARCHIVED, statement), [(1, [span])], []
        )

    def ended(self, last: int) -> feed.RecordingEnded:
        head = sign_head(
            Head(Rendition.FULL, self.recording, last, bytes(32), T0, 1, True), self.device.signer
        )
        return feed.RecordingEnded(self.next(), T0, self.recording, 1, last, head, T0)

    def page(self, *items: feed.FeedItem, epoch: str = "e1") -> feed.FeedPage:
        return feed.FeedPage("relay-1", epoch, list(items), items[-1].seq if items else 0)


@pytest.fixture
def relay(court: Court) -> TestRelay:
    device, _ = court.enrolled()
    return TestRelay(court, device)


def _seen(court: Court) -> list[str]:
    rows = select(EventRow.type).order_by(EventRow.seq)
    found: list[str] = court.database.read(lambda uow: list(uow.session.scalars(rows)))
    return found


def test_a_recording_is_indexed_and_repeats_change_nothing(court: Court, relay: TestRelay) -> None:
    items: list[feed.FeedItem] = [
        relay.opened(court.seeded.operation), relay.received(0, 99), relay.archived(0, 49),
        relay.archived(50, 99), relay.ended(99),
    ]  # fmt: skip
    assert court.database.run(apply_page, relay.page(*items)) == 5
    view = court.database.read(read_recording, court.staff(Role.DUTY_OFFICER), relay.recording)
    one = view.renditions[0]
    assert (one.recorded, one.received, one.archived, one.missing) == (100, 100, 100, ())
    assert (view.chain, view.parts, one.bytes) == ("whole", 2, 100_000)
    assert court.database.read(cursor_of, "relay-1") == ("e1", relay.seq)
    assert court.database.run(apply_page, relay.page(*items)) == 0
    assert court.database.run(apply_page, relay.page(*items, epoch="e2")) == 5
    again = court.database.read(read_recording, court.staff(Role.DUTY_OFFICER), relay.recording)
    assert again == view
    assert court.database.read(cursor_of, "relay-1") == ("e2", relay.seq)


def test_lost_doubled_and_reordered_batches_end_in_the_same_index(
    court: Court, relay: TestRelay
) -> None:
    opening = relay.opened(court.seeded.operation)
    items: list[feed.FeedItem] = [relay.received(n, n + 9) for n in range(0, 100, 10)]
    items += [relay.archived(n, n + 19) for n in range(0, 100, 20)]
    shuffled = [*items, *items[3:9]]
    random.Random(7).shuffle(shuffled)
    for number, item in enumerate([opening, *shuffled], 1):
        renumbered: feed.FeedItem = msgspec.structs.replace(item, seq=number)
        court.database.run(apply_page, relay.page(renumbered))
    view = court.database.read(read_recording, court.staff(Role.DUTY_OFFICER), relay.recording)
    assert (view.renditions[0].received, view.renditions[0].archived) == (100, 100)
    spans = court.database.read(lambda uow: list(uow.session.scalars(select(SpanRow))))
    assert len(spans) == 5


def test_an_item_that_cannot_be_right_is_alarmed_and_passed_over(
    court: Court, relay: TestRelay
) -> None:
    forged = relay.opened(None)
    bad = Envelope(
        forged.opening.type, forged.opening.key, forged.opening.alg,
        forged.opening.payload.replace(b"boot", b"root"), forged.opening.signature,
    )  # fmt: skip
    good = relay.archived(0, 9)
    stranger = Ed25519Signer.generate()
    false = feed.PartArchived(
        relay.next(), T0, sign_envelope(stranger, ARCHIVED, good.statement.payload), good.spans, []
    )
    court.database.run(
        apply_page, relay.page(feed.RecordingOpened(forged.seq, T0, bad), good, false)
    )
    assert court.database.read(lambda uow: uow.session.get(RecordingRow, relay.recording)) is None
    assert _seen(court).count("FeedItemRefused") == 2
    assert court.database.read(cursor_of, "relay-1") == ("e1", relay.seq)


def test_conflicts_and_broken_chains_are_kept_and_alarmed_once(
    court: Court, relay: TestRelay
) -> None:
    conflict = feed.ConflictFound(relay.next(), T0, relay.recording, 1, 5, "a" * 64, "b" * 64)
    broken = feed.ChainBroken(relay.next(), T0, relay.recording, 1, 7, "chain.broken")
    opening = relay.opened(court.seeded.operation)
    for epoch in ("e1", "e2"):
        court.database.run(apply_page, relay.page(conflict, broken, opening, epoch=epoch))
    view = court.database.read(read_recording, court.staff(Role.DUTY_OFFICER), relay.recording)
    assert [(item.code, item.number) for item in view.findings] == [
        ("fragment.conflict", 5), ("chain.broken", 7),
    ]  # fmt: skip
    assert view.chain == "broken"
    assert _seen(court).count("ConflictFound") == 1
    assert not run_audit(court.database).ok


def test_a_late_head_takes_the_mark_of_unsigned_fragments_away(
    court: Court, relay: TestRelay
) -> None:
    marked = msgspec.structs.replace(relay.archived(0, 9), unsigned=[RenditionRanges(1, [(5, 9)])])
    opening = relay.opened(court.seeded.operation)
    late = feed.HeadsVerified(relay.next(), T0, relay.recording, 1, [(5, 8)])
    for epoch in ("e1", "e2"):
        items = sorted((marked, opening, late), key=lambda item: item.seq)
        court.database.run(apply_page, relay.page(*items, epoch=epoch))
        view = court.database.read(read_recording, court.staff(Role.DUTY_OFFICER), relay.recording)
        assert view.renditions[0].unsigned == ((9, 9),)


def test_damaged_copies_and_silent_domains_are_alarmed(court: Court, relay: TestRelay) -> None:
    opening = relay.opened(court.seeded.operation)
    damaged = feed.PartDamaged(
        relay.next(), T0, relay.recording, "a" * 64, "local-2", "part.wrong_digest", "local"
    )
    down = feed.DomainChanged(relay.next(), T0, "local-2", False, "relay.domain_unavailable")
    back = feed.DomainChanged(relay.next(), T0, "local-2", True)
    court.database.run(apply_page, relay.page(opening, damaged, down, back))
    rows = select(EventRow.type, EventRow.level).order_by(EventRow.seq)
    seen = court.database.read(lambda uow: [tuple(row) for row in uow.session.execute(rows)])
    assert seen[-3:] == [
        ("PartDamaged", "alarm"), ("DomainUnavailable", "alarm"), ("DomainBack", "info"),
    ]  # fmt: skip


def test_devices_come_and_go_and_a_silent_relay_leaves_none_live(
    court: Court, relay: TestRelay
) -> None:
    here = feed.DeviceConnected(relay.next(), T0, relay.device.id, True)
    court.database.run(apply_page, relay.page(here))
    old = feed.DeviceConnected(relay.next(), T0 - 5, relay.device.id, False)
    court.database.run(apply_page, relay.page(old))
    assert _seen(court)[-1] == "DeviceConnected"
    court.database.run(relay_silent, "relay-1")
    court.database.run(relay_back, "relay-1")
    assert _seen(court)[-2:] == ["RelaySilent", "RelayBack"]


def test_an_order_that_could_not_reach_the_relay_goes_when_it_is_back(court: Court) -> None:
    device, _ = court.enrolled()
    court.database.run(revoke, court.staff(Role.ADMIN), device.id, "遗失")
    for _ in range(MAX_ATTEMPTS):
        assert work_once(court.database, CONSUMERS)  # nothing listens at the relay's address
        court.clock.ahead_ms += 16 * 60_000
    assert not work_once(court.database, CONSUMERS)
    court.database.run(relay_back, "relay-1")
    assert work_once(court.database, CONSUMERS)


def _worked(court: Court, relay: TestRelay) -> None:
    """Arrival at 1 s, 8 s of footage with a gap from 4 to 6 s, withdrawal at 10 s."""
    made = court.database.run(_contacted, relay.device)
    principal = court.database.read(device_principal, made)
    for step, at_ms in ((Step.ON_SCENE, T0 + 1_000), (Step.WITHDRAWN, T0 + 10_000)):
        envelope = relay.device.step(court.seeded, step, at_ms)
        court.database.run(accept_field_record, principal, envelope)
    items: list[feed.FeedItem] = [
        relay.opened(court.seeded.operation), relay.archived(0, 19), relay.archived(30, 39),
        relay.received(0, 39),
    ]  # fmt: skip
    court.database.run(apply_page, relay.page(*items))


def _contacted(uow: UnitOfWork, device: TestDevice) -> str:
    return contact(uow, device.hello()).session


def test_continuity_is_arrival_to_withdrawal_in_ms_and_numbers(
    court: Court, relay: TestRelay
) -> None:
    _worked(court, relay)
    duty = court.staff(Role.DUTY_OFFICER)
    found = court.database.read(footage_of_operation, duty, court.seeded.operation)
    assert found.continuity is not None
    assert (found.continuity.recorded_ms, found.continuity.missing_ms) == (5_000, 4_000)
    assert [(gap.start_ms - T0, gap.end_ms - T0) for gap in found.continuity.missing] == [
        (4_000, 6_000), (8_000, 10_000),
    ]  # fmt: skip
    assert found.recordings[0].renditions[0].missing == ((20, 29),)


def test_tickets_open_what_they_name_and_nothing_else(court: Court, relay: TestRelay) -> None:
    _worked(court, relay)
    duty = court.staff(Role.DUTY_OFFICER)
    ring = KeyRing(court.seeded.root, court.database.keys.certificates)
    watch = court.database.run(watch_ticket, duty, relay.device.id)
    ticket = check_ticket(watch.ticket, ring, Act.WATCH, court.clock())
    assert (ticket.devices, ticket.recordings) == ([relay.device.id], [])
    play = court.database.run(play_ticket, duty, relay.recording)
    ticket = check_ticket(play.ticket, ring, Act.PLAY, court.clock())
    assert (ticket.devices, ticket.recordings) == ([], [relay.recording])
    with pytest.raises(MzError, match=r"access\.refused"):
        court.database.run(watch_ticket, court.staff(Role.FINANCE), relay.device.id)
    with pytest.raises(MzError, match=r"recording\.unknown"):
        court.database.run(play_ticket, duty, new_id())


def test_a_clip_is_one_recordings_export_and_is_written_down(
    court: Court, relay: TestRelay
) -> None:
    _worked(court, relay)
    duty = court.staff(Role.DUTY_OFFICER)
    asked = AskClip(relay.recording, T0 + 1_000, T0 + 3_000)
    made = court.database.run(request_clip, duty, asked)
    ring = KeyRing(court.seeded.root, court.database.keys.certificates)
    ticket = check_ticket(made.ticket, ring, Act.EXPORT, court.clock())
    assert (ticket.holder, ticket.recordings) == (duty.id, [relay.recording])
    assert (ticket.devices, ticket.exhibits) == ([], [])
    looks = select(AccessView.principal, AccessView.subject, AccessView.case)
    looked = looks.where(AccessView.what == "clip")
    found = court.database.read(lambda uow: uow.session.execute(looked).all())
    assert [tuple(row) for row in found] == [(duty.id, relay.recording, court.seeded.cases[0].id)]
    written = select(EntryRow.raw).where(EntryRow.tag == "recording:clip:requested")
    (raw,) = court.database.read(lambda uow: uow.session.scalars(written).all())
    entry = msgspec.json.decode(raw, type=LedgerEntry)
    assert (entry.actor, entry.refs["recording"]) == (duty.id, relay.recording)
    assert entry.digest == sha256_hex(msgspec.json.encode(asked))
    with pytest.raises(MzError, match=r"access\.refused"):
        court.database.run(request_clip, court.staff(Role.FINANCE), asked)
    with pytest.raises(MzError, match=r"recording\.unknown"):
        court.database.run(request_clip, duty, AskClip(new_id()))


def test_the_films_of_an_operation_are_one_order_and_written_down(
    court: Court, relay: TestRelay
) -> None:
    _worked(court, relay)
    duty, operation = court.staff(Role.DUTY_OFFICER), court.seeded.operation
    made = court.database.run(request_films, duty, operation)
    order = msgspec.json.decode(made.request, type=ExportOrder)
    assert [(film.recording, film.rendition) for film in order.films] == [(relay.recording, 1)]
    assert order.films[0].name.endswith("-单兵-01-1.mp4")
    ring = KeyRing(court.seeded.root, court.database.keys.certificates)
    ticket = check_ticket(made.ticket, ring, Act.EXPORT, court.clock())
    assert (ticket.holder, ticket.recordings) == (duty.id, [relay.recording])
    written = select(EntryRow.raw).where(EntryRow.tag == "operation:films:requested")
    (raw,) = court.database.read(lambda uow: uow.session.scalars(written).all())
    entry = msgspec.json.decode(raw, type=LedgerEntry)
    assert (entry.actor, entry.subject) == (duty.id, order.export)
    with pytest.raises(MzError, match=r"access\.refused"):
        court.database.run(request_films, court.staff(Role.FINANCE), operation)
    with pytest.raises(MzError, match=r"operation\.unknown"):
        court.database.run(request_films, duty, new_id())


def test_a_derived_copy_is_signed_for_a_named_viewer_and_written_down(
    court: Court, relay: TestRelay
) -> None:
    _worked(court, relay)
    duty = court.staff(Role.DUTY_OFFICER)
    hidden = [Region(0, 0, 500, 500, T0, T0 + 1_000)]
    asked = AskDerived(relay.recording, "周楠", "阅卷", 1, T0, T0 + 3_000, hidden)
    made = court.database.run(request_derived, duty, asked)
    (film,) = msgspec.json.decode(made.request, type=ExportOrder).films
    assert isinstance(film.derive, Envelope)
    ring = KeyRing(court.seeded.root, court.database.keys.certificates)
    ring.check(film.derive, Use.CENTRE, court.clock())
    wish = decode_payload(film.derive, DERIVATION, Derivation)
    assert (wish.recording, wish.viewer, wish.regions) == (relay.recording, "周楠", hidden)
    assert "周楠" in wish.mark
    ticket = check_ticket(made.ticket, ring, Act.EXPORT, court.clock())
    assert (ticket.recordings, ticket.opened) == ([relay.recording], [])
    written = select(EntryRow.raw).where(EntryRow.tag == "recording:copy:requested")
    (raw,) = court.database.read(lambda uow: uow.session.scalars(written).all())
    entry = msgspec.json.decode(raw, type=LedgerEntry)
    assert (entry.actor, entry.digest) == (duty.id, sha256_hex(film.derive.payload))
    with pytest.raises(MzError, match=r"access\.refused"):
        court.database.run(request_derived, court.staff(Role.FINANCE), asked)
    with pytest.raises(MzError, match=r"recording\.unknown"):
        court.database.run(request_derived, duty, AskDerived(new_id(), "周楠", "阅卷"))


def test_s72_a_copy_that_was_made_is_in_the_ledger_and_in_the_package(
    court: Court, relay: TestRelay
) -> None:
    _worked(court, relay)
    duty = court.staff(Role.DUTY_OFFICER)
    asked = court.database.run(request_derived, duty, AskDerived(relay.recording, "周楠", "阅卷"))
    (film,) = msgspec.json.decode(asked.request, type=ExportOrder).films
    assert isinstance(film.derive, Envelope)
    stated = Derived(
        film.derive, relay.recording, 1, 0, 49, "ab" * 32, 0, film.name, "cd" * 32, 9_000,
        "relay-1", court.clock(),
    )  # fmt: skip
    signed = sign_envelope(relay.signer, DERIVED, stated)
    forged = sign_envelope(relay.device.signer, DERIVED, stated)
    told = [feed.CopyMade(relay.next(), T0, one) for one in (signed, signed, forged)]
    court.database.run(apply_page, relay.page(*told))
    while court.database.run(sequence_entries):
        pass
    assert _seen(court).count("CopyMade") == 1
    assert _seen(court)[-1] == "FeedItemRefused"
    made = court.database.run(request_bundle, duty, court.seeded.operation)
    request = msgspec.json.decode(made.request, type=BundleRequest)
    facts = msgspec.json.decode(request.files["facts.json"], type=Envelope)
    assert decode_payload(facts, FACTS, BundleFacts).copies == [signed]
    proofs = msgspec.json.decode(request.files["ledger/inclusions.json"], type=list[Inclusion])
    entries = [msgspec.json.decode(one.entry, type=LedgerEntry) for one in proofs]
    assert signed.payload_sha256() in [one.digest for one in entries]
    assert run_audit(court.database).ok


def test_a_bundle_request_proves_records_and_recordings_in_the_ledger(
    court: Court, relay: TestRelay
) -> None:
    _worked(court, relay)
    duty = court.staff(Role.DUTY_OFFICER)
    with pytest.raises(MzError, match=r"ledger\.(empty|not_sequenced)"):
        court.database.run(request_bundle, duty, court.seeded.operation)
    while court.database.run(sequence_entries):
        pass
    made = court.database.run(request_bundle, duty, court.seeded.operation)
    request = msgspec.json.decode(made.request, type=BundleRequest)
    certificates = msgspec.json.decode(request.files["keys/certificates.json"], type=list[Envelope])
    ring = KeyRing(court.seeded.root, certificates)
    check_ticket(made.ticket, ring, Act.EXPORT, court.clock())
    facts_envelope = msgspec.json.decode(request.files["facts.json"], type=Envelope)
    ring.check(facts_envelope, Use.CENTRE, court.clock())
    facts = decode_payload(facts_envelope, FACTS, BundleFacts)
    assert (facts.arrival_ms, facts.withdrawal_ms) == (T0 + 1_000, T0 + 10_000)
    assert len(facts.records) == 2
    assert request.recordings == [relay.recording]
    head_envelope = msgspec.json.decode(request.files["ledger/head.json"], type=Envelope)
    ring.check(head_envelope, Use.CENTRE, court.clock())
    head = decode_payload(head_envelope, TREE_HEAD, TreeHead)
    proofs = msgspec.json.decode(request.files["ledger/inclusions.json"], type=list[Inclusion])
    proven = set()
    for proof in proofs:
        check_inclusion(
            leaf_hash(proof.entry), proof.index, head.size, proof.path, bytes.fromhex(head.root)
        )
        proven.add(msgspec.json.decode(proof.entry)["digest"])
    for record in facts.records:
        envelope = msgspec.json.decode(request.files[f"records/{record}.json"], type=Envelope)
        assert envelope.payload_sha256() in proven
