"""An act by its form on the real window: guided, kept through a kill, signed by touches."""

from __future__ import annotations

from pathlib import Path

import pytest

from field_app.screens.tags import TagMaker
from field_app.theme.tokens import TOUCH_DP
from schemas.measures.forms import FORMS
from schemas.measures.tags import read_tags
from schemas.records import FieldAct
from tests.e2e.field_window.hand import Hand, open_window
from tests.e2e.field_window.simulated_service import OPERATION, OTHER_OFFICER, SimulatedService


def do_step(hand: Hand, title: str, key: str) -> None:
    """Tap a key of the step that says `title`."""
    row = next(one for one in hand.part("steps").children if getattr(one, "title", "") == title)
    hand.tap(row.ids[key])


def _body(service: SimulatedService) -> FieldAct:
    body = service.saved[-1].body
    assert isinstance(body, FieldAct)
    return body


def test_r06_a_search_is_guided_from_the_announcement_to_the_signed_record(
    hand: Hand, service: SimulatedService, pictures: Path
) -> None:
    hand.enter()
    hand.tap(hand.part("button"))
    hand.wait(lambda: service.running is not None and hand.here.has_picture)
    hand.tap(hand.part("measure"))
    hand.on("acts")
    hand.picture(pictures / "field-acts.png")
    hand.tap(hand.said("搜查", hand.part("forms")))
    hand.on("act")
    assert hand.says("为保护您的合法权益，本次执行全程录音录像，请您配合。")
    hand.picture(pictures / "field-act-steps.png")
    do_step(hand, "告知全程录音录像", "done")
    do_step(hand, "出示工作证件", "done")
    do_step(hand, "出示并宣读执行文书", "skip")
    sheet = hand.window.window_root.sheet
    assert sheet is not None
    hand.tap(sheet.ids.give)
    assert sheet.ids.text.error, "a step is left out for a reason only"
    hand.pick(sheet.ids.reasons, "resisted")
    hand.picture(pictures / "field-act-skip.png")
    hand.tap(sheet.ids.give)
    assert hand.says("已略过：受到阻碍")

    hand.tap(hand.part("add_person"))
    hand.on("person")
    hand.pick(hand.part("kind"), "未成年人")
    hand.type(hand.part("name"), "黎小满")
    hand.picture(pictures / "field-act-person.png")
    hand.tap(hand.part("done"))
    hand.on("act")
    assert hand.says("通知监护人或者陪护人到场"), "a minor opens the care checklist"

    hand.type(hand.here.entries["searched"], "桐花街27号二楼书房")
    hand.type(hand.here.entries["found"], "账簿三册")
    hand.tap(hand.part("add_item"))
    hand.on("item")
    hand.type(hand.part("name"), "账簿")
    hand.tap(hand.part("done"))
    hand.on("act")
    hand.tap(hand.here.add_photo)
    hand.wait(lambda: hand.here.draft.photos)
    hand.pick(hand.part("second"), "o-2")
    hand.part("page").scroll_y = 0.55
    hand.picture(pictures / "field-act-facts.png")
    hand.part("page").scroll_y = 0
    hand.picture(pictures / "field-act-lower.png")
    hand.tap(hand.part("save"))
    hand.on("review")
    assert hand.says("缺：搜查令文号")
    assert hand.says("未完成：告知权利和救济途径")
    hand.picture(pictures / "field-act-review.png")
    hand.tap(hand.part("save"))
    hand.on("record")
    body, saved = _body(service), service.saved[-1]
    assert (body.form, body.version, saved.operation) == ("search", 1, OPERATION)
    assert [(one.step, one.skipped) for one in body.steps] == [
        ("ANNOUNCE", ""), ("SHOW_ID", ""), ("SHOW_PAPER", "受到阻碍"),
    ]  # fmt: skip
    assert body.facts == {"searched": "桐花街27号二楼书房", "found": "账簿三册"}
    assert (body.items[0].name, len(body.photos)) == ("账簿", 1)
    assert body.attendees[0].kind == "未成年人"
    assert saved.second_officer == "o-2"
    assert service.drafts == {}, "a signed record leaves no draft"


