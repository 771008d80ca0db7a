"""The guard of every route: its permission, the session behind it, and the CSRF token.

A route without `@permits` or `@open_to_all` is refused outright, and the house tests for it.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from typing import Any, TypeVar

from flask import current_app, g, request

from command_center.access import sessions
from command_center.platform.database import Database
from command_center.platform.principal import Principal
from schemas.problems import Kind, MzError

View = TypeVar("View", bound=Callable[..., Any])
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
CSRF_HEADER, CSRF_FIELD = "X-CSRF-Token", "csrf"


def permits(permission: str) -> Callable[[View], View]:
    """Mark a route as open to who holds `permission`; `guard_request` enforces it."""

    def mark(view: View) -> View:
        view.permission = permission  # type: ignore[attr-defined]
        return view

    return mark


def accepts_file(most_bytes: int) -> Callable[[View], View]:
    """Mark a route that takes a file, or a long list: its body may be larger than others'."""

    def mark(view: View) -> View:
        view.most_bytes = most_bytes  # type: ignore[attr-defined]
        return view

    return mark


def open_to_all(reason: str) -> Callable[[View], View]:
    """Mark a route as open to anyone; the reason is for the reader and the house's test."""

    def mark(view: View) -> View:
        view.open_reason = reason  # type: ignore[attr-defined]
        return view

    return mark


def database() -> Database:
    """Return the database of this application."""
    found: Database = current_app.extensions["mz_database"]
    return found


def principal() -> Principal:
    """Return who makes this request; `session.none` if nobody is signed in."""
    found: Principal | None = g.get("principal")
    if found is None:
        raise MzError("session.none", Kind.UNAUTHENTICATED)
    return found


def signed_in() -> sessions.OpenSession:
    """Return the staff session of this request; `session.none`."""
    found: sessions.OpenSession | None = g.get("staff_session")
    if found is None:
        raise MzError("session.none", Kind.UNAUTHENTICATED)
    return found


def csrf_token() -> str:
    """Return the CSRF token that forms of this session carry; empty before sign-in."""
    return str(g.get("csrf", ""))


def load_staff() -> None:
    """Find the staff session of this request's cookie, if there is one."""
    token = request.cookies.get(sessions.COOKIE, "")
    if not token:
        return
    try:
        session = database().read(sessions.find_session, token)
    except MzError as error:
        if error.kind is not Kind.UNAUTHENTICATED:
            raise
        return
    if session.stale:
        database().run(sessions.touch_session, session.token_hash)
    g.staff_session, g.principal, g.csrf = session, session.principal, session.csrf


def check_csrf() -> None:
    """Raise `session.csrf` unless an unsafe request carries its session's token."""
    sent = request.headers.get(CSRF_HEADER) or request.form.get(CSRF_FIELD, "")
    if not hmac.compare_digest(sent.encode(), csrf_token().encode()) or not sent:
        raise MzError("session.csrf", Kind.REFUSED)


def check_origin() -> None:
    """Raise `session.csrf` for an unsafe request that another site's page sent (sign-in forms)."""
    origin = request.headers.get("Origin")
    if origin is not None and origin.split("://")[-1] != request.host:
        raise MzError("session.csrf", Kind.REFUSED, "foreign origin")


def refuse_unmarked() -> None:
    """Refuse, before anything else, a route that declares neither permission nor openness."""
    view = current_app.view_functions.get(request.endpoint or "")
    if view is None:
        return
    if getattr(view, "permission", None) is None and getattr(view, "open_reason", None) is None:
        raise MzError("access.unmarked", Kind.REFUSED, request.endpoint or "")


def guard_request(*, csrf: bool) -> None:
    """Enforce the mark of the route: permission, and CSRF where a cookie is the credential."""
    view = current_app.view_functions.get(request.endpoint or "")
    if view is None:
        return
    permission = getattr(view, "permission", None)
    unsafe = request.method not in SAFE_METHODS
    if permission is None:
        if unsafe and csrf:
            check_origin()
        return
    principal().require(permission)
    if (most_bytes := getattr(view, "most_bytes", None)) is not None:
        request.max_content_length = most_bytes
    if unsafe and csrf:
        check_csrf()
