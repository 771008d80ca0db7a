"""The people of an act while they are entered: present, called, or refusing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from field_app.window.words import on_paper
from schemas.measures.people import ATTENDEE_WORDS
from schemas.records import Attendee, SignedHow

ATTENDEE_KINDS = tuple(zh for zh, _en in ATTENDEE_WORDS.values())
DEBTOR_SIDE = ("被执行人", "成年家属", "法定代表人", "主要负责人")
OUTSIDE_SIDE = ("基层组织代表", "工作单位代表")
CUSTODIAN_KIND = "保管人"
_UNSIGNED = (SignedHow.REFUSED, SignedHow.UNABLE)


@dataclass
class PaperDraft:
    """A typeset paper: its digest, what it says, and the act that it was written from; the slip of
    remedies, the receipt for cash and the seal tags with it. missing: characters that the font
    cannot print; photos: of its printed pages, signed by hand."""

    sha256: str
    lines: list[str]
    written_from: str
    mark: str = ""
    pages: int = 1
    slip: str = ""
    slip_lines: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    photos: list[str] = field(default_factory=list)
    receipt: str = ""
    receipt_lines: list[str] = field(default_factory=list)
    tags: str = ""
    tag_lines: list[str] = field(default_factory=list)

    @property
    def papers(self) -> list[str]:
        """The digests of what was typeset."""
        return [one for one in (self.sha256, self.slip, self.receipt, self.tags) if one]

    def shown(self, which: str) -> tuple[str, list[str]]:
        """Return digest and lines of the `record`, the `slip`, the `receipt` or the `tags`."""
        match which:
            case "slip":
                return self.slip, self.slip_lines
            case "receipt":
                return self.receipt, self.receipt_lines
            case "tags":
                return self.tags, self.tag_lines
        return self.sha256, self.lines

    @property
    def named_missing(self) -> str:
        """The characters that cannot be printed, by their code points: no font shows them."""
        return " ".join(f"U+{ord(one):04X}" for one in self.missing)

    @property
    def code(self) -> str:
        """The short code of the pages: `7C21 E04B`."""
        return f"{self.sha256[:4]} {self.sha256[4:8]}".upper()


@dataclass
class AttendeeDraft:
    """A person present, called, or refusing, while he is entered."""

    kind: str = ATTENDEE_KINDS[0]
    name: str = ""
    attended: bool = True
    signed: SignedHow = SignedHow.NOT_YET
    refusal_reason: str = ""
    notified_how: str = ""
    signature: str = ""

    @property
    def to_explain(self) -> str:
        """Return what needs a reason: `absent`, `refused`, `unable`, or nothing."""
        if not self.attended:
            return "absent"
        return self.signed.value if self.signed in _UNSIGNED else ""

    def written(self) -> Attendee:
        """Return the person as the record writes him."""
        return Attendee(
            kind=self.kind,
            name=self.name.strip(),
            attended=self.attended,
            signed=self.signed if self.attended else SignedHow.NOT_YET,
            refusal_reason=on_paper(self.refusal_reason.strip(), "reason"),
            notified_how=on_paper(self.notified_how.strip(), "notified"),
            signature_sha256=self.signature or None,
        )


def people_of(people: Iterable[AttendeeDraft]) -> list[Attendee]:
    """Return the people present as the record writes them."""
    return [one.written() for one in people]
