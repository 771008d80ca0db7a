"""What the law wants of an act by a form, as a list of defects: what its definition asks for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from command_center.cases.identity import same_identity
from command_center.deadlines.rulepack import LawRef
from command_center.measures import checks, law, rules
from command_center.measures.property import property_class
from command_center.measures.rules import defect
from command_center.platform import typed
from schemas.field_api import Defect
from schemas.measures.fields import FIELDS
from schemas.measures.forms import ActForm, lacking, readable, takes_cash
from schemas.measures.guide import STEPS, GuideStep
from schemas.measures.kinds import MeasureKind
from schemas.records import FieldAct
from schemas.to_centre import PREFIX

_PRESENCE = {MeasureKind.SEARCH: law.SEARCH_RULES, MeasureKind.EVICT: law.CIVIL_PROCEDURE_261}
_STEP_LAW = {GuideStep.ANNOUNCE: law.TWO_RECORDERS, GuideStep.SHOW_ID: law.CIVIL_PROCEDURE_239}
_TIED = {
    "engine": ("vehicle.no_engine", "未登记的机动车，没有写明发动机编号。", law.SEIZURE_RULES_9),
    "cash_receipt": ("cash.no_receipt", "收取现金，没有写明收据号。", law.CASH_RULES_6),
    "settled_by": ("settlement.no_terms", "和解没有写明履行期限和方式。", law.CIVIL_PROCEDURE_241),
    "witness": ("refusal.no_witness", "拒绝、阻碍执行，没有见证人在场。", law.REFUSAL_WITNESSED),
    "tag_twice": ("tag.twice", "同一封条编号写了两次。", law.SEIZURE_RULES_6),
    "served_reason": (
        "service.no_why",
        "文书拒收、未能送达，没有写明理由。",
        law.CIVIL_PROCEDURE_89,
    ),
    "served_twice": (
        "service.line_twice",
        "同一文书在送达回证上列了两次。",
        law.CIVIL_PROCEDURE_87,
    ),
    "left_shown": ("service.left_unshown", "留置送达，没有拍照或者录像。", law.CIVIL_PROCEDURE_89),
}
UNCONFIRMED, TYPED = "officers.second_unconfirmed", "officers.second_typed"


@dataclass(frozen=True)
class Surroundings:
    """What an act's record does not say. `second_named`: another officer is named;
    `second_confirmed`: he confirmed it himself. controlled_fen: what the case's
    measures control with this one; owed_fen: what is owed with the fee; debtor_numbers: the
    numbers of all debtors as far as they are known; held_by: the whole number of the holder, where
    the device encrypted it to the centre."""

    around: rules.Circumstances
    second_named: bool
    second_confirmed: bool
    controlled_fen: int
    owed_fen: int
    limit_percent: int
    debtor_numbers: frozenset[str] = frozenset()
    held_by: str = ""


def act_defects(body: FieldAct, form: ActForm, beside: Surroundings) -> list[Defect]:
    """Return what the form asks for and the record lacks."""
    act = form.kind.zh if form.kind else form.zh
    found = [*_version_defects(body, form), *rules.record_defects(body)]
    if form.itemised:
        found += rules.list_defects(body, act)
    if "not_exempt" in form.required:
        found += rules.exemption_defects(bool(body.facts.get("not_exempt")), act)
    if form.kept:
        found += rules.custodian_defects(body)
    if form.present:
        ref = _PRESENCE.get(form.kind, law.CIVIL_PROCEDURE_256) if form.kind else law.TWO_OFFICERS
        found += rules.presence_defects(body, beside.around, ref)
    found += rules.signature_defects(body)
    found += _officer_defects(body, beside)
    found += _holder_defects(body, beside)
    found += rules.footage_defects(beside.around)
    if form.two_recorders:
        found += rules.recorder_defects(beside.around, act)
    if form.dated:
        found += rules.period_defects(body, property_class(form.over), act)
    return [*found, *_excess(body, form, beside), *_lacking(form, body)]


def _version_defects(body: FieldAct, form: ActForm) -> Iterator[Defect]:
    """A newer form may ask for what this centre cannot read: the record keeps it."""
    unknown = [
        name for name in body.facts
        if name not in FIELDS and name.removeprefix(PREFIX) not in FIELDS
    ]  # fmt: skip
    if body.version > form.version or unknown:
        yield Defect(
            "form.newer", f"记录所用的表单比本系统新，有{len(unknown)}个字段只存于记录原文。", ""
        )
    for name, value in body.facts.items():
        if name in FIELDS and value and not readable(name, value):
            yield Defect("field.unreadable", f"“{FIELDS[name].zh}”无法辨认，以记录原文为准。", "")


def _officer_defects(body: FieldAct, beside: Surroundings) -> Iterator[Defect]:
    """Two officers, the second by his own confirmation: a name that another typed is none."""
    ref = law.CASH_RULES_6 if takes_cash(body.facts) else law.TWO_OFFICERS
    if not beside.second_named:
        yield defect("officers.second_missing", "没有记明第二名执行人员在场。", ref)
    elif not beside.second_confirmed and body.version < 1:
        yield typed_only(ref)
    elif not beside.second_confirmed:
        yield defect(UNCONFIRMED, "第二名执行人员尚未亲自确认在场。", ref)


def typed_only(ref: LawRef = law.TWO_OFFICERS) -> Defect:
    """The former app asked the second officer nothing: his name alone never counts as his word."""
    return defect(TYPED, "第二名执行人员只有录入的姓名，未经其本人确认。", ref)


def _holder_defects(body: FieldAct, beside: Surroundings) -> Iterator[Defect]:
    """Nobody's property is taken for that of another of the same name (U13)."""
    held_by = beside.held_by or body.facts.get("holder_id", "").strip()
    confirmed = body.facts.get("holder_confirmed", "").strip()
    numbers = beside.debtor_numbers
    if held_by.startswith("*"):  # the device showed its end only, and the rest did not come
        same = any(one.endswith(typed.number(held_by)) for one in numbers)
    else:
        same = any(same_identity(held_by, one) for one in numbers)
    if held_by and numbers and not same and not confirmed:
        yield defect(
            "holder.differs",
            "协助单位登记的证件号码与被执行人不一致，没有写明核实身份的经过。",
            law.SEIZURE_RULES_2,
        )


def _excess(body: FieldAct, form: ActForm, beside: Surroundings) -> list[Defect]:
    if form.kind is None:
        return []
    facts = {name: value for name, value in body.facts.items() if name in FIELDS}
    made = checks.Registered(
        form.kind, form.over, {name: v for name, v in facts.items() if readable(name, v)}, None,
        beside.around.debtor_is_person, beside.controlled_fen, beside.owed_fen,
        beside.limit_percent,
    )  # fmt: skip
    return checks.fact_defects(made)


def _lacking(form: ActForm, body: FieldAct) -> Iterator[Defect]:
    for lack in lacking(form, body):
        what, _, name = lack.partition(":")
        if what == "field" and name != "not_exempt":
            yield Defect("field.missing", f"没有写明“{FIELDS[name].zh}”。", "")
        elif what in ("step", "reason"):
            step = GuideStep(name)
            ref: LawRef = _STEP_LAW.get(step, law.SEIZURE_RULES_18)
            why = "没有记明" if what == "step" else "略过而没有写明理由："
            yield defect(f"step.{'missing' if what == 'step' else 'no_reason'}",
                         f"{why}{STEPS[step].zh}。", ref)  # fmt: skip
        elif what in _TIED and what != "engine":  # the engine is one of the facts' own rules
            yield defect(*_TIED[what])
