"""Web and worker, killed at each of their crash points while the whole house works."""

from __future__ import annotations

import pytest

from tests.integration.crash.house import House
from tests.patience import eventually


@pytest.mark.parametrize("point", ["centre.in_measure_transaction", "centre.after_record_commit"])
def test_web_killed_around_a_measures_commit_makes_it_once(house: House, point: str) -> None:
    before = house.measures()
    photo = _photo(house)
    house.rearm("web", point)
    saved = house.seize(photo)
    house.revive("web")
    house.wait_sent()
    item = next(each for each in house.device.outbox() if each.item == saved.item)
    assert item.attempts >= 2
    assert house.measures() == before + 1
    (records,) = house.facts(f"SELECT count(*) FROM field_record WHERE record = '{saved.item}'")
    assert records == (1,)
    house.wait_told(before + 1)
    house.settle()


@pytest.mark.parametrize("point", ["worker.before_submit", "worker.between_submit_and_answer"])
def test_s14_worker_killed_around_a_submission_tells_both_parties(house: House, point: str) -> None:
    before, repeated, counted = house.measures(), _repeated(house), _counted(house)
    photo = _photo(house)
    house.rearm("worker", point)
    house.seize(photo)
    house.revive("worker")
    house.wait_sent()
    house.wait_told(before + 1)
    repeated, counted = _repeated(house) - repeated, _counted(house) - counted
    assert repeated <= counted <= len(house.cast.parties), "every repeat is counted"
    assert counted >= 1
    if point == "worker.between_submit_and_answer":
        assert repeated >= 1, "the gateway heard it twice, under one key"
    house.settle()


def test_worker_killed_before_the_feeds_commit_misses_nothing(house: House) -> None:
    house.rearm("worker", "worker.after_feed_apply_before_commit")
    recording = house.record(6)
    house.revive("worker")
    house.settle()
    kept = house.recordings()[recording].recorded
    opened = f"SELECT count(*) FROM recording WHERE id = '{recording}'"
    eventually(lambda: house.facts(opened) == [(1,)], "the feed is followed")
    assert house.held_by_relay(recording) == set(range(kept))


def _photo(house: House) -> str:
    """Take a photo; what the device notices of its place while it records has been sent by then."""
    house.device.record(house.cast.operation)
    photo = house.device.photo()
    house.device.stop("拍照完毕")
    house.wait_sent()
    return photo.sha256


def _repeated(house: House) -> int:
    """How often the gateway was given a message that it had."""
    return house.facts("SELECT coalesce(sum(submissions - 1), 0) FROM simulated_sms")[0][0]


def _counted(house: House) -> int:
    """How many repeats the centre says that there may have been."""
    return house.facts("SELECT coalesce(sum(submissions - 1), 0) FROM notice_attempt")[0][0]
