"""A package says of footage that came over a bridge where custody begins, and believes no key but
the relay's for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.media.fmp4 import read_init
from schemas.media.opening import Source, open_opening
from schemas.problems import MzError
from schemas.sign import Ed25519Signer
from schemas.verification.report import VERIFIED, Report
from schemas.verification.steps import verify
from tests.contract import bridging, bundles, world
from tests.contract.bundles import Files


def verified(tmp_path: Path, files: Files) -> Report:
    path = tmp_path / "package.zip"
    path.write_bytes(bundles.packed(bundles.listed(files)))
    return verify(path, world.ROOT.key)


def told(report: Report) -> dict[str, str]:
    return {each.code: each.zh + each.en for step in report.steps for each in step.remarks}


def test_u01_an_imported_recording_verifies_and_says_where_custody_begins(tmp_path: Path) -> None:
    report = verified(tmp_path, bridging.files())
    assert report.verdict == VERIFIED
    words = told(report)["signatures.bridged_file"]
    for word in ("保管自中继收到时", "custody begins", bridging.BRIDGED.sha256, "+95"):
        assert word in words
    assert bridging.BRIDGED.sha256 in told(report)["exhibits.original"]
    assert "exhibits.unreferenced" not in told(report)
    assert "signatures.time" not in told(report), "nothing proves that it is not older"


def test_u01_a_package_without_the_original_says_so(tmp_path: Path) -> None:
    report = verified(tmp_path, bridging.files(original=False))
    assert report.verdict == VERIFIED
    assert "exhibits.original_elsewhere" in told(report)


@pytest.mark.parametrize(
    ("signer", "changes", "code"),
    [
        (world.DEVICE, {}, "signatures.bad_key"),
        (Ed25519Signer.generate(), {}, "signatures.bad_key"),
        (world.RELAY, {"source": Source.CAMERA, "bridged": None}, "signatures.bad_key"),
        (world.RELAY, {"source": Source.CAMERA}, "signatures.malformed"),
        (world.RELAY, {"bridged": None}, "signatures.malformed"),
    ],
)
def test_u01_the_relay_signs_for_bridges_alone_and_nobody_else_does(
    tmp_path: Path, signer: Ed25519Signer, changes: dict[str, object], code: str
) -> None:
    report = verified(tmp_path, bridging.files(signer, **changes))
    assert report.verdict != VERIFIED
    assert code in {each.sentence.code for each in report.steps[3].findings}


def test_an_opening_says_both_that_it_is_bridged_or_neither() -> None:
    open_opening(bridging.opening(), world.RELAY.public)
    for changes in ({"source": Source.CAMERA}, {"bridged": None}):
        with pytest.raises(MzError) as refusal:
            open_opening(bridging.opening(**changes), world.RELAY.public)
        assert refusal.value.code == "opening.inconsistent"


def test_a_cut_hvcc_is_refused() -> None:
    def box(kind: bytes, body: bytes) -> bytes:
        return (8 + len(body)).to_bytes(4, "big") + kind + body

    def trak(hvcc: bytes) -> bytes:
        entry = box(b"hvc1", bytes(24) + b"\x01\x40\x00\xf0" + bytes(50) + box(b"hvcC", hvcc))
        stsd = box(b"stsd", bytes(8) + entry)
        mdhd = box(b"mdhd", bytes(12) + (90_000).to_bytes(4, "big") + bytes(8))
        mdia = box(b"mdia", mdhd + box(b"minf", box(b"stbl", stsd)))
        tkhd = box(b"tkhd", bytes(12) + (1).to_bytes(4, "big") + bytes(64))
        return box(b"moov", box(b"trak", tkhd + mdia))

    whole = bytes([1, 1]) + b"\x60\0\0\0" + b"\x90\0\0\0\0\0" + bytes([93]) + bytes(10)
    init = read_init(trak(whole))
    assert (init.codecs, init.width, init.height) == ("hvc1.1.6.L93.90", 320, 240)
    with pytest.raises(MzError) as refusal:
        read_init(trak(whole[:8]))
    assert refusal.value.code == "fmp4.malformed"
