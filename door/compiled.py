"""The relay's busiest modules, compiled: plain typed Python through mypyc and the C compiler."""

from __future__ import annotations

import shutil
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

from door.places import Places
from door.progress import Progress, run_logged
from door.refusal import Refusal

_PACKAGES = ("media_relay", "schemas")
_SUFFIX = EXTENSION_SUFFIXES[0]
_SHARED = "__mypyc"


class CompiledPart:
    """`.mz/compiled`: what `media_relay/compiled.txt` names, a copy of each source beside it.

    Nothing needs it: without a compiler, or where compiling fails, the sources run as they are.
    """

    label = "中继编译 · compiled relay"

    def __init__(self, places: Places) -> None:
        self._places = places

    def ready(self) -> bool:
        """Tell whether it is of these sources, or cannot be made here."""
        return self.fits() or self._failed() or shutil.which("gcc") is None

    def fits(self) -> bool:
        """Tell whether every module is compiled from the source that stands here now."""
        sources = self._sources()
        wanted = {(self._folder / source).with_suffix(_SUFFIX) for source in sources}
        made = {one for one in self._folder.rglob(f"*{_SUFFIX}") if _SHARED not in one.name}
        return made == wanted and all(
            _same(self._folder / source, self._places.root / source) for source in sources
        )

    def make(self, progress: Progress) -> str:
        """Compile beside what is in use and swap it in whole; a failure is only noted."""
        fresh = self._folder.with_name("compiled.new")
        shutil.rmtree(fresh, ignore_errors=True)
        self._copy_to(fresh)
        try:
            self._compile(fresh, progress)
        except Refusal:
            progress.note(
                "编译不成，中继以源码运行(较慢)：.mz/log/mypyc.log",
                "the relay runs interpreted, which is slower",
            )
            self._swap_in(fresh, compiled=False)
            return ""
        self._swap_in(fresh, compiled=True)
        return str(len(self._sources()))

    @property
    def _folder(self) -> Path:
        return self._places.state / "compiled"

    def _sources(self) -> list[str]:
        listed = self._places.root / "media_relay" / "compiled.txt"
        return listed.read_text("utf-8").split()

    def _failed(self) -> bool:
        """Tell whether these very sources could not be compiled: then not each time again."""
        return not any(self._folder.rglob(f"*{_SUFFIX}")) and all(
            _same(self._folder / source, self._places.root / source) for source in self._sources()
        )

    def _copy_to(self, fresh: Path) -> None:
        """Copy whole packages: what is compiled is checked against what it imports."""
        root = self._places.root
        for package in _PACKAGES:
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(root / package, fresh / package, ignore=ignored)
        shutil.copyfile(root / "setup.cfg", fresh / "setup.cfg")

    def _compile(self, fresh: Path, progress: Progress) -> None:
        env = {
            **self._places.environment(),
            "PYTHONPATH": str(fresh),
            "MYPYC_OPT_LEVEL": "2",
            "MYPYC_DEBUG_LEVEL": "0",
        }
        run_logged(
            [str(self._places.python), "-P", "-m", "mypyc", *self._sources()],
            self._places.log("mypyc"), progress, what=self.label, cwd=fresh, env=env,
        )  # fmt: skip

    def _swap_in(self, fresh: Path, *, compiled: bool) -> None:
        """Put the listed sources and what was compiled from them in place of the former ones."""
        kept = {fresh / source for source in self._sources()}
        if compiled:
            kept.update(fresh.rglob(f"*{_SUFFIX}"))
        shutil.rmtree(fresh / "build", ignore_errors=True)
        for path in fresh.rglob("*"):
            if path.is_file() and path not in kept:
                path.unlink()
        former = self._folder.with_name("compiled.old")
        shutil.rmtree(former, ignore_errors=True)
        if self._folder.exists():
            self._folder.rename(former)
        fresh.rename(self._folder)
        shutil.rmtree(former, ignore_errors=True)


def _same(one: Path, other: Path) -> bool:
    return one.is_file() and other.is_file() and one.read_bytes() == other.read_bytes()
