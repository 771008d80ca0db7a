"""The court's own texts: proposed by one person, seen beforehand, approved by another, in force
from a day on. What was told keeps its text and its template's version; nothing is changed later.
"""

from __future__ import annotations

import re
import string
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import func, select

from command_center.access.models import Staff
from command_center.notices import sms_text
from command_center.notices.models import TemplateRow
from command_center.notices.templates import TEMPLATES, Audience, Purpose, Template, latest, render
from command_center.platform import typed
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.problems import Kind, MzError
from schemas.sign import sha256_hex
from schemas.time import court_time

_MOST = 400
_LINK = re.compile(r"://|www\.|[a-z0-9-]+\.(?:com|cn|net|org|top|cc)\b", re.IGNORECASE)
_NUMBER = re.compile(r"\d{8,}")
_SAMPLE = {
    "addressee": "张*三",
    "you": "您",
    "case_number": "（2026）粤0199执2187号",
    "debtor": "贺*平",
    "phone": "020-55501234",
    "when": "2026年3月12日14时36分",
    "measure": "扣押",
    "what": "工业缝纫机等2项",
    "until": "2028年3月11日",
    "term": "，期限至2028年3月11日。",
    "ground": "已履行完毕",
    "reason": "评估尚未完成。",
}
"""What a preview puts in the place of facts."""


class TemplateState(StrEnum):
    """How far a proposed text is."""

    PROPOSED = "PROPOSED"
    APPROVED = "APPROVED"
    REFUSED = "REFUSED"


@dataclass(frozen=True)
class NewTemplate:
    """A text to propose. `template`: id made by the proposer; `effective`: ISO day."""

    template: str
    purpose: str
    audience: str
    body: str
    effective: str


@dataclass(frozen=True)
class Preview:
    """A text as a party would read it, and what it costs."""

    text: str
    units: int
    messages: int


@dataclass(frozen=True)
class TemplateView:
    """A text of the court, or a shipped one (`template` is empty then); in_use: it is what this
    audience is told today."""

    template: str
    purpose: Purpose
    audience: Audience
    version: int
    body: str
    state: TemplateState
    effective: str
    author: str
    author_name: str
    preview: Preview
    in_use: bool


def preview(uow: UnitOfWork, purpose: str, audience: str, body: str) -> Preview:
    """Check a text and return it with sample facts.

    Errors: `template.unknown` (purpose or audience), `template.malformed` (a field that the
    purpose has no fact for), `template.unsafe` (a link, a long number, a false signature),
    `template.lacking` (no case number or no telephone).
    """
    if purpose not in set(Purpose) or audience not in set(Audience):
        raise MzError("template.unknown", Kind.INVALID, f"{purpose[:40]}.{audience[:40]}")
    made = Template(Purpose(purpose), Audience(audience), 0, typed.line(body, _MOST))
    _check(made)
    return _preview(uow, made)


def _preview(uow: UnitOfWork, made: Template) -> Preview:
    facts = {name: _SAMPLE.get(name, "……") for name in made.fields}
    text = render(made, uow.settings.court.name, facts)
    return Preview(text, sms_text.units(text), sms_text.messages(text))


def _check(made: Template) -> None:
    if not string.Template(made.body).is_valid():
        raise MzError("template.malformed", Kind.INVALID, "$")
    known = {name for one in TEMPLATES if one.purpose is made.purpose for name in one.fields}
    if unknown := sorted(made.fields - known):
        raise MzError("template.malformed", Kind.INVALID, "、".join(unknown)[:80])
    if _LINK.search(made.body) or _NUMBER.search(made.body) or set("【】") & set(made.body):
        raise MzError("template.unsafe", Kind.INVALID)
    if lacking := sorted({"case_number", "phone"} & known - made.fields):
        raise MzError("template.lacking", Kind.INVALID, "、".join(lacking))
    if not made.body:
        raise MzError("template.lacking", Kind.INVALID)


def propose_template(uow: UnitOfWork, principal: Principal, message: NewTemplate) -> str:
    """Propose a text; the same id again changes nothing. Errors: of `preview`, and
    `template.past` for a day that is over."""
    principal.require("template:propose")
    if uow.session.get(TemplateRow, message.template) is not None:
        return message.template
    preview(uow, message.purpose, message.audience, message.body)
    effective = typed.day(message.effective)
    if effective < court_time(uow.now_ms).date():
        raise MzError("template.past", Kind.INVALID, message.effective[:20])
    uow.one_at_a_time("notices.templates")
    newest = uow.session.scalar(
        select(func.max(TemplateRow.version)).where(
            TemplateRow.purpose == message.purpose, TemplateRow.audience == message.audience
        )
    )
    row = TemplateRow(
        template=message.template, purpose=message.purpose, audience=message.audience,
        version=int(newest or 0) + 1, body=typed.line(message.body, _MOST),
        effective=effective.isoformat(), state=TemplateState.PROPOSED, author=principal.id,
        proposed_ms=uow.now_ms,
    )  # fmt: skip
    uow.session.add(row)
    _write(uow, principal, row, "proposed")
    return row.template


