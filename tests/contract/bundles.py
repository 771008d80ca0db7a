"""Builds evidence packages of the small fixed world: a good one, and one bad one for each step.

A bad one is made by somebody: whoever could change that thing also signs again what he can
(the relay its list, the centre its facts), so that exactly one step is left to notice.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import msgspec

from schemas import bundle, keys, ledger, merkle, records, stream
from schemas.media import fragment
from schemas.media import opening as media_opening
from schemas.sign import Envelope, sha256_hex, sign_envelope
from tests.contract import world

HERE = Path(__file__).parent
MADE_MS = world.OPENED_MS + 120_000
FRAGMENTS = 12
PHOTO_SHA = sha256_hex(world.PHOTO)
STREAM = f"recordings/{world.RECORDING_ID}/1"
RECORD = f"records/{world.RECORD_ID}.json"
Files = dict[str, bytes]


def golden_opening() -> Envelope:
    """Return the golden opening, so that the same package comes out each time."""
    raw = (HERE / "golden" / "opening.json").read_bytes()
    return msgspec.json.decode(raw, type=Envelope)


def chain() -> tuple[list[bytes], list[bytes]]:
    """Return twelve frames and the heads: after each fifth, and a final one."""
    opened = golden_opening()
    frames, _ = world.chain(opened.payload, FRAGMENTS)
    heads = []
    for number, frame in enumerate(frames):
        final = number == FRAGMENTS - 1
        if number % 5 == 4 or final:
            heads.append(world.signed_head(number, fragment.link(frame), final=final))
    return frames, heads


def _archived() -> Envelope:
    stated = stream.ArchivedStatement(
        world.RELAY_ID, world.RECORDING_ID, world.PART_ID, "cd" * 32, 4_096,
        [stream.RenditionRanges(1, [(0, FRAGMENTS - 1)])], ["disk-1"], 1, MADE_MS - 30_000,
    )  # fmt: skip
    return sign_envelope(world.RELAY, stream.ARCHIVED, stated)


def facts(last: int = FRAGMENTS - 1) -> Envelope:
    """Return the centre's facts."""
    stated = bundle.BundleFacts(
        world.BUNDLE_ID, "粤0199", world.CASE_ID, "（2026）粤0199执1234号", world.OPERATION_ID,
        world.ARRIVAL_MS, world.OPENED_MS + 10_000,
        [bundle.FootageFact(world.RECORDING_ID, world.DEVICE_ID, 1, last, True)],
        [world.RECORD_ID], [PHOTO_SHA], [world.MEASURE_ID], MADE_MS,
    )  # fmt: skip
    return sign_envelope(world.CENTRE, bundle.FACTS, stated)


def ledger_files(record: Envelope, proven: bytes | None = None) -> Files:
    """Return tree head and inclusion of a record's entry, the second of three.

    proven: other bytes to claim included, under the same path.
    """
    stated = ledger.LedgerEntry(
        world.ENTRY_ID, MADE_MS - 60_000, "measure:movables:executed", world.OFFICER_ID,
        world.MEASURE_ID, record.payload_sha256(), {"record": world.RECORD_ID},
    )  # fmt: skip
    entry = msgspec.json.encode(stated)
    leaves = [merkle.leaf_hash(leaf) for leaf in (b"before", entry, b"after")]
    root = merkle.root(leaves).hex()
    tree = ledger.TreeHead("粤0199", len(leaves), root, MADE_MS)
    proof = ledger.Inclusion(proven or entry, 1, merkle.inclusion_proof(leaves, 1))
    return {
        "ledger/head.json": encoded(sign_envelope(world.CENTRE, ledger.TREE_HEAD, tree)),
        "ledger/inclusions.json": encoded([proof]),
    }


def proven(entries: list[bytes]) -> Files:
    """Return tree head and inclusions of these entries, which are the whole ledger."""
    leaves = [merkle.leaf_hash(entry) for entry in entries]
    tree = ledger.TreeHead("粤0199", len(leaves), merkle.root(leaves).hex(), MADE_MS)
    proofs = [
        ledger.Inclusion(entry, at, merkle.inclusion_proof(leaves, at))
        for at, entry in enumerate(entries)
    ]
    return {
        "ledger/head.json": encoded(sign_envelope(world.CENTRE, ledger.TREE_HEAD, tree)),
        "ledger/inclusions.json": encoded(proofs),
    }


def encoded(value: object) -> bytes:
    """Return a message as the JSON bytes that are packed."""
    return msgspec.json.encode(value)


def good_files() -> Files:
    """Return every file of a good package but its list."""
    frames, heads = chain()
    record = sign_envelope(world.DEVICE, records.FIELD_RECORD, world.seize_record())
    folder = f"recordings/{world.RECORDING_ID}"
    return {
        "keys/certificates.json": encoded(world.certificates()),
        "keys/revocations.json": encoded([]),
        "facts.json": encoded(facts()),
        **ledger_files(record),
        RECORD: encoded(record),
        f"exhibits/{PHOTO_SHA}": world.PHOTO,
        f"{folder}/opening.json": encoded(golden_opening()),
        f"{STREAM}/init.mp4": world.INIT,
        f"{STREAM}/fragments.mzf": b"".join(frames),
        f"{STREAM}/heads.mzh": b"".join(heads),
        f"{folder}/archived.json": encoded([_archived()]),
    }


