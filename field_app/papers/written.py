"""The record (笔录) and the list (清单) of an act, written from its form: nothing typed twice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from schemas.field_api import OperationBrief
from schemas.measures.fields import FIELDS, Reading
from schemas.measures.forms import FORMS
from schemas.measures.guide import STEPS, GuideStep
from schemas.measures.people import attendee_word
from schemas.money import capital_text, yuan_text
from schemas.records import Attendee, FieldAct, SeizedItem, SeizeMovables, SignedHow
from schemas.time import court_time

_REMEDY = (
    "救济途径：当事人、利害关系人认为执行行为违反法律规定的，可以向本院提出书面异议；"
    "案外人对执行标的主张权利的，可以提出案外人异议。"
)
_READ = "以上内容已经宣读，在场人员可以核对并写明不同意见。"


@dataclass(frozen=True)
class Written:
    """A paper in words: title, what it is about, paragraphs, rows of the list, who signs."""

    title: str
    about: tuple[str, ...]
    paragraphs: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    signers: tuple[str, ...]

    def lines(self) -> list[str]:
        """Return it as it is read out: what the pages say, in their order."""
        rows = ["　".join(cell for cell in row if cell) for row in self.rows]
        return [self.title, *self.about, *self.paragraphs, *rows]


def write(
    body: SeizeMovables | FieldAct, brief: OperationBrief, court: str, officers: list[str]
) -> Written:
    """Return the paper of an act; officers: names of those who act."""
    return Written(
        f"{_name(body)}笔录" if not body.items else f"{_name(body)}笔录及清单",
        (
            court,
            brief.case_number,
            "；".join(f"{_role(role)}{name}" for role, name in brief.parties),
        ),
        tuple(_paragraphs(body, officers)),
        tuple(_row(item) for item in body.items),
        (*(f"执行人员 {name}" for name in officers), *(_signer(one) for one in _there(body))),
    )


def _name(body: SeizeMovables | FieldAct) -> str:
    if isinstance(body, SeizeMovables):
        return "扣押"
    return FORMS[body.form].zh if body.form in FORMS else "执行"


def _role(role: str) -> str:
    return {"APPLICANT": "申请执行人", "DEBTOR": "被执行人"}.get(role, "")


def _paragraphs(body: SeizeMovables | FieldAct, officers: list[str]) -> Iterator[str]:
    yield f"时间：{_minute(body.started_ms)}开始，{_minute(body.finished_ms)}完成。"
    yield f"地点：{body.place_text or '未写明'}。"
    yield f"执行人员：{'、'.join(officers)}。"
    if isinstance(body, FieldAct):
        yield from _steps(body)
        yield from _facts(body)
    for person in body.attendees:
        yield _present(person)
    if body.custodian:
        yield f"保管人：{body.custodian}；存放地点：{body.storage_place or '未写明'}。"
    if body.control_from or body.control_to:
        yield f"期限：{body.control_from or '未写明'}至{body.control_to or '未写明'}。"
    if body.note:
        yield f"其他事项：{body.note}"
    if body.items:
        known = [one.estimated_value_fen or 0 for one in body.items]
        worth = f"，估值合计{capital_text(sum(known))}" if sum(known) else ""
        yield f"清单列明{len(body.items)}项{worth}。"
    yield _REMEDY
    yield _READ


def _steps(body: FieldAct) -> Iterator[str]:
    for step in body.steps:
        words = STEPS[GuideStep(step.step)]
        at = court_time(step.at_ms).strftime("%H:%M:%S")
        if step.skipped:
            yield f"{at}，未{words.zh}，理由：{step.skipped}。"
        elif step.step == GuideStep.ANNOUNCE:
            yield f"{at}，{words.zh}：“{words.say_zh}”"
        else:
            yield f"{at}，{words.zh}。"


def _facts(body: FieldAct) -> Iterator[str]:
    for name, value in body.facts.items():
        field = FIELDS[name]
        match field.reading:
            case Reading.MONEY:
                value = f"{yuan_text(int(value))}（{capital_text(int(value))}）"
            case Reading.YES:
                value = "是"
            case Reading.CHOICE:
                value = next((zh for code, zh, _en in field.choices if code == value), value)
        yield f"{field.zh}：{value}。"


def _present(person: Attendee) -> str:
    who = f"{attendee_word(person.kind)}{person.name}"
    told = f"，以{person.notified_how}方式通知" if person.notified_how else ""
    if not person.attended:
        return f"{who}{told}，未到场，{person.refusal_reason or '未记明情况'}。"
    if person.signed in (SignedHow.REFUSED, SignedHow.UNABLE):
        word = "拒绝签名" if person.signed is SignedHow.REFUSED else "不能签名"
        return f"{who}{told}到场，{word}，{person.refusal_reason or '未说明理由'}，已录像。"
    return f"{who}{told}到场。"


def _there(body: SeizeMovables | FieldAct) -> list[Attendee]:
    return [one for one in body.attendees if one.attended]


def _signer(person: Attendee) -> str:
    return f"{attendee_word(person.kind)} {person.name}"


def _row(item: SeizedItem) -> tuple[str, ...]:
    about = " ".join(filter(None, (item.brand_model, item.serial, item.condition)))
    worth = yuan_text(item.estimated_value_fen) if item.estimated_value_fen is not None else "—"
    return str(item.number), item.name, f"{item.quantity} {item.unit}", about, worth


def _minute(ms: int) -> str:
    at: dt.datetime = court_time(ms)
    return f"{at.year}年{at.month}月{at.day}日{at.hour}时{at.minute:02d}分"
