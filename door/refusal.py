"""What the door says when it cannot go on: a stable code, two sentences, an exit status."""

from __future__ import annotations

from typing import Final

FAILED: Final = 1
USAGE: Final = 2
LACKING: Final = 3  # something that the machine or the network must provide is not there


class Refusal(Exception):
    """The door stops here. `code` is `thing.reason`; `zh` and `en` tell a person what to do."""

    def __init__(
        self, code: str, zh: str, en: str, *, status: int = LACKING, tail: str = ""
    ) -> None:
        super().__init__(f"{code}: {en}")
        self.code, self.zh, self.en, self.status, self.tail = code, zh, en, status, tail

    def text(self) -> str:
        """Return the whole message for a terminal, the log's tail first."""
        tail = f"{self.tail.rstrip()}\n\n" if self.tail else ""
        return f"{tail}✗ {self.code}\n  {self.zh}\n  {self.en}"
