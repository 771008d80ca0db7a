"""Footage of a revoked device at a real relay: kept apart, examined, taken in by order (S-66)."""

from __future__ import annotations

import hashlib
import io

import msgspec
import pytest
import requests

from schemas.feed import (
    RELAY_ORDER,
    OrderApplied,
    OrderKind,
    RecordingOpened,
    RelayOrder,
    TakenFootage,
)
from schemas.ids import new_id
from schemas.media.fragment import HEADER_BYTES
from schemas.media.part import Entry, PartPreamble, PartWriter
from schemas.sign import Envelope, fingerprint, sign_envelope
from schemas.ticket import Act, Publisher
from schemas.time import now_ms
from tests.integration.relay.footage import FRAGMENT_MS, Recorder
from tests.integration.relay.running import RunningRelay, TestDevice
from tests.integration.relay.test_http import code_of
from tests.patience import eventually

LATER_MS = 86_400_000


def packed(recorder: Recorder, first: int = 0, *extra: bytes) -> bytes:
    """Return the part that a device packs of what it holds from a number on."""
    file = io.BytesIO()
    writer = PartWriter(
        file, PartPreamble(new_id(), recorder.id, recorder.device, 0, recorder.started_ms)
    )
    writer.add(Entry.OPENING, msgspec.json.encode(recorder.opening))
    writer.add(Entry.INIT, recorder.init_frame)
    last = len(recorder.frames) - 1
    for frame in (*recorder.frames[first:], *extra):
        writer.add(Entry.FRAGMENT, frame)
    for number in range(first + 4, last, 5):
        writer.add(Entry.HEAD, recorder.head(number))
    writer.add(Entry.HEAD, recorder.head(last, final=True))
    writer.close()
    return file.getvalue()


def put(relay: RunningRelay, device: TestDevice, part: bytes) -> str:
    sha256 = hashlib.sha256(part).hexdigest()
    token = relay.court.ticket(Act.QUARANTINE, holder=device.id, exhibits=[sha256])
    assert relay.request("PUT", f"/v1/quarantine/{sha256}", token, data=part).ok
    return sha256


def examine(relay: RunningRelay, sha256: str) -> requests.Response:
    token = relay.court.ticket(Act.EXAMINE, exhibits=[sha256])
    return relay.request("GET", f"/v1/quarantine/{sha256}", token)


def take(
    relay: RunningRelay, device: TestDevice, recording: str, sha256: str, before_ms: int = 0
) -> Envelope:
    """Return the centre's order to take a part in."""
    public = device.signer.public
    publisher = Publisher(device.id, fingerprint(public), "ed25519", public)
    taken = TakenFootage(recording, publisher, before_ms or now_ms() + LATER_MS)
    order = RelayOrder(
        new_id(), OrderKind.TAKE_FOOTAGE, sha256, now_ms(), "test", footage=taken
    )  # fmt: skip
    return sign_envelope(relay.court.centre, RELAY_ORDER, order)


def outcomes(relay: RunningRelay) -> list[str]:
    return [item.outcome for item in relay.feed() if isinstance(item, OrderApplied)]


def held(relay: RunningRelay, recording: str) -> list[tuple[int, int]]:
    """Return what a viewer's ticket shows of a recording; nothing where the relay knows none."""
    answer = relay.play(recording, "holdings")
    return [tuple(each) for each in answer.json()[0]["received"]] if answer.ok else []


def wait_held(relay: RunningRelay, recording: str, wanted: list[tuple[int, int]]) -> None:
    eventually(lambda: held(relay, recording) == wanted, wanted)


def revoke(relay: RunningRelay, device: TestDevice) -> None:
    assert relay.order(relay.court.order(OrderKind.REVOKE_DEVICE, device.id)).ok


