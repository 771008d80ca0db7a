"""The real field service, but for terms that no test waits for: a crossing counts after half a
second instead of ten, nobody's word is taken for silence after two instead of 180, and a relay's
word for lost after three instead of 150.

`python -m tests.integration.field.hurried_service …`: the arguments are the service's.
"""

from __future__ import annotations

import sys

from field_app import service, whereabouts
from field_app.device import fence
from field_app.sync import archive

fence.HOLD_MS = 500
whereabouts.ASK_MS = 2_000
archive.UNTOLD_SECONDS = 3.0

if __name__ == "__main__":
    sys.exit(service.main())
