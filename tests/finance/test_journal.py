"""The journal for accountants over HTTP and in the books: it agrees with them, is the same twice, and says so."""

import csv
import io
from typing import Any

import pytest

from server.finance.journal import journal_lines
from server.finance.report_queries import balance
from shared.finance.journal_rules import chart, code_of, what_of, what_words
from shared.finance.report_vocabulary import DEFAULT_CODES
from tests.finance.book_histories import BookHistory
from tests.finance.books import Books, books
from tests.finance.test_account_routes import money, planned, purse, small
from tests.finance.test_report_queries import ask, span
from tests.timetable.planned_server import PlannedServer

__all__ = ["books", "money", "planned", "purse", "small"]
DAYS = {"first": "2026-01-01", "last": "2026-12-31"}


def charge(served: PlannedServer, amount: int = 11_500) -> None:
    """Charge a student, with tax."""
    wanted = {"person_id": served.people["esi"], "what": "=Tuition", "amount": amount, "currency": "GHS"}
    taxes = [{"name": "VAT", "rate": 1_500, "amount": 1_500}]
    assert served.ask("POST", "ledger-entries", {**wanted, "taxes": taxes}).status == 201


def lines_of(body: bytes) -> list[dict[str, str]]:
    """The lines of a CSV file."""
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))


def test_a_journal_is_taken_out_twice_and_says_so(money: PlannedServer) -> None:
    charge(money)
    look = f"journal?first={DAYS['first']}&last={DAYS['last']}"
    seen = money.ask("GET", look, by="efua").data
    assert seen["sums"] == [{"currency": "GHS", "debit": 11_500, "credit": 11_500}]
    assert (seen["lines"], seen["exported"]) == (3, [])
    first = money.ask("POST", "journal/exports", DAYS, by="efua")
    again = money.ask("POST", "journal/exports", DAYS, by="efua")
    assert first.status == 200
    assert first.body == again.body
    rows = lines_of(first.body)
    assert {(row["Account"], row["Debit"], row["Credit"]) for row in rows} == {
        ("1200", "115.00", ""), ("4090", "", "100.00"), ("2200", "", "15.00"),
    }  # fmt: skip
    assert all(row["Text"] == "'=Tuition" for row in rows)
    seen = money.ask("GET", look, by="efua").data
    assert [(one["by"], one["same"], one["lines"]) for one in seen["exported"]] == [("Efua", True, 3)] * 2
    charge(money)
    assert [one["same"] for one in money.ask("GET", look, by="efua").data["exported"]] == [False, False]
    books = [money.ask("POST", "journal/exports", {**DAYS, "format": "xlsx"}, by="efua").body for _ in range(2)]
    assert books[0] == books[1]


def test_codes_are_set_and_stand_in_the_next_journal(money: PlannedServer) -> None:
    charge(money)
    told = money.ask("PUT", "journal/accounts", {"what": "tax", "code": "2210", "name": "VAT due"}, by="efua")
    assert {"what": "tax", "code": "2210", "name": "VAT due"} in told.data
    assert len(told.data) == len(DEFAULT_CODES)
    rows = lines_of(money.ask("POST", "journal/exports", DAYS, by="efua").body)
    assert {(row["Account"], row["Account name"]) for row in rows} >= {("2210", "VAT due"), ("4090", "Income: other")}
    assert money.ask("GET", "journal/accounts", by="esi").code == "not_allowed"
    assert money.ask("PUT", "journal/accounts", {"what": "tax", "code": "1"}, by="esi").code == "not_allowed"
    assert money.ask("POST", "journal/exports", DAYS, by="esi").code == "not_allowed"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [("GET", "journal?first=2026-02-01&last=2026-01-01", None),
     ("GET", "journal?first=2026-02-30&last=2026-03-01", None),
     ("POST", "journal/exports", {"first": "2026-02-01", "last": "2026-01-01"}),
     ("POST", "journal/exports", {**DAYS, "format": "exe"}),
     ("PUT", "journal/accounts", {"what": "tax", "code": "=1+1"}),
     ("PUT", "journal/accounts", {"what": "tax", "code": ""}),
     ("PUT", "journal/accounts", {"what": "../etc", "code": "1"})],
)  # fmt: skip
def test_what_cant_be_taken_out_or_set(purse: PlannedServer, method: str, path: str, body: Any) -> None:
    assert purse.ask(method, path, body, by="efua").status == 422


def test_histories_agree_with_the_journal(books: Books) -> None:
    for number in range(4):
        BookHistory(books, f"journal:{number}").run(10)
    with books.institute.parts.database.read() as db:
        lines = journal_lines(db, span(books))
    assert sum(line.amount for line in lines) == 0
    by_entry: dict[str, int] = {}
    for line in lines:
        by_entry[line.entry_id] = by_entry.get(line.entry_id, 0) + line.amount
    assert set(by_entry.values()) == {0}
    told = {row["id"]: row["balance"] for row in ask(books, balance)}
    assert sum(line.amount for line in lines if line.code.code == "1200") == told["receivable"]
    assert sum(line.amount for line in lines if line.code.what == "method:cash") == told["cash"]


def test_a_device_sends_no_journal_twice_and_no_foreign_row(books: Books) -> None:
    target = books.new_id()
    days = {"first_day": "2026-01-01", "last_day": "2026-12-31"}
    assert books.at("bursar").do("NoteJournal", target, days).verdict == "applied"
    assert books.at("bursar").do("NoteJournal", target, days).verdict == "agreed"
    assert books.at("cashier").do("NoteJournal", books.new_id(), days).code == "not_allowed"
    code = {"what": "tax", "code": "2210"}
    assert books.at("bursar").do("SetBookAccount", books.new_id(), code).code == "field_invalid"


def test_everything_posted_has_a_code_and_words() -> None:
    assert what_of("income", "tuition", "") == "income:tuition"
    assert what_of("income", "", "") == "income:other"
    assert what_of("gateway", "", "paystack") == "method:paystack"
    assert what_of("gateway", "", "") == "method:gateway"
    assert code_of({}, "later", "", "").code == "9999"
    assert [one.code for one in chart({})] == sorted(DEFAULT_CODES.values())
    for what in ("method:later", "later", "method:gateway", "income:later"):
        assert what_words(what)
