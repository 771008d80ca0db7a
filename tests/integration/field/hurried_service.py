"""The real field service, but for two terms of an arrival that no test waits for: a crossing counts
after half a second instead of ten, and nobody's word is taken for silence after two instead of 180.

`python -m tests.integration.field.hurried_service …`: the arguments are the service's.
"""

from __future__ import annotations

import sys

from field_app import service, whereabouts
from field_app.device import fence

fence.HOLD_MS = 500
whereabouts.ASK_MS = 2_000

if __name__ == "__main__":
    sys.exit(service.main())
