"""A burst of talk: from the desk to one device, kept by the relay, packed with its sound."""

from __future__ import annotations

import msgspec

from schemas import bundle, feed, stream
from schemas.media.talk import OggOpus, TalkFrame, encode_talk
from schemas.sign import Envelope, sha256_hex, sign_envelope
from tests.contract import bundles, world
from tests.contract.bundles import Files, encoded

BURST_ID, SPEAKER_ID = world.fixed_id(60), world.fixed_id(61)
BEGAN_MS = world.OPENED_MS + 2_000
PACKETS = [bytes([0x78]) + bytes(range(number, number + 40)) for number in range(3)]
"""Three packets of 20 ms (CELT, one frame each); what they hold is not sound."""
PRESSED = stream.Press(BURST_ID), stream.Release(BURST_ID)
ANSWERED = stream.Press(world.fixed_id(62), "dGlja2V0"), stream.Release(world.fixed_id(62))
"""An officer asks for the floor; his ticket says who his crew is now."""
SPOKEN = (
    stream.Speaking(BURST_ID, SPEAKER_ID, True, BEGAN_MS + 60_000),
    stream.Silent(BURST_ID, stream.TalkEnd.RELEASED),
)


def frame() -> bytes:
    """Return the second talk frame."""
    return encode_talk(TalkFrame(BURST_ID, 1, PACKETS[1]))


def sound() -> bytes:
    """Return the file of the burst."""
    ogg = OggOpus()
    return ogg.begin() + b"".join(ogg.add(packet) for packet in PACKETS)


def burst() -> Envelope:
    """Return the relay's word about the burst."""
    stated = feed.TalkBurst(
        world.RELAY_ID, BURST_ID, world.OPERATION_ID, SPEAKER_ID, True, [world.DEVICE_ID],
        BEGAN_MS, BEGAN_MS + 60, stream.TalkEnd.RELEASED, 60, sha256_hex(sound()), len(sound()),
    )  # fmt: skip
    return sign_envelope(world.RELAY, feed.TALK_BURST, stated)


def answer() -> Envelope:
    """Return the relay's word about an officer's burst, which a desk heard."""
    stated = feed.TalkBurst(
        world.RELAY_ID, world.fixed_id(62), world.OPERATION_ID, world.DEVICE_ID, False, [],
        BEGAN_MS + 5_000, BEGAN_MS + 5_060, stream.TalkEnd.RELEASED, 60, sha256_hex(sound()),
        len(sound()), [SPEAKER_ID],
    )  # fmt: skip
    return sign_envelope(world.RELAY, feed.TALK_BURST, stated)


def facts(*talk: Envelope) -> bundle.BundleFacts:
    """Return the centre's facts with the burst, or with others."""
    stated = msgspec.json.decode(bundles.facts().payload, type=bundle.BundleFacts)
    exhibits = [*stated.exhibits, sha256_hex(sound())]
    return msgspec.structs.replace(stated, exhibits=exhibits, talk=list(talk) or [burst()])


def files(*talk: Envelope) -> Files:
    """Return the files of a package with the burst."""
    found = bundles.good_files()
    found["facts.json"] = encoded(sign_envelope(world.CENTRE, bundle.FACTS, facts(*talk)))
    found[f"exhibits/{sha256_hex(sound())}"] = sound()
    return found
