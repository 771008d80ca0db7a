"""Real ffmpeg: fragments of whole frames, a key-frame each second, for any readable file."""

from __future__ import annotations

import itertools
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from field_app.capture.camera import Camera, ffmpeg_program
from field_app.capture.cameras import make_camera
from field_app.capture.command import FRAGMENT_MS, GOP_MS
from field_app.capture.encoder import Encoder
from field_app.capture.file import FileCamera
from field_app.capture.preview import FRAME_BYTES, Preview
from field_app.capture.scene import HEIGHT, WIDTH, read_bar
from field_app.capture.still import Gop
from schemas.media.fmp4 import Init, Piece
from schemas.problems import MzError
from tests.integration.field.movies import make_movie, moving_picture, tone


def record(
    camera: Camera,
    seconds: float,
    preview: Preview | None = None,
    passed: Callable[[float], None] = lambda _seconds: None,
) -> tuple[Init, list[Piece]]:
    """Run the encoder until the film is so long; return what it made. `passed` is told how long it
    is meanwhile."""
    camera.check()
    encoder = Encoder(camera, preview or Preview())
    found: list[Init | Piece] = []
    ticks = 0
    try:
        for one in encoder.pieces():
            found.append(one)
            if isinstance(one, Piece) and ticks < seconds * 90_000:
                ticks += one.media_duration
                passed(ticks / 90_000)
                if ticks >= seconds * 90_000:
                    encoder.stop()
    finally:
        encoder.close()
    init, *pieces = found
    assert isinstance(init, Init)
    return init, [piece for piece in pieces if isinstance(piece, Piece)]


def decode(movie: bytes, *arguments: str) -> bytes:
    """Decode fragments with ffmpeg."""
    command = [ffmpeg_program(), "-v", "error", "-i", "pipe:0", *arguments, "pipe:1"]
    return subprocess.run(command, input=movie, capture_output=True, check=True).stdout


def check_fragments(pieces: list[Piece]) -> None:
    """Whole frames without a hole, a key-frame begins each GOP, no fragment is much too long."""
    assert pieces[0].key_frame
    for before, after in itertools.pairwise(pieces):
        assert after.media_start == before.media_start + before.media_duration
    assert all(piece.media_duration <= FRAGMENT_MS * 100 for piece in pieces[1:])
    starts = [piece.media_start for piece in pieces if piece.key_frame]
    assert all(b - a == GOP_MS * 90 for a, b in itertools.pairwise(starts[1:]))


def test_the_generated_camera_records_each_frame_it_drew() -> None:
    preview = Preview()
    init, pieces = record(make_camera("generated"), 2.6, preview)
    check_fragments(pieces)
    assert (init.width, init.height, init.timescale) == (WIDTH, HEIGHT, 90_000)
    assert init.codecs.startswith("avc1.")
    movie = init.data + b"".join(piece.data for piece in pieces)
    planes = decode(movie, "-fps_mode", "passthrough", "-f", "rawvideo", "-pix_fmt", "gray")
    frames = [planes[at : at + WIDTH * HEIGHT] for at in range(0, len(planes), WIDTH * HEIGHT)]
    assert [read_bar(frame) for frame in frames] == list(range(len(frames)))
    assert len(frames) == sum(piece.frames for piece in pieces) >= 50
    picture = preview.after(0, 0.1)
    assert picture is not None
    assert len(picture.planes) == FRAME_BYTES


FILMS = {
    "silent": [*moving_picture("320x240", "25", 1.5)],
    "sound_44100": [*moving_picture("320x240", "25", 1.5), *tone(1.5)],
    "odd_rate": [*moving_picture("320x240", "24000/1001", 1.5)],
    "fast": [*moving_picture("320x240", "60", 1.5)],
    "odd_size": [*moving_picture("322x182", "25", 1.5), "-vf", "scale=321:181", "-c:v", "ffv1"],
    "large": [*moving_picture("1920x1080", "25", 1)],
    "tall": [*moving_picture("360x1280", "10", 1)],
    "mpeg4": [*moving_picture("320x240", "25", 1.5), "-c:v", "mpeg4"],
    "one_frame": [*moving_picture("320x240", "25", 1), "-frames:v", "1"],
    "late_sound": [*moving_picture("320x240", "25", 2), "-itsoffset", "1", *tone(0.5)],
    "vp9_opus": [*moving_picture("320x240", "25", 1), *tone(1), "-c:v", "libvpx-vp9"],
    "ten_bits": [*moving_picture("320x240", "25", 1), "-pix_fmt", "yuv420p10le"],
    "anamorphic": [*moving_picture("720x576", "25", 1), "-vf", "setsar=64/45"],
    "short_sound": [*moving_picture("320x240", "25", 4), *tone(0.5)],
}


