"""HTTP routes for devices (`schemas/field_api.py`). The credential is the body's own signature
(enrol, contact) or the bearer session of the last contact; no cookie, so no CSRF."""

from __future__ import annotations

from flask import Blueprint, Response, g, request

from command_center.access.guard import (
    accepts_file,
    database,
    guard_request,
    open_to_all,
    permits,
    principal,
)
from command_center.device_api.contact import make_contact
from command_center.devices.contact import device_principal
from command_center.devices.enrolment import enrol_from
from command_center.devices.seconds import enrol_second_from
from command_center.measures.service import accept_field_record
from command_center.operations import asked, orders
from command_center.platform.bodies import read_message
from command_center.platform.errors import json_response
from command_center.quarantine.intake import receive, receive_footage
from schemas import crash
from schemas.field_api import Accepted, Enrol, OrderAcknowledgement
from schemas.problems import Kind, MzError
from schemas.sign import Envelope

MAX_RECORD = 2 * 1024 * 1024
MAX_SMALL = 16 * 1024
MAX_OPENING = 64 * 1024

blueprint = Blueprint("device_api", __name__, url_prefix="/device/v1")


@blueprint.before_request
def _guard() -> None:
    _load_device()
    guard_request(csrf=False)


def _load_device() -> None:
    """Find the device session of this request's bearer token, if there is one."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme == "Bearer" and token:
        g.principal = database().read(device_principal, token.strip())


@blueprint.post("/enrol")
@open_to_all("the one-time code is the credential")
def enrol_device() -> Response:
    """Enrol → Enrolled."""
    message = read_message(Enrol, MAX_SMALL)
    return json_response(enrol_from(database(), message, request.remote_addr or ""))


@blueprint.post("/contact")
@open_to_all("the device's signature is the credential")
def contact() -> Response:
    """Envelope(device_contact/1) → ContactReply."""
    return json_response(database().run(make_contact, read_message(Envelope, MAX_SMALL)))


@blueprint.post("/quarantine")
@open_to_all("the signature of the revoked device's record is the credential")
@accepts_file(MAX_RECORD)
def quarantine_record() -> Response:
    """Envelope(field_record/1) → Quarantined; the same bytes again get the same receipt."""
    kept = database().run(receive, read_message(Envelope, MAX_RECORD))
    crash.point("centre.after_quarantine_commit")
    return json_response(kept)


@blueprint.post("/quarantine/footage")
@open_to_all("the signature of the revoked device's footage is the credential")
def quarantine_footage() -> Response:
    """Envelope(footage_apart/1) → Quarantined; the same bytes again get the same receipt."""
    return json_response(database().run(receive_footage, read_message(Envelope, MAX_OPENING)))


@blueprint.post("/seconds")
@permits("record:send")
def enrol_second() -> Response:
    """Envelope(second_key/1) → EnrolledSecond; the same key and code again get the same answer."""
    envelope = read_message(Envelope, MAX_SMALL)
    address = request.remote_addr or ""
    return json_response(enrol_second_from(database(), principal(), envelope, address))


@blueprint.post("/records")
@permits("record:send")
@accepts_file(MAX_RECORD)
def records() -> Response:
    """Envelope(field_record/1) → RecordReceipt; the same bytes again get the same receipt."""
    envelope = read_message(Envelope, MAX_RECORD)
    receipt = database().run(accept_field_record, principal(), envelope)
    crash.point("centre.after_record_commit")
    return json_response(receipt)


@blueprint.get("/orders")
@permits("order:read_own")
def list_orders() -> Response:
    """Orders to the officer of this device after `since`, and what became of his own asking."""
    since = request.args.get("since", "0")
    if not since.isdigit() or len(since) > 18:
        raise MzError("message.malformed", Kind.INVALID, "since")
    return json_response(database().read(asked.page_for, principal().officer or "", int(since)))


@blueprint.post("/orders/<order>/acknowledge")
@permits("order:read_own")
def acknowledge(order: str) -> Response:
    """OrderAcknowledgement → Accepted."""
    message = read_message(OrderAcknowledgement, MAX_SMALL)
    database().run(orders.acknowledge_order, principal(), order, message)
    return json_response(Accepted())
