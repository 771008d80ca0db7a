"""The real web process: HTTP, Socket.IO, bad input, crashes, ports and signals."""

from __future__ import annotations

import base64
import json
import os
import signal
import socket
import struct
import time

import msgspec
import pytest
import requests

from command_center.access import sign_in
from command_center.access.permissions import Role
from command_center.device_api.routes import MAX_RECORD
from command_center.operations.orders import send_order
from schemas.field_api import Orders, Presence, RecordReceipt
from schemas.ids import new_id
from schemas.problems import Problem
from schemas.records import FIELD_RECORD, Step
from schemas.sign import sign_envelope
from tests.integration.centre.court import TestDevice, write_settings
from tests.integration.centre.running import Centre
from tests.patience import eventually


def _problem(answer: requests.Response) -> str:
    return msgspec.json.decode(answer.content, type=Problem).code


def test_a_devices_day_over_the_wire(centre: Centre) -> None:
    """Enrol, contact, report a step, get an order's hint, read and acknowledge it."""
    device, reply = centre.device()
    assert [brief.operation for brief in reply.operations] == [centre.court.seeded.operation]
    step = device.step(centre.court.seeded, Step.ON_SCENE, centre.court.clock())
    receipt = centre.post("/device/v1/records", step, reply.session)
    assert receipt.status_code == 200, receipt.text
    assert centre.post("/device/v1/records", step, reply.session).content == receipt.content
    hints: list[int] = []
    client = centre.socket("/device", auth={"session": reply.session})
    try:
        client.on("hint", lambda data: hints.append(data["orders_seq"]), namespace="/device")
        order = centre.court.database.run(
            send_order, centre.court.staff(Role.DUTY_OFFICER), centre.court.seeded.operation, "后撤"
        )
        eventually(lambda: hints)
        orders = msgspec.json.decode(
            requests.get(
                f"{centre.url}/device/v1/orders",
                params={"since": reply.orders_seq},
                headers={"Authorization": f"Bearer {reply.session}"},
                timeout=30,
            ).content,
            type=Orders,
        )
        assert [item.order for item in orders.orders] == [order]
        assert hints[-1] == orders.seq
        path = f"/device/v1/orders/{order}/acknowledge"
        assert centre.post(path, b'{"state":"read","at_ms":5}', reply.session).json() == {
            "ok": True
        }
    finally:
        client.disconnect()


def test_presence_reaches_the_desk_and_so_do_durable_events(sqlite_centre: Centre) -> None:
    centre = sqlite_centre
    device, reply = centre.device()
    signed_in = sign_in.sign_in(
        centre.court.database, *centre.court.password(Role.DUTY_OFFICER), "x"
    )
    seen: list[object] = []
    desk = centre.socket("/desk", headers={"Cookie": f"mz_desk={signed_in.token}"})
    field = centre.socket("/device", auth={"session": reply.session})
    try:
        desk.on("presence", seen.append, namespace="/desk")
        desk.on("event", seen.append, namespace="/desk")
        presence = Presence(device.id, None, 1, 23.1, 113.2, 5.0, 80, "good", 0, 0, None)
        answer = field.call("presence", msgspec.to_builtins(presence), namespace="/device")
        assert answer == {"ok": True}
        eventually(lambda: any(item["device"] == device.id for item in seen))  # type: ignore[index]
        centre.court.database.run(lambda uow: uow.emit("Tested", "看得见", "seen"))
        centre.court.database.run(
            lambda uow: uow.emit("Tested", "看不见", "unseen", permission="device:revoke")
        )
        eventually(lambda: any(item.get("text_zh") == "看得见" for item in seen))  # type: ignore[attr-defined]
        time.sleep(0.3)
        assert "看不见" not in str(seen)
        wrong = msgspec.structs.replace(presence, device=new_id())
        answer = field.call("presence", msgspec.to_builtins(wrong), namespace="/device")
        assert answer["problem"]["code"] == "presence.wrong_device"
        answer = field.call("presence", {"device": 1}, namespace="/device")
        assert answer["problem"]["code"] == "message.malformed"
    finally:
        desk.disconnect()
        field.disconnect()


