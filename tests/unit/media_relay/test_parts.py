"""Reading a part back: all of it is checked, and any changed byte is refused."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import BinaryIO, cast

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from media_relay.entries import Facts
from media_relay.parts import read_back, spans_of
from media_relay.vault import LocalVault, Shelf
from schemas.feed import SpanHeld
from schemas.ids import NO_ID, new_id
from schemas.media.fragment import Header, Rendition, link, make_frame
from schemas.media.head import Head, sign_head
from schemas.media.opening import init_frame
from schemas.media.part import Entry, PartPreamble, PartWriter
from schemas.problems import MzError
from schemas.sign import Ed25519Signer
from tests.unit.media_relay.openings import make_state

SIGNER = Ed25519Signer.generate()
STATE = make_state(SIGNER)


def frames() -> list[bytes]:
    out, previous = [], STATE.renditions[1].chain._first
    for number in range(3):
        payload = b"payload %d" % number
        header = Header(
            Rendition.FULL, STATE.id, NO_ID, number, number, 1, 0, 0, len(payload),
            hashlib.sha256(payload).digest(), previous,
        )  # fmt: skip
        out.append(make_frame(header, payload))
        previous = link(out[-1])
    return out


FRAMES = frames()
HEAD = sign_head(Head(Rendition.FULL, STATE.id, 2, link(FRAMES[2]), 0, 0, final=True), SIGNER)


def store(vault: LocalVault) -> str:
    half = vault.begin()
    writer = PartWriter(cast(BinaryIO, half), PartPreamble(new_id(), STATE.id, "relay-1", 1, 0))
    writer.add(Entry.OPENING, msgspec.json.encode(STATE.envelope))
    writer.add(Entry.INIT, init_frame(STATE.id, 1, b"init"))
    for frame in FRAMES:
        writer.add(Entry.FRAGMENT, frame)
    writer.add(Entry.HEAD, HEAD)
    sha256 = writer.close()
    assert vault.store(Shelf.PARTS, half) == sha256
    return sha256


def test_what_was_written_is_read_back_with_its_places(tmp_path: Path) -> None:
    vault = LocalVault(tmp_path)
    read = read_back(vault, store(vault))
    assert read.opening == STATE.envelope
    assert read.heads == [HEAD]
    assert [row.fragment.number for row in read.rows] == [0, 1, 2]
    assert [row.link.own for row in read.rows] == [link(frame) for frame in FRAMES]
    with vault.open(Shelf.PARTS, read.sha256) as file:
        for row, frame in zip(read.rows, FRAMES, strict=True):
            file.seek(row.offset)
            assert file.read(row.length) == frame


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_any_changed_byte_is_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("vault")
    vault = LocalVault(folder)
    sha256 = store(vault)
    (path,) = folder.rglob("*.mzp")
    raw = bytearray(path.read_bytes())
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= data.draw(st.integers(1, 255))
    path.chmod(0o600)
    path.write_bytes(raw)
    with pytest.raises(MzError):
        read_back(vault, sha256)


@pytest.mark.parametrize("change", [b"", b"more"])
def test_a_part_that_is_cut_or_longer_is_refused(tmp_path: Path, change: bytes) -> None:
    vault = LocalVault(tmp_path)
    sha256 = store(vault)
    (path,) = tmp_path.rglob("*.mzp")
    raw = path.read_bytes()
    path.chmod(0o600)
    path.write_bytes(raw + change if change else raw[:-1])
    with pytest.raises(MzError, match=r"part\."):
        read_back(vault, sha256)


def test_spans_are_runs_with_the_clocks_of_their_ends() -> None:
    facts = [Facts(n, False, 0, 500, 1000 + n * 500) for n in (0, 1, 4)]
    assert spans_of(facts, 1000) == [SpanHeld(0, 1, 1000, 2000), SpanHeld(4, 4, 3000, 3500)]


def test_u1_small_that_was_chosen_again_later_is_a_run_of_its_own() -> None:
    """Small and sound are numbered when they are chosen: neighbours may be minutes apart."""
    facts = [Facts(n, False, n * 500, 500, 1000 + n * 500) for n in range(2)]
    facts += [Facts(n, False, 60_000 + n * 500, 500, 61_000 + n * 500) for n in (2, 3)]
    assert spans_of(facts, 1000) == [SpanHeld(0, 1, 1000, 2000), SpanHeld(2, 3, 62_000, 63_000)]
