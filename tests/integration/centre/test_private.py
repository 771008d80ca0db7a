"""Private intervals at the centre: told by signed records, opened by two persons, for a while."""

from __future__ import annotations

import re

import msgspec
import pytest
from sqlalchemy import select

from command_center.access.models import AccessView
from command_center.access.permissions import Role
from command_center.cli.audit import run_audit
from command_center.desk.show import clock as show_clock
from command_center.devices.models import RelayOrderRow
from command_center.footage.bundle import request_bundle
from command_center.footage.clip import AskClip, request_clip
from command_center.footage.films import request_films
from command_center.footage.openings import (
    ASK_MS,
    AskOpening,
    answer_opening,
    ask_opening,
    close_opening,
    openings_of,
)
from command_center.footage.private import intervals_of
from command_center.footage.service import play_ticket
from command_center.footage.talk import TalkView, sound_ticket, talk_of
from command_center.ledger.service import sequence_entries
from command_center.platform.event_log import EventRow
from command_center.platform.principal import Principal
from schemas.bundle import FACTS, BundleFacts, BundleRequest
from schemas.feed import TALK_BURST, ExhibitStored, OrderKind, TalkBurst, TalkKept
from schemas.ids import new_id
from schemas.keys import KeyRing
from schemas.problems import MzError
from schemas.recording_notes import PrivateInterval, PrivateReason
from schemas.records import ExhibitRef, FieldAct
from schemas.sign import Envelope, decode_payload, sign_envelope
from schemas.stream import TalkEnd
from schemas.ticket import Act, Opened, Ticket, check_ticket
from tests.integration.centre.court import Court
from tests.integration.centre.running import Centre
from tests.integration.centre.test_footage import T0
from tests.integration.centre.test_proof import Scene
from tests.integration.centre.test_proof_pages import Reader


class Private(Scene):
    """A search from 2 s to 3 s; a child from 3.5 s to 4 s."""

    def __init__(self, court: Court) -> None:
        super().__init__(court)
        self.search, self.child = new_id(), new_id()
        self.begin(self.search, 2_000, 3_000, PrivateReason.SEARCH)
        self.begin(self.child, 3_500, 4_000, PrivateReason.CHILD)
        self.judge, self.leader = court.staff(Role.JUDGE), court.staff(Role.BUREAU_HEAD)

    def begin(self, interval: str, start: int, end: int, reason: PrivateReason) -> None:
        self.say(PrivateInterval(interval, T0 + start, reason), T0 + start)
        self.say(PrivateInterval(interval, T0 + start, reason, T0 + end), T0 + end)

    def ask(self, who: Principal, seer: Principal | None = None, **change: object) -> str:
        values: dict[str, object] = {
            "operation": self.court.seeded.operation, "interval": self.search,
            "viewer": (seer or who).id, "reason": "当事人投诉搜查方式", "minutes": 30,
        }  # fmt: skip
        message = AskOpening(**values | change)  # type: ignore[arg-type]
        opening: str = self.court.database.run(ask_opening, who, message)
        return opening

    def answer(self, who: Principal, opening: str, agreed: bool = True) -> None:
        self.court.database.run(lambda uow: answer_opening(uow, who, opening, agreed=agreed))

    def close(self, who: Principal, opening: str) -> None:
        self.court.database.run(close_opening, who, opening)

    def ticket(self, who: Principal) -> Ticket:
        made = self.court.database.run(play_ticket, who, self.relay.recording)
        return self.checked(made.ticket, Act.PLAY)

    def checked(self, token: str, act: Act) -> Ticket:
        ring = KeyRing(self.court.seeded.root, self.court.database.keys.certificates)
        return check_ticket(token, ring, act, self.court.clock())

    def take(self, photo: str) -> None:
        """A photo of the search, named by a record, reached the relay."""
        act = FieldAct(
            "search", 1, T0 + 2_000, T0 + 4_000, "临江区桐花街 27 号", {}, [], photos=[photo]
        )
        ref = ExhibitRef(photo, 9, "image/jpeg", "photo", self.search)
        self.say(act, T0 + 4_000, [ref])
        self.apply(ExhibitStored(self.relay.next(), T0, photo, 9, self.device.id))

    def talk(self, burst: str, sound: str, *intervals: str) -> None:
        """The desk spoke to the device while the search ran."""
        now = self.court.clock()
        stated = TalkBurst(
            "relay-1", burst, self.court.seeded.operation, self.judge.id, True, [self.device.id],
            now - 3_200, now, TalkEnd.RELEASED, 3_200, sound, 9_000, [],
            list(intervals or (self.search,)),
        )  # fmt: skip
        signed = sign_envelope(self.relay.signer, TALK_BURST, stated)
        self.apply(
            TalkKept(self.relay.next(), T0, signed),
            ExhibitStored(self.relay.next(), T0, sound, 9_000, self.judge.id),
        )

    def heard(self, who: Principal) -> list[TalkView]:
        found: list[TalkView] = self.court.database.read(talk_of, who, self.court.seeded.operation)
        return found

    def states(self) -> list[str]:
        found = self.court.database.read(openings_of, self.court.seeded.operation)
        return [one.state for one in found]


