"""A derived copy of the recording: signed by centre and relay, in the facts, in the ledger."""

from __future__ import annotations

import io
import zipfile

import msgspec

from schemas import bundle, ledger
from schemas.derived import DERIVATION, DERIVED, Derivation, Derived
from schemas.media import fragment
from schemas.sign import Envelope, sha256_hex, sign_envelope
from tests.contract import bundles, world
from tests.contract.bundles import Files, encoded

FILM = b"a film, as far as its digest goes"
MADE_MS = bundles.MADE_MS - 30_000
WISH = Derivation(
    world.fixed_id(70), world.RECORDING_ID, 1, None, None, "甲律师", "阅卷",
    "供 甲律师 查阅 · 2026-03-12 · 派生副本", [], [], world.OFFICER_ID, MADE_MS - 5_000,
)  # fmt: skip


def copy(**changes: object) -> Envelope:
    """Return the relay's word about the copy."""
    last = bundles.FRAGMENTS - 1
    link = fragment.link(bundles.chain()[0][last]).hex()
    stated = Derived(
        sign_envelope(world.CENTRE, DERIVATION, WISH), world.RECORDING_ID, 1, 0, last, link, 0,
        "derived.mp4", sha256_hex(FILM), len(FILM), world.RELAY_ID, MADE_MS,
    )  # fmt: skip
    return sign_envelope(world.RELAY, DERIVED, msgspec.structs.replace(stated, **changes))


def facts(*copies: Envelope) -> bundle.BundleFacts:
    """Return the centre's facts with the copy, or with others."""
    stated = msgspec.json.decode(bundles.facts().payload, type=bundle.BundleFacts)
    return msgspec.structs.replace(stated, copies=list(copies) or [copy()])


def files(*copies: Envelope, recorded: bool = True) -> Files:
    """Return the files of a package with the copy; recorded: the ledger has an entry of it."""
    found = bundles.good_files()
    stated = facts(*copies)
    found["facts.json"] = encoded(sign_envelope(world.CENTRE, bundle.FACTS, stated))
    record = msgspec.json.decode(found[bundles.RECORD], type=Envelope)
    kept = [record, *stated.copies] if recorded else [record]
    return found | _ledger(kept)


def _ledger(kept: list[Envelope]) -> Files:
    entries = [
        encoded(
            ledger.LedgerEntry(
                world.fixed_id(80 + number), MADE_MS + 1, "recording:copy:made", world.RELAY_ID,
                WISH.derivation, one.payload_sha256(),
            )
        )
        for number, one in enumerate(kept)
    ]  # fmt: skip
    return bundles.proven(entries)


def zipped(film: bytes = FILM, envelope: Envelope | None = None) -> bytes:
    """Return the zip of a copy as a relay hands it out."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as packed:
        for name, raw in (
            ("derived.mp4", film), ("derived.mp4.json", encoded(envelope or copy())),
            ("contents.json", b"[]"),
        ):  # fmt: skip
            packed.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), raw)
    return out.getvalue()
