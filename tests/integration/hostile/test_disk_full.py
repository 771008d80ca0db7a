"""No space left on device, by the kernel's own word: at the relay and in the officer's spool."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from door import commands
from door.places import CHECKOUT
from door.story.device import OfficersDevice
from field_app.client import service_command
from schemas.feed import SpaceChanged
from schemas.problems import MzError
from schemas.records import Step
from tests.integration.crash.house import House, Running
from tests.integration.hostile.small_disk import SmallDisk
from tests.integration.relay.running import RunningRelay
from tests.patience import PATIENCE_S, eventually


class SmallRelay(RunningRelay):
    """The relay with its data on a small disk."""

    def __init__(self, folder: Path, size_kib: int) -> None:
        super().__init__(folder)
        self.disk = SmallDisk(self.data, size_kib)

    def command(self, module: str = "media_relay.main") -> list[str]:
        """Return the command line, run where the small disk is."""
        return self.disk.command(super().command(module))


@pytest.fixture
def relay(tmp_path: Path) -> Iterator[SmallRelay]:
    """A relay on a disk of four megabytes, running."""
    made = SmallRelay(tmp_path, 4096)
    made.start()
    yield made
    made.kill()
    made.disk.close()


def test_a_relay_without_space_acknowledges_nothing_that_it_has_not(relay: SmallRelay) -> None:
    device = relay.device()
    recorder = device.recorder()
    with device.lane() as lane:
        lane.begin(recorder)
        lane.send(*recorder.frames[:2])
        lane.wait_received(recorder, {0, 1})
        relay.disk.fill(leave_kib=4)
        lane.send(*recorder.frames[2:])
        assert lane.fault("relay.log_failed").fatal
        acknowledged = lane.received()
    assert len(acknowledged) < len(recorder.frames)
    relay.disk.free()
    with device.lane() as lane:
        holdings = lane.holdings(recorder.id)
        held = {(recorder.id, n) for low, high in holdings.received for n in range(low, high + 1)}
        assert acknowledged <= held
        lane.publish(recorder)
        lane.wait_archived(recorder)
    relay.disk.inside.joinpath("ballast").unlink(missing_ok=True)
    report = relay.audit()
    assert report["ok"], report


def test_s02_a_relay_says_that_its_disk_fills_up_before_it_refuses_what_is_new(
    tmp_path: Path,
) -> None:
    made = SmallRelay(tmp_path, 16384)
    made._settings["min_free_bytes"] = 4096 * 1024
    made._write_settings()
    made.start()

    def levels() -> list[str]:
        return [str(item.level) for item in made.feed() if isinstance(item, SpaceChanged)]

    try:
        device = made.device()
        with device.lane() as lane:
            first = device.recorder()
            lane.begin(first)
            made.disk.fill(leave_kib=6000)
            eventually(lambda: levels() == ["low"], "low")
            made.disk.fill(leave_kib=3000)
            eventually(lambda: levels() == ["low", "full"], "full")
            health = requests.get(f"{made.url}/v1/health", timeout=PATIENCE_S).json()
            assert health["alarms"] == ["relay.disk_full data"]
            lane.send(*first.frames)  # what runs goes on
            lane.wait_received(first, set(range(len(first.frames))))
            lane.begin(device.recorder())
            assert not lane.fault("relay.disk_full").fatal
        made.disk.free()
        eventually(lambda: levels() == ["low", "full", "ample"], "ample")
    finally:
        made.kill()
        made.disk.close()


def test_a_relay_without_space_for_a_part_archives_it_later(relay: SmallRelay) -> None:
    device = relay.device()
    recorder = device.recorder()
    with device.lane() as lane:
        lane.begin(recorder)
        lane.send(*recorder.frames)
        lane.wait_received(recorder, set(range(len(recorder.frames))))
        relay.disk.fill()
        lane.listen(2.5)  # the part's second is over, and there is no room for it
        assert lane.archived() == set()
        relay.disk.free()
        lane.send(recorder.head(len(recorder.frames) - 1, final=True))
        lane.wait_archived(recorder)
    report = relay.audit()
    assert report["ok"], report


@pytest.fixture
def small_device(house: House, tmp_path: Path) -> Iterator[tuple[OfficersDevice, SmallDisk]]:
    """An enrolled device whose spool is on a disk of six megabytes."""
    folder = tmp_path / "device"
    folder.mkdir(mode=0o700)
    disk = SmallDisk(folder, 6 * 1024)
    device = OfficersDevice(disk.inside, "generated")
    command = disk.command(service_command(folder, min_free_bytes=1))
    program = Running("small", command, tmp_path / "device.log")
    program.launch()
    try:
        device.connect()
        code = house.desk.enrolment_code(house.cast.officer)
        device.enrol(house.site.public_url, code, "小盘记录仪")
        yield device, disk
    finally:
        device.close()
        program.stop()
        disk.close()


def test_a_device_without_space_says_so_and_loses_nothing_that_it_kept(
    small_device: tuple[OfficersDevice, SmallDisk], house: House
) -> None:
    device, disk = small_device
    first = device.record(house.cast.operation)
    eventually(lambda: device.recordings()[0].recorded >= 6, "fragments are kept")
    disk.fill()
    eventually(lambda: device.status().alarm == "spool.disk_full", "it says so")
    eventually(lambda: device.status().recording is None, "nothing pretends to be recorded")
    with pytest.raises(MzError) as caught:
        _report_until_refused(device, house)
    assert caught.value.code == "spool.disk_full"
    with pytest.raises(MzError) as refused:
        device._client.call("start", operation=house.cast.operation)
    assert refused.value.code == "spool.disk_full"
    disk.free()
    eventually(lambda: _settled(device, first), "all that was kept is archived")
    second = device.record(house.cast.operation)
    eventually(lambda: device.recordings()[0].recorded >= 4, "it records again")
    device.stop("现场结束")
    eventually(lambda: _settled(device, second), "archived")
    kept = {each.recording: each.recorded for each in device.recordings()}
    assert house.held_by_relay(first) == set(range(kept[first]))
    report = disk.command(commands.field_audit(Path(str(disk.inside).partition("/root")[2])))
    done = subprocess.run(
        report,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
        env=CHECKOUT.environment(),
    )
    assert done.returncode == 0, done.stdout + done.stderr


def _report_until_refused(device: OfficersDevice, house: House) -> None:
    """Report steps; the spool's file may have room for some more rows."""
    for _ in range(50):
        device.report_step(house.cast.operation, Step.ACTING)


def _settled(device: OfficersDevice, recording: str) -> bool:
    found = {each.recording: each for each in device.recordings()}[recording]
    return found.ended and found.archived == found.recorded > 0
