"""Taking one field record, as a process of its own that a test can kill: `SETTINGS ENVELOPE`."""

from __future__ import annotations

import sys
from pathlib import Path

from command_center.access.permissions import permissions_of
from command_center.measures.service import accept_field_record
from command_center.platform.opening import open_database
from command_center.platform.principal import Principal
from schemas.records import FieldRecord
from schemas.sign import Envelope, decode


def main() -> None:
    """Accept the envelope as its own device would send it."""
    database = open_database(Path(sys.argv[1]))
    envelope = decode(Path(sys.argv[2]).read_bytes(), Envelope)
    device = decode(envelope.payload, FieldRecord).device
    principal = Principal(device, "", "DEVICE", permissions_of("DEVICE"))
    database.run(accept_field_record, principal, envelope)


if __name__ == "__main__":
    main()
