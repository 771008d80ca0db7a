"""Make golden bytes that are not there yet: `python -m tests.contract.make_golden`.

A golden file is never made again: what was once written must decode for ever. A new thing on
the wire is added to `wire.THINGS` and to `MAKERS`, and this program writes its file and its
line of `expected.json`; it touches no other.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import msgspec

from schemas import (
    bundle,
    derived,
    exports,
    feed,
    field_api,
    keys,
    ledger,
    merkle,
    recording_notes,
    records,
    stream,
    ticket,
)
from schemas.bridge import ImportStage, SourceState
from schemas.media import encrypt, fragment, opening, part
from schemas.opened import OpenedKind, OperationOpened
from schemas.problems import Kind, Problem
from schemas.sign import Envelope, HashAlg, digest, sha256_hex, sign_envelope, to_token
from tests.contract import (
    bridging,
    copying,
    papering,
    private,
    seconding,
    talking,
    valued,
    wire,
    world,
)

GOLDEN = Path(__file__).parent / "golden"
AT_MS = world.OPENED_MS + 60_000


def _opening() -> Envelope:
    """Return the golden opening: kept if it is there, since its wrapped key is random."""
    kept = GOLDEN / "opening.json"
    if kept.exists():
        return msgspec.json.decode(kept.read_bytes(), type=Envelope)
    return sign_envelope(
        world.DEVICE, opening.OPENING, world.stated_opening(world.wrapped_to_court())
    )


def _frames() -> tuple[list[bytes], bytes]:
    return world.chain(_opening().payload, 5)


def _plain_fragment() -> bytes:
    """Sound only, before anyone signed in, without a place, before 1970 by its wall clock."""
    body = world.payload(99)
    header = fragment.Header(
        fragment.Rendition.SOUND, world.RECORDING_ID, "", 99, 2**40, 960, -1, 2**41, len(body),
        digest(HashAlg.SHA256, body), b"\x5a" * 32, buffered=True,
    )  # fmt: skip
    return fragment.make_frame(header, body)


def _archived(part_sha256: str) -> Envelope:
    stated = stream.ArchivedStatement(
        world.RELAY_ID, world.RECORDING_ID, world.PART_ID, part_sha256, 2_048,
        [stream.RenditionRanges(1, [(0, 4)])], ["disk-1"], 1, AT_MS,
    )  # fmt: skip
    return sign_envelope(world.RELAY, stream.ARCHIVED, stated)


def _part() -> bytes:
    frames, link = _frames()
    out = io.BytesIO()
    writer = part.PartWriter(
        out, part.PartPreamble(world.PART_ID, world.RECORDING_ID, world.RELAY_ID, 1, AT_MS)
    )
    writer.add(part.Entry.OPENING, msgspec.json.encode(_opening()))
    writer.add(part.Entry.INIT, opening.init_frame(world.RECORDING_ID, 1, world.INIT))
    for frame in frames:
        writer.add(part.Entry.FRAGMENT, frame)
    writer.add(part.Entry.HEAD, world.signed_head(4, link, final=True))
    writer.close()
    return out.getvalue()


def _ticket() -> bytes:
    stated = ticket.Ticket(
        world.TICKET_ID, ticket.Act.PUBLISH, world.DEVICE_ID, world.ARRIVAL_MS - 1_000,
        world.ARRIVAL_MS + 900_000,
        ticket.Publisher(world.DEVICE_ID, world.DEVICE.key, "ed25519", world.DEVICE.public),
    )  # fmt: skip
    return to_token(sign_envelope(world.CENTRE, ticket.TICKET, stated)).encode()


def _ticket_opened() -> bytes:
    stated = ticket.Ticket(
        world.TICKET_ID, ticket.Act.PLAY, world.SECOND_ID, world.ARRIVAL_MS - 1_000,
        world.ARRIVAL_MS + 900_000, recordings=[world.RECORDING_ID],
        opened=[ticket.Opened(world.RECORDING_ID, private.FROM_MS, private.TO_MS)],
    )  # fmt: skip
    return to_token(sign_envelope(world.CENTRE, ticket.TICKET, stated)).encode()


def _ticket_opened_exhibits() -> bytes:
    photo = sha256_hex(world.PHOTO)
    stated = ticket.Ticket(
        world.TICKET_ID, ticket.Act.PLAY, world.SECOND_ID, world.ARRIVAL_MS - 1_000,
        world.ARRIVAL_MS + 900_000, exhibits=[photo], opened_exhibits=[photo],
    )  # fmt: skip
    return to_token(sign_envelope(world.CENTRE, ticket.TICKET, stated)).encode()


def _ticket_import() -> bytes:
    stated = ticket.Ticket(
        world.TICKET_ID, ticket.Act.IMPORT, world.SECOND_ID, world.ARRIVAL_MS - 1_000,
        world.ARRIVAL_MS + 900_000, imported=bridging.TERMS,
    )  # fmt: skip
    return to_token(sign_envelope(world.CENTRE, ticket.TICKET, stated)).encode()


def _feed_page_import() -> bytes:
    items: list[feed.FeedItem] = [
        feed.ImportChanged(17, AT_MS, world.RECORDING_ID, ImportStage.ARRIVING),
        feed.ImportChanged(
            18, AT_MS, world.RECORDING_ID, ImportStage.DONE, bridging.BRIDGED.sha256,
            "import.damaged",
        ),
    ]  # fmt: skip
    return msgspec.json.encode(feed.FeedPage(world.RELAY_ID, "epoch-1", items, 18))


def _lines(*messages: msgspec.Struct) -> bytes:
    return b"".join(stream.encode_text(message) + b"\n" for message in messages)


def _to_device() -> bytes:
    problem = Problem("fragment.conflict", Kind.CONFLICT, f"{world.RECORDING_ID} #3")
    recording = world.RECORDING_ID
    return _lines(
        stream.Welcome(world.RELAY_ID, AT_MS),
        stream.Got(recording, 1, [(0, 3)]),
        stream.Received(recording, 1, [(0, 1), (3, 4)]),
        stream.Archived(_archived("cd" * 32)),
        stream.Missing(recording, 1, [(2, 2)]),
        stream.Holdings(recording, 1, True, True, [(0, 4)], [], True),
        stream.Watchers(world.DEVICE_ID, 2),
        stream.Fault(problem, recording, 1, 3),
        stream.Fault(Problem("ticket.expired", Kind.UNAUTHENTICATED), fatal=True),
    )


def _to_viewer() -> bytes:
    recording = world.RECORDING_ID
    return _lines(
        stream.Welcome(world.RELAY_ID, AT_MS),
        stream.Now(world.DEVICE_ID, recording, world.OPENED_MS, world.rendition_info()),
        stream.Skipped(recording, 7, 9),
        stream.Ended(world.DEVICE_ID, recording, True),
        stream.Fault(Problem("ticket.expired", Kind.UNAUTHENTICATED), fatal=True),
    )


def _feed_page() -> bytes:
    _, link = _frames()
    recording, at_ms = world.RECORDING_ID, AT_MS
    spans = [(1, [feed.SpanHeld(0, 4, world.OPENED_MS, world.OPENED_MS + 1_000)])]
    items: list[feed.FeedItem] = [
        feed.DeviceConnected(1, at_ms, world.DEVICE_ID, True),
        feed.RecordingOpened(2, at_ms, _opening()),
        feed.FragmentsReceived(
            3, at_ms, recording, 1, [(0, 4)], world.OPENED_MS, world.OPENED_MS + 1_000, 1_000
        ),
        feed.PartArchived(
            4, at_ms, _archived("cd" * 32), spans, [stream.RenditionRanges(1, [(4, 4)])]
        ),
        feed.RecordingEnded(
            5, at_ms, recording, 1, 4, world.signed_head(4, link, final=True), world.OPENED_MS
        ),
        feed.ChainBroken(6, at_ms, recording, 1, 3, "chain.broken"),
        feed.ConflictFound(7, at_ms, recording, 1, 3, "aa" * 32, "bb" * 32),
        feed.ExhibitStored(8, at_ms, sha256_hex(world.PHOTO), len(world.PHOTO), world.DEVICE_ID),
        feed.OrderApplied(9, at_ms, world.ORDER_ID, "done"),
    ]
    return msgspec.json.encode(feed.FeedPage(world.RELAY_ID, "epoch-1", items, 9))


def _feed_page_of_copies() -> bytes:
    """What a relay tells since its vault has failure domains, and of late heads."""
    recording, at_ms = world.RECORDING_ID, AT_MS
    items: list[feed.FeedItem] = [
        feed.HeadsVerified(10, at_ms, recording, 1, [(3, 4)]),
        feed.PartDamaged(11, at_ms, recording, "cd" * 32, "local-2", "part.wrong_digest", "local"),
        feed.PartDamaged(12, at_ms, recording, "cd" * 32, "local", "vault.not_found"),
        feed.DomainChanged(13, at_ms, "local-2", False, "relay.domain_unavailable"),
        feed.DomainChanged(14, at_ms, "local-2", True),
    ]
    return msgspec.json.encode(feed.FeedPage(world.RELAY_ID, "epoch-1", items, 14))


def _feed_page_of_exhibit_copies() -> bytes:
    """What a relay tells since exhibits stand in every failure domain."""
    sha256 = sha256_hex(world.PHOTO)
    items: list[feed.FeedItem] = [
        feed.ExhibitDamaged(15, AT_MS, sha256, "local-2", "exhibit.wrong_digest", "local"),
        feed.ExhibitDamaged(16, AT_MS, sha256, "local", "vault.not_found"),
    ]
    return msgspec.json.encode(feed.FeedPage(world.RELAY_ID, "epoch-1", items, 16))


def _inclusion() -> tuple[bytes, bytes]:
    """Return the golden inclusion and tree head: the entry is the second of three."""
    entry = msgspec.json.encode(world.ledger_entry())
    leaves = [merkle.leaf_hash(leaf) for leaf in (b"before", entry, b"after")]
    proof = ledger.Inclusion(entry, 1, merkle.inclusion_proof(leaves, 1))
    stated = ledger.TreeHead("粤0199", 3, merkle.root(leaves).hex(), AT_MS)
    head = sign_envelope(world.CENTRE, ledger.TREE_HEAD, stated)
    return msgspec.json.encode(proof), msgspec.json.encode(head)


def _facts() -> bundle.BundleFacts:
    return bundle.BundleFacts(
        world.BUNDLE_ID, "粤0199", world.CASE_ID, "（2026）粤0199执1234号", world.OPERATION_ID,
        world.ARRIVAL_MS, world.ARRIVAL_MS + 1_800_000,
        [bundle.FootageFact(world.RECORDING_ID, world.DEVICE_ID, 1, 4, True)],
        [world.RECORD_ID], [sha256_hex(world.PHOTO)], [world.MEASURE_ID], AT_MS,
    )  # fmt: skip


def _manifest() -> bundle.BundleManifest:
    listed = bundle.BundleFile("facts.json", 12, "ef" * 32)
    return bundle.BundleManifest(world.BUNDLE_ID, world.RELAY_ID, AT_MS, [listed])


def _step_record() -> records.FieldRecord:
    body = records.OperationStep(records.Step.ON_SCENE, world.ARRIVAL_MS)
    return records.FieldRecord(
        world.fixed_id(18), world.DEVICE_ID, world.OFFICER_ID, world.OPERATION_ID, world.CASE_ID,
        world.ARRIVAL_MS, 4_940_000, world.fixed_id(30), "0.1.0", body,
    )  # fmt: skip


def _record_of(number: int, body: records.Body) -> bytes:
    """Return a signed record of the scene, half a minute after the opening."""
    stated = records.FieldRecord(
        world.fixed_id(number), world.DEVICE_ID, world.OFFICER_ID, world.OPERATION_ID,
        world.CASE_ID, world.OPENED_MS + 30_000, 5_030_000, world.fixed_id(30), "0.1.0", body,
    )  # fmt: skip
    return _envelope(sign_envelope(world.DEVICE, records.FIELD_RECORD, stated))


def _marker() -> bytes:
    body = records.Marker(world.OPENED_MS + 600, records.MarkerKind.OBSTRUCTION, "堵门")
    return _record_of(19, body)


def _fault_note() -> bytes:
    data = recording_notes.DeviceData("0.1.0", 4, 12_000_000_000, 38.5, True)
    body = recording_notes.FaultNote(
        world.DEVICE_ID, world.OPENED_MS, world.OPENED_MS + 9_000,
        recording_notes.FaultCause.BATTERY, "更换电池", data,
    )  # fmt: skip
    return _record_of(20, body)


def _facts_of_faults() -> bytes:
    stated = msgspec.structs.replace(
        _facts(), presiding=[world.OFFICER_ID],
        unseen=[bundle.UnseenCounters(world.DEVICE_ID, 5, 6)],
    )  # fmt: skip
    return _envelope(sign_envelope(world.CENTRE, bundle.FACTS, stated))


def _envelope(envelope: Envelope) -> bytes:
    return msgspec.json.encode(envelope)


def _derivation() -> derived.Derivation:
    return derived.Derivation(
        world.BUNDLE_ID, world.RECORDING_ID, 1, AT_MS, None, "张三", "阅卷", "供 张三 查阅",
        [derived.Region(100, 100, 200, 300, AT_MS, AT_MS + 2_000)],
        [derived.Silence(AT_MS, AT_MS + 1_000)], world.RECORDING_ID, AT_MS,
    )  # fmt: skip


MAKERS: dict[str, Callable[[], bytes]] = {
    "opening.json": lambda: _envelope(_opening()),
    "fragment.bin": lambda: _frames()[0][0],
    "fragment_plain.bin": _plain_fragment,
    "fragment_private.bin": lambda: private.chain()[0][private.PRIVATE[0]],
    "head.bin": lambda: world.signed_head(4, _frames()[1]),
    "head_final.bin": lambda: world.signed_head(4, _frames()[1], final=True),
    "init.bin": lambda: opening.init_frame(world.RECORDING_ID, 1, world.INIT),
    "challenge.json": lambda: _envelope(world.challenge()),
    "wrapped_to_court.bin": world.wrapped_to_court,
    "wrapped_to_device.bin": lambda: encrypt.wrap_to_device(
        world.RECORDING_KEY, world.RECORDING_ID, world.STORAGE_KEY
    ),
    "encrypted_frame.bin": lambda: encrypt.encrypt_frame(
        world.RECORDING_KEY, world.RECORDING_ID, 1, 0, _frames()[0][0]
    ),
    "part.bin": _part,
    "ticket.txt": _ticket,
    "ticket_opened.txt": _ticket_opened,
    "ticket_opened_exhibits.txt": _ticket_opened_exhibits,
    "opening_bridged.json": lambda: _envelope(bridging.opening()),
    "ticket_import.txt": _ticket_import,
    "feed_page_import.json": _feed_page_import,
    "relay_order_close_private.json": lambda: _envelope(
        sign_envelope(
            world.CENTRE,
            feed.RELAY_ORDER,
            feed.RelayOrder(
                world.ORDER_ID, feed.OrderKind.CLOSE_PRIVATE, world.OFFICER_ID, AT_MS, "提前关闭"
            ),
        )
    ),
    "relay_order_source.json": lambda: _envelope(
        sign_envelope(
            world.CENTRE,
            feed.RELAY_ORDER,
            feed.RelayOrder(
                world.ORDER_ID,
                feed.OrderKind.SET_SOURCE,
                world.DEVICE_ID,
                AT_MS,
                "",
                bridging.SOURCE,
            ),
        )
    ),
    "feed_page_source.json": lambda: msgspec.json.encode(
        feed.FeedPage(
            world.RELAY_ID,
            "epoch-1",
            [
                feed.SourceChanged(19, AT_MS, world.DEVICE_ID, SourceState.WAITING),
                feed.SourceChanged(
                    20, AT_MS, world.DEVICE_ID, SourceState.FAILED, "source.unreachable"
                ),
            ],
            20,
        )
    ),
    "import_status.json": lambda: msgspec.json.encode(bridging.STATUS),
    "import_status_coming.json": lambda: msgspec.json.encode(bridging.COMING),
    "from_device.jsonl": lambda: _lines(
        stream.Publish("dGlja2V0", stream.Lane.ARCHIVE),
        stream.Open(_opening()),
        stream.Ask(world.RECORDING_ID),
    ),
    "to_device.jsonl": _to_device,
    "to_viewer.jsonl": _to_viewer,
    "to_viewer_private.jsonl": lambda: _lines(
        stream.Private(world.DEVICE_ID, world.RECORDING_ID, private.FROM_MS)
    ),
    "first.jsonl": lambda: _lines(
        stream.Publish("dGlja2V0", stream.Lane.LIVE), stream.Watch("dGlja2V0", world.DEVICE_ID, 2)
    ),
    "first_rewind.jsonl": lambda: _lines(
        stream.Watch("dGlja2V0", world.DEVICE_ID, 2, from_wall_ms=world.OPENED_MS)
    ),
    "from_device_private.jsonl": lambda: _lines(
        stream.Hearing(stream.Route.EARPIECE, private.INTERVAL)
    ),
    "first_talk.jsonl": lambda: _lines(stream.Talk("dGlja2V0")),
    "from_device_talk.jsonl": lambda: _lines(
        stream.Hearing(stream.Route.EARPIECE),
        *talking.PRESSED,
        stream.Played(talking.BURST_ID, 980),
    ),
    "to_device_talk.jsonl": lambda: _lines(*talking.SPOKEN),
    "from_desk_talk.jsonl": lambda: _lines(*talking.PRESSED),
    "from_desk_hearing.jsonl": lambda: _lines(stream.Hearing(stream.Route.LOUDSPEAKER)),
    "from_device_answer.jsonl": lambda: _lines(*talking.ANSWERED),
    "to_desk_talk.jsonl": lambda: _lines(
        stream.Hearer(world.DEVICE_ID, stream.Route.TEXT),
        *talking.SPOKEN,
        stream.Heard(talking.BURST_ID, world.DEVICE_ID, 980),
    ),
    "talk.bin": talking.frame,
    "talk_burst.json": lambda: _envelope(talking.burst()),
    "talk_burst_private.json": lambda: _envelope(private.burst()),
    "talk_burst_answer.json": lambda: _envelope(talking.answer()),
    "feed_page_talk.json": lambda: msgspec.json.encode(
        feed.FeedPage(world.RELAY_ID, "e2", [feed.TalkKept(9, AT_MS, talking.burst())], 9)
    ),
    "archived.json": lambda: _envelope(_archived(sha256_hex(_part()))),
    "feed_page.json": _feed_page,
    "feed_page_copies.json": _feed_page_of_copies,
    "feed_page_exhibit_copies.json": _feed_page_of_exhibit_copies,
    "relay_order.json": lambda: _envelope(
        sign_envelope(
            world.CENTRE,
            feed.RELAY_ORDER,
            feed.RelayOrder(
                world.ORDER_ID, feed.OrderKind.REVOKE_DEVICE, world.DEVICE_ID, AT_MS, "遗失"
            ),
        )
    ),
    "field_record.json": lambda: _envelope(
        sign_envelope(world.DEVICE, records.FIELD_RECORD, world.seize_record())
    ),
    "step_record.json": lambda: _envelope(
        sign_envelope(world.DEVICE, records.FIELD_RECORD, _step_record())
    ),
    "marker_record.json": _marker,
    "fault_note_record.json": _fault_note,
    "recorder_reason_record.json": lambda: _record_of(
        21, recording_notes.RecorderReason("另一台记录仪送修")
    ),
    "private_interval_record.json": lambda: _record_of(
        22,
        recording_notes.PrivateInterval(
            world.fixed_id(50), private.FROM_MS, recording_notes.PrivateReason.SEARCH, private.TO_MS
        ),
    ),
    "private_counter_record.json": lambda: _record_of(
        52,
        recording_notes.PrivateInterval(
            world.fixed_id(51),
            private.FROM_MS,
            recording_notes.PrivateReason.COUNTER,
            private.TO_MS,
        ),
    ),
    "private_photo_record.json": lambda: _envelope(
        sign_envelope(world.DEVICE, records.FIELD_RECORD, private.photo_record())
    ),
    "bundle_facts_closed.json": lambda: _envelope(
        sign_envelope(world.CENTRE, bundle.FACTS, private.closed_exhibits_facts())
    ),
    "feed_page_copy.json": lambda: msgspec.json.encode(
        feed.FeedPage(world.RELAY_ID, "e2", [feed.CopyMade(21, AT_MS, copying.copy())], 21)
    ),
    "feed_page_space.json": lambda: msgspec.json.encode(
        feed.FeedPage(
            world.RELAY_ID,
            "e2",
            [feed.SpaceChanged(22, AT_MS, feed.SpaceLevel.FULL, 900_000_000, 1_073_741_824)],
            22,
        )
    ),
    "bundle_facts_copies.json": lambda: _envelope(
        sign_envelope(world.CENTRE, bundle.FACTS, copying.facts())
    ),
    "bundle_facts_papers.json": lambda: _envelope(
        sign_envelope(world.CENTRE, bundle.FACTS, papering.facts())
    ),
    "field_act_record.json": lambda: _record_of(25, world.search_act()),
    "field_act_pages_record.json": lambda: _record_of(
        25,
        msgspec.structs.replace(world.search_act(), pages=[sha256_hex(b"page")]),
    ),
    "serve_record.json": lambda: _record_of(41, world.serve_act()),
    "serve_lines_record.json": lambda: _record_of(42, world.serve_lines_act()),
    "confirmed_here_record.json": lambda: _record_of(38, world.confirmed_here()),
    "operation_opened_record.json": lambda: _record_of(
        39,
        OperationOpened(
            OpenedKind.PROPERTY,
            world.ARRIVAL_MS,
            "临江区桐花街27号院内",
            "（2026）粤0199执3061号",
            [world.SECOND_ID],
            "社区干部李某",
        ),
    ),
    "stood_beside_record.json": lambda: _record_of(
        26, records.StoodBeside(world.ARRIVAL_MS, world.OPENED_MS)
    ),
    "sos_record.json": lambda: _record_of(
        27,
        records.Sos(
            world.fixed_id(52),
            world.ARRIVAL_MS,
            records.SosCause.KEYS,
            True,
            records.Where(31.2304, 121.4737, 8.0),
            world.ARRIVAL_MS - 4_000,
        ),
    ),
    "integrity_value_record.json": lambda: _record_of(28, valued.body()),
    "departure_check_record.json": lambda: _record_of(
        29,
        recording_notes.DepartureCheck(
            world.ARRIVAL_MS - 900_000,
            4_200,
            [
                recording_notes.Checked("camera", recording_notes.CheckState.GOOD, 25, "fragments"),
                recording_notes.Checked(
                    "clock", recording_notes.CheckState.BAD, 95_000, "ms", "check.clock_off"
                ),
            ],
        ),
    ),
    "recording_assigned_record.json": lambda: _record_of(
        31, recording_notes.RecordingAssigned(world.FORMER_ID, world.ARRIVAL_MS)
    ),
    "noticed_record.json": lambda: _record_of(
        40,
        recording_notes.Noticed(
            world.FORMER_ID, recording_notes.NoticedKind.CLOCK_SET, world.ARRIVAL_MS, -90_000
        ),
    ),
    "handwriting.json": lambda: msgspec.json.encode(world.handwriting()),
    "crew_start_record.json": lambda: _record_of(23, recording_notes.CrewStart(world.ARRIVAL_MS)),
    "planned_silence_record.json": lambda: _record_of(
        24,
        recording_notes.PlannedSilence(
            world.fixed_id(51),
            world.ARRIVAL_MS,
            world.ARRIVAL_MS + 900_000,
            recording_notes.SilenceReason.NO_SIGNAL,
        ),
    ),
    "contact.json": lambda: _envelope(
        sign_envelope(
            world.DEVICE,
            field_api.DEVICE_CONTACT,
            field_api.DeviceContact(world.DEVICE_ID, "91c2", world.ARRIVAL_MS, 6, "0.1.0"),
        )
    ),
    "certificate.json": lambda: _envelope(world.certificates()[4]),
    "revocation.json": lambda: _envelope(
        sign_envelope(
            world.CENTRE,
            keys.REVOCATION,
            keys.KeyRevocation(world.DEVICE.key, AT_MS + world.DAY_MS, "遗失"),
        )
    ),
    "inclusion.json": lambda: _inclusion()[0],
    "tree_head.json": lambda: _inclusion()[1],
    "bundle_facts.json": lambda: _envelope(sign_envelope(world.CENTRE, bundle.FACTS, _facts())),
    "bundle_facts_faults.json": _facts_of_faults,
    "bundle_facts_seconds.json": lambda: _envelope(
        sign_envelope(
            world.CENTRE,
            bundle.FACTS,
            msgspec.structs.replace(_facts(), seconds=[seconding.key(revoked_ms=AT_MS)]),
        )
    ),
    "bundle_facts_private.json": lambda: _envelope(
        sign_envelope(world.CENTRE, bundle.FACTS, private.facts([private.OPENING]))
    ),
    "bundle_facts_talk.json": lambda: _envelope(
        sign_envelope(world.CENTRE, bundle.FACTS, talking.facts())
    ),
    "bundle_manifest.json": lambda: _envelope(
        sign_envelope(world.RELAY, bundle.MANIFEST, _manifest())
    ),
    "bundle_request.json": lambda: msgspec.json.encode(
        bundle.BundleRequest(
            world.BUNDLE_ID, {"facts.json": b"{}"}, [world.RECORDING_ID], [sha256_hex(world.PHOTO)]
        )
    ),
    "export_order.json": lambda: msgspec.json.encode(
        exports.ExportOrder(
            world.BUNDLE_ID,
            [exports.Film("车间.mp4", world.RECORDING_ID, 2, 1_790_000_000_000, None)],
        )
    ),
    "derivation.json": lambda: msgspec.json.encode(_derivation()),
    "derived.json": lambda: msgspec.json.encode(
        derived.Derived(
            sign_envelope(world.CENTRE, derived.DERIVATION, _derivation()),
            world.RECORDING_ID,
            1,
            5,
            14,
            "ab" * 32,
            2,
            "副本.mp4",
            "cd" * 32,
            1234,
            "relay-1",
            1_790_000_010_000,
        )
    ),
    "export_state.json": lambda: msgspec.json.encode(
        exports.ExportState(
            world.BUNDLE_ID,
            exports.Stage.MADE,
            100,
            100,
            120,
            [
                exports.FilmFacts(
                    "车间.mp4",
                    120,
                    exports.ClipFacts(
                        world.RECORDING_ID,
                        2,
                        0,
                        9,
                        1_790_000_000_000,
                        1_790_000_002_000,
                        [exports.Gap(3, 4, 1_790_000_000_600, 1_790_000_001_000)],
                        2,
                        1,
                        "ab" * 32,
                    ),
                ),
                exports.FilmFacts("b.mp4", problem=Problem("playback.gap", Kind.NOT_FOUND, "b")),
            ],
        )
    ),
}


def main() -> None:
    """Write what is missing, and its expectation."""
    GOLDEN.mkdir(exist_ok=True)
    kept = GOLDEN / "expected.json"
    expected = json.loads(kept.read_text("utf-8")) if kept.exists() else {}
    for name, make in MAKERS.items():
        path = GOLDEN / name
        if not path.exists():
            path.write_bytes(make())
            print("made", name)
        expected.setdefault(name, wire.expectation(name, path.read_bytes()))
    text = json.dumps(expected, ensure_ascii=False, indent=1, sort_keys=True)
    kept.write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
