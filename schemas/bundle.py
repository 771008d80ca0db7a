"""The evidence package (Bundle): one zip, stored without compression, that proves itself.

    bundle.json                      envelope bundle_manifest/1, signed by the relay that packed it
    keys/certificates.json           [Envelope key_certificate/1, …] root first
    keys/revocations.json            [Envelope key_revocation/1, …]
    facts.json                       envelope bundle_facts/1, signed by the centre
    ledger/head.json                 envelope tree_head/1, signed by the centre
    ledger/inclusions.json           [Inclusion, …]
    records/<record id>.json         envelope field_record/1
    exhibits/<sha256>                bytes of an exhibit
    papers/<sha256>                  PDF of a paper of the case
    notices/<sha256>                 text of a notice that its party acknowledged, UTF-8
    recordings/<id>/opening.json     envelope recording_opening/1
    recordings/<id>/<rendition>/init.mp4
    recordings/<id>/<rendition>/fragments.mzf   fragment frames, ascending by number
    recordings/<id>/<rendition>/closed.mzf      headers alone of private fragments, not opened
    recordings/<id>/<rendition>/heads.mzh       signed heads, ascending
    recordings/<id>/archived.json    [Envelope archived/1, …] signed by the relay

The zip is strict, so that every byte of it is accounted for: members stored, contiguous from byte
0, in the directory's order, with the same attributes, no comments, no extra fields but zip64's.
Every file but `bundle.json` is listed in the manifest with size and SHA-256. The verifier and
the root's fingerprint come from outside the package.
"""

from __future__ import annotations

import msgspec

from schemas.sign import Envelope

MANIFEST = "bundle_manifest/1"
FACTS = "bundle_facts/1"


class BundleFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file of the package."""

    path: str
    size: int
    sha256: str


class BundleManifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Payload of `bundle_manifest/1`."""

    bundle: str
    relay: str
    packed_ms: int
    files: list[BundleFile]


class FootageFact(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A recording of the operation and the last number the centre knows of, by rendition."""

    recording: str
    device: str
    rendition: int
    last: int | None
    ended: bool


class UnseenCounters(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Recording counters of a device, both included, of which no recording ever reached us."""

    device: str
    first: int
    last: int


class PrivateOpening(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Two persons opened a private interval: one asked, another agreed; for whom, until when."""

    asked_by: str
    opened_by: str
    viewer: str
    reason: str
    opened_ms: int
    until_ms: int


class PrivateFact(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A private interval by its device's wall clock, who began it, and who opened it to whom."""

    interval: str
    device: str
    officer: str
    from_ms: int
    to_ms: int | None
    openings: list[PrivateOpening]


class PaperFact(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An issued paper: made elsewhere and registered at `kept_ms`, or stamped here then. packed:
    whether its bytes are in the package; the court keeps what is too large for it."""

    paper: str
    kind: str
    title: str
    number: str
    imported: bool
    kept_ms: int
    sha256: str
    size: int
    packed: bool


class Acknowledged(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A party confirmed that it took note of a notice about a measure of this operation."""

    notice: str
    measure: str
    party: str
    channel: str
    text_sha256: str
    acknowledged_ms: int


class SecondKeyFact(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A second officer's own key on a colleague's device, by which he confirmed an act: `public`
    as raw Ed25519, enrolled and perhaps revoked at these times by the centre's clock."""

    key: str
    public: bytes
    officer: str
    name: str
    device: str
    enrolled_ms: int
    revoked_ms: int | None = None


class BundleFacts(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Payload of `bundle_facts/1`: what the centre says the package is about.

    `arrival_ms` and `withdrawal_ms` bound the continuity check. `presiding`: officers whose
    fault notes count. `unseen`: gaps in the counters of the devices that recorded here.
    `private`: intervals whose viewing is closed, by staff's names. `talk`: what was said over the
    radio, each a `talk_burst/1` of the relay; the sound is the exhibit that it names. `closed`:
    digests of exhibits that were taken in private intervals and are left out. `copies`: what
    relays signed of derived copies of this footage (`derived/1`). `papers`: issued papers of the
    case that came from elsewhere, and receipts of service (回证). `acknowledged`: what parties
    confirmed to have read. `seconds`: keys of second officers that the records' confirmations
    name; the ledger's entry of each enrolment is in the package.
    """

    bundle: str
    court: str
    case: str
    case_number: str
    operation: str
    arrival_ms: int | None
    withdrawal_ms: int | None
    footage: list[FootageFact]
    records: list[str]
    exhibits: list[str]
    measures: list[str]
    made_ms: int
    presiding: list[str] = []
    unseen: list[UnseenCounters] = []
    private: list[PrivateFact] = []
    talk: list[Envelope] = []
    closed: list[str] = []
    copies: list[Envelope] = []
    papers: list[PaperFact] = []
    acknowledged: list[Acknowledged] = []
    seconds: list[SecondKeyFact] = []


class BundleRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Centre → caller → relay `POST /v1/bundles` (export ticket): files made by the centre, by
    path, and the recordings and exhibits the relay adds. The answer is the zip."""

    bundle: str
    files: dict[str, bytes]
    recordings: list[str]
    exhibits: list[str]
