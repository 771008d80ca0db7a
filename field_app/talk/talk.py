"""Press to talk on the device: one burst at a time, heard or spoken.

The relay gives the floor (docs/adr/0007-talk.md). Who may be spoken to stands in the ticket. The
device hears by the earpiece; by the loudspeaker, which bystanders hear too, only once its officer
said so, and no longer than this service runs. It speaks while somebody says that he holds the key:
a window that died holds none.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import structlog

from field_app.local_api.talk import TalkState, TalkStatus
from field_app.talk.microphone import Microphone
from field_app.talk.player import Player
from field_app.talk.sound import Sound
from schemas.ids import new_id
from schemas.media.talk import TalkFrame, decode_talk, encode_talk
from schemas.problems import Kind, MzError
from schemas.stream import (
    Fault,
    FromDevice,
    Hearing,
    Played,
    Press,
    Release,
    Route,
    Silent,
    Speaking,
    TalkEnd,
)

log = structlog.get_logger()
HELD_SECONDS = 5.0
_ROUTES = (Route.EARPIECE, Route.LOUDSPEAKER)
_ENDED = {TalkEnd.LIMIT: "talk.limit", TalkEnd.OVERRULED: "talk.overruled"}


class Talk:
    """What is said now, and how this device hears."""

    def __init__(
        self, sound: Sound, ticket: Callable[[], str], operation: Callable[[], str | None],
        private: Callable[[], str], say: Callable[[FromDevice | bytes], None],
    ) -> None:  # fmt: skip
        """ticket: the newest that is good, or nothing; operation: what is recorded for now;
        private: the private interval that runs, or nothing; say: sends at once on the live lane,
        or raises `relay.lost`."""
        self._sound, self._ticket, self._private, self._say = sound, ticket, private, say
        self._operation = operation
        self._lock = threading.RLock()
        self._broken: set[Route] = set()
        self._chosen = Route.EARPIECE
        self._state = TalkState.IDLE
        self._burst = ""
        self._by_desk = False
        self._held_at = 0.0
        self._number = 0
        self._played_ms = 0
        self._problem = ""
        self._microphone: Microphone | None = None
        self._player: Player | None = None

    # what the officer does

    def status(self) -> TalkStatus:
        """Return what the window shows."""
        with self._lock:
            return TalkStatus(
                self._route(), self._routes(), bool(self._sound.microphone), self._state,
                self._burst, self._by_desk, self._played_ms, self._problem,
            )  # fmt: skip

    def choose(self, route: Route) -> None:
        """Hear so from now on; `talk.route_absent` where this device cannot."""
        with self._lock:
            if route is not Route.TEXT and route not in self._sound.outputs:
                raise MzError("talk.route_absent", Kind.REFUSED, route)
            self._chosen = route
            self._broken.discard(route)
            if self._player is not None:
                self._player.stop()
                self._player = None
                self._listen(self._burst)
        log.info("talk.route_chosen", route=route)
        self.connected()

    def press(self) -> None:
        """Ask for the floor; what comes of it is told in the status.

        Errors: `talk.private`, `talk.no_microphone`, `talk.floor_taken`, `relay.lost`.
        """
        if self._private():
            raise MzError("talk.private", Kind.REFUSED, "")
        with self._lock:
            if not self._sound.microphone:
                raise MzError("talk.no_microphone", Kind.REFUSED, "")
            if self._state is not TalkState.IDLE:
                raise MzError("talk.floor_taken", Kind.CONFLICT, self._burst)
            self._begin(TalkState.ASKING, new_id())
            burst = self._burst
            self.hold()
        try:
            self._say(Press(burst, self._ticket(), self._operation() or ""))
        except MzError as error:
            self._over(burst, error.code)
            raise

    def hold(self) -> None:
        """The key is still held; to be said again within `HELD_SECONDS`."""
        with self._lock:
            self._held_at = time.monotonic()

    def release(self) -> None:
        """Give the floor back; again is fine."""
        with self._lock:
            burst = self._burst
            if self._state not in (TalkState.ASKING, TalkState.SPEAKING):
                return
        self._end(burst, "")

    def privacy_changed(self) -> None:
        """A private interval began or ended: nothing is said while it runs."""
        if self._private():
            self.release()
        self.connected()

    # what the relay says

    def connected(self) -> None:
        """The live lane is there: say how this device hears."""
        self._tell(Hearing(self._route(), self._private()))

    def lost(self) -> None:
        """The live lane is gone, and the floor with it."""
        with self._lock:
            burst, idle = self._burst, self._state is TalkState.IDLE
        if not idle:
            self._over(burst, "relay.lost")

    def hear(self, message: Speaking | Silent | Fault) -> None:
        """Take what the relay says of talk."""
        match message:
            case Speaking():
                self._speaking(message)
            case Silent():
                self._over(message.burst, _ENDED.get(message.end, ""))
            case Fault():
                self._refused(message)

    def frame(self, raw: bytes) -> None:
        """Sound a talk frame; what is no frame of the burst that is heard is passed over."""
        try:
            frame = decode_talk(raw)
            with self._lock:
                if self._player is not None and frame.burst == self._burst:
                    self._player.add(frame.packet)
        except MzError as error:
            log.warning("talk.frame_refused", code=error.code)

    def _speaking(self, message: Speaking) -> None:
        with self._lock:
            if message.burst == self._burst:
                if self._state is TalkState.ASKING:
                    self._state = TalkState.SPEAKING
                    burst = self._burst
                    self._microphone = Microphone(
                        self._sound,
                        lambda packet: self._speak(burst, packet),
                        lambda: self._end(burst, "talk.no_microphone"),
                    )
                return
            self._silence()
            self._begin(TalkState.HEARING, message.burst)
            self._by_desk = message.desk
            self._listen(message.burst)

    def _listen(self, burst: str) -> None:
        """Sound a burst from now on, if this device hears."""
        route = self._route()
        output = self._sound.outputs.get(route)
        if output is not None:
            self._player = Player(
                output,
                lambda played_ms: self._heard(burst, played_ms),
                lambda well: self._sounded(burst, route, well),
            )

    def _refused(self, message: Fault) -> None:
        """A fault that names no recording, while the floor is asked for, is its refusal."""
        with self._lock:
            burst, asking = self._burst, self._state is TalkState.ASKING
        if asking and message.recording is None:
            self._over(burst, message.problem.code)

    # what microphone and player tell

    def _speak(self, burst: str, packet: bytes) -> None:
        with self._lock:
            if burst != self._burst or self._state is not TalkState.SPEAKING:
                return
            held = time.monotonic() - self._held_at < HELD_SECONDS
            frame = encode_talk(TalkFrame(burst, self._number, packet))
            self._number += 1
        if not held:
            self._end(burst, "talk.not_held")
            return
        try:
            self._say(frame)
        except MzError as error:
            self._over(burst, error.code)

    def _end(self, burst: str, problem: str) -> None:
        """End a burst of this device by itself."""
        self._over(burst, problem)
        self._tell(Release(burst))

    def _heard(self, burst: str, played_ms: int) -> None:
        with self._lock:
            if burst == self._burst:
                self._played_ms = played_ms
        self._tell(Played(burst, played_ms))

    def _sounded(self, burst: str, route: Route, well: bool) -> None:
        """A player ended; one that failed makes this device deaf on that way until chosen again."""
        if well:
            return
        log.error("talk.not_sounded", burst=burst, route=route)
        with self._lock:
            self._broken.add(route)
            self._problem = "talk.not_sounded"
        self.connected()

    # all of them

    def _begin(self, state: TalkState, burst: str) -> None:
        self._state, self._burst = state, burst
        self._number = self._played_ms = 0
        self._by_desk, self._problem = False, ""

    def _over(self, burst: str, problem: str = "") -> None:
        """The burst, if it is the one of now, is over; what failed meanwhile stays told."""
        with self._lock:
            if burst == self._burst and self._state is not TalkState.IDLE:
                self._silence()
                self._state, self._problem = TalkState.IDLE, problem or self._problem

    def _silence(self) -> None:
        """Close the microphone; let the player sound what it has."""
        if self._microphone is not None:
            self._microphone.close()
        if self._player is not None:
            self._player.finish()
        self._microphone = self._player = None

    def _routes(self) -> list[Route]:
        return [*(one for one in _ROUTES if one in self._sound.outputs), Route.TEXT]

    def _route(self) -> Route:
        usable = self._chosen in self._sound.outputs and self._chosen not in self._broken
        return self._chosen if usable else Route.TEXT

    def _tell(self, message: FromDevice) -> None:
        """Say what is lost with the link, and said again, or of no use, on the next one."""
        try:
            self._say(message)
        except MzError as error:
            log.info("talk.not_said", code=error.code)
