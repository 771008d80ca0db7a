"""The list of things of an act while it is typed; amounts become fen or stay text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from schemas.money import read_yuan
from schemas.records import FootageAt, SeizedItem

UNITS = ("台", "件", "张", "套", "辆", "部", "箱", "只")


@dataclass
class ItemDraft:
    """One row of the list while it is typed; `value` is yuan as typed."""

    name: str = ""
    quantity: int = 1
    unit: str = "件"
    brand_model: str = ""
    serial: str = ""
    condition: str = ""
    value: str = ""
    photos: list[str] = field(default_factory=list)
    memos: list[str] = field(default_factory=list)
    footage: FootageAt | None = None

    def value_fen(self) -> int | None:
        """Return the value in fen, None when empty. Raises `ValueError` when it is no amount."""
        return read_yuan(self.value) if self.value.strip() else None

    def written(self, number: int) -> SeizedItem:
        """Return the row as the record writes it; an unreadable value stays in its condition."""
        condition = self.condition.strip()
        try:
            value = self.value_fen()
        except ValueError:
            value, condition = None, f"{condition} {self.value.strip()}".strip()
        return SeizedItem(
            number=number,
            name=self.name.strip(),
            quantity=self.quantity,
            unit=self.unit,
            brand_model=self.brand_model.strip(),
            serial=self.serial.strip(),
            condition=condition,
            estimated_value_fen=value,
            photos=[*self.photos, *self.memos],
            footage=self.footage,
        )


def total_fen(items: Iterable[ItemDraft]) -> int:
    """Return the sum of the values that are amounts."""
    total = 0
    for item in items:
        try:
            total += item.value_fen() or 0
        except ValueError:
            continue
    return total


def list_of(items: Iterable[ItemDraft], first: int = 1) -> list[SeizedItem]:
    """Return the list as the record writes it, numbered in its order from `first`."""
    return [item.written(number) for number, item in enumerate(items, start=first)]
