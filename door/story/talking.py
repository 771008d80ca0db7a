"""The duty officer's headset: speaks to an officer through the relay and hears him, as the desk's
page does, with a tone for a voice."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, TypeVar

import imageio_ffmpeg
from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

from door.story.telling import failed, wait_for
from schemas.ids import new_id
from schemas.media.talk import OggPackets, TalkFrame, decode_talk, encode_talk
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
    decode_to_desk,
    encode_text,
)

M = TypeVar("M")
_PACKET_S = 0.02
_PATIENCE_S, _LOOK_S = 10.0, 0.5
_AUDIBLE = (Route.EARPIECE, Route.LOUDSPEAKER)


def simulated_voice(seconds: float, hz: int = 660) -> list[bytes]:
    """Return the Opus packets of a tone, 20 ms each."""
    sound = subprocess.run(
        [
            imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-f", "lavfi", "-i",
            f"sine=frequency={hz}:sample_rate=48000:duration={seconds}", "-ac", "1",
            "-c:a", "libopus", "-frame_duration", "20", "-f", "ogg", "pipe:1",
        ],
        capture_output=True, check=True,
    ).stdout  # fmt: skip
    return OggPackets().add(sound)


class TalkingDesk:
    """One socket to the relay, opened with a pass to speak to one officer."""

    def __init__(self, made: dict[str, Any]) -> None:
        """made: the centre's pass."""
        self._socket = connect(f"{made['stream_url']}/v1/stream", proxy=None)
        self._say(Talk(made["ticket"]))
        self._say(Hearing(Route.LOUDSPEAKER))
        self._wait(Hearer, lambda one: one.route in _AUDIBLE)

    def __enter__(self) -> TalkingDesk:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._socket.close()

    def speak(self, seconds: float) -> tuple[str, int]:
        """Speak; return the burst, and how many milliseconds the officer had heard by its end."""
        burst, voice = new_id(), simulated_voice(seconds)
        self._say(Press(burst))
        self._wait(Speaking, lambda one: one.burst == burst)
        for number, packet in enumerate(voice):
            self._socket.send(encode_talk(TalkFrame(burst, number, packet)))
            time.sleep(_PACKET_S)
        enough_ms = round(seconds * 1000 * 0.8)
        heard = self._wait(Heard, lambda one: one.burst == burst and one.played_ms >= enough_ms)
        self._say(Release(burst))
        self.wait_silent(burst)
        return burst, heard.played_ms

    def listen(self, seconds: float) -> str:
        """Hear the officer for so long; return the burst."""
        burst = self._wait(Speaking, lambda one: not one.desk).burst
        last = round(seconds / _PACKET_S)
        self._wait(TalkFrame, lambda one: one.burst == burst and one.number >= last)
        return burst

    def wait_silent(self, burst: str) -> None:
        """Wait until a burst is over."""
        self._wait(Silent, lambda one: one.burst == burst)

    def _say(self, message: Talk | Hearing | Press | Release) -> None:
        self._socket.send(encode_text(message).decode())

    def _wait(self, kind: type[M], fits: Callable[[M], bool]) -> M:
        """Return the next message of a kind that fits; the relay's refusal ends the story."""
        name = kind.__name__
        return wait_for(
            lambda: self._next(kind, fits), _PATIENCE_S, "talk.lost",
            f"对讲未等到 {name}", f"No {name} came", pause_s=0,
        )  # fmt: skip

    def _next(self, kind: type[M], fits: Callable[[M], bool]) -> M | None:
        """Return the next message if it is of a kind and fits, None if it is another or none."""
        try:
            raw = self._socket.recv(timeout=_LOOK_S)
        except TimeoutError:
            return None
        except WebSocketException as error:
            name = type(error).__name__
            raise failed("talk.lost", f"对讲中断:{name}", f"Talk was lost: {name}") from error
        one = decode_talk(raw) if isinstance(raw, bytes) else decode_to_desk(raw)
        if isinstance(one, Fault):
            code = one.problem.code
            raise failed(code, f"对讲被拒:{code}", f"Talk was refused: {code}")
        return one if isinstance(one, kind) and fits(one) else None
