"""Papers served at the scene: the officer's record begins and closes the service at the centre."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from command_center.access.permissions import Role
from command_center.papers.models import PaperRow
from command_center.serving.models import AttemptRow, ServiceRow
from command_center.serving.views import read_service
from schemas.field_api import RecordReceipt
from schemas.ids import new_id
from schemas.records import Attendee, FootageAt, SignedHow
from tests.integration.centre.court import Court
from tests.integration.centre.test_field_acts import Scene
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
    assert serving.outcomes() == ["PENDING", "PENDING"]
    assert [day for _one, day in serving.services()] == [None]
    assert serving.codes(serving.serve("LEFT")) == []
    assert serving.outcomes() == ["PENDING", "PENDING", "LEFT"]
    [(_service, effective)] = serving.services()
    assert effective is not None, "one service of the paper, three attempts"


def test_handed_over_without_a_signature_it_stands_open(serving: Serving) -> None:
    assert serving.codes(serving.serve("DIRECT", attendees=[])) == ["service.unproven"]
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
