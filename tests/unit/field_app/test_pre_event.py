"""The pre-event buffer: how far back it goes, what it forgets, and what it never shows."""

from __future__ import annotations

import gc
import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from field_app.audit import audit
from field_app.capture.cameras import make_camera
from field_app.capture.pre_event import PreEventBuffer
from field_app.capture.privacy import Privacy
from field_app.capture.recorder import Recorder
from field_app.device.identity import Identity
from field_app.device.place import NoPlace
from field_app.spool.footage import Key
from field_app.spool.spool import Spool
from schemas.media.chain import Moment
from schemas.media.fmp4 import Piece
from schemas.media.fragment import Header, split_frame
from schemas.problems import MzError
from schemas.time import mono_ms
from tests.patience import eventually
from tests.unit.field_app.test_recorder import Nobody
from tests.unit.field_app.test_recording import Told, begin, piece

_FRAGMENT_MS, _BEGAN = 200, 1_000_000


def filled(seconds: int, count: int, max_bytes: int = 10**9) -> PreEventBuffer:
    """Return a buffer that was given so many fragments of 200 ms, a key-frame each second."""
    made = PreEventBuffer(seconds, max_bytes)
    for number in range(count):
        made.add(piece(number % 250), Moment(0, _BEGAN + number * _FRAGMENT_MS, None))
    return made


@given(
    seconds=st.integers(0, 120), count=st.integers(1, 250), late_ms=st.integers(0, 2 * _FRAGMENT_MS)
)
def test_s04_the_first_key_frame_precedes_the_tap_by_the_buffer(
    seconds: int, count: int, late_ms: int
) -> None:
    tapped = _BEGAN + (count - 1) * _FRAGMENT_MS + late_ms
    taken = filled(seconds, count).take(tapped)
    first = taken[0][1].mono_ms
    assert taken[0][0].key_frame
    assert all(moment.buffered for _, moment in taken)
    times = [moment.mono_ms for _, moment in taken]
    assert times == list(range(first, _BEGAN + count * _FRAGMENT_MS, _FRAGMENT_MS))
    if tapped - seconds * 1000 >= _BEGAN:
        assert 0 <= tapped - first - seconds * 1000 <= 1200
    else:
        assert first == _BEGAN


def test_the_buffer_is_bounded_in_bytes_and_gives_what_it_was_given() -> None:
    made = filled(120, 200, max_bytes=20 * (58 + 28))
    taken = made.take(_BEGAN + 10**6)
    assert 1 <= len(taken) <= 20
    assert [each.data for each, _ in taken] == [piece(n).data for n in range(200 - len(taken), 200)]
    assert made.take(_BEGAN + 10**6) == []


def test_the_buffer_holds_no_picture_in_the_clear() -> None:
    secret = b"a picture that nobody kept " * 4
    made = PreEventBuffer(30)
    made.add(Piece(secret, 0, 18_000, 5, True), Moment(0, 1, None))
    locked = [held.locked for group in made._groups for held in group]
    assert len(locked) == 1
    assert secret[:16] not in locked[0]
    assert made.take(1)[0][0].data == secret


def test_what_was_buffered_is_numbered_kept_and_only_its_end_goes_live(
    identity: Identity, spool: Spool, tmp_path: Path
) -> None:
    told = Told()
    made = begin(identity, spool, told)
    made.keep_buffered([(piece(n), Moment(1000 + n, n, None, buffered=True)) for n in range(58)])
    made.keep(piece(58), Moment(2000, 58, None))
    made.end()
    assert [kept.key.number for kept in told.fragments] == [55, 56, 57, 58]
    name = made.opening.recording
    headers = [header_of(spool, name, n) for n in range(59)]
    assert [header.buffered for header in headers] == [True] * 58 + [False]
    spool.close()
    assert audit(tmp_path / "field").ok


def header_of(spool: Spool, recording: str, number: int) -> Header:
    """Return the header of a kept fragment."""
    frame = spool.footage.frame(Key(recording, 1, number))
    assert frame is not None
    return split_frame(frame)[0]


def runs(recorder: Recorder, duration_ms: int) -> None:
    """Look at the camera's pictures until it has run for so long."""
    first = eventually(lambda: recorder.preview.after(0, 0.1)).wall_ms

    def ran() -> bool:
        newest = recorder.preview.after(0, 0.1)
        return newest is not None and newest.wall_ms >= first + duration_ms

    eventually(ran, f"{duration_ms} ms of pictures")


def test_s04_a_start_keeps_what_the_running_camera_gave_before_it(
    identity: Identity, spool: Spool, tmp_path: Path
) -> None:
    recorder = Recorder(
        identity, spool, make_camera("generated"), NoPlace(), Nobody(), Privacy(spool.facts),
        lambda: None, lambda operation: "（2026）粤0199执1号", buffer_seconds=1,
    )  # fmt: skip
    recorder.arm()
    recorder.arm()
    runs(recorder, 3_200)
    assert spool.footage.names() == []
    tapped = mono_ms()
    recorder.start(None, "started")
    answered = mono_ms()
    with pytest.raises(MzError) as caught:
        recorder.start(None, "started")
    assert caught.value.code == "recording.already_running"
    (name,) = spool.footage.names()
    kept = spool.footage.tally.of(name).recorded
    eventually(lambda: spool.footage.tally.of(name).recorded > kept, "and what comes after it")
    recorder.stop("done")
    headers = [header_of(spool, name, n) for n in range(spool.footage.tally.of(name).recorded)]
    assert tapped - 2_200 <= headers[0].mono_ms <= answered - 1_000
    assert headers[0].key_frame
    assert headers[0].media_start < 90_000, "a recording begins at zero"
    assert headers[0].buffered
    assert not headers[-1].buffered
    for one, other in itertools.pairwise(headers):
        assert other.media_start == one.media_start + one.media_duration
    assert recorder.armed, "the buffer fills again after a stop"
    eventually(lambda: recorder.preview.after(0, 0.1))
    recorder.start(None, "started")
    recorder.disarm()
    assert recorder.recording is not None, "disarming does not stop a recording"
    recorder.stop("done")
    spool.close()
    gc.collect()
    report = audit(tmp_path / "field")
    assert report.ok, report.findings
    assert report.counts["recordings"] == 2


def test_disarming_leaves_nothing_and_revocation_disarms(identity: Identity, spool: Spool) -> None:
    camera = make_camera("generated")
    recorder = Recorder(
        identity, spool, camera, NoPlace(), Nobody(), Privacy(spool.facts), lambda: None
    )
    recorder.arm()
    eventually(lambda: recorder.preview.after(0, 0.1))
    recorder.disarm()
    assert recorder._thread is not None
    assert not recorder._thread.is_alive()
    recorder.arm()
    recorder.start(None, "started")
    recorder.halt("device.revoked")
    eventually(lambda: recorder.alarm == "device.revoked")
    assert (recorder.recording, recorder.armed) == (None, False)
    assert spool.footage.unfinished() == []
    assert len(spool.footage.names()) == 1
