"""Lists typed as lines in the set-up: branches, rooms and terms, each told with its line when it can't be read."""

from __future__ import annotations

from datetime import date
from typing import Any

from shared.core.text import text
from shared.people.institute import branch_error, tidy


def branch_lines(typed: str) -> list[dict[str, Any]]:
    """Return the branches, one a line. Raises ValueError with the sentence."""
    found = []
    for line in _lines(typed):
        fault = branch_error("name", line)
        if fault is not None:
            raise ValueError(fault)
        found.append({"name": line})
    _refuse_twice([one["name"] for one in found])
    return found


def room_lines(typed: str) -> list[dict[str, Any]]:
    """Return the rooms, one a line: "Studio A, Kumasi, 24" is name, branch, places. Raises ValueError."""
    found: list[dict[str, Any]] = []
    for line in _lines(typed):
        parts = [part.strip() for part in line.split(",")]
        places = parts[2] if len(parts) > 2 else ""
        if not parts[0] or len(parts) > 3 or (places and not (places.isascii() and places.isdigit() and int(places))):
            raise ValueError(text("{line} can't be read. Write it like: Studio A, Kumasi, 24", line=line[:60]))
        branch = parts[1] if len(parts) > 1 else ""
        found.append({"name": parts[0], "branch": branch, "capacity": int(places) if places else None})
    _refuse_twice([one["name"] for one in found])
    return found


def term_of(name: str, first: date | None, last: date | None) -> dict[str, Any] | None:
    """Return a term, None where nothing was typed. Raises ValueError with the sentence."""
    name = str(tidy(name))
    if not name and first is None and last is None:
        return None
    if not name or first is None or last is None or last < first:
        raise ValueError(text("A term has a name, a first day and a last day after it."))
    return {"name": name, "starts_on": first.isoformat(), "ends_on": last.isoformat()}


def _lines(typed: str) -> list[str]:
    return [str(tidy(line)) for line in typed.splitlines() if tidy(line)]


def _refuse_twice(names: list[str]) -> None:
    folded = [name.casefold() for name in names]
    twice = next((name for name in names if folded.count(name.casefold()) > 1), None)
    if twice is not None:
        raise ValueError(text("{name} is there twice.", name=twice))
