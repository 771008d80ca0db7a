"""Counting wrong sign-ins by account and by address. Subjects are keyed digests, never names."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, func, select

from command_center.access.models import SignInFailure
from command_center.platform.uow import UnitOfWork
from schemas.problems import Kind, MzError


@dataclass(frozen=True)
class Throttle:
    """At most `limit` wrong tries within `window_ms`; then `code` until the window has passed."""

    thing: str
    limit: int
    window_ms: int
    code: str

    def subject(self, uow: UnitOfWork, value: str) -> str:
        """Return the stored name of an account or address."""
        return f"{self.thing}:{uow.keys.cipher.blind_index(value, self.thing)}"

    def check(self, uow: UnitOfWork, value: str) -> None:
        """Raise `code` (THROTTLED) while the account or address is shut out."""
        failures = uow.session.scalar(
            select(func.count()).where(
                SignInFailure.subject == self.subject(uow, value),
                SignInFailure.at_ms > uow.now_ms - self.window_ms,
            )
        )
        if (failures or 0) >= self.limit:
            raise MzError(self.code, Kind.THROTTLED, f"{self.window_ms // 60_000} minutes")

    def failed(self, uow: UnitOfWork, value: str) -> None:
        """Count one wrong try."""
        uow.session.add(SignInFailure(subject=self.subject(uow, value), at_ms=uow.now_ms))

    def succeeded(self, uow: UnitOfWork, value: str) -> None:
        """Forget the wrong tries of an account."""
        uow.session.execute(
            delete(SignInFailure).where(SignInFailure.subject == self.subject(uow, value))
        )


STAFF = Throttle("staff", 5, 15 * 60_000, "sign_in.locked")
ADDRESS = Throttle("address", 40, 15 * 60_000, "sign_in.throttled")
ENROLMENT = Throttle("enrolment", 10, 15 * 60_000, "enrolment.throttled")
