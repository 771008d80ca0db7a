"""Files that are awkward or no video at all, given to the shipped device as its camera."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from door.story.device import OfficersDevice
from field_app.client import service_command
from schemas.problems import MzError
from tests.integration.crash.house import House, Running
from tests.integration.field.movies import make_movie, moving_picture
from tests.patience import eventually

Open = Callable[[Path], OfficersDevice]


@pytest.fixture
def open_device(house: House, tmp_path: Path) -> Iterator[Open]:
    """Return a function that starts an enrolled device with a file as its camera."""
    made: list[tuple[OfficersDevice, Running]] = []

    def start(film: Path) -> OfficersDevice:
        device = OfficersDevice(tmp_path / f"device-{len(made)}", f"file:{film}")
        device.data.mkdir(mode=0o700)
        command = service_command(device.data, device.camera)
        program = Running("film", command, tmp_path / "device.log")
        made.append((device, program))
        program.launch()
        device.connect()
        code = house.desk.enrolment_code(house.cast.officer)
        device.enrol(house.site.public_url, code, "影片记录仪")
        return device

    yield start
    for device, program in made:
        device.close()
        program.stop()


def no_video(folder: Path, kind: str) -> Path:
    """Make something that is no video."""
    path = folder / f"{kind}.mp4"
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "empty":
        path.touch()
    elif kind == "playlist":  # a list that would have ffmpeg read other files
        path.write_text("ffconcat version 1.0\nfile /etc/passwd\n")
    elif kind == "remote":
        path.write_text("#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:9/a.ts\n#EXT-X-ENDLIST\n")
    elif kind == "header":
        make_movie(path, *moving_picture("320x240", "25", 1))
        path.write_bytes(path.read_bytes()[:60])
    return path


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("missing", "camera.not_found"),
        ("folder", "camera.not_found"),
        ("pipe", "camera.not_found"),
        ("empty", "camera.no_video"),
        ("playlist", "camera.no_video"),
        ("remote", "camera.no_video"),
        ("header", "camera.no_video"),
    ],
)
def test_what_is_no_video_is_refused_and_nothing_is_recorded(
    open_device: Open, house: House, tmp_path: Path, kind: str, code: str
) -> None:
    device = open_device(no_video(tmp_path, kind))
    with pytest.raises(MzError) as caught:
        device._client.call("start", operation=house.cast.operation)
    assert caught.value.code == code
    assert device.recordings() == []
    assert device.status().recording is None


@pytest.mark.parametrize(
    "name", ["影片 一.mp4", "a 'b' \"c\" $(d); e.mp4", "-v -i 100%03d [x]:y.mp4", "no-ending"]
)
def test_awkward_names_are_only_names(
    open_device: Open, house: House, tmp_path: Path, name: str
) -> None:
    film = make_movie(tmp_path / "film.mp4", *moving_picture("330x241", "23.976", 0.7))
    film = film.rename(tmp_path / name)
    device = open_device(film)
    recording = device.record(house.cast.operation)
    eventually(lambda: device.recordings()[0].recorded >= 7, "it is looped")
    device.stop("现场结束")

    def archived() -> bool:
        found = device.recordings()[0]
        return found.ended and found.archived == found.recorded

    eventually(archived, "archived")
    kept = device.recordings()[0].recorded
    assert house.held_by_relay(recording) == set(range(kept))


def test_a_film_that_is_cut_in_the_middle_is_shown_as_far_as_it_goes(
    open_device: Open, house: House, tmp_path: Path
) -> None:
    whole = make_movie(
        tmp_path / "whole.mp4", *moving_picture("320x240", "25", 4),
        "-movflags", "+faststart", "-g", "5",
    )  # fmt: skip
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size * 2 // 3])
    device = open_device(cut)
    device.record(house.cast.operation)
    eventually(lambda: sum(one.recorded for one in device.recordings()) >= 15, "it goes on")
    device.stop("现场结束")
    assert device.status().alarm == ""
