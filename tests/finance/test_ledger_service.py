"""Charging, paying and taking back on both databases: what is written, what is refused, and that books agree."""

import logging
import sqlite3
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
import sqlalchemy

from server.finance import money_came
from shared.finance.commands import payment_entry_id, reversal_id
from shared.people.vocabulary import Role
from tests.finance.books import Books, books
from tests.institute import Device

__all__ = ["books"]


def test_a_charge_has_a_number_and_its_taxes(books: Books) -> None:
    tax = {"name": "NHIL", "rate": 250, "amount": 250}
    first = books.charged(10_250, taxes=[tax], due_on="2026-12-01", kind="tuition")
    second = books.charged(500)
    assert books.row("ledger_entry", first)["number"] == "I-2026-0001"
    assert books.row("ledger_entry", second)["number"] == "I-2026-0002"
    assert books.row("ledger_entry", first)["taxes"] == [tax]
    assert books.row("ledger_entry", first)["day"] == "2026-11-20"
    assert books.trial_balance() == {"income": -10_500, "receivable": 10_750, "tax": -250}
    assert books.account().balance == 10_750


def test_a_refused_charge_leaves_no_gap(books: Books) -> None:
    books.charged(500)
    assert books.charge(500, by="cashier").code == "not_allowed"
    assert books.charge(500, taxes=[{"name": "NHIL", "rate": 1, "amount": 501}]).code == "taxes_exceed"
    assert books.row("ledger_entry", books.charged(500))["number"] == "I-2026-0002"


@pytest.mark.parametrize("amount", [0, -5, 1.5, 10**13 + 1, "5"])
def test_an_amount_that_is_none(books: Books, amount: object) -> None:
    told = books.charge(amount)  # type: ignore[arg-type]  # what no form sends
    assert (told.verdict, told.code) == ("rejected", "invalid_payload")
    assert books.bodies("ledger_entry") == []


def test_a_charge_of_someone_unknown_waits(books: Books) -> None:
    assert books.charge(500, person_id=books.new_id()).code == "waits_for_creation"


def test_the_same_charge_twice_is_one(books: Books) -> None:
    entry = books.charged(500)
    assert books.charge(500, target=entry).verdict == "agreed"
    assert books.account().balance == 500


def test_a_payment_pays_what_it_names_and_the_rest_is_credit(books: Books) -> None:
    charge = books.charged(1_000)
    told = books.pay(1_500, goes_to=[(charge, 1_200)], tenders=[{"method": "cash", "amount": 1_500, "given": 2_000}])
    assert told.details["credit"] == 500
    assert told.details["reference"].startswith("PAY-20261120080000-")
    account = books.account()
    assert (account.balance, dict(account.open)) == (-500, {})
    assert dict(account.credit) == {payment_entry_id(told.target_id, books.person()): 500}
    payment = books.row("payment", told.target_id)
    assert (payment["state"], payment["confirmation"], payment["person_id"]) == (
        "completed",
        "confirmed",
        books.person(),
    )
    assert payment["taken_by_name"] == "Kwesi Appiah"
    assert books.trial_balance() == {"cash": 1_500, "income": -1_000, "receivable": -500}


def test_a_payment_is_there_whole_or_not_at_all(
    books: Books, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    charge = books.charged(1_000)

    def breaks(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(money_came, "write_entries", breaks)
    with caplog.at_level(logging.CRITICAL, "server.core.command_log"):
        told = books.pay(1_000, goes_to=[(charge, 1_000)])
    assert (told.verdict, told.code) == ("held", "server_fault")
    for table in ("payment", "allocation", "receipt"):
        assert books.rows(f"SELECT id FROM {table} WHERE organisation_id = :o") == []
    assert books.account().balance == 1_000


def test_what_two_cashiers_take_for_one_charge_is_never_above_it(books: Books) -> None:
    charge = books.charged(1_000)
    first = books.pay(1_000, goes_to=[(charge, 1_000)])
    second = books.pay(1_000, goes_to=[(charge, 1_000)])
    assert (first.details["credit"], second.details["credit"]) == (0, 1_000)
    assert (books.account().owed, books.account().free) == (0, 1_000)


def test_payments_of_one_batch_see_each_other(books: Books) -> None:
    charge = books.charged(1_000)
    cashier = books.at("cashier")
    commands = [
        cashier.command("TakePayment", books.new_id(), books.paying(700, goes_to=[(charge, 700)])) for _ in range(2)
    ]
    assert [told.details["credit"] for told in cashier.send(*commands)] == [0, 400]


def test_a_sponsor_pays_for_many_by_several_means(books: Books) -> None:
    charges = [books.charged(600, at) for at in range(2)]
    shares = [
        {"person_id": books.person(at), "amount": 600, "goes_to": [{"entry_id": charges[at], "amount": 600}]}
        for at in range(2)
    ]
    tenders = [
        {"method": "cash", "amount": 500},
        {"method": "mobile_money", "amount": 700, "reference": "MM-1"},
    ]
    told = books.pay(1_200, paid_for=shares, tenders=tenders, payer_name="Rotary Club")
    assert (told.verdict, told.details["credit"]) == ("applied", 0)
    payment = books.row("payment", told.target_id)
    assert (payment["person_id"], payment["state"], payment["confirmation"]) == (None, "processing", "unconfirmed")
    assert [books.account(at).balance for at in range(2)] == [0, 0]
    assert books.trial_balance() == {"cash": 500, "income": -1_200, "mobile_money": 700, "receivable": 0}


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"amount": 1_001}, "tenders_differ"),
        ({"tenders": [{"method": "cash", "amount": 1_000, "given": 900}]}, "too_little_given"),
        ({"tenders": [{"method": "card", "amount": 1_000, "reference": "1", "given": 1_000}]}, "too_little_given"),
        ({"tenders": [{"method": "card", "amount": 1_000}]}, "reference_missing"),
        ({"currency": "CEDI"}, "invalid_payload"),
        ({"amount": 0}, "invalid_payload"),
    ],
)
def test_a_payment_that_no_till_took(books: Books, more: dict[str, object], code: str) -> None:
    told = books.at("cashier").do("TakePayment", books.new_id(), {**books.paying(1_000), **more})
    assert (told.verdict, told.code) == ("rejected", code)
    assert books.bodies("payment") == []


