"""What a relay tells of its disks and of the copies on them, as events that the desk sees."""

from __future__ import annotations

from command_center.footage.models import RecordingRow
from command_center.platform.uow import UnitOfWork
from schemas import feed

Damaged = feed.PartDamaged | feed.ExhibitDamaged


def tell_copies(
    uow: UnitOfWork, relay: str, item: Damaged | feed.DomainChanged | feed.SpaceChanged
) -> None:
    """Raise the alarm of a damaged copy, a silent failure domain or a full disk, or say that it is
    over."""
    if isinstance(item, feed.PartDamaged):
        _part_damaged(uow, item)
    elif isinstance(item, feed.ExhibitDamaged):
        _exhibit_damaged(uow, item)
    elif isinstance(item, feed.SpaceChanged):
        _space(uow, relay, item)
    else:
        _domain(uow, relay, item)


def _repair(item: Damaged) -> tuple[str, str]:
    """Return what became of a damaged copy, in Chinese and English."""
    if item.repaired_from is None:
        return "无完好副本可修复", "no good copy was found to repair it"
    source = item.repaired_from
    return f"已由 {source} 的副本修复", f"repaired from the copy in {source}"


def _exhibit_damaged(uow: UnitOfWork, item: feed.ExhibitDamaged) -> None:
    short = item.sha256[:12]
    zh, en = _repair(item)
    uow.emit(
        "ExhibitDamaged",
        f"证物文件 {short} 在 {item.domain} 的副本损坏（{item.code}），{zh}",
        f"The copy of exhibit {short} in {item.domain} is damaged ({item.code}); {en}",
        subject=item.sha256,
        level="alarm",
    )


def _part_damaged(uow: UnitOfWork, item: feed.PartDamaged) -> None:
    recording = uow.session.get(RecordingRow, item.recording)
    short = item.part_sha256[:12]
    zh, en = _repair(item)
    uow.emit(
        "PartDamaged",
        f"存档分段 {short} 在 {item.domain} 的副本损坏（{item.code}），{zh}",
        f"The copy of part {short} in {item.domain} is damaged ({item.code}); {en}",
        operation=recording.operation if recording else None,
        device=recording.device if recording else None,
        subject=item.recording,
        level="alarm",
    )


def _domain(uow: UnitOfWork, relay: str, item: feed.DomainChanged) -> None:
    subject = f"{relay}/{item.domain}"
    if item.available:
        uow.emit("DomainBack",
                 f"存储域 {item.domain} 已恢复",
                 f"The failure domain {item.domain} takes parts again",
                 subject=subject)  # fmt: skip
        return
    uow.emit("DomainUnavailable",
             f"存储域 {item.domain} 不可用（{item.code}），未归档的片段留在中继日志中",
             f"The failure domain {item.domain} is not available ({item.code}); "
             "what is not archived stays in the relay's log",
             subject=subject, level="alarm")  # fmt: skip


def _space(uow: UnitOfWork, relay: str, item: feed.SpaceChanged) -> None:
    """What is better by a level is told as over, then what is left of it anew."""
    free, least = (f"{size / 1e9:.1f} GB" for size in (item.free_bytes, item.min_free_bytes))
    if item.level is feed.SpaceLevel.FULL:
        uow.emit("RelayDiskFull",
                 f"中继 {relay} 磁盘已近满，不再接受新的录像：剩 {free}，"
                 "进行中的录像照常，已存的不删",
                 f"The disk of {relay} is nearly full, new recordings are refused: {free} left; "
                 "what runs goes on, nothing is deleted",
                 subject=relay, level="alarm")  # fmt: skip
        return
    uow.emit("RelaySpaceBack", f"中继 {relay} 接受新的录像：剩 {free}",
             f"{relay} takes new recordings: {free} left", subject=relay)  # fmt: skip
    if item.level is feed.SpaceLevel.LOW:
        uow.emit("RelaySpaceLow",
                 f"中继 {relay} 磁盘将满：剩 {free}，低于 {least} 时不再接受新的录像",
                 f"The disk of {relay} fills up: {free} left; below {least} no new recording is "
                 "taken", subject=relay, level="warn")  # fmt: skip
