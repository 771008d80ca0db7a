"""Which exhibits a field record names by their digest: what the device sends, the centre awaits
and the verifier looks for."""

from __future__ import annotations

from collections.abc import Iterator

from schemas.records import Body, FieldAct, FootageAt, IntegrityValue, SeizeMovables


def named(body: Body) -> dict[str, str]:
    """Return the digests that a record's body names, each once, with the kind of exhibit."""
    return dict(_named(body))


def _named(body: Body) -> Iterator[tuple[str, str]]:
    if not isinstance(body, SeizeMovables | FieldAct | IntegrityValue):
        return
    if isinstance(body, IntegrityValue):
        yield body.paper, "paper"
    else:
        for item in body.items:
            for photo in item.photos:
                yield photo, "photo"
    for person in body.attendees:
        if person.signature_sha256:
            yield person.signature_sha256, "signature"
    if isinstance(body, FieldAct):
        for photo in body.photos:
            yield photo, "photo"
        for page in body.pages or []:
            yield page, "page"


def moments(body: Body) -> list[FootageAt]:
    """Return the moments of the footage that a record's body points at."""
    if not isinstance(body, SeizeMovables | FieldAct):
        return []
    return [item.footage for item in body.items if item.footage is not None]
