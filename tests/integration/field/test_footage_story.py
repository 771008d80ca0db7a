"""Footage from the camera to `archived`, over the real relay, through cuts and kills."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest

from field_app.capture.camera import ffmpeg_program
from field_app.capture.scene import HEIGHT, WIDTH, read_bar
from field_app.device.identity import Identity
from field_app.local_api.status import Status
from field_app.spool.footage import Key
from field_app.spool.spool import Spool
from schemas.media.fragment import split_frame
from schemas.problems import MzError
from schemas.time import now_ms
from tests.integration.field.conftest import Device, Relay
from tests.integration.field.court import Court
from tests.integration.field.movies import make_movie, moving_picture
from tests.integration.field.preview import picture_time
from tests.integration.field.simulated_centre import SimulatedCentre
from tests.integration.field.wire import Wire
from tests.patience import PATIENCE_S, eventually

HURRIED = "tests.integration.field.hurried_service"


def settled(device: Device) -> bool:
    """Everything that was recorded is archived."""
    recent = device.client.status().recent
    return bool(recent) and all(r.ended and r.archived == r.recorded > 0 for r in recent)


def runs(device: Device, duration_ms: int) -> None:
    """Look at the camera's pictures until it has run for so long."""
    with device.client.preview() as preview:
        preview.settimeout(PATIENCE_S)
        first = picture_time(preview)
        while picture_time(preview) < first + duration_ms:
            pass


def begin(
    device: Device, centre: SimulatedCentre, camera: str = "generated", **more: object
) -> None:
    """Start the service, enrol, and wait for the link."""
    device.start(camera, **more)  # type: ignore[arg-type]
    device.enrol(centre)
    eventually(lambda: device.client.status().link == "good", "link")


def end_clean(device: Device) -> dict[str, int]:
    """Wait until all is archived, stop, audit; return the audit's counts."""
    eventually(lambda: settled(device), f"{device.client.status().recent}")
    status = device.client.status()
    assert (status.backlog_fragments, status.backlog_bytes, status.alarm) == (0, 0, "")
    device.stop()
    audit = device.audit()
    assert audit["ok"], audit
    counts = audit["counts"]
    assert isinstance(counts, dict)
    assert counts["fragments"] == counts["archived"] == counts["received"]
    return counts


def test_what_is_recorded_is_archived_and_sent_once(
    device: Device, centre: SimulatedCentre, court: Court, wire: Wire
) -> None:
    begin(device, centre)
    device.client.call("start", operation=court.operation)
    device.records(20)
    status = device.client.ask(Status, "stop", reason="现场结束")
    assert status.recording is None
    assert status.recent[0].operation == court.operation
    assert status.recent[0].recorded >= 20
    end_clean(device)
    assert wire.bytes_up < 1.3 * (device.data / "spool.db").stat().st_size


def test_a_cut_is_backfilled(
    device: Device, centre: SimulatedCentre, court: Court, wire: Wire
) -> None:
    begin(device, centre)
    device.client.call("start", operation=court.operation)
    device.records(6)
    wire.cut()
    eventually(lambda: device.client.status().link == "lost", "the cut is seen")
    eventually(lambda: device.client.status().backlog_fragments >= 10, "it records on")
    wire.mend()
    eventually(lambda: device.client.status().link != "lost", "the link is back")
    eventually(lambda: device.client.status().backlog_fragments <= 3, "backfill")
    device.client.call("stop", reason="结束")
    end_clean(device)


def test_s02_what_the_relay_archived_unheard_is_known_soon_and_not_only_at_the_end(
    device: Device, centre: SimulatedCentre, court: Court, wire: Wire
) -> None:
    device.start_as(HURRIED)
    device.enrol(centre)
    eventually(lambda: device.client.status().link == "good", "link")
    device.client.call("start", operation=court.operation)
    eventually(lambda: device.client.status().recent[0].archived > 0, "a part is archived")
    runs(device, 500)
    wire.cut()
    cut_ms = now_ms()
    runs(device, 5_000)  # meanwhile the relay archives a part, and says so to nobody
    wire.mend()

    def archived_to_ms() -> int:
        return device.client.status().recent[0].archived_to_ms or 0

    eventually(lambda: archived_to_ms() > cut_ms, "it is known that all before was archived")
    assert device.client.status().recording is not None, "while it records on"
    device.client.call("stop", reason="结束")
    end_clean(device)


def test_s02_an_address_that_changes_costs_seconds_and_no_picture(
    device: Device, centre: SimulatedCentre, court: Court, wire: Wire
) -> None:
    begin(device, centre)
    device.client.call("start", operation=court.operation)
    eventually(lambda: device.client.status().recent[0].received > 3, "footage arrives")
    wire.strand()
    eventually(lambda: device.client.status().backlog_fragments >= 5, "nothing arrives")
    eventually(lambda: device.client.status().backlog_fragments <= 3, "another way is found")
    device.client.call("stop", reason="结束")
    assert end_clean(device)["recordings"] == 1, "one recording over both ways"


