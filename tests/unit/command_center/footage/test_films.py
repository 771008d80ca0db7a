"""Which films are made of a recording, and how their files are named."""

from __future__ import annotations

from command_center.footage.films import films_of
from command_center.footage.views import RecordingView, RenditionView

BEGAN = 1_790_000_000_000


def rendition(number: int, received: int, *missing: tuple[int, int]) -> RenditionView:
    return RenditionView(
        number, 100, received, received, tuple(missing), (), 1, BEGAN, BEGAN + 1, True
    )


def recording(*renditions: RenditionView, name: str = "LJ-11") -> RecordingView:
    return RecordingView(
        "r", "d", name, "陈", None, 7, "camera", BEGAN, True, False, "whole", 1, renditions, ()
    )


def made(*renditions: RenditionView) -> list[int]:
    return [film.rendition for film in films_of(recording(*renditions))]


def test_a_whole_full_picture_is_enough() -> None:
    assert made(rendition(1, 100), rendition(2, 100), rendition(3, 100)) == [1]


def test_where_the_full_picture_has_gaps_the_small_one_is_beside_it() -> None:
    assert made(rendition(1, 90, (4, 13)), rendition(2, 100), rendition(3, 100)) == [1, 2]


def test_what_never_came_is_no_film() -> None:
    assert made(rendition(1, 0, (0, 99)), rendition(2, 0, (0, 99)), rendition(3, 5)) == [3]
    assert made(rendition(1, 0, (0, 99))) == []


def test_a_name_tells_when_which_device_and_which_picture() -> None:
    held = recording(rendition(2, 9), name="../车 间:1?\n")
    (film,) = films_of(held)
    assert film.name == "20260921-221320-车-间-1-7-小画面.mp4"
