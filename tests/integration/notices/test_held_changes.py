"""DESIGN §3.5, S-17: what became of a measure is not read before its party is told."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from command_center.access.permissions import permissions_of
from command_center.disclosure.document import DISCLOSURE, Disclosure, MeasureShown
from command_center.disclosure.models import DocumentRow, GrantRow
from command_center.measures.changes import convert_measure, release_measure, renew_measure
from command_center.measures.service import accept_field_record
from command_center.notices.holds import place_hold
from command_center.notices.lifting import release_hold
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.sign import Envelope, decode, decode_payload
from schemas.time import court_time
from tests.integration.notices.court import Court

HEAD = Principal("head", "郑国栋", "BUREAU_HEAD", permissions_of("BUREAU_HEAD"))
OFFICER = Principal("officer", "赵明远", "ENF_OFFICER", permissions_of("ENF_OFFICER"))


class Case:
    """A seizure of which both parties were told, and then a hold of telling."""

    def __init__(self, court: Court, work: object) -> None:
        self.court, self.work = court, work
        envelope = court.sign(court.record())
        receipt = court.database.run(accept_field_record, court.device_principal, envelope)
        self.measure = str(receipt.measure)
        self.settle()
        self.hold = court.database.run(place_hold, HEAD, court.case, "其余账户尚未冻结", 2)
        self.day = court_time(court.clock()).date().isoformat()

    def settle(self) -> None:
        self.work.settle()  # type: ignore[attr-defined]

    def document(self, party: str) -> Disclosure:
        """What the portal would show the party now."""

        def newest(uow: UnitOfWork) -> bytes:
            query = (
                select(DocumentRow.envelope)
                .join(GrantRow, GrantRow.grant == DocumentRow.grant)
                .where(GrantRow.party == party)
                .order_by(DocumentRow.version.desc())
            )
            return bytes(uow.session.scalars(query.limit(1)).one())

        envelope = decode(self.court.database.read(newest), Envelope)
        return decode_payload(envelope, DISCLOSURE, Disclosure)

    def read(self, party: str) -> tuple[MeasureShown, list[str]]:
        """The measure and the log that the party reads now."""
        document = self.document(party)
        return document.measures[0], [line.text.zh for line in document.log]

    def changed(self, how: str) -> None:
        run = self.court.database.run
        if how == "续行":
            run(renew_measure, OFFICER, self.measure, "2028-03-12", "2030-03-11", "之一", self.day)
        elif how == "解除":
            run(release_measure, OFFICER, self.measure, "DEBT_PAID", "之一", self.day)
        else:
            run(convert_measure, OFFICER, self.measure, "之一", self.day)


@pytest.mark.parametrize(
    ("how", "told", "state"),
    [("续行", "续行扣押", "已续行"), ("解除", "解除扣押", "已解除"),
     ("变价", "扣押的财产已全部处分", "已变价")],
)  # fmt: skip
def test_s17_nothing_of_a_change_is_read_before_its_notice_goes(
    court: Court, telling: object, how: str, told: str, state: str
) -> None:
    case = Case(court, telling(court))  # type: ignore[operator]
    before = {one: case.read(one) for one in (court.debtor, court.applicant)}
    case.changed(how)
    case.settle()
    for party, (measure, log) in before.items():
        assert case.read(party) == (measure, log)
    court.database.run(release_hold, HEAD, case.hold)
    case.settle()
    for party in before:
        measure, log = case.read(party)
        assert measure.state.zh == state
        assert [line for line in log if told in line]


def test_s17_a_change_that_was_told_is_read_while_a_later_one_waits(
    court: Court, telling: object
) -> None:
    case = Case(court, telling(court))  # type: ignore[operator]
    court.database.run(release_hold, HEAD, case.hold)
    case.changed("续行")
    case.settle()
    court.database.run(place_hold, HEAD, court.case, "其余账户尚未冻结", 2)
    case.changed("解除")
    case.settle()
    measure, log = case.read(court.debtor)
    assert (measure.state.zh, measure.control_to) == ("已续行", "2030-03-11")
    assert any("续行扣押" in line for line in log)
    assert not any("解除" in line for line in log)
