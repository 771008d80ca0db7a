"""Every screen of the window in both languages, in large text, on phone and tablet: nothing is cut,
nothing is too small for a gloved finger, and nothing of ours is left in Chinese."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from kivy.core.window import Window

from field_app.local_api.recording import RecordingStatus
from field_app.local_api.second import SecondAwaited
from field_app.local_api.visit import SiteNow
from field_app.window import serving
from field_app.window.act import ActDraft
from field_app.window.choices import Choices, keep_choices
from field_app.window.items import ItemDraft
from field_app.window.people import AttendeeDraft
from schemas.measures.forms import FORMS
from schemas.measures.served import ServedEnd
from schemas.records import SignedHow
from schemas.time import now_ms
from tests.e2e.field_window.audited import faults
from tests.e2e.field_window.hand import Hand, open_window
from tests.e2e.field_window.simulated_service import OPERATION, PAPERS, SimulatedService

PHONE, TABLET = (412, 892), (1180, 760)
_OWN = "中文语言简体明"  # what the languages and the app call themselves
_UNITS = "台件只张套辆部"  # a list counts in them, whoever reads it
_LAWS = "最高人民法院关于适用 民事诉讼法 的解释"  # cited by their names
_PAPERS = ("paper", "paper-signing")  # what a court writes is Chinese
_TYPED = "数控车床沈阳机床可运行罗以安南城仓储黎喆昇温和平黎素芬号之三"


def _draft(hand: Hand, form: str) -> ActDraft:
    operation = hand.window.state.operation()
    assert operation is not None
    draft = hand.window.state.acts.begin(operation, form)
    if not draft.attendees and form == "seize_movables":
        draft.attendees = [
            AttendeeDraft("被执行人", "黎喆昇", signed=SignedHow.REFUSED, refusal_reason="left"),
            AttendeeDraft("见证人", "温和平"),
        ]
        draft.items = [ItemDraft("数控车床", 2, "台", "沈阳机床 CAK5085", "SN-2019-0417",
                                 "可运行", "185000")]  # fmt: skip
    return draft


def _record(hand: Hand, service: SimulatedService) -> None:
    hand.window.window_root.go("record")
    hand.window.state.start()
    hand.wait(lambda: hand.here.recording and hand.here.has_picture)
    service.send_order("请先清点再装箱")
    hand.wait(lambda: hand.part("orders").children)


def _shows(name: str) -> Callable[[Hand, SimulatedService], None]:
    return lambda hand, _service: hand.window.window_root.go(name)


def _form(form: str) -> Callable[[Hand, SimulatedService], None]:
    def show(hand: Hand, _service: SimulatedService) -> None:
        _draft(hand, form)
        hand.window.window_root.go("act", form=form)

    return show


def _of_draft(name: str, **about: object) -> Callable[[Hand, SimulatedService], None]:
    def show(hand: Hand, _service: SimulatedService) -> None:
        hand.window.window_root.go(name, draft=_draft(hand, "seize_movables"), **about)

    return show


def _serving(hand: Hand) -> ActDraft:
    """Papers served by line: one signed for, one left, one refused, which is not done yet."""
    draft = _draft(hand, "serve")
    if not draft.attendees:
        draft.facts["addressee"] = "黎喆昇"
        draft.attendees = [
            AttendeeDraft("被执行人", "黎喆昇"), AttendeeDraft("成年家属", "黎素芬")
        ]  # fmt: skip
        serving.add(draft, PAPERS[:2])
        serving.add_typed(draft, "（2026）粤0199执3061号之三")
        serving.change(draft, 1, end=ServedEnd.LEFT)
        serving.change(draft, 2, end=ServedEnd.REFUSED)
    return draft


def _served(index: int) -> Callable[[Hand, SimulatedService], None]:
    def show(hand: Hand, _service: SimulatedService) -> None:
        hand.window.window_root.go("served", draft=_serving(hand), index=index)

    return show


def _served_lines(hand: Hand, _service: SimulatedService) -> None:
    _serving(hand)
    hand.window.window_root.go("act", form="serve")
    hand.part("page").scroll_to(hand.here.entries["served"], animate=False)


def _served_review(hand: Hand, _service: SimulatedService) -> None:
    hand.window.window_root.go("review", draft=_serving(hand))


def _paper(hand: Hand, service: SimulatedService) -> None:
    _of_draft("paper")(hand, service)
    hand.wait(lambda: hand.part("people").children)


def _signing(hand: Hand, _service: SimulatedService) -> None:
    hand.here.choose(_draft(hand, "seize_movables").attendees[1])


def _finish(hand: Hand, _service: SimulatedService) -> None:
    hand.window.window_root.go("finish")
    hand.wait(lambda: hand.here.ending is not None)
    hand.here.state_anew()
    hand.wait(lambda: hand.here.stated)


def _sheet(ask: str) -> Callable[[Hand, SimulatedService], None]:
    def show(hand: Hand, _service: SimulatedService) -> None:
        root = hand.window.window_root
        if root.here.name != "record":
            root.go("record")
        {"skip": lambda: root.ask_skip(lambda _reason: None)}.get(
            ask, getattr(root, f"ask_{ask}")
        )()

    return show


def _sos(hand: Hand, service: SimulatedService) -> None:
    service.sos_grace_ms = 60_000
    hand.window.window_root.unfold_sos()
    hand.wait(lambda: hand.window.window_root.sos is not None)


def _sos_told(hand: Hand, service: SimulatedService) -> None:
    service.sos_told, service.pin = True, "2580"
    hand.wait(lambda: hand.window.window_root.sos is not None)
    hand.wait(lambda: hand.window.window_root.sos.told and hand.window.window_root.sos.asks_pin)


def _lock(hand: Hand, service: SimulatedService) -> None:
    service.sos, service.pin = None, "2580"
    hand.wait(lambda: hand.window.state.status.pin_set)
    hand.window.state.lock()
    hand.wait(lambda: hand.window.window_root.lock is not None)


def _revoked(hand: Hand, service: SimulatedService) -> None:
    service.revoked = True
    hand.wait(lambda: hand.window.window_root.lock and hand.window.window_root.lock.revoked)


def _second_awaited(hand: Hand, service: SimulatedService) -> None:
    service.awaited = [
        SecondAwaited("r-1", OPERATION, "o-2", "沈知夏", "扣押动产 1 项", now_ms() - 60_000)
    ]
    hand.window.window_root.go("today")
    hand.wait(lambda: hand.window.state.status.seconds_awaited)


def _offline(hand: Hand, service: SimulatedService) -> None:
    service.link, service.refuse_disk = "lost", "spool.disk_full"
    hand.window.window_root.go("today")
    hand.wait(lambda: hand.window.state.offline)


SCENES: dict[str, Callable[[Hand, SimulatedService], None]] = {
    "today": _shows("today"),
    "open": _shows("open"),
    "record-ready": _shows("record"),
    "record": _record,
    "acts": _shows("acts"),
    **{f"act-{form}": _form(form) for form in FORMS},
    "list": _of_draft("list"),
    "table": _of_draft("table"),
    "item": _of_draft("item", index=0),
    "person": _of_draft("person", index=0),
    "review": _of_draft("review"),
    "served-choose": _served(-1),
    "served-signed": _served(0),
    "served-refused": _served(2),
    "served-lines": _served_lines,
    "served-review": _served_review,
    "paper": _paper,
    "paper-signing": _signing,
    "fault": _shows("fault"),
    "finish": _finish,
    "check": _shows("check"),
    "help": _shows("help"),
    "outbox": _shows("outbox"),
    "me": _shows("me"),
    **{f"sheet-{ask}": _sheet(ask) for ask in ("stop", "skip", "recorders", "private", "silence")},
    "pin": _sheet("pin"),
    "second": lambda hand, _service: hand.window.window_root.second.enrol(),
    "second-awaited": _second_awaited,
    "second-acts": _shows("acts"),
    "offline": _offline,
    "sos": _sos,
    "sos-told": _sos_told,
    "lock": _lock,
    "revoked": _revoked,
}


def _close_sheets(hand: Hand) -> None:
    root = hand.window.window_root
    if root.sheet is not None:
        root._answer("", lambda _reason: None)
    if root.pins is not None:
        root.pins.dispatch("on_done", "", "", "")
    if root.second.sheet is not None:
        root.second._close()
    hand.window.state.toast = ""


@pytest.fixture
def service(tmp_path: Path) -> Iterator[SimulatedService]:
    peer = SimulatedService(tmp_path, enrolled=True)
    ended = now_ms() - 900_000
    peer.ended.append(RecordingStatus("0192f0c0-early", OPERATION, ended - 600_000, True, 3_000,
                                      3_000, 3_000, ended))  # fmt: skip
    peer.sites = [SiteNow(OPERATION, 40, inside=True, entered_ms=now_ms(), step="departed")]
    yield peer
    peer.close()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("language", "large", "size"),
    [("en", True, PHONE), ("zh-CN", True, PHONE), ("en", True, TABLET)],
)
def test_every_screen_is_whole(
    tmp_path: Path,
    service: SimulatedService,
    pictures: Path,
    language: str,
    large: bool,
    size: tuple[int, int],
) -> None:
    before = Window.size
    Window.size = size
    keep_choices(tmp_path, Choices(language=language, large=large))
    hand = open_window(tmp_path, language)
    wrong: list[str] = []
    try:
        hand.wait(lambda: hand.window.state.operation() is not None)
        for name, show in SCENES.items():
            show(hand, service)
            hand.frames(4)
            text = "large" if large else "plain"
            hand.picture(pictures / f"field-every-{language}-{text}-{size[0]}-{name}.png")
            english = language == "en" and name not in _PAPERS
            known = _known(service) if english else None
            wrong += [f"{name}: {one}" for one in faults(hand.window.window_root, known)]
            _close_sheets(hand)
    finally:
        hand.close()
        Window.size = before
    assert not wrong, "\n".join(wrong)


def _known(service: SimulatedService) -> str:
    """What stands in Chinese in both languages: what the court's records say."""
    return msgspec.json.encode(service.status()).decode() + _OWN + _TYPED + _UNITS + _LAWS
