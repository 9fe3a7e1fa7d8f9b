"""Anonymises a person for good: the name and all words go, marks, attendance and money stay; the audit chain holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from server.core.batch import Batch, CommandType, Decision, Item, agreed, applied, rejected
from server.core.database import Db
from server.core.entities import Body, missing
from server.core.personal_data import KeepsPerson, PersonalTable, PersonRows, Row, rows_of
from server.people.erasing_files import files_named
from server.people.erasing_rows import SPECIAL, Emptying
from server.people.erasing_scan import rows_with
from server.people.erasing_words import identity_of
from server.people.last_administrator import Administrators
from server.people.merged_people import went_to
from server.people.person_kind import PERSON_KIND
from server.people.role_kind import grants
from shared.core.erasure import KIND as ERASURE
from shared.core.ids import derived_id
from shared.core.text import text
from shared.people.permissions import may_change_person
from shared.people.rights_commands import ErasePerson, label_of
from shared.people.vocabulary import ORGANISATION, PERSON, Permission, PersonState, Role

_KNOWN = "SELECT label, counts FROM erasure WHERE organisation_id = :o AND person_id = :person_id"
_COUNTED = "SELECT count(*) FROM erasure WHERE organisation_id = :o"
_HOLD = "SELECT reason FROM legal_hold WHERE organisation_id = :o AND person_id = :person_id"
_PUT = """
INSERT INTO erasure (organisation_id, id, person_id, asked_by, reason, label, done_at, counts)
VALUES (:o, :id, :person_id, :asked_by, :reason, :label, :done_at, :counts)
ON CONFLICT (organisation_id, id) DO UPDATE SET counts = excluded.counts
"""
_NO_ROLES = "DELETE FROM person_role WHERE organisation_id = :o AND person_id = :person_id"
_UNSAID = frozenset({"observation", "feed_row", "command_log", "audit_link", "conflict", "security_event"})
"""Tables whose ids devices needn't be told: their rows follow, or no command of a device names them."""


@dataclass(frozen=True)
class Outlook:
    """What an erasure would do: rows by table that go, that lose their words, that stay; and what stands against it."""

    goes: Mapping[str, int]
    emptied: Mapping[str, int]
    stays: Mapping[str, int]
    obstacles: tuple[str, ...]


