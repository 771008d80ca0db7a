"""The verifier as a command, and that it reads a long recording in bounded pieces."""

from __future__ import annotations

import json
import subprocess
import sys
import tracemalloc
from pathlib import Path

import pytest

from schemas.media import fragment, head
from schemas.sign import HashAlg, digest
from schemas.verification.report import VERIFIED
from schemas.verification.steps import verify
from schemas.verify import main
from tests.contract import bundles, world
from tests.contract.make_bad_bundles import GOOD, KEPT


def _colons(fingerprint: str) -> str:
    return ":".join(fingerprint[at : at + 2] for at in range(0, 64, 2)).upper()


def test_the_command_verifies_by_a_printed_fingerprint() -> None:
    command = [sys.executable, "-m", "schemas.verify", str(GOOD), "--root", _colons(world.ROOT.key)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.rstrip().endswith("核验通过 · verified")
    assert "未证明：镜头前的场景是真实的。" in done.stdout


def test_json_holds_every_step_in_order(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(GOOD), "--root", world.ROOT.key, "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["verdict"] == "verified"
    assert [step["step"] for step in report["steps"]] == [1, 2, 3, 4, 5, 6, 7]
    assert {step["status"] for step in report["steps"]} == {"ok"}


@pytest.mark.parametrize(
    ("lang", "there", "absent"), [("zh", "完整性", "Complete"), ("en", "Complete", "完整性")]
)
def test_one_language(
    lang: str, there: str, absent: str, capsys: pytest.CaptureFixture[str]
) -> None:
    main([str(GOOD), "--lang", lang])
    said = capsys.readouterr().out
    assert there in said
    assert absent not in said


def test_no_root_exits_3(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(GOOD)]) == 3
    assert "consistent, origin unproven" in capsys.readouterr().out


def test_a_bad_package_exits_1_and_names_the_bytes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(KEPT / "2_digests.zip"), "--root", world.ROOT.key]) == 1
    assert "第 3 号片段(第 540 至 719 字节)" in capsys.readouterr().out


def test_a_file_that_is_not_there_exits_1(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["/nowhere/bundle.zip"]) == 1
    assert "bundle.unreadable" in capsys.readouterr().err


def test_a_wrong_fingerprint_form_exits_2() -> None:
    assert main([str(GOOD), "--root", "abc"]) == 2


def _long_recording(count: int, size: int) -> bundles.Files:
    """Return the good files around a recording of `count` fragments of `size` bytes."""
    files = bundles.good_files()
    link = fragment.first_link(bundles.golden_opening().payload, 1)
    frames = []
    for number in range(count):
        body = number.to_bytes(4, "big") * (size // 4)
        stated = world.header(number, link, body)._replace(sha=digest(HashAlg.SHA256, body))
        frame = fragment.make_frame(stated, body)
        frames.append(frame)
        link = fragment.link(frame)
    last = head.Head(
        fragment.Rendition.FULL, world.RECORDING_ID, count - 1, link, world.OPENED_MS, 1, True
    )
    files[f"{bundles.STREAM}/fragments.mzf"] = b"".join(frames)
    files[f"{bundles.STREAM}/heads.mzh"] = head.sign_head(last, world.DEVICE)
    files["facts.json"] = bundles.encoded(bundles.facts(last=count - 1))
    return files


def test_memory_stays_bounded_for_a_long_recording(tmp_path: Path) -> None:
    path = tmp_path / "long.zip"
    path.write_bytes(bundles.packed(bundles.listed(_long_recording(200, 200_000))))
    assert path.stat().st_size > 40_000_000
    tracemalloc.start()
    report = verify(path, world.ROOT.key)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert report.verdict == VERIFIED
    assert peak < 8_000_000
