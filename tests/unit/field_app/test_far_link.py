"""A link that becomes far, or thin, while it is used: the live lane by a simulated clock and link
(S-02)."""

from __future__ import annotations

import math
from collections import Counter, deque
from typing import cast

import pytest

from field_app.capture.command import FRAGMENT_MS
from field_app.capture.recording import Kept
from field_app.spool.footage import Key
from field_app.spool.spool import Spool
from field_app.sync.lane import LaneEvents
from field_app.sync.live import LiveLane
from field_app.sync.relay_socket import RelaySocket
from field_app.sync.session import Session
from media_relay.log import COMMIT_WINDOW_S
from schemas.media.fragment import Rendition

TICK_S = 0.01
UNSENT_BYTES = 32 * 1024
KEY_BYTES, FULL_BYTES, SMALL_BYTES, SOUND_BYTES = 50_000, 20_000, 5_000, 1_000


class SimulatedLink:
    """A link with a rate and a round trip, to a relay that makes durable what came each 40 ms and
    says then how long it held it. The system takes twice what is on the way, and a little that is
    not sent yet."""

    def __init__(self, rate_bits: int, round_trip_s: float) -> None:
        self.rate_bits, self.round_trip_s = rate_bits, round_trip_s
        self.now = self._free_at = 0.0
        self._due: deque[tuple[float, Key, float]] = deque()
        self.sent: Counter[int] = Counter()

    def clock(self) -> float:
        return self.now

    def send_frame(self, frame: bytes) -> None:
        rendition, number = frame[0], int.from_bytes(frame[1:5])
        self._free_at = max(self.now, self._free_at) + len(frame) * 8 / self.rate_bits
        there = self._free_at + self.round_trip_s / 2
        durable = math.ceil(there / COMMIT_WINDOW_S) * COMMIT_WINDOW_S
        key = Key("r", rendition, number)
        self._due.append((durable + self.round_trip_s / 2, key, durable - there))
        self.sent[rendition] += 1

    def takes(self) -> bool:
        """Return whether a send would not have to wait."""
        bytes_a_second = self.rate_bits / 8
        queued = (self._free_at - self.now) * bytes_a_second
        return queued <= UNSENT_BYTES + 2 * bytes_a_second * self.round_trip_s

    def arrived(self) -> list[tuple[Key, float]]:
        """Return what the relay named by now, and how many seconds it held each."""
        come = []
        while self._due and self._due[0][0] <= self.now:
            _, key, held_s = self._due.popleft()
            come.append((key, held_s))
        return come

    def silent_seconds(self) -> float:
        return 0.0

    def keep_alive(self) -> None: ...


class Recording:
    """What a recorder keeps: every rendition of each fragment's time, a key-frame in each sixth."""

    def __init__(self, lane: LiveLane, link: SimulatedLink) -> None:
        self._lane, self._link, self._number = lane, link, 0
        self._made_at: list[float] = []
        self._newest = 0

    def run(self, seconds: float) -> Counter[Rendition]:
        """Return for how many fragments each rendition was live; `ages_s` has the age of the
        newest that was acknowledged, at each tick."""
        live: Counter[Rendition] = Counter()
        self.ages_s: list[float] = []
        for tick in range(round(seconds / TICK_S)):
            self._link.now += TICK_S
            if tick % (FRAGMENT_MS // 10) == 0:
                self._keep()
                live[self._lane.rendition] += 1
            for key, held_s in self._link.arrived():
                self._newest = max(self._newest, key.number)
                self._lane.got([key], held_s)
            self.ages_s.append(self._link.now - self._made_at[self._newest])
            while self._lane._may_send() and self._link.takes():
                self._lane.work(cast("RelaySocket", self._link))
        return live

    def _keep(self) -> None:
        key_frame = self._number % 6 == 0
        sizes = {
            Rendition.FULL: KEY_BYTES if key_frame else FULL_BYTES,
            Rendition.SMALL: SMALL_BYTES, Rendition.SOUND: SOUND_BYTES,
        }  # fmt: skip
        for rendition, size in sizes.items():
            frame = bytes([rendition]) + self._number.to_bytes(4) + bytes(size)
            key = Key("r", rendition, self._number)
            self._lane.fragment(Kept(key, frame, key_frame, FRAGMENT_MS))
        self._made_at.append(self._link.now)
        self._number += 1


def recording_over(spool: Spool, link: SimulatedLink, wished: list[int]) -> Recording:
    events = LaneEvents(lambda m: None, lambda e: None, lambda: None)
    lane = LiveLane(Session(spool.facts), spool.footage, events, link.clock)
    lane._lost, lane._opened = False, {"r"}
    lane.wish(wished)
    return Recording(lane, link)


@pytest.mark.parametrize("wished", [[], [Rendition.SMALL]], ids=["spotlight", "wall"])
def test_s02_a_link_that_becomes_far_keeps_the_full_picture(
    spool: Spool, wished: list[int]
) -> None:
    link = SimulatedLink(6_000_000, 0.03)
    recording = recording_over(spool, link, wished)
    assert set(recording.run(20)) == {Rendition.FULL}
    link.round_trip_s = 0.3
    assert set(recording.run(60)) == {Rendition.FULL}


def test_s02_on_a_link_that_became_very_far_the_full_picture_is_soon_back(spool: Spool) -> None:
    link = SimulatedLink(6_000_000, 0.03)
    recording = recording_over(spool, link, [])
    recording.run(20)
    link.round_trip_s = 0.6
    recording.run(15)
    assert set(recording.run(30)) == {Rendition.FULL}


@pytest.mark.parametrize("wished", [[], [Rendition.SMALL]], ids=["spotlight", "wall"])
def test_s02_from_sound_alone_the_full_picture_is_back_in_half_a_minute(
    spool: Spool, wished: list[int]
) -> None:
    link = SimulatedLink(150_000, 0.08)
    recording = recording_over(spool, link, wished)
    assert Rendition.SOUND in recording.run(40)
    link.rate_bits, link.round_trip_s = 6_000_000, 0.3
    recording.run(25)
    assert set(recording.run(30)) == {Rendition.FULL}


@pytest.mark.parametrize("wished", [[], [Rendition.SMALL]], ids=["spotlight", "wall"])
def test_s02_on_a_link_that_becomes_thin_the_picture_does_not_grow_old(
    spool: Spool, wished: list[int]
) -> None:
    link = SimulatedLink(6_000_000, 0.03)
    recording = recording_over(spool, link, wished)
    recording.run(20)
    link.rate_bits = 800_000
    recording.run(30)
    ages = sorted(recording.ages_s)
    assert ages[len(ages) // 2] < 1
    assert ages[-1] < 4
