"""What a person may ask about a profile, and how it shows before the server has spoken."""

from collections.abc import Sequence

from pydantic import ConfigDict, Field

from shared.core.command import Command, Id
from shared.core.fields import FieldChange
from shared.core.projection import Draft, Projection, ReadRow
from shared.core.strict import StrictModel
from shared.people.profile_fields import LISTS, names_of
from shared.people.vocabulary import PRIVATE_PROFILE, PROFILE


class _Payload(StrictModel):
    model_config = ConfigDict(frozen=True, extra="allow")


class EditProfile(_Payload):
    """Change fields of someone's profile (target: see `profile_fields.row_id`); the row appears with the first."""

    person_id: Id
    changes: dict[str, FieldChange] = Field(min_length=1, max_length=20)


class EditPrivateProfile(EditProfile):
    """Change what only the person and the office read: the address, and who is to be told."""


ROW_OF = {"EditProfile": PROFILE, "EditPrivateProfile": PRIVATE_PROFILE}
"""The kind of row that a command changes."""
PAYLOADS: dict[str, type[StrictModel]] = {"EditProfile": EditProfile, "EditPrivateProfile": EditPrivateProfile}
TYPE_VERSIONS: dict[str, int] = dict.fromkeys(PAYLOADS, 1)


def empty_row(row: str, row_id: str, person_id: str) -> dict[str, object]:
    """Return a profile row that nothing was written into yet."""
    fields: dict[str, object] = {name: [] if name in LISTS else None for name in names_of(row)}
    return {**fields, "id": row_id, "revision": None, "person_id": person_id}


def _project(command: Command, read: ReadRow) -> Sequence[Draft]:
    row, person_id = ROW_OF[command.type], command.payload["person_id"]
    present = read(row, command.target_id) or empty_row(row, command.target_id, person_id)
    new = {name: change.get("new") for name, change in command.payload["changes"].items()}
    return [Draft(row, command.target_id, {**present, **new, "revision": command.id}, person_id)]


PROJECTIONS: dict[str, Projection] = dict.fromkeys(PAYLOADS, _project)
