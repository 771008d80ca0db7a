"""Objections as parties read them (S-18): who objects to what, and how it was decided, and why."""

from __future__ import annotations

from command_center.cases.number import full_width
from command_center.deadlines.clock import day_text
from command_center.disclosure.document import Line, Text
from command_center.notices.changes import shown_name
from command_center.objections.views import ObjectionView, objections_of
from command_center.objections.words import KINDS
from command_center.platform.uow import UnitOfWork


def objection_lines(uow: UnitOfWork, case: str, own: str) -> list[Line]:
    """Return a line for each objection of a case; other persons' names are masked."""
    return [_line(one, own) for one in objections_of(uow, case)]


def _line(one: ObjectionView, own: str) -> Line:
    kind = KINDS[one.kind]
    who = one.name if one.party == own else shown_name(one.name, one.is_person)
    zh = f"{who}提出{kind.zh}，本院{day_text(one.received)}收到"
    en = f"{kind.en[:1].upper()}{kind.en[1:]} by {who}, received on {one.received}"
    if one.registered is not None:
        number = full_width(one.registered.paper)
        zh, en = f"{zh}，案号{number}", f"{en}, case {number}"
    if one.ruling is not None:
        done, (how, how_en) = one.ruling, one.ruling.outcome_words
        zh += f"；{day_text(done.day)}裁定：{how}，理由：{done.reason}（{done.paper}）"
        en += f"; decided on {done.day}: {how_en}. Reason: {done.reason} ({done.paper})"
    return Line(Text(zh, en))
