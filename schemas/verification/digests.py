"""Step 2: every file is what the list says; where one is not, which fragment and which bytes."""

from __future__ import annotations

import re

from schemas.bundle import BundleFile
from schemas.media import fragment, head
from schemas.problems import MzError
from schemas.sign import HashAlg
from schemas.verification import layout
from schemas.verification.evidence import Evidence
from schemas.verification.layout import Frame, StreamPath
from schemas.verification.report import Finding, Step
from schemas.verification.sentences import finding

_STREAM_FILE = re.compile(r"recordings/([^/]+)/([123])/(fragments\.mzf|heads\.mzh)")


def check(evidence: Evidence, step: Step) -> dict[str, object]:
    """Hash every listed file; name what changed as closely as the bytes allow."""
    if evidence.manifest is None:
        return {}
    changed: list[BundleFile] = []
    total = 0
    for file in evidence.manifest.files:
        if not evidence.package.sound(file.path):
            continue
        summary = evidence.package.summary(file.path)
        total += summary.size
        if summary.sha256 != file.sha256:
            changed.append(file)
        elif summary.size != file.size:
            step.found(
                finding("digests.size_changed", file.path, size=summary.size, listed=file.size)
            )
        elif not summary.crc_fits:
            step.found(finding("digests.crc_changed", file.path))
    evidence.package.unsound |= {file.path for file in changed}
    for file in changed:
        step.found(_locate(evidence, file))
    return {"files": len(evidence.manifest.files), "bytes": total}


def _locate(evidence: Evidence, file: BundleFile) -> Finding:
    match = _STREAM_FILE.fullmatch(file.path)
    found = None
    if match and match[3] == "fragments.mzf":
        found = _changed_fragment(evidence, StreamPath(match[1], int(match[2])))
    elif match:
        found = _changed_head(evidence, StreamPath(match[1], int(match[2])))
    return found or finding("digests.file_changed", file.path)


def _changed_fragment(evidence: Evidence, path: StreamPath) -> Finding | None:
    """Walk the chain to the fragment whose bytes no longer fit.

    A changed payload breaks its own digest. A changed header breaks only the link that the next
    fragment names, unless the change is in its own link: then both its own and the next break.
    """
    link = _first_link(evidence, path)
    before: Frame | None = None
    suspect: Frame | None = None
    try:
        for frame in layout.read_frames(evidence.package, path.fragments):
            if not _payload_fits(frame):
                return _at(path, frame)
            expected = 0 if before is None else before.header.number + 1
            follows = frame.header.number == expected
            fits = link is None or (frame.header.previous == link) == follows
            if suspect is not None:
                return _at(path, suspect if fits or before is None else before)
            if not fits:
                if before is None or not follows:
                    return _at(path, frame)
                suspect = before
            link, before = fragment.link(frame.raw, frame.header.hash_alg), frame
    except MzError:
        return _unreadable(path, before)
    return _changed_at_end(evidence, path, before, suspect)


def _changed_at_end(
    evidence: Evidence, path: StreamPath, last: Frame | None, suspect: Frame | None
) -> Finding | None:
    """The last fragment has no next one; the signed head after it speaks instead."""
    if last is None:
        return None
    link = fragment.link(last.raw, last.header.hash_alg)
    heads = _readable_heads(evidence, path)
    stated = {each.link for each in heads if each.number == last.header.number}
    if suspect is not None:
        return _at(path, suspect if link in stated else last)
    return _at(path, last) if stated and link not in stated else None


def _readable_heads(evidence: Evidence, path: StreamPath) -> list[head.Head]:
    if not evidence.package.sound(path.heads):
        return []
    try:
        return [
            head.decode_head(each.raw) for each in layout.read_heads(evidence.package, path.heads)
        ]
    except MzError:
        return []


def _first_link(evidence: Evidence, path: StreamPath) -> bytes | None:
    if not evidence.package.sound(path.opening):
        return None
    try:
        opening = evidence.envelope(path.opening)
    except MzError:
        return None
    return fragment.first_link(opening.payload, path.rendition, HashAlg.SHA256)


def _payload_fits(frame: Frame) -> bool:
    try:
        fragment.check_digest(frame.header, frame.raw[fragment.HEADER_BYTES :])
    except MzError:
        return False
    return True


def _at(path: StreamPath, frame: Frame) -> Finding:
    number = frame.header.number
    return finding("digests.fragment_changed", path.fragments, number, frame.start, frame.end - 1)


def _unreadable(path: StreamPath, before: Frame | None) -> Finding:
    """The frame after `before` cannot be read: its header is what changed."""
    number = 0 if before is None else before.header.number + 1
    start = 0 if before is None else before.end
    end = start + fragment.HEADER_BYTES - 1
    return finding("digests.fragment_changed", path.fragments, number, start, end)


def _changed_head(evidence: Evidence, path: StreamPath) -> Finding | None:
    opening = evidence.opening(path.recording)
    public = None if opening is None else evidence.stated_public(opening.device_key)
    if public is None:
        return None
    at = 0
    try:
        for each in layout.read_heads(evidence.package, path.heads):
            at = each.start
            head.check_head(each.raw, public)
    except MzError:
        end = at + head.HEAD_BYTES - 1
        return finding("digests.head_changed", path.heads, start=at, end=end)
    return None
