"""An act by a form as the officer fills it: a draft, what it lacks, the record body.

What the form asks stands in `schemas.measures.forms`, nowhere here.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import msgspec

from field_app.local_api import Draft, Typeset
from field_app.window.seizure import (
    CUSTODIAN_KIND,
    SEIZE_MOVABLES,
    AttendeeDraft,
    ItemDraft,
    Lack,
    PaperDraft,
    SeizureDraft,
    lacks_of_attendees,
    lacks_of_dates,
    lacks_of_items,
    lacks_of_presence,
    list_of,
    people_of,
    total_fen,
)
from field_app.window.words import attendee, pick, tr
from schemas.ids import new_id
from schemas.measures.fields import FIELDS
from schemas.measures.forms import FORMS, ActForm, lacking, stored
from schemas.measures.guide import STEPS, GuideStep
from schemas.records import ActStep, FieldAct, SeizeMovables, SignedHow
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

    @property
    def definition(self) -> ActForm:
        """What the form asks."""
        return FORMS[self.form]

    @property
    def name(self) -> str:
        """Under which name the service keeps it."""
        return f"{self.form}/{self.operation}"

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
            steps=[self.steps[step] for step in self.steps_wanted() if step in self.steps],
            items=list_of(self.items),
            photos=list(self.photos),
            custodian=self.custodian.strip(),
            storage_place=self.storage_place.strip(),
            control_from=self.control_from.strip(),
            control_to=self.control_to.strip(),
            note="\n".join(filter(None, (self.note.strip(), *unread))),
        )

    def unread(self) -> list[str]:
        """Return the names of fields whose text cannot be read as they want it."""
        return [name for name in self.definition.fields
                if stored(name, self.facts.get(name, "")) is None]  # fmt: skip

    def lacks(self) -> list[Lack]:
        """Return what the form asks and the draft lacks, in the order of the form."""
        form, found = self.definition, []
        body = self.body(self.started_ms)
        for lack in lacking(form, body):
            what, _, name = lack.partition(":")
            if what == "field":
                found.append(Lack("field", (("name", name),)))
            elif what in ("step", "reason"):
                found.append(Lack("step", (("step", name),)))
            else:
                found.append(Lack(what))
        if form.listed and form.dated:
            found += lacks_of_items(self.items)
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
            found.append(Lack("second_officer"))
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


AnyDraft = SeizureDraft | ActDraft


def shown_name(draft: AnyDraft) -> str:
    """Return what the act is called."""
    if isinstance(draft, SeizureDraft):
        return tr("acts.seize")
    return pick(draft.definition.zh, draft.definition.en)


_SIGNED = (SignedHow.SIGNED, SignedHow.STAMPED, SignedHow.FINGERPRINT)


def to_write(draft: AnyDraft, now_ms: int) -> SeizeMovables | FieldAct:
    """Return the act as its paper tells it: before anybody signed, refusals included."""
    body = draft.body(now_ms)
    people = [
        msgspec.structs.replace(
            one, signed=SignedHow.NOT_YET if one.signed in _SIGNED else one.signed,
            signature_sha256=None,
        )
        for one in body.attendees
    ]  # fmt: skip
    return msgspec.structs.replace(body, attendees=people)


def is_stale(draft: AnyDraft) -> bool:
    """Return whether the act was changed since its paper was written."""
    return draft.paper is not None and draft.paper.written_from != _written(draft)


def lacks_of_paper(draft: AnyDraft) -> list[Lack]:
    """Return that what was signed is no longer what the form says."""
    return [Lack("paper_stale")] if is_stale(draft) else []


def take_paper(draft: AnyDraft, made: Typeset) -> None:
    """Keep a paper with its draft; what was signed under another one is to be signed anew."""
    if draft.paper is not None and draft.paper.sha256 != made.sha256:
        for person in draft.attendees:
            if person.signature:
                person.signature, person.signed = "", SignedHow.NOT_YET
    draft.paper = PaperDraft(made.sha256, made.lines, _written(draft))


def _written(draft: AnyDraft) -> str:
    written = [to_write(draft, draft.finished_ms), draft.second_officer]
    return sha256_hex(msgspec.json.encode(written))


def kept(draft: AnyDraft) -> str:
    """Return the text that the service keeps of a draft."""
    return msgspec.json.encode(draft).decode()


def restored(draft: Draft) -> AnyDraft | None:
    """Return a draft from its kept text, None where another version wrote what this cannot read."""
    form = draft.name.partition("/")[0]
    try:
        if form == SEIZE_MOVABLES:
            return msgspec.json.decode(draft.text, type=SeizureDraft)
        return msgspec.json.decode(draft.text, type=ActDraft) if form in FORMS else None
    except msgspec.DecodeError:
        return None


def lack_values(lack: Lack) -> dict[str, str]:
    """Return the values of a lack in the language that is spoken."""
    values = dict(lack.values)
    if "kind" in values:
        values["kind"] = attendee(values["kind"])
    if "name" in values:
        named = FIELDS[values["name"]]
        values["name"] = pick(named.zh, named.en)
    if "step" in values:
        words = STEPS[GuideStep(values["step"])]
        values["step"] = pick(words.zh, words.en)
    return values
