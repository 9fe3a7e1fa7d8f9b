"""Writes over REST: the same commands through the same door, with outcomes as HTTP answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError

from server.core.auth import CurrentSignIn
from server.core.batch import Origin
from server.core.command_log import Door
from shared.core.clock import Clock, instant_text
from shared.core.command import Command, Target
from shared.core.errors import CampusError
from shared.core.ids import IdMaker, derived_id, is_id
from shared.core.outcome import Outcome, Verdict
from shared.core.text import text


@dataclass(frozen=True)
class Wish:
    """A write that a REST request asks for."""

    type: str
    target_id: str
    payload: Mapping[str, Any]
    base: str | None = None
    more_targets: Sequence[tuple[str, str | None]] = ()


class Submission:
    """Turns REST writes into commands.

    `Idempotency-Key` is the command id (a UUIDv5 of person and key if it isn't a UUID).
    """

    def __init__(self, door: Door, clock: Clock, new_id: IdMaker) -> None:
        self._door = door
        self._clock = clock
        self.new_id = new_id

    def command_id(self, known: CurrentSignIn, key: str | None) -> str:
        """Return the command id that an `Idempotency-Key` stands for; without one a new id."""
        if not key:
            return self.new_id()
        if is_id(key.lower()):
            return key.lower()
        return derived_id("idempotency", known.actor.organisation_id, known.actor.person_id, key)

    def is_repeat(self, known: CurrentSignIn, key: str | None) -> bool:
        """Tell whether the request of this key came through before."""
        return (
            bool(key) and self._door.observed_at(known.actor.organisation_id, self.command_id(known, key)) is not None
        )

    def put(self, known: CurrentSignIn, key: str | None, wish: Wish) -> list[Outcome]:
        """Send a wish through the door and return its outcomes.

        Raises CampusError for what was rejected, held or is a conflict; both are kept then, and `details` say where.
        """
        outcomes = self.put_all(known, key, [wish])
        for outcome in outcomes:
            raise_for(outcome)
        return outcomes

    def put_all(self, known: CurrentSignIn, key: str | None, wishes: Sequence[Wish]) -> list[Outcome]:
        """Send several wishes as one batch; the first takes the key's own id, the others ids that follow from it."""
        first = self.command_id(known, key)
        ids = [first, *(derived_id(first, wish.target_id) for wish in wishes[1:])]
        observed_at = self._observed_at(known, first) if key else instant_text(self._clock.now())
        commands = [self._command(known, one, wish, observed_at) for one, wish in zip(ids, wishes, strict=False)]
        return self._door.accept(known.actor, _rest_origin(known), commands).outcomes

    def _command(self, known: CurrentSignIn, command_id: str, wish: Wish, observed_at: str) -> Command:
        try:
            return Command(
                id=command_id,
                device_id=derived_id("rest", known.device_id),
                install_epoch=1,
                device_seq=1,
                type=wish.type,
                type_version=self._door.types[wish.type].version,
                target_id=wish.target_id,
                base=wish.base,
                more_targets=tuple(Target(id=one, base=base) for one, base in wish.more_targets),
                payload=dict(wish.payload),
                observed_at=observed_at,
            )
        except ValidationError as failure:
            fields = sorted({str(fault["loc"][0]) for fault in failure.errors()})
            message = text("These can't be used as they are: {names}. Ids are UUIDs.", names=", ".join(fields))
            raise CampusError("invalid", message, {"fields": fields}) from failure

    def _observed_at(self, known: CurrentSignIn, command_id: str) -> str:
        """A repeat must have the content of its first time, so its instant is the first one's."""
        first = self._door.observed_at(known.actor.organisation_id, command_id)
        return first or instant_text(self._clock.now())


def _rest_origin(known: CurrentSignIn) -> Origin:
    """REST commands have no numbers of their own, so they say nothing about the device's."""
    return replace(known.origin, device_id="", install_epoch=1)


def raise_for(outcome: Outcome) -> None:
    """Raise what a person is told of an outcome that isn't what was asked for."""
    if outcome.verdict in (Verdict.APPLIED, Verdict.AGREED):
        return
    details = {**outcome.details, "verdict": str(outcome.verdict), "command_id": outcome.command_id}
    if outcome.verdict is Verdict.REJECTED:
        raise CampusError(outcome.code or "refused", outcome.message or text("This can't be saved."), details)
    details["conflict_id"] = outcome.conflict_id
    if outcome.verdict is Verdict.HELD:
        message = outcome.message or text("This is kept for the office to decide.")
        raise CampusError("held", message, details | {"reason": outcome.code})
    message = outcome.message or text(
        "Someone else changed this meanwhile. Both versions are kept; choose between them under what needs a decision."
    )
    raise CampusError("conflict", message, details | {"reason": outcome.code})
