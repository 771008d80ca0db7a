"""The environment: what each occasion needs, made once, decided in well under a second."""

from __future__ import annotations

import fcntl
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Protocol

from door.compiled import CompiledPart
from door.debian import DebianPart
from door.places import CHECKOUT, Places
from door.progress import Progress
from door.venv import VenvPart, debian_packages
from door.web import CataloguesPart, FontsPart, NpmPart, WebPart


class Part(Protocol):
    """A part of the environment: it knows whether it is whole, and makes itself so."""

    @property
    def label(self) -> str:
        """Return its name for a person."""

    def ready(self) -> bool:
        """Tell quickly whether there is nothing to do."""

    def make(self, progress: Progress) -> str:
        """Make or repair it; return a word on what was done. Raises `Refusal`."""


def parts_for(occasions: frozenset[str], places: Places = CHECKOUT) -> list[Part]:
    """Return the parts that the occasions need, in the order of making.

    Occasions: `types` (npm packages), `web` (the faces' assets), `window` (Kivy's fonts and
    GL), `once`, `relay` (compiled), `test`; the virtual environment and the translations are
    always needed.
    """
    always = occasions | {"venv"}
    besides = debian_packages(places, always)
    parts: list[Part] = [DebianPart(always, places, besides), VenvPart(places)]
    if occasions & {"types", "web", "window"}:
        parts.append(NpmPart(places))
    if "web" in occasions:
        parts.append(WebPart(places))
    if occasions & {"web", "window"}:
        parts.append(FontsPart(places))
    parts.append(CataloguesPart(places))
    if occasions & {"relay", "test"}:
        parts.append(CompiledPart(places))
    return parts


def ensure(parts: Iterable[Part], places: Places = CHECKOUT, *, distrust: bool = False) -> bool:
    """Make what is not ready; return whether anything was made. Raises `Refusal`.

    Two runs at once do not collide: the second waits, then finds the work done.
    `distrust` makes every part again, which repairs what a stamp cannot see.
    """
    listed = list(parts)
    if not distrust and all(part.ready() for part in listed):
        return False
    with _alone(places):
        # A part may spoil a later one (a new npm lock, the fonts), so each is asked in turn.
        waiting = [part for part in listed if distrust or not part.ready()]
        progress = Progress(len(waiting))
        for part in listed:
            if part in waiting or not part.ready():
                progress.begin(part.label)
                progress.done(part.make(progress))
    return True


@contextmanager
def _alone(places: Places) -> Iterator[None]:
    places.state.mkdir(exist_ok=True)
    with (places.state / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(
                "另一个 ./mz 正在准备环境，等它完成… · another ./mz is at it, waiting",
                file=sys.stderr, flush=True,
            )  # fmt: skip
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
