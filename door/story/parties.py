"""Both parties are told, and served; one of them looks in."""

from __future__ import annotations

from pathlib import Path

from door.site import Site
from door.story import freezing
from door.story.html import Element
from door.story.keeping import Keeping
from door.story.portal import Portal
from door.story.reaching import reach
from door.story.report import NoticeState
from door.story.stage import Options
from door.story.telling import Telling, failed, wait_for
from schemas.time import court_time, now_ms

_DELIVERED = frozenset({"delivered", "read", "acked"})
_NOTICE_S = 40.0


class Parties(Keeping):
    """The chapter of both parties."""

    def __init__(self, site: Site, options: Options, telling: Telling) -> None:
        super().__init__(site, options, telling)
        self._portal = Portal(site.public_url)

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
        """Freeze an account, telling held meanwhile; its paper ends soon."""
        officer, head = self.desk_of("ENF_OFFICER"), self.desk_of("BUREAU_HEAD")
        with self.telling.step("冻结存款，暂缓后告知双方", "a freeze with hold") as words:
            head.hold(self.cast.case, "其余账户尚未冻结")
            measure = officer.register(self.cast.case, "FREEZE", "DEPOSIT", freezing.fields())
            held = {each.state for each in officer.notices(self.cast.case, measure)}
            waiting = head.held(self.cast.case)
            head.lift_hold(self.cast.case)
            told = wait_for(
                lambda: self._delivered(measure), _NOTICE_S, "notice.not_delivered",
                "告知尚未送达终端", "the notices are not delivered",
            )  # fmt: skip
            self.report.freeze = {
                "id": measure, "held": sorted(held), "waiting": waiting,
                "lifted": head.held(self.cast.case) == "",
                "found": self.cast.case in officer.holding(freezing.fields()["account"]),
            }  # fmt: skip
            words.append(f"{', '.join(held)} → {told[0].state}")

    def renew(self) -> None:
        """Meanwhile the guardian drafted the freeze's renewal; the officer renews."""
        officer, judge = self.desk_of("ENF_OFFICER"), self.desk_of("JUDGE")
        measure = self.report.freeze["id"]
        with self.telling.step("到期预警拟稿，续行", "warned and renewed") as words:
            papers = wait_for(
                lambda: officer.renewal_papers(measure), 60, "renewal.absent",
                "没有续行文书", "no renewal papers were drafted",
            )  # fmt: skip
            for each in papers:
                judge.approve(each)
            for each in papers:
                officer.issue(each)
            state, saved = (
                officer.renew(measure, freezing.renewal()),
                self.site.data / "renewal.pdf",
            )
            self.report.freeze |= {
                "papers": len(papers), "state": state,
                "paper": (str(saved), officer.save_paper(papers[0], saved)),
            }  # fmt: skip
            words.append(state)

    def word(self) -> None:
        """The court words the notice itself: a clerk proposes, a judge approves."""
        with self.telling.step("本院模板提交、批准", "a template proposed, approved") as words:
            since = court_time(now_ms()).strftime("%Y-%m-%d %H:%M:%S")
            sentence = f"自{since}起，本院在工业路1号立案大厅答复。"
            own = self.desk_of("CLERK").word("MEASURE_NOTICE", sentence)
            words.append(self.desk_of("JUDGE").approve_wording(own))

    def serve(self) -> None:
        """The freeze is told in writing: a paper made, approved, stamped, issued and served."""
        with self.telling.step(
            "告知书签章、发出、送达", "a paper stamped, issued, served"
        ) as words:
            clerk, judge = self.desk_of("CLERK"), self.desk_of("JUDGE")
            debtor = self.cast.party("DEBTOR")
            paper = clerk.make_paper(self.report.freeze["id"], "MEASURE_NOTICE", debtor)
            judge.approve(paper)
            clerk.issue(paper)
            served = clerk.serve(paper, debtor, "hengfa@example.cn", "系统显示送达成功")
            judge.approve(served["certificate"])
            clerk.issue(served["certificate"])
            found = {"notice": paper, "certificate": served["certificate"]}
            self.report.papers = {
                "effect": served["effect"], "template": clerk.paper_template(paper)
            }  # fmt: skip
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
                self.desk_of("ENF_OFFICER"), self.desk_of("CLERK"), self.cast.other_case,
                self.cast.other_debtor,
            )  # fmt: skip
            words.append(f"{self.report.reached['letters']} letters posted")

    def look_in(self) -> None:
        """The debtor signs in with his password and sees the measure in plain words."""
        with self.telling.step("被执行人凭案号和密码查询", "the debtor looks in") as words:
            party = self.cast.party("DEBTOR")
            password = self.desk.issue_password(self.cast.case, party)
            portal = self._portal = Portal(self.site.public_url)
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

    def acknowledge(self) -> None:
        """The debtor takes note of what he was told; his page and the register say so."""
        with self.telling.step("当事人确认知悉", "the debtor takes note") as words:
            if not self._portal.acknowledge():
                raise failed("portal.no_notice", "没有可确认的告知", "no notice to take note of")
            shown = wait_for(
                self._portal.acknowledged, 15, "portal.not_acknowledged",
                "当事人页面没有显示确认", "the party's page does not say so",
            )  # fmt: skip
            told = self.desk.registered_notices()
            self.report.portal |= {
                "acknowledged": shown,
                "acked": [one.channel for one in told if one.state == "acked"],
            }
            words.append(shown[0])

    def _seen(self, portal: Portal) -> Element | None:
        """Return the party's page once it shows the seizure in words and its notices."""
        page = portal.case()
        told = page.first(data_notice=None) is not None
        return page if told and "数控车床" in page.text and "扣押" in page.text else None
