"""Every finding of the verifier, each brought about once by somebody who re-signs what he can."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from schemas import bundle, feed, integrity, records, stream
from schemas.derived import DERIVED
from schemas.media import fragment, head, opening
from schemas.sign import Ed25519Signer, decode_payload, sha256_hex, sign_envelope
from schemas.verification.found import FOUND
from schemas.verification.report import Status
from schemas.verification.steps import verify
from tests.contract import bundles, copying, papering, seconding, talking, valued, world
from tests.contract.bundles import PHOTO_SHA, RECORD, STREAM, Files

OPENING = f"recordings/{world.RECORDING_ID}/opening.json"
ARCHIVED = f"recordings/{world.RECORDING_ID}/archived.json"
FRAGMENTS, HEADS = f"{STREAM}/fragments.mzf", f"{STREAM}/heads.mzh"


def _with(**changes: object) -> Files:
    """Return the good files with the record's payload changed and signed again."""
    stated = msgspec.structs.replace(world.seize_record(), **changes)
    files = bundles.good_files()
    signed = sign_envelope(world.DEVICE, records.FIELD_RECORD, stated)
    return files | {RECORD: bundles.encoded(signed)} | bundles.ledger_files(signed)


def _frames(frames: list[bytes], heads: list[bytes] | None = None) -> Files:
    files = bundles.good_files()
    files[FRAGMENTS] = b"".join(frames)
    if heads is not None:
        files[HEADS] = b"".join(heads)
    return files


def _replaced(path: str, raw: bytes) -> Files:
    files = bundles.good_files()
    files[path] = raw
    return files


def _renamed(old: str, new: str) -> Files:
    return {path.replace(old, new): raw for path, raw in bundles.good_files().items()}


def _facts(**changes: object) -> Files:
    stated = msgspec.json.decode(bundles.facts().payload, type=bundle.BundleFacts)
    changed = msgspec.structs.replace(stated, **changes)
    return _replaced(
        "facts.json", bundles.encoded(sign_envelope(world.CENTRE, bundle.FACTS, changed))
    )


def _lying_payload() -> Files:
    """A payload that is not what its own header says, packed and signed by the relay."""
    frames, _ = bundles.chain()
    frames[2] = frames[2][:-1] + b"!"
    return _frames(frames)


def _foreign_fragment() -> Files:
    frames, _ = bundles.chain()
    header, body = fragment.split_frame(frames[5])
    other = header._replace(recording=world.FORMER_ID)
    frames[5] = fragment.make_frame(other, bytes(body))
    return _frames(frames)


def _forged_head() -> Files:
    """The device itself signs a head that does not fit its chain."""
    frames, heads = bundles.chain()
    stated = head.decode_head(heads[0])._replace(link=b"\x11" * 32)
    return _frames(frames, [head.sign_head(stated, world.DEVICE), *heads[1:]])


def _wrong_former() -> Files:
    """The recording says that the former one, which is this very one, ended elsewhere."""
    former = [opening.FormerHead(world.RECORDING_ID, 1, 3, "ab" * 32)]
    stated = msgspec.structs.replace(world.stated_opening(world.wrapped_to_court()), former=former)
    return bundles.with_opening(stated)


def _other_holder() -> Files:
    stated = world.stated_opening(world.wrapped_to_court())
    return bundles.with_opening(msgspec.structs.replace(stated, device=world.OFFICER_ID))


def _strange_challenge() -> Files:
    given = opening.ContactChallenge(world.OFFICER_ID, "1", world.ARRIVAL_MS, 0)
    signed = sign_envelope(world.CENTRE, opening.CHALLENGE, given)
    stated = world.stated_opening(world.wrapped_to_court())
    return bundles.with_opening(msgspec.structs.replace(stated, challenge=signed))


def _swapped_signature() -> Files:
    envelope = bundles.facts()
    other = sign_envelope(world.CENTRE, bundle.FACTS, b"{}")
    forged = msgspec.structs.replace(envelope, signature=other.signature)
    return _replaced("facts.json", bundles.encoded(forged))


def _relay_signs_facts() -> Files:
    forged = sign_envelope(world.RELAY, bundle.FACTS, bundles.facts().payload)
    return _replaced("facts.json", bundles.encoded(forged))


