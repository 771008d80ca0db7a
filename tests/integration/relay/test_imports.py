"""Files of offline recorders (V-08): any of their kinds becomes a signed recording, the original
kept; a cut upload and a killed relay go on; bad files are refused by their code (U1)."""

from __future__ import annotations

import hashlib
import io
import os
import re
import socket
import time
from collections.abc import Callable
from pathlib import Path

import av
import msgspec
import pytest

from media_relay.bridge.import_folder import COMING_S
from media_relay.bridge.imports import ABANDONED_S, MAX_ARRIVING
from schemas.bridge import TAIL_BYTES, ImportStage
from schemas.feed import ExhibitStored, ImportChanged, RecordingEnded
from schemas.ids import new_id
from schemas.media.fragment import MAX_PAYLOAD_BYTES
from schemas.media.opening import Source
from schemas.ticket import Act
from tests.integration.films import (
    GOP,
    RATE,
    SECONDS,
    dense_file,
    odd_file,
    recorder_file,
    turned_file,
)
from tests.integration.relay.bringing import AHEAD_MS, PIECE, STARTED_MS, Bringer
from tests.integration.relay.running import RunningRelay
from tests.patience import eventually

Make = Callable[..., RunningRelay]


def packets(data: bytes | Path) -> tuple[list[bytes], float]:
    """Return the picture packets of a film without the framing of their container, and its
    seconds of sound."""
    source = io.BytesIO(data) if isinstance(data, bytes) else str(data)
    with av.open(source) as film:
        pictures = [bytes(p) for p in film.demux(video=0) if p.size]
    source = io.BytesIO(data) if isinstance(data, bytes) else str(data)
    with av.open(source) as film:
        sound = sum(f.samples / f.sample_rate for f in film.decode(audio=0))
    return pictures, sound


def footage_of(relay: RunningRelay, recording: str, rendition: int = 1) -> bytes:
    """Return a whole rendition as a player gets it: init segment and every entry."""
    playlist = relay.play(recording, f"{rendition}/index.m3u8").text
    entries = [line for line in playlist.splitlines() if line.endswith(".m4s")]
    parts = [relay.play(recording, f"{rendition}/{name}") for name in ["init.mp4", *entries]]
    assert all(part.status_code == 200 for part in parts)
    return b"".join(part.content for part in parts)


@pytest.mark.parametrize(
    ("name", "audio"),
    [("a.mp4", "aac"), ("b.mov", "alaw"), ("c.avi", "mulaw"), ("d.ts", "aac"), ("e.ps", "mp2")],
)
def test_v08_a_recorders_file_becomes_a_recording(
    relay: RunningRelay, tmp_path: Path, name: str, audio: str
) -> None:
    film = recorder_file(tmp_path / name, audio=audio)
    one = Bringer(relay, film)
    one.bring()
    done = one.wait()
    assert (done.stage, done.code, done.sha256) == (ImportStage.DONE, "", one.sha256)

    opening = one.opening()
    assert opening.source is Source.BRIDGE
    assert opening.bridged is not None
    assert (opening.bridged.sha256, opening.bridged.name) == (one.sha256, name)
    assert abs(opening.opened_wall_ms - (STARTED_MS - AHEAD_MS)) < 1_500
    assert abs(opening.gop_ms - GOP * 1000 / RATE) < 60

    shown = footage_of(relay, one.recording)
    pictures, sound = packets(shown)
    with av.open(io.BytesIO(shown)) as played:
        assert len(list(played.decode(video=0))) == len(pictures)
        assert played.streams.audio[0].codec_context.name == "aac"
    assert len(pictures) == SECONDS * RATE
    assert abs(sound - SECONDS) < 0.3

    token = relay.court.ticket(Act.PLAY, exhibits=[one.sha256])
    kept = relay.request("GET", f"/v1/exhibits/{one.sha256}", token)
    assert kept.content == one.data
    assert relay.audit()["ok"]
    told = [i for i in relay.feed() if isinstance(i, ImportChanged)]
    assert [item.stage for item in told] == list(ImportStage)[:5]
    assert sum(isinstance(i, ExhibitStored) for i in relay.feed()) == 1


