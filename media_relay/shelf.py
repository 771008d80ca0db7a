"""Rows of the index about recordings and their parts, as the relay's own things."""

from __future__ import annotations

from collections.abc import Iterator
from sqlite3 import Connection
from typing import NamedTuple

import msgspec

from media_relay.chain import Link
from media_relay.entries import Facts, InPart
from media_relay.recordings import RecordingState, RenditionState
from schemas import ranges
from schemas.feed import ChainBroken, ConflictFound
from schemas.media.head import Head, decode_head
from schemas.media.opening import OPENING, RecordingOpening
from schemas.media.part import PartPreamble
from schemas.ranges import Range
from schemas.sign import Envelope, decode, decode_payload
from schemas.stream import ARCHIVED, ArchivedStatement

_RANGES = list[Range]


class Row(NamedTuple):
    """One fragment's row of `entries`."""

    rendition: int
    offset: int
    length: int
    link: Link
    fragment: Facts


def put_recording(connection: Connection, state: RecordingState) -> bool:
    """Write a recording's row; return whether it was new."""
    envelope = state.envelope
    cursor = connection.execute(
        "INSERT OR IGNORE INTO recordings"
        " (recording, device, opened_wall_ms, opening, alg, public, quarantined)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            state.id, state.device, state.opening.opened_wall_ms, msgspec.json.encode(envelope),
            envelope.alg, state.public, state.quarantined,
        ),
    )  # fmt: skip
    return cursor.rowcount == 1


def put_public(connection: Connection, recording: str, public: bytes) -> None:
    """Write the device's key of a recording."""
    connection.execute("UPDATE recordings SET public = ? WHERE recording = ?", (public, recording))


def put_rendition(
    connection: Connection, recording: str, rendition: int, init: bytes | None,
    archived: list[Range], signed: list[Range],
) -> None:  # fmt: skip
    """Write what a rendition has archived, which of it is signed, and its init segment."""
    connection.execute(
        "INSERT INTO renditions (recording, rendition, init, archived, signed)"
        " VALUES (?, ?, ?, ?, ?) ON CONFLICT (recording, rendition) DO UPDATE SET"
        " init = excluded.init, archived = excluded.archived, signed = excluded.signed",
        (
            recording, rendition, init,
            msgspec.json.encode(archived).decode(),
            msgspec.json.encode(signed).decode(),
        ),
    )  # fmt: skip


def put_entries(connection: Connection, recording: str, part: str, rows: list[Row]) -> None:
    """Write the fragments of a part; one that stands in a former part stays there."""
    connection.executemany(
        "INSERT OR IGNORE INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (
                recording, row.rendition, row.fragment.number, part, row.offset, row.length,
                row.link.previous, row.link.own, row.fragment.key_frame,
                row.fragment.media_start, row.fragment.media_duration, row.fragment.wall_ms,
                row.fragment.private,
            )
            for row in rows
        ),
    )  # fmt: skip


def put_part(
    connection: Connection, preamble: PartPreamble, sha256: str, size: int, statement: Envelope
) -> None:
    """Write a part that was read back, with the relay's statement about it."""
    connection.execute(
        "INSERT INTO parts (part, recording, sha256, bytes, serial, statement)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (
            preamble.part, preamble.recording, sha256, size, preamble.serial,
            msgspec.json.encode(statement),
        ),
    )  # fmt: skip


def put_tombstone(connection: Connection, statement: Envelope, order: str) -> None:
    """Write a part that was deleted by order into an index that does not know it.

    What it held stays archived by the relay's word: nobody is asked for it again.
    """
    said = decode_payload(statement, ARCHIVED, ArchivedStatement)
    cursor = connection.execute(
        "INSERT OR IGNORE INTO parts VALUES (?, ?, ?, ?, 0, ?, ?)",
        (
            said.part, said.recording, said.part_sha256, said.part_bytes,
            msgspec.json.encode(statement), order,
        ),
    )  # fmt: skip
    if cursor.rowcount != 1:
        return
    for held in said.fragments:
        row = connection.execute(
            "SELECT archived FROM renditions WHERE recording = ? AND rendition = ?",
            (said.recording, held.rendition),
        ).fetchone()
        archived = ranges.union(decode(row[0], _RANGES) if row else [], held.ranges)
        connection.execute(
            "INSERT INTO renditions VALUES (?, ?, NULL, ?, '[]')"
            " ON CONFLICT (recording, rendition) DO UPDATE SET archived = excluded.archived",
            (said.recording, held.rendition, msgspec.json.encode(archived).decode()),
        )


def put_head(connection: Connection, raw: bytes, head: Head) -> None:
    """Write a signed head."""
    connection.execute(
        "INSERT OR IGNORE INTO heads VALUES (?, ?, ?, ?, ?)",
        (head.recording, head.rendition, head.number, head.final, raw),
    )


def put_broken(connection: Connection, item: ChainBroken) -> bool:
    """Write that a fragment's link or head does not fit; return whether that is news."""
    cursor = connection.execute(
        "INSERT OR IGNORE INTO broken VALUES (?, ?, ?, ?)",
        (item.recording, item.rendition, item.number, item.code),
    )
    return cursor.rowcount == 1


