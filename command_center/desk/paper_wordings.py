"""Templates of papers: what each kind is made with, the court's own text, and its two persons."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from command_center.access.guard import database, permits, principal
from command_center.desk import show
from command_center.desk.page import blueprint, render
from command_center.desk.problems import shown
from command_center.desk.states import State, wording_state
from command_center.papers.court_wordings import (
    NewWording,
    WordingState,
    approve_wording,
    known_kind,
    look,
    propose_wording,
    recall_wording,
    refuse_wording,
    withdraw_wording,
)
from command_center.papers.kinds import TEMPLATES, PaperKind
from command_center.papers.pictures import whole_picture
from command_center.papers.shipped import use_shipped
from command_center.papers.wording import MOST_CHARACTERS
from command_center.papers.wording_forms import CLOSING, FORMS, OF_EVERY_PAPER, WITH_TEXT
from command_center.papers.wording_views import (
    KindView,
    WordingView,
    kinds_of_wordings,
    read_wording_row,
    wordings_of_kind,
)
from command_center.papers.wordings import WORDINGS
from command_center.platform.errors import json_response
from command_center.platform.pages import gettext as _
from schemas.ids import new_id
from schemas.problems import Kind, MzError

_ENDED = {
    WordingState.RECALLED: lambda: _("已收回"),
    WordingState.WITHDRAWN: lambda: _("已撤回"),
    WordingState.REPLACED: lambda: _("更替"),
}


@dataclass(frozen=True)
class KindShown:
    """A kind as a row: what it is made with, since when and by whom, and what waits."""

    id: str
    title: str
    state: State
    since: str
    by: str
    waiting: int


@dataclass(frozen=True)
class StepShown:
    """Who did what with a text, when, and why."""

    word: str
    by: str
    time: str
    why: str


@dataclass(frozen=True)
class WordingShown:
    """A version of the court's text with its trace."""

    id: str
    edition: int
    state: State
    note: str
    steps: list[StepShown]
    papers: int


@dataclass(frozen=True)
class DiffLine:
    """A line of a text beside the one that it would replace; `mark`: +, - or empty."""

    mark: str
    text: str


def _title(kind: PaperKind) -> str:
    return show.pick(TEMPLATES[kind].zh, TEMPLATES[kind].en)


def _kind(one: KindView) -> KindShown:
    if one.own is None:
        word = _("系统自带 第 %(n)d 版", n=one.shipped)
        return KindShown(one.kind, _title(one.kind), State("", "dot", word), "", "", one.waiting)
    word = _("本院 第 %(n)d 版", n=one.own.edition)
    by = f"{one.own.author_name} · {one.own.decided_by_name}"
    return KindShown(one.kind, _title(one.kind), State("ok", "tick", word),
                     show.moment(one.own.decided_ms), by, one.waiting)  # fmt: skip


def _wording(one: WordingView) -> WordingShown:
    steps = [StepShown(_("提交"), one.author_name, show.moment(one.proposed_ms), one.note)]
    if one.decided_ms is not None:
        word = _("未获批准") if one.state == "REFUSED" else _("批准")
        steps.append(StepShown(word, one.decided_by_name, show.moment(one.decided_ms), one.answer))
    if one.ended_ms is not None:
        word = _ENDED[one.state]()
        steps.append(StepShown(word, one.ended_by_name, show.moment(one.ended_ms), one.end_reason))
    return WordingShown(
        one.wording, one.edition, wording_state(one.state), one.note, steps, one.papers
    )


@blueprint.get("/papers/templates")
@permits("paper:read")
def paper_templates() -> ResponseReturnValue:
    """Show what each kind of paper is made with."""
    found = database().read(kinds_of_wordings, principal())
    return render("desk/paper_templates.html", kinds=[_kind(one) for one in found])


@blueprint.get("/papers/templates/<kind>")
@permits("paper:read")
def paper_template(kind: str) -> ResponseReturnValue:
    """Show a kind's text to be changed, its print, and every version with its trace."""
    wanted = known_kind(kind)
    found = database().read(wordings_of_kind, principal(), wanted)
    own = next((one for one in found if one.state == "IN_FORCE"), None)
    form = FORMS[wanted]
    return render(
        "desk/paper_template.html", kind=wanted, title=_title(wanted), wording=new_id(),
        body=own.body if own else WORDINGS[wanted], shipped=WORDINGS[wanted],
        own=own, versions=[_wording(one) for one in found], most=MOST_CHARACTERS,
        facts=[(name, name in form.obliged, name in form.sometimes) for name in form.facts],
        frame=list(OF_EVERY_PAPER),
        parts=[(name, name in form.obliged or name == CLOSING)
               for name in sorted(form.all_parts - WITH_TEXT)],
        worded=sorted(WITH_TEXT),
        clauses=form.clauses,
    )  # fmt: skip


