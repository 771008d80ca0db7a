"""Tickets: the centre says who may do what at a relay, for a short time.

A ticket is an envelope `ticket/1` signed by the centre's key, written as one base64url word in
the first WebSocket frame or in `Authorization: Bearer …`; never in a URL.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from schemas.bridge import ImportTerms
from schemas.keys import KeyRing, Use
from schemas.problems import Kind, MzError
from schemas.sign import decode_payload, from_token

TICKET = "ticket/1"
MAX_CLOCK_SKEW_MS = 5_000


class Act(StrEnum):
    """What a ticket opens."""

    PUBLISH = "publish"  # a device: live and archive lanes, exhibits of its own
    WATCH = "watch"  # live pictures of the named devices
    PLAY = "play"  # archived recordings and exhibits
    EXPORT = "export"  # bundles of the named recordings and exhibits
    TALK = "talk"  # to speak to the named devices
    IMPORT = "import"  # to bring the file of an offline recorder
    QUARANTINE = "quarantine"  # a revoked device: the exhibits that its records name, its footage
    EXAMINE = "examine"  # a person who decides: footage that waits in the quarantine
    FEED = "feed"  # the centre: feed and orders


class Publisher(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The device that a publish ticket speaks of, with its raw public key. It may speak to the
    devices of its `crew`, those of other officers in its `operation`; while it records for another
    operation of its officer, to those that `crews` names under it."""

    device: str
    key: str
    alg: str
    public: bytes
    crew: list[str] = []
    operation: str | None = None
    crews: dict[str, list[str]] = {}

    def speaks_to(self, operation: str) -> tuple[list[str], str | None]:
        """Return to which devices it may speak, and for which operation, while it records for
        `operation`, or for none (""). To no crew for one that the ticket does not name."""
        if not operation or operation == self.operation:
            return self.crew, self.operation
        named = self.crews.get(operation)
        return ([], None) if named is None else (named, operation)


class Opened(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Private footage that a ticket opens: a recording between two wall clocks of its device, ms,
    both included."""

    recording: str
    from_wall_ms: int
    to_wall_ms: int


class Ticket(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`holder` is a staff, grant, device or centre id; lists name what it opens, nothing else.
    `operation` is what a talk is kept under, `imported` the one file that may be brought.
    Private footage of `recordings` stays closed but for what `opened` names; `opened_exhibits` are
    those of `exhibits` that were taken in private."""

    ticket: str
    act: Act
    holder: str
    not_before_ms: int
    not_after_ms: int
    publisher: Publisher | None = None
    devices: list[str] = []
    recordings: list[str] = []
    exhibits: list[str] = []
    opened: list[Opened] = []
    operation: str | None = None
    imported: ImportTerms | None = None
    opened_exhibits: list[str] = []

    @property
    def opens(self) -> frozenset[Opened | str]:
        """What it opens that is private: stretches of footage, exhibits by digest."""
        return frozenset([*self.opened, *self.opened_exhibits])


def check_ticket(token: str, ring: KeyRing, act: Act, at_ms: int) -> Ticket:
    """Return the ticket of a token if the centre signed it for this act and it is in time.

    Errors: `message.malformed`, `ticket.untrusted`, `ticket.expired`, `ticket.wrong_act`.
    """
    envelope = from_token(token)
    try:
        ring.check(envelope, Use.CENTRE, at_ms)
    except MzError as error:
        raise MzError("ticket.untrusted", Kind.UNAUTHENTICATED, error.code) from error
    ticket = decode_payload(envelope, TICKET, Ticket)
    if not ticket.not_before_ms - MAX_CLOCK_SKEW_MS <= at_ms <= ticket.not_after_ms:
        raise MzError("ticket.expired", Kind.UNAUTHENTICATED, ticket.ticket)
    if ticket.act is not act:
        raise MzError("ticket.wrong_act", Kind.REFUSED, f"{ticket.act} is not {act}")
    if (ticket.publisher is not None) != (act is Act.PUBLISH):
        raise MzError("ticket.untrusted", Kind.UNAUTHENTICATED, "publisher and act differ")
    if (ticket.imported is not None) != (act is Act.IMPORT):
        raise MzError("ticket.untrusted", Kind.UNAUTHENTICATED, "import and act differ")
    return ticket
