"""What the audit asks of the other failure domains: that what was read back there still stands.

Only names are compared: the bytes of every copy are read again by the relay's own sweep. A domain
that is away is counted, not called a finding, for nothing is known of it.
"""

from __future__ import annotations

from collections.abc import Callable
from sqlite3 import Connection

from media_relay import copies
from media_relay.domains import Domains, open_domains
from media_relay.settings import Settings
from media_relay.vault import LocalVault, Shelf
from schemas.problems import MzError

Find = Callable[[str, str, str], None]


def domains_to_audit(settings: Settings, vault: LocalVault) -> Domains:
    """Return the domains of the settings, opened so that nothing is written into a folder."""
    return open_domains(settings, vault, lambda _name, _available, _code: None, read_only=True)


def audit_copies(domains: Domains, connection: Connection, find: Find) -> dict[str, int]:
    """Tell of copies that the index counts and that do not stand; return what was counted."""
    counts = {"copies": 0, "domains_away": 0}
    for name in domains.names:
        if name == domains.primary:
            continue  # every file of the first domain is read by the audit itself
        try:
            for shelf in Shelf:
                counted = copies.held_copies(connection, shelf, name)
                missing = counted - set(domains.get(name).names(shelf)) if counted else set()
                for sha256 in missing:
                    find("copy.missing", f"{name} {shelf.value} {sha256}", "")
                counts["copies"] += len(counted)
        except (MzError, OSError):
            counts["domains_away"] += 1
    return counts
