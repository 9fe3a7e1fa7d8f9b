"""A Command: form payload, outbox row, wire message, REST body and audit line in one."""

import hashlib
import json
from collections.abc import Sequence
from functools import cached_property
from typing import Annotated, Any

from pydantic import ConfigDict, Field, StringConstraints

from shared.core.strict import StrictModel

Id = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")]
InstantText = Annotated[
    str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)$", max_length=40)
]

MAX_TARGETS = 500
_CANONICAL = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"))


class Target(StrictModel):
    """One row that a command acts on, and the revision of it that the person was looking at."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: Id
    base: Id | None = None


class Command(StrictModel):
    """What a person asked for, immutable once sent.

    `target_id` and `base` name the row and the revision that was seen (None: it did not exist). A command on several
    rows lists the others in `more_targets` and gets one outcome for each. `observed_at` is the device's clock,
    `clock_offset` the milliseconds that the device believes it to be behind the server.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: Id
    device_id: Id
    install_epoch: int = Field(ge=1)
    device_seq: int = Field(ge=1)
    type: str = Field(min_length=1, max_length=80)
    type_version: int = Field(ge=1)
    target_id: Id
    base: Id | None = None
    more_targets: tuple[Target, ...] = Field(default=(), max_length=MAX_TARGETS - 1)
    payload: dict[str, Any]
    observed_at: InstantText
    clock_offset: int = 0

    @cached_property
    def targets(self) -> tuple[Target, ...]:
        """All rows that it acts on, the first one first."""
        return (Target(id=self.target_id, base=self.base), *self.more_targets)


def content_hash(command: Command) -> str:
    """Return the SHA-256 (hex) of what the command asks for.

    `device_seq` and `install_epoch` are left out: a re-offered command may travel under a renewed install epoch and
    is still the same command.
    """
    targets = [[target.id, target.base] for target in command.targets]
    return hash_of([command.id, command.type, command.type_version, targets, command.payload, command.observed_at])


def hash_of(content: Sequence[Any]) -> str:
    """Return the SHA-256 (hex) of a command's id, type, version of the type, targets, payload and time, in this order.

    `targets` are pairs of id and base.
    """
    return hashlib.sha256(_CANONICAL.encode(list(content)).encode()).hexdigest()
