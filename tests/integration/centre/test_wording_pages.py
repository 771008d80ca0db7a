"""Templates of papers on their pages: looked at while typed, proposed, approved, withdrawn."""

from __future__ import annotations

import re

from command_center.access.permissions import Role
from command_center.cases.models import Case
from command_center.papers.kinds import PaperKind
from command_center.papers.wordings import WORDINGS
from command_center.platform.uow import UnitOfWork
from tests.integration.centre.running import Centre
from tests.integration.centre.test_papers import made
from tests.integration.centre.test_proof_pages import Reader
from tests.integration.centre.test_wordings import in_force

KIND = PaperKind.ASSIST_NOTICE
OURS = WORDINGS[KIND].replace("【落款】", "<b>逾期</b>不办理的，依法予以处罚。\n【落款】")
PATH = f"papers/templates/{KIND}"


def test_a_clerk_looks_and_proposes_another_approves_and_withdraws(sqlite_centre: Centre) -> None:
    clerk, judge = Reader(sqlite_centre, Role.CLERK), Reader(sqlite_centre, Role.JUDGE)
    assert PATH in clerk.page("papers/templates")
    page = clerk.page(PATH)
    found = re.search(r'name="wording" value="([^"]+)"', page)
    assert found
    assert "【抬头：{协助单位}】" in page
    assert "<wording-editor" not in judge.page(PATH)
    form = {"wording": found[1], "note": "写明后果"}
    # what is typed is seen, or what is wrong with it and where
    for least in ("", "1"):
        seen = clerk.post(f"{PATH}/preview", body=OURS, least=least)
        assert (seen.headers["Content-Type"], seen.content[:4]) == ("image/png", b"\x89PNG")
    wrong = clerk.post(f"{PATH}/preview", body="本院{账户}\n" + OURS)
    assert (wrong.status_code, wrong.json()["code"], wrong.json()["line"]) == (
        400, "wording.unknown_fact", "1"
    )  # fmt: skip
    assert "第 1 行 账户" in wrong.json()["sentence"]
    refused = clerk.post(PATH, body="本院{账户}\n" + OURS, **form)
    assert (refused.status_code, "wording.unknown_fact" in refused.text) == (400, True)
    assert all(kept in refused.text for kept in ("本院{账户}", found[1], "写明后果"))
    # one proposes, another approves, and the paper leads to the version it is made with
    proposed = clerk.post(PATH, body=OURS, **form)
    version = f"papers/wordings/{found[1]}"
    assert proposed.url.endswith(version)
    assert "<ins>&lt;b&gt;逾期&lt;/b&gt;不办理的" in proposed.text
    assert "批准启用" not in proposed.text
    for answer in (
        clerk.post(f"{version}/decision", act="approve"), judge.post(PATH, body=OURS, **form),
        judge.post(f"{PATH}/preview", body=OURS),
    ):  # fmt: skip
        assert answer.status_code == 403
    assert "批准启用" in judge.page(version)
    sample = judge.http.get(f"{judge.url}/{version}/sample.png", timeout=20)
    assert sample.content.startswith(b"\x89PNG")
    assert judge.post(f"{version}/decision", act="maybe").status_code == 400
    empty = judge.post(f"{version}/decision", act="refuse", reason=" ")
    assert (empty.status_code, "wording.no_note" in empty.text) == (400, True)
    assert "使用中" in judge.post(f"{version}/decision", act="approve").text
    assert judge.post(f"{version}/decision", act="approve").status_code == 409
    paper = made(sqlite_centre.court, KIND)
    assert f'href="/desk/{version}"' in clerk.page(f"papers/{paper}")
    assert "1 份文书" in clerk.page(version)
    assert "已撤回" in judge.post(f"{version}/decision", act="withdraw", reason="统一文本").text
    assert "统一文本" in clerk.page(version)


def test_a_clerk_takes_his_own_proposal_back_on_its_page(sqlite_centre: Centre) -> None:
    clerk, judge = Reader(sqlite_centre, Role.CLERK), Reader(sqlite_centre, Role.JUDGE)
    head = Reader(sqlite_centre, Role.BUREAU_HEAD)
    found = re.search(r'name="wording" value="([^"]+)"', clerk.page(PATH))
    assert found
    version = f"papers/wordings/{found[1]}"
    clerk.post(PATH, body=OURS, wording=found[1], note="写明后果")
    assert f'action="/desk/{version}/recall"' in clerk.page(version)
    assert "/recall" not in head.page(version) + judge.page(version)
    assert head.post(f"{version}/recall").status_code == 403
    assert "已收回" in clerk.post(f"{version}/recall").text
    assert "批准启用" not in judge.page(version)
    assert clerk.post(f"{version}/recall").status_code == 409


def test_what_is_not_there_is_not_found_and_outsiders_see_nothing(sqlite_centre: Centre) -> None:
    clerk, finance = Reader(sqlite_centre, Role.CLERK), Reader(sqlite_centre, Role.FINANCE)
    president = Reader(sqlite_centre, Role.PRESIDENT)
    for path in ("papers/templates/IMPORTED", "papers/templates/x", "papers/wordings/none"):
        assert clerk.http.get(f"{clerk.url}/{path}", timeout=20).status_code == 404
    for path in ("papers/templates", PATH, "papers/wordings/none"):
        assert finance.http.get(f"{finance.url}/{path}", timeout=20).status_code == 403
    assert clerk.post("papers/templates/x/preview", body=OURS).status_code == 404
    assert clerk.post("papers/none/shipped").status_code == 404
    assert president.post("papers/none/shipped").status_code == 403


def test_a_paper_that_the_text_does_not_fit_says_why_and_offers_the_shipped_one(
    sqlite_centre: Centre,
) -> None:
    court = sqlite_centre.court

    def forget(uow: UnitOfWork) -> None:
        uow.session.get_one(Case, court.seeded.cases[0].id).basis = ""

    court.database.run(forget)
    in_force(court)
    paper = made(court, KIND)
    clerk, judge = Reader(sqlite_centre, Role.CLERK), Reader(sqlite_centre, Role.JUDGE)
    page = clerk.page(f"papers/{paper}")
    assert "paper.wording_unfit" in page
    assert "执行依据" in page
    assert "批准并签章" not in judge.page(f"papers/{paper}")
    assert judge.post(f"papers/{paper}/approval").status_code == 400
    assert "改用系统自带模板" in page
    shipped = clerk.post(f"papers/{paper}/shipped")
    assert "paper.wording_unfit" not in shipped.text
    assert "批准并签章" in judge.page(f"papers/{paper}")
