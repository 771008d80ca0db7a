"""Which camera a name on the command line means."""

from __future__ import annotations

from pathlib import Path

from field_app.capture.camera import Camera
from field_app.capture.file import FileCamera
from field_app.capture.generated import GeneratedCamera
from schemas.problems import Kind, MzError


def make_camera(text: str) -> Camera:
    """Return the camera named `generated`, `generated:busy` or `file:PATH`; `camera.unknown`
    otherwise."""
    if text in ("generated", "generated:busy"):
        return GeneratedCamera(busy=text.endswith(":busy"))
    kind, _, path = text.partition(":")
    if kind == "file" and path:
        return FileCamera(Path(path))
    raise MzError("camera.unknown", Kind.INVALID, text[:40])
