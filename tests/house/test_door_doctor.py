"""What `./mz doctor` and `./mz check` say, and the sprite of icons."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

import pytest

from door import doctor
from door.check import Job, main, run
from door.debian import PACKAGES, apt_line, wanted
from door.refusal import Refusal
from door.web import icon_sprite

ROOT = Path(__file__).resolve().parents[2]


def test_a_taken_port_is_named_with_what_to_do() -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        port = server.getsockname()[1]
        assert not doctor.port_is_free(port)
    assert doctor.port_is_free(port)
    line = doctor.Finding("port 8420", False, "taken", "change the settings").line()
    assert line.startswith("missing")
    assert "→ change the settings" in line


def test_the_doctors_ports_are_those_of_the_architecture() -> None:
    text = (ROOT / "docs/architecture.md").read_text("utf-8")
    assert all(str(port) in text for port in doctor.PORTS)


def test_the_demo_alone_needs_no_debian_package_and_once_wishes_for_a_browser_and_a_voice() -> None:
    assert wanted({"web"}) == []
    once = wanted({"web", "once"})
    assert [one.name for one in once] == ["chromium", "libatomic1", "espeak-ng"]
    assert not any(one.occasions & {"web", "once"} for one in once)
    assert {one.name for one in wanted({"test", "bench"})} == {one.name for one in PACKAGES}
    assert [one.name for one in wanted({"bench"})] == ["libnginx-mod-rtmp"]


def test_the_apt_line_can_be_typed_as_it_stands() -> None:
    line = apt_line(["xvfb", "libgl1"])
    assert "apt-get install -y --no-install-recommends xvfb libgl1" in line


def test_check_fails_if_any_tool_fails(capsys: pytest.CaptureFixture[str]) -> None:
    good = Job("good", (sys.executable, "-c", "print('silent')"))
    bad = Job("bad", (sys.executable, "-c", "print('the reason'); raise SystemExit(4)"))
    assert main([good]) == 0
    assert main([good, bad]) == 1
    said = capsys.readouterr().out
    assert "the reason" in said
    assert "failed: bad" in said
    assert run(bad).status == 4


def test_the_sprite_holds_each_icon_once_and_refuses_an_unknown_one(tmp_path: Path) -> None:
    (tmp_path / "outline").mkdir()
    (tmp_path / "filled").mkdir()
    shape = '<svg\n class="x">\n <path stroke="none" d="M0 0h24v24H0z" fill="none" />\n'
    (tmp_path / "outline/camera.svg").write_text(shape + '<path d="M5 7h1" /></svg>')
    (tmp_path / "filled/camera.svg").write_text(shape + '<path d="M9 9" /></svg>')
    sprite = icon_sprite(["camera", "filled/camera", "camera"], tmp_path)
    assert sprite.count("<symbol") == 2
    assert '<symbol id="camera" viewBox="0 0 24 24" fill="none"' in sprite
    assert '<symbol id="camera-filled"' in sprite
    assert "M0 0h24" not in sprite
    with pytest.raises(Refusal, match=r"icon\.unknown"):
        icon_sprite(["no-such-icon"], tmp_path)
