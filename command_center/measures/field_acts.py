"""Acts by a form: a measure with all that follows, or a line of the enforcement log."""

from __future__ import annotations

from command_center.cases.log import LogLine, append_log
from command_center.cases.service import id_number_of, parties_to_tell
from command_center.devices.handovers import held_by
from command_center.measures import (
    act_rules,
    attachment,
    columns,
    execution,
    field_service,
    lots,
    period,
    tags,
)
from command_center.measures.against import debtor_of, unnamed_defects
from command_center.measures.brought import book_brought, brought_fen
from command_center.measures.property import property_class
from command_center.measures.second import confirmed_how, write_confirmed
from command_center.measures.states import MeasureState
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas import to_centre
from schemas.field_api import Defect, RecordReceipt
from schemas.measures.fields import CONTROLLING, FIELDS, Reading
from schemas.measures.forms import FORMS, ActForm, mask_number, moment_ms, readable
from schemas.measures.lots import LIST_LOT, number_of
from schemas.measures.property import PropertyKind
from schemas.measures.served import served_of
from schemas.money import yuan_text
from schemas.problems import MzError
from schemas.records import FieldAct, FieldRecord, StoodBeside
from schemas.time import court_time

_WHAT = ("summoned", "handed_over", "kept", "served_paper", "performed", "searched", "asked",
         "refusal")  # fmt: skip


def form_of(body: FieldAct) -> ActForm | None:
    """Return the form of an act, None where this centre does not know it."""
    return FORMS.get(body.form)


def is_measure(body: FieldAct) -> bool:
    """Return whether the act becomes a measure."""
    form = form_of(body)
    return form is not None and form.kind is not None


def find_defects(uow: UnitOfWork, record: FieldRecord, body: FieldAct) -> list[Defect]:
    """Return what the law wants and the record lacks, in its circumstances."""
    form = FORMS[body.form]
    second = record.second_officer
    added = (_value_fen(body) or 0) if form.kind in CONTROLLING else 0
    surroundings = act_rules.Surroundings(
        execution.circumstances(uow, record),
        second not in (None, "", record.officer),
        bool(second) and bool(confirmed_how(
            uow, record.operation, second or "", (body.started_ms, body.finished_ms),
            record.record,
        )),
        attachment.controlled_fen(uow, record.case) + added,
        attachment.owed_fen(uow, record.case),
        uow.settings.court.over_attachment_percent,
        frozenset(number for party in parties_to_tell(uow, record.case)
                  if party.role == "DEBTOR" and (number := id_number_of(uow, party.id))),
        secrets_of(uow, record.record, body).get("holder_id", ""),
    )  # fmt: skip
    found = act_rules.act_defects(body, form, surroundings)
    if form.kind is not None:
        found += unnamed_defects(uow, record.case, surroundings.held_by, _named(body))
    return [
        *found, *lots.find_defects(uow, record, body),
        *field_service.find_defects(uow, record, body), *tags.find_defects(uow, record, body),
        *_secret_defects(uow, record.record, body),
    ]  # fmt: skip


def execute(
    uow: UnitOfWork,
    principal: Principal,
    record: FieldRecord,
    body: FieldAct,
    receipt: RecordReceipt,
) -> None:
    """Write what follows from the act, in this transaction."""
    form = FORMS[body.form]
    if form.kind is None:
        _write_line(uow, principal, record, form, body, receipt)
        if form.name == LIST_LOT:
            lots.join(uow, principal, record, body, receipt)
        field_service.execute(uow, record, body)
        return
    in_effect = not form.on_receipt or bool(body.facts.get("receipt"))
    effect_ms = columns.moment(_effect_ms(form, body), uow.now_ms)
    term = None
    if form.kind in CONTROLLING and in_effect:
        paper = period.read_paper(body.control_from, body.control_to)
        term = period.settle(paper, court_time(effect_ms).date(), property_class(form.over))
    in_force = form.kind in CONTROLLING and in_effect
    secrets = secrets_of(uow, record.record, body)
    act = execution.Act(
        form.kind, form.over, MeasureState.IN_FORCE if in_force else MeasureState.EXECUTED,
        _subject(form, body), _value_fen(body), effect_ms, term, _kept_facts(body), secrets,
        debtor_of(uow, record.case, secrets.get("holder_id", ""), _named(body)),
    )  # fmt: skip
    execution.carry_out(uow, principal, record, body, act, receipt)
    tags.register(uow, record, body)
    if form.listed:
        lots.join_waiting(uow, principal, record, body)
    if in_effect:
        book_brought(uow, principal, form.kind, record.record, record.case, effect_ms, act.facts)


def _named(body: FieldAct) -> str:
    """Return the debtor whom the officer named at the scene."""
    return columns.line(body.facts.get("against", "")).strip()


