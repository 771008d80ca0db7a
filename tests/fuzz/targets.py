"""What reads bytes of the outside: a target takes any bytes, and may refuse them with a code only.

Seeds are the golden messages, so a search begins at what is right and breaks it.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from command_center.footage.clip import AskClip
from media_relay.segment import Record, SegmentReader, SegmentWriter, segment_path
from schemas import bundle, exports, feed, field_api, records, ticket
from schemas.keys import KeyRing
from schemas.media import encrypt, fmp4, fragment, head, opening, part, talk
from schemas.problems import MzError
from schemas.sign import Envelope, decode, decode_payload, from_token
from schemas.stream import (
    decode_first,
    decode_from_desk,
    decode_from_device,
    decode_to_desk,
    decode_to_device,
    decode_to_viewer,
)
from schemas.verification import steps
from tests.contract import world

GOLDEN = Path(__file__).parents[1] / "contract" / "golden"
_AT_HAND = tempfile.TemporaryDirectory(prefix="mz-fuzz-")
_FOLDER = Path(_AT_HAND.name)


class Target(NamedTuple):
    """Reads bytes; `seeds` are patterns of golden files, or bytes made here."""

    read: Callable[[bytes], object]
    seeds: tuple[str, ...] = ()
    made: Callable[[], Iterable[bytes]] = tuple


def refused(target: Target, data: bytes) -> str:
    """Read bytes; return the code of the refusal, or nothing. Anything else is a defect."""
    try:
        target.read(data)
    except MzError as error:
        return error.code
    return ""


def seeds(target: Target) -> list[bytes]:
    """Return where a search begins."""
    files = [path for pattern in target.seeds for path in sorted(GOLDEN.glob(pattern))]
    lines = [line for path in files for line in _whole(path)]
    return [*lines, *target.made()]


def _whole(path: Path) -> list[bytes]:
    """A file of lines holds a message in each."""
    return path.read_bytes().splitlines() if path.suffix == ".jsonl" else [path.read_bytes()]


def _fragment(data: bytes) -> None:
    header, payload = fragment.split_frame(data)
    assert fragment.encode_header(header) == data[: fragment.HEADER_BYTES]
    fragment.check_digest(header, payload)


def _head(data: bytes) -> None:
    head.decode_head(data)
    head.check_head(data, world.DEVICE.public)


def _ticket(data: bytes) -> None:
    token = data.decode("ascii", errors="replace")
    from_token(token)
    ring = KeyRing(world.ROOT.key, world.certificates())
    ticket.check_ticket(token, ring, ticket.Act.PLAY, world.OPENED_MS)


def _envelope(data: bytes) -> None:
    envelope = decode(data, Envelope)
    for kind, model in (
        (records.FIELD_RECORD, records.FieldRecord),
        (opening.OPENING, opening.RecordingOpening),
        (bundle.FACTS, bundle.BundleFacts),
    ):
        if envelope.type == kind:
            decode_payload(envelope, kind, model)  # type: ignore[type-var]
    opening.open_opening(envelope, world.DEVICE.public)


def _json(*models: type) -> Callable[[bytes], object]:
    def read(data: bytes) -> None:
        for model in models:
            try:
                decode(data, model)
            except MzError:
                continue

    return read


def _part(data: bytes) -> None:
    for _ in part.read_part(io.BytesIO(data)):
        pass


def _fmp4(data: bytes) -> None:
    """The first two bytes say how long the init segment is; moof and mdat follow."""
    length = int.from_bytes(data[:2], "big")
    init = fmp4.read_init(data[2 : 2 + length])
    piece = fmp4.read_piece(init, data[2 + length :], b"", 0)
    fmp4.moved_back(init, piece, fmp4.first_time(init, piece))


def _talk(data: bytes) -> None:
    frame = talk.decode_talk(data)
    talk.packet_samples(frame.packet)


def _pages(data: bytes) -> None:
    size, samples = talk.whole_pages(data)
    assert 0 <= size <= len(data)
    assert samples >= 0


def _package(data: bytes) -> None:
    path = _FOLDER / "package.zip"
    path.write_bytes(data)
    steps.verify(path, world.ROOT.key)


def _segment(data: bytes) -> None:
    """A segment of the relay's log as a killed machine or a bad disk leaves it."""
    path = segment_path(_FOLDER, 1)
    path.write_bytes(data)
    with SegmentReader(_FOLDER, 1) as reader:
        for logged in reader:
            assert len(logged.data) <= len(data)
        reader.torn()


def _segments() -> Iterable[bytes]:
    """Two commits of two records each."""
    with tempfile.TemporaryDirectory() as folder:
        writer = SegmentWriter(Path(folder), 1)
        for size in (3, 5_000):
            writer.write([(Record.FRAGMENT, bytes(size)), (Record.HEAD, b"h")])
            writer.sync()
        writer.close()
        yield segment_path(Path(folder), 1).read_bytes()


def _encrypted(data: bytes) -> None:
    encrypt.decrypt_frame(bytes(32), world.RECORDING_ID, 1, 0, data)


TARGETS: dict[str, Target] = {
    "first": Target(decode_first, ("first*.jsonl",)),
    "from_device": Target(decode_from_device, ("from_device*.jsonl",)),
    "from_desk": Target(decode_from_desk, ("from_desk*.jsonl",)),
    "to_device": Target(decode_to_device, ("to_device*.jsonl",)),
    "to_viewer": Target(decode_to_viewer, ("to_viewer*.jsonl",)),
    "to_desk": Target(decode_to_desk, ("to_desk*.jsonl",)),
    "fragment": Target(_fragment, ("fragment*.bin",)),
    "head": Target(_head, ("head*.bin",)),
    "init": Target(opening.split_init, ("init.bin",)),
    "ticket": Target(_ticket, ("ticket*.txt",)),
    "envelope": Target(_envelope, ("*_record.json", "opening.json", "bundle_facts*.json")),
    "requests": Target(
        _json(
            field_api.Enrol,
            field_api.OrderAcknowledgement,
            field_api.Presence,
            AskClip,
            bundle.BundleRequest,
            exports.ExportOrder,
            feed.FeedPage,
        ),
        ("bundle_request.json", "export_order.json", "feed_page*.json"),
    ),
    "part": Target(_part, ("part.bin",)),
    "fmp4": Target(_fmp4),
    "talk": Target(_talk, ("talk.bin",)),
    "talk_pages": Target(_pages),
    "talk_stream": Target(lambda data: talk.OggPackets().add(data)),
    "encrypted": Target(_encrypted, ("encrypted_frame.bin",)),
    "package": Target(_package, ("../good_bundle.zip", "../bad_bundles/4*.zip")),
    "segment": Target(_segment, made=_segments),
}
