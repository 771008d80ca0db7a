"""Brings an offline recorder's file, as a clerk's browser does: in pieces, cut once between."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import imageio_ffmpeg
import requests

from door.story.telling import failed, wait_for

SECONDS = 4
_TIMEOUT_S = 30.0
_DONE_S = 40.0


def simulated_recorder_file(path: Path) -> Path:
    """Write what a simulated offline recorder left on its card: H.264 and G.711 in a MOV."""
    subprocess.run(
        [
            imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y",
            "-f", "lavfi", "-i", f"testsrc2=size=640x360:rate=25:duration={SECONDS}",
            "-f", "lavfi", "-i", f"sine=frequency=520:sample_rate=8000:duration={SECONDS}",
            "-c:v", "libx264", "-preset", "ultrafast", "-g", "50", "-pix_fmt", "yuv420p",
            "-c:a", "pcm_alaw", str(path),
        ],
        check=True, capture_output=True,
    )  # fmt: skip
    return path


class Bringing:
    """One file on its way to the relay, by the pass that the centre gave for it."""

    def __init__(self, made: dict[str, Any], file: Path) -> None:
        """made: the centre's pass."""
        self._url = f"{made['http_url']}/v1/imports/{made['recording']}"
        self._headers = {"Authorization": f"Bearer {made['ticket']}"}
        self._data = file.read_bytes()

    def send(self) -> None:
        """Send half of it; then, as after a cut, ask what is held and send the rest."""
        self._put(0, self._data[: len(self._data) // 2])
        held = int(self._status()["arrived"])
        self._put(held, self._data[held:])

    def wait(self) -> str:
        """Wait until it is in the archive's log; return the digest of the original."""
        done = wait_for(
            self._over, _DONE_S, "import.not_done", "导入没有完成", "the import did not end"
        )
        if done["stage"] != "done" or done["code"]:
            raise failed("import.failed", f"导入失败：{done['code']}", str(done["code"]))
        return str(done["sha256"])

    def _over(self) -> dict[str, Any] | None:
        status = self._status()
        return status if status["stage"] in ("done", "failed") else None

    def _status(self) -> dict[str, Any]:
        return self._checked(requests.get(self._url, headers=self._headers, timeout=_TIMEOUT_S))

    def _put(self, offset: int, data: bytes) -> None:
        answer = requests.put(
            self._url, params={"offset": offset}, data=data, headers=self._headers,
            timeout=_TIMEOUT_S,
        )  # fmt: skip
        self._checked(answer)

    def _checked(self, answer: requests.Response) -> dict[str, Any]:
        found: dict[str, Any] = answer.json()
        if not answer.ok:
            raise failed(str(found.get("code")), "导入被拒绝", "the import was refused")
        return found
