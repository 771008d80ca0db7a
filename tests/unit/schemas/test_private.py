"""A package says what is closed in it, proves that nothing else is, and who opened what."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.media import fragment
from schemas.verification.report import VERIFIED, Report
from schemas.verification.steps import verify
from tests.contract import bundles, private, world
from tests.contract.bundles import STREAM, Files

CLOSED = f"{STREAM}/closed.mzf"


def verified(tmp_path: Path, files: Files) -> Report:
    path = tmp_path / "package.zip"
    path.write_bytes(bundles.packed(bundles.listed(files)))
    return verify(path, world.ROOT.key)


def test_u01_a_closed_interval_is_told_with_its_times_and_the_chain_holds(tmp_path: Path) -> None:
    report = verified(tmp_path, private.closed_files())
    assert report.verdict == VERIFIED
    told = {each.code: each for each in report.steps[5].remarks}
    assert "14:31:00 至 2026-03-12 14:31:01" in told["continuity.private_closed"].zh
    assert "continuity.private_shown" not in told
    assert "continuity.private_opened" not in told


def test_u01_an_opened_interval_names_both_persons_viewer_and_reason(tmp_path: Path) -> None:
    report = verified(tmp_path, private.opened_files())
    assert report.verdict == VERIFIED
    told = {each.code: each for each in report.steps[5].remarks}
    assert "continuity.private_closed" not in told
    assert "continuity.private_shown" in told
    for word in ("值班员", "局长", "法官", "复核搜查过程"):
        assert word in told["continuity.private_opened"].zh
        assert word in told["continuity.private_opened"].en


def test_u01_nobody_can_hide_what_the_device_did_not_call_private(tmp_path: Path) -> None:
    report = verified(tmp_path, private.closed_files(range(3, 9)))
    (found,) = report.steps[2].findings
    assert (found.sentence.code, found.path) == ("chain.closed_not_private", CLOSED)


@pytest.mark.parametrize("offset", [24, 60, 90, 130])
def test_u01_a_changed_bare_header_breaks_the_chain(tmp_path: Path, offset: int) -> None:
    files = private.closed_files()
    raw = bytearray(files[CLOSED])
    raw[2 * fragment.HEADER_BYTES + offset] ^= 1
    report = verified(tmp_path, files | {CLOSED: bytes(raw)})
    assert report.steps[2].findings


@pytest.mark.parametrize("cut", [1, 151, 153])
def test_u01_a_cut_file_of_bare_headers_is_malformed(tmp_path: Path, cut: int) -> None:
    files = private.closed_files()
    report = verified(tmp_path, files | {CLOSED: files[CLOSED][:-cut]})
    assert report.exit_code() == 1


def test_u01_photo_and_talk_of_the_interval_may_be_left_out_and_it_is_told(tmp_path: Path) -> None:
    report = verified(tmp_path, private.closed_exhibits_files())
    assert report.verdict == VERIFIED
    told = [each.zh for each in report.steps[6].remarks if each.code == "exhibits.closed"]
    assert len(told) == 2
    assert all(private.INTERVAL in each for each in told)


def test_u01_nobody_leaves_out_a_photo_or_talk_that_was_not_private(tmp_path: Path) -> None:
    files = private.closed_exhibits_files("", private.burst(()))
    found = {each.sentence.code for each in verified(tmp_path, files).steps[6].findings}
    assert found == {"exhibits.missing", "exhibits.talk_missing"}
