"""Derived copies: each names its source in the package, is signed, and the ledger knows of it.

The centre's facts hold what relays signed of every copy that was made (`derived/1`). The films
themselves were handed out: whoever has one gives its zip beside the package.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from schemas import bundle, keys
from schemas.derived import DERIVATION, DERIVED, Derivation, Derived
from schemas.exports import CONTENTS
from schemas.media.fragment import HEADER_BYTES, decode_header, link
from schemas.problems import MzError
from schemas.sign import Envelope, decode_payload
from schemas.time import clock_text
from schemas.verification import layout
from schemas.verification.evidence import Evidence
from schemas.verification.package import Package
from schemas.verification.report import Sentence, Step
from schemas.verification.sentences import finding, remark


class Copy(NamedTuple):
    """What a relay signed of a copy, and what the centre signed for it."""

    envelope: Envelope
    made: Derived
    wish: Derivation


def check(evidence: Evidence, facts: bundle.BundleFacts, given: Sequence[Path], step: Step) -> None:
    """Weigh the copies that the facts name, then the films that are given."""
    known: set[bytes] = set()
    for envelope in facts.copies:
        known.add(envelope.payload)
        copy = _opened(evidence, envelope, step)
        if copy is None:
            continue
        if envelope.payload_sha256() not in evidence.recorded:
            step.found(finding("exhibits.copy_unrecorded", film=copy.made.film_sha256))
        _check_source(evidence, copy, step)
        step.remarks.append(_told("exhibits.copy", copy))
    for path in given:
        _check_given(evidence, facts, known, path, step)


def _opened(evidence: Evidence, envelope: Envelope, step: Step) -> Copy | None:
    """Return a copy whose two statements are signed and speak of the same footage.

    Without a ring of keys step 4 has said so.
    """
    try:
        made = decode_payload(envelope, DERIVED, Derived)
        wish = decode_payload(made.derivation, DERIVATION, Derivation)
        if evidence.ring is not None:
            evidence.ring.check(envelope, keys.Use.RELAY, made.made_ms)
            evidence.ring.check(made.derivation, keys.Use.CENTRE, wish.asked_ms)
    except MzError:
        step.found(finding("exhibits.copy_unsigned", key=envelope.key[:16]))
        return None
    if (made.recording, made.rendition) != (wish.recording, wish.rendition):
        step.found(finding("exhibits.copy_source", film=made.film_sha256, recording=made.recording))
        return None
    return Copy(envelope, made, wish)


def _check_source(evidence: Evidence, copy: Copy, step: Step) -> None:
    """The chain's link at the last fragment commits to every byte before it."""
    made = copy.made
    path = layout.StreamPath(made.recording, made.rendition)
    stream = next((each for each in evidence.streams if each.path == path), None)
    if stream is not None and not stream.sound:
        return  # step 3 has said so
    if stream is None or _link_at(evidence.package, path, made.last) != made.link:
        step.found(finding("exhibits.copy_source", film=made.film_sha256, recording=made.recording))


def _link_at(package: Package, path: layout.StreamPath, number: int) -> str:
    """Return the link (hex) at a fragment of a sound stream; nothing where it is not here."""
    for raw in _headers(package, path):
        if decode_header(raw).number == number:
            return link(raw).hex()
    return ""


def _headers(package: Package, path: layout.StreamPath) -> Iterator[bytes]:
    for file in (path.fragments, path.closed):
        at, end = 0, package.size(file) if package.sound(file) else 0
        while at < end:
            raw = package.window(file, at, HEADER_BYTES)
            yield raw
            at += HEADER_BYTES + (0 if file == path.closed else decode_header(raw).length)


def _check_given(
    evidence: Evidence, facts: bundle.BundleFacts, known: set[bytes], path: Path, step: Step
) -> None:
    """The film is what the relay signed; the facts name it, unless it is younger than they."""
    try:
        with Package(path) as zip_:
            for name in [one for one in zip_.members if one.endswith(".json") and one != CONTENTS]:
                copy = _opened(evidence, zip_.decode(name, Envelope), step)
                if copy is None:
                    continue
                film = zip_.summary(name.removesuffix(".json"))
                if (film.sha256, film.size) != (copy.made.film_sha256, copy.made.film_size):
                    step.found(finding("exhibits.copy_changed", name, film=copy.made.film_sha256))
                elif copy.envelope.payload in known:
                    step.remarks.append(_told("exhibits.copy_given", copy))
                elif copy.made.made_ms > facts.made_ms:
                    _check_source(evidence, copy, step)
                    step.remarks.append(_told("exhibits.copy_later", copy))
                else:
                    step.found(finding("exhibits.copy_unrecorded", film=copy.made.film_sha256))
    except MzError as error:
        step.found(finding("exhibits.copy_unreadable", path.name, detail=str(error)))


def _told(code: str, copy: Copy) -> Sentence:
    made = copy.made
    return remark(
        code, at=clock_text(made.made_ms), viewer=copy.wish.viewer, purpose=copy.wish.purpose,
        recording=made.recording, first=made.first, last=made.last, film=made.film_sha256,
    )  # fmt: skip
