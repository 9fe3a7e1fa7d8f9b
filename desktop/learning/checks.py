"""What can't be kept of a course, cohort or term, said field by field before it is saved."""

from collections.abc import Mapping
from typing import Any

from desktop.core.local_store import LocalStore
from desktop.core.queries import Where
from desktop.learning.words import read_day
from shared.core.text import text
from shared.learning.vocabulary import COHORT, COURSE
from shared.people.rules import fold

Body = Mapping[str, Any]
MOST_SEATS = 10_000


def field_fault(name: str, value: Any) -> str | None:
    """Return the sentence for one value that can't be kept, or None."""
    if name == "code" and not value:
        return text("Enter a code, like SND-1B.")
    if name in {"title", "name"} and not value:
        return text("Enter a name.")
    if name in {"starts_on", "ends_on"} and value and read_day(value) is None:
        return text("{value} is not a date. Write day, month and year, like 7/9/2026.", value=value)
    if name == "capacity" and value is not None and not isinstance(value, int):
        return text("{value} is not a number of seats. Write 1 to {most}.", value=value, most=f"{MOST_SEATS:,}")
    return None


def _plain(values: Body, fields: tuple[str, ...]) -> dict[str, str]:
    found = {name: field_fault(name, values[name]) for name in fields if name in values}
    return {name: sentence for name, sentence in found.items() if sentence}


def _days(values: Body) -> dict[str, str]:
    first, last = read_day(values.get("starts_on")), read_day(values.get("ends_on"))
    if first and last and last < first:
        return {"ends_on": text("The end lies before the start. Set a later end.")}
    return {}


def course_faults(store: LocalStore, values: Body, own_id: str = "") -> dict[str, str]:
    """Return a sentence for each field of a course that can't be kept."""
    return _taken(store, COURSE, values, own_id) | _plain(values, ("code", "title"))


def cohort_faults(store: LocalStore, values: Body, own_id: str = "") -> dict[str, str]:
    """Return a sentence for each field of a cohort that can't be kept."""
    plain = _plain(values, ("code", "name", "starts_on", "ends_on", "capacity"))
    return _taken(store, COHORT, values, own_id) | _days(values) | plain


def term_faults(values: Body) -> dict[str, str]:
    """Return a sentence for each field of a term that can't be kept."""
    missing = {
        name: text("Enter the first and the last day of the term.")
        for name in ("starts_on", "ends_on")
        if not values.get(name)
    }
    return missing | _days(values) | _plain(values, ("name", "starts_on", "ends_on"))


def _taken(store: LocalStore, kind: str, values: Body, own_id: str) -> dict[str, str]:
    code = values.get("code")
    if not code:
        return {}
    others = store.page(kind, [Where("code", "=", code)], limit=2)
    other = next((one for one in others if one["id"] != own_id and fold(one["code"]) == fold(code)), None)
    if other is None:
        return {}
    return {"code": text("{name} has this code already. Choose another.", name=other.get("title") or other["name"])}
