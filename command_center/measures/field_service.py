"""Papers served at the scene: from the record of the act to the lines of a receipt (送达回证)."""

from __future__ import annotations

from collections.abc import Iterator

from command_center.measures import columns, law
from command_center.measures.execution import officer_names
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from command_center.serving import at_scene
from command_center.serving.at_scene import Handed, SceneLine
from command_center.serving.words import Method, Outcome
from schemas.field_api import Defect
from schemas.ids import short_id
from schemas.measures import served
from schemas.measures.people import AttendeeKind, attendee_code, attendee_word
from schemas.measures.served import SERVE, ServedEnd, ServedLine
from schemas.records import SIGNED_SOMEHOW, FieldAct, FieldRecord

_LINES_SINCE = 2
"""From this version of the form on, each paper is a line of its own."""
_OTHER_SIDE = {"APPLICANT": AttendeeKind.DEBTOR, "DEBTOR": AttendeeKind.APPLICANT}
"""Who is never handed the papers of a party of this role: his opponent."""


def find_defects(uow: UnitOfWork, record: FieldRecord, body: FieldAct) -> Iterator[Defect]:
    """Return why a service from the scene stays open or cannot be tied to a paper."""
    if body.form != SERVE:
        return
    handed = _handed(uow, record, body)
    found = at_scene.find(uow, handed) if handed is not None else None
    if handed is None or found is None or len(found.lines) < len(handed.lines):
        known = [line for line, _row in found.lines] if found else []
        lost = [one for one in handed.lines if one not in known] if handed else []
        text = "没有找到文号、受送达人与之相符的已签发文书，未自动登记送达"
        yield Defect("service.paper_unknown", f"{text}{_which(lost)}。", "")
    early = at_scene.before_issue(uow, handed, found) if handed is not None and found else []
    if early:
        text = "送达日期早于文书发出之日，送达待核"
        yield Defect("service.day_before", f"{text}{_which(early)}。", "")
    open_lines = [line for line, _row in found.lines if not line.ended] if found else []
    if open_lines:
        text = "没有可以签收的人签收，或者留置没有照片和录像，送达待核"
        yield Defect(
            "service.unproven", f"{text}{_which(open_lines)}。", law.CIVIL_PROCEDURE_89.text()
        )


def execute(uow: UnitOfWork, record: FieldRecord, body: FieldAct) -> None:
    """Begin the service of the papers that the act names, and end the lines that are proven."""
    handed = _handed(uow, record, body) if body.form == SERVE else None
    if handed is not None:
        name = officer_names(uow, record.officer)
        at_scene.take(uow, Principal(record.officer, name, "ENF_OFFICER"), handed)


def _which(lines: list[SceneLine]) -> str:
    named = "、".join(columns.line(one.number) for one in lines if one.number)
    return f"：{named[:200]}" if named else ""


def _handed(uow: UnitOfWork, record: FieldRecord, body: FieldAct) -> Handed | None:
    if body.version < _LINES_SINCE:
        return _as_one(uow, record, body)
    lines = served.served_of(body)
    if not lines:
        return None
    addressee = columns.line(body.facts.get("addressee", "")).strip()
    roles = {one.role for one in at_scene.parties_named(uow, record.case, addressee)}
    never = {_OTHER_SIDE[role] for role in roles & _OTHER_SIDE.keys()} if len(roles) == 1 else set()
    return Handed(
        record.record, record.case, addressee, columns.line(body.place_text), Method.DIRECT,
        columns.moment(body.finished_ms, uow.now_ms),
        tuple(_line(record, body, at, one, never) for at, one in enumerate(lines, 1)),
    )  # fmt: skip


def _line(
    record: FieldRecord, body: FieldAct, at: int, line: ServedLine, never: set[AttendeeKind]
) -> SceneLine:
    person = served.receiver_of(line, body.attendees)
    who = f"{attendee_word(person.kind)}{person.name}" if person else ""
    told = f"现场记录{short_id(record.record)}第{at}项，"
    match line.end:
        case ServedEnd.SIGNED:
            opponent = person is not None and attendee_code(person.kind) in never
            ended = served.is_signed(line, body.attendees) and not opponent
            told += f"{who}签收"
        case ServedEnd.LEFT:
            ended = _is_shown(record, body) or served.is_witnessed(body.attendees)
            told += f"{who}拒收，留置，{_shown(record, body)}"
        case _:
            ended = True
            told += "，".join(filter(None, (who, line.note)))
    paper = line.paper if columns.is_id(line.paper) else ""
    return SceneLine(
        paper, columns.line(line.number), line.copies, Outcome(line.end), columns.line(told), ended
    )


def _is_shown(record: FieldRecord, body: FieldAct) -> bool:
    return bool(body.photos) and record.footage is not None


def _shown(record: FieldRecord, body: FieldAct) -> str:
    shown = [
        f"{attendee_word(one.kind)}{one.name}见证"
        for one in body.attendees if served.is_witnessed([one])
    ]  # fmt: skip
    if _is_shown(record, body):
        shown.append(f"照片{len(body.photos)}张、录像")
    return "、".join(shown)


def _as_one(uow: UnitOfWork, record: FieldRecord, body: FieldAct) -> Handed | None:
    """A record of the first version names one paper, how it was served, and who took it."""
    method = body.facts.get("serve_method", "")
    if method not in (Method.DIRECT, Method.LEFT):
        return None
    left = method == Method.LEFT
    signed = any(one.attended and one.signed in SIGNED_SOMEHOW for one in body.attendees)
    how = f"照片{len(body.photos)}张、录像" if left else "受送达人签收"
    line = SceneLine(
        "", columns.line(body.facts.get("served_paper", "")).strip(), 1,
        Outcome.LEFT if left else Outcome.SIGNED,
        f"现场记录{short_id(record.record)}，{how}",
        _is_shown(record, body) if left else signed,
    )  # fmt: skip
    return Handed(
        record.record, record.case, columns.line(body.facts.get("receiver", "")).strip(),
        columns.line(body.place_text), Method(method),
        columns.moment(body.finished_ms, uow.now_ms), (line,), by_paper=True,
    )  # fmt: skip