def test_s66_footage_of_a_revoked_device_waits_apart_and_is_taken_in_by_order(
    relay: RunningRelay,
) -> None:
    device = relay.device()
    recorder = device.recorder(private=range(10, 15))
    revoke(relay, device)
    sha256 = put(relay, device, packed(recorder))
    # Nobody sees it who does not decide about it, and nothing of the archive knows it
    assert held(relay, recorder.id) == []
    assert not [item for item in relay.feed() if isinstance(item, RecordingOpened)]
    for token, code in (
        (relay.court.ticket(Act.PLAY, exhibits=[sha256]), "ticket.wrong_act"),
        (relay.court.ticket(Act.QUARANTINE, exhibits=[sha256]), "ticket.wrong_act"),
        (relay.court.ticket(Act.EXAMINE, exhibits=["0" * 64]), "ticket.wrong_subject"),
    ):
        answer = relay.request("GET", f"/v1/quarantine/{sha256}", token)
        assert (answer.status_code, code_of(answer)) == (403, code)
    film = examine(relay, sha256)
    assert film.headers["Cache-Control"] == "no-store"
    shown = [*recorder.frames[:10], *recorder.frames[15:]]
    assert film.content == recorder.init + b"".join(frame[HEADER_BYTES:] for frame in shown)
    # Two persons agreed; the relay dies while it takes it in, and gets the order again
    order = take(relay, device, recorder.id, sha256)
    assert relay.order(order).ok
    relay.kill()
    relay.start()
    assert relay.order(order).ok
    last = len(recorder.frames) - 1
    wait_held(relay, recorder.id, [(0, last)])
    opened = [item for item in relay.feed() if isinstance(item, RecordingOpened)]
    assert [item.quarantined for item in opened] == [True]
    assert outcomes(relay) == ["done", "done"]
    holdings = relay.play(recorder.id, "holdings").json()[0]
    assert (holdings["broken"], holdings["gaps"], holdings["final"]) == ([], [], True)
    assert relay.request("GET", f"/v1/recordings/{recorder.id}/1/10-14.m4s",
                         relay.court.ticket(Act.PLAY, recordings=[recorder.id])
                         ).status_code == 403, "what is private stays private"  # fmt: skip
    assert relay.audit()["ok"]


def test_s66_the_rest_of_a_recording_joins_what_came_before_up_to_the_revocation(
    relay: RunningRelay,
) -> None:
    device = relay.device()
    recorder = device.recorder()
    with device.lane() as lane:
        lane.begin(recorder)
        lane.send(*recorder.frames[:6], recorder.head(5))
        lane.wait_received(recorder, set(range(6)))
    revoke(relay, device)
    sha256 = put(relay, device, packed(recorder, 4))
    assert held(relay, recorder.id) == [(0, 5)], "the archive does not move"
    before_ms = recorder.started_ms + 14 * FRAGMENT_MS
    assert relay.order(take(relay, device, recorder.id, sha256, before_ms)).ok
    wait_held(relay, recorder.id, [(0, 13)])
    assert not relay.play(recorder.id, "holdings").json()[0]["final"]
    assert outcomes(relay) == ["done", "done"]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ("recording", "part.other_recording"),
        ("device", "opening.wrong_device"),
        ("key", "sign.wrong_key"),
        ("bytes", "part.malformed"),
        ("mixed", "part.other_recording"),
        ("absent", "vault.not_found"),
    ],
)
def test_what_is_not_as_said_is_refused_whole(
    standing: RunningRelay, wrong: str, code: str
) -> None:
    device, other = standing.device(), standing.device()
    recorder, stranger = device.recorder(), other.recorder()
    mixed = stranger.frames[:1] if wrong == "mixed" else []
    part = b"no part" if wrong == "bytes" else packed(recorder, 0, *mixed)
    sha256 = put(standing, device, part) if wrong != "absent" else "1" * 64
    public = (other if wrong == "key" else device).signer.public
    publisher = Publisher(
        other.id if wrong == "device" else device.id, fingerprint(public), "ed25519", public
    )
    named = stranger.id if wrong == "recording" else recorder.id
    order = RelayOrder(
        new_id(), OrderKind.TAKE_FOOTAGE, sha256, now_ms(), "test",
        footage=TakenFootage(named, publisher, now_ms() + LATER_MS),
    )  # fmt: skip
    assert standing.order(sign_envelope(standing.court.centre, RELAY_ORDER, order)).ok
    assert outcomes(standing)[-1] == code
    assert held(standing, recorder.id) == []
    if wrong == "bytes":
        assert code_of(examine(standing, sha256)) == "part.malformed"
