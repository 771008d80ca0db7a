"""The one ffmpeg of a run: what the camera gives is split into three renditions and the preview."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import ffmpeg

from field_app.capture import preview
from field_app.capture.camera import (
    FRAMES_PER_SECOND,
    MAX_HEIGHT,
    MAX_WIDTH,
    Camera,
    ffmpeg_program,
)
from field_app.capture.overlay import Overlay
from schemas.media.fragment import Rendition

FRAGMENT_MS = 160
"""Four pictures. Whoever watches sees a picture no sooner than its fragment is whole."""
GOP_MS = 960
"""Six fragments: a key-frame opens one and never cuts another short."""
FRAMES_PER_FRAGMENT = FRAMES_PER_SECOND * FRAGMENT_MS // 1000
VIDEO_TIMESCALE = 90_000
_SOUND_RATE = 48_000


class Profile(NamedTuple):
    """How one rendition is encoded: box to fit in, every how many-th picture, frames from one
    key-frame to the next, least length of a fragment, and bits a second. A width of 0: no
    pictures. What goes over a thin link has longer fragments: each costs the link its header."""

    max_width: int
    max_height: int
    every: int
    gop: int
    fragment_ms: int
    video_rate: int
    sound_rate: int

    @property
    def frame_rate_milli(self) -> int:
        """Pictures in a thousand seconds."""
        return FRAMES_PER_SECOND * 1000 // self.every if self.max_width else 0


PROFILES = {
    Rendition.FULL: Profile(
        MAX_WIDTH, MAX_HEIGHT, 1, FRAMES_PER_SECOND * GOP_MS // 1000, FRAGMENT_MS, 1_400_000, 64_000
    ),
    Rendition.SMALL: Profile(640, 360, 2, 12, 240, 160_000, 32_000),
    Rendition.SOUND: Profile(0, 0, 0, 0, 200, 0, 32_000),
}


def encoder_command(
    camera: Camera,
    pipes: Mapping[Rendition, int],
    preview_fd: int,
    overlay: Overlay | None = None,
) -> list[str]:
    """Return ffmpeg's arguments: fMP4 of each rendition on its pipe, raw I420 on `preview_fd`.

    Fragments hold whole frames: a key-frame opens one each 960 ms, and the next frame after a
    fragment's length opens another. Without `-max_interleave_delta` a file whose sound ends before
    its pictures would hold the pictures back for ten seconds. The sound is mapped as it comes:
    within the pictures' filter graph it would wait for them, and a fragment for it, 40 to 120 ms.
    """
    inputs = camera.inputs()
    taken = _fitted(_squared(inputs.video), PROFILES[Rendition.FULL])
    pictures = (overlay.draw(taken) if overlay else taken).split()
    outputs = [
        _recorded(PROFILES[rendition], pictures[index], inputs.audio, pipe)
        for index, (rendition, pipe) in enumerate(pipes.items())
    ]
    watched = ffmpeg.output(
        _boxed(pictures[len(pipes)]), f"pipe:{preview_fd}", f="rawvideo", pix_fmt="yuv420p"
    )
    return _compiled(ffmpeg.merge_outputs(*outputs, watched), camera)


def _recorded(profile: Profile, pictures: Any, sound: Any, pipe: int) -> Any:
    """Return the output of one rendition."""
    common = {
        "f": "mp4", "acodec": "aac", "ar": _SOUND_RATE, "ac": 1,
        "audio_bitrate": profile.sound_rate,
        "movflags": "+empty_moov+default_base_moof+frag_keyframe+skip_trailer",
        "frag_duration": profile.fragment_ms * 1000, "flush_packets": 1, "map_metadata": -1,
        "max_interleave_delta": 500_000,
    }  # fmt: skip
    if not profile.max_width:
        return ffmpeg.output(sound, f"pipe:{pipe}", **common)
    if profile.every > 1:
        pictures = _fitted(pictures.filter("framestep", profile.every), profile)
    return ffmpeg.output(
        pictures, sound, f"pipe:{pipe}",
        vcodec="libx264", preset="superfast", tune="zerolatency", pix_fmt="yuv420p", threads=1,
        g=profile.gop, keyint_min=profile.gop, sc_threshold=0,
        video_bitrate=profile.video_rate, maxrate=profile.video_rate * 5 // 4,
        bufsize=profile.video_rate // 2, video_track_timescale=VIDEO_TIMESCALE,
        **common,
    )  # fmt: skip


def preview_command(camera: Camera, preview_fd: int) -> list[str]:
    """Return ffmpeg's arguments for the preview alone."""
    pictures = _boxed(_fitted(_squared(camera.inputs().video), PROFILES[Rendition.FULL]))
    watched = ffmpeg.output(pictures, f"pipe:{preview_fd}", f="rawvideo", pix_fmt="yuv420p")
    return _compiled(watched, camera)


def _compiled(output: Any, camera: Camera) -> list[str]:
    words = ["-hide_banner", "-nostats", "-loglevel", "warning"]
    if not camera.has_feed:
        words.append("-nostdin")
    command: list[str] = output.global_args(*words).compile(cmd=ffmpeg_program())
    return command


def _squared(video: Any) -> Any:
    """Make the pixels square."""
    return video.filter("scale", "max(2,iw*sar)", "max(2,ih)")


def _fitted(video: Any, profile: Profile) -> Any:
    """Scale down into the profile's box, even sides."""
    return video.filter(
        "scale",
        f"min({profile.max_width},iw)",
        f"min({profile.max_height},ih)",
        force_original_aspect_ratio="decrease",
        force_divisible_by=2,
    ).filter("setsar", 1)


def _boxed(video: Any) -> Any:
    """Return the preview: 640 × 360 with bars where the shape differs, 15 pictures a second."""
    return (
        video.filter("fps", preview.RATE)
        .filter(
            "scale", preview.WIDTH, preview.HEIGHT, force_original_aspect_ratio="decrease",
            flags="fast_bilinear",
        )
        .filter("pad", preview.WIDTH, preview.HEIGHT, "(ow-iw)/2", "(oh-ih)/2")
    )  # fmt: skip