def test_v08_h265_stays_as_it_is_beside_a_viewing_copy(relay: RunningRelay, tmp_path: Path) -> None:
    film = recorder_file(tmp_path / "h265.mp4", video="hevc")
    one = Bringer(relay, film)
    one.bring()
    assert one.wait().stage is ImportStage.DONE
    full, small = one.opening().renditions
    assert re.fullmatch(r"hvc1\.1\.6\.L\d+\.[0-9A-F.]+,mp4a\.40\.2", full.codecs)
    assert small.codecs.startswith("avc1.")
    original, _ = packets(film)
    assert packets(footage_of(relay, one.recording, 1))[0] == original
    with av.open(io.BytesIO(footage_of(relay, one.recording, 2))) as copy:
        assert copy.streams.video[0].codec_context.name == "h264"
        assert len(list(copy.decode(video=0))) == SECONDS * RATE
    ended = [i for i in relay.feed() if isinstance(i, RecordingEnded)]
    assert {item.rendition for item in ended} == {1, 2}


@pytest.mark.parametrize("tag", ["", "HEVC", "H265", "hvc1", "X265"])
def test_v08_h265_in_avi_is_read_whatever_the_file_calls_it(
    standing: RunningRelay, tmp_path: Path, tag: str
) -> None:
    one = Bringer(standing, recorder_file(tmp_path / "h265.avi", "hevc", "alaw", tag))
    one.bring()
    done = one.wait()
    assert (done.stage, done.code, done.sha256) == (ImportStage.DONE, "", one.sha256)
    full, small = one.opening().renditions
    assert full.codecs.startswith("hvc1.1.6.L")
    assert small.codecs.startswith("avc1.")
    for rendition, codec in ((1, "hevc"), (2, "h264")):
        with av.open(io.BytesIO(footage_of(standing, one.recording, rendition))) as shown:
            assert shown.streams.video[0].codec_context.name == codec
            assert len(list(shown.decode(video=0))) == SECONDS * RATE
    token = standing.court.ticket(Act.PLAY, exhibits=[one.sha256])
    assert standing.request("GET", f"/v1/exhibits/{one.sha256}", token).content == one.data


def test_v08_an_upload_goes_on_where_it_was_cut(relay: RunningRelay, tmp_path: Path) -> None:
    one = Bringer(relay, recorder_file(tmp_path / "a.mp4"))
    half = len(one.data) // 2
    one.bring(until=half)
    cut = one.status()
    assert (cut.stage, cut.arrived) == (ImportStage.ARRIVING, half)
    tail = one.data[max(0, half - TAIL_BYTES) : half]
    assert cut.tail_sha256 == hashlib.sha256(tail).hexdigest()

    twice = one.put(0, one.data[:100])
    assert (twice.status_code, twice.json()["code"]) == (409, "import.wrong_offset")
    relay.kill()
    relay.start()
    assert one.status().arrived == half
    one.bring()
    assert one.wait().sha256 == one.sha256
    assert one.put(0, one.data).status_code == 200, "all of it again changes nothing"
    assert len(packets(footage_of(relay, one.recording))[0]) == SECONDS * RATE


def test_v08_the_relay_says_whether_anything_of_a_file_comes(
    relay: RunningRelay, tmp_path: Path
) -> None:
    film = Bringer(relay, recorder_file(tmp_path / "cut.mov"))
    assert not film.status().coming  # never begun
    film.bring(until=PIECE + 7)
    assert film.status().coming
    original = relay.data / "imports" / film.recording / "original"
    long_ago = time.time() - COMING_S - 1
    for path in original.parent.iterdir():
        os.utime(path, (long_ago, long_ago))
    assert not film.status().coming
    film.bring()
    assert film.wait().coming is msgspec.UNSET


def test_v08_an_abandoned_upload_gives_its_place_up_and_says_so(
    relay: RunningRelay, tmp_path: Path
) -> None:
    film = recorder_file(tmp_path / "a.mp4")
    waiting = [Bringer(relay, film) for _ in range(MAX_ARRIVING)]
    for one in waiting:
        one.bring(until=100)
    late = Bringer(relay, film)
    assert late.put(0, late.data[:100]).json()["code"] == "import.too_many"
    relay.kill()
    for one in waiting[:2]:
        for path in (relay.data / "imports" / one.recording).iterdir():
            os.utime(path, (time.time() - ABANDONED_S - 60,) * 2)
    os.utime(relay.data / "imports" / waiting[1].recording / "original")  # of this one more came
    relay.start()
    eventually(lambda: waiting[0].status().stage is ImportStage.FAILED)
    assert waiting[0].status().code == "import.abandoned"
    original = relay.data / "imports" / waiting[0].recording / "original"
    eventually(lambda: not original.exists())  # the word comes first, then the place
    told = [i for i in relay.feed() if isinstance(i, ImportChanged) and i.code]
    assert [(i.recording, i.code) for i in told] == [(waiting[0].recording, "import.abandoned")]
    assert waiting[1].status().stage is ImportStage.ARRIVING
    late.bring()
    assert late.wait().stage is ImportStage.DONE


