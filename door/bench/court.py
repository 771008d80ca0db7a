"""A court for a bench: keys made by the shipped command, tickets signed with the centre's key."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

import msgspec

from door import commands
from door.bench.cores import Cores
from door.bench.server import Server
from door.ports import free_triple
from door.site import Site, load_site, write_settings
from door.supervisor import answers
from schemas.ids import new_id
from schemas.keys import CERTIFICATE, KeyCertificate, Use
from schemas.sign import (
    Ed25519Signer,
    Envelope,
    decode_payload,
    fingerprint,
    sign_envelope,
    to_token,
)
from schemas.ticket import TICKET, Act, Publisher, Ticket
from schemas.time import now_ms

_TICKET_MS = 3_600_000
_FIRST_PORT = 28_420
"""Away from where demos and centres listen."""


class Gate(Protocol):
    """What a device must know of a court to record for it."""

    ingest_public: bytes

    @property
    def stream_url(self) -> str:
        """Where devices and viewers connect."""

    def publish_ticket(self, device: str, public: bytes) -> str:
        """Return the ticket with which a device publishes."""


class Court:
    """Settings, keys and the relay of one bench, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self._base = free_triple(_FIRST_PORT)
        settings = write_settings(folder, self._base, ("camera", "bridge"))
        self.site: Site = load_site(settings, folder)
        commands.run(commands.centre(settings, "init"), "密钥 keys")
        keys = folder / "centre" / "keys"
        self._centre = Ed25519Signer.from_pem((keys / "centre.pem").read_bytes())
        self.ingest_public = self._find_ingest(keys / "certificates.json")
        self._rounds = 0

    @staticmethod
    def _find_ingest(path: Path) -> bytes:
        for envelope in msgspec.json.decode(path.read_bytes(), type=list[Envelope]):
            certificate = decode_payload(envelope, CERTIFICATE, KeyCertificate)
            if certificate.use is Use.INGEST:
                return certificate.public
        raise LookupError("no ingest key among the certificates")

    @property
    def stream_url(self) -> str:
        """Where devices and viewers connect."""
        return f"ws://127.0.0.1:{self._base + 1}/v1/stream"

    def free_port(self) -> int:
        """Return a port for a baseline's server."""
        return free_triple(self._base + 10)

    @property
    def relay_data(self) -> Path:
        """The folder of the relay that was started last."""
        return self.site.data / f"round-{self._rounds}"

    def start_relay(self, cores: Cores, environment: Mapping[str, str]) -> Server:
        """Start the shipped relay, pinned, on an empty folder; the former round's is removed."""
        shutil.rmtree(self.relay_data, ignore_errors=True)
        self._rounds += 1
        shutil.copytree(self.site.data / "relay" / "keys", self.relay_data / "keys")
        self._base = free_triple(_FIRST_PORT)
        url = f"http://127.0.0.1:{self._base + 2}/v1/health"
        own = {
            "MZ_RELAY_DATA": str(self.relay_data),
            "MZ_RELAY_STREAM_PORT": str(self._base + 1),
            "MZ_RELAY_HTTP_PORT": str(self._base + 2),
        }
        command = cores.on_server(commands.commands(self.site.settings)["relay"])
        return Server(
            "relay", command, self.site.data / "relay.log", lambda: answers(url),
            {**own, **environment},
        )  # fmt: skip

    def audit(self) -> bool:
        """Run the shipped audit on the last round's folder."""
        said = commands.run(
            ["env", f"MZ_RELAY_DATA={self.relay_data}", *commands.relay_audit(self.site.settings)],
            "核对 audit", allowed=(0, 1),
        )  # fmt: skip
        return bool(msgspec.json.decode(said.splitlines()[-1])["ok"])

    def watch_ticket(self, device: str) -> str:
        """Return a viewer's ticket for a device."""
        return self._ticket(Act.WATCH, devices=[device])

    def publish_ticket(self, device: str, public: bytes) -> str:
        """Return the ticket with which a device publishes."""
        publisher = Publisher(device, fingerprint(public), "ed25519", public)
        return self._ticket(Act.PUBLISH, publisher=publisher)

    def _ticket(
        self, act: Act, *, publisher: Publisher | None = None, devices: list[str] | None = None
    ) -> str:
        now = now_ms()
        ticket = Ticket(
            new_id(), act, new_id(), now - 1000, now + _TICKET_MS, publisher, devices or []
        )
        return to_token(sign_envelope(self._centre, TICKET, ticket))
