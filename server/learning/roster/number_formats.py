"""Turns a spreadsheet's number into the text that its cell shows: 00042 stays 00042, phone numbers stay whole."""

import re
from decimal import Decimal

# Excel keeps 15 digits; of a longer number the rest is lost and filled up with zeros.
KEPT_DIGITS = 15
TOKENS = re.compile(r'"([^"]*)"|\\(.)|\[[^\]]*\]|_.|\*.|(.)', re.DOTALL)
DIGIT_PLACES = "0#?"


def number_text(value: float, number_format: str) -> str:
    """Return `value` as text: padded and punctuated by formats made of digit places, else plain, without exponent.

    Raises ValueError when the number has more digits than a spreadsheet keeps.
    """
    exact = Decimal(repr(value))
    if exact != exact.to_integral_value():
        return format(exact, "f")
    whole = int(exact)
    if abs(whole) >= 10**KEPT_DIGITS:
        raise ValueError(whole)
    pattern = _digit_pattern(number_format)
    if pattern is None or whole < 0:
        return str(whole)
    return _fill(pattern, str(whole))


def _digit_pattern(number_format: str) -> list[tuple[str, bool]] | None:
    """Return the format as (sign, is a digit place) pairs; None when it is no plain digit pattern."""
    section = number_format.split(";", 1)[0]
    pattern: list[tuple[str, bool]] = []
    for quoted, escaped, plain in TOKENS.findall(section):
        if plain and plain in DIGIT_PLACES:
            pattern.append((plain, True))
        elif plain and plain not in " -()+/":
            return None
        else:
            pattern.extend((sign, False) for sign in quoted or escaped or plain)
    return pattern if any(sign == "0" and place for sign, place in pattern) else None


def _fill(pattern: list[tuple[str, bool]], digits: str) -> str:
    """Put the digits into the places from the right; what is left over goes before the first place."""
    places = [index for index, (_, place) in enumerate(pattern) if place]
    shown = [sign for sign, _ in pattern]
    left = digits
    for index in reversed(places):
        if left:
            shown[index], left = left[-1], left[:-1]
        else:
            shown[index] = "0" if pattern[index][0] == "0" else ""
    shown[places[0]] = left + shown[places[0]]
    return "".join(shown).strip()
