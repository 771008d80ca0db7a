"""Service (送达): another legal act than telling, with ladder, proof, effect and certificate."""

from __future__ import annotations

import datetime as dt
import re

from command_center.access.permissions import Role
from command_center.papers import service as papers
from command_center.papers.kinds import PaperKind
from command_center.papers.views import paper_bytes, papers_about
from command_center.serving import service as serving
from command_center.serving.views import ServiceDetail, read_service
from command_center.serving.words import Outcome, Rung
from schemas.ids import new_id
from schemas.time import court_time
from tests.integration.centre.court import Court
from tests.integration.centre.running import Centre
from tests.integration.centre.test_measures_by_law import _at
from tests.integration.centre.test_papers import frozen, made, refused, words, work
from tests.integration.centre.test_proof_pages import Reader


def issued(court: Court) -> tuple[str, str]:
    """Return an issued notice of a freeze and the debtor whom it is for."""
    debtor = next(id_ for id_, role, _ in court.seeded.cases[0].parties if role == "DEBTOR")
    paper = made(court, PaperKind.MEASURE_NOTICE, frozen(court), debtor)
    papers.approve(court.database, court.staff(Role.JUDGE), paper)
    work(court)
    court.database.run(papers.issue, court.staff(Role.CLERK), paper)
    return paper, debtor


class Serving:
    """A service of a fresh paper, served by the clerk."""

    def __init__(self, court: Court) -> None:
        self.court, self.clerk = court, court.staff(Role.CLERK)
        self.paper, self.party = issued(court)
        self.id: str = court.database.run(serving.begin_service, self.clerk, self.paper, self.party)

    def address(self, rung: str, value: str, source: str = "送达地址确认书") -> str:
        address: str = self.court.database.run(
            serving.add_address, self.clerk, self.party, rung, value, source
        )
        return address

    def attempt(self, method: str, address: str = "", reason: str = "") -> str:
        attempt = new_id()
        self.court.database.run(
            serving.attempt, self.clerk, attempt, self.id, method, address, reason
        )
        return attempt

    def outcome(self, attempt: str, outcome: str, day: dt.date, proof: str = "回执 R-1") -> None:
        self.court.database.run(
            serving.write_outcome, self.clerk, attempt, outcome, day.isoformat(), proof
        )

    def detail(self) -> ServiceDetail:
        return self.court.database.run(read_service, self.clerk, self.id)

    @property
    def today(self) -> dt.date:
        return court_time(self.court.clock()).date()

    def certificates(self) -> list[str]:
        found = self.court.database.read(papers_about, self.clerk, self.id)
        return [one.kind.value for one in found]


def test_an_electronic_service_to_a_confirmed_address_has_its_certificate(court: Court) -> None:
    one = Serving(court)
    again = court.database.run(serving.begin_service, one.clerk, one.paper, one.party)
    assert again == one.id
    mail = one.address("CONFIRMED", "hengfa@example.cn")
    attempt = one.attempt("ELECTRONIC", mail)
    assert one.detail().service.effective is None
    assert one.certificates() == []
    one.outcome(attempt, "ARRIVED", one.today, "系统显示送达成功")
    found = one.detail().service
    assert (found.effective, found.served) == (one.today, True)
    assert found.law == "《民事诉讼法》（2023）第90条"
    assert one.certificates() == ["E_SERVICE_CERT"]
    certificate = court.database.read(papers_about, one.clerk, one.id)[0]
    said = words(paper_bytes(court.database, one.clerk, certificate.paper)[1])
    assert "电子送达凭证" in said
    assert "hengfa@example.cn" in said
    assert "系统显示送达成功" in said
    assert "SHA-256" in said
    one.outcome(attempt, "READ", one.today, "系统显示已阅")
    assert one.certificates() == ["E_SERVICE_CERT"]


def test_an_address_of_which_he_said_nothing_serves_only_when_he_answers(court: Court) -> None:
    one = Serving(court)
    attempt = one.attempt("ELECTRONIC", one.address("REGISTERED", "hf@example.cn", "企业登记"))
    one.outcome(attempt, "ARRIVED", one.today)
    assert one.detail().service.effective is None
    one.outcome(attempt, "ANSWERED", one.today, "当日提交书面答复")
    assert one.detail().service.effective == one.today


