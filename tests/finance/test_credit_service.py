"""Credit, moved money and payments whose money came or never did, on both databases."""

from types import SimpleNamespace
from typing import Any

import pytest

from server.core.batch import Item
from server.core.person_moves import Merge
from server.finance import moving
from server.finance.personal import unsettled
from shared.core.outcome import Outcome
from shared.finance.commands import payment_entry_id, reversal_id
from tests.finance.books import Books, books

__all__ = ["books"]
CARD = [{"method": "card", "amount": 1_000, "reference": "TX-1"}]


def use(books: Books, entry: str, goes_to: list[tuple[str, int]], by: str = "cashier") -> Outcome:
    parts = [{"entry_id": key, "amount": amount} for key, amount in goes_to]
    return books.at(by).do("AllocateCredit", entry, {"goes_to": parts})


def test_credit_pays_what_is_owed_and_no_more(books: Books) -> None:
    payment = books.paid(1_000)
    charges = [books.charged(700), books.charged(700)]
    told = use(books, payment, [(charges[0], 900), (charges[1], 900)])
    assert (told.verdict, told.details["used"]) == ("applied", 1_000)
    assert dict(books.account().open) == {charges[1]: 400}
    assert use(books, payment, [(charges[1], 1)]).code == "no_credit"


def test_who_may_use_credit_and_what_has_none(books: Books) -> None:
    payment, charge = books.paid(1_000), books.charged(700)
    assert use(books, payment, [(charge, 1)], by="ama").code == "not_allowed"
    assert use(books, charge, [(charge, 1)]).code == "no_credit"
    assert use(books, books.new_id(), [(charge, 1)]).code == "waits_for_creation"
    assert use(books, payment, [(books.charged(50, at=1), 50)]).details["used"] == 0


def test_money_on_the_wrong_student_is_moved(books: Books) -> None:
    wrong, right = books.charged(1_000), books.charged(600, at=1)
    payment = books.paid(1_000, goes_to=[(wrong, 1_000)])
    payload = {
        "to_person_id": books.person(1),
        "goes_to": [{"entry_id": right, "amount": 1_000}],
        "reason": "Wrong name",
    }
    assert books.at("cashier").do("MovePayment", payment, payload).code == "not_allowed"
    told = books.at("bursar").do("MovePayment", payment, payload)
    assert (told.verdict, told.details["credit"]) == ("applied", 400)
    assert (books.account().balance, books.account(1).balance) == (1_000, -400)
    assert books.account(1).credit == {told.details["moved_id"]: 400}
    moved = books.row("ledger_entry", told.details["moved_id"])
    assert (moved["number"], moved["what"]) == ("R-A1-000001", "cash")
    assert {one["words"] for one in books.bodies("account_note")} == {"Wrong name"}
    assert books.trial_balance() == {"cash": 1_000, "income": -1_600, "receivable": 600}
    again = books.at("bursar").do("MovePayment", payment, payload)
    assert again.code == "entry_reversed"
    back = {"to_person_id": books.person(0), "reason": "It was right"}
    assert books.at("bursar").do("MovePayment", told.details["moved_id"], back).verdict == "applied"
    assert (books.account().balance, books.account(1).balance) == (0, 600)


def test_what_isnt_moved(books: Books) -> None:
    charge, payment = books.charged(1_000), books.paid(500)
    bursar, payload = books.at("bursar"), {"to_person_id": books.person(1), "reason": "Wrong name"}
    assert bursar.do("MovePayment", charge, payload).code == "entry_not_movable"
    assert bursar.do("MovePayment", books.new_id(), payload).code == "waits_for_creation"
    assert bursar.do("MovePayment", payment, {**payload, "to_person_id": books.new_id()}).code == "waits_for_creation"
    assert bursar.do("MovePayment", payment, {**payload, "to_person_id": books.person()}).verdict == "agreed"


