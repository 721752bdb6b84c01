"""Values of cells as a spreadsheet shows them: dates, shares, amounts with their signs."""

import re
from datetime import date, datetime, time, timedelta

_LITERALS = re.compile(r'"([^"]*)"|\\(.)|\[\$([^\]-]{0,99})[^\]]{0,99}\]|\[[^\]]{0,99}\]|_.|\*.')
_DIGITS = re.compile(r"[#0?][#0?,. ]*")
_SIGNS = "€$£¥%"


def shown(value: object, form: str = "General") -> str:
    """A value in its number format; ISO dates, whatever order the format has."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, datetime):
        is_day = (value.hour, value.minute, value.second) == (0, 0, 0)
        return (
            value.date().isoformat() if is_day else value.isoformat(" ", "minutes" if not value.second else "seconds")
        )
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat("minutes" if not value.second else "seconds")
    if isinstance(value, timedelta):
        return str(value)
    if isinstance(value, int | float):
        return _number(value, form.split(";")[0])
    return str(value)


def _number(value: float, form: str) -> str:
    """A number with the decimals, the thousands and the signs of its format."""
    before, digits, after = _parts(form)
    if digits is None:
        return f"{value:.10g}" if isinstance(value, float) and not value.is_integer() else f"{value:.0f}"
    if "%" in before + after:
        value *= 100
    decimals = len(re.findall(r"[0#?]", digits.split(".", 1)[1])) if "." in digits else 0
    required = digits.split(".", 1)[1].count("0") if "." in digits else 0
    words = f"{abs(value):,.{decimals}f}" if "," in digits else f"{abs(value):.{decimals}f}"
    while decimals > required and words.endswith("0"):
        words, decimals = words[:-1], decimals - 1
    return f"{'-' if value < 0 else ''}{before}{words.removesuffix('.')}{after}".strip()


def _parts(form: str) -> tuple[str, str | None, str]:
    """What stands before the digits, the digits, and what stands after them; no digits where the format is general."""
    plain = _LITERALS.sub(lambda match: match[1] or match[2] or match[3] or "", form)
    match = _DIGITS.search(plain)
    if match is None or form in ("General", "@"):
        return "", None, ""
    digits = match[0].rstrip(" ")
    before, after = plain[: match.start()], plain[match.start() + len(digits) :]
    if re.search(r"[eE/]", after + before) and not any(sign in before + after for sign in _SIGNS):
        return "", None, ""
    return before, digits, after
