"""A private interval at a real relay: recorded and archived like all else, seen by nobody whose
ticket does not open it, whatever happens to the relay, and however late the footage comes."""

from __future__ import annotations

import io
import json
import zipfile

import msgspec
import pytest
import requests

from schemas.bundle import BundleRequest
from schemas.ids import new_id
from schemas.media.fragment import HEADER_BYTES, MAGIC, Place, decode_header
from schemas.stream import Lane, Now, Private, Skipped, ToViewer, Watch, encode_text
from schemas.ticket import Act, Opened
from tests.integration.relay.footage import FRAGMENT_MS, Recorder
from tests.integration.relay.running import RunningRelay, TestDevice, TestLane, next_message

PRIVATE = range(7, 18)
"""Of forty fragments; the key-frames are 0, 5, 10, …, so the picture comes back at 20."""


@pytest.fixture
def device(relay: RunningRelay) -> TestDevice:
    return relay.device()


def recorded(device: TestDevice, **more: object) -> Recorder:
    return device.recorder(seconds=8, private=PRIVATE, place=place, **more)


def place(number: int) -> Place:
    return Place(231_000_000 + number, 1_132_000_000, 500)


def places(answer: requests.Response) -> list[int]:
    """Return the numbers of the fragments whose places a track tells: one a second."""
    track = answer.json()
    assert track["every_ms"] == 1000
    return [lat - 231_000_000 for _, lat, _, _ in track["points"]]


def send(lane: TestLane, recorder: Recorder, first: int, last: int) -> None:
    for number in range(first, last + 1):
        lane.send(recorder.frames[number])
        if number % 5 == 4:
            lane.send(recorder.head(number))
    lane.wait_received(recorder, set(range(first, last + 1)))


def archive(relay: RunningRelay, device: TestDevice) -> Recorder:
    """Archive a recording with a private interval in it."""
    recorder = recorded(device)
    with device.lane() as lane:
        lane.publish(recorder)
        lane.wait_archived(recorder)
    return recorder


def wall(recorder: Recorder, number: int) -> int:
    return recorder.started_ms + number * FRAGMENT_MS


def opened(recorder: Recorder, first: int = 7, last: int = 17) -> Opened:
    return Opened(recorder.id, wall(recorder, first), wall(recorder, last))


class Eyes:
    """What a viewer has seen: numbers of fragments, and what he was told, in one order."""

    def __init__(self) -> None:
        self.seen: list[int | str] = []
        self.told: list[ToViewer] = []

    def numbers(self) -> list[int]:
        return [one for one in self.seen if isinstance(one, int)]

    def until(self, viewer: object, what: int | type) -> None:
        while True:
            found = next_message(viewer)  # type: ignore[arg-type]
            if isinstance(found, bytes):
                if not found.startswith(MAGIC):
                    continue
                self.seen.append(decode_header(found).number)
                if self.seen[-1] == what:
                    return
            else:
                self.told.append(found)
                self.seen.append(type(found).__name__)
                if isinstance(what, type) and isinstance(found, what):
                    return

    def one(self, kind: type) -> ToViewer:
        (found,) = (one for one in self.told if isinstance(one, kind))
        return found


def test_u01_live_pictures_stop_with_the_first_private_fragment(
    relay: RunningRelay, device: TestDevice
) -> None:
    recorder = recorded(device)
    with device.lane(Lane.LIVE) as lane, relay.watch(device.id) as viewer:
        lane.begin(recorder)
        eyes = Eyes()
        send(lane, recorder, 0, 6)
        eyes.until(viewer, 6)
        send(lane, recorder, 7, 9)
        eyes.until(viewer, Private)
        assert eyes.one(Private) == Private(device.id, recorder.id, wall(recorder, 7))
        with relay.watch(device.id) as late:
            newcomer = Eyes()
            newcomer.until(late, Private)
            assert newcomer.numbers() == []
            assert isinstance(newcomer.one(Now), Now)
            send(lane, recorder, 10, 24)
            eyes.until(viewer, 24)
            newcomer.until(late, 24)
    # Fragments 18 and 19 are open, but their pictures refer to private ones: 20 is a key-frame.
    assert eyes.numbers() == [*range(7), *range(20, 25)]
    assert newcomer.numbers() == [*range(20, 25)]
    assert eyes.one(Skipped) == Skipped(recorder.id, 7, 19)


def test_u01_a_rewind_leaves_the_private_interval_out(
    relay: RunningRelay, device: TestDevice
) -> None:
    recorder = recorded(device)
    with device.lane(Lane.LIVE) as lane, relay.socket() as viewer:
        lane.begin(recorder)
        send(lane, recorder, 0, 29)
        token = relay.court.ticket(Act.WATCH, devices=[device.id])
        first = Watch(token, device.id, from_wall_ms=wall(recorder, 0))
        viewer.send(encode_text(first).decode())
        eyes = Eyes()
        eyes.until(viewer, 29)
    assert eyes.numbers() == [*range(7), *range(20, 30)]
    assert isinstance(eyes.one(Private), Private)


def test_u01_a_rewind_into_a_running_private_interval_ends_there(
    relay: RunningRelay, device: TestDevice
) -> None:
    recorder = recorded(device)
    with device.lane(Lane.LIVE) as lane, relay.socket() as viewer:
        lane.begin(recorder)
        send(lane, recorder, 0, 14)
        token = relay.court.ticket(Act.WATCH, devices=[device.id])
        first = Watch(token, device.id, from_wall_ms=wall(recorder, 0))
        viewer.send(encode_text(first).decode())
        eyes = Eyes()
        eyes.until(viewer, Private)
        send(lane, recorder, 15, 24)
        eyes.until(viewer, 24)
    assert eyes.numbers() == [*range(7), *range(20, 25)]