def listed(files: Files) -> Files:
    """Return the files with the list before them, signed by the relay."""
    rows = [bundle.BundleFile(path, len(raw), sha256_hex(raw)) for path, raw in files.items()]
    manifest = bundle.BundleManifest(world.BUNDLE_ID, world.RELAY_ID, MADE_MS, rows)
    return {"bundle.json": encoded(sign_envelope(world.RELAY, bundle.MANIFEST, manifest)), **files}


def packed(files: Files) -> bytes:
    """Return the stored zip of the files, in their order."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as package:
        for path, raw in files.items():
            package.writestr(zipfile.ZipInfo(path, (2026, 3, 12, 14, 40, 0)), raw)
    return out.getvalue()


def good() -> bytes:
    """Return the good package."""
    return packed(listed(good_files()))


def _lost_record() -> bytes:
    files = listed(good_files())
    del files[RECORD]
    return packed(files)


def _changed_payload() -> bytes:
    files = listed(good_files())
    raw = bytearray(files[f"{STREAM}/fragments.mzf"])
    frame = len(raw) // FRAGMENTS
    raw[3 * frame + fragment.HEADER_BYTES + 20] ^= 1
    files[f"{STREAM}/fragments.mzf"] = bytes(raw)
    return packed(files)


def _replaced_fragment() -> bytes:
    """Whoever holds the relay's key puts another picture in the place of fragment 4."""
    files = good_files()
    frames, _ = chain()
    body = world.payload(444)
    header, _ = fragment.split_frame(frames[4])
    frames[4] = fragment.make_frame(world.header(4, header.previous, body), body)
    files[f"{STREAM}/fragments.mzf"] = b"".join(frames[:4] + frames[4:])
    # The head after fragment 4 would show it as well; he leaves it out.
    _, heads = chain()
    files[f"{STREAM}/heads.mzh"] = b"".join(heads[1:])
    return packed(listed(files))


def _strangers_head() -> bytes:
    """The last head is signed by a key that is not the device's."""
    files = good_files()
    _, heads = chain()
    stated = heads[-1][:76]
    forged = stated + world.STRANGER.sign(b"MZ-HEAD-1\0" + stated)
    files[f"{STREAM}/heads.mzh"] = b"".join([*heads[:-1], forged])
    return packed(listed(files))


def _revoked_device() -> bytes:
    """The device's key was revoked before the record was signed."""
    files = good_files()
    revocation = keys.KeyRevocation(world.DEVICE.key, world.OPENED_MS + 1_050, "遗失")
    signed = sign_envelope(world.CENTRE, keys.REVOCATION, revocation)
    files["keys/revocations.json"] = encoded([signed])
    frames, heads = chain()
    # Of the recording only what was signed in time is packed: heads at 1,000 ms.
    files[f"{STREAM}/fragments.mzf"] = b"".join(frames[:5])
    files[f"{STREAM}/heads.mzh"] = heads[0]
    files["facts.json"] = encoded(facts(last=4))
    return packed(listed(files))


def _altered_entry() -> bytes:
    files = good_files()
    record = msgspec.json.decode(files[RECORD], type=Envelope)
    other = msgspec.json.encode(
        ledger.LedgerEntry(
            world.ENTRY_ID, MADE_MS - 3_600_000, "measure:movables:executed", world.OFFICER_ID,
            world.MEASURE_ID, record.payload_sha256(), {"record": world.RECORD_ID},
        )
    )  # fmt: skip
    files |= ledger_files(record, proven=other)
    return packed(listed(files))


def _lost_fragments() -> bytes:
    """Fragments 6 to 8 were left out, and the list signed without them."""
    files = good_files()
    frames, _ = chain()
    files[f"{STREAM}/fragments.mzf"] = b"".join(frames[:6] + frames[9:])
    return packed(listed(files))


def _other_photo() -> bytes:
    files = good_files()
    files[f"exhibits/{PHOTO_SHA}"] = world.PHOTO.replace(b"lathe", b"crate")
    return packed(listed(files))


BAD: dict[str, Callable[[], bytes]] = {
    "1_completeness": _lost_record,
    "2_digests": _changed_payload,
    "3_chain": _replaced_fragment,
    "4_signatures": _strangers_head,
    "4_signatures_revoked": _revoked_device,
    "5_inclusion": _altered_entry,
    "6_continuity": _lost_fragments,
    "7_exhibits": _other_photo,
}


def with_opening(opening: media_opening.RecordingOpening) -> Files:
    """Return the good files around another opening, everything after it made again."""
    files = good_files()
    envelope = sign_envelope(world.DEVICE, media_opening.OPENING, opening)
    frames, link = world.chain(envelope.payload, FRAGMENTS)
    files[f"recordings/{world.RECORDING_ID}/opening.json"] = encoded(envelope)
    files[f"{STREAM}/fragments.mzf"] = b"".join(frames)
    files[f"{STREAM}/heads.mzh"] = world.signed_head(FRAGMENTS - 1, link, final=True)
    return files
