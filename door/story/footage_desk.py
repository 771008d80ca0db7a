"""Footage, talk and exhibits as the desk's pages fetch them: a pass of the centre, bytes of the
relay."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import requests

from door.story.pages import TIMEOUT_S, Pages, check, code_of
from door.story.telling import wait_for

_EXPORT_S = 6.0


class FootageDesk(Pages):
    """A desk that fetches what the relay holds."""

    def can_play(self, recording: str) -> bool:
        """Say whether the desk knows a recording yet."""
        return self._session.get(f"{self._url}/recordings/{recording}", timeout=TIMEOUT_S).ok

    def play_ticket(self, recording: str) -> dict[str, Any]:
        """Return a pass to an archived recording at the relay."""
        return self._asked("tickets/play", {"recording": recording}, "请求回放", "asking to play")

    def watch_ticket(self, device: str) -> dict[str, Any]:
        """Return a pass to a device's live pictures at the relay, and the device's id."""
        return {
            **self._asked("tickets/watch", {"device": device}, "请求实时画面", "asking to watch"),
            "device": device,
        }

    def clip_ticket(self, asked: dict[str, str | int]) -> dict[str, Any]:
        """Return a pass to take a recording or a clip of it away."""
        return self._asked("tickets/clip", asked, "请求录像片段", "asking for a clip")

    def talk_ticket(self, operation: str, device: str) -> dict[str, Any]:
        """Return a pass to speak to an officer."""
        return self._asked(
            "tickets/talk", {"operation": operation, "device": device}, "请求对讲", "asking to talk"
        )

    def clip(self, recording: str, from_ms: int, to_ms: int, target: Path) -> dict[str, Any]:
        """Take a clip away as MP4; return what the relay says of the fragments that it holds."""
        asked: dict[str, str | int] = {
            "recording": recording, "from_wall_ms": from_ms, "to_wall_ms": to_ms,
        }  # fmt: skip
        made = self.clip_ticket(asked)
        with requests.get(
            f"{made['http_url']}/v1/exports/mp4",
            params={**asked, "rendition": 1},
            headers={"Authorization": f"Bearer {made['ticket']}"},
            stream=True,
            timeout=TIMEOUT_S,
        ) as answer:
            check(answer, "导出录像片段", "taking a clip")
            _save(answer, target)
            facts: dict[str, Any] = json.loads(answer.headers["X-Mz-Clip"])
        return facts

    def export(self, operation: str, target: Path) -> None:
        """Ask the centre for a package's facts, the relay for its bytes; write it to `target`."""
        made = self._export_pass(operation)
        with requests.post(
            f"{made['http_url']}/v1/bundles",
            json=made["request"],
            headers={"Authorization": f"Bearer {made['ticket']}"},
            stream=True,
            timeout=TIMEOUT_S,
        ) as answer:
            check(answer, "打包", "packing")
            _save(answer, target)

    def _export_pass(self, operation: str) -> dict[str, Any]:
        """The newest facts get their ledger index within a second: ask again until they have."""

        def sequenced() -> dict[str, Any] | None:
            answer = self._json(f"operations/{operation}/bundle", {})
            if answer.status_code != 200 and code_of(answer) == "ledger.not_sequenced":
                return None
            check(answer, "请求证据包", "asking for a package")
            return dict(answer.json())

        return wait_for(
            sequenced, _EXPORT_S, "ledger.not_sequenced",
            "账目尚未编号", "the ledger has no number for it yet",
        )  # fmt: skip

    def bring(self, terms: dict[str, Any]) -> dict[str, Any]:
        """Register the file of an offline recorder; return the pass to bring it to the relay."""
        return self._asked("imports", terms, "登记记录仪文件", "registering a recorder's file")

    def sound(self, burst: str, sha256: str) -> bytes:
        """Return the sound of a burst from the archive."""
        return _exhibit(
            self._asked(
                "tickets/sound", {"burst": burst}, "请求对讲录音", "asking for the sound of talk"
            ),
            sha256,
        )

    def exhibit(self, measure: str, sha256: str) -> bytes:
        """Return an exhibit of a measure as the browser fetches it."""
        return _exhibit(
            self._asked(
                "tickets/exhibit",
                {"act": measure, "sha256": sha256},
                "请求证物",
                "asking for an exhibit",
            ),
            sha256,
        )


def _exhibit(made: dict[str, Any], sha256: str) -> bytes:
    answer = requests.get(
        f"{made['http_url']}/v1/exhibits/{sha256}",
        headers={"Authorization": f"Bearer {made['ticket']}"},
        timeout=TIMEOUT_S,
    )
    check(answer, "取证物", "taking an exhibit")
    return answer.content


def _save(answer: requests.Response, target: Path) -> None:
    """Write the bytes of an answer to a file that appears whole or not at all."""
    half = target.with_name(target.name + ".half")
    with half.open("wb") as out:
        for chunk in answer.iter_content(1024 * 1024):
            out.write(chunk)
    half.replace(target)
