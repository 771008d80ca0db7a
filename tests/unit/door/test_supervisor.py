"""The supervisor over small real programs: restart, order, readiness, no orphan."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from door.ports import free_triple
from door.refusal import Refusal
from door.site import load_site, move_ports, write_settings
from door.supervisor import Program, Supervisor
from tests.patience import eventually

SLEEP = "import time; time.sleep(60)"


def _program(folder: Path, name: str, code: str) -> Program:
    return Program(name, [sys.executable, "-c", code], folder / f"{name}.log")


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat").read_text("utf-8").rsplit(")", 1)[1].split()[0]
    return state != "Z"


def test_a_program_that_dies_is_started_again_and_it_is_said(tmp_path: Path) -> None:
    said: list[str] = []
    with Supervisor(lambda _, en: said.append(en)) as supervisor:
        program = _program(tmp_path, "web", SLEEP)
        supervisor.start(program)
        assert program.process is not None
        first = program.process.pid
        os.kill(first, signal.SIGKILL)
        eventually(lambda: program.process is not None and program.process.pid != first)
        assert "web ended (signal 9)" in eventually(lambda: said)[0]
        assert program.pause_s > 0.5


def test_a_program_that_does_not_come_up_shows_its_last_lines(tmp_path: Path) -> None:
    with Supervisor(lambda *_: None) as supervisor:
        program = _program(tmp_path, "relay", "raise SystemExit('port 8421 is taken')")
        program.health = "http://127.0.0.1:9/healthz"
        with pytest.raises(Refusal) as refused:
            supervisor.start(program)
    assert refused.value.code == "program.not_ready"
    assert "port 8421 is taken" in refused.value.tail


def test_all_are_stopped_last_first(tmp_path: Path) -> None:
    order = tmp_path / "order"
    code = (
        "import signal,sys,time\n"
        "def end(*_):\n open({0!r},'a').write({1!r}); sys.exit(0)\n"
        "signal.signal(signal.SIGTERM,end)\nopen({2!r},'w')\ntime.sleep(60)"
    )
    supervisor = Supervisor(lambda *_: None)
    for name in ("a", "b", "c"):
        up = tmp_path / f"{name}.up"
        supervisor.start(_program(tmp_path, name, code.format(str(order), name, str(up))))
        eventually(up.exists)
    supervisor.close()
    assert order.read_text("utf-8") == "cba"


def test_a_program_that_ignores_sigterm_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("door.supervisor._GRACE_S", 0.3)
    up = tmp_path / "up"
    code = (
        "import signal,time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
        f"open({str(up)!r},'w'); time.sleep(60)"
    )
    supervisor = Supervisor(lambda *_: None)
    program = _program(tmp_path, "deaf", code)
    supervisor.start(program)
    eventually(up.exists)
    supervisor.close()
    assert program.process is not None
    assert program.process.returncode == -signal.SIGKILL


def test_children_die_with_a_killed_supervisor(tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    child = f"import os,time; open({str(pid_file)!r},'w').write(str(os.getpid())); time.sleep(60)"
    code = (
        "import sys,time; from pathlib import Path\n"
        "from door.supervisor import Program, Supervisor\n"
        f"Supervisor(print).start(Program('x',[sys.executable,'-c',{child!r}],"
        f"Path({str(tmp_path / 'x.log')!r})))\ntime.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code])
    try:
        eventually(lambda: pid_file.exists() and pid_file.read_text("utf-8") != "")
    finally:
        parent.kill()
        parent.wait()
    eventually(lambda: not _alive(int(pid_file.read_text("utf-8"))))


def test_taken_ports_are_named(tmp_path: Path) -> None:
    base = free_triple()
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", base + 2))
        taken.listen()
        settings = write_settings(tmp_path, base, ("camera",))
        with pytest.raises(Refusal) as refused:
            load_site(settings).refuse_taken_ports()
        assert refused.value.code == "port.taken"
        assert f"127.0.0.1:{base + 2}" in refused.value.en
    move_ports(settings, base + 10)
    assert [port for _, _, port in load_site(settings).ports()] == [base + 10, base + 11, base + 12]


def test_the_environment_goes_before_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = write_settings(tmp_path, 9000, ("camera",))
    monkeypatch.setenv("MZ_CENTRE_PORT", "9100")
    assert load_site(settings).port == 9100
    assert load_site(settings).data == tmp_path


def test_anothers_answer_does_not_pass_for_readiness(tmp_path: Path) -> None:
    """Somebody else serves on the port; our program, which cannot listen there, ends."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        program = _program(tmp_path, "relay", "import time; time.sleep(0.4); raise SystemExit(2)")
        program.ports = (port,)
        with Supervisor(lambda *_: None) as supervisor, pytest.raises(Refusal) as refused:
            supervisor.start(program)
    assert refused.value.code == "program.not_ready"
