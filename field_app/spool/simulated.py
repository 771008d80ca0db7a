"""A simulated spool, as after weeks without a network: `python -m field_app.spool.simulated`.

    --data DIR [--records N] [--gigabytes N] [--fragments N]

`--records`: so many real, signed markers in the outbox of an enrolled device. `--gigabytes`: rows
of fragments whose sizes are simulated, there are no bytes behind them. `--fragments`: so many
fragments of a simulated size are encrypted and kept one after another at full speed; the memory
held after each fifth is written as a JSON list of bytes. For benches; never for a device in use.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

from field_app.device.identity import PROTECTION, Identity
from field_app.device.machine import boot
from field_app.spool.facts import LastContact
from field_app.spool.footage import Key
from field_app.spool.outbox import ItemKind
from field_app.spool.spool import Spool
from field_app.version import APP
from schemas.ids import new_id
from schemas.media.encrypt import new_key, wrap_to_court
from schemas.media.fragment import Rendition
from schemas.media.opening import OPENING, RecordingOpening, RenditionInfo, Source
from schemas.problems import Kind, MzError
from schemas.records import FIELD_RECORD, FieldRecord, Marker, MarkerKind
from schemas.sign import sha256_hex, sign_envelope
from schemas.time import mono_ms, now_ms

FRAGMENT_BYTES = 35_000
_FRAGMENTS_A_RECORDING = 13_500  # 45 minutes
_APPENDED_BYTES = 2_000
_GB = 1_000_000_000


def queue_records(identity: Identity, spool: Spool, count: int) -> None:
    """Put signed markers of the first operation of the day in the outbox."""
    last = spool.facts.get("last_contact", LastContact)
    if last is None or not last.reply.operations:
        raise MzError("operation.unknown", Kind.NOT_FOUND, "no operation is known here")
    brief, officer = last.reply.operations[0], identity.court()[0].enrolled.officer.officer
    for number in range(count):
        record = FieldRecord(
            new_id(), identity.device, officer, brief.operation, brief.case, now_ms(), mono_ms(),
            boot(), APP, Marker(now_ms(), MarkerKind.OTHER, f"simulated {number}"),
        )  # fmt: skip
        envelope = sign_envelope(identity.signer, FIELD_RECORD, record)
        spool.outbox.put_record(
            envelope, ItemKind.MARKER, f"标记 {number}", record.recorded_wall_ms
        )


def open_recording(identity: Identity, spool: Spool) -> str:
    """Keep the signed opening of a recording; return its id."""
    answer, name, key = identity.court()[0].enrolled, new_id(), new_key()
    opening = RecordingOpening(
        recording=name, device=identity.device, device_key=identity.signer.key,
        counter=spool.footage.next_counter(), officer=answer.officer.officer, operation=None,
        opened_wall_ms=now_ms(), opened_mono_ms=mono_ms(), boot=boot(), source=Source.GENERATED,
        app=APP, key_protection=PROTECTION,
        renditions=[RenditionInfo(Rendition.FULL, "avc1.42C015", sha256_hex(b""), 1000)],
        fragment_ms=200, gop_ms=1000, reason="simulated", former=[], challenge=None,
        wrapped_key=wrap_to_court(key, name, answer.ingest_public), ingest_key=answer.ingest_key,
    )  # fmt: skip
    envelope = sign_envelope(identity.signer, OPENING, opening)
    spool.footage.open(envelope, {Rendition.FULL: b""}, key)
    spool.footage.end(name, [])
    return name


def fill(identity: Identity, spool: Spool, gigabytes: int) -> None:
    """Keep rows of recordings and fragments that amount to so much."""
    left = gigabytes * _GB // FRAGMENT_BYTES
    while left > 0:
        name = open_recording(identity, spool)
        with spool.database.write() as db:
            db.execute(
                "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?)"
                " INSERT INTO fragments (recording, rendition, number, bytes, link)"
                " SELECT ?, 1, i, ?, zeroblob(32) FROM n",
                (min(left, _FRAGMENTS_A_RECORDING), name, FRAGMENT_BYTES),
            )
        left -= _FRAGMENTS_A_RECORDING


def append(identity: Identity, spool: Spool, count: int) -> list[int]:
    """Keep fragments at full speed; return the memory held after each fifth, in bytes."""
    name = open_recording(identity, spool)
    frame = os.urandom(_APPENDED_BYTES)
    memory: list[int] = []
    for number in range(count):
        spool.footage.append([(Key(name, Rendition.FULL, number), frame, bytes(32))], None)
        if (number + 1) % max(1, count // 5) == 0:
            pages = int(Path("/proc/self/statm").read_text().split()[1])
            memory.append(pages * os.sysconf("SC_PAGE_SIZE"))
    return memory


def main() -> int:
    """Do what the command line asks."""
    parser = argparse.ArgumentParser(prog="python -m field_app.spool.simulated")
    parser.add_argument("--data", type=Path, required=True)
    for name in ("records", "gigabytes", "fragments"):
        parser.add_argument(f"--{name}", type=int, default=0)
    read = parser.parse_args()
    identity = Identity(read.data / "device")
    spool = Spool(read.data, identity.storage_key, min_free_bytes=1)
    try:
        if read.records:
            queue_records(identity, spool, read.records)
        if read.gigabytes:
            fill(identity, spool, read.gigabytes)
        if read.fragments:
            sys.stdout.write(json.dumps(append(identity, spool, read.fragments)) + "\n")
    finally:
        spool.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
