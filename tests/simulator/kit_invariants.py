"""What must hold of kit after every run."""

from itertools import pairwise
from typing import Any

from server.core.database import Db
from shared.timetable.kit_commands import loan_id_of
from shared.timetable.kit_rules import photo_refusal
from tests.simulator.invariants import require


def kit_is_true(db: Db) -> None:
    """Never out to two people without a visible conflict, never booked twice, and no loan lost or made up."""
    out: dict[str, list[str]] = {}
    for item_id, loan_id in db.rows("SELECT item_id, id FROM kit_loan WHERE state = 'out'"):
        out.setdefault(item_id, []).append(loan_id)
    disputed = {
        row[0]
        for row in db.rows(
            "SELECT entity_id FROM conflict WHERE kind = 'kit_item' AND fields_group = 'loan' AND state = 'open'"
        )
    }
    doubled = {item_id for item_id, loans in out.items() if len(loans) > 1}
    require(doubled <= disputed, "A piece is out to two people and nobody is told:", doubled - disputed)
    for item_id, loan_id in db.rows("SELECT id, loan_id FROM kit_item"):
        loans = out.get(item_id, [])
        require(loan_id in loans if loans else loan_id is None, "A piece and its loans disagree:", item_id, loan_id)
    _no_loan_is_lost(db)
    _no_time_is_booked_twice(db)
    for row in db.rows("SELECT jpeg_base64 FROM kit_photo"):
        require(photo_refusal(row[0]) is None, "A photo of kit is no picture")


def _no_loan_is_lost(db: Db) -> None:
    there = {row[0]: row[1] for row in db.rows("SELECT id, state FROM kit_loan")}
    logged = {row[0]: row[1] for row in db.rows("SELECT id, verdict FROM command_log WHERE type = 'LendKit'")}
    counted = {loan_id_of(key) for key, verdict in logged.items() if verdict in ("applied", "conflict")}
    possible = counted | {loan_id_of(key) for key, verdict in logged.items() if verdict == "held"}
    require(counted <= set(there), "A loan that was accepted isn't there:", counted - set(there))
    require(set(there) <= possible, "A loan that nobody made:", set(there) - possible)
    numbers = [row[0] for row in db.rows("SELECT number_key FROM kit_item")]
    require(len(set(numbers)) == len(numbers), "Two pieces have one number:", numbers)


def _no_time_is_booked_twice(db: Db) -> None:
    booked: dict[str, list[tuple[Any, ...]]] = {}
    for row in db.rows("SELECT item_id, starts_at, ends_at, id FROM kit_booking WHERE state = 'booked'"):
        booked.setdefault(row[0], []).append(tuple(row[1:]))
    for item_id, spans in booked.items():
        spans.sort()
        for one, other in pairwise(spans):
            require(one[1] <= other[0], "A time of kit is booked twice:", item_id, one, other)
