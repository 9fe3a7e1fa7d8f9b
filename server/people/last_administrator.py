"""Keeps the last person who can set the institute up and give roles from leaving, whoever asks for it."""

from collections.abc import Iterable, Mapping

import orjson

from server.core.batch import Batch, Decision, Item, rejected
from server.core.sql import SetSql
from server.people.role_kind import grants_in
from shared.core.text import text
from shared.people.permissions import Grants
from shared.people.role_rules import RULING
from shared.people.vocabulary import PersonState, Role

# One row that all who might take an administrator away wait for; what they read afterwards is what the others left.
_LOCK = "SELECT t.id FROM role t WHERE t.organisation_id = :o AND t.key = :key FOR NO KEY UPDATE"
_HOLDERS = SetSql(
    "SELECT p.id, pr.role_key FROM {ids} i {by} person_role pr ON pr.role_key = i.id"
    " JOIN person p ON p.organisation_id = pr.organisation_id AND p.id = pr.person_id"
    " WHERE pr.organisation_id = :o AND p.state = :active"
)


def rules(roles: Iterable[str], grants: Grants) -> bool:
    """Tell whether roles together hold everything that keeps an institute going."""
    return frozenset[str]().union(*(grants.get(role, frozenset()) for role in roles)) >= RULING


def may_rule(roles: Iterable[str], grants: Grants) -> bool:
    """Tell whether someone with these roles could be one of those who keep an institute going."""
    return any(grants.get(role, frozenset()) & RULING for role in roles)


class Administrators:
    """The active people who hold `roles.assign` and `organisation.edit`, read under a lock; one per run of commands.

    Ask before writing; what was taken away is remembered for the items after it.
    """

    def __init__(self, batch: Batch, grants: Grants | None = None) -> None:
        if batch.db.dialect == "postgresql":
            batch.db.rows(_LOCK, o=batch.organisation_id, key=str(Role.ADMINISTRATOR))
        self._grants = grants if grants is not None else grants_in(batch.db, batch.organisation_id)
        keys = sorted(key for key, words in self._grants.items() if words & RULING)
        rows = batch.db.rows(
            _HOLDERS, o=batch.organisation_id, ids=orjson.dumps(keys).decode(), active=str(PersonState.ACTIVE)
        )
        self._roles: dict[str, set[str]] = {}
        for person_id, role in rows:
            self._roles.setdefault(person_id, set()).add(role)

    def _ruling(self, grants: Grants | None = None) -> set[str]:
        return {one for one, roles in self._roles.items() if rules(roles, grants or self._grants)}

    def take(self, person_id: str, roles: Iterable[str] = ()) -> bool:
        """Leave a person these roles only (none: he or she goes); False where that would leave nobody."""
        before, kept = self._roles.get(person_id, set()), set(roles)
        ruled = bool(self._ruling())
        self._roles[person_id] = kept
        if ruled and not self._ruling():
            self._roles[person_id] = before
            return False
        return True

    def outlast(self, grants: Grants) -> bool:
        """Tell whether somebody still rules once roles allow what `grants` says."""
        return not self._ruling() or bool(self._ruling(grants))


def kept_from_leaving(batch: Batch, roles_of: Mapping[str, Iterable[str]]) -> set[str]:
    """Return who of these people (id to roles) can't go, because nobody would be left to run the institute.

    For whatever takes people away: suspending, deleting, anonymising, merging. Nothing is read where none of them
    could be an administrator.
    """
    known = grants_in(batch.db, batch.organisation_id) if roles_of else {}
    asked = [one for one, roles in roles_of.items() if may_rule(roles, known)]
    if not asked:
        return set()
    administrators = Administrators(batch)
    return {one for one in asked if not administrators.take(one)}


def leaves_nobody(batch: Batch, kept: Mapping[str, Iterable[str]]) -> bool:
    """Tell whether nobody could run the institute once people (by id) keep these roles; without any, they go.

    Whoever gains stands first: one entry may take over what another lets go of. Ask where one of them may rule.
    """
    administrators = Administrators(batch)
    return not all(administrators.take(one, roles) for one, roles in kept.items())


def last_administrator(item: Item) -> Decision:
    """Return the refusal."""
    message = text(
        "This is the last administrator. Make someone else one first: without one nobody could give roles or change"
        " the institute's settings."
    )
    return rejected(item, "last_administrator", message)
