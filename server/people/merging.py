"""Merges two entries of one person: everything of the one that goes follows the one that stays, and can go back."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from server.core.batch import Batch, CommandType, Decision, Item, applied, rejected
from server.core.database import Db
from server.core.entities import Body, missing
from server.core.person_moves import Merge, PersonMove
from server.core.sql import SetSql
from server.people import merge_record, role_kind
from server.people.last_administrator import last_administrator, leaves_nobody, may_rule
from server.people.merge_feed import follow, follow_back
from server.people.merge_record import MergeRecord
from server.people.merged_people import hold_the_feed
from server.people.person_kind import PERSON_KIND, derived
from server.people.sign_in_ends import Ending, end_of_people
from shared.core.errors import CampusError
from shared.core.text import text
from shared.people.commands import EDITABLE
from shared.people.merge_commands import MERGED_PERSON, PAYLOADS
from shared.people.merge_rules import full_name, left_body, may_merge, merge_refusal, merged_body, name_of
from shared.people.photos import photo_id
from shared.people.profile_fields import row_id
from shared.people.vocabulary import PERSON, PRIVATE_PROFILE, PROFILE, PersonState

_ROLES_GONE = "DELETE FROM person_role WHERE organisation_id = :o AND person_id IN (:one, :other)"
_ROLE_PUT = "INSERT INTO person_role (organisation_id, person_id, role_key) VALUES (:o, :p, :role)"
_OPEN = SetSql(
    "SELECT count(*) FROM {ids} i {by} conflict c ON c.entity_id = i.id"
    " WHERE c.organisation_id = :o AND c.state = 'open'"
)
_ERASED = "SELECT 1 FROM erasure WHERE organisation_id = :o AND person_id IN (:one, :other)"
_UNIQUE = {"number": "number_folded", "email": "email_folded", "username": "username"}
_NOBODY = {"number": None, "email": None, "username": None}


class Merging:
    """The service of `MergePeople` and `UndoMerge`. `moves` are those of all areas, lowest first."""

    def __init__(self, moves: Sequence[PersonMove]) -> None:
        self.moves = tuple(moves)
        self._by_name = {one.name: one for one in self.moves}

    def command_types(self) -> tuple[CommandType, ...]:
        """Return the command types for the door."""
        return (
            CommandType(
                "MergePeople", PAYLOADS["MergePeople"], lambda batch, items: [self._merge(batch, one) for one in items]
            ),
            CommandType(
                "UndoMerge", PAYLOADS["UndoMerge"], lambda batch, items: [self._undo(batch, one) for one in items]
            ),
        )

    # ---------------------------------------------------------------------------------------------- what is asked first

    def counts(self, db: Db, organisation_id: str, person_id: str) -> dict[str, int]:
        """Return how many rows of each table would follow someone."""
        return {table: n for one in self.moves for table, n in one.counts(db, organisation_id, person_id).items() if n}

    def obstacles(self, db: Db, organisation_id: str, from_id: str, to_id: str) -> list[str]:
        """Return the sentences for why two entries can't be merged now."""
        found = []
        if db.one(_ERASED, o=organisation_id, one=from_id, other=to_id):
            found.append(text("One of these was anonymised. Nobody knows any more who it was."))
        own = [from_id, photo_id(from_id), *(row_id(row, from_id) for row in (PROFILE, PRIVATE_PROFILE))]
        row = db.one(_OPEN, o=organisation_id, ids=orjson.dumps(own).decode())
        if row and row[0]:
            found.append(text("Something about the entry that goes needs a decision first. Settle it, then merge."))
        return found + [one for move in self.moves for one in move.hinders(db, organisation_id, from_id, to_id)]

    def undo_obstacles(self, db: Db, organisation_id: str, record: MergeRecord) -> list[str]:
        """Return the sentences for why a merge can't be taken apart any more."""
        if record.state != merge_record.MERGED:
            return [text("This was taken apart already.")]
        to_id, from_id = record.to_id, record.from_id
        stays, goes = (_read(db, organisation_id, one) for one in (to_id, from_id))
        if stays is None or goes is None or goes["merged_into"] != to_id:
            return [text("One of the two entries isn't there any more.")]
        if stays["merged_into"]:
            return [text("{name} was merged further since. Undo that first.", name=name_of(stays))]
        found = _taken(db, organisation_id, record, stays)
        for name, kept in record.kept.get("moves", {}).items():
            if name in self._by_name:
                found += self._by_name[name].hinders_undo(db, organisation_id, from_id, to_id, kept)
        return found

    # --------------------------------------------------------------------------------------------------------- merging

    def _merge(self, batch: Batch, item: Item) -> Decision:
        to_id, from_id = item.target.id, item.payload.from_id
        hold_the_feed(batch)
        bodies = PERSON_KIND.read(batch, {to_id, from_id})
        stays, goes = bodies.get(to_id), bodies.get(from_id)
        if stays is None or goes is None:
            return missing(batch, item, PERSON)
        refusal = self._refusal(batch, item, stays, goes)
        if refusal is not None:
            return refusal
        merged = merged_body(stays, goes, item.payload.choices)
        if _nobody_rules(batch, merged["roles"], merged, {**goes, "roles": []}):
            return last_administrator(item)
        known = set(batch.changes)
        work = Merge(batch, item, from_id, to_id, full_name(goes), full_name(merged))
        kept = self._carry_out(work, stays, goes, merged)
        merge_record.put(work, kept)
        batch.unfollowed |= set(batch.changes) - known
        batch.access_changed = True
        return applied(item.command.id, merge_id=item.command.id, reviews=work.reviews)

    def _refusal(self, batch: Batch, item: Item, stays: Body, goes: Body) -> Decision | None:
        found = merge_refusal(item.author, stays, goes, role_kind.grants(batch)) or _at_the_server(batch)
        if found is not None:
            return rejected(item, found.code, found.message)
        seen = (item.target.base, item.payload.from_revision)
        if any(one and one != body["revision"] for one, body in zip(seen, (stays, goes), strict=True)):
            message = text("Someone changed one of the entries meanwhile. Look at both again, then merge.")
            return rejected(item, "changed_since", message)
        obstacles = self.obstacles(batch.db, batch.organisation_id, goes["id"], stays["id"])
        return rejected(item, "merge_kept", obstacles[0], obstacles=obstacles) if obstacles else None

    def _carry_out(self, work: Merge, stays: Body, goes: Body, merged: Body) -> dict[str, Any]:
        batch, revision = work.batch, work.revision
        left = {**left_body(stays, goes, merged), "revision": revision}
        # The entry that goes first lets go of what nobody else may have, then takes what the other leaves.
        PERSON_KIND.update(batch, [{**left, **_NOBODY}])
        PERSON_KIND.update(batch, [{**merged, "revision": revision}])
        PERSON_KIND.update(batch, [left])
        _put_roles(batch, {stays["id"]: merged["roles"], goes["id"]: []})
        batch.removed(PERSON, goes["id"], revision, *PERSON_KIND.scopes(goes))
        end_of_people(batch.db, batch.organisation_id, [goes["id"]], Ending("merged", batch.now, batch.actor.person_id))
        moves = {one.name: kept for one in self.moves if (kept := one.move(work))}
        feed = follow(work)
        told = {name: left.get(name) for name in ("id", "revision", "number", "merged_into")}
        told |= {"name": name_of(goes), "at": batch.now}
        batch.changed(MERGED_PERSON, told, f"profile:{stays['id']}", f"person:{stays['id']}")
        return {"stays": stays, "goes": goes, "merged": merged, "moves": moves, "feed": feed}

    # ---------------------------------------------------------------------------------------------------- taking apart

    def _undo(self, batch: Batch, item: Item) -> Decision:
        if not may_merge(item.author):
            return rejected(item, "not_allowed", text("Your role doesn't merge people. Ask the office."))
        record = merge_record.read(batch.db, batch.organisation_id, item.payload.merge_id)
        if record is None or record.to_id != item.target.id:
            message = text("The record of this merge isn't kept any more, so it can't be undone.")
            return rejected(item, "merge_unknown", message)
        bodies = PERSON_KIND.read(batch, {record.to_id, record.from_id})
        obstacles = self.undo_obstacles(batch.db, batch.organisation_id, record)
        if obstacles:
            return rejected(item, "undo_kept", obstacles[0], obstacles=obstacles)
        stays, goes = bodies[record.to_id], bodies[record.from_id]
        before = {**record.kept["goes"], "merged_into": None}
        refusal = merge_refusal(item.author, stays, before, role_kind.grants(batch)) or _at_the_server(batch)
        if refusal is not None:
            return rejected(item, refusal.code, refusal.message)
        if _nobody_rules(batch, stays["roles"], {**goes, **before}, _as_before(stays, record.kept)):
            return last_administrator(item)
        known = set(batch.changes)
        self._take_apart(batch, item, record, stays, {**goes, **before})
        batch.unfollowed |= set(batch.changes) - known
        batch.access_changed = True
        return applied(item.command.id)

    def _take_apart(self, batch: Batch, item: Item, record: MergeRecord, stays: Body, goes: Body) -> None:
        kept, revision = record.kept, item.command.id
        work = Merge(batch, item, record.from_id, record.to_id, full_name(goes), full_name(kept["stays"]))
        again = {**_as_before(stays, kept), "revision": revision}
        goes = {**goes, "revision": revision}
        known = role_kind.grants(batch)
        goes["roles"] = [role for role in goes["roles"] if role in known]
        PERSON_KIND.update(batch, [{**goes, **_NOBODY}])
        PERSON_KIND.update(batch, [again])
        PERSON_KIND.update(batch, [goes])
        _put_roles(batch, {again["id"]: again["roles"], goes["id"]: goes["roles"]})
        for one in reversed(self.moves):
            if one.name in kept["moves"]:
                one.put_back(work, kept["moves"][one.name])
        follow_back(work, kept["feed"])
        batch.removed(MERGED_PERSON, goes["id"], revision, f"profile:{again['id']}", f"person:{again['id']}")
        merge_record.undone(batch, record.id)


