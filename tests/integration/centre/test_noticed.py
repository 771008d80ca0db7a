"""S-04: what a device noticed of its clock and place is told to the desk, stands with the
recording, and is in the package."""

from __future__ import annotations

import pytest

from command_center.access.permissions import Role
from command_center.desk.events import recent
from command_center.footage.noticed import noticed_in
from command_center.measures.models import RecordRow
from schemas.recording_notes import Noticed, NoticedKind
from tests.integration.centre.court import Court
from tests.integration.centre.running import Centre
from tests.integration.centre.test_footage import T0
from tests.integration.centre.test_proof import Scene
from tests.integration.centre.test_proof_pages import Reader

CASES = [
    (NoticedKind.SIMULATED_PLACE, 0, "模拟位置，不是接收机测得"),
    (NoticedKind.IMPOSSIBLE_SPEED, 1_800, "定位跳动，相当于时速 1800 公里以上"),
    (NoticedKind.CLOCK_SET, -90_000, "设备时钟被调慢 90 秒"),
    (NoticedKind.CLOCK_OFF, 95_000, "设备时钟比指挥中心快 95 秒"),
    (NoticedKind.LEFT_SITE, 320, "录制中离开行动地点，距 320 米"),
    (NoticedKind.BACK_AT_SITE, 40, "回到行动地点，距 40 米"),
]


@pytest.mark.parametrize(("what", "value", "said"), CASES)
def test_each_is_told_once_and_kept_with_its_recording(
    sqlite_court: Court, what: NoticedKind, value: int, said: str
) -> None:
    scene = Scene(sqlite_court)
    recording, operation = scene.footage().recordings[0].id, sqlite_court.seeded.operation
    scene.say(Noticed(recording, what, T0 + 2_000, value), T0 + 2_000)
    found = sqlite_court.database.read(noticed_in, operation, recording)
    assert [(one.what, one.value) for one in found] == [(what, value)]
    assert sqlite_court.database.read(noticed_in, operation, "another") == []
    events = sqlite_court.database.read(recent, sqlite_court.staff(Role.DUTY_OFFICER))
    (told,) = [one for one in events if one.type == "DeviceNoticed"]
    assert told.text_zh.startswith(said)
    assert told.level == ("info" if what is NoticedKind.BACK_AT_SITE else "warn")
    kept = sqlite_court.database.read(
        lambda uow: uow.session.query(RecordRow).filter_by(operation=operation).all()
    )
    assert "noticed" in {row.kind for row in kept}, "a package takes every record of its operation"


@pytest.mark.parametrize("value", [10**18, -(10**18)])
def test_a_number_beyond_belief_is_shown_and_breaks_nothing(
    sqlite_court: Court, value: int
) -> None:
    scene = Scene(sqlite_court)
    scene.say(Noticed("x" * 400, NoticedKind.CLOCK_SET, -1, value), T0 + 2_000)
    events = sqlite_court.database.read(recent, sqlite_court.staff(Role.DUTY_OFFICER))
    assert any(one.type == "DeviceNoticed" for one in events)


def test_the_tile_and_the_recording_say_it(sqlite_centre: Centre) -> None:
    scene = Scene(sqlite_centre.court)
    recording = scene.footage().recordings[0]
    duty = Reader(sqlite_centre, Role.DUTY_OFFICER)
    strip = f"wall/strips/{scene.device.id}"
    assert "noticed" not in duty.page(strip)
    for what, value, _ in CASES[2:5]:
        scene.say(Noticed(recording.id, what, T0 + 2_000, value), T0 + 2_000)
    shown = duty.page(strip)
    assert "设备时钟被调慢 90 秒" in shown
    assert "距 320 米" in shown
    scene.say(Noticed(recording.id, NoticedKind.BACK_AT_SITE, T0 + 4_000, 40), T0 + 4_000)
    shown = duty.page(strip)
    assert "设备时钟被调慢 90 秒" in shown
    assert "行动地点" not in shown
    page = duty.page(f"recordings/{recording.id}")
    assert "设备提示" in page
    assert "录制中离开行动地点，距 320 米" in page
    assert "回到行动地点，距 40 米" in page
