"""Rules of notices: whose they are, when one was read, and what reading makes of it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from shared.core.actor import Actor
from shared.core.clock import instant_text, parse_instant
from shared.core.command import Command
from shared.core.projection import Draft, Projection, ReadRow
from shared.messaging.vocabulary import NOTICE

Body = Mapping[str, Any]


def is_own(actor: Actor, notice: Body) -> bool:
    """Tell whether a notice is for this person: nobody else sees or reads it, whatever his or her role."""
    return bool(notice["person_id"] == actor.person_id)


def read_at(command: Command, received_at: datetime | None = None) -> str:
    """Return when notices were read: the device's time set right by its offset, never after it was received."""
    told = parse_instant(command.observed_at) + timedelta(milliseconds=command.clock_offset)
    return instant_text(told if received_at is None else min(told, received_at))


def as_read(notice: Body, command: Command, received_at: datetime | None = None) -> dict[str, Any]:
    """Return a notice that was read; who reads it again changes nothing of it."""
    if notice["read_at"] is not None:
        return dict(notice)
    return {**notice, "read_at": read_at(command, received_at), "revision": command.id}


def _read(command: Command, read: ReadRow) -> Sequence[Draft]:
    found = [read(NOTICE, target.id) for target in command.targets]
    return [Draft(NOTICE, one["id"], as_read(one, command)) for one in found if one is not None]


PROJECTIONS: dict[str, Projection] = {"MarkNoticesRead": _read}
