"""The acts that are half filled, and what becomes of one: typeset, signed, saved.

Results come back from the service on Kivy's clock; no function here waits.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec

from field_app.local_api.outbox import OutboxItem
from field_app.local_api.papers import Printed, Signed, Typeset
from field_app.screens.asking import Asking, nothing
from field_app.screens.forms import Forms
from field_app.theme.sign_pad import Drawn
from field_app.window.act import ActDraft
from field_app.window.people import AttendeeDraft, PaperDraft
from field_app.window.words import tr
from schemas import crash
from schemas.field_api import OperationBrief
from schemas.measures.forms import FORMS
from schemas.problems import MzError
from schemas.records import FieldAct, SignedHow
from schemas.time import now_ms


class ActDrafts:
    """The forms of acts."""

    def __init__(self, state: Asking, forms: Forms) -> None:
        self._state, self._forms = state, forms

    def get(self, form: str, operation: str) -> ActDraft | None:
        """Return an operation's form of an act if it was begun."""
        found = self._forms.by_name.get(f"{form}/{operation}")
        return found if isinstance(found, ActDraft) else None

    def begin(self, operation: OperationBrief, form: str) -> ActDraft:
        """Return an operation's form of an act, begun on first use."""
        return self._forms.begin(
            ActDraft(form, operation.operation, now_ms(), FORMS[form].version, operation.address)
        )

    def save(self, draft: ActDraft, body: FieldAct, saved: Callable[[OutboxItem], None]) -> None:
        """Sign and keep an act; `saved(item)` once it is on the disk of this device."""

        def done(result: Any) -> None:
            crash.point("window.before_act_told")
            self._forms.forget(draft)
            self._state.read_outbox()
            saved(msgspec.convert(result, OutboxItem))

        def failed(error: MzError) -> None:
            self._forms.take_back(draft)
            self._state.refused(error)

        crash.point("window.before_act_handed_over")
        self._forms.hand_over(draft)
        self._state.call_busy(
            "save_measure",
            done,
            failed,
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
            self._forms.keep(made)

        self._state.call(
            "typeset", done, operation=draft.operation, second_officer=draft.second_officer,
            body=msgspec.to_builtins(draft.to_write()),
        )  # fmt: skip

    def sign(
        self, paper: PaperDraft, person: AttendeeDraft, drawn: Drawn, signed: Callable[[], None]
    ) -> None:
        """Bind somebody's handwriting to the paper that he read; `signed()` when it is kept."""
        self._state.call(
            "sign", partial(self._take_signature, person, signed), paper=paper.sha256,
            kind=person.kind, name=person.name.strip(), width=drawn.width,
            height=drawn.height, strokes=drawn.strokes,
        )  # fmt: skip

    def sign_on_paper(
        self, paper: PaperDraft, person: AttendeeDraft, signed: Callable[[], None]
    ) -> None:
        """Say that somebody signed the printed pages, which were photographed."""
        self._state.call(
            "sign_on_paper", partial(self._take_signature, person, signed),
            paper=paper.sha256, kind=person.kind, name=person.name.strip(),
            photos=paper.photos,
        )  # fmt: skip

    def printers(self, told: Callable[[list[str]], None]) -> None:
        """Ask which printers there are."""
        self._state.call("printers", lambda result: told(msgspec.convert(result, list[str])))

    def read_aloud(self, lines: list[str]) -> None:
        """Have lines of a paper read out; none: be silent."""
        if lines:
            self._state.call("read_aloud", nothing, lines=lines)
        else:
            self._state.call("stop_reading", nothing)

    def print(self, paper: str, printer: str) -> None:
        """Print a paper and tell where it went."""

        def done(result: Any) -> None:
            where = msgspec.convert(result, Printed).where
            self._state.say(tr("paper.printed", where=where))

        self._state.call_busy("print", done, paper=paper, printer=printer)

    def _take_signature(
        self, person: AttendeeDraft, signed: Callable[[], None], result: Any
    ) -> None:
        crash.point("window.before_signature_named")
        person.signature = msgspec.convert(result, Signed).sha256
        person.signed = SignedHow.SIGNED
        self._forms.keep(signed)
