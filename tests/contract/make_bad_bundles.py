"""Make bad packages that are not there yet: `python -m tests.contract.make_bad_bundles`.

Each is kept with the one sentence by which it must fail (`expected.json`). A kept one is never
made again.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from schemas.verification.steps import verify
from tests.contract import bundles, gaps, papering, world

KEPT = Path(__file__).parent / "bad_bundles"
GOOD = Path(__file__).parent / "good_bundle.zip"
BAD = bundles.BAD | gaps.BAD | papering.BAD
GOODS = {"good_bundle": bundles.good} | gaps.GOOD | papering.GOOD


def outcome(path: Path) -> dict[str, Any]:
    """Return the step that found something and its sentences."""
    report = verify(path, world.ROOT.key)
    found = [step for step in report.steps if step.findings]
    return {
        "steps": [step.name for step in found],
        "zh": [each.sentence.zh for step in found for each in step.findings],
        "en": [each.sentence.en for step in found for each in step.findings],
    }


def main() -> None:
    """Write what is missing, and its expectation."""
    KEPT.mkdir(exist_ok=True)
    kept = KEPT / "expected.json"
    expected = json.loads(kept.read_text("utf-8")) if kept.exists() else {}
    for name, make in GOODS.items():
        path = GOOD.with_name(f"{name}.zip")
        if not path.exists():
            path.write_bytes(make())
            print("made", path.name)
    for name, make in BAD.items():
        path = KEPT / f"{name}.zip"
        if not path.exists():
            path.write_bytes(make())
            print("made", path.name)
        expected.setdefault(name, outcome(path))
    kept.write_text(json.dumps(expected, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