def test_v08_a_piece_that_breaks_off_is_held_as_far_as_it_came(
    relay: RunningRelay, tmp_path: Path
) -> None:
    one = Bringer(relay, recorder_file(tmp_path / "a.mp4"))
    token = relay.court.ticket(Act.IMPORT, imported=one.terms)
    with socket.create_connection(("127.0.0.1", relay.http_port)) as raw:
        raw.sendall(
            f"PUT /v1/imports/{one.recording}?offset=0 HTTP/1.1\r\nHost: x\r\n"
            f"Authorization: Bearer {token}\r\nContent-Length: {len(one.data)}\r\n\r\n".encode()
            + one.data[:1000]
        )
        eventually(lambda: one.status().arrived == 1000)
        assert one.put(1000, b"x").json()["code"] == "import.busy"
    eventually(lambda: one.put(1000, one.data[1000:2000]).ok)  # the relay has seen the end
    one.bring()
    assert one.wait().sha256 == one.sha256


@pytest.mark.parametrize(
    "point", ["relay.after_import_kept", "relay.after_import_batch", "relay.before_fdatasync"]
)
def test_u1_a_killed_relay_ends_an_import_whole(
    make_relay: Make, tmp_path: Path, point: str
) -> None:
    relay = make_relay(crash_at=point)
    one = Bringer(relay, recorder_file(tmp_path / "a.ts"))
    one.bring()
    relay.wait_dead()
    relay.start()
    assert one.wait().stage is ImportStage.DONE
    pictures, _ = packets(footage_of(relay, one.recording))
    assert len(pictures) == SECONDS * RATE
    assert relay.audit()["ok"]
    assert sum(isinstance(i, RecordingEnded) for i in relay.feed()) == 1


