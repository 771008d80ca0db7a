"""The long film of the benches is cut as a recorder cuts, and its times go on over the repeats."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av

from door.bench.reel import FRAME_RATE, Reel


def test_each_second_begins_with_a_key_frame_and_nothing_is_lost_at_the_seam(
    tmp_path: Path,
) -> None:
    reel = Reel(tmp_path / "reel.mp4", 70, 200)  # the loop has 64 seconds
    assert len(reel) == 350
    cut = reel.init + b"".join(map(reel.payload, range(350)))
    assert reel.path.read_bytes().startswith(cut)
    with av.open(str(reel.path)) as film:
        packets = [packet for packet in film.demux(video=0) if packet.size]
    times = [Fraction(packet.pts) * packet.time_base for packet in packets]
    assert times == [Fraction(number, FRAME_RATE) for number in range(70 * FRAME_RATE)]
    assert [n for n, one in enumerate(packets) if one.is_keyframe] == list(range(0, 1750, 25))
