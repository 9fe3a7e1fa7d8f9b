"""Missing numbers of tills on both databases: cut by reason, explained by hand, and what can't be explained."""

from typing import Any

import pytest

from server.finance.gap_queries import missing_numbers
from shared.core.outcome import Outcome
from tests.finance.books import Books, books
from tests.finance.test_report_queries import void
from tests.finance.tills import Till

__all__ = ["books"]


def rows(books: Books) -> list[dict[str, Any]]:
    """The report."""
    with books.institute.parts.database.read() as db:
        return missing_numbers(db, books.institute.organisation_id)


def told(books: Books) -> list[tuple[str, str, int, str]]:
    """First and last number, how many, and why."""
    return [(row["first"], row["last"], row["count"], row["why"]) for row in rows(books)]


def explain(books: Books, first: int, last: int, by: str = "bursar", **more: Any) -> Outcome:
    """Explain missing numbers."""
    asked = {"till_id": books.till.id, "first": first, "last": last, "reason": "unused", "words": "Paper jam", **more}
    return books.at(by).do("ExplainGap", more.pop("target", "") or books.new_id(), asked)


def test_numbers_are_missing_until_somebody_says_why(books: Books) -> None:
    assert rows(books) == []
    books.paid(100)
    books.till.last = 6
    void(books, books.paid(100))
    assert told(books) == [("R-A1-000002", "R-A1-000006", 5, "not_arrived"), ("R-A1-000007", "R-A1-000007", 1, "void")]
    assert "last in touch" in rows(books)[0]["words"]
    assert rows(books)[1]["words"] == "Twice"
    assert explain(books, 3, 4).verdict == "applied"
    assert told(books)[:3] == [
        ("R-A1-000002", "R-A1-000002", 1, "not_arrived"),
        ("R-A1-000003", "R-A1-000004", 2, "unused"),
        ("R-A1-000005", "R-A1-000006", 2, "not_arrived"),
    ]
    said = rows(books)[1]
    assert (said["words"], said["by"][:11], said["reason"]) == ("Paper jam", "Efua Bursar", "Leased and unused")
    assert explain(books, 2, 6, reason="till_lost", words="Stolen").verdict == "applied"
    assert [row["why"] for row in rows(books)] == ["till_lost", "till_lost", "till_lost", "void"]


@pytest.mark.parametrize(
    ("first", "last", "more", "code"),
    [(1, 2, {}, "numbers_not_missing"), (3, 2, {}, "numbers_not_missing"), (8, 9, {}, "numbers_not_missing"),
     (2, 3, {"by": "cashier"}, "not_allowed"), (2, 3, {"words": "x"}, "invalid_payload"),
     (2, 3, {"reason": "tired"}, "invalid_payload"), (0, 3, {}, "invalid_payload")],
)  # fmt: skip
def test_what_cant_be_explained(books: Books, first: int, last: int, more: dict[str, Any], code: str) -> None:
    books.paid(100)
    books.till.last = 6
    books.paid(100)
    outcome = explain(books, first, last, **more)
    assert (outcome.verdict, outcome.code) == ("rejected", code)
    assert len(rows(books)) == 1


def test_an_unknown_till_waits_and_the_same_explanation_is_one(books: Books) -> None:
    assert explain(books, 2, 3, till_id=books.new_id()).verdict == "held"
    books.paid(100)
    books.till.last = 6
    books.paid(100)
    target = books.new_id()
    assert explain(books, 2, 3, target=target).verdict == "applied"
    assert explain(books, 2, 3, target=target).verdict == "agreed"


def test_a_number_given_twice_and_a_lost_computer_say_why(books: Books) -> None:
    books.paid(100)
    books.till.last = 0
    assert books.pay(200).verdict == "held"  # the number is another's: nothing is missing
    assert rows(books) == []
    books.till.last = 4
    books.paid(300)
    other = Till(books.institute, books.at("bursar"), books.at("bursar"), seed=2)
    assert other.code == "A2"
    sql = (
        "INSERT INTO device (organisation_id, id, name, public_key, install_epoch, escrow_secret, state, registered_at)"
        " VALUES (:o, :id, 'Desk', '', 1, '', 'lost', '2026-11-01T08:00:00.000Z')"
    )
    places = {"o": books.institute.organisation_id, "id": books.at("cashier").origin.device_id}
    books.institute.parts.database.write(lambda db: db.run(sql, **places))
    assert told(books) == [("R-A1-000002", "R-A1-000004", 3, "till_lost")]
