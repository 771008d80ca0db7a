"""The desktop's camera: what ffmpeg is told, a real sound server, and a device that is not there.

No machine of the tests has a camera: the pictures are a drawn scene (simulated), the microphone
is a real source of PulseAudio.
"""

from __future__ import annotations

import io
import sys
import threading
import time
from array import array
from pathlib import Path
from typing import Any

import av
import ffmpeg
import pytest

from field_app.capture.cameras import make_camera
from field_app.capture.command import PROFILES, encoder_command, preview_command
from field_app.capture.desktop import DesktopCamera, pulse
from field_app.capture.generated import GeneratedCamera
from field_app.capture.scene import HEIGHT, WIDTH
from schemas.media.opening import Source
from schemas.problems import MzError
from tests.integration.field.movies import make_movie, tone
from tests.integration.field.pulse import Pulse
from tests.integration.field.test_cameras import check_fragments, record

_SECONDS, _SPOKEN_S = 7.0, 5.0


class SimulatedPictures(DesktopCamera):
    """The desktop's camera with a drawn scene in place of the device, stamped as it is read."""

    has_feed = True

    def __init__(self) -> None:
        super().__init__("pipe:0")
        self._drawn = GeneratedCamera()

    def check(self) -> None:
        """There is a picture always."""

    def feed(self, pipe: int, stop: threading.Event) -> None:
        """Write the scene's pictures at their time."""
        self._drawn.feed(pipe, stop)

    def _v4l2(self) -> tuple[Any, Any]:
        scene = ffmpeg.input(
            "pipe:0", f="rawvideo", pix_fmt="yuv420p", s=f"{WIDTH}x{HEIGHT}", r=25,
            use_wallclock_as_timestamps=1,
        )  # fmt: skip
        return scene, pulse(self._sound)


def test_s02_pictures_and_the_microphones_sound_are_recorded_together(
    pulse: Pulse, tmp_path: Path
) -> None:
    """A beep goes into the microphone while it records, and stands at that moment of the film."""
    beep = make_movie(tmp_path / "beep.wav", *tone(0.5, 48_000))
    said: list[float] = []
    speaking = threading.Thread(target=pulse.say, args=(beep,))

    def passed(seconds: float) -> None:
        nonlocal stopped
        stopped = time.monotonic()
        if seconds >= _SPOKEN_S and not said:
            said.append(stopped)
            speaking.start()

    stopped = 0.0
    init, pieces = record(SimulatedPictures(), _SECONDS, passed=passed)
    speaking.join()
    check_fragments(pieces)
    film = init.data + b"".join(piece.data for piece in pieces)
    end, loud = end_and_first_sound(film)
    assert abs((stopped - said[0]) - (end - loud)) < 0.5


def end_and_first_sound(film: bytes) -> tuple[float, float]:
    """Return when the film's pictures end and when its sound is first loud, in seconds."""
    loud = end = 0.0
    with av.open(io.BytesIO(film)) as container:
        for frame in container.decode(audio=0, video=0):
            if isinstance(frame, av.VideoFrame):
                end = max(end, frame.time + 0.04)
            elif not loud and peak(frame) > 0.05:
                loud = frame.time
    return end, loud


def peak(frame: av.AudioFrame) -> float:
    """Return the loudest sample of a packet."""
    samples = array("f")
    samples.frombytes(bytes(frame.planes[0])[: frame.samples * 4])
    return max(map(abs, samples))


def test_the_devices_are_asked_for_what_the_house_records() -> None:
    command = preview_command(DesktopCamera("/dev/video7", "mic"), 3)
    words = " ".join(command)
    assert "-f v4l2" in words
    assert "-framerate 25" in words
    assert "-input_format mjpeg" in words
    assert words.index("/dev/video7") < words.index("-map")


def test_sound_is_kept_in_step_with_the_first_input_which_is_the_camera() -> None:
    words = " ".join(
        encoder_command(DesktopCamera("/dev/video7", "mic"), dict.fromkeys(PROFILES, 4), 3)
    )
    assert words.index("-i /dev/video7") < words.index("-isync 0") < words.index("-i mic")


def test_windows_names_its_devices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    camera = DesktopCamera("USB Camera", "Microphone")
    camera.check()
    words = encoder_command(camera, dict.fromkeys(PROFILES, 4), 3)
    assert "video=USB Camera" in words
    assert "audio=Microphone" in words
    assert words.count("dshow") == 2


@pytest.mark.parametrize("device", ["/dev/video-not-there", "/etc/hostname"])
def test_a_camera_that_is_not_there_is_refused_before_anything_is_recorded(device: str) -> None:
    camera = make_camera(f"desktop:{device}")
    assert camera.source is Source.CAMERA
    with pytest.raises(MzError) as caught:
        camera.check()
    assert caught.value.code == "camera.not_found"


@pytest.mark.parametrize("text", ["desktop:", "desktop:,mic", "desktop:a,b,c,d"])
def test_no_such_name_is_refused(text: str) -> None:
    with pytest.raises(MzError) as caught:
        make_camera(text)
    assert caught.value.code == "camera.unknown"
