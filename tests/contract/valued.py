"""An integrity value of the small fixed world, and packages that hold it."""

from __future__ import annotations

import msgspec

from schemas import bundle, integrity, ledger, merkle, records
from schemas.media import fragment, head
from schemas.media.fragment import Rendition
from schemas.sign import Ed25519Signer, sha256_hex, sign_envelope
from tests.contract import bundles, world
from tests.contract.bundles import Files, encoded

AT_MS = world.OPENED_MS + 9_000
VALUE_ID = world.fixed_id(70)
PAGE = b"%PDF-1.4 the page that was signed"
NUMBER = 4


def chain_at(number: int = NUMBER, signer: Ed25519Signer = world.DEVICE) -> integrity.ChainAt:
    """Return the chain of the good package up to a fragment."""
    frames, _ = bundles.chain()
    stated = head.Head(
        Rendition.FULL, world.RECORDING_ID, number, fragment.link(frames[number]), AT_MS, 5_000
    )
    return integrity.ChainAt(world.RECORDING_ID, head.sign_head(stated, signer), number + 2)


def statement(**changes: object) -> integrity.IntegrityStatement:
    """Return what the device states."""
    record = sign_envelope(world.DEVICE, records.FIELD_RECORD, world.seize_record())
    stated = integrity.IntegrityStatement(
        world.OPERATION_ID, world.DEVICE_ID, AT_MS, [chain_at()],
        [integrity.RecordAt(world.RECORD_ID, "seize_movables", record.payload_sha256())],
        [sha256_hex(PAGE)],
        [integrity.OtherDevice(world.SECOND_ID, "沈知夏", "", "现场没有出示")],
    )  # fmt: skip
    return msgspec.structs.replace(stated, **changes)


def body(stated: integrity.IntegrityStatement | None = None) -> records.IntegrityValue:
    """Return the body of the record, signed by one and refused by another."""
    people = [
        records.Attendee("见证人", "温和平", True, records.SignedHow.SIGNED),
        records.Attendee("被执行人", "贺平", True, records.SignedHow.REFUSED, "", "未说明理由"),
    ]
    return records.IntegrityValue(encoded(stated or statement()), sha256_hex(PAGE), people)


def files(stated: integrity.IntegrityStatement | None = None) -> Files:
    """Return the files of a package with the value."""
    record = records.FieldRecord(
        VALUE_ID, world.DEVICE_ID, world.OFFICER_ID, world.OPERATION_ID, world.CASE_ID, AT_MS,
        5_000, world.fixed_id(30), "0.1.0", body(stated),
        exhibits=[records.ExhibitRef(sha256_hex(PAGE), len(PAGE), "application/pdf", "paper")],
    )  # fmt: skip
    signed = sign_envelope(world.DEVICE, records.FIELD_RECORD, record)
    first = sign_envelope(world.DEVICE, records.FIELD_RECORD, world.seize_record())
    facts = msgspec.json.decode(bundles.facts().payload, type=bundle.BundleFacts)
    facts = msgspec.structs.replace(
        facts, records=[world.RECORD_ID, VALUE_ID], exhibits=[*facts.exhibits, sha256_hex(PAGE)]
    )
    return bundles.good_files() | {
        "facts.json": encoded(sign_envelope(world.CENTRE, bundle.FACTS, facts)),
        f"records/{VALUE_ID}.json": encoded(signed),
        f"exhibits/{sha256_hex(PAGE)}": PAGE,
        **_ledger([first.payload_sha256(), signed.payload_sha256()]),
    }


def _ledger(digests: list[str]) -> Files:
    entries = [
        encoded(
            ledger.LedgerEntry(
                world.fixed_id(80 + number),
                bundles.MADE_MS - 60_000,
                "record:field:kept",
                world.OFFICER_ID,
                world.MEASURE_ID,
                digest,
                {},
            )
        )
        for number, digest in enumerate(digests)
    ]
    leaves = [merkle.leaf_hash(entry) for entry in entries]
    tree = ledger.TreeHead("粤0199", len(leaves), merkle.root(leaves).hex(), bundles.MADE_MS)
    proofs = [
        ledger.Inclusion(entry, at, merkle.inclusion_proof(leaves, at))
        for at, entry in enumerate(entries)
    ]
    return {
        "ledger/head.json": encoded(sign_envelope(world.CENTRE, ledger.TREE_HEAD, tree)),
        "ledger/inclusions.json": encoded(proofs),
    }
