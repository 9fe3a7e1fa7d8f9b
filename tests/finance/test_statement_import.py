"""Statements on both databases: imported once, as a whole or not at all, and nothing is booked by it."""

from typing import Any

import pytest

from shared.core.outcome import Outcome
from shared.finance.statement_layouts import READY
from tests.finance.books import Books, books

__all__ = ["books"]
RULES = dict(READY[0][2])
HEAD = "Date,Description,Reference,Amount\n"
LINES = "19/11/2026,TRANSFER AMA,FT1,15.00\n20/11/2026,TRANSFER KOFI,FT2,25.00\n"


def bring(books: Books, lines: str = LINES, by: str = "bursar", target: str = "", **more: Any) -> Outcome:
    """Import a statement."""
    wanted = {"file_name": "november.csv", "rules": RULES, "currency": "GHS", "content": HEAD + lines, **more}
    return books.at(by).do("ImportStatement", target or books.new_id(), wanted)


def brought(books: Books, lines: str = LINES, **more: Any) -> list[dict[str, Any]]:
    """Import a statement; returns its lines in the file's order."""
    told = bring(books, lines, **more)
    assert told.verdict == "applied", told
    own = [one for one in books.bodies("statement_line") if one["statement_id"] == told.target_id]
    return sorted(own, key=lambda one: int(one["line"]))


def test_lines_become_rows_and_nothing_is_booked(books: Books) -> None:
    first, second = brought(books, opening=1_000, closing=5_000)
    assert (first["line"], first["day"], first["words"], first["amount"]) == (2, "2026-11-19", "TRANSFER AMA", 1_500)
    assert (second["reference"], second["origin"], second["state"]) == ("FT2", "bank", "open")
    statement = books.bodies("bank_statement")[0]
    assert (statement["total"], statement["taken"], statement["skipped"]) == (4_000, 2, 0)
    assert (statement["opening"], statement["closing"], statement["first_day"]) == (1_000, 5_000, "2026-11-19")
    assert books.bodies("ledger_entry") == []


def test_the_same_lines_come_once(books: Books) -> None:
    told = bring(books)
    assert bring(books, target=told.target_id).verdict == "agreed"
    again = bring(books)
    assert (again.code, again.details["earlier"], again.details["skipped"]) == ("statement_known", [2, 3], 2)
    more = bring(books, LINES + "20/11/2026,TRANSFER EFE,FT3,5.00\n20/11/2026,TRANSFER EFE,FT3,5.00\n")
    assert (more.verdict, more.details["taken"], more.details["skipped"]) == ("applied", 1, 3)
    assert (more.details["in_file"], more.details["earlier"]) == ([5], [2, 3])
    assert len(books.bodies("statement_line")) == 3


def test_lines_that_are_the_same_twice_are_real_where_the_balances_prove_it(books: Books) -> None:
    twice = "20/11/2026,Deposit,,5.00\n20/11/2026,Deposit,,5.00\n"
    assert len(brought(books, twice, opening=0, closing=1_000)) == 2
    assert bring(books, twice, opening=0, closing=1_000).code == "statement_known"


def test_totals_that_dont_agree_need_a_reason(books: Books) -> None:
    told = bring(books, opening=1_000, closing=6_000)
    assert (told.code, "GHS 10.00" in str(told.message)) == ("statement_totals", True)
    assert books.bodies("statement_line") == []
    kept = bring(books, opening=1_000, closing=6_000, reason="A cheque is on its way")
    assert kept.verdict == "applied"
    assert books.bodies("bank_statement")[0]["reason"] == "A cheque is on its way"


@pytest.mark.parametrize(
    ("lines", "more", "code"),
    [
        ("32/11/2026,A,,5\n", {}, "statement_date"),
        ("21/11/2026,A,,5\n", {}, "statement_future"),
        ("20/11/2026,A,,USD 5\n", {}, "statement_currency"),
        ("", {}, "statement_empty"),
        (LINES, {"rules": {**RULES, "date": []}}, "field_invalid"),
        (LINES, {"rules": {}}, "field_invalid"),
        (LINES, {"by": "cashier"}, "not_allowed"),
    ],
)
def test_what_cant_be_imported_leaves_nothing(books: Books, lines: str, more: dict[str, Any], code: str) -> None:
    told = bring(books, lines, **more)
    assert (told.verdict, told.code) == ("rejected", code)
    assert told.message
    assert books.bodies("bank_statement") == []


def test_layouts_are_kept_and_changed(books: Books) -> None:
    target = books.new_id()
    keep = {"name": {"new": "Our bank"}, "rules": {"new": RULES}}
    told = books.at("bursar").do("SaveBankLayout", target, {"changes": keep})
    assert told.verdict == "applied", told
    changed = {"rules": {"old": RULES, "new": {**RULES, "date_format": "YYYY-MM-DD"}}}
    assert books.at("bursar").do("SaveBankLayout", target, {"changes": changed}, told.revision).verdict == "applied"
    assert books.row("bank_layout", target)["rules"]["date_format"] == "YYYY-MM-DD"
    bad = {"rules": {"new": {**RULES, "delimiter": "?"}}}
    assert books.at("bursar").do("SaveBankLayout", target, {"changes": bad}).code == "field_invalid"
    assert books.at("bursar").do("SaveBankLayout", books.new_id(), {"changes": {"rules": {"new": RULES}}}).code == (
        "field_invalid"
    )
    assert books.at("cashier").do("SaveBankLayout", books.new_id(), {"changes": keep}).code == "not_allowed"
