"""`python -m media_relay.audit --settings FILE --json`: log, parts and index compared.

It reads only, while the relay runs or is stopped. Steps:
1. every part in the index is in the vault, reads back whole and hashes to its name, and its
   signed statement and its rows say what it holds;
2. every file in the vault is in the index, or waits for the next start to adopt it, because the
   process died before the row was written; no file is unexplained;
3. every segment of the log is whole (the last one may end in a record being written);
4. every fragment that the feed called received is in the log or in a part;
5. every copy that was read back in another failure domain still stands there (`audit_copies`).

What moves while the relay works is looked at again before it is called a finding.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from sqlite3 import Connection

import msgspec

from media_relay import segment
from media_relay.audit_copies import audit_copies, domains_to_audit
from media_relay.feed import items_after
from media_relay.index import connect
from media_relay.parts import PartRead, read_back
from media_relay.segment import Record
from media_relay.settings import Settings, load_settings
from media_relay.trust import Trust, load_trust
from media_relay.vault import LocalVault, Shelf, digest_of
from schemas import ranges
from schemas.feed import FragmentsReceived
from schemas.keys import Use
from schemas.media.fragment import decode_header
from schemas.problems import Kind, MzError
from schemas.ranges import Range
from schemas.sign import Envelope, decode, decode_payload
from schemas.stream import ARCHIVED, ArchivedStatement

Key = tuple[str, int]
LOOKS = 4
PAUSE_S = 0.5


class Finding(msgspec.Struct, frozen=True):
    """A difference that nothing explains: what, and where."""

    code: str
    subject: str
    detail: str = ""


class Report(msgspec.Struct, frozen=True):
    """The outcome of an audit."""

    ok: bool
    findings: list[Finding]
    counts: dict[str, int]


@dataclass
class _Seen:
    """What one look found."""

    findings: list[Finding] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def find(self, code: str, subject: str, detail: str = "") -> None:
        self.findings.append(Finding(code, subject, detail))


class Audit:
    """One audit of a relay's folder. Parts that read back well are read once."""

    def __init__(self, settings: Settings, trust: Trust) -> None:
        self._data, self._trust = settings.data, trust
        self._vault = LocalVault(settings.vault, read_only=True)
        self._domains = domains_to_audit(settings, self._vault)
        self._good: dict[str, PartRead] = {}

    def run(self) -> Report:
        """Look until nothing is found, or until the same findings stood in every look."""
        stood: set[Finding] | None = None
        for look in range(LOOKS):
            if look:
                time.sleep(PAUSE_S)
            seen = self._look()
            found = set(seen.findings)
            stood = found if stood is None else stood & found
            if not stood:
                return Report(True, [], seen.counts)
        left = sorted(stood or (), key=lambda one: (one.code, one.subject))
        return Report(False, left, seen.counts)

    def _look(self) -> _Seen:
        """Read feed, log, index and vault in the order in which things move through them."""
        seen = _Seen()
        path = self._data / "index.db"
        if not path.exists():
            if any(self._vault.names(Shelf.PARTS)) or segment.segments(self._data / "log"):
                seen.find("index.missing", path.name)
            return seen  # a relay that never ran holds nothing
        connection = connect(path, read_only=True)
        try:
            told = _told(connection)
            logged = self._log(seen)
            self._parts(seen, connection, logged)
            self._exhibits(seen, connection)
            self._received(seen, connection, told, logged)
            seen.counts.update(audit_copies(self._domains, connection, seen.find))
        finally:
            connection.close()
        self._strangers(seen)
        return seen

    def _log(self, seen: _Seen) -> dict[Key, list[int]]:
        """Return the fragment numbers in the log."""
        held: dict[Key, list[int]] = {}
        folder = self._data / "log"
        numbers = segment.segments(folder)
        for number in numbers:
            path = segment.segment_path(folder, number)
            try:
                with segment.SegmentReader(folder, number) as reader:
                    for logged in reader:
                        if logged.kind is Record.FRAGMENT:
                            header = decode_header(logged.data)
                            key = header.recording, int(header.rendition)
                            held.setdefault(key, []).append(header.number)
                    if number != numbers[-1] and reader.torn():
                        seen.find("log.damaged", path.name, f"at {reader.end}")
            except MzError as error:
                if error.code == "log.released":
                    continue  # trimmed while we looked: its fragments stand in parts by now
                seen.find(error.code, path.name, error.detail)
        seen.counts["log_segments"] = len(numbers)
        seen.counts["log_fragments"] = sum(len(of) for of in held.values())
        return held

    def _parts(self, seen: _Seen, connection: Connection, logged: dict[Key, list[int]]) -> None:
        rows = connection.execute(
            "SELECT part, recording, sha256, statement FROM parts WHERE deleted_by IS NULL"
        ).fetchall()
        for part, recording, sha256, statement in rows:
            try:
                if sha256 not in self._good:
                    self._good[sha256] = read_back(self._vault, sha256)
                self._statement(self._good[sha256], decode(statement, Envelope))
            except MzError as error:
                seen.find(error.code, f"part {sha256}", error.detail)
                continue
            self._rows(seen, connection, part, recording, self._good[sha256])
        known = {sha256 for _, _, sha256, _ in rows}
        self._unadopted(seen, known, logged)
        seen.counts["parts"] = len(rows)
        seen.counts["part_fragments"] = connection.execute(
            "SELECT count(*) FROM entries"
        ).fetchone()[0]

    def _unadopted(self, seen: _Seen, known: set[str], logged: dict[Key, list[int]]) -> None:
        """Look at parts without a row: a process that died between a part and its row explains
        them, as long as the log still holds every fragment; the next start adopts them."""
        seen.counts["parts_to_adopt"] = 0
        for name in self._vault.names(Shelf.PARTS):
            if name in known:
                continue
            try:
                read = read_back(self._vault, name)
            except MzError as error:
                seen.find(error.code, f"part {name}", error.detail)
                continue
            recording = read.preamble.recording
            held = {
                (rendition, number)
                for (id_, rendition), numbers in logged.items()
                for number in numbers
                if id_ == recording
            }
            if all((row.rendition, row.fragment.number) in held for row in read.rows):
                seen.counts["parts_to_adopt"] += 1
            else:
                seen.find("part.not_indexed", name)

    def _statement(self, read: PartRead, envelope: Envelope) -> None:
        said = decode_payload(envelope, ARCHIVED, ArchivedStatement)
        self._trust.ring.check(envelope, Use.RELAY, said.at_ms)
        held: dict[int, list[int]] = {}
        for row in read.rows:
            held.setdefault(row.rendition, []).append(row.fragment.number)
        numbers = {rendition: ranges.of(of) for rendition, of in held.items()}
        stated = {item.rendition: item.ranges for item in said.fragments}
        if (said.part_sha256, said.part_bytes, stated) != (read.sha256, read.size, numbers):
            raise MzError("part.misstated", Kind.CONFLICT, said.part)

    @staticmethod
    def _rows(
        seen: _Seen, connection: Connection, part: str, recording: str, read: PartRead
    ) -> None:
        """Compare the index's rows of a part with what the part holds."""
        rows = connection.execute(
            "SELECT rendition, number, offset, length, link FROM entries"
            " WHERE recording = ? AND part = ?",
            (recording, part),
        ).fetchall()
        held = {
            (row.rendition, row.fragment.number, row.offset, row.length, row.link.own)
            for row in read.rows
        }
        for row in rows:
            if tuple(row) not in held:
                seen.find("entry.wrong", f"{recording}/{row[0]} #{row[1]}")

    def _exhibits(self, seen: _Seen, connection: Connection) -> None:
        known = {sha256 for (sha256,) in connection.execute("SELECT sha256 FROM exhibits")}
        stored = set(self._vault.names(Shelf.EXHIBITS))
        for name in known - stored:
            seen.find("exhibit.missing", name)
        seen.counts["exhibits_to_claim"] = len(stored - known)
        for name in stored:
            with self._vault.open(Shelf.EXHIBITS, name) as file:
                if digest_of(file) != name:
                    seen.find("exhibit.wrong_digest", name)
        seen.counts["exhibits"] = len(known)

    @staticmethod
    def _received(
        seen: _Seen, connection: Connection, told: dict[Key, list[Range]],
        logged: dict[Key, list[int]],
    ) -> None:  # fmt: skip
        """Look for every fragment that was called received, in the log or in a part."""
        for key, numbers in told.items():
            archived = connection.execute(
                "SELECT number FROM entries WHERE recording = ? AND rendition = ?", key
            )
            held = ranges.of([*logged.get(key, ()), *(number for (number,) in archived)])
            for low, high in numbers:
                for gap in ranges.missing(held, low, high):
                    seen.find("fragment.lost", f"{key[0]}/{key[1]}", f"{gap[0]}-{gap[1]}")
        seen.counts["received"] = sum(ranges.count(of) for of in told.values())

    def _strangers(self, seen: _Seen) -> None:
        for name in self._vault.strangers():
            seen.find("vault.stranger", name)
        aside = self._data / "aside"
        files = [path.name for path in aside.iterdir()] if aside.is_dir() else []
        for name in files:
            if not name.endswith((".mzf", ".bin", ".half")):
                seen.find("aside.stranger", name)
        seen.counts["aside"] = len(files)


