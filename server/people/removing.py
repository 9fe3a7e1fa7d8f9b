"""Removes entries that were made by mistake: whoever has marks, attendance, money or work of any kind stays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from pydantic import ConfigDict, Field

from server.core.batch import Batch, CommandType, Decision, Item, applied, rejected
from server.core.database import Db
from server.core.entities import Body, missing
from server.core.personal_data import KeepsPerson, PersonalTable, PersonRows, is_own, rows_of
from server.core.sql import SetSql
from server.core.tables import METADATA
from server.people import role_kind
from server.people.last_administrator import kept_from_leaving, last_administrator
from server.people.person_kind import PERSON_KIND
from shared.core.strict import StrictModel
from shared.core.text import plural, text
from shared.people.permissions import may_change_person
from shared.people.vocabulary import PERSON, Permission

GOES_ALONG = frozenset(
    {
        *("person", "person_role", "person_photo", "profile", "private_profile", "credential", "factor"),
        *("factor_code", "recovery_code", "reset_code", "sign_in", "refresh_token", "sign_in_address"),
        *("sign_in_attempt", "identity_link", "identity_flow", "external_id", "letter_wish", "notice", "delivery"),
        *("delivery_attempt", "invitation", "registration", "data_export", "calendar_link"),
    }
)
"""Tables whose rows go with an entry: what was told of it, its ways to sign in, and what was written to it."""
_UNSAID = frozenset({"feed_row", "command_log", "conflict", "security_event", "import_row"})
"""What was noted about an entry stays, as the audit log does, and keeps nobody from being removed."""
_WORKED = "SELECT count(*) FROM command_log WHERE organisation_id = :o AND actor_id = :p"
_SIGNED = "SELECT count(*) FROM audit_link WHERE organisation_id = :o AND actor_id = :p"
_FEED = SetSql(
    "SELECT f.kind, f.entity_id, f.scope, f.also FROM {ids} i {by} feed_row f ON f.entity_id = i.id"
    " WHERE f.organisation_id = :o AND f.deleted = false AND f.kind <> 'conflict'"
)


class RemovePerson(StrictModel):
    """Remove an entry that was made by mistake (target: the person); only at the server, with a fresh sign-in."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    reason: str = Field(default="", max_length=500)
    name: str = Field(default="", max_length=320)


@dataclass(frozen=True)
class Standing:
    """What stands against removing someone: rows by table, and sentences."""

    rows: Mapping[str, int]
    sentences: tuple[str, ...]

    @property
    def is_free(self) -> bool:
        """Whether nothing does."""
        return not self.rows and not self.sentences


class Removing:
    """The service of `RemovePerson`; `tables` are those of all areas, `keepers` say why someone can't go yet."""

    def __init__(self, tables: Sequence[PersonalTable], keepers: Sequence[KeepsPerson]) -> None:
        self._tables = tuple(tables)
        self._by_name = {table.table: table for table in tables}
        self._keepers = tuple(keepers)

    def command_type(self) -> CommandType:
        """Return the command type for the door."""
        return CommandType("RemovePerson", RemovePerson, self.remove)

    def standing(self, db: Db, organisation_id: str, person_id: str) -> Standing:
        """Return what stands against removing someone."""
        return self._standing(db, organisation_id, person_id, rows_of(db, organisation_id, self._tables, person_id))

    def _standing(self, db: Db, organisation_id: str, person_id: str, found: PersonRows) -> Standing:
        rows = {
            name: len(of_table)
            for name, of_table in found.rows.items()
            if of_table and name not in GOES_ALONG | _UNSAID
        }
        rows.pop("audit_link", None)
        places = {"o": organisation_id, "p": person_id}
        worked = sum(int((db.one(sql, **places) or (0,))[0]) for sql in (_WORKED, _SIGNED))
        sentences = [one for keeps in self._keepers for one in keeps(db, organisation_id, person_id)]
        if worked:
            words = plural("{n} change was made by this person.", "{n} changes were made by this person.", worked)
            sentences.append(words)
        return Standing(rows, tuple(sentences))

    def remove(self, batch: Batch, items: Sequence[Item]) -> list[Decision]:
        """Remove the entries of a run."""
        present = PERSON_KIND.read(batch, (item.target.id for item in items))
        return [self._one(batch, item, present.get(item.target.id)) for item in items]

    def _one(self, batch: Batch, item: Item, body: Body | None) -> Decision:
        allowed = item.author.may(Permission.PEOPLE_BULK) and item.author.person_id != item.target.id
        if not allowed:
            return rejected(item, "not_allowed", text("Your role doesn't remove people, and nobody removes himself."))
        if body is None:
            return missing(batch, item, PERSON)
        if not may_change_person(item.author, frozenset(body["roles"]), role_kind.grants(batch)):
            return rejected(item, "not_allowed", text("This person has rights that you don't have."))
        if batch.origin.device_id:
            message = text("Removing needs the server and a fresh sign-in. Do it in the list of people.")
            return rejected(item, "network_needed", message)
        found = rows_of(batch.db, batch.organisation_id, self._tables, body["id"])
        standing = self._standing(batch.db, batch.organisation_id, body["id"], found)
        if not standing.is_free:
            message = text("Something belongs to this person. Anonymise instead: figures stay, the name goes.")
            return rejected(item, "person_used", message, rows=dict(standing.rows), sentences=list(standing.sentences))
        if kept_from_leaving(batch, {body["id"]: body["roles"]}):
            return last_administrator(item)
        self._carry_out(batch, item, body, found)
        return applied(item.command.id)

    def _carry_out(self, batch: Batch, item: Item, body: Body, found: PersonRows) -> None:
        ids = orjson.dumps(sorted(found.owned_ids)).decode()
        for kind, entity_id, scope, also in batch.db.rows(_FEED, o=batch.organisation_id, ids=ids):
            batch.removed(kind, entity_id, item.command.id, scope, also)
        for name in [str(one.name) for one in reversed(METADATA.sorted_tables)]:
            table = self._by_name.get(name)
            if table is not None and name in GOES_ALONG - {PERSON}:
                for row in found.rows.get(name, ()):
                    if is_own(table, row, body["id"], found):
                        _delete(batch, table, row)
        PERSON_KIND.delete(batch, [body], item.command.id)
        batch.unfollowed |= set(batch.changes)
        batch.access_changed = True


def _delete(batch: Batch, table: PersonalTable, row: Mapping[str, Any]) -> None:
    places = {f"key_{name}": row[name] for name in table.key}
    keyed = "".join(f" AND {name} = :key_{name}" for name in table.key)
    sql = f"DELETE FROM {table.table} WHERE organisation_id = :o{keyed}"  # noqa: S608 - our own names
    batch.db.run(sql, o=batch.organisation_id, **places)
