"""`python -m field_app.main --data DIR`: the officer's window (`./mz field`).

Kivy reads its settings when it is imported, so this module prepares them first.
"""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
from functools import partial
from pathlib import Path

from field_app.theme.fonts import require_fonts
from field_app.window.words import LANGUAGES
from schemas.problems import Kind, MzError

WIDTH_DP, HEIGHT_DP = 412, 892
DEFAULT_DATA = Path(__file__).resolve().parent.parent / "data" / "field"
_ABSENT_HELPERS = ("Input: MTDev", "Cutbuffer: ")
_NEED_DISPLAY = ("x11", "wayland")
_HELP = {
    "window.fonts_missing": "缺少字体，请先运行 ./mz field · Fonts are missing: run ./mz field",
    "window.no_display": "没有显示器，窗口无法打开 · There is no display to open a window on",
}


def parse(argv: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="field_app.main", description="明证现场：执法人员的窗口 · the officer's window"
    )
    parser.add_argument(
        "--data",
        type=Path,
        default=DEFAULT_DATA,
        help="设备数据目录 · data folder (data/field)",
    )
    parser.add_argument(
        "--camera",
        default="generated",
        help="desktop:VIDEO[,SOUND[,FORMAT]] | file:PATH | generated（录制来源 · what records）",
    )
    parser.add_argument(
        "--place", default="",
        help="gpsd[:HOST:PORT] | gpx:FILE | LAT,LON（本机位置 · place of this device）",
    )  # fmt: skip
    parser.add_argument(
        "--sound",
        default="none",
        help="none | generated | pulse:EARPIECE[,LOUDSPEAKER]（对讲的听筒与扬声器 · for talk）",
    )
    parser.add_argument("--lang", choices=LANGUAGES, help="界面语言 · language of the window")
    parser.add_argument(
        "--scale", type=float, default=1.0, help="窗口缩放，如 0.8 · size of the window"
    )
    return parser.parse_args(argv)


def prepare_kivy(scale: float) -> None:
    """Set what Kivy reads on import: size of a phone, no handlers that swallow SIGTERM."""
    os.environ.setdefault("SDL_NO_SIGNAL_HANDLERS", "1")
    os.environ["KIVY_NO_ARGS"] = "1"
    os.environ.setdefault("KIVY_NO_FILELOG", "1")
    os.environ.setdefault("KIVY_CLIPBOARD", "sdl2")
    os.environ.setdefault(
        "KIVY_IMAGE", "sdl2"
    )  # the next in turn loads another library for nothing
    os.environ.setdefault("KIVY_METRICS_DENSITY", str(scale))
    os.environ.setdefault("KIVY_METRICS_FONTSCALE", "1")
    from kivy.config import Config

    logging.getLogger("kivy").addFilter(_is_news)
    density = float(os.environ["KIVY_METRICS_DENSITY"])
    Config.set("graphics", "width", str(round(WIDTH_DP * density)))
    Config.set("graphics", "height", str(round(HEIGHT_DP * density)))
    Config.set("graphics", "multisamples", "0")
    Config.set("graphics", "maxfps", "30")
    Config.set("kivy", "exit_on_escape", "0")
    Config.set("kivy", "log_level", "warning")
    Config.set("input", "mouse", "mouse,disable_multitouch")
    Config.remove_option("input", "%(name)s")  # probes for touch devices that SDL finds itself


def _is_news(record: logging.LogRecord) -> bool:
    """Drop what Kivy says, with tracebacks, of optional helpers that nobody misses here."""
    return not str(record.msg).startswith(_ABSENT_HELPERS)


def require_display() -> None:
    """Raise `window.no_display` where SDL would end the process without a clear word."""
    environment = os.environ
    if sys.platform != "linux" or environment.get("SDL_VIDEODRIVER", "x11") not in _NEED_DISPLAY:
        return
    if not (environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")):
        raise MzError("window.no_display", Kind.UNAVAILABLE, "DISPLAY is not set")


def main(argv: list[str] | None = None) -> int:
    """Open the window; return 0 after it closed, 1 with a coded error when it cannot open."""
    asked = parse(argv)
    try:
        require_fonts()
        require_display()
    except MzError as error:
        sys.stderr.write(f"{_HELP[error.code]} [{error}]\n")
        return 1
    asked.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    prepare_kivy(asked.scale)

    from field_app.client import ServiceClient, start_service
    from field_app.screens.app import FieldWindow

    window = FieldWindow(
        asked.data,
        partial(ServiceClient, asked.data),
        partial(
            start_service,
            asked.data,
            asked.camera,
            asked.place,
            arm_on_scene=True,
            sound=asked.sound,
        ),
        asked.lang,
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: window.ask_to_stop())
    window.run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