def test_a_half_filled_form_outlives_the_window(
    tmp_path: Path, service: SimulatedService, pictures: Path
) -> None:
    first = open_window(tmp_path)
    first.enter()
    first.choose_act("柜台冻结存款")
    first.on("act")
    first.wait(lambda: first.says("已自动开启隐私时段"))  # its words move what stands below them
    first.type(first.here.entries["account"], "6222020200112233391")
    first.type(first.here.entries["amount_fen"], "一万")
    first.wait(lambda: any("一万" in one.text for one in service.drafts.values()))
    first.close()  # whatever ends it: nothing more is written than what is already kept

    second = open_window(tmp_path)
    try:
        second.enter()
        second.tap(second.part("measure"))
        second.on("acts")
        second.wait(lambda: second.says("草稿"))
        second.tap(second.said("柜台冻结存款", second.part("forms")))
        second.on("act")
        assert second.here.entries["account"].text == "6222020200112233391"
        second.picture(pictures / "field-act-counter.png")
        second.tap(second.part("save"))
        second.on("review")
        second.tap(second.part("save"))
        second.on("record")
        body = _body(service)
        assert body.facts["account"] == "**** 3391", "the number itself is in no record"
        assert service.saved[-1].secrets == {"account": "6222020200112233391"}
        assert "amount_fen" not in body.facts
        assert "一万" in body.note, "what cannot be read is not lost"
    finally:
        second.close()


def test_r11_the_second_officer_confirms_on_his_own_device(
    hand: Hand, service: SimulatedService, pictures: Path
) -> None:
    service.officer = OTHER_OFFICER
    hand.wait(lambda: hand.window.state.status.officer.officer == "o-2")
    hand.enter()
    hand.tap(hand.part("measure"))
    hand.on("acts")
    hand.tap(hand.part("beside"))
    hand.wait(lambda: service.beside)
    assert service.beside[0].operation == OPERATION
    hand.picture(pictures / "field-act-beside.png")


def test_the_presiding_officer_cannot_confirm_himself(hand: Hand) -> None:
    hand.enter()
    hand.tap(hand.part("measure"))
    hand.on("acts")
    assert hand.part("beside").disabled


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_every_form_opens_saves_and_can_be_touched_with_gloves(
    hand: Hand, service: SimulatedService, language: str, pictures: Path
) -> None:
    hand.enter()
    if language == "en":
        hand.window.choose(language="en")
        hand.on("me")
        hand.window.window_root.go("record")
    root = hand.window.window_root
    for form in FORMS.values():
        root.go("act", form=form.name)
        hand.frames(3)
        for part in ("add_person", "save", "drop"):
            assert hand.part(part).height >= TOUCH_DP
        assert set(hand.here.entries) == set(form.fields) - {"against"}, "of one debtor it is his"
        hand.tap(hand.part("save"))
        hand.on("review")
        hand.tap(hand.part("save"))
        hand.on("record")
        assert _body(service).form == form.name
    root.go("act", form="seal_real_estate")
    hand.picture(pictures / f"field-act-real-estate-{language}.png")
    hand.tap(hand.part("drop"))
    hand.on("acts")
    assert not hand.window.state.forms.by_name


def test_u5_a_seal_tag_is_made_on_the_form_and_goes_with_the_act(
    hand: Hand, service: SimulatedService, pictures: Path
) -> None:
    hand.enter()
    hand.window.window_root.go("act", form="seal_real_estate")
    entry = hand.here.entries["seal_tags"]
    (maker,) = [one for one in entry.parent.children if isinstance(one, TagMaker)]
    hand.tap(maker.children[-1])
    hand.tap(maker.children[-1])
    hand.picture(pictures / "field-act-seal-tags.png")
    hand.tap(hand.part("save"))
    hand.on("review")
    hand.tap(hand.part("save"))
    hand.on("record")
    tags = read_tags(_body(service).facts["seal_tags"]) or []
    case = service.status().operations[0].case_number
    assert [tag.belongs_to(case) for tag in tags] == [True, True]


HANDWRITTEN = [
    [(0.2, 0.7), (0.5, 0.75), (0.8, 0.7)],
    [(0.5, 0.9), (0.5, 0.2)],
    [(0.3, 0.3), (0.7, 0.3)],
]


def add_person(hand: Hand, kind: str, name: str) -> None:
    hand.tap(hand.part("add_person"))
    hand.on("person")
    hand.pick(hand.part("kind"), kind)
    hand.type(hand.part("name"), name)
    hand.tap(hand.part("done"))
    hand.on("act")


