"""Packages with a private interval: closed, opened, and closed without the device's word; a photo
and a burst of talk of the interval, left out."""

from __future__ import annotations

import msgspec

from schemas import bundle, feed, records
from schemas.media import fragment
from schemas.sign import Envelope, decode_payload, sha256_hex, sign_envelope
from tests.contract import bundles, talking, world
from tests.contract.bundles import RECORD, STREAM, Files, encoded

PRIVATE = range(4, 9)
FROM_MS, TO_MS = world.OPENED_MS + 4 * 200, world.OPENED_MS + 9 * 200
INTERVAL = world.fixed_id(50)
OPENING = bundle.PrivateOpening(
    "值班员", "局长", "法官", "复核搜查过程", world.OPENED_MS + 60_000, world.OPENED_MS + 3_660_000
)


def chain() -> tuple[list[bytes], bytes]:
    """Return twelve frames, five of them private, and the link after the last."""
    frames: list[bytes] = []
    link = fragment.first_link(bundles.golden_opening().payload, 1)
    for number in range(bundles.FRAGMENTS):
        body = world.payload(number)
        header = world.header(number, link, body)._replace(private=number in PRIVATE)
        frames.append(fragment.make_frame(header, body))
        link = fragment.link(frames[-1])
    return frames, link


def facts(openings: list[bundle.PrivateOpening]) -> bundle.BundleFacts:
    """Return the centre's facts with the interval and who opened it."""
    stated = msgspec.json.decode(bundles.facts().payload, type=bundle.BundleFacts)
    interval = bundle.PrivateFact(INTERVAL, world.DEVICE_ID, "书记员", FROM_MS, TO_MS, openings)
    return msgspec.structs.replace(stated, private=[interval])


def closed_files(hidden: range = PRIVATE) -> Files:
    """Return the files of a package in which fragments are bare headers."""
    frames, link = chain()
    last = bundles.FRAGMENTS - 1
    files = bundles.good_files()
    files["facts.json"] = encoded(sign_envelope(world.CENTRE, bundle.FACTS, facts([])))
    shown = [frame for number, frame in enumerate(frames) if number not in hidden]
    files[f"{STREAM}/fragments.mzf"] = b"".join(shown)
    bare = [frames[number][: fragment.HEADER_BYTES] for number in hidden]
    files[f"{STREAM}/closed.mzf"] = b"".join(bare)
    files[f"{STREAM}/heads.mzh"] = world.signed_head(last, link, final=True)
    return files


def opened_files() -> Files:
    """Return the files of a package that two persons opened."""
    files = closed_files()
    del files[f"{STREAM}/closed.mzf"]
    files[f"{STREAM}/fragments.mzf"] = b"".join(chain()[0])
    files["facts.json"] = encoded(sign_envelope(world.CENTRE, bundle.FACTS, facts([OPENING])))
    return files


def photo_record(private: str = INTERVAL) -> records.FieldRecord:
    """Return a record whose photo was taken in the interval."""
    stated = world.seize_record()
    photo = msgspec.structs.replace(stated.exhibits[0], private=private)
    return msgspec.structs.replace(stated, exhibits=[photo])


def burst(private: tuple[str, ...] = (INTERVAL,)) -> Envelope:
    """Return the relay's word about a burst of talk of the interval."""
    stated = decode_payload(talking.burst(), feed.TALK_BURST, feed.TalkBurst)
    stated = msgspec.structs.replace(stated, private=list(private))
    return sign_envelope(world.RELAY, feed.TALK_BURST, stated)


def closed_exhibits_facts(talk: Envelope | None = None) -> bundle.BundleFacts:
    """Return the centre's facts where photo and talk are closed."""
    closed = sorted((sha256_hex(world.PHOTO), sha256_hex(talking.sound())))
    stated = facts([])
    return msgspec.structs.replace(stated, exhibits=[], talk=[talk or burst()], closed=closed)


def closed_exhibits_files(private: str = INTERVAL, talk: Envelope | None = None) -> Files:
    """Return the files of a package without photo and sound."""
    signed = sign_envelope(world.DEVICE, records.FIELD_RECORD, photo_record(private))
    files = closed_files() | {RECORD: encoded(signed)} | bundles.ledger_files(signed)
    stated = closed_exhibits_facts(talk)
    files["facts.json"] = encoded(sign_envelope(world.CENTRE, bundle.FACTS, stated))
    del files[f"exhibits/{sha256_hex(world.PHOTO)}"]
    return files
