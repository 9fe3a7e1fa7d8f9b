"""Reports of money on both databases, held against the rules that each account is derived by."""

from typing import Any

import pytest

from server.finance.debt_queries import debt, expected
from server.finance.report_queries import Span, balance, daily, revenue
from shared.finance.ledger_rules import accounts_of
from shared.finance.report_rules import AGES, GROUPINGS, Report, age_of, totals
from tests.finance.book_histories import BookHistory
from tests.finance.books import CURRENCY, Books, books
from tests.finance.test_plan_service import save

__all__ = ["books"]
ALL = ("2026-01-01", "2026-12-31")
COURSE = "01a1f7f8-3000-7672-874a-d4a8ff8edb30"


def span(books: Books, first: str = ALL[0], last: str = ALL[1], **more: str) -> Span:
    """The days of a report."""
    return Span(books.institute.organisation_id, first, last, **more)


def ask(books: Books, report: Any, *more: Any, **days: str) -> list[dict[str, Any]]:
    """Ask the database for a report."""
    with books.institute.parts.database.read() as db:
        return report(db, span(books, **days), *more)


def one(rows: list[dict[str, Any]], **wanted: Any) -> dict[str, Any]:
    """The one row with these values."""
    (found,) = [row for row in rows if all(row[key] == value for key, value in wanted.items())]
    return found


def void(books: Books, entry_id: str) -> None:
    """Ask to void the payment behind an entry, and let the bursar approve."""
    payment = books.row("ledger_entry", entry_id)["payment_id"]
    receipt = books.row("payment", payment)["receipt_id"]
    target = books.new_id()
    assert books.at("cashier").do("AskVoid", target, {"receipt_id": receipt, "reason": "Twice"}).verdict == "applied"
    assert books.at("bursar").do("DecideRequest", target, {"approved": True}).verdict == "applied"


def test_daily_transactions_with_a_void_a_refund_and_a_move(books: Books) -> None:
    books.paid(700)
    void(books, books.paid(300))
    kept = books.paid(1_000, tenders=[{"method": "card", "amount": 1_000, "reference": "X"}])
    payload = {"to_person_id": books.person(1), "reason": "Wrong name"}
    assert books.at("bursar").do("MovePayment", kept, payload).verdict == "applied"
    rows = ask(books, daily, "method")
    cash, card = one(rows, id="cash"), one(rows, id="card")
    assert (cash["name"], cash["payments"], cash["received"], cash["voided"], cash["net"]) == (
        "Cash",
        2,
        1_000,
        -300,
        700,
    )
    assert (card["received"], card["voided"], card["refunded"], card["net"]) == (1_000, 0, 0, 1_000)
    for by in GROUPINGS[Report.DAILY][:-1]:
        assert sum(row["net"] for row in ask(books, daily, by)) == 1_700
    (till,) = ask(books, daily, "till")
    assert (till["name"], till["payments"]) == ("Desk 1", 3)
    (cashier,) = ask(books, daily, "cashier")
    assert cashier["name"] == "Kwesi Appiah"
    lines = ask(books, daily, "transaction")
    assert sum(line["amount"] for line in lines) == 1_700
    assert sorted({line["what"] for line in lines}) == ["received", "voided"]
    assert {line["number"] for line in lines} == {"R-A1-000001", "R-A1-000002", "R-A1-000003"}
    day = books.row("ledger_entry", kept)["day"]
    assert ask(books, daily, "method", last="2026-01-02") == []
    assert [row["id"] for row in ask(books, daily, "day")] == [day]


def test_money_paid_back_stands_beside_what_came_in(books: Books) -> None:
    entry = books.row("ledger_entry", books.paid(900))
    target = books.new_id()
    asked = {"payment_id": entry["payment_id"], "person_id": entry["person_id"], "amount": 400, "method": "cash"}
    told = books.at("cashier").do("AskRefund", target, {**asked, "reason": "Left"})
    assert told.verdict == "applied", told
    assert books.at("bursar").do("DecideRequest", target, {"approved": True}).verdict == "applied"
    (row,) = ask(books, daily, "method")
    assert (row["received"], row["voided"], row["refunded"], row["net"]) == (900, 0, -400, 500)


def test_revenue_by_course_and_period_agrees_with_the_books(books: Books) -> None:
    course = books.rows("SELECT id, title FROM course WHERE organisation_id = :o ORDER BY id")[0]
    taxed = books.charged(1_150, course_id=course[0], taxes=[{"name": "VAT", "rate": 1_500, "amount": 150}])
    books.charged(500, at=1)
    books.paid(700, goes_to=[(taxed, 600)])
    rows = ask(books, revenue, "course")
    assert one(rows, id=course[0]) == {
        "id": course[0], "name": course[1], "currency": CURRENCY,
        "charged": 1_000, "tax": 150, "given": 0, "revenue": 1_000, "received": 600,
    }  # fmt: skip
    assert (one(rows, id="")["charged"], one(rows, id="")["received"]) == (500, 100)
    for by in ("course", "day", "week", "month", "term"):
        found = ask(books, revenue, by)
        assert sum(row["revenue"] for row in found) == 1_500
        assert sum(row["received"] for row in found) == 700
    assert [(row["name"], row["received"]) for row in ask(books, revenue, "method")] == [("Cash", 700)]
    assert ask(books, revenue, "month")[0]["name"] == books.row("ledger_entry", taxed)["day"][:7]


