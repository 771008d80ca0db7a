"""Where the QR code of a paper leads: anyone who holds it sees whether this court issued it."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from command_center.access.guard import database, open_to_all
from command_center.papers.views import check_paper
from command_center.portal.page import blueprint, render
from schemas.time import court_time


@blueprint.get("/portal/papers/<paper>")
@open_to_all("shows who already holds a paper that it is genuine: title, number, day, fingerprint")
def paper(paper: str) -> ResponseReturnValue:
    """Show that a paper was stamped by this court, or that it is void."""
    found = database().read(check_paper, paper)
    day = court_time(found.day_ms).date().isoformat()
    return render("portal/paper.html", paper=found, day=day)
