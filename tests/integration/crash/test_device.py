"""The officer's device, killed at each of its crash points while the whole house works."""

from __future__ import annotations

from pathlib import Path

import pytest

from door.refusal import Refusal
from schemas.problems import MzError
from tests.integration.crash.house import House
from tests.patience import eventually


@pytest.mark.parametrize(
    "point",
    ["field.after_spool_append", "field.after_spool_append:7", "field.before_live_send:6"],
)
def test_killed_while_recording_all_that_was_kept_is_archived(house: House, point: str) -> None:
    house.rearm("device", point)
    before = set(house.recordings())
    try:
        house.device.record(house.cast.operation)
        encoder = house.programs["device"].children()
        house.programs["device"].wait_killed()
    except (MzError, Refusal, OSError):  # it may die before it answers
        encoder = set()
    house.revive("device")
    (recording,) = set(house.recordings()) - before
    assert house.device.status().recording is None, "a camera never starts by itself"
    house.wait_archived()
    kept = house.recordings()[recording].recorded
    assert kept >= int(point.partition(":")[2] or 1)
    assert house.held_by_relay(recording) == set(range(kept))
    eventually(
        lambda: not any(Path(f"/proc/{each}").exists() for each in encoder), "no encoder stays"
    )
    house.record(4)  # and it records again
    house.settle()


def test_killed_after_a_record_was_kept_it_is_sent_once(house: House) -> None:
    before = house.measures()
    house.rearm("device", "field.after_record_kept")
    house.device.record(house.cast.operation)
    photo = house.device.photo()
    with pytest.raises(MzError, match=r"service\.unreachable"):
        house.seize(photo.sha256)
    house.revive("device")
    house.wait_sent()
    assert house.measures() == before + 1
    house.wait_told(before + 1)
    house.settle()


def test_killed_after_an_exhibit_was_sent_nothing_is_doubled(house: House) -> None:
    before = house.measures()
    house.device.record(house.cast.operation)
    house.wait_recorded(next(iter(house.recordings())), 1)
    house.device.stop("暂停")
    house.rearm("device", "field.after_exhibit_sent")
    house.device.record(house.cast.operation)
    photo = house.device.photo()
    house.revive("device")
    house.seize(photo.sha256)
    house.wait_sent()
    item = next(each for each in house.device.outbox() if each.item == photo.sha256)
    assert item.attempts == 2, "the repeat is counted"
    assert house.measures() == before + 1
    house.wait_told(before + 1)
    house.settle()
