"""Where the QR code of a seal tag leads: whoever stands before it sees that it is genuine."""

from __future__ import annotations

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from command_center.access.guard import database, open_to_all
from command_center.measures.tags import check_tag
from command_center.platform.pages import is_english
from command_center.portal.page import blueprint, render
from command_center.portal.words import day_of, iso_day, minute_of
from schemas.measures.tags import read_tags


@blueprint.get("/portal/tags")
@open_to_all("asks for the number and check code of a tag that somebody has before him")
def ask_tag() -> ResponseReturnValue:
    """Ask for a tag, or lead to the one that was typed."""
    typed = request.args.get("tag", "").strip()[:80]
    if typed:
        tags = read_tags(typed) or []
        return redirect(url_for("portal.tag", tag=tags[0].text if len(tags) == 1 else typed))
    return render("portal/tag_ask.html")


@blueprint.get("/portal/tags/<tag>")
@open_to_all("shows who reads a seal tag that it is genuine, and until when it stands")
def tag(tag: str) -> ResponseReturnValue:
    """Show court, case number, day and state of what is sealed; no person, no list."""
    found = database().read(check_tag, tag)
    english = is_english()
    return render(
        "portal/tag.html", tag=found, read_at=minute_of(found.read_ms),
        kind=found.kind.en if english else found.kind.zh,
        state=found.state.en if english else found.state.zh,
        since=day_of(found.executed_ms), until=iso_day(found.until) if found.until else "",
    )  # fmt: skip
