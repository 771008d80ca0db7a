"""Hostile bytes on the open sockets: Socket.IO of the centre, the relay's stream port."""

from __future__ import annotations

import contextlib

import pytest
import requests
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.integration.crash.house import House
from tests.integration.hostile.conftest import raw_answer

UPGRADE = (
    b"GET /v1/stream HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


@pytest.mark.parametrize(
    "frame",
    ["hello", "", b"\x00\x01", "40/nope,", '40/desk,{"a":1}', '40/device,{"session":{"a":1}}',
     '42/device,["presence",{}]', '42["x"]', "4" + "x" * 200_000, '40/device,' + "[" * 60_000,
     '459999999999-["x"]', "43/desk,9[]", "2probe"],
    ids=range(13),
)  # fmt: skip
def test_a_socket_that_talks_nonsense_harms_only_itself(house: House, frame: str | bytes) -> None:
    address = house.site.public_url.replace("http", "ws") + "/socket.io/?EIO=4&transport=websocket"
    with connect(address, open_timeout=30) as link:
        link.recv(timeout=30)
        link.send(frame)
        assert not _next(link).startswith(("40", "42")), "nobody was let in"
    assert requests.get(f"{house.site.public_url}/healthz", timeout=30).ok
    house.desk.measures(house.cast.case)  # the duty officer works on


def _next(link: ClientConnection) -> str:
    """Return the next message, or how the socket was closed: in the protocol's own words."""
    try:
        return str(link.recv(timeout=0.3))
    except TimeoutError:
        return ""
    except ConnectionClosed as closed:
        return f"closed {closed.rcvd.code}" if closed.rcvd else "40: cut, or no frame at all"


@pytest.mark.parametrize(
    ("after", "closing"),
    [
        (b"\x81\x05hello", b"\x03\xea"),  # not masked: 1002
        (b"\x82\xff\x7f" + b"\xff" * 7 + bytes(4), b"\x03\xf1"),  # 2^63 bytes: 1009
        (b"\x83\x85" + bytes(4) + b"hello", b"\x03\xea"),  # no such opcode
        (b"\x89\xfe\x01\x00" + bytes(4) + b"a" * 256, b"\x03\xea"),  # a ping too long
        (b"\x81\x82" + bytes(4) + b"\xff\xfe", b"message.malformed"),  # no UTF-8
        (b"\x80\x85" + bytes(4) + b"hello", b"stream.no_first_frame"),  # nothing to continue
    ],
)
def test_bytes_that_are_no_frames_close_the_stream_socket(
    house: House, after: bytes, closing: bytes
) -> None:
    assert closing in raw_answer(house.site.stream_port, UPGRADE, after)
    assert requests.get(f"{house.site.http_url}/v1/health", timeout=30).ok


def test_what_is_no_stream_request_is_refused(house: House) -> None:
    port = house.site.stream_port
    assert b" 404 " in raw_answer(port, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    assert b" 404 " in raw_answer(port, UPGRADE.replace(b"/v1/stream", b"/../keys"))
    assert b" 400 " in raw_answer(port, b"\x00" * 100 + b"\r\n\r\n")
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        raw_answer(port, b"GET /v1/stream HTTP/1.1\r\nX: " + b"a" * 300_000)
    assert requests.get(f"{house.site.http_url}/v1/health", timeout=30).ok


def test_two_hundred_silent_sockets_keep_nobody_out(house: House) -> None:
    address = f"ws://127.0.0.1:{house.site.stream_port}/v1/stream"
    with contextlib.ExitStack() as stack:
        for _ in range(200):
            stack.enter_context(connect(address, open_timeout=30))
        made = house.record(6)
        house.wait_archived()
        kept = house.recordings()[made].recorded
        assert house.held_by_relay(made) == set(range(kept))
