"""Pure decisions about people: folding names, checking fields, naming likely duplicates, projecting commands."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from shared.core.command import Command
from shared.core.projection import Draft, Projection, ReadRow
from shared.core.text import text
from shared.people.commands import EDITABLE, MOST_LETTERS
from shared.people.vocabulary import PERSON

_EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\".]+(\.[^@\s,;<>\".]+)+")
_PHONE = re.compile(r"[+(]{0,2}[0-9][0-9 ()./\u2010-\u2015-]{4,38}(?: ?(?:ext\.?|x) ?[0-9]{1,6})?", re.IGNORECASE)
_MOST_DIGITS = 15
"""Of a phone number anywhere in the world, by ITU-T E.164."""
_USERNAME = re.compile(r"[a-z0-9][a-z0-9._@+-]{1,99}")
_WEST_AFRICAN = str.maketrans("ɛƐɔƆŋŊɖƉƒƑʋƲ", "eeoonnddffvv")


def fold(value: str) -> str:
    """Return `value` for comparing and sorting: lower case, without marks, ɛ as e, ɔ as o, single spaces."""
    if value.isascii():  # most text by far, at a tenth of the cost
        return " ".join(value.casefold().split())
    plain = unicodedata.normalize("NFKD", value.translate(_WEST_AFRICAN))
    kept = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(kept.casefold().split())


def sort_text(body: Any) -> str:
    """Return the text that lists of people are sorted by: family name, then given and other names."""
    return fold(f"{body.get('family_name') or ''} {body['given_name']} {body.get('other_names') or ''}")


def search_text(body: Any) -> str:
    """Return what a search for a person looks at: names, number, username, email, phone digits."""
    digits = re.sub(r"\D", "", body.get("phone") or "")
    words = [body["given_name"], body.get("other_names"), body.get("family_name"), body.get("number")]
    return " ".join(word for word in [*words, body.get("username"), body.get("email"), digits] if word)


def phone_digits(phone: str, calling_code: str = "233") -> str:
    """Return a phone number's national digits without trunk zero, so that +233 24… and 024… compare equal."""
    digits = re.sub(r"\D", "", phone)
    for prefix in (f"00{calling_code}", calling_code):
        if digits.startswith(prefix) and len(digits) - len(prefix) >= 7:
            return digits[len(prefix) :].lstrip("0")
    return digits.lstrip("0")


def _check_name(value: str) -> str | None:
    return None if value.strip() else text("Enter a first name.")


def _check_email(value: str) -> str | None:
    if _EMAIL.fullmatch(value) and len(value) <= 254:
        return None
    return text("{value} is not a mail address. Write it like ama@example.org.", value=value[:60])


def _check_phone(value: str) -> str | None:
    digits = len(re.sub(r"\D", "", value))
    if digits > _MOST_DIGITS:
        return text("A phone number has at most {most} digits, and this has {n}.", most=_MOST_DIGITS, n=digits)
    if _PHONE.fullmatch(value):
        return None
    return text("{value} is not a phone number. Add the missing digits.", value=value[:60])


def _birth_error(value: str, today: date | None) -> str | None:
    try:
        born = date.fromisoformat(value)
    except ValueError:
        return text("{value} is not a date. Write year, month and day, like 2004-03-28.", value=value[:60])
    if not date(1900, 1, 1) <= born <= date(2100, 1, 1):
        return text("{value} can't be a date of birth. Check the year.", value=value)
    if today is not None and born > today:
        return text("{value} is still to come, so nobody was born then. Check the year.", value=value)
    return None


def _check_username(value: str) -> str | None:
    if _USERNAME.fullmatch(value):
        return None
    return text("{value} can't be a username. Use small letters, digits, dots and dashes.", value=value[:60])


_CHECKS: dict[str, Callable[[str], str | None]] = {
    "given_name": _check_name,
    "email": _check_email,
    "phone": _check_phone,
    "username": _check_username,
}