def put_conflict(connection: Connection, item: ConflictFound) -> bool:
    """Write that other bytes came under a known number; return whether that is news."""
    cursor = connection.execute(
        "INSERT OR IGNORE INTO conflicts VALUES (?, ?, ?, ?)",
        (item.recording, item.rendition, item.number, item.other_sha256),
    )
    return cursor.rowcount == 1


def load_recording(connection: Connection, recording: str) -> RecordingState | None:
    """Return a recording as the index knows it, or None."""
    row = connection.execute(
        "SELECT opening, public, quarantined FROM recordings WHERE recording = ?", (recording,)
    ).fetchone()
    if row is None:
        return None
    envelope = decode(row[0], Envelope)
    opening = decode_payload(envelope, OPENING, RecordingOpening)
    state = RecordingState(opening, envelope, row[1], bool(row[2]))
    (state.serial,) = connection.execute(
        "SELECT coalesce(max(serial), 0) FROM parts WHERE recording = ?", (recording,)
    ).fetchone()
    for rendition, init, archived, signed in connection.execute(
        "SELECT rendition, init, archived, signed FROM renditions WHERE recording = ?",
        (recording,),
    ).fetchall():
        target = state.rendition(rendition)
        target.init = init
        target.archived = decode(archived, _RANGES)
        target.received = list(target.archived)
        target.told_unsigned = ranges.without(target.archived, decode(signed, _RANGES))
        _restore_chain(connection, recording, rendition, target, decode(signed, _RANGES))
    for rendition, number, final, raw in connection.execute(
        "SELECT rendition, number, final, raw FROM heads WHERE recording = ?", (recording,)
    ):
        state.rendition(rendition).heads_seen.add((number, bool(final)))
        if final:
            state.set_final(decode_head(raw))
    for target in state.renditions.values():
        target.forget()
    return state


def _restore_chain(
    connection: Connection, recording: str, rendition: int, target: RenditionState,
    signed: list[Range],
) -> None:  # fmt: skip
    edges = {}
    for number in {end for held in target.archived for end in held}:
        link = link_of(connection, recording, rendition, number)
        if link is not None:
            edges[number] = link
    broken = dict(
        connection.execute(
            "SELECT number, code FROM broken WHERE recording = ? AND rendition = ?",
            (recording, rendition),
        ).fetchall()
    )
    target.chain.restore(target.archived, signed, broken, edges)


def link_of(connection: Connection, recording: str, rendition: int, number: int) -> Link | None:
    """Return the link of an archived fragment, or None."""
    row = connection.execute(
        "SELECT previous, link FROM entries WHERE recording = ? AND rendition = ? AND number = ?",
        (recording, rendition, number),
    ).fetchone()
    return Link(*row) if row else None


def entries_of(
    connection: Connection, recording: str, rendition: int, first: int, last: int
) -> Iterator[InPart]:
    """Yield the archived fragments from `first` to `last`, ascending; deleted parts are out."""
    rows = connection.execute(
        "SELECT p.sha256, e.offset, e.length, e.number, e.key_frame, e.media_start,"
        " e.media_duration, e.wall_ms, e.private FROM entries e JOIN parts p ON p.part = e.part"
        " WHERE e.recording = ? AND e.rendition = ? AND e.number BETWEEN ? AND ?"
        " AND p.deleted_by IS NULL ORDER BY e.number",
        (recording, rendition, first, last),
    )
    for sha256, offset, length, number, key, start, duration, wall, private in rows:
        facts = Facts(number, bool(key), start, duration, wall, bool(private))
        yield InPart(sha256, offset, length, facts)


def facts_of(connection: Connection, recording: str, rendition: int) -> Iterator[Facts]:
    """Yield what playback needs of the archived fragments, ascending; deleted parts are out."""
    rows = connection.execute(
        "SELECT number, key_frame, media_start, media_duration, wall_ms, private FROM entries"
        " WHERE recording = ? AND rendition = ? AND part NOT IN"
        " (SELECT part FROM parts WHERE recording = ? AND deleted_by IS NOT NULL)"
        " ORDER BY number",
        (recording, rendition, recording),
    )
    for number, key, start, duration, wall, private in rows:
        yield Facts(number, bool(key), start, duration, wall, bool(private))


def statements_of(connection: Connection, recording: str) -> list[Envelope]:
    """Return the relay's signed statements about a recording's parts, in their order."""
    rows = connection.execute(
        "SELECT statement FROM parts WHERE recording = ? ORDER BY serial", (recording,)
    )
    return [decode(raw, Envelope) for (raw,) in rows]


def heads_of(connection: Connection, recording: str, rendition: int) -> list[bytes]:
    """Return the signed heads of a rendition, ascending by number."""
    rows = connection.execute(
        "SELECT raw FROM heads WHERE recording = ? AND rendition = ? ORDER BY number, final",
        (recording, rendition),
    )
    return [raw for (raw,) in rows]
