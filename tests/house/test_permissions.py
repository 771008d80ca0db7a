"""Every route and every socket of the centre declares who may use it."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from command_center.access.permissions import ALL_PERMISSIONS, PERMISSIONS, Role
from command_center.app import Web, make_app
from command_center.cli.contracts import ROUTES
from command_center.desk.sockets import DeskNamespace
from command_center.device_api.sockets import DeviceNamespace
from command_center.platform.database import Database
from command_center.platform.keys import init_keys, load_keys
from command_center.platform.settings import CentreSettings, CourtSettings, RelaySettings, Settings
from schemas.time import now_ms

OPEN_TO_ALL = {
    "asset_file", "healthz", "device_api.contact", "device_api.enrol_device",
    "device_api.quarantine_footage", "device_api.quarantine_record", "desk.home",
    "desk.sign_in", "portal.home",
    "portal.ask_tag", "portal.landing", "portal.language", "portal.paper", "portal.sign_in",
    "portal.tag", "portal.text_size",
}  # fmt: skip
"""What anyone may call. A new line here is a decision that a person looks at."""


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Web:
    folder = tmp_path_factory.mktemp("court")
    settings = Settings(
        CourtSettings("南江法院", "粤0199"),
        CentreSettings(str(folder / "centre")),
        RelaySettings(data=str(folder / "relay")),
    )
    init_keys(settings, now_ms())
    return make_app(Database(settings, load_keys(settings)))


@pytest.fixture(scope="module")
def app(web: Web) -> Flask:
    assert len(web.app.view_functions) > 100, "else there is nothing to look at"
    return web.app


def test_every_route_names_its_permission_or_says_why_it_is_open(app: Flask) -> None:
    for endpoint, view in app.view_functions.items():
        permission = getattr(view, "permission", None)
        reason = getattr(view, "open_reason", None)
        assert (permission is None) != (reason is None), f"{endpoint} declares neither or both"
        assert permission is None or permission in ALL_PERMISSIONS, f"{endpoint}: {permission}"
        assert reason is None or len(reason.split()) > 2, f"{endpoint}: say why"


def test_only_these_routes_are_open_to_all(app: Flask) -> None:
    marked = {name for name, view in app.view_functions.items() if hasattr(view, "open_reason")}
    assert marked <= OPEN_TO_ALL, sorted(marked - OPEN_TO_ALL)


def test_faces_ask_for_permissions_of_their_own_audience(app: Flask) -> None:
    device, party = PERMISSIONS[Role.DEVICE], PERMISSIONS[Role.PARTY]
    for endpoint, view in app.view_functions.items():
        permission = getattr(view, "permission", None)
        if permission is None:
            continue
        face = endpoint.partition(".")[0]
        audience = {"device_api": device, "portal": party}.get(face)
        if audience is None:
            assert permission not in device | party, endpoint
        else:
            assert permission in audience, endpoint


def test_every_permission_is_asked_for_somewhere(app: Flask) -> None:
    folder = Path(__file__).resolve().parents[2] / "command_center"
    text = "".join(
        path.read_text("utf-8")
        for pattern in ("*.py", "*.html")
        for path in folder.rglob(pattern)
        if path.name != "permissions.py"
    )
    unused = sorted(word for word in ALL_PERMISSIONS if f'"{word}"' not in text
                    and f"'{word}'" not in text)  # fmt: skip
    assert not unused, f"no one asks for {unused}"


def test_every_socket_namespace_names_its_permission() -> None:
    assert DeskNamespace.permission in ALL_PERMISSIONS
    assert DeviceNamespace.permission in PERMISSIONS[Role.DEVICE]


def test_the_devices_contract_is_the_devices_routes(app: Flask) -> None:
    served = {
        (method.lower(), rule.rule.replace("<", "{").replace(">", "}"))
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("device_api.")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert served == {(route.method, route.path) for route in ROUTES}
