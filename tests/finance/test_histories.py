"""A few hundred ledger histories: the books agree whatever people do, and the check finds books that don't."""

import pytest

from server.finance import money_came
from shared.finance import ledger_rules
from tests.finance import histories
from tests.finance.book_histories import run_histories
from tests.finance.books import Books, books

__all__ = ["books"]


def test_books_agree_in_the_rules() -> None:
    assert histories.pure(150, seed=7) > 900


def test_books_agree_through_the_door(books: Books) -> None:
    assert run_histories(books, 4, seed=3) > 12


def test_a_history_whose_till_pays_beyond_a_charge_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(histories, "clipped", lambda wanted, _open, _most: list(wanted))
    with pytest.raises(AssertionError, match="history 7:"):
        histories.pure(150, seed=7)


def test_a_history_that_shares_out_too_much_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger_rules, "oldest_first", list)
    monkeypatch.setattr(histories, "share_out", lambda amount, debts, _open: [(one["id"], amount) for one in debts])
    monkeypatch.setattr(histories, "clipped", lambda wanted, _open, _most: list(wanted))
    with pytest.raises(AssertionError, match="history 7:"):
        histories.pure(150, seed=7)


def test_a_server_that_pays_beyond_a_charge_is_found(books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(money_came, "clipped", lambda wanted, _open, _most: list(wanted))
    with pytest.raises(AssertionError, match="history 3:"):
        run_histories(books, 6, seed=3)
