"""The frame number in the generated picture is read back as it was drawn."""

from __future__ import annotations

import os
import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from field_app.capture.cameras import make_camera
from field_app.capture.generated import GeneratedCamera
from field_app.capture.scene import FRAME_BYTES, WIDTH, Scene, bar_rows, read_bar
from schemas.problems import MzError
from tests.patience import PATIENCE_S


@given(number=st.integers(0, 2**24 - 1))
def test_the_bar_reads_back(number: int) -> None:
    upper, lower = bar_rows(number)
    pad = bytes(WIDTH - len(upper))
    assert read_bar((upper + pad) * 24 + (lower + pad) * 24) == number


def test_a_bar_that_contradicts_itself_is_no_number() -> None:
    upper, _ = bar_rows(77)
    assert read_bar((upper + bytes(WIDTH - len(upper))) * 48) is None


def test_frames_differ_and_stay_whole() -> None:
    scene = Scene()
    first = bytes(scene.draw(1, 1_773_297_000_000))
    second = bytes(scene.draw(2, 1_773_297_000_040))
    assert len(first) == len(second) == FRAME_BYTES
    assert first != second
    assert (read_bar(first), read_bar(second)) == (1, 2)


def test_drawing_is_light() -> None:
    """25 frames a second may take at most a tenth of a core for drawing."""
    scene = Scene()
    began = time.process_time()
    for number in range(250):
        scene.draw(number, 1_773_297_000_000 + 40 * number)
    assert time.process_time() - began < 1.0


def first_frame_of_a_run(camera: GeneratedCamera) -> int | None:
    """Feed a pipe until its first frame was read; return the number in the picture."""
    reader, writer = os.pipe()
    feeding = threading.Thread(target=camera.feed, args=(writer, threading.Event()))
    feeding.start()
    with os.fdopen(reader, "rb") as source:
        number = read_bar(source.read(FRAME_BYTES))
    feeding.join(PATIENCE_S)
    os.close(writer)
    assert not feeding.is_alive(), "the feed ends when its reader is gone"
    return number


def test_numbers_go_on_in_the_next_run_and_the_clock_knows_them() -> None:
    camera = GeneratedCamera()
    assert first_frame_of_a_run(camera) == 0
    assert camera.drawn_ms(0) == dict(camera.clock())[0]
    second = first_frame_of_a_run(camera)
    assert second
    assert camera.drawn_ms(0) == dict(camera.clock())[second]
    assert camera.drawn_ms(1000) is None


def test_an_unknown_camera_is_refused() -> None:
    with pytest.raises(MzError) as caught:
        make_camera("webcam")
    assert caught.value.code == "camera.unknown"
