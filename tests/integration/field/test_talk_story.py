"""Talk on the device: the shipped service, the real relay, real Opus, and a real PulseAudio."""

from __future__ import annotations

import time
import wave
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from math import pi, sin
from pathlib import Path

import msgspec
import pytest
import requests
from websockets.sync.client import connect

from field_app.local_api.talk import TalkState, TalkStatus
from schemas.feed import TALK_BURST, FeedPage, TalkBurst, TalkKept
from schemas.ids import new_id
from schemas.media.talk import OggOpus, TalkFrame
from schemas.problems import MzError
from schemas.sign import decode, decode_payload
from schemas.stream import (
    Fault,
    Heard,
    Hearer,
    Hearing,
    Press,
    Release,
    Route,
    Silent,
    Speaking,
    Talk,
    TalkEnd,
    decode_to_desk,
)
from schemas.ticket import Act
from tests.integration.field.conftest import Device, Relay
from tests.integration.field.court import Court
from tests.integration.field.pulse import RATE, Pulse, first_heard, samples_of
from tests.integration.field.simulated_centre import SimulatedCentre
from tests.integration.field.test_footage_story import begin
from tests.integration.field.wire import Wire
from tests.integration.relay.radio import Radio
from tests.integration.tones import decoded, share_of, tone
from tests.patience import PATIENCE_S, eventually

_CLEAR = 0.5
"""So much of what a real sound server gives is the tone: a busy machine drops some between."""


@contextmanager
def desk_of(device: Device, court: Court, relay: Relay) -> Iterator[Radio]:
    """A desk that listens, connected to the relay itself."""
    with connect(f"{relay.address().stream_url}/v1/stream", proxy=None) as socket:
        radio = Radio(socket, decode_to_desk)
        radio.say(Talk(court.talk_ticket(device.client.status().device)))
        radio.say(Hearing(Route.LOUDSPEAKER))
        yield radio


def talk_of(device: Device) -> TalkStatus:
    return device.client.status().talk


def hears_by(radio: Radio, route: Route) -> None:
    radio.until(Hearer, lambda one: one.route is route)


def spoken(radio: Radio, burst: str, hz: int = 1000) -> None:
    """Press, speak for a second, release."""
    radio.say(Press(burst))
    radio.until(Speaking, lambda one: one.burst == burst)
    radio.speak(burst, tone(hz=hz))
    radio.until(Heard, lambda one: one.burst == burst and one.played_ms >= 700)
    radio.say(Release(burst))
    radio.until(Silent, lambda one: one.burst == burst)


def sound_of(radio: Radio, burst: str) -> bytes:
    ogg = OggOpus()
    frames = [one for one in radio.heard if isinstance(one, TalkFrame) and one.burst == burst]
    return ogg.begin() + b"".join(ogg.add(frame.packet) for frame in frames)