@pytest.fixture
def private(court: Court) -> Private:
    return Private(court)


def _events(court: Court, *kinds: str) -> list[str]:
    rows = select(EventRow.type).where(EventRow.type.in_(kinds)).order_by(EventRow.seq)
    found: list[str] = court.database.read(lambda uow: list(uow.session.scalars(rows)))
    return found


def test_s04_beginning_and_end_are_one_interval_and_both_are_logged(private: Private) -> None:
    court = private.court
    found = court.database.read(intervals_of, court.seeded.operation)
    assert [(one.interval, one.from_ms - T0, one.to_ms) for one in found] == [
        (private.search, 2_000, T0 + 3_000), (private.child, 3_500, T0 + 4_000),
    ]  # fmt: skip
    kinds = ("FootagePrivateBegan", "FootagePrivateEnded")
    assert _events(court, *kinds) == [*kinds, *kinds]
    while court.database.run(sequence_entries):
        pass
    assert run_audit(court.database).ok


def test_s04_one_person_alone_opens_nothing(private: Private) -> None:
    opening = private.ask(private.judge)
    assert private.ticket(private.judge).opened == []
    with pytest.raises(MzError, match=r"private\.own_request"):
        private.answer(private.judge, opening)
    with pytest.raises(MzError, match=r"access\.refused"):
        private.answer(private.court.staff(Role.DUTY_OFFICER), opening)
    assert private.ticket(private.judge).opened == []
    assert private.states() == ["asked"]


def test_s04_two_persons_open_it_to_one_viewer_for_a_while(private: Private) -> None:
    court = private.court
    private.answer(private.leader, private.ask(private.judge))
    ticket = private.ticket(private.judge)
    recording = private.relay.recording
    # The edges reach beyond the taps, but never into the next interval.
    assert ticket.opened == [Opened(recording, T0, T0 + 3_500)]
    assert ticket.not_after_ms <= court.clock() + 30 * 60_000
    assert private.ticket(private.leader).opened == []
    looks = select(AccessView.principal).where(
        AccessView.what == "private", AccessView.subject == private.search
    )
    assert court.database.read(lambda uow: list(uow.session.scalars(looks))) == [private.judge.id]
    court.clock.ahead_ms += 30 * 60_000 + 1
    assert private.ticket(private.judge).opened == []
    assert private.states() == ["over"]


@pytest.mark.parametrize("closer", ["judge", "leader"])
def test_s04_either_of_the_two_closes_an_opening_early(private: Private, closer: str) -> None:
    court = private.court
    other = private.ask(private.judge, interval=private.child)
    opening = private.ask(private.judge)
    with pytest.raises(MzError, match=r"private\.not_open"):
        private.close(private.judge, opening)
    private.answer(private.leader, opening)
    private.answer(private.leader, other)
    for stranger, code in (
        (court.staff(Role.DUTY_OFFICER), r"private\.not_yours"),
        (court.staff(Role.CLERK), r"access\.refused"),
    ):
        with pytest.raises(MzError, match=code):
            private.close(stranger, opening)
    assert len(private.ticket(private.judge).opened) == 2
    court.clock.ahead_ms += 60_000
    private.close(getattr(private, closer), opening)
    orders = select(RelayOrderRow.kind, RelayOrderRow.subject)
    found = court.database.read(lambda uow: uow.session.execute(orders).all())
    assert [tuple(one) for one in found] == [(OrderKind.CLOSE_PRIVATE, private.judge.id)]
    assert [one.from_wall_ms for one in private.ticket(private.judge).opened] == [T0 + 3_000]
    assert sorted(private.states()) == ["closed", "open"]
    with pytest.raises(MzError, match=r"private\.not_open"):
        private.close(private.judge, opening)
    while court.database.run(sequence_entries):
        pass
    assert run_audit(court.database).ok


