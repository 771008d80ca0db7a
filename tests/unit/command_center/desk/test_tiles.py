"""A tile tells a device that records nothing from one that cannot be reached."""

from __future__ import annotations

import flask_babel
import msgspec
import pytest
from flask import Flask

from command_center.desk.tiles import TileFacts, lasting, present_tile
from command_center.devices.service import DeviceView
from schemas.events import PresenceOut

HERE = PresenceOut("d1", "陈志远", None, 1, None, None, None, 80, "good", 0, 0, None, None)
DEVICE = DeviceView(
    "d1", "单兵 01", "k1", "file", "0.1", "o1", "陈志远", 1, None, True, 1, None,
)  # fmt: skip


@pytest.mark.parametrize(
    ("presence", "idle"),
    [(HERE, True), (msgspec.structs.replace(HERE, recording="r1"), False), (None, False)],
)
def test_idle_is_heard_of_without_a_recording(presence: PresenceOut | None, idle: bool) -> None:
    app = Flask(__name__)
    flask_babel.Babel(app)
    with app.test_request_context():
        facts = TileFacts(DEVICE, None, None, [], [], None, False, [], wanted=False)
        tile = present_tile(facts, presence, 1, 1_000)
    assert tile.idle is idle


@pytest.mark.parametrize(
    ("battery", "storage", "hot", "said"),
    [
        (None, None, None, ("", False)),
        (5_400, 66_600, None, ("电量约剩 1 小时 30 分", False)),
        (1_799, None, None, ("电量约剩 29 分", True)),
        (5_400, 600, 300, ("电量约剩 1 小时 30 分 · 存储约剩 10 分 · 离过热约 5 分", True)),
        (None, 0, 5_400, ("存储约剩 0 分", True)),
    ],
)
def test_what_ends_within_half_an_hour_is_a_warning(
    battery: int | None, storage: int | None, hot: int | None, said: tuple[str, bool]
) -> None:
    app = Flask(__name__)
    flask_babel.Babel(app)
    told = msgspec.structs.replace(
        HERE, battery_left_s=battery, storage_left_s=storage, hot_left_s=hot
    )
    with app.test_request_context():
        assert lasting(told) == said
        assert lasting(None) == ("", False)
