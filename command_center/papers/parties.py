"""The parties of a case as papers name them: role, name, masked number."""

from __future__ import annotations

from collections.abc import Iterable

from command_center.cases.views import CaseView, PartyView
from command_center.cases.words import BOTH_PARTIES
from command_center.papers.facts import Person
from schemas.problems import Kind, MzError


def named(parties: Iterable[PartyView]) -> list[Person]:
    """Return both parties of a case, in the order of the papers."""
    return [Person(one.role_zh, one.printed, one.id_masked) for one in parties
            if one.role in BOTH_PARTIES]  # fmt: skip


def addressee(case: CaseView, party: str) -> str:
    """Return the name of the party that a paper is for; `party.unknown` in this case."""
    for one in case.parties:
        if one.id == party:
            return one.printed
    raise MzError("party.unknown", Kind.NOT_FOUND, party[:40])
