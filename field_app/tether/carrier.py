"""The device that carries: a way to its own centre and relay for devices of its own court."""

from __future__ import annotations

import base64
import binascii
import contextlib
import socket
import threading
from urllib.parse import urlsplit

import msgspec
import structlog

from field_app.device.identity import Identity
from field_app.local_api.tether import CARRY_PORT
from field_app.spool.facts import Facts
from field_app.sync.session import Session
from schemas.problems import Kind, MzError
from schemas.tether import USER, check_ask
from schemas.time import now_ms

log = structlog.get_logger()
_FACT = "carries"
MOST_LINKS = 16
_HEAD_BYTES = 8 * 1024
_HEAD_SECONDS, _CONNECT_SECONDS, _IDLE_SECONDS = 5.0, 5.0, 180.0
_CHUNK_BYTES = 16 * 1024
_STATUS = {Kind.INVALID: 400, Kind.REFUSED: 403, Kind.UNAVAILABLE: 502, Kind.THROTTLED: 503}
_PORTS = {"https": 443, "wss": 443}


class Carries(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """That this device carries others, at this port."""

    port: int


class TetherDoor:
    """Listens while the officer lets this device carry others; keeps nothing of what it passes."""

    def __init__(self, identity: Identity, session: Session, facts: Facts) -> None:
        self._identity, self._session, self._facts = identity, session, facts
        self._door: socket.socket | None = None
        self._links: set[socket.socket] = set()
        self._served = 0
        self._lock = threading.Lock()
        self.carried_bytes = 0

    @property
    def address(self) -> str:
        """Where other devices find it, or nothing."""
        door = self._door
        return f"{_own_host()}:{door.getsockname()[1]}" if door else ""

    def resume(self) -> None:
        """Listen again where it did before the service ended."""
        kept = self._facts.get(_FACT, Carries)
        if kept is not None:
            try:
                self.open(kept.port)
            except MzError as error:
                log.warning("tether.not_open", code=error.code, detail=error.detail)

    def open(self, port: int = CARRY_PORT) -> None:
        """Carry others from now on; 0: any free port. Errors: `tether.port_taken`."""
        if self._door is not None:
            return
        try:
            door = socket.create_server(("0.0.0.0", port))  # noqa: S104 - the point of it
        except OSError as error:
            raise MzError("tether.port_taken", Kind.UNAVAILABLE, str(port)) from error
        self._door = door
        self._facts.put(_FACT, Carries(door.getsockname()[1]))
        threading.Thread(target=self._accept, args=(door,), name="tether", daemon=True).start()

    def close(self, *, for_good: bool = True) -> None:
        """Carry nobody any more; not for_good: until the service starts again."""
        if for_good:
            self._facts.drop(_FACT)
        door, self._door = self._door, None
        with self._lock:
            links = list(self._links)
        for link in [*links, *([door] if door else [])]:
            _end(link)

    def _accept(self, door: socket.socket) -> None:
        while True:
            try:
                near, _ = door.accept()
            except OSError:
                return
            with self._lock:
                full = self._served >= MOST_LINKS
                if not full:
                    self._served += 1
                    self._links.add(near)
            if full:
                _answer(near, MzError("tether.full", Kind.THROTTLED))
                continue
            threading.Thread(target=self._serve, args=(near,), name="carried", daemon=True).start()

    def _serve(self, near: socket.socket) -> None:
        far: socket.socket | None = None
        try:
            device, far = self._admit(near)
            with self._lock:
                self._links.add(far)
            log.info("tether.carrying", device=device)
            near.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            back = threading.Thread(target=self._pump, args=(far, near), daemon=True)
            back.start()
            self._pump(near, far)
            back.join()
        except MzError as error:
            log.info("tether.refused", code=error.code, detail=error.detail)
            _answer(near, error)
        except OSError as error:
            log.info("tether.lost", reason=type(error).__name__)
        finally:
            with self._lock:
                self._served -= 1
            for link in (near, far):
                if link is not None:
                    with self._lock:
                        self._links.discard(link)
                    _end(link)

    def _admit(self, near: socket.socket) -> tuple[str, socket.socket]:
        """Return who asks, and a connection to where it may go."""
        target, password = read_head(near)
        enrolment, _ring = self._identity.court()
        enrolled = enrolment.enrolled
        device = check_ask(password, enrolled.root, enrolled.certificates, now_ms())
        if target not in self._targets(enrolment.centre_url):
            raise MzError("tether.foreign_target", Kind.REFUSED, target[:80])
        host, _, port = target.rpartition(":")
        try:
            far = socket.create_connection((host.strip("[]"), int(port)), _CONNECT_SECONDS)
        except OSError as error:
            raise MzError("tether.no_way", Kind.UNAVAILABLE, type(error).__name__) from error
        for link in (near, far):
            link.settimeout(_IDLE_SECONDS)
            link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return device, far

    def _targets(self, centre_url: str) -> set[str]:
        reply = self._session.reply
        urls = [centre_url, *([reply.relay.stream_url, reply.relay.http_url] if reply else [])]
        return {target for url in urls if (target := target_of(url))}

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        try:
            while data := source.recv(_CHUNK_BYTES):
                sink.sendall(data)
                with self._lock:
                    self.carried_bytes += len(data)
        except OSError:
            pass
        finally:
            for link in (source, sink):
                with contextlib.suppress(OSError):
                    link.shutdown(socket.SHUT_RDWR)


def target_of(url: str) -> str:
    """Return `host:port` of an address that is sealed to the court, of others nothing."""
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname:
        return ""
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{host}:{parts.port or _PORTS[parts.scheme]}"


def read_head(near: socket.socket) -> tuple[str, str]:
    """Return target and password of a `CONNECT`; `tether.malformed`."""
    near.settimeout(_HEAD_SECONDS)
    head = b""
    while b"\r\n\r\n" not in head:
        more = near.recv(_HEAD_BYTES)
        head += more
        if not more or len(head) > _HEAD_BYTES:
            raise MzError("tether.malformed", Kind.INVALID, "no head")
    lines = head.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
    words = lines[0].split(" ")
    fields = dict(line.partition(":")[::2] for line in lines[1:])
    given = {name.strip().lower(): value.strip() for name, value in fields.items()}
    kind, _, token = given.get("proxy-authorization", "").partition(" ")
    try:
        user, _, password = base64.b64decode(token, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise MzError("tether.malformed", Kind.INVALID, "no ask") from error
    if words[0] != "CONNECT" or len(words) != 3 or (kind.lower(), user) != ("basic", USER):
        raise MzError("tether.malformed", Kind.INVALID, "no ask")
    return words[1], password


def _answer(near: socket.socket, error: MzError) -> None:
    status = _STATUS.get(error.kind, 403)
    with contextlib.suppress(OSError):
        near.sendall(f"HTTP/1.1 {status} {error.code}\r\nContent-Length: 0\r\n\r\n".encode())
    _end(near)


def _end(link: socket.socket) -> None:
    with contextlib.suppress(OSError):
        link.shutdown(socket.SHUT_RDWR)
    link.close()


def _own_host() -> str:
    """Return this device's address in the network that it is in; a datagram socket sends none."""
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))
        return str(probe.getsockname()[0])
    return "127.0.0.1"
