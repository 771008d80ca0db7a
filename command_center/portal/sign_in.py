"""Parties come and go: the landing page, sign-in by case number and password, sign-out."""

from __future__ import annotations

from flask import make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from command_center.access.guard import database, open_to_all, permits
from command_center.disclosure import sign_in as disclosure
from command_center.portal.page import blueprint, is_secure, portal_session, render
from command_center.portal.problems import shown
from schemas.problems import HTTP_STATUS, MzError


@blueprint.get("/")
@open_to_all("the front door: leads parties and staff to their own")
def landing() -> ResponseReturnValue:
    """Show the front door."""
    return render("portal/landing.html")


@blueprint.get("/portal")
@open_to_all("leads parties to their case, or to the sign-in")
def home() -> ResponseReturnValue:
    """Lead a party to his case; the case page leads to the sign-in."""
    return redirect(url_for("portal.case"))


@blueprint.route("/portal/sign-in", methods=["GET", "POST"])
@open_to_all("the parties' door itself; throttled by account and address")
def sign_in() -> ResponseReturnValue:
    """Show the sign-in, or open a party's session and set its cookie."""
    if request.method == "GET":
        return render("portal/sign_in.html", account="", problem=None)
    account = request.form.get("account", "")
    try:
        opened = disclosure.portal_sign_in(
            database(), account, request.form.get("password", ""), request.remote_addr or ""
        )
    except MzError as error:
        page = render("portal/sign_in.html", account=account, problem=shown(error))
        return page, HTTP_STATUS[error.kind]
    response = make_response(redirect(url_for("portal.case"), 303))
    response.set_cookie(
        disclosure.COOKIE, opened.token, httponly=True, samesite="Strict", secure=is_secure()
    )
    return response


@blueprint.post("/portal/sign-out")
@permits("disclosure:read_own")
def sign_out() -> ResponseReturnValue:
    """End the party's session."""
    database().run(disclosure.end_portal_session, portal_session().token_sha256)
    response = make_response(redirect(url_for("portal.sign_in"), 303))
    response.delete_cookie(disclosure.COOKIE)
    return response
