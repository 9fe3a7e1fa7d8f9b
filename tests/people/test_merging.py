"""Two entries of one person: everything follows the one that stays, late work too, and undoing puts all of it back."""

from typing import Any

import orjson
import pytest

from server.areas import AREAS
from server.assembly import MOVES, PERSONAL
from server.core.batch import Origin
from server.people.merge_moves import STAYS
from shared.core.outcome import Outcome
from shared.people.vocabulary import Role
from tests.institute import Device, Institute
from tests.people.planted import Planted, plant
from tests.timetable.planning import Office as Server

HOLDERS = {
    (table.table, column) for table in PERSONAL for column in table.own if table.personal and table.table not in STAYS
}


def test_every_table_that_says_whose_rows_are_has_a_mover_or_a_reason() -> None:
    moved = {table for move in MOVES for table in move.tables}
    owners = {table.table for table in PERSONAL if table.own and table.personal}
    assert owners - moved - set(STAYS) == set()
    assert len({move.name for move in MOVES}) == len(MOVES)
    assert {area.name for area in AREAS if area.moves_person} >= {"people", "learning", "attendance", "grading"}


class Office:
    """The registrar at the server itself, and what the tests read."""

    def __init__(self, institute: Institute) -> None:
        self.institute = institute
        self.desk = Server(institute, institute.registrar.actor, Origin(""))

    def merge(self, stays: str, goes: str, by: Device | None = None, **more: Any) -> Outcome:
        return (by or self.desk).do("MergePeople", stays, {"from_id": goes, "from_name": "A", "to_name": "B", **more})

    def undo(self, merged: Outcome, by: Device | None = None) -> Outcome:
        return (by or self.desk).do("UndoMerge", merged.target_id, {"merge_id": merged.command_id})

    def rows(self, sql: str, **places: Any) -> list[Any]:
        with self.institute.parts.database.read() as db:
            db.enter(self.institute.organisation_id)
            return [tuple(row) for row in db.rows(sql, o=self.institute.organisation_id, **places)]

    def person(self, person_id: str) -> dict[str, Any]:
        names = ("number", "given_name", "email", "phone", "username", "state", "roles", "merged_into")
        sql = f"SELECT {', '.join(names)} FROM person WHERE organisation_id = :o AND id = :p"
        return dict(zip(names, self.rows(sql, p=person_id)[0], strict=True))

    def held(self, person_id: str) -> dict[str, int]:
        """How many rows of each table are a person's, those that stay with an entry left out."""
        found = {}
        for table, column in sorted(HOLDERS):
            n = self.rows(f"SELECT count(*) FROM {table} WHERE organisation_id = :o AND {column} = :p", p=person_id)
            if n[0][0]:
                found[f"{table}.{column}"] = n[0][0]
        return found

    def feed(self) -> dict[tuple[str, str], Any]:
        """Every row of the feed without its revision and its place."""
        sql = "SELECT kind, entity_id, scope, also, deleted, entry FROM feed_row WHERE organisation_id = :o"
        return {(row[0], row[1]): (row[2], row[3], _plain(row)) for row in self.rows(sql) if row[0] != "merged_person"}

    def add(self, **fields: Any) -> str:
        made = self.institute.parts.new_id()
        told = self.institute.devices["system"].do("AddPerson", made, {"given_name": "Yaa", **fields})
        assert told.verdict == "applied", told
        return made


def _plain(row: Any) -> Any:
    body = orjson.loads(row[5]).get("body")
    return bool(row[4]), {name: one for name, one in (body or {}).items() if name != "revision" and one is not None}


@pytest.fixture
def office(institute: Institute) -> Office:
    """The office of a small institute."""
    return Office(institute)


@pytest.fixture
def planted(institute: Institute, office: Office) -> Planted:
    """A student with rows in every area, nothing of whom waits for a decision."""
    made = plant(institute)
    rows = office.rows("SELECT id, body FROM conflict WHERE organisation_id = :o AND state = 'open'")
    for conflict_id, body in rows:
        told = orjson.loads(body)
        choices = dict.fromkeys(told["fields"], told["sides"][0]["command_id"])
        assert institute.registrar.do("SettleConflict", conflict_id, {"choices": choices}).verdict == "applied"
    return made


