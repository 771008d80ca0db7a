"""A refused form comes back: the page that it was sent from, with what was typed still in it and
the problem beside the field that it is about. One way for every form of the desk.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Response, current_app, get_template_attribute, request
from markupsafe import Markup
from werkzeug.exceptions import HTTPException
from werkzeug.test import EnvironBuilder

from command_center.access.guard import database
from command_center.desk.refilling import Typed, refill
from schemas.problems import MzError

_FIELD_OF = {
    "case.number_malformed": ("number", "case_number"),
    "case.unknown": ("case_number", "number"),
    "contact.denied": ("how",),
    "contact.malformed": ("phone",),
    "contact.no_reason": ("how",),
    "deadline.extension_not_in_rule": ("count",),
    "deadline.interval_reversed": ("last_day",),
    "deadline.no_reason": ("how", "why"),
    "hold.too_long": ("hours",),
    "letter.no_reason": ("why",),
    "link.itself": ("number",),
    "log.ahead": ("at",),
    "log.no_text": ("text",),
    "log.too_long": ("text",),
    "device.no_field_role": ("officer",),
    "measure.before_act": ("day", "control_from"),
    "measure.before_case": ("executed",),
    "measure.before_change": ("day", "served"),
    "measure.dates_wanted": ("control_to",),
    "measure.ended_before_act": ("control_to",),
    "measure.executed_ahead": ("executed", "served"),
    "measure.holder_differs": ("holder_confirmed",),
    "measure.minor": ("override",),
    "measure.turn_not_come": ("day",),
    "measure.which_debtor": ("target",),
    "objection.before_subject": ("day",),
    "operation.bad_time": ("start",),
    "operation.nobody_presides": ("presiding",),
    "paper.active_content": ("file",),
    "paper.person_wanted": ("party",),
    "paper.too_complex": ("file",),
    "paper.too_large": ("file",),
    "paper.unreadable": ("file",),
    "party.before_case": ("day",),
    "party.id_malformed": ("id_number",),
    "party.repeated": ("name",),
    "reason.too_long": ("text",),
    "reason.too_short": ("text",),
    "private.malformed": ("reason",),
    "private.viewer_unfit": ("viewer",),
    "paper.day_ahead": ("day",),
    "receipt.before_case": ("day",),
    "receipt.ahead": ("day",),
    "receipt.nothing": ("amount",),
    "receipt.unknown_way": ("how",),
    "renewal.too_late": ("served",),
    "representative.ahead": ("since", "until"),
    "representative.ended": ("until",),
    "representative.not_for_this": ("kind",),
    "service.ladder_open": ("method",),
    "service.sms_alone": ("method",),
    "staff.unknown": ("officer", "staff"),
    "state.no_way": ("step",),
    "state.too_early": ("day",),
    "template.past": ("effective",),
    "template.unknown": ("purpose",),
    "thing.ahead": ("found",),
    "thing.repeated": ("mark",),
    "wording.no_note": ("note", "reason"),
}
"""The field that a refusal is about, where neither its code nor what was typed names it."""


_UNREAD = "request.too_large"
"""Its form was never read."""


def came_from() -> str | None:
    """Return the path of the desk's page that this request was sent from, if it can be shown."""
    came, here = urlsplit(request.referrer or ""), urlsplit(request.host_url)
    if (came.scheme, came.netloc) != (here.scheme, here.netloc):
        return None
    if not came.path.startswith("/desk") or not _is_page(came.path):
        return None
    return f"{came.path}?{came.query}" if came.query else came.path


def _is_page(path: str) -> bool:
    adapter = current_app.create_url_adapter(request)
    try:
        return adapter is not None and bool(adapter.match(path, "GET"))
    except HTTPException:
        return False


def form_again(error: MzError, sentence: str) -> Response | None:
    """Return the page with the refused form as it was typed, or None where there is none."""
    if request.method != "POST" or error.code == _UNREAD or "HX-Request" in request.headers:
        return None
    came = came_from()
    page = _page(came) if came is not None else None
    if came is None or page is None or not request.form:
        return None
    line = get_template_attribute("kit/forms.html", "problem_line")
    problem: Markup = line({"code": error.code, "sentence": sentence}, "refused")
    wrong = error.detail if error.code.startswith("form.") else ""
    typed = Typed(request.path, request.form, _candidates(error), wrong, came)
    again = database().off_loop(lambda: refill(page, typed, problem))
    return Response(again, mimetype="text/html")


def _page(came: str) -> str | None:
    path, _mark, query = came.partition("?")
    kept = [(name, value) for name in ("Cookie", "Accept-Language")
            if (value := request.headers.get(name))]  # fmt: skip
    environ = EnvironBuilder(
        path, base_url=request.host_url, query_string=query, headers=kept
    ).get_environ()
    with current_app.request_context(environ):
        answer = current_app.full_dispatch_request()
        shown = answer.status_code == 200 and answer.mimetype == "text/html"
        return answer.get_data(as_text=True) if shown else None


def _candidates(error: MzError) -> tuple[str, ...]:
    """Return names of fields that the refusal may be about: of `hold.no_reason` it is `reason`."""
    reason = error.code.partition(".")[2]
    named = (error.detail,) if reason == "field_missing" else ()
    text = ("body",) if error.code.startswith(("template.", "wording.")) else ()
    return (*_FIELD_OF.get(error.code, ()), *named, reason, *reason.split("_"), *text)
