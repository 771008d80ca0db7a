"""The road of a fragment on the device: number, link, encryption, heads, recovery."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from field_app.audit import audit
from field_app.capture.recording import Circumstances, Kept, Recording, end_unfinished
from field_app.device.identity import Identity
from field_app.spool.footage import Key
from field_app.spool.spool import Spool
from field_app.sync.acks import Acks
from schemas.media.chain import Moment
from schemas.media.encrypt import decrypt_frame, unwrap_at_court
from schemas.media.fmp4 import Init, Piece
from schemas.media.fragment import Place, Rendition, check_digest, first_link, link, split_frame
from schemas.media.head import NO_FRAGMENT, check_head
from schemas.media.opening import Source, open_opening
from schemas.problems import MzError
from schemas.sign import Ed25519Signer, Envelope, sign_envelope
from schemas.stream import ARCHIVED, ArchivedStatement, Holdings, RenditionRanges
from schemas.time import now_ms
from tests.integration.field.court import Court

INIT = Init(b"ftypmoov", 1, 90_000, 960, 540, 48_000, "avc1.64001F,mp4a.40.2")
HERE = Place(231_000_000, 1_133_000_000, 1500)


class Told:
    """A live lane that remembers what it was told."""

    def __init__(self) -> None:
        self.fragments: list[Kept] = []
        self.heads: list[bytes] = []

    def wants(self, rendition: int) -> bool:
        """Want the full rendition alone."""
        return rendition == 1

    def fragment(self, kept: Kept) -> None:
        """Take a fragment."""
        self.fragments.append(kept)

    def head(self, recording: str, raw: bytes) -> None:
        """Take a head."""
        self.heads.append(raw)


def piece(number: int) -> Piece:
    return Piece(b"moofmdat" + bytes([number]) * 50, number * 18_000, 18_000, 5, number % 5 == 0)


def begin(identity: Identity, spool: Spool, told: Told, reason: str = "started") -> Recording:
    why = Circumstances(None, reason, Source.GENERATED, None)
    return Recording(identity, spool.footage, told, {Rendition.FULL: INIT}, why)


def record(
    identity: Identity, spool: Spool, count: int, *, end: bool = True
) -> tuple[Recording, Told]:
    told = Told()
    made = begin(identity, spool, told)
    for number in range(count):
        made.keep(piece(number), Moment(now_ms(), 1000 + number, HERE))
    if end:
        made.end()
    return made, told


def keep_many(made: Recording, count: int, moment: Moment) -> None:
    for _ in range(count):
        made.keep(piece(7), moment)


def statement(
    court: Court, recording: str, last: int, domains: list[str], required: int
) -> Envelope:
    said = ArchivedStatement(
        court.relay, recording, f"part-{last}", "ab" * 32, 10,
        [RenditionRanges(1, [(0, last)])], domains, required, now_ms(),
    )  # fmt: skip
    return sign_envelope(court.relay_key, ARCHIVED, said)


def test_numbers_links_and_digests_form_one_chain(identity: Identity, spool: Spool) -> None:
    made, told = record(identity, spool, 8)
    kept = spool.footage.recording(made.opening.recording)
    after = first_link(kept.envelope.payload, 1)
    for number, item in enumerate(told.fragments):
        header, payload = split_frame(item.frame)
        check_digest(header, payload)
        assert (header.number, header.previous, header.place) == (number, after, HERE)
        assert item.duration_ms == 200
        after = link(item.frame)
    final = check_head(told.heads[-1], identity.signer.public)
    assert (final.final, final.number, final.link) == (True, 7, after)


def test_the_opening_is_signed_and_wraps_the_key_for_the_court(
    identity: Identity, spool: Spool, court: Court
) -> None:
    made, told = record(identity, spool, 1)
    name = made.opening.recording
    opening = open_opening(spool.footage.recording(name).envelope, identity.signer.public)
    assert (opening.counter, opening.former, opening.device) == (1, [], identity.device)
    key = unwrap_at_court(opening.wrapped_key, name, court.ingest.private_bytes_raw())
    link_to_file = sqlite3.connect(spool_file(identity))
    body = link_to_file.execute("SELECT frame FROM bodies").fetchone()[0]
    assert decrypt_frame(key, name, 1, 0, body) == told.fragments[0].frame


def spool_file(identity: Identity) -> Path:
    return identity.folder.parent / "spool.db"


def test_the_file_tells_a_finder_nothing(identity: Identity, spool: Spool) -> None:
    record(identity, spool, 3)
    spool.outbox.put_exhibit(b"\xff\xd8 secret picture", "照片", now_ms())
    raw = spool_file(identity).read_bytes()
    wal = spool_file(identity).with_name("spool.db-wal")
    raw += wal.read_bytes() if wal.exists() else b""
    enrolled = identity.court()[0].enrolled
    for secret in (b"moofmdat", b"secret picture", enrolled.officer.officer.encode(), INIT.data):
        assert secret not in raw


def test_the_next_recording_names_the_former_head(identity: Identity, spool: Spool) -> None:
    first, told = record(identity, spool, 4)
    second, _ = record(identity, spool, 2)
    former = second.opening.former[0]
    assert second.opening.counter == 2
    assert former.recording == first.opening.recording
    assert (former.number, former.link) == (3, link(told.fragments[3].frame).hex())


def test_a_recording_without_fragments_ends_with_a_head_that_says_so(
    identity: Identity, spool: Spool
) -> None:
    _, told = record(identity, spool, 0)
    assert check_head(told.heads[0], identity.signer.public).number == NO_FRAGMENT
    second, _ = record(identity, spool, 1)
    assert second.opening.former[0].number == NO_FRAGMENT


def test_a_killed_recording_is_ended_over_what_the_spool_holds(
    identity: Identity, spool: Spool, tmp_path: Path
) -> None:
    made, told = record(identity, spool, 5, end=False)
    spool.close()
    again = Spool(tmp_path / "field", identity.storage_key, min_free_bytes=1)
    name = made.opening.recording
    assert end_unfinished(identity, again.footage) == [name]
    assert end_unfinished(identity, again.footage) == []
    head = check_head(again.footage.heads(name, 1)[-1], identity.signer.public)
    assert (head.final, head.number) == (True, 4)
    assert again.footage.frame(Key(name, 1, 2)) == told.fragments[2].frame
    again.close()
    assert audit(tmp_path / "field").ok


def test_received_is_counted_once_and_survives(
    identity: Identity, spool: Spool, tmp_path: Path
) -> None:
    made, _ = record(identity, spool, 6)
    name = made.opening.recording
    for ranges in ([(0, 2)], [(1, 3)], [(9, 12)]):
        spool.custody.mark_received(name, 1, ranges)
    assert spool.footage.tally.of(name).received == 4
    assert [key.number for key in spool.footage.waiting(name, 10)] == [4, 5]
    spool.close()
    again = Spool(tmp_path / "field", identity.storage_key)
    assert again.footage.tally.of(name).received == 4
    assert again.footage.tally.backlog()[0] == 2
    assert again.footage.tally.backlog()[1] == 2 * (152 + 58)
    again.close()


@pytest.mark.parametrize(
    ("domains", "required", "deletes"),
    [
        (["local"], 1, False),
        (["a", "b"], 1, False),
        (["a"], 2, False),
        (["a", "a"], 2, False),
        (["a", "b"], 2, True),
    ],
)
def test_only_enough_failure_domains_let_the_device_delete(
    domains: list[str], required: int, deletes: bool,
    identity: Identity, spool: Spool, court: Court, tmp_path: Path,
) -> None:  # fmt: skip
    made, _ = record(identity, spool, 6)
    name = made.opening.recording
    Acks(identity, spool).archived(statement(court, name, 3, domains, required))
    counts = spool.footage.tally.of(name)
    assert (counts.archived, counts.received) == (4, 4)
    assert counts.archived_to_ms is not None
    assert (spool.footage.frame(Key(name, 1, 0)) is None) is deletes
    assert spool.footage.frame(Key(name, 1, 4)) is not None
    spool.close()
    assert audit(tmp_path / "field").ok


def test_archived_by_a_stranger_changes_nothing(
    identity: Identity, spool: Spool, court: Court
) -> None:
    made, _ = record(identity, spool, 3)
    good = statement(court, made.opening.recording, 2, ["a", "b"], 2)
    stranger = Ed25519Signer.generate()
    forged = sign_envelope(stranger, ARCHIVED, good.payload)
    by_centre = sign_envelope(court.centre, ARCHIVED, good.payload)
    acks = Acks(identity, spool)
    for envelope, code in ((forged, "keys.unknown"), (by_centre, "keys.wrong_use")):
        with pytest.raises(MzError) as caught:
            acks.archived(envelope)
        assert caught.value.code == code
    assert spool.footage.tally.of(made.opening.recording).archived == 0


def test_the_end_is_known_with_the_final_head_of_the_last_rendition(
    identity: Identity, spool: Spool
) -> None:
    why = Circumstances(None, "started", Source.GENERATED, None)
    sound = Init(b"ftypmoov sound", 1, 48_000, 0, 0, 48_000, "mp4a.40.2")
    inits = {Rendition.FULL: INIT, Rendition.SOUND: sound}
    made = Recording(identity, spool.footage, Told(), inits, why)
    made.keep(piece(0), Moment(now_ms(), 1000, HERE))
    made.keep(piece(0), Moment(now_ms(), 1000, HERE), Rendition.SOUND)
    made.end()
    name, acks = made.opening.recording, Acks(identity, spool)
    acks.apply(Holdings(name, 3, True, True, [(0, 0)], [], final=True))
    assert not spool.footage.recording(name).end_known
    acks.apply(Holdings(name, 1, True, True, [(0, 0)], [], final=False))
    assert not spool.footage.recording(name).end_known
    acks.apply(Holdings(name, 1, True, True, [(0, 0)], [], final=True))
    assert spool.footage.recording(name).end_known


def test_the_audit_finds_a_changed_byte(identity: Identity, spool: Spool, tmp_path: Path) -> None:
    record(identity, spool, 5)
    spool.close()
    assert audit(tmp_path / "field").ok
    with sqlite3.connect(spool_file(identity)) as db:
        body = bytearray(db.execute("SELECT frame FROM bodies WHERE id = 2").fetchone()[0])
        body[100] ^= 1
        db.execute("UPDATE bodies SET frame = ? WHERE id = 2", (bytes(body),))
    found = audit(tmp_path / "field")
    assert not found.ok
    assert "encrypt.cannot_open" in found.findings[0]


def test_the_audit_finds_a_lost_fragment(identity: Identity, spool: Spool, tmp_path: Path) -> None:
    made, _ = record(identity, spool, 5)
    spool.close()
    with sqlite3.connect(spool_file(identity)) as db:
        db.execute("DELETE FROM bodies WHERE id = 3")
        db.execute("DELETE FROM fragments WHERE id = 3")
    found = audit(tmp_path / "field")
    assert f"fragment {made.opening.recording}/2: missing" in found.findings


def test_a_full_disk_uses_up_no_number(identity: Identity, spool: Spool, tmp_path: Path) -> None:
    made, told = record(identity, spool, 2, end=False)
    moment = Moment(now_ms(), 1, None)
    with spool.database.write() as db:
        (pages,) = db.execute("PRAGMA page_count").fetchone()
        db.execute(f"PRAGMA max_page_count = {pages + 3}")
    with pytest.raises(MzError) as caught:
        keep_many(made, 200, moment)
    assert caught.value.code == "spool.disk_full"
    with spool.database.write() as db:
        db.execute("PRAGMA max_page_count = 1000000")
    kept = spool.footage.tally.of(made.opening.recording).recorded
    made.keep(piece(8), moment)
    made.end()
    assert told.fragments[-1].key.number == kept
    spool.close()
    assert audit(tmp_path / "field").ok


def test_other_keys_open_nothing(identity: Identity, spool: Spool, tmp_path: Path) -> None:
    made, _ = record(identity, spool, 1)
    spool.close()
    stranger = Spool(tmp_path / "field", bytes(32))
    with pytest.raises(MzError) as caught:
        stranger.footage.recording(made.opening.recording)
    assert caught.value.code == "spool.cannot_open"
    stranger.close()
