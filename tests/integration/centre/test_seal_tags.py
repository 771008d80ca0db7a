"""U5: seal tags reach the centre with their measure; what anyone reads of one, and of no other."""

from __future__ import annotations

import pytest
import requests
from sqlalchemy import func, select

from command_center.access.permissions import Role
from command_center.measures.changes import release_measure
from command_center.measures.models import SealTagRow
from command_center.measures.tags import check_tag, find_tag
from command_center.platform.event_log import EventRow
from schemas.field_api import RecordReceipt
from schemas.ids import new_id
from schemas.measures.tags import Tag, new_tag
from schemas.problems import MzError
from schemas.time import court_time
from tests.integration.centre.court import Court
from tests.integration.centre.running import Centre
from tests.integration.centre.test_field_acts import Scene
from tests.integration.centre.test_proof_pages import Reader


@pytest.fixture
def scene(court: Court) -> Scene:
    return Scene(court)


def _sealed(scene: Scene, tags: str, record: str = "") -> RecordReceipt:
    return scene.send(scene.body(
        "seal_real_estate", control_from="2026-03-12", control_to="2029-03-11",
        facts={"paper": "（2026）粤0199执1024号之二", "title_number": "粤0199-0042",
               "not_exempt": "1", "seal_place": "入户门", "seal_tags": tags},
    ), record)  # fmt: skip


def _codes(receipt: RecordReceipt) -> set[str]:
    return {one.code for one in receipt.defects if one.code.startswith("tag.")}


def _new(scene: Scene) -> Tag:
    return new_tag(scene.court.seeded.cases[0].number)


def _get(centre: Centre, path: str, **cookies: str) -> requests.Response:
    return requests.get(f"{centre.url}/portal/tags{path}", cookies=cookies, timeout=20)


def test_u5_whoever_scans_a_tag_reads_what_stands_and_no_person(sqlite_centre: Centre) -> None:
    scene = Scene(sqlite_centre.court)
    tag = _new(scene)
    assert _get(sqlite_centre, f"/{tag.text}").status_code == 404
    receipt = _sealed(scene, tag.text)
    assert _codes(receipt) == set()
    page = _get(sqlite_centre, f"/{tag.text}")
    assert page.status_code == 200
    for said in ("封条真实，查封有效", tag.printed, tag.check, "2029年3月11日", "粤0199执"):
        assert said in page.text, said
    english = _get(sqlite_centre, f"/{tag.text}", mz_lang="en").text
    assert tag.printed in english
    for case in scene.court.seeded.cases:
        for hidden in ("贺建平", "周保管", "龙津里", "粤0199-0042", receipt.record, case.id):
            assert hidden not in page.text + english, hidden
    led = _get(sqlite_centre, f"?tag={tag.printed} {tag.check.lower()}")
    assert led.url.endswith(f"/{tag.text}")
    assert tag.printed in led.text
    assert "封条编号" in _get(sqlite_centre, "").text


def test_u5_a_number_without_its_check_code_tells_nothing(sqlite_centre: Centre) -> None:
    scene = Scene(sqlite_centre.court)
    tag, other = _new(scene), _new(scene)
    _sealed(scene, tag.text)
    wrong = Tag(tag.number, other.check).text
    for asked in (wrong, tag.number, other.text, f"{tag.text} {tag.text}", "x", "%00", "'--"):
        answer = _get(sqlite_centre, f"/{asked}")
        assert answer.status_code == 404, asked
        assert tag.printed not in answer.text
    assert "没有登记这枚封条" in _get(sqlite_centre, f"/{wrong}").text


def test_u5_a_tag_on_another_measure_or_of_another_case_is_told(scene: Scene) -> None:
    tag, strange = _new(scene), new_tag("（2020）粤0199执1号")
    first = _sealed(scene, f"{tag.text} {tag.text}")
    assert _codes(first) == {"tag.twice"}
    second = _sealed(scene, f"{tag.text} {strange.text}")
    assert _codes(second) == {"tag.elsewhere", "tag.check_differs"}
    read = scene.court.database.read
    rows = list(read(lambda uow: uow.session.execute(
        select(SealTagRow.number, SealTagRow.measure)).all()))  # fmt: skip
    assert [tuple(row) for row in rows] == [(tag.number, first.measure)]
    told = select(func.count()).where(EventRow.type == "SealTagFoundElsewhere")
    assert read(lambda uow: uow.session.scalar(told)) == 1
    with pytest.raises(MzError) as caught:
        read(check_tag, strange.text)
    assert caught.value.code == "tag.unknown"


