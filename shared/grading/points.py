"""Points as they are typed, kept and shown: whole hundredths, so that no sum is ever off by a hair."""

import re
from dataclasses import dataclass

from shared.core.text import text

ONE = 100
"""Hundredths in a point."""
MOST = 100_000 * ONE
"""The most points that anything has."""
_TYPED = re.compile(r"(?P<minus>[-−])?(?P<whole>\d{1,12})(?:[.,](?P<part>\d+))?")


@dataclass(frozen=True)
class TypedPoints:
    """What was read: hundredths of a point, or a stable code with a sentence."""

    hundredths: int | None = None
    code: str = ""
    sentence: str = ""


def read_points(typed: str, most: int = MOST) -> TypedPoints:
    """Read typed points, `84`, `84.5` or `84,5`, of at most `most` hundredths.

    Codes: `mark_not_a_number`, `mark_negative`, `mark_too_fine`, `mark_too_high`.
    """
    found = _TYPED.fullmatch(typed.strip())
    if found is None:
        words = text("“{typed}” isn't a mark. Type a number such as 84.5.", typed=typed.strip()[:20])
        return TypedPoints(code="mark_not_a_number", sentence=words)
    part = (found["part"] or "").rstrip("0")
    if len(part) > 2:
        return TypedPoints(code="mark_too_fine", sentence=text("A mark has at most two decimals."))
    hundredths = int(found["whole"]) * ONE + int(part.ljust(2, "0"))
    if found["minus"] and hundredths:
        return TypedPoints(code="mark_negative", sentence=text("A mark can't be below 0."))
    if hundredths > most:
        words = text("{typed} is above the maximum of {most}.", typed=points_text(hundredths), most=points_text(most))
        return TypedPoints(code="mark_too_high", sentence=words)
    return TypedPoints(hundredths)


def points_text(hundredths: int) -> str:
    """Return points as they are kept and shown: `84`, `84.5`, `-6.75`."""
    sign = "-" if hundredths < 0 else ""
    whole, part = divmod(abs(hundredths), ONE)
    return f"{sign}{whole}" + (f".{part:02}".rstrip("0") if part else "")


def half_up(numerator: int, denominator: int) -> int:
    """Return a quotient of whole numbers, the denominator above 0, rounded to the nearest one, halves upwards."""
    return (2 * numerator + denominator) // (2 * denominator)
