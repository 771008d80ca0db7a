"""Packages with a private interval: closed, opened, and closed without the device's word."""

from __future__ import annotations

import msgspec

from schemas import bundle
from schemas.media import fragment
from schemas.sign import sign_envelope
from tests.contract import bundles, world
from tests.contract.bundles import STREAM, Files, encoded

PRIVATE = range(4, 9)
FROM_MS, TO_MS = world.OPENED_MS + 4 * 200, world.OPENED_MS + 9 * 200
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
    interval = bundle.PrivateFact(
        world.fixed_id(50), world.DEVICE_ID, "书记员", FROM_MS, TO_MS, openings
    )
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
