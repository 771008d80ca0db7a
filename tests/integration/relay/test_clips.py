"""Clips and stills of a real relay: every packet is in the MP4, and gaps are named."""

from __future__ import annotations

import io
import itertools
import json
import statistics

import av
import pytest
import requests

from schemas.ticket import Act
from tests.integration.relay.footage import FRAME_RATE, Recorder, film
from tests.integration.relay.running import RunningRelay

FRAMES_EACH = FRAME_RATE // 5


def held(relay: RunningRelay, missing: frozenset[int] = frozenset()) -> Recorder:
    """Send a recording of 4 s in 20 fragments, without some; it is ended."""
    device = relay.device()
    recorder = device.recorder()
    kept = [n for n in range(20) if n not in missing]
    with device.lane() as lane:
        lane.begin(recorder)
        lane.send(*(recorder.frames[n] for n in kept), recorder.head(19, final=True))
        lane.wait_received(recorder, set(kept))
    return recorder


def export(relay: RunningRelay, recording: str, **query: int) -> requests.Response:
    token = relay.court.ticket(Act.EXPORT, recordings=[recording])
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    return relay.request("GET", f"/v1/exports/mp4?recording={recording}&{asked}", token)


def packets(data: bytes) -> list[tuple[float, bytes]]:
    """Return the packets of an MP4 with their time in seconds."""
    with av.open(io.BytesIO(data)) as file:
        return [(float(p.pts * p.time_base), bytes(p)) for p in file.demux(video=0) if p.size]


def source_packets() -> list[bytes]:
    init, pieces = film()
    data = init + b"".join(piece.data for piece in pieces)
    return [data for _, data in packets(data)]


def code_of(answer: requests.Response) -> str:
    return str(answer.json()["code"])


def test_s07_a_recording_is_exported_with_every_packet_unchanged(standing: RunningRelay) -> None:
    recorder = held(standing)
    answer = export(standing, recorder.id)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "video/mp4")
    found = packets(answer.content)
    assert [data for _, data in found] == source_packets()
    assert found[0][0] == 0
    assert answer.content.index(b"moov") < answer.content.index(b"mdat")
    said = json.loads(answer.headers["X-Mz-Clip"])
    assert (said["first"], said["last"], said["gaps"], said["missing"]) == (0, 19, [], 0)
    assert list((standing.data / "tmp").iterdir()) == []


def test_s07_a_clip_has_whole_groups_between_two_times(standing: RunningRelay) -> None:
    recorder = held(standing)
    span = json.loads(export(standing, recorder.id).headers["X-Mz-Clip"])
    start = span["start_wall_ms"]
    answer = export(standing, recorder.id, from_wall_ms=start + 1500, to_wall_ms=start + 2100)
    said = json.loads(answer.headers["X-Mz-Clip"])
    assert (said["first"], said["last"]) == (5, 14)
    assert (said["start_wall_ms"], said["end_wall_ms"]) == (start + 1000, start + 3000)
    assert [data for _, data in packets(answer.content)] == source_packets()[25:75]
    late = export(standing, recorder.id, from_wall_ms=start + 60_000)
    assert (late.status_code, code_of(late)) == (404, "playback.gap")


def test_s07_a_gap_is_named_and_keeps_its_length(standing: RunningRelay) -> None:
    recorder = held(standing, frozenset({7, 8}))
    answer = export(standing, recorder.id)
    said = json.loads(answer.headers["X-Mz-Clip"])
    # 7 and 8 are missing, and 9 cannot be shown without them.
    assert [(gap["first"], gap["last"]) for gap in said["gaps"]] == [(7, 9)]
    assert said["missing"] == 3
    times = [at for at, _ in packets(answer.content)]
    assert len(times) == 17 * FRAMES_EACH
    assert max(b - a for a, b in itertools.pairwise(times)) == pytest.approx(0.64)


def test_s07_a_still_is_the_picture_of_its_time(standing: RunningRelay) -> None:
    recorder = held(standing)
    span = json.loads(export(standing, recorder.id).headers["X-Mz-Clip"])
    start = span["start_wall_ms"]
    early, late, end = (
        standing.play(recorder.id, f"1/still?wall_ms={start + at}") for at in (0, 1500, 3999)
    )
    for answer in (early, late, end):
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/jpeg")
        with av.open(io.BytesIO(answer.content)) as file:
            picture = next(file.decode(video=0))
            assert (picture.width, picture.height) == (320, 180)
    assert early.content != late.content
    before = standing.play(recorder.id, f"1/still?wall_ms={start - 1000}")
    assert (before.status_code, code_of(before)) == (404, "playback.gap")
    assert code_of(standing.play(recorder.id, "1/still?wall_ms=x")) == "request.invalid"


def sheet(
    relay: RunningRelay, recorder: Recorder, first_s: float, last_s: float, count: int
) -> requests.Response:
    begin, end = (recorder.started_ms + round(at * 1000) for at in (first_s, last_s))
    asked = f"from_wall_ms={begin}&to_wall_ms={end}&count={count}"
    return relay.play(recorder.id, f"1/sheet?{asked}")


def test_s07_a_contact_sheet_shows_each_moment_or_says_why_not(standing: RunningRelay) -> None:
    device = standing.device()
    recorder = device.recorder(seconds=8, private=range(25, 30))
    missing = set(range(10, 15))
    with device.lane() as lane:
        lane.begin(recorder)
        lane.send(*(frame for n, frame in enumerate(recorder.frames) if n not in missing))
        lane.send(recorder.head(39, final=True))
        lane.wait_received(recorder, set(range(40)) - missing)
    answer = sheet(standing, recorder, 0, 8, 8)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/jpeg")
    facts = json.loads(answer.headers["X-Mz-Sheet"])
    cells = facts["cells"]
    assert [cell["number"] for cell in cells] == [0, 5, None, 15, 20, None, 30, 35]
    assert [cell["place"] for cell in cells] == [0, 1, None, 2, 3, None, 4, 5]
    assert [at for at, cell in enumerate(cells) if cell["closed"]] == [5]
    assert cells[1]["shown_wall_ms"] == recorder.started_ms + 1000
    width, height = facts["width"], facts["height"]
    with av.open(io.BytesIO(answer.content)) as file:
        picture = next(file.decode(video=0)).reformat(format="gray")
    assert (picture.width, picture.height) == (facts["columns"] * width, 2 * height)
    plane = picture.planes[0]
    across = bytes(plane)[(height + 90) * plane.line_size :][: picture.width]
    assert statistics.pstdev(across[:width]) > 10  # the sixth picture
    assert statistics.pstdev(across[width:]) < 2  # and nothing beside it
    for refused, code in (
        (sheet(standing, recorder, 2.2, 2.8, 3), "playback.gap"),
        (sheet(standing, recorder, 5.2, 5.8, 3), "playback.private"),
        (sheet(standing, recorder, 8, 0, 3), "request.invalid"),
        (sheet(standing, recorder, 0, 8, 41), "request.invalid"),
    ):
        assert code_of(refused) == code


def test_an_export_needs_a_ticket_that_names_the_recording(standing: RunningRelay) -> None:
    recorder = held(standing)
    play = standing.court.ticket(Act.PLAY, recordings=[recorder.id])
    other = standing.court.ticket(Act.EXPORT, recordings=["another"])
    path = f"/v1/exports/mp4?recording={recorder.id}"
    assert code_of(standing.request("GET", path, play)) == "ticket.wrong_act"
    assert code_of(standing.request("GET", path, other)) == "ticket.wrong_subject"
    unknown = export(standing, recorder.id, rendition=7)
    assert code_of(unknown) == "opening.unknown_rendition"
