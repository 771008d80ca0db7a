"""The modules that every fragment passes, compiled from the same source (ADR 0014).

`./mz` compiles what `compiled.txt` names into `.mz/compiled`, with a copy of each source beside it.
They are used all together or not at all: only if every copy is still the source, byte for
byte, and nothing was compiled that is not named any more.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import EXTENSION_SUFFIXES, ModuleSpec
from importlib.util import spec_from_file_location
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / ".mz" / "compiled"
_SUFFIX = EXTENSION_SUFFIXES[0]
_SHARED = "__mypyc"
"""How the name of the one module ends in which mypyc puts what all of them share."""


class _Finder(MetaPathFinder):
    """Finds compiled modules before the sources are looked for."""

    def __init__(self, paths: dict[str, Path]) -> None:
        self._paths = paths

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return where a compiled module is."""
        found = self._paths.get(fullname)
        return spec_from_file_location(fullname, found) if found is not None else None


def use(root: Path = ROOT, folder: Path = FOLDER) -> bool:
    """Let later imports find the compiled modules; return whether they fit the sources.

    A compiled module calls the others directly, so none may be there interpreted already.
    """
    sources = (root / "media_relay" / "compiled.txt").read_text("utf-8").split()
    compiled = {_module(path.relative_to(folder)): path for path in folder.rglob(f"*{_SUFFIX}")}
    named = {_module(Path(source)) for source in sources}
    if named != {name for name in compiled if not name.endswith(_SHARED)}:
        return False
    if any(name in sys.modules for name in named):
        return False
    for source in sources:
        copy = folder / source
        if not copy.is_file() or copy.read_bytes() != (root / source).read_bytes():
            return False
    sys.meta_path.insert(0, _Finder(compiled))
    return True


def in_use() -> bool:
    """Say whether this process runs the compiled modules."""
    return any(isinstance(finder, _Finder) for finder in sys.meta_path)


def _module(path: Path) -> str:
    name = path.name.removesuffix(_SUFFIX).removesuffix(".py")
    return ".".join((*path.parent.parts, name))
