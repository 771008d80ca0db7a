"""What is encoded beside the full picture: when it was taken is reckoned from that."""

from __future__ import annotations

from field_app.capture.beside import Beside
from schemas.media.chain import Moment
from schemas.media.fmp4 import Init, Piece
from schemas.media.fragment import Rendition
from schemas.time import mono_ms

_EMPTY = b"\0\0\0\x08moof\0\0\0\x08mdat"


def test_v02_nothing_is_taken_in_the_future_where_sound_goes_beyond_the_pictures() -> None:
    beside, now = Beside(), mono_ms()
    beside.add(Rendition.SMALL, Init(b"", 1, 90_000, 640, 360, 48_000, "avc1"))
    beside.tell(0.0, Moment(5_000_000, now, None))
    for start_s in (0.0, 60.0):
        at = round(start_s * 90_000)
        beside.add(Rendition.SMALL, Piece(_EMPTY, at, 0, 0, key_frame=not at))
    (_, first), (_, beyond) = beside.take(Rendition.SMALL, 0.0)
    assert first.wall_ms == 5_000_000
    assert 5_000_000 <= beyond.wall_ms <= 5_000_000 + mono_ms() - now
    assert now <= beyond.mono_ms <= mono_ms()
