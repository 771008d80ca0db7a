"""Which camera a name on the command line means."""

from __future__ import annotations

from pathlib import Path

from field_app.capture.camera import Camera
from field_app.capture.desktop import DesktopCamera
from field_app.capture.file import FileCamera
from field_app.capture.generated import GeneratedCamera
from schemas.problems import Kind, MzError


def make_camera(text: str) -> Camera:
    """Return the camera named `desktop:VIDEO[,SOUND[,FORMAT]]`, `file:PATH`, `generated` or
    `generated:busy`; `camera.unknown` otherwise."""
    if text in ("generated", "generated:busy"):
        return GeneratedCamera(busy=text.endswith(":busy"))
    kind, _, path = text.partition(":")
    if kind == "file" and path:
        return FileCamera(Path(path))
    words = path.split(",")
    if kind == "desktop" and len(words) <= 3 and all(words):
        return DesktopCamera(*words)
    raise MzError("camera.unknown", Kind.INVALID, text[:40])