def test_vector_16_a_short_message_is_never_service_and_an_unissued_paper_is_not_served(
    court: Court,
) -> None:
    one = Serving(court)
    address = one.address("CONFIRMED", "13800010002")
    with refused("service.sms_alone"):
        one.attempt("SMS", address)
    draft = made(court, PaperKind.ASSIST_NOTICE)
    with refused("service.paper_not_issued"):
        court.database.run(serving.begin_service, one.clerk, draft, one.party)
    with refused("party.unknown"):
        court.database.run(serving.begin_service, one.clerk, one.paper, new_id())
    with refused("access.refused"):
        court.database.run(serving.begin_service, court.staff(Role.PANEL), one.paper, one.party)
    detail = one.detail()
    assert (detail.attempts, detail.service.served) == ((), False), "nothing was changed"


def test_publication_comes_after_every_rung_and_says_why(court: Court) -> None:
    one = Serving(court)
    with refused("service.no_reason"):
        one.attempt("PUBLIC")
    with refused("service.ladder_open"):
        one.attempt("PUBLIC", reason="下落不明")
    confirmed = one.address("CONFIRMED", "沿河路2号")
    for rung in ("AGREED", "USED"):
        one.address(rung, "", "卷宗中没有")
    registered = one.address("REGISTERED", "工业路9号", "企业登记")
    one.outcome(one.attempt("DIRECT", confirmed), "FAILED", one.today, "录像：无人，已搬离")
    assert one.detail().open_rungs == (Rung.REGISTERED,)
    with refused("service.ladder_open"):
        one.attempt("PUBLIC", reason="下落不明")
    mailed = one.attempt("MAIL", registered)
    with refused("service.ladder_open"):  # it is still on its way
        one.attempt("PUBLIC", reason="下落不明")
    one.outcome(mailed, "RETURNED", one.today, "邮件 EM1 三次投递未果")
    assert one.detail().service.effective is None
    published = one.attempt("PUBLIC", reason="下落不明")
    one.outcome(published, "PUBLISHED", one.today, "人民法院报")
    found = one.detail().service
    assert (found.effective, found.served) == (one.today + dt.timedelta(days=30), False)
    assert one.certificates() == []
    court.clock.ahead_ms += 30 * 86_400_000
    assert one.detail().service.served


def named_day(day: dt.date) -> str:
    return f"{day} 星期{'一二三四五六日'[day.weekday()]}"


def _says_what_an_attempt_wants(one: Serving, clerk: Reader) -> None:
    """An attempt that came to nothing yet is not called none."""
    mail = one.address("USED", "used@example.cn", "起诉状")
    attempt = one.attempt("ELECTRONIC", mail)
    assert "还有送达等待结果" in clerk.page(f"services/{one.id}")
    one.outcome(attempt, "ARRIVED", one.today)
    assert "已到达而没有已阅、回复的，还不算送达" in clerk.page(f"services/{one.id}")


def test_the_page_of_a_service_says_what_each_rung_still_wants(sqlite_centre: Centre) -> None:
    one, clerk = Serving(sqlite_centre.court), Reader(sqlite_centre, Role.CLERK)
    page = clerk.page(f"services/{one.id}")
    assert f'href="/desk/cases/{sqlite_centre.court.seeded.cases[0].id}"' in page
    assert page.count("没有登记地址，也没有登记查无地址") == 4
    assert "还须穷尽：当事人确认、约定、诉讼中使用、登记" in page
    refused_ = clerk.post(
        f"services/{one.id}/attempts", attempt=new_id(), method="PUBLIC", address="",
        reason="下落不明，多次查找无果",
    )  # fmt: skip
    assert refused_.status_code == 403
    assert "service.ladder_open" in refused_.text
    assert "下落不明，多次查找无果" in refused_.text
    confirmed = one.address("CONFIRMED", "沿河路2号")
    for rung in ("AGREED", "USED", "REGISTERED"):
        one.address(rung, "", "卷宗和登记中没有")
    page = clerk.page(f"services/{one.id}")
    assert page.count("还有地址没有送达过") == 1
    assert "当事人确认 · 沿河路2号" in page
    one.outcome(one.attempt("DIRECT", confirmed), "FAILED", one.today, "录像：已搬离")
    assert "还须穷尽" not in clerk.page(f"services/{one.id}")
    published = one.attempt("PUBLIC", reason="下落不明")
    one.outcome(published, "PUBLISHED", one.today, "人民法院报")
    effective = one.today + dt.timedelta(days=30)
    assert f"将于 {named_day(effective)} 生效" in clerk.page(f"services/{one.id}")
    _says_what_an_attempt_wants(one, clerk)


