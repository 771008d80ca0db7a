"""A paper from elsewhere, and a notice that a party acknowledged, in a package with its ledger."""

from __future__ import annotations

import msgspec

from schemas import bundle, ledger
from schemas.sign import Envelope, sha256_hex, sign_envelope
from tests.contract import bundles, world
from tests.contract.bundles import Files, encoded

PDF = b"%PDF-1.7 a ruling made elsewhere, as far as its digest goes"
TEXT = "贺建平：您的工业缝纫机已被查封，期限至2028年3月11日。".encode()
PAPER_ID, LARGE_ID, NOTICE_ID = world.fixed_id(90), world.fixed_id(91), world.fixed_id(92)
PARTY_ID = world.fixed_id(93)
PAPER, NOTICE = f"papers/{sha256_hex(PDF)}", f"notices/{sha256_hex(TEXT)}"
LARGE_SHA = "ab" * 32
KEPT_MS = bundles.MADE_MS - 45_000


def paper(**changes: object) -> bundle.PaperFact:
    """Return the fact of the paper."""
    stated = bundle.PaperFact(
        PAPER_ID, "IMPORTED", "执行裁定书", "（2026）粤01执异7号", True, KEPT_MS,
        sha256_hex(PDF), len(PDF), True,
    )  # fmt: skip
    return msgspec.structs.replace(stated, **changes)


def facts(**changes: object) -> bundle.BundleFacts:
    """Return the centre's facts with a paper, one too large for the package, and a notice."""
    stated = msgspec.json.decode(bundles.facts().payload, type=bundle.BundleFacts)
    large = paper(paper=LARGE_ID, sha256=LARGE_SHA, size=30_000_000, packed=False)
    told = bundle.Acknowledged(
        NOTICE_ID, world.MEASURE_ID, PARTY_ID, "PORTAL", sha256_hex(TEXT), KEPT_MS + 5_000
    )
    named = msgspec.structs.replace(stated, papers=[paper(), large], acknowledged=[told])
    return msgspec.structs.replace(named, **changes)


def files(*, unrecorded: str = "", **changes: object) -> Files:
    """Return the files of a package; unrecorded: of this subject the ledger has no entry."""
    found = bundles.good_files()
    found["facts.json"] = encoded(sign_envelope(world.CENTRE, bundle.FACTS, facts(**changes)))
    record = msgspec.json.decode(found[bundles.RECORD], type=Envelope)
    kept = [
        ("measure:movables:executed", world.MEASURE_ID, record.payload_sha256()),
        ("case:paper:imported", PAPER_ID, sha256_hex(PDF)),
        ("case:paper:imported", LARGE_ID, LARGE_SHA),
        ("party:notice:delivered", NOTICE_ID, sha256_hex(TEXT)),
        ("party:notice:acked", NOTICE_ID, sha256_hex(TEXT)),
    ]
    told = [one for one in kept if one[1] != unrecorded or one[0].endswith("delivered")]
    return found | {PAPER: PDF, NOTICE: TEXT} | _ledger(told)


def _ledger(kept: list[tuple[str, str, str]]) -> Files:
    entries = [
        encoded(ledger.LedgerEntry(world.fixed_id(94 + at), KEPT_MS, tag, world.OFFICER_ID,
                                   subject, digest))
        for at, (tag, subject, digest) in enumerate(kept)
    ]  # fmt: skip
    return bundles.proven(entries)


def good() -> bytes:
    """Return the good package with papers."""
    return bundles.packed(bundles.listed(files()))


def _other_paper() -> bytes:
    """Whoever holds the relay's key puts another paper in its place, and signs the list again."""
    return bundles.packed(bundles.listed(files() | {PAPER: PDF.replace(b"ruling", b"rulers")}))


def _other_text() -> bytes:
    """The text that was acknowledged was altered after it was packed."""
    whole = bundles.listed(files())
    return bundles.packed(whole | {NOTICE: TEXT.replace(b"2028", b"2029")})


GOOD = {"good_bundle_papers": good}
BAD = {"2_digests_notice": _other_text, "7_exhibits_paper": _other_paper}
