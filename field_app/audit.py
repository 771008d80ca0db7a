"""Reconcile the spool with itself: `python -m field_app.audit --data DIR [--json]`.

Every recording must decrypt, hash and link from its opening to its last fragment, carry heads
that its own key signed, and every archived fragment a relay's statement that covers it. What is
merely on its way is counted, not a finding. Exit code 1 when there are findings.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import msgspec

from field_app.device.identity import Identity
from field_app.local_api.outbox import OutboxState
from field_app.spool.footage import Footage, KeptRecording, Key
from field_app.spool.spool import Spool
from schemas import ranges
from schemas.media.fragment import check_digest, first_link, link, split_frame
from schemas.media.head import NO_FRAGMENT, check_head
from schemas.media.opening import check_init, open_opening
from schemas.problems import MzError
from schemas.ranges import Range
from schemas.sign import decode_payload
from schemas.stream import ARCHIVED, ArchivedStatement

_ALL = 1_000_000


class Report(msgspec.Struct, frozen=True):
    """The outcome: findings are sentences that name ids."""

    ok: bool
    findings: list[str]
    counts: dict[str, int]


class Audit:
    """Walks one spool and collects findings."""

    def __init__(self, identity: Identity, spool: Spool) -> None:
        self._identity, self._spool = identity, spool
        self._findings: list[str] = []
        self._counts: Counter[str] = Counter()

    def run(self) -> Report:
        """Check everything."""
        footage = self._spool.footage
        former: tuple[int, str] | None = None
        for name in footage.names():
            try:
                kept = footage.recording(name)
                self._check_opening(kept, former)
                former = kept.opening.counter, name
                for info in kept.opening.renditions:
                    self._check_rendition(footage, kept, info.rendition)
            except MzError as error:
                self._findings.append(f"recording {name}: {error}")
        self._check_outbox()
        return Report(not self._findings, self._findings, dict(sorted(self._counts.items())))

    def _check_opening(self, kept: KeptRecording, former: tuple[int, str] | None) -> None:
        open_opening(kept.envelope, self._identity.signer.public)
        self._counts["recordings"] += 1
        self._counts["unfinished"] += not kept.ended
        if kept.opening.counter != (former[0] + 1 if former else 1):
            self._findings.append(f"recording {kept.recording}: counter {kept.opening.counter}")
        if former and {head.recording for head in kept.opening.former} != {former[1]}:
            self._findings.append(f"recording {kept.recording}: does not name {former[1]}")

    def _check_rendition(self, footage: Footage, kept: KeptRecording, rendition: int) -> None:
        name = kept.recording
        check_init(kept.opening, rendition, footage.init(name, rendition))
        links = list(self._walk(footage, kept, rendition))
        self._check_heads(footage, kept, rendition, links)
        covered = self._covered(footage, name, rendition)
        for number, _, _, archived in footage.numbers(name, rendition):
            if archived and not ranges.holds(covered, number):
                self._findings.append(f"fragment {name}/{number}: archived without a statement")

    def _walk(self, footage: Footage, kept: KeptRecording, rendition: int) -> Iterator[bytes]:
        """Yield the link before fragment 0, then after each fragment."""
        name, after = kept.recording, first_link(kept.envelope.payload, rendition)
        yield after
        for number, (stored, noted, received, archived) in enumerate(
            footage.numbers(name, rendition)
        ):
            self._counts["fragments"] += 1
            self._counts["received"] += received
            self._counts["archived"] += archived
            if stored != number:
                self._findings.append(f"fragment {name}/{number}: missing")
                return
            frame = footage.frame(Key(name, rendition, number))
            if frame is None:
                self._counts["deleted"] += 1
                if not archived:
                    self._findings.append(f"fragment {name}/{number}: gone, yet not archived")
            else:
                header, payload = split_frame(frame)
                check_digest(header, payload)
                if header.previous != after or header.number != number or link(frame) != noted:
                    self._findings.append(f"fragment {name}/{number}: does not fit its chain")
            after = noted
            yield after

    def _check_heads(
        self, footage: Footage, kept: KeptRecording, rendition: int, links: list[bytes]
    ) -> None:
        final = False
        for raw in footage.all_heads(kept.recording, rendition):
            head = check_head(raw, self._identity.signer.public)
            at = 0 if head.number == NO_FRAGMENT else head.number + 1
            self._counts["heads"] += 1
            if at >= len(links) or links[at] != head.link:
                self._findings.append(f"head {kept.recording}/{head.number}: does not fit")
            final = final or head.final
        if kept.ended and not final:
            self._findings.append(f"recording {kept.recording}: ended without a final head")

    def _covered(self, footage: Footage, recording: str, rendition: int) -> list[Range]:
        """Return what signed statements of the court's relays cover."""
        ring = self._identity.court()[1]
        covered: list[Range] = []
        for envelope in footage.statements(recording):
            envelope.check(ring.certificate(envelope.key).public)
            statement = decode_payload(envelope, ARCHIVED, ArchivedStatement)
            for one in statement.fragments:
                if one.rendition == rendition:
                    covered = ranges.union(covered, one.ranges)
        return covered

    def _check_outbox(self) -> None:
        for item in self._spool.outbox.items(limit=_ALL):
            self._counts[f"outbox_{item.state}"] += 1
            if item.state is OutboxState.FAILED:
                self._findings.append(f"outbox {item.item}: refused with {item.problem}")


def audit(data: Path) -> Report:
    """Return the report on a data folder; `spool.not_found` is a finding of its own."""
    if not (data / "spool.db").exists():
        return Report(False, ["spool.not_found: no spool in this folder"], {})
    identity = Identity(data / "device")
    spool = Spool(data, identity.storage_key)
    try:
        with spool.snapshot():
            return Audit(identity, spool).run()
    finally:
        spool.close()


def main() -> int:
    """Print the report; return 1 when there are findings."""
    parser = argparse.ArgumentParser(prog="python -m field_app.audit", description="核对本机暂存")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--json", action="store_true")
    read = parser.parse_args()
    report = audit(read.data.resolve())
    if read.json:
        sys.stdout.write(msgspec.json.encode(report).decode() + "\n")
    else:
        lines = [f"{name}: {count}" for name, count in report.counts.items()]
        sys.stdout.write("\n".join([*lines, *report.findings]) + "\n")
    return 0 if report.ok else 1


if __name__ == "__main__":
    sys.exit(main())
