"""Writes to the security log what changes someone's access, and what signed-in callers were denied."""

from collections.abc import Mapping, Sequence
from typing import Any

from server.core.auth import CurrentSignIn
from server.core.batch import Batch, Decision, Item
from server.core.context import Context
from server.core.seldom import Seldom
from server.core.tokens import Claims
from server.people.security_log import SecurityEvent, put_event
from shared.core.ids import derived_id
from shared.core.outcome import Verdict
from shared.people.security import SecurityKind

_KINDS = {"roles": SecurityKind.ROLES_CHANGED, "state": SecurityKind.STATE_CHANGED}
_AGAIN_SECONDS = 60.0


def note_access(
    batch: Batch, items: Sequence[Item], decisions: Sequence[Decision], field: str, before: Mapping[str, Any]
) -> None:
    """Write down each change of `roles` or `state` that was applied, from what the row said `before`, by its id.

    What a device says that it saw is no witness: it may be left out, and it may be untrue.
    """
    for item, decision in zip(items, decisions, strict=True):
        if decision.verdict is Verdict.APPLIED:
            given, was = getattr(item.payload, field), before[item.target.id][field]
            note_access_of(batch, item, field, (_words(was), _words(given)))


def note_access_of(batch: Batch, item: Item, field: str, change: tuple[str, str]) -> None:
    """Write down one change, from what was seen to what it is now."""
    origin = batch.origin
    event = SecurityEvent(
        batch.organisation_id,
        _KINDS[field],
        item.target.id,
        item.author.person_id,
        device_id=origin.device_id or None,
        address=origin.address,
        user_agent=origin.user_agent,
        details={"from": change[0], "to": change[1]},
    )
    put_event(batch.db, derived_id("security", item.command.id, item.target.id, field), batch.now, event)


def _words(value: object) -> str:
    return str(value) if isinstance(value, str) else ", ".join(sorted(str(one) for one in value or ()))  # type: ignore[attr-defined]  # roles are a list of words


def note_export(context: Context, known: CurrentSignIn, what: str, rows: int, person_id: str | None = None) -> None:
    """Write down that somebody took rows out of the system; `what` is a word for the export."""
    actor = known.actor
    event = SecurityEvent(
        actor.organisation_id,
        SecurityKind.EXPORTED,
        person_id or actor.person_id,
        actor.person_id if person_id not in {None, actor.person_id} else None,
        known.sign_in_id,
        known.device_id,
        known.address,
        known.user_agent,
        {"what": what, "rows": rows},
    )
    context.database.write(lambda db: put_event(db, context.new_id(), context.clock.now(), event))


class Denials:
    """Called with each refusal of a signed-in caller; the same one is written down once a minute."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._seldom = Seldom(context.clock.monotonic, _AGAIN_SECONDS)

    def __call__(
        self, claims: Claims, request: tuple[str, str], code: str, where: tuple[str | None, str | None]
    ) -> None:
        """Note a refusal: method and path as they are published, the error's word, address and user agent."""
        if not self._seldom.is_due((claims.sign_in_id, *request)):
            return
        event = SecurityEvent(
            claims.organisation_id,
            SecurityKind.ACCESS_DENIED,
            claims.person_id,
            sign_in_id=claims.sign_in_id,
            device_id=claims.device_id,
            address=where[0],
            user_agent=where[1],
            details={"request": " ".join(request), "code": code},
        )
        now = self._context.clock.now()
        self._context.database.write(lambda db: put_event(db, self._context.new_id(), now, event))