def _other_recordings_statement() -> Files:
    stated = stream.ArchivedStatement(
        world.RELAY_ID, world.FORMER_ID, world.PART_ID, "cd" * 32, 1, [], ["disk-1"], 1,
        world.OPENED_MS,
    )  # fmt: skip
    return _replaced(
        ARCHIVED, bundles.encoded([sign_envelope(world.RELAY, stream.ARCHIVED, stated)])
    )


def _no_entry() -> Files:
    other = sign_envelope(world.DEVICE, records.FIELD_RECORD, b"{}")
    return bundles.good_files() | bundles.ledger_files(other)


def _without_centre() -> Files:
    certificates = [c for c in world.certificates() if c.payload.find(b'"centre"') < 0]
    return _replaced("keys/certificates.json", bundles.encoded(certificates))


def _unknown_device() -> Files:
    certificates = world.certificates()[:4]
    return _replaced("keys/certificates.json", bundles.encoded(certificates))


def _lost_talk() -> Files:
    files = talking.files()
    del files[f"exhibits/{sha256_hex(talking.sound())}"]
    return files


def _wrong_size() -> Files:
    photo = records.ExhibitRef(PHOTO_SHA, 5, "image/jpeg", "photo")
    return _with(exhibits=[photo])


def _absent_exhibit() -> Files:
    files = bundles.good_files()
    del files[f"exhibits/{PHOTO_SHA}"]
    return files


def _absent_recording() -> Files:
    """The relay leaves the whole recording out; the centre knows of it."""
    files = _with(footage=None)
    return {path: raw for path, raw in files.items() if not path.startswith("recordings/")}


def _other_link() -> Files:
    """The device signs for people another chain than the one that it sent."""
    stated = head.Head(1, world.RECORDING_ID, 4, b"\x09" * 32, valued.AT_MS, 5_000)  # type: ignore[arg-type]
    raw = head.sign_head(stated, world.DEVICE)
    chain = integrity.ChainAt(world.RECORDING_ID, raw, 4)
    return valued.files(valued.statement(chains=[chain]))


CASES: dict[str, Callable[[], Files]] = {
    "completeness.unknown_path": lambda: _replaced("notes.txt", b"hello"),
    "completeness.required_file": lambda: {
        path: raw for path, raw in bundles.good_files().items() if path != "ledger/head.json"
    },
    "chain.malformed": lambda: _replaced(FRAGMENTS, b"no frames"),
    "chain.opening_changed": lambda: _renamed(world.RECORDING_ID, world.FORMER_ID),
    "chain.init_changed": lambda: _replaced(f"{STREAM}/init.mp4", b"another init"),
    "chain.fragment_foreign": _foreign_fragment,
    "chain.out_of_order": lambda: _frames([*bundles.chain()[0][:4], bundles.chain()[0][2]]),
    "chain.payload_changed": _lying_payload,
    "chain.head_differs": _forged_head,
    "chain.former_differs": _wrong_former,
    "signatures.untrusted_keys": _without_centre,
    "signatures.malformed": lambda: _replaced(
        RECORD, bundles.encoded(sign_envelope(world.DEVICE, records.FIELD_RECORD, b"{}"))
    ),
    "signatures.bad": _swapped_signature,
    "signatures.bad_key": _relay_signs_facts,
    "signatures.wrong_holder": _other_holder,
    "signatures.other_bundle": lambda: _facts(bundle=world.PART_ID),
    "signatures.no_head": lambda: _frames(bundles.chain()[0], []),
    "inclusion.malformed": lambda: _replaced("ledger/inclusions.json", b"[1]"),
    "inclusion.no_entry": _no_entry,
    "inclusion.second_unrecorded": lambda: seconding.files(seconding.here(), (seconding.key(),)),
    "continuity.no_recording": _absent_recording,
    "continuity.unlisted_recording": lambda: _facts(footage=[]),
    "exhibits.missing": _absent_exhibit,
    "exhibits.size": _wrong_size,
    "exhibits.no_record": lambda: _facts(records=[world.RECORD_ID, world.MEASURE_ID]),
    "exhibits.copy_unsigned": lambda: copying.files(
        sign_envelope(world.CENTRE, DERIVED, copying.copy().payload)
    ),
    "exhibits.copy_unrecorded": lambda: copying.files(recorded=False),
    "exhibits.copy_source": lambda: copying.files(copying.copy(link="ab" * 32)),
    "exhibits.talk_unsigned": lambda: talking.files(
        sign_envelope(
            world.DEVICE,
            feed.TALK_BURST,
            decode_payload(talking.burst(), feed.TALK_BURST, feed.TalkBurst),
        )
    ),
    "exhibits.talk_missing": _lost_talk,
    "exhibits.value_foreign": lambda: valued.files(valued.statement(device=world.RELAY_ID)),
    "exhibits.value_no_recording": lambda: valued.files(
        valued.statement(chains=[integrity.ChainAt(world.FORMER_ID, valued.chain_at().head, 6)])
    ),
    "exhibits.value_head_bad": lambda: valued.files(
        valued.statement(chains=[valued.chain_at(signer=world.STRANGER)])
    ),
    "exhibits.value_link_differs": _other_link,
    "exhibits.value_record_absent": lambda: valued.files(
        valued.statement(records=[integrity.RecordAt(world.FORMER_ID, "marker", "00" * 32)])
    ),
    "exhibits.value_record_differs": lambda: valued.files(
        valued.statement(records=[integrity.RecordAt(world.RECORD_ID, "marker", "00" * 32)])
    ),
    "exhibits.paper_missing": lambda: papering.files(papers=[papering.paper(size=7)]),
    "exhibits.paper_unrecorded": lambda: papering.files(unrecorded=papering.LARGE_ID),
    "exhibits.notice_missing": lambda: {
        path: raw for path, raw in papering.files().items() if path != papering.NOTICE
    },
    "exhibits.notice_unrecorded": lambda: papering.files(unrecorded=papering.NOTICE_ID),
    "exhibits.footage_absent": lambda: _with(
        footage=records.FootageAt(world.RECORDING_ID, 99, world.OPENED_MS)
    ),
}


