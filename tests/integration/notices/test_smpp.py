"""A real SMSC (npm smpp): submissions, long texts, and receipts late, doubled, reordered."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from command_center.measures.service import accept_field_record
from command_center.notices import views
from command_center.notices.jobs import consumers
from command_center.notices.providers.base import Answer, Message, ProviderReceipt, ProviderReply
from command_center.notices.providers.choose import make_provider
from command_center.notices.providers.smpp import SmppProvider
from command_center.notices.providers.smpp_session import SmppSettings
from command_center.notices.states import Channel, NoticeState
from command_center.notices.tasks import open_tasks
from command_center.platform.outbox import work_once
from tests.integration.notices.peers import Peer
from tests.patience import eventually

if TYPE_CHECKING:
    from tests.integration.notices.conftest import OpenCourt
    from tests.integration.notices.court import Court

HERE = Path(__file__).parent


class Smsc(Peer):
    """The SMSC's process and what it says."""

    def __init__(self, password: str = "secret") -> None:
        super().__init__(["node", str(HERE / "smsc.mjs"), password])


@pytest.fixture
def smsc() -> Iterator[Smsc]:
    server = Smsc()
    yield server
    server.stop()


class Road:
    """A provider on the SMSC with the receipts that it delivered."""

    def __init__(self, smsc: Smsc, password: str = "secret") -> None:
        self.receipts: list[ProviderReceipt] = []
        self.replies: list[ProviderReply] = []
        self.failures_left = 0
        settings = SmppSettings("127.0.0.1", smsc.port, "court", password, "1069012368", answer_s=3)
        self.provider = SmppProvider(settings, self._keep, self.replies.append)

    def _keep(self, receipts: Sequence[ProviderReceipt]) -> None:
        if self.failures_left:
            self.failures_left -= 1
            raise OSError("disk full")
        self.receipts += receipts

    def send(self, number: str, text: str = "【法院】通知") -> Any:
        return self.provider.send(Message("key", number, text))


@pytest.fixture
def road(smsc: Smsc) -> Iterator[Road]:
    made = Road(smsc)
    yield made
    made.provider.close()


def test_a_text_goes_out_in_ucs2_with_a_receipt_asked_for(smsc: Smsc, road: Road) -> None:
    outcome = road.send("13800000001", "【法院】贺建平：您好")
    assert (outcome.answer, outcome.message_ids) == (Answer.ACCEPTED, ("m1",))
    sent = smsc.wait("submit")
    assert (sent["number"], sent["text"]) == ("8613800000001", "【法院】贺建平：您好")
    assert (sent["coding"], sent["registered"], sent["source"]) == (8, 1, "1069012368")
    eventually(lambda: bool(road.receipts))
    assert (road.receipts[0].message_id, road.receipts[0].state) == ("m1", NoticeState.DELIVERED)


def test_a_long_text_arrives_in_parts_with_an_id_each(smsc: Smsc, road: Road) -> None:
    text = "【法院】" + "查封扣押冻结" * 20
    outcome = road.send("13800000001", text)
    assert len(outcome.message_ids) == 2
    smsc.wait("submit", 2)
    assert "".join(fact["text"] for fact in smsc.of("submit")) == text
    headers = [fact["parts"] for fact in smsc.of("submit")]
    assert [header[-2:] for header in headers] == [[2, 1], [2, 2]]
    eventually(lambda: len(road.receipts) == 2)


def test_answers_that_may_pass_and_answers_that_stay(road: Road) -> None:
    first, second = road.send("13800000007"), road.send("13800000007")
    assert (first.answer, first.code) == (Answer.TRY_LATER, "status 0x58")
    assert second.answer is Answer.ACCEPTED
    assert road.send("13800000008").answer is Answer.REJECTED


def test_a_session_cut_after_submit_is_unknown_and_comes_back(smsc: Smsc, road: Road) -> None:
    assert road.send("13800000009").answer is Answer.UNKNOWN
    smsc.wait("bind", 2)
    eventually(lambda: road.send("13800000009").answer is Answer.ACCEPTED)


def test_a_wave_goes_out_side_by_side_and_each_has_its_own_answer(smsc: Smsc, road: Road) -> None:
    """One that is never answered keeps nobody, and its late answer disturbs nobody."""
    numbers = ["13800000014", "not a number", "13800000008", "13800000001"]
    wave = [Message(str(at), number, "【法院】通知") for at, number in enumerate(numbers)]
    outcomes = road.provider.send_all(wave)
    assert [one.answer for one in outcomes] == [
        Answer.UNKNOWN, Answer.REJECTED, Answer.REJECTED, Answer.ACCEPTED,
    ]  # fmt: skip
    assert [one.code for one in outcomes[:3]] == ["no answer", "not a number", "status 0xb"]
    time.sleep(2.5)  # the SMSC answers after all
    assert road.send("13800000001").answer is Answer.ACCEPTED
    assert len(smsc.of("bind")) == 1


