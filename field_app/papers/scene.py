"""The papers of an act at the scene: typeset, signed on glass or on paper, printed."""

from __future__ import annotations

import re

import msgspec

from field_app.device.identity import Identity
from field_app.device.voice import Voice
from field_app.local_api.papers import (
    PrintArgs,
    Printed,
    ReadAloudArgs,
    SignArgs,
    Signed,
    SignOnPaperArgs,
    Typeset,
    TypesetArgs,
)
from field_app.papers.glyphs import missing
from field_app.papers.printing import Printers
from field_app.papers.receipt import write_receipt
from field_app.papers.slip import write_slip
from field_app.papers.tag import write_tags
from field_app.papers.typeset import typeset
from field_app.papers.written import Written, write
from field_app.spool.outbox import ItemKind
from field_app.spool.spool import Spool
from field_app.sync.session import Session
from schemas.ids import short_id
from schemas.problems import Kind, MzError
from schemas.records import Handwriting, SignedPages
from schemas.sign import sha256_hex
from schemas.time import now_ms

_COUNT = re.compile(rb"/Count (\d+)")


class Papers:
    """What is typeset or signed here is kept as an exhibit and goes out with the act."""

    def __init__(
        self, identity: Identity, spool: Spool, session: Session, printers: Printers, voice: Voice
    ) -> None:
        self._identity, self._spool = identity, spool
        self._session, self._printers, self._voice = session, printers, voice

    def typeset(self, args: TypesetArgs) -> Typeset:
        """Keep record and list of an act as pages, the slip of remedies and a receipt for cash,
        whose digests the record names, and its seal tags. Errors: `operation.unknown`."""
        brief = self._session.operation(args.operation)
        enrolled = self._identity.court()[0].enrolled
        names = {one.officer: one.name for one in brief.crew}
        second = names.get(args.second_officer or "", "")
        officers = [name for name in (self._identity.officer.name, second) if name]
        slip = write_slip(args.body, brief, enrolled.court)
        slip_sha256, _pages = self._keep(slip)
        receipt = write_receipt(args.body, brief, enrolled.court, officers)
        receipt_sha256 = self._keep(receipt)[0] if receipt else ""
        tags = write_tags(args.body, brief, enrolled.court, self._identity.court()[0].centre_url)
        tags_sha256 = self._keep(*tags)[0] if tags else ""
        paper = write(args.body, brief, enrolled.court, officers, slip_sha256, receipt_sha256)
        sha256, pages = self._keep(paper)
        lines, receipt_lines = paper.lines(), receipt.lines() if receipt else []
        tag_lines = [line for tag in tags for line in tag.lines()]
        return Typeset(
            sha256, lines, pages, slip_sha256, slip.lines(),
            missing([*lines, *slip.lines(), *receipt_lines, *tag_lines]), receipt_sha256,
            receipt_lines, tags_sha256, tag_lines,
        )  # fmt: skip

    def sign(self, args: SignArgs) -> Signed:
        """Keep a handwriting image bound to a kept paper; `exhibit.unknown`."""
        self._require(args.paper, ItemKind.PAPER)
        at_ms = now_ms()
        image = Handwriting(
            args.paper, args.kind, args.name, at_ms, self._identity.device, args.width,
            args.height, args.strokes,
        )  # fmt: skip
        return self._keep_signature(msgspec.json.encode(image), args.name, at_ms)

    def sign_on_paper(self, args: SignOnPaperArgs) -> Signed:
        """Keep that somebody signed the printed pages, of which each was photographed.

        Errors: `exhibit.unknown`, `paper.pages_missing`.
        """
        self._require(args.paper, ItemKind.PAPER)
        for photo in args.photos:
            self._require(photo, ItemKind.PAGE, ItemKind.PHOTO)  # photos: of forms begun before
        found = _COUNT.search(self._spool.outbox.body(args.paper))
        pages = int(found[1]) if found else 1
        if len(args.photos) != pages:
            raise MzError("paper.pages_missing", Kind.INVALID, f"{len(args.photos)}/{pages}")
        at_ms = now_ms()
        signed = SignedPages(
            args.paper, args.kind, args.name, at_ms, self._identity.device, list(args.photos)
        )
        return self._keep_signature(msgspec.json.encode(signed), args.name, at_ms)

    def read_aloud(self, args: ReadAloudArgs) -> None:
        """Read lines of a paper out. Errors: `voice.absent`, `voice.too_long`."""
        self._voice.read(args.lines)

    def stop_reading(self) -> None:
        """Be silent."""
        self._voice.stop()

    def printers(self) -> list[str]:
        """Return the names of the printers that there are."""
        return [one.name for one in self._printers.all()]

    def print(self, args: PrintArgs) -> Printed:
        """Print a kept paper; `exhibit.unknown`, `printer.unknown`, `printer.failed`."""
        self._require(args.paper, ItemKind.PAPER)
        pdf = self._spool.outbox.body(args.paper)
        title = f"{self._spool.outbox.item(args.paper).title} {short_id(args.paper)}"
        return Printed(self._printers.get(args.printer).print(pdf, title))

    def _keep(self, written: Written, *more: Written) -> tuple[str, int]:
        data, pages = typeset(written, *more)
        self._spool.outbox.put_exhibit(data, written.title, now_ms(), ItemKind.PAPER)
        return sha256_hex(data), pages

    def _keep_signature(self, data: bytes, name: str, at_ms: int) -> Signed:
        self._spool.outbox.put_exhibit(data, f"签名 {name}", at_ms, ItemKind.SIGNATURE)
        return Signed(sha256_hex(data))

    def _require(self, sha256: str, *kinds: ItemKind) -> None:
        if self._spool.outbox.exhibit(sha256).kind not in kinds:
            raise MzError("exhibit.unknown", Kind.INVALID, sha256[:16])
