"""What stands on the live wall: nobody who needs somebody is left out."""

from __future__ import annotations

import re

import pytest

from command_center.access.permissions import Role
from command_center.desk.tiles import MOST_TILES
from command_center.devices.contact import contact, device_principal
from command_center.devices.service import LATELY_MS, device_connected
from command_center.footage.feed import apply_page
from command_center.measures.service import accept_field_record
from schemas import feed
from schemas.ids import new_id
from schemas.records import Sos, SosCause
from tests.integration.centre.court import Court, TestDevice
from tests.integration.centre.running import Centre
from tests.integration.centre.test_footage import TestRelay
from tests.integration.centre.test_proof_pages import Reader


class Wall:
    """The duty officer before the wall, and devices that come and go."""

    def __init__(self, centre: Centre) -> None:
        self.court: Court = centre.court
        self.duty = Reader(centre, Role.DUTY_OFFICER)

    def device(self, *, ended: bool = False, ago_ms: int = 0) -> TestDevice:
        """A device that is live, and records or did."""
        device, _ = self.court.enrolled()
        relay = TestRelay(self.court, device)
        items: list[feed.FeedItem] = [relay.opened(self.court.seeded.operation)]
        items += [relay.received(0, 19), *([relay.ended(19)] if ended else [])]
        self.court.database.run(apply_page, relay.page(*items, epoch=new_id()))
        self.air(device, True, ago_ms)
        return device

    def air(self, device: TestDevice, connected: bool, ago_ms: int = 0) -> None:
        at_ms = self.court.clock() - ago_ms
        self.court.database.run(device_connected, device.id, connected, at_ms)

    def call(self, device: TestDevice) -> None:
        """Its officer calls for help."""
        made = self.court.database.run(contact, device.hello())
        who = self.court.database.read(device_principal, made.session)
        at_ms = self.court.clock()
        envelope = device.record(
            self.court.seeded, Sos(new_id(), at_ms, SosCause.BUTTON, True), at_ms
        )
        self.court.database.run(accept_field_record, who, envelope)

    def page(self) -> str:
        return self.duty.page("wall")

    def tiles(self) -> list[str]:
        found: list[str] = re.findall(r'<live-tile class="tile" device="([^"]+)"', self.page())
        return found


@pytest.fixture
def wall(sqlite_centre: Centre) -> Wall:
    return Wall(sqlite_centre)


def test_s04_who_broke_off_while_recording_stays_on_the_wall_for_an_hour(wall: Wall) -> None:
    broken, done = wall.device(), wall.device(ended=True)
    former = wall.device(ago_ms=2 * LATELY_MS)
    wall.air(broken, False)
    wall.air(done, False)
    wall.air(former, False, LATELY_MS)
    assert wall.tiles() == [broken.id]
    assert "data-broke-off-ms=" in wall.page()
    # what it says of its link is since when there is none, and the heading counts it as lost
    assert re.search(r'data-part="link-word">断开于 \d\d:\d\d:\d\d<', wall.page())
    assert re.search(r'data-part="on-air"[^>]*>0 台在线 · 1 台失联<', wall.page())
    # and the alarm leads to its picture
    alarms = wall.duty.page("wall/alarms")
    assert f'href="/desk/wall/{broken.id}"' in alarms
    assert "断线" in alarms  # whether it was recording or idle
    wall.duty.page(f"wall/{broken.id}")


def test_s04_of_more_than_the_wall_holds_the_one_who_calls_for_help_is_shown(wall: Wall) -> None:
    devices = [wall.device() for _ in range(MOST_TILES + 2)]
    page = wall.page()
    assert f"{len(devices)} 台在线" in page
    assert "另有 2 台未显示" in page
    assert wall.tiles() == [one.id for one in devices[:MOST_TILES]]
    wall.call(devices[-1])
    wall.air(devices[-2], False)
    assert wall.tiles() == [one.id for one in (*devices[: MOST_TILES - 2], *devices[-2:])]
    assert re.findall(r'device="([^"]+)"[^>]* data-sos', wall.page()) == [devices[-1].id]
    bar = wall.duty.page("sos/bar")
    assert f'data-device="{devices[-1].id}"' in bar
    assert 'data-key="s"' in bar
