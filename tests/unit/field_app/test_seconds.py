"""A second officer's key on a colleague's device: only his PIN opens it, tries are throttled."""

from __future__ import annotations

from pathlib import Path

import pytest

from field_app.device import seconds as device_seconds
from field_app.device import throttle
from field_app.device.seconds import KeptSeconds, Seconds
from field_app.spool.spool import Spool
from schemas.field_api import OfficerInfo
from schemas.problems import MzError
from schemas.second import EnrolledSecond

OFFICER = OfficerInfo("01960000-0000-7000-8000-0000000000ab", "第二人", "002", "CLERK")
PIN, WRONG = "482913", "482914"


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path, b"k" * 32, 0)


def _enrol(seconds: Seconds, pin: str = PIN) -> str:
    key = seconds.begin("CODE", pin).key
    seconds.keep(EnrolledSecond(key, OFFICER))
    return key


def _code(seconds: Seconds, pin: str, officer: str = OFFICER.officer) -> str:
    with pytest.raises(MzError) as caught:
        seconds.open(officer, pin)
    return caught.value.code


def test_r11_the_pin_opens_the_key_and_nothing_else_does(spool: Spool) -> None:
    seconds = Seconds(spool.facts)
    key = _enrol(seconds)
    assert _code(seconds, WRONG) == "pin.wrong"
    assert _code(seconds, PIN, "01960000-0000-7000-8000-0000000000ff") == "second.not_enrolled"
    assert seconds.open(OFFICER.officer, PIN).key == key


def test_r11_tries_are_throttled_also_after_a_restart(
    spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for room in (device_seconds, throttle):
        monkeypatch.setattr(room, "now_ms", lambda: 1_000_000)
    seconds = Seconds(spool.facts)
    _enrol(seconds)
    assert [_code(seconds, WRONG) for _ in range(3)] == ["pin.wrong"] * 3
    assert _code(Seconds(spool.facts), PIN) == "pin.throttled", "the right one too"


def test_r11_what_the_device_keeps_tells_neither_pin_nor_key(spool: Spool) -> None:
    seconds = Seconds(spool.facts)
    _enrol(seconds)
    kept = spool.facts.get("seconds", KeptSeconds)
    assert kept is not None
    assert PIN.encode() not in repr(kept).encode()
    assert len(kept.seconds[0].wrapped.secret) == 32 + 16, "encrypted, with its tag"


def test_a_lost_answer_asks_again_with_the_same_key(spool: Spool) -> None:
    seconds = Seconds(spool.facts)
    first = seconds.begin("CODE", PIN).key
    assert Seconds(spool.facts).begin("code ", PIN).key == first
    assert seconds.begin("CODE", WRONG).key != first, "another PIN, another key"
    with pytest.raises(MzError, match=r"enrolment\.inconsistent"):
        seconds.keep(EnrolledSecond(first, OFFICER))


def test_a_new_pin_takes_the_place_of_the_former(spool: Spool) -> None:
    seconds = Seconds(spool.facts)
    _enrol(seconds)
    newer = _enrol(seconds, WRONG)
    assert [one.wrapped.key for one in seconds.all()] == [newer]
