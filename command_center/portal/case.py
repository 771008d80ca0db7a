"""A party's case page, from his disclosure document only."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from command_center.access.guard import database, permits, principal
from command_center.disclosure.document import (
    Disclosure,
    Line,
    LogShown,
    MeasureShown,
    NoticeShown,
    PartyShown,
    Section,
    Text,
)
from command_center.disclosure.documents import (
    acknowledge_own_notice,
    document_envelope,
    read_own_case,
    read_own_paper,
)
from command_center.platform.pages import gettext as _
from command_center.platform.pages import is_english
from command_center.portal.page import blueprint, render
from command_center.portal.values import ValuePlain, compare, present_value
from command_center.portal.words import day_of, iso_day, minute_of, text_of
from schemas.money import capital_text, yuan_text

_NUMERALS, _NUMERALS_EN = "一二三四五六七八九", "123456789"
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
class WayShown:
    """A way on which a notice went, and how far it got there."""

    channel: str
    state: str
    failed: bool


@dataclass(frozen=True)
class NoticePlain:
    """What this party was told at one time, once, however many ways it went; `acknowledge`: the
    notice that he may confirm, or empty."""

    text: str
    time: str
    ways: tuple[WayShown, ...]
    acknowledge: str
    acked: str


@dataclass(frozen=True)
class PaperPlain:
    """A paper that the party may keep."""

    id: str
    title: str
    number: str
    day: str
    digest: str


@dataclass(frozen=True)
class LogPlain:
    """A line of the enforcement log; `late`: when it was written down, `corrects`: what time."""

    time: str
    text: str
    late: str
    corrects: str


@dataclass(frozen=True)
class CasePage:
    """The document as the page shows it."""

    number: str
    greeting: str
    state: str
    amount: str
    amount_capital: str
    left: str
    with_interest: bool
    clerk: str
    clerk_phone: str
    sections: tuple[SectionShown, ...]
    measures: tuple[MeasurePlain, ...]
    may_do: tuple[tuple[str, str], ...]
    notices: tuple[NoticePlain, ...]
    papers: tuple[PaperPlain, ...]
    log: tuple[LogPlain, ...]
    values: tuple[ValuePlain, ...]
    as_of: str
    version: int
    digest: str


def _greeting(party: PartyShown) -> str:
    if is_english():
        return f"{party.name}, you are the {party.role.en.lower()} in this case"
    return f"{party.name}，{'你单位' if party.unit else '您'}是{party.role.zh}"


def _section(section: Section, numeral: str) -> SectionShown:
    lines = tuple(
        LineShown(text_of(line.text), day_of(line.at_ms) if line.at_ms is not None else "")
        for line in section.lines
    )
    return SectionShown(
        section.key, numeral, text_of(section.title), _glance(section.lines, section.empty),
        len(lines), lines,
    )  # fmt: skip


def _glance(lines: list[Line], empty: Text) -> str:
    return text_of(lines[0].text) if lines else text_of(empty)


def _measure(measure: MeasureShown) -> MeasurePlain:
    period = ""
    if measure.control_to:
        period = _(
            "%(start)s 至 %(end)s",
            start=iso_day(measure.control_from), end=iso_day(measure.control_to),
        )  # fmt: skip
    return MeasurePlain(
        f"{text_of(measure.kind)} · {measure.summary}", text_of(measure.state),
        minute_of(measure.executed_ms), period, measure.period_suggested, measure.custodian,
        tuple(f"{item.name} × {item.quantity} {item.unit}" for item in measure.items),
        text_of(measure.meaning), text_of(measure.may_do), text_of(measure.lift),
        text_of(measure.footage),
    )  # fmt: skip


def _notices(notices: list[NoticeShown]) -> tuple[NoticePlain, ...]:
    """Return the notices in their order; the same text of the same moment is one."""
    same: dict[tuple[int, str], list[NoticeShown]] = {}
    for one in notices:
        same.setdefault((one.created_ms, one.text), []).append(one)
    return tuple(_notice(ways) for ways in same.values())


def _notice(ways: list[NoticeShown]) -> NoticePlain:
    acked = [one.acked_ms for one in ways if one.acked_ms is not None]
    return NoticePlain(
        ways[0].text, minute_of(ways[0].created_ms), tuple(_way(one) for one in ways),
        next((one.notice for one in ways if one.acknowledge), ""),
        minute_of(acked[0]) if acked else "",
    )  # fmt: skip


def _way(notice: NoticeShown) -> WayShown:
    failed = notice.failed_ms is not None and notice.delivered_ms is None
    return WayShown(text_of(notice.channel), text_of(notice.state), failed)


def _log_line(line: LogShown) -> LogPlain:
    return LogPlain(
        minute_of(line.at_ms), text_of(line.text),
        "" if line.recorded_ms is None else minute_of(line.recorded_ms),
        "" if line.corrects_ms is None else minute_of(line.corrects_ms),
    )  # fmt: skip


def present(document: Disclosure, digest: str) -> CasePage:
    """Return the page of a document in the reader's language."""
    card = document.card
    measures = tuple(_measure(measure) for measure in document.measures)
    clerk, numerals = card.clerk, _NUMERALS_EN if is_english() else _NUMERALS
    return CasePage(
        card.number, _greeting(document.party), text_of(card.state), yuan_text(card.amount_fen),
        capital_text(card.amount_fen),
        "" if card.remaining_fen is None else yuan_text(card.remaining_fen),
        card.interest_fen is not None,
        clerk.name if clerk else "", clerk.phone if clerk else document.court_phone,
        tuple(_section(s, n) for s, n in zip(document.sections, numerals, strict=True)),
        measures,
        tuple({one.may_do: (one.title, one.may_do) for one in measures if one.may_do}.values()),
        _notices(document.notices),
        tuple(
            PaperPlain(one.paper, one.title, one.number, day_of(one.issued_ms),
                       one.sha256[:16].upper())
            for one in document.papers
        ),
        tuple(_log_line(one) for one in reversed(document.log)),
        tuple(present_value(one) for one in document.values),
        minute_of(document.as_of_ms), document.version, digest[:16].upper(),
    )  # fmt: skip