class Erasing:
    """The service of `ErasePerson`. `tables` are those of all areas; `keepers` say why someone can't go yet."""

    def __init__(self, tables: Sequence[PersonalTable], keepers: Sequence[KeepsPerson]) -> None:
        self.tables = tuple(tables)
        self._by_name = {table.table: table for table in tables}
        self._keepers = tuple(keepers)

    def command_type(self) -> CommandType:
        """Return the command type for the door."""
        return CommandType("ErasePerson", ErasePerson, self.erase)

    def obstacles(self, db: Db, organisation_id: str, person_id: str) -> list[str]:
        """Return the sentences for what stands against an erasure."""
        hold = db.one(_HOLD, o=organisation_id, person_id=person_id)
        found = [text("There is a legal hold: {reason}", reason=hold[0])] if hold else []
        return found + [one for keeps in self._keepers for one in keeps(db, organisation_id, person_id)]

    def outlook(self, db: Db, organisation_id: str, person_id: str) -> Outlook:
        """Return what an erasure would do, without doing it."""
        found = rows_of(db, organisation_id, self.tables, person_id)
        goes: dict[str, int] = {}
        emptied: dict[str, int] = {}
        stays: dict[str, int] = {}
        for name, rows in found.rows.items():
            table = self._by_name[name]
            if name in ("feed_row", "erasure"):
                continue
            own = name in SPECIAL or table.gone
            place = goes if table.gone else emptied if table.blank or (own and name != "person_role") else stays
            place[name] = len(rows)
        return Outlook(goes, emptied, stays, tuple(self.obstacles(db, organisation_id, person_id)))

    def erase(self, batch: Batch, items: Sequence[Item]) -> list[Decision]:
        """Anonymise the people of a run."""
        present = PERSON_KIND.read(batch, (item.target.id for item in items))
        return [self._one(batch, item, present.get(item.target.id)) for item in items]

    def _one(self, batch: Batch, item: Item, body: Body | None) -> Decision:
        if body is None:
            return missing(batch, item, PERSON)
        refusal = self._refusal(batch, item, body)
        if refusal is not None:
            return refusal
        known = batch.db.one(_KNOWN, o=batch.organisation_id, person_id=body["id"])
        label = str(known[0]) if known else self._label(batch, body)
        counts, files = self._carry_out(batch, item, body, label)
        for entry in PERSON_KIND.read(batch, self._merged(batch, body["id"])).values():
            self._remember(
                batch,
                item,
                entry,
                label,
                dict(zip(("rows", "files"), self._carry_out(batch, item, entry, label), strict=True)),
            )
        if known and not counts:
            return agreed(body["revision"], label=label)
        self._remember(batch, item, body, label, {"rows": counts, "files": files})
        batch.access_changed = True
        return applied(item.command.id, label=label)

    @staticmethod
    def _merged(batch: Batch, person_id: str) -> list[str]:
        """Return the entries that were merged into a person: whoever goes, goes with all of them."""
        merged = went_to(batch.db, batch.organisation_id)
        return [one for one, other in merged.items() if other == person_id]

    def _refusal(self, batch: Batch, item: Item, body: Body) -> Decision | None:
        author, own_work = item.author, item.author.person_id == item.target.id
        may_change = may_change_person(author, frozenset(body["roles"]), grants(batch))
        allowed = author.may(Permission.PEOPLE_ERASE) and may_change
        if not allowed or own_work:
            message = text("Only a data officer anonymises people, and nobody himself or herself.")
            return rejected(item, "not_allowed", message)
        if batch.origin.device_id:
            message = text("Anonymising needs the server and a fresh sign-in. Do it on the page of the person.")
            return rejected(item, "network_needed", message)
        obstacles = self.obstacles(batch.db, batch.organisation_id, body["id"])
        if obstacles:
            return rejected(item, "erasure_kept", obstacles[0], obstacles=obstacles)
        if not Administrators(batch).take(body["id"]):
            message = text("This is the last administrator. Make another one first.")
            return rejected(item, "last_administrator", message)
        return None

    @staticmethod
    def _label(batch: Batch, body: Body) -> str:
        row = batch.db.one(_COUNTED, o=batch.organisation_id)
        return label_of(int(row[0]) + 1 if row else 1, student=set(body["roles"]) <= {str(Role.STUDENT)})

    def _carry_out(self, batch: Batch, item: Item, body: Body, label: str) -> tuple[dict[str, int], list[str]]:
        db, organisation_id = batch.db, batch.organisation_id
        identity = identity_of(db, organisation_id, body, label)
        found = rows_of(db, organisation_id, self.tables, body["id"])
        rows = _joined(self._by_name, found, rows_with(db, organisation_id, self.tables, identity.needles))
        work = Emptying(batch, item.command.id, identity, found, self._by_name)
        files = files_named(db, organisation_id, rows, found, work)
        work.run(rows)
        work.commands(rows.get("command_log", ()))
        work.conflicts(rows.get("conflict", ()))
        self._rename(batch, item, body, label, work)
        work.feed(rows.get("feed_row", ()))
        self._tell(batch, item, body, found, {"label": label, "files": files})
        batch.unfollowed |= set(batch.changes)
        return work.counts, files

    @staticmethod
    def _rename(batch: Batch, item: Item, body: Body, label: str, work: Emptying) -> None:
        empty = dict.fromkeys(("number", "family_name", "other_names", "email", "phone", "date_of_birth", "username"))
        left = {**body, **empty, "family_name": "", "other_names": "", "given_name": label}
        left["state"] = str(PersonState.INACTIVE)
        if left != body:
            PERSON_KIND.update(batch, [{**left, "revision": item.command.id}])
            work.counts[PERSON] = 1
        if batch.db.run(_NO_ROLES, o=batch.organisation_id, person_id=body["id"]):
            work.counts["person_role"] = 1

    @staticmethod
    def _tell(batch: Batch, item: Item, body: Body, found: PersonRows, more: Mapping[str, Any]) -> None:
        """Let every device drop what it keeps of the person, such as commands that were answered."""
        ids = sorted(key for name, keys in found.owned.items() if name not in _UNSAID for key in keys)
        row = {"id": derived_id(ERASURE, body["id"]), "revision": item.command.id, "person_id": body["id"]}
        told = {**row, **more, "at": batch.now, "ids": ids}
        batch.changed(ERASURE, told, f"{ORGANISATION}:{batch.organisation_id}")

    @staticmethod
    def _remember(batch: Batch, item: Item, body: Body, label: str, counts: Mapping[str, Any]) -> None:
        batch.db.run(
            _PUT,
            o=batch.organisation_id,
            id=derived_id(ERASURE, body["id"]),
            person_id=body["id"],
            asked_by=item.author.person_id,
            reason=item.payload.reason,
            label=label,
            done_at=batch.now,
            counts=orjson.dumps(counts).decode(),
        )


def _joined(
    tables: Mapping[str, PersonalTable], found: PersonRows, scanned: Mapping[str, Sequence[Row]]
) -> dict[str, list[Row]]:
    """Return the rows of both by table, each once."""
    joined: dict[str, list[Row]] = {}
    for rows_by_table in (found.rows, scanned):
        for name, rows in rows_by_table.items():
            known = joined.setdefault(name, [])
            keys = {tuple(row[part] for part in tables[name].key) for row in known}
            known += [row for row in rows if tuple(row[part] for part in tables[name].key) not in keys]
    return joined
