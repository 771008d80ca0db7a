"""Making a derived film: a clip encoded again with its mark, blurred regions and silences."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO

import imageio_ffmpeg

from media_relay.clips import PREFIX, Clip, Plan, Told, end_ms
from media_relay.playback import Group
from schemas.derived import Derivation, Region
from schemas.problems import Kind, MzError

_MARGIN_S = 0.2
"""So much before and after an interval is hidden too: clocks of pictures are rounded."""
_BLUR = "boxblur=min(w\\,h)/2-1:3:min(cw\\,ch)/2-1:3"
"""Thrice over a window as large as the region: nothing of it can be made out again."""
_LEAST = 16
"""A region is at least so many pixels wide and high."""
_FFMPEG = ("-nostdin", "-v", "error", "-y", "-progress", "pipe:1")
_MARKS = (("w*0.03", "h*0.06"), ("(w-tw)/2", "h*0.48"), ("w*0.97-tw", "h*0.90"))
Interval = tuple[float, float]


def derive(
    clip: Clip, plan: Plan, derivation: Derivation, font: Path, folder: Path, told: Told
) -> IO[bytes]:
    """Return the derived film of a clip as an open file, in a thread; `told` hears of its size
    once more. `export.failed`, `derive.no_font`, `derive.no_picture`, `derive.outside`."""
    info = plan.footing.rendition.info
    if not font.is_file():
        raise MzError("derive.no_font", Kind.UNAVAILABLE, "relay.font names no file")
    if not info.codecs.startswith("avc1"):
        raise MzError("derive.no_picture", Kind.INVALID, f"rendition {plan.rendition}")
    out = tempfile.NamedTemporaryFile(  # noqa: SIM115 - given to the caller
        dir=folder, prefix=PREFIX, suffix=".mp4"
    )
    try:
        with tempfile.NamedTemporaryFile(dir=folder, prefix=PREFIX, suffix=".txt") as mark:
            mark.write(derivation.mark.encode())
            mark.flush()
            filters = [_pictures(derivation.regions, plan.groups, font, Path(mark.name))]
            maps = ["-map", "[shown]"]
            if derivation.silences and "," in info.codecs:
                filters.append(_sound(derivation, plan.groups))
                maps += ["-map", "[heard]"]
            else:
                maps += ["-map", "0:a?"]
            _encode(clip, ";".join(filters), maps, Path(out.name), plan, told)
    except BaseException:
        out.close()
        raise
    return out


def intervals(groups: Sequence[Group], from_ms: int, to_ms: int) -> list[Interval]:
    """Return where in the clip's time, s, the pictures between two wall clocks lie, with a margin.

    Groups are asked one by one: a device's clock may have been set within the clip. Whoever hides
    something that is not in the clip has mistaken its time: `derive.outside`.
    """
    began_s = groups[0].start_s
    found: list[Interval] = []
    for group in groups:
        if group.wall_ms >= to_ms or end_ms(group) <= from_ms:
            continue
        at_s = group.start_s - began_s
        low = at_s + max(0, from_ms - group.wall_ms) / 1000 - _MARGIN_S
        high = at_s + min(group.duration_s, (to_ms - group.wall_ms) / 1000) + _MARGIN_S
        if found and low <= found[-1][1]:
            found[-1] = (found[-1][0], max(high, found[-1][1]))
        else:
            found.append((max(0.0, low), high))
    if not found:
        raise MzError("derive.outside", Kind.INVALID, f"{from_ms}-{to_ms}")
    return found


def _within(found: Sequence[Interval]) -> str:
    """Return an expression that is true within the intervals."""
    return "+".join(f"between(t,{low:.3f},{high:.3f})" for low, high in found)


def _pictures(regions: Sequence[Region], groups: list[Group], font: Path, mark: Path) -> str:
    """Return the filters of the picture: each region blurred in its time, then the mark."""
    steps, last = [], "0:v"
    for at, region in enumerate(regions):
        x, y, width, height = (
            value / 1000 for value in (region.x, region.y, region.width, region.height)
        )
        shown = _within(intervals(groups, region.from_wall_ms, region.to_wall_ms))
        size = f"max({_LEAST}\\,iw*{width}):max({_LEAST}\\,ih*{height})"
        left, top = f"min(W*{x}\\,W-{_LEAST})", f"min(H*{y}\\,H-{_LEAST})"
        steps.append(
            f"[{last}]split[m{at}][c{at}];"
            f"[c{at}]crop={size}:{left.replace('W', 'iw')}:{top.replace('H', 'ih')},{_BLUR}[b{at}];"
            f"[m{at}][b{at}]overlay={left}:{top}:enable='{shown}'[v{at}]"
        )
        last = f"v{at}"
    marks = ",".join(
        f"drawtext=fontfile='{font}':textfile='{mark}':expansion=none:fontsize=h/22:"
        f"fontcolor=white@0.45:borderw=1:bordercolor=black@0.35:x={x}:y={y}"
        for x, y in _MARKS
    )
    return ";".join([*steps, f"[{last}]{marks}[shown]"])


def _sound(derivation: Derivation, groups: list[Group]) -> str:
    found = [
        one
        for silence in derivation.silences
        for one in intervals(groups, silence.from_wall_ms, silence.to_wall_ms)
    ]
    return f"[0:a]volume=0:enable='{_within(found)}'[heard]"


def _encode(clip: Clip, filters: str, maps: list[str], out: Path, plan: Plan, told: Told) -> None:
    """Encode behind everything else that the relay does."""
    command = [
        "nice", "-n", "10", imageio_ffmpeg.get_ffmpeg_exe(), *_FFMPEG, "-i", clip.file.name,
        "-filter_complex", filters, *maps, "-c:v", "libx264", "-preset", "veryfast", "-crf", "23",
        "-pix_fmt", "yuv420p", "-threads", "1", "-c:a", "aac", "-movflags", "+faststart",
        "-f", "mp4", str(out),
    ]  # fmt: skip
    length_us = max(1, (clip.facts.end_wall_ms - clip.facts.start_wall_ms) * 1000)
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=said
        )
        assert process.stdout is not None  # noqa: S101 - it was asked for
        done = 0
        try:
            for line in process.stdout:
                name, _, value = line.decode("ascii", "replace").strip().partition("=")
                if name == "out_time_us" and value.isdigit():
                    now = min(plan.size, plan.size * int(value) // length_us)
                    told(max(0, now - done))
                    done = max(done, now)
            status = process.wait()
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
        if status != 0:
            said.seek(0)
            lines = said.read().decode("utf-8", "replace").strip().splitlines() or ["no output"]
            raise MzError("export.failed", Kind.UNAVAILABLE, lines[-1][:160])
    told(plan.size - done)
