"""Step 6: the fragments that the centre knows of are here; when nothing was recorded is told."""

from __future__ import annotations

from schemas import bundle, ranges
from schemas.problems import MzError
from schemas.sign import decode_payload
from schemas.time import clock_text
from schemas.verification import layout
from schemas.verification.evidence import JOIN_MS, Evidence, Stream
from schemas.verification.report import Step
from schemas.verification.sentences import finding, remark

SHORTEST_GAP_MS = 1_000


def check(evidence: Evidence, step: Step) -> dict[str, object]:
    """Compare what is held with the facts, with the heads, and with arrival and withdrawal."""
    facts = facts_of(evidence)
    if facts is None:
        return {}
    streams = {(each.path.recording, each.path.rendition): each for each in evidence.streams}
    known: dict[tuple[str, int], int | None] = {
        (each.recording, each.rendition): each.last for each in facts.footage
    }
    for (recording, rendition), last in known.items():
        each = streams.get((recording, rendition))
        if each is not None:
            _check_numbers(each, last, step)
        elif last is not None:
            step.found(finding("continuity.no_recording", recording=recording))
    for recording, rendition in streams:
        if (recording, rendition) not in known:
            step.found(finding("continuity.unlisted_recording", recording=recording))
    spans = _merged([span for each in evidence.streams for span in each.spans])
    _tell_gaps(facts, spans, step)
    total_ms = sum(end - start for start, end in spans)
    return {"minutes": _length(total_ms)}


def facts_of(evidence: Evidence) -> bundle.BundleFacts | None:
    """Return the facts: as step 4 believed them, or as they stand where it could not judge."""
    if evidence.facts is not None or not evidence.package.sound(layout.FACTS):
        return evidence.facts
    try:
        return decode_payload(evidence.envelope(layout.FACTS), bundle.FACTS, bundle.BundleFacts)
    except MzError:
        return None


def _check_numbers(stream: Stream, last: int | None, step: Step) -> None:
    """Every number from 0 to the last that the centre or a signed head knows of is here."""
    if not stream.sound:
        return
    ends = [end for end in (last, stream.last_head, stream.final) if end is not None and end >= 0]
    for low, high in ranges.missing(stream.held, 0, max(ends, default=-1)):
        step.found(
            finding(
                "continuity.missing",
                stream.path.fragments,
                low,
                recording=stream.path.recording,
                first=low,
                last=high,
                since=_moment(stream.edges.get(low - 1), 1),
                until=_moment(stream.edges.get(high + 1), 0),
            )
        )


def _moment(edge: tuple[int, int] | None, which: int) -> str:
    return "?" if edge is None else clock_text(edge[which], millis=True)


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    out: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if out and start <= out[-1][1] + JOIN_MS:
            out[-1] = (out[-1][0], max(out[-1][1], end))
        else:
            out.append((start, end))
    return out


def _tell_gaps(facts: bundle.BundleFacts, spans: list[tuple[int, int]], step: Step) -> None:
    """Say when, between arrival and withdrawal, nothing was recorded at all."""
    if facts.arrival_ms is None or facts.withdrawal_ms is None:
        step.remarks.append(remark("continuity.no_span"))
        return
    begin, end = clock_text(facts.arrival_ms), clock_text(facts.withdrawal_ms)
    step.remarks.append(remark("continuity.span", begin=begin, end=end))
    at = facts.arrival_ms
    for start, stop in [*spans, (facts.withdrawal_ms, facts.withdrawal_ms)]:
        until = min(start, facts.withdrawal_ms)
        if until - at >= SHORTEST_GAP_MS:
            step.remarks.append(
                remark(
                    "continuity.not_recorded",
                    begin=clock_text(at),
                    end=clock_text(until),
                    length=_length(until - at),
                )
            )
        at = max(at, stop)


def _length(length_ms: int) -> str:
    minutes, seconds = divmod(round(length_ms / 1000), 60)
    return f"{minutes}:{seconds:02d}"
