"""What a person may ask about roles: make or change one, and take one away."""

from collections.abc import Sequence
from typing import Any

from pydantic import ConfigDict, Field

from shared.core.command import Command
from shared.core.fields import FieldChange
from shared.core.projection import Draft, Projection, ReadRow
from shared.core.strict import StrictModel
from shared.people.vocabulary import ROLE


class _Payload(StrictModel):
    model_config = ConfigDict(frozen=True, extra="allow")


class SaveRole(_Payload):
    """Make or change a role (target: see `role_rules.role_id`; `key` names it).

    `changes` are of `name`, `own` (permission words), `inherits` (keys of roles that it takes over) and
    `needs_factor`. Of built-in roles only the name and `needs_factor` change.
    """

    key: str = Field(min_length=1, max_length=60)
    changes: dict[str, FieldChange] = Field(min_length=1, max_length=10)


class RemoveRole(_Payload):
    """Take a role of the institute's own away; refused while people hold it or other roles take it over."""


def new_role(key: str, role_id: str) -> dict[str, Any]:
    """Return a role before its first change."""
    return {
        "id": role_id,
        "key": key,
        "name": "",
        "own": [],
        "permissions": [],
        "inherits": [],
        "built_in": False,
        "needs_factor": False,
        "retired": False,
    }


def _project_save(command: Command, read: ReadRow) -> Sequence[Draft]:
    key = command.payload["key"]
    present = read(ROLE, command.target_id) or new_role(key, command.target_id)
    new = {name: change.get("new") for name, change in command.payload["changes"].items()}
    body = {**present, **new, "retired": False, "revision": command.id}
    if "own" in new:
        # What it inherits is the server's to add up; until then its own are what it is known to allow.
        body["permissions"] = sorted({*present["permissions"], *body["own"]} - (set(present["own"]) - set(body["own"])))
    return [Draft(ROLE, command.target_id, body)]


def _project_remove(command: Command, read: ReadRow) -> Sequence[Draft]:
    present = read(ROLE, command.target_id)
    if present is None:
        return []
    return [Draft(ROLE, command.target_id, {**present, "retired": True, "revision": command.id})]


PAYLOADS: dict[str, type[StrictModel]] = {"SaveRole": SaveRole, "RemoveRole": RemoveRole}
TYPE_VERSIONS: dict[str, int] = dict.fromkeys(PAYLOADS, 1)
PROJECTIONS: dict[str, Projection] = {"SaveRole": _project_save, "RemoveRole": _project_remove}