@blueprint.get("/portal/case")
@permits("disclosure:read_own")
def case() -> ResponseReturnValue:
    """Show the party's own case; the view is written down and his portal notices are read."""
    found = database().run(read_own_case, principal())
    return render("portal/case.html", case=present(found.document, found.payload_sha256))


@blueprint.post("/portal/case/values")
@permits("disclosure:read_own")
def compare_value() -> ResponseReturnValue:
    """Hold a code that the party reads from his paper against the values of his own document."""
    found = database().run(read_own_case, principal())
    page = present(found.document, found.payload_sha256)
    told = compare(request.form.get("code", ""), found.document.values)
    return render("portal/case.html", case=page, compared=told)


@blueprint.post("/portal/case/notices/<notice>/acknowledged")
@permits("disclosure:read_own")
def acknowledge(notice: str) -> ResponseReturnValue:
    """Keep that the party took note of a notice; the page says so with its next version."""
    database().run(acknowledge_own_notice, principal(), notice)
    return redirect(url_for("portal.case", _anchor="notices"), 303)


@blueprint.get("/portal/case/papers/<paper>.pdf")
@permits("disclosure:read_own")
def own_paper(paper: str) -> ResponseReturnValue:
    """Give the party the very bytes of a paper that is for him, under the name that stands on it;
    the view is written down."""
    shown, pdf = database().run(read_own_paper, principal(), paper)
    response = Response(pdf, mimetype="application/pdf")
    name = quote(f"{shown.title}{shown.number}.pdf", safe="")  # a header is ASCII: RFC 5987
    response.headers["Content-Disposition"] = (
        f"attachment; filename={paper}.pdf; filename*=UTF-8''{name}"
    )
    return response


@blueprint.get("/portal/case.json")
@permits("disclosure:read_own")
def case_document() -> ResponseReturnValue:
    """Give the signed document itself, to keep or to check."""
    raw = database().read(document_envelope, principal())
    return Response(raw, mimetype="application/json")
