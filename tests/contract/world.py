"""A small fixed world: keys, ids and times from which the golden bytes were made.

Nothing here is random, so whatever is signed comes out the same each time.
"""

from __future__ import annotations

import msgspec
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from schemas import keys, ledger, records, second
from schemas.measures import served
from schemas.measures.served import ServedEnd, ServedLine
from schemas.media import encrypt, fragment, head, opening
from schemas.sign import Ed25519Signer, Envelope, HashAlg, digest, sha256_hex, sign_envelope

DAY_MS = 86_400_000
ARRIVAL_MS = 1_773_297_000_000  # 2026-03-12 14:30:00 in the court's zone
OPENED_MS = ARRIVAL_MS + 60_000

ROOT = Ed25519Signer(b"\x01" * 32)
CENTRE = Ed25519Signer(b"\x02" * 32)
RELAY = Ed25519Signer(b"\x03" * 32)
DEVICE = Ed25519Signer(b"\x04" * 32)
INGEST_SECRET = b"\x05" * 32
STORAGE_KEY = b"\x06" * 32
RECORDING_KEY = b"\x07" * 32
STRANGER = Ed25519Signer(b"\x08" * 32)


def fixed_id(number: int) -> str:
    """Return the `number`th id of this world; it looks like a UUIDv7."""
    return f"0195a3c0-0000-7000-8000-{number:012x}"


COURT_ID, RELAY_ID, DEVICE_ID, OFFICER_ID, SECOND_ID = (fixed_id(n) for n in range(1, 6))
CASE_ID, OPERATION_ID, RECORDING_ID, FORMER_ID, RECORD_ID = (fixed_id(n) for n in range(6, 11))
MEASURE_ID, BUNDLE_ID, PART_ID, ORDER_ID, TICKET_ID = (fixed_id(n) for n in range(11, 16))
ENTRY_ID, INGEST_ID = fixed_id(16), fixed_id(17)

INIT = b"\x00\x00\x00\x18ftypiso6" + b"a small init segment"
PHOTO = b"\xff\xd8\xff\xe0 a photo of a lathe \xff\xd9"


def payload(number: int) -> bytes:
    """Return the stand-in for the media bytes of a fragment."""
    return b"\x00\x00\x00\x10moof\x00\x00\x00\x18mdat" + number.to_bytes(4, "big") * 3


def certificate(
    issuer: Ed25519Signer, public: bytes, use: keys.Use, holder: str, name: str
) -> Envelope:
    """Return a certificate that is good for ten years around the story."""
    stated = keys.KeyCertificate(
        key=sha256_hex(public),
        alg="x25519" if use is keys.Use.INGEST else "ed25519",
        public=public,
        use=use,
        holder=holder,
        name=name,
        protection="file",
        issued_ms=ARRIVAL_MS - DAY_MS,
        not_before_ms=ARRIVAL_MS - DAY_MS,
        not_after_ms=ARRIVAL_MS + 3650 * DAY_MS,
    )
    return sign_envelope(issuer, keys.CERTIFICATE, stated)


def ingest_public() -> bytes:
    """Return the raw public bytes of the court's ingest key."""
    private = X25519PrivateKey.from_private_bytes(INGEST_SECRET)
    return private.public_key().public_bytes_raw()


def certificates() -> list[Envelope]:
    """Return root, centre, relay, ingest and device, root first."""
    return [
        certificate(ROOT, ROOT.public, keys.Use.ROOT, COURT_ID, "南江市临江区人民法院"),
        certificate(ROOT, CENTRE.public, keys.Use.CENTRE, COURT_ID, "指挥中心"),
        certificate(ROOT, RELAY.public, keys.Use.RELAY, RELAY_ID, "relay-1"),
        certificate(ROOT, ingest_public(), keys.Use.INGEST, RELAY_ID, "relay-1 ingest"),
        certificate(CENTRE, DEVICE.public, keys.Use.DEVICE, DEVICE_ID, "执法记录仪 3 号"),
    ]


def challenge() -> Envelope:
    """Return what the centre signed at the device's last contact."""
    stated = opening.ContactChallenge(DEVICE_ID, "4f3a", ARRIVAL_MS - 30_000, 6)
    return sign_envelope(CENTRE, opening.CHALLENGE, stated)