def test_s04_clips_and_packages_honour_an_opening_and_nothing_else(private: Private) -> None:
    court, recording = private.court, private.relay.recording
    private.answer(private.leader, private.ask(private.judge))
    while court.database.run(sequence_entries):
        pass
    for who, opened in ((private.judge, [Opened(recording, T0, T0 + 3_500)]), (private.leader, [])):
        clip = court.database.run(request_clip, who, AskClip(recording))
        assert private.checked(clip.ticket, Act.EXPORT).opened == opened
        films = court.database.run(request_films, who, court.seeded.operation)
        assert private.checked(films.ticket, Act.EXPORT).opened == opened
        made = court.database.run(request_bundle, who, court.seeded.operation)
        assert private.checked(made.ticket, Act.EXPORT).opened == opened
        request = msgspec.json.decode(made.request, type=BundleRequest)
        envelope = msgspec.json.decode(request.files["facts.json"], type=Envelope)
        facts = decode_payload(envelope, FACTS, BundleFacts).private
        assert [len(one.openings) for one in facts] == [1, 0]
        (one,) = facts[0].openings
        names = (private.judge.name, private.leader.name, private.judge.name)
        assert (one.asked_by, one.opened_by, one.viewer) == names


def test_s04_photo_and_talk_of_an_interval_are_opened_like_its_footage(private: Private) -> None:
    court = private.court
    photo, sound, burst = "a" * 64, "b" * 64, new_id()
    private.take(photo)
    private.talk(burst, sound)
    while court.database.run(sequence_entries):
        pass

    def packed(who: Principal) -> tuple[Ticket, BundleFacts, list[str]]:
        made = court.database.run(request_bundle, who, court.seeded.operation)
        request = msgspec.json.decode(made.request, type=BundleRequest)
        envelope = msgspec.json.decode(request.files["facts.json"], type=Envelope)
        facts = decode_payload(envelope, FACTS, BundleFacts)
        return private.checked(made.ticket, Act.EXPORT), facts, request.exhibits

    ticket, facts, exhibits = packed(private.judge)
    assert (ticket.exhibits, ticket.opened_exhibits, exhibits) == ([], [], [])
    assert facts.closed == [photo, sound]
    with pytest.raises(MzError, match=r"playback\.private"):
        court.database.run(sound_ticket, private.judge, burst)
    assert [one.closed for one in private.heard(private.judge)] == [True]

    private.answer(private.leader, private.ask(private.judge))
    ticket, facts, exhibits = packed(private.judge)
    assert (ticket.opened_exhibits, facts.closed, exhibits) == ([photo, sound], [], [photo, sound])
    made = court.database.run(sound_ticket, private.judge, burst)
    ticket = private.checked(made.ticket, Act.PLAY)
    assert (ticket.exhibits, ticket.opened_exhibits) == ([sound], [sound])
    assert ticket.not_after_ms <= court.clock() + 30 * 60_000
    assert [one.closed for one in private.heard(private.judge)] == [False]
    looks = select(AccessView.principal).where(
        AccessView.what == "private", AccessView.subject == private.search
    )
    assert set(court.database.read(lambda uow: list(uow.session.scalars(looks)))) == {
        private.judge.id
    }
    with pytest.raises(MzError, match=r"playback\.private"):
        court.database.run(sound_ticket, private.leader, burst)
    court.clock.ahead_ms += 30 * 60_000 + 1
    assert packed(private.judge)[1].closed == [photo, sound]
    assert [one.closed for one in private.heard(private.judge)] == [True]


def test_s04_what_two_intervals_touched_needs_both_of_them_open(sqlite_court: Court) -> None:
    private, burst = Private(sqlite_court), new_id()
    private.talk(burst, "b" * 64, private.search, private.child)
    private.answer(private.leader, private.ask(private.judge))
    with pytest.raises(MzError, match=r"playback\.private"):
        sqlite_court.database.run(sound_ticket, private.judge, burst)
    private.answer(private.leader, private.ask(private.judge, interval=private.child))
    assert sqlite_court.database.run(sound_ticket, private.judge, burst).ticket


def test_s04_an_interval_that_runs_is_opened_as_far_as_it_ran(sqlite_court: Court) -> None:
    private = Private(sqlite_court)
    running = new_id()
    private.say(PrivateInterval(running, T0 + 6_500, PrivateReason.MEDICAL), T0 + 6_500)
    private.answer(private.leader, private.ask(private.judge, interval=running))
    agreed_ms = sqlite_court.clock()
    (opened,) = private.ticket(private.judge).opened
    assert opened.from_wall_ms == T0 + 4_500
    assert agreed_ms - 5_000 <= opened.to_wall_ms <= agreed_ms


