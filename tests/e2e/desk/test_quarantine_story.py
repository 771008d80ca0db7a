"""A lost phone is found: two persons take over what it held, in a real browser (S-66)."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from door import commands
from door.story import evidence
from door.story.desk import Desk
from door.story.links import Links
from door.story.seizure import seizure
from schemas.records import Step
from tests.e2e.court import Court
from tests.e2e.navigators import signed_in

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Court, Links]]:
    """A court of its own, behind links that can be cut: its officer's device is lost."""
    made = Court(tmp_path_factory.mktemp("lost"))
    links = Links(made.site)
    made.stand_behind(links)
    try:
        made.start()
        yield made, links
    finally:
        made.close()
        links.close()


def _lose_device(court: Court, links: Links) -> str:
    """Let the officer seize something without a network, lose the device, have it revoked and
    found again; return the measure's id once the centre keeps it apart."""
    device, staff = court.device, court.seeded["staff"]
    commander = Desk(court.url, "COMMANDER")
    commander.sign_in(*court.person("COMMANDER"))
    code = commander.enrolment_code(str(court.seeded["officer"]))
    device.enrol(court.url, code, "LJ-03")
    arrived = device.report_step(court.operation, Step.ON_SCENE)
    device.wait_sent(arrived.item)
    device.record(court.operation)
    photo = device.photo()
    links.cut()
    clerk = next(each["id"] for each in staff if each["role"] == "CLERK")
    saved = device.save_measure(court.operation, seizure(photo.sha256, None), clerk)
    device.mark(court.operation, "离开现场")
    for _ in range(300):  # a stretch of footage that no relay has
        if device.status().backlog_fragments >= 15:
            break
        time.sleep(0.1)
    device.stop("返程")
    commander.revoke(device.status().device, "返程途中遗失")
    told = court.site.logs / "relay.log"
    for _ in range(600):  # before the relay knows, the device is let in as ever
        if "revoke_device" in told.read_text("utf-8"):
            break
        time.sleep(0.1)
    links.mend()
    assert device.wait_sent(saved.item, 90).defects == ["record.quarantined"]
    return str(saved.item)


def _window(chromium: Browser) -> Page:
    context = chromium.new_context(locale="zh-CN", viewport={"width": 1440, "height": 900})
    return context.new_page()


def test_s66_two_persons_take_over_what_a_lost_phone_held(
    chromium: Browser, scene: tuple[Court, Links], pictures: Path, tmp_path: Path
) -> None:
    folder, (court, links) = pictures / "desk", scene
    measure = _lose_device(court, links)
    # Given a leader who sees at the devices that something waits
    asker = signed_in(_window(chromium), court, "COMMANDER")
    asker.open("devices")
    asker.page.get_by_role("link", name=re.compile("隔离区")).click()
    asker.picture(folder, "quarantine")
    expect(asker.page.locator("tbody tr")).to_have_count(1)
    asker.page.get_by_role("link", name="LJ-03").click()
    row = asker.page.locator(f"[data-record='{measure}']")
    expect(row).to_contain_text("时钟连续")
    expect(asker.page.locator("[data-part=facts]")).to_contain_text("返程途中遗失")
    # And whose footage is there too, as soon as it has come
    film = asker.page.locator("[data-part=films] tr")
    for _ in range(120):
        if film.filter(has_text="待决定").count() and not film.filter(has_text="接收中").count():
            break
        asker.page.wait_for_timeout(500)
        asker.page.reload()
    recording = film.first.get_attribute("data-recording")
    film.first.get_by_role("button", name="查看").click()
    expect(asker.page.locator("apart-film")).to_have_attribute("data-shown", "playing")
    assert asker.page.locator("video.apart").evaluate("film => film.videoWidth") > 0
    asker.picture(folder, "quarantined-film")
    # When he asks without a reason that is one, then he is told, and asks anew
    asker.page.locator("#ask [name=reason]").fill("好")
    asker.page.get_by_role("button", name="提请").click()
    expect(asker.page.get_by_role("alert")).to_contain_text("quarantine.no_reason")
    asker.page.locator("#ask [name=reason]").fill("设备已经找回，外壳完好，未被拆开")
    asker.page.get_by_role("button", name="提请").click()
    expect(asker.page.locator("[data-decision]")).to_contain_text("待另一人核准")
    expect(asker.page.get_by_role("button", name="核准")).to_have_count(0)
    # When another person agrees
    head = signed_in(_window(chromium), court, "BUREAU_HEAD")
    head.open(asker.page.url.split("/desk/")[1])
    head.picture(folder, "quarantined")
    head.page.get_by_placeholder("核准或者不同意的理由").fill("与两名执行人员核对无误")
    head.page.get_by_role("button", name="核准", exact=True).click()
    for _ in range(60):
        head.page.reload()
        if head.page.locator("[data-decision] .chip", has_text="已完成").count():
            break
        head.page.wait_for_timeout(500)
    head.picture(folder, "quarantined-done")
    # Then the measure is there, and says for ever how it came
    head.open(f"measures/{measure}")
    expect(head.page.locator("[data-part=origin]")).to_contain_text("外壳完好")
    expect(head.page.locator("[data-part=origin]")).to_contain_text("核对无误")
    head.picture(folder, "measure-from-quarantine")
    head.open(f"operations/{court.operation}")
    expect(head.page.locator("body")).to_contain_text("条现场记录自隔离区转入")
    # And so is the footage, in the archive
    head.open(f"recordings/{recording}")
    expect(head.page.locator("[data-part=origin]")).to_contain_text("核对无误")
    expect(head.page.locator("body")).to_contain_text("自隔离区转入")
    head.picture(folder, "recording-from-quarantine")
    # And so does the package that anyone verifies
    leader = Desk(court.url, "BUREAU_HEAD")
    leader.sign_in(*court.person("BUREAU_HEAD"))
    leader.export(court.operation, tmp_path / "evidence.zip")
    root = commands.run(commands.centre(court.site.settings, "root"), "root").strip()
    steps = evidence.verify(tmp_path / "evidence.zip", root).steps
    by_number = {step["step"]: step for step in steps}
    signed = [one["path"] for one in by_number[4]["findings"]]
    assert not [path for path in signed if path.startswith("records/")]
    assert by_number[5]["findings"] == []
    told = [one["zh"] for one in by_number[5]["remarks"]]
    assert sum(measure in one and "隔离区" in one for one in told) == 1
    assert sum(str(recording) in one and "隔离区" in one for one in told) == 1
