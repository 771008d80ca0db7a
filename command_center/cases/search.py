"""Finding cases by number, party or pinyin initials, newest or oldest first, page by page.

The words of a case lie in an index of our own, written in the transaction of the change: it is
the same on both databases. A query walks the cases of its rarest word in the order that is asked
for, so its cost has a bound; where the walk ended there, the answer says so.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Select, Text, Update, cast, func, insert, literal, select, update

from command_center.cases.models import Case, CaseText, CaseWord
from command_center.cases.number import parse_number
from command_center.cases.rows import rows_of
from command_center.cases.search_words import Found, of_name, of_number, of_query
from command_center.cases.views import CaseRow
from command_center.platform.paging import PAGE
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork

WALK = 5_000
"""So many cases of one word are looked at; more asks for a longer query."""


@dataclass(frozen=True)
class CaseQuery:
    """Message: what is looked for; empty text lists every case. `page` counts from 0."""

    text: str = ""
    state: str = ""
    oldest_first: bool = False
    page: int = 0


@dataclass(frozen=True)
class CasesFound:
    """A page of cases. `total` counts up to `WALK`; beyond it `more` is set."""

    rows: list[CaseRow]
    total: int
    more: bool
    short: bool = False
    """Too little was typed to look anything up: two characters, or digits."""


def index_case(uow: UnitOfWork, case: Case) -> None:
    """Let a new case be found by its number."""
    found = of_number(parse_number(case.number))
    row = CaseText(case=case.id, filed_ms=case.filed_ms, text=found.line)
    uow.session.add(row)
    uow.session.flush()
    _add_words(uow, row.seq, row.filed_ms, found)


def index_name(uow: UnitOfWork, case: str, name: str) -> None:
    """Let a case be found by a party's name as well; no name is ever taken out."""
    found = of_name(name)
    seq, filed_ms = uow.session.execute(
        select(CaseText.seq, CaseText.filed_ms).where(CaseText.case == case)
    ).one()
    uow.session.execute(_append(seq, found.line))
    _add_words(uow, seq, filed_ms, found)


def search_cases(uow: UnitOfWork, principal: Principal, query: CaseQuery) -> CasesFound:
    """Return one page of the cases that match."""
    principal.require("case:read")
    asked = of_query(query.text)
    if query.text.strip() and not asked.words:
        return CasesFound([], 0, more=False, short=True)
    matching, more = _by_words(uow, query) if asked.words else (_all(query), False)
    total = uow.session.scalar(
        select(func.count()).select_from(matching.limit(WALK + 1).subquery())
    )
    order = [
        column if query.oldest_first else column.desc() for column in matching.selected_columns
    ]
    ids = uow.session.execute(
        matching.order_by(order[1], order[0]).offset(max(query.page, 0) * PAGE).limit(PAGE)
    )
    rows = rows_of(uow, [row[0] for row in ids])
    return CasesFound(rows, min(total or 0, WALK), more or (total or 0) > WALK)


def cases_of_words(uow: UnitOfWork, text: str) -> Select[str] | None:
    """Return the query for the ids of the cases that words lead to; None: too little was typed."""
    if not of_query(text).words:
        return None
    found = _by_words(uow, CaseQuery(text))[0].subquery()
    return select(found.c.case)


def _all(query: CaseQuery) -> Select[str, int]:
    cases = select(Case.id, Case.filed_ms)
    return cases.where(Case.state == query.state) if query.state else cases


def _by_words(uow: UnitOfWork, query: CaseQuery) -> tuple[Select[str, int], bool]:
    """Return the cases of the rarest word that match whole, and whether the walk was cut."""
    asked = of_query(query.text)
    counts = {word: _count(uow, word) for word in asked.words}
    rarest = min(counts, key=lambda word: counts[word])
    key = (CaseWord.filed_ms, CaseWord.seq)
    walk = (
        select(CaseWord.seq, CaseWord.filed_ms)
        .where(CaseWord.word == rarest)
        .order_by(*(key if query.oldest_first else (column.desc() for column in key)))
        .limit(WALK)
        .subquery()
    )
    found = select(CaseText.case, walk.c.filed_ms).join(walk, walk.c.seq == CaseText.seq)
    found = found.where(*(CaseText.text.like(pattern) for pattern in asked.patterns))
    if query.state:
        found = found.join(Case, Case.id == CaseText.case).where(Case.state == query.state)
    return found, counts[rarest] > WALK


def _count(uow: UnitOfWork, word: str) -> int:
    """Return how many cases a word leads to, counted no further than the walk goes."""
    some = select(CaseWord.seq).where(CaseWord.word == word).limit(WALK + 1).subquery()
    return uow.session.scalar(select(func.count()).select_from(some)) or 0


def _append(seq: int, line: str) -> Update:
    """Return the statement that adds a line: in the database, so that no two lose each other's."""
    text = CaseText.text + cast(literal("\n" + line), Text)
    return update(CaseText).where(CaseText.seq == seq).values(text=text)


def _add_words(uow: UnitOfWork, seq: int, filed_ms: int, found: Found) -> None:
    known = select(CaseWord.word).where(
        CaseWord.seq == seq, CaseWord.filed_ms == filed_ms, CaseWord.word.in_(found.words)
    )
    fresh = found.words - set(uow.session.scalars(known))
    if fresh:
        uow.session.execute(
            insert(CaseWord), [{"word": w, "filed_ms": filed_ms, "seq": seq} for w in sorted(fresh)]
        )
