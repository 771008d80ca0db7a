"""A derived copy is weighed against the package: signed, recorded, made of what is here."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.derived import DERIVED
from schemas.sign import sha256_hex, sign_envelope
from schemas.verification.report import VERIFIED, Report
from schemas.verification.steps import verify
from schemas.verify import main
from tests.contract import bundles, copying, world
from tests.contract.bundles import Files


def package(tmp_path: Path, files: Files) -> Path:
    path = tmp_path / "package.zip"
    path.write_bytes(bundles.packed(bundles.listed(files)))
    return path


def beside(tmp_path: Path, raw: bytes) -> Path:
    path = tmp_path / "copy.zip"
    path.write_bytes(raw)
    return path


def codes(report: Report) -> list[str]:
    return [found.sentence.code for found in report.steps[6].findings]


def test_s72_a_copy_of_this_footage_is_told_with_its_viewer_and_digest(tmp_path: Path) -> None:
    report = verify(package(tmp_path, copying.files()), world.ROOT.key)
    assert report.verdict == VERIFIED
    (told,) = [one for one in report.steps[6].remarks if one.code == "exhibits.copy"]
    for word in ("甲律师", "阅卷", sha256_hex(copying.FILM), world.RECORDING_ID):
        assert word in told.zh
        assert word in told.en


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"link": "00" * 32}, "exhibits.copy_source"),
        ({"last": bundles.FRAGMENTS}, "exhibits.copy_source"),
        ({"recording": world.FORMER_ID}, "exhibits.copy_source"),
        ({"rendition": 2}, "exhibits.copy_source"),
    ],
)
def test_s72_a_copy_of_something_else_is_found(
    tmp_path: Path, changes: dict[str, object], code: str
) -> None:
    report = verify(package(tmp_path, copying.files(copying.copy(**changes))), world.ROOT.key)
    assert codes(report) == [code]


def test_s72_the_film_itself_is_compared_with_what_the_relay_signed(tmp_path: Path) -> None:
    path = package(tmp_path, copying.files())
    same = beside(tmp_path, copying.zipped())
    report = verify(path, world.ROOT.key, (same,))
    assert report.verdict == VERIFIED
    assert "exhibits.copy_given" in [one.code for one in report.steps[6].remarks]
    assert main([str(path), "--root", world.ROOT.key, "--copy", str(same)]) == 0
    for raw, code in (
        (copying.zipped(film=copying.FILM + b"!"), "exhibits.copy_changed"),
        (copying.zipped()[:-9], "exhibits.copy_unreadable"),
        (b"", "exhibits.copy_unreadable"),
    ):
        assert codes(verify(path, world.ROOT.key, (beside(tmp_path, raw),))) == [code]
    assert codes(verify(path, world.ROOT.key, (tmp_path / "none.zip",))) == [
        "exhibits.copy_unreadable"
    ]


def test_s72_a_film_that_the_court_did_not_note_is_found_a_younger_one_is_told(
    tmp_path: Path,
) -> None:
    path = package(tmp_path, bundles.good_files())
    assert codes(verify(path, world.ROOT.key, (beside(tmp_path, copying.zipped()),))) == [
        "exhibits.copy_unrecorded"
    ]
    later = copying.copy(made_ms=bundles.MADE_MS + 1)
    report = verify(path, world.ROOT.key, (beside(tmp_path, copying.zipped(envelope=later)),))
    assert report.verdict == VERIFIED
    assert [one.code for one in report.steps[6].remarks] == ["exhibits.copy_later"]
    forged = sign_envelope(world.DEVICE, DERIVED, later.payload)
    given = beside(tmp_path, copying.zipped(envelope=forged))
    assert codes(verify(path, world.ROOT.key, (given,))) == ["exhibits.copy_unsigned"]
