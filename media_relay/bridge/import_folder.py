"""What the relay keeps of an import until it is done, in a folder of its own.

    imports/<recording>/import.json     terms, stage, and what was found; replaced whole
                        original        what arrived, as it arrives; gone when all is done
                        1.mp4, 2.mp4    fragments of a rendition; named when they are whole

What is needed to go on after any end of the process stands here, so no stage is done by halves.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from pathlib import Path

import msgspec

from media_relay.durable import make_folder, replace, sync_folder
from schemas.bridge import TAIL_BYTES, ImportStage, ImportStatus, ImportTerms
from schemas.ids import id_bytes
from schemas.media.fragment import Rendition
from schemas.sign import Envelope, decode

COMING_S = 10.0
"""An upload of which nothing came for so long stands still: whoever sent it went on, or away."""


class Kept(msgspec.Struct, forbid_unknown_fields=True):
    """What `import.json` says. `code`: why it failed, or what is wrong with what was kept."""

    terms: ImportTerms
    stage: ImportStage = ImportStage.ARRIVING
    arrived_ms: int = 0
    sha256: str = ""
    code: str = ""
    renditions: list[int] = []
    frame_rate_milli: int = 0
    opening: Envelope | None = None


class ImportFolder:
    """One import on disk."""

    def __init__(self, parent: Path, recording: str) -> None:
        """Name the folder; `id.malformed` for what is no id, so no path comes from outside."""
        id_bytes(recording)
        self._folder = parent / recording
        self.recording = recording
        self.original = self._folder / "original"

    def exists(self) -> bool:
        """Say whether the import was begun."""
        return (self._folder / "import.json").is_file()

    def load(self) -> Kept:
        """Return what is kept of it."""
        return decode((self._folder / "import.json").read_bytes(), Kept)

    def save(self, kept: Kept) -> None:
        """Keep a new state."""
        make_folder(self._folder)
        replace(self._folder / "import.json", msgspec.json.encode(kept))

    def rendition(self, rendition: Rendition) -> Path:
        """Return the file of a rendition's fragments."""
        return self._folder / f"{int(rendition)}.mp4"

    def name_rendition(self, rendition: Rendition, half: Path) -> None:
        """Make a whole file of fragments durable and give it its name."""
        with half.open("rb") as file:
            os.fsync(file.fileno())
        half.replace(self.rendition(rendition))
        sync_folder(self._folder)

    def arrived(self) -> int:
        """Return how many bytes of the original are held."""
        return self.original.stat().st_size if self.original.is_file() else 0

    def idle_s(self) -> float:
        """Return how long ago anything of it came last, seconds."""
        return time.time() - max(path.stat().st_mtime for path in self._folder.iterdir())

    def append(self, data: bytes) -> None:
        """Append to the original; durable by `settle`."""
        with self.original.open("ab") as file:
            file.write(data)

    def settle(self) -> None:
        """Make durable what was appended."""
        if self.original.is_file():
            with self.original.open("rb") as file:
                os.fsync(file.fileno())
            sync_folder(self._folder)

    def clear(self) -> None:
        """Remove everything but the state: the vault has the original, the log the fragments."""
        for path in self._folder.iterdir():
            if path.name != "import.json":
                path.unlink(missing_ok=True)

    def remove(self) -> None:
        """Forget an import of which nothing was kept."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def status(self, share: float = 0.0) -> ImportStatus:
        """Return how far it is."""
        kept = self.load()
        arriving = kept.stage is ImportStage.ARRIVING
        arrived = self.arrived() if arriving else kept.terms.size
        if arriving:
            share = arrived / kept.terms.size
        return ImportStatus(
            self.recording, kept.stage, kept.terms.size, arrived,
            self._tail() if arriving else "", share, kept.sha256, kept.code,
            self.idle_s() < COMING_S if arriving else msgspec.UNSET,
        )  # fmt: skip

    def _tail(self) -> str:
        if not self.original.is_file():
            return ""
        with self.original.open("rb") as file:
            file.seek(max(0, self.arrived() - TAIL_BYTES))
            return hashlib.sha256(file.read()).hexdigest()
