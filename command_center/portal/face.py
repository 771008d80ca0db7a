"""Wires the portal's pages into the application."""

from __future__ import annotations

from flask import Flask

from command_center.portal import case, papers, sign_in, tags
from command_center.portal.page import blueprint

PAGES = (case, papers, sign_in, tags)
"""The modules whose routes make the portal; importing them registers the routes."""


def register(app: Flask) -> None:
    """Add the front door and the portal."""
    app.register_blueprint(blueprint)
