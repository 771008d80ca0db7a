"""The window is killed at every place where that could lose or double something; another one is
opened on the same service, which records throughout. The network is away, the centre simulated."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from field_app.audit import audit
from field_app.client import ServiceClient
from field_app.device.identity import Identity
from field_app.device.pin import KeptPin
from field_app.local_api.acts import Draft
from field_app.local_api.outbox import OutboxItem
from field_app.spool.spool import Spool
from field_app.window.act import ActDraft
from field_app.window.choices import load_choices
from field_app.window.fault import FaultDraft, Gap
from field_app.window.forms import kept, restored
from field_app.window.people import AttendeeDraft
from schemas.field_api import RelayAddress
from schemas.time import now_ms
from tests.e2e.field_window.doomed import DURESS, FORM, PAID, PIN, give_pin
from tests.e2e.field_window.hand import Hand, open_window
from tests.integration.field.conftest import Device
from tests.integration.field.court import SECOND, Court
from tests.integration.field.simulated_centre import SECOND_CODE, SimulatedCentre

ROOT = Path(__file__).resolve().parents[3]
SECOND_PIN = "482913"
_NOWHERE = "127.0.0.1:9"

pytestmark = pytest.mark.slow


class Phone(Device):
    """The device at the scene: its service records, its window is killed."""

    def __init__(self, data: Path, court: Court) -> None:
        super().__init__(data)
        self.court = court

    @property
    def operation(self) -> str:
        """The operation that is recorded."""
        return self.court.operation

    def outbox(self, kind: str, title: str = "") -> list[OutboxItem]:
        """Return what is kept of a kind."""
        found = self.client.ask(list[OutboxItem], "outbox", kind=kind)
        return [one for one in found if title in one.title]

    def keep(self, form: ActDraft | FaultDraft) -> None:
        """Let a form be half filled from before."""
        self.client.call("keep_draft", name=form.name, text=kept(form))

    def kept(self, name: str) -> ActDraft:
        """Return a form of an act as the service keeps it."""
        found = {one.name: one for one in self.client.ask(list[Draft], "drafts")}
        form = restored(found[f"{name}/{self.operation}"])
        assert isinstance(form, ActDraft)
        return form

    def drafts(self) -> list[str]:
        """Return the names of the forms that are half filled."""
        return [one.name for one in self.client.ask(list[Draft], "drafts")]

    def drop(self, name: str) -> None:
        """Give a form up."""
        self.client.call("drop_draft", name=f"{name}/{self.operation}")

    def kill_window_at(self, point: str) -> None:
        """Let a window of its own process come to the point; it dies there, recording goes on."""
        done = subprocess.run(
            [sys.executable, "-m", "tests.e2e.field_window.doomed", str(self.data), point],
            cwd=ROOT, env={**os.environ, "MZ_CRASH_AT": ""}, timeout=120,
            check=False, capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == -signal.SIGKILL, done.stderr[-3_000:]

    def require_recording(self) -> None:
        """Wait until one more fragment of the recording of before is kept."""
        before = self.client.status().recording
        assert before is not None
        assert not before.ended
        end = time.monotonic() + 60
        while (now := self.client.status().recording) is None or now.recorded <= before.recorded:
            assert time.monotonic() < end, "the recording stands still"
            time.sleep(0.05)
        assert now.recording == before.recording

    @contextmanager
    def window(self) -> Iterator[Hand]:
        """Open a window on the service that runs, by PIN where there is one."""
        hand = open_window(self.data)
        try:
            hand.wait(lambda: hand.window.state.operation() is not None)
            hand.wait(lambda: hand.window.state.forms.is_read)
            yield hand
        finally:
            hand.close()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Phone]:
    court = Court()
    centre = SimulatedCentre(
        court, RelayAddress(court.relay, f"ws://{_NOWHERE}", f"http://{_NOWHERE}")
    )
    made = Phone(tmp_path_factory.mktemp("killed") / "field", court)
    made.start(place="23.1,113.3")
    made.enrol(centre)
    end = time.monotonic() + 60
    while not made.client.status().operations:
        assert time.monotonic() < end, "no operation"
        time.sleep(0.05)
    made.client.call("start", operation=court.operation)
    yield made
    made.stop()
    centre.close()
    assert audit(made.data).ok


@pytest.fixture
def phone(running: Phone) -> Iterator[Phone]:
    """Recording before a test and after it, in one recording."""
    running.require_recording()
    yield running
    running.require_recording()


def _wait(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def _seizure(phone: Phone) -> ActDraft:
    """A form that was begun, with somebody who is to sign."""
    draft = ActDraft(FORM, phone.operation, now_ms() - 60_000, place_text="测试路1号")
    draft.attendees = [AttendeeDraft("被执行人", "黎喆昇")]
    phone.keep(draft)
    return draft


def test_what_was_kept_of_a_form_stays_when_the_next_words_are_lost(phone: Phone) -> None:
    phone.kill_window_at("window.before_form_kept")
    draft = phone.kept(FORM)
    assert (draft.custodian, draft.note) == ("南城仓储", "")
    with phone.window() as hand:
        hand.window.window_root.go("act", form=FORM)
        assert hand.part("custodian").text == "南城仓储"
    phone.drop(FORM)


@pytest.mark.parametrize(
    ("point", "named"), [("window.before_photo_named", 0), ("window.before_kept_shown", 1)]
)
def test_a_photo_that_the_form_showed_is_in_the_form(phone: Phone, point: str, named: int) -> None:
    draft, before = _seizure(phone), len(phone.outbox("photo"))
    phone.kill_window_at(point)
    assert len(phone.outbox("photo")) == before + 1
    assert len(phone.kept(FORM).photos) == named
    with phone.window() as hand:
        hand.window.window_root.go("act", form=FORM)
        assert hand.here.draft.record == draft.record
        assert len(hand.here.draft.photos) == named
        hand.tap(hand.here.add_photo)
        hand.wait(lambda: len(phone.kept(FORM).photos) == named + 1)
    assert len(phone.outbox("photo")) == before + 2
    phone.drop(FORM)


def test_a_signature_that_was_shown_as_given_is_in_the_form(phone: Phone) -> None:
    _seizure(phone)
    before = len(phone.outbox("signature"))
    phone.kill_window_at("window.before_signature_named")
    assert len(phone.outbox("signature")) == before + 1
    [person] = phone.kept(FORM).attendees
    assert not person.signature, "it was not shown as given, so he is asked again"
    paper = phone.kept(FORM).paper
    assert paper is not None
    with phone.window() as hand:
        hand.window.window_root.go("act", form=FORM)
        hand.window.window_root.go("paper", draft=hand.here.draft)
        hand.wait(lambda: hand.says(paper.code))
        hand.tap(hand.said("黎喆昇", hand.part("people")))
        hand.write(hand.part("pad"), [[(0.2, 0.4), (0.3, 0.7), (0.5, 0.4)]])
        hand.tap(hand.part("confirm"))
        hand.wait(lambda: not hand.here.signing)
        [person] = phone.kept(FORM).attendees
        assert person.signature, "kept before it shows"
    again = phone.kept(FORM).paper
    assert again is not None
    assert again.sha256 == paper.sha256, "he signs the paper that he read"
    phone.drop(FORM)


@pytest.mark.parametrize(
    ("point", "handed"), [("window.before_act_handed_over", 0), ("window.before_act_told", 1)]
)
def test_a_form_that_was_handed_over_is_one_record(phone: Phone, point: str, handed: int) -> None:
    draft, before = ActDraft(PAID, phone.operation, now_ms() - 60_000), len(phone.outbox("measure"))
    draft.facts["performed"] = "当场付清"
    phone.keep(draft)
    phone.kill_window_at(point)
    assert len(phone.outbox("measure")) == before + handed
    assert (draft.name in phone.drafts()) is not bool(handed)
    with phone.window() as hand:
        if not handed:
            hand.window.window_root.go("act", form=PAID)
            hand.window.window_root.go("review", draft=hand.here.draft)
            hand.tap(hand.part("save"))
            hand.on("record")
        assert draft.name not in hand.window.state.forms.by_name
        hand.linger(0.6)  # a tick later too
    assert draft.name not in phone.drafts()
    assert draft.record in {one.item for one in phone.outbox("measure")}
    assert len(phone.outbox("measure")) == before + 1


def test_r11_a_second_who_was_not_asked_yet_is_asked_by_the_next_window(phone: Phone) -> None:
    phone.client.call("enrol_second", code=SECOND_CODE, pin=SECOND_PIN)
    draft = ActDraft(PAID, phone.operation, now_ms() - 60_000)
    draft.facts["performed"], draft.second_officer = "当场付清", SECOND.officer
    phone.keep(draft)
    phone.kill_window_at("window.before_act_told")
    assert [one.record for one in phone.client.status().seconds_awaited] == [draft.record]
    with phone.window() as hand:
        asks = f"{SECOND.name}尚未确认在场"
        hand.wait(lambda: hand.says(asks))
        hand.tap(hand.said("输入口令"))
        second = hand.window.window_root.second
        hand.wait(lambda: second.sheet is not None)
        hand.type(second.sheet.ids.pin, SECOND_PIN)
        hand.tap(second.sheet.ids.give)
        hand.wait(lambda: second.sheet is None and not hand.says(asks))
    assert len(phone.outbox("note", "第二名执行人员确认在场")) == 1


def test_why_nothing_was_recorded_is_explained_once(phone: Phone) -> None:
    draft = FaultDraft(phone.operation, cause="battery", text="电池耗尽")
    draft.take(Gap(now_ms() - 900_000, now_ms() - 600_000))
    phone.keep(draft)
    phone.kill_window_at("window.before_fault_told")
    [note] = phone.outbox("note", "故障说明")
    assert note.item == draft.record
    assert draft.name not in phone.drafts()
    with phone.window() as hand:
        hand.window.window_root.go("fault")
        assert not hand.part("text").text, "nothing invites to sign it again"
    assert len(phone.outbox("note", "故障说明")) == 1


def test_s01_an_operation_that_the_officer_opened_is_one_and_in_the_list(phone: Phone) -> None:
    phone.kill_window_at("window.before_opening_told")
    assert len(phone.outbox("note", "开立计划外行动")) == 1
    with phone.window() as hand:
        hand.window.window_root.go("today")
        hand.wait(lambda: hand.says("测试路9号"))
    assert sum(one.address == "测试路9号" for one in phone.client.status().operations) == 1


def test_u3_an_integrity_value_is_signed_once(phone: Phone) -> None:
    phone.kill_window_at("window.before_value_told")
    [value] = phone.outbox("note", "完整性校验值")
    with phone.window() as hand:
        hand.window.window_root.go("finish")
        hand.wait(lambda: hand.here.confirmed)
        assert hand.here.confirmed in value.title
        assert not hand.here.stated
    assert f"value/{phone.operation}" not in phone.drafts()


@pytest.mark.parametrize(
    ("point", "raised"), [("window.before_alarm_raised", 0), ("window.after_alarm_raised", 1)]
)
def test_u17_an_alarm_that_was_raised_is_told_once_without_a_window(
    phone: Phone, point: str, raised: int
) -> None:
    before = {one.item for one in phone.outbox("sos")}
    phone.kill_window_at(point)
    assert (phone.client.status().sos_since_ms is not None) is bool(raised)
    with phone.window() as hand:
        if raised:
            hand.wait(lambda: hand.window.window_root.sos is not None)
            hand.wait(lambda: phone.client.status().sos_told)
    told = [one for one in phone.outbox("sos") if one.item not in before]
    assert len(told) == raised
    if raised:
        pin = PIN if phone.client.status().pin_set else None
        phone.client.call("close_sos", pin=pin)


def test_a_choice_is_the_former_one_or_the_new_one(phone: Phone) -> None:
    before = load_choices(phone.data)
    phone.kill_window_at("window.before_choices_replaced")
    assert load_choices(phone.data) == before
    with phone.window() as hand:
        hand.window.choose(large=False)
        hand.frames(3)
    assert load_choices(phone.data) == before


def test_a_pin_that_was_set_locks_the_next_window(phone: Phone) -> None:
    phone.kill_window_at("window.before_pin_told")
    assert phone.client.status().pin_set
    with phone.window() as hand:
        assert hand.window.window_root.lock is not None
        give_pin(hand, PIN)
        hand.wait(lambda: hand.window.window_root.lock is None)


def _require_pin(phone: Phone) -> None:
    if not phone.client.status().pin_set:
        phone.client.call("set_pin", pin=PIN, duress=DURESS, former=None)


def test_who_kills_the_locked_window_reads_nothing_of_the_paper(phone: Phone) -> None:
    _require_pin(phone)
    _seizure(phone)
    phone.kill_window_at("window.after_lock")
    with phone.window() as hand:
        root = hand.window.window_root
        assert root.lock is not None
        assert root.lock.size == hand.window._place.size, "it covers all"
        assert root.here.name == "today", "and the paper is not what lies below"
        give_pin(hand, PIN)
        hand.wait(lambda: root.lock is None)
        root.go("act", form=FORM)
        assert hand.here.draft.paper is not None
    phone.drop(FORM)


def test_who_kills_the_window_gets_no_further_tries_at_the_pin(phone: Phone) -> None:
    _require_pin(phone)
    phone.client.call("unlock", pin=PIN)
    phone.kill_window_at("window.before_wrong_pin_told")
    phone.kill_window_at("window.before_wrong_pin_told")
    with phone.window() as hand:
        assert hand.window.window_root.lock is not None
    spool = Spool(phone.data, Identity(phone.data / "device").storage_key)
    try:
        pin = spool.facts.get("pin", KeptPin)
    finally:
        spool.close()
    assert pin is not None
    assert pin.wrong == 2


def test_a_service_whose_window_died_at_once_is_the_one_that_runs(tmp_path: Path) -> None:
    alone = Phone(tmp_path / "alone", Court())
    alone.kill_window_at("window.after_service_started")
    client = ServiceClient(alone.data).connect(60)
    try:
        hand = open_window(alone.data)  # which would not start another one
        hand.wait(lambda: hand.window.state.attached)
        hand.close()
    finally:
        client.call("shutdown")
        client.close()
