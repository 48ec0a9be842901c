"""Money as whole fen: read from what people type, shared out to the last fen, and said in words on a paper."""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

LARGEST = 10**15
"""Fen. More than this is a slip of the keyboard."""
_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿")


def fen(value: Decimal | int | str) -> int:
    """Yuan as fen: "6,800" -> 680000, Decimal("0.1") -> 10. Raises ValueError for what is no amount, has a fraction of
    a fen or is absurdly large."""
    text = str(value).strip().replace(",", "").replace("，", "")  # people type both commas
    try:
        exact = Decimal(text if len(text) <= 40 else "NaN") * 100
    except InvalidOperation:
        exact = Decimal("NaN")
    if not exact.is_finite() or exact != int(exact) or abs(exact) >= LARGEST:
        raise ValueError(f"no amount of money: {value!r}")
    return int(exact)


def yuan(fen: int) -> Decimal:
    """Fen as yuan with two places."""
    return Decimal(fen).scaleb(-2).quantize(Decimal("0.01"))


def shown(fen: int) -> str:
    """An amount as people read it, without the unit: 6,800 or 6,800.50."""
    amount = yuan(fen)
    return f"{amount:,.0f}" if amount == amount.to_integral_value() else f"{amount:,.2f}"


def share(total: int, weights: Sequence[int]) -> list[int]:
    """`total` fen shared out in proportion to `weights`, nothing lost: what rounding leaves goes, a fen each, to the
    largest remainders, earlier ones first. All zero weights share alike. Raises ValueError for none or negative ones.
    """
    if not weights or min(weights) < 0 or total < 0:
        raise ValueError("shares need weights and a total that are not negative")
    whole = sum(weights)
    if whole == 0:
        weights, whole = [1] * len(weights), len(weights)
    parts = [total * weight // whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % whole), i))
    for i in order[: total - sum(parts)]:
        parts[i] += 1
    return parts


def capital(fen: int) -> str:
    """The amount in the characters that a Chinese paper of money needs beside the digits: 陆仟捌佰元整."""
    if fen < 0:
        return "负" + capital(-fen)
    whole, rest = divmod(fen, 100)
    jiao, cents = divmod(rest, 10)
    text = f"{_capital(whole)}元" if whole else ""
    if not rest:
        return (text or "零元") + "整"
    if jiao:
        text += f"{_DIGITS[jiao]}角"
    elif whole:
        text += "零"
    return text + (f"{_DIGITS[cents]}分" if cents else "整")


def _capital(whole: int) -> str:
    """A positive whole number in capital characters, 零 once for every run of empty places inside it."""
    text, empty, group = "", False, len(str(whole)) // 4
    while group >= 0:
        part = whole // 10 ** (4 * group) % 10_000
        if part:
            if text and (empty or part < 1000):
                text += "零"
            text += _group(part) + _GROUPS[group]
        empty = bool(text) and part % 10 == 0
        group -= 1
    return text


def _group(part: int) -> str:
    """One to 9,999 in capital characters."""
    text, empty = "", False
    for place in (3, 2, 1, 0):
        digit = part // 10**place % 10
        if digit == 0:
            empty = empty or bool(text)
            continue
        text += ("零" if empty else "") + _DIGITS[digit] + _PLACES[place]
        empty = False
    return text
