"""Which way a connection to the court goes: by itself, or through the device that carries us."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import urlsplit

import msgspec

from field_app.device.identity import Identity
from field_app.spool.facts import Facts
from schemas.keys import CERTIFICATE, KeyCertificate
from schemas.problems import Kind, MzError
from schemas.sign import decode_payload
from schemas.tether import USER, TetherAsk, write_ask
from schemas.time import now_ms

_FACT = "carried_by"
_CARRIED_SECONDS = 60.0
_SEALED = ("https", "wss")


class Carrier(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The address of the device that carries us, as the spool keeps it."""

    host: str
    port: int


class Way(NamedTuple):
    """Through a carrier, with the ask that it wants."""

    host: str
    port: int
    ask: str

    @property
    def proxies(self) -> dict[str, str]:
        """The way as `requests` takes it."""
        url = f"http://{USER}:{self.ask}@{self.host}:{self.port}"
        return {"https": url, "wss": url}


class Road:
    """By itself whenever it can; a carrier that the officer named serves where it cannot."""

    def __init__(self, facts: Facts, ask: Callable[[], str] = str) -> None:
        self._facts, self._ask = facts, ask
        self._carrier = facts.get(_FACT, Carrier)
        self._alone_again_at = 0.0

    @property
    def carrier(self) -> str:
        """The address of the carrier, or nothing."""
        return f"{self._carrier.host}:{self._carrier.port}" if self._carrier else ""

    @property
    def is_carried(self) -> bool:
        """Whether connections go through the carrier now."""
        return self._carrier is not None and time.monotonic() < self._alone_again_at

    def be_carried(self, address: str) -> None:
        """Let another device carry us where we have no way; nothing: no longer.

        Errors: `tether.bad_address`.
        """
        if not address.strip():
            self._facts.drop(_FACT)
            self._carrier = None
            return
        host, _, port = address.strip().rpartition(":")
        if not host or not port.isdigit() or not 0 < int(port) < 65_536 or set(host) & set("/@ "):
            raise MzError("tether.bad_address", Kind.INVALID, address[:60])
        carrier = Carrier(host, int(port))
        self._facts.put(_FACT, carrier)
        self._carrier = carrier

    def way(self, url: str) -> Way | None:
        """Return the way of the next connection; None: by itself. Nothing that is not sealed to
        the court is ever carried."""
        if self._carrier is None or not self.is_carried or urlsplit(url).scheme not in _SEALED:
            return None
        return Way(self._carrier.host, self._carrier.port, self._ask())

    def failed(self, way: Way | None) -> None:
        """A connection could not be made on this way: the next ones take the other."""
        self._alone_again_at = time.monotonic() + _CARRIED_SECONDS if way is None else 0.0


def asker(identity: Identity) -> Callable[[], str]:
    """Return what writes a fresh ask of this device."""

    def ask() -> str:
        enrolled = identity.court()[0].enrolled
        own = next(
            one
            for one in enrolled.certificates
            if decode_payload(one, CERTIFICATE, KeyCertificate).key == identity.signer.key
        )
        return write_ask(identity.signer, TetherAsk(identity.device, now_ms(), own))

    return ask