def test_the_earliest_effect_counts_and_each_outcome_needs_proof_once(court: Court) -> None:
    one = Serving(court)
    home = one.address("CONFIRMED", "沿河路2号")
    court.clock.ahead_ms += 5 * 86_400_000
    mail, left = one.attempt("MAIL", home), one.attempt("LEFT", home)
    with refused("service.no_proof"):
        one.outcome(left, "LEFT", one.today, " ")
    with refused("service.wrong_outcome"):
        one.outcome(left, "ARRIVED", one.today)
    with refused("service.day_ahead"):
        one.outcome(left, "LEFT", one.today + dt.timedelta(days=1))
    with refused("service.unknown_attempt"):
        one.outcome(new_id(), "LEFT", one.today)
    with refused("service.no_address"):
        one.attempt("DIRECT", new_id())
    with refused("service.unknown_method"):
        one.attempt("PIGEON", home)
    with refused("service.no_source"):
        one.address("USED", "x", " ")
    with refused("service.unknown_rung"):
        one.address("GUESSED", "x")
    one.outcome(left, "LEFT", one.today, "见证人 李某，全程录像")
    with refused("service.outcome_written"):
        one.outcome(left, "LEFT", one.today)
    one.outcome(mail, "SIGNED", one.today - dt.timedelta(days=1), "回执 EM2")
    assert one.detail().service.effective == one.today - dt.timedelta(days=1)
    assert one.certificates() == ["SERVICE_RECEIPT"]
    assert [each.outcome for each in one.detail().attempts] == [Outcome.SIGNED, Outcome.LEFT]


def test_vector_15_of_two_channels_the_earlier_arrival_counts(court: Court) -> None:
    """E-mail arrives on the second, the portal on the first: served on the first."""
    first, second = dt.date(2026, 3, 1), dt.date(2026, 3, 2)
    _at(court, first)
    one = Serving(court)
    mail, portal = one.address("CONFIRMED", "hengfa@example.cn"), one.address("CONFIRMED", "门户")
    by_mail, by_portal = one.attempt("ELECTRONIC", mail), one.attempt("ELECTRONIC", portal)
    _at(court, second)
    one.outcome(by_mail, "ARRIVED", second, "系统显示送达成功")
    assert one.detail().service.effective == second
    one.outcome(by_portal, "ARRIVED", first, "系统显示送达成功")
    assert one.detail().service.effective == first


def test_the_desk_serves_a_paper_from_its_page_to_its_certificate(sqlite_centre: Centre) -> None:
    court, clerk = sqlite_centre.court, Reader(sqlite_centre, Role.CLERK)
    paper, party = issued(court)
    begun = clerk.post(f"papers/{paper}/services", party=party)
    path = "services/" + begun.url.rsplit("/", 1)[1]
    assert "未生效" in begun.text
    clerk.post(f"{path}/addresses", rung="CONFIRMED", value="沿河路2号", source="确认书")
    page = clerk.page(path)
    address = re.search(r'<option value="([^"]+)">当事人确认 · 沿河路2号', page)
    attempt = re.search(r'name="attempt" value="([^"]+)"', page)
    assert address is not None
    assert attempt is not None
    tried = clerk.post(f"{path}/attempts", attempt=attempt[1], method="DIRECT", address=address[1])
    assert "等待结果" in tried.text
    today = court_time(court.clock()).date().isoformat()
    short = clerk.post(f"{path}/attempts/{attempt[1]}/outcome", outcome="SIGNED", day=today)
    assert (short.status_code, "service.no_proof" in short.text) == (400, True)
    done = clerk.post(
        f"{path}/attempts/{attempt[1]}/outcome", outcome="SIGNED", day=today, proof="本人签收"
    )
    assert f"已送达 {today}" in done.text
    assert "送达回证" in done.text
    assert f"已送达 {today}" in clerk.page(f"papers/{paper}")
    sms = clerk.post(f"{path}/attempts", attempt=new_id(), method="SMS", address=address[1])
    assert (sms.status_code, "短信只是告知" in sms.text) == (403, True)
