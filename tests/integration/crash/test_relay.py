"""The relay, killed under a real device; `tests/integration/relay` kills it at every point."""

from __future__ import annotations

import os
import signal

import pytest

from tests.integration.crash.house import PROGRAMS, House


@pytest.mark.parametrize("point", ["relay.before_fdatasync:4", "relay.after_part_close_before_ack"])
def test_relay_killed_while_recording_loses_nothing(house: House, point: str) -> None:
    house.rearm("relay", point)
    recording = house.device.record(house.cast.operation)
    house.revive("relay")
    kept = house.recordings()[recording].recorded
    house.wait_recorded(recording, kept + 5)  # the camera never noticed
    house.device.stop("现场结束")
    house.settle()
    kept = house.recordings()[recording].recorded
    assert house.held_by_relay(recording) == set(range(kept))


def test_power_cut_of_every_program_at_once(house: House) -> None:
    before = house.measures()
    recording = house.device.record(house.cast.operation)
    house.wait_recorded(recording, 8)
    house.seize(house.device.photo().sha256)
    for name in PROGRAMS:
        process = house.programs[name].process
        assert process is not None
        os.kill(process.pid, signal.SIGKILL)
    for name in PROGRAMS:
        house.revive(name)
    house.wait_sent()
    house.wait_archived()
    kept = house.recordings()[recording].recorded
    assert kept >= 8
    assert house.held_by_relay(recording) == set(range(kept))
    assert house.measures() == before + 1
    house.wait_told(before + 1)
    house.settle()
