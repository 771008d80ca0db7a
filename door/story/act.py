"""The act: guided step by step with every link cut, then all of it arrives; a paper is left."""

from __future__ import annotations

import time

import msgspec

from door.story import at_hand
from door.story.at_scene import AtScene
from door.story.device import OfficersDevice
from door.story.portal import Portal
from door.story.seizure import FORM, seizure, unsigned, will_sign
from door.story.telling import failed, wait_for
from schemas.measures.lots import mark_of
from schemas.measures.tags import Tag, new_tag, read_tags, tag_link
from schemas.records import ActStep, FieldAct, FootageAt
from schemas.sign import sha256_hex
from schemas.time import now_ms

_LOST_S, _BACKFILL_S, _MEASURE_S, _SERVED_S = 20.0, 60.0, 15.0, 15.0
_CATCH_UP_S = 2.0


Kept = list[tuple[OfficersDevice, str]]
"""Records by the device that keeps them."""


class Act(AtScene):
    """The chapter of the act itself."""

    def act(self) -> None:
        """Do the whole act; where there are links, with all of them cut from start to end."""
        before, begun, began_ms = self._running(), time.monotonic(), now_ms()
        self._cut()
        kept: Kept = []
        mark = self._list_a_lot(kept) if self.second in self.devices else ""
        self._write_and_sign(self._guide(mark), kept)
        if self.links is not None:
            self._see_it_kept(before.recorded)
            self.links.mend()
        self._arrive(kept, before.received, time.monotonic() - begun)
        if self._watching is not None:
            time.sleep(_CATCH_UP_S)
            self._watching.forget(began_ms, now_ms())

    # -- offline

    def _cut(self) -> None:
        if self.links is None:
            return
        with self.telling.step("断开两台设备的全部链路", "every link of both devices is cut"):
            self.links.cut()
            wait_for(
                lambda: all(each.status().link == "lost" for each in self.devices),
                _LOST_S, "link.not_lost", "设备没有察觉断网", "the devices did not notice",
            )  # fmt: skip

    def _list_a_lot(self, kept: Kept) -> str:
        """The second officer lists the rest of the things on his own device, and both confirm that
        they are there; return the lot's mark."""
        with self.telling.step(
            "第二台分册登记清单，两人各自确认在场", "a lot of the list; both confirm"
        ) as words:
            operation, device = self.cast.operation, self.second
            first = len(seizure("", None).items) + 1
            body = at_hand.lot(device.photo().sha256, first)
            made = device.typeset(operation, body, self.cast.officer)
            saved = device.save_measure(operation, body, self.cast.officer, [made.sha256])
            kept.append((device, saved.item))
            kept += [(one, one.stand_beside(operation).item) for one in self.devices]
            words.append(f"{len(body.items)} rows, {made.pages} pages")
            return mark_of(body, made.pages, made.sha256).text()

    def _guide(self, mark: str) -> FieldAct:
        """Announce, show the ID, say who came: one step after the other, each kept as a draft."""
        with self.telling.step(
            "按步引导：告知摄录、出示证件、在场人", "guided: announce, show ID, who came"
        ) as words:
            photo = self.device.photo()
            newest = max(0, self._running().recorded - 1)
            body = seizure(photo.sha256, FootageAt(self._recording, newest, photo.wall_ms))
            body.facts.update({"lots": mark} if mark else {})
            body.facts["seal_tags"] = self._new_tag()
            body.steps.clear()
            for step in FORM.steps:
                body.steps.append(ActStep(step, now_ms()))
                self.device.keep_draft(self._draft, msgspec.json.encode(body).decode())
            words.append(f"{len(body.steps)} steps, {len(body.attendees)} people")
            return msgspec.structs.replace(body, finished_ms=now_ms())

    def _new_tag(self) -> str:
        """Make the seal tag that is put on the machines, as the device does: with no network."""
        tag = new_tag(self.cast.case_number)
        self.report.tag["text"] = tag.text
        return tag.text

    @property
    def _draft(self) -> str:
        return f"{FORM.name}/{self.cast.operation}"

    def _write_and_sign(self, body: FieldAct, kept: Kept) -> None:
        """Typeset the paper on the device, print it, let people sign it on the glass; save."""
        with self.telling.step(
            "现场排版、朗读、打印，屏上签名，拒签留标记",
            "typeset, read out, printed, signed, refused",
        ) as words:
            operation = self.cast.operation
            made = self.device.typeset(operation, unsigned(body), self.cast.second)
            aloud = self.device.read_aloud(made.lines)
            printed = self.device.print(made.sha256)
            people = [
                self.device.sign(made.sha256, one) if will_sign(one) else one
                for one in body.attendees
            ]
            signed = msgspec.structs.replace(body, attendees=people)
            saved = self.device.save_measure(
                operation, signed, self.cast.second, [made.sha256, made.slip, made.tags],
                self._draft,
            )  # fmt: skip
            kept.append((self.device, saved.item))
            if sha256_hex(printed.read_bytes()) != made.sha256:
                raise failed(
                    "paper.differs", "打印件与所签不符", "what was printed is another paper"
                )
            if self._draft in self.device.drafts():
                raise failed("draft.kept", "草稿仍在", "the draft is still there")
            self.report.act = {
                "paper": made.sha256, "lines": made.lines,
                "signed": [one.signature_sha256 for one in people if one.signature_sha256],
                "steps": [one.step for one in signed.steps],
            }  # fmt: skip
            self._note_measure(saved.item, signed)
            words.append(f"{made.pages} pages, {len(self.report.act['signed'])} signatures")
            words.append("read aloud" if aloud else "no voice here (espeak-ng)")

    def _see_it_kept(self, recorded: int) -> None:
        """The officer's screen says that all of it is kept here; the desk knows nothing yet."""
        with self.telling.step(
            "断网中：已存本机，录制不停", "kept here; recording goes on"
        ) as words:
            status = self.device.status()
            if status.link != "lost" or not status.outbox_waiting:
                raise failed("link.not_lost", "设备并未断网", "the device is not offline")
            if self._running().recorded <= recorded:
                raise failed("record.stopped", "断链时录制停止", "Recording stopped with the link")
            if self._measure(self.report.measure["id"]):
                raise failed("measure.early", "断网时已到中心", "it reached the desk while cut")
            words.append(f"{status.outbox_waiting} waiting")

    # -- online

    def _arrive(self, kept: Kept, received: int, seconds: float) -> None:
        """Everything that was kept arrives: records, papers, signatures, footage."""
        with self.telling.step("恢复后全部到达", "everything arrives") as words:
            back, until = time.monotonic(), self._running().recorded
            sent = {item: device.wait_sent(item) for device, item in kept}
            measure = self.report.measure["id"]
            wait_for(
                lambda: self._running().received >= until, _BACKFILL_S, "backfill.incomplete",
                "断链期间的片段没有补传", "What was kept did not arrive",
            )  # fmt: skip
            took = round(time.monotonic() - back, 2)
            wait_for(
                lambda: self._measure(measure), _MEASURE_S, "measure.absent",
                "案件页没有这项措施", "the case page lacks the measure",
            )  # fmt: skip
            self.report.measure["defects"] = sent[measure].defects
            self._see_it_at_the_desk(measure)
            if self.links is not None:
                self.report.cut = {
                    "seconds": round(seconds, 2), "kept": until - received, "arrived_after_s": took,
                }  # fmt: skip
            words.append(f"{len(kept)} records, {until - received} fragments, {took} s")

    def _see_it_at_the_desk(self, measure: str) -> None:
        """The desk's pages show the whole list, the papers with their signatures, the refusal."""
        act = self.report.act
        wait_for(
            lambda: {act["paper"], *act["signed"]} <= self.desk.stored_exhibits(measure),
            _MEASURE_S, "exhibit.absent", "措施页缺少文书或者签名", "papers or signatures lack",
        )  # fmt: skip
        act["at_desk"] = sha256_hex(self.desk.exhibit(measure, act["paper"]))
        act["rows"] = self.desk.rows(measure)
        act["lacks"] = self.desk.lacks(measure)
        act["awaited"] = self.desk.awaited_lots(measure)
        act["refusals"] = [
            text for text in self.desk.marker_texts(self.cast.operation) if "拒绝签名" in text
        ]

    def _note_measure(self, record: str, body: FieldAct) -> None:
        moment = body.items[0].footage
        self.report.measure = {
            "id": record, "kind": "SEIZE", "record": record, "items": len(body.items),
            "control_from": body.control_from, "control_to": body.control_to,
            "photo": body.items[0].photos[0], "defects": [],
            "photo_wall_ms": moment.wall_ms if moment else 0,
        }  # fmt: skip

    def _measure(self, record: str) -> str:
        """Return the measure that came of a record: it carries the record's id."""
        shown = {each.get("data-measure") for each in self.desk.measures(self.cast.case)}
        return record if record in shown else ""

    # -- the tag on the thing

    def look_up_tag(self) -> None:
        """A clerk scans the tag into the register and comes to its measure; a passer-by scans its
        code and reads that it is genuine; with a wrong check code neither learns anything."""
        with self.telling.step("扫封条：查到措施，路人核验", "the seal tag is scanned") as words:
            text, other = self.report.tag["text"], new_tag("")
            (tag,) = read_tags(text) or []
            clerk = self.desk_of("CLERK")
            code = tag_link(self.site.public_url, tag)
            wrong = Tag(tag.number, other.check).text
            self.report.tag |= {
                "measure": clerk.measure_of_tag(code),
                "doubted": clerk.measure_of_tag(wrong),
                "read": Portal(self.site.public_url).tag(text),
                "refused": Portal(self.site.public_url).tag(wrong),
            }
            words += [tag.printed, self.report.tag["read"]]

    # -- the notice of it, left on the spot

    def leave_paper(self) -> None:
        """The written notice is issued at once and left at the scene, with photo and footage."""
        with self.telling.step("告知书当场留置送达", "the notice, left on the spot") as words:
            clerk, debtor = self.desk_of("CLERK"), self.cast.party("DEBTOR")
            paper = clerk.make_paper(self.report.measure["id"], "MEASURE_NOTICE", debtor)
            self.desk_of("JUDGE").approve(paper)
            clerk.issue(paper)
            name = next(name for party, _role, name in self.cast.parties if party == debtor)
            number, photo = clerk.paper_number(paper), self.device.photo()
            body = at_hand.leaving(name, paper, number, photo.sha256)
            saved = self.device.save_measure(self.cast.operation, body, self.cast.second)
            sent = self.device.wait_sent(saved.item)
            effect = wait_for(
                lambda: clerk.served_states(paper), _SERVED_S, "service.absent",
                "文书页没有送达", "the paper's page lacks the service",
            )  # fmt: skip
            self.report.left = {
                "effect": effect, "defects": sent.defects,
                "photo": photo.sha256, "photo_wall_ms": photo.wall_ms,
            }  # fmt: skip
            words.append(", ".join(effect))
