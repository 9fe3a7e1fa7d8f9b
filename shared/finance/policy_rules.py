"""The policy of overdue money: when people are reminded and by what way, and what is withheld at what debt."""

from collections.abc import Mapping, Sequence
from typing import Any

from shared.core.money import MOST_MINOR
from shared.core.text import text
from shared.learning.holds import OVERDUE, OWED, HoldOn

Body = Mapping[str, Any]
CHANNELS = ("mail", "sms", "notice")
FIRST: Body = {
    "automatic": False,
    "days_before": [7, 1],
    "days_after": [1, 7, 14],
    "channels": ["mail", "notice"],
    "contacts": False,
    "grace_days": 3,
    "least_amount": 0,
    "holds": [],
    "statement": False,
}
"""What counts until the bursar says otherwise: nothing happens by itself.

`least_amount` is in minor units of the account's own currency. Each of `holds` has `what` (see `HoldOn`), `ground`
(`overdue` or `owed`), `days` after the grace days, and `least` in minor units. `statement`: reminders by mail carry the
statement of account as a PDF.
"""
FIELDS = tuple(FIRST)
MOST_DAYS = 365
_MOST_TIMES, _MOST_RULES = 10, 12
_RULE = {"what", "ground", "days", "least"}


def policy_fault(values: Body) -> str | None:
    """Return the sentence for settings that can't be kept, or None; `values` are some of the fields."""
    if not set(values) <= set(FIELDS):
        return text("This can't be set here.")
    for name, value in values.items():
        fault = _field_fault(name, value)
        if fault is not None:
            return fault
    return None


def _field_fault(name: str, value: Any) -> str | None:
    if name in ("automatic", "contacts", "statement"):
        return None if isinstance(value, bool) else text("This can't be set here.")
    if name in ("days_before", "days_after"):
        return _days_fault(value, least=0 if name == "days_before" else 1)
    if name == "channels":
        known = isinstance(value, list) and set(map(str, value)) <= set(CHANNELS) and len(set(value)) == len(value)
        return None if known else text("Reminders go by mail, SMS or in the program.")
    if name == "grace_days":
        fits = _whole(value, 0, MOST_DAYS)
        return None if fits else text("Enter a number of days from {least} to {most}.", least=0, most=MOST_DAYS)
    if name == "least_amount":
        return None if _whole(value, 0, MOST_MINOR) else text("Enter an amount of zero or more.")
    return _holds_fault(value)


def _whole(value: Any, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _days_fault(value: Any, least: int) -> str | None:
    if not isinstance(value, list) or len(value) > _MOST_TIMES or len(set(map(str, value))) != len(value):
        return text("Enter at most {n} different days, like 7, 1.", n=_MOST_TIMES)
    if not all(_whole(one, least, MOST_DAYS) for one in value):
        return text("Enter a number of days from {least} to {most}.", least=least, most=MOST_DAYS)
    return None


def _holds_fault(value: Any) -> str | None:
    if not isinstance(value, list) or len(value) > _MOST_RULES:
        return text("At most {n} holds can be set.", n=_MOST_RULES)
    for one in value:
        if not isinstance(one, dict) or set(one) != _RULE:
            return text("This can't be set here.")
        if one["what"] not in list(HoldOn) or one["ground"] not in (OVERDUE, OWED):
            return text("This can't be set here.")
        if not _whole(one["days"], 0, MOST_DAYS):
            return text("Enter a number of days from {least} to {most}.", least=0, most=MOST_DAYS)
        if not _whole(one["least"], 0, MOST_MINOR):
            return text("Enter an amount of zero or more.")
    places = [(one["what"], one["ground"]) for one in value]
    if len(set(places)) != len(places):
        return text("One thing is held twice for the same ground. Keep one of both.")
    return None


def with_defaults(body: Body | None) -> Body:
    """Return an institute's policy, the first one where it never set any."""
    return {**FIRST, **(body or {})}


def read_days(typed: str) -> list[int] | None:
    """Return the days that `7, 1` says, the longest first; None where it says something else."""
    parts: Sequence[str] = [part.strip() for part in typed.replace(";", ",").split(",") if part.strip()]
    if not all(part.isdecimal() and len(part) <= len(str(MOST_DAYS)) for part in parts):
        return None
    return sorted({int(part) for part in parts}, reverse=True)