def test_everything_follows_and_goes_back_exactly(office: Office, planted: Planted) -> None:
    goes, stays = planted.person_id, office.add(family_name="Mensah", number="S-9001")
    before, had, feed = office.held(goes), office.held(stays), office.feed()
    assert len(before) >= 12
    told = office.merge(stays, goes)
    assert told.verdict == "applied", told
    assert office.held(goes) == {}
    assert office.held(stays) == before | had
    left = office.person(goes)
    assert (left["merged_into"], left["email"], left["username"], left["roles"]) == (stays, None, None, "[]")
    undone = office.undo(told)
    assert undone.verdict == "applied", undone
    assert (office.held(goes), office.held(stays)) == (before, had)
    again = office.feed()
    assert {key: (feed[key], again[key]) for key in feed if again[key] != feed[key]} == {}


def test_devices_hear_of_it(office: Office, planted: Planted) -> None:
    goes, stays = planted.person_id, office.add(number="S-9001")
    office.merge(stays, goes)
    feed = office.feed()
    assert feed["person", goes][2][0]
    told = office.rows("SELECT entity_id, deleted FROM feed_row WHERE organisation_id = :o AND kind = 'merged_person'")
    assert [(row[0], bool(row[1])) for row in told] == [(goes, False)]
    named = [key for key, one in feed.items() if f"person:{goes}" in one[:2] and not one[2][0] and key[0] != "conflict"]
    assert named == []


def test_the_number_that_was_not_kept_stays_with_the_entry_that_went(office: Office) -> None:
    goes, stays = (
        office.add(number="S-9001", email="yaa@example.org"),
        office.add(number="S-9002", phone="024 555 0101"),
    )
    office.merge(stays, goes, choices={"number": "goes"})
    assert (office.person(stays)["number"], office.person(goes)["number"]) == ("S-9001", "S-9002")
    assert (office.person(stays)["email"], office.person(stays)["phone"]) == ("yaa@example.org", "024 555 0101")


def test_both_in_one_class_stay_readable_and_the_class_shows_one(office: Office, institute: Institute) -> None:
    goes, stays = institute.students[0], institute.students[1]
    mine, theirs = institute.enrolments[1], institute.enrolments[0]
    assert institute.ama.send(institute.mark(institute.ama, 0, "late"), institute.mark(institute.ama, 1, "absent"))
    told = office.merge(stays, goes)
    assert told.details["reviews"] == [
        "Both entries were enrolled in PHOTO-1 Photography 1. Attendance and marks of both are kept and can be read."
    ]
    sql = "SELECT id, person_id, state FROM enrolment WHERE organisation_id = :o AND person_id IN (:one, :two)"
    assert {row[0]: row[1:] for row in office.rows(sql, one=stays, two=goes)} == {
        mine: (stays, "active"), theirs: (goes, "cancelled"),
    }  # fmt: skip
    seen = "SELECT enrolment_id, state FROM observation WHERE organisation_id = :o AND person_id = :p ORDER BY state"
    assert office.rows(seen, p=stays) == [(mine, "absent"), (theirs, "late")]
    assert office.undo(told).verdict == "applied"
    assert office.rows(seen, p=goes) == [(theirs, "late")]
    assert {row[0]: row[1:] for row in office.rows(sql, one=stays, two=goes)}[theirs] == (goes, "active")


def test_late_work_of_a_laptop_lands_on_the_one_that_stays(office: Office, institute: Institute) -> None:
    goes, stays = office.add(number="S-9001"), office.add(number="S-9002")
    office.merge(stays, goes)
    edited = institute.registrar.edit("EditPerson", goes, None, phone=(None, "024 999 0001"))
    assert (edited.verdict, edited.target_id) == ("applied", goes)
    assert (office.person(stays)["phone"], office.person(goes)["phone"]) == ("024 999 0001", None)
    enrolled = institute.registrar.do(
        "EnrolPerson", institute.parts.new_id(), {"cohort_id": institute.cohort_id, "person_id": goes}
    )
    assert enrolled.verdict == "applied"
    sql = "SELECT person_id FROM enrolment WHERE organisation_id = :o AND id = :id"
    assert office.rows(sql, id=enrolled.target_id) == [(stays,)]
    clash = institute.registrar.edit("EditPerson", goes, None, phone=("1234567", "024 999 0002"))
    assert clash.verdict == "conflict"


