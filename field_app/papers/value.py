"""The page on which people sign the integrity value: what it covers, and who stated nothing."""

from __future__ import annotations

from collections.abc import Iterator

from field_app.papers.written import Written, about
from schemas.field_api import OperationBrief
from schemas.integrity import IntegrityStatement, qr_text, short_code, tail_of, value_of
from schemas.media.head import NO_FRAGMENT, decode_head
from schemas.time import court_time

_MEANING = (
    "以上校验值由本机截至该时刻的全部录制、记录和页面逐一算出，任何一处改动都会使它不同。"
    "日后可凭本页二维码，与法院存档的证据包核对。"
)


def write_value(
    statement: IntegrityStatement, raw: bytes, brief: OperationBrief, court: str, device: str
) -> Written:
    """Return the page of a statement of which `raw` are the exact bytes; device: its name."""
    value = value_of(raw)
    return Written(
        "录音录像完整性校验值确认书",
        about(brief, court),
        tuple(_paragraphs(statement, value, device)),
        (),
        (),
        qr=qr_text(value, brief.operation),
    )


def _paragraphs(statement: IntegrityStatement, value: str, device: str) -> Iterator[str]:
    yield f"校验值：{short_code(value)}"
    yield f"全值：{value}"
    at = court_time(statement.at_ms)
    yield f"时刻：{at.year}年{at.month}月{at.day}日 {at:%H:%M:%S}，设备 {device}。"
    for number, chain in enumerate(statement.chains, 1):
        head = decode_head(chain.head)
        signed = "尚无片段" if head.number == NO_FRAGMENT else f"第 {head.number} 号片段"
        tail = tail_of(chain, head)
        rest = f"，其后 {tail} 个片段尚未签名" if tail else ""
        yield f"录制{number}：{chain.recording}，至{signed}，链首 {head.link.hex()[:16]}{rest}。"
    if not statement.chains:
        yield "本机没有本次行动的录制。"
    yield f"现场记录 {len(statement.records)} 份，笔录、清单等页面 {len(statement.pages)} 份。"
    for other in statement.others:
        if other.code:
            yield f"{other.name}的设备：校验值 {short_code(other.code)}。"
        else:
            yield f"{other.name}的设备未列入：{other.why}。"
    yield _MEANING
