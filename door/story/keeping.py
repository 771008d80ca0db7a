"""What was recorded is kept: an offline recorder's file, the archive, and what is taken of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from door.refusal import Refusal
from door.story import evidence
from door.story.act import Act
from door.story.bringing import SECONDS, Bringing, simulated_recorder_file
from door.story.desk import Desk
from door.story.telling import failed, wait_for
from schemas.sign import sha256_hex
from schemas.time import now_ms

_ARCHIVE_S = 60.0
_CLIP_MS = 5_000
_AHEAD_MS = 95_000


class Keeping(Act):
    """The chapter of the archive."""

    def bring(self) -> None:
        """Bring what an offline recorder saw of the visit; its clock was 95 s ahead."""
        with self.telling.step("导入离线记录仪的文件", "an offline recorder's file") as words:
            file = simulated_recorder_file(self.site.data / "simulated_recorder.mov")
            taken_ms = now_ms() - 2 * 1000 * SECONDS
            made = self.desk.bring(
                {
                    "name": file.name, "size": file.stat().st_size,
                    "started_wall_ms": taken_ms + _AHEAD_MS, "clock_ahead_ms": _AHEAD_MS,
                    "officer": self.cast.officer, "recorder_name": "模拟离线记录仪 0312",
                    "operation": self.cast.operation,
                }
            )  # fmt: skip
            bringing = Bringing(made, file)
            bringing.send()
            sha256 = bringing.wait()
            recording = str(made["recording"])
            self.report.imported = {"recording": recording, "sha256": sha256, "path": str(file)}
            wait_for(
                lambda: self._is_archived(recording), _ARCHIVE_S, "archive.incomplete",
                "导入的录像未归档", "the imported recording is not archived",
            )  # fmt: skip
            words.append(sha256[:16])

    def _is_archived(self, recording: str) -> bool:
        """Say whether the desk knows a recording and the relay has archived all of it."""
        if not self.desk.can_play(recording):
            return False
        held = evidence.holdings(self.desk.play_ticket(recording), recording)
        return bool(held) and all(one.final and one.archived == one.received for one in held)

    def archive(self) -> None:
        """Wait until every recorded fragment is archived."""
        with self.telling.step("逐片归档并读回核对", "every fragment archived") as words:
            try:
                wait_for(
                    self._all_archived, _ARCHIVE_S, "archive.incomplete",
                    "仍有片段未归档", "not every fragment is archived",
                )  # fmt: skip
            finally:
                self._count()
            counted = self.report.fragments
            words.append(f"{counted.archived}/{counted.recorded}")

    def _all_archived(self) -> bool:
        found = self._recordings()
        return bool(found) and all(each.ended and each.archived >= each.recorded for each in found)

    def _count(self) -> None:
        held, recorded = [], 0
        for each in self._recordings():
            recorded += each.recorded
            play = self.desk.play_ticket(each.recording)
            held += evidence.holdings(play, each.recording)
        self.report.fragments = evidence.fragments(recorded, held)

    def look_at_photo(self) -> None:
        """The desk fetches the photo of the seized thing; it is the one that was signed for."""
        with self.telling.step("指挥中心查看扣押物照片", "the photo, at the desk") as words:
            sha256 = self.report.measure["photo"]
            photo = self.desk.exhibit(self.report.measure["id"], sha256)
            if sha256_hex(photo) != sha256:
                raise failed("exhibit.differs", "照片与指纹不符", "the photo is not the signed one")
            words.append(f"{len(photo)} B, {sha256[:16]}")

    def take_clip(self) -> None:
        """Take five seconds of the footage away as one MP4, never encoded again."""
        with self.telling.step("导出一段录像(MP4)", "a clip as MP4") as words:
            moment = self.report.measure["photo_wall_ms"]
            target = self.site.data / "clip.mp4"
            facts = self.desk.clip(self._recording, moment, moment + _CLIP_MS, target)
            self.report.clip = {"path": str(target), **facts}
            words.append(f"{target.stat().st_size} B")

    def open_private(self) -> None:
        """One person asks for the private interval, another agrees: then he sees it, he alone."""
        with self.telling.step("两人共同开放隐私时段", "two persons open it") as words:
            leader = Desk(self.site.public_url, "指挥长 commander")
            commander = self.cast.staff["COMMANDER"]
            leader.sign_in(commander.number, commander.password)
            self._stays_closed(self.desk)
            interval = self.desk.private(self.cast.operation)[-1]
            opening = self.desk.ask_private(
                self.cast.operation, interval, self.cast.duty.id, "核对搜查经过"
            )
            self._stays_closed(self.desk)
            leader.agree_to_private(opening)
            self._stays_closed(leader)
            target = self.site.data / "private.mp4"
            facts = self._private_clip(self.desk, target)
            self.report.private |= {"interval": interval, "path": str(target), **facts}
            words.append(f"{target.stat().st_size} B")

    def _private_clip(self, desk: Desk, target: Path) -> dict[str, Any]:
        """Take the middle second of the private interval."""
        found = self.report.private
        middle = (found["from_ms"] + found["to_ms"]) // 2
        return desk.clip(self._recording, middle - 500, middle + 500, target)

    def _stays_closed(self, desk: Desk) -> None:
        try:
            self._private_clip(desk, self.site.data / "closed.mp4")
        except Refusal as refusal:
            if refusal.code == "playback.private":
                return
            raise
        raise failed("private.not_closed", "隐私时段未经开放即可取得", "What is private was given")
