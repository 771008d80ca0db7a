"""The RTMP of the baseline's load, byte by byte."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from door.bench.camera import FRAME_BYTES
from door.bench.rtmp import FRAGMENTS, FRAMES, Peer, amf, message


def test_amf_of_what_a_client_says() -> None:
    assert amf("ok", 1.0, None, {"a": "b"}) == (
        b"\x02\x00\x02ok" + b"\x00\x3f\xf0" + bytes(6) + b"\x05"
        b"\x03\x00\x01a\x02\x00\x01b\x00\x00\x09"
    )  # fmt: skip


def test_a_message_carries_time_length_kind_and_stream() -> None:
    raw = message(6, 9, 1, 0x010203, b"abc")
    assert raw == b"\x06\x01\x02\x03\x00\x00\x03\x09\x01\x00\x00\x00abc"


@pytest.mark.parametrize("cut", [FRAMES, FRAGMENTS])
def test_both_cuts_carry_the_same_bytes(cut: object) -> None:
    assert cut.messages * cut.message_bytes == FRAME_BYTES  # type: ignore[attr-defined]


class _Taking(Peer):
    def __init__(self) -> None:
        super().__init__()
        self.taken: list[tuple[int, bytes]] = []

    def take(self, kind: int, body: memoryview) -> None:
        self.taken.append((kind, bytes(body)))
        super().take(kind, body)


def _fed(pieces: Callable[[bytes], list[bytes]], stream: bytes) -> list[tuple[int, bytes]]:
    async def feed() -> list[tuple[int, bytes]]:
        peer = _Taking()
        for piece in pieces(bytes(1 + 2 * 1536) + stream):
            peer.data_received(piece)
        return peer.taken

    return asyncio.run(feed())


@pytest.mark.parametrize("size", [1, 7, 100_000])
def test_messages_are_put_together_from_chunks_however_they_arrive(size: int) -> None:
    body = bytes(range(200)) * 2
    raw = message(6, 9, 1, 40, body)
    chunked = raw[:12] + body[:128] + b"\xc6" + body[128:256] + b"\xc6" + body[256:384]
    chunked += b"\xc6" + body[384:]
    set_size = message(2, 1, 0, 0, (4096).to_bytes(4, "big"))
    stream = chunked + set_size + raw
    found = _fed(lambda all_: [all_[at : at + size] for at in range(0, len(all_), size)], stream)
    assert found == [(9, body), (1, (4096).to_bytes(4, "big")), (9, body)]
