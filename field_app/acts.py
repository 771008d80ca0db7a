"""What the officer does, made into signed records: a step, a measure, a photo."""

from __future__ import annotations

import msgspec

from field_app.capture.recorder import Recorder
from field_app.device.identity import Identity
from field_app.device.machine import boot
from field_app.device.place import PlaceSource
from field_app.local_api import MeasureArgs, OutboxItem, PhotoTaken, StepArgs
from field_app.spool.outbox import ItemKind
from field_app.spool.spool import Spool
from field_app.sync.session import Session
from field_app.version import APP
from schemas import crash
from schemas.ids import new_id
from schemas.records import (
    FIELD_RECORD,
    Body,
    ExhibitRef,
    FieldRecord,
    OperationStep,
    SeizeMovables,
    Step,
)
from schemas.sign import sha256_hex, sign_envelope
from schemas.time import mono_ms, now_ms

_STEP_TITLES = {
    Step.DEPARTED: "出发",
    Step.ON_SCENE: "到达现场",
    Step.ACTING: "开始执行",
    Step.WITHDRAWN: "撤离",
}
_JPEG = "image/jpeg"


class Acts:
    """Signs the exact bytes and keeps them in the outbox; sending is another's work."""

    def __init__(
        self,
        identity: Identity,
        spool: Spool,
        session: Session,
        recorder: Recorder,
        place: PlaceSource,
    ) -> None:
        self._identity, self._spool, self._session = identity, spool, session
        self._recorder, self._place = recorder, place

    def photo(self) -> PhotoTaken:
        """Keep a still of the running camera as an exhibit; `photo.no_picture`."""
        data, at_ms = self._recorder.gop.still(), now_ms()
        self._spool.outbox.put_exhibit(data, "照片", at_ms)
        return PhotoTaken(sha256_hex(data), len(data), at_ms)

    def step(self, args: StepArgs) -> OutboxItem:
        """Keep a step of the crew; `operation.unknown`."""
        body = OperationStep(args.step, now_ms())
        return self._keep(args.operation, body, ItemKind.STEP, _STEP_TITLES[args.step])

    def save_measure(self, args: MeasureArgs) -> OutboxItem:
        """Keep a measure with the exhibits it names; `operation.unknown`, `exhibit.unknown`."""
        title = f"扣押动产 {len(args.body.items)} 项"
        return self._keep(args.operation, args.body, ItemKind.MEASURE, title, args.second_officer)

    def _keep(
        self, operation: str, body: Body, kind: ItemKind, title: str, second: str | None = None
    ) -> OutboxItem:
        answer = self._identity.court()[0].enrolled
        at_ms = now_ms()
        record = FieldRecord(
            record=new_id(), device=self._identity.device, officer=answer.officer.officer,
            operation=operation, case=self._session.operation(operation).case,
            recorded_wall_ms=at_ms, recorded_mono_ms=mono_ms(), boot=boot(), app=APP, body=body,
            second_officer=second, place=self._place.now(), footage=self._recorder.at(),
            exhibits=self._exhibits(body),
        )  # fmt: skip
        envelope = sign_envelope(self._identity.signer, FIELD_RECORD, msgspec.json.encode(record))
        item = self._spool.outbox.put_record(envelope, kind, title, at_ms)
        crash.point("field.after_record_kept")
        return item

    def _exhibits(self, body: Body) -> list[ExhibitRef]:
        """Return what the body names by digest, each once, with the size kept here."""
        if not isinstance(body, SeizeMovables):
            return []
        named = {sha: "photo" for item in body.items for sha in item.photos}
        named |= {a.signature_sha256: "signature" for a in body.attendees if a.signature_sha256}
        return [
            ExhibitRef(sha, self._spool.outbox.size(sha), _JPEG, kind)
            for sha, kind in named.items()
        ]
