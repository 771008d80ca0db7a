"""After a round ended (终本): each query of property has a result that applicants are told.

The query is a clock of every six months for five years (终本规定 9); it is done with its result,
and the notices go with it. The debtor is not told: what was found is not controlled yet.
"""

from __future__ import annotations

from command_center.cases.log import LogLine, append_log
from command_center.deadlines.clock import day_text
from command_center.deadlines.models import DeadlineRow
from command_center.deadlines.service import finish_deadline
from command_center.notices.service import NodeEvent, queue_notices
from command_center.notices.templates import Purpose
from command_center.platform import typed
from command_center.platform.masking import mask_long_numbers
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.problems import Kind, MzError
from schemas.sign import sha256_hex

RECHECK = "zhongben_recheck"
RESULTS = {
    "NONE": ("未发现可供执行的财产", "no property that can be enforced on"),
    "FOUND": ("发现可供执行的财产", "property that can be enforced on"),
}
_LONGEST = 100


def finish_clock(
    uow: UnitOfWork, principal: Principal, deadline: str, day: str, how: str, result: str = ""
) -> None:
    """Record that what was due is done. A query after the end of a round has a result, one of
    `RESULTS`, and says what was queried; the applicants are told at once.

    Errors: of `finish_deadline`, `recheck.no_result`, `recheck.no_proof`.
    """
    row = uow.session.get(DeadlineRow, deadline)
    if row is None or row.rule != RECHECK:
        finish_deadline(uow, principal, deadline, day, how)
        return
    queried = mask_long_numbers(typed.line(how, _LONGEST))
    if result not in RESULTS:
        raise MzError("recheck.no_result", Kind.INVALID, result[:20])
    if not queried:
        raise MzError("recheck.no_proof", Kind.INVALID)
    zh, en = RESULTS[result]
    finish_deadline(uow, principal, deadline, day, f"{zh}：{queried}")
    text = f"终本后查询财产：{day_text(typed.day(day))}，{zh}，{queried}"
    uow.ledger("case:round:rechecked", principal.id, row.deadline, sha256_hex(text.encode()),
               {"case": row.case, "result": result})  # fmt: skip
    append_log(uow, LogLine(row.case, uow.now_ms, "ROUND", text, principal.name,
                            subject=row.deadline))  # fmt: skip
    uow.emit("RoundRechecked", text, f"Queried after the end of the round: {en}", case=row.case,
             subject=row.deadline, level="warn" if result == "FOUND" else "info")  # fmt: skip
    facts = {"when": day_text(typed.day(day)), "result": f"{zh}（{queried}）"}
    queue_notices(
        uow, NodeEvent(Purpose.ROUND_RECHECKED, row.deadline, row.case, facts, ("APPLICANT",))
    )
