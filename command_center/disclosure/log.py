"""The enforcement log as a party reads it (S-17): filtered, others' names masked, nothing early."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from command_center.cases.log import LogLine, case_log
from command_center.cases.log_audience import ACT_WORDS, CORRECTION, STEP, Audience, seen_by
from command_center.cases.models import LogEntry
from command_center.cases.views import CaseView
from command_center.disclosure.document import LogShown, Text
from command_center.notices.changes import shown_name
from command_center.operations.models import Operation
from command_center.platform.uow import UnitOfWork

MOST = 500
"""So many lines, the newest, are in a document."""
_OVER = ("WITHDRAWN", "CLOSED")


def going_on(uow: UnitOfWork, case: str) -> set[str]:
    """Return the visits of a case that are not over: their steps would warn of what comes."""
    query = select(Operation.id).where(Operation.case == case, Operation.state.not_in(_OVER))
    return set(uow.session.scalars(query))


def party_log(uow: UnitOfWork, case: CaseView, own: str, held: Collection[str]) -> list[LogShown]:
    """Return the lines that a party may read now, oldest first. held: nodes that it is not told of
    yet; steps of a visit that still goes on would warn of it."""
    warning = going_on(uow, case.id)
    lines = [
        line
        for line in case_log(uow, case.id)
        if line.subject not in held
        and line.node not in held
        and not (line.act.startswith(STEP) and line.operation in warning)
    ]
    seen = seen_by(Audience.PARTY, lines)[-MOST:]
    times = {line.seq: line.at_ms for line in seen}
    masks = {
        party.name: shown_name(party.name, party.is_person)
        for party in (*case.parties, *case.former)
        if party.id != own and party.is_person
    }
    return [_shown(line, masks, times) for line in seen]


def changed_untold(uow: UnitOfWork, case: str, held: Collection[str]) -> set[str]:
    """Return what a line of the log says to have changed, of which a party is not told yet."""
    query = select(LogEntry.subject).where(LogEntry.case == case, LogEntry.node.in_(held))
    return {one for one in uow.session.scalars(query) if one}


def _shown(line: LogLine, masks: dict[str, str], times: dict[int, int]) -> LogShown:
    text = line.text
    for name, mask in masks.items():
        text = text.replace(name, mask)
    zh, en = ACT_WORDS[line.act]
    whole = f"{zh}：{text}" if line.act == CORRECTION else text
    return LogShown(
        line.at_ms, Text(whole, f"{en}: {text}"), line.recorded_ms if line.is_late else None,
        times.get(line.corrects) if line.corrects is not None else None,
    )  # fmt: skip
