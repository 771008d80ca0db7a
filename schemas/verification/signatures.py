"""Step 4: every signature is good, and the key was its holder's, valid, unrevoked at the time."""

from __future__ import annotations

from schemas import bundle, keys, ledger, recording_notes, records, stream
from schemas.media import head, opening
from schemas.problems import MzError
from schemas.ranges import count
from schemas.sign import decode_payload
from schemas.time import clock_text
from schemas.verification import layout, officers
from schemas.verification.checker import Checker
from schemas.verification.evidence import Evidence, Stream
from schemas.verification.report import Step
from schemas.verification.sentences import finding, remark

_ABOUT_FOOTAGE = (
    recording_notes.FaultNote,
    recording_notes.RecorderReason,
    recording_notes.Noticed,
    recording_notes.DepartureCheck,
)


def check(evidence: Evidence, step: Step) -> dict[str, object]:
    """Build the ring of keys up to the root, then check every signature by it."""
    package = evidence.package
    if not (package.sound(layout.CERTIFICATES) and package.sound(layout.REVOCATIONS)):
        return {}
    try:
        certificates = evidence.envelopes(layout.CERTIFICATES)
        revocations = evidence.envelopes(layout.REVOCATIONS)
        evidence.ring = keys.KeyRing(evidence.root, certificates, revocations)
    except MzError as error:
        wrong = error.code == "keys.wrong_root"
        code = "signatures.wrong_root" if wrong else "signatures.untrusted_keys"
        step.found(finding(code, layout.CERTIFICATES, detail=error.detail))
        return {}
    checker = Checker(evidence, evidence.ring, step)
    _check_package(checker)
    for recording, path in layout.openings(package).items():
        _check_recording(checker, recording, path)
    for each in evidence.streams:
        _check_heads(checker, each)
    signed = [_check_record(checker, *one) for one in layout.records(package).items()]
    keys_of_officers = evidence.facts.seconds if evidence.facts else []
    known = [one for one in signed if one is not None]
    step.remarks.extend(officers.remarks(known, keys_of_officers))
    step.remarks.extend(checker.holders())
    return {"signatures": checker.good + len(certificates) + len(revocations)}


def _check_package(checker: Checker) -> None:
    """The relay's list, the centre's facts and tree head."""
    evidence = checker.evidence
    listed = checker.read(layout.MANIFEST, bundle.MANIFEST, bundle.BundleManifest)
    if listed:
        envelope, manifest = listed
        checker.signed(layout.MANIFEST, envelope, keys.Use.RELAY, manifest.packed_ms)
    stated = checker.read(layout.FACTS, bundle.FACTS, bundle.BundleFacts)
    if stated:
        envelope, facts = stated
        if checker.signed(layout.FACTS, envelope, keys.Use.CENTRE, facts.made_ms):
            evidence.facts = facts
        if evidence.manifest is not None and facts.bundle != evidence.manifest.bundle:
            checker.step.found(finding("signatures.other_bundle", layout.FACTS))
    tree = checker.read(layout.TREE_HEAD, ledger.TREE_HEAD, ledger.TreeHead)
    if tree:
        checker.signed(layout.TREE_HEAD, tree[0], keys.Use.CENTRE, tree[1].at_ms)


def _check_recording(checker: Checker, recording: str, path: str) -> None:
    """The opening by the device, the challenge in it by the centre, what the relay archived.

    Over a bridge the relay signs, when the footage arrived, whatever time it is of."""
    found = checker.read(path, opening.OPENING, opening.RecordingOpening)
    if found is None:
        return
    envelope, stated = found
    if (stated.bridged is not None) != (stated.source is opening.Source.BRIDGE):
        checker.step.found(finding("signatures.malformed", path, detail="opening.inconsistent"))
        return
    if stated.device_key != envelope.key:
        checker.step.found(finding("signatures.wrong_holder", path))
        return
    if stated.bridged is None:
        at_ms = stated.opened_wall_ms
        checker.signed(path, envelope, keys.Use.DEVICE, at_ms, stated.device)
    elif checker.signed(path, envelope, keys.Use.RELAY, stated.bridged.arrived_ms):
        _remark_bridged(checker.step, recording, stated.bridged)
    not_before = _challenge_ms(checker, path, stated)
    not_after = _archived_ms(checker, recording)
    if not_before is not None and not_after is not None:
        begin, end = clock_text(not_before, millis=True), clock_text(not_after, millis=True)
        checker.step.remarks.append(
            remark("signatures.time", recording=recording, begin=begin, end=end)
        )


