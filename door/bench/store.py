"""A second failure domain on a simulated disk: it can be taken away and brought back.

What is mounted at a folder is simulated by renaming: while the disk is away an empty folder stands
in its place, as an empty mount point does, and nothing may be written into it.
"""

from __future__ import annotations

import shutil
from pathlib import Path


class SimulatedDisk:
    """The folder of a failure domain, and where its disk is while it is away."""

    def __init__(self, folder: Path) -> None:
        self.folder, self._elsewhere = folder, folder.with_name(folder.name + ".away")
        self.strays: list[str] = []
        """Files that were written into the empty place while the disk was away."""

    @property
    def is_away(self) -> bool:
        """Say whether the disk is away."""
        return self._elsewhere.exists()

    def take_away(self) -> None:
        """Take the disk away, whatever is being written to it."""
        self.folder.rename(self._elsewhere)
        self.folder.mkdir()

    def bring_back(self) -> None:
        """Mount the disk again, if it is away; what was written in its place meanwhile is noted."""
        if self.is_away:
            self.strays += [path.name for path in self.folder.rglob("*") if path.is_file()]
            shutil.rmtree(self.folder)
            self._elsewhere.rename(self.folder)
