"""`./mz doctor`: what this machine has, what it lacks, and what to do about it."""

from __future__ import annotations

import os
import platform
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from door import debian, env
from door.compiled import CompiledPart
from door.places import CHECKOUT, Places
from door.refusal import FAILED
from door.venv import broken_distributions, python_runs, site_packages
from door.web import OLDEST_NODE, system_node

PORTS = {8420: "指挥中心 centre", 8421: "媒体流 streams", 8422: "媒体取用 relay HTTP"}
_LEAST_DISK = 3 * 1024**3
_OLDEST_CLOCK = 1_760_000_000  # October 2025, when this program did not yet exist


@dataclass(frozen=True)
class Finding:
    """One line of the report. A note is worth knowing and no fault."""

    subject: str
    ok: bool
    detail: str
    remedy: str = ""
    note: bool = False

    def line(self) -> str:
        """Return it for a terminal."""
        mark = "ok     " if self.ok else "note   " if self.note else "missing"
        remedy = f"\n{'':10}→ {self.remedy}" if self.remedy and not self.ok else ""
        return f"{mark}  {self.subject}: {self.detail}{remedy}"


def examine(places: Places = CHECKOUT) -> int:
    """Print every finding; return 1 if something needed is missing."""
    findings = [finding for check in CHECKS for finding in check(places)]
    for finding in findings:
        print(finding.line())
    lacking = [one for one in findings if not one.ok and not one.note]
    counted, missing = len(findings), len(lacking)
    print(f"\n{counted} 项，缺 {missing} 项 · {counted} checked, {missing} missing")
    return FAILED if lacking else 0


def _machine(_: Places) -> Iterator[Finding]:
    yield Finding(
        "系统 · system",
        sys.platform == "linux",
        f"{_os_name()}, {platform.machine()}, {os.cpu_count()} cores",
        "需要 Linux(Debian 12 起已试)· Linux is needed",
    )
    yield Finding("Python", True, platform.python_version())


def _disk(places: Places) -> Iterator[Finding]:
    free = shutil.disk_usage(places.root).free
    yield Finding(
        "磁盘 · disk",
        free >= _LEAST_DISK,
        f"{free / 1024**3:.1f} GiB 可用 free",
        "至少留 3 GiB · leave 3 GiB at least",
    )


def _clock(_: Places) -> Iterator[Finding]:
    now = time.time()
    sane = now > _OLDEST_CLOCK
    stamp = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(now))
    remedy = "校准时间，例如 timedatectl set-ntp true · set the clock"
    yield Finding("时钟 · clock", sane, stamp, remedy)


def _environment(places: Places) -> Iterator[Finding]:
    for part in env.parts_for(frozenset({"web", "window"}), places):
        if not isinstance(part, debian.DebianPart):
            ready = part.ready()
            state = "完好 whole" if ready else "未备或有损 not made, or damaged"
            yield Finding(part.label, ready, state, "./mz setup")
    site = site_packages(places.venv)
    if site is None or not python_runs(places.python):
        return
    broken = broken_distributions(site)
    names = ", ".join(one.name.removesuffix(".dist-info") for one in broken)
    yield Finding(
        "逐文件核对 · every file", not broken, names or "完好 whole", "./mz setup --repair"
    )


def _packages(_: Places) -> Iterator[Finding]:
    if shutil.which("dpkg-query") is None:
        yield Finding("Debian packages", False, "不是 Debian · not a Debian", note=True)
        return
    lacking = {one.name for one in debian.missing(debian.PACKAGES)}
    for one in debian.PACKAGES:
        remedy = debian.apt_line([one.name])
        if one.name == "chromium" and debian.is_ubuntu():
            remedy = "Ubuntu 的 chromium 是 snap，不自动安装；演示照常 · a snap here, not installed"
        needed = "、".join(sorted(one.occasions | one.optional_for))
        yield Finding(
            one.name, one.name not in lacking, f"{one.zh} · {one.en} ({needed})", remedy, note=True
        )


def _tools(places: Places) -> Iterator[Finding]:
    node = system_node()
    oldest = ".".join(map(str, OLDEST_NODE))
    yield Finding(
        "Node.js",
        node is not None,
        _first_line([node, "--version"]) if node else f"没有 ≥ {oldest} 的系统 Node.js 与 npm",
        "不必安装:./mz 会用 Python 包带来的 Node.js · not needed: one comes as a Python package",
        note=True,
    )
    yield _chromium()
    yield _ffmpeg(places)
    fits = CompiledPart(places).fits()
    yield Finding(
        CompiledPart.label,
        fits,
        "完好 whole" if fits else "以源码运行，较慢 · it runs interpreted, which is slower",
        "./mz setup，需要 gcc 与 python3-dev · needs gcc and python3-dev",
        note=True,
    )


def _chromium() -> Finding:
    path = debian.chromium()
    return Finding(
        "Chromium",
        path is not None,
        _first_line([path, "--version"]) if path else "没有 none",
        "没有它，演示不读延迟，测试缺浏览器一段 · without it no latency reading",
        note=True,
    )


def _ffmpeg(places: Places) -> Finding:
    site = site_packages(places.venv)
    found = sorted(site.glob("imageio_ffmpeg/binaries/ffmpeg-*")) if site else []
    detail = _first_line([str(found[0]), "-version"]) if found else ""
    return Finding("ffmpeg", bool(detail), detail or "没有 none", "./mz setup")


def _ports(_: Places) -> Iterator[Finding]:
    for port, use in PORTS.items():
        free = port_is_free(port)
        yield Finding(
            f"端口 · port {port}",
            free,
            f"{use}: {'空闲 free' if free else '已被占用 taken'}",
            "演示会改用别的端口；正式使用请改设置 · the demo avoids it; else change the settings",
            note=True,
        )


CHECKS: tuple[Callable[[Places], Iterator[Finding]], ...] = (
    _machine, _disk, _clock, _environment, _tools, _packages, _ports,
)  # fmt: skip


def port_is_free(port: int) -> bool:
    """Tell whether a server could listen on this loopback port now."""
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _os_name() -> str:
    try:
        text = Path("/etc/os-release").read_text("utf-8")
    except OSError:
        return platform.platform()
    found = re.search(r'^PRETTY_NAME="?([^"\n]+)', text, re.MULTILINE)
    return found[1] if found else platform.platform()


def _first_line(command: list[str]) -> str:
    try:
        answer = subprocess.run(command, capture_output=True, text=True, check=False, timeout=20)
    except (OSError, subprocess.SubprocessError):
        return ""
    return next(iter(answer.stdout.splitlines()), "")
