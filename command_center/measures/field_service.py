"""Papers served at the scene: from the record of the act to the service of the paper."""

from __future__ import annotations

from collections.abc import Iterator

from command_center.measures import columns, law
from command_center.measures.execution import officer_names
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from command_center.serving import at_scene
from command_center.serving.words import Method
from schemas.field_api import Defect
from schemas.ids import short_id
from schemas.records import FieldAct, FieldRecord, SignedHow

SERVE = "serve"
_SIGNED = (SignedHow.SIGNED, SignedHow.STAMPED, SignedHow.FINGERPRINT)


def find_defects(uow: UnitOfWork, record: FieldRecord, body: FieldAct) -> Iterator[Defect]:
    """Return why a service from the scene stays open or cannot be tied to a paper."""
    if body.form != SERVE:
        return
    handed = _handed(uow, record, body)
    if handed is None or at_scene.find(uow, handed) is None:
        text = "没有找到文号、受送达人与之相符的已签发文书，未自动登记送达。"
        yield Defect("service.paper_unknown", text, "")
    elif not handed.proven:
        text = "没有受送达人的签收，或者留置没有照片和录像，送达待核。"
        yield Defect("service.unproven", text, law.CIVIL_PROCEDURE_89.text())


def execute(uow: UnitOfWork, record: FieldRecord, body: FieldAct) -> None:
    """Begin the service of the paper that the act names, and end it where it is proven."""
    handed = _handed(uow, record, body) if body.form == SERVE else None
    if handed is not None:
        name = officer_names(uow, record.officer)
        at_scene.take(uow, Principal(record.officer, name, "ENF_OFFICER"), handed)


def _handed(uow: UnitOfWork, record: FieldRecord, body: FieldAct) -> at_scene.Handed | None:
    method = body.facts.get("serve_method", "")
    if method not in (Method.DIRECT, Method.LEFT):
        return None
    left = method == Method.LEFT
    signed = any(one.attended and one.signed in _SIGNED for one in body.attendees)
    shown = bool(body.photos) and record.footage is not None
    how = f"照片{len(body.photos)}张、录像" if left else "受送达人签收"
    return at_scene.Handed(
        record.record, record.case, columns.line(body.facts.get("served_paper", "")),
        columns.line(body.facts.get("receiver", "")), columns.line(body.place_text),
        Method(method), columns.moment(body.finished_ms, uow.now_ms),
        f"现场记录{short_id(record.record)}，{how}", shown if left else signed,
    )  # fmt: skip
