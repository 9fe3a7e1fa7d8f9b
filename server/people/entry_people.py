"""Making somebody who comes in a person of the institute, in the transaction in which that is decided."""

from collections.abc import Mapping, Sequence
from typing import Any

from server.core.batch import Origin
from server.core.context import Context
from server.core.database import Db
from server.core.submission import raise_for
from server.people.organisations import system_actor
from server.people.own_work import server_actor, server_id
from shared.core.actor import Actor
from shared.core.clock import instant_text
from shared.core.command import Command
from shared.core.errors import CampusError
from shared.core.ids import derived_id
from shared.core.text import text
from shared.people.profile_fields import row_id
from shared.people.rules import fold
from shared.people.vocabulary import PROFILE

_TAKEN = {
    "email": "SELECT id FROM person WHERE organisation_id = :o AND email_folded = :value",
    "username": "SELECT id FROM person WHERE organisation_id = :o AND username = :value",
}
_USERNAME_HELD = """
SELECT id FROM registration WHERE organisation_id = :o AND username = :value AND state IN ('unverified', 'waiting')
AND NOT (state = 'unverified' AND expires_at < :now)
"""
_ROLE_NAMES = 'SELECT "key", name FROM role WHERE organisation_id = :o'


def holder_of(db: Db, organisation_id: str, field: str, value: str) -> str | None:
    """Return who has this mail address or username."""
    row = db.one(_TAKEN[field], o=organisation_id, value=fold(value) if field == "email" else value.strip().lower())
    return str(row[0]) if row is not None else None


def username_free(db: Db, organisation_id: str, username: str, now: str) -> bool:
    """Tell whether nobody has a username, and nobody who registered waits with it."""
    folded = username.strip().lower()
    if holder_of(db, organisation_id, "username", folded) is not None:
        return False
    return db.one(_USERNAME_HELD, o=organisation_id, value=folded, now=now) is None


def taken(field: str, **details: Any) -> CampusError:
    """Return the error for a mail address or username that somebody else has."""
    if field == "username":
        message = text("This username is taken. Choose another.")
    else:
        message = text("Somebody here has this mail address. Sign in with it, or ask for a new password.")
    return CampusError("value_taken", message, {"field": field, **details})


def add_person(
    context: Context,
    db: Db,
    organisation_id: str,
    key: str,
    fields: Mapping[str, Any],
    roles: Sequence[str],
    profile: Mapping[str, Any] | None = None,
) -> str:
    """Add a person through the door and return the id, which follows from `key`.

    Raises CampusError `value_taken` where number, mail address or username are somebody else's, or what the door says.
    """
    person_id = derived_id("person", key)
    added = command_of(context, organisation_id, key, "AddPerson", person_id, {**fields, "roles": list(roles)})
    _do(context, db, server_actor(organisation_id), added)
    filled = {name: value for name, value in (profile or {}).items() if value}
    if filled:
        changes = {name: {"old": None, "new": value} for name, value in filled.items()}
        payload = {"person_id": person_id, "changes": changes}
        edited = command_of(context, organisation_id, key, "EditProfile", row_id(PROFILE, person_id), payload)
        # What somebody said of himself or herself, nobody else may write.
        _do(context, db, system_actor(organisation_id, person_id), edited)
    return person_id


def _do(context: Context, db: Db, actor: Actor, command: Command) -> None:
    for outcome in context.door.accept_in(db, actor, Origin(""), [command]).outcomes:
        if outcome.code == "value_taken":
            raise taken(str(outcome.details.get("field") or "email"))
        raise_for(outcome)


def command_of(
    context: Context, organisation_id: str, key: str, kind: str, target: str, payload: Mapping[str, Any], base: str = ""
) -> Command:
    """Return a command of the server's own; its id follows from `key` and kind."""
    return Command(
        id=derived_id("coming in", key, kind),
        device_id=server_id(organisation_id),
        install_epoch=1,
        device_seq=1,
        type=kind,
        type_version=context.door.types[kind].version,
        target_id=target,
        base=base or None,
        payload=dict(payload),
        observed_at=instant_text(context.clock.now()),
    )


def role_words(db: Db, organisation_id: str, roles: Sequence[str]) -> str:
    """Return what an institute calls these roles."""
    names = {str(row[0]): str(row[1]) for row in db.rows(_ROLE_NAMES, o=organisation_id)}
    return ", ".join(names.get(role, role) for role in roles)
