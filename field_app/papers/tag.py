"""Seal tags (封条): one page each, to be put up. Everyone reads them, so they name no person."""

from __future__ import annotations

from field_app.papers.written import Written
from schemas.field_api import OperationBrief
from schemas.measures.tags import Tag, read_tags, tag_link
from schemas.records import FieldAct
from schemas.time import court_time

_FORBIDDEN = "请勿启封、移动、损毁。擅自启封、转移、变卖的，依法追究责任。"
_ASK = "扫描二维码，或者致电 12368，可以核实本封条；刚张贴的，登记后可查。"


def write_tags(
    body: FieldAct, brief: OperationBrief, court: str, centre_url: str
) -> tuple[Written, ...]:
    """Return the tags that an act names, in its order; centre_url: where the court tells of
    them."""
    tags = dict.fromkeys(read_tags(body.facts.get("seal_tags", "")) or [])
    return tuple(_tag(tag, body, brief, court, centre_url) for tag in tags)


def _tag(tag: Tag, body: FieldAct, brief: OperationBrief, court: str, centre_url: str) -> Written:
    day = court_time(body.finished_ms)
    return Written(
        "封　条",
        (court, brief.case_number),
        (
            f"编号：{tag.printed}",
            f"校验码：{tag.check}",
            f"日期：{day.year}年{day.month}月{day.day}日",
            _FORBIDDEN,
            _ASK,
        ),
        (),
        (),
        qr=tag_link(centre_url, tag),
    )
