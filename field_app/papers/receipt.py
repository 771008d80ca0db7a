"""The receipt for cash that was taken at the scene (执行款收据): a paper of its own."""

from __future__ import annotations

from field_app.papers.written import Written, about
from schemas.field_api import OperationBrief
from schemas.measures.forms import takes_cash
from schemas.money import capital_text, yuan_text
from schemas.records import FieldAct
from schemas.time import court_time

_PAYER = "DEBTOR"


def write_receipt(
    body: FieldAct, brief: OperationBrief, court: str, officers: list[str]
) -> Written | None:
    """Return the receipt of an act, None where no cash was taken."""
    if not takes_cash(body.facts):
        return None
    fen = int(body.facts["cash_fen"])
    payers = "、".join(name for role, name in brief.parties if role == _PAYER)
    counted = "，两人当场清点" if len(officers) > 1 else ""
    day = court_time(body.finished_ms)
    lines = (
        f"收据号：{body.facts.get('cash_receipt') or '未写明'}。",
        f"交款人：{payers or '未写明'}。",
        f"收到现金：{yuan_text(fen)}（{capital_text(fen)}）。",
        f"事由：{body.facts.get('performed') or '当场履行'}。",
        f"收款人：{'、'.join(officers)}{counted}。",
        f"日期：{day.year}年{day.month}月{day.day}日。",
    )
    signers = (*(f"收款人 {name}" for name in officers), f"交款人 {payers}")
    return Written("执行款收据", about(brief, court), lines, (), signers)
