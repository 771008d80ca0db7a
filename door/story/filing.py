"""The clerk keeps the file: a change of name, a log set right, cases opened, a visit planned."""

from __future__ import annotations

from typing import Any

from door.story.clerk import Clerk
from door.story.html import Element, read_page
from schemas.ids import new_id
from schemas.time import court_time, now_ms

NAMES = ("南江市恒发智造有限公司", "南江市恒发五金制品有限公司")
"""What the debtor is renamed to, and back when the story is told again."""
_HEADER = "案号,执行标的,立案日期,申请执行人,被执行人,承办人工号\n"
_ROW = "（2026）粤0199执{number}号,{amount},{day},临港贸易有限公司,欧阳明哲,{officer}\n"
INITIALS = "oymz"


class Registrar(Clerk):
    """A desk from which the file of a case is kept."""

    def rename(self, case: str, party: str, names: tuple[str, str]) -> str:
        """Record a unit's change to the first of two names that it does not bear; return the
        party as the file prints it."""
        day = court_time(now_ms()).date().isoformat()
        fresh = next(name for name in names if not self._name(case, party).startswith(name))
        self._form(
            f"cases/{case}/parties/{party}/name",
            {"name": fresh, "day": day, "paper": "准予变更登记通知书"},
        )
        return self._name(case, party)

    def _name(self, case: str, party: str) -> str:
        found = self._page(f"cases/{case}/file").first(data_party=party)
        title = found.first("b") if found else None
        return title.text if title else ""

    def correct(self, case: str, wrong: str, right: str) -> str:
        """Write a line of the log and set it right by another; return what the page shows of the
        first."""
        at = court_time(now_ms()).strftime("%Y-%m-%dT%H:%M:%S")
        self._form(f"cases/{case}/log", {"entry": new_id(), "at": at, "text": wrong})
        line = next(one for one in self._lines(case) if wrong in one.text)
        self._form(
            f"cases/{case}/log",
            {"entry": new_id(), "at": at, "text": right, "corrects": line.get("data-log"),
             "reason": "时间记错"},
        )  # fmt: skip
        return next(one.text for one in self._lines(case) if wrong in one.text)

    def _lines(self, case: str) -> list[Element]:
        return list(self._page(f"cases/{case}/log").all(data_log=None))

    def bring_cases(self, text: str) -> list[str]:
        """Import a file of cases; return how each row came out."""
        page = read_page(self._form("cases/import", {"text": text}).text)
        return [row.text for row in page.all(data_row=None)]

    def open_case(self, fields: dict[str, str]) -> str:
        """Open one case by its form; return its id."""
        return self._form("cases/new", fields).url.rpartition("/")[2]

    def plan(self, case: str, title: str, address: str) -> str:
        """Plan a visit with the first two who may go; return its id."""
        form = self._page(f"cases/{case}/operations/new")
        crew = [each.get("value") for each in form.all("input", name="crew")][:2]
        named = {each: form.first("input", name=each) for each in ("operation", "start")}
        fields = {name: found.get("value") for name, found in named.items() if found}
        plan: dict[str, str | list[str]] = {
            **fields, "title": title, "address": address, "crew": crew, "presiding": crew[0],
        }  # fmt: skip
        return self._form(f"cases/{case}/operations", plan).url.rpartition("/")[2]

    def call_off(self, operation: str, reason: str) -> bool:
        """Call a visit off; say whether its page tells so."""
        page = read_page(self._form(f"operations/{operation}/call-off", {"reason": reason}).text)
        return any("已取消" in each.text for each in page.all("span", class_="chip x"))

    def object(self, case: str, matter: str, number: int) -> dict[str, Any]:
        """Record an objection of the debtor, its filing and the ruling; return its last state and
        how many clocks ran, as the page shows them."""
        path, day = f"cases/{case}/objections", court_time(now_ms()).date().isoformat()
        form = self._page(path).first("form", id="objection")
        made = form.first("input", name="objection") if form else None
        party = form.first("select", name="party") if form else None
        if made is None or party is None:
            return {}
        debtor, objection = list(party.all("option"))[-1].get("value"), made.get("value")
        self._form(path, {"objection": objection, "kind": "CONDUCT", "party": debtor,
                          "matter": matter, "day": day})  # fmt: skip
        named = f"（2026）粤0199执异{number}号"
        self._form(f"{path}/{objection}/registration", {"number": named, "day": day})
        judge = self._page(path).first("select", name="judge")
        presiding = judge.first("option") if judge else None
        self._form(
            f"{path}/{objection}/decision",
            {"outcome": "REJECTED", "day": day, "reason": "符合法律规定", "ruling": f"{named}之一",
             "judge": presiding.get("value") if presiding else ""},
        )  # fmt: skip
        self._form(f"{path}/{objection}/service", {"party": debtor, "day": day})
        page = self._page(path)
        shown = page.first(data_objection=objection)
        chip = shown.first("span", class_="chip ok") if shown else None
        clocks = sorted(each.get("data-clock") for each in page.all(data_clock=None))
        return {"state": chip.text if chip else "", "clocks": clocks}

    def find_cases(self, words: str) -> list[str]:
        """Return the cases that the register finds by some words."""
        return [row.text for row in self._page(f"cases?q={words}").all(data_case=None)]


def keep_file(clerk: Registrar, case: str, debtor: str, officer: str) -> dict[str, Any]:
    """Rename the debtor, set the log right, import two rows of which one is faulty, find the other
    by its party's initials, open a case, decide an objection in it. officer: a staff number.
    Return what the desk shows of each."""
    number = now_ms() // 1000 % 10_000_000
    day = court_time(now_ms()).date().isoformat()
    rows = [
        _ROW.format(number=number + at, amount=amount, day=day, officer=officer)
        for at, amount in enumerate(("58000.00", "五万"))
    ]
    renamed = clerk.rename(case, debtor, NAMES)
    corrected = clerk.correct(case, "14时30分电话约谈", "15时30分电话约谈")
    imported = clerk.bring_cases(_HEADER + "".join(rows))
    found = [text for text in clerk.find_cases(INITIALS) if f"执{number}号" in text]
    opened = clerk.open_case(
        {"number": f"（2026）粤0199执{number + 2}号", "amount": "1,200.50", "filed": day,
         "applicant": "临港贸易有限公司", "debtor": "欧阳明哲", "officer": officer}
    )  # fmt: skip
    planned = clerk.plan(opened, "腾退前现场调查", "南江市临江区龙津里3巷12号")
    return {
        "renamed": renamed, "corrected": corrected, "imported": imported, "found": found,
        "opened": opened, "objection": clerk.object(opened, "对查询账户的行为", number),
        "called_off": clerk.call_off(planned, "双方已经和解"),
    }  # fmt: skip
