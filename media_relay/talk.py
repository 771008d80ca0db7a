"""Talk: one speaker at a time for each device, forwarded at once and kept as evidence.

The floor is half-duplex: who listens to a burst, or speaks in it, takes part in no other. A desk
takes the floor from a device, nobody takes it from a desk.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import NamedTuple, Protocol

import structlog

from media_relay.talk_keeper import KeptBurst, TalkKeeper, TalkStart
from schemas.ids import id_bytes
from schemas.media.talk import RATE, decode_talk, packet_samples
from schemas.problems import Kind, MzError
from schemas.stream import Heard, Hearer, Played, Route, Silent, Speaking, TalkEnd
from schemas.time import now_ms

MAX_BURST_S = 60.0
AHEAD_S = 1.0
"""How much more than real time a speaker may have sent: what a stalled link held back."""
MAX_STRAYS = 150
"""Frames without the floor that are passed over: those on their way when it was taken."""
AUDIBLE = (Route.EARPIECE, Route.LOUDSPEAKER)

_log = structlog.get_logger()

Said = Hearer | Speaking | Heard | Silent


class Listener(Protocol):
    """A device's live lane, as talk needs it."""

    device: str

    def hear(self, message: Speaking | Silent) -> None:
        """Send a message."""

    def hear_frame(self, raw: bytes) -> None:
        """Send a talk frame, unless the socket has more to send than it should hold."""


class Ear(Protocol):
    """A desk's socket, as talk needs it: it is told of its devices and of who speaks to them."""

    def hear(self, message: Said) -> None:
        """Send a message."""

    def hear_frame(self, raw: bytes) -> None:
        """Send a talk frame, unless the socket has more to send than it should hold."""


class Speaker:
    """Somebody who may speak to `devices`: a desk (it has an `ear`), or a device to its crew."""

    def __init__(
        self, name: str, devices: Iterable[str] = (), operation: str | None = None,
        ear: Ear | None = None,
    ) -> None:  # fmt: skip
        self.name, self.ear = name, ear
        self.may(devices, operation)
        self.listens = False
        self.strays = 0

    def may(self, devices: Iterable[str], operation: str | None) -> None:
        """From now on he may speak to these."""
        self.devices = [device for device in devices if device != self.name]
        self.operation = operation

    @property
    def desk(self) -> bool:
        """Whether it is a desk."""
        return self.ear is not None


class _Hearing(NamedTuple):
    """How a device hears; `private`: the private interval that runs on it."""

    listener: Listener
    route: Route
    private: str = ""


class _Burst:
    def __init__(self, speaker: Speaker, kept: KeptBurst, limit: asyncio.TimerHandle) -> None:
        self.speaker, self.kept, self.limit = speaker, kept, limit
        self.id, self.listeners = kept.start.burst, kept.start.devices
        self.began_at = asyncio.get_running_loop().time()
        self.next = 0
        began = kept.start.began_ms + round(MAX_BURST_S * 1000)
        self.speaking = Speaking(self.id, speaker.name, speaker.desk, began)

    def concerns(self, names: Iterable[str]) -> bool:
        return not {*self.listeners, self.speaker.name}.isdisjoint(names)


