"""S-19, R: papers made elsewhere: registered as they came, hostile files refused."""

from __future__ import annotations

import io
from urllib.parse import unquote

import pytest
import requests
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from command_center.access.permissions import Role
from command_center.access.views import views_of_case
from command_center.cli.audit import run_audit
from command_center.disclosure import documents, grants
from command_center.disclosure.sign_in import COOKIE, portal_sign_in
from command_center.ledger.service import sequence_entries
from command_center.papers import service
from command_center.papers.foreign_file import MAX_FILE_BYTES, MAX_PAGES
from command_center.papers.imported import ForeignPaper, import_paper
from command_center.papers.kinds import PaperState
from command_center.papers.models import PaperFileRow
from command_center.papers.views import check_paper, paper_bytes, papers_of_case
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from command_center.serving.service import begin_service
from schemas.ids import new_id
from schemas.sign import sha256_hex
from tests.integration.centre.court import Court
from tests.integration.centre.running import Centre
from tests.integration.centre.test_papers import refused, seen
from tests.integration.centre.test_proof_pages import Reader


def _pdf(pages: int = 1, *, side: float = 595, script: str = "", attached: bool = False,
         password: str = "") -> bytes:  # fmt: skip
    writer = PdfWriter()
    for _page in range(pages):
        writer.add_blank_page(side, side)
    if script:
        action = DictionaryObject(
            {
                NameObject("/S"): NameObject("/JavaScript"),
                NameObject("/JS"): TextStringObject(script),
            }
        )
        writer.root_object[NameObject("/OpenAction")] = action
    if attached:
        writer.add_attachment("x.exe", b"MZ")
    if password:
        writer.encrypt(password)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _endless() -> bytes:
    """A title of nine million escapes, which the parser reads one by one for 20 s of a core."""
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
        b"<</Title(" + rb"\1" * 9_500_000 + b")>>",
    ]
    made, places = b"%PDF-1.7\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(made))
        made += b"%d 0 obj%sendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return made + (
        b"xref\n0 5\n0000000000 65535 f \n%strailer<</Size 5/Root 1 0 R/Info 4 0 R>>\n"
        b"startxref\n%d\n%%%%EOF" % (table, len(made))
    )


def _message(court: Court, pdf: bytes, **changes: object) -> ForeignPaper:
    fields = {
        "paper": new_id(), "case": court.seeded.cases[0].id, "party": "", "title": "民事判决书",
        "number": "（2025）粤0199民初77号", "day": "2025-11-03", "stamped": True, **changes,
    }  # fmt: skip
    return ForeignPaper(pdf=pdf, **fields)  # type: ignore[arg-type]


def test_s19_a_paper_made_elsewhere_is_registered_issued_and_served(court: Court) -> None:
    clerk, pdf = court.staff(Role.CLERK), _pdf()
    message = _message(court, pdf)
    paper = import_paper(court.database, clerk, message)
    assert import_paper(court.database, clerk, message) == paper
    one = seen(court, paper)
    assert (one.state, one.number, one.sha256) == (
        PaperState.STAMPED, "（2025）粤0199民初77号", sha256_hex(pdf)
    )  # fmt: skip
    assert paper_bytes(court.database, clerk, paper)[1] == pdf
    court.database.run(service.issue, clerk, paper)
    debtor = next(id_ for id_, role, _ in court.seeded.cases[0].parties if role == "DEBTOR")
    assert court.database.run(begin_service, clerk, paper, debtor)
    with refused("paper.unknown"):  # this system did not stamp it and does not say so
        court.database.read(check_paper, paper)

    def kept(uow: UnitOfWork) -> bytes:
        return uow.session.get_one(PaperFileRow, paper).data

    assert b"%PDF" not in court.database.read(kept)
    while court.database.run(sequence_entries):
        pass
    assert run_audit(court.database).findings == []


def test_one_without_a_stamp_is_never_issued(court: Court) -> None:
    clerk = court.staff(Role.CLERK)
    paper = import_paper(court.database, clerk, _message(court, _pdf(), stamped=False))
    with refused("paper.unstamped"):
        court.database.run(service.issue, clerk, paper)
    with refused("paper.wrong_state"):
        service.approve(court.database, court.staff(Role.JUDGE), paper)
    court.database.run(service.void, clerk, paper, "换用盖章件")
    assert import_paper(court.database, clerk, _message(court, _pdf()))


@pytest.mark.parametrize(
    ("pdf", "code"),
    [
        (b"", "paper.unreadable"),
        (b"%PDF-1.7\n%%EOF", "paper.unreadable"),
        (b"MZ\x90\x00" * 400, "paper.unreadable"),
        (_pdf()[:200], "paper.unreadable"),
        (_pdf(password="x"), "paper.unreadable"),
        (_pdf(MAX_PAGES + 1), "paper.too_large"),
        (_pdf(side=14_400), "paper.too_large"),
        (_pdf(script="app.alert(1)"), "paper.active_content"),
        (_pdf(attached=True), "paper.active_content"),
        (b"%PDF" + bytes(MAX_FILE_BYTES), "paper.too_large"),
        (_endless(), "paper.too_complex"),
    ],
    ids=lambda given: given if isinstance(given, str) else f"{len(given)}B",
)
def test_hostile_files_are_refused_and_nothing_is_kept(
    sqlite_court: Court, pdf: bytes, code: str
) -> None:
    court = sqlite_court
    with refused(code):
        import_paper(court.database, court.staff(Role.CLERK), _message(court, pdf))
    case = court.seeded.cases[0].id
    assert court.database.read(papers_of_case, court.staff(Role.CLERK), case) == []


