"""A party's case page, from his disclosure document only."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from flask import Response
from flask.typing import ResponseReturnValue

from command_center.access.guard import database, permits, principal
from command_center.disclosure.document import (
    Disclosure,
    Line,
    MeasureShown,
    NoticeShown,
    PartyShown,
    Section,
    Text,
)
from command_center.disclosure.documents import document_envelope, read_own_case, read_own_paper
from command_center.platform.pages import gettext as _
from command_center.platform.pages import is_english
from command_center.portal.page import blueprint, render
from schemas.money import capital_text, yuan_text
from schemas.time import court_time

_NUMERALS = "一二三四五六七八九"
_MEASURES = "measures"


@dataclass(frozen=True)
class LineShown:
    """A line of a section and its day, if it has one."""

    text: str
    day: str


@dataclass(frozen=True)
class SectionShown:
    """One of the nine sections: its numeral, title, what it says at a glance, and its lines."""

    key: str
    numeral: str
    title: str
    glance: str
    count: int
    lines: tuple[LineShown, ...]


@dataclass(frozen=True)
class MeasurePlain:
    """A measure in plain words."""

    title: str
    state: str
    time: str
    period: str
    suggested: bool
    custodian: str
    items: tuple[str, ...]
    meaning: str
    may_do: str
    lift: str
    footage: str


@dataclass(frozen=True)
class NoticePlain:
    """A notice to this party."""

    channel: str
    state: str
    text: str
    time: str
    failed: bool


@dataclass(frozen=True)
class PaperPlain:
    """A paper that the party may keep."""

    id: str
    title: str
    number: str
    day: str
    digest: str


@dataclass(frozen=True)
class CasePage:
    """The document as the page shows it."""

    number: str
    greeting: str
    state: str
    amount: str
    amount_capital: str
    clerk: str
    clerk_phone: str
    sections: tuple[SectionShown, ...]
    measures: tuple[MeasurePlain, ...]
    may_do: tuple[tuple[str, str], ...]
    notices: tuple[NoticePlain, ...]
    papers: tuple[PaperPlain, ...]
    as_of: str
    version: int
    digest: str


def _text(text: Text) -> str:
    return text.en[:1].upper() + text.en[1:] if is_english() else text.zh


def _day(ms: int) -> str:
    at = court_time(ms)
    return f"{at.day} {at:%B %Y}" if is_english() else f"{at.year}年{at.month}月{at.day}日"


def _minute(ms: int) -> str:
    return f"{_day(ms)} {court_time(ms):%H:%M}"


def _iso_day(text: str) -> str:
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return text
    return f"{day.day} {day:%B %Y}" if is_english() else f"{day.year}年{day.month}月{day.day}日"


def _greeting(party: PartyShown) -> str:
    if is_english():
        return f"{party.name}, you are the {party.role.en.lower()} in this case"
    return f"{party.name}，您是{party.role.zh}"


def _section(section: Section, numeral: str) -> SectionShown:
    lines = tuple(
        LineShown(_text(line.text), _day(line.at_ms) if line.at_ms is not None else "")
        for line in section.lines
    )
    return SectionShown(
        section.key, numeral, _text(section.title), _glance(section.lines, section.empty),
        len(lines), lines,
    )  # fmt: skip


def _glance(lines: list[Line], empty: Text) -> str:
    return _text(lines[0].text) if lines else _text(empty)


def _measure(measure: MeasureShown) -> MeasurePlain:
    period = ""
    if measure.control_to:
        period = _(
            "%(start)s 至 %(end)s",
            start=_iso_day(measure.control_from), end=_iso_day(measure.control_to),
        )  # fmt: skip
    return MeasurePlain(
        f"{_text(measure.kind)} · {measure.summary}", _text(measure.state),
        _minute(measure.executed_ms), period, measure.period_suggested, measure.custodian,
        tuple(f"{item.name} × {item.quantity} {item.unit}" for item in measure.items),
        _text(measure.meaning), _text(measure.may_do), _text(measure.lift), _text(measure.footage),
    )  # fmt: skip


def _notice(notice: NoticeShown) -> NoticePlain:
    return NoticePlain(
        _text(notice.channel), _text(notice.state), notice.text, _minute(notice.created_ms),
        notice.failed_ms is not None and notice.delivered_ms is None,
    )  # fmt: skip


def present(document: Disclosure, digest: str) -> CasePage:
    """Return the page of a document in the reader's language."""
    card = document.card
    measures = tuple(_measure(measure) for measure in document.measures)
    clerk = card.clerk
    return CasePage(
        card.number, _greeting(document.party), _text(card.state), yuan_text(card.amount_fen),
        capital_text(card.amount_fen),
        clerk.name if clerk else "", clerk.phone if clerk else document.court_phone,
        tuple(_section(s, n) for s, n in zip(document.sections, _NUMERALS, strict=True)),
        measures,
        tuple({one.may_do: (one.title, one.may_do) for one in measures}.values()),
        tuple(_notice(notice) for notice in document.notices),
        tuple(
            PaperPlain(one.paper, one.title, one.number, _day(one.issued_ms),
                       one.sha256[:16].upper())
            for one in document.papers
        ),
        _minute(document.as_of_ms), document.version, digest[:16].upper(),
    )  # fmt: skip


@blueprint.get("/portal/case")
@permits("disclosure:read_own")
def case() -> ResponseReturnValue:
    """Show the party's own case; the view is written down and his portal notices are read."""
    found = database().run(read_own_case, principal())
    return render("portal/case.html", case=present(found.document, found.payload_sha256))


@blueprint.get("/portal/case/papers/<paper>.pdf")
@permits("disclosure:read_own")
def own_paper(paper: str) -> ResponseReturnValue:
    """Give the party the very bytes of a paper that is for him; the view is written down."""
    response = Response(database().run(read_own_paper, principal(), paper),
                        mimetype="application/pdf")  # fmt: skip
    response.headers["Content-Disposition"] = f"attachment; filename={paper}.pdf"
    return response


@blueprint.get("/portal/case.json")
@permits("disclosure:read_own")
def case_document() -> ResponseReturnValue:
    """Give the signed document itself, to keep or to check."""
    raw = database().read(document_envelope, principal())
    return Response(raw, mimetype="application/json")
