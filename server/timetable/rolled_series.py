"""Carries the series of classes over to the copies of their cohorts, and takes them away again with a roll-over."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from pydantic import ConfigDict

from server.core.batch import Batch, CommandType, Decision, Item, applied, rejected
from server.core.carrying import Carried, CarryAsk, CohortMove
from server.core.database import Db
from server.core.entities import Body
from server.core.sql import SetSql
from server.learning.rollover.journal import made_in
from server.timetable.clash_check import describe, met_by, removed_rooms
from server.timetable.kinds import CLASS_SESSION_KIND, SERIES_KIND
from server.timetable.series_service import without_holidays
from shared.core.actor import Actor
from shared.core.command import Id
from shared.core.errors import CampusError
from shared.core.ids import derived_id
from shared.core.strict import StrictModel
from shared.core.text import text
from shared.learning.rollover import may_roll_over, moved_start
from shared.timetable import series as rules
from shared.timetable.clashes import Slot, Timetable, room_key, slot_of
from shared.timetable.permissions import may_plan
from shared.timetable.recurrence import rule_parts
from shared.timetable.vocabulary import SESSION_SERIES

REMOVE = "RemoveRolledSeries"
_WEEKLY = frozenset({"DAILY", "WEEKLY"})
_COPIED = ("title", "session_kind", "link", "credentials", "minutes", "time_zone", "skip_holidays")
_SERIES = SetSql(
    f"SELECT {SERIES_KIND.selected()} FROM {{ids}} i {{by}} session_series t"  # noqa: S608 - our own column names
    " ON t.organisation_id = :organisation_id AND t.cohort_id = i.id WHERE t.state = 'active'"
)
_SESSIONS = SetSql(
    f"SELECT {CLASS_SESSION_KIND.selected()} FROM {{ids}} i {{by}} session_series s"  # noqa: S608 - same
    " ON s.organisation_id = :organisation_id AND s.id = i.id JOIN class_session t"
    " ON t.organisation_id = s.organisation_id AND t.cohort_id = s.cohort_id WHERE t.series_id = s.id"
)
_ACTIVE = SetSql(
    "SELECT p.id FROM {ids} i {by} person p ON p.id = i.id"
    " WHERE p.organisation_id = :organisation_id AND p.state = 'active'"
)


class RemoveRolledSeries(StrictModel):
    """Remove a series, with its classes, that a roll-over planned (target: the series)."""

    model_config = ConfigDict(frozen=True, extra="allow")

    rollover_id: Id


def carry(db: Db, actor: Actor, moves: Sequence[CohortMove]) -> Carried:
    """Return what planning the series of cohorts for their copies takes, and what it would meet."""
    return _Carrying(db, actor, moves).result


class _Carrying:
    """Works the moved series out one after another: each meets what is there and what those before it take."""

    def __init__(self, db: Db, actor: Actor, moves: Sequence[CohortMove]) -> None:
        self._db, self._organisation_id = db, actor.organisation_id
        self.result = Carried()
        rows = self._series(moves)
        if rows and not may_plan(actor):
            for old_id in rows:
                self._note(old_id, text("Your role doesn't plan classes. The classes of this cohort are not moved."))
            return
        self._removed = removed_rooms(
            db, actor.organisation_id, (one["room"] for some in rows.values() for one in some)
        )
        self._active = self._people(rows)
        wanted = [
            (move, body) for move in moves for one in rows.get(move.old_id, ()) if (body := self._moved(move, one))
        ]
        slots = [slot for _, body in wanted for slot in _slots(body)]
        self._timetable = Timetable(met_by(db, actor.organisation_id, slots))
        for move, body in wanted:
            self._plan(move, body)

    def _series(self, moves: Sequence[CohortMove]) -> dict[str, list[Body]]:
        ids = orjson.dumps(sorted({move.old_id for move in moves})).decode()
        rows: dict[str, list[Body]] = {}
        found = map(SERIES_KIND.body_of, self._db.rows(_SERIES, organisation_id=self._organisation_id, ids=ids))
        for body in sorted(found, key=lambda one: (one["starts_at_local"], one["id"])):
            rows.setdefault(body["cohort_id"], []).append(body)
        return rows

    def _people(self, rows: Mapping[str, Sequence[Body]]) -> set[str]:
        ids = sorted({one["instructor_id"] for some in rows.values() for one in some if one["instructor_id"]})
        packed = orjson.dumps(ids).decode()
        return {row[0] for row in self._db.rows(_ACTIVE, organisation_id=self._organisation_id, ids=packed)}

    def _note(self, old_id: str, sentence: str) -> None:
        self.result.notes.setdefault(old_id, []).append(sentence)

    def _moved(self, move: CohortMove, series: Body) -> Body | None:
        """Return a series as the copy has it; None where it isn't moved, and why is told."""
        name = _name(series)
        parts = rule_parts(series["rule"])
        if parts["FREQ"] not in _WEEKLY:
            words = text("{name} repeats by months or years and is not moved. Plan it for the new cohort.", name=name)
            self._note(move.old_id, words)
            return None
        room, teacher = series["room"], series["instructor_id"]
        if room_key(room) in self._removed:
            self._note(
                move.old_id, text("{name}: {room} was removed, so it is planned without a room.", name=name, room=room)
            )
            room = ""
        if teacher and teacher not in self._active:
            self._note(
                move.old_id, text("{name}: who taught it has left, so it is planned without an instructor.", name=name)
            )
            teacher = None
        moved = {
            **{key: series[key] for key in _COPIED},
            "id": derived_id("rolled_series", move.new_id, series["id"]),
            "cohort_id": move.new_id,
            "rule": ";".join(f"{key}={value}" for key, value in parts.items() if key != "UNTIL"),
            "starts_at_local": moved_start(series["starts_at_local"], move.old_first, move.new_first),
            "until": self._until(move, series),
            "room": room,
            "instructor_id": teacher,
            "except_dates": [],
            "state": "active",
            "session_kind": str(series["session_kind"]),
        }
        return self._met(move, moved)

    @staticmethod
    def _until(move: CohortMove, series: Body) -> str:
        last = series["until"]
        if not last or not move.old_last or last >= move.old_last:
            return move.new_last
        return min(move.new_last, moved_start(f"{last}T", move.old_first, move.new_first).rstrip("T"))

    def _met(self, move: CohortMove, moved: Body) -> Body | None:
        try:
            whole, skipped = without_holidays(self._db, self._organisation_id, moved)
            rules.meetings(whole)
        except CampusError as reason:
            words = text("{name} is not moved: {reason}", name=_name(moved), reason=reason.message)
            self._note(move.old_id, words)
            return None
        return {**moved, "skipped": skipped, "left_out": whole["except_dates"]}

    def _plan(self, move: CohortMove, body: Body) -> None:
        skipped, slots = body.pop("skipped"), _slots(body)
        body.pop("left_out", None)
        clashes = [clash for slot in slots for clash in self._timetable.clashes_of(slot)]
        told = describe(self._db, self._organisation_id, clashes) if clashes else None
        done = not clashes or move.despite_clash
        line = {
            "id": body["id"],
            "title": _name(body),
            "starts_at_local": body["starts_at_local"],
            "room": body["room"],
            "sessions": len(slots),
            "skipped": skipped,
            "clashes": len(clashes),
            "sentence": told.sentence if told else "",
            "planned": done,
        }
        self.result.lines.setdefault(move.old_id, []).append(line)
        if told and not done:
            self._note(move.old_id, text("{name} is not planned: {clash}", name=_name(body), clash=told.sentence))
        if done:
            for slot in slots:
                self._timetable.add(slot)
            payload = {key: value for key, value in body.items() if key not in ("id", "state")}
            payload["despite_clash"] = move.despite_clash
            self.result.asks.append(CarryAsk("PlanSessionSeries", body["id"], payload, kind=SESSION_SERIES))


