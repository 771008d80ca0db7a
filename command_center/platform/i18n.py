"""Which language a request is answered in: asked for, remembered, preferred, else Chinese."""

from __future__ import annotations

from flask import Flask, has_request_context, request
from flask_babel import Babel

CHINESE, ENGLISH = "zh_Hans_CN", "en"
COOKIE = "mz_lang"


def select_locale() -> str:
    """Return `zh_Hans_CN` or `en` for the current request."""
    if not has_request_context():
        return CHINESE
    asked = request.args.get("lang") or request.cookies.get(COOKIE)
    if asked:
        return ENGLISH if asked.startswith("en") else CHINESE
    best = request.accept_languages.best_match(["zh-CN", "zh", "en"])
    return ENGLISH if best == "en" else CHINESE


def register(app: Flask, locales: str) -> Babel:
    """Set up Flask-Babel on a folder of catalogues."""
    app.config["BABEL_DEFAULT_LOCALE"] = CHINESE
    app.config["BABEL_DEFAULT_TIMEZONE"] = "Asia/Shanghai"
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = locales
    return Babel(app, locale_selector=select_locale)
