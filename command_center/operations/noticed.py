"""The words of what a device notices by itself, and the desk's event of it."""

from __future__ import annotations

from command_center.operations.models import Operation
from command_center.platform.uow import UnitOfWork
from schemas.recording_notes import Noticed, NoticedKind
from schemas.records import FieldRecord

_MOST = 10**12
_INFO = (NoticedKind.BACK_AT_SITE,)


def noticed_text(what: NoticedKind, value: int) -> tuple[str, str]:
    """Return what was noticed, Chinese and English; value in the unit of its kind."""
    size = min(abs(value), _MOST)
    seconds = max(1, round(size / 1_000))
    match what:
        case NoticedKind.SIMULATED_PLACE:
            return "模拟位置，不是接收机测得", "simulated place, no receiver measured it"
        case NoticedKind.IMPOSSIBLE_SPEED:
            return (f"定位跳动，相当于时速 {size} 公里以上",
                    f"the place jumped, as if at {size} km/h or more")  # fmt: skip
        case NoticedKind.CLOCK_SET:
            way = ("调快", "forward") if value > 0 else ("调慢", "back")
            return f"设备时钟被{way[0]} {seconds} 秒", f"the clock was set {way[1]} by {seconds} s"
        case NoticedKind.CLOCK_OFF:
            way = ("快", "ahead of") if value > 0 else ("慢", "behind")
            return (f"设备时钟比指挥中心{way[0]} {seconds} 秒",
                    f"the clock is {seconds} s {way[1]} the centre's")  # fmt: skip
        case NoticedKind.LEFT_SITE:
            return (
                f"录制中离开行动地点，距 {size} 米",
                f"left the place, {size} m off",
            )
        case NoticedKind.BACK_AT_SITE:
            return f"回到行动地点，距 {size} 米", f"back at the place, {size} m off"


def tell_noticed(uow: UnitOfWork, record: FieldRecord, body: Noticed) -> None:
    """Tell the desk. The caller made sure that the record is authentic and new."""
    row = uow.session.get_one(Operation, record.operation)
    zh, en = noticed_text(body.what, body.value)
    uow.emit(
        "DeviceNoticed", f"{zh}：{row.title}", f"{en}: {row.title}", case=row.case,
        operation=row.id, device=record.device, subject=record.record,
        level="info" if body.what in _INFO else "warn",
    )  # fmt: skip
