"""What the verifier tells of a package that is not wrong: who confirmed, what was tested before."""

from __future__ import annotations

from pathlib import Path

import msgspec

from schemas import ledger, records
from schemas.recording_notes import Checked, CheckState, DepartureCheck
from schemas.sign import sign_envelope
from schemas.verification.report import Report, Sentence
from schemas.verification.steps import verify
from tests.contract import bundles, seconding, world
from tests.contract.bundles import Files, encoded


def _verified(files: Files, tmp_path: Path) -> Report:
    path = tmp_path / "package.zip"
    path.write_bytes(bundles.packed(bundles.listed(files)))
    return verify(path, world.ROOT.key)


def _said(files: Files, tmp_path: Path) -> dict[str, str]:
    """Return what is said of second officers, with nothing found."""
    report = _verified(files, tmp_path)
    assert report.exit_code() == 0, [str(one) for step in report.steps for one in step.findings]
    return {one.code: one.zh for one in report.steps[3].remarks if ".second" in one.code}


def test_r11_a_confirmation_by_pin_is_checked_by_the_key_in_the_package(tmp_path: Path) -> None:
    key, here = seconding.key(), seconding.here()
    entered = (seconding.enrolled(key),)
    said = _said(seconding.files(here, (key,), entered), tmp_path)
    assert said.keys() == {"signatures.second_checked"}
    assert f"沈知夏({world.SECOND_ID})" in said["signatures.second_checked"]
    for code, changes in (
        ("revoked", {"revoked_ms": world.OPENED_MS - 60_000}),
        ("bad", {"public": world.DEVICE.public}),
        ("bad", {"device": seconding.DEVICE_ID}),
        ("bad", {"officer": world.OFFICER_ID}),
    ):
        other = seconding.key(**changes)
        files = seconding.files(here, (other,), (seconding.enrolled(other),))
        assert _said(files, tmp_path).keys() == {f"signatures.second_{code}"}, changes
    later = seconding.key(revoked_ms=seconding.AT_MS)
    said = _said(seconding.files(here, (later,), entered), tmp_path)
    assert said.keys() == {"signatures.second_checked"}, "what was confirmed before stands"


def test_r11_a_key_that_the_ledger_gives_another_officer_is_found(tmp_path: Path) -> None:
    foreign = seconding.enrolled(seconding.key(officer=world.OFFICER_ID))
    files = seconding.files(seconding.here(), (seconding.key(),), (foreign,))
    found = _verified(files, tmp_path).steps[4].findings
    assert [one.sentence.code for one in found] == ["inclusion.second_unrecorded"]


CHECKED = (
    Checked("camera", CheckState.GOOD),
    Checked("battery", CheckState.WARN, 35, "%"),
    Checked("clock", CheckState.BAD, 90_000, "ms", "clock_off"),
)


def _departure(
    tmp_path: Path, *began_ms: int, checked: tuple[Checked, ...] = CHECKED
) -> list[Sentence]:
    """Return what is said of the device's checks, made at these times."""
    files = bundles.good_files()
    act = sign_envelope(world.DEVICE, records.FIELD_RECORD, world.seize_record())
    signed = [act]
    for at, began in enumerate(began_ms):
        body = DepartureCheck(began, 4_000, list(checked))
        record = msgspec.structs.replace(
            world.seize_record(), record=world.fixed_id(110 + at), body=body, exhibits=[],
            recorded_wall_ms=began + 4_000, second_officer=None,
        )  # fmt: skip
        signed.append(sign_envelope(world.DEVICE, records.FIELD_RECORD, record))
        files[f"records/{record.record}.json"] = encoded(signed[-1])
    entries = [
        encoded(ledger.LedgerEntry(
            world.fixed_id(120 + at), bundles.MADE_MS, "record:field:kept", world.OFFICER_ID,
            world.RECORD_ID, one.payload_sha256()))
        for at, one in enumerate(signed)
    ]  # fmt: skip
    report = _verified(files | bundles.proven(entries), tmp_path)
    assert report.exit_code() == 0, [str(one) for step in report.steps for one in step.findings]
    return [one for one in report.steps[5].remarks if "departure" in one.code]


def test_what_a_device_found_before_departure_is_told(tmp_path: Path) -> None:
    before, after = world.ARRIVAL_MS - 3_600_000, world.ARRIVAL_MS + 60_000
    [said] = _departure(tmp_path)
    assert said.code == "continuity.no_departure_check"
    [said] = _departure(tmp_path, before, after)
    assert said.code == "continuity.departure_check"
    assert "电量需留意、时钟不合格" in said.zh
    assert "battery wants minding, clock failed" in said.en
    [said] = _departure(tmp_path, before, checked=CHECKED[:1])
    assert "1 项均正常" in said.zh
    [said] = _departure(tmp_path, after)
    assert said.code == "continuity.departure_check_late"
