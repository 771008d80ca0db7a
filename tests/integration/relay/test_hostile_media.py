"""A device of this court that signs what is no film: it is archived as it is, nobody who asks for a
picture of it gets more than a coded refusal, and an honest film beside it plays on."""

from __future__ import annotations

import json
import random
import struct

import pytest
import requests

from schemas.media.fragment import link
from schemas.ticket import Act
from tests.integration.relay.footage import Piece, Recorder, film
from tests.integration.relay.running import RunningRelay

CODES = {"export.failed", "playback.gap"}
FRAGMENTS = 10


def box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(body), kind) + body


def nested(depth: int) -> bytes:
    """Return boxes within boxes."""
    body = b""
    for _ in range(depth):
        body = box(b"moof", body)
    return body


def run_of(samples: int) -> bytes:
    """Return a moof whose one track run claims so many samples, none of which takes bytes."""
    tfhd = box(b"tfhd", struct.pack(">III", 0x20000, 1, 0)[:8])
    trun = box(b"trun", struct.pack(">II", 0, samples))
    return box(b"moof", box(b"traf", tfhd + trun)) + box(b"mdat", b"")


HONEST_INIT, HONEST = film()
PAYLOADS = {
    "noise": random.Random(3).randbytes(4_000),
    "one byte": b"\0",
    "ten gigabytes": struct.pack(">I4sQ", 1, b"mdat", 10 * 2**30),
    "to the end": struct.pack(">I4s", 0, b"mdat"),
    "four thousand million samples": run_of(0xFFFFFFFF),
    "nested": nested(2_000),
    "half": HONEST[0].data[: len(HONEST[0].data) // 2],
    "another time": HONEST[3].data[:60] + b"\xff" * 40 + HONEST[3].data[100:],
    "a list of files": b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n",
}


def hostile(relay: RunningRelay, payload: bytes) -> Recorder:
    """Publish a recording of which every fragment but the first holds these bytes."""
    device = relay.device()
    recorder, previous = device.recorder(), None
    for number in range(FRAGMENTS):
        data = payload if number else HONEST[0].data
        piece = Piece(data, HONEST[number].start, HONEST[number].duration, number % 5 == 0)
        frame = recorder.frame(number, piece, previous or recorder.first)
        previous = link(frame)
        recorder.frames[number], recorder.links[number] = frame, previous
    with device.lane() as lane:
        lane.begin(recorder)
        lane.send(*recorder.frames[:FRAGMENTS], recorder.head(FRAGMENTS - 1, final=True))
        lane.wait_received(recorder, set(range(FRAGMENTS)))
    return recorder


def asked(relay: RunningRelay, recorder: Recorder) -> list[requests.Response]:
    """Ask for everything that is made of pictures."""
    begin, end = recorder.started_ms, recorder.started_ms + FRAGMENTS * 200
    token = relay.court.ticket(Act.EXPORT, recordings=[recorder.id])
    return [
        relay.play(recorder.id, f"1/still?wall_ms={begin + 1_500}"),
        relay.play(recorder.id, f"1/sheet?from_wall_ms={begin}&to_wall_ms={end}&count=4"),
        relay.play(recorder.id, "1/index.m3u8"),
        relay.play(recorder.id, "1/5-9.m4s"),
        relay.request("GET", f"/v1/exports/mp4?recording={recorder.id}", token),
    ]


@pytest.mark.parametrize("name", sorted(PAYLOADS))
def test_what_is_no_film_is_archived_and_refused_by_a_code(
    standing: RunningRelay, name: str
) -> None:
    recorder = hostile(standing, PAYLOADS[name])
    for answer in asked(standing, recorder):
        assert answer.ok or answer.json()["code"] in CODES, answer.text
    assert "Traceback" not in standing.log.read_text()


def test_what_is_no_film_is_a_named_gap_in_the_export(standing: RunningRelay) -> None:
    answer = asked(standing, hostile(standing, PAYLOADS["noise"]))[-1]
    said = json.loads(answer.headers["X-Mz-Clip"])
    assert [(gap["first"], gap["last"]) for gap in said["gaps"]] == [(1, FRAGMENTS - 1)]
    assert said["missing"] == FRAGMENTS - 1


def test_an_honest_film_plays_beside_them_and_the_audit_agrees(standing: RunningRelay) -> None:
    device = standing.device()
    recorder = device.recorder()
    with device.lane() as lane:
        lane.publish(recorder)
        lane.wait_archived(recorder)
    answers = asked(standing, recorder)
    assert all(answer.ok for answer in answers), [answer.text[:200] for answer in answers]
    assert standing.audit()["ok"]
