"""A centre of a test over real HTTP: enrolment, contact, records, orders; simulated.

It keeps what it was sent in lists, and can be told to refuse. The real centre has tests of its
own; this one lets the field service be judged alone.
"""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import msgspec

from schemas.field_api import (
    DEVICE_CONTACT,
    FOOTAGE_APART,
    Accepted,
    CrewAsked,
    Defect,
    DeviceContact,
    Enrol,
    FootageApart,
    OrderAcknowledgement,
    OrderOut,
    Orders,
    Quarantined,
    RecordReceipt,
    RelayAddress,
)
from schemas.problems import HTTP_STATUS, Kind, MzError, Problem
from schemas.records import FIELD_RECORD, FieldRecord
from schemas.second import SECOND_KEY, EnrolledSecond, SecondKey
from schemas.sign import Envelope, decode, decode_payload, fingerprint
from schemas.time import now_ms
from tests.integration.field.court import SECOND, Court
from tests.patience import eventually

CODE = "48213095"
SECOND_CODE = "K7M2P-9QXRT"


class SimulatedCentre:
    """Answers the devices of one court on a loopback port."""

    def __init__(self, court: Court, address: RelayAddress) -> None:
        self.court, self.address = court, address
        self.records: dict[str, bytes] = {}
        self.posts = self.contacts = self.asked = 0
        self.told: list[tuple[str, str]] = []
        self.orders: list[OrderOut] = []
        self.crews_asked: list[CrewAsked] = []
        self.second_keys: list[bytes] = []
        self.loses_answer = False
        self.refuse_with: Problem | None = None
        self.revokes = False
        self.apart: dict[str, bytes] = {}
        self.most_apart = 1_000
        self.footage_apart: dict[str, FootageApart] = {}
        self.most_footage = 1_000
        self._devices: dict[str, Enrol] = {}
        handler = type("Handler", (_Handler,), {"centre": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()

    def record(self, item: str) -> FieldRecord:
        """Return a record of a device once it has come."""
        raw = eventually(lambda: self.records.get(item), item)
        return decode_payload(decode(raw, Envelope), FIELD_RECORD, FieldRecord)

    def came(self) -> list[FieldRecord]:
        """Return every record that has come, in its order."""
        return [self.record(item) for item in list(self.records)]

    def answer(self, method: str, path: str, body: bytes, token: str) -> msgspec.Struct:
        """Return the answer to one request."""
        if self.refuse_with is not None:
            problem = self.refuse_with
            raise MzError(problem.code, problem.kind, problem.detail)
        route = path.removeprefix("/device/v1/").partition("?")[0]
        if method == "POST" and route == "enrol":
            return self._enrol(decode(body, Enrol))
        if method == "POST" and route == "contact":
            return self._contact(decode(body, Envelope))
        if method == "POST" and route == "quarantine":
            return self._keep_apart(body)
        if method == "POST" and route == "quarantine/footage":
            return self._keep_footage_apart(body)
        if not token.startswith("session-") or self.revokes:
            raise MzError("session.unknown", Kind.UNAUTHENTICATED)
        if method == "POST" and route == "records":
            return self._record(body)
        if method == "POST" and route == "seconds":
            return self._second(decode(body, Envelope))
        if method == "GET" and route == "orders":
            self.asked += 1
            since = int(path.partition("since=")[2])
            new = [order for order in self.orders if order.seq > since]
            last = max((order.seq for order in self.orders), default=0)
            return Orders(new, last, list(self.crews_asked))
        if method == "POST" and route.startswith("orders/"):
            answer = decode(body, OrderAcknowledgement)
            self.told.append((route.split("/")[1], answer.state))
            return Accepted()
        raise MzError("route.unknown", Kind.NOT_FOUND, route)

    def _enrol(self, request: Enrol) -> msgspec.Struct:
        if request.code != CODE:
            raise MzError("enrolment.wrong_code", Kind.REFUSED)
        self._devices[request.device] = request
        return self.court.enrol(request)

    def _second(self, envelope: Envelope) -> msgspec.Struct:
        asked = decode_payload(envelope, SECOND_KEY, SecondKey)
        envelope.check(asked.public)
        if asked.code != SECOND_CODE:
            raise MzError("enrolment.code_wrong", Kind.REFUSED)
        self.second_keys.append(asked.public)
        if self.loses_answer:
            self.loses_answer = False
            raise MzError("centre.unavailable", Kind.UNAVAILABLE)
        return EnrolledSecond(fingerprint(asked.public), SECOND)

    def _known(self, device: str) -> Enrol:
        if device not in self._devices:
            raise MzError("device.unknown", Kind.UNAUTHENTICATED)
        return self._devices[device]

    def _contact(self, envelope: Envelope) -> msgspec.Struct:
        said = decode_payload(envelope, DEVICE_CONTACT, DeviceContact)
        device = self._known(said.device)
        envelope.check(device.public)
        if self.revokes:
            raise MzError("device.revoked", Kind.REFUSED, said.device)
        self.contacts += 1
        return self.court.answer(device, said, self.address, len(self.orders))

    def _record(self, body: bytes) -> msgspec.Struct:
        envelope = decode(body, Envelope)
        record = decode_payload(envelope, FIELD_RECORD, FieldRecord)
        envelope.check(self._known(record.device).public)
        self.posts += 1
        if self.records.setdefault(record.record, body) != body:
            raise MzError("record.conflict", Kind.CONFLICT, record.record)
        defects = [Defect("list.no_photo", "清单无照片", "查扣冻规定(2020) 18")]
        return RecordReceipt(record.record, envelope.payload_sha256(), now_ms(), defects)

    def _keep_apart(self, body: bytes) -> msgspec.Struct:
        envelope = decode(body, Envelope)
        record = decode_payload(envelope, FIELD_RECORD, FieldRecord)
        envelope.check(self._known(record.device).public)
        if not self.revokes:
            raise MzError("device.not_revoked", Kind.CONFLICT, record.device)
        if record.record not in self.apart and len(self.apart) >= self.most_apart:
            raise MzError("quarantine.full", Kind.THROTTLED, record.device)
        self.apart[record.record] = body
        named = [one.sha256 for one in record.exhibits]
        return self._kept_apart(envelope, record.record, record.device, named)

    def _keep_footage_apart(self, body: bytes) -> msgspec.Struct:
        envelope = decode(body, Envelope)
        said = decode_payload(envelope, FOOTAGE_APART, FootageApart)
        envelope.check(self._known(said.device).public)
        if not self.revokes:
            raise MzError("device.not_revoked", Kind.CONFLICT, said.device)
        if said.part not in self.footage_apart and len(self.footage_apart) >= self.most_footage:
            raise MzError("quarantine.full", Kind.THROTTLED, said.device)
        if self.footage_apart.setdefault(said.part, said) != said:
            raise MzError("record.conflict", Kind.CONFLICT, said.part)
        return self._kept_apart(envelope, said.part, said.device, [said.sha256])

    def _kept_apart(
        self, envelope: Envelope, name: str, device: str, named: list[str]
    ) -> msgspec.Struct:
        defects = [Defect("record.quarantined", "已存入隔离区", "")]
        receipt = RecordReceipt(name, envelope.payload_sha256(), now_ms(), defects)
        ticket = self.court.quarantine_ticket(device, named)
        return Quarantined(receipt, ticket, now_ms() + 600_000, self.address)


class _Handler(BaseHTTPRequestHandler):
    centre: SimulatedCentre
    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        try:
            answer: msgspec.Struct = self.centre.answer(self.command, self.path, body, token)
            status = 200
        except MzError as error:
            answer, status = error.problem(), HTTP_STATUS[error.kind]
        raw = msgspec.json.encode(answer)
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    do_GET = do_POST = _answer

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name
        """Say nothing."""
