"""The one ffmpeg of a run: pictures are split into the recording and the preview."""

from __future__ import annotations

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

FRAGMENT_MS = 200
GOP_MS = 1000
FRAMES_PER_FRAGMENT = FRAMES_PER_SECOND * FRAGMENT_MS // 1000
VIDEO_TIMESCALE = 90_000
_SOUND_RATE = 48_000


class Profile(NamedTuple):
    """How one rendition is encoded: box to fit in, and bits a second."""

    max_width: int
    max_height: int
    video_rate: int
    sound_rate: int


FULL = Profile(MAX_WIDTH, MAX_HEIGHT, 1_400_000, 64_000)


def encoder_command(
    camera: Camera, profile: Profile, preview_fd: int, overlay: Overlay | None = None
) -> list[str]:
    """Return ffmpeg's arguments: fMP4 on standard output, raw I420 on `preview_fd`.

    Fragments hold whole frames: a key-frame opens one each second, and the next frame after
    200 ms opens another. Without `-max_interleave_delta` a file whose sound ends before its
    pictures would hold the pictures back for ten seconds.
    """
    inputs = camera.inputs()
    taken = _upright(inputs.video, profile)
    pictures = (overlay.draw(taken) if overlay else taken).split()
    recording = ffmpeg.output(
        pictures[0], inputs.audio, "pipe:1", f="mp4",
        vcodec="libx264", preset="superfast", tune="zerolatency", pix_fmt="yuv420p", threads=1,
        g=FRAMES_PER_SECOND * GOP_MS // 1000, keyint_min=FRAMES_PER_SECOND, sc_threshold=0,
        video_bitrate=profile.video_rate, maxrate=profile.video_rate * 5 // 4,
        bufsize=profile.video_rate // 2, video_track_timescale=VIDEO_TIMESCALE,
        acodec="aac", ar=_SOUND_RATE, ac=1, audio_bitrate=profile.sound_rate,
        movflags="+empty_moov+default_base_moof+frag_keyframe+skip_trailer",
        frag_duration=FRAGMENT_MS * 1000, flush_packets=1, max_interleave_delta=500_000,
        map_metadata=-1,
    )  # fmt: skip
    watched = ffmpeg.output(
        _boxed(pictures[1]), f"pipe:{preview_fd}", f="rawvideo", pix_fmt="yuv420p"
    )
    return _compiled(ffmpeg.merge_outputs(recording, watched), camera)


def preview_command(camera: Camera, preview_fd: int) -> list[str]:
    """Return ffmpeg's arguments for the preview alone."""
    pictures = _boxed(_upright(camera.inputs().video, FULL))
    watched = ffmpeg.output(pictures, f"pipe:{preview_fd}", f="rawvideo", pix_fmt="yuv420p")
    return _compiled(watched, camera)


def _compiled(output: Any, camera: Camera) -> list[str]:
    words = ["-hide_banner", "-nostats", "-loglevel", "warning"]
    if not camera.has_feed:
        words.append("-nostdin")
    command: list[str] = output.global_args(*words).compile(cmd=ffmpeg_program())
    return command


def _upright(video: Any, profile: Profile) -> Any:
    """Scale square pixels down into the profile's box, even sides."""
    fitted = video.filter("scale", "max(2,iw*sar)", "max(2,ih)")
    return fitted.filter(
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
