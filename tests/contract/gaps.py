"""Packages with gaps: three segments of one recording, the second lost; with and without notes."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from schemas import bundle, ledger, merkle, recording_notes, records
from schemas.sign import Envelope, sign_envelope
from tests.contract import bundles, world
from tests.contract.bundles import MADE_MS, STREAM, Files, encoded

LOST = (5, 8)
LOST_MS = (world.OPENED_MS + 5 * 200, world.OPENED_MS + 9 * 200)
WITHDRAWN_MS = world.OPENED_MS + 10_000
DATA = recording_notes.DeviceData("0.1.0", 4, 12_000_000_000, 38.5, True)
Make = Callable[[], bytes]


def note(
    number: int,
    interval: tuple[int, int],
    *,
    device: str = world.DEVICE_ID,
    officer: str = world.OFFICER_ID,
    at_ms: int = WITHDRAWN_MS,
    text: str = "更换电池",
) -> records.FieldRecord:
    """Return a fault note on an interval."""
    body = recording_notes.FaultNote(
        device, *interval, recording_notes.FaultCause.BATTERY, text, DATA
    )
    return told(number, body, officer=officer, at_ms=at_ms)


def told(
    number: int,
    body: records.Body,
    *,
    officer: str = world.OFFICER_ID,
    at_ms: int = WITHDRAWN_MS,
) -> records.FieldRecord:
    """Return a record of the scene."""
    return records.FieldRecord(
        world.fixed_id(number), world.DEVICE_ID, officer, world.OPERATION_ID, world.CASE_ID,
        at_ms, 5_012_000, world.fixed_id(30), "0.1.0", body,
    )  # fmt: skip


def files(
    notes: list[records.FieldRecord],
    *,
    lost: tuple[int, int] | None = LOST,
    unseen: tuple[bundle.UnseenCounters, ...] = (),
) -> Files:
    """Return every file but the list: the good package without the lost fragments, with notes."""
    made = bundles.good_files()
    if lost is not None:
        frames, _ = bundles.chain()
        made[f"{STREAM}/fragments.mzf"] = b"".join(frames[: lost[0]] + frames[lost[1] + 1 :])
    envelopes = {each.record: sign_envelope(world.DEVICE, records.FIELD_RECORD, each)
                 for each in notes}  # fmt: skip
    made |= {f"records/{record}.json": encoded(signed) for record, signed in envelopes.items()}
    seizure = msgspec.json.decode(made[bundles.RECORD], type=Envelope)
    made |= _ledger([seizure, *envelopes.values()])
    made["facts.json"] = encoded(_facts(sorted([world.RECORD_ID, *envelopes]), list(unseen)))
    return made


def _facts(listed: list[str], unseen: list[bundle.UnseenCounters]) -> Envelope:
    stated = msgspec.json.decode(bundles.facts().payload, type=bundle.BundleFacts)
    told_ = msgspec.structs.replace(
        stated, records=listed, presiding=[world.OFFICER_ID], unseen=unseen
    )
    return sign_envelope(world.CENTRE, bundle.FACTS, told_)


def _ledger(signed: list[Envelope]) -> Files:
    entries = [
        msgspec.json.encode(
            ledger.LedgerEntry(
                world.fixed_id(100 + number), MADE_MS - 60_000, "record:field:received",
                world.OFFICER_ID, world.OPERATION_ID, each.payload_sha256(), {},
            )
        )
        for number, each in enumerate(signed)
    ]  # fmt: skip
    leaves = [merkle.leaf_hash(entry) for entry in entries]
    head = ledger.TreeHead("粤0199", len(leaves), merkle.root(leaves).hex(), MADE_MS)
    proofs = [
        ledger.Inclusion(entry, at, merkle.inclusion_proof(leaves, at))
        for at, entry in enumerate(entries)
    ]
    return {
        "ledger/head.json": encoded(sign_envelope(world.CENTRE, ledger.TREE_HEAD, head)),
        "ledger/inclusions.json": encoded(proofs),
    }


def package(made: Files) -> bytes:
    """Return the package of these files."""
    return bundles.packed(bundles.listed(made))


def _explained() -> bytes:
    before_recording = note(41, (world.ARRIVAL_MS, world.OPENED_MS), text="到场后更换电池")
    reason = told(42, recording_notes.RecorderReason("另一台记录仪送修"))
    return package(files([note(40, LOST_MS), before_recording, reason]))


def _second_lost() -> bytes:
    return package(files([]))


def _note_of_another_officer() -> bytes:
    return package(files([note(40, LOST_MS, officer=world.SECOND_ID)]))


def _note_too_short() -> bytes:
    """The note was written for the first fifth of the loss and some time before."""
    return package(files([note(40, (world.ARRIVAL_MS, LOST_MS[0] - 1_000))]))


GOOD: dict[str, Make] = {"good_bundle_explained": _explained}
BAD: dict[str, Make] = {
    "6_continuity_second_lost": _second_lost,
    "6_continuity_note_of_another_officer": _note_of_another_officer,
    "6_continuity_note_too_short": _note_too_short,
}
