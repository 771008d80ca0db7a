"""Whether the second officer of an act said himself that he was there (DOMAIN R-11).

A name that another typed is no confirmation: what a package lacks of him is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from schemas import records
from schemas.problems import MzError
from schemas.second import CLOCKS_APART_MS, SECOND_CONFIRMATION, ConfirmedHere, SecondConfirmation
from schemas.sign import decode_payload
from schemas.verification.report import Sentence
from schemas.verification.sentences import remark

Act = records.FieldAct | records.SeizeMovables


class Signed(NamedTuple):
    """A record whose signature is good, and the digest of its payload."""

    record: records.FieldRecord
    sha256: str


def remarks(signed: Iterable[Signed]) -> Iterator[Sentence]:
    """Say of each act whose second officer did not confirm it in a way that the package proves."""
    known = list(signed)
    for one in known:
        body, second = one.record.body, one.record.second_officer
        if not isinstance(body, Act) or not second:
            continue
        if second != one.record.officer:
            if any(_stood_beside(said.record, one.record, body) for said in known):
                continue
            if any(_signed_here(said.record, one) for said in known):
                yield remark("signatures.second_pin", record=one.record.record, officer=second)
                continue
        yield remark("signatures.second_typed", record=one.record.record, officer=second)


def _stood_beside(said: records.FieldRecord, act: records.FieldRecord, body: Act) -> bool:
    """Return whether the second officer said so on another device, of all the act's time."""
    return (
        isinstance(said.body, records.StoodBeside)
        and said.officer == act.second_officer
        and said.device != act.device
        and said.operation == act.operation
        and said.body.from_ms - CLOCKS_APART_MS <= body.started_ms
        and body.finished_ms <= said.body.to_ms + CLOCKS_APART_MS
    )


def _signed_here(said: records.FieldRecord, act: Signed) -> bool:
    """Return whether the act's device carries a confirmation of its bytes in his name."""
    if not isinstance(said.body, ConfirmedHere) or said.device != act.record.device:
        return False
    try:
        meant = decode_payload(said.body.confirmation, SECOND_CONFIRMATION, SecondConfirmation)
    except MzError:
        return False
    return (meant.record, meant.sha256, meant.device, meant.officer) == (
        act.record.record, act.sha256, act.record.device, act.record.second_officer,
    )  # fmt: skip