def test_an_smsc_that_is_away_is_try_later(smsc: Smsc, road: Road) -> None:
    assert road.send("13800000001").answer is Answer.ACCEPTED
    smsc.stop()
    eventually(lambda: road.send("13800000001").answer is Answer.TRY_LATER)


def test_a_wrong_password_is_try_later_and_said(smsc: Smsc) -> None:
    road = Road(smsc, password="wrong")
    assert road.send("13800000001").answer is Answer.TRY_LATER
    assert smsc.of("bind")[0]["right"] is False
    assert smsc.of("submit") == []
    road.provider.close()


def test_a_receipt_that_could_not_be_kept_is_delivered_again(smsc: Smsc, road: Road) -> None:
    road.failures_left = 1
    road.send("13800000001")
    eventually(lambda: bool(road.receipts))
    assert next(fact["status"] for fact in smsc.of("receipt")) != 0


def test_s37_what_a_telephone_answers_comes_in(road: Road) -> None:
    road.send("13800000013")
    eventually(lambda: len(road.replies) == 2)
    assert {reply.number for reply in road.replies} == {"8613800000013"}
    assert [reply.text for reply in road.replies] == ["您好，不是本人", "后半条"]


@pytest.mark.parametrize(
    ("ending", "state", "repeats", "tasks"),
    [
        ("01", NoticeState.DELIVERED, 0, 0),
        ("02", NoticeState.PERM_FAIL, 0, 1),
        ("03", NoticeState.DELIVERED, 0, 0),  # late
        ("04", NoticeState.DELIVERED, 0, 0),  # doubled
        ("05", NoticeState.DELIVERED, 0, 0),  # reordered: accepted after delivered
        ("06", NoticeState.DELIVERED, 0, 0),  # the receipt overtakes the answer
        ("07", NoticeState.DELIVERED, 0, 0),  # throttled, then taken
        ("08", NoticeState.PERM_FAIL, 0, 1),  # no such subscriber
        ("09", NoticeState.DELIVERED, 2, 0),  # both parts of the first try may have arrived
        ("10", NoticeState.EXPIRED, 0, 1),
        ("11", NoticeState.DELIVERED, 0, 0),  # failed first, delivered after all
        ("12", NoticeState.SENT, 0, 0),  # only a receipt nobody knows
        ("13", NoticeState.MISDIRECTED, 0, 1),  # the one who holds the telephone says: not me
    ],
)
def test_how_notices_fare(
    smsc: Smsc,
    new_court: OpenCourt,
    tmp_path: Path,
    ending: str,
    state: NoticeState,
    repeats: int,
    tasks: int,
) -> None:
    password = tmp_path / "smsc-password"
    password.write_text("secret\n")
    court = new_court(
        debtor_phone=f"138000000{ending}",
        sms={
            "provider": "smpp",
            "host": "127.0.0.1",
            "port": smsc.port,
            "system_id": "court",
            "password_file": str(password),
            "source": "1069012368",
        },
    )
    provider = make_provider(court.database, court.database.settings.sms)
    court.database.run(accept_field_record, court.device_principal, court.sign(court.record()))
    try:
        eventually(lambda: settled(court, consumers({Channel.SMS: provider}), state, tasks))
        time.sleep(0.4 if ending in ("04", "05") else 0)
    finally:
        provider.close()
    told = debtor_sms(court)
    assert told.state is state
    assert bool(told.possible_repeats) is bool(repeats)
    detail = court.database.read(views.read_notice, court.clerk, told.notice)
    if ending == "04":
        assert {receipt.times for receipt in detail.receipts} == {2}
    if ending == "12":
        assert detail.receipts == ()


def debtor_sms(court: Court) -> views.NoticeView:
    found = court.database.read(views.notices_of_case, court.clerk, court.case)
    return next(one for one in found if one.channel == "SMS" and one.party == court.debtor)


def settled(court: Court, jobs: Any, state: NoticeState, tasks: int) -> bool:
    while work_once(court.database, jobs):
        pass
    court.clock.ahead_ms += 500
    opened = court.database.read(open_tasks, court.clerk)
    return debtor_sms(court).state is state and len(opened) == tasks
