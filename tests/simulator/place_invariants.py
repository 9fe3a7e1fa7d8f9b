"""What must hold of rooms, times of office hours, visits, photos and numbers after every run."""

from server.core.database import Db
from shared.people.photos import photo_error
from shared.timetable.clashes import room_key
from tests.simulator.invariants import require


def places_are_true(db: Db) -> None:
    """No two rooms have one name, no time is booked twice, each booking and visit is what one command made."""
    names = [room_key(row[0]) for row in db.rows("SELECT name FROM room")]
    require(len(set(names)) == len(names), "Two rooms have one name:", names)
    booked = db.rows("SELECT session_id, starts_at FROM office_booking WHERE state = 'booked'")
    require(len({tuple(row) for row in booked}) == len(booked), "A time is booked twice:", booked)
    for table, command in (("live_visit", "JoinLiveSession"), ("office_booking", "BookOfficeHours")):
        there = {row[0] for row in db.rows(f"SELECT id FROM {table}")}
        made = {row[0]: row[1] for row in db.rows(
            "SELECT target_id, verdict FROM command_log WHERE type = :type", type=command)}  # fmt: skip
        counted = {key for key, verdict in made.items() if verdict in ("applied", "agreed")}
        require(counted <= there, "What was accepted isn't there:", table, counted - there)
        require(there <= set(made), "Nobody made what is there:", table, there - set(made))
    for row in db.rows("SELECT jpeg_base64 FROM person_photo WHERE jpeg_base64 IS NOT NULL"):
        require(photo_error(row[0]) is None, "A photo is no picture")
    numbers = [row[0] for row in db.rows("SELECT number FROM person WHERE number IS NOT NULL AND number <> ''")]
    require(len(set(numbers)) == len(numbers), "Two people have one number:", numbers)
