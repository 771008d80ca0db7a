"""Every thing that crosses the wire or is kept: how its golden bytes are decoded and made again.

`THINGS` maps the name of a golden file to its reader (bytes → plain JSON value) and, where the
bytes follow from the value alone, its writer (bytes → the same bytes, by way of the value).
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from enum import Enum
from typing import Any, NamedTuple

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
    records,
    sign,
    stream,
    ticket,
)
from schemas.bridge import ImportStatus
from schemas.media import encrypt, fragment, head, opening, part, talk
from tests.contract import world

Read = Callable[[bytes], Any]
Write = Callable[[bytes], bytes]


class Thing(NamedTuple):
    """How one kind of golden bytes is read, and written again if that is possible."""

    read: Read
    write: Write | None = None


def plain(value: Any) -> Any:
    """Return a value as JSON can say it: bytes in hex, named tuples and structs as objects."""
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return {name: plain(item) for name, item in value._asdict().items()}
    if isinstance(value, msgspec.Struct):
        tag = value.__struct_config__.tag
        named = {"t": tag} if tag else {}
        fields = {name: getattr(value, name) for name in value.__struct_fields__}
        return named | {f: plain(item) for f, item in fields.items() if item is not msgspec.UNSET}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return value


def _json(model: Any) -> Thing:
    """A message of strict JSON, written again field by field."""
    return Thing(
        lambda raw: plain(sign.decode(raw, model)),
        lambda raw: msgspec.json.encode(sign.decode(raw, model)),
    )


def _signed(signer: sign.Ed25519Signer, type_: str, model: Any) -> Thing:
    """An envelope: signature checked, payload decoded; signing the same bytes gives the same."""

    def read(raw: bytes) -> Any:
        envelope = sign.decode(raw, sign.Envelope)
        envelope.check(signer.public)
        return plain(sign.decode_payload(envelope, type_, model))

    def write(raw: bytes) -> bytes:
        envelope = sign.decode(raw, sign.Envelope)
        return msgspec.json.encode(sign.sign_envelope(signer, type_, envelope.payload))

    return Thing(read, write)


def _read_fragment(raw: bytes) -> Any:
    header, body = fragment.split_frame(raw)
    fragment.check_digest(header, body)
    return {
        "header": plain(header),
        "payload": plain(body),
        "link": fragment.link(raw, header.hash_alg).hex(),
    }


def _write_fragment(raw: bytes) -> bytes:
    header, body = fragment.split_frame(raw)
    return fragment.make_frame(header, bytes(body))


def _read_head(raw: bytes) -> Any:
    return plain(head.check_head(raw, world.DEVICE.public))


def _write_head(raw: bytes) -> bytes:
    return head.sign_head(head.decode_head(raw), world.DEVICE)


def _read_opening(raw: bytes) -> Any:
    envelope = sign.decode(raw, sign.Envelope)
    stated = opening.open_opening(envelope, world.DEVICE.public)
    opening.check_init(stated, 1, world.INIT)
    key = encrypt.unwrap_at_court(stated.wrapped_key, stated.recording, world.INGEST_SECRET)
    return {
        "opening": plain(stated),
        "key": key.hex(),
        "first_link": fragment.first_link(envelope.payload, 1).hex(),
    }


def _write_init(raw: bytes) -> bytes:
    recording, rendition, init = opening.split_init(raw)
    return opening.init_frame(recording, rendition, init)


def _read_part(raw: bytes) -> Any:
    return [
        [kind.name, offset, sign.sha256_hex(data), len(data)]
        for kind, offset, data in part.read_part(io.BytesIO(raw))
    ]


def _write_part(raw: bytes) -> bytes:
    entries = [(kind, data) for kind, _, data in part.read_part(io.BytesIO(raw))]
    out = io.BytesIO()
    writer = part.PartWriter(out, msgspec.json.decode(entries[0][1], type=part.PartPreamble))
    for kind, data in entries[1:]:
        writer.add(kind, data)
    writer.close()
    return out.getvalue()


def _read_ticket(raw: bytes, act: ticket.Act = ticket.Act.PUBLISH) -> Any:
    ring = keys.KeyRing(world.ROOT.key, world.certificates())
    return plain(ticket.check_ticket(raw.decode(), ring, act, world.ARRIVAL_MS))


def _read_play_ticket(raw: bytes) -> Any:
    return _read_ticket(raw, ticket.Act.PLAY)


def _read_import_ticket(raw: bytes) -> Any:
    return _read_ticket(raw, ticket.Act.IMPORT)


def _read_bridged(raw: bytes) -> Any:
    return plain(opening.open_opening(sign.decode(raw, sign.Envelope), world.RELAY.public))


def _write_ticket(raw: bytes) -> bytes:
    return sign.to_token(sign.from_token(raw.decode())).encode()


def _unwrap(raw: bytes) -> Any:
    return encrypt.unwrap_at_court(raw, world.RECORDING_ID, world.INGEST_SECRET).hex()


def _unwrap_on_device(raw: bytes) -> Any:
    return encrypt.unwrap_on_device(raw, world.RECORDING_ID, world.STORAGE_KEY).hex()


def _decrypt(raw: bytes) -> Any:
    frame = encrypt.decrypt_frame(world.RECORDING_KEY, world.RECORDING_ID, 1, 0, raw)
    return _read_fragment(frame)


def _read_inclusion(raw: bytes) -> Any:
    """Three leaves, the second proven under the head of `tree_head`."""
    proof = sign.decode(raw, ledger.Inclusion)
    leaves = [merkle.leaf_hash(leaf) for leaf in (b"before", proof.entry, b"after")]
    leaf, whole = leaves[1], merkle.root(leaves)
    merkle.check_inclusion(leaf, proof.index, 3, proof.path, whole)
    return {"entry": plain(sign.decode(proof.entry, ledger.LedgerEntry)), "head": whole.hex()}


def _messages(decode: Callable[[bytes], msgspec.Struct]) -> Thing:
    """Stream messages, one a line."""

    def lines(raw: bytes) -> list[msgspec.Struct]:
        return [decode(line) for line in raw.splitlines()]

    def write(raw: bytes) -> bytes:
        return b"".join(stream.encode_text(message) + b"\n" for message in lines(raw))

    return Thing(lambda raw: [plain(message) for message in lines(raw)], write)


THINGS: dict[str, Thing] = {
    "fragment.bin": Thing(_read_fragment, _write_fragment),
    "fragment_plain.bin": Thing(_read_fragment, _write_fragment),
    "fragment_private.bin": Thing(_read_fragment, _write_fragment),
    "head.bin": Thing(_read_head, _write_head),
    "head_final.bin": Thing(_read_head, _write_head),
    "init.bin": Thing(lambda raw: plain(opening.split_init(raw)), _write_init),
    "opening.json": Thing(_read_opening),
    "challenge.json": _signed(world.CENTRE, opening.CHALLENGE, opening.ContactChallenge),
    "wrapped_to_court.bin": Thing(_unwrap),
    "wrapped_to_device.bin": Thing(_unwrap_on_device),
    "encrypted_frame.bin": Thing(_decrypt),
    "part.bin": Thing(_read_part, _write_part),
    "ticket.txt": Thing(_read_ticket, _write_ticket),
    "ticket_opened.txt": Thing(_read_play_ticket, _write_ticket),
    "ticket_opened_exhibits.txt": Thing(_read_play_ticket, _write_ticket),
    "opening_bridged.json": Thing(_read_bridged),
    "ticket_import.txt": Thing(_read_import_ticket, _write_ticket),
    "feed_page_import.json": _json(feed.FeedPage),
    "import_status.json": _json(ImportStatus),
    "import_status_coming.json": _json(ImportStatus),
    "from_device.jsonl": _messages(stream.decode_from_device),
    "to_device.jsonl": _messages(stream.decode_to_device),
    "to_viewer.jsonl": _messages(stream.decode_to_viewer),
    "to_viewer_private.jsonl": _messages(stream.decode_to_viewer),
    "first.jsonl": _messages(stream.decode_first),
    "first_rewind.jsonl": _messages(stream.decode_first),
    "from_device_private.jsonl": _messages(stream.decode_from_device),
    "first_talk.jsonl": _messages(stream.decode_first),
    "from_device_talk.jsonl": _messages(stream.decode_from_device),
    "to_device_talk.jsonl": _messages(stream.decode_to_device),
    "from_desk_talk.jsonl": _messages(stream.decode_from_desk),
    "from_desk_hearing.jsonl": _messages(stream.decode_from_desk),
    "from_device_answer.jsonl": _messages(stream.decode_from_device),
    "to_desk_talk.jsonl": _messages(stream.decode_to_desk),
    "talk.bin": Thing(
        lambda raw: plain(talk.decode_talk(raw)),
        lambda raw: talk.encode_talk(talk.decode_talk(raw)),
    ),
    "talk_burst_private.json": _signed(world.RELAY, feed.TALK_BURST, feed.TalkBurst),
    "talk_burst_answer.json": _signed(world.RELAY, feed.TALK_BURST, feed.TalkBurst),
    "talk_burst.json": _signed(world.RELAY, feed.TALK_BURST, feed.TalkBurst),
    "feed_page_talk.json": _json(feed.FeedPage),
    "archived.json": _signed(world.RELAY, stream.ARCHIVED, stream.ArchivedStatement),
    "feed_page.json": _json(feed.FeedPage),
    "feed_page_copies.json": _json(feed.FeedPage),
    "feed_page_exhibit_copies.json": _json(feed.FeedPage),
    "relay_order.json": _signed(world.CENTRE, feed.RELAY_ORDER, feed.RelayOrder),
    "relay_order_close_private.json": _signed(world.CENTRE, feed.RELAY_ORDER, feed.RelayOrder),
    "relay_order_source.json": _signed(world.CENTRE, feed.RELAY_ORDER, feed.RelayOrder),
    "feed_page_source.json": _json(feed.FeedPage),
    "field_record.json": _signed(world.DEVICE, records.FIELD_RECORD, records.FieldRecord),
    "step_record.json": _signed(world.DEVICE, records.FIELD_RECORD, records.FieldRecord),
    "marker_record.json": _signed(world.DEVICE, records.FIELD_RECORD, records.FieldRecord),
    "fault_note_record.json": _signed(world.DEVICE, records.FIELD_RECORD, records.FieldRecord),
    "recorder_reason_record.json": _signed(world.DEVICE, records.FIELD_RECORD, records.FieldRecord),
    "private_interval_record.json": _signed(
        world.DEVICE, records.FIELD_RECORD, records.FieldRecord
    ),
    "private_counter_record.json": _signed(world.DEVICE, records.FIELD_RECORD, records.FieldRecord),
    "private_photo_record.json": _signed(world.DEVICE, records.FIELD_RECORD, records.FieldRecord),
    "bundle_facts_closed.json": _signed(world.CENTRE, bundle.FACTS, bundle.BundleFacts),
    "feed_page_copy.json": _json(feed.FeedPage),
    "feed_page_space.json": _json(feed.FeedPage),
    "bundle_facts_copies.json": _signed(world.CENTRE, bundle.FACTS, bundle.BundleFacts),
    "bundle_facts_papers.json": _signed(world.CENTRE, bundle.FACTS, bundle.BundleFacts),
    "field_act_record.json": _signed(world.DEVICE, records.FIELD_RECORD, records.FieldRecord),
    "field_act_pages_record.json": _signed(world.DEVICE, records.FIELD_RECORD, records.FieldRecord),
    "serve_record.json": _signed(world.DEVICE, records.FIELD_RECORD, records.FieldRecord),
    "serve_lines_record.json": _signed(world.DEVICE, records.FIELD_RECORD, records.FieldRecord),
    "confirmed_here_record.json": _signed(world.DEVICE, records.FIELD_RECORD, records.FieldRecord),
    "operation_opened_record.json": _signed(
        world.DEVICE, records.FIELD_RECORD, records.FieldRecord
    ),
    "stood_beside_record.json": _signed(world.DEVICE, records.FIELD_RECORD, records.FieldRecord),
    "sos_record.json": _signed(world.DEVICE, records.FIELD_RECORD, records.FieldRecord),
    "integrity_value_record.json": _signed(world.DEVICE, records.FIELD_RECORD, records.FieldRecord),
    "departure_check_record.json": _signed(world.DEVICE, records.FIELD_RECORD, records.FieldRecord),
    "noticed_record.json": _signed(world.DEVICE, records.FIELD_RECORD, records.FieldRecord),
    "recording_assigned_record.json": _signed(
        world.DEVICE, records.FIELD_RECORD, records.FieldRecord
    ),
    "handwriting.json": _json(records.Handwriting),
    "crew_start_record.json": _signed(world.DEVICE, records.FIELD_RECORD, records.FieldRecord),
    "planned_silence_record.json": _signed(world.DEVICE, records.FIELD_RECORD, records.FieldRecord),
    "contact.json": _signed(world.DEVICE, field_api.DEVICE_CONTACT, field_api.DeviceContact),
    "certificate.json": _signed(world.CENTRE, keys.CERTIFICATE, keys.KeyCertificate),
    "revocation.json": _signed(world.CENTRE, keys.REVOCATION, keys.KeyRevocation),
    "tree_head.json": _signed(world.CENTRE, ledger.TREE_HEAD, ledger.TreeHead),
    "inclusion.json": Thing(_read_inclusion, _json(ledger.Inclusion).write),
    "bundle_manifest.json": _signed(world.RELAY, bundle.MANIFEST, bundle.BundleManifest),
    "bundle_facts.json": _signed(world.CENTRE, bundle.FACTS, bundle.BundleFacts),
    "bundle_facts_seconds.json": _signed(world.CENTRE, bundle.FACTS, bundle.BundleFacts),
    "bundle_facts_faults.json": _signed(world.CENTRE, bundle.FACTS, bundle.BundleFacts),
    "bundle_facts_private.json": _signed(world.CENTRE, bundle.FACTS, bundle.BundleFacts),
    "bundle_facts_talk.json": _signed(world.CENTRE, bundle.FACTS, bundle.BundleFacts),
    "bundle_request.json": _json(bundle.BundleRequest),
    "export_order.json": _json(exports.ExportOrder),
    "export_state.json": _json(exports.ExportState),
    "derivation.json": _json(derived.Derivation),
    "derived.json": _json(derived.Derived),
}


def expectation(name: str, raw: bytes) -> Any:
    """Return what a golden file decodes to, as it stands in `expected.json`."""
    return json.loads(json.dumps(THINGS[name].read(raw)))
