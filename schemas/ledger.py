"""What a ledger entry and a signed tree head are, byte for byte.

An entry's leaf is the exact JSON bytes of `LedgerEntry`, as stored. The centre signs a
`TreeHead` as an envelope `tree_head/1`.
"""

from __future__ import annotations

import msgspec

TREE_HEAD = "tree_head/1"
KEPT_APART, TAKEN_OVER_BY = "quarantine:record:kept", "quarantine"
"""The tag of a revoked device's record that was kept apart; the ref of a record's own entry that
names the decision by which two persons took it over."""
SECOND_ENROLLED = "device:second:enrolled"
"""The tag of a second officer's key on a device: its digest is the key's, its refs his id."""
FOOTAGE_KEPT_APART, FOOTAGE_TAKEN = "quarantine:footage:kept", "quarantine:footage:taken"
"""The tags of a part of a revoked device's footage, and of a recording that such a part was taken
into."""


class LedgerEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What happened: tag `subject:thing:act`, who, about what, and the digest of what was kept.

    `digest` is the hex SHA-256 of the bytes concerned (a record's payload, an archived
    statement's payload, a notice's text…); `refs` are ids, never names.
    """

    entry: str
    at_ms: int
    tag: str
    actor: str
    subject: str
    digest: str
    refs: dict[str, str] = {}


class TreeHead(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The ledger's head at a size: RFC 6962 root in hex."""

    court: str
    size: int
    root: str
    at_ms: int


class Inclusion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An entry (its exact bytes) with its index and audit path under a head."""

    entry: bytes
    index: int
    path: list[bytes]
