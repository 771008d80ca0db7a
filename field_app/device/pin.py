"""The officer's PIN, and the one that he gives under duress; wrong ones are throttled."""

from __future__ import annotations

from enum import StrEnum

import msgspec
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from field_app.device.throttle import require_turn, wait_s
from field_app.spool.facts import Facts
from schemas.problems import Kind, MzError
from schemas.time import now_ms

_FACT = "pin"
_HASHER = PasswordHasher()


class KeptPin(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Hashes of both, how often in a row a wrong one was given, and when it was last."""

    pin: str
    duress: str
    wrong: int = 0
    wrong_ms: int = 0


class Which(StrEnum):
    """Which of the two was given."""

    OWN = "own"
    DURESS = "duress"


class Pins:
    """Kept in the spool, so that a restart gives no further tries."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts

    @property
    def is_set(self) -> bool:
        """Tell whether there is a PIN."""
        return self._facts.get(_FACT, KeptPin) is not None

    @property
    def wait_s(self) -> int:
        """For how many seconds no PIN is tried."""
        kept = self._facts.get(_FACT, KeptPin)
        return wait_s(kept.wrong, kept.wrong_ms) if kept else 0

    def set(self, pin: str, duress: str, former: str | None) -> None:
        """Set both; the former one is needed where one was set, and that under duress will not do.

        Errors: `pin.same`, and of `check`.
        """
        if pin == duress:
            raise MzError("pin.same", Kind.INVALID)
        if self.is_set and self.check(former or "") is Which.DURESS:
            raise MzError("pin.wrong", Kind.REFUSED)
        self._facts.put(_FACT, KeptPin(_HASHER.hash(pin), _HASHER.hash(duress)))

    def forget(self) -> None:
        """Drop both: another officer holds the device now, who sets his own."""
        self._facts.drop(_FACT)

    def check(self, pin: str) -> Which:
        """Return which PIN this is. Each takes as long as the other.

        Errors: `pin.not_set`, `pin.wrong`, `pin.throttled` (three tries are free, then the wait
        doubles from 2 s to 5 min).
        """
        kept = self._facts.get(_FACT, KeptPin)
        if kept is None:
            raise MzError("pin.not_set", Kind.CONFLICT)
        require_turn(kept.wrong, kept.wrong_ms)
        own, duress = _matches(kept.pin, pin), _matches(kept.duress, pin)
        if not own and not duress:
            wrong = msgspec.structs.replace(kept, wrong=kept.wrong + 1, wrong_ms=now_ms())
            self._facts.put(_FACT, wrong)
            raise MzError("pin.wrong", Kind.REFUSED)
        self._facts.put(_FACT, msgspec.structs.replace(kept, wrong=0))
        return Which.OWN if own else Which.DURESS


def _matches(hashed: str, pin: str) -> bool:
    try:
        return _HASHER.verify(hashed, pin)
    except VerifyMismatchError:
        return False
