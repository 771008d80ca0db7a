"""What a field record may say of recording itself: failures, private intervals, planned silence,
and the check before it; `schemas.records` holds the record that carries it."""

from __future__ import annotations

from enum import StrEnum

import msgspec

LATE_NOTE_MS = 24 * 3_600_000
"""A fault note made later than this after its fault began is called late; it still explains. So
is a recording that was assigned later than this after it began."""
_MOST_NOTICED = 10**12


class FaultCause(StrEnum):
    """Why nothing was recorded, or what was recorded is lost."""

    BATTERY = "battery"  # 更换电池或者电量耗尽
    STORAGE = "storage"  # 存储已满或者损坏
    CAMERA = "camera"  # 摄像头或者麦克风故障
    RESTART = "restart"  # 设备重启或者程序异常
    DAMAGE = "damage"  # 设备损坏或者遗失
    OTHER = "other"


class DeviceData(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the signing device read of itself when the note was made; None: not readable.

    restarted: it was started again after the fault began.
    """

    app: str
    battery_percent: int | None = None
    free_bytes: int | None = None
    temperature_c: float | None = None
    restarted: bool | None = None


class FaultNote(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="fault_note"):
    """The written explanation of a technical failure, checked and signed by the presiding
    officer (庭审录音录像规定(2017) 4). It explains what `device` did not show in
    [from_ms, to_ms); explained never counts as recorded."""

    device: str
    from_ms: int
    to_ms: int
    cause: FaultCause
    text: str
    device_data: DeviceData


class RecorderReason(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="recorder_reason"
):
    """Why fewer than two recorders ran (the court's rule on work recorders)."""

    text: str


class PrivateReason(StrEnum):
    """Why viewing is closed."""

    SEARCH = "search"  # 人身搜查
    CHILD = "child"  # 未成年人
    UNDRESSED = "undressed"  # 更衣、如厕
    MEDICAL = "medical"  # 医疗
    COUNTER = "counter"  # 柜台，其他客户的信息
    OTHER = "other"


class PrivateInterval(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="private_interval"
):
    """Recording went on, viewing is closed from `from_ms` to `to_ms` by the device's wall clock;
    None: it runs. One record when it begins, another when it ends, both of one `interval`.

    Every fragment that was taken meanwhile says so in its own header.
    """

    interval: str
    from_ms: int
    reason: PrivateReason
    to_ms: int | None = None


class CrewStart(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="crew_start"):
    """An officer starts recording for the whole crew: the others' devices are told to start."""

    at_ms: int


class SilenceReason(StrEnum):
    """Why nothing will be heard of a device."""

    NO_SIGNAL = "no_signal"  # 地下室、电梯等无信号处
    COVERT = "covert"  # 行动保密，暂停通信
    DEVICE = "device"  # 更换电池或者设备
    OTHER = "other"


class PlannedSilence(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="planned_silence"
):
    """Nothing may be heard of this device from `from_ms` to `until_ms` by its wall clock; the desk
    need not worry before. Told again with the same `silence`, the later `until_ms` counts."""

    silence: str
    from_ms: int
    until_ms: int
    reason: SilenceReason


class CheckState(StrEnum):
    """What a self-test found of one thing."""

    GOOD = "good"
    WARN = "warn"
    BAD = "bad"


CHECKED: dict[str, tuple[str, str]] = {
    "camera": ("摄像头", "camera"),
    "microphone": ("麦克风", "microphone"),
    "clock": ("时钟", "clock"),
    "space": ("存储空间", "space"),
    "battery": ("电量", "battery"),
    "keys": ("签名密钥", "signing key"),
    "papers": ("案件与文书", "case and papers"),
    "place": ("定位", "place"),
    "link": ("联网", "network"),
}
"""What a device tests before departure, in its order, with the Chinese and English word of each."""


class Checked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing of a pre-departure check: `what` is one of `CHECKED`; `value` what was measured, in
    `unit`; `code` why it is not good."""

    what: str
    state: CheckState
    value: int | None = None
    unit: str = ""
    code: str = ""


class DepartureCheck(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="departure_check"
):
    """The device tested itself before the crew left; it took `took_ms`."""

    began_ms: int
    took_ms: int
    checked: list[Checked]


class RecordingAssigned(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="recording_assigned"
):
    """A recording that was begun without an operation belongs to that of this record; it was
    opened at `opened_ms` by the device's wall clock."""

    recording: str
    opened_ms: int


class NoticedKind(StrEnum):
    """What a device noticed by itself while it recorded."""

    SIMULATED_PLACE = "simulated_place"  # 位置不是接收机测得
    IMPOSSIBLE_SPEED = "impossible_speed"  # 两次定位之间的速度不可能，公里每小时
    CLOCK_SET = "clock_set"  # 时钟被调整，毫秒，正数为调快
    CLOCK_OFF = "clock_off"  # 时钟与指挥中心不符，毫秒，正数为快
    LEFT_SITE = "left_site"  # 离开行动地点范围，米
    BACK_AT_SITE = "back_at_site"  # 回到行动地点范围，米


class Noticed(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="noticed"):
    """The device noticed something by itself while it made `recording`; no officer said so.
    `value` is in the unit of its kind."""

    recording: str
    what: NoticedKind
    at_ms: int
    value: int = 0


def noticed_text(what: NoticedKind, value: int) -> tuple[str, str]:
    """Return what was noticed, Chinese and English; value in the unit of its kind."""
    size = min(abs(value), _MOST_NOTICED)
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
