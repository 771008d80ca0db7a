"""The ledger: newest entries, the signed head, and the court's root fingerprint."""

from __future__ import annotations

from dataclasses import dataclass

from flask.typing import ResponseReturnValue

from command_center.access.guard import database, permits, principal
from command_center.desk import show
from command_center.desk.page import blueprint, render
from command_center.ledger.service import EntryView, HeadView, list_entries, newest_head
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork


@dataclass(frozen=True)
class EntryShown:
    """An entry as a row; `index` is a dash until it is sequenced."""

    index: str
    time: str
    tag: str
    subject: str
    digest: str


@dataclass(frozen=True)
class LedgerShown:
    """The ledger as the page shows it."""

    entries: tuple[EntryShown, ...]
    size: int
    head: str
    head_time: str
    root: str


def _read(uow: UnitOfWork, who: Principal) -> tuple[list[EntryView], HeadView | None, str]:
    return list_entries(uow, who), newest_head(uow), uow.keys.root


@blueprint.get("/ledger")
@permits("ledger:read")
def ledger() -> ResponseReturnValue:
    """Show the newest hundred entries."""
    entries, head, root = database().read(_read, principal())
    page = LedgerShown(
        tuple(
            EntryShown(
                "—" if entry.index is None else str(entry.index),
                show.moment_second(entry.at_ms),
                entry.tag,
                entry.subject,
                show.fingerprint_text(entry.digest),
            )
            for entry in entries
        ),
        head.size if head else 0,
        head.root if head else "—",
        show.moment_second(head.at_ms) if head else "—",
        root,
    )
    return render("desk/ledger.html", ledger=page)
