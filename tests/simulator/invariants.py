"""What must hold after every run, whatever happened in it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson

from server.areas import AREAS
from server.attendance.leave_queries import LEAVE_COLUMNS
from server.attendance.queries import OBSERVATION_COLUMNS, observation_body
from server.core.access import AccessBook
from server.core.audit import check_chain
from server.core.database import Db
from server.core.tokens import Claims
from server.people import sign_in_lookup
from shared.attendance import rules
from shared.core.actor import Actor
from shared.core.command import Command
from shared.core.sync import ALL_SCOPE
from tests.simulator.device import Device

VERDICTS = {"applied", "agreed", "conflict", "held", "rejected"}


class BrokenInvariantError(AssertionError):
    """Something that must hold doesn't."""


def require(holds: object, sentence: str, *facts: object) -> None:
    """Raise where `holds` isn't so."""
    if not holds:
        raise BrokenInvariantError(" ".join([sentence, *map(repr, facts)]))


def every_save_has_one_end(db: Db, acknowledged: Mapping[str, Command]) -> Counter[str]:
    """Each acknowledged command is once in the log with a verdict, and with what was asked for."""
    found: dict[str, list[Any]] = {}
    for row in db.rows("SELECT id, verdict, detail, outcomes FROM command_log"):
        found.setdefault(row[0], []).append(row)
    verdicts: Counter[str] = Counter()
    for command_id, command in acknowledged.items():
        rows = found.get(command_id, [])
        require(len(rows) == 1, "An acknowledged save isn't exactly once on the server:", command, len(rows))
        _, verdict, detail, outcomes = rows[0]
        require(verdict in VERDICTS, "A save has no end:", command_id, verdict)
        require(
            orjson.loads(detail)["payload"] == orjson.loads(orjson.dumps(command.payload)),
            "A payload differs:",
            command,
        )
        told = [one["target_id"] for one in orjson.loads(outcomes)]
        require(told == [target.id for target in command.targets], "Outcomes don't fit the targets:", command)
        verdicts[verdict] += 1
    return verdicts


def receipts_are_true(db: Db, device: Device) -> None:
    """What a device says of its commands is what the server says."""
    log = {row[0]: row[1] for row in db.rows("SELECT id, verdict FROM command_log")}
    for command_id, (state, verdict) in device.verdicts().items():
        require(state == "answered", "A command is still waiting:", device.label, command_id)
        told = log.get(command_id)
        # Where outcomes of several rows differ both sides name the one that a person must hear of first.
        require(told is not None, "The server doesn't know a command:", device.label, command_id)
        require(told == verdict, "Receipt and log disagree:", device.label, command_id, verdict, told)


def nothing_counts_twice(db: Db) -> None:
    """An observation is there once for each command that made one; conflicts are open once per row and group."""
    made = db.rows("SELECT id, mark_id, ordinal FROM observation")
    require(len({row[0] for row in made}) == len(made), "An observation is there twice")
    require(len({row[1:] for row in made}) == len(made), "Two observations have one place")
    logged = {
        row[0]
        for row in db.rows(
            "SELECT id FROM command_log WHERE type IN ('RecordObservation', 'CheckInByCode')"
            " AND verdict IN ('applied', 'agreed', 'conflict')"
        )
    }
    ids = {row[0] for row in made}
    require(logged <= ids, "Counted marks have no observation:", logged - ids)
    settled = {row[0] for row in db.rows("SELECT id FROM command_log WHERE type = 'SettleConflict'")}
    accepted = {
        row[0]
        for row in db.rows(
            "SELECT id FROM command_log WHERE type IN ('RecordObservation', 'CheckInByCode') AND verdict = 'held'"
        )
    }
    require(ids <= logged | settled | accepted, "Observations that nobody made:", ids - logged - settled - accepted)
    doubled = db.rows(
        "SELECT kind, entity_id, fields_group, count(*) FROM conflict WHERE state = 'open'"
        " GROUP BY kind, entity_id, fields_group HAVING count(*) > 1"
    )
    require(not doubled, "A row has two open conflicts:", doubled)
    pairs = db.rows(
        "SELECT cohort_id, person_id, count(*) FROM enrolment GROUP BY cohort_id, person_id HAVING count(*) > 1"
    )
    require(not pairs, "Someone is enrolled twice:", pairs)
    require(not db.rows("SELECT command_id FROM quarantine"), "Something went to quarantine")


def leave_is_true(db: Db) -> None:
    """Each request is there once for the command that made it, whoever decided is named, the feed says the same."""
    columns = ", ".join(LEAVE_COLUMNS)
    rows = {
        row[0]: dict(zip(LEAVE_COLUMNS, row, strict=True)) for row in db.rows(f"SELECT {columns} FROM leave_request")
    }
    asked = "SELECT target_id, verdict FROM command_log WHERE type = 'RequestLeave'"
    made = {row[0]: row[1] for row in db.rows(asked)}
    counted = {key for key, verdict in made.items() if verdict in ("applied", "agreed")}
    possible = counted | {key for key, verdict in made.items() if verdict == "held"}
    require(counted <= set(rows), "Leave that was accepted isn't there:", counted - set(rows))
    require(set(rows) <= possible, "Leave that nobody asked for:", set(rows) - possible)
    fed = {
        row[0]: orjson.loads(row[1])["body"]
        for row in db.rows("SELECT entity_id, entry FROM feed_row WHERE kind = 'leave_request' AND deleted = false")
    }
    require(fed == rows, "The feed says something else of leave:", [key for key in rows if fed.get(key) != rows[key]])
    for row in rows.values():
        decided = row["state"] in ("approved", "declined")
        require(not decided or row["decided_by"], "Nobody decided:", row)
        require(row["state"] != "asked" or not row["decided_by"], "A decision that was taken back:", row)


