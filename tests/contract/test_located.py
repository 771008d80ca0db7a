"""Any changed byte is located: the file, and in a recording the fragment and its bytes."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from schemas.verification.container import Member, read_container
from schemas.verification.report import Finding, Status
from schemas.verification.steps import verify
from tests.contract import world
from tests.contract.make_bad_bundles import GOOD

RAW = GOOD.read_bytes()
MEMBERS = read_container(io.BytesIO(RAW))
IN_CONTAINER = {"container.refused", "digests.crc_changed"}
STREAMS = ("fragments.mzf", "heads.mzh")


def _owner(at: int) -> Member | None:
    inside = (each for each in MEMBERS.values() if each.start <= at < each.start + each.size)
    return next(inside, None)


def _findings(path: Path, raw: bytes) -> list[Finding]:
    path.write_bytes(raw)
    report = verify(path, world.ROOT.key)
    assert report.exit_code() == 1
    return [found for step in report.steps for found in step.findings]


@settings(
    max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(at=st.integers(0, len(RAW) - 1), change=st.integers(1, 255))
@example(at=RAW.index(b'0=","signature"'), change=1)  # bits of base64 that decode to nothing
def test_v_any_changed_byte_is_located(tmp_path: Path, at: int, change: int) -> None:
    found = _findings(
        tmp_path / "changed.zip", RAW[:at] + bytes([RAW[at] ^ change]) + RAW[at + 1 :]
    )
    owner = _owner(at)
    if owner is None:
        assert found[0].sentence.code in IN_CONTAINER
        return
    assert {each.path for each in found} == {owner.name}
    if owner.name.endswith(STREAMS):
        assert found[0].start is not None
        assert found[0].end is not None
        assert found[0].start <= at - owner.start <= found[0].end


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(cut=st.integers(1, len(RAW)))
def test_a_package_cut_short_is_refused(tmp_path: Path, cut: int) -> None:
    found = _findings(tmp_path / "cut.zip", RAW[:-cut])
    assert found[0].sentence.code == "container.refused"


@pytest.mark.parametrize("where", ["before", "after", "between"])
def test_bytes_that_belong_to_no_file_are_refused(tmp_path: Path, where: str) -> None:
    middle = list(MEMBERS.values())[3].start - 60
    cuts = {"before": 0, "after": len(RAW), "between": middle}
    at = cuts[where]
    found = _findings(tmp_path / "more.zip", RAW[:at] + b"hidden" + RAW[at:])
    assert [each.sentence.code for each in found] == ["container.refused"]


def test_an_unchanged_package_has_no_finding(tmp_path: Path) -> None:
    path = tmp_path / "same.zip"
    path.write_bytes(RAW)
    assert all(step.status is Status.OK for step in verify(path, world.ROOT.key).steps)
