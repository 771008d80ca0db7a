"""The frame of the portal: the party's session, large text, language."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from command_center.access.guard import database, guard_request, open_to_all
from command_center.disclosure.sign_in import (
    COOKIE,
    PortalSession,
    find_portal_session,
    touch_portal_session,
)
from command_center.platform.i18n import COOKIE as LANGUAGE_COOKIE
from schemas.problems import Kind, MzError

blueprint = Blueprint("portal", __name__)
LARGE_COOKIE = "mz_large"
_YEAR_S = 365 * 86_400


@blueprint.before_request
def _guard() -> None:
    """Find the party's session, then enforce the mark of the route."""
    g.principal, g.csrf = None, ""
    token = request.cookies.get(COOKIE, "")
    if token:
        _load(token)
    guard_request(csrf=True)


def _load(token: str) -> None:
    try:
        session = database().read(find_portal_session, token)
    except MzError as error:
        if error.kind is not Kind.UNAUTHENTICATED:
            raise
        return
    if session.stale:
        database().run(touch_portal_session, session.token_sha256)
    g.portal_session, g.principal, g.csrf = session, session.principal, session.csrf


def portal_session() -> PortalSession:
    """Return the party's session; `session.none`."""
    found: PortalSession | None = g.get("portal_session")
    if found is None:
        raise MzError("session.none", Kind.UNAUTHENTICATED)
    return found


def is_secure() -> bool:
    """Return whether cookies are for https only."""
    return database().settings.centre.is_https


def render(template: str, **context: object) -> str:
    """Return a page of the portal."""
    large = request.cookies.get(LARGE_COOKIE) == "1"
    size_url = url_for("portal.text_size", large="0" if large else "1", next=request.path)
    return render_template(template, large=large, text_size_url=size_url, **context)


def local_target(target: str) -> str:
    """Return a path of this site, never another site's address."""
    parts = urlsplit(target)
    local = target.startswith("/") and not target.startswith("//") and "\\" not in target
    return target if local and not parts.netloc and not parts.scheme else "/"


@blueprint.get("/text-size")
@open_to_all("remembers how large a reader wants the text; nothing else")
def text_size() -> ResponseReturnValue:
    """Remember large text (大字) or forget it."""
    response = make_response(redirect(local_target(request.args.get("next", "/"))))
    large = "1" if request.args.get("large") == "1" else "0"
    response.set_cookie(
        LARGE_COOKIE, large, max_age=_YEAR_S, httponly=True, samesite="Lax", secure=is_secure()
    )
    return response


@blueprint.get("/language")
@open_to_all("remembers which language a reader wants; nothing else")
def language() -> ResponseReturnValue:
    """Remember the language of the pages."""
    response = make_response(redirect(local_target(request.args.get("next", "/"))))
    code = "en" if request.args.get("code") == "en" else "zh"
    response.set_cookie(
        LANGUAGE_COOKIE, code, max_age=_YEAR_S, httponly=True, samesite="Lax", secure=is_secure()
    )
    return response