def _at_the_server(batch: Batch) -> CampusError | None:
    """Return the refusal of what a device made by itself: only the server knows all that two entries have."""
    if not batch.origin.device_id:
        return None
    return CampusError("network_needed", text("Merging needs the server. Do it on the page of the person."))


def _nobody_rules(batch: Batch, roles: Sequence[str], *after: Body) -> bool:
    """Tell whether an institute would be left without an administrator; `roles` are all that both entries have.

    `after` is what becomes of them, the one that gains first. Someone who isn't active runs nothing.
    """
    if not may_rule(roles, role_kind.grants(batch)):
        return False
    kept = {one["id"]: one["roles"] if one["state"] == PersonState.ACTIVE else () for one in after}
    return leaves_nobody(batch, kept)


def _as_before(stays: Body, kept: Mapping[str, Any]) -> Body:
    """Return the entry that stayed without what the merge gave it; what was changed since stays changed."""
    before, merged = kept["stays"], kept["merged"]
    names = (*EDITABLE, "state", "provisional")
    values = {name: before[name] for name in names if stays[name] == merged[name]}
    added = set(merged["roles"]) - set(before["roles"])
    return {**stays, **values, "roles": [role for role in stays["roles"] if role not in added] or before["roles"]}


def _taken(db: Db, organisation_id: str, record: MergeRecord, stays: Body) -> list[str]:
    """Return sentences for unique values of either entry that somebody else has by now."""
    ours = {record.to_id, record.from_id}
    again = _as_before(stays, record.kept)
    found = []
    for name, column in _UNIQUE.items():
        back = [derived_value(body, name) for body in (again, record.kept["goes"])]
        if back[0] and back[0] == back[1]:
            found.append(text("Both entries would have the {name} {value}. Change it first.", name=name, value=back[0]))
        for value in filter(None, back):
            row = db.one(
                f"SELECT id FROM person WHERE organisation_id = :o AND {column} = :value",  # noqa: S608 - our own names
                o=organisation_id,
                value=value,
            )
            if row is not None and row[0] not in ours:
                found.append(text("Somebody else has the {name} {value} by now.", name=name, value=value))
    return found


def derived_value(body: Mapping[str, Any], name: str) -> str | None:
    """Return a value that nobody shares as it is compared."""
    value = body.get("username") if name == "username" else derived(dict(body))[_UNIQUE[name]]
    return str(value) if value else None


def _read(db: Db, organisation_id: str, person_id: str) -> Body | None:
    sql = f"SELECT {PERSON_KIND.selected()} FROM person t WHERE t.organisation_id = :o AND t.id = :id"  # noqa: S608 - our own names
    row = db.one(sql, o=organisation_id, id=person_id)
    return PERSON_KIND.body_of(row) if row else None


def _put_roles(batch: Batch, roles_of: Mapping[str, Sequence[str]]) -> None:
    one, other = roles_of
    batch.db.run(_ROLES_GONE, o=batch.organisation_id, one=one, other=other)
    for person_id, roles in roles_of.items():
        for role in roles:
            batch.db.run(_ROLE_PUT, o=batch.organisation_id, p=person_id, role=role)
