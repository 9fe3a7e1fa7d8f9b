"""Plans and discounts of a merged student on both databases: they follow, still count, and go back when undone."""

from server.finance import moving
from server.finance.plan_service import dues_of
from tests.finance.books import CURRENCY, Books, books
from tests.finance.test_credit_service import merge

__all__ = ["books"]
PARTS = [{"due_on": "2026-11-01", "amount": 400}, {"due_on": "2026-12-01", "amount": 500}]


def _discount(books: Books, **more: object) -> str:
    wanted = {"name": "Sibling", "currency": CURRENCY, "amount": 100, "most": 1, **more}
    told = books.at("bursar").do(
        "SaveDiscount", books.new_id(), {"changes": {name: {"new": value} for name, value in wanted.items()}}
    )
    assert told.verdict == "applied", told
    return told.target_id


def _due(books: Books, at: int) -> list[tuple[str, int]]:
    """What is due on which day by the plans of a student."""
    entries = [one for one in books.bodies("ledger_entry") if one["person_id"] == books.person(at)]
    allocations = [one for one in books.bodies("allocation") if one["person_id"] == books.person(at)]
    with books.institute.parts.database.read() as db:
        found = dues_of(db, books.institute.organisation_id, books.person(at), entries, allocations)
    return [part for parts in found.values() for part in parts]


def test_a_plan_and_a_discount_follow_a_merge_and_go_back(books: Books) -> None:
    charge, other = books.charged(1_000, at=1), books.charged(300)
    discount = _discount(books)
    bursar = books.at("bursar")
    grant = {"charge_id": charge, "discount_id": discount}
    assert bursar.do("GrantDiscount", books.new_id(), grant).verdict == "applied"
    plan = {"person_id": books.person(1), "currency": CURRENCY, "charge_ids": [charge], "parts": PARTS}
    assert bursar.do("SavePlan", books.new_id(), plan).verdict == "applied"
    kept = merge(books, moving.move)
    assert (_due(books, 0), _due(books, 1)) == ([("2026-11-01", 400), ("2026-12-01", 500)], [])
    (moved,) = books.bodies("instalment_plan")
    assert (moved["person_id"], set(moved["charge_ids"]) <= set(kept)) == (books.person(0), True)
    again = {"charge_id": other, "discount_id": discount}
    assert bursar.do("GrantDiscount", books.new_id(), again).code == "discount_used_up"
    merge(books, lambda work: moving.put_back(work, kept))
    assert (_due(books, 0), _due(books, 1)) == ([], [("2026-11-01", 400), ("2026-12-01", 500)])
    assert books.bodies("instalment_plan")[0]["person_id"] == books.person(1)
    assert bursar.do("GrantDiscount", books.new_id(), again).code == "discount_used_up"


def test_a_plan_of_what_stays_is_left(books: Books) -> None:
    charges = [books.charged(600), books.charged(300)]
    parts = [{"due_on": "2026-11-01", "amount": 900}]
    plan = {"person_id": books.person(), "currency": CURRENCY, "charge_ids": charges, "parts": parts}
    assert books.at("bursar").do("SavePlan", books.new_id(), plan).verdict == "applied"
    books.charged(50, at=1)
    merge(books, moving.move)
    assert sum(amount for _, amount in _due(books, 0)) == 900
    assert books.bodies("instalment_plan")[0]["charge_ids"] == charges


def test_a_discount_names_a_course_that_is_there(books: Books) -> None:
    wanted = {"name": "Lost", "currency": CURRENCY, "rate": 100}
    for place in ("course_id", "cohort_id"):
        for of_id in (books.new_id(), "elsewhere"):
            changes = {name: {"new": value} for name, value in {**wanted, place: of_id}.items()}
            told = books.at("bursar").do("SaveDiscount", books.new_id(), {"changes": changes})
            assert (told.verdict, told.code) == ("rejected", "course_unknown")
            assert "isn't there" in (told.message or "")
    key = _discount(books, course_id=books.institute.course_id)
    told = books.at("bursar").edit("SaveDiscount", key, key, course_id=(books.institute.course_id, books.new_id()))
    assert told.code == "course_unknown"
