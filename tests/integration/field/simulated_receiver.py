"""A simulated GNSS receiver that speaks NMEA to a real gpsd, from wherever a test puts it."""

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

from tests.ports import free_port

_GPSD = shutil.which("gpsd") or shutil.which("gpsd", path="/usr/sbin:/usr/local/sbin")
HALL = (23.129111, 113.264389)


class SimulatedReceiver:
    """Says over UDP, five times a second, that it is at `place` (WGS-84), or without `fix` that it
    does not know."""

    def __init__(self, port: int, place: tuple[float, float] = HALL) -> None:
        self.fix, self.place = True, place
        self._port, self._stop = port, threading.Event()
        self._thread = threading.Thread(target=self._speak)
        self._thread.start()

    def _speak(self) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
            while not self._stop.wait(0.2):
                at = time.strftime("%H%M%S.00", time.gmtime())
                day = time.strftime("%d%m%y", time.gmtime())
                lat, lon = self.place
                place = f"{_angle(lat, 2)},N,{_angle(lon, 3)},E"
                if self.fix:
                    said = [f"GPRMC,{at},A,{place},0.1,0.0,{day},,,A",
                            f"GPGGA,{at},{place},1,09,0.9,21.0,M,-6.0,M,,"]  # fmt: skip
                else:
                    said = [f"GPRMC,{at},V,,,,,,,{day},,,N", f"GPGGA,{at},,,,,0,00,,,M,,M,,"]
                out.sendto(b"".join(map(_sentence, said)), ("127.0.0.1", self._port))

    def close(self) -> None:
        """Fall silent."""
        self._stop.set()
        self._thread.join()


@contextmanager
def daemon(port: int, place: tuple[float, float] = HALL) -> Iterator[SimulatedReceiver]:
    """Run the real gpsd on a port with such a receiver."""
    if _GPSD is None:
        pytest.skip("gpsd is not installed")
    heard = free_port()
    process = subprocess.Popen(
        [_GPSD, "-N", "-n", "-b", "-S", str(port), f"udp://127.0.0.1:{heard}"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    receiver = SimulatedReceiver(heard, place)
    try:
        yield receiver
    finally:
        receiver.close()
        process.kill()
        process.wait()


def _sentence(words: str) -> bytes:
    return f"${words}*{reduce(operator.xor, words.encode()):02X}\r\n".encode()


def _angle(degrees: float, digits: int) -> str:
    """Write degrees as NMEA does: whole degrees, then minutes."""
    whole = int(degrees)
    return f"{whole:0{digits}d}{(degrees - whole) * 60:08.5f}"
