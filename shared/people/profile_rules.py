"""What a profile's fields may hold, each checked alike on both sides."""

import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

from shared.core.ids import is_id
from shared.core.text import text
from shared.people.rules import field_error


class SkillLevel(StrEnum):
    """How far someone is."""

    BEGINNER = "beginner"
    INTERMEDIATE = "intermediate"
    ADVANCED = "advanced"


class LearningStyle(StrEnum):
    """How someone learns best."""

    SEEING = "seeing"
    HEARING = "hearing"
    READING = "reading"
    DOING = "doing"


class StudyTime(StrEnum):
    """When someone likes to study."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"
    NIGHT = "night"


MOST_LETTERS = {"preferred_name": 100, "specialisation": 200, "bio": 2_000, "goals": 1_000, "address": 500}
MOST_LINES = {"qualifications": (20, 200), "interests": (20, 60), "links": (10, 300)}
"""How many a list may hold, and how long each may be."""
MOST_GUARDIANS = 4
MOST_MINUTES = 7 * 24 * 60
GUARDIAN_PARTS = {"name": 100, "relation": 60, "phone": 40, "email": 254}
_MANY_LINED = frozenset({"bio", "goals", "address"})
_CHOICES: dict[str, type[StrEnum]] = {
    "skill_level": SkillLevel,
    "learning_style": LearningStyle,
    "study_time": StudyTime,
}
_HOST = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
_ADDRESS = re.compile(r"https://([^/?#]+)([/?#][^ \\\\]*)?")
_TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f")
"""Marks that turn the direction of what follows, by which a text can look like another one."""


def text_error(value: object, most: int, *, lines: bool = False) -> str | None:
    """Return the sentence for a text that can't be kept, or None."""
    if not isinstance(value, str):
        return text("This field takes text.")
    if len(value) > most:
        return text("This has {n} letters. At most {most} are kept.", n=len(value), most=most)
    allowed = "\n" if lines else ""
    if any((ord(letter) < 32 and letter not in allowed) or letter in _TURNS or letter == "\x7f" for letter in value):
        return text("Remove the letters that can't be seen, such as a tab or a mark that turns the writing.")
    return None


def link_error(value: object) -> str | None:
    """Return the sentence for an address of a page that can't be kept, or None: https and a name, nothing else."""
    fault = text_error(value, MOST_LINES["links"][1])
    if fault is not None:
        return fault
    found = _ADDRESS.fullmatch(str(value))
    if found is not None and _HOST.fullmatch(found[1]):
        return None
    return text("{value} is not the address of a page. Write it like https://example.org/ama.", value=str(value)[:80])


def _list_error(name: str, value: object) -> str | None:
    most, longest = MOST_LINES[name]
    if not isinstance(value, list):
        return text("This field takes a list.")
    if len(value) > most:
        return text("These are {n}. At most {most} are kept.", n=len(value), most=most)
    for one in value:
        fault = link_error(one) if name == "links" else text_error(one, longest)
        if fault is not None:
            return fault
        if not one.strip():
            return text("Remove the empty line.")
    return None


def _guardians_error(value: object) -> str | None:
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        return text("This field takes a list of contacts.")
    if len(value) > MOST_GUARDIANS:
        return text("These are {n} contacts. At most {most} are kept.", n=len(value), most=MOST_GUARDIANS)
    return next((fault for one in value if (fault := guardian_error(one)) is not None), None)


def guardian_error(one: Mapping[str, Any]) -> str | None:
    """Return the sentence for a contact that can't be kept, or None."""
    flags = ("told", "account")
    if not set(one) <= {*GUARDIAN_PARTS, *flags} or not all(isinstance(one.get(flag, False), bool) for flag in flags):
        return text(
            "A contact has a name, a relation, a phone number, a mail address, whether it is told, and whether it may"
            " see the fees."
        )
    for part, most in GUARDIAN_PARTS.items():
        fault = text_error(one.get(part) or "", most)
        if fault is None and part in ("phone", "email"):
            fault = field_error(part, one.get(part))
        if fault is not None:
            return fault
    if not str(one.get("name") or "").strip():
        return text("Enter the name of the contact.")
    if not (one.get("phone") or one.get("email")):
        return text("Add a phone number or a mail address of {name}.", name=one["name"])
    return None


def _goal_error(value: object) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int):
        return text("Enter the minutes of a week as a number.")
    if not 0 < value <= MOST_MINUTES:
        return text("A week has {most} minutes. Enter from 1 to that.", most=MOST_MINUTES)
    return None


def _choice_error(name: str, value: object) -> str | None:
    return None if isinstance(value, str) and value in set(_CHOICES[name]) else text("Choose one of the list.")


def _branch_error(value: object) -> str | None:
    return None if isinstance(value, str) and is_id(value) else text("Choose one of the institute's branches.")


_SPECIAL: dict[str, Callable[[object], str | None]] = {
    "guardians": _guardians_error,
    "weekly_goal": _goal_error,
    "branch_id": _branch_error,
}


def profile_error(name: str, value: object) -> str | None:
    """Return the sentence for a profile field's value that can't be kept, or None. Empty is fine everywhere."""
    if value is None or value in ("", []):
        return None
    if name in _SPECIAL:
        return _SPECIAL[name](value)
    if name in _CHOICES:
        return _choice_error(name, value)
    if name in MOST_LINES:
        return _list_error(name, value)
    return text_error(value, MOST_LETTERS[name], lines=name in _MANY_LINED)


def tidy_profile(name: str, value: Any) -> Any:
    """Return a value as it is kept: trimmed, empty ones as None, lists without empty lines and repeats."""
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, list) and name in MOST_LINES:
        return list(dict.fromkeys(kept for one in value if (kept := one.strip() if isinstance(one, str) else one)))
    if isinstance(value, list):
        return [_tidy_guardian(one) if isinstance(one, dict) else one for one in value]
    return value


def _tidy_guardian(one: Mapping[str, Any]) -> dict[str, Any]:
    parts = {name: value.strip() if isinstance(value, str) else value for name, value in one.items()}
    return {**dict.fromkeys(GUARDIAN_PARTS, ""), "told": False, **parts}
