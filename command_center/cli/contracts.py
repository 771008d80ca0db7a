"""The contracts as documents, generated from the messages: OpenAPI 3.1 and JSON Schema."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from schemas import (
    bundle,
    derived,
    events,
    exports,
    feed,
    field_api,
    keys,
    ledger,
    records,
    second,
    stream,
    ticket,
)
from schemas.media import opening, part
from schemas.problems import HTTP_STATUS, Problem
from schemas.sign import Envelope

TEMPLATE = "#/components/schemas/{name}"


@dataclass(frozen=True)
class Route:
    """A route of the device's API: what comes in, what goes out, and its credential."""

    method: str
    path: str
    summary: str
    request: type | None
    response: type
    bearer: bool


ROUTES = (
    Route("post", "/device/v1/enrol", "Enrol a device by a one-time code",
          field_api.Enrol, field_api.Enrolled, bearer=False),
    Route("post", "/device/v1/contact", "Contact: Envelope of device_contact/1",
          Envelope, field_api.ContactReply, bearer=False),
    Route("post", "/device/v1/records", "Send a field record: Envelope of field_record/1",
          Envelope, field_api.RecordReceipt, bearer=True),
    Route("post", "/device/v1/quarantine",
          "Send a revoked device's field record into the quarantine: Envelope of field_record/1",
          Envelope, field_api.Quarantined, bearer=False),
    Route("post", "/device/v1/quarantine/footage",
          "Announce a part of a revoked device's footage: Envelope of footage_apart/1",
          Envelope, field_api.Quarantined, bearer=False),
    Route("post", "/device/v1/seconds", "Enrol a second officer's key: Envelope of second_key/1",
          Envelope, second.EnrolledSecond, bearer=True),
    Route("get", "/device/v1/orders", "Orders after `since`",
          None, field_api.Orders, bearer=True),
    Route("post", "/device/v1/orders/{order}/acknowledge", "Acknowledge an order",
          field_api.OrderAcknowledgement, field_api.Accepted, bearer=True),
)  # fmt: skip

MESSAGES: tuple[Any, ...] = (
    Problem, Envelope, field_api.DeviceContact, field_api.Presence, field_api.Enrol,
    field_api.Enrolled, field_api.ContactReply, field_api.RecordReceipt, field_api.Orders,
    field_api.Quarantined, field_api.FootageApart,
    field_api.OrderAcknowledgement, field_api.Accepted, records.FieldRecord, events.DeskEvent,
    events.EventPage, events.PresenceOut, feed.FeedPage, feed.RelayOrder, stream.FromDevice,
    stream.ToDevice, stream.FromViewer, stream.ToViewer, stream.ArchivedStatement, ticket.Ticket,
    keys.KeyCertificate, keys.KeyRevocation, ledger.LedgerEntry, ledger.TreeHead,
    ledger.Inclusion, opening.RecordingOpening, opening.ContactChallenge, part.PartPreamble,
    bundle.BundleManifest, bundle.BundleFacts, bundle.BundleRequest, exports.ExportOrder,
    exports.ExportState, derived.Derivation, derived.Derived,
    second.SecondKey, second.SecondConfirmation,
)  # fmt: skip


def openapi() -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of the device's API."""
    types: list[Any] = [Problem]
    for route in ROUTES:
        types += [kind for kind in (route.request, route.response) if kind is not None]
    _, components = msgspec.json.schema_components(types, ref_template=TEMPLATE)
    paths: dict[str, Any] = {}
    for route in ROUTES:
        paths.setdefault(route.path, {})[route.method] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {"title": "明证 Mingzheng: the device's API", "version": "1"},
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {"session": {"type": "http", "scheme": "bearer"}},
        },
    }


def json_schema() -> dict[str, Any]:
    """Return one JSON Schema document with every message of the wire under `$defs`."""
    references, definitions = msgspec.json.schema_components(
        MESSAGES, ref_template="#/$defs/{name}"
    )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "明证 Mingzheng: messages of the wire",
        "anyOf": list(references),
        "$defs": definitions,
    }


def documents() -> dict[str, str]:
    """Return the generated files by name."""
    made = {"openapi.json": openapi(), "messages.schema.json": json_schema()}
    return {
        name: json.dumps(tree, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
        for name, tree in made.items()
    }


def write(folder: Path) -> list[Path]:
    """Write the documents and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, text in documents().items():
        (folder / name).write_text(text, "utf-8")
        written.append(folder / name)
    return written


def _operation(route: Route) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "summary": route.summary,
        "responses": {
            "200": {"description": "done", "content": _content(route.response)},
            "default": {
                "description": "a refusal; statuses by kind: "
                + ", ".join(f"{kind} {status}" for kind, status in HTTP_STATUS.items()),
                "content": _content(Problem),
            },
        },
        "parameters": [],
    }
    if "{order}" in route.path:
        operation["parameters"].append(_parameter("order", "path", required=True))
    if route.method == "get":
        operation["parameters"].append(_parameter("since", "query", required=False))
    if route.request is not None:
        operation["requestBody"] = {"required": True, "content": _content(route.request)}
    if route.bearer:
        operation["security"] = [{"session": []}]
    return operation


def _parameter(name: str, place: str, *, required: bool) -> dict[str, Any]:
    kind = "string" if place == "path" else "integer"
    return {"name": name, "in": place, "required": required, "schema": {"type": kind}}


def _content(kind: type) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": TEMPLATE.format(name=kind.__name__)}}}
