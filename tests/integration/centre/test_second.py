"""The second officer confirms by his own PIN on the first officer's device (R-11)."""

from __future__ import annotations

import msgspec
import pytest
import requests
from sqlalchemy import delete, select

from command_center.access.permissions import PERMISSIONS, Role
from command_center.devices.enrolment import make_code
from command_center.devices.seconds import enrol_second, list_seconds, revoke_second
from command_center.footage.bundle import request_bundle
from command_center.ledger.service import sequence_entries
from command_center.measures.models import DefectRow, RecordRow
from command_center.measures.second import How
from schemas.bundle import FACTS, BundleFacts, BundleRequest
from schemas.ledger import SECOND_ENROLLED, Inclusion, LedgerEntry
from schemas.problems import MzError
from schemas.records import SeizedItem, SeizeMovables
from schemas.second import (
    SECOND_CONFIRMATION,
    SECOND_KEY,
    ConfirmedHere,
    EnrolledSecond,
    SecondConfirmation,
    SecondKey,
)
from schemas.sign import Ed25519Signer, Envelope, decode, decode_payload, sign_envelope
from tests.integration.centre.court import Court
from tests.integration.centre.running import Centre
from tests.integration.centre.test_field_acts import PEOPLE, Scene, _codes
from tests.integration.centre.test_proof_pages import Reader

UNCONFIRMED = "officers.second_unconfirmed"


@pytest.fixture
def scene(court: Court) -> Scene:
    return Scene(court)


def _code(scene: Scene, officer: str) -> str:
    desk = scene.court.staff(Role.DUTY_OFFICER)
    return str(scene.court.database.run(make_code, desk, officer))


def _enrol(scene: Scene, signer: Ed25519Signer, code: str) -> EnrolledSecond:
    asked = SecondKey(code, scene.device.id, signer.public)
    made: EnrolledSecond = scene.court.database.run(
        enrol_second, scene.principal, sign_envelope(signer, SECOND_KEY, asked)
    )
    return made


def _act(scene: Scene) -> str:
    receipt = scene.send(scene.body("seal_real_estate"))
    assert UNCONFIRMED in _codes(receipt)
    return receipt.record


def _said(scene: Scene, act: str) -> SecondConfirmation:
    query = select(RecordRow.payload_sha256).where(RecordRow.record == act)
    sha256 = scene.court.database.read(lambda uow: uow.session.scalar(query))
    at_ms = scene.court.clock()
    return SecondConfirmation(act, str(sha256), scene.device.id, scene.second, at_ms)


def _confirm(scene: Scene, signer: Ed25519Signer, said: SecondConfirmation) -> list[str]:
    envelope = sign_envelope(signer, SECOND_CONFIRMATION, said)
    return _codes(scene.send(ConfirmedHere(envelope), second_officer=None))


def _how(scene: Scene, act: str) -> How:
    how: How = scene.read(act).measure.second_confirmed
    return how


def test_r11_the_second_confirms_by_his_pin_on_the_first_ones_device(scene: Scene) -> None:
    signer = Ed25519Signer.generate()
    code = _code(scene, scene.second)
    enrolled = _enrol(scene, signer, code)
    assert enrolled.officer.officer == scene.second
    assert _enrol(scene, signer, code) == enrolled, "an answer that was lost is given again"
    act = _act(scene)
    assert _how(scene, act) is How.NOT
    assert _confirm(scene, signer, _said(scene, act)) == []
    assert _how(scene, act) is How.PIN
    assert UNCONFIRMED not in [one.code for one in scene.read(act).measure.defects]
    assert any("以本人口令在同事设备上确认在场" in line for line in scene.log())
    other = _act(scene)
    assert _how(scene, other) is How.NOT, "for the act that he signed, and no other"


def test_r11_the_first_officer_cannot_confirm_for_the_second(scene: Scene) -> None:
    """With all that lies on his device unlocked he has no key that the centre knows as his."""
    act = _act(scene)
    own = Ed25519Signer.generate()
    with pytest.raises(MzError, match=r"second\.not_another"):
        _enrol(scene, own, _code(scene, scene.court.seeded.officer))
    for signer in (own, scene.device.signer):
        assert _confirm(scene, signer, _said(scene, act)) == ["second.not_authentic"]
    assert _how(scene, act) is How.NOT


