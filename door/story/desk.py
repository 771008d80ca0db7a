"""The desk over HTTP, as its pages use it: sign in, codes, orders, notices, passwords, packages."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import requests

from door.story.html import Element, read_page
from door.story.report import NoticeState
from door.story.telling import failed

_TIMEOUT_S = 30.0
_EXPORT_TRIES = 10


class Desk:
    """One member of staff at the desk. A refusal of a page ends the story with its code."""

    def __init__(self, public_url: str, who: str) -> None:
        self._url, self.who = f"{public_url}/desk", who
        self._session = requests.Session()
        self._csrf = ""

    def sign_in(self, number: str, password: str) -> None:
        """Sign in; the session's token for forms is read from the first page."""
        self._post("sign-in", {"number": number, "password": password})
        page = self._page("operations")
        meta = page.first("meta", name="csrf-token")
        if meta is None:
            raise failed("desk.not_signed_in", f"{self.who} 未能登录", f"{self.who} cannot sign in")
        self._csrf = meta.get("content")

    def enrolment_code(self, officer: str) -> str:
        """Return a one-time code for an officer's device."""
        return self._secret("devices/codes", {"officer": officer})

    def send_order(self, operation: str, text: str) -> None:
        """Send one text order to the crew."""
        self._form(f"operations/{operation}/orders", {"text": text})

    def order_states(self, operation: str, text: str) -> list[str]:
        """Return how far an order got with each recipient."""
        page = self._page(f"operations/{operation}")
        for order in page.all(data_order=None):
            if text in order.text:
                return [each.get("data-order-state") for each in order.all(data_order_state=None)]
        return []

    def measures(self, case: str) -> list[Element]:
        """Return the measures of a case's page."""
        return list(self._page(f"cases/{case}").all(data_measure=None))

    def notices(self, case: str, measure: str | None = None) -> list[NoticeState]:
        """Return each notice of a case, or of one measure of it: party, channel, state."""
        page: Element | None = self._page(f"cases/{case}")
        if page is not None and measure is not None:
            page = page.first(data_measure=measure)
        return _lanes(page)

    def registered_notices(self) -> list[NoticeState]:
        """Return the newest notices of the court's register, as `notices`."""
        return _lanes(self._page("notices"))

    def deadline(self, case: str) -> dict[str, Any]:
        """Return the nearest deadline of a case as its page tells it: last day, every step."""
        row = self._page(f"cases/{case}/deadlines").first(data_deadline=None)
        if row is None:
            return {}
        page = self._page(f"deadlines/{row.get('data-deadline')}")
        due, steps = page.first(data_part="due"), page.first("ol", class_="trace mt12")
        told = [each.text for each in steps.all("li")] if steps else []
        return {"due": due.text if due else "", "steps": told}

    def register(self, case: str, kind: str, over: str, fields: dict[str, str]) -> str:
        """Register a measure by the form of its kind; return its id."""
        page = self._page(f"cases/{case}/measures/new?kind={kind}/{over}")
        made = page.first("input", name="measure")
        measure = made.get("value") if made else ""
        form = {"measure": measure, "kind": kind, "over": over, **fields}
        self._form(f"cases/{case}/measures", form)
        return measure

    def hold(self, case: str, reason: str) -> None:
        """Hold the telling of both parties in a case for two hours."""
        self._form(f"cases/{case}/holds", {"reason": reason, "hours": "2"})

    def lift_hold(self, case: str) -> None:
        """Lift the open hold of a case."""
        found = self._page(f"cases/{case}").first(data_hold=None)
        hold = found.get("data-hold") if found else ""
        self._form(f"cases/{case}/holds/{hold}/release", {})

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

    def mark(self, operation: str, text: str) -> None:
        """Mark this moment from the desk."""
        self._form(f"operations/{operation}/markers", {"kind": "important", "text": text})

    def markers(self, operation: str) -> list[str]:
        """Return the ids of an operation's markers, in the order of the footage."""
        page = self._page(f"operations/{operation}/markers")
        return [each.get("data-marker") for each in page.all(data_marker=None)]

    def private(self, operation: str) -> list[str]:
        """Return the ids of an operation's private intervals."""
        page = self._page(f"operations/{operation}/private")
        return [each.get("data-private") for each in page.all(data_private=None)]

    def ask_private(self, operation: str, interval: str, viewer: str, reason: str) -> str:
        """Ask for a private interval to be opened to a viewer; return the opening's id."""
        fields = {"viewer": viewer, "minutes": "30", "reason": reason}
        self._form(f"operations/{operation}/private/{interval}", fields)
        page = self._page(f"operations/{operation}/private").first(data_private=interval)
        opening = page.first(data_opening=None) if page else None
        return opening.get("data-opening") if opening else ""

    def agree_to_private(self, opening: str) -> None:
        """Agree to what another person asked for."""
        self._form(f"openings/{opening}", {"answer": "agree"})

    def issue_password(self, case: str, party: str) -> str:
        """Return a fresh query password of a party, shown once."""
        return self._secret(f"cases/{case}/parties/{party}/password", {})

    def export(self, operation: str, target: Path) -> None:
        """Ask the centre for a package's facts, the relay for its bytes; write it to `target`."""
        made = self._export_pass(operation)
        with requests.post(
            f"{made['http_url']}/v1/bundles",
            json=made["request"],
            headers={"Authorization": f"Bearer {made['ticket']}"},
            stream=True,
            timeout=_TIMEOUT_S,
        ) as answer:
            _check(answer, "打包", "packing")
            _save(answer, target)

    def clip(self, recording: str, from_ms: int, to_ms: int, target: Path) -> dict[str, Any]:
        """Take a clip away as MP4; return what the relay says of the fragments that it holds."""
        asked: dict[str, str | int] = {
            "recording": recording, "from_wall_ms": from_ms, "to_wall_ms": to_ms,
        }  # fmt: skip
        made = self.clip_ticket(asked)
        with requests.get(
            f"{made['http_url']}/v1/exports/mp4",
            params={**asked, "rendition": 1},
            headers={"Authorization": f"Bearer {made['ticket']}"},
            stream=True,
            timeout=_TIMEOUT_S,
        ) as answer:
            _check(answer, "导出录像片段", "taking a clip")
            _save(answer, target)
            facts: dict[str, Any] = json.loads(answer.headers["X-Mz-Clip"])
        return facts

    def can_play(self, recording: str) -> bool:
        """Say whether the desk knows a recording yet."""
        return self._session.get(f"{self._url}/recordings/{recording}", timeout=_TIMEOUT_S).ok

    def clip_ticket(self, asked: dict[str, str | int]) -> dict[str, Any]:
        """Return a pass to take a recording or a clip of it away."""
        answer = self._json("tickets/clip", asked)
        _check(answer, "请求录像片段", "asking for a clip")
        return dict(answer.json())

    def _export_pass(self, operation: str) -> dict[str, Any]:
        """The newest facts get their ledger index within a second: ask again until they have."""
        for left in reversed(range(_EXPORT_TRIES)):
            answer = self._json(f"operations/{operation}/bundle", {})
            if answer.status_code != 200 and _code(answer) == "ledger.not_sequenced" and left:
                time.sleep(0.5)
                continue
            break
        _check(answer, "请求证据包", "asking for a package")
        return dict(answer.json())

    def bring(self, terms: dict[str, Any]) -> dict[str, Any]:
        """Register the file of an offline recorder; return the pass to bring it to the relay."""
        answer = self._json("imports", terms)
        _check(answer, "登记记录仪文件", "registering a recorder's file")
        return dict(answer.json())

    def watch_ticket(self, device: str) -> dict[str, Any]:
        """Return a pass to a device's live pictures at the relay, and the device's id."""
        answer = self._json("tickets/watch", {"device": device})
        _check(answer, "请求实时画面", "asking to watch")
        return {**answer.json(), "device": device}

    def play_ticket(self, recording: str) -> dict[str, Any]:
        """Return a pass to an archived recording at the relay."""
        answer = self._json("tickets/play", {"recording": recording})
        _check(answer, "请求回放", "asking to play")
        return dict(answer.json())

    def alarms(self) -> dict[str, str]:
        """Return what the page says of each open alarm of an officer."""
        return {
            each.get("data-alarm"): each.text for each in self._page("sos").all(data_alarm=None)
        }

    def take_alarm(self, alarm: str) -> None:
        """Say that this person takes it."""
        self._form(f"sos/{alarm}/taken", {})

    def end_alarm(self, alarm: str, outcome: str) -> None:
        """End it after a call-back."""
        self._form(f"sos/{alarm}/ended", {"outcome": outcome})

    def talk_ticket(self, operation: str, device: str) -> dict[str, Any]:
        """Return a pass to speak to an officer."""
        answer = self._json("tickets/talk", {"operation": operation, "device": device})
        _check(answer, "请求对讲", "asking to talk")
        return dict(answer.json())

    def talk(self, operation: str) -> dict[str, str]:
        """Return what was said in an operation: burst and digest of its sound."""
        page = self._page(f"operations/{operation}/talk")
        return {
            each.get("data-burst"): each.get("data-sha256") for each in page.all(data_burst=None)
        }

    def sound(self, burst: str, sha256: str) -> bytes:
        """Return the sound of a burst from the archive."""
        asked = self._json("tickets/sound", {"burst": burst})
        _check(asked, "请求对讲录音", "asking for the sound of talk")
        made = asked.json()
        answer = requests.get(
            f"{made['http_url']}/v1/exhibits/{sha256}",
            headers={"Authorization": f"Bearer {made['ticket']}"},
            timeout=_TIMEOUT_S,
        )
        _check(answer, "取对讲录音", "taking the sound of talk")
        return answer.content

    def _page(self, path: str) -> Element:
        answer = self._session.get(f"{self._url}/{path}", timeout=_TIMEOUT_S)
        _check(answer, f"页面 {path}", f"page {path}")
        return read_page(answer.text)

    def _post(self, path: str, fields: dict[str, str]) -> requests.Response:
        answer = self._session.post(f"{self._url}/{path}", data=fields, timeout=_TIMEOUT_S)
        _check(answer, f"表单 {path}", f"form {path}")
        return answer

    def _form(self, path: str, fields: dict[str, str]) -> requests.Response:
        return self._post(path, {**fields, "csrf": self._csrf})

    def _secret(self, path: str, fields: dict[str, str]) -> str:
        """Post a form whose answer shows a secret, once."""
        page = read_page(self._form(path, fields).text)
        secret = page.first(data_part="secret")
        if secret is None:
            raise failed(
                "desk.no_secret", f"{path} 没有显示所签发的内容", f"{path} showed no secret"
            )
        return secret.text

    def _json(self, path: str, body: dict[str, Any]) -> requests.Response:
        return self._session.post(
            f"{self._url}/{path}",
            json=body,
            headers={"X-CSRF-Token": self._csrf},
            timeout=_TIMEOUT_S,
        )


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


def _save(answer: requests.Response, target: Path) -> None:
    """Write the bytes of an answer to a file that appears whole or not at all."""
    half = target.with_name(target.name + ".half")
    with half.open("wb") as out:
        for chunk in answer.iter_content(1024 * 1024):
            out.write(chunk)
    half.replace(target)


def _code(answer: requests.Response) -> str:
    try:
        return str(answer.json().get("code", ""))
    except (ValueError, AttributeError):
        found = read_page(answer.text).first("code")
        return found.text if found else ""


def _check(answer: requests.Response, zh: str, en: str) -> None:
    if answer.status_code >= 400:
        code = _code(answer) or f"http.{answer.status_code}"
        raise failed(
            code,
            f"{zh} 被拒绝:{answer.status_code} {code}",
            f"{en} was refused: {answer.status_code} {code}",
        )