def test_v08_a_truncated_file_is_kept_and_marked(relay: RunningRelay, tmp_path: Path) -> None:
    film = recorder_file(tmp_path / "whole.ts")
    short = tmp_path / "short.ts"
    short.write_bytes(film.read_bytes()[: film.stat().st_size * 2 // 3])
    one = Bringer(relay, short)
    one.bring()
    assert one.wait().stage is ImportStage.DONE
    assert 0 < len(packets(footage_of(relay, one.recording))[0]) < SECONDS * RATE


@pytest.mark.parametrize("how", ["uneven", "backwards", "mono", "silent"])
def test_v08_an_odd_film_is_kept_whole_and_every_moment_of_it_has_its_picture(
    standing: RunningRelay, tmp_path: Path, how: str
) -> None:
    film = odd_file(tmp_path / "odd.mp4", how)
    one = Bringer(standing, film)
    one.bring()
    done = one.wait()
    assert (done.stage, done.code) == (ImportStage.DONE, "")
    with av.open(str(film)) as original:
        wanted = sum(bool(packet.size) for packet in original.demux(video=0))
    with av.open(io.BytesIO(footage_of(standing, one.recording))) as shown:
        assert len(list(shown.decode(video=0))) == wanted
    (whole,) = standing.play(one.recording, "holdings").json()
    begin = min(span["start_wall_ms"] for span in whole["spans"])
    for at in (0, 400, 1_000, 2_900, 4_300):
        still = standing.play(one.recording, f"1/still?wall_ms={begin + at}")
        assert still.status_code == 200, (at, still.text)
        assert still.content[:3] == b"\xff\xd8\xff"


def test_v08_a_film_that_is_turned_is_shown_upright(standing: RunningRelay, tmp_path: Path) -> None:
    one = Bringer(standing, turned_file(tmp_path / "upright.mp4"))
    one.bring()
    assert one.wait().stage is ImportStage.DONE
    begin = one.opening().opened_wall_ms
    still = standing.play(one.recording, f"1/still?wall_ms={begin + 1_000}").content
    with av.open(io.BytesIO(still)) as picture:
        assert (picture.streams.video[0].width, picture.streams.video[0].height) == (240, 320)


@pytest.mark.parametrize(
    ("how", "ending", "code"),
    [
        ("motion-jpeg", "avi", "import.unknown_codec"),
        ("raw", "avi", "import.unknown_codec"),
        ("sound", "mp4", "import.no_video"),
    ],
)
def test_u1_what_has_no_picture_that_can_be_kept_says_so(
    standing: RunningRelay, tmp_path: Path, how: str, ending: str, code: str
) -> None:
    one = Bringer(standing, odd_file(tmp_path / f"odd.{ending}", how))
    one.bring()
    done = one.wait()
    assert (done.stage, done.code, done.sha256) == (ImportStage.FAILED, code, one.sha256)


def test_v08_half_a_second_that_fills_no_one_fragment_becomes_several(
    relay: RunningRelay, tmp_path: Path
) -> None:
    film = dense_file(tmp_path / "dense.mp4")
    assert film.stat().st_size / 4 > MAX_PAYLOAD_BYTES
    one = Bringer(relay, film)
    one.bring()
    assert one.wait().stage is ImportStage.DONE
    assert len(packets(footage_of(relay, one.recording))[0]) == 50


def hostile(tmp_path: Path) -> dict[str, tuple[bytes, str]]:
    whole = recorder_file(tmp_path / "w.mp4").read_bytes()
    huge = whole.replace(b"moov", b"mdat")
    claims = b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2avc1mp41"
    claims += b"\x00\x00\x00\x01mdat" + (10 * 1024**3).to_bytes(8, "big") + b"x" * 5000
    playlist = b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/passwd\n"
    concat = b"ffconcat version 1.0\nfile /etc/passwd\n"
    return {
        "noise": (bytes(range(256)) * 64, "import.unreadable"),
        "text": (b"no film at all\n" * 50, "import.unreadable"),
        "one byte": (b"\0", "import.unreadable"),
        "no index": (whole[: len(whole) // 2], "import.unreadable"),
        "no moov": (huge, "import.unreadable"),
        "claims 10 GB": (claims, "import.unreadable"),
        "names other files": (playlist, "import.unreadable"),
        "names other files too": (concat, "import.unreadable"),
    }


@pytest.mark.parametrize(
    "kind",
    ["noise", "text", "one byte", "no index", "no moov", "claims 10 GB", "names other files",
     "names other files too"],
)  # fmt: skip
def test_u1_a_hostile_file_is_refused_by_its_code_and_kept(
    standing: RunningRelay, tmp_path: Path, kind: str
) -> None:
    data, code = hostile(tmp_path)[kind]
    path = tmp_path / "bad.mp4"
    path.write_bytes(data)
    one = Bringer(standing, path, name="../../../etc/cron.d/x")
    one.bring()
    done = one.wait()
    assert (done.stage, done.code) == (ImportStage.FAILED, code)
    assert done.sha256 == one.sha256, "the original is kept, whatever it is"
    folder = standing.data / "imports" / one.recording
    eventually(lambda: [path.name for path in folder.iterdir()] == ["import.json"])
    assert standing.request("GET", "/v1/health", "").ok


def test_u1_terms_are_the_tickets_and_nobody_elses(standing: RunningRelay, tmp_path: Path) -> None:
    one = Bringer(standing, recorder_file(tmp_path / "a.mp4"))
    one.bring(until=100)
    other = msgspec.structs.replace(one.terms, name="other.mp4")
    assert one.ask("GET", terms=other).json()["code"] == "import.conflict"
    elsewhere = msgspec.structs.replace(one.terms, recording=new_id())
    assert one.ask("GET", terms=elsewhere).json()["code"] == "ticket.wrong_subject"
    plain = standing.court.ticket(Act.PLAY, recordings=[one.recording])
    path = f"/v1/imports/{one.recording}"
    assert standing.request("GET", path, plain).json()["code"] == "ticket.wrong_act"
    assert one.put(100, one.data[100:] + b"more").json()["code"] == "import.too_large"
    big = Bringer(standing, tmp_path / "a.mp4", size=2**60)
    assert big.put(0, b"x").json()["code"] in ("import.malformed", "relay.disk_full")
    unnamed = Bringer(standing, tmp_path / "a.mp4", recording="../../x")
    assert unnamed.ask("GET").status_code in (400, 403, 404)
