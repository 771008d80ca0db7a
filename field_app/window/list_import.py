"""A list of things from a table: every row is read or told what is wrong; all come or none."""

from __future__ import annotations

from dataclasses import dataclass, field

from field_app.window.items import ItemDraft
from schemas.measures.lots import MOST_ROWS
from schemas.problems import Kind, MzError

COLUMNS: dict[str, tuple[str, ...]] = {
    "name": ("名称", "物品名称", "物品", "品名", "name"),
    "quantity": ("数量", "quantity"),
    "unit": ("单位", "unit"),
    "brand_model": ("品牌型号", "规格型号", "型号", "brand_model"),
    "serial": ("编号", "序列号", "条码", "serial"),
    "condition": ("状况", "特征", "成色", "condition"),
    "value": ("估值", "估价", "单价", "价值", "value"),
}
"""The heads of columns that are understood; others are passed over."""
_LONGEST = 200
_MOST_QUANTITY = 1_000_000


@dataclass(frozen=True)
class Wrong:
    """What is wrong with a row of the table, by its number there; `key` names its words."""

    row: int
    key: str
    value: str = ""


@dataclass
class Report:
    """The things of a table, and the rows that cannot be read."""

    items: list[ItemDraft] = field(default_factory=list)
    wrong: list[Wrong] = field(default_factory=list)


def read_items(rows: list[list[str]], already: list[ItemDraft]) -> Report:
    """Return the things of a table whose first filled row names its columns. already: on the list.

    Errors: `table.no_name_column`.
    """
    filled = [(at, row) for at, row in enumerate(rows, start=1) if any(row)]
    heads = _heads(filled[0][1]) if filled else {}
    if "name" not in heads:
        raise MzError("table.no_name_column", Kind.INVALID)
    report = Report()
    serials = {item.serial for item in already if item.serial}
    for at, row in filled[1:]:
        cells = {name: row[place] for name, place in heads.items() if place < len(row)}
        item = _item(at, cells, report)
        if item.serial and item.serial in serials:
            report.wrong.append(Wrong(at, "serial", item.serial))
        serials.add(item.serial)
        report.items.append(item)
    if len(already) + len(report.items) > MOST_ROWS:
        report.wrong.append(Wrong((rows and len(rows)) or 0, "too_many", str(MOST_ROWS)))
    return report


def _heads(row: list[str]) -> dict[str, int]:
    words = {word: name for name, known in COLUMNS.items() for word in known}
    found: dict[str, int] = {}
    for place, cell in enumerate(row):
        name = words.get(cell.strip().lower().split("（")[0].split("(")[0])
        if name:
            found.setdefault(name, place)
    return found


def _item(at: int, cells: dict[str, str], report: Report) -> ItemDraft:
    """Return the thing of a row; what is wrong with it goes to the report."""
    long = next((text for text in cells.values() if len(text) > _LONGEST), "")
    if long:
        report.wrong.append(Wrong(at, "long", long[:20]))
    count = cells.get("quantity") or "1"
    item = ItemDraft(
        name=cells.get("name", ""), unit=cells.get("unit") or "件",
        brand_model=cells.get("brand_model", ""), serial=cells.get("serial", ""),
        condition=cells.get("condition", ""), value=cells.get("value", ""),
    )  # fmt: skip
    if not item.name:
        report.wrong.append(Wrong(at, "name"))
    if count.isascii() and count.isdigit() and 1 <= int(count) <= _MOST_QUANTITY:
        item.quantity = int(count)
    else:
        report.wrong.append(Wrong(at, "quantity", count[:20]))
    try:
        item.value_fen()
    except ValueError:
        report.wrong.append(Wrong(at, "value", item.value[:20]))
    return item
