"""The lines of a receipt of service while an act is filled: which papers, how each was taken."""

from __future__ import annotations

from dataclasses import dataclass, replace

from field_app.window.act import ActDraft
from field_app.window.people import people_of
from field_app.window.words import attendee, pick, tr
from schemas.field_api import OperationBrief, PaperToServe
from schemas.measures import served
from schemas.measures.people import MAY_RECEIVE, attendee_code
from schemas.measures.served import END_WORDS, EXPLAINED, MOST_LINES, ServedEnd, ServedLine

FACT = "served"
_LOOKS = {
    ServedEnd.SIGNED: ("circle-check", "ok"),
    ServedEnd.LEFT: ("circle-half-2", "warn"),
    ServedEnd.REFUSED: ("square-x", "bad"),
    ServedEnd.FAILED: ("ban", "bad"),
}


@dataclass(frozen=True)
class LineShown:
    """A line in words; wanting: something about it lacks."""

    title: str
    note: str
    word: str
    icon: str
    tone: str
    wanting: bool


def lines_of(draft: ActDraft) -> list[ServedLine]:
    """Return the lines of a draft in their order."""
    return served.read(draft.facts.get(FACT, "")) or []


def keep(draft: ActDraft, lines: list[ServedLine]) -> None:
    """Write lines into a draft."""
    draft.facts[FACT] = served.written(lines)


def change(draft: ActDraft, index: int, **values: object) -> None:
    """Change one line."""
    lines = lines_of(draft)
    lines[index] = replace(lines[index], **values)  # type: ignore[arg-type]
    keep(draft, lines)


def offered(draft: ActDraft, operation: OperationBrief | None) -> list[PaperToServe]:
    """Return the case's papers for the addressee that are not listed and not served on him yet."""
    addressee = draft.facts.get("addressee", "").strip()
    if not addressee:
        return []
    listed = {line.paper for line in lines_of(draft)}
    return [
        one for one in (operation.papers if operation else [])
        if one.party in ("", addressee) and one.paper not in listed
        and addressee not in one.served_on
    ]  # fmt: skip


def add(draft: ActDraft, papers: list[PaperToServe]) -> None:
    """List papers as signed for by the one person who may receive them, if there is one alone."""
    lines = lines_of(draft)
    lines += [
        ServedLine(ServedEnd.SIGNED, _only_receiver(draft), 1, one.paper, one.number, one.title)
        for one in papers[: MOST_LINES - len(lines)]
    ]
    keep(draft, lines)


def add_typed(draft: ActDraft, number: str) -> None:
    """List a paper by its number, which the centre did not tell."""
    add(draft, [PaperToServe("", number, "")])


def remove(draft: ActDraft, index: int) -> None:
    """Take a line off."""
    lines = lines_of(draft)
    del lines[index]
    keep(draft, lines)


def receivers(draft: ActDraft) -> list[tuple[str, str]]:
    """Return who is there to take papers: number among the people, and who he is."""
    return [
        (str(number), f"{attendee(one.kind)} {one.name.strip() or tr('person.unnamed')}")
        for number, one in enumerate(draft.attendees, 1)
        if one.attended and attendee_code(one.kind) in MAY_RECEIVE
    ]


def shown(draft: ActDraft, line: ServedLine) -> LineShown:
    """Return a line in words."""
    people = people_of(draft.attendees)
    person = served.receiver_of(line, people)
    who = f"{attendee(person.kind)} {person.name}" if person else ""
    wanting = (line.end is ServedEnd.SIGNED and not served.is_signed(line, people)) or (
        line.end in EXPLAINED and not line.note
    )
    unsigned = line.end is ServedEnd.SIGNED and wanting
    taken = " · ".join(filter(None, (tr("served.copies", n=line.copies), who)))
    told = (line.number if line.title else "", taken, line.note,
            tr("served.unsigned") if unsigned else "")  # fmt: skip
    icon, tone = _LOOKS[line.end]
    return LineShown(line.named, "\n".join(filter(None, told)), pick(*END_WORDS[line.end]), icon,
                     tone, wanting)  # fmt: skip


def _only_receiver(draft: ActDraft) -> int:
    found = receivers(draft)
    return int(found[0][0]) if len(found) == 1 else 0
