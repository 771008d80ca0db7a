"""One measure: its fields, periods, notices, and the forms that renew, release and close it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from command_center.access.guard import database, permits, principal
from command_center.cases.service import case_view
from command_center.cases.views import CaseView
from command_center.cases.words import BOTH_PARTIES
from command_center.deadlines.rulepack import law
from command_center.desk import show, turning
from command_center.desk.acts import MeasureShown, present_measure
from command_center.desk.deadlines import today
from command_center.desk.exhibits import present_exhibits
from command_center.desk.objections import objection_state
from command_center.desk.page import blueprint, render
from command_center.desk.papers import FEW_PARTIES, FIRST_PAPERS, present_paper
from command_center.desk.quarantine import present_origin
from command_center.desk.states import State
from command_center.desk.tag_search import proven_tag
from command_center.guardian.views import reason_nodes
from command_center.measures import changes
from command_center.measures.against import name_debtor
from command_center.measures.detail import FactView, MeasureDetail, read_measure
from command_center.measures.grounds import RELEASE_GROUNDS
from command_center.measures.law import QUEUE_AFTER_DISPOSAL
from command_center.measures.lots import awaited
from command_center.measures.nodes import nodes_of
from command_center.measures.objected import objections_to
from command_center.measures.papers import TO_A_PARTY, offered
from command_center.measures.second import How
from command_center.measures.states import MeasureState
from command_center.measures.views import MeasureView
from command_center.notices.views import NoticeView, notices_of_nodes
from command_center.objections.views import ObjectionView
from command_center.objections.words import KINDS
from command_center.papers.kinds import TEMPLATES, PaperKind
from command_center.papers.views import PaperView, papers_about
from command_center.platform.pages import gettext as _
from command_center.platform.paging import PAGE
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from command_center.quarantine.views import Origin, origin_of
from schemas.ids import new_id, short_id
from schemas.measures.fields import CONTROLLING, FIELDS, QUEUED, Reading
from schemas.measures.property import PROPERTY_WORDS, PropertyKind
from schemas.money import yuan_text


@dataclass(frozen=True)
class MeasureFacts:
    """What a measure's page reads in one look."""

    detail: MeasureDetail
    case: CaseView
    notices: list[NoticeView]
    papers: list[PaperView]
    offered: list[PaperKind]
    awaited: list[int]
    origin: Origin | None
    objections: list[tuple[ObjectionView, bool]]


@dataclass(frozen=True)
class ChangeShown:
    """What became of the measure, as a line of its trace."""

    day: str
    word: str
    text: str


def _read(uow: UnitOfWork, who: Principal, measure: str) -> MeasureFacts:
    detail = read_measure(uow, who, measure)
    case = detail.measure.case
    nodes = [*nodes_of(uow, measure), *reason_nodes(uow, measure)]
    told = notices_of_nodes(uow, who, nodes) if who.may("notice:read") else {}
    notices = sorted((one for node in told.values() for one in node), key=lambda n: n.notice)
    papers = papers_about(uow, who, measure) if who.may("paper:read") else []
    view = case_view(uow, case)
    kinds = offered(uow, measure) if who.may("paper:make") else []
    return MeasureFacts(detail, view, notices, papers, kinds, awaited(uow, measure),
                        origin_of(uow, measure), objections_to(uow, measure))  # fmt: skip


def _sides(case: CaseView) -> list[tuple[str, str]]:
    return [(one.id, one.name) for one in case.parties if one.role in BOTH_PARTIES]


def _to_make(facts: MeasureFacts) -> list[tuple[str, str, str, str | None]]:
    """Return new id, kind, word and party of every paper that the measure's page offers; party
    None: of many one is picked."""
    found: list[tuple[str, str, str, str | None]] = []
    sides = _sides(facts.case)
    for kind in facts.offered:
        if kind is PaperKind.RULING_RELEASE:
            continue  # its form asks for the ground
        word = show.pick(TEMPLATES[kind].zh, TEMPLATES[kind].en)
        if kind not in TO_A_PARTY:
            found.append((new_id(), kind.value, word, ""))
        elif len(sides) > FEW_PARTIES:
            found.append((new_id(), kind.value, word, None))
        else:
            found += [(new_id(), kind.value, f"{word} · {name}", one) for one, name in sides]
    return found


