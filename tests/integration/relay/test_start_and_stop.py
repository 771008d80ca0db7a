"""A relay that cannot start says why and touches nothing; one that is stopped waits for nobody."""

from __future__ import annotations

import contextlib
import subprocess
import threading
import time
from collections.abc import Callable

import pytest
import requests

from schemas.stream import Fault
from tests.integration.relay.running import ROOT, RunningRelay, TestDevice
from tests.patience import PATIENCE_S

Make = Callable[..., RunningRelay]
WAIT_S = 30
"""The longest that the relay lets anybody wait for an item of the feed."""


def start_and_fail(relay: RunningRelay) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        relay.command(), cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE_S, check=False
    )


@pytest.mark.parametrize("which", ["stream_port", "http_port"])
def test_a_taken_port_is_named(make_relay: Make, which: str) -> None:
    running = make_relay()
    second = make_relay(start=False, **{which: getattr(running, which)})
    done = start_and_fail(second)
    assert done.returncode == 2
    assert "relay.port_taken" in done.stderr
    assert str(getattr(running, which)) in done.stderr


def test_a_folder_that_another_relay_has_is_not_touched(make_relay: Make) -> None:
    running = make_relay()
    second = make_relay(start=False, data=str(running.data))
    done = start_and_fail(second)
    assert done.returncode == 2
    assert "relay.data_in_use" in done.stderr
    assert running.audit()["ok"]


def test_bad_settings_and_keys_are_named(make_relay: Make) -> None:
    relay = make_relay(start=False, required_domains=2)
    assert "settings.invalid" in start_and_fail(relay).stderr
    other = make_relay(start=False)
    (other.data / "keys" / "root.txt").write_text("0" * 64)
    done = start_and_fail(other)
    assert done.returncode == 2
    assert "keys.wrong_root" in done.stderr


def wait_for_feed(relay: RunningRelay, epoch: str) -> None:
    """Wait for an item that does not come: the stop ends the wait."""
    with contextlib.suppress(requests.ConnectionError):
        relay.feed_page(epoch, 1_000_000, wait_ms=WAIT_S * 1000)


def test_ctrl_c_stops_cleanly_and_quickly(relay: RunningRelay) -> None:
    device: TestDevice = relay.device()
    recorder = device.recorder()
    with device.lane() as lane, relay.watch(device.id):
        lane.begin(recorder)
        lane.send(*recorder.frames[:7])
        lane.wait_received(recorder, set(range(7)))
        page = relay.feed_page()
        waiting = threading.Thread(target=wait_for_feed, args=(relay, page.epoch))
        waiting.start()
        began = time.monotonic()
        assert relay.stop() == 0
        assert time.monotonic() - began < WAIT_S, "it waited for nobody"
        lane.until(lambda m: isinstance(m, Fault) and m.fatal)
        waiting.join()
    assert relay.audit()["ok"]
