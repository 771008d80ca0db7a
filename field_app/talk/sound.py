"""What a device hears with and speaks into, as arguments of ffmpeg."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from schemas.problems import Kind, MzError
from schemas.stream import Route

_PACKET_BYTES = 1920
"""20 ms of 16 bits at 48 kHz."""


class Sound(NamedTuple):
    """The microphone as an input, none if empty; an output for each way to hear."""

    microphone: tuple[str, ...]
    outputs: Mapping[Route, tuple[str, ...]]

    @property
    def aloud(self) -> tuple[str, ...] | None:
        """Where all who are present hear: the loudspeaker, else the earpiece, None without both."""
        return self.outputs.get(Route.LOUDSPEAKER, self.outputs.get(Route.EARPIECE))


NONE = Sound((), {})
GENERATED = Sound(
    (
        "-readrate", "1", "-readrate_initial_burst", "0.02", "-f", "lavfi", "-i",
        "sine=frequency=440:sample_rate=48000:samples_per_frame=960",
    ),
    dict.fromkeys((Route.EARPIECE, Route.LOUDSPEAKER), ("-f", "null", "-")),
)  # fmt: skip
"""A tone for a voice, and ears that decode everything and sound nothing."""


def make_sound(text: str) -> Sound:
    """Return what a word of the command line means; `sound.unknown` otherwise.

    `none`, `generated`, or `pulse:EARPIECE[,LOUDSPEAKER]`: sinks of PulseAudio (PipeWire), and its
    default source. The earpiece must be named: no desktop can tell which sink nobody else hears.
    """
    if text in ("none", "generated"):
        return NONE if text == "none" else GENERATED
    kind, _, sinks = text.partition(":")
    names = sinks.split(",")
    if kind != "pulse" or not 1 <= len(names) <= 2 or not all(names):
        raise MzError("sound.unknown", Kind.INVALID, text[:40])
    microphone = (
        "-f", "pulse", "-channels", "1", "-fragment_size", str(_PACKET_BYTES), "-i", "default",
    )  # fmt: skip
    routes = zip((Route.EARPIECE, Route.LOUDSPEAKER), names, strict=False)
    return Sound(microphone, {route: _sink(name) for route, name in routes})


def _sink(name: str) -> tuple[str, ...]:
    return ("-f", "pulse", "-device", name, "-buffer_duration", "60", "mingzheng")
