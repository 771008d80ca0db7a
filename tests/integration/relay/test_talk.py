"""Talk through a real relay: the floor, who hears, and the burst as evidence."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator

import pytest
from websockets.exceptions import ConnectionClosed

from schemas.feed import OrderKind, TalkBurst, TalkKept
from schemas.ids import new_id
from schemas.keys import KeyRing, Use
from schemas.media.talk import TalkFrame
from schemas.sign import Envelope, decode_payload, sha256_hex
from schemas.stream import (
    Fault,
    Heard,
    Hearer,
    Hearing,
    Lane,
    Played,
    Press,
    Publish,
    Release,
    Route,
    Silent,
    Speaking,
    Talk,
    TalkEnd,
    Welcome,
    decode_to_desk,
    decode_to_device,
)
from schemas.ticket import Act
from schemas.time import now_ms
from tests.integration.relay.radio import Radio
from tests.integration.relay.running import RunningRelay, TestDevice
from tests.integration.tones import decoded, share_of, tone
from tests.patience import eventually


@contextlib.contextmanager
def desk(
    relay: RunningRelay, *devices: TestDevice, operation: str | None = None
) -> Iterator[Radio]:
    token = relay.court.ticket(
        Act.TALK, devices=[device.id for device in devices], operation=operation
    )
    with relay.socket() as socket:
        radio = Radio(socket, decode_to_desk)
        radio.say(Talk(token))
        radio.until(Welcome)
        yield radio


@contextlib.contextmanager
def officer(
    device: TestDevice, route: Route | None = Route.EARPIECE, crew: tuple[TestDevice, ...] = ()
) -> Iterator[Radio]:
    token = device.relay.court.publish_ticket(
        device.id, device.signer.public, crew=[one.id for one in crew], operation="visit"
    )
    with device.relay.socket() as socket:
        radio = Radio(socket, decode_to_device)
        radio.say(Publish(token, Lane.LIVE))
        radio.until(Welcome)
        if route is not None:
            radio.say(Hearing(route))
        yield radio


def kept(relay: RunningRelay, count: int = 1) -> list[TalkBurst]:
    """Wait for bursts in the feed; each statement is checked to the court's root."""
    ring = KeyRing(relay.court.root.key, relay.court.certificates)
    eventually(lambda: len(told(relay)) >= count, relay.log.read_text)
    for statement in told(relay):
        ring.check(statement, Use.RELAY, now_ms())
    return [decode_payload(one, "talk_burst/1", TalkBurst) for one in told(relay)]


def told(relay: RunningRelay) -> list[Envelope]:
    return [item.statement for item in relay.feed() if isinstance(item, TalkKept)]


def sound_of(relay: RunningRelay, burst: TalkBurst) -> bytes:
    token = relay.court.ticket(Act.PLAY, exhibits=[burst.sha256])
    answer = relay.request("GET", f"/v1/exhibits/{burst.sha256}", token)
    assert answer.status_code == 200
    assert sha256_hex(answer.content) == burst.sha256
    return answer.content


def test_s03_the_desk_speaks_to_an_officer_and_it_is_kept_as_evidence(
    relay: RunningRelay,
) -> None:
    device, burst = relay.device(), new_id()
    with officer(device) as ear, desk(relay, device, operation="visit") as radio:
        assert radio.until(Hearer, lambda one: one.route is Route.EARPIECE)
        radio.say(Press(burst))
        granted = radio.until(Speaking)
        assert granted.burst == burst
        assert 55_000 < granted.until_ms - now_ms() <= 60_000
        assert ear.until(Speaking) == granted
        radio.speak(burst, tone())
        last = ear.until(TalkFrame, lambda one: one.number == len(tone()) - 1)
        assert last.packet == tone()[-1]
        ear.say(Played(burst, 1000))
        assert radio.until(Heard) == Heard(burst, device.id, 1000)
        radio.say(Release(burst))
        assert ear.until(Silent) == radio.until(Silent) == Silent(burst, TalkEnd.RELEASED)
    assert tuple(one.packet for one in ear.heard if isinstance(one, TalkFrame)) == tone()
    [found] = kept(relay)
    assert (found.relay, found.desk, found.devices) == ("relay-1", True, [device.id])
    assert (found.operation, found.end) == ("visit", TalkEnd.RELEASED)
    assert found.duration_ms == len(tone()) * 20
    samples, rate = decoded(sound_of(relay, found))
    assert len(samples) / rate == pytest.approx(1.0, abs=0.05)
    assert share_of(samples, rate, 1000) > 0.9
    report = relay.audit()
    assert (report["ok"], report["findings"]) == (True, [])


