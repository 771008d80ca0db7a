"""S-19: a package carries the papers that came from elsewhere and what parties acknowledged."""

from __future__ import annotations

import io

import msgspec
from pypdf import PdfWriter
from sqlalchemy import select, update

from command_center.access.permissions import Role
from command_center.footage.bundle import request_bundle
from command_center.footage.paper_evidence import papers_of
from command_center.ledger.service import sequence_entries
from command_center.measures.models import MeasureRow
from command_center.notices.changes import lock, move
from command_center.notices.models import NoticeRow
from command_center.notices.states import Channel, NoticeState
from command_center.papers import service
from command_center.papers.imported import ForeignPaper, import_paper
from command_center.platform.uow import UnitOfWork
from schemas.bundle import FACTS, BundleFacts, BundleRequest
from schemas.ids import new_id
from schemas.ledger import Inclusion, LedgerEntry
from schemas.sign import Envelope, decode_payload, sha256_hex
from schemas.verification import layout
from schemas.verification.papers import ACKNOWLEDGED
from tests.integration.centre.court import Court
from tests.integration.centre.test_papers import frozen


def _pdf(title: str, size: int = 0) -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(595, 842)
    writer.add_metadata({"/Title": title, "/Filling": "x" * size})
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _issued(court: Court, pdf: bytes, number: str, *, issue: bool = True) -> str:
    clerk = court.staff(Role.CLERK)
    message = ForeignPaper(new_id(), court.seeded.cases[0].id, "", "执行裁定书", number,
                           "2025-11-03", True, pdf)  # fmt: skip
    paper = import_paper(court.database, clerk, message)
    if issue:
        court.database.run(service.issue, clerk, paper)
    return paper


def _acknowledged(court: Court) -> str:
    """A freeze of the operation is told; one party acknowledges it on the portal."""
    measure = frozen(court)

    def take_note(uow: UnitOfWork) -> str:
        uow.session.execute(
            update(MeasureRow)
            .where(MeasureRow.measure == measure)
            .values(operation=court.seeded.operation)
        )
        asked = select(NoticeRow.notice).where(
            NoticeRow.node == measure, NoticeRow.channel == Channel.PORTAL
        )
        notice = uow.session.scalars(asked.order_by(NoticeRow.notice)).first()
        assert notice is not None
        move(uow, lock(uow, [notice])[notice], NoticeState.ACKED)
        return notice

    return court.database.run(take_note)


def _requested(court: Court) -> tuple[BundleRequest, BundleFacts]:
    while court.database.run(sequence_entries):
        pass
    duty = court.staff(Role.DUTY_OFFICER)
    made = court.database.run(request_bundle, duty, court.seeded.operation)
    request = msgspec.json.decode(made.request, type=BundleRequest)
    envelope = msgspec.json.decode(request.files["facts.json"], type=Envelope)
    return request, decode_payload(envelope, FACTS, BundleFacts)


def test_s19_a_package_holds_papers_and_acknowledgements_with_their_entries(court: Court) -> None:
    pdf = _pdf("one")
    paper = _issued(court, pdf, "（2025）粤01执异7号")
    _issued(court, _pdf("draft"), "（2025）粤01执异8号", issue=False)
    notice = _acknowledged(court)
    request, facts = _requested(court)
    [fact] = facts.papers
    assert (fact.paper, fact.number, fact.sha256, fact.packed) == (
        paper, "（2025）粤01执异7号", sha256_hex(pdf), True)  # fmt: skip
    assert request.files[f"papers/{fact.sha256}"] == pdf
    [told] = facts.acknowledged
    assert (told.notice, told.channel) == (notice, "PORTAL")
    assert sha256_hex(request.files[f"notices/{told.text_sha256}"]) == told.text_sha256
    assert all(layout.known(path) for path in request.files)
    proofs = msgspec.json.decode(request.files["ledger/inclusions.json"], type=list[Inclusion])
    entries = [msgspec.json.decode(one.entry, type=LedgerEntry) for one in proofs]
    said = {(one.tag, one.subject, one.digest) for one in entries}
    assert ("case:paper:imported", paper, sha256_hex(pdf)) in said
    assert (ACKNOWLEDGED, notice, told.text_sha256) in said


def test_s19_what_is_too_large_for_a_package_is_named_and_stays_at_the_court(court: Court) -> None:
    large, small = _pdf("large", 4_000), _pdf("small")
    for number, pdf in enumerate((large, _pdf("larger", 4_000), small), 1):
        _issued(court, pdf, f"（2025）粤01执异{number}号")
    facts, files = court.database.read(papers_of, court.seeded.cases[0].id, len(large) + len(small))
    assert [one.packed for one in facts] == [True, False, True]
    assert list(files) == [f"papers/{one.sha256}" for one in facts if one.packed]