def shut(relay: RunningRelay, recorder: Recorder) -> None:
    """Assert that a play ticket that opens nothing shows nothing of the interval."""
    playlist = relay.play(recorder.id, "1/index.m3u8").text
    entries = [line for line in playlist.splitlines() if line.endswith(".m4s")]
    gaps = playlist.count("#EXT-X-GAP")
    assert gaps == 1
    assert entries[:4] == ["0-4.m4s", "5-6.m4s", "7-19.m4s", "20-24.m4s"]
    for numbers in ("7-7", "5-9", "5-7", "17-20", "10-14", "0-39"):
        answer = relay.play(recorder.id, f"1/{numbers}.m4s")
        assert (answer.status_code, code(answer)) == (403, "playback.private"), numbers
    still = relay.play(recorder.id, f"1/still?wall_ms={wall(recorder, 12)}")
    assert (still.status_code, code(still)) == (403, "playback.private")
    inside = f"from_wall_ms={wall(recorder, 8)}&to_wall_ms={wall(recorder, 16)}&count=4"
    assert code(relay.play(recorder.id, f"1/sheet?{inside}")) == "playback.private"
    assert places(relay.play(recorder.id, "1/track")) == [0, 5, 20, 25, 30, 35]
    (held,) = relay.play(recorder.id, "holdings").json()
    assert held["received"] == [[0, 39]], "it is held"
    assert [(one["first"], one["last"]) for one in held["closed"]] == [(7, 17)]


def code(answer: requests.Response) -> str:
    return str(answer.json()["code"])


def test_u01_playback_stills_and_clips_stay_closed_in_log_and_parts_and_after_kill(
    relay: RunningRelay, device: TestDevice
) -> None:
    recorder = archive(relay, device)
    shut(relay, recorder)
    relay.kill()
    relay.start()
    shut(relay, recorder)
    relay.stop()
    for name in ("index.db", "index.db-wal", "index.db-shm"):
        (relay.data / name).unlink(missing_ok=True)
    relay.start()  # the vault's parts make the index anew
    shut(relay, recorder)
    late = recorded(device, counter=2)
    with device.lane() as lane:
        lane.begin(late)
        send(lane, late, 0, 39)
        lane.send(late.head(39, final=True))
        relay.kill()
    relay.start()  # and what only the log holds stays closed as well
    shut(relay, late)


def test_u01_a_clip_leaves_the_interval_out_and_says_so(
    relay: RunningRelay, device: TestDevice
) -> None:
    recorder = archive(relay, device)
    token = relay.court.ticket(Act.EXPORT, recordings=[recorder.id])
    path = f"/v1/exports/mp4?recording={recorder.id}&rendition=1"
    whole = relay.request("GET", path, token)
    facts = json.loads(whole.headers["X-Mz-Clip"])
    assert (facts["missing"], facts["closed"]) == (13, 11)
    inside = f"{path}&from_wall_ms={wall(recorder, 8)}&to_wall_ms={wall(recorder, 16)}"
    refused = relay.request("GET", inside, token)
    assert (refused.status_code, code(refused)) == (403, "playback.private")


def test_u01_what_a_ticket_opens_is_shown_and_never_kept_by_the_browser(
    relay: RunningRelay, device: TestDevice
) -> None:
    recorder = archive(relay, device)
    other = archive(relay, relay.device())
    for openings, status in (
        ([opened(recorder)], 200),
        ([opened(recorder, 7, 9)], 403),
        ([opened(other)], 403),
        ([], 403),
    ):
        token = relay.court.ticket(Act.PLAY, recordings=[recorder.id], opened=openings)
        path = f"/v1/recordings/{recorder.id}/1/10-14.m4s"
        answer = relay.request("GET", path, token)
        assert answer.status_code == status, openings
    token = relay.court.ticket(Act.PLAY, recordings=[recorder.id], opened=[opened(recorder)])
    base = f"/v1/recordings/{recorder.id}"
    assert "#EXT-X-GAP" not in relay.request("GET", f"{base}/1/index.m3u8", token).text
    picture = relay.request("GET", f"{base}/1/still?wall_ms={wall(recorder, 12)}", token)
    assert picture.content.startswith(b"\xff\xd8")
    assert picture.headers["Cache-Control"] == "no-store"
    assert relay.request("GET", f"{base}/holdings", token).json()[0]["closed"] == []
    assert places(relay.request("GET", f"{base}/1/track", token)) == list(range(0, 40, 5))
    watch = relay.court.ticket(Act.WATCH, devices=[device.id], opened=[opened(recorder)])
    refused = relay.request("GET", f"{base}/holdings", watch)
    assert code(refused) == "ticket.wrong_act"


def test_u01_a_package_holds_bare_headers_unless_it_is_opened(
    relay: RunningRelay, device: TestDevice
) -> None:
    recorder = archive(relay, device)
    folder = f"recordings/{recorder.id}/1"
    request = BundleRequest(new_id(), {}, [recorder.id], [])
    for openings in ([], [opened(recorder)]):
        token = relay.court.ticket(Act.EXPORT, recordings=[recorder.id], opened=openings)
        answer = relay.request("POST", "/v1/bundles", token, data=msgspec.json.encode(request))
        assert answer.status_code == 200, answer.text
        package = zipfile.ZipFile(io.BytesIO(answer.content))
        whole = package.read(f"{folder}/fragments.mzf")
        frames = recorder.frames
        if openings:
            assert whole == b"".join(frames)
            assert f"{folder}/closed.mzf" not in package.namelist()
            continue
        assert whole == b"".join([*frames[:7], *frames[18:]])
        bare = package.read(f"{folder}/closed.mzf")
        assert bare == b"".join(frames[number][:HEADER_BYTES] for number in PRIVATE)
    assert relay.audit()["ok"]
