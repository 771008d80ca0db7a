"""What every page of the faces shares: built assets by name, times and amounts as people read them.

`web/dist/manifest.json` (Vite) names the hashed files. Pages work from a fresh build only, so a
missing asset is an error and never a silent page without style.
"""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlencode

import flask_babel
from flask import Flask, request, send_from_directory, url_for
from flask.typing import ResponseReturnValue

from command_center.platform.i18n import CHINESE, select_locale
from command_center.platform.settings import Settings
from schemas.problems import Kind, MzError

WEB = Path(__file__).parent.parent / "web"
DIST = WEB / "dist"
TEMPLATES = WEB / "templates"
LOCALES = WEB / "locales"
_YEAR_S = 365 * 86_400
_UNHASHED = frozenset({"icons.svg", "seal.svg"})


class Assets:
    """The built files by their source's name; read once a process."""

    def __init__(self, dist: Path = DIST) -> None:
        self._dist = dist
        self._names: dict[str, str] = {}

    def path(self, source: str) -> str:
        """Return the path below `dist` of a source such as `ts/desk.ts`; `asset.missing`."""
        if source in _UNHASHED:
            return source
        if not self._names:
            self._read()
        try:
            return self._names[source]
        except KeyError:
            raise MzError("asset.missing", Kind.UNAVAILABLE, source) from None

    def _read(self) -> None:
        try:
            manifest = json.loads((self._dist / "manifest.json").read_text("utf-8"))
        except OSError as error:
            raise MzError("asset.missing", Kind.UNAVAILABLE, "the web build is missing") from error
        self._names = {source: entry["file"] for source, entry in manifest.items()}


def page_language() -> str:
    """Return the `lang` of the page: `zh-CN` or `en`."""
    return "zh-CN" if select_locale() == CHINESE else "en"


def is_english() -> bool:
    """Return whether this request is answered in English."""
    return page_language() == "en"


def gettext(text: str, **values: object) -> str:
    """Return the text in the reader's language, its `%(name)s` filled in."""
    return str(flask_babel.gettext(text, **values))


def serve_asset(name: str) -> ResponseReturnValue:
    """Answer with a built file. Hashed names never change, so browsers may keep them."""
    folder = WEB / "static" if name == "seal.svg" else DIST
    response = send_from_directory(folder, name)
    keep = f"public, max-age={_YEAR_S}, immutable" if "/" in name else "no-cache"
    response.headers["Cache-Control"] = keep
    return response


def register(app: Flask, settings: Settings) -> None:
    """Give templates the assets, the court's name and the language switch."""
    assets = Assets()

    def asset(source: str) -> str:
        return url_for("asset_file", name=assets.path(source))

    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(asset=asset, court_name=settings.court.name)

    def shared() -> dict[str, str]:
        other = "zh" if is_english() else "en"
        path = request.full_path.rstrip("?") if request.method == "GET" else request.path
        query = urlencode({"code": other, "next": path})
        return {"page_lang": page_language(), "language_url": f"/language?{query}"}

    app.context_processor(shared)
