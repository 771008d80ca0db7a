"""Step 5: the ledger entries are in the court's signed ledger, and every record has one."""

from __future__ import annotations

from schemas import ledger, merkle
from schemas.ledger import FOOTAGE_TAKEN, KEPT_APART, SECOND_ENROLLED, TAKEN_OVER_BY
from schemas.problems import MzError
from schemas.sign import decode, decode_payload
from schemas.time import clock_text
from schemas.verification import layout
from schemas.verification.evidence import Evidence
from schemas.verification.report import Sentence, Step
from schemas.verification.sentences import finding, remark


def check(evidence: Evidence, step: Step) -> dict[str, object]:
    """Follow each audit path to the head (whose signature step 4 checked)."""
    package = evidence.package
    if not (package.sound(layout.TREE_HEAD) and package.sound(layout.INCLUSIONS)):
        return {}
    path = layout.TREE_HEAD
    try:
        head = decode_payload(evidence.envelope(path), ledger.TREE_HEAD, ledger.TreeHead)
        root = bytes.fromhex(head.root)
        path = layout.INCLUSIONS
        inclusions = package.decode(path, list[ledger.Inclusion])
    except (MzError, ValueError) as error:
        step.found(finding("inclusion.malformed", path, detail=str(error)))
        return {}
    digests = evidence.recorded
    for each in inclusions:
        try:
            leaf = merkle.leaf_hash(each.entry)
            merkle.check_inclusion(leaf, each.index, head.size, each.path, root)
            evidence.entries.append(decode(each.entry, ledger.LedgerEntry))
            digests.add(evidence.entries[-1].digest)
        except MzError:
            step.found(finding("inclusion.not_included", layout.INCLUSIONS, each.index))
    if not step.findings:
        _check_records(evidence, digests, step)
        _check_seconds(evidence, step)
        step.remarks += _quarantined(evidence.entries)
    return {"entries": len(inclusions), "size": head.size}


def _quarantined(entries: list[ledger.LedgerEntry]) -> list[Sentence]:
    """Name every record and recording that a revoked device sent and two persons took over."""
    kept = {one.subject: one.at_ms for one in entries if one.tag == KEPT_APART}
    return [
        remark(
            "inclusion.quarantined", record=one.subject, decision=one.refs[TAKEN_OVER_BY],
            at=clock_text(kept[one.subject]) if one.subject in kept else "—",
        )
        for one in entries
        if TAKEN_OVER_BY in one.refs and one.tag != FOOTAGE_TAKEN
    ] + [
        remark("inclusion.footage_quarantined", recording=recording, decision=decision)
        for recording, decision in sorted(
            {(one.subject, one.refs.get(TAKEN_OVER_BY, "—")) for one in entries
             if one.tag == FOOTAGE_TAKEN}
        )
    ]  # fmt: skip


def _check_seconds(evidence: Evidence, step: Step) -> None:
    """The ledger says of every second officer's key whose it is and on which device."""
    enrolled = {
        (one.subject, one.digest, one.refs.get("officer"))
        for one in evidence.entries
        if one.tag == SECOND_ENROLLED
    }
    for one in evidence.facts.seconds if evidence.facts else []:
        if (one.device, one.key, one.officer) not in enrolled:
            step.found(
                finding("inclusion.second_unrecorded", officer=one.officer, key=one.key[:16])
            )


def _check_records(evidence: Evidence, digests: set[str], step: Step) -> None:
    """Every field record of the package has its entry, by the digest of its signed bytes."""
    for path in layout.records(evidence.package).values():
        if not evidence.package.sound(path):
            continue
        try:
            digest = evidence.envelope(path).payload_sha256()
        except MzError:
            continue  # step 4 has said so
        if digest not in digests:
            step.found(finding("inclusion.no_entry", path))