@blueprint.post("/papers/templates/<kind>")
@permits("template:propose")
def propose_template(kind: str) -> ResponseReturnValue:
    """Propose a text."""
    form = request.form
    message = NewWording(form.get("wording", ""), kind, form.get("body", ""), form.get("note", ""))
    made = propose_wording(database(), principal(), message)
    return redirect(url_for("desk.wording", wording=made), 303)


@blueprint.post("/papers/templates/<kind>/preview")
@permits("template:propose")
def preview_template(kind: str) -> ResponseReturnValue:
    """Answer with the print of a text as a picture, or what is wrong with it and where."""
    try:
        return _picture(kind, request.form.get("body", ""), request.form.get("least", ""))
    except MzError as error:
        if error.kind is not Kind.INVALID:
            raise
        said = shown(error)
        return json_response({"code": said.code, "sentence": said.sentence, "line": said.line}, 400)


def _picture(kind: str, body: str, least: str) -> Response:
    pdf = look(database(), kind, body)[least == "1"]
    picture = database().off_loop(lambda: whole_picture(pdf))
    return Response(picture, mimetype="image/png")


@blueprint.get("/papers/wordings/<wording>")
@permits("paper:read")
def wording(wording: str) -> ResponseReturnValue:
    """Show a version of the court's text: its print, what it changes, and who decides."""
    who = principal()
    one = database().read(read_wording_row, who, wording)
    versions = database().read(wordings_of_kind, who, one.kind)
    former = next((each for each in versions if each.state == "IN_FORCE"), None)
    if former is not None and former.wording == wording:
        former = None
    before = former.body if former else WORDINGS[one.kind]
    return render(
        "desk/wording.html", one=one, w=_wording(one), title=_title(one.kind),
        diff=_diff(before, one.body), former=former.edition if former else 0,
        may_decide=one.state == "PROPOSED" and who.may("template:approve")
        and who.id != one.author,
        may_recall=one.state == "PROPOSED" and who.may("template:propose")
        and who.id == one.author,
        may_withdraw=one.state == "IN_FORCE" and who.may("template:approve"),
    )  # fmt: skip


def _diff(before: str, after: str) -> list[DiffLine]:
    found = difflib.ndiff(before.split("\n"), after.split("\n"))
    return [DiffLine(line[0].strip(), line[2:]) for line in found if line[0] != "?"]


@blueprint.get("/papers/wordings/<wording>/sample.png")
@permits("paper:read")
def wording_sample(wording: str) -> ResponseReturnValue:
    """Answer with the print of a version, of a sample record."""
    one = database().read(read_wording_row, principal(), wording)
    return _picture(one.kind, one.body, request.args.get("least", ""))


@blueprint.post("/papers/wordings/<wording>/decision")
@permits("template:approve")
def decide_wording(wording: str) -> ResponseReturnValue:
    """Approve a proposed text, refuse it, or take the one in force back."""
    who, reason = principal(), request.form.get("reason", "")
    match request.form.get("act", ""):
        case "approve":
            approve_wording(database(), who, wording)
        case "refuse":
            database().run(refuse_wording, who, wording, reason)
        case "withdraw":
            database().run(withdraw_wording, who, wording, reason)
        case other:
            raise MzError("message.malformed", Kind.INVALID, other[:40])
    return redirect(url_for("desk.wording", wording=wording), 303)


@blueprint.post("/papers/wordings/<wording>/recall")
@permits("template:propose")
def recall_template(wording: str) -> ResponseReturnValue:
    """Take one's own proposal back."""
    database().run(recall_wording, principal(), wording)
    return redirect(url_for("desk.wording", wording=wording), 303)


@blueprint.post("/papers/<paper>/shipped")
@permits("paper:make")
def use_shipped_template(paper: str) -> ResponseReturnValue:
    """Make a draft with the shipped template, which the court's own words do not fit."""
    use_shipped(database(), principal(), paper)
    return redirect(url_for("desk.paper", paper=paper), 303)
