"""What the officer is to know besides his work: who did not answer him, what was refused."""

from __future__ import annotations

from dataclasses import dataclass

from field_app.local_api.outbox import RefusedItem
from field_app.local_api.recording import CrewNow
from field_app.local_api.status import Status
from field_app.window import shown
from field_app.window.words import LANGUAGES, chosen, known, tr, tr_problem
from schemas.field_api import OrderState

TOLD_MS = 10 * 60_000
"""An answer stays in sight so long: a phone in a pocket shows no passing words."""


@dataclass(frozen=True)
class News:
    """One card. item: the item of the outbox that it leads to, or nothing."""

    icon: str
    tone: str
    text: str
    about: str
    item: str = ""


def news(status: Status, now_ms: float, over: frozenset[str], operation: str = "") -> list[News]:
    """Return the cards of an operation, or of all. over: operations that nobody waits in."""
    crews = [
        _crew(one) for one in status.crews_asked
        if operation in ("", one.asked.operation) and _matters(one, now_ms, over)
    ]  # fmt: skip
    refused = [one for one in status.refused if operation in ("", one.operation)]
    return [*_refused(refused), *crews]


def _matters(crew: CrewNow, now_ms: float, over: frozenset[str]) -> bool:
    waits = bool(_names(crew, OrderState.SENT)) and crew.asked.operation not in over
    return waits or now_ms - crew.changed_ms < TOLD_MS


def _names(crew: CrewNow, *states: OrderState) -> str:
    found = [one.name for one in crew.asked.answers if one.state in states]
    return tr("list.comma").join(found)


def _crew(crew: CrewNow) -> News:
    if crew.asked.too_late:
        came = tr("crew.came", time=shown.short_clock(crew.asked.sent_ms))
        return News("alert-triangle", "warn", tr("crew.too_late"), came)
    waiting, done = _names(crew, OrderState.SENT), _names(crew, OrderState.DONE)
    reached = _names(crew, OrderState.RECEIVED, OrderState.READ)
    about = [tr("crew.when", time=shown.short_clock(crew.asked.sent_ms))]
    if waiting:
        about += [tr("crew.records", names=done)] if done else []
        about += [tr("crew.reached", names=reached)] if reached else []
        if crew.asked.late:
            text, icon, tone = tr("crew.late", names=waiting), "alert-triangle", "warn"
        else:
            text, icon, tone = tr("crew.waiting", names=waiting), "clock", "brand"
    elif reached:
        text, icon, tone = tr("crew.reached", names=reached), "checks", "warn"
        about += [tr("crew.records", names=done)] if done else []
    else:
        text, icon, tone = tr("crew.records", names=done), "circle-check", "ok"
    return News(icon, tone, text, " · ".join(about))


def answered(before: list[CrewNow], after: list[CrewNow]) -> str:
    """Return who answered since, or nothing."""
    waited = {one.asked.order: _waiting(one) for one in before}
    names = [
        name.name
        for one in after
        for name in one.asked.answers
        if name.state is not OrderState.SENT and name.name in waited.get(one.asked.order, ())
    ]
    return tr("list.comma").join(names)


def _waiting(crew: CrewNow) -> set[str]:
    return {one.name for one in crew.asked.answers if one.state is OrderState.SENT}


def _refused(items: list[RefusedItem]) -> list[News]:
    """One card for all: the newest by name, the way to the others."""
    if not items:
        return []
    newest, why = items[0], tr_problem(items[0].problem)
    if len(items) > 1:
        text = tr("refused.some", n=len(items))
    else:
        kind = f"kind.{newest.kind}"
        title = tr(kind) if chosen() != LANGUAGES[0] and known(kind) else newest.title
        text = tr("refused.one", title=title)
    return [News("alert-triangle", "bad", text, why, newest.item)]
