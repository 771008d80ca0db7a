"""A film made of fragments is the one that ffmpeg makes of them: every packet, at its time."""

from __future__ import annotations

import contextlib
import functools
import io
import subprocess
import tempfile
from pathlib import Path

import av
import imageio_ffmpeg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media_relay.progressive import Progressive
from schemas.media.fmp4 import FragmentStream, Init, Piece
from schemas.problems import MzError

SECONDS = 4


@functools.cache
def source(*encoder: str) -> tuple[bytes, tuple[bytes, ...]]:
    """Return init segment and fragments of 200 ms of a test picture with a tone."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "film.mp4"
        subprocess.run(
            [
                imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-f", "lavfi", "-i",
                "testsrc=size=320x180:rate=25", "-f", "lavfi", "-i",
                "sine=frequency=440:sample_rate=48000", "-t", str(SECONDS), "-c:v", *encoder,
                "-pix_fmt", "yuv420p", "-g", "25", "-c:a", "aac", "-movflags",
                "+empty_moov+default_base_moof+delay_moov", "-frag_duration", "200000",
                "-f", "mp4", str(path),
            ],
            check=True,
        )  # fmt: skip
        data = path.read_bytes()
    found: list[Init | Piece] = list(FragmentStream().push(data))
    init, pieces = found[0], found[1:]
    assert isinstance(init, Init)
    return init.data, tuple(piece.data for piece in pieces)


LIVE = ("libx264", "-preset", "ultrafast", "-tune", "zerolatency")
REORDERED = ("libx264", "-preset", "veryfast", "-bf", "2")
HEVC = ("libx265", "-preset", "ultrafast", "-x265-params", "log-level=error:bframes=2")


def film_of(init: bytes, pieces: list[bytes], fragments: int = 1000) -> bytes:
    with tempfile.TemporaryFile() as out:
        film = Progressive(init, out, fragments)
        for piece in pieces:
            film.add(piece)
        film.finish()
        out.seek(0)
        return out.read()


def copied(init: bytes, pieces: list[bytes]) -> bytes:
    """Return what ffmpeg makes of the same bytes."""
    with tempfile.NamedTemporaryFile(suffix=".mp4") as out:
        subprocess.run(
            [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y", "-f", "mp4", "-i", "pipe:0",
             "-map", "0", "-c", "copy", "-f", "mp4", out.name],
            input=init + b"".join(pieces), check=True,
        )  # fmt: skip
        return Path(out.name).read_bytes()


Packets = list[tuple[int, int, bool, bytes]]


def packets(data: bytes) -> dict[str, Packets]:
    """Return by track what every packet holds, when it is decoded and shown, ms."""
    found: dict[str, Packets] = {"video": [], "audio": []}
    with av.open(io.BytesIO(data)) as film:
        for one in film.demux():
            if one.size:
                assert one.time_base is not None
                when = [round(float((at or 0) * one.time_base) * 1000) for at in (one.dts, one.pts)]
                found[one.stream.type].append((when[0], when[1], one.is_keyframe, bytes(one)))
    return found


def lengths(data: bytes) -> list[int]:
    """Return the length of the film and its tracks, ms."""
    with av.open(io.BytesIO(data)) as film:
        tracks = [float(one.duration * one.time_base) for one in film.streams]
        return [round(at * 1000) for at in (film.duration / 1_000_000, *tracks)]


@pytest.mark.parametrize("encoder", [LIVE, REORDERED, HEVC], ids=["live", "reordered", "hevc"])
def test_s07_a_film_has_every_packet_at_the_time_that_ffmpeg_gives_it(
    encoder: tuple[str, ...],
) -> None:
    init, pieces = source(*encoder)
    ours, theirs = (make(init, list(pieces)) for make in (film_of, copied))
    assert packets(ours) == packets(theirs)
    assert lengths(ours) == pytest.approx(lengths(theirs), abs=2)
    assert ours.index(b"moov") < ours.index(b"mdat")


def test_s07_a_clip_from_the_middle_begins_at_zero_and_keeps_sound_and_picture_together() -> None:
    init, pieces = source(*LIVE)
    whole, clip = packets(film_of(init, list(pieces))), packets(film_of(init, list(pieces[5:15])))
    assert min(rows[0][1] for rows in clip.values()) == 0
    earlier: list[int] = []
    for kind, rows in clip.items():
        told = {data: pts for _, pts, _, data in whole[kind]}
        earlier += [told[data] - pts for _, pts, _, data in rows]
    assert max(earlier) - min(earlier) <= 1


def test_s07_a_gap_in_a_film_lasts_as_long_as_it_did() -> None:
    init, pieces = source(*LIVE)
    kept = [*pieces[:5], *pieces[10:]]
    ours, theirs = packets(film_of(init, kept)), packets(copied(init, kept))
    assert ours == theirs
    assert max(b[0] - a[0] for a, b in zip(ours["video"], ours["video"][1:], strict=False)) == 1040


def test_s07_a_film_with_more_in_it_than_was_foreseen_is_whole_too() -> None:
    init, pieces = source(*REORDERED)
    many = film_of(init, list(pieces), fragments=0)
    assert packets(many) == packets(film_of(init, list(pieces)))


def test_a_film_of_nothing_is_refused() -> None:
    init, _ = source(*LIVE)
    with pytest.raises(MzError, match=r"fmp4\.malformed"):
        film_of(init, [])
    with pytest.raises(MzError, match=r"fmp4\.malformed"):
        film_of(b"", [])


@settings(max_examples=300, deadline=None)
@given(at=st.integers(0, 1400), new=st.binary(min_size=1, max_size=8), where=st.booleans())
def test_bytes_that_are_no_film_give_a_film_or_a_coded_refusal(
    at: int, new: bytes, where: bool
) -> None:
    init, pieces = source(*LIVE)
    bad = bytearray(init if where else pieces[0])
    at %= len(bad)
    bad[at : at + len(new)] = new
    with contextlib.suppress(MzError):
        film_of(bytes(bad), list(pieces)[:3]) if where else film_of(init, [bytes(bad), pieces[1]])
