"""A real gpsd, fed with what a receiver says: the device has a place while there is a fix."""

from __future__ import annotations

import operator
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import reduce

import pytest

from field_app.device import gpsd
from field_app.device.gpsd import GpsdPlace
from schemas.records import Where

_GPSD = shutil.which("gpsd") or shutil.which("gpsd", path="/usr/sbin:/usr/local/sbin")
HALL = (23.129111, 113.264389)


def sentence(words: str) -> bytes:
    return f"${words}*{reduce(operator.xor, words.encode()):02X}\r\n".encode()


class Receiver:
    """Speaks NMEA to gpsd over UDP five times a second until told to lose its fix."""

    def __init__(self, port: int) -> None:
        self.fix = True
        self._port, self._stop = port, threading.Event()
        self._thread = threading.Thread(target=self._speak)
        self._thread.start()

    def _speak(self) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
            while not self._stop.wait(0.2):
                at = time.strftime("%H%M%S.00", time.gmtime())
                day = time.strftime("%d%m%y", time.gmtime())
                place = "2307.74666,N,11315.86334,E"
                if self.fix:
                    said = [f"GPRMC,{at},A,{place},0.1,0.0,{day},,,A",
                            f"GPGGA,{at},{place},1,09,0.9,21.0,M,-6.0,M,,"]  # fmt: skip
                else:
                    said = [f"GPRMC,{at},V,,,,,,,{day},,,N", f"GPGGA,{at},,,,,0,00,,,M,,M,,"]
                out.sendto(b"".join(map(sentence, said)), ("127.0.0.1", self._port))

    def close(self) -> None:
        self._stop.set()
        self._thread.join()


def free_port(kind: socket.SocketKind) -> int:
    with socket.socket(socket.AF_INET, kind) as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@contextmanager
def daemon(port: int) -> Iterator[Receiver]:
    if _GPSD is None:
        pytest.skip("gpsd is not installed")
    heard = free_port(socket.SOCK_DGRAM)
    process = subprocess.Popen(
        [_GPSD, "-N", "-n", "-b", "-S", str(port), f"udp://127.0.0.1:{heard}"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    receiver = Receiver(heard)
    try:
        yield receiver
    finally:
        receiver.close()
        process.kill()
        process.wait()


def place_within(source: GpsdPlace, seconds: float) -> Where | None:
    end = time.monotonic() + seconds
    while (where := source.now()) is None and time.monotonic() < end:
        time.sleep(0.05)
    return where


def test_s02_the_receivers_fix_is_the_devices_place_until_it_is_old(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """gpsd comes after the device; then the receiver loses its fix."""
    monkeypatch.setattr(gpsd, "FRESH_SECONDS", 1.0)
    port = free_port(socket.SOCK_STREAM)
    source = GpsdPlace("127.0.0.1", port)
    assert source.now() is None
    with daemon(port) as receiver:
        where = place_within(source, 20)
        assert where is not None
        assert (where.lat, where.lon) == pytest.approx(HALL, abs=1e-5)
        assert not where.mock
        receiver.fix = False
        end = time.monotonic() + 20
        while source.now() is not None and time.monotonic() < end:
            time.sleep(0.05)
        assert source.now() is None
