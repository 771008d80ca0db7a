"""Fault notes and reasons for one recorder, as the continuity step weighs them.

A note explains only where the presiding officer signed it with a good key; what is explained is
named so and never counts as recorded.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from schemas import bundle, recording_notes, records
from schemas.time import clock_text
from schemas.verification.evidence import Evidence
from schemas.verification.report import Sentence
from schemas.verification.sentences import CAUSES, remark

SLACK_MS = 1_000
"""People write seconds; fragments end between them."""
_LATEST_MS = 253_370_764_800_000
Interval = tuple[int, int]


@dataclass(frozen=True)
class Note:
    """A fault note that explains."""

    record: records.FieldRecord
    body: recording_notes.FaultNote

    def covers(self, start_ms: int, end_ms: int) -> bool:
        """Tell whether it explains all of an interval."""
        low, high = self.body.from_ms - SLACK_MS, self.body.to_ms + SLACK_MS
        return low <= start_ms and end_ms <= high

    def told(self, code: str, **facts: object) -> Sentence:
        """Return a remark that names who explained, when, why and on what device data."""
        body, record = self.body, self.record
        late = record.recorded_wall_ms - body.from_ms > recording_notes.LATE_NOTE_MS
        cause_zh, cause_en = CAUSES[body.cause]
        data_zh, data_en = _device_data(body.device_data)
        return remark(
            code,
            cause_zh=cause_zh,
            cause_en=cause_en,
            text=body.text.strip(),
            officer=record.officer,
            at=clock_text(record.recorded_wall_ms),
            late_zh="(迟延)" if late else "",
            late_en=" (late)" if late else "",
            data_zh=data_zh,
            data_en=data_en,
            **facts,
        )


def sort_notes(evidence: Evidence, facts: bundle.BundleFacts) -> tuple[list[Note], list[Sentence]]:
    """Return the fault notes that explain, and a remark on each that does not."""
    good: list[Note] = []
    refused: list[Sentence] = []
    for record in evidence.notes:
        body = record.body
        if not isinstance(body, recording_notes.FaultNote):
            continue
        if record.officer not in facts.presiding:
            refused.append(remark("continuity.note_not_presiding", record=record.record))
        elif not 0 < body.from_ms < body.to_ms < _LATEST_MS or not body.text.strip():
            refused.append(remark("continuity.note_empty", record=record.record))
        else:
            good.append(Note(record, body))
    return good, refused


def split(start_ms: int, end_ms: int, notes: Iterable[Note]) -> list[tuple[int, int, Note | None]]:
    """Return an interval as pieces in order, each with the first note that explains it."""
    listed = sorted(notes, key=lambda note: note.body.from_ms)
    pieces: list[tuple[int, int, Note | None]] = []
    at = start_ms
    for note in listed:
        low = max(note.body.from_ms, at)
        high = min(note.body.to_ms, end_ms)
        if low - at <= SLACK_MS:
            low = at
        if end_ms - high <= SLACK_MS:
            high = end_ms
        if low >= high:
            continue
        if low > at:
            pieces.append((at, low, None))
        pieces.append((low, high, note))
        at = high
    if at < end_ms:
        pieces.append((at, end_ms, None))
    return pieces


def recorders(evidence: Evidence, facts: bundle.BundleFacts) -> list[Sentence]:
    """Say where a measure was carried out with fewer than two recorders, and why."""
    devices = {each.device for each in facts.footage}
    if len(devices) >= 2 or not facts.measures:
        return []
    reasons = [each.body.text for each in evidence.notes
               if isinstance(each.body, recording_notes.RecorderReason)]  # fmt: skip
    if not reasons:
        return [remark("continuity.one_recorder", count=len(devices))]
    text = "; ".join(reason.strip().rstrip("。.；;") for reason in reasons)
    return [remark("continuity.one_recorder_reason", count=len(devices), reason=text)]


def _device_data(data: recording_notes.DeviceData) -> tuple[str, str]:
    """Return what the device read of itself, in both languages."""
    zh, en = [f"程序 {data.app}"], [f"app {data.app}"]
    if data.battery_percent is not None:
        zh.append(f"电量 {data.battery_percent}%")
        en.append(f"battery {data.battery_percent} %")
    if data.free_bytes is not None:
        zh.append(f"剩余 {data.free_bytes // 1_000_000} MB")
        en.append(f"{data.free_bytes // 1_000_000} MB free")
    if data.temperature_c is not None:
        zh.append(f"{data.temperature_c} °C")
        en.append(f"{data.temperature_c} °C")
    if data.restarted is not None:
        zh.append("重启过" if data.restarted else "未重启")
        en.append("restarted" if data.restarted else "not restarted")
    return "、".join(zh), ", ".join(en)
