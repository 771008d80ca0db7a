"""What an act at the scene controls against what is owed (查扣冻规定 19), by the centre's data."""

from __future__ import annotations

from dataclasses import dataclass

from field_app.window.act import ActDraft
from schemas.field_api import CaseStake
from schemas.measures.forms import stored


@dataclass(frozen=True)
class Control:
    """Amounts in fen; `percent`: of what is owed, with this act, 0 where nothing is known."""

    owed_fen: int
    before_fen: int
    now_fen: int
    limit_percent: int
    law: str

    @property
    def percent(self) -> int:
        """The value controlled, this act in it, in hundredths of what is owed."""
        return (self.before_fen + self.now_fen) * 100 // self.owed_fen if self.owed_fen > 0 else 0

    @property
    def excessive(self) -> bool:
        """Whether it is clearly more than the law wants."""
        return self.owed_fen > 0 and (self.before_fen + self.now_fen) * 100 > (
            self.owed_fen * self.limit_percent
        )


def control_of(draft: ActDraft, stake: CaseStake | None) -> Control | None:
    """Return what a draft controls; None where the form controls nothing or nothing is known."""
    if stake is None or not draft.definition.dated:
        return None
    typed = (stored(name, draft.facts.get(name, "")) for name in ("amount_fen", "asked_fen"))
    now = next((int(fen) for fen in typed if fen), 0)
    return Control(
        stake.owed_fen, stake.controlled_fen, now or draft.total_fen(), stake.limit_percent,
        stake.law,
    )  # fmt: skip
