"""`./mz audit`: the audits of centre, relay and devices, merged into one."""

from __future__ import annotations

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from door import commands
from door.places import CHECKOUT
from door.refusal import Refusal
from door.site import load_site
from door.verbs import parser_of, verb

Audit = dict[str, Any]


def audit(settings: Path, devices: list[Path]) -> Audit:
    """Return `{"ok", "findings", "parts"}`: the findings of every audit, each with its place."""
    wanted = {
        "centre": [*commands.centre(settings, "audit"), "--json"],
        "relay": commands.relay_audit(settings),
        **{f"device {folder.name}": commands.field_audit(folder) for folder in devices},
    }
    with ThreadPoolExecutor() as pool:
        parts = dict(zip(wanted, pool.map(_run, wanted.values(), wanted), strict=True))
    findings = [
        f"{name}: {finding if isinstance(finding, str) else json.dumps(finding)}"
        for name, part in parts.items()
        for finding in part.get("findings", [])
    ]
    return {
        "ok": not findings and all(part.get("ok") for part in parts.values()),
        "findings": findings,
        "parts": parts,
    }


def audit_device(folder: Path) -> Audit:
    """Return the audit of one device's folder alone."""
    return _run(commands.field_audit(folder), folder.name)


def _run(command: list[str], what: str) -> Audit:
    """Run one audit; its exit status says the same as its `ok`."""
    said = commands.run(command, f"核对 audit: {what}", allowed=(0, 1))
    lines = [line for line in said.splitlines() if line.startswith("{")]
    try:
        found: Audit = json.loads(lines[-1] if lines else said)
    except json.JSONDecodeError:
        return {"ok": False, "findings": [f"no report: {said[-200:]}"]}
    return found


def device_folders(data: Path) -> list[Path]:
    """Return the devices' folders under a demo's data folder."""
    return sorted(each.parent for each in data.glob("device*/spool.db"))


def main(words: list[str]) -> int:
    """Audit a data folder; exit 0 when everything is explained."""
    args = parser_of(verb("audit")).parse_args(words)
    data = (args.data or CHECKOUT.root / "data").absolute()
    try:
        site = load_site(data / "settings.toml", data)
        found = audit(site.settings, sorted(set(device_folders(data))))
    except Refusal as refusal:
        print(refusal.text(), file=sys.stderr)
        return refusal.status
    if args.json:
        args.json.write_text(json.dumps(found, ensure_ascii=False, indent=2) + "\n", "utf-8")
    for name, part in found["parts"].items():
        print(f"{'✓' if part.get('ok') else '✗'} {name}  {json.dumps(part.get('counts', {}))}")
    for finding in found["findings"]:
        print(f"  ✗ {finding}")
    print("一致 · consistent" if found["ok"] else "有不明差异 · unexplained differences")
    return 0 if found["ok"] else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