def test_money_of_another_currency_pays_no_charge(books: Books) -> None:
    charge = books.charged(1_000)
    assert books.pay(1_000, goes_to=[(charge, 1_000)], currency="NGN").details["credit"] == 1_000
    assert (books.account().owed, books.account(currency="NGN").free) == (1_000, 1_000)


def test_who_may_not_take_money(books: Books) -> None:
    other = Device(books.institute, books.at("registrar").actor, books.at("cashier").origin, 1_000)
    told = other.do("TakePayment", books.new_id(), books.paying(1_000))
    assert (told.verdict, told.code) == ("held", "not_allowed")
    assert books.bodies("payment") == []


def test_the_same_payment_twice_is_one(books: Books) -> None:
    target, payload = books.new_id(), books.paying(1_000)
    assert books.at("cashier").do("TakePayment", target, payload).verdict == "applied"
    assert books.at("cashier").do("TakePayment", target, payload).verdict == "agreed"
    assert books.account().balance == -1_000


def test_what_was_paid_on_a_reversed_charge_becomes_credit(books: Books) -> None:
    charge = books.charged(1_000)
    payment = books.paid(400, goes_to=[(charge, 400)])
    told = books.at("bursar").do("ReverseEntry", charge, {"reason": "Charged twice"}, charge)
    assert (told.verdict, told.details["reversal_id"]) == ("applied", reversal_id(charge))
    account = books.account()
    assert (account.balance, dict(account.open), dict(account.credit)) == (-400, {}, {payment: 400})
    assert sum(one["amount"] for one in books.bodies("allocation")) == 0
    (kept,) = books.bodies("account_note")
    assert (kept["words"], kept["entry_id"]) == ("Charged twice", reversal_id(charge))
    assert books.trial_balance() == {"cash": 400, "income": 0, "receivable": -400}
    again = books.at("bursar").do("ReverseEntry", charge, {"reason": "Charged twice"}, charge)
    assert again.verdict == "agreed"


def test_what_isnt_reversed(books: Books) -> None:
    charge, payment = books.charged(1_000), books.paid(400)
    assert books.at("cashier").do("ReverseEntry", charge, {"reason": "No"}).code == "invalid_payload"
    assert books.at("cashier").do("ReverseEntry", charge, {"reason": "Mistake"}).code == "not_allowed"
    assert books.at("bursar").do("ReverseEntry", payment, {"reason": "Mistake"}).code == "entry_not_reversible"
    assert books.at("bursar").do("ReverseEntry", books.new_id(), {"reason": "Mistake"}).code == "waits_for_creation"


@pytest.mark.parametrize("statement", ["UPDATE {table} SET amount = 1", "DELETE FROM {table}"])
@pytest.mark.parametrize("table", ["ledger_entry", "posting", "allocation"])
def test_the_database_itself_keeps_the_ledger(books: Books, table: str, statement: str) -> None:
    charge = books.charged(1_000)
    books.paid(400, goes_to=[(charge, 400)])
    sql = f"{statement.format(table=table)} WHERE organisation_id = :o"
    database = books.institute.parts.database
    with pytest.raises((sqlite3.IntegrityError, psycopg.errors.InsufficientPrivilege, sqlalchemy.exc.DBAPIError)):
        database.write(lambda db: db.run(sql, o=books.institute.organisation_id))
    assert books.account().balance == 600


def test_who_sees_which_ledger(books: Books) -> None:
    books.charged(1_000)
    feed = books.rows("SELECT scope, also FROM feed_row WHERE organisation_id = :o AND kind = 'ledger_entry'")
    assert feed == [("finance", f"person:{books.person()}")]
    instructor = books.institute.refreshed(books.at("ama").actor)
    assert "finance" not in instructor.scopes
    assert "finance:fees" in instructor.scopes
    officer = books.institute.device("officer", Role.ATTENDANCE_OFFICER, "Yaw Mensah")
    assert not any(word.startswith("finance") for word in officer.actor.permissions)


def test_many_who_pay_and_charge_at_once_leave_books_that_agree(books: Books) -> None:
    charge = books.charged(1_000)
    cashier, bursar = books.at("cashier"), books.at("bursar")
    work = [
        (cashier, cashier.command("TakePayment", books.new_id(), books.paying(700, goes_to=[(charge, 700)])))
        for _ in range(4)
    ]
    fee = {"person_id": books.person(1), "what": "Fee", "amount": 5, "currency": "GHS"}
    work += [(bursar, bursar.command("ChargeStudent", books.new_id(), fee)) for _ in range(4)]
    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda one: one[0].send(one[1])[0], work))
    assert {one.verdict for one in told} == {"applied"}
    assert sorted(one.details["credit"] for one in told[:4]) == [0, 400, 700, 700]
    assert (books.account().owed, books.account().free) == (0, 1_800)
    numbers = sorted(one["number"] for one in books.bodies("ledger_entry") if one["kind"] == "charge")
    assert numbers == [f"I-2026-{at:04}" for at in range(1, 6)]
    books.trial_balance()
