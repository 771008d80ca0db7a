"""Staff come and go: sign-in, sign-out, and their own password."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from command_center.access import sessions
from command_center.access import sign_in as access
from command_center.access.guard import database, open_to_all, permits, principal, signed_in
from command_center.desk.page import blueprint, first_place, render, settings
from command_center.desk.problems import shown
from schemas.problems import HTTP_STATUS, MzError

_OLD_PASSWORD = frozenset({"password.wrong", "sign_in.locked", "sign_in.throttled"})


def _local(target: str) -> str | None:
    """Return a path of this desk, never another site's address."""
    parts = urlsplit(target)
    local = not parts.scheme and not parts.netloc and parts.path.startswith("/desk/")
    return target if local and "\\" not in target and target.isprintable() else None


@blueprint.get("/")
@open_to_all("leads to the sign-in or to the first page of the role")
def home() -> ResponseReturnValue:
    """Lead staff to the first page that their role opens."""
    return redirect(first_place(principal().may))


@blueprint.route("/sign-in", methods=["GET", "POST"])
@open_to_all("the door itself; throttled by account and address")
def sign_in() -> ResponseReturnValue:
    """Show the sign-in, or open a session and set its cookie."""
    if request.method == "GET":
        return render_template("desk/sign_in.html", number="", problem=None)
    number = request.form.get("number", "")
    try:
        opened = access.sign_in(
            database(), number, request.form.get("password", ""), request.remote_addr or ""
        )
    except MzError as error:
        page = render_template("desk/sign_in.html", number=number, problem=shown(error))
        return page, HTTP_STATUS[error.kind]
    target = _local(request.args.get("next", "")) or url_for("desk.home")
    if opened.session.must_change:
        target = url_for("desk.own_page")
    response = make_response(redirect(target, 303))
    secure = settings().centre.is_https
    response.set_cookie(
        sessions.COOKIE, opened.token, httponly=True, samesite="Strict", secure=secure, path="/"
    )
    return response


@blueprint.post("/sign-out")
@permits("self:password")
def sign_out() -> ResponseReturnValue:
    """End the session."""
    database().run(sessions.end_session, signed_in().token_hash)
    response = make_response(redirect(url_for("desk.sign_in"), 303))
    response.delete_cookie(sessions.COOKIE, path="/")
    return response


@blueprint.route("/self", methods=["GET", "POST"])
@permits("self:password")
def own_page() -> ResponseReturnValue:
    """Show one's own account; change the password."""
    session, problem, wrong, status = signed_in(), None, "", 200
    if request.method == "POST":
        old, new = request.form.get("old", ""), request.form.get("new", "")
        try:
            access.change_password(database(), session, old, new)
        except MzError as error:
            problem, wrong = shown(error), "old" if error.code in _OLD_PASSWORD else "new"
            status = HTTP_STATUS[error.kind]
    done = request.method == "POST" and problem is None
    page = render(
        "desk/own_page.html", number=session.number, must_change=session.must_change,
        problem=problem, wrong=wrong, done=done,
    )  # fmt: skip
    return page, status
