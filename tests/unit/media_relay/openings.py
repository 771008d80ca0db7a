"""A recording's state for unit tests: a real signed opening, fragments as facts."""

from __future__ import annotations

from media_relay.chain import Link
from media_relay.entries import Facts, InLog
from media_relay.recordings import RecordingState
from media_relay.segment import Record
from schemas.ids import NO_ID, new_id
from schemas.media.head import Head
from schemas.media.opening import OPENING, RecordingOpening, RenditionInfo, Source
from schemas.sign import Ed25519Signer, sign_envelope


def make_state(
    signer: Ed25519Signer, *, counter: int = 1, device: str = "", renditions: tuple[int, ...] = (1,)
) -> RecordingState:
    """Return the state of a recording that was just opened."""
    opening = RecordingOpening(
        recording=new_id(), device=device or new_id(), device_key=signer.key, counter=counter,
        officer=NO_ID, operation=None, opened_wall_ms=0, opened_mono_ms=0, boot=new_id(),
        source=Source.CAMERA, app="test", key_protection="file",
        renditions=[
            RenditionInfo(number, "avc1.42C015", "0" * 64, 1000, 320, 180) for number in renditions
        ],
        fragment_ms=200, gop_ms=1000, reason="started", former=[], challenge=None,
        wrapped_key=b"", ingest_key="",
    )  # fmt: skip
    envelope = sign_envelope(signer, OPENING, opening)
    return RecordingState(opening, envelope, signer.public, quarantined=False)


def add_fragment(state: RecordingState, number: int, length: int = 100) -> InLog:
    """Make a fragment durable, with a link that fits the one before it."""
    rendition = state.renditions[1]
    before = rendition.chain.link_of(number - 1)
    previous = before.own if before else b"?" if number else rendition.chain._first
    rendition.chain.accept(number, Link(previous, b"link %d" % number))
    rendition.received = rendition.chain.held
    facts = Facts(number, number % 5 == 0, number * 200, 200, number * 200)
    entry = InLog(number, Record.FRAGMENT, length, 1, fragment=facts)
    state.add_pending(entry)
    return entry


def sign_to(state: RecordingState, number: int, *, final: bool = False) -> None:
    """Take a good head at a number."""
    own = b"link %d" % number
    state.renditions[1].chain.vouch(number, own)
    if final:
        state.set_final(Head(1, state.id, number, own, 0, 0, final=True))  # type: ignore[arg-type]
