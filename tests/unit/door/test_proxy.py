"""The simulated link: passes on, is cut, slows down, spares who is not on it."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator

import pytest

from door.proxy import Link, Proxy
from tests.patience import PATIENCE_S, eventually


@pytest.fixture
def echo() -> Iterator[int]:
    """A server that sends back what comes; its port."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                one, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=_echo, args=(one,), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    yield listener.getsockname()[1]
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()


def _echo(one: socket.socket) -> None:
    with one:
        while True:
            try:
                data = one.recv(65536)
            except OSError:
                return
            if not data:
                return
            one.sendall(data)


def _ask(port: int, data: bytes) -> float:
    """Send and read it back; return the seconds it took."""
    begun = time.monotonic()
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S) as one:
        threading.Thread(target=one.sendall, args=(data,), daemon=True).start()
        got = b""
        while len(got) < len(data):
            piece = one.recv(65536)
            if not piece:
                raise ConnectionResetError
            got += piece
    assert got == data
    return time.monotonic() - begun


def _answers(port: int) -> bool:
    try:
        return _ask(port, b"again") > 0
    except OSError:
        return False


def _ended(one: socket.socket) -> bool:
    try:
        return one.recv(1) == b""
    except ConnectionResetError:
        return True


def test_bytes_pass_whole_and_in_order(echo: int) -> None:
    with Proxy(echo) as proxy:
        _ask(proxy.port, bytes(range(256)) * 1000)


def test_a_shaped_link_is_as_slow_as_it_says(echo: int) -> None:
    with Proxy(echo, Link(rate_bits=800_000, delay_s=0.05, loss=0.05)) as proxy:
        assert _ask(proxy.port, bytes(50_000)) >= 0.5


def test_who_is_not_on_the_link_is_neither_slowed_nor_cut(echo: int) -> None:
    with Proxy(echo, Link(rate_bits=80_000), spared=b"Mozilla") as proxy:
        assert _ask(proxy.port, b"Mozilla" + bytes(1_000_000)) < 100, "on the link: 200 s"


def test_a_cut_breaks_what_is_open_and_refuses_for_a_while(echo: int) -> None:
    with Proxy(echo) as proxy, socket.create_connection(("127.0.0.1", proxy.port)) as one:
        one.sendall(b"x")
        assert one.recv(1) == b"x"
        proxy.cut(3)
        one.settimeout(PATIENCE_S)
        assert _ended(one)
        with pytest.raises(OSError, match=r".*"):
            _ask(proxy.port, b"too early")
        eventually(lambda: _answers(proxy.port), "it is mended by itself")


def test_a_link_stays_cut_until_it_is_mended_and_keeps_its_port(echo: int) -> None:
    with Proxy(echo) as other:
        port = other.port
    with Proxy(echo, port=port) as proxy:
        assert proxy.port == port
        proxy.cut()
        with pytest.raises(OSError, match=r".*"):
            _ask(port, b"too early")
        proxy.mend()
        _ask(port, b"again")
