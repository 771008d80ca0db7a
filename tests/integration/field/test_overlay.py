"""V-03: time, officer, device, case and fragment number are in the picture that is recorded."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from field_app.capture import overlay as overlays
from field_app.capture.camera import FRAMES_PER_SECOND, ffmpeg_program
from field_app.capture.cameras import make_camera
from field_app.capture.command import FRAMES_PER_FRAGMENT
from field_app.capture.encoder import Encoder
from field_app.capture.overlay import Overlay, Words
from field_app.capture.preview import Preview
from field_app.capture.privacy import Privacy
from field_app.capture.recorder import Recorder
from field_app.capture.scene import HEIGHT, WIDTH, read_bar
from field_app.device.identity import Identity
from field_app.device.place import NoPlace
from field_app.spool.spool import Spool
from schemas.media.fmp4 import Piece
from tests.integration.field.court import Court
from tests.unit.field_app.test_recorder import Nobody

_CORNER_TOP, _CORNER_WIDTH = HEIGHT - 58, 620
_SECOND_LINE = HEIGHT - 28


def film(words: Words | None, case: str = "", first: int = 0) -> list[bytes]:
    """Return the luminance of the pictures that a second and a bit of the camera gives."""
    overlay = Overlay(words, FRAMES_PER_FRAGMENT) if words else None
    if overlay and case:
        overlay.recording(first, case)
    encoder = Encoder(make_camera("generated"), Preview(), overlay=overlay)
    movie, frames = b"", 0
    for piece in encoder.pieces():
        movie += piece.data
        frames += piece.frames if isinstance(piece, Piece) else 0
        if frames >= FRAMES_PER_SECOND:
            encoder.stop()
    encoder.close()
    if overlay:
        overlay.close()
    command = [ffmpeg_program(), "-v", "error", "-i", "pipe:0", "-fps_mode", "passthrough",
               "-f", "rawvideo", "-pix_fmt", "gray", "pipe:1"]  # fmt: skip
    planes = subprocess.run(command, input=movie, capture_output=True, check=True).stdout
    size = WIDTH * HEIGHT
    return [planes[at : at + size] for at in range(0, len(planes), size)]


def rows(picture: bytes, top: int, bottom: int) -> list[int]:
    """Return the luminance of the lower left corner between two rows."""
    return [
        value
        for y in range(top, bottom)
        for value in picture[y * WIDTH : y * WIDTH + _CORNER_WIDTH]
    ]


def difference(one: list[int], other: list[int]) -> int:
    """Return how many pixels differ plainly."""
    return sum(abs(a - b) > 60 for a, b in zip(one, other, strict=True))


def test_v03_the_overlay_is_in_the_picture_and_leaves_the_bar_alone() -> None:
    plain = film(None)
    drawn = film(Words("粤0199-001", "执法仪 1"), "（2026）粤0199执1号")
    other = film(Words("粤0199-001", "执法仪 1"), "（2026）粤0199执2345号")
    assert [read_bar(picture) for picture in drawn] == list(range(len(drawn)))
    second = [rows(each[3], _SECOND_LINE, HEIGHT - 6) for each in (plain, drawn, other)]
    assert difference(second[0], second[1]) > 300, "officer, device and case are drawn"
    assert difference(second[1], second[2]) > 100, "another case looks otherwise"
    assert difference(rows(drawn[3], _SECOND_LINE, HEIGHT - 6), second[1]) == 0
    above = [rows(each[3], 60, 120) for each in (plain, drawn)]
    assert difference(*above) == 0


def test_v03_hostile_words_do_not_stop_the_camera() -> None:
    words = Words("%{n}\\", "%{eif:1/0:d}:'\n\r" * 20)
    pictures = film(words, "{}%%\\" * 200)
    assert len(pictures) >= FRAMES_PER_SECOND


def test_v03_a_missing_font_is_an_alarm_and_no_reason_not_to_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overlays, "FONT", tmp_path / "none.ttf")
    identity, court = Identity(tmp_path / "field" / "device"), Court()
    identity.keep("http://127.0.0.1:9", "执法仪", court.enrol(identity.ask("c", "执法仪", "test")))
    spool = Spool(tmp_path / "field", identity.storage_key, min_free_bytes=1)
    recorder = Recorder(
        identity, spool, make_camera("generated"), NoPlace(), Nobody(), Privacy(spool.facts),
        lambda: None, lambda _: "",
    )  # fmt: skip
    recorder.start(None, "started")
    assert (recorder.alarm, recorder.warning) == ("", "overlay.no_font")
    recorder.stop("done")
    spool.close()