class TalkRoom:
    """Who listens, who may speak, who has the floor."""

    def __init__(self, keeper: TalkKeeper) -> None:
        self._keeper = keeper
        self._listeners: dict[str, _Hearing] = {}
        self._desks: set[Speaker] = set()
        self._bursts: dict[str, _Burst] = {}
        self._keeping: set[asyncio.Task[None]] = set()

    # who listens

    def hears(self, listener: Listener, route: Route, private: str = "") -> None:
        """A device says how it hears; it joins what is said to it now.

        What concerns it ends where a private interval begins: a burst is private as a whole.
        """
        if route is Route.AWAY:
            raise MzError("message.malformed", Kind.INVALID, "a device that speaks is not away")
        if private:
            id_bytes(private)
        self._listeners[listener.device] = _Hearing(listener, route, private)
        if private:
            for burst in [one for one in self._bursts.values() if one.concerns([listener.device])]:
                if private not in burst.kept.start.private:
                    self._end(burst, TalkEnd.RELEASED)
        self._tell_desks([listener.device], Hearer(listener.device, route))
        for burst in self._bursts.values():
            if listener.device in burst.listeners:
                listener.hear(burst.speaking)

    def forget(self, listener: Listener) -> None:
        """A device's socket closed."""
        known = self._listeners.get(listener.device)
        if known is not None and known.listener is listener:
            del self._listeners[listener.device]
            self._tell_desks([listener.device], Hearer(listener.device, Route.AWAY))

    def route(self, device: str) -> Route:
        """Return how a device hears."""
        known = self._listeners.get(device)
        return known.route if known else Route.AWAY

    def _private(self, devices: Iterable[str]) -> list[str]:
        """Return the private intervals that run on these devices."""
        known = (self._listeners.get(device) for device in devices)
        return sorted({one.private for one in known if one is not None and one.private})

    def played(self, device: str, message: Played) -> None:
        """Tell the desk that speaks how far its burst was played."""
        heard = Heard(message.burst, device, message.played_ms)
        self._tell_desks([device], heard)

    # who speaks

    def join(self, desk: Speaker) -> None:
        """A desk is there: it is told how its devices hear, and who speaks."""
        assert desk.ear is not None  # noqa: S101 - only a desk joins
        self._desks.add(desk)
        for device in desk.devices:
            desk.ear.hear(Hearer(device, self.route(device)))
        for burst in self._bursts.values():
            if burst.concerns(desk.devices):
                desk.ear.hear(burst.speaking)

    def press(self, speaker: Speaker, burst: str) -> None:
        """Give the floor.

        Nothing is heard of a device while a private interval runs on it; what is said to it is
        private, and kept so. Errors: `talk.private`, `talk.nobody_hears`, `talk.floor_taken`, and
        those of `TalkKeeper.begin`.
        """
        id_bytes(burst)
        if self._private([speaker.name]):
            raise MzError("talk.private", Kind.REFUSED, speaker.name)
        devices = [device for device in speaker.devices if self.route(device) in AUDIBLE]
        desks = self._desks_that_hear(speaker)
        staff = sorted({desk.name for desk in desks})
        if not devices and not staff:
            raise MzError("talk.nobody_hears", Kind.REFUSED, f"{len(speaker.devices)} devices")
        taken = [one for one in self._bursts.values() if one.concerns([speaker.name, *devices])]
        if any(one.speaker.desk or not speaker.desk for one in taken):
            raise MzError("talk.floor_taken", Kind.CONFLICT, taken[0].speaker.name)
        operation = speaker.operation or next((desk.operation for desk in desks), None)
        start = TalkStart(
            burst, operation, speaker.name, speaker.desk, devices, now_ms(), staff,
            self._private(devices),
        )  # fmt: skip
        kept = self._keeper.begin(start)
        for one in taken:
            self._end(one, TalkEnd.OVERRULED)
        limit = asyncio.get_running_loop().call_later(MAX_BURST_S, self._limit, burst)
        begun = self._bursts[burst] = _Burst(speaker, kept, limit)
        self._tell(begun, begun.speaking)
        _log.info("talk.began", burst=burst, speaker=speaker.name, devices=len(devices))

    def frame(self, speaker: Speaker, raw: bytes) -> None:
        """Keep a talk frame and forward it.

        Errors: `talk.malformed`, `talk.too_fast`, `talk.not_kept`; each ends the speaker's socket.
        """
        frame = decode_talk(raw)
        burst = self._bursts.get(frame.burst)
        if burst is None or burst.speaker is not speaker:
            speaker.strays += 1
            if speaker.strays > MAX_STRAYS:
                raise MzError("talk.too_fast", Kind.THROTTLED, "frames without the floor")
            return
        if frame.number != burst.next:
            raise MzError("talk.malformed", Kind.INVALID, f"{frame.number}, not {burst.next}")
        said = burst.kept.samples + packet_samples(frame.packet)
        elapsed_s = asyncio.get_running_loop().time() - burst.began_at
        if said > (elapsed_s + AHEAD_S) * RATE:
            raise MzError("talk.too_fast", Kind.THROTTLED, "faster than speech")
        burst.next += 1
        burst.kept.add(frame.packet)  # first: whatever was heard outlives a killed relay
        for device in burst.listeners:
            known = self._listeners.get(device)
            if known is not None:
                known.listener.hear_frame(raw)
        for desk in self._desks_that_hear(speaker):
            if desk.ear is not None:
                desk.ear.hear_frame(raw)

    def _desks_that_hear(self, speaker: Speaker) -> list[Speaker]:
        """Return the desks that a device's words reach; a desk's words reach none."""
        if speaker.desk:
            return []
        return [desk for desk in self._desks if desk.listens and speaker.name in desk.devices]

    def release(self, speaker: Speaker, burst: str) -> None:
        """Take the floor back; again is fine."""
        known = self._bursts.get(burst)
        if known is not None and known.speaker is speaker:
            self._end(known, TalkEnd.RELEASED)

    def left(self, speaker: Speaker) -> None:
        """A speaker's socket closed."""
        self._desks.discard(speaker)
        for burst in [one for one in self._bursts.values() if one.speaker is speaker]:
            self._end(burst, TalkEnd.LOST)

    async def close(self) -> None:
        """End every burst and wait until all are kept."""
        for burst in list(self._bursts.values()):
            self._end(burst, TalkEnd.RELAY_ENDED)
        if self._keeping:
            await asyncio.wait(self._keeping)

    def _limit(self, burst: str) -> None:
        if burst in self._bursts:
            self._end(self._bursts[burst], TalkEnd.LIMIT)

    def _end(self, burst: _Burst, end: TalkEnd) -> None:
        del self._bursts[burst.id]
        burst.limit.cancel()
        self._tell(burst, Silent(burst.id, end))
        keeping = asyncio.ensure_future(self._keeper.finish(burst.kept, end, now_ms()))
        self._keeping.add(keeping)
        keeping.add_done_callback(self._keeping.discard)
        _log.info("talk.ended", burst=burst.id, end=end)

    def _tell(self, burst: _Burst, message: Speaking | Silent) -> None:
        """Tell all whom a burst concerns: who speaks, who listens, the desks of either."""
        names = [burst.speaker.name, *burst.listeners]
        for name in names:
            known = self._listeners.get(name)
            if known is not None:
                known.listener.hear(message)
        self._tell_desks(names, message)

    def _tell_desks(self, devices: list[str], message: Said) -> None:
        for desk in self._desks:
            if desk.ear is not None and not set(desk.devices).isdisjoint(devices):
                desk.ear.hear(message)
