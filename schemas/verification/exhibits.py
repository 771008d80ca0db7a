"""Step 7: exhibits and papers are the bytes that records, talk and facts name, the footage that
they point at is here, and derived copies were made of it."""

from __future__ import annotations

from schemas import exhibits, ranges, records
from schemas.verification import copies, integrity, layout, papers, talk
from schemas.verification.continuity import facts_of
from schemas.verification.evidence import Evidence
from schemas.verification.report import Step
from schemas.verification.sentences import finding, remark


def check(evidence: Evidence, step: Step) -> dict[str, object]:
    """Hash every exhibit, then look up whatever the records refer to."""
    package = evidence.package
    held = layout.exhibits(package)
    for sha, path in held.items():
        if package.sound(path) and package.summary(path).sha256 != sha:
            step.found(finding("exhibits.changed", path))
    facts, named = facts_of(evidence), set[str]()
    closed = set(facts.closed) if facts is not None else set()
    for record, path in layout.records(package).items():
        stated = evidence.record(path)
        if stated is not None:
            named |= _check_record(evidence, record, stated, closed, step)
    named |= _originals(evidence, step)
    if facts is not None:
        named |= talk.check(evidence, facts, step)
        copies.check(evidence, facts, evidence.copies, step)
        papers.check(evidence, facts, step)
    integrity.check(evidence, step)
    step.remarks += [remark("exhibits.unreferenced", sha=sha) for sha in held if sha not in named]
    listed = _listed(evidence)
    for record in facts.records if facts else []:
        if record not in layout.records(package) and f"records/{record}.json" not in listed:
            step.found(finding("exhibits.no_record", record=record))
    return {"exhibits": len(held)}


def _originals(evidence: Evidence, step: Step) -> set[str]:
    """Say where the original files of recordings are; return their digests."""
    held, named = layout.exhibits(evidence.package), set()
    for recording in layout.openings(evidence.package):
        stated = evidence.opening(recording)
        if stated is not None and stated.bridged is not None and stated.bridged.sha256:
            sha = stated.bridged.sha256
            named.add(sha)
            code = "exhibits.original" if sha in held else "exhibits.original_elsewhere"
            step.remarks.append(remark(code, sha=sha, recording=recording))
    return named


def _check_record(
    evidence: Evidence, record: str, stated: records.FieldRecord, closed: set[str], step: Step
) -> set[str]:
    """Check what one record refers to; return the digests that it names. Of `closed`, what the
    facts say is left out, only that counts which the record itself calls private."""
    held = layout.exhibits(evidence.package)
    sizes = {each.sha256: each.size for each in stated.exhibits}
    private = {each.sha256: each.private for each in stated.exhibits if each.private}
    named = set(sizes)
    named |= exhibits.named(stated.body).keys()
    footage = [stated.footage, *exhibits.moments(stated.body)]
    for sha in sorted(named):
        path = held.get(sha)
        # A listed file that is gone was told in step 1.
        if path is None and sha in closed and sha in private:
            step.remarks.append(remark("exhibits.closed", sha=sha, interval=private[sha]))
        elif path is None and f"exhibits/{sha}" not in _listed(evidence):
            step.found(finding("exhibits.missing", record=record, sha=sha))
        elif path is not None and sha in sizes and evidence.package.size(path) != sizes[sha]:
            step.found(finding("exhibits.size", path, record=record, sha=sha))
    for moment in footage:
        if moment is not None and not _footage_held(evidence, moment):
            step.found(
                finding(
                    "exhibits.footage_absent",
                    number=moment.number,
                    recording=moment.recording,
                    record=record,
                )
            )
    return named


def _listed(evidence: Evidence) -> set[str]:
    manifest = evidence.manifest
    return {file.path for file in manifest.files} if manifest else set()


def _footage_held(evidence: Evidence, moment: records.FootageAt) -> bool:
    """Return whether the moment is here; a stream that failed before is not judged again."""
    streams = [each for each in evidence.streams if each.path.recording == moment.recording]
    if any(not each.sound for each in streams):
        return True
    return any(ranges.holds(each.held, moment.number) for each in streams)
