"""Papers at the desk: the register, one paper with its pages, and every step to its issue."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from command_center.access.guard import accepts_file, database, permits, principal
from command_center.cases.service import case_view
from command_center.desk import show
from command_center.desk.page import blueprint, render
from command_center.desk.problems import shown
from command_center.desk.states import State, paper_state, service_state
from command_center.desk.turning import Tab, asked_page, asked_text, register_url, turn
from command_center.guardian.papers import make_reason_paper
from command_center.measures.papers import make_measure_paper
from command_center.papers import imported, of_case, service
from command_center.papers.foreign_file import MAX_FILE_BYTES
from command_center.papers.kinds import TEMPLATES, PaperKind, PaperState
from command_center.papers.pictures import count_pages, picture
from command_center.papers.register import PaperQuery, paper_register
from command_center.papers.views import PaperView, paper_bytes, read_paper
from command_center.platform.pages import gettext as _
from command_center.platform.principal import CENTRE, Principal
from command_center.serving.certificate import make_blank_receipt
from command_center.serving.views import ServicePage, services_of_paper
from schemas.problems import Kind, MzError

FIRST_PAPERS = 12
"""So many papers stand on a page of something else."""
FEW_PARTIES = 6
"""So many parties have a button each; of more one is picked."""
_FORM_BYTES = 16_384
"""What the form's other fields may hold beside its file."""


@dataclass(frozen=True)
class PaperShown:
    """A paper as a row: its word in the reader's language, its state, whom it is for."""

    id: str
    title: str
    number: str
    state: State
    case_id: str
    case_number: str
    party: str
    made: str
    by: str


def present_paper(one: PaperView) -> PaperShown:
    """Return a paper in the reader's language."""
    template = TEMPLATES.get(one.kind)
    return PaperShown(
        one.paper, show.pick(one.title, template.en) if template else one.title,
        one.number, paper_state(one.state), one.case, show.case_number(one.case_number),
        one.party_name, show.moment(one.made_ms), _maker(one),
    )  # fmt: skip


def _maker(one: PaperView) -> str:
    return _("期限守护") if one.made_by == CENTRE.id else one.made_by_name


@dataclass(frozen=True)
class StepShown:
    """A step of a paper: when, what, by whom; `done` or not yet."""

    time: str
    word: str
    by: str
    done: bool


def _steps(one: PaperView) -> list[StepShown]:
    if one.kind is PaperKind.IMPORTED:
        return [
            StepShown(show.moment(one.made_ms), _("登记外来文书"), one.made_by_name, done=True),
            _step(one.issued_ms, _("发出"), one.issued_by_name),
        ]
    return [
        StepShown(show.moment(one.made_ms), _("拟制"), _maker(one), done=True),
        _step(one.approved_ms, _("批准"), one.approved_by_name),
        _step(one.stamped_ms, _("签章"), one.stamp),
        _step(one.issued_ms, _("发出"), one.issued_by_name),
    ]


def _step(at_ms: int | None, word: str, by: str) -> StepShown:
    return StepShown(show.moment(at_ms) if at_ms else "", word, by, done=at_ms is not None)


@blueprint.get("/papers")
@permits("paper:read")
def papers() -> ResponseReturnValue:
    """Show the papers that `?state=` and `?q=` ask for, the newest first."""
    asked = request.args.get("state", "")
    state = PaperState(asked) if asked in PaperState.__members__ else None
    query = PaperQuery(asked_text(), state, asked_page())
    found = database().read(paper_register, principal(), query)
    tabs = [(_("全部"), None), *((show.pick(one.zh, one.en), one) for one in PaperState)]
    return render(
        "desk/papers.html", papers=[present_paper(one) for one in found.rows], query=query,
        tabs=[
            Tab(word, found.counts[one],
                register_url("desk.papers", {"q": query.text, "state": one or ""}), one is state)
            for word, one in tabs
        ],
        turn=turn("desk.papers", {"q": query.text, "state": state or ""}, query.page,
                  len(found.rows), found.total),
    )  # fmt: skip


@blueprint.get("/papers/<paper>")
@permits("paper:read")
def paper(paper: str) -> ResponseReturnValue:
    """Show one paper with the pages of its very bytes; the look is written down."""
    one = database().run(read_paper, principal(), paper)
    who, pages, problem, at = principal(), 0, None, asked_page()
    try:
        _number, pdf = paper_bytes(database(), who, paper)
        pages = database().off_loop(lambda: count_pages(pdf))
    except MzError as error:
        problem = PaperProblem(error.code, shown(error).sentence, error.detail)
    served = database().read(services_of_paper, who, one.paper, at)
    return render(
        "desk/paper.html", p=present_paper(one), one=one, steps=_steps(one), pages=pages,
        problem=problem, fingerprint=show.fingerprint_text(one.sha256) if one.sha256 else "",
        parties=_parties(one, who), few=FEW_PARTIES, services=_services(served),
        turn=turn("desk.paper", {}, at, len(served.rows), served.total, paper=paper),
        may_approve=_may_approve(one, who),
        may_use_shipped=problem is not None and bool(one.wording) and who.may("paper:make")
        and one.state in (PaperState.UNSIGNED, PaperState.STAMP_FAILED),
        may_issue=who.may("paper:make") and one.state is PaperState.STAMPED,
        may_void=who.may("paper:make")
        and one.state not in (PaperState.ISSUED, PaperState.VOID),
    )  # fmt: skip


