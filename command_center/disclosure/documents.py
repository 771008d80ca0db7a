"""Documents: made anew at event time, signed, kept; and read by the party they are for."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
from sqlalchemy import select

from command_center.access.views import note_view
from command_center.cases.service import case_view
from command_center.cases.views import CaseView
from command_center.disclosure import kept
from command_center.disclosure.build import build, content_sha256
from command_center.disclosure.document import DISCLOSURE, Disclosure, PaperShown
from command_center.disclosure.grants import ensure_grants
from command_center.disclosure.models import DocumentRow, GrantRow
from command_center.notices.changes import lock, move
from command_center.notices.models import NoticeRow
from command_center.notices.states import Channel, NoticeState
from command_center.papers.views import kept_bytes
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.ids import new_id
from schemas.problems import Kind, MzError
from schemas.sign import sign_envelope


@dataclass(frozen=True)
class PortalCase:
    """What the portal renders: the document, and the digest of the signed bytes."""

    document: Disclosure
    payload_sha256: str


def rebuild(uow: UnitOfWork, case: str) -> int:
    """Make the documents of a case anew; return how many changed.

    A party's portal notices arrive with the document that carries them: they are delivered in
    the same transaction. Errors: `case.unknown`.
    """
    grants, view = ensure_grants(uow, case), case_view(uow, case)
    return sum(_rebuild_grant(uow, grant, view) for grant in grants)


def read_own_case(uow: UnitOfWork, principal: Principal) -> PortalCase:
    """Return the newest document of the party's own grant, log the view, and note that his
    portal notices are read (`Database.run`).

    Errors: `disclosure.not_ready`, `sign.bad_signature`.
    """
    own = _own(uow, principal)
    note_view(uow, principal, "disclosure", own.document.document, principal.case)
    _mark_read(uow, [notice.notice for notice in own.document.notices])
    return own


def read_own_paper(
    uow: UnitOfWork, principal: Principal, paper: str
) -> tuple[PaperShown, bytes]:  # fmt: skip
    """Return a paper that the party's own document names, with its bytes, and log the view.

    Errors: `paper.unknown`, and of `read_own_case`.
    """
    named = {one.paper: one for one in _own(uow, principal).document.papers}
    if paper not in named:
        raise MzError("paper.unknown", Kind.NOT_FOUND, paper[:40])
    note_view(uow, principal, "paper", paper, principal.case)
    return named[paper], kept_bytes(uow, paper)


def acknowledge_own_notice(uow: UnitOfWork, principal: Principal, notice: str) -> None:
    """Keep that the party read a portal notice of his own document and took note of it.

    Again changes nothing. It is telling, not service. Errors: `notice.unknown`, and of
    `read_own_case`.
    """
    shown = {one.notice for one in _own(uow, principal).document.notices}
    row = lock(uow, [notice])[notice] if notice in shown else None
    if row is None or row.channel != Channel.PORTAL:
        raise MzError("notice.unknown", Kind.NOT_FOUND, notice[:40])
    move(uow, row, NoticeState.READ)
    if move(uow, row, NoticeState.ACKED):
        note_view(uow, principal, "notice", notice, principal.case)


def _own(uow: UnitOfWork, principal: Principal) -> PortalCase:
    return PortalCase(*kept.opened(uow, document_envelope(uow, principal)))


def document_envelope(uow: UnitOfWork, principal: Principal) -> bytes:
    """Return the signed envelope's JSON, for a party who wants to keep or check it."""
    principal.require("disclosure:read_own")
    row = kept.newest(uow, principal.id)
    if row is None:
        raise MzError("disclosure.not_ready", Kind.UNAVAILABLE, principal.id[:40])
    return row.envelope


def _rebuild_grant(uow: UnitOfWork, grant: GrantRow, case: CaseView) -> bool:
    _deliver(uow, grant)
    last = kept.newest(uow, grant.grant)
    made = build(uow, grant, new_id(), last.version + 1 if last else 1, case)
    digest = content_sha256(made)
    if last is not None and last.content_sha256 == digest:
        return False
    envelope = sign_envelope(uow.keys.centre, DISCLOSURE, made)
    uow.session.add(
        DocumentRow(
            document=made.document,
            grant=grant.grant,
            version=made.version,
            as_of_ms=made.as_of_ms,
            content_sha256=digest,
            envelope=msgspec.json.encode(envelope),
        )
    )
    uow.ledger(
        "party:disclosure:made",
        "centre",
        made.document,
        envelope.payload_sha256(),
        {"case": grant.case, "grant": grant.grant},
    )
    return True


def _deliver(uow: UnitOfWork, grant: GrantRow) -> None:
    rows = uow.session.scalars(
        select(NoticeRow).where(
            NoticeRow.party == grant.party,
            NoticeRow.channel == Channel.PORTAL,
            NoticeRow.state == NoticeState.QUEUED,
        )
    ).all()
    for row in rows:
        move(uow, row, NoticeState.SENT)
        move(uow, row, NoticeState.DELIVERED)
    uow.session.flush()


def _mark_read(uow: UnitOfWork, notices: list[str]) -> None:
    rows = uow.session.scalars(
        select(NoticeRow).where(
            NoticeRow.notice.in_(notices),
            NoticeRow.channel == Channel.PORTAL,
            NoticeRow.state == NoticeState.DELIVERED,
        )
    ).all()
    for row in rows:
        move(uow, row, NoticeState.READ)