@pytest.mark.parametrize(
    ("namespace", "options"),
    [
        ("/device", {"auth": {"session": "nothing"}}),
        ("/device", {}),
        ("/desk", {"headers": {"Cookie": "mz_desk=nothing"}}),
        ("/desk", {}),
    ],
)
def test_a_socket_without_a_session_is_refused(
    sqlite_centre: Centre, namespace: str, options: dict[str, object]
) -> None:
    with pytest.raises(Exception, match=r"session\.none|namespaces failed to connect"):
        sqlite_centre.socket(namespace, **options)


def test_polling_is_refused(sqlite_centre: Centre) -> None:
    answer = requests.get(f"{sqlite_centre.url}/socket.io/?EIO=4&transport=polling", timeout=30)
    assert answer.status_code == 400


def test_bad_input_is_refused_with_its_code_and_changes_nothing(sqlite_centre: Centre) -> None:
    centre = sqlite_centre
    device, reply = centre.device()
    good = device.step(centre.court.seeded, Step.DEPARTED, 1)
    stranger = TestDevice()
    stranger.id = device.id
    forged = stranger.step(centre.court.seeded, Step.DEPARTED, 1)
    unknown = sign_envelope(device.signer, "field_record/9", good.payload)
    extra = sign_envelope(device.signer, FIELD_RECORD, good.payload[:-1] + b',"x":1}')
    trials: list[tuple[object, str, str]] = [
        (b"{", reply.session, "message.malformed"),
        (b'{"type": 1}', reply.session, "message.malformed"),
        (b"x" * (MAX_RECORD + 1), reply.session, "message.too_large"),
        (b"[" * 100_000, reply.session, "message.malformed"),
        (good, "", "session.none"),
        (good, "wrong", "session.none"),
        (forged, reply.session, "record.not_authentic"),
        (unknown, reply.session, "message.unknown"),
        (extra, reply.session, "message.malformed"),
    ]
    for message, token, code in trials:
        assert _problem(centre.post("/device/v1/records", message, token)) == code
    assert centre.post("/device/v1/records", good, reply.session).status_code == 200
    record = msgspec.json.decode(good.payload)["record"]
    other = device.step(centre.court.seeded, Step.DEPARTED, 2, record)
    conflict = centre.post("/device/v1/records", other, reply.session)
    assert (conflict.status_code, _problem(conflict)) == (409, "record.conflict")
    for since in ("-1", "x", "9" * 30):
        answer = requests.get(
            f"{centre.url}/device/v1/orders?since={since}",
            headers={"Authorization": f"Bearer {reply.session}"},
            timeout=30,
        )
        assert _problem(answer) == "message.malformed"


@pytest.mark.parametrize("point", ["centre.in_measure_transaction", "centre.after_record_commit"])
def test_a_record_survives_kill_9_whole_or_not_at_all(sqlite_centre: Centre, point: str) -> None:
    centre = sqlite_centre
    device, reply = centre.device()
    _stop(centre, signal.SIGTERM)
    centre.start_web(MZ_CRASH_AT=point)
    step = device.step(centre.court.seeded, Step.ON_SCENE, centre.court.clock())
    with pytest.raises(requests.ConnectionError):
        centre.post("/device/v1/records", step, reply.session)
    assert centre.processes[-1].wait(timeout=30) == -signal.SIGKILL
    centre.start_web()
    answer = centre.post("/device/v1/records", step, reply.session)
    receipt = msgspec.json.decode(answer.content, type=RecordReceipt)
    assert receipt.sha256 == step.payload_sha256()
    again = centre.post("/device/v1/records", step, reply.session)
    assert again.content == answer.content


def test_a_taken_port_is_named_and_exits_2(sqlite_centre: Centre) -> None:
    second = sqlite_centre.start("command_center.app")
    assert second.wait(timeout=20) == 2
    log = sqlite_centre.court.settings_file.parent / "command_center.app.log"
    port = sqlite_centre.court.database.settings.centre.port
    assert f"centre.port_taken: 127.0.0.1:{port}" in log.read_text("utf-8")


