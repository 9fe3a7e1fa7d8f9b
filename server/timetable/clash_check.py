"""What stands in a class session's way: other sessions at its time, by the shared rule, and removed rooms."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson

from server.core.batch import Batch, Decision, Item, held, rejected
from server.core.database import Db
from server.core.sql import SetSql
from server.people.institute_day import zone_of
from shared.core.clock import instant_text, parse_instant
from shared.core.text import plural, text
from shared.timetable.clashes import LONGEST, Clash, Slot, Timetable, clash_sentence, is_booking, room_key
from shared.timetable.vocabulary import CLASS_SESSION

MOST_NAMED = 50
"""How many clashes an answer lists; the sentence tells of the first."""
_MET_BY = """
SELECT s.id, s.cohort_id, s.starts_at, s.ends_at, s.room, s.taught_by FROM {{rows}} r {{by}} class_session s
ON s.organisation_id = :organisation_id AND s.{column} = r.{column} AND s.starts_at < r.ends_at
AND s.starts_at > r.earliest AND s.ends_at > r.starts_at WHERE s.state <> 'cancelled' AND r.{column} <> ''
"""
_BOOKED = """
SELECT b.id, '', b.starts_at, b.ends_at, i.room, NULL FROM kit_item i JOIN kit_booking b
ON b.organisation_id = i.organisation_id AND b.item_id = i.id AND b.ends_at > :since AND b.starts_at < :until
WHERE i.organisation_id = :organisation_id AND i.kit_kind = 'studio' AND b.state = 'booked'
"""
_MET = SetSql(
    # One look-up by an index for each thing that can't be shared; an OR would read every session of the day.
    " UNION ".join([*(_MET_BY.format(column=column) for column in ("room_key", "taught_by", "cohort_id")), _BOOKED]),
    starts_at="text",
    ends_at="text",
    earliest="text",
    room_key="text",
    taught_by="text",
    cohort_id="text",
)
_COHORT_NAMES = SetSql(
    "SELECT c.id, c.name FROM {ids} i {by} cohort c ON c.id = i.id WHERE c.organisation_id = :organisation_id"
)
_PEOPLE_NAMES = SetSql(
    "SELECT p.id, p.given_name, p.family_name FROM {ids} i {by} person p ON p.id = i.id"
    " WHERE p.organisation_id = :organisation_id"
)
_BOOKERS = SetSql(
    "SELECT b.id, b.person_name FROM {ids} i {by} kit_booking b ON b.id = i.id"
    " WHERE b.organisation_id = :organisation_id"
)
_REMOVED = SetSql(
    "SELECT r.room_key FROM {ids} i {by} room r ON r.room_key = i.id"
    " WHERE r.organisation_id = :organisation_id AND r.state = 'removed'"
)


def met_by(db: Db, organisation_id: str, wanted: Sequence[Slot]) -> list[Slot]:
    """Return the sessions at the time of the wanted ones that share a room, a teacher or a cohort with one.

    The bookings of studios in these days are among them.
    """
    rows = [
        {
            "starts_at": one.starts_at,
            "ends_at": one.ends_at,
            "earliest": instant_text(parse_instant(one.starts_at) - LONGEST),
            "room_key": room_key(one.room),
            "taught_by": one.taught_by or "",
            "cohort_id": one.cohort_id,
        }
        for one in wanted
    ]
    if not rows:
        return []
    span = {"since": min(one.starts_at for one in wanted), "until": max(one.ends_at for one in wanted)}
    found = db.rows(_MET, organisation_id=organisation_id, rows=orjson.dumps(rows).decode(), **span)
    return [Slot._make(row) for row in found]


def removed_rooms(db: Db, organisation_id: str, names: Iterable[str]) -> set[str]:
    """Return which of the rooms (as `room_key` has them) were removed."""
    keys = sorted({room_key(name) for name in names} - {""})
    if not keys:
        return set()
    return {row[0] for row in db.rows(_REMOVED, organisation_id=organisation_id, ids=orjson.dumps(keys).decode())}


@dataclass
class Described:
    """Clashes as people and programs are told of them."""

    sentence: str
    entries: list[dict[str, Any]] = field(default_factory=list)


def describe(db: Db, organisation_id: str, clashes: Sequence[Clash]) -> Described:
    """Name what clashes: the session that is there, its cohort, who teaches it, and when."""
    named = clashes[:MOST_NAMED]
    cohorts = _names(db, organisation_id, _COHORT_NAMES, {one.taken.cohort_id for one in named})
    booked = {one.taken.id for one in named if is_booking(one.taken)}
    bookers = _names(db, organisation_id, _BOOKERS, booked) if booked else {}
    people = _names(db, organisation_id, _PEOPLE_NAMES, {one.taken.taught_by or "" for one in named})
    zone = zone_of(db, organisation_id)
    entries = []
    for clash in named:
        cohort, teacher = cohorts.get(clash.taken.cohort_id, ""), people.get(clash.taken.taught_by or "", "")
        entries.append(
            {
                "reason": str(clash.reason),
                "sentence": clash_sentence(clash, zone, bookers.get(clash.taken.id, cohort), teacher),
                "session_id": "" if clash.taken.id in booked else clash.taken.id,
                "booking_id": clash.taken.id if clash.taken.id in booked else "",
                "cohort_id": clash.taken.cohort_id,
                "cohort": cohort,
                "room": clash.taken.room,
                "instructor_id": clash.taken.taught_by,
                "instructor": teacher,
                "starts_at": clash.taken.starts_at,
                "ends_at": clash.taken.ends_at,
                "wanted": {"id": clash.wanted.id, "starts_at": clash.wanted.starts_at},
            }
        )
    more = len(clashes) - 1
    first = str(entries[0]["sentence"]) if entries else ""
    if more <= 0:
        return Described(first, entries)
    one, many = "{clash} One more clash is listed.", "{clash} {n} more clashes are listed."
    return Described(plural(one, many, more, clash=first), entries)


def _names(db: Db, organisation_id: str, sql: SetSql, ids: Iterable[str]) -> Mapping[str, str]:
    wanted = orjson.dumps(sorted(set(ids) - {""})).decode()
    return {
        row[0]: " ".join(part for part in row[1:] if part)
        for row in db.rows(sql, organisation_id=organisation_id, ids=wanted)
    }


class ClashCheck:
    """Checks a run of plans: each item meets what is there and what the items before it take."""

    def __init__(self, batch: Batch, wanted: Sequence[Slot]) -> None:
        self._batch = batch
        _take_turns(batch)
        self._timetable = Timetable(met_by(batch.db, batch.organisation_id, wanted))
        self._removed = removed_rooms(batch.db, batch.organisation_id, (one.room for one in wanted))

    def refusal(self, item: Item, slots: Sequence[Slot], *, despite_clash: bool) -> Decision | None:
        """Return why an item can't have these slots, or None, and then it has them."""
        if not item.accepted:
            room = next((one.room for one in slots if room_key(one.room) in self._removed), None)
            if room is not None:
                message = text("{room} was removed from the rooms. Choose another room.", room=room)
                return _in_the_way(self._batch, item, "room_removed", message, {"room": room})
        before = [self._timetable.drop(slot.id) for slot in slots]  # they go from where they were
        clashes = [clash for slot in slots for clash in self._timetable.clashes_of(slot)]
        if clashes and not (item.accepted or despite_clash):
            for stays in filter(None, before):
                self._timetable.add(stays)
            told = describe(self._batch.db, self._batch.organisation_id, clashes)
            details = {"clashes": told.entries, "count": len(clashes)}
            return _in_the_way(self._batch, item, "clash", told.sentence, details)
        for slot in slots:
            self._timetable.add(slot)
        return None


def _in_the_way(batch: Batch, item: Item, code: str, message: str, details: dict[str, Any]) -> Decision:
    """Refuse at once where someone waits for the answer; keep for the office what was planned on a device."""
    if not batch.origin.device_id:
        return rejected(item, code, message, **details)
    kept = held(code, text("{reason} The plan is kept for the office to decide.", reason=message), CLASS_SESSION)
    kept.details = details
    return kept


def _take_turns(batch: Batch) -> None:
    """Let one transaction of an institute plan at a time, so that none overlooks what another is about to write."""
    if batch.db.dialect != "sqlite":
        key = UUID(batch.organisation_id).int & ((1 << 62) - 1)
        batch.db.rows("SELECT pg_advisory_xact_lock(CAST(:key AS bigint))", key=key)