def rendition_info() -> opening.RenditionInfo:
    """Return the facts of the full rendition."""
    return opening.RenditionInfo(
        1, "avc1.42c01f,mp4a.40.2", sha256_hex(INIT), 12_800, 960, 540, 25_000, 48_000
    )


def stated_opening(wrapped_key: bytes) -> opening.RecordingOpening:
    """Return the opening's payload around a wrapped key."""
    return opening.RecordingOpening(
        recording=RECORDING_ID,
        device=DEVICE_ID,
        device_key=DEVICE.key,
        counter=7,
        officer=OFFICER_ID,
        operation=OPERATION_ID,
        opened_wall_ms=OPENED_MS,
        opened_mono_ms=5_000_000,
        boot=fixed_id(30),
        source=opening.Source.CAMERA,
        app="0.1.0",
        key_protection="file",
        renditions=[rendition_info()],
        fragment_ms=200,
        gop_ms=1000,
        reason="start",
        former=[opening.FormerHead(FORMER_ID, 1, 41, "ab" * 32)],
        challenge=challenge(),
        wrapped_key=wrapped_key,
        ingest_key=sha256_hex(ingest_public()),
    )


def header(number: int, previous: bytes, body: bytes) -> fragment.Header:
    """Return the header of fragment `number`, 200 ms each from the opening on."""
    return fragment.Header(
        rendition=fragment.Rendition.FULL,
        recording=RECORDING_ID,
        officer=OFFICER_ID,
        number=number,
        media_start=number * 2_560,
        media_duration=2_560,
        wall_ms=OPENED_MS + number * 200,
        mono_ms=5_000_000 + number * 200,
        length=len(body),
        sha=digest(HashAlg.SHA256, body),
        previous=previous,
        key_frame=number % 5 == 0,
        place=fragment.Place(231_291_000, 1_132_644_000, 850),
    )


def chain(opening_payload: bytes, count: int) -> tuple[list[bytes], bytes]:
    """Return `count` frames of the full rendition and the link after the last."""
    link, frames = fragment.first_link(opening_payload, 1), []
    for number in range(count):
        body = payload(number)
        frame = fragment.make_frame(header(number, link, body), body)
        frames.append(frame)
        link = fragment.link(frame)
    return frames, link


def signed_head(
    number: int, link: bytes, *, final: bool = False, signer: Ed25519Signer = DEVICE
) -> bytes:
    """Return the head after fragment `number`, the device's or another's."""
    wall_ms = OPENED_MS + (number + 1) * 200
    mono_ms = 5_000_000 + (number + 1) * 200
    stated = head.Head(fragment.Rendition.FULL, RECORDING_ID, number, link, wall_ms, mono_ms, final)
    return head.sign_head(stated, signer)


def seize_record() -> records.FieldRecord:
    """Return the field record of a seizure of movables with one photo."""
    photo = records.ExhibitRef(sha256_hex(PHOTO), len(PHOTO), "image/jpeg", "photo")
    item = records.SeizedItem(
        1, "数控车床", 1, "台", "沈阳机床 CAK5085", "SN-2019-0417", "可运行", 18_500_000,
        [photo.sha256], records.FootageAt(RECORDING_ID, 3, OPENED_MS + 600),
    )  # fmt: skip
    body = records.SeizeMovables(
        started_ms=OPENED_MS,
        finished_ms=OPENED_MS + 1_000,
        place_text="临江区工业三路 8 号 2 号厂房",
        items=[item],
        custodian="被执行人",
        storage_place="原地",
        attendees=[
            records.Attendee("debtor", "陈某", True, records.SignedHow.REFUSED, "电话", "有异议")
        ],
        not_exempt=True,
        control_from="2026-03-12",
        control_to="2028-03-11",
    )
    return records.FieldRecord(
        RECORD_ID, DEVICE_ID, OFFICER_ID, OPERATION_ID, CASE_ID, OPENED_MS + 1_100, 5_001_100,
        fixed_id(30), "0.1.0", body, SECOND_ID, records.Where(23.1291, 113.2644, 8.5),
        records.FootageAt(RECORDING_ID, 4, OPENED_MS + 800), [photo],
    )  # fmt: skip


