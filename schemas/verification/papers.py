"""Papers of the case and what a party acknowledged: bytes, digests and the ledger's entries.

A paper that the court made elsewhere is signed by no device: what counts is that its bytes are
those of which the ledger speaks since the day it was registered.
"""

from __future__ import annotations

from schemas import bundle
from schemas.time import clock_text
from schemas.verification import layout
from schemas.verification.evidence import Evidence
from schemas.verification.report import Step
from schemas.verification.sentences import finding, remark

ACKNOWLEDGED = "party:notice:acked"
_FOREIGN = (
    "登记(外来，此前由何人制作不能证明)",
    "registered as it came (who made it is not proven)",
)
_STAMPED = ("本院签章", "stamped here")


def check(evidence: Evidence, facts: bundle.BundleFacts, step: Step) -> None:
    """Hash every paper and text, then weigh what the centre's facts say of them."""
    package = evidence.package
    held = layout.papers(package) | layout.notices(package)
    for path, sha in held.items():
        if package.sound(path) and package.summary(path).sha256 != sha:
            step.found(finding("exhibits.changed", path))
    for paper in facts.papers:
        _check_paper(evidence, paper, step)
    for one in facts.acknowledged:
        _check_acknowledged(evidence, one, step)
    named = {one.sha256 for one in facts.papers} | {one.text_sha256 for one in facts.acknowledged}
    step.remarks += [
        remark("exhibits.unreferenced", sha=sha) for sha in held.values() if sha not in named
    ]


def _check_paper(evidence: Evidence, paper: bundle.PaperFact, step: Step) -> None:
    path = f"papers/{paper.sha256}"
    if paper.packed and not _fits(evidence, path, paper.size):
        step.found(finding("exhibits.paper_missing", title=paper.title, sha=paper.sha256))
    if not _recorded(evidence, "case:paper:", paper.paper, paper.sha256):
        step.found(finding("exhibits.paper_unrecorded", title=paper.title, sha=paper.sha256))
    code = "exhibits.paper" if paper.packed else "exhibits.paper_elsewhere"
    kept_zh, kept_en = _FOREIGN if paper.imported else _STAMPED
    step.remarks.append(
        remark(code, title=paper.title, number=paper.number, sha=paper.sha256,
               at=clock_text(paper.kept_ms), kept_zh=kept_zh,
               kept_en=kept_en)
    )  # fmt: skip


def _check_acknowledged(evidence: Evidence, one: bundle.Acknowledged, step: Step) -> None:
    if not _fits(evidence, f"notices/{one.text_sha256}", None):
        step.found(finding("exhibits.notice_missing", notice=one.notice, sha=one.text_sha256))
    if not _recorded(evidence, ACKNOWLEDGED, one.notice, one.text_sha256):
        step.found(finding("exhibits.notice_unrecorded", notice=one.notice))
    step.remarks.append(
        remark("exhibits.acknowledged", at=clock_text(one.acknowledged_ms), party=one.party,
               channel=one.channel, notice=one.notice, sha=one.text_sha256)
    )  # fmt: skip


def _fits(evidence: Evidence, path: str, size: int | None) -> bool:
    """Return whether a file is here with this size; one that an earlier step told of counts."""
    if evidence.manifest is not None and path not in evidence.package.members:
        return any(file.path == path for file in evidence.manifest.files)  # step 1 told of it
    if path not in evidence.package.members:
        return False
    return size is None or not evidence.package.sound(path) or evidence.package.size(path) == size


def _recorded(evidence: Evidence, tag: str, subject: str, digest: str) -> bool:
    """Return whether a proven entry says so; where there are none at all, step 5 has said why."""
    return not evidence.entries or any(
        entry.tag.startswith(tag) and (entry.subject, entry.digest) == (subject, digest)
        for entry in evidence.entries
    )
