"""Framing: any cut of the byte stream gives the same boxes, and bad bytes a coded error."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.media.fmp4 import (
    BoxReader,
    Init,
    Piece,
    first_time,
    moved_back,
    read_init,
    read_piece,
)
from schemas.problems import MzError

INIT = Init(b"", 1, 90_000, 960, 540, 48_000, "avc1.64001F,mp4a.40.2")


def box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(body), kind) + body


def full(kind: bytes, flags: int, body: bytes, version: int = 0) -> bytes:
    return box(kind, struct.pack(">I", version << 24 | flags) + body)


def moof(track: int, start: int, durations: list[int], first_flags: int) -> bytes:
    tfhd = full(b"tfhd", 0x20020, struct.pack(">II", track, 0x01010000))
    tfdt = full(b"tfdt", 0, struct.pack(">Q", start), version=1)
    rows = b"".join(struct.pack(">II", duration, 100) for duration in durations)
    head = struct.pack(">III", len(durations), 0, first_flags)
    trun = full(b"trun", 0x305, head + rows)
    return box(b"moof", full(b"mfhd", 0, b"\0\0\0\1") + box(b"traf", tfhd + tfdt + trun))


@given(
    bodies=st.lists(st.binary(max_size=200), min_size=1, max_size=8),
    cuts=st.lists(st.integers(1, 50), min_size=1, max_size=40),
)
def test_any_cut_gives_the_same_boxes(bodies: list[bytes], cuts: list[int]) -> None:
    whole = [box(b"mdat", body) for body in bodies]
    stream, reader, at = b"".join(whole), BoxReader(), 0
    found: list[bytes] = []
    while at < len(stream):
        step = cuts[len(found) % len(cuts)]
        found += [made for _, made in reader.push(stream[at : at + step])]
        at += step
    assert found == whole
    assert reader.rest() == 0


@given(size=st.integers(0, 7))
def test_a_box_smaller_than_its_header_is_refused(size: int) -> None:
    with pytest.raises(MzError) as caught:
        list(BoxReader().push(struct.pack(">I4s", size, b"mdat")))
    assert caught.value.code == "fmp4.malformed"


def test_a_run_of_samples_that_take_no_bytes_is_bounded() -> None:
    """Its count alone, four thousand million, kept the reader busy for minutes."""
    trun = full(b"trun", 0, struct.pack(">I", 0xFFFFFFFF))
    whole = moof(1, 0, [1], 0)
    tracks = whole[whole.index(b"tfhd") - 4 : whole.index(b"trun") - 4]
    with pytest.raises(MzError) as caught:
        read_piece(INIT, box(b"moof", box(b"traf", tracks + trun)), b"", 0)
    assert caught.value.code == "fmp4.malformed"


@pytest.mark.parametrize("entry", [b"", box(b"avc1", b"")])
def test_an_init_segment_without_a_whole_entry_is_refused(entry: bytes) -> None:
    """It ended in a StopIteration or a struct.error."""
    stsd = box(b"stsd", bytes(8) + entry)
    mdia = box(b"mdia", box(b"mdhd", bytes(24)) + box(b"minf", box(b"stbl", stsd)))
    with pytest.raises(MzError) as caught:
        read_init(box(b"moov", box(b"trak", box(b"tkhd", bytes(24)) + mdia)))
    assert caught.value.code == "fmp4.malformed"


def test_an_oversized_box_is_refused_before_it_is_read() -> None:
    with pytest.raises(MzError) as caught:
        list(BoxReader().push(struct.pack(">I4s", 0x7FFFFFFF, b"mdat")))
    assert caught.value.code == "fmp4.malformed"


@given(
    start=st.integers(0, 2**40),
    durations=st.lists(st.integers(1, 90_000), min_size=1, max_size=30),
    key=st.booleans(),
)
def test_times_and_key_frame_come_from_the_video_run(
    start: int, durations: list[int], key: bool
) -> None:
    flags = 0x02000000 if key else 0x01010000
    piece = read_piece(INIT, moof(1, start, durations, flags), box(b"mdat", b"x"), 7)
    assert (piece.media_start, piece.media_duration) == (start, sum(durations))
    assert (piece.frames, piece.key_frame) == (len(durations), key)
    assert piece.data.endswith(b"x")


def test_a_piece_of_sound_alone_begins_where_the_pictures_ended() -> None:
    piece = read_piece(INIT, moof(2, 5, [1024], 0x02000000), box(b"mdat", b"x"), 4321)
    assert (piece.media_start, piece.media_duration, piece.frames) == (4321, 0, 0)
    assert not piece.key_frame


def with_sound(video_start: int, sound_start: int) -> Piece:
    """Return a piece of both tracks; the sound's times count in 48,000 a second."""
    sound = moof(2, sound_start, [1024], 0x02000000)[24:]  # its traf alone
    return read_piece(
        INIT, box(b"moof", moof(1, video_start, [18_000], 0)[8:] + sound), box(b"mdat", b"x"), 0
    )


@given(
    second=st.integers(0, 100_000),
    sound_ahead=st.integers(-4_000, 4_000),
    later=st.integers(0, 999),
)
def test_a_moved_recording_begins_at_zero_and_keeps_its_tracks_together(
    second: int, sound_ahead: int, later: int
) -> None:
    first = with_sound(second * 90_000, max(0, second * 48_000 + sound_ahead))
    by = first_time(INIT, first)
    following = with_sound((second + later) * 90_000, (second + later) * 48_000)
    for piece in (first, following):
        moved = moved_back(INIT, piece, by)
        assert moved.media_start == piece.media_start - by
        assert moved.data[-9:] == piece.data[-9:]
        assert len(moved.data) == len(piece.data)
        again = read_piece(INIT, moved.data[:-9], moved.data[-9:], 0)
        assert again == moved
        assert abs(first_time(INIT, moved) - (first_time(INIT, piece) - by)) <= 2
    assert first_time(INIT, moved_back(INIT, first, by)) <= 1


def test_a_piece_from_before_the_beginning_is_refused() -> None:
    with pytest.raises(MzError) as caught:
        moved_back(INIT, with_sound(90_000, 48_000), 90_001)
    assert caught.value.code == "fmp4.malformed"


@given(data=st.binary(max_size=120))
def test_rubbish_is_no_init_segment(data: bytes) -> None:
    with pytest.raises(MzError) as caught:
        read_init(box(b"moov", data))
    assert caught.value.code == "fmp4.malformed"
