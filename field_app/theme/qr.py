"""A QR code as a texture."""

from __future__ import annotations

import io

import segno
from kivy.core.image import Image
from kivy.graphics.texture import Texture

_SCALE = 6


def qr_texture(text: str) -> Texture:
    """Return the code of a text, black on white with its quiet zone."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="png", scale=_SCALE)
    out.seek(0)
    return Image(out, ext="png").texture