def the_chain_holds(db: Db, organisation_id: str) -> None:
    """The audit chain verifies from end to end."""
    fault = check_chain(db, organisation_id)
    require(fault is None, "The audit chain is broken:", fault)


def actor_now(db: Db, book: AccessBook, device: Device) -> Actor:
    """Return the device's person with what he or she may see now."""
    actor = device.install.actor
    head = db.one("SELECT access_revision FROM feed_head")
    signed = db.one(
        "SELECT id FROM sign_in WHERE device_id = :id ORDER BY started_at DESC, id DESC", id=device.install.device_id
    )
    claims = Claims(actor.organisation_id, actor.person_id, signed[0] if signed else "", device.install.device_id, ())
    found = sign_in_lookup.look_up(db, claims)
    assert found is not None
    assert head is not None
    return book.actor_for(db, found.actor, int(head[0]))


def device_converged(db: Db, actor: Actor, device: Device) -> None:
    """A device holds exactly the rows that its person may see, each as the server has it."""
    every, scopes = ALL_SCOPE in actor.scopes, set(actor.scopes)
    own = f"person:{actor.person_id}"
    guarded = {kind for area in AREAS for kind, may in area.guarded.items() if not may(actor)}
    wanted = {
        (row[0], row[1]): (row[2], orjson.loads(row[3])["body"])
        for row in db.rows("SELECT kind, entity_id, revision, entry, scope, also FROM feed_row WHERE deleted = false")
        if (every and (row[0] not in guarded or own in row[4:])) or row[4] in scopes or row[5] in scopes
    }
    held = {key: (revision, orjson.loads(body)) for key, (revision, body) in device.base_rows().items()}
    missing, surplus = sorted(wanted.keys() - held.keys()), sorted(held.keys() - wanted.keys())
    require(not missing, "A device lacks rows:", device.label, missing[:3])
    require(not surplus, "A device has rows too many:", device.label, surplus[:3])
    different = [(key, held[key], wanted[key]) for key in sorted(wanted) if held[key] != wanted[key]]
    require(not different, "A device has other rows:", device.label, different[:2])
    for kind in sorted({kind for kind, _ in wanted}):
        ids = [entity_id for of_kind, entity_id in sorted(wanted) if of_kind == kind]
        hidden = set(ids) - device.store.many(kind, ids).keys()
        require(not hidden, "A row isn't shown:", device.label, kind, sorted(hidden)[:3])


def marks_are_equal(db: Db, device: Device) -> None:
    """Effective marks and percentages follow from the device's rows as they follow from the server's."""
    columns = ", ".join(OBSERVATION_COLUMNS)
    there: dict[str, list[dict[str, Any]]] = {}
    for body in map(observation_body, db.rows(f"SELECT {columns} FROM observation")):
        there.setdefault(body["mark_id"], []).append(body)
    here: dict[str, list[dict[str, Any]]] = {}
    for body in device.store.page("observation", limit=-1):
        here.setdefault(body["mark_id"], []).append(body)
    for mark, excused in _excuses(db, device).items():
        here.setdefault(mark, []).extend(excused[0])
        there.setdefault(mark, []).extend(excused[1])
    for mark, observations in here.items():
        _same(device, mark, rules.effective(observations), rules.effective(there.get(mark, ())))
    states = _percentages(here.items()), _percentages((mark, there.get(mark, ())) for mark in here)
    require(states[0] == states[1], "Percentages differ:", device.label, states)


def _excuses(db: Db, device: Device) -> dict[str, tuple[list[dict[str, Any]], list[dict[str, Any]]]]:
    """Return by mark what approved leave stands for on the device, and on the server, in classes held and to come."""
    columns = ", ".join(LEAVE_COLUMNS)
    rows = [dict(zip(LEAVE_COLUMNS, row, strict=True)) for row in db.rows(f"SELECT {columns} FROM leave_request")]
    mine, theirs = rules.Excuses(device.store.page("leave_request", limit=-1)), rules.Excuses(rows)
    names = ("id", "cohort_id", "starts_at", "ends_at")
    planned = {
        row[0]: dict(zip(names, row, strict=True)) for row in db.rows(f"SELECT {', '.join(names)} FROM class_session")
    }
    found = {}
    for session in device.store.page("class_session", limit=-1):
        for one in device.store.children("enrolment", session["cohort_id"]):
            person, enrolment = one["person_id"], one["id"]
            pair = mine.of(person, enrolment, session), theirs.of(person, enrolment, planned[session["id"]])
            if any(pair):
                found[rules.mark_id(session["id"], enrolment)] = pair
    return found


def _same(device: Device, mark: str, mine: rules.Effective, theirs: rules.Effective) -> None:
    def told(one: rules.Effective) -> tuple[Any, ...]:
        chosen = one.observation["id"] if one.observation else None
        return one.state, one.minutes, chosen, tuple(rival["id"] for rival in one.competing)

    require(told(mine) == told(theirs), "A mark differs:", device.label, mark, told(mine), told(theirs))


def _percentages(marks: Iterable[tuple[str, Sequence[Mapping[str, Any]]]]) -> dict[str, int | None]:
    states: dict[str, list[str]] = {}
    for _, observations in marks:
        for one in observations:
            states.setdefault(one["person_id"], [])
        if observations:
            states[observations[0]["person_id"]].append(str(rules.effective(observations).state))
    return {person: rules.percentage(found) for person, found in states.items()}