def test_s03_the_officer_hears_the_desk_and_answers(
    device: Device, centre: SimulatedCentre, court: Court, relay: Relay
) -> None:
    begin(device, centre, sound="generated")
    assert talk_of(device).route is Route.EARPIECE
    with desk_of(device, court, relay) as radio:
        hears_by(radio, Route.EARPIECE)
        burst = new_id()
        spoken(radio, burst)
        assert talk_of(device).burst == burst
        eventually(lambda: talk_of(device).played_ms >= 950, "all of it was played")
        eventually(lambda: talk_of(device).state is TalkState.IDLE, "it is over")
        assert talk_of(device).by_desk
        # He presses: the desk hears his voice as it is spoken
        device.client.call("talk_press")
        answer = radio.until(Speaking, lambda one: not one.desk).burst
        radio.until(TalkFrame, lambda one: one.burst == answer and one.number == 45)
        assert talk_of(device).state is TalkState.SPEAKING
        device.client.call("talk_release")
        assert radio.until(Silent, lambda one: one.burst == answer).end is TalkEnd.RELEASED
        samples, rate = decoded(sound_of(radio, answer))
        assert share_of(samples[rate // 10 :], rate, 440) > 0.9
        eventually(lambda: talk_of(device).state is TalkState.IDLE, "it is over")
        assert talk_of(device).problem == ""
        eventually(lambda: device.children() == [], "no ffmpeg is left")


def test_s03_he_speaks_for_the_operation_that_his_device_records_for(
    device: Device, centre: SimulatedCentre, court: Court, relay: Relay
) -> None:
    """The ticket says for which he is out; he records for another one of his day."""
    other = msgspec.structs.replace(court.brief(), operation=new_id(), title="另一处")
    court.also = [other]
    try:
        begin(device, centre, sound="generated")
        device.client.call("start", operation=other.operation)
        with desk_of(device, court, relay) as radio:
            hears_by(radio, Route.EARPIECE)
            device.client.call("talk_press")
            burst = radio.until(Speaking).burst
            radio.until(TalkFrame)
            device.client.call("talk_release")
            radio.until(Silent)
    finally:
        court.also = []
    eventually(lambda: burst in kept_under(relay, court), "the burst is kept")
    assert kept_under(relay, court)[burst] == other.operation


def kept_under(relay: Relay, court: Court) -> dict[str, str | None]:
    """Return under which operation the relay kept each burst."""
    answer = requests.get(
        f"{relay.address().http_url}/v1/feed?epoch=&after=0&limit=1000&wait_ms=0",
        headers={"Authorization": f"Bearer {court.relay_ticket(Act.FEED)}"}, timeout=PATIENCE_S,
    )  # fmt: skip
    page = decode(answer.content, FeedPage)
    said = [one.statement for one in page.items if isinstance(one, TalkKept)]
    bursts = [decode_payload(one, TALK_BURST, TalkBurst) for one in said]
    return {one.burst: one.operation for one in bursts}


def test_s03_the_loudspeaker_only_once_the_officer_says_so(
    device: Device, centre: SimulatedCentre, court: Court, relay: Relay
) -> None:
    begin(device, centre, sound="generated")
    with desk_of(device, court, relay) as radio:
        hears_by(radio, Route.EARPIECE)
        device.client.call("hearing", route="loudspeaker")
        hears_by(radio, Route.LOUDSPEAKER)
        device.client.call("hearing", route="text")
        hears_by(radio, Route.TEXT)
        radio.say(Press(new_id()))
        assert radio.until(Fault).problem.code == "talk.nobody_hears"
        device.client.call("hearing", route="loudspeaker")
        hears_by(radio, Route.LOUDSPEAKER)
        # A service that starts anew asks again
        device.kill()
        hears_by(radio, Route.AWAY)
        device.start(sound="generated")
        hears_by(radio, Route.EARPIECE)


def test_s03_a_device_without_sound_is_written_to(
    device: Device, centre: SimulatedCentre, court: Court, relay: Relay
) -> None:
    begin(device, centre)
    with desk_of(device, court, relay) as radio:
        hears_by(radio, Route.TEXT)
    with pytest.raises(MzError, match=r"talk\.route_absent"):
        device.client.call("hearing", route="earpiece")
    with pytest.raises(MzError, match=r"talk\.no_microphone"):
        device.client.call("talk_press")


def test_s03_nobody_listens_and_a_cut_link_are_told(
    device: Device, centre: SimulatedCentre, court: Court, relay: Relay, wire: Wire
) -> None:
    begin(device, centre, sound="generated")
    device.client.call("talk_press")
    eventually(lambda: talk_of(device).problem == "talk.nobody_hears", "the refusal")
    with desk_of(device, court, relay) as radio:
        hears_by(radio, Route.EARPIECE)
        device.client.call("talk_press")
        radio.until(TalkFrame)
        wire.cut()
        eventually(lambda: talk_of(device).problem == "relay.lost", "the cut is told")
        assert radio.until(Silent).end is TalkEnd.LOST
        with pytest.raises(MzError, match=r"relay\.lost"):
            device.client.call("talk_press")
        eventually(lambda: device.children() == [], "no ffmpeg is left")
        hears_by(radio, Route.AWAY)
        wire.mend()
        hears_by(radio, Route.EARPIECE)


def test_the_desk_takes_the_floor_from_an_officer(
    device: Device, centre: SimulatedCentre, court: Court, relay: Relay
) -> None:
    begin(device, centre, sound="generated")
    with desk_of(device, court, relay) as radio:
        hears_by(radio, Route.EARPIECE)
        device.client.call("talk_press")
        radio.until(TalkFrame)
        spoken(radio, new_id())
        assert talk_of(device).by_desk
        device.client.call("talk_release")
        eventually(lambda: device.children() == [], "no ffmpeg is left")


def test_s03_a_window_that_died_holds_no_key(
    device: Device, centre: SimulatedCentre, court: Court, relay: Relay
) -> None:
    begin(device, centre, sound="generated")
    with desk_of(device, court, relay) as radio:
        hears_by(radio, Route.EARPIECE)
        device.client.call("talk_press")
        radio.until(TalkFrame)
        for _ in range(7):
            time.sleep(1)
            device.client.call("talk_hold")
        assert talk_of(device).state is TalkState.SPEAKING
        device.client.close()
        assert radio.until(Silent).end is TalkEnd.RELEASED
        device.client.connect()
        eventually(lambda: talk_of(device).problem == "talk.not_held", "he is told why")


def test_s03_one_officer_speaks_to_another_of_his_crew(
    device: Device, centre: SimulatedCentre, court: Court, relay: Relay, tmp_path: Path
) -> None:
    other, of_other = Device(tmp_path / "other"), SimulatedCentre(court, relay.address())
    try:
        begin(device, centre, sound="generated")
        begin(other, of_other, sound="generated")
        # They were connected before anybody said that they are a crew
        court.crew = [one.client.status().device for one in (device, other)]
        device.client.call("contact")
        device.client.call("talk_press")
        eventually(lambda: talk_of(other).state is TalkState.HEARING, "the other hears")
        eventually(lambda: talk_of(other).played_ms > 500, "and it sounds")
        assert not talk_of(other).by_desk
        with pytest.raises(MzError, match=r"talk\.floor_taken"):
            other.client.call("talk_press")
        device.client.call("talk_release")
        eventually(lambda: talk_of(other).state is TalkState.IDLE, "it is over")
    finally:
        other.stop()
        of_other.close()


def test_s03_words_come_out_of_the_earpiece_alone_and_go_in_at_the_microphone(
    device: Device, centre: SimulatedCentre, court: Court, relay: Relay, pulse: Pulse,
    tmp_path: Path,
) -> None:  # fmt: skip
    ear, loud = pulse.listen("ear"), pulse.listen("loud")
    begin(device, centre, sound="pulse:ear,loud")
    with desk_of(device, court, relay) as radio:
        hears_by(radio, Route.EARPIECE)
        spoken(radio, new_id())
        eventually(lambda: len(first_heard(samples_of(ear))) >= RATE // 2, "the earpiece sounds")
        assert share_of(first_heard(samples_of(ear)), RATE, 1000) > _CLEAR
        assert first_heard(samples_of(loud)) == []
        device.client.call("hearing", route="loudspeaker")
        hears_by(radio, Route.LOUDSPEAKER)
        spoken(radio, new_id(), hz=700)
        eventually(lambda: len(first_heard(samples_of(loud))) >= RATE // 2, "the other sounds")
        assert share_of(first_heard(samples_of(loud)), RATE, 700) > _CLEAR
        # He speaks into a real microphone
        device.client.call("talk_press")
        answer = radio.until(Speaking, lambda one: not one.desk).burst
        pulse.say(_wave(tmp_path / "mouth.wav", 600))
        device.client.call("talk_release")
        radio.until(Silent, lambda one: one.burst == answer)
        samples, rate = decoded(sound_of(radio, answer))
        assert share_of(first_heard(samples), rate, 600) > _CLEAR
        assert talk_of(device).problem == ""


def test_a_sink_that_is_not_there_is_told_and_the_desk_writes(
    device: Device, centre: SimulatedCentre, court: Court, relay: Relay, pulse: Pulse
) -> None:
    assert pulse.server
    begin(device, centre, sound="pulse:unplugged")
    with desk_of(device, court, relay) as radio:
        hears_by(radio, Route.EARPIECE)
        burst = new_id()
        radio.say(Press(burst))
        radio.until(Speaking)
        radio.speak(burst, tone()[:20])
        hears_by(radio, Route.TEXT)
        radio.say(Release(burst))
        eventually(lambda: talk_of(device).state is TalkState.IDLE, "it is over")
        assert talk_of(device).problem == "talk.not_sounded", "the good end hides nothing"


def _wave(path: Path, hz: int) -> Path:
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        samples = (round(16_000 * sin(2 * pi * hz * at / RATE)) for at in range(RATE))
        out.writeframes(array("h", samples).tobytes())
    return path
