"""The order of the steps, and how their outcomes become one verdict."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from schemas.problems import MzError
from schemas.verification import (
    chain,
    completeness,
    continuity,
    digests,
    exhibits,
    inclusion,
    signatures,
)
from schemas.verification.evidence import Evidence
from schemas.verification.package import Package
from schemas.verification.report import ORIGIN_UNPROVEN, VERIFIED, Report, Sentence, Status, Step
from schemas.verification.sentences import (
    DONE,
    NOT_PROVEN,
    TITLES,
    UNCHECKED,
    finding,
    sentence,
)

Check = Callable[[Evidence, Step], dict[str, object]]
STEPS: tuple[tuple[str, Check], ...] = (
    ("completeness", completeness.check),
    ("digests", digests.check),
    ("chain", chain.check),
    ("signatures", signatures.check),
    ("inclusion", inclusion.check),
    ("continuity", continuity.check),
    ("exhibits", exhibits.check),
)


def verify(path: Path, root: str | None, copies: tuple[Path, ...] = ()) -> Report:
    """Verify the package at `path` against the root's fingerprint from outside, if one is given,
    and derived copies (zips) that lie beside it.

    Whatever the package holds becomes a finding; nothing is raised but `bundle.unreadable`.
    """
    try:
        with Package(path) as package:
            evidence = Evidence(package, root, copies)
            steps = [_run(evidence, number, *step) for number, step in enumerate(STEPS, 1)]
            return _report(evidence, steps, root)
    except MzError as error:
        if error.code == "bundle.unreadable":
            raise
        return _report(None, _refused(error), root)


def _new_step(number: int, name: str) -> Step:
    return Step(number, name, sentence(name, TITLES[name]))


def _run(evidence: Evidence, number: int, name: str, check: Check) -> Step:
    step = _new_step(number, name)
    facts = check(evidence, step)
    if step.findings:
        step.sentence = step.findings[0].sentence
    elif facts:
        step.sentence = sentence(name, DONE[str(facts.pop("as", name))], **facts)
    else:
        step.status = Status.UNCHECKED
        step.sentence = sentence("unchecked", UNCHECKED)
    return step


def _refused(error: MzError) -> list[Step]:
    """The container itself is refused: nothing in it was looked at."""
    steps = [_new_step(number, name) for number, (name, _) in enumerate(STEPS, 1)]
    steps[0].found(finding("container.refused", refusal=error.code, detail=error.detail))
    steps[0].sentence = steps[0].findings[0].sentence
    for step in steps[1:]:
        step.status = Status.UNCHECKED
        step.sentence = sentence("unchecked", UNCHECKED)
    return steps


def _report(evidence: Evidence | None, steps: list[Step], root: str | None) -> Report:
    first = next((step.findings[0] for step in steps if step.findings), None)
    if first is not None:
        verdict = f"found: {first.sentence.en}"
    elif any(step.status is not Status.OK for step in steps):
        verdict = "found: not every step could be checked"
    else:
        verdict = ORIGIN_UNPROVEN if root is None else VERIFIED
    facts = evidence.facts if evidence else None
    return Report(
        verdict=verdict,
        root=root,
        bundle=facts.bundle if facts else "",
        case_number=facts.case_number if facts else "",
        steps=steps,
        not_proven=_not_proven(root),
    )


def _not_proven(root: str | None) -> list[Sentence]:
    return [
        sentence(code, templates)
        for code, templates in NOT_PROVEN.items()
        if root is None or code != "not_proven.origin"
    ]
