"""A tile tells a device that records nothing from one that cannot be reached."""

from __future__ import annotations

import flask_babel
import msgspec
import pytest
from flask import Flask

from command_center.desk.tiles import TileFacts, present_tile
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
        tile = present_tile(TileFacts(DEVICE, None, None, [], [], None), presence, 1, 1_000)
    assert tile.idle is idle