def test_s03_an_officer_speaks_to_the_crew_and_the_desk_may_overrule(
    relay: RunningRelay,
) -> None:
    first, second = relay.device(), relay.device()
    with (
        desk(relay, first, second) as radio,
        officer(first, crew=(first, second)) as speaker,
        officer(second) as ear,
    ):
        radio.until(Hearer, lambda one: one == Hearer(second.id, Route.EARPIECE))
        radio.until(Hearer, lambda one: one == Hearer(first.id, Route.EARPIECE))
        mine, theirs = new_id(), new_id()
        speaker.say(Press(mine))
        assert ear.until(Speaking).speaker == radio.until(Speaking).speaker == first.id
        speaker.speak(mine, tone()[:5])
        ear.until(TalkFrame, lambda one: one.number == 4)
        radio.say(Press(theirs))
        assert speaker.until(Silent) == Silent(mine, TalkEnd.OVERRULED)
        assert ear.until(Speaking, lambda one: one.burst == theirs).desk
        speaker.speak(mine, tone()[5:10], first=5)  # what was on its way is passed over
        speaker.say(Press(new_id()))
        assert speaker.until(Fault).problem.code == "talk.floor_taken"
        radio.speak(theirs, tone()[:5])
        radio.say(Release(theirs))
        ear.until(Silent, lambda one: one.burst == theirs)
    ends = {one.burst: (one.end, one.desk) for one in kept(relay, 2)}
    assert ends == {mine: (TalkEnd.OVERRULED, False), theirs: (TalkEnd.RELEASED, True)}


def test_s03_the_operation_that_is_recorded_for_wins_over_the_one_of_the_ticket(
    relay: RunningRelay,
) -> None:
    """He has two today; his ticket says the later one, his device records for the other."""
    speaker, here, there, mine = relay.device(), relay.device(), relay.device(), new_id()
    token = relay.court.publish_ticket(
        speaker.id, speaker.signer.public, crew=[there.id], operation="later",
        crews={"now": [here.id], "later": [there.id]},
    )  # fmt: skip
    with (
        desk(relay, here, there) as radio,
        officer(here) as ear,
        officer(there) as other,
        officer(speaker) as mouth,
    ):
        for one in (here, there):
            radio.until(Hearer, lambda said, one=one: said == Hearer(one.id, Route.EARPIECE))
        mouth.say(Press(mine, token, "now"))
        assert ear.until(Speaking).speaker == speaker.id
        said_and_over(mouth, mine, ear)
        # He records for one that the ticket does not know yet: no crew is known, no desk hears
        mouth.say(Press(new_id(), operation="opened here"))
        assert mouth.until(Fault).problem.code == "talk.nobody_hears"
        # He records for none: the ticket says for which he is out
        last = new_id()
        mouth.say(Press(last))
        assert other.until(Speaking).burst == last, "and he heard nothing of the one before"
        said_and_over(mouth, last, other)
    said = {one.burst: (one.operation, one.devices) for one in kept(relay, 2)}
    assert said == {mine: ("now", [here.id]), last: ("later", [there.id])}


def said_and_over(mouth: Radio, burst: str, ear: Radio) -> None:
    mouth.speak(burst, tone()[:5])
    ear.until(TalkFrame, lambda one: one.number == 4)
    mouth.say(Release(burst))
    ear.until(Silent)


