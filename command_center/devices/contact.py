"""Contact: a device shows that it holds its key; it gets a session, a challenge and a ticket."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlalchemy import delete

from command_center.access.models import Staff
from command_center.access.permissions import Role, permissions_of
from command_center.devices.models import ContactNonce, Device, DeviceSession
from command_center.devices.tickets import PUBLISH_MS, sign_ticket
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.field_api import DEVICE_CONTACT, DeviceContact, RelayAddress
from schemas.media.opening import CHALLENGE, ContactChallenge
from schemas.problems import Kind, MzError
from schemas.sign import Envelope, decode, decode_payload, sha256_hex, sign_envelope
from schemas.ticket import Act, Publisher

SESSION_MS = 30 * 60_000
FRESH_MS = 5 * 60_000


@dataclass(frozen=True)
class Crews:
    """The devices of the crew of each operation that an officer may be at, and for which of them he
    is out by what was reported last, if he is."""

    out_for: str | None
    devices: dict[str, list[str]]


CrewsOf = Callable[[UnitOfWork, str], Crews]


@dataclass(frozen=True)
class Contacted:
    """What a contact gives, without the day's work (that is the room of operations)."""

    session: str
    session_until_ms: int
    server_ms: int
    challenge: Envelope
    ticket: str
    ticket_until_ms: int
    relay: RelayAddress
    officer: str | None


_NOBODY = Crews(None, {})


def contact(
    uow: UnitOfWork, envelope: Envelope, crews_of: CrewsOf = lambda _uow, _officer: _NOBODY
) -> Contacted:
    """Open a device's session. `crews_of`: to whom its officer may speak.

    Errors: `device.unknown`, `device.revoked`, `sign.*` (not its key), `contact.stale` (clock
    more than 5 minutes off), `contact.replayed` (a nonce used before).
    """
    message = decode_payload(envelope, DEVICE_CONTACT, DeviceContact)
    device = live_device(uow, message.device)
    if not device.signs:
        raise MzError("device.unknown", Kind.REFUSED, message.device)
    envelope.check(device.public)
    if abs(message.at_ms - uow.now_ms) > FRESH_MS:
        raise MzError("contact.stale", Kind.REFUSED, f"server_ms {uow.now_ms}")
    _use_nonce(uow, message)
    device.last_contact_ms = uow.now_ms
    device.last_counter = max(device.last_counter, message.last_counter)
    device.app = message.app[:80]
    token = secrets.token_urlsafe(32)
    until_ms = uow.now_ms + SESSION_MS
    uow.session.add(
        DeviceSession(token_hash=sha256_hex(token.encode()), device=device.id, until_ms=until_ms)
    )
    challenge = ContactChallenge(device.id, secrets.token_hex(16), uow.now_ms, message.last_counter)
    publisher = _publisher(device, crews_of(uow, device.holder) if device.holder else _NOBODY)
    ticket, ticket_until = sign_ticket(uow, Act.PUBLISH, device.id, PUBLISH_MS, publisher=publisher)
    relay = uow.settings.relay
    return Contacted(
        token, until_ms, uow.now_ms, sign_envelope(uow.keys.centre, CHALLENGE, challenge),
        ticket, ticket_until, RelayAddress(relay.id, relay.stream_url, relay.http_url),
        device.holder,
    )  # fmt: skip


def _publisher(device: Device, crews: Crews) -> Publisher:
    return Publisher(
        device.id, device.key, device.alg, device.public,
        crews.devices.get(crews.out_for or "", []), crews.out_for, crews.devices,
    )  # fmt: skip


def device_principal(uow: UnitOfWork, token: str) -> Principal:
    """Return the principal of a bearer session; `session.none`, `device.revoked`."""
    row = uow.session.get(DeviceSession, sha256_hex(token.encode()))
    if row is None or row.until_ms < uow.now_ms:
        raise MzError("session.none", Kind.UNAUTHENTICATED)
    return principal_of(uow, live_device(uow, row.device))


def principal_of(uow: UnitOfWork, device: Device) -> Principal:
    """Return a device as the principal that it is."""
    staff = uow.session.get(Staff, device.holder) if device.holder else None
    return Principal(
        device.id, staff.name if staff else device.name, Role.DEVICE,
        permissions_of(Role.DEVICE), officer=device.holder,
    )  # fmt: skip


def live_device(uow: UnitOfWork, device: str) -> Device:
    """Return a device that is enrolled and not revoked; `device.unknown`, `device.revoked`."""
    row = uow.session.get(Device, device)
    if row is None:
        raise MzError("device.unknown", Kind.REFUSED, device[:40])
    if row.revoked_ms is not None:
        raise MzError("device.revoked", Kind.REFUSED, device)
    return row


def certificates_of(uow: UnitOfWork, devices: Iterable[str]) -> list[Envelope]:
    """Return the certificates of devices by id; for a source that cannot sign there is none.

    Errors: `device.unknown`.
    """
    found = []
    for device in devices:
        row = uow.session.get(Device, device)
        if row is None:
            raise MzError("device.unknown", Kind.NOT_FOUND, device[:40])
        if row.signs:
            found.append(decode(row.certificate, Envelope))
    return found


def forget_old(uow: UnitOfWork) -> None:
    """Drop sessions that ended and nonces too old to be fresh again."""
    uow.session.execute(delete(DeviceSession).where(DeviceSession.until_ms < uow.now_ms))
    uow.session.execute(delete(ContactNonce).where(ContactNonce.at_ms < uow.now_ms - 3 * FRESH_MS))


def _use_nonce(uow: UnitOfWork, message: DeviceContact) -> None:
    nonce = sha256_hex(message.nonce.encode())
    used = uow.session.get(ContactNonce, (message.device, nonce))
    if len(message.nonce) < 16 or used is not None:
        raise MzError("contact.replayed", Kind.REFUSED, message.device)
    uow.session.add(ContactNonce(device=message.device, nonce=nonce, at_ms=uow.now_ms))
    uow.session.flush()
