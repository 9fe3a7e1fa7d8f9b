"""An institute's own settings: what each may hold, what stands where nothing was said, and how an edit shows."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from shared.core.command import Command
from shared.core.currencies import DEFAULT_CURRENCY, currency_error
from shared.core.projection import Draft, Projection, ReadRow
from shared.core.text import text
from shared.people.colours import DEFAULT_ACCENT, accent_error
from shared.people.countries import DEFAULT_COUNTRY, calling_code_error, country_error
from shared.people.logos import logo_error
from shared.people.rules import field_error as person_field_error
from shared.people.vocabulary import BRANCH, ORGANISATION

DEFAULTS: Mapping[str, Any] = {
    "name": "",
    "short_name": "",
    "motto": "",
    "address": "",
    "phone": "",
    "email": "",
    "website": "",
    "logo": "",
    "accent": DEFAULT_ACCENT,
    "currency": DEFAULT_CURRENCY,
    "time_zone": "Africa/Accra",
    "country": DEFAULT_COUNTRY,
    "calling_code": "233",
}
EDITABLE = tuple(DEFAULTS)
"""What `EditOrganisation` changes."""
STORED = ("name", "time_zone", "calling_code")
"""Those with a column of their own; the others lie together."""
BRANCH_FIELDS: Mapping[str, Any] = {"name": "", "address": "", "phone": "", "state": "active"}
LONGEST = {"name": 200, "short_name": 40, "motto": 200, "address": 300, "phone": 40, "email": 254, "website": 200}
MOST_BRANCHES = 200
_WEB = re.compile(r"https?://[a-z0-9-]+(\.[a-z0-9-]+)+(:[0-9]{1,5})?(/[^\s<>\"]*)?", re.IGNORECASE)
_HIDDEN = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})
_SPACES = re.compile(r" +")


def whole(body: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return an institute's row with what it doesn't say filled in."""
    return {**DEFAULTS, **{name: value for name, value in (body or {}).items() if value is not None}}


def tidy(value: Any) -> Any:
    """Return a text trimmed and with single spaces; anything else as it is."""
    return _SPACES.sub(" ", value).strip() if isinstance(value, str) else value


def hidden_letters(value: str) -> bool:
    """Tell whether a text has letters that nobody sees: line ends, control characters, turners of direction."""
    # The joiner of emoji families and of several scripts is no trick.
    return any(unicodedata.category(letter) in _HIDDEN and letter != "\u200d" for letter in value)


def _named(value: str) -> str | None:
    return None if value else text("Enter the institute's name.")


def _mail(value: str) -> str | None:
    return person_field_error("email", value)


def _phone(value: str) -> str | None:
    return person_field_error("phone", value)


def _website(value: str) -> str | None:
    if not value or _WEB.fullmatch(value):
        return None
    return text("{value} is not a web address. Write it like https://example.org.", value=value[:60])


def _zone(value: str) -> str | None:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        return text("{value} is not a time zone. Choose one like Africa/Accra.", value=value)
    return None


def _logo(value: str) -> str | None:
    return logo_error(value) if value else None


_CHECKS: dict[str, Callable[[str], str | None]] = {
    "name": _named,
    "email": _mail,
    "phone": _phone,
    "website": _website,
    "logo": _logo,
    "accent": accent_error,
    "currency": currency_error,
    "time_zone": _zone,
    "country": country_error,
    "calling_code": calling_code_error,
}


def setting_error(name: str, value: object) -> str | None:
    """Return the sentence for a setting's value that can't be kept, or None; `value` is tidied already."""
    if not isinstance(value, str):
        return text("The field {name} takes text.", name=name)
    fault = _text_error(name, value)
    check = _CHECKS.get(name)
    return fault or (check(value) if check else None)


def _text_error(name: str, value: str) -> str | None:
    if hidden_letters(value):
        return text("Remove the line break or the unseen character in {value}.", value=value.strip()[:60])
    longest = LONGEST.get(name)
    if longest is not None and len(value) > longest:
        return text("That is {n} characters long. At most {most} are kept.", n=len(value), most=longest)
    return None


def setting_errors(values: Mapping[str, Any]) -> dict[str, str]:
    """Return the sentence for each setting that can't be kept."""
    found = {name: setting_error(name, value) for name, value in values.items()}
    return {name: sentence for name, sentence in found.items() if sentence}


def branch_error(name: str, value: object) -> str | None:
    """Return the sentence for a branch's field that can't be kept, or None."""
    if name == "state":
        return None if value in {"active", "removed"} else text("A branch is there or removed.")
    if name == "name" and value == "":
        return text("Enter the branch's name.")
    return setting_error(name, value)


def branch_errors(values: Mapping[str, Any]) -> dict[str, str]:
    """Return the sentence for each field of a branch that can't be kept."""
    found = {name: branch_error(name, value) for name, value in values.items()}
    return {name: sentence for name, sentence in found.items() if sentence}


def _edit(kind: str, start: Mapping[str, Any]) -> Projection:
    def project(command: Command, read: ReadRow) -> Sequence[Draft]:
        present = read(kind, command.target_id)
        if present is None:
            return []
        new = {name: tidy(change.get("new")) for name, change in command.payload["changes"].items() if name in start}
        return [Draft(kind, command.target_id, {**present, **new, "revision": command.id})]

    return project


def _add_branch(command: Command, _read: ReadRow) -> Sequence[Draft]:
    given = {name: tidy(command.payload.get(name) or "") for name in BRANCH_FIELDS if name != "state"}
    body = {**BRANCH_FIELDS, **given, "id": command.target_id, "revision": command.id}
    return [Draft(BRANCH, command.target_id, body)]


PROJECTIONS: dict[str, Projection] = {
    "EditOrganisation": _edit(ORGANISATION, DEFAULTS),
    "AddBranch": _add_branch,
    "EditBranch": _edit(BRANCH, BRANCH_FIELDS),
}