def test_a_card_payment_waits_until_someone_vouches_for_it(books: Books) -> None:
    told = books.pay(1_000, tenders=CARD)
    assert books.row("payment", told.target_id)["state"] == "processing"
    assert books.at("cashier").do("ConfirmPayment", told.target_id, {"came": True}).code == "not_allowed"
    assert books.at("bursar").do("ConfirmPayment", told.target_id, {"came": True}).verdict == "applied"
    payment = books.row("payment", told.target_id)
    assert (payment["state"], payment["confirmation"]) == ("completed", "confirmed")
    assert books.at("bursar").do("ConfirmPayment", told.target_id, {"came": True}).verdict == "agreed"
    refused = books.at("bursar").do("ConfirmPayment", told.target_id, {"came": False, "reason": "No"})
    assert refused.code == "payment_decided"


def test_money_that_never_came_is_owed_again(books: Books) -> None:
    charge = books.charged(1_000)
    told = books.pay(1_000, goes_to=[(charge, 1_000)], tenders=CARD)
    bursar = books.at("bursar")
    assert bursar.do("ConfirmPayment", told.target_id, {"came": False}).code == "reason_missing"
    assert bursar.do("ConfirmPayment", told.target_id, {"came": False, "reason": "Declined"}).verdict == "applied"
    assert books.row("payment", told.target_id)["state"] == "failed"
    assert (dict(books.account().open), books.account().free) == ({charge: 1_000}, 0)
    entry = payment_entry_id(told.target_id, books.person())
    assert books.row("ledger_entry", reversal_id(entry))["amount"] == 1_000
    assert books.trial_balance() == {"card": 0, "income": -1_000, "receivable": 1_000}
    assert bursar.do("ConfirmPayment", books.new_id(), {"came": True}).code == "waits_for_creation"


def merge(books: Books, work: Any) -> Any:
    """Run a part of a merge of the second student into the first, in a transaction of its own."""
    bursar = books.at("bursar")
    command = bursar.command("MergePeople", books.person(), {})
    parts = books.institute.parts

    def run(db: Any) -> Any:
        batch = parts.door.batch(db, bursar.actor, bursar.origin)
        item = Item(command, command.targets[0], SimpleNamespace(), bursar.actor)
        kept = work(Merge(batch, item, books.person(1), books.person(0), "One", "Other"))
        from server.core import feeds

        feeds.write(batch, [])
        return kept

    return parts.database.write(run)


def test_a_merged_ledger_follows_and_goes_back(books: Books) -> None:
    charge = books.charged(1_000, at=1, due_on="2026-12-01")
    books.paid(1_200, at=1, goes_to=[(charge, 700)])
    books.charged(50)
    kept = merge(books, moving.move)
    assert len(kept) == 2
    account = books.account()
    assert (account.balance, sorted(account.open.values()), list(account.credit.values())) == (-150, [50, 300], [500])
    assert (books.account(1).balance, dict(books.account(1).open)) == (0, {})
    assert {one["due_on"] for one in books.bodies("ledger_entry") if one["id"] in kept} == {"2026-12-01", None}
    with books.institute.parts.database.read() as db:
        places = (books.institute.organisation_id, books.person(1), books.person(0))
        assert moving.hinders_undo(db, *places, kept) == []
        assert moving.counts(db, *places[:2]) == {"ledger_entry": 4}
    merge(books, lambda work: moving.put_back(work, kept))
    assert (books.account().balance, books.account(1).balance) == (50, -200)
    assert list(books.account(1).open.values()) == [300]
    books.trial_balance()
    with books.institute.parts.database.read() as db:
        (why,) = moving.hinders_undo(db, *places, kept)
    assert why == "2 entries of the ledger were reversed since. Undo is no longer possible."


def test_nobody_goes_with_unsettled_money(books: Books) -> None:
    organisation_id = books.institute.organisation_id

    def why() -> list[str]:
        with books.institute.parts.database.read() as db:
            return unsettled(db, organisation_id, books.person())

    assert why() == []
    books.charged(1_050)
    assert why() == ["GHS 10.50 of fees are still owed."]
    books.paid(2_050)
    assert why() == ["GHS 10.00 of credit wasn't paid back yet."]


@pytest.mark.parametrize("kind", ["ledger_entry", "allocation"])
def test_what_nobody_has_is_no_row(books: Books, kind: str) -> None:
    assert books.bodies(kind) == []
