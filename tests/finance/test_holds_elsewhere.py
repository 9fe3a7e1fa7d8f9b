"""What a hold does in other areas, on both databases: kit stays in, work that was saved is taken all the same."""

from typing import Any

from server.core.batch import Origin
from shared.people.vocabulary import BUILT_IN_ROLES, Role
from tests.finance.books import Books, books
from tests.finance.test_overdue_run import AUTOMATIC, holds, on_day, policy
from tests.institute import Device

__all__ = ["books"]


def _held(books: Books) -> str:
    """Let the first student be held on everything; returns the charge."""
    policy(books, **AUTOMATIC)
    charge = books.charged(1_000, due_on="2026-11-10")
    on_day(books, "2026-11-20")
    assert set(holds(books).values()) == {"standing"}
    return charge


def _camera(books: Books) -> str:
    told = books.at("registrar").do("AddKitItem", books.new_id(), {"name": "Camera", "number": "CAM 1"})
    assert told.verdict == "applied", told
    return told.target_id


def test_equipment_stays_in_until_the_money_is_here(books: Books) -> None:
    charge, camera = _held(books), _camera(books)
    wanted: dict[str, Any] = {"person_id": books.person(), "due_at": "2026-11-21T08:00:00.000Z"}
    desk = books.at("registrar")
    told = desk.do("LendKit", camera, wanted)
    assert (told.verdict, told.code) == ("held", "payment_hold")
    assert "Held since 20 Nov 2026: GHS 10.00 overdue" in (told.message or "")
    books.paid(1_000, goes_to=[(charge, 1_000)])
    assert desk.do("LendKit", camera, wanted).verdict == "applied"
    other = {**wanted, "person_id": books.person(1)}
    assert desk.do("LendKit", _another(books), other).verdict == "applied"


def _another(books: Books) -> str:
    return books.at("registrar").do("AddKitItem", books.new_id(), {"name": "Lamp", "number": "L 1"}).target_id


def test_work_that_was_saved_before_the_hold_is_still_taken(books: Books) -> None:
    made = books.at("ama").do(
        "AddAssignment",
        books.new_id(),
        {
            "cohort_id": books.institute.cohort_id, "title": "Portraits", "takes": ["text"], "points": "50",
            "due_at": "2026-11-30T08:00:00.000Z", "state": "open",
        },
    )  # fmt: skip
    assert made.verdict == "applied", made
    student = books.at("ama").actor.model_copy(
        update={
            "person_id": books.person(),
            "name": "Student0 Mensah",
            "roles": (Role.STUDENT,),
            "permissions": frozenset(map(str, BUILT_IN_ROLES[Role.STUDENT])),
        }
    )
    laptop = Device(books.institute, student, Origin(books.new_id()))
    work = {"assignment_id": made.target_id, "enrolment_id": books.institute.enrolments[0], "text": "My answer"}
    unsent = laptop.command("HandIn", books.new_id(), work)
    _held(books)
    seen = books.institute.refreshed(student).scopes
    assert f"class:{books.institute.cohort_id}" not in seen
    assert laptop.send(unsent)[0].verdict == "applied"
    (found,) = books.bodies("submission")
    assert (found["text"], found["state"]) == ("My answer", "submitted")
