"""What is done with the exported package: verified by the command, made playable beside it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import requests

from door import commands
from door.story.report import Fragments, Verify
from door.story.telling import failed
from schemas import ranges
from schemas.media.fragment import HEADER_BYTES
from schemas.sign import decode
from schemas.stream import Holdings
from schemas.verification.layout import read_frames, streams
from schemas.verification.package import Package

_TIMEOUT_S = 30.0


def verify(bundle: Path, root: str) -> Verify:
    """Verify a package as anyone would, with the root from outside."""
    said = commands.run(commands.verifier(bundle, root), "核验 verify", allowed=(0, 1, 3))
    report: dict[str, Any] = json.loads(said)
    return Verify(report["verdict"], report["steps"])


def playable(bundle: Path, folder: Path) -> list[Path]:
    """Write each recording of a package as an MP4: its init segment and fragments as they are.

    Nothing is encoded again; only the fragment headers are left out.
    """
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    with Package(bundle) as package:
        for path in streams(package):
            target = folder / f"{path.recording}-{path.rendition}.mp4"
            with target.open("wb") as out:
                for piece in package.pieces(path.init):
                    out.write(piece)
                for frame in read_frames(package, path.fragments):
                    out.write(memoryview(frame.raw)[HEADER_BYTES:])
            made.append(target)
    return made


def holdings(play: dict[str, Any], recording: str) -> list[Holdings]:
    """Return what the relay holds of a recording."""
    answer = requests.get(
        f"{play['http_url']}/v1/recordings/{recording}/holdings",
        headers={"Authorization": f"Bearer {play['ticket']}"},
        timeout=_TIMEOUT_S,
    )
    if answer.status_code != 200:
        raise failed("relay.no_holdings", "中继没有给出存量", f"holdings: {answer.status_code}")
    return list(_holdings(answer.json()))


def _holdings(listed: list[dict[str, Any]]) -> Iterator[Holdings]:
    names = set(Holdings.__struct_fields__)
    for each in listed:
        known = {name: value for name, value in each.items() if name in names}
        yield decode(json.dumps({"t": "holdings", **known}), Holdings)


def fragments(recorded: int, held: list[Holdings]) -> Fragments:
    """Return the counts of all renditions: what the recorder kept beside what the relay says of
    itself."""
    archived = sum(ranges.count(each.archived) for each in held)
    received = sum(ranges.count(ranges.union(each.received, each.archived)) for each in held)
    return Fragments(recorded, received, archived, recorded - archived)
