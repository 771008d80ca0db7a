"""S-12, S-19: papers at the desk, as the running web process renders them, and their QR code."""

from __future__ import annotations

import hashlib
import re

import pypdfium2
import pytest
import requests
import zxingcpp

from command_center.access.permissions import Role
from command_center.papers import service
from command_center.papers.kinds import PaperKind
from command_center.papers.pictures import ONE_AT_A_TIME
from command_center.papers.views import paper_bytes
from tests.integration.centre.running import Centre
from tests.integration.centre.test_measures_by_law import ACCOUNT
from tests.integration.centre.test_papers import frozen, made, seen, work
from tests.integration.centre.test_proof_pages import Reader

_FORM = re.compile(
    r'name="about" value="([^"]+)"><input type="hidden" name="paper" value="([^"]+)">'
    r'<input type="hidden" name="kind" value="([^"]+)"><input type="hidden" name="party" '
    r'value="([^"]*)">'
)


def test_s12_from_the_measure_to_the_issued_paper_and_its_receipt(sqlite_centre: Centre) -> None:
    court = sqlite_centre.court
    clerk, judge = Reader(sqlite_centre, Role.CLERK), Reader(sqlite_centre, Role.JUDGE)
    measure = frozen(court)
    offered = _FORM.findall(clerk.page(f"measures/{measure}"))
    kinds = [kind for _about, _paper, kind, _party in offered]
    assert "拟解除裁定" in clerk.page(f"measures/{measure}")
    assert kinds == [
        "MEASURE_NOTICE",
        "MEASURE_NOTICE",
        "RECORD",
        "RULING_RENEW",
        "ASSIST_NOTICE",
        "ASSIST_RENEW",
    ]
    about, paper, kind, party = offered[1]
    form = {"from": "measure", "about": about, "paper": paper, "kind": kind, "party": party}
    made = clerk.post("papers", **form)
    assert made.url.endswith(f"/papers/{paper}")
    assert "未签批" in made.text
    assert "批准并签章" not in made.text
    assert clerk.post("papers", **form).url == made.url
    early = clerk.post(f"papers/{paper}/issue")
    assert (early.status_code, "paper.unstamped" in early.text) == (403, True)
    assert requests.get(f"{sqlite_centre.url}/portal/papers/{paper}", timeout=20).status_code == 404
    assert "批准并签章" in judge.page(f"papers/{paper}")
    assert "待签章" in judge.post(f"papers/{paper}/approval").text
    work(court)
    assert "执行措施告知书" in clerk.page("papers?state=STAMPED")
    assert "已发出" in clerk.post(f"papers/{paper}/issue").text
    picture = clerk.http.get(f"{clerk.url}/papers/{paper}/pages/1.png", timeout=20)
    assert picture.content.startswith(b"\x89PNG")
    file = clerk.http.get(f"{clerk.url}/papers/{paper}/file.pdf", timeout=20)
    assert file.content.startswith(b"%PDF")
    assert file.headers["Cache-Control"] == "no-store"
    shown = requests.get(f"{sqlite_centre.url}/portal/papers/{paper}", timeout=20).text
    assert "由本院签章" in shown
    assert "恒发五金" not in shown
    assert f"/deliveries/{party}?paper={paper}" in clerk.page(f"papers/{paper}")
    assert "发出《执行措施告知书》" in clerk.page(f"cases/{court.seeded.cases[0].id}")


@pytest.mark.parametrize("kind", [PaperKind.MEASURE_NOTICE, PaperKind.RECORD])
def test_s12_the_code_on_the_printed_sheet_leads_to_the_check_of_this_paper(
    sqlite_centre: Centre, kind: PaperKind
) -> None:
    court = sqlite_centre.court
    clerk, judge = court.staff(Role.CLERK), court.staff(Role.JUDGE)
    debtor = next(id_ for id_, role, _ in court.seeded.cases[0].parties if role == "DEBTOR")
    paper = made(court, kind, party=debtor if kind is PaperKind.MEASURE_NOTICE else "")
    service.approve(court.database, judge, paper)
    work(court)
    pdf = paper_bytes(court.database, clerk, paper)[1]
    # grey, as an office prints and scans it
    with ONE_AT_A_TIME, pypdfium2.PdfDocument(pdf) as print_:
        sheets = [page.render(scale=150 / 72).to_pil().convert("L") for page in print_]
    codes = [[one.text for one in zxingcpp.read_barcodes(sheet)] for sheet in sheets]
    (url,) = codes[0]
    assert {text for one in codes for text in one} == {url}
    shown = requests.get(url, timeout=20)
    assert (shown.status_code, shown.url) == (200, f"{sqlite_centre.url}/portal/papers/{paper}")
    one = seen(court, paper)
    for said in (one.title, one.number, hashlib.sha256(pdf).hexdigest(), "由本院签章"):
        assert said in shown.text
    court.database.run(service.void, clerk, paper, "当事人姓名有误")
    assert "已经作废" in requests.get(url, timeout=20).text
    assert (
        "This paper is void"
        in requests.get(url, headers={"Accept-Language": "en"}, timeout=20).text
    )


def test_papers_are_for_whom_they_are_for(sqlite_centre: Centre) -> None:
    court = sqlite_centre.court
    measure = frozen(court)
    clerk, finance = Reader(sqlite_centre, Role.CLERK), Reader(sqlite_centre, Role.FINANCE)
    paper = _FORM.findall(clerk.page(f"measures/{measure}"))[-1][1]
    form = {"from": "measure", "about": measure, "paper": paper, "kind": "ASSIST_NOTICE"}
    assert clerk.post("papers", **form).status_code == 200
    for path in ("papers", f"papers/{paper}", f"papers/{paper}/file.pdf"):
        assert finance.http.get(f"{finance.url}/{path}", timeout=20).status_code == 403
    assert ACCOUNT not in clerk.page(f"papers/{paper}")
    assert clerk.post(f"papers/{paper}/approval").status_code == 403
    for wrong in ({"from": "x"}, {**form, "paper": "x"}, {**form, "kind": "x"}):
        assert clerk.post("papers", **wrong).status_code == 400
    assert clerk.http.get(f"{clerk.url}/papers/none", timeout=20).status_code == 404
    assert "已作废" in clerk.post(f"papers/{paper}/void", reason="单位写错").text