_TURNERS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Letters that nobody sees and that turn round what follows; names in Arabic or Hebrew need none of them."""


def field_error(name: str, value: object, today: date | None = None) -> str | None:
    """Return the sentence for a field value that can't be kept, or None. Empty optional fields are fine.

    `today` is the institute's day, after which nobody was born; whoever keeps dates of birth hands it in.
    """
    if value is None or value == "":
        return _check_name("") if name == "given_name" else None
    if not isinstance(value, str):
        return text("The field {name} takes text.", name=name)
    if any(ord(letter) < 32 for letter in value):
        return text("Remove the line break or tab in {value}.", value=value.strip()[:60])
    if _TURNERS & set(value):
        plain = "".join(letter for letter in value if letter not in _TURNERS)
        return text("Remove the letters that can't be seen in {value}.", value=plain[:60])
    most = MOST_LETTERS.get(name)
    if most is not None and len(value) > most:
        return text("This has {n} letters. At most {most} are kept.", n=len(value), most=most)
    if name == "date_of_birth":
        return _birth_error(value, today)
    check = _CHECKS.get(name)
    return check(value) if check else None


def duplicate_score(one: Any, other: Any, calling_code: str = "233") -> tuple[int, tuple[str, ...]]:
    """Return how alike two people are (0 to 100) and the reasons as field names.

    Weights: same email 60, same phone 40, same date of birth with same names 90, same full name 50, names swapped or
    within one letter 35; 50 and above is a likely duplicate.
    """
    reasons: list[str] = []
    score = 0
    if one.get("email") and fold(one["email"]) == fold(other.get("email") or ""):
        score, reasons = score + 60, [*reasons, "email"]
    if one.get("phone") and other.get("phone"):
        mine = phone_digits(one["phone"], calling_code)
        if mine and mine == phone_digits(other["phone"], calling_code):
            score, reasons = score + 40, [*reasons, "phone"]
    alike = _names_alike(one, other)
    if alike:
        same_birth = one.get("date_of_birth") and one.get("date_of_birth") == other.get("date_of_birth")
        score, reasons = score + alike + (40 if same_birth else 0), [*reasons, "name"]
        reasons += ["date_of_birth"] if same_birth else []
    births = {one.get("date_of_birth"), other.get("date_of_birth")} - {None, ""}
    return max(0, min(100, score - (30 if len(births) > 1 else 0))), tuple(reasons)


def _names_alike(one: Any, other: Any) -> int:
    first = (fold(one["given_name"]), fold(one.get("family_name") or ""))
    second = (fold(other["given_name"]), fold(other.get("family_name") or ""))
    if first == second:
        return 50
    if first == second[::-1]:
        return 35
    return 35 if min(first) and min(second) and _within_one(" ".join(first), " ".join(second)) else 0


def _within_one(one: str, other: str) -> bool:
    """Tell whether one insertion, removal or replacement makes `one` into `other`."""
    if abs(len(one) - len(other)) > 1:
        return False
    short, long = sorted((one, other), key=len)
    at = next((i for i, letter in enumerate(short) if letter != long[i]), len(short))
    return short[at:] == long[at + 1 :] or short[at + 1 :] == long[at + 1 :]


def _project_add(command: Command, _read: ReadRow) -> Sequence[Draft]:
    body = {name: command.payload.get(name) for name in (*EDITABLE, "roles", "provisional")}
    body |= {"id": command.target_id, "revision": command.id, "state": "active"}
    body["roles"] = list(body["roles"] or ["student"])
    return [Draft(PERSON, command.target_id, body)]


def _project_edit(command: Command, read: ReadRow) -> Sequence[Draft]:
    present = read(PERSON, command.target_id)
    if present is None:
        return []
    new = {name: change.get("new") for name, change in command.payload["changes"].items()}
    return [Draft(PERSON, command.target_id, {**present, **new, "revision": command.id})]


def _project_set(field: str) -> Projection:
    def project(command: Command, read: ReadRow) -> Sequence[Draft]:
        shown = [(target.id, read(PERSON, target.id)) for target in command.targets]
        value = command.payload[field]
        return [
            Draft(PERSON, person_id, {**body, field: value, "revision": command.id})
            for person_id, body in shown
            if body is not None
        ]

    return project


PROJECTIONS: dict[str, Projection] = {
    "AddPerson": _project_add,
    "EditPerson": _project_edit,
    "SetPersonState": _project_set("state"),
    "SetPersonRoles": _project_set("roles"),
}
