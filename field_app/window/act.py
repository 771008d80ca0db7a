"""An act by a form as the officer fills it: a draft, what it lacks, the record body.

What the form asks stands in `schemas.measures.forms`, nowhere here.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import msgspec
from msgspec import UNSET

from field_app.local_api.papers import Typeset
from field_app.window.items import ItemDraft, list_of, total_fen
from field_app.window.lacks import (
    Lack,
    lack_of_code,
    lack_of_second,
    lacks_of_attendees,
    lacks_of_dates,
    lacks_of_items,
    lacks_of_presence,
)
from field_app.window.people import CUSTODIAN_KIND, AttendeeDraft, PaperDraft, people_of
from field_app.window.words import on_paper, pick
from schemas.ids import new_id
from schemas.measures import served
from schemas.measures.fields import FIELDS, Reading
from schemas.measures.forms import FORMS, ActForm, lacking, stored, takes_cash
from schemas.measures.guide import GuideStep
from schemas.measures.lots import LIST_LOT, mark_of
from schemas.measures.tags import new_tag
from schemas.records import SIGNED_SOMEHOW, ActStep, FieldAct, SignedHow
from schemas.sign import sha256_hex


@dataclass
class ActDraft:
    """The whole form. `facts`: fields as typed; `steps`: those done or left out, with a reason."""

    form: str
    operation: str
    started_ms: int
    version: int = 1
    place_text: str = ""
    facts: dict[str, str] = field(default_factory=dict)
    steps: dict[str, ActStep] = field(default_factory=dict)
    items: list[ItemDraft] = field(default_factory=list)
    photos: list[str] = field(default_factory=list)
    custodian: str = ""
    storage_place: str = ""
    attendees: list[AttendeeDraft] = field(default_factory=list)
    control_from: str = ""
    control_to: str = ""
    note: str = ""
    second_officer: str | None = None
    record: str = field(default_factory=new_id)
    finished_ms: int = 0
    paper: PaperDraft | None = None
    private: bool = False  # viewing was closed by this form, which opens it again

    @property
    def definition(self) -> ActForm:
        """What the form asks."""
        return FORMS[self.form]

    @property
    def title(self) -> str:
        """What the act is called."""
        return pick(self.definition.zh, self.definition.en)

    @property
    def name(self) -> str:
        """Under which name the service keeps it."""
        return f"{self.form}/{self.operation}"

    @property
    def blank(self) -> bool:
        """Whether nothing of it needs to be kept: it began with its first look."""
        return False

    @property
    def first_number(self) -> int:
        """The number of the first row: a lot of a list begins where another ends."""
        typed = self.facts.get("first_number", "").strip()
        return int(typed) if self.form == LIST_LOT and stored("first_number", typed) else 1

    def total_fen(self) -> int:
        """Return the sum of the values that are amounts."""
        return total_fen(self.items)

    def steps_wanted(self) -> tuple[GuideStep, ...]:
        """Return the steps of the act with who is there now."""
        return self.definition.steps_for(one.kind for one in self.attendees if one.attended)

    def body(self, finished_ms: int) -> FieldAct:
        """Return the record as typed. A field that cannot be read so is kept in the note."""
        facts, unread = {}, []
        for name in self.definition.fields:
            typed = self.facts.get(name, "")
            value = stored(name, typed)
            if value is None:
                unread.append(f"{FIELDS[name].zh}：{typed.strip()}")
            elif value:
                facts[name] = value
        return FieldAct(
            form=self.form,
            version=self.version,
            started_ms=self.started_ms,
            finished_ms=max(self.finished_ms or finished_ms, self.started_ms),
            place_text=self.place_text.strip(),
            facts=facts,
            attendees=people_of(self.attendees),
            steps=[
                msgspec.structs.replace(one, skipped=on_paper(one.skipped, "skip"))
                for step in self.steps_wanted()
                if (one := self.steps.get(step))
            ],
            items=list_of(self.items, self.first_number),
            photos=list(self.photos),
            custodian=self.custodian.strip(),
            storage_place=self.storage_place.strip(),
            control_from=self.control_from.strip(),
            control_to=self.control_to.strip(),
            note="\n".join(filter(None, (self.note.strip(), *unread))),
            pages=list(self.paper.photos) if self.paper and self.paper.photos else UNSET,
        )

    def secrets(self) -> dict[str, str]:
        """Return the whole numbers of which the record shows the last four."""
        typed = {
            name: self.facts.get(name, "").replace(" ", "")
            for name in self.definition.fields
            if FIELDS[name].reading is Reading.SECRET
        }
        return {name: number for name, number in typed.items() if number}

    def unread(self) -> list[str]:
        """Return the names of fields whose text cannot be read as they want it."""
        return [name for name in self.definition.fields
                if stored(name, self.facts.get(name, "")) is None]  # fmt: skip

    def lacks(self) -> list[Lack]:
        """Return what the form asks and the draft lacks, in the order of the form."""
        form, body = self.definition, self.body(self.started_ms)
        found = [lack_of_code(code) for code in lacking(form, body)]
        if form.itemised:
            found += lacks_of_items(self.items, self.first_number)
        if not self.place_text.strip():
            found.append(Lack("place"))
        if form.kept:
            found += self._lacks_of_keeping()
        if form.present:
            found += lacks_of_presence(self.attendees)
        found += lacks_of_attendees(self.attendees)
        if form.dated:
            found += lacks_of_dates(self.control_from, self.control_to)
        if not self.second_officer:
            found.append(lack_of_second(cash=takes_cash(body.facts)))
        if self.is_stale:
            found.append(Lack("paper_stale"))
        if self.paper is not None and self.paper.missing:
            found.append(Lack("glyphs", (("text", self.paper.named_missing),)))
        return found

    def _lacks_of_keeping(self) -> list[Lack]:
        found = []
        if not self.custodian.strip():
            found.append(Lack("custodian"))
        elif CUSTODIAN_KIND not in {person.kind for person in self.attendees}:
            found.append(Lack("custodian_sign"))
        if not self.storage_place.strip():
            found.append(Lack("storage"))
        return found

    def remove_person(self, person: AttendeeDraft) -> None:
        """Take a person off; lines of papers served name people by their number."""
        at = next(at for at, one in enumerate(self.attendees, 1) if one is person)
        del self.attendees[at - 1]
        lines = served.read(self.facts.get("served", "")) or []
        if lines:
            self.facts["served"] = served.written(served.without_person(lines, at))

    def add_mark(self, mark: str) -> None:
        """Take the mark of a lot of this list, once."""
        known = self.facts.get("lots", "").splitlines()
        self.facts["lots"] = "\n".join(dict.fromkeys([*known, mark.strip()]))

    def add_tag(self, case_number: str) -> None:
        """Name one more seal tag, with a number of its own."""
        known = self.facts.get("seal_tags", "").strip()
        self.facts["seal_tags"] = f"{known} {new_tag(case_number).text}".strip()

    # Its paper

    def to_write(self) -> FieldAct:
        """Return the act as its paper tells it: before anybody signed, refusals included."""
        body = msgspec.structs.replace(self.body(self.finished_ms), pages=UNSET)
        people = [
            msgspec.structs.replace(
                one, signed=SignedHow.NOT_YET if one.signed in SIGNED_SOMEHOW else one.signed,
                signature_sha256=None,
            )
            for one in body.attendees
        ]  # fmt: skip
        return msgspec.structs.replace(body, attendees=people)

    def take_paper(self, made: Typeset) -> None:
        """Keep a paper; what was signed under another one is to be signed anew."""
        if self.paper is not None and self.paper.sha256 != made.sha256:
            for person in self.attendees:
                if person.signature:
                    person.signature, person.signed = "", SignedHow.NOT_YET
        mark = mark_of(self.to_write(), made.pages, made.sha256).text() if self.items else ""
        self.paper = PaperDraft(
            made.sha256, made.lines, self._written(), mark, made.pages, made.slip, made.slip_lines,
            made.missing, receipt=made.receipt, receipt_lines=made.receipt_lines,
            tags=made.tags, tag_lines=made.tag_lines,
        )  # fmt: skip

    @property
    def is_stale(self) -> bool:
        """Whether the act was changed since its paper was written."""
        return self.paper is not None and self.paper.written_from != self._written()

    def _written(self) -> str:
        return sha256_hex(msgspec.json.encode([self.to_write(), self.second_officer]))
