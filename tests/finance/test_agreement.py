"""Books in which somebody wrote behind the server's back are told of, and nobody mends them by himself."""

from server.finance.agreement import books_agree
from tests.finance.books import Books, books

__all__ = ["books"]
_POSTING = (
    "INSERT INTO posting (organisation_id, entry_id, account, amount, currency, day)"
    " VALUES (:o, :id, 'cash', 5, 'GHS', '2026-11-20')"
)
_ALLOCATION = (
    "INSERT INTO allocation (organisation_id, id, revision, person_id, entry_id, charge_id, amount, made_at)"
    " SELECT organisation_id, :id, :id, person_id, entry_id, charge_id, 100000, made_at FROM allocation"
    " WHERE organisation_id = :o LIMIT 1"
)


def _found(books: Books) -> list[tuple[str, str, object]]:
    with books.institute.parts.database.read() as db:
        return [(one.code, one.id, one.mend) for one in books_agree(db, books.institute.organisation_id)]


def _write(books: Books, statement: str, **places: str) -> None:
    places["o"] = books.institute.organisation_id
    books.institute.parts.database.write(lambda db: db.run(statement, **places))


def test_books_that_people_kept_agree(books: Books) -> None:
    charge = books.charged(50_000)
    books.paid(20_000, goes_to=[(charge, 20_000)])
    books.paid(40_000)
    assert _found(books) == []


def test_a_posting_too_many_and_an_allocation_too_many_are_named(books: Books) -> None:
    charge = books.charged(50_000)
    payment = books.paid(20_000, goes_to=[(charge, 20_000)])
    _write(books, _ALLOCATION, id=books.new_id())
    assert sorted(_found(books)) == sorted([("allocated_beyond", payment, None), ("allocated_beyond", charge, None)])
    other = books.charged(10_000)
    _write(books, _POSTING, id=other)
    assert ("entry_uneven", other, None) in _found(books)
