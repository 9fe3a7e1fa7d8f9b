"""What is done to many people at once; whatever asks the server blocks: use a worker."""

from collections.abc import Mapping, Sequence
from typing import Any

from desktop.core.api_client import ApiClient
from desktop.core.desk import Desk
from desktop.core.outbox import Ask
from desktop.core.server_asking import client_of
from desktop.people.actions import Done, may_set_roles
from shared.core.errors import CampusError
from shared.core.text import plural, text
from shared.people.commands import EDITABLE
from shared.people.profile_rules import GUARDIAN_PARTS
from shared.people.vocabulary import PERSON

COLUMNS = (*EDITABLE, "state", "roles", "branch")
"""What a list may hold, in the order of its columns."""
PRIVATE_COLUMNS = ("address", *(f"{who}_{part}" for who in ("guardian", "sponsor") for part in GUARDIAN_PARTS))
"""Addresses and contacts, for those who read them."""
MOST_AT_ONCE = 500
"""As many as the server takes in one request."""
_USERS = "/api/v1/users"
Body = Mapping[str, Any]


def give_role(desk: Desk, person_ids: Sequence[str], role: str) -> Done | None:
    """Give people a role beside those they have; offline, too. None where all have it.

    Raises CampusError `not_allowed`, `too_many`.
    """
    _check_number(person_ids)
    people = desk.store.many(PERSON, list(person_ids)).values()
    wanted = [one for one in people if role not in (one.get("roles") or ())]
    touched = [one for one in wanted if may_set_roles(desk, one, (*(one.get("roles") or ()), role))]
    if not touched:
        if wanted:
            raise CampusError("not_allowed", text("Your role doesn't give this role. Ask an administrator."))
        return None
    asks = []
    for one in touched:
        old = list(one.get("roles") or ())
        asks.append(Ask("SetPersonRoles", one["id"], {"roles": [*old, role], "old_roles": old}, base=one["revision"]))
    commands = desk.commit(asks)
    undo = tuple(
        Ask(
            "SetPersonRoles",
            command.target_id,
            {"roles": command.payload["old_roles"], "old_roles": command.payload["roles"]},
            base=command.id,
        )
        for command in commands
    )
    words = plural("{n} person has the role now", "{n} people have the role now", len(touched))
    return Done(words, undo, touched[0]["id"], len(wanted) - len(touched))


def _check_number(person_ids: Sequence[str]) -> None:
    if len(person_ids) > MOST_AT_ONCE:
        n = len(person_ids)
        words = text("{n} people are too many at once. Select {most} at most.", n=n, most=MOST_AT_ONCE)
        raise CampusError("too_many", words)


def _client(desk: Desk) -> ApiClient:
    return client_of(desk, text("This needs the server. Connect first."))


def end_sign_ins(desk: Desk, person_ids: Sequence[str]) -> int:
    """End the sign-ins of people; returns how many were open. Raises CampusError `not_allowed`, `too_many`."""
    _check_number(person_ids)
    answer = _client(desk).write("POST", f"{_USERS}/sign-ins/end", {"ids": list(person_ids)}, desk.ids())
    return int(answer["data"]["ended"])


def removal_outlook(desk: Desk, person_ids: Sequence[str]) -> list[dict[str, Any]]:
    """Return who could be removed, and what stands against it for the others."""
    _check_number(person_ids)
    answer = _client(desk).write("POST", f"{_USERS}/removal/preview", {"ids": list(person_ids)}, desk.ids())
    return list(answer["data"])


def remove(desk: Desk, person_ids: Sequence[str], reason: str) -> dict[str, Any]:
    """Remove entries made by mistake; returns `removed` ids and those `kept`. Raises `fresh_sign_in_needed`."""
    wanted = {"ids": list(person_ids), "reason": reason}
    return dict(_client(desk).write("POST", f"{_USERS}/removal", wanted, desk.ids())["data"])


def export_list(desk: Desk, person_ids: Sequence[str], columns: Sequence[str], kind: str) -> bytes:
    """Return a list of people (no ids: everyone) as `csv` or `xlsx`. Raises CampusError `not_allowed`."""
    wanted = {"ids": list(person_ids), "columns": list(columns), "format": kind}
    return _client(desk).download_asked(f"{_USERS}/export", wanted)
