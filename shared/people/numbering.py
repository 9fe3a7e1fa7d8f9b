"""The institute's rule for student numbers: how the next one is built, and why a rule can't be used."""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from shared.core.command import Command
from shared.core.ids import derived_id
from shared.core.projection import Draft, ReadRow
from shared.core.text import text
from shared.people.vocabulary import NUMBERING_RULE

FIELDS = ("prefix", "year", "digits", "start")
_PREFIX = re.compile(r"[A-Za-z0-9./-]{0,12}")
_MOST_DIGITS = 8


class YearStyle(StrEnum):
    """How the year stands in a number: not at all, as 26, or as 2026."""

    NONE = "none"
    SHORT = "short"
    LONG = "long"


DEFAULT_RULE: Mapping[str, Any] = {"prefix": "S-", "year": str(YearStyle.LONG), "digits": 4, "start": 1}


def numbering_id(organisation_id: str) -> str:
    """Return the id of an institute's rule; it has one, or none while numbers are typed."""
    return derived_id(NUMBERING_RULE, organisation_id)


def rule_error(rule: Mapping[str, Any]) -> str | None:
    """Return the sentence for a rule (all of `FIELDS`) that can't be used, or None."""
    prefix, digits, start = rule.get("prefix"), rule.get("digits"), rule.get("start")
    if not isinstance(prefix, str) or _PREFIX.fullmatch(prefix) is None:
        return text("Use up to 12 letters, digits, dots, dashes and slashes before the number.")
    if rule.get("year") not in set(YearStyle):
        return text("Choose how the year stands in the number.")
    if isinstance(digits, bool) or not isinstance(digits, int) or not 1 <= digits <= _MOST_DIGITS:
        return text("A number has 1 to {most} digits.", most=_MOST_DIGITS)
    if isinstance(start, bool) or not isinstance(start, int) or not 1 <= start < 10**_MOST_DIGITS:
        return text("The first number is at least 1 and has at most {most} digits.", most=_MOST_DIGITS)
    return None


def series(rule: Mapping[str, Any], year: int) -> str:
    """Return what stands before the counted digits in this year: "S-2026-"; each such text counts by itself."""
    if rule["year"] == YearStyle.NONE:
        return str(rule["prefix"])
    return f"{rule['prefix']}{year % 100 if rule['year'] == YearStyle.SHORT else year:02d}-"


def numbered(rule: Mapping[str, Any], year: int, count: int) -> str:
    """Return the number for a count of the series: "S-2026-0042"; a count with more digits is printed whole."""
    return f"{series(rule, year)}{count:0{rule['digits']}d}"


def count_of(rule: Mapping[str, Any], year: int, number: str) -> int | None:
    """Return what a number of the series counts, None for a number of another form."""
    before = series(rule, year)
    rest = number[len(before) :]
    fits = number.casefold().startswith(before.casefold()) and rest.isascii() and rest.isdigit()
    return int(rest) if fits and len(rest) <= _MOST_DIGITS else None


def project_numbering(command: Command, read: ReadRow) -> Sequence[Draft]:
    """Return the rule as it will be; the server alone gives numbers."""
    present = read(NUMBERING_RULE, command.target_id) or {**DEFAULT_RULE, "id": command.target_id}
    new = {name: change.get("new") for name, change in command.payload["changes"].items()}
    return [Draft(NUMBERING_RULE, command.target_id, {**present, **new, "revision": command.id})]
