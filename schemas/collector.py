"""How often a server's process looks for garbage (docs/benchmarks.md has what it costs)."""

from __future__ import annotations

import gc

_COLLECT_AFTER = 20_000


def calm_collector() -> None:
    """Collect garbage seldom, and never look again at what the imports made.

    Fragments and rows make many small objects and hardly a cycle. Call when all is imported.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_COLLECT_AFTER, 10, 50)
