"""Talk frames and files, and talk in a package."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from schemas.media.talk import (
    OggOpus,
    OggPackets,
    TalkFrame,
    decode_talk,
    packet_samples,
    whole_pages,
)
from schemas.problems import MzError
from schemas.verification.report import VERIFIED
from schemas.verification.steps import verify
from tests.contract import bundles, talking, world


def test_u01_a_package_with_talk_verifies_and_says_where_custody_begins(tmp_path: Path) -> None:
    path = tmp_path / "package.zip"
    path.write_bytes(bundles.packed(bundles.listed(talking.files())))
    report = verify(path, world.ROOT.key)
    assert report.verdict == VERIFIED
    told = {each.code: each for each in report.steps[6].remarks}
    assert "保管自中继收到时起" in told["exhibits.talk"].zh
    assert "custody begins where it reached the relay" in told["exhibits.talk"].en
    assert "exhibits.unreferenced" not in told


def test_a_frame_comes_back_as_it_went() -> None:
    assert decode_talk(talking.frame()) == TalkFrame(talking.BURST_ID, 1, talking.PACKETS[1])


@pytest.mark.parametrize(
    ("packet", "samples"),
    [
        (b"\x78\0", 960),  # hybrid, 20 ms, one frame
        (b"\x18\0", 2880),  # SILK, 60 ms
        (b"\xf1\0", 960),  # CELT, twice 10 ms
        (b"\xfb\x03", 2880),  # CELT, three times 20 ms
    ],
)
def test_a_packet_says_how_long_it_sounds(packet: bytes, samples: int) -> None:
    assert packet_samples(packet) == samples


@pytest.mark.parametrize("packet", [b"\x1b", b"\x1b\0", b"\x19\0", b"\xe0\0", b"\xfb\x3f"])
def test_a_packet_too_short_or_too_long_is_refused(packet: bytes) -> None:
    with pytest.raises(MzError) as refusal:
        packet_samples(packet)
    assert refusal.value.code == "talk.malformed"


def test_a_page_whose_position_goes_back_is_no_page() -> None:
    """A damaged file of a killed relay told a negative length."""
    begun = OggOpus().begin()
    page = struct.pack("<4sBBqIIIB", b"OggS", 0, 0, -1, 0, 0, 0, 0)
    assert whole_pages(begun + page) == (len(begun), 0)


def test_a_cut_file_counts_its_whole_pages() -> None:
    ogg = OggOpus()
    begun = ogg.begin() + ogg.add(talking.PACKETS[0])
    cut = ogg.add(talking.PACKETS[1])[:-1]
    assert whole_pages(begun) == whole_pages(begun + cut) == (len(begun), 960)
    assert (
        whole_pages(b"") == whole_pages(b"no Ogg at all, though long enough for a page") == (0, 0)
    )


@pytest.mark.parametrize("step", [1, 7, 100, 10_000])
def test_packets_come_back_out_of_a_stream_however_it_arrives(step: int) -> None:
    long = bytes([0x78]) + bytes(509)  # its lacing ends with a zero
    ogg, packets = OggOpus(), OggPackets()
    stream = ogg.begin() + b"".join(ogg.add(one) for one in [*talking.PACKETS, long])
    found: list[bytes] = []
    for at in range(0, len(stream), step):
        found += packets.add(stream[at : at + step])
    assert found == [*talking.PACKETS, long]
    with pytest.raises(MzError, match=r"talk\.malformed"):
        packets.add(b"no page")
