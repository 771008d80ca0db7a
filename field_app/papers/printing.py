"""Printing at the scene behind one interface: the system's print queue, a hand-over as PDF, or a
receipt printer that takes ESC/POS."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import pypdfium2
from PIL import Image

from schemas.problems import Kind, MzError

HAND_OVER = "pdf"
_LP_SECONDS = 20
_SOCKET_SECONDS = 10.0
_RECEIPT_DOTS = 576  # 80 mm paper at 203 dpi
_BAND_ROWS = 255
_DARKER_THAN = 160
_RFCOMM_CHANNEL = 1
_START, _FEED, _CUT = b"\x1b@", b"\x1bd\x04", b"\x1dV\x42\x00"


class Printer(Protocol):
    """A way to paper."""

    name: str

    def print(self, pdf: bytes, title: str) -> str:
        """Print pages; return what to tell the officer. Errors: `printer.failed`."""
        ...


class HandOver:
    """The pages as a file for another program of this device (the share intent of a phone)."""

    name = HAND_OVER

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def print(self, pdf: bytes, title: str) -> str:
        """Write the file beside its name and move it there whole; return its path."""
        path = self._folder / f"{title.replace('/', '_')}.pdf"
        part = path.with_suffix(".part")
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
                out.write(pdf)
            part.replace(path)
        except OSError as error:
            raise MzError("printer.failed", Kind.UNAVAILABLE, type(error).__name__) from error
        return str(path)


class Queue:
    """A queue of the system (CUPS), by `lp`."""

    def __init__(self, queue: str, lp: str) -> None:
        self.name, self._queue, self._lp = f"queue:{queue}", queue, lp

    def print(self, pdf: bytes, title: str) -> str:
        """Hand the pages to the queue."""
        command = [self._lp, "-d", self._queue, "-t", title[:60], "-"]
        try:
            done = subprocess.run(
                command, input=pdf, capture_output=True, timeout=_LP_SECONDS, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise MzError("printer.failed", Kind.UNAVAILABLE, type(error).__name__) from error
        if done.returncode:
            raise MzError("printer.failed", Kind.UNAVAILABLE, f"lp {done.returncode}")
        return self._queue


class Receipt:
    """A receipt printer of 80 mm by raster ESC/POS. send: the bytes on their way to it."""

    def __init__(self, name: str, send: Callable[[bytes], None]) -> None:
        self.name, self._send = name, send

    def print(self, pdf: bytes, title: str) -> str:
        """Print each page as a picture as wide as the paper: every character as it was signed."""
        data = b"".join([_START, *map(raster, pages(pdf, _RECEIPT_DOTS)), _FEED, _CUT])
        try:
            self._send(data)
        except OSError as error:
            raise MzError("printer.failed", Kind.UNAVAILABLE, type(error).__name__) from error
        return self.name


def pages(pdf: bytes, width: int) -> Iterator[Image.Image]:
    """Draw each page so many dots wide, without the white below it."""
    with contextlib.closing(pypdfium2.PdfDocument(pdf)) as document:
        for page in document:
            bitmap = page.render(scale=width / page.get_width(), grayscale=True)
            picture = bitmap.to_pil().convert("L")
            dark = picture.point(lambda grey: 255 if grey < _DARKER_THAN else 0)
            box = dark.getbbox()
            yield dark.crop((0, 0, width, box[3] + 8 if box else 8))


def raster(dark: Image.Image) -> bytes:
    """Return a picture (255: print a dot) as bands of `GS v 0`, eight dots a byte."""
    found = []
    bits = dark.convert("1")
    for top in range(0, dark.height, _BAND_ROWS):
        band = bits.crop((0, top, dark.width, min(top + _BAND_ROWS, dark.height)))
        across = (band.width + 7) // 8
        head = b"\x1dv0\x00" + across.to_bytes(2, "little") + band.height.to_bytes(2, "little")
        found.append(head + band.tobytes())
    return b"".join(found)


def _over_tcp(host: str, port: int, data: bytes) -> None:
    with socket.create_connection((host, port), _SOCKET_SECONDS) as link:
        link.sendall(data)


def _over_bluetooth(address: str, data: bytes) -> None:
    with socket.socket(
        socket.AF_BLUETOOTH, socket.SOCK_STREAM, socket.BTPROTO_RFCOMM
    ) as link:  # fmt: skip
        link.settimeout(_SOCKET_SECONDS)
        link.connect((address, _RFCOMM_CHANNEL))
        link.sendall(data)


def make_receipt(wanted: str) -> Receipt:
    """Return the receipt printer of `tcp:HOST:PORT` or `bt:ADDRESS`; `printer.unknown`."""
    road, _, rest = wanted.partition(":")
    host, _, port = rest.rpartition(":")
    if road == "bt" and rest and hasattr(socket, "AF_BLUETOOTH"):
        return Receipt(wanted, lambda data: _over_bluetooth(rest, data))
    if road == "tcp" and host and port.isdigit():
        return Receipt(wanted, lambda data: _over_tcp(host, int(port), data))
    raise MzError("printer.unknown", Kind.INVALID, wanted[:60])


class Printers:
    """The printers that this device has now."""

    def __init__(self, folder: Path, receipts: tuple[str, ...] = ()) -> None:
        self._fixed: list[Printer] = [HandOver(folder), *map(make_receipt, receipts)]

    def all(self) -> list[Printer]:
        """Return them, queues of the system read anew."""
        return [*self._fixed, *_queues()]

    def get(self, name: str) -> Printer:
        """Return one by name; `printer.unknown`."""
        for one in self.all():
            if one.name == name:
                return one
        raise MzError("printer.unknown", Kind.NOT_FOUND, name[:60])


def _queues() -> list[Printer]:
    lp, stat = shutil.which("lp"), shutil.which("lpstat")
    if lp is None or stat is None:
        return []
    try:
        told = subprocess.run([stat, "-e"], capture_output=True, timeout=5, check=False, text=True)
    except (OSError, subprocess.TimeoutExpired):
        return []
    return [Queue(name, lp) for name in told.stdout.split()]
