"""Money is an integer number of fen (分); nothing here ever touches a float."""

from __future__ import annotations

import re

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_UNITS = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿")
_YUAN = re.compile(r"([0-9]{1,13}|[0-9]{1,3}(?:,[0-9]{3}){1,4})(?:\.([0-9]{1,2}))?")


def yuan_text(fen: int) -> str:
    """Return `¥1,234,567.00`."""
    sign = "-" if fen < 0 else ""
    return f"{sign}¥{abs(fen) // 100:,}.{abs(fen) % 100:02d}"


def plain_yuan(fen: int) -> str:
    """Return `1234567.00`, as `read_yuan` reads it again."""
    return f"{fen // 100}.{fen % 100:02d}"


def read_yuan(text: str) -> int:
    """Return an amount in fen, typed in yuan: `1,234.5`, in groups of three digits: `1,5` is no
    fifteen. Raises `ValueError` when it is none."""
    plain = text.strip().removesuffix("元").lstrip("¥￥").replace("，", ",")
    match = _YUAN.fullmatch(plain.strip())
    if match is None:
        raise ValueError("not an amount")
    return int(match[1].replace(",", "")) * 100 + int((match[2] or "").ljust(2, "0"))


def _four_digits(value: int) -> str:
    text, zero = "", False
    for place in (3, 2, 1, 0):
        digit = value // 10**place % 10
        if digit:
            text += ("零" if zero and text else "") + _DIGITS[digit] + _UNITS[place]
            zero = False
        else:
            zero = True
    return text


def capital_text(fen: int) -> str:
    """Return the amount in capital characters (大写), 123456700 → 壹佰贰拾叁万肆仟伍佰陆拾柒元整.

    Range: 0 to 9,999,999,999,999,999 yuan. The rule is that of the payment papers: a run of
    zeros is read once, 元 ends the yuan, 整 closes an amount without fen.
    """
    if not 0 <= fen < 10**18:
        raise ValueError("amount out of range")
    yuan, rest = divmod(fen, 100)
    text, need_zero = "", False
    for group in (3, 2, 1, 0):
        part = yuan // 10 ** (4 * group) % 10_000
        if part:
            if text and (need_zero or part < 1000):
                text += "零"
            text += _four_digits(part) + _GROUPS[group]
            need_zero = False
        elif text:
            need_zero = True
    text = text + "元" if text else ("" if rest else "零元")
    jiao, cents = divmod(rest, 10)
    if not rest:
        return text + "整"
    if jiao:
        text += _DIGITS[jiao] + "角"
    elif text:
        text += "零"
    return text + (_DIGITS[cents] + "分" if cents else "整")
