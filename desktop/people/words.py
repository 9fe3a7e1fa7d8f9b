"""The words of people's states, roles and fields, and the tones that states are shown in."""

from collections.abc import Mapping
from typing import Any

from shared.core.text import text
from shared.people.vocabulary import PersonState, Role

STATE_TONES = {
    str(PersonState.ACTIVE): ("ok", ""),
    str(PersonState.INACTIVE): ("neu", ""),
    str(PersonState.SUSPENDED): ("warn", ""),
}
"""Tone and icon of a state's badge."""


def full_name(person: Mapping[str, Any] | None) -> str:
    """Return given, other and family names with single spaces; an empty text for nobody."""
    body = person or {}
    return " ".join(part for part in (body.get("given_name"), body.get("other_names"), body.get("family_name")) if part)


def state_word(state: str) -> str:
    """Return a state as badges print it."""
    words = {
        PersonState.ACTIVE: text("Active"),
        PersonState.INACTIVE: text("Inactive"),
        PersonState.SUSPENDED: text("Suspended"),
    }
    return words.get(PersonState(state), state) if state in set(PersonState) else state


def role_word(role: str) -> str:
    """Return a role's name; a role of the institute's own is named by its key."""
    words: dict[str, str] = {
        Role.PLATFORM_ADMINISTRATOR: text("Platform administrator"),
        Role.ADMINISTRATOR: text("Administrator"),
        Role.REGISTRAR: text("Registrar"),
        Role.BURSAR: text("Bursar"),
        Role.CASHIER: text("Cashier"),
        Role.INSTRUCTOR: text("Instructor"),
        Role.ATTENDANCE_OFFICER: text("Attendance officer"),
        Role.AUDITOR: text("Auditor"),
        Role.STUDENT: text("Student"),
    }
    return words.get(role, role.replace("_", " ").capitalize())


def roles_words(roles: object) -> str:
    """Return the names of all roles, with commas."""
    return ", ".join(role_word(str(role)) for role in roles) if isinstance(roles, list | tuple) else ""


def field_word(name: str) -> str:
    """Return a field's label."""
    words = {
        "number": text("Number"),
        "given_name": text("First name"),
        "family_name": text("Family name"),
        "other_names": text("Other names"),
        "email": text("Mail address"),
        "phone": text("Phone"),
        "date_of_birth": text("Date of birth"),
        "username": text("Username"),
        "state": text("State"),
        "roles": text("Roles"),
        "name": text("Name"),
        "preferred_name": text("Preferred name"),
        "bio": text("In own words"),
        "specialisation": text("Specialisation"),
        "qualifications": text("Qualifications"),
        "links": text("Links"),
        "interests": text("Interests"),
        "goals": text("Goals"),
        "skill_level": text("Skill level"),
        "learning_style": text("Way of learning"),
        "study_time": text("Time for studying"),
        "weekly_goal": text("Weekly goal"),
        **dict.fromkeys(("branch", "branch_id"), text("Branch")),
        "address": text("Address"),
        "guardians": text("Contacts"),
    }
    return words.get(name, name.replace("_", " ").capitalize())


def choice_words(choice: str) -> str:
    """Return how someone learns, how far he or she is, or when he or she studies, as forms print it."""
    words = {
        "beginner": text("Beginner"),
        "intermediate": text("Intermediate"),
        "advanced": text("Advanced"),
        "seeing": text("By seeing it done"),
        "hearing": text("By hearing about it"),
        "reading": text("By reading"),
        "doing": text("By doing it"),
        "morning": text("Morning"),
        "afternoon": text("Afternoon"),
        "evening": text("Evening"),
        "night": text("Night"),
    }
    return words.get(choice, choice)


def reasons_words(reasons: tuple[str, ...]) -> str:
    """Return why two people look alike: "Same phone, same name"."""
    words = {
        "email": text("same mail address"),
        "phone": text("same phone"),
        "name": text("same or nearly the same name"),
        "date_of_birth": text("same date of birth"),
        "number": text("same number"),
    }
    said = ", ".join(words.get(reason, reason) for reason in reasons)
    return said[:1].upper() + said[1:]
