"""TLS before a plain loopback port, and a way out for one process only."""

from __future__ import annotations

import contextlib
import datetime as dt
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class Seal:
    """A certificate for 127.0.0.1 that the devices of a test trust."""

    def __init__(self, folder: Path) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test court")])
        now = dt.datetime.now(dt.UTC)
        made = (
            x509.CertificateBuilder().subject_name(name).issuer_name(name)
            .public_key(key.public_key()).serial_number(x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(days=1))
            .not_valid_after(now + dt.timedelta(days=9))
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName(
                [x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
            .sign(key, hashes.SHA256())
        )  # fmt: skip
        self.path = folder / "court.pem"
        secret = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )  # fmt: skip
        self.path.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(self.path)

    @property
    def trusted(self) -> dict[str, str]:
        """The environment of a device that trusts it."""
        names = ("REQUESTS_CA_BUNDLE", "WEBSOCKET_CLIENT_CA_BUNDLE", "SSL_CERT_FILE")
        return dict.fromkeys(names, str(self.path))


class SealedDoor:
    """Takes TLS and passes what is in it to a port. `alone`: the only process that has a way
    here; None: every one."""

    def __init__(self, seal: Seal, to_port: int) -> None:
        self._seal, self._to_port = seal, to_port
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._door.getsockname()[1]
        self.alone: Callable[[], int | None] = lambda: None
        self.turned_away = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                near, peer = self._door.accept()
            except OSError:
                return
            alone = self.alone()
            if alone is not None and not owns(alone, peer[1], self.port):
                self.turned_away += 1
                near.close()
                continue
            threading.Thread(target=self._serve, args=(near,), daemon=True).start()

    def _serve(self, near: socket.socket) -> None:
        try:
            sealed = self._seal.context.wrap_socket(near, server_side=True)
            far = socket.create_connection(("127.0.0.1", self._to_port), 5)
        except OSError:
            near.close()
            return
        far.settimeout(None)
        threading.Thread(target=pump, args=(far, sealed), daemon=True).start()
        pump(sealed, far)

    def close(self) -> None:
        """Go away."""
        self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()


def pump(source: socket.socket, sink: socket.socket) -> None:
    """Pass on until either side ends."""
    with contextlib.suppress(OSError):
        while data := source.recv(16_384):
            sink.sendall(data)
    for link in (source, sink):
        with contextlib.suppress(OSError):
            link.shutdown(socket.SHUT_RDWR)


def owns(pid: int, from_port: int, to_port: int) -> bool:
    """Say whether a loopback connection was made by a process."""
    ends = f":{from_port:04X}", f":{to_port:04X}"
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    found = [row[9] for row in rows if row[1].endswith(ends[0]) and row[2].endswith(ends[1])]
    sockets = set()
    for one in Path(f"/proc/{pid}/fd").glob("*"):
        with contextlib.suppress(OSError):
            sockets.add(str(one.readlink()))
    return any(f"socket:[{inode}]" in sockets for inode in found)
