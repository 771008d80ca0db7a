"""Registering a measure: the form of a kind, whose fields follow from what the law wants."""

from __future__ import annotations

from dataclasses import dataclass

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from command_center.access.guard import database, permits, principal
from command_center.cases.service import case_view
from command_center.cases.things import ThingView, things_of
from command_center.cases.views import CaseView
from command_center.desk import show
from command_center.desk.page import blueprint, render
from command_center.measures import registration
from command_center.measures.queue import STANDING
from command_center.measures.views import MeasureView, measures_of_case
from command_center.notices.holds import HoldView, hold_of_case
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.ids import new_id
from schemas.measures.fields import CONTROLLING, DATED, FIELDS, QUEUED, REGISTRABLE, wanted
from schemas.measures.kinds import MeasureKind
from schemas.measures.property import PROPERTY_WORDS, PropertyKind
from schemas.problems import Kind, MzError
from schemas.time import court_time, now_ms


@dataclass(frozen=True)
class FieldShown:
    """A field of the form."""

    name: str
    word: str
    reading: str
    required: bool


@dataclass(frozen=True)
class KindShown:
    """A kind over a kind of property, as the form offers it."""

    kind: str
    over: str
    word: str
    current: bool


def _kinds(kind: MeasureKind, over: PropertyKind) -> list[KindShown]:
    return [
        KindShown(
            one, thing, " · ".join(filter(None, (
                show.pick(one.zh, one.en),
                "" if thing is PropertyKind.NONE else show.pick(*PROPERTY_WORDS[thing])))),
            (one, thing) == (kind, over),
        )
        for one, things in REGISTRABLE.items()
        for thing in things
    ]  # fmt: skip


def _chosen(kind: str, over: str) -> tuple[MeasureKind, PropertyKind]:
    if kind not in MeasureKind.__members__ or over not in PropertyKind.__members__:
        raise MzError("measure.not_registrable", Kind.INVALID, kind[:40])
    if PropertyKind(over) not in REGISTRABLE.get(MeasureKind(kind), ()):
        raise MzError("measure.not_registrable", Kind.INVALID, f"{kind} over {over}")
    return MeasureKind(kind), PropertyKind(over)


def _fields(kind: MeasureKind, over: PropertyKind) -> list[FieldShown]:
    found = wanted(kind, over)
    return [
        FieldShown(name, show.pick(FIELDS[name].zh, FIELDS[name].en), FIELDS[name].reading,
                   name in found.required)
        for name in (*found.required, *found.optional)
    ]  # fmt: skip


def _case(
    uow: UnitOfWork, who: Principal, case: str
) -> tuple[CaseView, list[MeasureView], list[ThingView], HoldView | None]:
    return (
        case_view(uow, case), measures_of_case(uow, who, case), things_of(uow, case),
        hold_of_case(uow, who, case) if who.may("notice:read") else None,
    )  # fmt: skip


def _form_page(case: str, kind: MeasureKind, over: PropertyKind) -> str:
    found, measures, things, hold = database().read(_case, principal(), case)
    return render(
        "desk/new_measure.html", case_id=case, number=show.case_number(found.number),
        measure=new_id(), held_until=show.named_moment(hold.until_ms) if hold else "",
        kind=kind, over=over,
        kinds=_kinds(kind, over), fields=_fields(kind, over),
        now=court_time(now_ms()).strftime("%Y-%m-%dT%H:%M"),
        ceiling=kind in CONTROLLING, dated=kind in CONTROLLING or kind in DATED,
        waiting_for=[(one.measure, f"{show.pick(one.kind.zh, one.kind.en)} · {one.subject}")
                     for one in measures if one.kind in (*CONTROLLING, *QUEUED)
                     and one.property_kind == over and one.state in STANDING]
        if kind in QUEUED else [],
        things=[(one.thing, f"{one.name} {one.mark}".strip()) for one in things
                if one.kind is over],
        debtors=[(one.id, one.name) for one in found.parties if one.role == "DEBTOR"],
    )  # fmt: skip


@blueprint.get("/cases/<case>/measures/new")
@permits("measure:register")
def new_measure(case: str) -> ResponseReturnValue:
    """Show the form of a kind of measure; its fields follow from what the law wants."""
    kind, _slash, over = request.args.get("kind", "FREEZE/DEPOSIT").partition("/")
    return _form_page(case, *_chosen(kind, over))


@blueprint.post("/cases/<case>/measures")
@permits("measure:register")
def register_measure(case: str) -> ResponseReturnValue:
    """Register a measure; both parties' notices are planned in the same transaction."""
    form = request.form
    message = registration.NewMeasure(
        measure=form.get("measure", ""), case=case, kind=form.get("kind", ""),
        over=form.get("over", ""), subject=form.get("subject", ""),
        executed=form.get("executed", ""), place=form.get("place", ""),
        value=form.get("value", ""), control_from=form.get("control_from", ""),
        control_to=form.get("control_to", ""), waits_for=form.get("waits_for", ""),
        thing=form.get("thing", ""), target=form.get("target", ""),
        facts={name: form.get(name, "") for name in FIELDS},
    )  # fmt: skip
    made = database().run(registration.register_measure, principal(), message)
    return redirect(url_for("desk.measure", measure=made), 303)
