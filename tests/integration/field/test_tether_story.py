"""U12: a device without a way to the court is carried by another one that sees only ciphertext."""

from __future__ import annotations

import base64
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from field_app.device.identity import Identity
from field_app.local_api.acts import PhotoTaken
from field_app.local_api.outbox import OutboxItem, OutboxState
from field_app.local_api.status import Status
from field_app.tether.carrier import MOST_LINKS
from field_app.tether.road import asker
from schemas.field_api import RelayAddress
from schemas.keys import Use
from schemas.sign import Ed25519Signer, Envelope, decode, decode_payload
from schemas.tether import ASK_MS, TETHER_ASK, USER, TetherAsk, write_ask
from tests.integration.field.conftest import Device, Relay
from tests.integration.field.court import Court
from tests.integration.field.sealed_door import Seal, SealedDoor, pump
from tests.integration.field.simulated_centre import SimulatedCentre
from tests.integration.field.test_acts_story import in_state, refusal, seizure
from tests.integration.field.test_footage_story import settled
from tests.patience import PATIENCE_S, eventually


class Town:
    """A court behind TLS, a device that carries, and one that has no way once it is enrolled."""

    def __init__(self, folder: Path, court: Court, relay: Relay) -> None:
        relay.ensure()
        self.court, self._seal = court, Seal(folder)
        self.stream, self.http = (
            SealedDoor(self._seal, port) for port in (relay.stream_port, relay.http_port)
        )
        address = RelayAddress(
            court.relay, f"wss://127.0.0.1:{self.stream.port}",
            f"https://127.0.0.1:{self.http.port}",
        )  # fmt: skip
        self.centre = SimulatedCentre(court, address)
        self.front = SealedDoor(self._seal, int(self.centre.url.rpartition(":")[2]))
        self.centre.url = f"https://127.0.0.1:{self.front.port}"
        self.doors = (self.stream, self.http, self.front)
        self.far, self.carrier = Device(folder / "far"), Device(folder / "carrier")
        self._cut = False
        for door in self.doors:
            door.alone = lambda: self.carrier.pid if self._cut else None

    def begin(self) -> None:
        for device in (self.far, self.carrier):
            device.start(extra_env=self._seal.trusted)
            device.enrol(self.centre)
            eventually(lambda one=device: one.client.status().link == "good", "the link")
        self.cut_off()

    def again(self, device: Device) -> None:
        """Start a device that was killed."""
        device.start(extra_env=self._seal.trusted)

    def cut_off(self) -> None:
        """Take every way out from the far device."""
        self.far.stop()
        self._cut = True
        self.again(self.far)
        tried = self.stream, self.front
        eventually(lambda: all(one.turned_away for one in tried), "it tries by itself")
        assert self.far.client.status().link == "lost"

    def close(self) -> None:
        for device in (self.far, self.carrier):
            device.stop()
        self.centre.close()
        for door in self.doors:
            door.close()


@pytest.fixture
def town(tmp_path: Path, court: Court, relay: Relay) -> Iterator[Town]:
    made = Town(tmp_path, court, relay)
    yield made
    made.close()


def records(far: Device, court: Court) -> None:
    """Record until there is something to send."""
    far.client.call("start", operation=court.operation)
    far.records(8)


def _carry(town: Town) -> str:
    return town.carrier.client.ask(Status, "carry", port=0).tether.address


def test_u12_a_device_without_a_way_is_carried_and_nothing_is_doubled(town: Town) -> None:
    town.begin()
    far, centre = town.far.client, town.centre
    records(town.far, town.court)
    photo = far.ask(PhotoTaken, "photo")
    act = seizure([photo.sha256])
    item = far.ask(OutboxItem, "save_measure", operation=town.court.operation, body=act)
    far.call("stop", reason="结束")
    before = far.status()
    assert (before.backlog_fragments > 0, before.outbox_waiting, centre.posts) == (True, 2, 0)
    assert before.recent[0].archived == 0

    tapped = Tap(_carry(town))
    told = far.ask(Status, "be_carried", carrier=tapped.address)
    assert told.tether.carrier == tapped.address
    eventually(in_state(town.far, item.item, OutboxState.RECEIVED), "the act arrives")
    eventually(lambda: settled(town.far), "the footage is archived, with the relay's word")
    after = far.status()
    assert (after.outbox_waiting, after.backlog_fragments) == (0, 0)
    assert (centre.posts, list(centre.records)) == (1, [item.item])
    assert after.recent[0].received == after.recent[0].recorded == before.recent[0].recorded
    carried = town.carrier.client.status()
    assert carried.tether.passed_bytes > 20_000
    assert carried.recent == []
    for word in (b"moof", b"field_record", act.place_text.encode(), b"session-"):
        assert word not in tapped.seen, word
    assert len(tapped.seen) > 20_000
    town.far.stop()
    assert town.far.audit()["ok"]


