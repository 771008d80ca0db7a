"""Papers served together: one receipt (送达回证), of which each line takes effect by itself."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from command_center.access.permissions import Role
from command_center.papers import service as papers
from command_center.papers.kinds import PaperKind
from command_center.papers.pictures import count_pages
from command_center.papers.views import paper_bytes, papers_about
from command_center.serving import certificate
from command_center.serving import delivery as serving
from command_center.serving import service as single
from command_center.serving.delivery_views import DeliveryDetail, read_delivery, to_serve
from command_center.serving.words import Outcome
from schemas.ids import new_id
from schemas.time import court_time
from tests.integration.centre.court import Court
from tests.integration.centre.running import Centre
from tests.integration.centre.test_papers import frozen, made, refused, words, work
from tests.integration.centre.test_proof_pages import Reader


class Together:
    """Three issued papers for the debtor, and an address of his."""

    def __init__(self, court: Court) -> None:
        self.court, self.clerk = court, court.staff(Role.CLERK)
        case = court.seeded.cases[0]
        self.case = case.id
        self.party = next(id_ for id_, role, _ in case.parties if role == "DEBTOR")
        self.other = next(id_ for id_, role, _ in case.parties if role == "APPLICANT")
        measure = frozen(court)
        self.papers = [self.issued(measure, self.party) for _ in range(3)]
        self.measure = measure
        self.address: str = court.database.run(
            single.add_address, self.clerk, self.party, "CONFIRMED", "沿河路2号", "确认书"
        )

    def issued(self, measure: str, party: str) -> str:
        paper = made(self.court, PaperKind.MEASURE_NOTICE, measure, party)
        papers.approve(self.court.database, self.court.staff(Role.JUDGE), paper)
        work(self.court)
        self.court.database.run(papers.issue, self.clerk, paper)
        return paper

    def message(self, *copies: serving.Copies, **changed: str) -> serving.NewDelivery:
        fields = {"delivery": new_id(), "case": self.case, "party": self.party,
                  "method": "DIRECT", "address": self.address, **changed}  # fmt: skip
        return serving.NewDelivery(papers=copies, **fields)

    def deliver(self, method: str = "DIRECT") -> str:
        copies = [serving.Copies(paper, number) for number, paper in enumerate(self.papers, 1)]
        delivery: str = self.court.database.run(
            serving.deliver, self.clerk, self.message(*copies, method=method)
        )
        return delivery

    def detail(self, delivery: str) -> DeliveryDetail:
        return self.court.database.run(read_delivery, self.clerk, delivery)

    def end(self, delivery: str, **outcomes: str) -> None:
        """Write outcomes by the line's number: `line1="SIGNED"`."""
        lines = {f"line{one.line}": one.attempt for one in self.detail(delivery).lines}
        ends = {
            lines[name]: serving.LineEnd(outcome, self.today.isoformat(), f"{name} 签名栏")
            for name, outcome in outcomes.items()
        }
        self.court.database.run(serving.end_lines, self.clerk, delivery, ends)

    def receipts(self, delivery: str) -> list[str]:
        found = self.court.database.read(papers_about, self.clerk, delivery)
        return [words(paper_bytes(self.court.database, self.clerk, one.paper)[1]) for one in found]

    @property
    def today(self) -> dt.date:
        return court_time(self.court.clock()).date()


@pytest.fixture
def together(court: Court) -> Together:
    return Together(court)


def test_each_line_of_a_receipt_is_signed_left_or_refused_by_itself(together: Together) -> None:
    delivery = together.deliver()
    assert [one.copies for one in together.detail(delivery).lines] == [1, 2, 3]
    together.end(delivery, line1="SIGNED", line3="REFUSED")
    first, second, third = together.detail(delivery).lines
    assert (first.service.effective, first.service.law[-5:]) == (together.today, "）第88条")
    assert (second.outcome, second.service.effective) == (Outcome.PENDING, None)
    assert (third.outcome, third.service.effective) == (Outcome.REFUSED, None)
    assert together.receipts(delivery) == [], "a line waits yet"
    together.end(delivery, line2="LEFT")
    left = together.detail(delivery).lines[1].service
    assert (left.effective, left.law[-5:]) == (together.today, "）第89条")
    (said,) = together.receipts(delivery)
    flat = re.sub(r"\s", "", said)
    day = f"{together.today.year}年{together.today.month}月{together.today.day}日"
    for wanted in ("一份签收，", "二份留置，", "三份拒收，", "未生效", "line3签名栏", "沿河路2号"):
        assert wanted in flat, wanted
    assert flat.count(f"；{day}生效") == 2


def test_a_line_that_was_refused_is_served_by_a_later_attempt(together: Together) -> None:
    delivery = together.deliver()
    together.end(delivery, line1="SIGNED", line2="SIGNED", line3="REFUSED")
    service = together.detail(delivery).lines[2].service.service
    attempt = new_id()
    database, clerk = together.court.database, together.clerk
    database.run(single.attempt, clerk, attempt, service, "LEFT", together.address, "")
    database.run(single.write_outcome, clerk, attempt, "LEFT", together.today.isoformat(), "录像")
    assert together.detail(delivery).lines[2].service.effective == together.today
    assert len(together.receipts(delivery)) == 1, "the receipt stays as it was signed"


def test_refused_mail_serves_line_by_line_at_the_address_he_confirmed(together: Together) -> None:
    delivery = together.deliver("MAIL")
    together.end(delivery, line1="SIGNED", line2="REFUSED", line3="FAILED")
    first, second, third = (one.service for one in together.detail(delivery).lines)
    assert (first.law[-5:], second.law[-4:], third.effective) == ("）第91条", "第11条", None)


