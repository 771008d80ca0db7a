"""The record (笔录) and the list (清单) of an act, written from its form: nothing typed twice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from schemas.field_api import OperationBrief
from schemas.measures import served
from schemas.measures.fields import FIELDS, Reading
from schemas.measures.forms import FORMS
from schemas.measures.guide import STEPS, GuideStep
from schemas.measures.lots import LIST_LOT, number_of, read_marks
from schemas.measures.people import attendee_word
from schemas.measures.served import END_WORDS, ServedLine
from schemas.money import capital_text, yuan_text
from schemas.records import Attendee, FieldAct, SeizedItem, SignedHow
from schemas.time import court_time

_REMEDY = (
    "救济途径：当事人、利害关系人认为执行行为违反法律规定的，可以向本院提出书面异议；"
    "案外人对执行标的主张权利的，可以提出案外人异议。"
)
_OF_THE_LIST = ("of_act", "lot", "first_number", "lots", "served")
"""Fields that the title and the table tell."""
_READ = "以上内容在签名前当场宣读，在场人员可以核对并写明不同意见。"


@dataclass(frozen=True)
class Columns:
    """The columns of a table: what each is called, and how wide it is."""

    heads: tuple[str, ...]
    widths_mm: tuple[int, ...]


_ITEMS = Columns(("序号", "名称", "数量", "特征", "估值"), (12, 45, 22, 58, 30))
_SERVED = Columns(("序号", "送达的文书", "份数", "送达结果", "收件人"), (12, 68, 14, 38, 35))


@dataclass(frozen=True)
class Written:
    """A paper in words: title, what it is about, paragraphs, rows of its table, who signs; what a
    QR code on it says, if it has one."""

    title: str
    about: tuple[str, ...]
    paragraphs: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    signers: tuple[str, ...]
    qr: str = ""
    columns: Columns = _ITEMS

    def lines(self) -> list[str]:
        """Return it as it is read out: what the pages say, in their order."""
        rows = ["　".join(cell for cell in row if cell) for row in self.rows]
        return [self.title, *self.about, *self.paragraphs, *rows]


def write(
    body: FieldAct, brief: OperationBrief, court: str, officers: list[str], slip: str = "",
    receipt: str = "",
) -> Written:  # fmt: skip
    """Return the paper of an act; officers: names of those who act; slip, receipt: the digests of
    the slip of remedies and of the receipt for cash that go with it."""
    papers = served.served_of(body)
    rows = [_line(body, at, one) for at, one in enumerate(papers, 1)]
    return Written(
        _title(body),
        about(brief, court),
        (*_paragraphs(body, officers), *_ending(slip, receipt)),
        tuple(rows or (_row(item) for item in body.items)),
        (*(f"执行人员 {name}" for name in officers), *(_signer(one) for one in _there(body))),
        columns=_SERVED if papers else _ITEMS,
    )


def about(brief: OperationBrief, court: str) -> tuple[str, ...]:
    """Return the head of a paper: court, case, parties."""
    parties = "；".join(f"{_role(role)}{name}" for role, name in brief.parties)
    return court, brief.case_number or "（案号待定）", parties


def _ending(slip: str, receipt: str) -> Iterator[str]:
    if receipt:
        yield f"已出具《执行款收据》一份，校验值{receipt}。"
    if slip:
        yield f"附《权利和救济告知单》一份，交在场的当事人，校验值{slip}。"
    yield _REMEDY
    yield _READ


def _title(body: FieldAct) -> str:
    if body.form == LIST_LOT:
        act = FORMS.get(body.facts.get("of_act", ""))
        return f"{act.zh if act else ''}清单（第{number_of(body)}册）"
    if served.served_of(body):
        return "送达回证"
    return f"{_name(body)}笔录及清单" if body.items else f"{_name(body)}笔录"


def _name(body: FieldAct) -> str:
    return FORMS[body.form].zh if body.form in FORMS else "执行"


def _role(role: str) -> str:
    return {"APPLICANT": "申请执行人", "DEBTOR": "被执行人"}.get(role, "")


def _paragraphs(body: FieldAct, officers: list[str]) -> Iterator[str]:
    yield f"时间：{_minute(body.started_ms)}开始，{_minute(body.finished_ms)}完成。"
    yield f"地点：{body.place_text or '未写明'}。"
    yield f"执行人员：{'、'.join(officers)}。"
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
    if papers := served.served_of(body):
        yield f"送达文书{len(papers)}项，逐项签收；签收或者依法留置的各项，自该日起视为送达。"
    for mark in read_marks(body.facts.get("lots", "")):
        yield (
            f"清单第{mark.lot}册：第{mark.first}项至第{mark.last}项，共{mark.rows}项，"
            f"{mark.pages}页，页面校验值{mark.paper}。"
        )


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
        if name in _OF_THE_LIST:
            continue
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


def _there(body: FieldAct) -> list[Attendee]:
    return [one for one in body.attendees if one.attended]


def _signer(person: Attendee) -> str:
    return f"{attendee_word(person.kind)} {person.name}"


def _row(item: SeizedItem) -> tuple[str, ...]:
    about = " ".join(filter(None, (item.brand_model, item.serial, item.condition)))
    worth = yuan_text(item.estimated_value_fen) if item.estimated_value_fen is not None else "—"
    return str(item.number), item.name, f"{item.quantity} {item.unit}", about, worth


def _line(body: FieldAct, at: int, line: ServedLine) -> tuple[str, ...]:
    person = served.receiver_of(line, body.attendees)
    paper = f"《{line.title}》{line.number}" if line.title else line.number
    result = "：".join(filter(None, (END_WORDS[line.end][0], line.note)))
    return str(at), paper, str(line.copies), result, _signer(person) if person else "—"


def _minute(ms: int) -> str:
    at: dt.datetime = court_time(ms)
    return f"{at.year}年{at.month}月{at.day}日{at.hour}时{at.minute:02d}分"
