"""A device of the load generator that the running centre knows: enrolled, with its ticket."""

from __future__ import annotations

import msgspec
import requests

from door.refusal import FAILED, Refusal
from door.site import Site
from door.story.desk import Desk
from schemas.field_api import DEVICE_CONTACT, ContactReply, DeviceContact, Enrol
from schemas.field_api import Enrolled as Welcome
from schemas.ids import new_id
from schemas.sign import Ed25519Signer, sign_envelope
from schemas.time import now_ms


class Enrolled:
    """What a device knows of the court, learnt over the wire as the officer's app does."""

    def __init__(self, site: Site, desk: Desk, officer: str) -> None:
        self._url = f"{site.public_url}/device/v1"
        self.device, self.signer = new_id(), Ed25519Signer.generate()
        wish = Enrol(
            desk.enrolment_code(officer), self.device, "bench", "ed25519", self.signer.public,
            "file", "bench",
        )  # fmt: skip
        welcome = msgspec.json.decode(self._post("enrol", wish), type=Welcome)
        self.ingest_public = welcome.ingest_public
        self._reply = self._contact()

    @property
    def stream_url(self) -> str:
        """Where devices connect."""
        return f"{self._reply.relay.stream_url}/v1/stream"

    def publish_ticket(self, device: str, public: bytes) -> str:
        """Return the ticket of the last contact."""
        return self._reply.ticket

    def send(self, path: str, body: bytes) -> requests.Response:
        """Send bytes in the session of the last contact, once."""
        head = {"Authorization": f"Bearer {self._reply.session}"}
        return requests.post(f"{self._url}/{path}", data=body, headers=head, timeout=10)

    def _contact(self) -> ContactReply:
        hello = DeviceContact(self.device, new_id(), now_ms(), 0, "bench")
        envelope = sign_envelope(self.signer, DEVICE_CONTACT, hello)
        return msgspec.json.decode(self._post("contact", envelope), type=ContactReply)

    def _post(self, path: str, message: msgspec.Struct) -> bytes:
        answer = requests.post(f"{self._url}/{path}", data=msgspec.json.encode(message), timeout=30)
        if not answer.ok:
            raise Refusal("bench.refused", "登记失败", f"{path}: {answer.text}", status=FAILED)
        return answer.content
