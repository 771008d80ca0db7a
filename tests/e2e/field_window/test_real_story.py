"""The officer's story on the real window with the real service, relay, web and worker."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from field_app.client import ServiceClient, start_service
from field_app.local_api.outbox import OutboxState
from field_app.screens.app import FieldWindow
from tests.e2e.field_window.hand import Hand
from tests.e2e.field_window.real_centre import RealCentre

PLACE = "23.129110,113.264385"
ORDER = "请先清点再装箱"


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[RealCentre]:
    made = RealCentre(tmp_path / "centre")
    try:
        made.start()
        yield made
    finally:
        made.close()


@pytest.fixture
def services() -> Iterator[list[subprocess.Popen[bytes]]]:
    """The services that the window started; stopped at the end."""
    started: list[subprocess.Popen[bytes]] = []
    yield started
    for process in started:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.wait(20)


def _window(data: Path, services: list[subprocess.Popen[bytes]]) -> FieldWindow:
    def start() -> subprocess.Popen[bytes]:
        services.append(start_service(data, "generated", PLACE))
        return services[-1]

    return FieldWindow(data, partial(ServiceClient, data), start, "zh-CN")


@pytest.mark.slow
def test_the_officers_story_from_enrolment_to_received(
    tmp_path: Path,
    centre: RealCentre,
    services: list[subprocess.Popen[bytes]],
    pictures: Path,
) -> None:
    data = tmp_path / "field"
    data.mkdir(mode=0o700)
    hand = Hand(_window(data, services))
    hand.open()
    try:
        _enrol(hand, centre)
        _record(hand, pictures)
        _answer_the_order(hand, centre)
        _seize(hand, centre)
        hand.picture(pictures / "field-real-outbox.png")
    finally:
        hand.close()
    _the_recording_outlives_the_window(data, services)


def _enrol(hand: Hand, centre: RealCentre) -> None:
    hand.wait(lambda: hand.window.state.attached, 30)
    hand.type(hand.part("centre"), centre.url)
    hand.type(hand.part("code"), centre.enrolment_code())
    hand.type(hand.part("name"), "NJ-21")
    hand.tap(hand.part("go"))
    hand.on("today")
    hand.wait(lambda: hand.window.state.operation() is not None, 20)


def _record(hand: Hand, pictures: Path) -> None:
    hand.picture(pictures / "field-real-today.png")
    assert hand.window.state.frame is None, "the camera rests while nobody looks"
    hand.tap(hand.said("进入行动"))
    hand.on("record")
    hand.wait(lambda: hand.here.has_picture, 20)
    assert not hand.here.recording, "what will be recorded is seen before"
    hand.picture(pictures / "field-real-aiming.png")
    for words in ("到达现场", "开始实施"):
        hand.tap(hand.part("step"))
        hand.wait(lambda words=words: hand.part("step").text == words)
        hand.wait(lambda: not hand.part("step").disabled)
    hand.tap(hand.part("button"))
    hand.wait(lambda: hand.here.recording and hand.here.has_picture, 20)
    hand.wait(lambda: hand.says("直播中"), 20)
    running = hand.window.state.recording
    assert running is not None
    hand.wait(lambda: hand.window.state.recording.received > 10, 20)
    hand.picture(pictures / "field-real-record.png")


def _answer_the_order(hand: Hand, centre: RealCentre) -> None:
    centre.send_order(ORDER)
    hand.wait(lambda: hand.says(ORDER), 20)
    hand.tap(hand.said("已读", hand.part("orders")))
    hand.wait(lambda: "read" in [one.lower() for one in centre.order_states(ORDER)], 20)
    hand.tap(hand.said("完成", hand.part("orders")))
    hand.wait(lambda: "done" in [one.lower() for one in centre.order_states(ORDER)], 20)
    hand.wait(lambda: not hand.says(ORDER))


def _seize(hand: Hand, centre: RealCentre) -> None:
    hand.choose_act("扣押动产")
    hand.on("act")
    hand.tap(hand.part("add_item"))
    hand.on("item")
    hand.type(hand.part("name"), "数控车床")
    hand.pick(hand.part("unit"), "台")
    hand.type(hand.part("value"), "68000")
    hand.tap(hand.here.add_photo)
    hand.wait(lambda: hand.here.item.photos, 20)
    hand.tap(hand.part("done"))
    hand.on("act")
    for tick in hand.here.entries["not_exempt"].ticks:
        hand.tap(tick)
    hand.type(hand.part("custodian"), "南城仓储 罗以安")
    hand.tap(hand.part("save"))
    hand.on("review")
    hand.tap(hand.part("save"))
    hand.on("record")
    hand.tap(hand.part("backlog"))
    hand.on("outbox")
    items = hand.window.state
    kinds = {"step", "photo", "measure", "note"}  # the note: its place is simulated, and it says so
    hand.wait(lambda: {one.kind for one in items.outbox} == kinds)
    hand.wait(lambda: all(one.state is OutboxState.RECEIVED for one in items.outbox), 30)
    measure = next(one for one in items.outbox if one.kind == "measure")
    assert measure.defects, "the centre lists what the paper lacks"
    case = centre.seeded["cases"][0]["id"]
    assert centre.desk.measures(case)


def _the_recording_outlives_the_window(data: Path, services: list[subprocess.Popen[bytes]]) -> None:
    assert len(services) == 1
    assert services[0].poll() is None
    client = ServiceClient(data).connect()
    running = client.status().recording
    assert running is not None
    assert not running.ended
    client.call("stop", reason="测试结束")
    client.close()
