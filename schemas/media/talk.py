"""Talk: Opus packets between a desk and officers, and the file in which a burst is kept.

A talk frame is 24 header bytes (big-endian), then one Opus packet of 10 to 60 ms, mono, 48 kHz:

     0  4s  magic "MZT1"
     4  16s burst id
    20  I   number, from 0 in this burst
    24      packet

A burst is kept as Ogg Opus (RFC 7845), one page a packet, so that what a killed relay wrote is
a whole file.
"""

from __future__ import annotations

import struct
from typing import NamedTuple

from schemas.ids import id_bytes, id_text
from schemas.problems import Kind, MzError

TALK_MAGIC = b"MZT1"
MAX_PACKET_BYTES = 1275
RATE = 48_000
_HEADER = struct.Struct(">4s16sI")
_PAGE = struct.Struct("<4sBBqIIIB")
_FIRST_PAGE = 2
_PRE_SKIP = 312
_SERIAL = 0x4D5A
_HEAD_PAGES = 2
_TEN_MS = RATE // 100
# Frame lengths by the upper five bits of the first byte (RFC 6716 §3.1): SILK, hybrid, CELT.
_SILK = (_TEN_MS, 2 * _TEN_MS, 4 * _TEN_MS, 6 * _TEN_MS)
_HYBRID = (_TEN_MS, 2 * _TEN_MS)
_CELT = (_TEN_MS // 4, _TEN_MS // 2, _TEN_MS, 2 * _TEN_MS)


class TalkFrame(NamedTuple):
    """One Opus packet of a burst."""

    burst: str
    number: int
    packet: bytes


def encode_talk(frame: TalkFrame) -> bytes:
    """Return the frame in which a packet travels."""
    return _HEADER.pack(TALK_MAGIC, id_bytes(frame.burst), frame.number) + frame.packet


def decode_talk(raw: bytes) -> TalkFrame:
    """Return a frame's packet; `talk.malformed`."""
    if not _HEADER.size < len(raw) <= _HEADER.size + MAX_PACKET_BYTES:
        raise MzError("talk.malformed", Kind.INVALID, f"{len(raw)} bytes")
    magic, burst, number = _HEADER.unpack_from(raw)
    if magic != TALK_MAGIC:
        raise MzError("talk.malformed", Kind.INVALID, "not a talk frame of this version")
    return TalkFrame(id_text(burst), number, raw[_HEADER.size :])


def packet_samples(packet: bytes) -> int:
    """Return how long a packet sounds, in samples at 48 kHz: 480 to 2,880; `talk.malformed`."""
    config, count = packet[0] >> 3, packet[0] & 3
    if config < 12:
        each = _SILK[config % 4]
    else:
        each = _HYBRID[config % 2] if config < 16 else _CELT[config % 4]
    frames = (1, 2, 2, packet[1] & 0x3F if len(packet) > 1 else 0)[count]
    if not _TEN_MS <= each * frames <= 6 * _TEN_MS:
        raise MzError("talk.malformed", Kind.INVALID, f"a packet of {each * frames} samples")
    return each * frames


class OggOpus:
    """Pages of one Ogg Opus stream, made one by one."""

    def __init__(self) -> None:
        self._page = 0
        self.samples = 0

    def begin(self) -> bytes:
        """Return the two pages that come first."""
        head = struct.pack("<8sBBHIhB", b"OpusHead", 1, 1, _PRE_SKIP, RATE, 0, 0)
        vendor = b"mingzheng"
        tags = struct.pack("<8sI", b"OpusTags", len(vendor)) + vendor + bytes(4)
        return self._packed(head, _FIRST_PAGE) + self._packed(tags, 0)

    def add(self, packet: bytes) -> bytes:
        """Return the page of one packet; `talk.malformed`."""
        self.samples += packet_samples(packet)
        return self._packed(packet, 0)

    def _packed(self, packet: bytes, flags: int) -> bytes:
        lacing = b"\xff" * (len(packet) // 255) + bytes([len(packet) % 255])
        head = _PAGE.pack(b"OggS", 0, flags, self.samples, _SERIAL, self._page, 0, len(lacing))
        page = bytearray(head + lacing + packet)
        struct.pack_into("<I", page, 22, _crc(page))
        self._page += 1
        return bytes(page)


class OggPackets:
    """Takes an Ogg Opus stream apart as it comes; a packet ends in the page in which it began."""

    def __init__(self) -> None:
        self._rest = b""
        self._pages = 0

    def add(self, data: bytes) -> list[bytes]:
        """Return the packets that became whole; `talk.malformed`."""
        data, at, found = self._rest + data, 0, list[bytes]()
        while (page := _page(data, at)) is not None:
            lacing, body, end = page
            self._pages += 1
            if self._pages > _HEAD_PAGES:
                found += _packets(lacing, data[body:end])
            at = end
        self._rest = data[at:]
        if self._rest[:4] != b"OggS"[: len(self._rest)]:
            raise MzError("talk.malformed", Kind.INVALID, "not an Ogg page")
        return found


def _packets(lacing: bytes, body: bytes) -> list[bytes]:
    found, begin, at = list[bytes](), 0, 0
    for length in lacing:
        at += length
        if length < 255:
            found.append(body[begin:at])
            begin = at
    return found


def _page(data: bytes, at: int) -> tuple[bytes, int, int] | None:
    """Return a page's lacing, where its body begins and ends; None where no whole page is."""
    if len(data) - at < _PAGE.size or data[at : at + 4] != b"OggS":
        return None
    body = at + _PAGE.size + data[at + _PAGE.size - 1]
    lacing = data[at + _PAGE.size : body]
    end = body + sum(lacing)
    return (lacing, body, end) if len(data) >= end else None


def _crc_table() -> tuple[int, ...]:
    table = []
    for value in range(256):
        crc = value << 24
        for _ in range(8):
            crc = (crc << 1) ^ (0x04C11DB7 if crc & 0x80000000 else 0)
        table.append(crc & 0xFFFFFFFF)
    return tuple(table)


_CRC = _crc_table()


def _crc(page: bytes | bytearray) -> int:
    crc = 0
    for byte in page:
        crc = (crc << 8) & 0xFFFFFFFF ^ _CRC[crc >> 24 ^ byte]
    return crc


def whole_pages(data: bytes) -> tuple[int, int]:
    """Return how many bytes of an Ogg Opus file are whole pages, and the samples they hold."""
    at = samples = 0
    while (page := _page(data, at)) is not None:
        granule = _PAGE.unpack_from(data, at)[3]
        if granule < samples:
            break
        at, samples = page[2], granule
    return at, samples