def _effect_ms(form: ActForm, body: FieldAct) -> int:
    """At the counter an act takes effect when the assisting unit signs for the papers."""
    signed = moment_ms(body.facts.get("receipt_at", "")) if form.on_receipt else None
    return body.finished_ms if signed is None else signed


def _kept_facts(body: FieldAct) -> dict[str, str]:
    """The fields that this centre knows and can read; the record's own bytes keep all."""
    return {
        name: value for name, value in body.facts.items()
        if name in FIELDS and name != "lots" and value and readable(name, value)
    }  # fmt: skip


def secrets_of(uow: UnitOfWork, record: str, body: FieldAct) -> dict[str, str]:
    """Return the whole numbers that the device encrypted to the centre, those that open and end
    as the record shows."""
    found = {}
    for name, shown in _kept_facts(body).items():
        kept = body.facts.get(f"{to_centre.PREFIX}{name}")
        if kept is None or FIELDS[name].reading is not Reading.SECRET:
            continue
        try:
            number = to_centre.decrypt(kept, uow.keys.cipher.from_devices, record, name)
        except MzError:
            continue
        if mask_number(number) == shown:
            found[name] = number
    return found


def _secret_defects(uow: UnitOfWork, record: str, body: FieldAct) -> list[Defect]:
    sent = [name for name in body.facts if name.startswith(to_centre.PREFIX)]
    if len(sent) == len(secrets_of(uow, record, body)):
        return []
    return [Defect("secret.unreadable", "加密的号码无法打开或者与尾号不符，须重新登记。", "")]


def _value_fen(body: FieldAct) -> int | None:
    facts = _kept_facts(body)
    for name in ("amount_fen", "asked_fen"):
        if name in facts:
            return int(facts[name])
    return brought_fen(None, facts) or execution.total_fen(body.items)


def _subject(form: ActForm, body: FieldAct) -> str:
    """What is taken hold of or done, in words that may be told."""
    facts, place = _kept_facts(body), columns.line(body.place_text)
    names = [item.name for item in body.items]
    match form.over:
        case PropertyKind.DEPOSIT:
            amount = yuan_text(int(facts.get("amount_fen", "0")))
            unit, account = facts.get("assisting_unit", ""), facts.get("account", "")
            return f"{unit}尾号{account[-4:]}账户存款{amount}"
        case PropertyKind.REAL_ESTATE:
            return place or "不动产"
        case PropertyKind.VEHICLE:
            return f"机动车{facts.get('plate') or facts.get('vin') or ''}"
    if form.name == LIST_LOT:
        return f"第{number_of(body)}册{execution.summary(names)}"
    if papers := [columns.line(one.named) for one in served_of(body)]:
        return execution.summary(papers)
    told = next((facts[name] for name in _WHAT if name in facts), "")
    return execution.summary(names, told[:40] or place or form.zh)


def _write_line(
    uow: UnitOfWork,
    principal: Principal,
    record: FieldRecord,
    form: ActForm,
    body: FieldAct,
    receipt: RecordReceipt,
) -> None:
    """An act that is no measure: log and event."""
    zh = f"{form.zh}：{_subject(form, body)}{execution.to_mend(receipt)}"
    append_log(
        uow,
        LogLine(
            case=record.case, at_ms=columns.moment(body.finished_ms, uow.now_ms),
            act=form.name.upper(), text=columns.line(zh),
            officers=execution.officer_names(uow, record.officer, record.second_officer),
            place=columns.line(body.place_text), operation=record.operation,
            subject=record.record,
            recording=columns.ident(record.footage.recording) if record.footage else None,
        ),
    )  # fmt: skip
    at_ms = columns.moment(body.finished_ms, uow.now_ms)
    book_brought(uow, principal, None, record.record, record.case, at_ms, _kept_facts(body))
    alarming = form.refusal or lots.is_apart(receipt)
    level = "alarm" if alarming else "warn" if receipt.defects else "info"
    uow.emit("FieldActRecorded", f"已记录{zh}", f"Recorded: {form.en}", case=record.case,
             operation=record.operation, device=record.device, subject=record.record,
             level=level)  # fmt: skip


def beside_defects(uow: UnitOfWork, record: FieldRecord, body: StoodBeside) -> list[Defect]:
    """Return why it confirms nothing: it is said by the officer on his own device, of a time."""
    if held_by(uow, record.device, record.recorded_wall_ms) != record.officer:
        return [Defect("beside.not_own_device", "不是在本人设备上确认，不作为在场的确认。", "")]
    if not 0 < body.from_ms <= body.to_ms:
        return [Defect("beside.no_interval", "在场的确认没有写明起止时间。", "")]
    return []


def keep_beside(uow: UnitOfWork, record: FieldRecord) -> None:
    """Write that an officer confirmed on his own device that he stood beside."""
    write_confirmed(
        uow, record, record.officer, record.recorded_wall_ms, "STOOD_BESIDE",
        ("在本人设备上确认在场", "confirmed being present"),
    )  # fmt: skip
