"""A revoked device sends what it was lost with into the quarantine, nothing left out (S-66)."""

from __future__ import annotations

import time

from field_app.local_api.acts import PhotoTaken
from field_app.local_api.outbox import OutboxItem, OutboxState
from tests.integration.field.conftest import Device, wait_until
from tests.integration.field.court import Court
from tests.integration.field.simulated_centre import SimulatedCentre
from tests.integration.field.test_acts_story import items, seizure
from tests.integration.field.test_offline_story import goes_offline, goes_online
from tests.integration.field.wire import Wire


def test_s66_a_revoked_device_sends_its_records_and_their_photos_apart(
    device: Device, centre: SimulatedCentre, court: Court, roads: list[Wire]
) -> None:
    # Given a device that was lost with a seizure on it that no network took
    goes_offline(device, centre, roads)
    call = device.client.call
    call("step", operation=court.operation, step="on_scene")
    call("start", operation=court.operation)
    time.sleep(1.5)
    photo = device.client.ask(PhotoTaken, "photo")
    saved = device.client.ask(
        OutboxItem, "save_measure", operation=court.operation, body=seizure([photo.sha256])
    )
    call("stop", reason="遗失")
    # When it is revoked, finds a network, and there is room for one record only
    centre.revokes, centre.most_apart = True, 1
    goes_online(centre, roads)
    wait_until(lambda: len(centre.apart) == 1, 90, "the first record comes apart")
    wait_until(
        lambda: items(device)[saved.item].problem == "quarantine.full", 60, "it is told: full"
    )
    assert items(device)[saved.item].state is OutboxState.KEPT, "and nothing is lost"
    # Then all of it comes as soon as there is room, and nothing by the ordinary road
    centre.most_apart = 10
    device.kill()
    device.start()
    wait_until(lambda: len(centre.apart) == 2, 60, "every record comes apart")
    wait_until(lambda: device.client.status().outbox_waiting == 0, 60, "the photo, too")
    outbox = items(device)
    assert outbox[photo.sha256].state is OutboxState.RECEIVED
    assert outbox[saved.item].defects == ["record.quarantined"]
    assert centre.records == {}
