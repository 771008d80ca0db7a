"""Bad input: a coded refusal each, and nothing else changed."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import resource
import time
from collections.abc import Callable

import msgspec
import pytest
from websockets.exceptions import ConnectionClosed

from schemas.feed import (
    ChainBroken,
    ConflictFound,
    DeviceConnected,
    PartArchived,
    RecordingOpened,
)
from schemas.media.fragment import HEADER_BYTES, decode_header, make_frame
from schemas.media.head import decode_head
from schemas.media.opening import Source, init_frame
from schemas.media.part import Entry, read_part
from schemas.sign import Ed25519Signer, Envelope, sign_envelope, to_token
from schemas.stream import Fault, Lane, Open, Publish, Watch, encode_text
from schemas.ticket import TICKET, Act, Ticket
from tests.integration.relay.footage import Piece
from tests.integration.relay.keys import Court
from tests.integration.relay.running import RunningRelay, next_message
from tests.patience import PATIENCE_S, eventually

Make = Callable[..., RunningRelay]


def opened(relay: RunningRelay) -> int:
    """Count what the relay let in."""
    kinds = (RecordingOpened, DeviceConnected)
    return sum(isinstance(item, kinds) for item in relay.feed())


def first_answer(relay: RunningRelay, first: bytes | str) -> Fault:
    """Send one frame on a bare socket; return the fault, and see that the socket closes."""
    with relay.socket() as connection:
        connection.send(first)
        fault = next_message(connection)
        assert isinstance(fault, Fault)
        assert fault.fatal
        with pytest.raises(ConnectionClosed):
            connection.recv(timeout=PATIENCE_S)
    return fault


@pytest.mark.parametrize(
    ("first", "code"),
    [
        ('{"t": "publish", "ticket": 1}', "message.malformed"),
        ("{", "message.malformed"),
        ('{"t": "dance"}', "message.unknown"),
        ('{"t": "publish", "ticket": "x", "lane": "live", "more": 1}', "message.malformed"),
        ('{"t": "publish", "ticket": "!!", "lane": "live"}', "message.malformed"),
        ('{"t": "watch", "ticket": "' + "a" * 70_000 + '", "device": "d"}', "message.too_large"),
        (b"MZF1", "stream.no_first_frame"),
    ],
)
def test_a_bad_first_frame_is_refused(standing: RunningRelay, first: str, code: str) -> None:
    before = opened(standing)
    assert first_answer(standing, first).problem.code == code
    assert opened(standing) == before


def test_a_socket_that_says_nothing_is_closed(standing: RunningRelay) -> None:
    began = time.monotonic()
    with standing.socket() as connection:
        fault = next_message(connection)
        assert isinstance(fault, Fault)
        assert fault.problem.code == "stream.no_first_frame"
        assert time.monotonic() - began > 4, "it had time to say something"


def publish_with(token: str) -> str:
    return encode_text(Publish(token, Lane.LIVE)).decode()


def test_wrong_tickets_are_refused(standing: RunningRelay) -> None:
    device = standing.device()
    stranger = Court()
    cases = [
        (publish_with(device.ticket(seconds=-1)), "ticket.expired"),
        (
            publish_with(stranger.publish_ticket(device.id, device.signer.public)),
            "ticket.untrusted",
        ),
        (publish_with(standing.court.ticket(Act.WATCH, devices=[device.id])), "ticket.wrong_act"),
        (
            encode_text(
                Watch(standing.court.ticket(Act.WATCH, devices=["other"]), device.id)
            ).decode(),
            "ticket.wrong_subject",
        ),
        (encode_text(Watch(device.ticket(), device.id)).decode(), "ticket.wrong_act"),
    ]
    before = opened(standing)
    for first, code in cases:
        assert first_answer(standing, first).problem.code == code
    assert opened(standing) == before


def test_a_ticket_signed_by_the_relay_or_misnaming_a_key_is_refused(standing: RunningRelay) -> None:
    device = standing.device()
    good = msgspec.json.decode(
        msgspec.json.decode(_untoken(device.ticket()), type=Envelope).payload, type=Ticket
    )
    by_relay = to_token(sign_envelope(standing.court.relay, TICKET, good))
    assert first_answer(standing, publish_with(by_relay)).problem.code == "ticket.untrusted"
    assert good.publisher is not None
    other = msgspec.structs.replace(good.publisher, public=Ed25519Signer.generate().public)
    misnamed = msgspec.structs.replace(good, publisher=other)
    token = to_token(sign_envelope(standing.court.centre, TICKET, misnamed))
    assert first_answer(standing, publish_with(token)).problem.code == "ticket.untrusted"


def _untoken(token: str) -> bytes:
    return base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))


def test_bad_openings_are_refused(relay: RunningRelay) -> None:
    device, other = relay.device(), relay.device()
    generated = device.recorder(source=Source.GENERATED)
    foreign = other.recorder()
    good = device.recorder()
    with device.lane() as lane:
        lane.say(Open(generated.opening))
        lane.fault("opening.source_refused")
        lane.say(Open(foreign.opening))
        lane.fault("sign.wrong_key")
        spoilt = msgspec.structs.replace(good.opening, signature=bytes(64))
        lane.say(Open(spoilt))
        lane.fault("sign.bad_signature")
        lane.send(good.frames[0])
        assert lane.fault("recording.not_open").number == 0
        lane.begin(good)
        changed = msgspec.json.decode(good.opening.payload)
        changed["counter"] = 7
        again = sign_envelope(device.signer, good.opening.type, msgspec.json.encode(changed))
        lane.say(Open(again))
        lane.fault("opening.conflict")
        lane.publish(good)
        lane.wait_archived(good)
    assert sum(isinstance(item, RecordingOpened) for item in relay.feed()) == 1


def test_a_wrong_init_segment_is_refused(standing: RunningRelay) -> None:
    device = standing.device()
    recorder = device.recorder()
    with device.lane() as lane:
        lane.say(Open(recorder.opening))
        lane.send(init_frame(recorder.id, 1, b"other"))
        lane.fault("init.wrong_digest")
        lane.send(init_frame(recorder.id, 2, b"other"))
        lane.fault("opening.unknown_rendition")
        assert not lane.holdings(recorder.id).init


def test_wrong_digest_leaves_nothing_and_the_right_bytes_come_after(standing: RunningRelay) -> None:
    device = standing.device()
    recorder = device.recorder()
    wrong = recorder.frames[0][:-1] + bytes([recorder.frames[0][-1] ^ 1])
    with device.lane() as lane:
        lane.begin(recorder)
        lane.send(wrong)
        fault = lane.fault("fragment.wrong_digest")
        assert (fault.recording, fault.rendition, fault.number) == (recorder.id, 1, 0)
        assert not fault.fatal
        assert lane.holdings(recorder.id).received == []
        lane.publish(recorder)
        lane.wait_archived(recorder)
    assert standing.audit()["ok"]


def test_other_bytes_under_a_known_number_are_a_conflict(relay: RunningRelay) -> None:
    device = relay.device()
    recorder = device.recorder()
    piece = Piece(b"other bytes", 0, 100, key_frame=False)
    other = recorder.frame(3, piece, recorder.links[2])
    with device.lane() as lane:
        lane.begin(recorder)
        lane.send(*recorder.frames[:4], other)  # the first is still on its way into the log
        lane.fault("fragment.conflict")
        lane.publish(recorder)
        lane.wait_archived(recorder)
        lane.heard.clear()
        lane.send(recorder.frames[2], other)  # and now it is in a part
        lane.fault("fragment.conflict")
        lane.wait_received(recorder, {2})
    conflicts = [item for item in relay.feed() if isinstance(item, ConflictFound)]
    held, found = (hashlib.sha256(f).hexdigest() for f in (recorder.frames[3], other))
    assert [(c.number, c.held_sha256, c.other_sha256) for c in conflicts] == [(3, held, found)]
    aside = list((relay.data / "aside").iterdir())
    assert [path.read_bytes() for path in aside] == [other]
    assert relay.play(recorder.id, "1/0-4.m4s").content == b"".join(
        frame[HEADER_BYTES:] for frame in recorder.frames[:5]
    )
    assert relay.audit()["ok"]


def test_a_broken_chain_is_kept_marked_and_told(relay: RunningRelay) -> None:
    device = relay.device()
    recorder = device.recorder()
    header = decode_header(recorder.frames[2])
    payload = recorder.frames[2][HEADER_BYTES:]
    broken = make_frame(header._replace(previous=bytes(32)), payload)
    with device.lane() as lane:
        lane.begin(recorder)
        lane.send(*recorder.frames[:2], broken, *recorder.frames[3:])
        assert lane.fault("chain.broken").number == 2
        lane.send(recorder.head(19, final=True))
        lane.wait_archived(recorder)
    items = relay.feed()
    assert {i.number for i in items if isinstance(i, ChainBroken)} == {2, 3}
    part = next(item for item in items if isinstance(item, PartArchived))
    assert [(u.rendition, u.ranges) for u in part.unsigned] == [(1, [(0, 2)])]
    holdings = relay.play(recorder.id, "holdings").json()
    assert [mark["number"] for mark in holdings[0]["broken"]] == [2, 3]
    assert holdings[0]["unsigned"] == [[0, 2]]
    assert relay.audit()["ok"]


def test_heads_that_do_not_fit_are_told(standing: RunningRelay) -> None:
    device, stranger = standing.device(), standing.device()
    recorder = device.recorder()
    with device.lane() as lane:
        lane.begin(recorder)
        lane.send(*recorder.frames[:5])
        good, recorder.signer = recorder.signer, stranger.signer
        lane.send(recorder.head(4))
        lane.fault("head.bad_signature")
        recorder.signer = good
        lane.send(recorder.head(4, own=bytes(32)))
        assert lane.fault("head.wrong_link").number == 4


@pytest.mark.parametrize("killed", [False, True])
def test_a_forged_head_among_good_ones_never_gets_into_a_part(
    relay: RunningRelay, killed: bool
) -> None:
    """Heads between the first and the last are checked when the part is closed, also by the relay
    that comes after a kill."""
    device, stranger = relay.device(), relay.device()
    recorder = device.recorder()
    good, bad = recorder.signer, stranger.signer
    with device.lane() as lane:
        lane.begin(recorder)
        lane.send(*recorder.frames[:15], recorder.head(4))
        recorder.signer = bad
        lane.send(recorder.head(9))
        recorder.signer = good
        lane.send(recorder.head(14))
        lane.wait_received(recorder, set(range(15)))
        if not killed:
            eventually(lambda: relay.play(recorder.id, "holdings").json()[0]["unsigned"] == [])
            assert lane.fault("head.bad_signature").number == 9
    if killed:
        relay.kill()
        relay.start()
    with device.lane() as lane:
        lane.say(Open(recorder.opening))
        lane.send(*recorder.frames[15:], recorder.head(19, final=True))
        lane.wait_archived(recorder)
        if killed:
            assert lane.fault("head.bad_signature").number == 9
    parts = [item for item in relay.feed() if isinstance(item, PartArchived)]
    assert [part.unsigned for part in parts] == [[]]
    heads = []
    for path in (relay.data / "vault" / "parts").rglob("*.mzp"):
        with path.open("rb") as file:
            heads += [
                decode_head(data).number for kind, _, data in read_part(file) if kind is Entry.HEAD
            ]
    assert heads == [4, 14, 19]
    assert relay.audit()["ok"]


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        (b"MZF1 short", "fragment.malformed"),
        (b"what?", "message.unknown"),
        (b"MZI1" + bytes(10), "init.malformed"),
        (b"MZH1" + bytes(10), "head.malformed"),
    ],
)
def test_malformed_frames_close_the_socket_only(
    standing: RunningRelay, frame: bytes, code: str
) -> None:
    device = standing.device()
    recorder = device.recorder()
    with device.lane() as lane:
        lane.begin(recorder)
        lane.send(frame)
        assert lane.fault(code).fatal
    with device.lane() as lane:
        lane.publish(recorder)
        lane.wait_archived(recorder)


def test_an_oversized_frame_is_refused(standing: RunningRelay) -> None:
    device = standing.device()
    recorder = device.recorder()
    header = decode_header(recorder.frames[0])
    big = bytes(4 * 1024 * 1024 + 1)
    frame = make_frame(header._replace(length=len(big), sha=hashlib.sha256(big).digest()), big)
    with device.lane() as lane:
        lane.begin(recorder)
        lane.send(frame)
        assert lane.fault("fragment.too_large").fatal
    with device.lane() as lane:
        lane.begin(recorder)
        with contextlib.suppress(ConnectionClosed):
            lane.send(bytes(9 * 1024 * 1024))
        with pytest.raises(ConnectionClosed) as closed:
            lane.until(lambda _: False)
        # who still sends when the relay closes may see the reset before the reason
        assert closed.value.rcvd is None or closed.value.rcvd.code == 1009


def test_unknown_and_malformed_messages_close_the_socket(standing: RunningRelay) -> None:
    device = standing.device()
    for text, code in (('{"t":"sing"}', "message.unknown"), ("[]", "message.malformed")):
        with device.lane() as lane:
            lane.connection.send(text)
            assert lane.fault(code).fatal


def test_a_fragmented_message_is_put_together(standing: RunningRelay) -> None:
    device = standing.device()
    recorder = device.recorder()
    with device.lane() as lane:
        lane.begin(recorder)
        frame = recorder.frames[0]
        lane.connection.send([frame[:100], frame[100:200], frame[200:]])
        lane.wait_received(recorder, {0})


def test_seventeen_open_recordings_are_too_many(standing: RunningRelay) -> None:
    device = standing.device()
    with device.lane() as lane:
        for counter in range(1, 18):
            lane.say(Open(device.recorder(counter=counter).opening))
        lane.fault("stream.too_many_recordings")


def test_another_devices_recording_is_not_spoken_of(standing: RunningRelay) -> None:
    device, other = standing.device(), standing.device()
    recorder = device.recorder()
    with device.lane() as lane:
        lane.publish(recorder)
        lane.wait_archived(recorder)
    with other.lane() as lane:
        assert not lane.holdings(recorder.id).opened
        lane.send(recorder.frames[0])
        lane.fault("recording.not_yours")


def test_a_full_disk_refuses_new_recordings(make_relay: Make) -> None:
    relay = make_relay(min_free_bytes=1 << 60)
    device = relay.device()
    with device.lane() as lane:
        lane.say(Open(device.recorder().opening))
        lane.fault("relay.disk_full")
    assert not [item for item in relay.feed() if isinstance(item, RecordingOpened)]
    assert "relay.disk_full" in relay.log.read_text()


def test_a_log_that_cannot_grow_never_acknowledges(make_relay: Make) -> None:
    """A file size limit stands in for the disk's end: the write itself fails."""
    relay = make_relay()
    device = relay.device()
    recorder = device.recorder()
    assert relay.process is not None
    with device.lane() as lane:
        lane.begin(recorder)
        lane.send(*recorder.frames[:2])
        lane.wait_received(recorder, {0, 1})
        segment = max((relay.data / "log").iterdir())
        limit = segment.stat().st_size + 1000
        resource.prlimit(relay.process.pid, resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
        lane.send(recorder.frames[2])
        assert lane.fault("relay.log_failed").fatal
        assert lane.received() == {(recorder.id, 0), (recorder.id, 1)}
    unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    resource.prlimit(relay.process.pid, resource.RLIMIT_FSIZE, unlimited)
    with device.lane() as lane:
        assert lane.holdings(recorder.id).received == [(0, 1)]
        lane.publish(recorder)
        lane.wait_archived(recorder)
    assert relay.audit()["ok"]