def test_the_blank_receipt_leaves_room_to_sign_each_line(together: Together) -> None:
    delivery = together.deliver()
    blank = new_id()
    run = together.court.database.run
    assert run(certificate.make_blank_receipt, together.clerk, blank, delivery) == blank
    (said,) = together.receipts(delivery)
    assert (said.count("□签收"), said.count("□拒收")) == (3, 3)
    assert "三份" in said
    (paper,) = together.court.database.read(papers_about, together.clerk, delivery)
    assert count_pages(paper_bytes(together.court.database, together.clerk, paper.paper)[1]) == 1
    with refused("delivery.unknown"):
        run(certificate.make_blank_receipt, together.clerk, new_id(), new_id())


def test_what_is_wrong_is_refused_whole(together: Together) -> None:
    court, run = together.court, together.court.database.run
    one, two, three = (serving.Copies(paper) for paper in together.papers)
    theirs = serving.Copies(together.issued(together.measure, together.other))
    draft = serving.Copies(made(court, PaperKind.ASSIST_NOTICE, together.measure))
    wrong = {
        "id.malformed": together.message(one, delivery="x"),
        "case.unknown": together.message(one, case=new_id()),
        "party.unknown": together.message(one, party=new_id()),
        "delivery.method": together.message(one, method="ELECTRONIC"),
        "service.no_address": together.message(one, address=new_id()),
        "delivery.no_line": together.message(),
        "delivery.twice": together.message(one, two, three, two),
        "delivery.copies": together.message(one, serving.Copies(two.paper, 0)),
        "paper.unknown": together.message(one, serving.Copies(new_id())),
        "delivery.not_his": together.message(one, theirs),
        "service.paper_not_issued": together.message(one, draft),
    }
    for code, message in wrong.items():
        with refused(code):
            run(serving.deliver, together.clerk, message)
    with refused("access.refused"):
        run(serving.deliver, court.staff(Role.PANEL), together.message(one))
    assert run(to_serve, together.clerk, together.case, together.party).before == ()
    delivery = together.deliver()
    other = together.deliver()
    alien = together.detail(other).lines[0].attempt
    first = together.detail(delivery).lines[0].attempt
    good = serving.LineEnd("SIGNED", together.today.isoformat(), "签名")
    for code, ends in {
        "service.unknown_attempt": {first: good, alien: good},
        "service.no_proof": {first: serving.LineEnd("SIGNED", good.day, " ")},
        "service.wrong_outcome": {first: serving.LineEnd("ARRIVED", good.day, "x")},
    }.items():
        with refused(code):
            run(serving.end_lines, together.clerk, delivery, ends)
    assert {one.outcome for one in together.detail(delivery).lines} == {Outcome.PENDING}
    together.end(delivery, line1="SIGNED")
    with refused("service.outcome_written"):
        together.end(delivery, line2="SIGNED", line1="REFUSED")
    assert together.detail(delivery).lines[1].outcome is Outcome.PENDING, "all or none"


def test_the_same_form_twice_is_one_receipt(together: Together) -> None:
    message = together.message(*(serving.Copies(paper) for paper in together.papers))
    for _time in range(2):
        together.court.database.run(serving.deliver, together.clerk, message)
    found = together.court.database.run(to_serve, together.clerk, together.case, together.party)
    assert [(one.delivery, one.lines, one.waiting) for one in found.before] == [
        (message.delivery, 3, 3)
    ]


def test_the_desk_serves_papers_together_from_a_papers_page(sqlite_centre: Centre) -> None:
    together = Together(sqlite_centre.court)
    clerk, panel = Reader(sqlite_centre, Role.CLERK), Reader(sqlite_centre, Role.PANEL)
    path = f"cases/{together.case}/deliveries/{together.party}"
    assert path in clerk.page(f"papers/{together.papers[0]}")
    page = clerk.page(path)
    assert page.count('name="papers"') == 3
    clerk.post(f"{path}/addresses", rung="REGISTERED", value="工业路9号", source="企业登记")
    assert "工业路9号" in clerk.page(path)
    delivery = new_id()
    form: dict[str, str | list[str]] = {
        "delivery": delivery, "method": "DIRECT", "address": together.address,
        "papers": together.papers[:2], f"copies-{together.papers[0]}": "2",
    }  # fmt: skip
    assert panel.post(path, **form).status_code == 403
    bad = clerk.post(path, **{**form, f"copies-{together.papers[1]}": "两"})
    assert (bad.status_code, "form.number_malformed" in bad.text) == (400, True)
    made = clerk.post(path, **form)
    assert made.url.endswith(f"/deliveries/{delivery}")
    attempts = re.findall(r'data-attempt="([^"]+)"', made.text)
    assert len(attempts) == 2
    blank = clerk.post("papers", **{"from": "delivery", "about": delivery, "paper": new_id()})
    assert "送达回证" in blank.text
    today = together.today.isoformat()
    ends = {f"outcome-{attempts[0]}": "SIGNED", f"day-{attempts[0]}": today,
            f"proof-{attempts[0]}": "本人签名", f"outcome-{attempts[1]}": ""}  # fmt: skip
    assert panel.post(f"deliveries/{delivery}/outcomes", **ends).status_code == 403
    after = clerk.post(f"deliveries/{delivery}/outcomes", **ends)
    assert (after.text.count("已送达"), after.text.count("未生效")) == (1, 1)
    assert after.text.count('name="outcome-') == 1
    assert clerk.http.get(f"{clerk.url}/deliveries/{new_id()}", timeout=20).status_code == 404
