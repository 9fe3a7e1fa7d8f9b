"""Makes an administrator, or lets one in again who is locked out."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import orjson

from server.core.batch import Origin
from server.core.context import Context
from server.core.database import Db
from server.core.password_policy import check_password
from server.core.passwords import hash_here
from server.people.credentials import set_password, temporary_password
from server.people.organisations import system_actor
from server.people.sign_in_failures import ACCOUNT, Failures
from server.people.sign_in_service import end_sign_ins
from shared.core.clock import instant_text
from shared.core.command import Command
from shared.core.errors import CampusError
from shared.core.outcome import Verdict
from shared.people.commands import TYPE_VERSIONS
from shared.people.vocabulary import Role

_FIND = """
SELECT id, revision, roles, state FROM person WHERE organisation_id = :organisation_id AND username = :username
"""
_INSTITUTE = "SELECT name, slug FROM organisation WHERE id = :organisation_id"


@dataclass(frozen=True)
class Administrator:
    """Who is to be let in; without a password a one-time one is made."""

    username: str
    given_name: str
    family_name: str = ""
    email: str | None = None
    password: str | None = None
    role: Role = Role.ADMINISTRATOR


def make_administrator(context: Context, organisation_id: str, wanted: Administrator) -> dict[str, Any]:
    """Add the administrator, or give the role and a new password to the person of that username.

    Returns id, username and the one-time password (None where one was given). Raises CampusError `password_refused`
    or what the door refuses with.
    """
    settings = context.settings
    with context.database.read() as db:
        institute = db.one(_INSTITUTE, organisation_id=organisation_id)
        known = db.one(_FIND, organisation_id=organisation_id, username=wanted.username)
    if wanted.password is not None:
        names = [wanted.username, wanted.given_name, wanted.family_name, *(institute or ())]
        check_password(wanted.password, names, settings.password_min_length)
    password = wanted.password or temporary_password()
    person_id = known[0] if known else context.new_id()
    for kind, base, payload in _steps(wanted, known):
        _do(context, organisation_id, kind, person_id, base, payload)
    hashed = hash_here(password, context.keys.pepper, settings.password_cost)
    life = None if wanted.password else timedelta(days=settings.temporary_password_days)
    now = context.clock.now()

    def work(db: Db) -> None:
        set_password(db, organisation_id, person_id, hashed, now, life)
        end_sign_ins(db, organisation_id, [person_id], "password_changed", instant_text(now))
        Failures(settings).forget(db, organisation_id, ACCOUNT, person_id)

    context.database.write(work)
    return {"id": person_id, "username": wanted.username, "password": None if wanted.password else password}


def _steps(wanted: Administrator, known: Any) -> list[tuple[str, str | None, dict[str, Any]]]:
    """The commands that make of what is there what is wanted: (type, base, payload)."""
    if known is None:
        payload = {
            "given_name": wanted.given_name,
            "family_name": wanted.family_name,
            "email": wanted.email,
            "username": wanted.username,
            "roles": [wanted.role],
        }
        return [("AddPerson", None, payload)]
    steps: list[tuple[str, str | None, dict[str, Any]]] = []
    roles = orjson.loads(known[2])
    base = known[1]
    if wanted.role not in roles:
        steps.append(("SetPersonRoles", base, {"roles": [*roles, wanted.role], "old_roles": roles}))
    if known[3] != "active":
        steps.append(("SetPersonState", None, {"state": "active"}))
    return steps


def _do(
    context: Context, organisation_id: str, kind: str, person_id: str, base: str | None, payload: dict[str, Any]
) -> None:
    command_id = context.new_id()
    command = Command(
        id=command_id,
        device_id=command_id,
        install_epoch=1,
        device_seq=1,
        type=kind,
        type_version=TYPE_VERSIONS[kind],
        target_id=person_id,
        base=base,
        payload=payload,
        observed_at=instant_text(context.clock.now()),
    )
    actor = system_actor(organisation_id, command_id)
    outcome = context.door.accept(actor, Origin(""), [command], note="command line").outcomes[0]
    if outcome.verdict not in (Verdict.APPLIED, Verdict.AGREED):
        raise CampusError(outcome.code or "conflict", outcome.message or kind, outcome.details)