def _told(connection: Connection) -> dict[Key, list[Range]]:
    """Return what the feed called received."""
    told: dict[Key, list[Range]] = {}
    after = 0
    while items := items_after(connection, after, 1000):
        after = items[-1].seq
        for item in items:
            if isinstance(item, FragmentsReceived):
                key = item.recording, item.rendition
                told[key] = ranges.union(told.get(key, []), item.ranges)
    return told


def audit(settings: Settings) -> Report:
    """Audit a relay's folder; `keys.*` if it has no keys."""
    return Audit(settings, load_trust(settings.data / "keys")).run()


def main(arguments: list[str] | None = None) -> int:
    """Print the report; return 0 if nothing was found, 1 otherwise, 2 if it could not look."""
    parser = argparse.ArgumentParser(prog="media_relay.audit", description=__doc__)
    parser.add_argument("--settings", type=Path, required=True, help="TOML file")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    options = parser.parse_args(arguments)
    try:
        report = audit(load_settings(options.settings))
    except MzError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    if options.json:
        sys.stdout.write(msgspec.json.encode(report).decode() + "\n")
    else:
        for one in report.findings:
            sys.stdout.write(f"{one.code} {one.subject} {one.detail}\n")
        sys.stdout.write(("ok" if report.ok else "NOT OK") + f" {report.counts}\n")
    return 0 if report.ok else 1


if __name__ == "__main__":
    sys.exit(main())