def test_the_same_file_or_number_is_registered_once(sqlite_court: Court) -> None:
    court, clerk, pdf = sqlite_court, sqlite_court.staff(Role.CLERK), _pdf()
    paper = import_paper(court.database, clerk, _message(court, pdf))
    for changes, code in (
        ({"paper": paper, "number": "另一号"}, None),
        ({"number": "另一号"}, "paper.imported_already"),
        ({"title": ""}, "paper.field_missing"),
        ({"number": " \n"}, "paper.field_missing"),
        ({"day": "2025-13-03"}, "form.day_malformed"),
        ({"case": new_id()}, "case.unknown"),
        ({"party": new_id()}, "party.unknown"),
        ({"paper": "x"}, "id.malformed"),
    ):
        if code is None:
            assert import_paper(court.database, clerk, _message(court, pdf, **changes)) == paper
            continue
        with refused(code):
            import_paper(court.database, clerk, _message(court, pdf, **changes))
    with refused("paper.id_taken"):
        import_paper(court.database, clerk, _message(court, _pdf(2), paper=paper))
    with refused("paper.number_taken"):
        import_paper(court.database, clerk, _message(court, _pdf(2)))
    with refused("access.refused"):
        import_paper(court.database, court.staff(Role.ARCHIVIST), _message(court, _pdf(3)))


def test_s19_a_party_saves_a_paper_under_its_title_and_number(sqlite_centre: Centre) -> None:
    court = sqlite_centre.court
    clerk, case = court.staff(Role.CLERK), court.seeded.cases[0]
    debtor = next(id_ for id_, role, _ in case.parties if role == "DEBTOR")
    message = _message(court, _pdf(), party=debtor)
    paper = import_paper(court.database, clerk, message)
    court.database.run(service.issue, clerk, paper)
    issued = grants.issue_password(court.database, clerk, case.id, debtor)
    entered = portal_sign_in(court.database, issued.account, issued.password, "203.0.113.7")
    court.database.run(documents.rebuild, case.id)
    saved = requests.get(
        f"{sqlite_centre.url}/portal/case/papers/{paper}.pdf", timeout=20,
        cookies={COOKIE: entered.token},
    )  # fmt: skip
    assert (saved.status_code, saved.content[:4]) == (200, b"%PDF")
    name = saved.headers["Content-Disposition"].split("filename*=UTF-8''")[1]
    assert unquote(name) == f"{message.title}{message.number}.pdf"


def test_s19_a_party_fetches_what_is_for_him_and_the_look_is_written(court: Court) -> None:
    clerk, case = court.staff(Role.CLERK), court.seeded.cases[0]
    sides = {role: id_ for id_, role, _ in case.parties}
    pdf = _pdf()
    paper = import_paper(court.database, clerk, _message(court, pdf, party=sides["DEBTOR"]))

    def of(side: str) -> Principal:
        issued = grants.issue_password(court.database, clerk, case.id, sides[side])
        entered = portal_sign_in(court.database, issued.account, issued.password, "203.0.113.7")
        return entered.session.principal

    debtor, applicant = of("DEBTOR"), of("APPLICANT")
    court.database.run(documents.rebuild, case.id)
    with refused("paper.unknown"):  # not issued yet
        court.database.run(documents.read_own_paper, debtor, paper)
    court.database.run(service.issue, clerk, paper)
    court.database.run(documents.rebuild, case.id)
    shown, own = court.database.run(documents.read_own_paper, debtor, paper)
    assert (shown.paper, own) == (paper, pdf)
    with refused("paper.unknown"):
        court.database.run(documents.read_own_paper, applicant, paper)
    with refused("access.refused"):
        court.database.run(documents.read_own_paper, clerk, paper)
    looks = court.database.read(views_of_case, court.staff(Role.AUDITOR), case.id)
    assert {(one.what, one.role) for one in looks if one.subject == paper} == {("paper", "PARTY")}


def test_s19_the_clerk_registers_one_on_the_page_of_the_case(sqlite_centre: Centre) -> None:
    clerk, case = Reader(sqlite_centre, Role.CLERK), sqlite_centre.court.seeded.cases[0].id
    assert 'id="import-paper"' in clerk.page(f"cases/{case}")
    fields = {
        "paper": new_id(), "case": case, "title": "<b>判决</b>", "number": "（2025）粤0199民初77号",
        "day": "2025-11-03", "stamped": "no",
    }  # fmt: skip
    large = _pdf() + b"%" + bytes(2 * 1024 * 1024)
    made = clerk.post("papers/imports", files={"file": ("a.pdf", large)}, **fields)
    assert made.status_code == 200, made.text[:300]
    assert "&lt;b&gt;判决" in made.text
    assert "外来件无印章" in made.text
    huge = clerk.post(
        "papers/imports", files={"file": ("a.pdf", bytes(22 * 1024 * 1024))}, **fields
    )
    assert huge.status_code == 413
    other = clerk.post("papers/none/void", files={"file": ("a.pdf", bytes(2 * 1024 * 1024))})
    assert other.status_code == 413