def test_u12_a_carrier_that_is_killed_loses_nothing(town: Town) -> None:
    town.begin()
    far = town.far.client
    far.call("be_carried", carrier=_carry(town))
    eventually(lambda: far.status().link == "good", "it is carried")
    records(town.far, town.court)
    town.carrier.kill()
    item = far.ask(OutboxItem, "marker", operation=town.court.operation)
    eventually(lambda: far.status().link == "lost", "the carrier is gone")
    assert item.item not in town.centre.records
    town.again(town.carrier)  # it carries again by itself, at the same port
    eventually(in_state(town.far, item.item, OutboxState.RECEIVED), "the marker arrives")
    far.call("stop", reason="结束")
    eventually(lambda: settled(town.far), "all is archived")
    assert town.centre.posts == 1
    assert not town.carrier.log().count("Traceback")


def test_u12_nobody_else_is_carried_and_nowhere_else(town: Town) -> None:
    town.begin()
    address = _carry(town)
    front = f"127.0.0.1:{town.front.port}"
    far = Identity(town.far.data / "device")
    good = asker(far)()
    ask = decode_payload(_envelope(good), TETHER_ASK, TetherAsk)
    stale = msgspec.structs.replace(ask, at_ms=ask.at_ms - ASK_MS - 60_000)
    court = Court()
    elsewhere = court.certify(court.centre, far.signer.public, Use.DEVICE, far.device)
    for target, password, code in (
        (front, "abc", "400 tether.malformed"),
        (front, good[:-9], "400 tether.malformed"),
        (front, write_ask(Ed25519Signer.generate(), ask), "403 tether.not_admitted"),
        (front, write_ask(far.signer, msgspec.structs.replace(ask, certificate=elsewhere)),
         "403 tether.not_admitted"),
        (front, write_ask(far.signer, msgspec.structs.replace(ask, device="x")),
         "403 tether.not_admitted"),
        (front, write_ask(far.signer, stale), "403 tether.stale"),
        ("127.0.0.1:22", good, "403 tether.foreign_target"),
        (front.replace("127.0.0.1", "localhost"), good, "403 tether.foreign_target"),
        (front, good, "200 OK"),
    ):  # fmt: skip
        assert _asked(address, _connect(target, password)).startswith(f"HTTP/1.1 {code}"), code
    for raw in (b"GET / HTTP/1.1\r\n\r\n", b"\x00" * 9_000):
        assert _asked(address, raw).startswith("HTTP/1.1 400 tether.malformed")
    assert town.carrier.client.status().tether.passed_bytes == 0
    for wrong in ("nowhere", "1.2.3.4:0", "a/b:80", "u@h:80"):
        code = refusal(lambda wrong=wrong: town.far.client.call("be_carried", carrier=wrong))
        assert code == "tether.bad_address"
    assert town.carrier.client.ask(Status, "carry", port=None).tether.address == ""
    with pytest.raises(OSError, match="refused"):
        _asked(address, b"")


def test_u12_a_carrier_takes_so_many_at_most(town: Town) -> None:
    town.begin()
    host, _, port = _carry(town).rpartition(":")
    held = [socket.create_connection((host, int(port)), PATIENCE_S) for _ in range(MOST_LINKS)]
    try:
        assert _asked(f"{host}:{port}", b"").startswith("HTTP/1.1 503 tether.full")
    finally:
        for link in held:
            link.close()


def _connect(target: str, password: str) -> bytes:
    token = base64.b64encode(f"{USER}:{password}".encode()).decode()
    return f"CONNECT {target} HTTP/1.1\r\nProxy-Authorization: Basic {token}\r\n\r\n".encode()


def _asked(address: str, raw: bytes) -> str:
    host, _, port = address.rpartition(":")
    with socket.create_connection((host, int(port)), PATIENCE_S) as link:
        link.sendall(raw)
        return link.recv(200).decode()


def _envelope(ask: str) -> Envelope:
    return decode(base64.urlsafe_b64decode(ask + "=" * (-len(ask) % 4)), Envelope)


class Tap:
    """Stands in the air between two devices and keeps what passes: what a carrier could see."""

    def __init__(self, address: str) -> None:
        host, _, port = address.rpartition(":")
        self._to = host, int(port)
        self._door = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._door.getsockname()[1]}"
        self.seen = bytearray()
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            near, _ = self._door.accept()
            far = socket.create_connection(self._to, 5)
            far.settimeout(None)
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=self._pass, args=(source, sink), daemon=True).start()

    def _pass(self, source: socket.socket, sink: socket.socket) -> None:
        class Kept:
            def sendall(_self, data: bytes) -> None:
                self.seen += data
                sink.sendall(data)

            def shutdown(_self, how: int) -> None:
                sink.shutdown(how)

        pump(source, Kept())  # type: ignore[arg-type]
