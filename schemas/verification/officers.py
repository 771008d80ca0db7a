"""Whether the second officer of an act said himself that he was there (DOMAIN R-11).

A name that another typed is no confirmation: what a package lacks of him is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from schemas import records
from schemas.bundle import SecondKeyFact
from schemas.problems import MzError
from schemas.second import CLOCKS_APART_MS, SECOND_CONFIRMATION, ConfirmedHere, SecondConfirmation
from schemas.sign import Envelope, decode_payload, fingerprint
from schemas.time import clock_text
from schemas.verification.report import Sentence
from schemas.verification.sentences import remark

Act = records.FieldAct | records.SeizeMovables


class Signed(NamedTuple):
    """A record whose signature is good, and the digest of its payload."""

    record: records.FieldRecord
    sha256: str


class Here(NamedTuple):
    """A confirmation on the first officer's device: signed by whom is to be judged."""

    envelope: Envelope
    meant: SecondConfirmation


_ORDER = (
    "signatures.second_checked", "signatures.second_pin", "signatures.second_revoked",
    "signatures.second_bad",
)  # fmt: skip


def remarks(signed: Iterable[Signed], seconds: Iterable[SecondKeyFact]) -> Iterator[Sentence]:
    """Say of each act how its second officer confirmed it, unless by a device of his own, which
    its signature proves; `seconds`: keys that the centre states."""
    known, by_key = list(signed), {one.key: one for one in seconds}
    for one in known:
        body, second = one.record.body, one.record.second_officer
        if not isinstance(body, Act) or not second:
            continue
        if second != one.record.officer:
            if any(_stood_beside(said.record, one.record, body) for said in known):
                continue
            here = [said for each in known if (said := _signed_here(each.record, one))]
            if here:
                yield _judged(one.record.record, second, here, by_key)
                continue
        yield remark("signatures.second_typed", record=one.record.record, officer=second)


def _judged(
    record: str, officer: str, said: list[Here], by_key: dict[str, SecondKeyFact]
) -> Sentence:
    """Say whether one of these confirmations is by the officer's own key; the best of them."""
    told = [_judge(one, by_key.get(one.envelope.key)) for one in said]
    code, key = min(told, key=lambda one: _ORDER.index(one[0]))
    if key is None:
        return remark(code, record=record, officer=officer)
    at_ms = key.revoked_ms if code == "signatures.second_revoked" else key.enrolled_ms
    return remark(
        code, record=record, officer=officer, name=key.name, key=key.key[:16],
        at=clock_text(at_ms or key.enrolled_ms),
    )  # fmt: skip


def _judge(said: Here, key: SecondKeyFact | None) -> tuple[str, SecondKeyFact | None]:
    if key is None:
        return "signatures.second_pin", None
    try:
        said.envelope.check(key.public)
    except MzError:
        return "signatures.second_bad", key
    mine = key.officer, key.device, fingerprint(key.public)
    if mine != (said.meant.officer, said.meant.device, key.key):
        return "signatures.second_bad", key
    if key.revoked_ms is not None and said.meant.at_ms >= key.revoked_ms:
        return "signatures.second_revoked", key
    return "signatures.second_checked", key


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


def _signed_here(said: records.FieldRecord, act: Signed) -> Here | None:
    """Return the confirmation of the act's bytes in his name that the act's device carries."""
    if not isinstance(said.body, ConfirmedHere) or said.device != act.record.device:
        return None
    envelope = said.body.confirmation
    try:
        meant = decode_payload(envelope, SECOND_CONFIRMATION, SecondConfirmation)
    except MzError:
        return None
    wanted = (
        act.record.record, act.sha256, act.record.device, act.record.second_officer,
    )  # fmt: skip
    found = (meant.record, meant.sha256, meant.device, meant.officer)
    return Here(envelope, meant) if found == wanted else None
