"""What goes wrong: the wrong case is chosen at the scene, a phone is lost and found again."""

from __future__ import annotations

from door.story.desk import Desk
from door.story.html import Element
from door.story.parties import Parties
from door.story.telling import failed, wait_for
from schemas.ids import new_id
from schemas.opened import OpenedKind
from schemas.records import Step

_OFFLINE_FRAGMENTS = 10
_ARRIVE_S, _APART_S, _TAKEN_S = 20.0, 60.0, 60.0
_PLACE = "南江市临江区沿河工业路 9 号仓库"


class Decider(Desk):
    """A desk from which it is decided about what revoked devices sent."""

    def waiting(self, device: str) -> tuple[int, list[str], int]:
        """Return how many records wait of a device, the items of its footage that are whole, and
        those that are still coming."""
        page = self._page(f"quarantine/{device}")
        films = list(page.all("tr", data_recording=None))
        coming = [one for one in films if "接收中" in one.text]
        whole = [item for one in films if one not in coming for item in _items(one)]
        return len(list(page.all("tr", data_record=None))), whole, len(coming)

    def ask_to_take(self, device: str, reason: str) -> None:
        """Ask that all that waits be taken over."""
        page = self._page(f"quarantine/{device}")
        fields: dict[str, str | list[str]] = {
            "act": "TAKE", "reason": reason, "record": _items(page)
        }  # fmt: skip
        self._form(f"quarantine/{device}/decisions", fields)

    def agree_to_take(self, device: str, reason: str) -> None:
        """Agree to what another person asked for."""
        (asked,) = self._page(f"quarantine/{device}").all(data_decision=None)
        path = f"quarantine/{device}/decisions/{asked.get('data-decision')}"
        self._form(path, {"answer": "agree", "reason": reason})

    def is_taken(self, device: str) -> bool:
        """Say whether all of a decision was carried out."""
        (asked,) = self._page(f"quarantine/{device}").all(data_decision=None)
        return "已完成" in asked.text

    def origin(self, recording: str) -> str:
        """Return what the page of a recording says of where it comes from."""
        found = self._page(f"recordings/{recording}").first(data_part="origin")
        return found.text if found else ""


class Planner(Desk):
    """A desk that confirms what officers opened themselves."""

    def unconfirmed(self, operation: str) -> bool:
        """Say whether an operation waits to be confirmed."""
        return self._page("operations").first(data_unplanned=operation) is not None

    def confirm(self, operation: str) -> None:
        """Confirm an operation under the case that its officer named."""
        self._form(f"operations/{operation}/confirm", {})

    def correct_case(self, operation: str, number: str, reason: str) -> str:
        """Move it to the right case; return what its page says of that."""
        fields = {"case_number": number, "reason": reason}
        self._form(f"operations/{operation}/case", fields)
        found = self._page(f"operations/{operation}").first(data_part="unplanned")
        return found.text if found else ""


class Losing(Parties):
    """The chapters of what was not planned."""

    def come_upon(self) -> None:
        """The officer opens an operation himself, in the wrong case; the desk confirms and
        corrects it."""
        with self.telling.step(
            "现场开立计划外行动，确认并更正案件", "unplanned, confirmed, case corrected"
        ) as words:
            operation, planner = new_id(), Planner(self.site.public_url, "指挥长 commander")
            commander = self.cast.staff["COMMANDER"]
            planner.sign_in(commander.number, commander.password)
            self.device.open_operation(operation, OpenedKind.PROPERTY, _PLACE, self.cast.case)
            wait_for(
                lambda: planner.unconfirmed(operation), _ARRIVE_S, "unplanned.absent",
                "计划外行动没有到指挥中心", "the unplanned operation is not on the desk",
            )  # fmt: skip
            planner.confirm(operation)
            said = planner.correct_case(operation, self.cast.other_number, "经核对系另一案")
            if "更正为" not in said:
                raise failed("unplanned.uncorrected", "案件没有更正", "the case is not corrected")
            left = self.device.report_step(operation, Step.WITHDRAWN)
            self.device.wait_sent(left.item)
            self.report.unplanned = {"operation": operation, "said": said}
            words.append(self.cast.other_number)

    def replay(self) -> None:
        """The device shows what it recorded from five seconds before the photo."""
        with self.telling.step("设备回看照片前 5 秒", "5 s before the photo, replayed") as words:
            photo_ms = self.report.left["photo_wall_ms"]
            first_ms = self.device.replay(self.report.left["photo"])
            if not 0 < photo_ms - first_ms < 10_000:
                raise failed("replay.elsewhere", "回看的不是该照片", "this is another moment")
            self.report.replayed = {"before_ms": photo_ms - first_ms}
            words.append(f"{photo_ms - first_ms} ms")

    def lose(self) -> None:
        """The second device goes on where nothing reaches it, is lost and revoked; found again it
        sends what it holds apart, and two persons take that over."""
        if self.links is None or self.second not in self.devices:
            return
        device = self.second
        name = device.status().device
        duty, head = (self._decider(role) for role in ("DUTY_OFFICER", "BUREAU_HEAD"))
        with self.telling.step("断网中录制，遗失，撤销，找回", "lost, revoked, found") as words:
            self.links.cut()
            recording = device.record(self.cast.operation)
            wait_for(
                lambda: device.status().backlog_fragments >= _OFFLINE_FRAGMENTS, 30,
                "record.no_fragment", "录制没有产生片段", "No fragment was recorded",
            )  # fmt: skip
            device.mark(self.cast.operation, "遗失前")
            device.stop("返程")
            head.revoke(name, "返程途中遗失")
            wait_for(
                self._relay_knows, _ARRIVE_S, "relay.unreachable",
                "中继不知道撤销", "the relay does not know of the revocation",
            )  # fmt: skip
            self.links.mend()
            wait_for(
                lambda: self._all_apart(duty, name), _APART_S, "quarantine.absent",
                "隔离区没有收到遗失设备的内容", "nothing of the lost device is in quarantine",
            )  # fmt: skip
            words.append(recording)
        with self.telling.step("两人自隔离区转入", "two persons take it over") as words:
            duty.ask_to_take(name, "设备已经找回，外壳完好")
            head.agree_to_take(name, "与两名执行人员核对无误")
            wait_for(
                lambda: head.is_taken(name) and duty.can_play(recording)
                and self._is_archived(recording),
                _TAKEN_S, "quarantine.not_taken", "隔离区的内容没有转入", "it was not taken over",
            )  # fmt: skip
            origin = duty.origin(recording)
            self.report.quarantine = {"recording": recording, "origin": origin}
            words.append(origin[:16])

    def _relay_knows(self) -> bool:
        """Say whether the relay lets a revoked device in no more; before, it does as ever."""
        return "revoke_device" in (self.site.logs / "relay.log").read_text("utf-8")

    def _all_apart(self, desk: Decider, device: str) -> bool:
        status = self.second.status()
        if not status.revoked or status.backlog_fragments or status.outbox_waiting:
            return False
        records, whole, coming = desk.waiting(device)
        return bool(records and whole) and not coming

    def _decider(self, role: str) -> Decider:
        person, desk = self.cast.staff[role], Decider(self.site.public_url, role.lower())
        desk.sign_in(person.number, person.password)
        return desk


def _items(page: Element) -> list[str]:
    """Return what the boxes of a page stand for."""
    return [one.get("value") for one in page.all("input", name="record")]
