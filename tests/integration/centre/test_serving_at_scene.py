"""Papers served at the scene: the officer's record begins and closes the service at the centre."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select

from command_center.access.permissions import Role
from command_center.device_api.contact import make_contact
from command_center.footage.private_exhibits import exhibit_ticket
from command_center.papers.models import PaperRow
from command_center.serving.delivery_views import DeliveryDetail
from command_center.serving.models import AddressRow, AttemptRow, ServiceRow
from command_center.serving.views import read_service
from command_center.serving.words import Method
from schemas.field_api import RecordReceipt
from schemas.ids import new_id, short_id
from schemas.measures import served
from schemas.measures.served import ServedEnd, ServedLine
from schemas.records import FIELD_RECORD, Attendee, FieldRecord, FootageAt, SignedHow
from schemas.sign import Envelope, decode, decode_payload
from tests.contract.test_golden import GOLDEN
from tests.integration.centre.court import Court
from tests.integration.centre.running import Centre
from tests.integration.centre.test_delivery import Together
from tests.integration.centre.test_field_acts import Scene
from tests.integration.centre.test_papers import refused
from tests.integration.centre.test_proof_pages import Reader
from tests.integration.centre.test_serving import issued

SIGNED = [Attendee("DEBTOR", "贺建平", True, SignedHow.SIGNED)]
PHOTO = "ab" * 32


class Serving:
    """A paper that is issued, and officers who serve it."""

    def __init__(self, court: Court) -> None:
        self.court, self.scene = court, Scene(court)
        self.paper, self.party = issued(court)
        number = select(PaperRow.number).where(PaperRow.paper == self.paper)
        self.number = court.database.read(lambda uow: str(uow.session.scalar(number)))

    def serve(self, method: str, record: str = "", **changed: Any) -> RecordReceipt:
        facts = {"served_paper": f" {self.number} ", "serve_method": method, "receiver": "贺建平"}
        moment = FootageAt(new_id(), 9, self.court.clock() - 1_000)
        made = {"facts": facts, "attendees": SIGNED, "photos": [PHOTO], **changed}
        footage = made.pop("footage", moment)
        return self.scene.send(
            self.scene.body("serve", **made), record, footage=footage, recorded_wall_ms=5
        )

    def codes(self, receipt: RecordReceipt) -> list[str]:
        return [one.code for one in receipt.defects if one.code.startswith("service.")]

    def services(self) -> list[tuple[str, str | None]]:
        query = select(ServiceRow.service, ServiceRow.effective_day)
        found = self.court.database.read(lambda uow: uow.session.execute(query).all())
        return [(str(one), day) for one, day in found]

    def outcomes(self) -> list[str]:
        query = select(AttemptRow.outcome).order_by(AttemptRow.number)
        return list(self.court.database.read(lambda uow: list(uow.session.scalars(query))))


@pytest.fixture
def serving(court: Court) -> Serving:
    return Serving(court)


def test_a_paper_signed_for_at_the_scene_is_served_with_its_receipt(serving: Serving) -> None:
    receipt = serving.serve("DIRECT")
    assert serving.codes(receipt) == []
    [(service, effective)] = serving.services()
    assert effective is not None
    detail = serving.court.database.run(read_service, serving.court.staff(Role.CLERK), service)
    assert detail.service.served
    assert "第88条" in detail.service.law or "第87条" in detail.service.law
    assert serving.outcomes() == ["SIGNED"]
    log = serving.scene.log()
    assert any(serving.number in line and "生效" in line for line in log)


def test_left_with_photo_and_footage_it_takes_effect_and_without_it_stands_open(
    serving: Serving,
) -> None:
    bare = serving.serve("LEFT", footage=None)
    assert serving.codes(bare) == ["service.unproven"]
    unseen = serving.serve("LEFT", photos=[])
    assert serving.codes(unseen) == ["service.left_unshown", "service.unproven"]
    paper = serving.serve("LEFT", photos=[], pages=[PHOTO])
    assert serving.codes(paper) == serving.codes(unseen), "a signed page shows nothing of it"
    assert serving.outcomes() == ["PENDING"] * 3
    assert [day for _one, day in serving.services()] == [None]
    assert serving.codes(serving.serve("LEFT")) == []
    assert serving.outcomes() == [*["PENDING"] * 3, "LEFT"]
    [(_service, effective)] = serving.services()
    assert effective is not None, "one service of the paper, four attempts"


def test_handed_over_without_a_signature_it_stands_open(serving: Serving) -> None:
    assert serving.codes(serving.serve("DIRECT", attendees=[])) == ["service.unproven"]
    assert serving.outcomes() == ["PENDING"]


def test_on_a_day_before_the_paper_was_out_its_line_stands_open(serving: Serving) -> None:
    early = serving.court.clock() - 3 * 86_400_000
    receipt = serving.serve("DIRECT", started_ms=early, finished_ms=early)
    assert serving.codes(receipt) == ["service.day_before"]
    assert serving.outcomes() == ["PENDING"]


@pytest.mark.parametrize("number", ["", "（2026）粤0199执9999号", "\0" * 500])
def test_a_paper_that_is_not_known_is_told_and_nothing_is_served(
    serving: Serving, number: str
) -> None:
    facts = {"served_paper": number, "serve_method": "DIRECT", "receiver": "甲"}
    assert "service.paper_unknown" in serving.codes(serving.serve("DIRECT", facts=facts))
    assert serving.services() == []


def test_the_same_record_again_is_one_attempt(serving: Serving) -> None:
    body = serving.scene.body(
        "serve", facts={"served_paper": serving.number, "serve_method": "DIRECT", "receiver": "甲"},
        attendees=SIGNED,
    )  # fmt: skip
    record = new_id()
    sent = [serving.scene.send(body, record, recorded_wall_ms=5) for _time in range(2)]
    assert sent[0] == sent[1]
    assert serving.outcomes() == ["SIGNED"]


# Line by line: version 2 of the form

SIGN = ServedEnd.SIGNED
HE = Attendee("DEBTOR", "", True, SignedHow.SIGNED)


class Lines:
    """Three issued papers for the debtor, and officers who serve them together."""

    def __init__(self, court: Court) -> None:
        self.court, self.scene, self.together = court, Scene(court), Together(court)
        case = court.seeded.cases[0]
        self.name = next(name for _id, role, name in case.parties if role == "DEBTOR")
        numbers = select(PaperRow.paper, PaperRow.number)
        found = court.database.read(lambda uow: uow.session.execute(numbers).all())
        self.numbers: dict[str, str] = dict(found)

    def line(self, at: int, end: ServedEnd, **changed: Any) -> ServedLine:
        paper = self.together.papers[at]
        made = ServedLine(end, 1, at + 1, paper, self.numbers[paper], "执行措施告知书")
        return replace(made, **changed)

    def send(self, *lines: ServedLine, record: str = "", **changed: Any) -> RecordReceipt:
        facts = {"addressee": self.name, "served": served.written(lines)}
        made = {"facts": facts, "attendees": [HE], "photos": [PHOTO], "version": 2, **changed}
        footage = made.pop("footage", FootageAt(new_id(), 9, self.court.clock() - 1_000))
        body = self.scene.body("serve", **made)
        return self.scene.send(body, record, footage=footage, recorded_wall_ms=5)

    def codes(self, receipt: RecordReceipt) -> list[str]:
        return [one.code for one in receipt.defects if one.code.startswith("service.")]

    def detail(self, receipt: RecordReceipt) -> DeliveryDetail:
        return self.together.detail(receipt.record)

    def outcomes(self, receipt: RecordReceipt) -> list[str]:
        return [one.outcome for one in self.detail(receipt).lines]


@pytest.fixture
def lines(sqlite_court: Court) -> Lines:
    return Lines(sqlite_court)


def test_each_line_of_the_scene_is_signed_left_or_taken_back_by_itself(court: Court) -> None:
    lines = Lines(court)
    receipt = lines.send(
        lines.line(0, SIGN), lines.line(1, ServedEnd.LEFT),
        lines.line(2, ServedEnd.REFUSED, note="要求先复议"),
    )  # fmt: skip
    assert lines.codes(receipt) == []
    detail = lines.detail(receipt)
    assert (detail.party_name, detail.method) == (lines.name, Method.DIRECT)
    assert detail.address == "龙津里3巷12号", "where the officers were"
    assert [one.copies for one in detail.lines] == [1, 2, 3]
    signed, left, refused = (one.service for one in detail.lines)
    assert (signed.law[-4:], left.law[-4:]) == ("第88条", "第89条")
    assert refused.effective is None
    assert lines.outcomes(receipt) == ["SIGNED", "LEFT", "REFUSED"]
    (said,) = lines.together.receipts(receipt.record)
    flat = re.sub(r"\s", "", said)
    for wanted in (
        "送达回证", "一份签收", "二份留置", "三份拒收", "未生效", "龙津里3巷12号",
        f"现场记录{short_id(receipt.record)}第1项，被执行人签收", "照片1张、录像", "要求先复议",
    ):  # fmt: skip
        assert wanted in flat, wanted
    assert any("执行措施告知书等3项" in line for line in lines.scene.log())


def test_what_nobody_signed_for_stands_open_and_the_desk_ends_it(lines: Lines) -> None:
    receipt = lines.send(
        lines.line(0, SIGN), lines.line(1, SIGN, receiver=0),
        lines.line(2, ServedEnd.LEFT), footage=None,
    )  # fmt: skip
    assert lines.codes(receipt) == ["service.unproven"]
    open_ = next(one for one in receipt.defects if one.code == "service.unproven")
    assert lines.numbers[lines.together.papers[1]] in open_.text
    assert lines.numbers[lines.together.papers[0]] not in open_.text
    assert lines.outcomes(receipt) == ["SIGNED", "PENDING", "PENDING"]
    assert lines.together.receipts(receipt.record) == [], "lines wait yet"
    lines.together.end(receipt.record, line2="SIGNED", line3="FAILED")
    assert lines.outcomes(receipt) == ["SIGNED", "SIGNED", "FAILED"]
    assert len(lines.together.receipts(receipt.record)) == 1


def test_left_papers_are_proven_by_a_witness_of_the_neighbourhood_too(lines: Lines) -> None:
    witness = Attendee("GRASSROOTS_REP", "居委会 许广生", True, SignedHow.SIGNED)
    receipt = lines.send(
        lines.line(0, ServedEnd.LEFT, receiver=0), attendees=[witness], photos=[], footage=None
    )
    assert (lines.codes(receipt), lines.outcomes(receipt)) == ([], ["LEFT"])
    assert "许广生见证" in lines.detail(receipt).lines[0].proof


def test_88_a_witness_or_the_other_party_never_receives(lines: Lines) -> None:
    for at, kind in enumerate(("WITNESS", "APPLICANT", "POLICE")):
        other = Attendee(kind, "他人", True, SignedHow.SIGNED)
        receipt = lines.send(lines.line(at, SIGN), attendees=[other])
        assert lines.codes(receipt) == ["service.unproven"], kind
        assert lines.outcomes(receipt) == ["PENDING"], kind


def test_what_the_court_does_not_know_is_told_and_the_rest_is_served(lines: Lines) -> None:
    foreign = lines.together.issued(lines.together.measure, lines.together.other)
    unknown = [
        ServedLine(SIGN, 1, 1, "", "（2026）粤0199执9999号", "裁定书"),
        ServedLine(SIGN, 1, 1, foreign, "为另一方的", "告知书"),
        ServedLine(SIGN, 1, 1, "not an id", "\0", ""),
    ]
    typed = lines.line(0, SIGN, paper="", title="")
    receipt = lines.send(*unknown, typed, lines.line(1, SIGN))
    assert lines.codes(receipt) == ["service.paper_unknown"]
    assert any("9999" in one.text for one in receipt.defects)
    assert lines.outcomes(receipt) == ["SIGNED", "SIGNED"]
    nobody = lines.send(lines.line(2, SIGN), facts={
        "addressee": "无此人", "served": lines.line(2, SIGN).text(),
    })  # fmt: skip
    assert lines.codes(nobody) == ["service.paper_unknown"]
    with refused("delivery.unknown"):
        lines.detail(nobody)
    garbled = lines.send(facts={"addressee": lines.name, "served": "x\ty"})
    assert "service.paper_unknown" in lines.codes(garbled)


def test_the_same_lines_again_are_one_receipt_and_a_place_is_kept_once(lines: Lines) -> None:
    record, facts = new_id(), {"addressee": lines.name, "served": lines.line(0, SIGN).text()}
    body = lines.scene.body("serve", version=2, facts=facts, attendees=[HE])
    sent = [lines.scene.send(body, record, recorded_wall_ms=5) for _time in range(2)]
    assert sent[0] == sent[1]
    assert lines.outcomes(sent[0]) == ["SIGNED"]
    lines.send(lines.line(1, SIGN))
    places = select(func.count()).select_from(AddressRow).where(AddressRow.source == "现场送达")
    assert lines.court.database.read(lambda uow: uow.session.scalar(places)) == 1
    twice = lines.send(lines.line(2, SIGN), lines.line(2, SIGN))
    assert "service.line_twice" in lines.codes(twice)
    assert lines.outcomes(twice) == ["SIGNED"]


def test_the_device_is_told_what_it_may_serve_and_on_whom_it_was(lines: Lines) -> None:
    def told() -> dict[str, tuple[str, list[str]]]:
        reply = lines.court.database.run(make_contact, lines.scene.device.hello())
        (brief,) = [one for one in reply.operations if one.case == lines.together.case]
        return {one.paper: (one.party, one.served_on) for one in brief.papers}

    first, *_others = lines.together.papers
    assert set(told()) == set(lines.together.papers), "issued papers, and no receipt"
    assert told()[first] == (lines.name, [])
    lines.send(lines.line(0, SIGN))
    assert told()[first] == (lines.name, [lines.name])


@pytest.mark.parametrize("golden", ["serve_record.json", "serve_lines_record.json"])
def test_records_of_every_version_are_accepted(sqlite_court: Court, golden: str) -> None:
    serving = Serving(sqlite_court)
    raw = (GOLDEN / golden).read_bytes()
    body = decode_payload(decode(raw, Envelope), FIELD_RECORD, FieldRecord).body
    receipt = serving.scene.send(body, recorded_wall_ms=5)
    codes = {one.code for one in receipt.defects}
    assert "service.paper_unknown" in codes
    assert not codes & {"form.unknown", "form.newer", "field.unreadable", "field.missing"}


def test_the_desk_shows_what_came_from_the_scene(sqlite_centre: Centre) -> None:
    lines = Lines(sqlite_centre.court)
    receipt = lines.send(lines.line(0, SIGN), lines.line(1, ServedEnd.LEFT))
    clerk = Reader(sqlite_centre, Role.CLERK)
    page = clerk.page(f"deliveries/{receipt.record}")
    for said in (
        "现场送达",
        "录像",
        "第1项，被执行人签收",
        "签收",
        "留置",
        f'data-exhibit="{PHOTO}"',
    ):
        assert said in page, said
    run, judge = lines.court.database.run, lines.court.staff(Role.JUDGE)
    with refused("exhibit.awaited"):
        run(exhibit_ticket, judge, receipt.record, PHOTO)
    with refused("exhibit.unknown"):
        run(exhibit_ticket, judge, receipt.record, "ef" * 32)
    path = f"cases/{lines.together.case}/deliveries/{lines.together.party}"
    assert f"deliveries/{receipt.record}" in clerk.page(path)
    other = lines.together.deliver()
    assert "现场送达" not in clerk.page(f"deliveries/{other}"), "the desk's own"
