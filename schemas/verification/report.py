"""What a verification says: steps, findings, remarks, and one verdict."""

from __future__ import annotations

from enum import StrEnum

import msgspec

VERIFIED = "verified"
ORIGIN_UNPROVEN = "consistent, origin unproven"


class Sentence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One sentence in both languages, with its stable code."""

    code: str
    zh: str
    en: str


class Status(StrEnum):
    """How a step ended. UNCHECKED: an earlier finding took away what it needs."""

    OK = "ok"
    FOUND = "found"
    UNCHECKED = "unchecked"


class Finding(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something that is not as it should be, and where: a path in the package, a fragment's
    number, the bytes `start` to `end` of that file, both included."""

    sentence: Sentence
    path: str = ""
    number: int | None = None
    start: int | None = None
    end: int | None = None


class Step(msgspec.Struct, forbid_unknown_fields=True):
    """One step; `remarks` are true and worth knowing, and not faults."""

    step: int
    name: str
    title: Sentence
    status: Status = Status.OK
    sentence: Sentence | None = None
    findings: list[Finding] = []
    remarks: list[Sentence] = []

    def found(self, finding: Finding) -> None:
        """Note a finding; the step has failed."""
        self.findings.append(finding)
        self.status = Status.FOUND


class Report(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole. `root` is the fingerprint given from outside, None where none was given."""

    verdict: str
    root: str | None
    bundle: str
    case_number: str
    steps: list[Step]
    not_proven: list[Sentence]

    def exit_code(self) -> int:
        """Return 0 verified, 3 consistent but of unproven origin, 1 something was found."""
        return {VERIFIED: 0, ORIGIN_UNPROVEN: 3}.get(self.verdict, 1)
