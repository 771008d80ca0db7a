"""The file of an offline recorder: its terms, and a package with the recording it became."""

from __future__ import annotations

import msgspec

from schemas import bundle
from schemas.bridge import ImportStage, ImportStatus, ImportTerms, LiveSource, Road
from schemas.media import opening as media_opening
from schemas.sign import Ed25519Signer, Envelope, sha256_hex, sign_envelope
from tests.contract import bundles, world
from tests.contract.bundles import Files, encoded

ORIGINAL = b"what the recorder wrote"
ARRIVED_MS = world.OPENED_MS + 600_000
BRIDGED = media_opening.Bridged(
    Road.FILE, ARRIVED_MS, sha256_hex(ORIGINAL), len(ORIGINAL), "20260312_142100.mp4", 95_000
)
TERMS = ImportTerms(
    world.RECORDING_ID, world.DEVICE_ID, world.OFFICER_ID, world.OPERATION_ID, BRIDGED.name,
    BRIDGED.size, world.OPENED_MS + 95_000, 95_000,
)  # fmt: skip
STATUS = ImportStatus(
    world.RECORDING_ID, ImportStage.READING, BRIDGED.size, BRIDGED.size, "", 0.25, BRIDGED.sha256
)
COMING = ImportStatus(
    world.RECORDING_ID, ImportStage.ARRIVING, BRIDGED.size, 7, sha256_hex(ORIGINAL[:7]),
    7 / BRIDGED.size, coming=True,
)  # fmt: skip
SOURCE = LiveSource(
    world.DEVICE_ID, Road.RTSP, True, world.OFFICER_ID, world.OPERATION_ID,
    "rtsp://10.0.0.8:554/stream1", 0, "", b"\x01" * 93, b"\x02" * 40,
)  # fmt: skip


def opening(signer: Ed25519Signer = world.RELAY, **changes: object) -> Envelope:
    """Return the relay's opening of the recording."""
    facts = {
        "device_key": signer.key, "source": media_opening.Source.BRIDGE, "challenge": None,
        "former": [], "ingest_key": "", "bridged": BRIDGED, **changes,
    }  # fmt: skip
    stated = msgspec.structs.replace(world.stated_opening(b""), **facts)
    return sign_envelope(signer, media_opening.OPENING, stated)


def files(
    signer: Ed25519Signer = world.RELAY, *, original: bool = True, **changes: object
) -> Files:
    """Return the files of a package with the recording, with the original file or without."""
    found = bundles.good_files()
    envelope = opening(signer, **changes)
    frames, link = world.chain(envelope.payload, bundles.FRAGMENTS)
    last = bundles.FRAGMENTS - 1
    found[f"recordings/{world.RECORDING_ID}/opening.json"] = encoded(envelope)
    found[f"{bundles.STREAM}/fragments.mzf"] = b"".join(frames)
    found[f"{bundles.STREAM}/heads.mzh"] = world.signed_head(last, link, final=True, signer=signer)
    if original:
        facts = msgspec.json.decode(bundles.facts().payload, type=bundle.BundleFacts)
        stated = msgspec.structs.replace(facts, exhibits=[*facts.exhibits, BRIDGED.sha256])
        found["facts.json"] = encoded(sign_envelope(world.CENTRE, bundle.FACTS, stated))
        found[f"exhibits/{BRIDGED.sha256}"] = ORIGINAL
    return found
