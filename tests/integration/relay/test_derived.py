"""Derived recordings of a real relay: marked, blurred, silenced, and naming their source."""

from __future__ import annotations

import hashlib
import io
import statistics
import zipfile

import av
import msgspec
import pytest
import requests

from door.places import CHECKOUT
from schemas.derived import DERIVATION, DERIVED, Derivation, Derived, Region, Silence
from schemas.exports import Film, Stage
from schemas.feed import CopyMade
from schemas.ids import new_id
from schemas.media.fragment import HEADER_BYTES, link
from schemas.sign import Ed25519Signer, Envelope, decode, decode_payload, sign_envelope
from schemas.verification.package import Package
from tests.integration.relay.footage import Recorder
from tests.integration.relay.running import RunningRelay
from tests.integration.relay.test_exports import Clerk

FONT = CHECKOUT.fonts / "NotoSansSC-Regular.ttf"
SECONDS = 8


@pytest.fixture
def relay(make_relay: object) -> RunningRelay:
    return make_relay(font=str(FONT))  # type: ignore[operator,no-any-return]


def recorded(relay: RunningRelay, **more: object) -> Recorder:
    device = relay.device()
    recorder = device.recorder(seconds=SECONDS, sound=True, **more)
    with device.lane() as lane:
        lane.publish(recorder)
        lane.wait_received(recorder, set(range(SECONDS * 5)))
    return recorder


def derivation(recorder: Recorder, **more: object) -> Derivation:
    """A copy of all; its left upper quarter is blurred from 2 s to 4 s, it is silent 5 s to 6 s."""
    at = recorder.started_ms
    return msgspec.structs.replace(
        Derivation(
            new_id(), recorder.id, 1, None, None, "张三", "阅卷", "供 张三 查阅 2026-11-25",
            [Region(0, 0, 500, 500, at + 2_000, at + 4_000)],
            [Silence(at + 5_000, at + 6_000)], new_id(), at,
        ),
        **more,
    )  # fmt: skip


def order(
    clerk: Clerk, wish: Derivation, signer: Ed25519Signer, **film: object
) -> requests.Response:
    signed = sign_envelope(signer, DERIVATION, wish)
    return clerk.order(Film("derived.mp4", wish.recording, derive=signed, **film))  # type: ignore[arg-type]


def made(relay: RunningRelay, wish: Derivation) -> tuple[bytes, Envelope]:
    """Let it be made; return film and statement."""
    clerk = Clerk(relay, wish.recording)
    state = clerk.made(order(clerk, wish, relay.court.centre))
    assert state.stage is Stage.MADE, state.problem
    assert state.done == state.total
    raw = clerk.file(state).content
    zipped = relay.data / "copy.zip"
    zipped.write_bytes(raw)
    with Package(zipped) as read:  # as the verifier reads it
        assert read.summary("derived.mp4").crc_fits
    with zipfile.ZipFile(io.BytesIO(raw)) as packed:
        assert packed.namelist() == ["derived.mp4", "derived.mp4.json", "contents.json"]
        return packed.read("derived.mp4"), decode(packed.read("derived.mp4.json"), Envelope)


class Seen:
    """A film decoded: rows of grey of each frame by time, loudness by time."""

    def __init__(self, data: bytes) -> None:
        self.frames: list[tuple[float, av.VideoFrame]] = []
        self.loud: list[tuple[float, int]] = []
        with av.open(io.BytesIO(data)) as film:
            for frame in film.decode(video=0, audio=0):
                if isinstance(frame, av.VideoFrame):
                    self.frames.append((frame.time or 0.0, frame.reformat(format="gray")))
                else:
                    samples = memoryview(bytes(frame.planes[0])).cast("f")
                    self.loud.append((frame.time or 0.0, round(1000 * max(map(abs, samples)))))

    def across(self, at_s: float, row: int, left: int, right: int) -> bytes:
        """Return the grey of part of a row at a time."""
        frame = min(self.frames, key=lambda one: abs(one[0] - at_s))[1]
        plane = frame.planes[0]
        return bytes(plane)[row * plane.line_size :][left:right]

    def loudest(self, from_s: float, to_s: float) -> int:
        return max(loud for at, loud in self.loud if from_s <= at < to_s)


def test_s72_regions_are_blurred_and_sound_is_silenced_for_their_time(relay: RunningRelay) -> None:
    film, _ = made(relay, derivation(recorded(relay)))
    seen = Seen(film)
    assert len(seen.frames) == SECONDS * 25

    def spread(at_s: float, row: int, left: int) -> float:
        return statistics.pstdev(seen.across(at_s, row, left + 10, left + 150))

    assert spread(1.0, 50, 0) > 30  # before: the bars of the test picture
    assert spread(3.0, 50, 0) < 12  # blurred
    assert spread(3.0, 50, 160) > 30  # and nothing beside it
    assert spread(7.0, 50, 0) > 30  # after
    assert seen.loudest(1, 4.5) > 50
    assert seen.loudest(5.05, 5.9) == 0
    assert seen.loudest(6.5, 7.5) > 50


