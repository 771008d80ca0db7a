"""Step 6: the fragments that the centre knows of are here; when nothing was recorded is told."""

from __future__ import annotations

from typing import Any

from schemas import bundle, ranges
from schemas.media.fragment import Rendition
from schemas.media.opening import RecordingOpening
from schemas.problems import MzError
from schemas.recording_notes import Noticed, noticed_text
from schemas.sign import decode_payload
from schemas.time import clock_text
from schemas.verification import departures, layout
from schemas.verification.evidence import JOIN_MS, Evidence, Stream
from schemas.verification.notes import Note, recorders, sort_notes, split
from schemas.verification.report import Sentence, Step
from schemas.verification.sentences import finding, remark

SHORTEST_GAP_MS = 1_000
_FULL = int(Rendition.FULL)


def check(evidence: Evidence, step: Step) -> dict[str, object]:
    """Compare what is held with the facts, with the heads, and with arrival and withdrawal."""
    facts = facts_of(evidence)
    if facts is None:
        return {}
    notes, refused = sort_notes(evidence, facts)
    explained = _check_recordings(evidence, facts, notes, step)
    spans = _merged([span for each in evidence.streams for span in each.spans])
    explained += _tell_gaps(facts, spans, notes, step)
    step.remarks += [*_small_only(evidence), *_jumps(evidence), *refused]
    step.remarks += [*_private(evidence, facts), *_unseen(facts), *recorders(evidence, facts)]
    step.remarks += [*_noticed(evidence), *departures.remarks(evidence, facts)]
    length = _length(sum(end - start for start, end in spans))
    if explained:
        return {"as": "continuity.explained", "minutes": length, "explained": explained}
    return {"minutes": length}


def _check_recordings(
    evidence: Evidence, facts: bundle.BundleFacts, notes: list[Note], step: Step
) -> int:
    """Check the recordings that the centre knows of; return how many losses are explained."""
    streams = {(each.path.recording, each.path.rendition): each for each in evidence.streams}
    known: dict[tuple[str, int], int | None] = {
        (each.recording, each.rendition): each.last for each in facts.footage
    }
    explained = 0
    for (recording, rendition), last in known.items():
        each = streams.get((recording, rendition))
        if each is not None:
            explained += _check_numbers(evidence, each, last, notes, step)
        elif last is not None:
            step.found(finding("continuity.no_recording", recording=recording))
    for recording, rendition in streams:
        if (recording, rendition) not in known:
            step.found(finding("continuity.unlisted_recording", recording=recording))
    return explained


def facts_of(evidence: Evidence) -> bundle.BundleFacts | None:
    """Return the facts: as step 4 believed them, or as they stand where it could not judge."""
    if evidence.facts is not None or not evidence.package.sound(layout.FACTS):
        return evidence.facts
    try:
        return decode_payload(evidence.envelope(layout.FACTS), bundle.FACTS, bundle.BundleFacts)
    except MzError:
        return None


def _check_numbers(
    evidence: Evidence, stream: Stream, last: int | None, notes: list[Note], step: Step
) -> int:
    """Every number from 0 to the last that the centre or a signed head knows of is here, or its
    loss is explained; return how many losses are."""
    if not stream.sound:
        return 0
    recording, explained = stream.path.recording, 0
    ends = [end for end in (last, stream.last_head, stream.final) if end is not None and end >= 0]
    for low, high in ranges.missing(stream.held, 0, max(ends, default=-1)):
        facts: dict[str, Any] = {
            "recording": recording,
            "first": low,
            "last": high,
            "since": _moment(stream.edges.get(low - 1), 1),
            "until": _moment(stream.edges.get(high + 1), 0),
        }
        note = _explaining(evidence.opening(recording), stream, (low, high), notes)
        if note is None:
            step.found(finding("continuity.missing", stream.path.fragments, low, **facts))
        else:
            step.remarks.append(note.told("continuity.explained_missing", **facts))
            explained += 1
    return explained


def _explaining(
    stated: RecordingOpening | None, stream: Stream, lost: ranges.Range, notes: list[Note]
) -> Note | None:
    """Return the note on this device that covers the whole time of the lost numbers."""
    if stated is None:
        return None
    low, high = lost
    length_ms = (high - low + 1) * stated.fragment_ms
    before, after = stream.edges.get(low - 1), stream.edges.get(high + 1)
    start = before[1] if before else after[0] - length_ms if after else stated.opened_wall_ms
    end = after[0] if after else start + length_ms
    mine = (note for note in notes if note.body.device == stated.device)
    return next((note for note in mine if note.covers(start, end)), None)


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


