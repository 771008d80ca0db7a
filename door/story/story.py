"""The story: an officer records a seizure, the desk watches, both parties are told, it verifies.

Everything is said over HTTP, WebSockets and the device's local socket to programs that run as
processes of their own. Each chapter is one method; later issues add chapters.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from door.audit import audit
from door.refusal import Refusal
from door.site import Site
from door.story import evidence, freezing
from door.story.at_scene import AtScene
from door.story.bringing import SECONDS, Bringing, simulated_recorder_file
from door.story.clerk import Clerk
from door.story.desk import Desk
from door.story.html import Element
from door.story.portal import Portal
from door.story.reaching import reach
from door.story.report import NoticeState
from door.story.stage import Options
from door.story.telling import Telling, failed, wait_for
from schemas.field_api import OrderState
from schemas.time import now_ms

_DELIVERED = frozenset({"delivered", "read", "acked"})
_ATTENDED = frozenset({OrderState.DONE})
_OFFICER_S = 2.0
_ARCHIVE_S, _NOTICE_S = 60.0, 40.0
_CLIP_MS = 5_000
_AHEAD_MS = 95_000


class Story(AtScene):
    """One telling over one site."""

    def __init__(self, site: Site, options: Options, telling: Telling) -> None:
        super().__init__(site, options, telling)
        self._bundle = site.data / "evidence.zip"

    def tell(self) -> None:
        """Tell it to its end."""
        self.begin()
        self.watch()
        self.command()
        self.mark()
        self.talk()
        self.call_for_help()
        self.keep_private()
        self.join()
        self.seize()
        self.cut()
        self.keep_recording()
        self.withdraw()
        self.bring()
        self.archive()
        self.take_clip()
        self.open_private()
        self.inform()
        self.read_deadline()
        self.freeze()
        self.serve()
        self.reach()
        self.look_in()
        self.prove()

    def show(self) -> list[tuple[str, str, str]]:
        """Tell it as far as a visitor wants to look around himself, and go on recording.

        Returns the parties' sign-ins: role, case number, query password.
        """
        self.begin()
        self.seize()
        self.inform()
        with self.telling.step("签发双方的查询密码", "query passwords for both parties"):
            return [
                (name, self.cast.case_number, self.desk.issue_password(self.cast.case, party))
                for party, _, name in self.cast.parties
            ]

    def attend(self) -> None:
        """Be the officer: read each order that comes, and say a little later that it is done."""
        read = {each.order for each in self.device.status().orders if each.state in _ATTENDED}
        while True:
            time.sleep(_OFFICER_S)
            for order in self.device.status().orders:
                if order.order not in read:
                    self.device.acknowledge(order)
                    read.add(order.order)

    # -- chapter 5: everything is archived

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

    # -- chapter 6: both parties

    def inform(self) -> None:
        """Wait until both parties' notices are delivered."""
        with self.telling.step("双方当事人的告知送达终端", "both parties told") as words:
            try:
                self.report.notices = wait_for(
                    lambda: self._delivered(self.report.measure["id"]), _NOTICE_S,
                    "notice.not_delivered", "告知尚未送达终端", "the notices are not delivered",
                )  # fmt: skip
            except BaseException:
                self.report.notices = self.desk.notices(self.cast.case, self.report.measure["id"])
                raise
            words.append(f"{len(self.report.notices)} notices")

    def _delivered(self, measure: str) -> list[NoticeState]:
        found = self.desk.notices(self.cast.case, measure)
        sms = [each for each in found if each.channel == "SMS"]
        both = {each.party for each in sms} >= {role for _, role, _ in self.cast.parties}
        return found if both and all(each.state in _DELIVERED for each in sms) else []

    def read_deadline(self) -> None:
        """Read the date by which the case must be closed, with every step that leads to it."""
        with self.telling.step("期限可读：结案期限怎样算出", "a deadline you can read") as words:
            self.report.deadline = wait_for(
                lambda: self.desk.deadline(self.cast.case), 30, "deadline.absent",
                "案件没有结案期限", "the case has no deadline",
            )  # fmt: skip
            words.append(self.report.deadline["due"])

    def freeze(self) -> None:
        """Freeze an account, telling held meanwhile; its paper ends soon, so the guardian drafts
        and the officer renews."""
        officer, head = self._signed_in("ENF_OFFICER"), self._signed_in("BUREAU_HEAD")
        with self.telling.step("冻结存款，暂缓后告知双方", "a freeze with hold") as words:
            head.hold(self.cast.case, "其余账户尚未冻结")
            measure = officer.register(self.cast.case, "FREEZE", "DEPOSIT", freezing.fields())
            held = {each.state for each in officer.notices(self.cast.case, measure)}
            head.lift_hold(self.cast.case)
            told = wait_for(
                lambda: self._delivered(measure), _NOTICE_S, "notice.not_delivered",
                "告知尚未送达终端", "the notices are not delivered",
            )  # fmt: skip
            words.append(f"{', '.join(held)} → {told[0].state}")
        with self.telling.step("到期预警拟稿，续行", "warned and renewed") as words:
            papers = wait_for(
                lambda: officer.renewal_papers(measure), 60, "renewal.absent",
                "没有续行文书", "no renewal papers were drafted",
            )  # fmt: skip
            judge, saved = self._signed_in("JUDGE"), self.site.data / "renewal.pdf"
            for each in papers:
                judge.approve(each)
                officer.issue(each)
            state = officer.renew(measure, freezing.renewal())
            words.append(state)
        self.report.freeze = {
            "id": measure, "held": sorted(held), "papers": len(papers), "state": state,
            "paper": (str(saved), officer.save_paper(papers[0], saved)),
        }  # fmt: skip

    def serve(self) -> None:
        """The freeze is told in writing: a paper made, approved, stamped, issued and served."""
        with self.telling.step(
            "告知书签章、发出、送达", "a paper stamped, issued, served"
        ) as words:
            clerk, judge = self._signed_in("CLERK"), self._signed_in("JUDGE")
            debtor = self.cast.party("DEBTOR")
            paper = clerk.make_paper(self.report.freeze["id"], "MEASURE_NOTICE", debtor)
            judge.approve(paper)
            clerk.issue(paper)
            served = clerk.serve(paper, debtor, "hengfa@example.cn", "系统显示送达成功")
            judge.approve(served["certificate"])
            clerk.issue(served["certificate"])
            found = {"notice": paper, "certificate": served["certificate"]}
            self.report.papers = {"effect": served["effect"]}
            for name, one in found.items():
                target = self.site.data / f"{name}.pdf"
                self.report.papers[name] = (str(target), clerk.save_paper(one, target))
            elsewhere = Path(self.report.papers["notice"][0]).read_bytes()
            self.report.papers["imported"] = clerk.import_paper(
                self.cast.case, f"（2025）粤0199民初{now_ms() // 1000 % 100_000}号", elsewhere
            )
            words.append(served["effect"])

    def reach(self) -> None:
        """In the other case a telephone is a stranger's, and the next one is dead."""
        with self.telling.step("非本人停号，短信失败转信件", "not me; a letter instead") as words:
            self.report.reached = reach(
                self._signed_in("ENF_OFFICER"), self._signed_in("CLERK"), self.cast.other_case,
                self.cast.other_debtor,
            )  # fmt: skip
            words.append(f"{self.report.reached['letters']} letters posted")

    def _signed_in(self, role: str) -> Clerk:
        desk, who = Clerk(self.site.public_url, role.lower()), self.cast.staff[role]
        desk.sign_in(who.number, who.password)
        return desk

    def look_in(self) -> None:
        """The debtor signs in with his password and sees the measure in plain words."""
        with self.telling.step("被执行人凭案号和密码查询", "the debtor looks in") as words:
            party = self.cast.party("DEBTOR")
            password = self.desk.issue_password(self.cast.case, party)
            portal = Portal(self.site.public_url)
            portal.sign_in(self.cast.case_number, password)
            page = wait_for(
                lambda: self._seen(portal), 15, "portal.measure_absent",
                "当事人页面没有这项措施", "the party's page lacks the measure",
            )  # fmt: skip
            self.report.portal = {
                "signed_in": True,
                "case_number": self.cast.case_number,
                "party": "DEBTOR",
                "measures": len(list(page.all(data_measure=None))),
                "notices": len(list(page.all(data_notice=None))),
            }
            self.report.papers["fetched"] = wait_for(
                lambda: portal.paper("告知第1号").startswith(b"%PDF"), 15, "portal.paper_absent",
                "当事人页面没有文书", "the party's page lacks the paper",
            )  # fmt: skip
            words.append(self.cast.case_number)

    def _seen(self, portal: Portal) -> Element | None:
        """Return the party's page once it shows the seizure in words and its notices."""
        page = portal.case()
        told = page.first(data_notice=None) is not None
        return page if told and "数控车床" in page.text and "扣押" in page.text else None

    # -- chapter 7: proof

    def prove(self) -> None:
        """Export, verify with the root, audit everything."""
        with self.telling.step("导出证据包并核验", "export and verify") as words:
            self.desk.export(self.cast.operation, self._bundle)
            self.report.bundle = str(self._bundle)
            self.report.verify = evidence.verify(self._bundle, self.cast.root)
            made = evidence.playable(self._bundle, self.site.data / "recordings")
            self.report.recording = [str(path) for path in made]
            verdict = self.report.verify.verdict
            words.append(verdict)
            if verdict != "verified":
                raise failed("bundle.not_verified", f"核验未通过：{verdict}", verdict)
        with self.telling.step("核对全部账目", "audit"):
            found = audit(self.site.settings, [each.data for each in self.devices])
            self.report.audit = found
            if not found["ok"]:
                first = found["findings"][0] if found["findings"] else "?"
                raise failed("audit.difference", f"有不明差异：{first}", f"unexplained: {first}")
