"""Step 1: every listed file is here, none is extra, and the relay signed the list."""

from __future__ import annotations

import msgspec

from schemas import bundle, keys
from schemas.problems import Kind, MzError
from schemas.sign import Envelope, decode_payload
from schemas.verification import layout
from schemas.verification.evidence import Evidence
from schemas.verification.report import Step
from schemas.verification.sentences import finding


def check(evidence: Evidence, step: Step) -> dict[str, object]:
    """Read the list and compare it with what the package holds."""
    package = evidence.package
    try:
        envelope = evidence.envelope(layout.MANIFEST)
        manifest = decode_payload(envelope, bundle.MANIFEST, bundle.BundleManifest)
        _check_form(evidence, envelope)
    except MzError as error:
        found = finding("completeness.no_manifest", layout.MANIFEST, detail=error.detail)
        step.found(found)
        package.unsound |= set(package.members)
        return {}
    _check_signature(evidence, envelope, step)
    if step.findings:
        # A list that nobody answers for is compared with nothing; the rest must speak for itself.
        package.unsound.add(layout.MANIFEST)
        return {}
    evidence.manifest = manifest
    listed: set[str] = set()
    for file in manifest.files:
        if file.path in listed:
            step.found(finding("completeness.listed_twice", file.path))
        elif not layout.known(file.path):
            step.found(finding("completeness.unknown_path", file.path))
        elif file.path not in package.members:
            step.found(finding("completeness.missing_file", file.path))
        listed.add(file.path)
    for path in package.members:
        if path != layout.MANIFEST and path not in listed:
            step.found(finding("completeness.extra_file", path))
            package.unsound.add(path)
    for path in layout.REQUIRED:
        if path not in listed:
            step.found(finding("completeness.required_file", path))
    return {"files": len(listed)}


def _check_form(evidence: Evidence, envelope: Envelope) -> None:
    """Raise `bundle.malformed` unless the list stands as it was written: no digest covers it, and
    base64 may end in bits that decode to nothing."""
    package = evidence.package
    raw = package.window(layout.MANIFEST, 0, package.size(layout.MANIFEST))
    if raw != msgspec.json.encode(envelope):
        raise MzError("bundle.malformed", Kind.INVALID, layout.MANIFEST)


def _check_signature(evidence: Evidence, envelope: Envelope, step: Step) -> None:
    """Check the list's signature by the key the package gives; who held it is step 4's."""
    if not evidence.package.sound(layout.CERTIFICATES):
        return
    public = evidence.stated_public(envelope.key)
    try:
        if public is not None:
            envelope.check(public)
            return
    except MzError:
        pass
    # Certificates that no longer hold together are the fault, and step 2 names them; if they
    # do hold, it is the list that was changed.
    if _certificates_hold(evidence):
        known = public is not None
        code = "completeness.bad_signature" if known else "completeness.signer_unknown"
        step.found(finding(code, layout.MANIFEST))


def _certificates_hold(evidence: Evidence) -> bool:
    try:
        keys.KeyRing(None, evidence.envelopes(layout.CERTIFICATES))
    except MzError:
        return False
    return True
