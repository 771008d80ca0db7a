"""Every kind of job that is promised anywhere has a consumer in the worker."""

from __future__ import annotations

import ast
from pathlib import Path

from command_center import worker
from command_center.notices.providers.choose import make_providers
from command_center.papers.stamping import make_stamper
from command_center.platform.database import Database
from command_center.platform.keys import init_keys, load_keys
from command_center.platform.settings import CentreSettings, CourtSettings, RelaySettings, Settings
from schemas.time import now_ms

_PROMISES = ("enqueue", "enqueue_fresh", "enqueue_rebuilds")
FOLDER = Path(__file__).resolve().parents[2] / "command_center"


def _constants(tree: ast.Module) -> dict[str, str]:
    return {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name) and isinstance(node.value.value, str)
    }


def _promised() -> set[str]:
    found: set[str] = set()
    for path in FOLDER.rglob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        names = _constants(tree)
        for node in ast.walk(tree):
            called = getattr(getattr(node, "func", None), "attr", "")
            if isinstance(node, ast.Call) and called in _PROMISES:
                kind = node.args[0]
                if isinstance(kind, ast.Constant):
                    found.add(str(kind.value))
                else:
                    assert isinstance(kind, ast.Name), f"{path}: a kind that cannot be read"
                    found.add(names[kind.id])
    return found


def test_every_promised_kind_has_a_consumer_and_every_consumer_work(tmp_path: Path) -> None:
    settings = Settings(
        CourtSettings("南江法院", "粤0199"),
        CentreSettings(str(tmp_path)),
        RelaySettings(data=str(tmp_path)),
    )
    init_keys(settings, now_ms())
    database = Database(settings, load_keys(settings))
    providers = make_providers(database, settings)
    assert _promised() == set(worker.consumers(providers, make_stamper(settings.stamp)))