def test_s72_every_picture_bears_the_mark(relay: RunningRelay) -> None:
    recorder = recorded(relay)
    plain = derivation(recorder, regions=[], silences=[])
    one = Seen(made(relay, plain)[0])
    other = Seen(made(relay, msgspec.structs.replace(plain, mark="——————"))[0])
    for at_s in (0.0, 4.0, 7.9):
        for row in (15, 93, 167):  # three lines of it
            rows = [one.across(at_s, at, 0, 320) for at in range(row - 6, row + 7)]
            others = [other.across(at_s, at, 0, 320) for at in range(row - 6, row + 7)]
            apart = [abs(a - b) for mine, its in zip(rows, others, strict=True)
                     for a, b in zip(mine, its, strict=True)]  # fmt: skip
            assert sum(diff > 25 for diff in apart) > 60, (at_s, row)


def test_s72_the_copy_names_its_source_and_the_relay_signs_for_it(relay: RunningRelay) -> None:
    recorder = recorded(relay)
    wish = derivation(recorder)
    film, envelope = made(relay, wish)
    envelope.check(relay.court.relay.public)
    statement = decode_payload(envelope, DERIVED, Derived)
    assert statement.film_sha256 == hashlib.sha256(film).hexdigest()
    assert (statement.recording, statement.first, statement.last) == (recorder.id, 0, 39)
    assert statement.link == link(recorder.frames[39][:HEADER_BYTES]).hex()
    assert decode_payload(statement.derivation, DERIVATION, Derivation) == wish
    told = [item.statement for item in relay.feed() if isinstance(item, CopyMade)]
    assert told == [envelope]


def test_u01_a_copy_shows_nothing_of_a_private_interval(relay: RunningRelay) -> None:
    recorder = recorded(relay, private=range(10, 20))
    film, envelope = made(relay, derivation(recorder, regions=[], silences=[]))
    assert decode_payload(envelope, DERIVED, Derived).missing == 10
    times = [at for at, _ in Seen(film).frames]
    shown = [at for at in times if 2.0 <= at < 3.9]
    # the gap keeps its length: an encoder may repeat the picture before it, never one inside
    before = Seen(film).across(1.9, 100, 0, 320)
    assert all(Seen(film).across(at, 100, 0, 320) == before for at in shown[:3])


def test_only_what_the_centre_signed_is_made(relay: RunningRelay) -> None:
    recorder = recorded(relay)
    clerk = Clerk(relay, recorder.id)
    wish = derivation(recorder)
    forged = clerk.made(order(clerk, wish, Ed25519Signer.generate()))
    by_relay = clerk.made(order(clerk, wish, relay.court.relay))
    other = clerk.made(order(clerk, wish, relay.court.centre, from_wall_ms=recorder.started_ms))
    codes = [one.problem.code for one in (forged, by_relay, other) if one.problem]
    assert codes == ["derive.untrusted", "derive.untrusted", "derive.wrong_subject"]
    for bad in (
        {"x": 600, "y": 0, "width": 500, "height": 10},
        {"x": 0, "y": 0, "width": 5, "height": 10},
    ):
        raw = msgspec.json.encode({**bad, "from_wall_ms": 1, "to_wall_ms": 2})
        with pytest.raises(Exception, match="malformed"):
            decode(raw, Region)


def test_a_time_that_is_not_in_the_copy_hides_nothing_and_is_refused(relay: RunningRelay) -> None:
    recorder = recorded(relay)
    clerk = Clerk(relay, recorder.id)
    after = recorder.started_ms + 60_000
    for wish in (
        derivation(recorder, regions=[Region(0, 0, 500, 500, after, after + 1)]),
        derivation(recorder, silences=[Silence(after, after + 1)]),
    ):
        state = clerk.made(order(clerk, wish, relay.court.centre))
        assert state.problem is not None
        assert state.problem.code == "derive.outside"


def test_without_a_font_no_copy_is_made(make_relay: object) -> None:
    relay: RunningRelay = make_relay()  # type: ignore[operator]
    recorder = recorded(relay)
    clerk = Clerk(relay, recorder.id)
    state = clerk.made(order(clerk, derivation(recorder), relay.court.centre))
    assert state.problem is not None
    assert state.problem.code == "derive.no_font"
    assert list((relay.data / "tmp").iterdir()) == []
