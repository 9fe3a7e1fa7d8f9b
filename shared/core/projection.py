"""What a pending command makes of the rows on screen, before the server has spoken."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.core.command import Command

Body = Mapping[str, Any]
ReadRow = Callable[[str, str], Body | None]
"""Reads the present body of (kind, id), pending commands before this one included; None where there is none."""


@dataclass(frozen=True)
class Draft:
    """One row as a pending command leaves it; `body` None means deleted."""

    kind: str
    id: str
    body: Body | None
    parent: str | None = None


Projection = Callable[[Command, ReadRow], Sequence[Draft]]
"""Pure, and idempotent: projecting a command on rows that include it already changes nothing."""
