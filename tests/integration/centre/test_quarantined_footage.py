"""Footage of a lost phone waits apart, too: two persons take it over, or discard it (S-66)."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from command_center.access.models import AccessView
from command_center.access.permissions import Role
from command_center.cases.log import case_log
from command_center.devices.models import RelayOrderRow
from command_center.devices.service import order_refused
from command_center.footage.feed import apply_page
from command_center.footage.models import RecordingRow
from command_center.footage.service import play_ticket, read_recording
from command_center.platform.event_log import EventRow
from command_center.platform.uow import UnitOfWork
from command_center.quarantine import intake
from command_center.quarantine.decisions import AskDecision, ask_decision
from command_center.quarantine.films import QuarantinedFilm, examine_ticket
from command_center.quarantine.intake import receive_footage
from command_center.quarantine.models import QuarantinedRecord
from command_center.quarantine.views import (
    DecisionView,
    origins_of_footage,
    quarantined_devices,
    read_quarantine,
)
from schemas import feed
from schemas.feed import RELAY_ORDER, OrderKind, RelayOrder
from schemas.field_api import FOOTAGE_APART, FootageApart, Quarantined
from schemas.ids import new_id
from schemas.keys import KeyRing
from schemas.media.opening import OPENING, RecordingOpening
from schemas.problems import MzError
from schemas.sign import Envelope, decode, decode_payload, sign_envelope
from schemas.ticket import Act, check_ticket
from tests.integration.centre.court import Court
from tests.integration.centre.running import Centre
from tests.integration.centre.test_footage import TestRelay
from tests.integration.centre.test_proof_pages import Reader
from tests.integration.centre.test_quarantine import Lost


class LostFilm(Lost):
    """A recording lies on the lost device."""

    def __init__(self, court: Court) -> None:
        super().__init__(court)
        self.relay = TestRelay(court, self.device)
        self.opened = self.relay.opened(court.seeded.operation)

    @property
    def recording(self) -> str:
        return self.relay.recording

    def part(self, number: int = 0, **changed: Any) -> FootageApart:
        at_ms = self.made_ms + number * 1_000
        made = FootageApart(
            new_id(), self.device.id, self.opened.opening, 1,
            hashlib.sha256(b"%d" % number).hexdigest(), 1_000, at_ms, at_ms + 900,
        )  # fmt: skip
        return msgspec.structs.replace(made, **changed)

    def signed(self, said: FootageApart) -> Envelope:
        return sign_envelope(self.device.signer, FOOTAGE_APART, said)

    def offer(self, said: FootageApart) -> Quarantined:
        return self.court.database.run(receive_footage, self.signed(said))

    def arrives(self, *parts: FootageApart) -> None:
        """Let the relay say that it holds these parts."""
        items = [
            feed.ExhibitStored(self.relay.next(), 1, one.sha256, one.size, self.device.id)
            for one in parts
        ]
        self.apply(*items)

    def apply(self, *items: feed.FeedItem) -> None:
        self.court.database.run(apply_page, self.relay.page(*items, epoch="one"))

    def asked(self, act: str, *parts: FootageApart, role: Role = Role.COMMANDER) -> str:
        message = AskDecision(self.device.id, act, [one.part for one in parts], "设备已经找回")
        return self.court.database.run(ask_decision, self.court.staff(role), message)

    def examine(self, part: FootageApart, role: Role) -> Any:
        return self.court.database.run(examine_ticket, self.court.staff(role), part.part)

    def page(self, role: Role = Role.COMMANDER) -> tuple[list[QuarantinedFilm], list[DecisionView]]:
        _, _, films, decisions = self.court.database.run(
            read_quarantine, self.court.staff(role), self.device.id
        )
        return films, decisions

    def orders(self) -> list[RelayOrder]:
        def read(uow: UnitOfWork) -> list[bytes]:
            query = select(RelayOrderRow.envelope).where(
                RelayOrderRow.kind == OrderKind.TAKE_FOOTAGE
            )
            return list(uow.session.scalars(query.order_by(RelayOrderRow.made_ms)))

        found = self.court.database.read(read)
        return [decode_payload(decode(raw, Envelope), RELAY_ORDER, RelayOrder) for raw in found]

    def relay_says(self, order: RelayOrder, outcome: str) -> None:
        self.apply(feed.OrderApplied(self.relay.next(), 1, order.order, outcome))
        self.work()

    def settled(self, part: FootageApart) -> str:
        def read(uow: UnitOfWork) -> str:
            return uow.session.get_one(QuarantinedRecord, part.part).outcome

        return self.court.database.read(read)


@pytest.fixture
def lost(court: Court) -> LostFilm:
    return LostFilm(court)


def test_s66_footage_waits_apart_and_no_ticket_of_the_archive_opens_it(lost: LostFilm) -> None:
    part = lost.part()
    kept = lost.offer(part)
    assert [one.code for one in kept.receipt.defects] == ["record.quarantined"]
    assert lost.offer(part).receipt == kept.receipt, "the same bytes again: the same receipt"
    ring = KeyRing(lost.court.database.keys.root, lost.court.database.keys.certificates)
    ticket = check_ticket(kept.ticket, ring, Act.QUARANTINE, lost.court.clock())
    assert (ticket.holder, ticket.exhibits) == (lost.device.id, [part.sha256])
    assert (ticket.recordings, ticket.publisher) == ([], None)
    lost.arrives(part)
    assert lost.count(RecordingRow) == 0
    with pytest.raises(MzError, match=r"recording\.unknown"):
        lost.court.database.run(
            play_ticket, lost.court.staff(Role.BUREAU_HEAD), lost.recording
        )  # fmt: skip
    assert lost.count(EventRow, EventRow.type == "QuarantineEntered") == 1
    (device,) = lost.court.database.read(quarantined_devices, lost.court.staff(Role.AUDITOR))
    assert (device.load.records, device.load.parts, device.load.footage) == (0, 1, 1_000)
    ((film,), _) = lost.page()
    assert (film.recording, film.parts, film.stored) == (lost.recording, [part.part], 1)
    assert film.case_number == lost.court.seeded.cases[0].number


def test_s66_two_persons_take_footage_over_and_the_archive_says_so_for_ever(
    lost: LostFilm,
) -> None:
    parts = [lost.part(number) for number in range(3)]
    for one in parts:
        lost.offer(one)
    lost.arrives(*parts[:2])
    with pytest.raises(MzError, match=r"quarantine\.still_coming"):
        lost.asked("TAKE", *parts)
    lost.arrives(parts[2])
    decision = lost.asked("TAKE", *parts)
    with pytest.raises(MzError, match=r"quarantine\.own_request"):
        lost.answer(decision, role=Role.COMMANDER)
    lost.work()
    assert lost.orders() == [], "nothing happens before the second person"
    lost.answer(decision)
    lost.work()
    lost.work()
    orders = lost.orders()
    assert sorted(one.subject for one in orders) == sorted(one.sha256 for one in parts)
    for order in orders:
        assert order.footage is not None
        assert order.footage.publisher.public == lost.device.signer.public
        assert order.footage.recording == lost.recording
        assert lost.made_ms < order.footage.before_ms <= lost.revoked_ms
    assert [one.left for one in lost.page()[1]] == [3]
    opened = msgspec.structs.replace(lost.opened, seq=lost.relay.next(), quarantined=True)
    lost.apply(
        opened,
        *(feed.OrderApplied(lost.relay.next(), 1, one.order, "done") for one in orders[:2]),
        feed.OrderApplied(lost.relay.next(), 1, orders[2].order, "part.malformed"),
    )
    lost.work()
    ((film,), (view,)) = lost.page()
    assert (view.left, view.failed) == (0, 1)
    assert (film.failed, film.decision, len(film.parts)) == ("part.malformed", None, 1)
    assert lost.count(EventRow, EventRow.type == "QuarantineFailed") == 1
    recording = lost.court.database.read(
        read_recording, lost.court.staff(Role.CLERK), lost.recording
    )
    assert recording.quarantined
    (origin,) = lost.court.database.read(origins_of_footage, lost.recording)
    assert (origin.decision.id, origin.decision.asked_by_name) == (
        decision, lost.court.staff(Role.COMMANDER).name
    )  # fmt: skip
    lines = lost.court.database.read(case_log, lost.court.seeded.cases[0].id)
    assert sum("隔离区内容3项" in one.text for one in lines) == 1


def test_s66_the_rest_of_a_known_recording_marks_it(lost: LostFilm) -> None:
    lost.apply(lost.opened)
    part = lost.part()
    lost.offer(part)
    lost.arrives(part)
    lost.answer(lost.asked("TAKE", part))
    clerk = lost.court.staff(Role.CLERK)
    lost.work()
    assert not lost.court.database.read(read_recording, clerk, lost.recording).quarantined
    lost.relay_says(lost.orders()[0], "done")
    assert lost.court.database.read(read_recording, clerk, lost.recording).quarantined


def test_s66_what_a_relay_refused_is_asked_for_again_by_two_persons(lost: LostFilm) -> None:
    lost.apply(lost.opened)
    part = lost.part()
    lost.offer(part)
    lost.arrives(part)
    first = lost.asked("TAKE", part)
    lost.answer(first)
    lost.work()
    (order,) = lost.orders()
    lost.relay_says(order, "vault.not_found")
    # It waits again, visibly, with the reason; nothing says that it was taken
    (device,) = lost.court.database.read(quarantined_devices, lost.court.staff(Role.AUDITOR))
    assert device.load.parts == 1
    ((film,), (failed,)) = lost.page()
    assert (film.failed, film.plays != []) == ("vault.not_found", True)
    assert (failed.id, failed.failed, failed.left) == (first, 1, 0)
    assert lost.court.database.read(origins_of_footage, lost.recording) == []
    clerk = lost.court.staff(Role.CLERK)
    assert not lost.court.database.read(read_recording, clerk, lost.recording).quarantined
    # Two persons try again, under an order of its own
    second = lost.asked("TAKE", part)
    with pytest.raises(MzError, match=r"quarantine\.own_request"):
        lost.answer(second, role=Role.COMMANDER)
    lost.answer(second)
    lost.work()
    (_, again) = lost.orders()
    assert again.order != order.order
    lost.relay_says(order, "done")  # an answer to the order that was given up changes nothing
    assert lost.settled(part) == "vault.not_found"
    lost.relay_says(again, "done")
    lost.relay_says(again, "done")
    assert lost.settled(part) == "taken"
    (origin,) = lost.court.database.read(origins_of_footage, lost.recording)
    assert origin.decision.id == second
    assert lost.court.database.read(read_recording, clerk, lost.recording).quarantined


def test_s66_an_order_that_the_relay_does_not_even_take_is_a_refusal(lost: LostFilm) -> None:
    part = lost.part()
    lost.offer(part)
    lost.arrives(part)
    lost.answer(lost.asked("TAKE", part))
    lost.work()
    lost.court.database.run(order_refused, lost.orders()[0].order, "order.conflict")
    lost.work()
    assert lost.settled(part) == "order.conflict"


def test_s66_what_is_discarded_is_kept_and_never_taken_in(lost: LostFilm) -> None:
    part = lost.part()
    lost.offer(part)
    lost.answer(lost.asked("DISCARD", part))
    lost.work()
    assert (lost.settled(part), lost.orders()) == ("discarded", [])
    assert lost.offer(part).receipt.record == part.part, "and stays discarded"
    assert lost.count(QuarantinedRecord) == 1


def test_s66_footage_of_after_the_revocation_can_only_be_discarded(lost: LostFilm) -> None:
    late_ms = lost.revoked_ms + 1
    late = lost.part(first_wall_ms=late_ms, last_wall_ms=late_ms + 1)
    across = lost.part(1, first_wall_ms=lost.made_ms, last_wall_ms=late_ms)
    for one in (late, across):
        lost.offer(one)
    lost.arrives(late, across)
    with pytest.raises(MzError, match=r"quarantine\.after_revocation"):
        lost.asked("TAKE", late)
    lost.asked("TAKE", across)
    assert sorted(one.late for one in lost.page()[0]) == [False, True]


def test_only_those_who_decide_look_and_each_look_is_written_down(lost: LostFilm) -> None:
    part = lost.part()
    lost.offer(part)
    lost.arrives(part)
    for role in (Role.AUDITOR, Role.CLERK, Role.ADMIN, Role.TECHNICIAN):
        with pytest.raises(MzError, match=r"access\.refused"):
            lost.examine(part, role)
    ring = KeyRing(lost.court.database.keys.root, lost.court.database.keys.certificates)
    found = lost.examine(part, Role.DUTY_OFFICER)
    ticket = check_ticket(found.ticket, ring, Act.EXAMINE, lost.court.clock())
    assert (ticket.exhibits, ticket.recordings) == ([part.sha256], [])
    decision = lost.asked("TAKE", part)
    lost.examine(part, Role.COMMANDER)
    lost.examine(part, Role.PRESIDENT)
    with pytest.raises(MzError, match=r"quarantine\.not_yours"):
        lost.examine(part, Role.DUTY_OFFICER)
    assert lost.page(Role.DUTY_OFFICER)[0][0].plays == []
    lost.answer(decision)
    lost.examine(part, Role.BUREAU_HEAD)
    with pytest.raises(MzError, match=r"quarantine\.not_yours"):
        lost.examine(part, Role.PRESIDENT)
    looks = AccessView.what == "quarantined_footage"
    assert lost.count(AccessView, looks, AccessView.subject == lost.recording) == 4
    for name in ("\0", new_id(), "x" * 5_000):
        with pytest.raises(MzError, match=r"quarantine\.unknown"):
            lost.court.database.run(examine_ticket, lost.court.staff(Role.COMMANDER), name)


def test_only_authentic_footage_of_a_revoked_device_is_kept(lost: LostFilm) -> None:
    said = lost.part()
    other, _ = lost.court.enrolled()
    wrong = [
        (other.signer, said, "record.not_authentic"),
        (lost.device.signer, lost.part(device=other.id), "record.not_authentic"),
        (lost.device.signer, lost.part(part="\0"), "id.malformed"),
        (lost.device.signer, lost.part(size=0), "message.malformed"),
        (lost.device.signer, lost.part(size=1 << 40), "message.malformed"),
        (lost.device.signer, lost.part(sha256="../x"), "message.malformed"),
        (lost.device.signer, lost.part(first_wall_ms=-1), "message.malformed"),
        (lost.device.signer, lost.part(last_wall_ms=1), "message.malformed"),
        (lost.device.signer, lost.part(rendition=9), "opening.unknown_rendition"),
    ]  # fmt: skip
    stated = decode_payload(lost.opened.opening, OPENING, RecordingOpening)
    foreign = sign_envelope(
        lost.device.signer, OPENING, msgspec.structs.replace(stated, device=other.id)
    )
    wrong.append((lost.device.signer, lost.part(opening=foreign), "opening.wrong_device"))
    for signer, one, code in wrong:
        with pytest.raises(MzError, match=code.replace(".", r"\.")):
            lost.court.database.run(receive_footage, sign_envelope(signer, FOOTAGE_APART, one))
    theirs = TestRelay(lost.court, other)
    live = msgspec.structs.replace(
        said, device=other.id, opening=theirs.opened(None).opening, part=new_id()
    )
    with pytest.raises(MzError, match=r"device\.not_revoked"):
        lost.court.database.run(receive_footage, sign_envelope(other.signer, FOOTAGE_APART, live))
    lost.offer(said)
    with pytest.raises(MzError, match=r"record\.conflict"):
        lost.offer(msgspec.structs.replace(said, size=7))
    assert lost.count(QuarantinedRecord) == 1


def test_footage_is_bounded_by_itself_and_keeps_no_record_out(
    lost: LostFilm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "MOST_FOOTAGE", 1_500)
    for number in range(2):
        lost.offer(lost.part(number))
    assert lost.count(EventRow, EventRow.type == "QuarantineFull") == 1
    with pytest.raises(MzError, match=r"quarantine\.full"):
        lost.offer(lost.part(2))
    lost.send(lost.seal())
    assert lost.count(QuarantinedRecord) == 3


def test_footage_that_reached_the_relay_after_the_revocation_is_marked(lost: LostFilm) -> None:
    """The relay hears of it some seconds later."""
    before, after = lost.revoked_ms - 10_000, lost.revoked_ms + 1_000

    def received(first: int, wall_ms: int) -> feed.FragmentsReceived:
        return feed.FragmentsReceived(
            lost.relay.next(), after, lost.recording, 1, [(first, first + 4)], wall_ms,
            wall_ms + 800, 100,
        )  # fmt: skip

    lost.apply(lost.opened, received(0, before), received(5, after), received(10, after + 1_000))
    recording = lost.court.database.read(
        read_recording, lost.court.staff(Role.CLERK), lost.recording
    )
    assert [(one.code, one.number) for one in recording.findings] == [("device.revoked", 5)]
    assert recording.chain == "open", "its chain is whole"
    assert lost.count(EventRow, EventRow.type == "FootageAfterRevocation") == 1


def test_s66_the_page_shows_footage_and_takes_the_choice(sqlite_centre: Centre) -> None:
    lost = LostFilm(sqlite_centre.court)
    lost.court.clock.ahead_ms = 0
    parts = [lost.part(number) for number in range(2)]
    for one in parts:
        answer = sqlite_centre.post("/device/v1/quarantine/footage", lost.signed(one))
        assert answer.status_code == 200, answer.text
    lost.arrives(*parts)
    url = f"quarantine/{lost.device.id}"
    assert "data-plays" not in Reader(sqlite_centre, Role.AUDITOR).page(url)
    leader = Reader(sqlite_centre, Role.COMMANDER)
    assert f"{parts[0].part}:{parts[0].sha256}" in leader.page(url)
    form: dict[str, Any] = {"act": "TAKE", "reason": "设备已经找回"}
    form["record"] = [" ".join(one.part for one in parts)]
    assert leader.post(f"{url}/decisions", **form).status_code == 200
    assert "2 项" in leader.page(url)
    for body, status in ((b"{}", 400), (b"\xff", 400)):
        assert sqlite_centre.post("/device/v1/quarantine/footage", body).status_code == status
