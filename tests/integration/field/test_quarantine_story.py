"""A revoked device sends what it was lost with into the quarantine, nothing left out (S-66)."""

from __future__ import annotations

import io
from collections.abc import Callable

import msgspec
import requests

from field_app.local_api.acts import PhotoTaken
from field_app.local_api.outbox import OutboxItem, OutboxState
from schemas.feed import RELAY_ORDER, OrderKind, RelayOrder
from schemas.field_api import FootageApart
from schemas.ids import new_id
from schemas.media.fragment import decode_header
from schemas.media.part import Entry, read_part
from schemas.problems import Kind, Problem
from schemas.sign import sign_envelope
from schemas.ticket import Act
from schemas.time import now_ms
from tests.integration.field.conftest import Device, Relay
from tests.integration.field.court import Court
from tests.integration.field.simulated_centre import SimulatedCentre
from tests.integration.field.test_acts_story import items, seizure
from tests.integration.field.test_offline_story import goes_offline, goes_online
from tests.integration.field.wire import Wire
from tests.patience import PATIENCE_S, eventually


def test_s66_a_revoked_device_sends_its_records_and_their_photos_apart(
    device: Device, centre: SimulatedCentre, court: Court, roads: list[Wire]
) -> None:
    # Given a device that was lost with a seizure on it that no network took
    goes_offline(device, centre, roads)
    call = device.client.call
    call("step", operation=court.operation, step="on_scene")
    call("start", operation=court.operation)
    device.records()
    photo = device.client.ask(PhotoTaken, "photo")
    saved = device.client.ask(
        OutboxItem, "save_measure", operation=court.operation, body=seizure([photo.sha256])
    )
    call("stop", reason="遗失")
    # When it is revoked, finds a network, and there is room for one record only
    centre.revokes, centre.most_apart = True, 1
    goes_online(centre, roads)
    eventually(lambda: len(centre.apart) == 1, "the first record comes apart")
    eventually(lambda: items(device)[saved.item].problem == "quarantine.full", "it is told: full")
    assert items(device)[saved.item].state is OutboxState.KEPT, "and nothing is lost"
    # Then all of it comes as soon as there is room, and nothing by the ordinary road
    centre.most_apart = 10
    device.kill()
    device.start()
    eventually(lambda: len(centre.apart) == 2, "every record comes apart")
    eventually(lambda: device.client.status().outbox_waiting == 0, "the photo, too")
    outbox = items(device)
    assert outbox[photo.sha256].state is OutboxState.RECEIVED
    assert outbox[saved.item].defects == ["record.quarantined"]
    assert centre.records == {}


def _revoke_at(relay: Relay, court: Court, device: str) -> None:
    """Order the relay to let the device in no more, as the centre does."""
    order = RelayOrder(new_id(), OrderKind.REVOKE_DEVICE, device, now_ms(), "遗失")
    answer = requests.post(
        f"{relay.address().http_url}/v1/orders", timeout=PATIENCE_S,
        data=msgspec.json.encode(sign_envelope(court.centre, RELAY_ORDER, order)),
        headers={"Authorization": f"Bearer {court.relay_ticket(Act.FEED)}"},
    )  # fmt: skip
    assert answer.ok, answer.text


def _fragments(relay: Relay, court: Court, said: FootageApart) -> list[tuple[str, int]]:
    """Return what a part at the relay holds, by recording and number."""
    answer = requests.get(
        f"{relay.address().http_url}/v1/exhibits/{said.sha256}", timeout=PATIENCE_S,
        headers={"Authorization": f"Bearer {court.relay_ticket(Act.PLAY, [said.sha256])}"},
    )  # fmt: skip
    assert answer.ok, answer.text
    entries = list(read_part(io.BytesIO(answer.content)))
    found = [decode_header(data) for kind, _, data in entries if kind is Entry.FRAGMENT]
    assert all(said.first_wall_ms <= one.wall_ms <= said.last_wall_ms for one in found)
    return [(one.recording, one.number) for one in found if one.rendition == 1]


def test_s66_a_revoked_device_sends_the_rest_of_its_footage_apart(
    device: Device, centre: SimulatedCentre, court: Court, roads: list[Wire], relay: Relay
) -> None:
    # Given a recording of which the relay has the beginning, and one that it knows nothing of
    device.start()
    device.enrol(centre)
    eventually(lambda: bool(device.client.status().operations), "operations")
    call = device.client.call
    call("start", operation=court.operation)
    eventually(_has_received(device, 5), "the relay has a beginning")
    centre.refuse_with = Problem("centre.unavailable", Kind.UNAVAILABLE)
    for road in roads:
        road.cut()
    eventually(lambda: device.client.status().link == "lost", "the link is lost")
    eventually(lambda: device.client.status().backlog_fragments >= 10, "some wait")
    call("stop", reason="遗失")
    call("start", operation=court.operation)
    eventually(lambda: device.client.status().backlog_fragments >= 25, "and more")
    call("stop", reason="遗失")
    waiting = device.client.status().backlog_fragments
    # When it is revoked, finds a network, and there is room for one part only
    centre.revokes, centre.most_footage = True, 1
    _revoke_at(relay, court, device.client.status().device)
    goes_online(centre, roads)
    eventually(lambda: len(centre.footage_apart) == 1, "the first part comes apart")
    # And is killed, and starts when there is room
    device.kill()
    centre.most_footage = 1_000
    device.start()
    eventually(lambda: device.client.status().backlog_fragments == 0, "nothing waits")
    # Then each fragment is there once, of both recordings, and the second from its beginning
    found = [
        one for said in centre.footage_apart.values() for one in _fragments(relay, court, said)
    ]
    assert len(found) == len(set(found))
    assert 0 < len(found) <= waiting
    firsts = sorted(
        min(number for recording, number in found if recording == name)
        for name in {recording for recording, _ in found}
    )
    assert len(firsts) == 2
    assert firsts[0] == 0 < firsts[1]


def _has_received(device: Device, count: int) -> Callable[[], bool]:
    def has() -> bool:
        recording = device.client.status().recording
        return recording is not None and recording.received >= count

    return has