@pytest.mark.parametrize("code", CASES)
def test_v_each_finding_is_found(code: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.zip"
    path.write_bytes(bundles.packed(bundles.listed(CASES[code]())))
    report = verify(path, world.ROOT.key)
    assert report.exit_code() == 1
    codes = [found.sentence.code for step in report.steps for found in step.findings]
    assert code in codes
    step = next(step for step in report.steps if step.status is Status.FOUND)
    assert step.name == code.split(".")[0], codes


@pytest.mark.parametrize(
    ("code", "make"),
    [
        ("signatures.wrong_holder", _strange_challenge),
        ("signatures.wrong_holder", _other_recordings_statement),
        ("signatures.bad_key", _unknown_device),
    ],
)
def test_v_other_roads_to_a_finding(code: str, make: Callable[[], Files], tmp_path: Path) -> None:
    path = tmp_path / "bad.zip"
    path.write_bytes(bundles.packed(bundles.listed(make())))
    report = verify(path, world.ROOT.key)
    assert code in {found.sentence.code for step in report.steps for found in step.findings}


def _manifest(
    files: Files, signer: Ed25519Signer = world.RELAY, twice: str = "", grown: str = ""
) -> Files:
    rows = [
        bundle.BundleFile(path, len(raw) + (path == grown), sha256_hex(raw))
        for path, raw in files.items()
    ]
    rows += [row for row in rows if row.path == twice]
    manifest = bundle.BundleManifest(world.BUNDLE_ID, world.RELAY_ID, bundles.MADE_MS, rows)
    signed = sign_envelope(signer, bundle.MANIFEST, manifest)
    return {"bundle.json": bundles.encoded(signed), **files}


@pytest.mark.parametrize(
    ("code", "make"),
    [
        ("completeness.no_manifest", lambda files: {"bundle.json": b"{}", **files}),
        ("completeness.signer_unknown", lambda files: _manifest(files, world.STRANGER)),
        ("completeness.listed_twice", lambda files: _manifest(files, twice="facts.json")),
        ("completeness.extra_file", lambda files: bundles.listed(files) | {"facts2.json": b"{}"}),
        ("digests.size_changed", lambda files: _manifest(files, grown="facts.json")),
    ],
)
def test_v_a_wrong_list_is_found(code: str, make: Callable[[Files], Files], tmp_path: Path) -> None:
    path = tmp_path / "bad.zip"
    path.write_bytes(bundles.packed(make(bundles.good_files())))
    report = verify(path, world.ROOT.key)
    assert next(f.sentence.code for step in report.steps for f in step.findings) == code


def test_u3_a_signed_value_is_found_again_in_the_package(tmp_path: Path) -> None:
    path = tmp_path / "good.zip"
    path.write_bytes(bundles.packed(bundles.listed(valued.files())))
    report = verify(path, world.ROOT.key)
    assert report.exit_code() == 0, [str(one) for step in report.steps for one in step.findings]
    said = [one for step in report.steps for one in step.remarks if ".value_" in one.code]
    assert [one.code.split("_", 1)[1] for one in said] == ["matches", "tail", "absent"]
    value = integrity.value_of(valued.body().statement)
    assert integrity.short_code(value) in said[0].en
    assert "1 signed, 1 refused" in said[0].en


def _remarks(files: Files, tmp_path: Path) -> dict[str, str]:
    """Return what the verifier remarks on whose signatures there are, with none of it wrong."""
    path = tmp_path / "good.zip"
    path.write_bytes(bundles.packed(bundles.listed(files)))
    report = verify(path, world.ROOT.key)
    assert report.exit_code() == 0, [str(one) for step in report.steps for one in step.findings]
    return {one.code: one.zh for one in report.steps[3].remarks if ".second" in one.code}


def test_r11_a_second_officer_who_only_was_typed_is_told(tmp_path: Path) -> None:
    said = _remarks(bundles.good_files(), tmp_path)
    assert said.keys() == {"signatures.second_typed"}
    assert world.RECORD_ID in said["signatures.second_typed"]
    nobody = _with(second_officer=None)
    assert _remarks(nobody, tmp_path) == {}, "who is not named is for the centre to miss"
    himself = _with(second_officer=world.OFFICER_ID)
    assert _remarks(himself, tmp_path).keys() == {"signatures.second_typed"}


def test_r11_a_second_officer_on_his_own_device_is_believed_for_his_time(tmp_path: Path) -> None:
    beside = seconding.beside(world.OPENED_MS - 60_000, world.OPENED_MS + 60_000)
    assert _remarks(seconding.files(beside), tmp_path) == {}
    early = seconding.beside(world.OPENED_MS - 9_000_000, world.OPENED_MS - 8_000_000)
    other = msgspec.structs.replace(beside, officer=world.OFFICER_ID)
    borrowed = msgspec.structs.replace(beside, device=world.DEVICE_ID)
    for one in (early, other, borrowed):
        assert _remarks(seconding.files(one), tmp_path).keys() == {"signatures.second_typed"}


def test_r11_a_confirmation_by_pin_is_told_as_what_could_not_be_checked(tmp_path: Path) -> None:
    said = _remarks(seconding.files(seconding.here()), tmp_path)
    assert said.keys() == {"signatures.second_pin"}
    foreign = seconding.here(sha256="0" * 64)
    assert _remarks(seconding.files(foreign), tmp_path).keys() == {"signatures.second_typed"}


def test_s19_papers_and_acknowledgements_are_found_in_the_package(tmp_path: Path) -> None:
    path = tmp_path / "good.zip"
    path.write_bytes(papering.good())
    report = verify(path, world.ROOT.key)
    assert report.exit_code() == 0, [str(one) for step in report.steps for one in step.findings]
    said = {one.code: one.zh for one in report.steps[6].remarks}
    assert said.keys() >= {"exhibits.paper", "exhibits.paper_elsewhere", "exhibits.acknowledged"}
    assert "（2026）粤01执异7号" in said["exhibits.paper"]
    assert papering.PARTY_ID in said["exhibits.acknowledged"]
    assert "exhibits.unreferenced" not in said


def test_a_paper_that_no_facts_name_is_told(tmp_path: Path) -> None:
    path = tmp_path / "more.zip"
    path.write_bytes(bundles.packed(bundles.listed(papering.files(papers=[], acknowledged=[]))))
    report = verify(path, world.ROOT.key)
    assert [one.code for one in report.steps[6].remarks].count("exhibits.unreferenced") == 2


def test_every_finding_has_an_example() -> None:
    elsewhere = {
        # films beside a package, kept bad bundles, the flipped bytes of test_located, hostile zips,
        # the root
        "container.refused", "completeness.bad_signature", "completeness.missing_file",
        "digests.file_changed", "digests.crc_changed", "digests.fragment_changed",
        "digests.head_changed", "chain.link_broken", "signatures.wrong_root",
        "signatures.bad_head", "inclusion.not_included", "continuity.missing", "exhibits.changed",
        "chain.closed_not_private", "exhibits.copy_changed", "exhibits.copy_unreadable",
    }  # fmt: skip
    lists = {
        "completeness.no_manifest", "completeness.signer_unknown", "completeness.listed_twice",
        "completeness.extra_file", "digests.size_changed",
    }  # fmt: skip
    assert set(FOUND) == set(CASES) | elsewhere | lists