def test_aged_debt_by_student_and_course_with_credit_and_a_plan(books: Books) -> None:
    course = books.rows("SELECT id, title FROM course WHERE organisation_id = :o ORDER BY id")[0][0]
    for due, amount in (("2026-11-30", 1), ("2026-10-31", 10), ("2026-10-01", 100), ("2026-09-01", 1_000)):
        books.charged(amount, due_on=due, course_id=course)
    books.charged(10_000, due_on="2026-08-01")
    planned = books.charged(600, due_on="2026-01-01", at=1)
    parts = [("2026-10-15", 200), ("2026-11-29", 200), ("2027-01-15", 200)]
    assert save(books, books.new_id(), [planned], parts, at=1).verdict == "applied"
    books.paid(250, at=1, goes_to=[(planned, 150)])
    rows = ask(books, debt, "student", last="2026-11-30")
    first, second = one(rows, id=books.person()), one(rows, id=books.person(1))
    assert [first[age] for age in AGES] == [1, 10, 100, 1_000, 10_000]
    assert (first["owed"], first["credit"], first["balance"]) == (11_111, 0, 11_111)
    assert [second[age] for age in AGES] == [200, 200, 50, 0, 0]
    assert (second["owed"], second["credit"], second["balance"]) == (450, 100, 350)
    by_course = ask(books, debt, "course", last="2026-11-30")
    assert (one(by_course, id=course)["owed"], one(by_course, id="")["owed"]) == (1_111, 10_450)
    only = ask(books, debt, "student", last="2026-11-30", course_id=course)
    assert [(row["id"], row["owed"]) for row in only] == [(books.person(), 1_111)]
    day = books.row("ledger_entry", planned)["day"]
    assert ask(books, debt, "student", last="2026-01-01") == []
    assert day > "2026-01-01"


def test_expected_income_by_month_less_what_came_in(books: Books) -> None:
    charge = books.charged(900, due_on="2026-12-05")
    books.charged(50)
    planned = books.charged(600, due_on="2026-01-01", at=1)
    parts = [("2026-10-15", 200), ("2026-12-29", 200), ("2027-01-15", 200)]
    assert save(books, books.new_id(), [planned], parts, at=1).verdict == "applied"
    books.paid(250, at=1, goes_to=[(planned, 250)])
    books.paid(300, goes_to=[(charge, 300)])
    rows = ask(books, expected, "2026-11-30", first="2026-10-01", last="2027-03-31")
    assert [(row["name"], row["due"], row["received"], row["open"]) for row in rows] == [
        ("", 50, 0, 50),
        ("2026-10", 200, 200, 0),
        ("2026-12", 1_100, 350, 750),
        ("2027-01", 200, 0, 200),
    ]


def test_histories_agree_with_every_report(books: Books) -> None:
    for number in range(6):
        BookHistory(books, f"reports:{number}").run(10)
    entries, allocations = books.bodies("ledger_entry"), books.bodies("allocation")
    wanted: dict[str, dict[str, int]] = {}
    for person in {entry["person_id"] for entry in entries}:
        own = [entry for entry in entries if entry["person_id"] == person]
        account = accounts_of(own, [line for line in allocations if line["person_id"] == person])[CURRENCY]
        if account.owed or account.free:
            wanted[person] = {"owed": account.owed, "credit": account.free, "balance": account.balance}
    rows = ask(books, debt, "student")
    assert {row["id"]: {key: row[key] for key in ("owed", "credit", "balance")} for row in rows} == wanted
    books_say = {row["id"]: row["balance"] for row in ask(books, balance)}
    assert sum(books_say.values()) == 0
    assert sum(row["balance"] for row in rows) == books_say["receivable"]
    money = sum(amount for account, amount in books_say.items() if account in ("cash", "card", "mobile_money"))
    for by in GROUPINGS[Report.DAILY][:-1]:
        assert sum(row["net"] for row in ask(books, daily, by)) == money
    for by in GROUPINGS[Report.REVENUE]:
        assert sum(row["received"] for row in ask(books, revenue, by)) == money
        if by != "method":
            assert sum(row["charged"] for row in ask(books, revenue, by)) == -books_say["income"]


@pytest.mark.parametrize(
    ("due", "age"),
    [(None, "not_due"), ("2026-11-30", "not_due"), ("2026-11-29", "days_30"), ("2026-10-31", "days_30"),
     ("2026-10-30", "days_60"), ("2026-10-01", "days_60"), ("2026-09-30", "days_90"), ("2026-09-01", "days_90"),
     ("2026-08-31", "older")],
)  # fmt: skip
def test_ages_are_the_same_in_the_rule_and_in_the_statement(books: Books, due: str | None, age: str) -> None:
    assert age_of(due, "2026-11-30") == age
    books.charged(100, due_on=due)
    (row,) = ask(books, debt, "student", last="2026-11-30")
    assert {key: row[key] for key in AGES if row[key]} == {age: 100}
    assert totals((), [row]) == [{"currency": CURRENCY}]