def _slots(body: Body) -> list[Slot]:
    whole = {**body, "except_dates": body.get("left_out", body["except_dates"])}
    made = [rules.session_of(whole, one, "") for one in rules.meetings(whole)]
    return [slot for one in made if (slot := slot_of(one))]


def _name(series: Mapping[str, Any]) -> str:
    return str(series["title"] or text("The class at {time}", time=series["starts_at_local"][11:16]))


def take_back(db: Db, organisation_id: str, cohort_ids: Sequence[str], rollover_id: str) -> list[CarryAsk]:
    """Return the commands that remove the series of copies, on which nothing was built."""
    ids = orjson.dumps(sorted(cohort_ids)).decode()
    rows = [SERIES_KIND.body_of(row) for row in db.rows(_SERIES, organisation_id=organisation_id, ids=ids)]
    return [CarryAsk(REMOVE, one["id"], {"rollover_id": rollover_id}, one["revision"]) for one in rows]


def remove(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Remove series with their classes, where a roll-over made them and nobody changed them since."""
    present = SERIES_KIND.read(batch, (item.target.id for item in items))
    made = {one: made_in(batch.db, batch.organisation_id, one) for one in {item.payload.rollover_id for item in items}}
    decisions, gone = [], []
    for item in items:
        body = present.get(item.target.id)
        if not may_roll_over(item.author):
            message = text("Your role doesn't roll terms over. Ask the office.")
            decisions.append(rejected(item, "not_allowed", message))
        elif (
            body is None
            or body["id"] not in made[item.payload.rollover_id].get(SESSION_SERIES, {})
            or (body["revision"] != item.target.base)
        ):
            message = text("This was changed since the roll-over. It stays as it is.")
            decisions.append(rejected(item, "changed_since", message))
        else:
            gone.append((item, body))
            decisions.append(applied(item.command.id))
    _delete(batch, gone)
    return decisions


def _delete(batch: Batch, gone: Sequence[tuple[Item, Body]]) -> None:
    ids = json.dumps([body["id"] for _, body in gone])
    rows = batch.db.rows(_SESSIONS, organisation_id=batch.organisation_id, ids=ids) if gone else []
    sessions = [CLASS_SESSION_KIND.body_of(row) for row in rows]
    for item, body in gone:
        own = [one for one in sessions if one["series_id"] == body["id"]]
        CLASS_SESSION_KIND.delete(batch, own, item.command.id)
        SERIES_KIND.delete(batch, [body], item.command.id)


COMMANDS = (CommandType(REMOVE, RemoveRolledSeries, remove),)
