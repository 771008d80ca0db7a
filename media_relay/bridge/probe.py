"""What a source is made of, by ffmpeg's own words: nothing but the header is read."""

from __future__ import annotations

import asyncio
import re
from asyncio.subprocess import Process
from pathlib import Path
from typing import NamedTuple

from media_relay.bridge import child
from schemas.problems import Kind, MzError

CONTAINERS = "mov,avi,mpegts,mpeg"
"""What an offline recorder writes; nothing that could name other files or addresses."""
PROBE_S = 30.0
_VIDEO = re.compile(
    r"Stream #0:\d+.*?: Video: (\w+).*?(?:, ([\d.]+) fps)?(?:,[^,]*tb\w*)?.*$", re.M
)
_UNTOLD = ("none", "rawvideo")
"""What ffmpeg calls pictures whose container names no codec that it knows: some recorders' AVI."""
_SEEN = re.compile(r"Video: (?:h264|hevc)\b.*?, yuv")
_FPS = re.compile(r"([\d.]+) fps")
_AUDIO = re.compile(r"Stream #0:\d+.*?: Audio: (\w+)")
_DURATION = re.compile(r"Duration: (\d+):(\d\d):(\d\d)\.(\d\d)")


class Streams(NamedTuple):
    """The first picture and sound stream by codec ("" for no sound), pictures in a thousand
    seconds and length in ms, 0 where the header does not say. untold: the container does not name
    the codec of the pictures, so that ffmpeg is to be told."""

    video: str
    audio: str
    frame_rate_milli: int
    length_ms: int
    untold: bool = False


def input_of(path: Path, codec: str = "") -> list[str]:
    """Return ffmpeg's arguments for a file that nobody vouches for; codec: of its pictures, where
    the file does not say."""
    told = ["-codec:v", codec] if codec else []
    return [
        "-protocol_whitelist", "file", "-format_whitelist", CONTAINERS, "-fflags", "+genpts",
        *told, "-i", f"file:{path}",
    ]  # fmt: skip


async def probe(path: Path) -> Streams:
    """Return what a file holds; `import.unreadable`, `import.no_video`, `import.unknown_codec`."""
    said = await _asked(path)
    if "Input #0" not in said:
        raise MzError("import.unreadable", Kind.INVALID, reason_of(said))
    named = _VIDEO.search(said)
    if named is None or named[1] not in _UNTOLD:
        return streams_of(said)
    for codec in ("hevc", "h264"):
        tried = await _asked(path, codec)
        if _SEEN.search(tried):
            return streams_of(tried)._replace(untold=True)
    return streams_of(said)


async def _asked(path: Path, codec: str = "") -> str:
    words = ["-hide_banner", "-nostdin", *input_of(path, codec)]
    process = await child.start_gently(words, 1)
    try:
        return await asyncio.wait_for(_said(process), PROBE_S)
    except TimeoutError as error:
        raise MzError("import.unreadable", Kind.INVALID, "its header cannot be read") from error
    finally:
        await child.end(process)


async def _said(process: Process) -> str:
    said = await child.words(process)
    await process.wait()
    return said


def streams_of(said: str) -> Streams:
    """Return the streams by ffmpeg's description of its input."""
    video, audio = _VIDEO.search(said), _AUDIO.search(said)
    if video is None:
        raise MzError("import.no_video", Kind.INVALID, "no picture stream")
    if video[1] not in ("h264", "hevc"):
        raise MzError("import.unknown_codec", Kind.INVALID, video[1][:20])
    fps, length = _FPS.search(video[0]), _DURATION.search(said)
    hours, minutes, seconds, hundredths = map(int, length.groups()) if length else (0, 0, 0, 0)
    return Streams(
        video[1], audio[1] if audio else "", round(float(fps[1]) * 1000) if fps else 0,
        ((hours * 60 + minutes) * 60 + seconds) * 1000 + hundredths * 10,
    )  # fmt: skip


def reason_of(said: str) -> str:
    """Return the last line of what ffmpeg said, without the path."""
    line = next((line for line in reversed(said.splitlines()) if line.strip()), "no output")
    return re.sub(r"file:\S+", "", line).strip()[:160]
