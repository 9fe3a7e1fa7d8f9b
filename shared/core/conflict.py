"""A conflict as an entity: the sides that disagree, with author, device and time, until someone chooses."""

from typing import Any, Literal

from pydantic import ConfigDict, Field

from shared.core.strict import StrictModel

KIND = "conflict"
SETTLE = "sync.settle"
"""The permission to settle any conflict and any held command."""


class Side(StrictModel):
    """One version: the command that asked for it, who, on which device, when, and the values it gave."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    command_id: str
    author_id: str
    author_name: str
    device_name: str = ""
    observed_at: str
    received_at: str = ""
    clock_flagged: bool = False
    values: dict[str, Any] = Field(default_factory=dict)


class Conflict(StrictModel):
    """Two or more sides on one group of fields of one row; at most one open conflict per row and group.

    `kind` and `entity_id` name the row; `group` is `fields` for ordinary entities, `mark` for an attendance mark,
    `held:` and its id for a command that waits for someone with `sync.settle`, `same:` and the field for two rows
    that may not share its value. `effective` is the command id of the side that stands until someone chooses.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    revision: str
    kind: str
    entity_id: str
    group: str
    title: str = ""
    state: Literal["open", "settled"] = "open"
    sides: tuple[Side, ...] = ()
    fields: tuple[str, ...] = ()
    effective: str = ""
    reason: str | None = None
    settled_by: str | None = None
    settled_by_name: str | None = None
    settled_at: str | None = None
    choices: dict[str, str] = Field(default_factory=dict)


class SettleConflict(StrictModel):
    """Payload of `SettleConflict` (target: the conflict): for each field the command id of the side chosen.

    For a held command the one field is `held` and the choice `accept` or `refuse`.
    """

    model_config = ConfigDict(frozen=True, extra="allow")

    choices: dict[str, str] = Field(min_length=1)


def may_settle(person_id: str, permissions: frozenset[str], conflict: Conflict) -> bool:
    """A conflict's authors, or anyone with `sync.settle`; a held command needs `sync.settle`."""
    if SETTLE in permissions:
        return True
    return not is_held(conflict) and any(side.author_id == person_id for side in conflict.sides)


def is_held(conflict: Conflict) -> bool:
    """Tell whether it is a command that waits to be accepted or refused."""
    return conflict.group.startswith("held:")
