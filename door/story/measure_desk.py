"""Measures, their deadlines, and how the parties were told, as the desk's pages show them."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from door.story.html import Element, read_page
from door.story.pages import Pages
from door.story.report import NoticeState
from door.story.telling import failed


class MeasureDesk(Pages):
    """A desk that registers measures and reads what became of them."""

    def measures(self, case: str) -> list[Element]:
        """Return the measures of a case's page."""
        return list(self._page(f"cases/{case}").all(data_measure=None))

    def register(self, case: str, kind: str, over: str, fields: dict[str, str]) -> str:
        """Register a measure by the form of its kind; return its id."""
        page = self._page(f"cases/{case}/measures/new?kind={kind}/{over}")
        made = page.first("input", name="measure")
        measure = made.get("value") if made else ""
        form = {"measure": measure, "kind": kind, "over": over, **fields}
        self._form(f"cases/{case}/measures", form)
        return measure

    def holding(self, number: str) -> list[str]:
        """Return the cases in which a whole number stands, as the desk finds them."""
        page = read_page(self._form("cases/by-number", {"number": number}).text)
        return [each.get("data-case") for each in page.all(data_case=None)]

    def measure_of_tag(self, scanned: str) -> str:
        """Return the measure to whose page the register leads for a scanned seal tag; '' where it
        says that something is wrong with the tag."""
        page = self._page(f"measures?q={quote(scanned, safe='')}")
        said = page.first(data_part="tag")
        if said is None:
            raise failed("tag.passed_over", "登记簿没有认出封条", "the register took it for a word")
        measure = page.first(data_measure=None)
        return measure.get("data-measure") if measure and said.get("role") != "alert" else ""

    def renewal_papers(self, measure: str) -> list[str]:
        """Return the ids of the papers for a measure's renewal, none before the guardian made
        them."""
        found = self._page(f"measures/{measure}").all(data_paper=None)
        return [each.get("data-paper") for each in found if "续行" in each.text]

    def renew(self, measure: str, fields: dict[str, str]) -> str:
        """Record a renewal; return how the measure's page calls its state."""
        self._form(f"measures/{measure}/renewals", fields)
        page = self._page(f"measures/{measure}")
        chip = page.first("span", class_="chip ok")
        return chip.text if chip else ""

    def rows(self, measure: str) -> list[str]:
        """Return the numbers of the rows of a measure's whole list."""
        page = self._page(f"measures/{measure}/list")
        return [each.get("data-row") for each in page.all(data_row=None)]

    def awaited_lots(self, measure: str) -> list[str]:
        """Return the lots that the measure's page says are still to come."""
        chips = self._page(f"measures/{measure}").all("span", class_="chip warn")
        return [each.text for each in chips if "册" in each.text]

    def lacks(self, measure: str) -> list[str]:
        """Return what the measure's page says that its record lacks."""
        page = self._page(f"measures/{measure}")
        return [each.text for each in page.all("p", class_="row s sm warn")]

    def stored_exhibits(self, measure: str) -> set[str]:
        """Return the exhibits of a measure that its page offers to look at."""
        found = self._page(f"measures/{measure}").all(data_exhibit=None)
        return {each.get("data-exhibit") for each in found if each.first("button")}

    def deadline(self, case: str) -> dict[str, Any]:
        """Return the nearest deadline of a case as its page tells it: last day, every step."""
        row = self._page(f"cases/{case}/deadlines").first(data_deadline=None)
        if row is None:
            return {}
        page = self._page(f"deadlines/{row.get('data-deadline')}")
        due, steps = page.first(data_part="due"), page.first("ol", class_="trace mt12")
        told = [each.text for each in steps.all("li")] if steps else []
        return {"due": due.text if due else "", "steps": told}

    def notices(self, case: str, measure: str | None = None) -> list[NoticeState]:
        """Return each notice of a case, or of one measure of it: party, channel, state."""
        page: Element | None = self._page(f"cases/{case}")
        if page is not None and measure is not None:
            page = page.first(data_measure=measure)
        return _lanes(page)

    def registered_notices(self) -> list[NoticeState]:
        """Return the newest notices of the court's register, as `notices`."""
        return _lanes(self._page("notices"))

    def hold(self, case: str, reason: str) -> None:
        """Hold the telling of both parties in a case for two hours."""
        self._form(f"cases/{case}/holds", {"reason": reason, "hours": "2"})

    def held(self, case: str) -> str:
        """Return what the case's page says of its open hold, '' where there is none."""
        found = self._page(f"cases/{case}").first(data_hold=None)
        return found.text if found else ""

    def lift_hold(self, case: str) -> None:
        """Lift the open hold of a case."""
        found = self._page(f"cases/{case}").first(data_hold=None)
        hold = found.get("data-hold") if found else ""
        self._form(f"cases/{case}/holds/{hold}/release", {})


def _lanes(page: Element | None) -> list[NoticeState]:
    found = []
    for lane in page.all(data_notice=None) if page else ():
        name = lane.first("b")
        found.append(
            NoticeState(
                lane.get("data-party-role") or (name.text if name else ""),
                lane.get("data-channel"),
                lane.get("data-notice-state"),
            )
        )
    return found
