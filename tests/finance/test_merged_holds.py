"""Holds of entries that are merged and taken apart, on both databases: none lost, doubled or laid without a debt."""

from typing import Any

from server.core.batch import Origin
from shared.core.outcome import Outcome
from shared.learning.holds import hold_id
from shared.people.vocabulary import Role
from tests.finance.books import Books, books
from tests.finance.test_overdue_run import AUTOMATIC, holds, on_day, policy

__all__ = ["books"]
HELD = dict.fromkeys(("course_access", "equipment", "certificate"), "standing")
FREE = dict.fromkeys(HELD, "lifted")


def at_server(books: Books, kind: str, target: str, payload: dict[str, Any]) -> Outcome:
    """Do what only the server does."""
    device = books.institute.devices.get("admin") or books.institute.device("admin", Role.ADMINISTRATOR, "Adjoa Admin")
    command = device.command(kind, target, payload)
    parts = books.institute.parts
    return parts.database.write(lambda db: parts.door.accept_in(db, device.actor, Origin(""), [command])).outcomes[0]


def merge(books: Books, goes: int = 1, stays: int = 0) -> str:
    told = at_server(books, "MergePeople", books.person(stays), {"from_id": books.person(goes)})
    assert told.verdict == "applied", told
    return str(told.details["merge_id"])


def apart(books: Books, merge_id: str, goes: int = 1, stays: int = 0) -> None:
    told = at_server(books, "UndoMerge", books.person(stays), {"merge_id": merge_id, "from_id": books.person(goes)})
    assert told.verdict == "applied", told


def since(books: Books, at: int) -> set[str]:
    return {one["since"] for one in books.bodies("hold") if one["person_id"] == books.person(at)}


def test_a_hold_goes_with_the_debt_and_comes_back_with_it(books: Books) -> None:
    policy(books, **AUTOMATIC)
    books.charged(1_000, 1, due_on="2026-11-21")
    on_day(books, "2026-11-22")
    assert (holds(books, 0), holds(books, 1)) == ({}, HELD)
    books.institute.clock.advance(3 * 86_400)
    merge_id = merge(books)
    assert (holds(books, 0), holds(books, 1)) == (HELD, FREE), "in the transaction of the merge"
    assert since(books, 0) == {"2026-11-22"}, "withheld since the day on which it was"
    assert {one["amount"] for one in books.bodies("hold") if one["state"] == "standing"} == {1_000}
    apart(books, merge_id)
    assert (holds(books, 0), holds(books, 1)) == (FREE, HELD)
    assert since(books, 1) == {"2026-11-22"}
    on_day(books, "2026-11-26")
    assert (holds(books, 0), holds(books, 1)) == (FREE, HELD), "the next run finds nothing to do"


def test_two_who_are_held_are_held_once(books: Books) -> None:
    policy(books, **AUTOMATIC)
    books.charged(1_000, 0, due_on="2026-11-21")
    books.charged(500, 1, due_on="2026-11-21")
    on_day(books, "2026-11-22")
    merge_id = merge(books)
    standing = [one for one in books.bodies("hold") if one["state"] == "standing"]
    assert sorted((one["what"], one["amount"]) for one in standing) == sorted((what, 1_500) for what in HELD)
    apart(books, merge_id)
    assert {one["amount"] for one in books.bodies("hold") if one["person_id"] == books.person(0)} == {1_000}
    assert {one["amount"] for one in books.bodies("hold") if one["person_id"] == books.person(1)} == {500}


def test_what_was_paid_before_the_merge_isnt_held(books: Books) -> None:
    policy(books, **AUTOMATIC)
    charge = books.charged(1_000, 1, due_on="2026-11-21")
    on_day(books, "2026-11-22")
    books.paid(1_000, 1, goes_to=[(charge, 1_000)])
    merge_id = merge(books)
    assert (holds(books, 0), holds(books, 1)) == ({}, FREE)
    apart(books, merge_id)
    assert (holds(books, 0), holds(books, 1)) == ({}, FREE)


def test_what_was_paid_by_the_joined_one_holds_nobody_once_taken_apart(books: Books) -> None:
    policy(books, **AUTOMATIC)
    books.charged(1_000, 0, due_on="2026-11-21")
    books.charged(500, 1, due_on="2026-11-21")
    on_day(books, "2026-11-22")
    merge_id = merge(books)
    own = [one for one in books.account().open.items() if one[1] == 500]
    books.paid(500, 0, goes_to=own)
    apart(books, merge_id)
    for at in (0, 1):
        owes = books.account(at).balance > 0
        assert ("standing" in holds(books, at).values()) is owes, "held is who owes"
    assert {one["amount"] for one in books.bodies("hold") if one["state"] == "standing"} <= {500, 1_000}


def test_credit_of_one_entry_pays_for_the_other(books: Books) -> None:
    policy(books, **AUTOMATIC)
    books.charged(1_000, 1, due_on="2026-11-21")
    books.paid(1_000, 0)
    on_day(books, "2026-11-22")
    assert holds(books, 1) == HELD
    merge_id = merge(books)
    assert holds(books, 0) == {}, "nothing is owed once credit is taken off"
    apart(books, merge_id)
    assert (holds(books, 0), holds(books, 1)) == ({}, HELD)


def test_what_was_lifted_by_hand_stays_lifted_until_its_day(books: Books) -> None:
    policy(books, **AUTOMATIC)
    books.charged(1_000, 1, due_on="2026-11-21")
    on_day(books, "2026-11-22")
    key = hold_id(books.person(1), "equipment")
    base = books.row("hold", key)["revision"]
    lifting = {"until": "2026-11-30", "reason": "Needs the camera"}
    assert books.at("bursar").do("LiftHold", key, lifting, base).verdict == "applied"
    merge_id = merge(books)
    assert holds(books, 0) == {**HELD, "equipment": "lifted"}
    apart(books, merge_id)
    assert (holds(books, 0), holds(books, 1)) == (FREE, {**HELD, "equipment": "lifted"})
    books.charged(100, 0, due_on="2026-11-21")
    on_day(books, "2026-11-23")
    assert holds(books, 0) == HELD, "the other's leave isn't this one's"


def test_where_holds_are_laid_by_hand_a_merge_lays_none_of_its_own(books: Books) -> None:
    policy(books, **{**AUTOMATIC, "automatic": False})
    books.charged(1_000, 1, due_on="2026-11-01")
    merge_id = merge(books)
    assert holds(books, 0) == {}
    apart(books, merge_id)
    assert (holds(books, 0), holds(books, 1)) == ({}, {})
