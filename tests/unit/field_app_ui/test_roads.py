"""The roads to the service: calls, statuses, restarts and preview frames, without a window."""

from __future__ import annotations

import contextlib
import queue
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from field_app.client import ServiceClient
from field_app.local_api.socket import PREVIEW_NAME
from field_app.local_api.status import Status
from field_app.theme import fonts
from field_app.window.frames import FrameReader
from field_app.window.link import ServiceLink
from schemas.problems import MzError
from tests.e2e.field_window.simulated_service import SimulatedService
from tests.patience import PATIENCE_S, eventually


class Told:
    """What the link posted, run here as Kivy's clock would."""

    def __init__(self) -> None:
        self.posts: queue.Queue[Callable[[], None]] = queue.Queue()
        self.statuses: list[Status] = []
        self.attached: list[bool] = []
        self.done: list[Any] = []
        self.failed: list[MzError] = []

    def until(self, true: Callable[[], object]) -> None:
        """Run posts until something is so."""

        def so() -> object:
            with contextlib.suppress(queue.Empty):
                self.posts.get_nowait()()
            return true()

        eventually(so)


class Process:
    """A started service that runs until told otherwise."""

    def poll(self) -> int | None:
        """Return no exit status: it runs."""
        return None


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def link(tmp_path: Path, told: Told) -> Iterator[tuple[ServiceLink, list[SimulatedService]]]:
    services: list[SimulatedService] = []

    def start() -> Process:
        services.append(SimulatedService(tmp_path, enrolled=True))
        return Process()

    made = ServiceLink(
        partial(ServiceClient, tmp_path), start, told.posts.put,
        told.statuses.append, told.attached.append,
    )  # fmt: skip
    made.open()
    yield made, services
    made.close()
    for service in services:
        service.close()


def test_an_absent_service_is_started_once_and_attached(
    link: tuple[ServiceLink, list[SimulatedService]], told: Told
) -> None:
    told.until(lambda: True in told.attached)
    told.until(lambda: len(told.statuses) > 3)
    assert len(link[1]) == 1
    assert told.statuses[-1].device_name == "NJ-21"


def test_results_and_refusals_come_back_through_post(
    link: tuple[ServiceLink, list[SimulatedService]], told: Told
) -> None:
    road, services = link
    road.call("outbox", told.done.append, told.failed.append)
    told.until(lambda: told.done)
    assert told.done == [[]]
    road.call("photo", told.done.append, told.failed.append)
    told.until(lambda: told.failed)
    assert told.failed[0].code == "photo.no_picture"
    road.call("stop", told.done.append, told.failed.append, reason="行动结束")
    told.until(lambda: len(told.done) == 2)
    assert services[0].stopped == ["行动结束"]


def test_a_running_service_is_attached_and_not_started(tmp_path: Path, told: Told) -> None:
    service = SimulatedService(tmp_path)
    started: list[int] = []

    def start() -> Process:
        started.append(1)
        return Process()

    made = ServiceLink(
        partial(ServiceClient, tmp_path), start, told.posts.put,
        told.statuses.append, told.attached.append,
    )  # fmt: skip
    made.open()
    told.until(lambda: True in told.attached)
    made.close()
    service.close()
    assert started == []


def test_preview_frames_arrive_whole_and_the_newest_wins(tmp_path: Path) -> None:
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(tmp_path / PREVIEW_NAME))
    listener.listen()
    came = threading.Event()
    reader = FrameReader(tmp_path, came.set)
    reader.open()
    reader.want(True)
    peer, _ = listener.accept()
    planes = bytes(range(24))
    picture = struct.pack(">IIQ", 4, 4, 7) + planes
    for piece in (picture[:5], picture[5:20], picture[20:]):
        peer.sendall(piece)
        time.sleep(0.02)
    assert came.wait(PATIENCE_S)
    frame = reader.newest
    assert frame is not None
    assert (frame.width, frame.height, frame.wall_ms) == (4, 4, 7)
    assert bytes(frame.plane(0)) == planes[:16]
    assert bytes(frame.plane(1)) == planes[16:20]
    assert bytes(frame.plane(2)) == planes[20:]
    peer.sendall(struct.pack(">IIQ", 0, 4, 7))  # nonsense ends the connection, not the reader
    second, _ = listener.accept()
    came.clear()
    second.sendall(struct.pack(">IIQ", 4, 4, 8) + planes)
    assert came.wait(PATIENCE_S)
    reader.close()
    for end in (peer, second, listener):
        end.close()


def test_the_camera_rests_while_nobody_looks(tmp_path: Path) -> None:
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(tmp_path / PREVIEW_NAME))
    listener.listen()
    changed = threading.Event()
    reader = FrameReader(tmp_path, changed.set)
    reader.open()
    listener.settimeout(0.3)
    with pytest.raises(TimeoutError):
        listener.accept()  # who reads keeps the camera running
    reader.want(True)
    listener.settimeout(PATIENCE_S)
    peer, _ = listener.accept()
    peer.sendall(struct.pack(">IIQ", 4, 4, 7) + bytes(24))
    assert changed.wait(PATIENCE_S)
    assert reader.newest is not None
    changed.clear()
    reader.want(False)
    assert changed.wait(PATIENCE_S)
    assert reader.newest is None
    assert peer.recv(1) == b""
    reader.close()
    for end in (peer, listener):
        end.close()


def test_missing_fonts_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "BOLD", tmp_path / "NotoSansSC-Bold.ttf")
    with pytest.raises(MzError) as caught:
        fonts.require_fonts()
    assert caught.value.code == "window.fonts_missing"
    assert "NotoSansSC-Bold.ttf" in caught.value.detail
