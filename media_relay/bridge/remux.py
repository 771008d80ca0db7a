"""Putting a source's packets into fragments: nothing is encoded again that a viewer can play.

The pictures keep their packets, the camera's groups and rate. Sound that is no AAC (G.711 of most
recorders) becomes AAC. H.265 stays as it is and gets an H.264 viewing copy beside it.
"""

from __future__ import annotations

import asyncio
import contextlib
from asyncio.subprocess import Process
from collections.abc import Callable
from pathlib import Path

import ffmpeg

from media_relay.bridge import child
from media_relay.bridge.probe import CONTAINERS, Streams, reason_of
from schemas.media.fragment import MAX_PAYLOAD_BYTES, Rendition
from schemas.problems import Kind, MzError

FRAGMENT_MS = 500
TIMESCALE = 90_000
STALL_S = 120.0
_SOUND: dict[str, object] = {"acodec": "aac", "ar": 48_000, "ac": 1, "audio_bitrate": 64_000}
_SOUND_AS_IT_IS: dict[str, object] = {"acodec": "copy", "bsf:a": "aac_adtstoasc"}
# Program streams leave decoding times out, and ffmpeg's fMP4 writer aborts at such a packet.
_EVERY_TIME = r"setts=dts=if(eq(DTS\,NOPTS)*not(eq(PREV_OUTDTS\,NOPTS))\,PREV_OUTDTS+DURATION\,DTS)"
_VIEWING: dict[str, object] = {
    "vcodec": "libx264", "preset": "veryfast", "crf": 26, "maxrate": 1_500_000,
    "bufsize": 3_000_000, "pix_fmt": "yuv420p", "threads": 1,
}  # fmt: skip
_VIEWING_BOX = (1280, 720)
_FRAGMENT_BYTES = MAX_PAYLOAD_BYTES * 5 // 8
"""A fragment that would grow beyond ends before: a recorder of 50 Mbit/s fills 3 MB in half a
second, and one picture more must fit."""
_ROOM_BYTES = 64 * 1024**2


def renditions_of(streams: Streams) -> tuple[Rendition, ...]:
    """Return what is made of a source: the original, and a viewing copy where it needs one."""
    return (Rendition.FULL, Rendition.SMALL) if streams.video == "hevc" else (Rendition.FULL,)


def fragmented(
    source: ffmpeg.nodes.Node, streams: Streams, rendition: Rendition, fragment_ms: int, to: str
) -> ffmpeg.nodes.OutputStream:
    """Return the output of one rendition as fMP4 with fragments of whole pictures."""
    taken = [source["V:0"]]
    options: dict[str, object] = {"vcodec": "copy", "bsf:v": _EVERY_TIME}
    if rendition is Rendition.SMALL:
        width, height = _VIEWING_BOX
        taken = [
            source["V:0"].filter(
                "scale", f"min({width},iw)", f"min({height},ih)",
                force_original_aspect_ratio="decrease", force_divisible_by=2,
            )
        ]  # fmt: skip
        options = dict(_VIEWING)
    elif streams.video == "hevc":
        options["vtag"] = "hvc1"
    if streams.audio:
        taken.append(source["a:0?"])  # a live camera may have no sound
        options |= _SOUND_AS_IT_IS if streams.audio == "aac" else _SOUND
    return ffmpeg.output(
        *taken, to, f="mp4", map_metadata=-1, video_track_timescale=TIMESCALE,
        movflags="+empty_moov+default_base_moof+frag_keyframe+skip_trailer",
        frag_duration=fragment_ms * 1000, frag_size=_FRAGMENT_BYTES, max_interleave_delta=500_000,
        **options,
    )  # fmt: skip


async def put_into_fragments(
    original: Path, streams: Streams, rendition: Rendition, out: Path,
    progress: Callable[[float], None],
) -> str:  # fmt: skip
    """Write one rendition of a file; return "" or, where only some of it could be read, the code
    `import.damaged`. `import.unreadable` if nothing of it could.

    progress: told how much is done, 0 to 1.
    """
    told = {"codec:v": streams.video} if streams.untold else {}
    source = ffmpeg.input(
        f"file:{original}", protocol_whitelist="file", format_whitelist=CONTAINERS,
        fflags="+genpts", **told,
    )  # fmt: skip
    output = fragmented(source, streams, rendition, FRAGMENT_MS, f"file:{out}")
    words = ["-hide_banner", "-nostdin", "-loglevel", "error", "-y", "-progress", "pipe:1"]
    arguments = output.global_args(*words).get_args()
    limit = 2 * original.stat().st_size + _ROOM_BYTES
    process = await child.start_gently(arguments, limit)
    said = asyncio.ensure_future(child.words(process))
    try:
        await _follow(process, streams.length_ms, progress)
    finally:
        await child.end(process)
        with contextlib.suppress(asyncio.CancelledError):
            await said
    if process.returncode == 0 and not said.result():
        return ""
    if not out.is_file() or out.stat().st_size == 0:
        raise MzError("import.unreadable", Kind.INVALID, reason_of(said.result()))
    return "import.damaged"


async def _follow(process: Process, length_ms: int, progress: Callable[[float], None]) -> None:
    """Read ffmpeg's progress until its end; one that stands still is `import.unreadable`."""
    assert process.stdout is not None  # noqa: S101 - it was asked for
    before, changed = b"", asyncio.get_running_loop().time()
    while line := await process.stdout.readline():
        name, _, value = line.strip().partition(b"=")
        if name != b"out_time_us":
            continue
        now = asyncio.get_running_loop().time()
        if value != before:
            before, changed = value, now
        elif now - changed > STALL_S:
            raise MzError("import.unreadable", Kind.INVALID, "reading it does not go on")
        if length_ms and value.isdigit():
            progress(min(1.0, int(value) / 1000 / length_ms))
    await process.wait()
