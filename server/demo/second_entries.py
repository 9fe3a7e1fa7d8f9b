"""Two of the sample's students who were entered a second time, for the office to find and put together."""

from collections.abc import Iterator
from typing import Any

from server.demo.plan import SamplePlan
from shared.core.ids import derived_id

_SAME_NAMES, _SWAPPED = 11, 58


def second_entries(plan: SamplePlan) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (id, payload) of entries like those of students: with a mail address of their own, without a number."""
    one = plan.students[_SAME_NAMES].fields
    same = {name: one[name] for name in ("given_name", "family_name", "date_of_birth", "phone")}
    yield _entry("same", **same, email="second.mail@mail.example")
    other = plan.students[_SWAPPED].fields
    swapped = {"given_name": other["family_name"], "family_name": other["given_name"], "phone": other["phone"]}
    yield _entry("swapped", **swapped)


def _entry(key: str, **fields: Any) -> tuple[str, dict[str, Any]]:
    return derived_id("sample-second-entry", key), {**fields, "roles": ["student"]}
