"""The acts that are half filled, and what becomes of one: kept, typeset, signed, saved.

Results come back from the service on Kivy's clock; no function here waits.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec

from field_app.local_api.acts import Draft
from field_app.local_api.outbox import OutboxItem
from field_app.local_api.papers import Printed, Signed, Typeset
from field_app.screens.asking import Asking
from field_app.theme.sign_pad import Drawn
from field_app.window.act import ActDraft, restored
from field_app.window.people import AttendeeDraft, PaperDraft
from field_app.window.words import tr
from schemas.field_api import OperationBrief
from schemas.measures.forms import FORMS
from schemas.problems import MzError
from schemas.records import FieldAct, SignedHow
from schemas.time import now_ms


class ActDrafts:
    """The forms by name. The service keeps what was typed, so that no kill loses it."""

    def __init__(self, state: Asking) -> None:
        self._state = state
        self.by_name: dict[str, ActDraft] = {}
        self._kept: dict[str, str] | None = None

    def get(self, form: str, operation: str) -> ActDraft | None:
        """Return an operation's form of an act if it was begun."""
        return self.by_name.get(f"{form}/{operation}")

    def begin(self, operation: OperationBrief, form: str) -> ActDraft:
        """Return an operation's form of an act, begun on first use."""
        begun = ActDraft(
            form, operation.operation, now_ms(), FORMS[form].version, operation.address
        )
        return self.by_name.setdefault(begun.name, begun)

    def drop(self, draft: ActDraft) -> None:
        """Give a form up."""
        self._forget(draft)
        self._state.call("drop_draft", name=draft.name)

    def keep(self) -> None:
        """Let the service keep what was typed since it was kept last."""
        if self._kept is None:
            return
        for name, draft in self.by_name.items():
            text = draft.kept()
            if self._kept.get(name) != text:
                self._kept[name] = text
                failed = partial(self._not_kept, name)
                self._state.call("keep_draft", failed=failed, name=name, text=text)

    def read(self) -> None:
        """Ask for the forms that were half filled when the window was last open."""

        def done(result: Any) -> None:
            found = msgspec.convert(result, list[Draft])
            self._kept = {one.name: one.text for one in found}
            for one in found:
                draft = restored(one)
                if draft is not None:
                    self.by_name.setdefault(one.name, draft)

        self._state.call("drafts", done, failed=lambda _error: None)

    def save(self, draft: ActDraft, body: FieldAct, saved: Callable[[OutboxItem], None]) -> None:
        """Sign and keep an act; `saved(item)` once it is on the disk of this device."""

        def done(result: Any) -> None:
            self._forget(draft)
            self._state.read_outbox()
            saved(msgspec.convert(result, OutboxItem))

        self._state.call_busy(
            "save_measure",
            done,
            operation=draft.operation,
            body=msgspec.to_builtins(body),
            second_officer=draft.second_officer,
            record=draft.record,
            draft=draft.name,
            papers=draft.paper.papers if draft.paper else [],
            secrets=draft.secrets(),
        )

    def typeset(self, draft: ActDraft, made: Callable[[], None]) -> None:
        """Write record and list of an act as pages; `made()` when they are kept."""
        draft.finished_ms = now_ms()

        def done(result: Any) -> None:
            draft.take_paper(msgspec.convert(result, Typeset))
            made()

        self._state.call(
            "typeset", done, operation=draft.operation, second_officer=draft.second_officer,
            body=msgspec.to_builtins(draft.to_write()),
        )  # fmt: skip

    def sign(
        self, paper: PaperDraft, person: AttendeeDraft, drawn: Drawn, signed: Callable[[], None]
    ) -> None:
        """Bind somebody's handwriting to the paper that he read; `signed()` when it is kept."""
        self._state.call(
            "sign", partial(_take_signature, person, signed), paper=paper.sha256,
            kind=person.kind, name=person.name.strip(), width=drawn.width,
            height=drawn.height, strokes=drawn.strokes,
        )  # fmt: skip

    def sign_on_paper(
        self, paper: PaperDraft, person: AttendeeDraft, signed: Callable[[], None]
    ) -> None:
        """Say that somebody signed the printed pages, which were photographed."""
        self._state.call(
            "sign_on_paper", partial(_take_signature, person, signed),
            paper=paper.sha256, kind=person.kind, name=person.name.strip(),
            photos=paper.photos,
        )  # fmt: skip

    def printers(self, told: Callable[[list[str]], None]) -> None:
        """Ask which printers there are."""
        self._state.call("printers", lambda result: told(msgspec.convert(result, list[str])))

    def print(self, paper: str, printer: str) -> None:
        """Print a paper and tell where it went."""

        def done(result: Any) -> None:
            where = msgspec.convert(result, Printed).where
            self._state.say(tr("paper.printed", where=where))

        self._state.call_busy("print", done, paper=paper, printer=printer)

    def _not_kept(self, name: str, error: MzError) -> None:
        """Try again at the next tick; a service that is away has its own banner."""
        if self._kept is not None and error.code == "service.unreachable":
            self._kept.pop(name, None)
        else:
            self._state.refused(error)

    def _forget(self, draft: ActDraft) -> None:
        self.by_name.pop(draft.name, None)
        if self._kept is not None:
            self._kept.pop(draft.name, None)


def _take_signature(person: AttendeeDraft, signed: Callable[[], None], result: Any) -> None:
    person.signature = msgspec.convert(result, Signed).sha256
    person.signed = SignedHow.SIGNED
    signed()