def _handed_over_and_taken_back(hand: Hand, service: SimulatedService, pictures: Path) -> None:
    service.pin = "2580"
    hand.wait(lambda: hand.window.state.status.pin_set)
    plain = hand.said("房屋钥匙三把").font_size
    hand.tap(hand.part("hand"))
    assert hand.said("房屋钥匙三把").font_size > plain
    assert not hand.says("打印这一份"), "nothing that is the officer's"
    assert not hand.here.ids.title.back
    hand.picture(pictures / "field-paper-handed.png")
    hand.tap(hand.part("hand"))
    hand.wait(lambda: hand.window.window_root.lock is not None)
    face = hand.window.window_root.lock
    for value in (*service.pin, "enter"):
        hand.tap(next(key for key in face.ids.pad.children if key.value == value))
    hand.wait(lambda: hand.window.window_root.lock is None)
    hand.on("paper")
    assert hand.says("打印这一份")
    assert hand.here.ids.title.back


def _read_aloud(hand: Hand, service: SimulatedService, pictures: Path) -> None:
    hand.tap(hand.said("朗读"))
    hand.wait(lambda: hand.says("停止朗读"))
    lines = service.read_aloud
    assert "房屋钥匙三把" in "".join(lines)
    service.read_line = next(at for at, line in enumerate(lines) if "房屋钥匙三把" in line)
    hand.wait(lambda: hand.said("房屋钥匙三把").tone == "brand")
    assert hand.said("交付笔录", hand.part("words")).tone == "t1"
    hand.picture(pictures / "field-paper-read-aloud.png")
    hand.tap(hand.said("停止朗读"))
    hand.wait(lambda: service.read_line is None)
    hand.wait(lambda: hand.said("房屋钥匙三把").tone == "t1")


def test_the_paper_writes_itself_is_read_large_and_signed_on_glass(
    hand: Hand, service: SimulatedService, pictures: Path
) -> None:
    hand.enter()
    hand.choose_act("交付")
    hand.on("act")
    do_step(hand, "告知全程录音录像", "done")
    add_person(hand, "被执行人", "黎喆昇")
    add_person(hand, "见证人", "许邻居")
    hand.type(hand.here.entries["handed_over"], "房屋钥匙三把")
    hand.tap(hand.part("read"))
    hand.on("paper")
    hand.wait(lambda: hand.says("房屋钥匙三把"))
    for words in ("交付笔录", "为保护您的合法权益", "救济途径", "校验值"):
        assert hand.says(words)
    hand.picture(pictures / "field-paper-read.png")
    _read_aloud(hand, service, pictures)
    _handed_over_and_taken_back(hand, service, pictures)
    hand.tap(hand.said("许邻居", hand.part("people")))
    hand.wait(lambda: hand.says("见证人 许邻居 签名"))
    assert hand.part("confirm").disabled, "nothing was written yet"
    hand.write(hand.part("pad"), [[(0.1, 0.1), (0.9, 0.9)]])
    hand.tap(hand.part("again"))
    hand.write(hand.part("pad"), HANDWRITTEN)
    hand.picture(pictures / "field-paper-sign.png")
    hand.tap(hand.part("confirm"))
    hand.wait(lambda: service.signed)
    drawn = service.signed[0]
    paper = hand.here.draft.paper.sha256
    assert (drawn.paper, drawn.kind, drawn.name) == (paper, "见证人", "许邻居")
    assert [len(stroke) for stroke in drawn.strokes] == [3, 2, 2], "the first try was wiped"
    hand.wait(lambda: not hand.says("见证人 许邻居 签名"))
    hand.part("page").scroll_y = 0
    hand.picture(pictures / "field-paper-signed.png")


def test_what_is_changed_after_signing_is_read_out_and_signed_anew(
    hand: Hand, service: SimulatedService
) -> None:
    hand.enter()
    hand.choose_act("交付")
    hand.on("act")
    add_person(hand, "见证人", "许邻居")
    for time in (1, 2):
        hand.type(hand.part("note"), f"第{time}次")
        if time == 2:
            hand.tap(hand.part("save"))
            hand.on("review")
            assert hand.says("签名后内容有变动")
            hand.tap(hand.part("mend"))
            hand.on("act")
        hand.tap(hand.part("read"))
        hand.on("paper")
        hand.wait(lambda time=time: hand.says(f"第{time}次"))
        assert not hand.here.draft.attendees[0].signature
        hand.tap(hand.said("许邻居", hand.part("people")))
        hand.write(hand.part("pad"), HANDWRITTEN)
        hand.tap(hand.part("confirm"))
        hand.wait(lambda: hand.here.draft.attendees[0].signature)
        hand.window.window_root.back()
        hand.on("act")
    assert service.signed[0].paper != service.signed[1].paper
    hand.tap(hand.part("save"))
    hand.on("review")
    assert not hand.says("签名后内容有变动")
    hand.tap(hand.part("save"))
    hand.on("record")
    assert service.saved[-1].papers[0] == service.signed[1].paper
    assert len(service.saved[-1].papers) == 2, "the slip of remedies goes with it"
    assert _body(service).attendees[0].signature_sha256 == f"{2:064x}"