def _tell_gaps(
    facts: bundle.BundleFacts, spans: list[tuple[int, int]], notes: list[Note], step: Step
) -> int:
    """Say when, between arrival and withdrawal, nothing was recorded at all, and which of it is
    explained; return how many pieces are."""
    if facts.arrival_ms is None or facts.withdrawal_ms is None:
        step.remarks.append(remark("continuity.no_span"))
        return 0
    begin, end = clock_text(facts.arrival_ms), clock_text(facts.withdrawal_ms)
    step.remarks.append(remark("continuity.span", begin=begin, end=end))
    at, explained = facts.arrival_ms, 0
    for start, stop in [*spans, (facts.withdrawal_ms, facts.withdrawal_ms)]:
        until = min(start, facts.withdrawal_ms)
        if until - at >= SHORTEST_GAP_MS:
            for low, high, note in split(at, until, notes):
                told = {"begin": clock_text(low), "end": clock_text(high),
                        "length": _length(high - low)}  # fmt: skip
                if note is not None:
                    step.remarks.append(note.told("continuity.explained", **told))
                    explained += 1
                elif high - low >= SHORTEST_GAP_MS:
                    step.remarks.append(remark("continuity.not_recorded", **told))
        at = max(at, stop)
    return explained


def _small_only(evidence: Evidence) -> list[Sentence]:
    """Say when only the small picture or sound was kept, though something was."""
    full = _merged([s for e in evidence.streams if e.path.rendition == _FULL for s in e.spans])
    rest = _merged([s for e in evidence.streams if e.path.rendition != _FULL for s in e.spans])
    found = []
    for start, end in rest:
        at = start
        for low, high in [*full, (end, end)]:
            until = min(low, end)
            if until - at >= SHORTEST_GAP_MS:
                begin, stop = clock_text(at), clock_text(until)
                length = _length(until - at)
                found.append(remark("continuity.small_only", begin=begin, end=stop, length=length))
            at = max(at, high)
            if at >= end:
                break
    return found


def _private(evidence: Evidence, facts: bundle.BundleFacts) -> list[Sentence]:
    """Say what of the footage is closed, what of it was opened, and by whom."""
    found = []
    for code, streams in (
        ("continuity.private_closed", [each.closed for each in evidence.streams]),
        ("continuity.private_shown", [each.shown for each in evidence.streams]),
    ):
        for begin, end in _merged([span for spans in streams for span in spans]):
            told = {"begin": clock_text(begin), "end": clock_text(end)}
            found.append(remark(code, **told, length=_length(end - begin)))
    for interval in facts.private:
        for opening in interval.openings:
            found.append(
                remark(
                    "continuity.private_opened", interval=interval.interval,
                    asked_by=opening.asked_by, opened_by=opening.opened_by,
                    viewer=opening.viewer, reason=opening.reason,
                    begin=clock_text(opening.opened_ms), end=clock_text(opening.until_ms),
                )
            )  # fmt: skip
    return found


def _jumps(evidence: Evidence) -> list[Sentence]:
    return [
        remark(
            "continuity.clock_jump",
            recording=each.path.recording,
            number=number,
            seconds=f"{moved_ms / 1000:+.1f}",
        )
        for each in evidence.streams
        for number, moved_ms in each.jumps
    ]


def _noticed(evidence: Evidence) -> list[Sentence]:
    """Say what the devices doubted by themselves: a place, a clock, where they were."""
    found = []
    for record in evidence.notes:
        body = record.body
        if isinstance(body, Noticed):
            zh, en = noticed_text(body.what, body.value)
            at = clock_text(record.recorded_wall_ms)
            told = {"recording": body.recording, "device": record.device, "at": at}
            found.append(remark("continuity.noticed", zh=zh, en=en, **told))
    return found


def _unseen(facts: bundle.BundleFacts) -> list[Sentence]:
    return [
        remark("continuity.unseen", device=each.device, first=each.first, last=each.last)
        for each in facts.unseen
    ]


def _length(length_ms: int) -> str:
    minutes, seconds = divmod(round(length_ms / 1000), 60)
    return f"{minutes}:{seconds:02d}"