def test_u5_the_same_record_again_registers_nothing_anew(scene: Scene) -> None:
    record, tag = new_id(), _new(scene)
    body = scene.body("seal_movables", facts={"seal_tags": tag.text})
    at_ms = scene.court.clock()
    for _ in range(2):
        receipt = scene.send(body, record, recorded_wall_ms=at_ms)
        assert _codes(receipt) == set()
    assert scene.count(SealTagRow) == 1


def test_u5_after_the_release_a_tag_says_so(scene: Scene) -> None:
    tag = _new(scene)
    receipt = _sealed(scene, tag.text)
    assert scene.court.database.read(check_tag, tag.text).stands
    assert receipt.measure
    today = court_time(scene.court.clock()).date().isoformat()
    scene.court.database.run(
        release_measure, scene.court.staff(Role.CLERK), receipt.measure, "DEBT_PAID",
        "（2026）粤0199执1024号之三", today,
    )  # fmt: skip
    found = scene.court.database.read(check_tag, tag.text)
    assert (found.stands, found.state.zh) == (False, "已解除")


def test_u5_a_last_day_that_no_paper_names_is_not_told(scene: Scene) -> None:
    tag = _new(scene)
    body = scene.body("seal_movables", facts={"seal_tags": tag.text})
    receipt = scene.send(body)
    assert scene.read(receipt.measure).measure.control_to
    assert scene.court.database.read(check_tag, tag.text).until == ""


def test_u5_staff_who_scan_a_tag_into_a_register_come_to_its_measure(
    sqlite_centre: Centre,
) -> None:
    scene = Scene(sqlite_centre.court)
    tag = _new(scene)
    measure = _sealed(scene, tag.text).measure
    clerk = Reader(sqlite_centre, Role.CLERK)
    typed = f"{tag.printed} {tag.check.lower()}"
    scanned = f"https://court.example/portal/tags/{tag.text}"
    wide = "".join(chr(ord(one) + 0xFEE0) if one.isalnum() else one for one in tag.text)
    for register in ("measures", "cases"):
        for asked in (typed, scanned, wide):
            page = clerk.http.get(f"{clerk.url}/{register}", params={"q": asked}, timeout=20)
            assert page.url.startswith(f"{clerk.url}/measures/{measure}?"), asked
            assert f"封条 {tag.printed} 属于本项措施" in page.text
    foreign = clerk.page(f"measures/{measure}?tag={_new(scene).text}")
    assert "属于本项措施" not in foreign
    named = clerk.page(f"measures?q={scene.court.seeded.cases[0].number}")
    assert 'data-part="tag"' not in named, "what is no tag is looked up as ever"


def test_u5_a_wrong_check_code_says_so_and_leads_nowhere(sqlite_centre: Centre) -> None:
    scene = Scene(sqlite_centre.court)
    tag, other = _new(scene), _new(scene)
    measure = _sealed(scene, tag.text).measure
    clerk = Reader(sqlite_centre, Role.CLERK)
    wrong = Tag(tag.number, other.check).text
    page = clerk.page(f"measures?q={wrong}")
    assert f"封条 {tag.printed} 已登记，但校验码 {other.check} 不符" in page
    assert f"/desk/measures/{measure}" in page
    assert "属于本项措施" not in clerk.page(f"measures/{measure}?tag={wrong}")
    assert f"没有登记封条 {other.text}" in clerk.page(f"measures?q={other.text}")


def test_u5_a_tag_tells_nothing_to_who_may_not_read_measures(sqlite_centre: Centre) -> None:
    scene = Scene(sqlite_centre.court)
    tag = _new(scene)
    measure = _sealed(scene, tag.text).measure
    technician = Reader(sqlite_centre, Role.TECHNICIAN)
    for register in ("measures", "cases"):
        answer = technician.http.get(
            f"{technician.url}/{register}", params={"q": tag.text}, timeout=20
        )
        assert str(measure) not in answer.text + answer.url
        assert answer.status_code == 403
    with pytest.raises(MzError, match=r"access\.refused"):
        scene.court.database.read(find_tag, scene.court.staff(Role.TECHNICIAN), tag)