def test_a_chain_of_merges_ends_at_the_last_one(office: Office, institute: Institute) -> None:
    one, two, three = office.add(), office.add(), office.add()
    first = office.merge(two, one)
    second = office.merge(three, two)
    institute.registrar.edit("EditPerson", one, None, phone=(None, "024 999 0001"))
    assert office.person(three)["phone"] == "024 999 0001"
    refused = office.undo(first)
    assert (refused.code, refused.message) == ("undo_kept", "Yaa was merged further since. Undo that first.")
    assert office.undo(second).verdict == "applied"
    assert office.undo(first).verdict == "applied"
    assert office.undo(first).message == "This was taken apart already."


def test_who_may_not_merge_whom(office: Office, institute: Institute) -> None:
    boss = institute.device("boss", Role.ADMINISTRATOR, "Bea Boss")
    admin = Server(institute, boss.actor, Origin(""))
    student, other = office.add(), office.add()
    teacher = institute.ama.actor.person_id
    assert office.merge(student, teacher).code == "not_allowed"
    assert office.merge(student, institute.registrar.actor.person_id).code == "own_entry"
    assert office.merge(student, student).code == "same_entry"
    assert office.merge(student, other, by=institute.registrar).code == "network_needed"
    assert office.merge(student, other, by=Server(institute, institute.ama.actor, Origin(""))).code == "not_allowed"
    assert office.merge(student, boss.actor.person_id).code == "not_allowed"
    told = office.merge(student, teacher, by=admin)
    assert told.verdict == "applied"
    assert office.person(student)["roles"] == '["student","instructor"]'
    assert office.undo(told).code == "not_allowed"
    assert office.undo(told, by=admin).verdict == "applied"
    assert office.person(teacher)["roles"] == '["instructor"]'
    assert office.merge(student, institute.parts.new_id()).verdict == "held"


def test_undo_says_what_stands_against_it(office: Office) -> None:
    goes, stays = office.add(number="S-9001", email="yaa@example.org"), office.add(number="S-9002")
    told = office.merge(stays, goes, from_revision=None)
    office.institute.devices["system"].edit("EditPerson", stays, None, email=("yaa@example.org", "new@example.org"))
    taken = office.add(email="yaa@example.org")
    refused = office.undo(told)
    assert (refused.code, refused.message) == ("undo_kept", "Somebody else has the email yaa@example.org by now.")
    office.institute.devices["system"].edit("EditPerson", taken, None, email=("yaa@example.org", None))
    assert office.undo(told).verdict == "applied"
    assert (office.person(stays)["email"], office.person(goes)["email"]) == ("new@example.org", "yaa@example.org")


def test_what_changed_meanwhile_is_looked_at_again(office: Office) -> None:
    goes, stays = office.add(), office.add()
    old = office.institute.parts.new_id()
    assert office.merge(stays, goes, from_revision=old).code == "changed_since"
    assert office.merge(stays, goes).verdict == "applied"
    third = office.add()
    assert office.merge(third, goes).code == "merged_already"


def test_someone_anonymised_takes_the_merged_entry_along(office: Office, institute: Institute) -> None:
    goes, stays = office.add(family_name="Zqverbatim", number="ZQ-77"), office.add(number="S-9002")
    office.merge(stays, goes)
    officer = Server(institute, institute.device("officer", Role.ADMINISTRATOR, "Dora").actor, Origin(""))
    assert officer.do("ErasePerson", stays, {"reason": "Asked"}).verdict == "applied"
    left = office.person(goes)
    assert (left["given_name"], left["number"]) == ("Former student 0001", None)
    assert office.rows("SELECT count(*) FROM person_merge WHERE organisation_id = :o") == [(0,)]
    words = office.rows("SELECT count(*) FROM feed_row WHERE organisation_id = :o AND entry LIKE '%Zqverbatim%'")
    assert words == [(0,)]