def search_act() -> records.FieldAct:
    """Return a search by its form: a step done, a step left out, a list, people, photos."""
    return records.FieldAct(
        form="search",
        version=1,
        started_ms=OPENED_MS,
        finished_ms=OPENED_MS + 1_000,
        place_text="临江区桐花街 27 号",
        facts={"warrant": "（2026）粤0199执2187号", "searched": "二楼书房", "found": "账簿三册"},
        attendees=[records.Attendee("被执行人", "黎某", True, records.SignedHow.SIGNED)],
        steps=[
            records.ActStep("ANNOUNCE", OPENED_MS + 100),
            records.ActStep("SHOW_PAPER", OPENED_MS + 200, "受到阻碍"),
        ],
        items=[records.SeizedItem(1, "账簿", 3, "册")],
        photos=[sha256_hex(PHOTO)],
        custodian="法院",
        storage_place="证物室",
        note="门锁由开锁人员打开",
    )


def serve_act() -> records.FieldAct:
    """Return a service by the first version of its form: one paper, left, seen by a witness."""
    return records.FieldAct(
        form="serve", version=1, started_ms=OPENED_MS, finished_ms=OPENED_MS + 1_000,
        place_text="临江区桐花街 27 号",
        facts={"served_paper": "（2026）粤0199执2187号之一", "serve_method": "LEFT",
               "receiver": "黎某", "relation": "本人"},
        attendees=[
            records.Attendee("DEBTOR", "黎某", True, records.SignedHow.REFUSED, "当场", "不接"),
            records.Attendee("WITNESS", "罗某", True, records.SignedHow.SIGNED),
        ],
        steps=[records.ActStep("SHOW_PAPER", OPENED_MS + 200)],
        photos=[sha256_hex(PHOTO)],
    )  # fmt: skip


def serve_lines_act() -> records.FieldAct:
    """Return a service line by line: one paper signed for, one taken back."""
    lines = [
        ServedLine(
            ServedEnd.SIGNED, 1, 1, fixed_id(70), "（2026）粤0199执2187号之一", "执行裁定书"
        ),
        ServedLine(ServedEnd.REFUSED, 1, 2, "", "（2026）粤0199执2187号之二", "", "要求先复议"),
    ]
    return records.FieldAct(
        form="serve", version=2, started_ms=OPENED_MS, finished_ms=OPENED_MS + 1_000,
        place_text="临江区桐花街 27 号",
        facts={"addressee": "黎某", "served": served.written(lines)},
        attendees=[records.Attendee("DEBTOR", "黎某", True, records.SignedHow.SIGNED)],
        steps=[records.ActStep("SHOW_PAPER", OPENED_MS + 200)],
    )  # fmt: skip


def handwriting() -> records.Handwriting:
    """Return a handwriting image of two strokes under a paper."""
    return records.Handwriting(
        sha256_hex(b"pages"), "保管人", "罗以安", OPENED_MS, DEVICE_ID, 380, 170,
        [[(10, 20), (30, 40)], [(50, 60)]],
    )  # fmt: skip


def ledger_entry() -> ledger.LedgerEntry:
    """Return the ledger entry of the seizure."""
    return ledger.LedgerEntry(
        ENTRY_ID, OPENED_MS + 2_000, "measure:movables:executed", OFFICER_ID, MEASURE_ID,
        sha256_hex(msgspec.json.encode(seize_record())), {"record": RECORD_ID, "case": CASE_ID},
    )  # fmt: skip


def wrapped_to_court() -> bytes:
    """Return the recording key wrapped to the court (random: another one each time)."""
    return encrypt.wrap_to_court(RECORDING_KEY, RECORDING_ID, ingest_public())


def confirmed_here() -> second.ConfirmedHere:
    """Return the second officer's signature over an act, by a key of his own on the device."""
    said = second.SecondConfirmation(
        RECORD_ID, sha256_hex(b"the act"), DEVICE_ID, SECOND_ID, OPENED_MS
    )
    signer = Ed25519Signer(b"\x09" * 32)
    return second.ConfirmedHere(sign_envelope(signer, second.SECOND_CONFIRMATION, said))
