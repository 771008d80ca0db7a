"""The story: an officer records a seizure, the desk watches, both parties are told, it verifies.

Everything is said over HTTP, WebSockets and the device's local socket to programs that run as
processes of their own. Each chapter is one method; later issues add chapters.
"""

from __future__ import annotations

import time

from door.audit import audit
from door.site import Site
from door.story import evidence
from door.story.filing import Registrar, keep_file
from door.story.losing import Losing
from door.story.staffing import Personnel, change_staff
from door.story.stage import Options
from door.story.telling import Telling, failed
from schemas.field_api import OrderState
from schemas.problems import MzError

_DELIVERED = frozenset({"delivered", "read", "acked"})
_ATTENDED = frozenset({OrderState.DONE})
_OFFICER_S = 2.0
_ARCHIVE_S, _NOTICE_S = 60.0, 40.0
_CLIP_MS = 5_000
_AHEAD_MS = 95_000


class Story(Losing):
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
        self.act()
        self.look_up_tag()
        self.leave_paper()
        self.keep_recording()
        self.withdraw()
        self.bring()
        self.archive()
        self.look_at_photo()
        self.replay()
        self.take_clip()
        self.open_private()
        self.inform()
        self.read_deadline()
        self.freeze()
        self.word()
        self.serve()
        self.reach()
        self.look_in()
        self.acknowledge()
        self.keep_file()
        self.staff()
        self.renew()
        self.come_upon()
        self.lose()
        self.prove()

    def show(self) -> list[tuple[str, str, str]]:
        """Tell it as far as a visitor wants to look around himself, and go on recording.

        Returns the parties' sign-ins: role, case number, query password.
        """
        self.begin()
        self.act()
        self.inform()
        with self.telling.step("签发双方的查询密码", "query passwords for both parties"):
            return [
                (name, self.cast.case_number, self.desk.issue_password(self.cast.case, party))
                for party, _, name in self.cast.parties
            ]

    def attend(self) -> None:
        """Be the officer: read each order that comes, and say a little later that it is done. Where
        the capture service ended, tap again once it is back."""
        read = {each.order for each in self.device.status().orders if each.state in _ATTENDED}
        while True:
            time.sleep(_OFFICER_S)
            try:
                for order in self.device.status().orders:
                    if order.order not in read:
                        self.device.acknowledge(order)
                        read.add(order.order)
            except MzError as error:
                if error.code != "service.unreachable":
                    raise failed(error.code, f"记录仪：{error}", f"the device: {error}") from error
                self._tap_again()

    def _tap_again(self) -> None:
        with self.telling.step("采集服务重启，再次录制", "the capture service is back, recording"):
            self.device.connect()
            if self.device.status().recording is None:
                self.device.record(self.cast.operation)

    # -- the court's own house

    def keep_file(self) -> None:
        """The debtor is renamed, the log set right, cases come in, a visit is planned."""
        with self.telling.step(
            "更名、日志更正、立案、安排行动", "name, log, cases, a plan"
        ) as words:
            clerk, who = Registrar(self.site.public_url, "clerk"), self.cast.staff["CLERK"]
            clerk.sign_in(who.number, who.password)
            officer = self.cast.staff["ENF_OFFICER"].number
            self.report.filed = keep_file(clerk, self.cast.case, self.cast.party("DEBTOR"), officer)
            words.append(self.report.filed["renamed"])

    def staff(self) -> None:
        """A clerk comes and goes: two persons open his account, one closes it."""
        with self.telling.step("两人开设账号，一人停用", "an account opened, closed") as words:
            pair = []
            for role in ("ADMIN", "BUREAU_HEAD"):
                person, who = Personnel(self.site.public_url, role.lower()), self.cast.staff[role]
                person.sign_in(who.number, who.password)
                pair.append(person)
            self.report.staff = change_staff(self.site.public_url, *pair)
            words.append(self.report.staff["number"])

    # -- proof

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
