"""Alarms stand until something settles them, and each thing raises one."""

from __future__ import annotations

from command_center.desk.alarms import SHIFT_MS, unsettled
from schemas.events import DeskEvent

NOW = 1_773_297_000_000


def event(seq: int, type_: str, level: str, subject: str = "relay-1", age_ms: int = 0) -> DeskEvent:
    return DeskEvent(
        seq, type_, NOW - age_ms, None, None, None, subject, "媒体中继无应答", "Silent", level
    )


def types(*newest_first: DeskEvent) -> list[str]:
    return [one.type for one in unsettled(list(newest_first), NOW)]


def test_an_alarm_stands_until_its_counterpart_comes() -> None:
    silent = event(1, "RelaySilent", "alarm")
    assert types(silent) == ["RelaySilent"]
    assert types(event(2, "RelayBack", "info"), silent) == []


def test_a_second_silence_after_the_return_is_an_alarm_again() -> None:
    first, back = event(1, "RelaySilent", "alarm"), event(2, "RelayBack", "info")
    assert types(event(3, "RelaySilent", "alarm"), back, first) == ["RelaySilent"]


def test_the_return_of_another_settles_nothing() -> None:
    back = event(2, "RelayBack", "info", subject="relay-2")
    assert types(back, event(1, "RelaySilent", "alarm")) == ["RelaySilent"]


def test_one_thing_raises_one_alarm() -> None:
    assert len(types(event(2, "RelaySilent", "alarm"), event(1, "RelaySilent", "alarm"))) == 1


def test_what_is_no_warning_and_what_is_of_a_former_shift_is_none() -> None:
    assert types(event(2, "OrderSent", "info")) == []
    assert types(event(1, "ChainBroken", "alarm", age_ms=SHIFT_MS + 1)) == []
