"""Gaps in a package: lost, explained, too little explained; clocks, counters, recorders."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas import bundle, recording_notes, records
from schemas.media import fragment
from schemas.sign import HashAlg, digest
from schemas.time import clock_text, court_time
from schemas.verification.notes import Note, split
from schemas.verification.report import VERIFIED, Report, Step
from schemas.verification.steps import verify
from tests.contract import bundles, gaps, world
from tests.contract.make_bad_bundles import GOOD, KEPT


def _continuity(report: Report) -> Step:
    return report.steps[5]


def _codes(report: Report) -> list[str]:
    return [each.code for each in _continuity(report).remarks]


def _verified(tmp_path: Path, made: bundles.Files) -> Report:
    path = tmp_path / "package.zip"
    path.write_bytes(gaps.package(made))
    return verify(path, world.ROOT.key)


def test_vector_19_three_segments_second_lost_is_one_unexplained_gap_with_times() -> None:
    step = _continuity(verify(KEPT / "6_continuity_second_lost.zip", world.ROOT.key))
    (found,) = step.findings
    assert found.sentence.code == "continuity.missing"
    assert "第 5 至 8 号片段" in found.sentence.zh
    assert "2026-03-12 14:31:01.000" in found.sentence.zh
    assert "2026-03-12 14:31:01.800" in found.sentence.zh


def test_vector_19_u1_after_a_signed_fault_note_it_is_explained_never_none() -> None:
    report = verify(GOOD.with_name("good_bundle_explained.zip"), world.ROOT.key)
    step = _continuity(report)
    assert report.verdict == VERIFIED
    assert step.sentence is not None
    assert "2 处中断已说明" in step.sentence.zh
    assert "2 gaps explained" in step.sentence.en
    told = {each.code: each for each in step.remarks}
    lost = told["continuity.explained_missing"]
    assert "更换电池" in lost.zh
    assert world.OFFICER_ID in lost.zh
    assert "电量 4%" in lost.zh
    assert "到场后更换电池" in told["continuity.explained"].zh
    assert "另一台记录仪送修" in told["continuity.one_recorder_reason"].zh


def test_explained_time_never_counts_as_recorded(tmp_path: Path) -> None:
    alone = _continuity(_verified(tmp_path, gaps.files([], lost=None))).sentence
    whole = gaps.note(40, (world.ARRIVAL_MS, gaps.WITHDRAWN_MS))
    explained = _continuity(_verified(tmp_path, gaps.files([whole], lost=None))).sentence
    assert alone is not None
    assert explained is not None
    assert "0:02 of recording" in alone.en
    assert "0:02 of recording, 2 gaps explained" in explained.en


def test_a_late_note_is_called_late(tmp_path: Path) -> None:
    late = gaps.note(40, gaps.LOST_MS, at_ms=gaps.LOST_MS[0] + recording_notes.LATE_NOTE_MS + 1)
    told = _continuity(_verified(tmp_path, gaps.files([late]))).remarks
    (note,) = [each for each in told if each.code == "continuity.explained_missing"]
    assert "已说明(迟延)" in note.zh
    assert "explained (late)" in note.en


def test_s03_what_a_device_doubted_by_itself_is_told_and_no_fault(tmp_path: Path) -> None:
    kind = recording_notes.NoticedKind
    jumped = recording_notes.Noticed(world.RECORDING_ID, kind.CLOCK_SET, world.OPENED_MS, -90_000)
    placed = recording_notes.Noticed(world.RECORDING_ID, kind.SIMULATED_PLACE, world.OPENED_MS)
    report = _verified(
        tmp_path, gaps.files([gaps.told(40, jumped), gaps.told(41, placed)], lost=None)
    )
    told = [each for each in _continuity(report).remarks if each.code == "continuity.noticed"]
    assert report.verdict == VERIFIED
    assert "设备时钟被调慢 90 秒" in told[0].zh
    assert "the clock was set back by 90 s" in told[0].en
    assert "模拟位置" in told[1].zh
    assert world.RECORDING_ID in told[1].en


@pytest.mark.parametrize(
    ("note", "remark"),
    [
        (gaps.note(40, gaps.LOST_MS, officer=world.SECOND_ID), "continuity.note_not_presiding"),
        (gaps.note(40, gaps.LOST_MS, text=" "), "continuity.note_empty"),
        (gaps.note(40, (1, 2**62)), "continuity.note_empty"),
        (gaps.note(40, gaps.LOST_MS, device=world.SECOND_ID), None),
    ],
)
def test_a_note_that_does_not_count_leaves_the_gap_unexplained(
    note: records.FieldRecord, remark: str | None, tmp_path: Path
) -> None:
    report = _verified(tmp_path, gaps.files([note]))
    assert [each.sentence.code for each in _continuity(report).findings] == ["continuity.missing"]
    assert remark is None or remark in _codes(report)


def test_one_recorder_without_a_reason_is_said() -> None:
    assert "continuity.one_recorder" in _codes(verify(GOOD, world.ROOT.key))


def test_counters_that_never_came_are_said(tmp_path: Path) -> None:
    unseen = (bundle.UnseenCounters(world.DEVICE_ID, 5, 6),)
    report = _verified(tmp_path, gaps.files([], lost=None, unseen=unseen))
    (told,) = [r for r in _continuity(report).remarks if r.code == "continuity.unseen"]
    assert "recordings 5 to 6" in told.en


@pytest.mark.parametrize("moved_ms", [3_600_000, 2**61, -(2**61)])
def test_a_jump_of_the_wall_clock_against_the_monotonic_one_is_said(
    moved_ms: int, tmp_path: Path
) -> None:
    made = gaps.files([], lost=None)
    link, frames = fragment.first_link(bundles.golden_opening().payload, 1), []
    for number in range(bundles.FRAGMENTS):
        body = world.payload(number)
        moved = moved_ms if number >= 7 else 0
        header = world.header(number, link, body)
        header = header._replace(wall_ms=header.wall_ms + moved, sha=digest(HashAlg.SHA256, body))
        frames.append(fragment.make_frame(header, body))
        link = fragment.link(frames[-1])
    made[f"{bundles.STREAM}/fragments.mzf"] = b"".join(frames)
    made[f"{bundles.STREAM}/heads.mzh"] = world.signed_head(11, link, final=True)
    report = _verified(tmp_path, made)
    (told,) = [r for r in _continuity(report).remarks if r.code == "continuity.clock_jump"]
    assert "At fragment 7" in told.en
    assert f"{moved_ms / 1000:+.1f} s" in told.en


def _note(start: int, end: int) -> Note:
    record = gaps.note(40, (start, end))
    assert isinstance(record.body, recording_notes.FaultNote)
    return Note(record, record.body)


def test_an_interval_is_split_into_explained_and_unexplained_pieces() -> None:
    notes = [_note(50_000, 70_000), _note(20_000, 30_000), _note(25_000, 40_000)]
    pieces = split(10_000, 60_000, notes)
    assert [(low, high, note is not None) for low, high, note in pieces] == [
        (10_000, 20_000, False), (20_000, 30_000, True), (30_000, 40_000, True),
        (40_000, 50_000, False), (50_000, 60_000, True),
    ]  # fmt: skip


def test_a_time_that_no_calendar_shows_is_the_nearest_that_one_can() -> None:
    assert clock_text(2**62) == "9999-12-31 08:00:00"
    assert court_time(-(2**62)).year == 1