@pytest.mark.parametrize("route", [None, Route.TEXT])
def test_s03_who_cannot_hear_is_told_at_once(relay: RunningRelay, route: Route | None) -> None:
    device = relay.device()
    with officer(device, route), desk(relay, device) as radio:
        if route is not None:
            radio.until(Hearer, lambda one: one.route is route)
        radio.say(Press(new_id()))
        assert radio.until(Fault).problem.code == "talk.nobody_hears"


def test_s03_an_officer_speaks_to_the_desk_that_listens(relay: RunningRelay) -> None:
    device, burst = relay.device(), new_id()
    token = device.relay.court.publish_ticket(
        device.id, device.signer.public, crew=[device.id], operation="another visit"
    )
    with desk(relay, device) as radio, desk(relay, device) as deaf, officer(device) as speaker:
        speaker.say(Press(new_id()))
        assert speaker.until(Fault).problem.code == "talk.nobody_hears"
        radio.say(Hearing(Route.LOUDSPEAKER))
        radio.until(Hearer, lambda one: one.route is Route.EARPIECE)
        pressed_when_heard(speaker, burst, token)
        assert radio.until(Speaking).speaker == deaf.until(Speaking).speaker == device.id
        speaker.speak(burst, tone()[:20])
        radio.until(TalkFrame, lambda one: one.number == 19)
        speaker.say(Release(burst))
        assert radio.until(Silent) == deaf.until(Silent) == Silent(burst, TalkEnd.RELEASED)
        assert tuple(one.packet for one in radio.heard if isinstance(one, TalkFrame)) == tone()[:20]
        assert not [one for one in deaf.heard if isinstance(one, TalkFrame)]
        stranger = relay.device()
        foreign = relay.court.publish_ticket(stranger.id, stranger.signer.public)
        speaker.say(Press(new_id(), foreign))
        refused = lambda one: one.problem.code == "ticket.wrong_subject"  # noqa: E731
        speaker.until(Fault, refused)
    [found] = kept(relay)
    assert (found.desk, found.devices, len(found.staff)) == (False, [], 1)
    assert found.operation == "another visit"
    assert relay.audit()["ok"]


def pressed_when_heard(speaker: Radio, burst: str, ticket: str) -> None:
    """Press until the relay has taken up that the desk listens: two sockets have no order."""

    def granted() -> bool:
        speaker.say(Press(burst, ticket))
        return isinstance(speaker.until((Speaking, Fault)), Speaking)

    eventually(granted, burst)


def test_a_second_desk_waits_and_a_lost_socket_frees_the_floor(relay: RunningRelay) -> None:
    device, burst = relay.device(), new_id()
    with officer(device), desk(relay, device) as other:
        other.until(Hearer, lambda one: one.route is Route.EARPIECE)
        with desk(relay, device) as radio:
            radio.say(Press(burst))
            radio.until(Speaking)
            radio.speak(burst, tone()[:10])
            assert other.until(Speaking).burst == burst
            other.say(Press(new_id()))
            assert other.until(Fault).problem.code == "talk.floor_taken"
        assert other.until(Silent) == Silent(burst, TalkEnd.LOST)
        again = new_id()
        other.say(Press(again))
        other.until(Speaking, lambda one: one.burst == again)
    assert kept(relay)[0].end is TalkEnd.LOST


def test_a_killed_relay_keeps_what_was_said(relay: RunningRelay) -> None:
    device, burst = relay.device(), new_id()
    with officer(device) as ear, desk(relay, device) as radio:
        radio.until(Hearer, lambda one: one.route is Route.EARPIECE)
        radio.say(Press(burst))
        radio.speak(burst, tone()[:30])
        ear.until(TalkFrame, lambda one: one.number == 29)
        relay.kill()
    half_page = next((relay.data / "talk").iterdir())
    with half_page.open("ab") as out:
        out.write(b"OggS\0\0")
    relay.start()
    [found] = kept(relay)
    assert (found.burst, found.end, found.duration_ms) == (burst, TalkEnd.RELAY_ENDED, 600)
    samples, rate = decoded(sound_of(relay, found))
    assert share_of(samples, rate, 1000) > 0.9
    assert not list((relay.data / "talk").iterdir())
    assert relay.audit()["ok"]