def test_s04_a_refusal_and_a_stale_request_open_nothing(sqlite_court: Court) -> None:
    private = Private(sqlite_court)
    refused = private.ask(private.judge)
    with pytest.raises(MzError, match=r"private\.already_asked"):
        private.ask(private.leader, private.judge)
    private.answer(private.leader, refused, agreed=False)
    with pytest.raises(MzError, match=r"private\.already_answered"):
        private.answer(private.leader, refused)
    stale = private.ask(private.judge)
    sqlite_court.clock.ahead_ms += ASK_MS
    with pytest.raises(MzError, match=r"private\.expired"):
        private.answer(private.leader, stale)
    assert private.ticket(private.judge).opened == []
    assert private.states() == ["expired", "refused"]
    answered = _events(sqlite_court, "FootageOpeningAsked", "FootageOpeningAnswered")
    assert answered == ["FootageOpeningAsked", "FootageOpeningAnswered", "FootageOpeningAsked"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"interval": new_id()}, r"private\.unknown"),
        ({"operation": new_id()}, r"private\.unknown"),
        ({"reason": " "}, r"private\.malformed"),
        ({"reason": "长" * 201}, r"private\.malformed"),
        ({"minutes": 31}, r"private\.malformed"),
        ({"viewer": new_id()}, r"private\.viewer_unfit"),
    ],
)
def test_a_request_that_cannot_be_changes_nothing(
    sqlite_court: Court, change: dict[str, object], code: str
) -> None:
    private = Private(sqlite_court)
    with pytest.raises(MzError, match=code):
        private.ask(private.judge, **change)
    with pytest.raises(MzError, match=r"private\.viewer_unfit"):
        private.ask(private.judge, sqlite_court.staff(Role.FINANCE))
    with pytest.raises(MzError, match=r"access\.refused"):
        private.ask(sqlite_court.staff(Role.CLERK))
    assert private.states() == []


def test_an_interval_without_times_is_kept_with_its_defect_and_is_none(
    sqlite_court: Court,
) -> None:
    private = Private(sqlite_court)
    for body in (
        PrivateInterval("0", T0, PrivateReason.OTHER),
        PrivateInterval(new_id(), T0, PrivateReason.OTHER, T0 - 1),
        PrivateInterval(new_id(), 2**62, PrivateReason.OTHER),
    ):
        private.say(body, T0 + 9_000)
    found = sqlite_court.database.read(intervals_of, sqlite_court.seeded.operation)
    assert [one.interval for one in found] == [private.search, private.child]


def test_s04_the_desk_tells_since_when_asks_and_answers(sqlite_centre: Centre) -> None:
    court = sqlite_centre.court
    private = Private(court)
    room, running = f"operations/{court.seeded.operation}", new_id()
    private.say(PrivateInterval(running, T0 + 6_500, PrivateReason.MEDICAL), T0 + 6_500)
    judge, leader = Reader(sqlite_centre, Role.JUDGE), Reader(sqlite_centre, Role.BUREAU_HEAD)
    page = judge.page(room)
    assert f'data-private="{private.search}"' in page
    assert f"{show_clock(T0 + 6_500)} 起，进行中" in page
    assert 'class="s-pv"' in page
    assert f'data-private="{private.search}"' in judge.page(f"recordings/{private.relay.recording}")
    ask = f"{room}/private/{private.search}"
    judge.page(ask)
    refused = judge.post(ask, viewer=private.judge.id, minutes="30", reason=" ")
    assert refused.status_code == 400
    assert "private.malformed" in refused.text
    assert re.search(r'<textarea[^>]*name="reason"[^>]*aria-invalid', refused.text)
    judge.post(ask, viewer=private.judge.id, minutes="30", reason="当事人投诉")
    (opening,) = re.findall(r'data-opening="([^"]+)"', judge.page(room))
    assert 'value="agree"' not in judge.page(room), "nobody agrees to his own request"
    assert 'value="agree"' in leader.page(room)
    assert "当事人投诉" not in Reader(sqlite_centre, Role.BAILIFF).page(room)
    assert judge.post(f"openings/{opening}", answer="agree").status_code == 403
    assert leader.post(f"openings/{opening}", answer="agree").status_code == 200
    assert "已向您开放至" in judge.page(room)
    assert "已向您开放至" not in leader.page(room)
    assert "立即关闭" in judge.page(room)
    assert "立即关闭" not in Reader(sqlite_centre, Role.DUTY_OFFICER).page(room)
    assert judge.post(f"openings/{opening}/close").status_code == 200
    assert "提前关闭" in judge.page(room)
    assert "已向您开放至" not in judge.page(room)