def test_a_thin_link_keeps_live_young_and_loses_nothing(
    device: Device, centre: SimulatedCentre, court: Court, wire: Wire
) -> None:
    begin(device, centre)
    wire.rate = 30_000
    device.client.call("start", operation=court.operation)
    eventually(lambda: device.client.status().link == "thin", "the link is seen to be thin")
    eventually(lambda: device.client.status().backlog_fragments > 5, "footage waits")
    wire.rate = None
    eventually(lambda: device.client.status().backlog_fragments <= 3, "backfill")
    device.client.call("stop", reason="结束")
    end_clean(device)


def test_recorded_with_no_network_at_all_and_sent_later(
    device: Device, centre: SimulatedCentre, court: Court, wire: Wire
) -> None:
    begin(device, centre)
    wire.cut()
    for _ in range(2):
        device.client.call("start", operation=court.operation)
        device.records(4)
        device.client.call("stop", reason="结束")
    assert device.client.status().recent[0].received == 0
    wire.mend()
    counts = end_clean(device)
    assert counts["recordings"] == 2


@pytest.mark.parametrize("point", ["field.after_spool_append:7", "field.before_live_send:9"])
def test_killed_on_the_road_of_a_fragment(
    point: str, device: Device, centre: SimulatedCentre, court: Court
) -> None:
    begin(device, centre, crash_at=point)
    device.client.call("start", operation=court.operation)
    assert device.wait_dead() == -9
    device.start()
    recent = device.client.status().recent
    assert len(recent) == 1
    assert recent[0].ended
    assert recent[0].recorded >= 7
    assert "recording.ended_after_restart" in device.log()
    device.client.call("start", operation=court.operation)
    device.records()
    device.client.call("stop", reason="结束")
    assert end_clean(device)["recordings"] == 2


def test_resumes_by_itself_only_when_told(
    device: Device, centre: SimulatedCentre, court: Court
) -> None:
    begin(device, centre)
    device.client.call("start", operation=court.operation)
    device.records()
    device.kill()
    device.start(resume=True)
    eventually(lambda: device.client.status().recording is not None, "resumed")
    current = device.client.status().recording
    assert current is not None
    assert current.operation == court.operation
    device.client.call("stop", reason="结束")
    end_clean(device)


def test_a_dead_encoder_begins_a_new_recording_that_names_the_former(
    device: Device, centre: SimulatedCentre, court: Court
) -> None:
    begin(device, centre)
    device.client.call("start", operation=court.operation)
    device.records(6)
    device.kill_encoder()
    eventually(lambda: len(device.client.status().recent) == 2, "a second recording")
    device.records()
    device.client.call("stop", reason="结束")
    counts = end_clean(device)  # the audit checks that each opening names the one before
    assert counts["recordings"] == 2


def test_an_encoder_that_stands_still_is_replaced(
    device: Device, centre: SimulatedCentre, court: Court
) -> None:
    begin(device, centre)
    device.client.call("start", operation=court.operation)
    device.records(6)
    os.kill(device.children()[0], signal.SIGSTOP)
    eventually(lambda: len(device.client.status().recent) == 2, "a second recording")
    assert "encoder.stalled" in device.log()
    device.client.call("stop", reason="结束")
    end_clean(device)


def test_a_relay_that_was_killed_gets_what_it_lost(
    device: Device, centre: SimulatedCentre, court: Court, relay: Relay
) -> None:
    begin(device, centre)
    device.client.call("start", operation=court.operation)
    device.records(6)
    relay.kill()
    lost = device.recorded()
    device.records(4)
    relay.start()
    device.records(4)
    device.client.call("stop", reason="结束")
    counts = end_clean(device)
    assert counts["recordings"] == 1, "the cut made no second one"
    assert counts["fragments"] > lost > 0, "it went on without the relay"


def test_a_file_is_a_camera(
    device: Device, centre: SimulatedCentre, court: Court, tmp_path: Path
) -> None:
    film = make_movie(tmp_path / "film.mkv", *moving_picture("402x300", "15", 1.3))
    begin(device, centre, f"file:{film}")
    device.client.call("start", operation=court.operation)
    device.records(20)  # more than twice as long as the film: it goes on from its start
    device.client.call("stop", reason="结束")
    assert end_clean(device)["recordings"] == 1


def test_a_source_that_the_court_refuses_is_an_alarm_and_stays_here(
    device: Device, court: Court, tmp_path: Path
) -> None:
    strict = Relay(tmp_path / "strict", court, sources='"camera"')
    strict.start()
    centre = SimulatedCentre(court, strict.address())
    try:
        begin(device, centre)
        device.client.call("start", operation=court.operation)
        alarm = "opening.source_refused"
        eventually(lambda: device.client.status().alarm == alarm, "the alarm")
        device.records()
        device.client.call("stop", reason="结束")
        status = device.client.status()
        assert status.recent[0].received == 0
        assert status.backlog_fragments == status.recent[0].recorded > 0
        device.stop()
        assert device.audit()["ok"]
    finally:
        centre.close()
        strict.stop()