def _fact(fact: FactView) -> tuple[str, str]:
    field, value = FIELDS[fact.name], fact.value
    if field.reading is Reading.MONEY:
        value = yuan_text(int(value))
    if field.reading is Reading.YES:
        value = _("是")
    if field.reading is Reading.CHOICE:
        value = next((show.pick(zh, en) for code, zh, en in field.choices if code == value), value)
    return show.pick(field.zh, field.en), value


def _officers(measure: MeasureView) -> str:
    """Return who acted, and how the second officer confirmed it."""
    if not measure.second_officer_name:
        return measure.officer_name
    how = {
        How.NOT: _("尚未确认"), How.OWN_DEVICE: _("在本人设备上确认"),
        How.PIN: _("以本人口令在同事设备上确认"),
    }[measure.second_confirmed]  # fmt: skip
    second = _("%(name)s（%(how)s）", name=measure.second_officer_name, how=how)
    return _("%(first)s、%(second)s", first=measure.officer_name, second=second)


def _change_words() -> dict[str, str]:
    return {
        "RENEWED": _("续行"), "RELEASED": _("解除"), "TURN_CAME": _("轮候生效"),
        "CONVERTED": _("财产已处分"), "TURN_LOST": _("轮候未生效"),
        "CLOSED": _("办结"), "DEBTOR_NAMED": _("核定被执行人"),
        "BECAME_ENFORCEMENT": _("转为执行措施"),
    }  # fmt: skip


def _changes(detail: MeasureDetail) -> list[ChangeShown]:
    words = _change_words()
    return [
        ChangeShown(
            one.day.isoformat(), words[one.act],
            " · ".join(filter(None, (
                show.pick(*RELEASE_GROUNDS[one.ground]) if one.ground else "", one.paper, one.by))),
        )
        for one in detail.changes
    ]  # fmt: skip


def _objection(one: ObjectionView, forbids: bool) -> tuple[str, State, bool]:
    kind = KINDS[one.kind]
    return f"{show.pick(kind.zh, kind.en)} · {one.name}", objection_state(one), forbids


def _against(facts: MeasureFacts) -> tuple[str, list[tuple[str, str]]]:
    """Return the debtor whom a measure is against, or those of several among whom to find him."""
    debtors = [(one.id, one.name) for one in facts.case.parties if one.role == "DEBTOR"]
    target = facts.detail.measure.target
    everyone = (*facts.case.parties, *facts.case.former)
    name = next((one.name for one in everyone if one.id == target), "")
    return name, debtors if target is None and len(debtors) > 1 else []


def _no_period(measure: MeasureView) -> str:
    """Return why a measure has no control period, and what the law says instead."""
    if measure.kind not in QUEUED:
        return _("没有控制期限")
    if measure.state is MeasureState.LAPSED:
        return _("在先措施的财产已全部处分，未产生效力，没有起算过期限")
    return _(
        "轮候期间不计算控制期限：在先措施解除、失效时自动生效，自生效之日起计算（%(turn)s）；"
        "在先措施处分全部财产的，不产生效力（%(lost)s）",
        turn=law().article("sz_queue", today()).text(), lost=QUEUE_AFTER_DISPOSAL.text(),
    )  # fmt: skip


