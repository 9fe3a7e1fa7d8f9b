"""Hands the code that somebody registered with on to whoever keeps the books, once there is a person to hang it on."""

from typing import Any

from server.core.batch import Origin
from server.core.context import Context
from server.core.database import Db
from server.people.entry_people import command_of
from server.people.organisations import system_actor
from shared.people.typed_codes import CodePlace, payload_of, typed_code_id


def hand_on(context: Context, db: Db, organisation_id: str, known: dict[str, Any], person_id: str) -> str:
    """Give a registration's code to a person; returns the sentence where it isn't taken, "" otherwise.

    Whatever comes of the code, the registration goes on.
    """
    if not known["code"]:
        return ""
    payload = payload_of(person_id, known["code"], CodePlace.REGISTRATION, known["id"])
    target = typed_code_id(payload["place"], known["id"], person_id)
    command = command_of(context, organisation_id, known["id"], "TypeCode", target, payload)
    actor = system_actor(organisation_id, command.device_id)
    outcomes = context.door.accept_in(db, actor, Origin(""), [command]).outcomes
    return str(next((one.details.get("sentence") for one in outcomes), None) or "")