def _remark_bridged(step: Step, recording: str, bridged: opening.Bridged) -> None:
    """Nobody signed before the relay: said of every recording that came over a bridge."""
    code = "signatures.bridged_file" if bridged.sha256 else "signatures.bridged"
    ahead_s = bridged.clock_ahead_ms / 1000
    step.remarks.append(
        remark(
            code, recording=recording, how=bridged.how, sha=bridged.sha256, bytes=bridged.size,
            at=clock_text(bridged.arrived_ms, millis=True), ahead=f"{ahead_s:+g}",
        )
    )  # fmt: skip


def _challenge_ms(checker: Checker, path: str, stated: opening.RecordingOpening) -> int | None:
    """Return when the centre made the challenge that the opening carries, if it is good."""
    if stated.challenge is None:
        return None
    try:
        given = decode_payload(stated.challenge, opening.CHALLENGE, opening.ContactChallenge)
    except MzError as error:
        checker.step.found(finding("signatures.malformed", path, detail=error.detail))
        return None
    if given.device != stated.device:
        checker.step.found(finding("signatures.wrong_holder", path))
        return None
    good = checker.signed(path, stated.challenge, keys.Use.CENTRE, given.at_ms)
    return given.at_ms if good else None


def _archived_ms(checker: Checker, recording: str) -> int | None:
    """Check the relay's statements of one recording; return the time of the earliest."""
    path = layout.archived(checker.evidence.package).get(recording, "")
    if not checker.evidence.package.sound(path):
        return None
    good: list[stream.ArchivedStatement] = []
    try:
        for envelope in checker.evidence.envelopes(path):
            stated = decode_payload(envelope, stream.ARCHIVED, stream.ArchivedStatement)
            if stated.recording != recording:
                checker.step.found(finding("signatures.wrong_holder", path))
            elif checker.signed(path, envelope, keys.Use.RELAY, stated.at_ms):
                good.append(stated)
    except MzError as error:
        checker.step.found(finding("signatures.malformed", path, detail=error.detail))
    if not good:
        return None
    fragments = sum(count(each.ranges) for stated in good for each in stated.fragments)
    domains = ", ".join(sorted({domain for stated in good for domain in stated.domains}))
    checker.step.remarks.append(
        remark("signatures.archived", recording=recording, count=fragments, domains=domains)
    )
    # The last part closes the recording; only then is all of it known to have existed.
    return max(stated.at_ms for stated in good)


def _check_heads(checker: Checker, each: Stream) -> None:
    """The device's heads: signed by the key of the opening, valid when they were made."""
    stated = checker.evidence.opening(each.path.recording)
    if not each.sound or stated is None:
        return
    path, key = each.path.heads, stated.device_key
    for raw, _ in layout.read_heads(checker.evidence.package, path):
        at_ms = head.decode_head(raw).wall_ms
        if stated.bridged is None:
            public = checker.public(path, key, keys.Use.DEVICE, at_ms, stated.device)
        else:
            public = checker.public(path, key, keys.Use.RELAY, at_ms)
        if public is None:
            return
        try:
            head.check_head(raw, public)
        except MzError:
            number = head.decode_head(raw).number
            checker.step.found(finding("signatures.bad_head", path, number))
            return
        checker.good += 1
    _remark_tail(checker.step, each)


def _remark_tail(step: Step, each: Stream) -> None:
    """Fragments after the last head are kept and not signed: said, and no fault."""
    if not each.held:
        return
    path, last = each.path.fragments, each.held[-1][1]
    if each.last_head is None:
        step.found(finding("signatures.no_head", path))
    elif each.last_head < last:
        step.remarks.append(
            remark("signatures.unsigned_tail", path=path, count=last - each.last_head)
        )
    if each.final is None:
        step.remarks.append(remark("signatures.not_final", path=each.path.heads))


def _check_record(checker: Checker, record: str, path: str) -> officers.Signed | None:
    """Return the record if its device signed it."""
    found = checker.read(path, records.FIELD_RECORD, records.FieldRecord)
    if found is None:
        return None
    envelope, stated = found
    if stated.record != record:
        checker.step.found(finding("signatures.wrong_holder", path))
        return None
    good = checker.signed(path, envelope, keys.Use.DEVICE, stated.recorded_wall_ms, stated.device)
    if good and isinstance(stated.body, _ABOUT_FOOTAGE):
        checker.evidence.notes.append(stated)
    return officers.Signed(stated, envelope.payload_sha256()) if good else None
