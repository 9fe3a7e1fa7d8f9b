"""The log of all changes in words: what was done, to what, and each field before and after."""

import json
import re
from collections.abc import Mapping
from typing import Any

from shared.core.text import text

Body = Mapping[str, Any]
_PARTS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
_LONGEST = 300


def act_words(entry: Body) -> str:
    """Return what was done: `EditPerson` is "Edit person"; what the server did by itself is its own note."""
    if not entry["type"]:
        return note_words(str(entry["note"])) or text("By the server")
    return " ".join(_PARTS.findall(entry["type"])).lower().capitalize()


def note_words(note: str) -> str:
    """Return the words of a note, which may be a sentence or JSON with `what` in it."""
    found = re.search(r'"what":\s*"([a-z_]+)"', note)
    return (found[1] if found else note).replace("_", " ").capitalize()


def note_facts(note: str) -> list[tuple[str, Any]]:
    """Return what a note tells beside what was done, as (name, value); ids are left out.

    A note that is a sentence tells no more than it says.
    """
    try:
        told = json.loads(note) if note.startswith("{") else {}
    except ValueError:
        return []
    return [(kind_of(name), value) for name, value in told.items() if name != "what" and not name.endswith("_id")]


def kind_of(kind: str) -> str:
    """Return what a kind of row is called: `class_session` is "Class session"."""
    return kind.replace("_", " ").capitalize()


def about_words(entry: Body) -> str:
    """Return which row it was about; empty where it was about no row that has a name or a kind."""
    return str(entry["entity_name"] or kind_of(entry["kind"]))


def value_words(value: Any) -> str:
    """Return a value as a person reads it, cut where it is very long."""
    if value is None or value == "":
        return text("empty")
    if isinstance(value, bool):
        return text("yes") if value else text("no")
    if isinstance(value, list):
        words = ", ".join(value_words(one) for one in value) or text("empty")
    elif isinstance(value, Mapping):
        words = ", ".join(f"{kind_of(str(name))}: {value_words(one)}" for name, one in value.items()) or text("empty")
    else:
        words = str(value)
    return words if len(words) <= _LONGEST else f"{words[:_LONGEST]}…"


def summary_words(entry: Body) -> str:
    """Return the changes in one line."""
    changes = entry["changes"]
    if not changes and not entry["type"]:
        return "; ".join(f"{name}: {value_words(value)}" for name, value in note_facts(str(entry["note"]))[:3])
    if not changes:
        return text("Erased, or nothing to tell")
    return "; ".join(f"{kind_of(one['field'])}: {value_words(one['after'])}" for one in changes[:3])


def verdict_tone(verdict: str) -> str:
    """Return the state tone of how it ended."""
    return {"applied": "ok", "agreed": "ok", "conflict": "bad", "held": "warn", "rejected": "bad"}.get(verdict, "info")


def verdict_words(verdict: str) -> str:
    """Return how it ended."""
    return {
        "applied": text("Applied"),
        "agreed": text("Agreed"),
        "conflict": text("Two versions"),
        "held": text("Held for the office"),
        "rejected": text("Refused"),
    }.get(verdict, text("Noted"))