def test_a_paper_is_printed_signed_by_hand_and_photographed_page_by_page(
    hand: Hand, service: SimulatedService, pictures: Path
) -> None:
    hand.enter()
    hand.tap(hand.part("button"))
    hand.wait(lambda: service.running is not None and hand.here.has_picture)
    hand.choose_act("交付")
    hand.on("act")
    add_person(hand, "被执行人", "黎\U00030000昇")
    hand.tap(hand.part("read"))
    hand.on("paper")
    hand.wait(lambda: hand.says("字库没有这些字"))
    hand.pick(hand.part("which"), "slip")
    hand.wait(lambda: hand.says("权利和救济告知单"))
    hand.picture(pictures / "field-paper-slip.png")
    hand.pick(hand.part("printer"), "tcp:127.0.0.1:9100")
    hand.tap(hand.part("print"))
    hand.wait(lambda: service.printed)
    draft = hand.here.draft
    assert service.printed[0].paper == draft.paper.slip
    hand.tap(hand.said("黎", hand.part("people")))
    hand.frames(4)
    assert hand.part("by_hand").disabled, "no page was photographed yet"
    hand.tap(hand.part("photograph"))
    hand.wait(lambda: hand.says("拍纸页 1/1"))
    hand.picture(pictures / "field-paper-by-hand.png")
    hand.tap(hand.part("by_hand"))
    hand.wait(lambda: service.signed_by_hand)
    signed = service.signed_by_hand[0]
    assert (signed.paper, signed.photos) == (draft.paper.sha256, draft.paper.photos)
    hand.wait(lambda: draft.attendees[0].signature)
    hand.window.window_root.back()
    hand.on("act")
    hand.tap(hand.part("save"))
    hand.on("review")
    assert hand.says("字库缺字：U+30000")
    assert not hand.says("签名后内容有变动")
    hand.tap(hand.part("save"))
    hand.on("record")
    body = _body(service)
    assert body.pages == signed.photos, "the signed pages go with the act"
    assert body.photos == [], "and show nothing of the scene"
    assert {one.kind for one in service.outbox} & {"photo", "page"} == {"page"}
    assert service.saved[-1].papers == [signed.paper, draft.paper.slip]


def test_19_too_much_control_is_told_while_the_value_is_typed_and_exempt_things_one_by_one(
    hand: Hand, service: SimulatedService, pictures: Path
) -> None:
    hand.enter()
    hand.choose_act("扣押动产")
    hand.on("act")
    assert hand.says("应付 ¥100,000.00，已控制 ¥20,000.00，本次 ¥0.00，合计 20%")
    hand.tap(hand.part("add_item"))
    hand.on("item")
    hand.type(hand.part("name"), "数控车床")
    hand.type(hand.part("value"), "100000.01")
    hand.tap(hand.part("done"))
    hand.on("act")
    assert hand.says("可能明显超标的")
    assert hand.says("第19条")
    card = hand.here.entries["not_exempt"]
    for tick in card.ticks[:-1]:
        hand.tap(tick)
    assert not hand.here.draft.facts.get("not_exempt")
    hand.picture(pictures / "field-act-exempt.png")
    hand.tap(card.ticks[-1])
    assert hand.here.draft.facts["not_exempt"] == "1"
    hand.part("page").scroll_y = 0.2
    hand.picture(pictures / "field-act-excess.png")
    hand.tap(hand.part("save"))
    hand.on("review")
    assert hand.says("控制价额为应付的 120%")
    assert not hand.says("未确认无豁免财产")
    hand.tap(hand.part("save"))
    hand.on("record")
    assert _body(service).facts == {"not_exempt": "1"}