def test_hostile_talk_is_refused(relay: RunningRelay) -> None:
    device = relay.device()
    with officer(device) as ear:
        packet = tone()[0]
        wrong: list[tuple[str, Callable[[Radio, str], None]]] = [
            ("talk.too_fast", lambda radio, burst: radio.speak(burst, (packet,) * 200)),
            ("talk.too_fast", lambda radio, burst: radio.speak(new_id(), (packet,) * 200)),
            ("talk.malformed", lambda radio, burst: radio.speak(burst, (b"\0" * 1276,))),
            ("talk.malformed", lambda radio, burst: radio.speak(burst, (packet,), first=7)),
            ("talk.malformed", lambda radio, burst: radio.speak(burst, (b"\x03\x3f",))),
            ("talk.malformed", lambda radio, burst: radio.socket.send(b"MZF1")),
        ]
        for code, act in wrong:
            with desk(relay, device) as radio:
                radio.until(Hearer, lambda one: one.route is Route.EARPIECE)
                burst = new_id()
                radio.say(Press(burst))
                radio.until(Speaking)
                with contextlib.suppress(ConnectionClosed):
                    act(radio, burst)
                radio.closed_with(code)
            ear.until(Silent, lambda one, burst=burst: one.burst == burst)
        with relay.socket() as socket:
            radio = Radio(socket, decode_to_desk)
            radio.say(Talk(relay.court.ticket(Act.WATCH, devices=[device.id])))
            radio.closed_with("ticket.wrong_act")


def test_v03_a_revoked_device_hears_no_more(relay: RunningRelay) -> None:
    device = relay.device()
    with officer(device) as ear, desk(relay, device) as radio:
        radio.until(Hearer, lambda one: one.route is Route.EARPIECE)
        relay.order(relay.court.order(OrderKind.REVOKE_DEVICE, device.id))
        ear.closed_with("device.revoked")
        radio.until(Hearer, lambda one: one.route is Route.AWAY)
        radio.say(Press(new_id()))
        assert radio.until(Fault).problem.code == "talk.nobody_hears"
    assert json.dumps(relay.audit()["findings"]) == "[]"


def test_s04_nothing_is_heard_of_a_device_whose_private_interval_runs(
    relay: RunningRelay,
) -> None:
    first, second, interval = relay.device(), relay.device(), new_id()
    with (
        desk(relay, first, second) as radio,
        officer(first, crew=(first, second)) as speaker,
        officer(second) as ear,
    ):
        radio.until(Hearer, lambda one: one == Hearer(second.id, Route.EARPIECE))
        radio.until(Hearer, lambda one: one == Hearer(first.id, Route.EARPIECE))
        mine = new_id()
        speaker.say(Press(mine))
        ear.until(Speaking)
        speaker.speak(mine, tone()[:5])
        speaker.say(Hearing(Route.EARPIECE, interval))
        assert ear.until(Silent) == Silent(mine, TalkEnd.RELEASED)
        speaker.say(Press(new_id()))
        assert speaker.until(Fault).problem.code == "talk.private"
        speaker.say(Hearing(Route.EARPIECE))
        open_again = new_id()
        speaker.say(Press(open_again))
        assert ear.until(Speaking).burst == open_again
    [before] = kept(relay)
    assert (before.burst, before.private) == (mine, [])


def test_s04_what_is_said_to_a_private_device_is_kept_as_private(relay: RunningRelay) -> None:
    device, interval, burst = relay.device(), new_id(), new_id()
    with officer(device) as ear, desk(relay, device) as radio:
        radio.until(Hearer, lambda one: one.route is Route.EARPIECE)
        ear.say(Hearing(Route.EARPIECE, interval))
        radio.until(Hearer)  # the relay knows of the interval before anybody speaks
        radio.say(Press(burst))
        ear.until(Speaking)
        radio.speak(burst, tone()[:5])
        ear.until(TalkFrame, lambda one: one.number == 4)
        ear.say(Hearing(Route.LOUDSPEAKER, interval))
        radio.say(Release(burst))
        ear.until(Silent)
    [said] = kept(relay)
    assert (said.burst, said.private) == (burst, [interval])
