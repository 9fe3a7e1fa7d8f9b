"""What a person may ask of the people area."""

from typing import Any

from pydantic import ConfigDict, Field

from shared.core.fields import FieldChange
from shared.core.strict import StrictModel
from shared.people.vocabulary import PersonState

EDITABLE = (
    "number",
    "given_name",
    "family_name",
    "other_names",
    "email",
    "phone",
    "date_of_birth",
    "username",
)
MOST_LETTERS = {
    "number": 40,
    "given_name": 100,
    "family_name": 100,
    "other_names": 100,
    "email": 254,
    "phone": 40,
    "username": 100,
}
"""How long the texts about a person are at most; the form says so, and the server holds to it when one is changed."""


class _Payload(StrictModel):
    model_config = ConfigDict(frozen=True, extra="allow")


class AddPerson(_Payload):
    """Add someone (target: the new person's id). `roles` need `roles.assign` unless the only one is `student`.

    `known_duplicates` are the ids of likely duplicates that the author was shown and kept apart.
    """

    number: str | None = Field(default=None, max_length=MOST_LETTERS["number"])
    given_name: str = Field(min_length=1, max_length=MOST_LETTERS["given_name"])
    family_name: str = Field(default="", max_length=MOST_LETTERS["family_name"])
    other_names: str = Field(default="", max_length=MOST_LETTERS["other_names"])
    email: str | None = Field(default=None, max_length=MOST_LETTERS["email"])
    phone: str | None = Field(default=None, max_length=MOST_LETTERS["phone"])
    date_of_birth: str | None = Field(default=None, max_length=10)
    username: str | None = Field(default=None, max_length=MOST_LETTERS["username"])
    roles: tuple[str, ...] = ("student",)
    provisional: bool = False
    known_duplicates: tuple[str, ...] = ()


class EditPerson(_Payload):
    """Change fields of a person: each with the value that was seen and the value wanted."""

    changes: dict[str, FieldChange] = Field(min_length=1)


class SetPersonState(_Payload):
    """Activate, deactivate or suspend one person or several (further targets)."""

    state: PersonState
    old_state: PersonState | None = None
    reason: str = Field(default="", max_length=500)


class SetPersonRoles(_Payload):
    """Give a person exactly these roles."""

    roles: tuple[str, ...]
    old_roles: tuple[str, ...] = ()


PAYLOADS: dict[str, type[StrictModel]] = {
    "AddPerson": AddPerson,
    "EditPerson": EditPerson,
    "SetPersonState": SetPersonState,
    "SetPersonRoles": SetPersonRoles,
}
TYPE_VERSIONS: dict[str, int] = dict.fromkeys(PAYLOADS, 1)

PersonFields = dict[str, Any]