def decide_template(uow: UnitOfWork, principal: Principal, template: str, *, approve: bool) -> None:
    """Approve a proposed text or refuse it; nobody approves his own.

    Errors: `template.unknown`, `template.decided`, `template.own`.
    """
    principal.require("template:approve")
    row = uow.session.get(TemplateRow, template, with_for_update=True)
    if row is None:
        raise MzError("template.unknown", Kind.NOT_FOUND, template[:40])
    if row.state != TemplateState.PROPOSED:
        raise MzError("template.decided", Kind.CONFLICT, template)
    if row.author == principal.id:
        raise MzError("template.own", Kind.REFUSED)
    row.state = TemplateState.APPROVED if approve else TemplateState.REFUSED
    row.decided_by, row.decided_ms = principal.id, uow.now_ms
    _write(uow, principal, row, "approved" if approve else "refused")


def _write(uow: UnitOfWork, principal: Principal, row: TemplateRow, act: str) -> None:
    uow.ledger(f"court:template:{act}", principal.id, row.template, sha256_hex(row.body.encode()),
               {"version": str(row.version)})  # fmt: skip
    uow.emit(f"Template{act.capitalize()}", f"告知文本{_ACTS[act]}：第{row.version}版",
             f"A notice's text was {act}: version {row.version}", subject=row.template)  # fmt: skip


_ACTS = {"proposed": "已提交", "approved": "已批准", "refused": "未获批准"}


def in_force(uow: UnitOfWork, purposes: tuple[Purpose, ...]) -> dict[tuple[str, str], Template]:
    """Return the court's texts in force today, by purpose and audience."""
    today = court_time(uow.now_ms).date().isoformat()
    query = select(TemplateRow.purpose, TemplateRow.audience, TemplateRow.version, TemplateRow.body)
    rows = uow.session.connection().execute(
        query.where(
            TemplateRow.purpose.in_(purposes), TemplateRow.state == TemplateState.APPROVED,
            TemplateRow.effective <= today,
        ).order_by(TemplateRow.effective, TemplateRow.version)
    )  # fmt: skip
    return {
        (purpose, audience): Template(Purpose(purpose), Audience(audience), version, body, own=True)
        for purpose, audience, version, body in rows
    }


def chosen(own: dict[tuple[str, str], Template], purpose: Purpose, who: Audience) -> Template:
    """Return the court's text for an audience, else the shipped one."""
    shipped = latest(purpose, who)
    return own.get((purpose, who)) or own.get((purpose, shipped.audience)) or shipped


def all_templates(uow: UnitOfWork, principal: Principal) -> list[TemplateView]:
    """Return every text by purpose and audience, what is in use first, then the court's and those
    that were shipped, the newest first; before all those to decide."""
    principal.require("notice:read")
    names = {row.id: row.name for row in uow.session.scalars(select(Staff))}
    own = in_force(uow, tuple(Purpose))
    used = {chosen(own, one.purpose, one.audience).name for one in (*TEMPLATES, *own.values())}
    found = [
        TemplateView("", one.purpose, one.audience, one.version, one.body,
                     TemplateState.APPROVED, "", "", "", _preview(uow, one), one.name in used)
        for one in TEMPLATES
    ]  # fmt: skip
    for row in uow.session.scalars(select(TemplateRow)):
        made = Template(Purpose(row.purpose), Audience(row.audience), row.version, row.body,
                        own=True)  # fmt: skip
        found.append(TemplateView(
            row.template, made.purpose, made.audience, row.version, row.body,
            TemplateState(row.state), row.effective, row.author, names.get(row.author, ""),
            _preview(uow, made), made.name in used,
        ))  # fmt: skip
    return sorted(found, key=_place)


def _place(one: TemplateView) -> tuple[bool, str, str, bool, bool, int]:
    waits = one.state is not TemplateState.PROPOSED
    return waits, one.purpose, one.audience, not one.in_use, not one.template, -one.version
