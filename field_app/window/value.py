"""The integrity value of an operation while people read and sign it."""

from __future__ import annotations

from dataclasses import dataclass, field

from field_app.local_api.visit import Ending, Stated
from field_app.window.line import Span
from field_app.window.people import AttendeeDraft, PaperDraft
from schemas.integrity import OtherDevice
from schemas.records import SignedHow


@dataclass
class ValueDraft:
    """Who is to sign, the codes that other devices showed, and the page that was stated last."""

    operation: str
    attendees: list[AttendeeDraft] = field(default_factory=list)
    codes: dict[str, str] = field(default_factory=dict)
    stated: Stated | None = None
    paper: PaperDraft | None = None

    @property
    def name(self) -> str:
        """Under which name the service keeps it."""
        return f"value/{self.operation}"

    @property
    def blank(self) -> bool:
        """Whether nothing was written that the service does not tell again."""
        plain = [AttendeeDraft(one.kind, one.name) for one in self.attendees]
        return self.attendees == plain and not any(self.codes.values())

    def take(self, ending: Ending) -> None:
        """Begin with those who were present at the acts, once; show what was stated before."""
        known = {(one.kind, one.name) for one in self.attendees}
        if not known:
            self.attendees += [AttendeeDraft(kind, name) for kind, name in ending.people]
        self.take_stated(ending.stated)

    def take_stated(self, stated: Stated | None) -> None:
        """Take a page; what was signed under another one is to be signed anew."""
        if stated is None:
            self.stated = self.paper = None
            return
        if self.paper is None or self.paper.sha256 != stated.paper:
            for person in self.attendees:
                if person.signature:
                    person.signature, person.signed = "", SignedHow.NOT_YET
        self.stated = stated
        self.paper = PaperDraft(stated.paper, stated.lines, stated.code)

    def remove_person(self, person: AttendeeDraft) -> None:
        """Take a person off."""
        self.attendees[:] = [one for one in self.attendees if one is not person]

    def others(self) -> list[OtherDevice]:
        """Return the codes that were typed, by officer."""
        return [OtherDevice(officer, "", code) for officer, code in self.codes.items() if code]


def spans(ending: Ending, until_ms: int) -> list[Span]:
    """Return the strip from arrival (or the first recording) to the end: what was recorded."""
    starts = [start for start, _ in ending.recorded]
    begin = ending.arrived_ms or min(starts, default=until_ms)
    whole = until_ms - begin
    if whole <= 0:
        return []
    state = "waiting" if ending.unsent_fragments else "archived"
    found = []
    for start, end in ending.recorded:
        low, high = max(start, begin), min(end, until_ms)
        if low < high:
            found.append(Span(state, (low - begin) / whole, (high - low) / whole))
    return found