TYPED = "officers.second_typed"


def _former(scene: Scene) -> SeizeMovables:
    """A seizure as the first app version recorded it."""
    at_ms = scene.court.clock()
    return SeizeMovables(
        started_ms=at_ms - 60_000, finished_ms=at_ms, place_text="龙津里3巷12号",
        items=[SeizedItem(1, "缝纫机", 1, "台")], custodian="周保管", storage_place="原地",
        attendees=PEOPLE, not_exempt=True,
    )  # fmt: skip


def test_r11_a_former_record_with_a_typed_name_says_so_until_he_confirms(scene: Scene) -> None:
    receipt = scene.send(_former(scene))
    assert receipt.measure, "an old record stays a measure that anyone can read"
    assert TYPED in _codes(receipt)
    act = receipt.record
    assert [one.law for one in scene.read(act).measure.defects if one.code == TYPED]
    assert _codes(scene.confirm()) == []
    assert TYPED not in [one.code for one in scene.read(act).measure.defects]
    for version in (0, -3):
        claimed = scene.body("seal_real_estate", version=version, started_ms=1)
        assert TYPED in _codes(scene.send(claimed)), "an old version is no way round the rule"


def test_r11_what_was_accepted_in_silence_before_says_so_now(scene: Scene) -> None:
    act = scene.send(_former(scene)).record
    gone = delete(DefectRow).where(DefectRow.measure == act, DefectRow.code == TYPED)
    scene.court.database.run(lambda uow: uow.session.execute(gone) and None)
    assert TYPED in [one.code for one in scene.read(act).measure.defects]
    assert _codes(scene.confirm()) == []
    assert TYPED not in [one.code for one in scene.read(act).measure.defects]


@pytest.mark.parametrize(
    "changed",
    [
        {"sha256": "0" * 64},
        {"record": "01960000-0000-7000-8000-0000000000aa"},
    ],
)
def test_r11_a_signature_counts_for_the_bytes_that_it_names(
    scene: Scene, changed: dict[str, str]
) -> None:
    signer = Ed25519Signer.generate()
    _enrol(scene, signer, _code(scene, scene.second))
    act = _act(scene)
    _confirm(scene, signer, msgspec.structs.replace(_said(scene, act), **changed))
    assert _how(scene, act) is How.NOT


def test_r11_a_code_is_redeemed_once_and_for_one_key(scene: Scene) -> None:
    code = _code(scene, scene.second)
    _enrol(scene, Ed25519Signer.generate(), code)
    for again in (code, "22222-22222"):
        with pytest.raises(MzError, match=r"enrolment\.code_wrong"):
            _enrol(scene, Ed25519Signer.generate(), again)


def test_r11_a_revoked_pin_confirms_nothing_more_and_what_was_confirmed_stands(
    scene: Scene,
) -> None:
    signer, run = Ed25519Signer.generate(), scene.court.database.run
    key = _enrol(scene, signer, _code(scene, scene.second)).key
    before, after = _act(scene), _act(scene)
    _confirm(scene, signer, _said(scene, before))
    head = scene.court.staff(Role.BUREAU_HEAD)
    for _ in range(2):
        run(revoke_second, head, scene.device.id, key)
    assert _confirm(scene, signer, _said(scene, after)) == ["second.not_authentic"]
    assert (_how(scene, before), _how(scene, after)) == (How.PIN, How.NOT)
    (shown,) = run(list_seconds, head, scene.device.id)
    assert shown.revoked_ms is not None
    with pytest.raises(MzError, match=r"second\.unknown"):
        run(revoke_second, head, scene.device.id, "0" * 64)
    with pytest.raises(MzError):
        run(revoke_second, scene.court.staff(Role.CLERK), scene.device.id, key)


