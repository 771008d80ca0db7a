"""Kivy draws offscreen here; its settings are read on the first import, so they are set first."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

os.environ.setdefault("SDL_VIDEODRIVER", "offscreen")
os.environ["KIVY_NO_ARGS"] = "1"
os.environ.setdefault("KIVY_HOME", str(Path(tempfile.gettempdir()) / f"mz-kivy-{os.getuid()}"))
Path(os.environ["KIVY_HOME"]).mkdir(parents=True, exist_ok=True)

from field_app.main import prepare_kivy  # noqa: E402

prepare_kivy(scale=1.0)

from kivy.config import Config  # noqa: E402

Config.set("graphics", "maxfps", "0")  # a test draws as often as it looks
