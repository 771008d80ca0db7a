"""Both catalogues say the same things, and everything that the window says is in them."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

import field_app
from field_app.local_api.outbox import OutboxState
from field_app.steps import STATES
from field_app.window import words
from field_app.window.items import UNITS
from field_app.window.people import AttendeeDraft
from schemas.field_api import OrderState
from schemas.recording_notes import FaultCause
from schemas.records import SignedHow, Step

ROOT = Path(field_app.__file__).parent
SOURCES = [*ROOT.glob("screens/*"), *ROOT.glob("window/*.py"), *ROOT.glob("theme/*.kv")]
SHEETS = re.findall(
    r'about = "([a-z]+)"\s+reasons = \((.+?)\)', (ROOT / "screens" / "sheet.py").read_text("utf-8")
)
SHEET_PARTS = re.findall(
    r"root\.say\('([a-z_]+)'\)", (ROOT / "screens" / "sheet.kv").read_text("utf-8")
)
LACKS = [
    key
    for name in ("lacks", "act")
    for key in re.findall(r'Lack\("([a-z_]+)"', (ROOT / "window" / f"{name}.py").read_text("utf-8"))
]


def _names(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_the_catalogues_have_equal_keys_and_equal_values_in_place() -> None:
    chinese, english = words.catalogue("zh-CN"), words.catalogue("en")
    assert chinese.keys() == english.keys()
    assert {key for key in chinese if _names(chinese[key]) != _names(english[key])} == set()


def test_no_text_is_empty_and_english_is_english() -> None:
    english = words.catalogue("en")
    assert all(text.strip() for text in words.catalogue("zh-CN").values())
    units = {f"unit.{unit}" for unit in UNITS}
    foreign = {key for key, text in english.items() if re.search(r"[\u4e00-\u9fff]", text)}
    assert foreign <= units, "only the units of the paper stay in Chinese"


def test_every_key_in_the_sources_has_a_text() -> None:
    used = set()
    for path in SOURCES:
        if path.suffix in (".py", ".kv"):
            used |= set(re.findall(r"""\btr\(\s*["']([a-z_.]+)["']""", path.read_text("utf-8")))
    assert len(used) > 100
    assert used - words.catalogue("zh-CN").keys() == set()


def test_every_state_that_may_come_has_a_word() -> None:
    wanted = {f"outbox_state.{state.value}" for state in OutboxState}
    wanted |= {f"order_state.{state.value}" for state in OrderState}
    wanted |= {f"operation.{state}" for state in STATES}
    wanted |= {f"step.{step.value}" for step in Step} | {f"step_done.{step.value}" for step in Step}
    wanted |= {f"signed.{how.value}" for how in SignedHow}
    wanted |= {f"unit.{unit}" for unit in UNITS}
    wanted |= {f"lack.{key}" for key in LACKS}
    wanted |= {f"lack.{key}" for key in ("engine", "cash_receipt", "left_shown")}
    wanted |= {f"lack.reason_{why}" for why in ("absent", "refused", "unable")}
    wanted |= {f"link.{link}" for link in ("good", "thin", "lost", "none")}
    wanted |= {f"link_short.{link}" for link in ("good", "thin", "lost", "none")}
    wanted |= {f"fault.{cause.value}" for cause in FaultCause}
    wanted |= {f"fault.wrong_{what}" for what in ("time", "order", "future", "cause", "text")}
    assert len(SHEETS) == 3
    wanted |= {f"{about}.need_reason" for about, _reasons in SHEETS}
    for about, reasons in SHEETS:
        parts = [*SHEET_PARTS, *re.findall(r'"([a-z_]+)"', reasons)]
        wanted |= {f"{about}.{part}" for part in parts}
    assert wanted - words.catalogue("zh-CN").keys() == set()


def test_papers_have_common_reasons_in_chinese_whatever_the_window_speaks() -> None:
    english, chinese = words.catalogue("en"), words.catalogue("zh-CN")
    assert words.on_paper(english["reason.left"], "reason") == chinese["reason.left"]
    assert words.on_paper(chinese["skip.urgent"], "skip") == chinese["skip.urgent"]
    assert words.on_paper("He shut the door", "reason") == "He shut the door"
    person = AttendeeDraft(attended=False, notified_how=english["notified.phone"])
    assert person.written().notified_how == chinese["notified.phone"]


def test_a_problem_says_what_it_means_and_carries_its_code() -> None:
    assert words.tr_problem("spool.disk_full").endswith("[spool.disk_full]")
    assert words.tr_problem("brand.new") == f"{words.tr('problem.other')} [brand.new]"
    words.choose("en")
    assert words.tr("record.watchers", n=3) == "3 watching"


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="fr"):
        words.choose("fr")
    assert words.chosen() == "zh-CN"
