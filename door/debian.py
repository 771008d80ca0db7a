"""Debian packages: which, why, for which occasion; installed through apt where it may."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from door.places import Places
from door.progress import Progress, run_logged
from door.refusal import Refusal

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


@dataclass(frozen=True)
class Package:
    """One Debian package and the occasions (`Occasion` words of verbs.py) that want it."""

    name: str
    zh: str
    en: str
    occasions: frozenset[str]
    optional_for: frozenset[str] = frozenset()


def _package(name: str, zh: str, en: str, occasions: str, optional: str = "") -> Package:
    return Package(name, zh, en, frozenset(occasions.split()), frozenset(optional.split()))


PACKAGES = (
    _package("libgl1", "执法端窗口的 OpenGL", "OpenGL of the officer's window", "window test"),
    _package("libegl1", "执法端窗口的 EGL", "EGL of the officer's window", "window test"),
    _package("libgl1-mesa-dri", "无显卡时的绘制", "drawing without a GPU", "window test"),
    _package("xvfb", "测试用的虚拟屏幕", "a virtual screen for tests", "test"),
    _package(
        "chromium", "浏览器：测试与延迟读数", "browser: tests, latency reading", "test", "once"
    ),
    _package("libatomic1", "浏览器驱动所需", "wanted by the browser's driver", "test", "once"),
    _package("fonts-noto-cjk", "浏览器截图的中文字体", "Chinese glyphs in screenshots", "test"),
    _package("postgresql", "测试用的数据库", "database for tests", "test"),
    _package("pulseaudio", "测试对讲的声音", "a sound server for tests of talk", "test"),
    _package("pulseaudio-utils", "测试对讲的收放", "plays and listens in those tests", "test"),
    _package(
        "espeak-ng", "朗读文书、按键语音", "reads papers out, confirms keys", "test", "window once"
    ),
    _package("gpsd", "测试定位", "a location daemon for tests of places", "test"),
    _package("gcc", "编译中继最忙的模块", "compiles the relay's busiest modules", "", "relay test"),
    _package("libc6-dev", "编译所需", "wanted by the compiler", "", "relay test"),
    _package("python3-dev", "编译所需", "wanted by the compiler", "", "relay test"),
    _package("libnginx-mod-rtmp", "转发基准的对照", "what fan-out is measured against", "bench"),
)


def wanted(occasions: Iterable[str]) -> list[Package]:
    """Return the packages that any of the occasions needs or could use."""
    asked = frozenset(occasions)
    return [one for one in PACKAGES if asked & (one.occasions | one.optional_for)]


def missing(packages: Iterable[Package]) -> list[Package]:
    """Return those not installed. A browser from elsewhere counts as Chromium."""
    listed = list(packages)
    here = installed([one.name for one in listed])
    return [
        one
        for one in listed
        if one.name not in here and not (one.name == "chromium" and chromium() is not None)
    ]


def installed(names: Iterable[str]) -> frozenset[str]:
    """Return which of the named Debian packages are installed; none where dpkg is absent."""
    listed = list(names)
    if not listed or shutil.which("dpkg-query") is None:
        return frozenset()
    answer = subprocess.run(
        ["dpkg-query", "-W", "-f=${Package} ${db:Status-Status}\n", *listed],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    rows = (line.split() for line in answer.stdout.splitlines())
    return frozenset(row[0] for row in rows if row[1:] == ["installed"])


def chromium() -> str | None:
    """Return the path of a Chromium on this machine."""
    return next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


def is_ubuntu() -> bool:
    """Tell whether this is Ubuntu, where `chromium` is only a door to a snap."""
    try:
        return "\nID=ubuntu" in f"\n{Path('/etc/os-release').read_text('utf-8')}"
    except OSError:
        return False


def apt_prefix() -> list[str] | None:
    """Return the words that run apt-get with rights, or None where it may not run."""
    if shutil.which("apt-get") is None:
        return None
    if os.geteuid() == 0:
        return ["apt-get"]
    if shutil.which("sudo") is None:
        return None
    allowed = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)
    if allowed.returncode != 0:
        return None
    return ["sudo", "-n", "env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]


def apt_line(names: Iterable[str]) -> str:
    """Return the exact line a person types."""
    sudo = "" if os.geteuid() == 0 else "sudo "
    return f"{sudo}apt-get update && {sudo}apt-get install -y --no-install-recommends " + " ".join(
        names
    )


def install(names: list[str], places: Places, progress: Progress) -> None:
    """Install packages. Raises `Refusal` (`debian.packages_missing`) where apt may not run."""
    prefix = apt_prefix()
    line = apt_line(names)
    if prefix is None:
        raise Refusal(
            "debian.packages_missing",
            f"缺少系统软件包。请运行：{line}",
            f"Debian packages are missing. Run: {line}",
        )
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    options = ["-y", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=300"]
    log, what = places.log("apt"), " ".join(names)
    try:
        run_logged(
            [*prefix, "install", *options, *names],
            log, progress, what=what, cwd=places.root, env=env,
        )  # fmt: skip
    except Refusal:
        # A fresh machine has no package lists, an old one has stale ones.
        run_logged([*prefix, "update"], log, progress, what="apt", cwd=places.root, env=env)
        run_logged(
            [*prefix, "install", *options, *names],
            log, progress, what=what, cwd=places.root, env=env,
        )  # fmt: skip


class DebianPart:
    """The Debian packages of one occasion, as a part of the environment."""

    label = "系统软件包 · Debian packages"

    def __init__(
        self, occasions: frozenset[str], places: Places, besides: tuple[Package, ...] = ()
    ) -> None:
        self._places, self._occasions, self._besides = places, occasions, besides

    def ready(self) -> bool:
        """Tell whether nothing is missing that is needed or that apt may install."""
        lacking = self._lacking()
        return not lacking or (not any(map(self._requires, lacking)) and apt_prefix() is None)

    def make(self, progress: Progress) -> str:
        """Install what is missing; an optional package that cannot be had is only noted."""
        lacking = self._lacking()
        required = [one.name for one in lacking if self._requires(one)]
        optional = [one for one in lacking if one.name not in required]
        if required:
            install(required, self._places, progress)
        for one in optional:
            self._try(one, progress)
        return " ".join(one.name for one in lacking)

    def _try(self, package: Package, progress: Progress) -> None:
        try:
            install([package.name], self._places, progress)
        except Refusal:
            line = apt_line([package.name])
            progress.note(
                f"没有 {package.name}({package.zh})，继续。安装：{line}",
                f"going on without {package.name} ({package.en})",
            )

    def _requires(self, package: Package) -> bool:
        return bool(self._occasions & package.occasions)

    def _lacking(self) -> list[Package]:
        if shutil.which("dpkg-query") is None:
            return []  # not a Debian: doctor tells what to look for
        lacking = missing([*self._besides, *wanted(self._occasions)])
        if is_ubuntu():
            # Ubuntu's chromium is a snap and cannot be driven like Debian's: doctor says so.
            return [one for one in lacking if one.name != "chromium"]
        return lacking
