"""When a service takes effect (DOMAIN §2.9). Pure; the articles are rule pack data by date."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from command_center.deadlines.rulepack import law
from command_center.serving.words import Method, Outcome, Rung

_SIGNED = {
    Method.DIRECT: "cp_direct",
    Method.ENTRUSTED: "cp_entrust_mail",
    Method.MAIL: "cp_entrust_mail",
    Method.FORWARDED: "cp_forward",
}
_GIVEN = (Rung.CONFIRMED, Rung.AGREED)
"""Addresses that the party gave or confirmed: what arrives there is served (在线诉讼规则 31)."""


@dataclass(frozen=True)
class Effect:
    """The day on which a paper counts as served, and the article that says so."""

    day: dt.date
    law: str


def effect_of(method: Method, rung: Rung | None, outcome: Outcome, day: dt.date) -> Effect | None:
    """Return the effect of an attempt that ended so on a day; None: nobody was served by it."""
    match method, outcome:
        case _, Outcome.SIGNED:
            return _effect(_SIGNED[method], day)
        case Method.LEFT | Method.DIRECT, Outcome.LEFT:
            return _effect("cp_left", day)
        case Method.ELECTRONIC, Outcome.ARRIVED if rung in _GIVEN:
            return _effect("cp_e_service", day)
        case Method.ELECTRONIC, Outcome.READ | Outcome.ANSWERED:
            return _effect("online_31", day)
        case Method.MAIL, Outcome.RETURNED | Outcome.REFUSED if rung is Rung.CONFIRMED:
            return _effect("mail_returned", day)
        case Method.PUBLIC, Outcome.PUBLISHED:
            rule = law().rule("public_service", day)
            end = day + dt.timedelta(days=rule.rule.count)
            return Effect(end, rule.sources[0].text())
    return None


def _effect(article: str, day: dt.date) -> Effect:
    return Effect(day, law().article(article, day).text())