def test_at_a_banks_counter_viewing_is_closed_by_itself_until_the_form_is_saved(
    hand: Hand, service: SimulatedService, pictures: Path
) -> None:
    hand.enter()
    hand.choose_act("柜台划拨存款")
    hand.on("act")
    hand.wait(lambda: service.private is not None)
    assert service.private[0].reason == "counter"
    hand.wait(lambda: hand.says("已自动开启隐私时段"))
    hand.picture(pictures / "field-act-counter-closed.png")
    hand.compose(hand.here.entries["unit_person"], ["l", "li", "liang"], "梁柜员")
    assert hand.here.entries["unit_person"].text == "梁柜员", "no spelling stays"
    hand.tap(hand.part("save"))
    hand.on("review")
    hand.tap(hand.part("save"))
    hand.on("record")
    hand.wait(lambda: service.private is None)
    assert _body(service).facts["unit_person"] == "梁柜员"


def test_r11_cash_is_not_saved_by_one_officer_and_has_its_own_receipt(
    hand: Hand, service: SimulatedService, pictures: Path
) -> None:
    hand.enter()
    hand.choose_act("当场履行、和解")
    hand.on("act")
    hand.type(hand.here.entries["performed"], "偿还借款")
    hand.type(hand.here.entries["cash_fen"], "5000")
    hand.type(hand.here.entries["settled_fen"], "60000")
    hand.tap(hand.part("save"))
    hand.on("review")
    assert hand.says("收取现金须两人在场")
    assert hand.says("和解缺履行期限和方式")
    assert hand.says("暂不能保存")
    assert hand.part("save").disabled
    hand.picture(pictures / "field-act-cash-alone.png")
    hand.tap(hand.part("mend"))
    hand.on("act")
    hand.type(hand.here.entries["cash_receipt"], "收据0412")
    hand.pick(hand.part("second"), "o-2")
    add_person(hand, "被执行人", "黎喆昇")
    hand.tap(hand.part("read"))
    hand.on("paper")
    hand.wait(lambda: hand.says("已出具《执行款收据》"))
    hand.pick(hand.part("which"), "receipt")
    hand.wait(lambda: hand.says("收到现金：¥5,000.00（伍仟元整）"))
    assert hand.says("两人当场清点")
    hand.picture(pictures / "field-paper-receipt.png")
    hand.window.window_root.back()
    hand.on("act")
    hand.tap(hand.part("save"))
    hand.on("review")
    hand.tap(hand.part("save"))
    hand.on("record")
    assert service.saved[-1].second_officer == "o-2"
    assert len(service.saved[-1].papers) == 3, "record, slip and receipt"


def test_a_refusal_to_open_has_a_witness_and_a_paper(
    hand: Hand, service: SimulatedService, pictures: Path
) -> None:
    hand.enter()
    hand.choose_act("拒绝开启、拒绝签名")
    hand.on("act")
    hand.pick(hand.here.entries["refused"], "OPEN")
    hand.compose(hand.here.entries["refused_by"], ["l", "li zhe"], "黎喆昇")
    hand.type(hand.here.entries["refused_why"], "拒不开启库房，称钥匙不在")
    hand.tap(hand.part("save"))
    hand.on("review")
    assert hand.says("缺见证人")
    hand.tap(hand.part("mend"))
    hand.on("act")
    add_person(hand, "见证人", "许邻居")
    hand.tap(hand.part("read"))
    hand.on("paper")
    hand.wait(lambda: hand.says("拒绝开启、拒绝签名笔录"))
    assert hand.says("拒绝的事项：拒绝开门、开启。")
    hand.picture(pictures / "field-paper-refusal.png")
    hand.window.window_root.back()
    hand.on("act")
    hand.tap(hand.part("save"))
    hand.on("review")
    assert not hand.says("缺见证人")
    hand.tap(hand.part("save"))
    hand.on("record")
    assert _body(service).facts["refused"] == "OPEN"


def test_of_several_debtors_the_officer_says_against_which_it_is(
    hand: Hand, service: SimulatedService, pictures: Path
) -> None:
    """S-11: one more choice, which may be left open, and asked only where there are several."""
    service.debtors.append("恒发贸易有限公司")
    hand.enter()
    hand.choose_act("搜查")
    hand.on("act")
    hand.pick(hand.here.entries["against"], "恒发贸易有限公司")
    hand.part("page").scroll_to(hand.here.entries["against"], animate=False)
    hand.picture(pictures / "field-act-against.png")
    hand.tap(hand.part("save"))
    hand.on("review")
    hand.tap(hand.part("save"))
    hand.on("record")
    assert _body(service).facts["against"] == "恒发贸易有限公司"
