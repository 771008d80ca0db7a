"""Papers served together at the desk: choose them, print the receipt, write how each line ended."""

from __future__ import annotations

from dataclasses import dataclass

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from command_center.access.guard import database, permits, principal
from command_center.desk import show
from command_center.desk.deadlines import today
from command_center.desk.exhibits import present_exhibits
from command_center.desk.page import blueprint, render
from command_center.desk.papers import present_paper
from command_center.desk.states import State, service_state
from command_center.measures.scene import SceneView, scene_of
from command_center.papers.views import PaperView, papers_about
from command_center.platform import typed
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from command_center.serving import delivery as serving
from command_center.serving.delivery_views import (
    DeliveryDetail,
    LineView,
    read_delivery,
    to_serve,
)
from command_center.serving.words import (
    BY_HAND,
    METHOD_WORDS,
    OUTCOME_WORDS,
    OUTCOMES,
    RUNG_WORDS,
    Outcome,
    Rung,
)
from schemas.ids import new_id


@dataclass(frozen=True)
class LineShown:
    """A line of a receipt; `may`: the outcomes that can be written, none once one is."""

    attempt: str
    line: int
    copies: int
    service: str
    title: str
    number: str
    outcome: str
    day: str
    proof: str
    state: State
    law: str
    may: list[tuple[str, str]]


def _line(detail: DeliveryDetail, one: LineView) -> LineShown:
    may = OUTCOMES[detail.method] if one.outcome is Outcome.PENDING else ()
    of = one.service
    return LineShown(
        one.attempt, one.line, one.copies, of.service, of.paper_title, of.paper_number,
        show.pick(*OUTCOME_WORDS[one.outcome]), one.outcome_day, one.proof,
        service_state(of.effective, served=of.served), of.law,
        [(each, show.pick(*OUTCOME_WORDS[each])) for each in may],
    )  # fmt: skip


@dataclass(frozen=True)
class _Facts:
    detail: DeliveryDetail
    papers: list[PaperView]
    scene: SceneView | None


def _read(uow: UnitOfWork, who: Principal, id_: str) -> _Facts:
    return _Facts(
        read_delivery(uow, who, id_), papers_about(uow, who, id_), scene_of(uow, who, id_)
    )


@blueprint.get("/cases/<case>/deliveries")
@permits("paper:serve")
def delivery_to(case: str) -> ResponseReturnValue:
    """Lead to what may be served together on the party that `?party=` chooses."""
    party, paper = request.args.get("party", ""), request.args.get("paper", "")
    return redirect(url_for("desk.new_delivery", case=case, party=party, paper=paper), 303)


@blueprint.get("/cases/<case>/deliveries/<party>")
@permits("paper:serve")
def new_delivery(case: str, party: str) -> ResponseReturnValue:
    """Show what may be served together on a party, and the receipts that were made."""
    found = database().run(to_serve, principal(), case, party)
    return render(
        "desk/new_delivery.html", d=found, case_number=show.case_number(found.case_number),
        delivery=new_id(), chosen=request.args.get("paper", ""), moment=show.moment,
        methods=[(each, show.pick(*METHOD_WORDS[each])) for each in BY_HAND],
        method_words={each: show.pick(*METHOD_WORDS[each]) for each in METHOD_WORDS},
        rungs=[(rung, show.pick(*RUNG_WORDS[rung])) for rung in Rung],
    )  # fmt: skip


@blueprint.post("/cases/<case>/deliveries/<party>")
@permits("paper:serve")
def deliver(case: str, party: str) -> ResponseReturnValue:
    """Serve the chosen papers together."""
    form = request.form
    papers = [
        serving.Copies(paper, typed.whole(form.get(f"copies-{paper}", "1")))
        for paper in form.getlist("papers")
    ]
    message = serving.NewDelivery(
        form.get("delivery", ""), case, party, form.get("method", ""), form.get("address", ""),
        papers,
    )  # fmt: skip
    made = database().run(serving.deliver, principal(), message)
    return redirect(url_for("desk.delivery_page", delivery=made), 303)


@blueprint.post("/cases/<case>/deliveries/<party>/addresses")
@permits("paper:serve")
def add_party_address(case: str, party: str) -> ResponseReturnValue:
    """Keep an address of the party."""
    form = request.form
    database().run(
        serving.add_party_address, principal(), case, party, form.get("rung", ""),
        form.get("value", ""), form.get("source", ""),
    )  # fmt: skip
    return redirect(url_for("desk.new_delivery", case=case, party=party), 303)


@blueprint.get("/deliveries/<delivery>")
@permits("paper:read")
def delivery_page(delivery: str) -> ResponseReturnValue:
    """Show one receipt line by line; the look is written down."""
    found = database().run(_read, principal(), delivery)
    detail, signed = found.detail, found.scene.signers if found.scene else ()
    lines = [_line(detail, one) for one in detail.lines]
    return render(
        "desk/delivery.html", d=detail, lines=lines, case_number=show.case_number(
            detail.case_number), method=show.pick(*METHOD_WORDS[detail.method]),
        papers=[present_paper(each) for each in found.papers], today=today().isoformat(),
        made=show.moment(detail.made_ms), receipt=new_id(), scene=found.scene, moment=show.moment,
        exhibits=present_exhibits(found.scene.exhibits) if found.scene else [],
        signers=" · ".join(map(show.attendee, signed)),
        waits=any(one.may for one in lines),
    )  # fmt: skip


@blueprint.post("/deliveries/<delivery>/outcomes")
@permits("paper:serve")
def end_lines(delivery: str) -> ResponseReturnValue:
    """Write how lines ended; a line without an outcome waits on."""
    form = request.form
    ends = {
        name.removeprefix("outcome-"): outcome
        for name, outcome in form.items()
        if name.startswith("outcome-") and outcome
    }
    database().run(serving.end_lines, principal(), delivery, {
        attempt: serving.LineEnd(outcome, form.get(f"day-{attempt}", ""),
                                 form.get(f"proof-{attempt}", ""))
        for attempt, outcome in ends.items()
    })  # fmt: skip
    return redirect(url_for("desk.delivery_page", delivery=delivery), 303)
