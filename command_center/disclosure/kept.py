"""The documents of a grant as they were signed and kept: the newest is what its party reads."""

from __future__ import annotations

from sqlalchemy import select

from command_center.disclosure.document import DISCLOSURE, Disclosure, MeasureShown
from command_center.disclosure.models import DocumentRow
from command_center.platform.uow import UnitOfWork
from schemas.sign import Envelope, decode, decode_payload


def newest(uow: UnitOfWork, grant: str) -> DocumentRow | None:
    """Return the newest document of a grant; None: none was made yet."""
    return uow.session.scalars(
        select(DocumentRow)
        .where(DocumentRow.grant == grant)
        .order_by(DocumentRow.version.desc())
        .limit(1)
    ).first()


def opened(uow: UnitOfWork, raw: bytes) -> tuple[Disclosure, str]:
    """Return a kept document and the digest of its signed bytes; `sign.bad_signature`."""
    envelope = decode(raw, Envelope)
    envelope.check(uow.keys.centre.public)
    return decode_payload(envelope, DISCLOSURE, Disclosure), envelope.payload_sha256()


def measures_read(uow: UnitOfWork, grant: str) -> dict[str, MeasureShown]:
    """Return the measures of a grant's newest document, by id: what its party was told so far."""
    row = newest(uow, grant)
    shown = opened(uow, row.envelope)[0].measures if row else []
    return {one.measure: one for one in shown}
