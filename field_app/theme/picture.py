"""A live or kept I420 picture: three luminance textures and one shader (BT.601, limited range)."""

from __future__ import annotations

from typing import Any

from kivy.graphics import BindTexture, Color, Rectangle, RenderContext
from kivy.graphics.texture import Texture
from kivy.properties import BooleanProperty
from kivy.uix.widget import Widget

from field_app.window.frames import Frame

_SHADER = """
$HEADER$
uniform sampler2D tex_u;
uniform sampler2D tex_v;
void main(void) {
    float y = 1.164 * (texture2D(texture0, tex_coord0).r - 0.0625);
    float u = texture2D(tex_u, tex_coord0).r - 0.5;
    float v = texture2D(tex_v, tex_coord0).r - 0.5;
    gl_FragColor = vec4(y + 1.596 * v, y - 0.391 * u - 0.813 * v, y + 2.018 * u, 1.0);
}
"""


class Picture(Widget):
    """Shows the last frame given: whole (`cover` false) or filling its place."""

    cover = BooleanProperty(False)

    def __init__(self, **values: Any) -> None:
        self.canvas = RenderContext(
            use_parent_projection=True, use_parent_modelview=True, use_parent_frag_modelview=True
        )
        self.canvas.shader.fs = _SHADER
        super().__init__(**values)
        self._frame: Frame | None = None
        self._textures: list[Texture] = []
        self._place = Rectangle()
        self.bind(pos=self._lay, size=self._lay, cover=self._lay)

    @property
    def frame(self) -> Frame | None:
        """The frame that is shown."""
        return self._frame

    def show(self, frame: Frame | None) -> None:
        """Show a frame; None empties the place."""
        before, self._frame = self._frame, frame
        if frame is None:
            self.canvas.clear()
            return
        if before is None or (before.width, before.height) != (frame.width, frame.height):
            self._make_textures(frame)
        for index, texture in enumerate(self._textures):
            texture.blit_buffer(bytes(frame.plane(index)), colorfmt="luminance", bufferfmt="ubyte")
        self.canvas.ask_update()

    def _make_textures(self, frame: Frame) -> None:
        full, quarter = (frame.width, frame.height), (frame.width // 2, frame.height // 2)
        self._textures = [
            Texture.create(size=size, colorfmt="luminance") for size in (full, quarter, quarter)
        ]
        for texture in self._textures:
            texture.mag_filter = texture.min_filter = "linear"
        self.canvas.clear()
        with self.canvas:
            Color(1, 1, 1, 1)
            BindTexture(texture=self._textures[1], index=1)
            BindTexture(texture=self._textures[2], index=2)
            self._place = Rectangle(texture=self._textures[0])
        self.canvas["tex_u"], self.canvas["tex_v"] = 1, 2
        self._lay()

    def _lay(self, *_: object) -> None:
        if self._frame is None or not self.width or not self.height:
            return
        shape, place = self._frame.width / self._frame.height, self.width / self.height
        left, right, low, high = 0.0, 1.0, 0.0, 1.0
        width, height = self.width, self.height
        if self.cover and shape > place:
            left = (1 - place / shape) / 2
            right = 1 - left
        elif self.cover:
            low = (1 - shape / place) / 2
            high = 1 - low
        elif shape > place:
            height = width / shape
        else:
            width = height * shape
        self._place.pos = (self.x + (self.width - width) / 2, self.y + (self.height - height) / 2)
        self._place.size = (width, height)
        # I420 starts at the top, textures at the bottom: turn it over.
        self._place.tex_coords = (left, high, right, high, right, low, left, low)
