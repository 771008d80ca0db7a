"""Whether the devices that recorded tested themselves before the crew left, and what they found."""

from __future__ import annotations

from schemas import bundle
from schemas.recording_notes import CHECKED, Checked, CheckState, DepartureCheck
from schemas.time import clock_text
from schemas.verification.evidence import Evidence
from schemas.verification.report import Sentence
from schemas.verification.sentences import remark

_STATES = {CheckState.WARN: ("需留意", "wants minding"), CheckState.BAD: ("不合格", "failed")}


def remarks(evidence: Evidence, facts: bundle.BundleFacts) -> list[Sentence]:
    """Tell of each device its last check before arrival, or the first one after it; by the
    device's own clock. A device that recorded and has none is told too: it is no fault."""
    checks: dict[str, list[DepartureCheck]] = {}
    for record in evidence.notes:
        if isinstance(record.body, DepartureCheck):
            checks.setdefault(record.device, []).append(record.body)
    recorded = {each.device for each in facts.footage if _by_device(evidence, each)}
    return [
        _told(device, checks.get(device, []), facts.arrival_ms)
        for device in sorted(recorded | checks.keys())
    ]


def _by_device(evidence: Evidence, each: bundle.FootageFact) -> bool:
    """Whether a device of ours recorded it: what came over a bridge tests nothing."""
    stated = evidence.opening(each.recording)
    return stated is not None and stated.bridged is None


def _told(device: str, checks: list[DepartureCheck], arrival_ms: int | None) -> Sentence:
    ordered = sorted(checks, key=lambda one: one.began_ms)
    in_time = [one for one in ordered if arrival_ms is None or one.began_ms <= arrival_ms]
    if not ordered:
        return remark("continuity.no_departure_check", device=device)
    found = in_time[-1] if in_time else ordered[0]
    code = "continuity.departure_check" if in_time else "continuity.departure_check_late"
    zh, en = _found(found.checked)
    return remark(code, device=device, at=clock_text(found.began_ms), zh=zh, en=en)


def _found(checked: list[Checked]) -> tuple[str, str]:
    """Return what was not good, Chinese and English."""
    lacks = [one for one in checked if one.state in _STATES]
    if not lacks:
        return f"{len(checked)} 项均正常", f"all {len(checked)} things were good"
    words = [CHECKED.get(one.what, (one.what[:40], one.what[:40])) for one in lacks]
    states = [_STATES[one.state] for one in lacks]
    said = list(zip(words, states, strict=True))
    return (
        "、".join(f"{what[0]}{state[0]}" for what, state in said),
        ", ".join(f"{what[1]} {state[1]}" for what, state in said),
    )
