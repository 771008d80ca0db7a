"""The demo and `up` start the same programs; Ctrl-C stops all; bad input is told by its code."""

from __future__ import annotations

import json
import re
import socket
from pathlib import Path

import pytest

from door.commands import commands
from door.ports import free_triple
from door.site import write_settings
from door.story.device import PLACE
from field_app.client import service_command
from tests.e2e.story import telling

pytestmark = pytest.mark.timeout(600)


def test_demo_up_and_field_run_the_same_programs_and_leave_none(tmp_path: Path) -> None:
    data = tmp_path / "data"
    said = tmp_path / "demo.txt"
    demo = telling.launch("door.demo", "--data", str(data), log=said)
    try:
        words = telling.wait_for_words(demo, said, "Ctrl-C")
        of_demo = telling.programs_of(data, telling.is_ours)
        telling.kill(data, "field_app.service")
        telling.wait_for_words(demo, said, "the capture service is back, recording")
    finally:
        assert telling.interrupt(demo) == 0
    assert telling.programs_of(data, telling.is_ours) == set()
    _check_sign_ins(words)

    settings = data / "settings.toml"
    expected = {tuple(command) for command in commands(settings).values()}
    of_field = tuple(service_command(data / "device", "generated", PLACE, sound="generated"))
    assert of_demo == expected | {of_field}

    said = tmp_path / "up.txt"
    up = telling.launch("door.up", "--data", str(data), log=said)
    try:
        telling.wait_for_words(up, said, "Ctrl-C")
        assert telling.programs_of(data, telling.is_ours) == expected
    finally:
        assert telling.interrupt(up) == 0
    assert telling.programs_of(data, telling.is_ours) == set()


def _check_sign_ins(words: str) -> None:
    """Addresses, root, staff in every role and both parties are printed."""
    assert re.search(r"http://127\.0\.0\.1:\d+/desk", words)
    assert re.search(r"http://127\.0\.0\.1:\d+/portal", words)
    assert re.search(r"root\s+[0-9a-f]{64}", words)
    for role in ("DUTY_OFFICER", "CLERK", "ENF_OFFICER", "ADMIN"):
        assert f"({role})" in words
    assert words.count("执1024号") >= 2


def test_up_names_the_port_that_is_taken(tmp_path: Path) -> None:
    base = free_triple()
    write_settings(tmp_path, base, ("camera",))
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", base + 1))
        taken.listen()
        log = tmp_path / "said.txt"
        assert telling.run("door.up", "--data", str(tmp_path), log=log) == 2
    said = log.read_text("utf-8")
    assert "port.taken" in said
    assert f"127.0.0.1:{base + 1}" in said
    assert not (tmp_path / "centre").exists()


def test_a_video_that_is_no_video_is_told_and_nothing_is_recorded(tmp_path: Path) -> None:
    video = tmp_path / "letter.mp4"
    video.write_text("dear court", "utf-8")
    report, log = tmp_path / "report.json", tmp_path / "said.txt"
    status = telling.run(
        "door.demo", "--once", "--seconds", "3", "--video", str(video), "--json", str(report),
        "--data", str(tmp_path / "data"), log=log,
    )  # fmt: skip
    assert status == 1
    found = json.loads(report.read_text("utf-8"))
    assert found["failed"].startswith("camera.no_video")
    assert found["fragments"]["recorded"] == 0


def test_a_video_that_is_not_there_is_told_at_once(tmp_path: Path) -> None:
    log = tmp_path / "said.txt"
    data = tmp_path / "data"
    words = ("--once", "--video", str(tmp_path / "none.mp4"), "--data", str(data))
    assert telling.run("door.demo", *words, log=log) == 2
    assert "camera.not_found" in log.read_text("utf-8")
    assert not data.exists()


def test_settings_that_are_no_toml_are_told(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("[centre\n", "utf-8")
    log = tmp_path / "said.txt"
    assert telling.run("door.up", "--data", str(tmp_path), log=log) == 2
    assert "settings.malformed" in log.read_text("utf-8")
