"""`python -m media_relay.main --settings FILE`: run the relay until it is told to stop."""

from __future__ import annotations

import argparse
import sys
from importlib import import_module
from pathlib import Path

from media_relay import compiled


def main(arguments: list[str] | None = None) -> int:
    """Run; return 0 after a stop that was asked for, 2 if the relay cannot start."""
    parser = argparse.ArgumentParser(prog="media_relay.main", description=__doc__)
    parser.add_argument("--settings", type=Path, required=True, help="TOML file")
    options = parser.parse_args(arguments)
    compiled.use()  # before any of the rooms is imported
    status: int = import_module("media_relay.program").run(options.settings)
    return status


if __name__ == "__main__":
    sys.exit(main())
