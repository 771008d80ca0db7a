"""The web process: faces, Socket.IO, events. `python -m command_center.app --settings FILE`.

gevent serves sockets; nothing is monkey-patched. Every unit of work, hash and file runs in a
thread of gevent's pool, so the event loop never waits for disk, lock or argon2.
"""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gevent
import gevent.event
import structlog
from flask import Flask, Response
from flask_socketio import SocketIO
from gevent.pywsgi import WSGIServer
from werkzeug.middleware.proxy_fix import ProxyFix

from command_center.access import headers
from command_center.access.guard import database, open_to_all, refuse_unmarked
from command_center.desk import face as desk
from command_center.desk import problems as desk_problems
from command_center.desk.sockets import DeskNamespace
from command_center.device_api import routes as device_api
from command_center.device_api.sockets import DeviceNamespace
from command_center.operations.orders import concerned_by
from command_center.operations.presence import PresenceBoard
from command_center.platform import errors, i18n, pages
from command_center.platform import log as logs
from command_center.platform.database import Database
from command_center.platform.event_log import EventRow, latest_cursor, rows_since
from command_center.platform.opening import open_database
from command_center.platform.uow import UnitOfWork
from command_center.platform.websocket import UpgradeHandler, guard
from command_center.portal import face as portal
from command_center.portal import problems as portal_problems
from schemas.problems import MzError

MAX_BODY = 1024 * 1024
MAX_SOCKET_MESSAGE = 64 * 1024
TAIL_SECONDS = 0.15
THREADS = 12
PORT_TAKEN = 2
_ENDS_SOCKETS = frozenset({"DeviceRevoked", "DeviceIssued", "DeviceReturned"})
"""After these a device makes contact again, if it may."""
_OF_ORDERS = frozenset(
    {"OrderSent", "OrderReceived", "OrderDone", "OrderUnanswered", "CrewStartLate"}
)
"""After these the devices of whom an order concerns read their orders again."""
log = structlog.get_logger()


@dataclass(frozen=True)
class Web:
    """The application with its two namespaces; `tail` follows the event log until told to stop."""

    app: Flask
    desk: DeskNamespace
    device: DeviceNamespace

    def tail(self, database_: Database) -> None:
        """Send new events on, for ever: a failed look is tried again, nothing is passed over."""
        since: int | None = None
        while True:
            try:
                if since is None:
                    since = database_.read(_newest)
                for row in database_.read(_after, since):
                    self._tell(database_, row)
                    since = row.seq
            except Exception as error:  # the feed of events must outlive any one of them
                log.warning("tail.failed", error=type(error).__name__)
            gevent.sleep(TAIL_SECONDS)

    def _tell(self, database_: Database, row: EventRow) -> None:
        self.desk.tell_event(row.message(), row.permission)
        if row.type in _OF_ORDERS and row.subject:
            seq, officers = database_.read(concerned_by, row.subject)
            self.device.hint(officers, seq)
        if row.type in _ENDS_SOCKETS and row.device:
            self.device.drop(row.device)


def make_app(opened: Database) -> Web:
    """Return the web application on an open database."""
    app = Flask(__name__, template_folder=str(pages.TEMPLATES), static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    app.config["MAX_FORM_MEMORY_SIZE"] = MAX_BODY
    proxies = opened.settings.centre.trusted_proxies
    if proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies
        )
    board = PresenceBoard(opened.clock)
    app.extensions["mz_database"] = opened
    app.extensions["mz_presence"] = board
    app.before_request(refuse_unmarked)
    headers.register(app, opened.settings)
    i18n.register(app, str(pages.LOCALES))
    pages.register(app, opened.settings)
    errors.register(app, {"/desk": desk_problems.error_page, "/portal": portal_problems.error_page})
    app.register_blueprint(device_api.blueprint)
    desk.register(app)
    portal.register(app)
    app.add_url_rule("/healthz", view_func=healthz)
    app.add_url_rule("/assets/<path:name>", "asset_file", asset_file)
    socketio = SocketIO(
        app,
        async_mode="gevent",
        transports=["websocket"],  # type: ignore[call-arg]
        allow_upgrades=False,
        max_http_buffer_size=MAX_SOCKET_MESSAGE,
        cors_allowed_origins=[opened.settings.centre.public_url],
        manage_session=False,
    )
    guard(socketio)
    desk_sockets = DeskNamespace(opened)
    device_sockets = DeviceNamespace(opened, board, desk_sockets.tell_presence)
    socketio.on_namespace(desk_sockets)
    socketio.on_namespace(device_sockets)
    return Web(app, desk_sockets, device_sockets)


@open_to_all("a supervisor asks whether the process serves; it learns nothing else")
def healthz() -> Response:
    """Answer once the database was read."""
    database().read(_newest)
    return errors.json_response({"ok": True})


@open_to_all("scripts, styles and icons hold no data")
def asset_file(name: str) -> Any:
    """Answer with a built file."""
    return pages.serve_asset(name)


def _newest(uow: UnitOfWork) -> int:
    return latest_cursor(uow.session)


def _after(uow: UnitOfWork, since: int) -> list[EventRow]:
    return rows_since(uow.session, since, 200)


def _in_pool(work: Callable[[], Any]) -> Any:
    return gevent.get_hub().threadpool.apply(work)


def main(arguments: list[str] | None = None) -> int:
    """Serve until SIGTERM or SIGINT; 0 then, 1 refused settings, 2 the port is taken."""
    parser = argparse.ArgumentParser(prog="command_center.app", description=__doc__)
    parser.add_argument("--settings", type=Path, required=True)
    parsed = parser.parse_args(arguments)
    logs.configure()
    gevent.get_hub().threadpool.maxsize = THREADS
    try:
        opened = open_database(parsed.settings, _in_pool)
    except MzError as error:
        sys.stderr.write(f"{error.code}: {error.detail}\n")
        return 1
    web = make_app(opened)
    where = opened.settings.centre
    server = WSGIServer(
        (where.host, where.port), web.app, handler_class=UpgradeHandler, log=None, error_log=None
    )
    try:
        server.start()
    except OSError as error:
        sys.stderr.write(f"centre.port_taken: {where.host}:{where.port} ({error.strerror})\n")
        return PORT_TAKEN
    tail = gevent.spawn(web.tail, opened)
    stop = gevent.event.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        gevent.signal_handler(number, stop.set)
    log.info("centre.started", port=where.port)
    stop.wait()
    tail.kill()
    server.stop(timeout=2)
    opened.close()
    log.info("centre.stopped")
    return 0


if __name__ == "__main__":
    sys.exit(main())
