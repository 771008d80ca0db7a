"""One bad package for each step is kept, and fails with exactly its sentence."""

from __future__ import annotations

import json

import pytest

from schemas.verification.report import ORIGIN_UNPROVEN, VERIFIED, Status
from schemas.verification.steps import STEPS, verify
from tests.contract import world
from tests.contract.make_bad_bundles import BAD, GOOD, GOODS, KEPT, outcome

EXPECTED = json.loads((KEPT / "expected.json").read_text("utf-8"))


def test_each_step_has_a_bad_package() -> None:
    assert {name[2:].split("_")[0] for name in EXPECTED} == {name for name, _ in STEPS}
    assert {path.stem for path in KEPT.glob("*.zip")} == set(EXPECTED) == set(BAD)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_v_bad_package_fails_with_exactly_its_sentence(name: str) -> None:
    found = outcome(KEPT / f"{name}.zip")
    assert found == EXPECTED[name]
    assert found["steps"] == [name[2:].split("_")[0]]
    assert len(found["zh"]) == 1


def test_the_kept_good_package_verifies_with_the_root() -> None:
    report = verify(GOOD, world.ROOT.key)
    assert report.verdict == VERIFIED
    assert report.exit_code() == 0
    assert [step.status for step in report.steps] == [Status.OK] * 7
    assert report.case_number == "（2026）粤0199执1234号"


def test_without_the_root_the_origin_is_unproven() -> None:
    report = verify(GOOD, None)
    assert report.verdict == ORIGIN_UNPROVEN
    assert report.exit_code() == 3
    assert "not_proven.origin" in {each.code for each in report.not_proven}


def test_another_courts_root_is_found() -> None:
    report = verify(GOOD, world.STRANGER.key)
    assert report.exit_code() == 1
    assert report.steps[3].findings[0].sentence.code == "signatures.wrong_root"


def test_the_builder_still_makes_the_kept_packages() -> None:
    for name, make in GOODS.items():
        assert make() == GOOD.with_name(f"{name}.zip").read_bytes(), name
    for name, make in BAD.items():
        assert make() == (KEPT / f"{name}.zip").read_bytes(), name