def test_sigterm_ends_web_and_worker_cleanly(sqlite_centre: Centre) -> None:
    worker = sqlite_centre.start_worker()
    log = sqlite_centre.court.settings_file.parent / "command_center.worker.log"
    eventually(lambda: log.exists() and "worker.started" in log.read_text("utf-8"))
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=60) == 0
    assert _stop(sqlite_centre, signal.SIGTERM) == 0


def test_settings_that_cannot_be_are_refused_at_the_start(sqlite_centre: Centre) -> None:
    path = sqlite_centre.court.settings_file
    path.write_text(path.read_text("utf-8") + "colour = 1\n", "utf-8")
    process = sqlite_centre.start("command_center.app")
    assert process.wait(timeout=20) == 1
    log = path.parent / "command_center.app.log"
    assert "settings.unknown_key" in log.read_text("utf-8")
    write_settings(path.parent)


def test_a_slow_reader_gets_whole_frames_and_slows_nobody(sqlite_centre: Centre) -> None:
    """P1: partial writes on a gevent socket once corrupted what a slow reader got."""
    centre = sqlite_centre
    signed_in = sign_in.sign_in(
        centre.court.database, *centre.court.password(Role.DUTY_OFFICER), "x"
    )
    slow = _RawSocket(centre.court.database.settings.centre.port, signed_in.token)
    count, size = 60, 60_000
    text = "测" * (size // 3)
    for _ in range(count):
        centre.court.database.run(lambda uow: uow.emit("Tested", text, "x"))
    time.sleep(1.5)  # the reader reads nothing; its socket is full
    began = time.monotonic()
    assert requests.get(f"{centre.url}/healthz", timeout=30).ok
    assert time.monotonic() - began < 2
    got = [message for message in slow.read_messages(count) if "Tested" in message]
    assert len(got) == count
    for message in got:
        name, event = json.loads(message[message.index("[") :])
        assert (name, event["text_zh"]) == ("event", text)
    slow.close()


def _stop(centre: Centre, number: int) -> int:
    process = centre.processes[0]
    process.send_signal(number)
    return process.wait(timeout=60)


class _RawSocket:
    """A WebSocket client of a few lines that reads when it is told to, with a tiny buffer."""

    def __init__(self, port: int, token: str) -> None:
        self._sock = socket.socket()
        self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self._sock.settimeout(20)
        self._sock.connect(("127.0.0.1", port))
        key = base64.b64encode(os.urandom(16)).decode()
        self._sock.sendall(
            f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
            f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: {key}\r\n"
            f"Sec-WebSocket-Version: 13\r\nCookie: mz_desk={token}\r\n\r\n".encode()
        )
        self._file = self._sock.makefile("rb")
        while self._file.readline().strip():
            pass
        assert self._message().startswith("0")
        self._send("40/desk,")
        assert self._message().startswith("40/desk,")

    def read_messages(self, count: int) -> list[str]:
        """Return `count` Socket.IO messages, answering pings on the way."""
        found: list[str] = []
        while len(found) < count:
            message = self._message()
            if message == "2":
                self._send("3")
            else:
                found.append(message)
        return found

    def close(self) -> None:
        self._sock.close()

    def _message(self) -> str:
        first, second = self._file.read(2)
        assert first == 0x81, f"a corrupt frame: {first:#x}"
        length = second & 0x7F
        if length == 126:
            length = struct.unpack(">H", self._file.read(2))[0]
        elif length == 127:
            length = struct.unpack(">Q", self._file.read(8))[0]
        return self._file.read(length).decode("utf-8")

    def _send(self, text: str) -> None:
        mask, data = os.urandom(4), text.encode()
        body = bytes(byte ^ mask[at % 4] for at, byte in enumerate(data))
        self._sock.sendall(bytes((0x81, 0x80 | len(data))) + mask + body)