def test_r11_the_package_carries_the_key_and_its_entry_in_the_ledger(scene: Scene) -> None:
    signer, run = Ed25519Signer.generate(), scene.court.database.run
    unused = Ed25519Signer.generate()
    for one in (unused, signer):
        _enrol(scene, one, _code(scene, scene.second))
    act = _act(scene)
    _confirm(scene, signer, _said(scene, act))
    run(revoke_second, scene.court.staff(Role.BUREAU_HEAD), scene.device.id, signer.key)
    while run(sequence_entries):
        pass
    made = run(request_bundle, scene.court.staff(Role.DUTY_OFFICER), scene.court.seeded.operation)
    files = msgspec.json.decode(made.request, type=BundleRequest).files
    facts = decode_payload(decode(files["facts.json"], Envelope), FACTS, BundleFacts)
    [key] = facts.seconds
    assert (key.key, key.public) == (signer.key, signer.public), "and no key that is not needed"
    assert (key.officer, key.device) == (scene.second, scene.device.id)
    assert key.revoked_ms is not None
    proofs = msgspec.json.decode(files["ledger/inclusions.json"], type=list[Inclusion])
    entries = [decode(one.entry, LedgerEntry) for one in proofs]
    of_device = [one.tag for one in entries if one.subject == scene.device.id]
    assert of_device == [SECOND_ENROLLED, "device:second:revoked"], "and nothing else of the device"


@pytest.fixture
def there(sqlite_centre: Centre) -> Scene:
    return Scene(sqlite_centre.court)


def _revoked(scene: Scene, key: str) -> bool:
    head = scene.court.staff(Role.BUREAU_HEAD)
    seconds = scene.court.database.run(list_seconds, head, scene.device.id)
    return next(one for one in seconds if one.key == key).revoked_ms is not None


def test_r11_only_who_may_revoke_devices_revokes_a_second_officers_key(
    sqlite_centre: Centre, there: Scene
) -> None:
    roles = {Role(one.role) for one in there.court.seeded.staff}
    allowed = {role for role in roles if "device:revoke" in PERMISSIONS[role]}
    assert allowed == {Role.BUREAU_HEAD, Role.COMMANDER, Role.TECHNICIAN, Role.ADMIN} & roles
    assert allowed
    assert {Role.CLERK, Role.ENF_OFFICER, Role.DUTY_OFFICER} <= roles - allowed
    key = _enrol(there, Ed25519Signer.generate(), _code(there, there.second)).key
    path = f"devices/{there.device.id}/seconds/{key}/revocation"
    for role in sorted(roles - allowed):
        answer = Reader(sqlite_centre, role).post(path)
        assert answer.status_code == 403, role
        assert not _revoked(there, key), role
    for role in sorted(allowed):
        key = _enrol(there, Ed25519Signer.generate(), _code(there, there.second)).key
        reader, device = Reader(sqlite_centre, role), f"devices/{there.device.id}"
        assert f"{device}/seconds/{key}/revocation" in reader.page(device)
        answer = reader.post(f"{device}/seconds/{key}/revocation")
        assert answer.status_code == 200, role
        assert _revoked(there, key), role


def test_r11_nobody_revokes_from_outside_or_by_another_devices_page(
    sqlite_centre: Centre, there: Scene
) -> None:
    key = _enrol(there, Ed25519Signer.generate(), _code(there, there.second)).key
    path = f"devices/{there.device.id}/seconds/{key}/revocation"
    stranger = requests.post(f"{sqlite_centre.url}/desk/{path}", allow_redirects=False, timeout=20)
    assert stranger.status_code != 200
    head = Reader(sqlite_centre, Role.BUREAU_HEAD)
    forged = head.http.post(f"{head.url}/{path}", timeout=20)
    assert forged.status_code in (400, 403), "without the page's token"
    for wrong in (path.replace(there.device.id, there.other.id), path.replace(key, "0" * 64)):
        assert head.post(wrong).status_code == 404
    assert not _revoked(there, key)
    duty = Reader(sqlite_centre, Role.DUTY_OFFICER).page(f"devices/{there.device.id}")
    assert f'data-second="{key}"' in duty
    assert "/revocation" not in duty, "who may only read sees no button"