@pytest.mark.parametrize("name", FILMS)
def test_any_file_that_ffmpeg_reads_is_a_camera(name: str, tmp_path: Path) -> None:
    film = make_movie(tmp_path / f"{name}.mkv", *FILMS[name])
    init, pieces = record(FileCamera(film), 1.7)
    check_fragments(pieces)
    assert init.width <= 1280
    assert init.height <= 720
    assert init.width % 2 == init.height % 2 == 0
    assert sum(piece.media_duration for piece in pieces) > 1.2 * 90_000
    movie = init.data + b"".join(piece.data for piece in pieces)
    assert decode(movie, "-map", "0:a", "-f", "s16le")
    assert decode(movie, "-frames:v", "1", "-f", "rawvideo", "-pix_fmt", "gray")


def test_rotation_is_honoured(tmp_path: Path) -> None:
    plain = make_movie(tmp_path / "plain.mp4", *moving_picture("320x180", "25", 1))
    turned = make_movie(
        tmp_path / "turned.mp4", "-display_rotation", "90", "-i", str(plain), "-c", "copy"
    )
    init, _ = record(FileCamera(turned), 0.8)
    assert (init.width, init.height) == (180, 320)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("text.mp4", "这不是视频。\n".encode() * 400),
        ("notes.txt", b"plain words on many lines\n" * 400),
        ("empty.mp4", b""),
        ("noise.bin", bytes(range(256)) * 64),
    ],
)
def test_a_video_that_is_no_video_is_refused(name: str, data: bytes, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(MzError) as caught:
        FileCamera(path).check()
    assert caught.value.code == "camera.no_video"


@pytest.mark.parametrize("name", ["photo.jpg", "photo.png", "photo.webp", "photo.dat"])
def test_a_single_image_is_no_video(name: str, tmp_path: Path) -> None:
    image = make_movie(
        tmp_path / name, *moving_picture("320x240", "25", 1), "-frames:v", "1", "-f", "image2",
        "-c:v", "png" if name.endswith(("png", "dat")) else "mjpeg",
    )  # fmt: skip
    with pytest.raises(MzError) as caught:
        FileCamera(image).check()
    assert caught.value.code == "camera.no_video"


def test_sound_alone_is_no_video(tmp_path: Path) -> None:
    with pytest.raises(MzError) as caught:
        FileCamera(make_movie(tmp_path / "tone.wav", *tone(1))).check()
    assert caught.value.code == "camera.no_video"


def test_a_film_cut_short_at_its_start_is_refused(tmp_path: Path) -> None:
    film = make_movie(tmp_path / "film.mp4", *moving_picture("320x240", "25", 2))
    film.write_bytes(film.read_bytes()[:2000])
    with pytest.raises(MzError) as caught:
        FileCamera(film).check()
    assert caught.value.code == "camera.no_video"


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(MzError) as caught:
        FileCamera(tmp_path / "gone.mp4").check()
    assert caught.value.code == "camera.not_found"


def test_a_still_shows_the_newest_frame() -> None:
    gop = Gop()
    init, pieces = record(make_camera("generated"), 1.5)
    gop.begin(init)
    for piece in pieces:
        gop.add(piece)
    jpeg = gop.still().data
    plane = decode(jpeg, "-f", "rawvideo", "-pix_fmt", "gray")
    assert read_bar(plane) == sum(piece.frames for piece in pieces) - 1


def test_a_still_without_a_recording_is_refused() -> None:
    with pytest.raises(MzError) as caught:
        Gop().still()
    assert caught.value.code == "photo.no_picture"


def test_nobody_watching_the_preview_does_not_stop_the_recording() -> None:
    _, pieces = record(make_camera("generated"), 1.5)
    assert sum(piece.frames for piece in pieces) > 25
