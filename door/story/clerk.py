"""The clerk and the judge at the desk: a paper made, approved, stamped, issued, and served."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from door.story.desk import Desk
from door.story.html import Element, read_page
from door.story.telling import wait_for
from schemas.time import court_time, now_ms

_STAMP_S = 40


class Clerk(Desk):
    """A desk from which papers are made and served."""

    def make_paper(self, measure: str, kind: str, party: str) -> str:
        """Make a paper of a measure by the button of its page; return its id."""
        for form in self._page(f"measures/{measure}").all("form", action="/desk/papers"):
            fields = {each.get("name"): each.get("value") for each in form.all("input")}
            if (fields["kind"], fields["party"]) == (kind, party):
                self._form("papers", fields)
                return fields["paper"]
        return ""

    def word(self, kind: str, sentence: str) -> str:
        """Propose the court's own text of a kind of paper: the shipped one and a sentence before
        its closing; return its id."""
        path = f"papers/templates/{kind}"
        page = self._page(path)
        made, shipped = page.first("input", name="wording"), page.first(data_shipped=None)
        if made is None or shipped is None:
            return ""
        before, closing, after = shipped.get("data-shipped").rpartition("【落款】")
        body = f"{before}{sentence}\n{closing}{after}"
        fields = {"wording": made.get("value"), "body": body, "note": "写明本院联系方式"}
        self._form(path, fields)
        return fields["wording"]

    def approve_wording(self, wording: str) -> str:
        """Put a proposed text in force; return how its page calls its state."""
        page = read_page(self._form(f"papers/wordings/{wording}/decision", {"act": "approve"}).text)
        chip = page.first("span", class_="chip ok")
        return chip.text if chip else ""

    def paper_template(self, paper: str) -> str:
        """Return which of the court's own texts a paper is made with."""
        shown = self._page(f"papers/{paper}").first("p", data_part="wording")
        link = shown.first("a") if shown else None
        return link.text if link else ""

    def approve(self, paper: str) -> None:
        """Approve a paper as it is shown."""
        self._form(f"papers/{paper}/approval", {})

    def paper_state(self, paper: str) -> str:
        """Return how the page of a paper calls its state."""
        chip = next(iter(self._page(f"papers/{paper}").all("span", class_="chip ok")), None)
        return chip.text if chip else ""

    def paper_number(self, paper: str) -> str:
        """Return the number of a paper."""
        page = self._page(f"papers/{paper}").first(data_paper=paper)
        number = page.first("span", class_="t2 sm") if page else None
        return number.text if number else ""

    def served_states(self, paper: str) -> list[str]:
        """Return how the page of a paper calls the state of each service of it."""
        found = self._page(f"papers/{paper}").all("a", data_service=None)
        return [chip.text for one in found for chip in one.all("span", class_="chip ok")]

    def issue(self, paper: str) -> None:
        """Issue a paper once it is stamped."""
        wait_for(
            lambda: self.paper_state(paper), _STAMP_S, "paper.unstamped", "文书没有签章",
            "the paper was not stamped",
        )  # fmt: skip
        self._form(f"papers/{paper}/issue", {})

    def answer_text(self, words: tuple[str, ...], answer: str) -> bool:
        """Let the simulated telephone that got the last text with all these words answer it;
        whether there is one."""
        for message in self._page("simulated-sms").all(data_sms=None):
            if all(word in message.text for word in words):
                path = f"simulated-sms/{message.get('data-sms')}/replies"
                self._form(path, {"text": answer})
                return True
        return False

    def replies(self) -> list[str]:
        """Return the replies that say "not me", as the register shows them."""
        return [each.text for each in self._page("notices").all(data_not_me=None)]

    def tasks(self, case: str) -> list[str]:
        """Return the tasks in a case to tell a party whom no machine could tell."""
        found = self._page("notices").all(data_call=None)
        return [
            each.get("data-call") for each in found if each.parent and _is_of(each.parent, case)
        ]

    def log_call(self, task: str, said: str) -> list[str]:
        """Record that a party was told by telephone; return the trace that the register shows."""
        at = court_time(now_ms()).strftime("%Y-%m-%dT%H:%M")
        fields = {"at": at, "result": "TOLD", "said": said}
        page = read_page(self._form(f"notices/tasks/{task}/calls", fields).text)
        trace = page.first("ol", class_="trace mt12")
        return [each.text for each in trace.all("li")] if trace else []

    def add_number(self, case: str, party: str, phone: str, how: str) -> None:
        """Add a confirmed number of a party."""
        fields = {"phone": phone, "source": "confirmation", "how": how}
        self._form(f"cases/{case}/parties/{party}/numbers", fields)

    def letters(self) -> list[str]:
        """Return the letters that wait for the post."""
        return [each.get("data-letter") for each in self._page("notices").all(data_letter=None)]

    def post_letter(self, letter: str, tracking: str) -> None:
        """Record that a letter was posted."""
        self._form(f"notices/letters/{letter}/posted", {"tracking": tracking})

    def serve(self, paper: str, party: str, address: str, proof: str) -> dict[str, Any]:
        """Serve a paper by electronic means at an address that the party confirmed; return the
        effect as its page calls it, and the certificate."""
        begun = self._form(f"papers/{paper}/services", {"party": party})
        path = "services/" + begun.url.rsplit("/", 1)[1]
        source = "送达地址确认书"
        self._form(f"{path}/addresses", {"rung": "CONFIRMED", "value": address, "source": source})
        page = self._page(path)
        known = next(each for each in page.all("option") if each.text.endswith(address))
        made = page.first("input", name="attempt")
        attempt = made.get("value") if made else ""
        self._form(
            f"{path}/attempts",
            {"attempt": attempt, "method": "ELECTRONIC", "address": known.get("value")},
        )
        today = court_time(now_ms()).date().isoformat()
        outcome = {"outcome": "ARRIVED", "day": today, "proof": proof}
        self._form(f"{path}/attempts/{attempt}/outcome", outcome)
        page = self._page(path)
        chip = page.first("span", class_="chip ok")
        certificate = page.first("a", data_paper=None)
        return {
            "effect": chip.text if chip else "",
            "certificate": certificate.get("data-paper") if certificate else "",
        }

    def import_paper(self, case: str, number: str, pdf: bytes) -> str:
        """Register a stamped paper that was made elsewhere; return how its page calls its
        state."""
        form = self._page(f"cases/{case}").first("form", id="import-paper")
        inputs = form.all("input") if form else ()
        kept = {each.get("name"): each.get("value") for each in inputs}
        fields = {
            **{name: kept.get(name, "") for name in ("csrf", "case", "paper")},
            "title": "执行裁定书",
            "number": number, "day": court_time(now_ms()).date().isoformat(), "stamped": "yes",
        }  # fmt: skip
        self._session.post(
            f"{self._url}/papers/imports", data=fields, files={"file": ("ruling.pdf", pdf)},
            timeout=30,
        )  # fmt: skip
        return self.paper_state(fields["paper"])

    def save_paper(self, paper: str, target: Path) -> str:
        """Save a paper's PDF; return the kind of PDF/A that it says it is."""
        answer = self._session.get(f"{self._url}/papers/{paper}/file.pdf", timeout=30)
        target.write_bytes(answer.content)
        found = re.search(rb"pdfaid:part>(\d).*?conformance>(\w)", answer.content, re.DOTALL)
        return f"PDF/A-{found[1].decode()}{found[2].decode().lower()}" if found else ""


def _is_of(entry: Element, case: str) -> bool:
    """Return whether an entry of the register leads to a case."""
    return any(link.get("href").endswith(f"/cases/{case}") for link in entry.all("a"))