@blueprint.get("/measures/<measure>")
@permits("measure:read")
def measure(measure: str) -> ResponseReturnValue:
    """Show one measure; the look is written down."""
    facts, page = database().run(_read, principal(), measure), turning.asked_page()
    detail, lanes = facts.detail, slice(page * PAGE, (page + 1) * PAGE)
    against, debtors = _against(facts)
    shown: MeasureShown = present_measure(
        detail.measure, facts.notices, lanes, {one.node for one in facts.notices}
    )
    return render(
        "desk/measure.html", m=shown, awaited=facts.awaited, detail=detail,
        case_id=detail.measure.case, tag=proven_tag(measure),
        origin=present_origin(facts.origin) if facts.origin else "",
        objections=[_objection(*one) for one in facts.objections],
        number=show.case_number(facts.case.number),
        facts=[_fact(one) for one in detail.facts if one.name != "queue_position"],
        papers=[present_paper(one) for one in facts.papers[:FIRST_PAPERS]],
        papers_count=len(facts.papers), ruling=new_id(), to_make=_to_make(facts),
        sides=_sides(facts.case),
        turn=turning.turn("desk.measure", {}, page, len(shown.notices), shown.notices_count,
                          measure=measure),
        changes=_changes(detail), today=today().isoformat(),
        exhibits=present_exhibits(detail.measure.exhibits),
        over=show.pick(*PROPERTY_WORDS[PropertyKind(detail.measure.property_kind)]),
        officers=_officers(detail.measure),
        queued=detail.measure.state is MeasureState.QUEUED, short_id=short_id,
        no_period=_no_period(detail.measure), against=against, debtors=debtors,
        controlling=detail.measure.kind in CONTROLLING,
        lapsed=detail.measure.state is MeasureState.LAPSED,
        closed=show.moment(detail.closed_ms) if detail.closed_ms else "",
        grounds=[(code, show.pick(*words)) for code, words in RELEASE_GROUNDS.items()],
    )  # fmt: skip


@blueprint.post("/measures/<measure>/renewals")
@permits("measure:register")
def renew(measure: str) -> ResponseReturnValue:
    """Renew a measure with the dates of the paper."""
    form = request.form
    database().run(
        changes.renew_measure, principal(), measure, form.get("control_from", ""),
        form.get("control_to", ""), form.get("paper", ""), form.get("served", ""),
    )  # fmt: skip
    return redirect(url_for("desk.measure", measure=measure), 303)


@blueprint.post("/measures/<measure>/release")
@permits("measure:register")
def release(measure: str) -> ResponseReturnValue:
    """Release a measure on a ground of the law."""
    form = request.form
    database().run(
        changes.release_measure, principal(), measure, form.get("ground", ""),
        form.get("paper", ""), form.get("day", ""),
    )  # fmt: skip
    return redirect(url_for("desk.measure", measure=measure), 303)


@blueprint.post("/measures/<measure>/conversion")
@permits("measure:register")
def convert(measure: str) -> ResponseReturnValue:
    """Record that all that a measure holds was sold or transferred."""
    form = request.form
    database().run(changes.convert_measure, principal(), measure, form.get("paper", ""),
                   form.get("day", ""))  # fmt: skip
    return redirect(url_for("desk.measure", measure=measure), 303)


@blueprint.post("/measures/<measure>/debtor")
@permits("measure:register")
def name_against(measure: str) -> ResponseReturnValue:
    """Say against which debtor a measure is; both parties are told."""
    database().run(name_debtor, principal(), measure, request.form.get("party", ""))
    return redirect(url_for("desk.measure", measure=measure), 303)


@blueprint.post("/measures/<measure>/turn")
@permits("measure:register")
def turn(measure: str) -> ResponseReturnValue:
    """Record that a queued measure became effective."""
    form = request.form
    database().run(
        changes.take_turn, principal(), measure, form.get("day", ""), form.get("paper", "")
    )
    return redirect(url_for("desk.measure", measure=measure), 303)


@blueprint.post("/measures/<measure>/closing")
@permits("measure:register")
def close(measure: str) -> ResponseReturnValue:
    """Close a measure's file; refused while a party was not told."""
    database().run(changes.close_measure, principal(), measure)
    return redirect(url_for("desk.measure", measure=measure), 303)
