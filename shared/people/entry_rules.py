"""What the forms of coming in take: registering, an invitation, an institute; the same on both sides."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from shared.core.text import text
from shared.people.profile_rules import profile_error, text_error
from shared.people.rules import field_error

LENGTHS = {"given_name": 100, "family_name": 100, "email": 254, "username": 100, "institute": 200, "slug": 60}
_PROFILE = frozenset({"study_time", "interests", "skill_level"})
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])")
_NEEDED = frozenset({"given_name", "family_name", "email", "username", "institute", "slug"})


class RegistrationPolicy(StrEnum):
    """Whether students may register by themselves, and whether the office looks at each."""

    OFF = "off"
    ON = "on"
    APPROVAL = "approval"


class RegistrationState(StrEnum):
    """Where a registration stands; the first two may still become a person."""

    UNVERIFIED = "unverified"
    WAITING = "waiting"
    ACCEPTED = "accepted"
    JOINED = "joined"
    REFUSED = "refused"
    LAPSED = "lapsed"


class InvitationState(StrEnum):
    """Where an invitation stands; an open one may have run out."""

    OPEN = "open"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"


def entry_error(name: str, value: object) -> str | None:
    """Return the sentence for a field's value that can't be taken, or None."""
    if name in _PROFILE:
        return profile_error(name, value)
    if value is None or (isinstance(value, str) and not value.strip()):
        return _missing(name) if name in _NEEDED else None
    fault = text_error(value, LENGTHS[name])
    if fault is not None:
        return fault
    said = str(value).strip()
    if name == "slug":
        return _slug_error(said)
    return field_error(name, said) if name != "institute" else None


def entry_errors(values: Mapping[str, Any]) -> dict[str, str]:
    """Return a sentence for each field that can't be taken."""
    found = {name: entry_error(name, value) for name, value in values.items()}
    return {name: sentence for name, sentence in found.items() if sentence}


def _slug_error(value: str) -> str | None:
    if _SLUG.fullmatch(value):
        return None
    return text("{value} can't be a short name. Use small letters, digits and dashes, like km-media.", value=value)


def _missing(name: str) -> str:
    sentences = {
        "given_name": text("Enter a first name."),
        "family_name": text("Enter a family name."),
        "email": text("Enter a mail address."),
        "username": text("Enter a username."),
        "institute": text("Enter the institute's name."),
        "slug": text("Enter a short name."),
    }
    return sentences[name]
