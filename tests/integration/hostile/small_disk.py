"""A real small disk: a tmpfs in a mount namespace of its own, gone with its keeper."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from door.places import CHECKOUT

_NSENTER = shutil.which("nsenter") or "nsenter"


class SmallDisk:
    """A folder that programs started by `command` see on a disk of `size_kib`.

    What lay in the folder before is on the disk. `inside` shows it to this process.
    """

    def __init__(self, folder: Path, size_kib: int) -> None:
        self._as_root = os.geteuid() == 0
        script = (
            'cp -a "$1" "$1.kept" && mount -t tmpfs -o size="$2"k,mode=700 tmpfs "$1"'
            ' && cp -a "$1.kept/." "$1" && echo ready && exec sleep 600'
        )
        unshare = ["unshare", "-m"] if self._as_root else ["unshare", "-Urm"]
        self._keeper = subprocess.Popen(
            [*unshare, "sh", "-c", script, "sh", str(folder), str(size_kib)],
            stdout=subprocess.PIPE, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        assert self._keeper.stdout is not None
        if self._keeper.stdout.readline() != b"ready\n":
            self.close()
            pytest.skip("this machine lets nobody make a mount namespace")
        self.inside = Path(f"/proc/{self._keeper.pid}/root{folder}")
        self._ballast = self.inside / "ballast"

    def command(self, command: Sequence[str]) -> list[str]:
        """Return the command that runs another where this disk is."""
        user = [] if self._as_root else ["-U", "--preserve-credentials"]
        return [
            _NSENTER,
            "-t",
            str(self._keeper.pid),
            *user,
            "-m",
            f"--wd={CHECKOUT.root}",
            "--",
            *command,
        ]

    def fill(self, leave_kib: int = 0) -> None:
        """Fill the disk until the kernel says that there is no space, less `leave_kib`."""
        with self._ballast.open("ab", buffering=0) as out:
            try:
                while True:
                    out.write(bytes(4096))
            except OSError:
                pass
            out.truncate(max(0, out.seek(0, os.SEEK_END) - leave_kib * 1024))

    def free(self) -> None:
        """Give the space back."""
        self._ballast.unlink()

    def close(self) -> None:
        """Let the disk go."""
        self._keeper.kill()
        self._keeper.wait()
