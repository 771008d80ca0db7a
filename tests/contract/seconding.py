"""What the second officer of the seizure said himself, in a package of the small fixed world."""

from __future__ import annotations

import msgspec

from schemas import bundle, keys, ledger, records
from schemas.second import SECOND_CONFIRMATION, ConfirmedHere, SecondConfirmation
from schemas.sign import Ed25519Signer, decode_payload, fingerprint, sign_envelope
from tests.contract import bundles, world
from tests.contract.bundles import Files, encoded

DEVICE = Ed25519Signer(b"\x0b" * 32)
DEVICE_ID, SAID_ID = world.fixed_id(100), world.fixed_id(101)
AT_MS = world.OPENED_MS + 120_000


def beside(from_ms: int, to_ms: int) -> records.FieldRecord:
    """Return that he stood beside, said on a device of his own."""
    return _record(records.StoodBeside(from_ms, to_ms), DEVICE_ID, world.SECOND_ID)


def here(**changes: str) -> records.FieldRecord:
    """Return that he signed the act by a key of his own on the first officer's device."""
    act = sign_envelope(world.DEVICE, records.FIELD_RECORD, world.seize_record())
    said = msgspec.structs.replace(
        decode_payload(world.confirmed_here().confirmation, SECOND_CONFIRMATION,
                       SecondConfirmation),
        **{"sha256": act.payload_sha256(), **changes},
    )  # fmt: skip
    body = ConfirmedHere(sign_envelope(world.STRANGER, SECOND_CONFIRMATION, said))
    return _record(body, world.DEVICE_ID, world.OFFICER_ID)


def _record(body: records.Body, device: str, officer: str) -> records.FieldRecord:
    return records.FieldRecord(
        SAID_ID, device, officer, world.OPERATION_ID, world.CASE_ID, AT_MS, 9_000,
        world.fixed_id(30), "0.1.0", body,
    )  # fmt: skip


def key(**changes: object) -> bundle.SecondKeyFact:
    """Return what the centre states of the key with which `here` is signed."""
    public = world.STRANGER.public
    stated = bundle.SecondKeyFact(
        fingerprint(public), public, world.SECOND_ID, "沈知夏", world.DEVICE_ID,
        world.OPENED_MS - 86_400_000,
    )  # fmt: skip
    return msgspec.structs.replace(stated, **changes)


def enrolled(stated: bundle.SecondKeyFact) -> ledger.LedgerEntry:
    """Return the ledger's entry of a second officer's key."""
    return ledger.LedgerEntry(
        world.fixed_id(104), stated.enrolled_ms, ledger.SECOND_ENROLLED, world.SECOND_ID,
        stated.device, stated.key, {"officer": stated.officer, "key": stated.key},
    )  # fmt: skip


def files(
    said: records.FieldRecord,
    seconds: tuple[bundle.SecondKeyFact, ...] = (),
    entered: tuple[ledger.LedgerEntry, ...] = (),
) -> Files:
    """Return the files of a good package with the seizure and what was said of it."""
    signer = DEVICE if said.device == DEVICE_ID else world.DEVICE
    signed = sign_envelope(signer, records.FIELD_RECORD, said)
    act = sign_envelope(world.DEVICE, records.FIELD_RECORD, world.seize_record())
    facts = decode_payload(bundles.facts(), bundle.FACTS, bundle.BundleFacts)
    facts = msgspec.structs.replace(
        facts, records=[world.RECORD_ID, SAID_ID], seconds=list(seconds)
    )
    held = world.certificate(world.CENTRE, DEVICE.public, keys.Use.DEVICE, DEVICE_ID, "4 号")
    entries = [
        encoded(ledger.LedgerEntry(world.fixed_id(102 + at), bundles.MADE_MS - 60_000,
                                   "record:field:kept", world.OFFICER_ID, world.MEASURE_ID,
                                   one.payload_sha256()))
        for at, one in enumerate((act, signed))
    ]  # fmt: skip
    entries += [encoded(one) for one in entered]
    return (
        bundles.good_files()
        | bundles.proven(entries)
        | {
            "keys/certificates.json": encoded([*world.certificates(), held]),
            "facts.json": encoded(sign_envelope(world.CENTRE, bundle.FACTS, facts)),
            f"records/{SAID_ID}.json": encoded(signed),
        }
    )