@pytest.mark.parametrize("name", ["camera.no_video", "camera.not_found"])
def test_a_camera_that_cannot_record_is_refused_and_nothing_is_recorded(
    name: str, device: Device, centre: SimulatedCentre, court: Court, tmp_path: Path
) -> None:
    path = tmp_path / "film.mp4"
    if name == "camera.no_video":
        path.write_bytes("不是视频".encode() * 999)
    begin(device, centre, f"file:{path}")
    with pytest.raises(MzError) as caught:
        device.client.call("start", operation=court.operation)
    assert caught.value.code == name
    assert device.client.status().recent == []


def test_no_new_recording_on_a_full_disk(
    device: Device, centre: SimulatedCentre, court: Court
) -> None:
    begin(device, centre, min_free_bytes=2**60)
    assert device.client.status().disk_refusal == "spool.disk_full"
    with pytest.raises(MzError) as caught:
        device.client.call("start", operation=court.operation)
    assert caught.value.code == "spool.disk_full"
    assert device.client.status().recent == []


def test_s04_the_time_before_the_tap_is_recorded_archived_and_plays(
    device: Device, centre: SimulatedCentre, court: Court
) -> None:
    begin(device, centre, buffer_seconds=2, arm_on_scene=True)
    device.client.call("step", operation=court.operation, step="on_scene")
    eventually(lambda: device.client.status().armed, "armed at the scene")
    assert device.client.status().buffer_seconds == 2
    runs(device, 4_000)
    tapped = now_ms()
    device.client.call("start", operation=court.operation)
    answered = now_ms()
    device.records(9)
    device.client.call("step", operation=court.operation, step="withdrawn")
    eventually(lambda: not device.client.status().armed, "disarmed at withdrawal")
    assert device.client.status().recording is not None
    device.client.call("stop", reason="现场结束")
    end_clean(device)
    spool = Spool(device.data, Identity(device.data / "device").storage_key)
    (name,) = spool.footage.names()
    frames = [
        spool.footage.frame(Key(name, 1, number)) for number, *_ in spool.footage.numbers(name, 1)
    ]
    headers = [split_frame(frame)[0] for frame in frames if frame]
    movie = spool.footage.init(name, 1) + b"".join(
        bytes(split_frame(frame)[1]) for frame in frames if frame
    )
    spool.close()
    assert tapped - 3_200 <= headers[0].wall_ms <= answered - 2_000
    assert {header.buffered for header in headers[:10]} == {True}
    command = [ffmpeg_program(), "-v", "error", "-i", "pipe:0", "-map", "0:v", "-f", "rawvideo",
               "-pix_fmt", "gray", "-fps_mode", "passthrough", "pipe:1"]  # fmt: skip
    planes = subprocess.run(command, input=movie, capture_output=True, check=True).stdout
    size = WIDTH * HEIGHT
    numbers = [read_bar(planes[at : at + size]) for at in range(0, len(planes), size)]
    assert numbers[0] is not None
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    command = [ffmpeg_program(), "-v", "error", "-i", "pipe:0", "-map", "0:a", "-f", "s16le",
               "pipe:1"]  # fmt: skip
    sound = subprocess.run(command, input=movie, capture_output=True, check=True).stdout
    # a stopped encoder still writes the sound it had read ahead of the pictures
    assert abs(len(sound) / 2 / 48_000 - len(numbers) / 25) < 0.6, "sound as long as pictures"


def test_s05_in_a_major_case_recording_begins_with_the_arrival(
    device: Device, centre: SimulatedCentre, court: Court
) -> None:
    court.major = True
    begin(device, centre)
    device.client.call("step", operation=court.operation, step="departed")
    eventually(lambda: len(centre.records) == 1, "the departure is told")
    assert device.client.status().recording is None
    device.client.call("step", operation=court.operation, step="on_scene")
    eventually(lambda: device.client.status().recording is not None, "it records by itself")
    device.client.call("stop", reason="现场结束")
    end_clean(device)


@pytest.mark.parametrize("batch", [1, 2])
def test_killed_while_the_buffer_is_being_kept(
    batch: int, device: Device, centre: SimulatedCentre, court: Court
) -> None:
    begin(device, centre, crash_at=f"field.after_spool_append:{batch}", buffer_seconds=6)
    assert device.client.ask(Status, "arm").armed
    runs(device, 7_500)
    with pytest.raises(MzError):
        device.client.call("start", operation=court.operation)
    assert device.wait_dead() == -9
    device.start()
    recent = device.client.status().recent
    assert [one.ended for one in recent] == [True]
    assert 25 * (batch - 1) < recent[0].recorded <= 25 * batch, "whole batches, nothing between"
    end_clean(device)
