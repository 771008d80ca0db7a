"""What the story's officers write down at the scene besides the seizure: a lot of its list, and the
notice that they leave there."""

from __future__ import annotations

from schemas import records
from schemas.measures import served
from schemas.measures.forms import FORMS
from schemas.measures.lots import LIST_LOT
from schemas.measures.served import ServedEnd, ServedLine
from schemas.records import Attendee, SignedHow
from schemas.time import now_ms

PLACE = "南江市临江区沿河工业路 2 号厂房"
_LOT = 2
_ROWS = (("空气压缩机", "台", 420_000), ("叉车", "台", 2_600_000), ("铝锭", "吨", 1_900_000))


def lot(photo: str, first: int) -> records.FieldAct:
    """Return the second lot of the list, whose rows begin where the first ended."""
    at_ms, form = now_ms(), FORMS[LIST_LOT]
    return records.FieldAct(
        form=form.name, version=form.version, started_ms=at_ms, finished_ms=at_ms,
        place_text=PLACE, attendees=[],
        facts={"of_act": "seize_movables", "lot": str(_LOT), "first_number": str(first)},
        items=[
            records.SeizedItem(number, name, 1, unit, estimated_value_fen=fen, photos=[photo])
            for number, (name, unit, fen) in enumerate(_ROWS, first)
        ],
    )  # fmt: skip


def leaving(addressee: str, paper: str, number: str, photo: str) -> records.FieldAct:
    """Return that a paper was left: who may receive it refuses to sign, a witness saw it."""
    line = ServedLine(ServedEnd.LEFT, 1, 1, paper, number, "执行措施告知书")
    at_ms, form = now_ms(), FORMS["serve"]
    return records.FieldAct(
        form=form.name, version=form.version, started_ms=at_ms - 1_000, finished_ms=at_ms,
        place_text=PLACE, photos=[photo],
        facts={"addressee": addressee, "served": served.written([line])},
        attendees=[
            Attendee("LEGAL_REP", "刘恒", True, SignedHow.REFUSED, "当场", "拒绝签收"),
            Attendee("WITNESS", "物业经理 许广生", True, SignedHow.SIGNED, "当场"),
        ],
        steps=[records.ActStep(step, at_ms) for step in form.steps],
    )  # fmt: skip