@dataclass(frozen=True)
class PaperProblem:
    """Why a draft cannot be typeset; `detail` names what the record lacks."""

    code: str
    sentence: str
    detail: str


@dataclass(frozen=True)
class ServiceShown:
    """On whom a paper is served, and how far."""

    id: str
    party: str
    state: State
    law: str


def _services(served: ServicePage) -> list[ServiceShown]:
    return [
        ServiceShown(each.service, each.party_name,
                     service_state(each.effective, served=each.served), each.law)
        for each in served.rows
    ]  # fmt: skip


def _parties(one: PaperView, who: Principal) -> list[tuple[str, str]]:
    """Return the parties that an issued paper may be served on."""
    if one.state is not PaperState.ISSUED or not who.may("paper:serve"):
        return []
    parties = database().read(case_view, one.case).parties
    return [(each.id, each.name) for each in parties if one.party in (None, each.id)]


def _may_approve(one: PaperView, who: Principal) -> bool:
    waits = one.state in (PaperState.UNSIGNED, PaperState.STAMP_FAILED)
    return waits and who.may(TEMPLATES[one.kind].approval) and one.made_by != who.id


@blueprint.get("/papers/<paper>/pages/<int:page>.png")
@permits("paper:read")
def paper_page(paper: str, page: int) -> ResponseReturnValue:
    """Answer with a page as a picture."""
    _number, pdf = paper_bytes(database(), principal(), paper)
    return Response(database().off_loop(lambda: picture(pdf, page)), mimetype="image/png")


@blueprint.get("/papers/<paper>/file.pdf")
@permits("paper:read")
def paper_file(paper: str) -> ResponseReturnValue:
    """Answer with the PDF: the stamped bytes, or the draft as it would be typeset now."""
    _number, pdf = paper_bytes(database(), principal(), paper)
    response = Response(pdf, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f"inline; filename={paper}.pdf"
    return response


@blueprint.post("/papers")
@permits("paper:make")
def make_paper() -> ResponseReturnValue:
    """Make a paper from the record that the form names."""
    form, who = request.form, principal()
    wanted, about, party = form.get("paper", ""), form.get("about", ""), form.get("party", "")
    match form.get("from", ""):
        case "measure":
            made = database().run(
                make_measure_paper,
                who,
                wanted,
                about,
                form.get("kind", ""),
                party,
                form.get("ground", ""),
            )
        case "reason":
            made = database().run(make_reason_paper, who, wanted, about, party)
        case "delivery":
            made = database().run(make_blank_receipt, who, wanted, about)
        case "case":
            fields = {name: form.get(name, "") for name in ("place", "reason", "amount", "days")}
            message = of_case.NewCasePaper(wanted, about, form.get("kind", ""), party, **fields)
            made = database().run(of_case.make_case_paper, who, message)
        case other:
            raise MzError("paper.not_offered", Kind.INVALID, other[:40])
    return redirect(url_for("desk.paper", paper=made), 303)


@blueprint.post("/papers/imports")
@permits("paper:make")
@accepts_file(MAX_FILE_BYTES + _FORM_BYTES)
def import_paper() -> ResponseReturnValue:
    """Register a paper that was made elsewhere, with its PDF."""
    form, file = request.form, request.files.get("file")
    words = {name: form.get(name, "") for name in ("paper", "case", "party", "title", "number",
                                                   "day")}  # fmt: skip
    message = imported.ForeignPaper(
        **words, stamped=form.get("stamped") == "yes", pdf=file.read() if file else b""
    )
    made = imported.import_paper(database(), principal(), message)
    return redirect(url_for("desk.paper", paper=made), 303)


@blueprint.post("/papers/<paper>/approval")
@permits("paper:approve")
def approve_paper(paper: str) -> ResponseReturnValue:
    """Approve the bytes of a paper; the worker has them stamped."""
    service.approve(database(), principal(), paper)
    return redirect(url_for("desk.paper", paper=paper), 303)


@blueprint.post("/papers/<paper>/issue")
@permits("paper:make")
def issue_paper(paper: str) -> ResponseReturnValue:
    """Issue a stamped paper."""
    database().run(service.issue, principal(), paper)
    return redirect(url_for("desk.paper", paper=paper), 303)


@blueprint.post("/papers/<paper>/void")
@permits("paper:make")
def void_paper(paper: str) -> ResponseReturnValue:
    """Void a paper that was not issued."""
    database().run(service.void, principal(), paper, request.form.get("reason", ""))
    return redirect(url_for("desk.paper", paper=paper), 303)
