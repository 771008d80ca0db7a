"""Papers served at the scene on the real window: line by line, signed on glass, left, refused."""

from __future__ import annotations

from pathlib import Path

from schemas.field_api import PaperToServe
from schemas.measures.served import ServedEnd, served_of
from schemas.records import FieldAct
from tests.e2e.field_window.hand import Hand
from tests.e2e.field_window.simulated_service import SimulatedService
from tests.e2e.field_window.test_act_story import HANDWRITTEN, add_person, do_step


def _line(hand: Hand, at: int) -> None:
    """Open a line of the form."""
    card = hand.here.entries["served"].ids.lines
    hand.tap(next(one for one in card.children if getattr(one, "number", "") == str(at)))
    hand.on("served")


def test_r87_papers_are_signed_for_left_or_taken_back_each_by_itself(
    hand: Hand, service: SimulatedService, pictures: Path
) -> None:
    hand.enter()
    hand.tap(hand.part("button"))
    hand.wait(lambda: service.running is not None and hand.here.has_picture)
    hand.choose_act("送达")
    hand.on("act")
    for step in ("告知全程录音录像", "出示工作证件", "出示并宣读执行文书"):
        do_step(hand, step, "done")
    add_person(hand, "成年家属", "黎素芬")
    part = hand.here.entries["served"]
    assert not hand.says("列入全部"), "whose papers, is not said yet"
    hand.pick(hand.here.entries["addressee"], "黎喆昇")
    hand.wait(lambda: hand.says("列入全部 2 项"))
    hand.tap(part.ids.all)
    assert hand.says("执行裁定书")
    assert hand.says("收件人尚未签名"), "the one who may receive is named, and has not signed"

    hand.tap(part.ids.add)
    hand.on("served")
    assert hand.says("没有中心告知"), "what is listed, or for another, is not offered"
    hand.tap(hand.part("take_typed"))
    assert hand.part("typed").error
    hand.type(hand.part("typed"), "（2026）粤0199执3061号之三")
    hand.picture(pictures / "field-served-choose.png")
    hand.tap(hand.part("take_typed"))
    hand.wait(lambda: hand.says("第 3 项"))
    hand.picture(pictures / "field-served-new.png")
    hand.pick(hand.part("end"), "REFUSED")
    hand.type(hand.part("note"), "要求先看裁定")
    hand.tap(hand.part("copies").ids.more)
    hand.picture(pictures / "field-served-line.png")
    hand.tap(hand.part("done"))
    hand.on("act")
    _line(hand, 2)
    hand.pick(hand.part("end"), "LEFT")
    hand.tap(hand.part("done"))
    hand.on("act")
    hand.part("page").scroll_to(hand.here.entries["served"], animate=False)
    hand.picture(pictures / "field-served-lines.png")

    hand.tap(hand.part("save"))
    hand.on("review")
    assert hand.says("第 1 项写明签收，收件人尚未签名")
    assert hand.says("留置送达，缺照片")
    hand.picture(pictures / "field-served-review.png")
    hand.tap(hand.part("mend"))
    hand.on("act")
    hand.tap(hand.here.add_photo)
    hand.wait(lambda: hand.here.draft.photos)

    hand.tap(hand.part("read"))
    hand.on("paper")
    hand.wait(lambda: hand.says("送达回证"))
    assert hand.says("拒收带回：要求先看裁定")
    hand.picture(pictures / "field-served-paper.png")
    hand.tap(hand.said("黎素芬", hand.part("people")))
    hand.write(hand.part("pad"), HANDWRITTEN)
    hand.tap(hand.part("confirm"))
    hand.wait(lambda: service.signed)
    hand.window.window_root.back()
    hand.on("act")
    assert not hand.says("收件人尚未签名")
    hand.tap(hand.part("save"))
    hand.on("review")
    assert not hand.says("收件人尚未签名")
    assert not hand.says("缺照片")
    hand.tap(hand.part("save"))
    hand.on("record")
    body = service.saved[-1].body
    assert isinstance(body, FieldAct)
    assert (body.form, body.version, body.facts["addressee"]) == ("serve", 2, "黎喆昇")
    found = served_of(body)
    assert [(one.end, one.receiver, one.copies) for one in found] == [
        (ServedEnd.SIGNED, 1, 1), (ServedEnd.LEFT, 1, 1), (ServedEnd.REFUSED, 1, 2),
    ]  # fmt: skip
    assert [one.paper for one in found] == ["p-1", "p-2", ""]
    assert body.attendees[0].signature_sha256, "who signed stands in the record"
    assert len(body.photos) == 1


def test_a_person_who_is_taken_off_is_taken_off_his_lines(
    hand: Hand, service: SimulatedService
) -> None:
    hand.enter()
    hand.choose_act("送达")
    hand.on("act")
    add_person(hand, "被执行人", "黎喆昇")
    hand.pick(hand.here.entries["addressee"], "黎喆昇")
    hand.tap(hand.here.entries["served"].ids.add)
    hand.on("served")
    hand.tap(hand.said("执行裁定书", hand.part("offered")))
    hand.wait(lambda: hand.part("receiver").value == "1")
    hand.tap(hand.part("done"))
    hand.on("act")
    hand.tap(hand.said("黎喆昇", hand.part("people")))
    hand.on("person")
    hand.tap(hand.part("remove"))
    hand.on("act")
    _line(hand, 1)
    assert hand.part("receiver").value == "0"
    assert hand.says("还没有可以收件的人")
    hand.tap(hand.part("remove"))
    hand.on("act")
    assert hand.says("尚未列入文书")
    assert service.saved == []


def test_of_many_papers_the_rest_is_typed(hand: Hand, service: SimulatedService) -> None:
    service.papers = [PaperToServe(f"p-{n}", f"第{n}号", "告知书") for n in range(90)]
    hand.enter()
    hand.choose_act("送达")
    hand.on("act")
    hand.pick(hand.here.entries["addressee"], "黎喆昇")
    part = hand.here.entries["served"]
    hand.wait(lambda: hand.says("列入全部 40 项"))
    hand.tap(part.ids.add)
    hand.on("served")
    assert hand.says("还有 60 项未列出，请输入文号")
    hand.window.window_root.back()
    hand.on("act")
    part = hand.here.entries["served"]
    hand.tap(part.ids.all)
    hand.wait(lambda: hand.says("40 项"))
    assert not hand.says("列入全部"), "a receipt holds forty"
