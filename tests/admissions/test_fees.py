"""Money and admissions, on both databases: the fee opens the form, a place is charged, and paid money stays."""

from shared.admissions.commands import enrolment_id_of, fee_charge_id
from shared.finance.fee_commands import fee_structure_id
from shared.finance.vocabulary import EntryKind
from tests.admissions.ground import Admissions, admissions, file_database
from tests.admissions.samples import ANSWERS
from tests.finance.books import Books, open_books

__all__ = ["admissions", "file_database"]


def _pay(books: Books, admissions: Admissions, amount: int, charge_id: str) -> None:
    person_id = admissions.applicant.actor.person_id
    parts = [{"entry_id": charge_id, "amount": amount}]
    paid_for = [{"person_id": person_id, "amount": amount, "goes_to": parts}]
    assert books.pay(amount, paid_for=paid_for).verdict == "applied"


def test_a_fee_that_is_paid_opens_the_form_and_the_office_hears_of_it(admissions: Admissions) -> None:
    books = open_books(admissions.institute)
    row_id = admissions.start(admissions.add_form(fee=5000)).target_id
    _pay(books, admissions, 2000, fee_charge_id(row_id))
    assert admissions.row("application", row_id)["fee_paid"] is False, "a part of it isn't enough"
    _pay(books, admissions, 3000, fee_charge_id(row_id))
    assert admissions.row("application", row_id)["fee_paid"] is True
    assert admissions.save(row_id, **ANSWERS).verdict == "applied"
    assert admissions.do("SubmitApplication", row_id, {}, admissions.applicant).verdict == "applied"
    assert admissions.events(row_id) == ["started", "fee_paid", "submitted"]


def test_a_fee_that_is_reversed_locks_the_form_again(admissions: Admissions) -> None:
    books = open_books(admissions.institute)
    row_id = admissions.start(admissions.add_form(fee=5000)).target_id
    _pay(books, admissions, 5000, fee_charge_id(row_id))
    assert admissions.row("application", row_id)["fee_paid"] is True
    told = books.at("bursar").do("ReverseEntry", fee_charge_id(row_id), {"reason": "Wrong person"})
    assert told.verdict == "applied"
    assert admissions.row("application", row_id)["fee_paid"] is False


def test_a_decision_stands_once_money_has_moved(admissions: Admissions) -> None:
    books = open_books(admissions.institute)
    institute = admissions.institute
    lines = {"lines": {"old": None, "new": [{"name": "Materials", "kind": "other", "amount": 5_000}]}}
    fees = {"course_id": institute.course_id, "changes": {"name": {"old": None, "new": "Photography"}, **lines}}
    told = books.at("bursar").do("SaveFeeStructure", fee_structure_id(institute.course_id), fees)
    assert told.verdict == "applied", told
    row_id = admissions.sent()
    admissions.checked(row_id)
    assert admissions.decide(row_id, "approved").verdict == "applied"
    enrolment_id = enrolment_id_of(row_id, institute.cohort_id)
    charges = [one for one in books.bodies("ledger_entry") if one["enrolment_id"] == enrolment_id]
    assert sorted((one["what"], one["amount"]) for one in charges) == [("Materials", 5_000), ("Tuition", 250_000)]
    assert admissions.do("UndoDecision", row_id, {}).verdict == "applied"
    assert admissions.decide(row_id, "approved").verdict == "applied"
    back = [one for one in books.bodies("ledger_entry") if one["kind"] == EntryKind.REVERSAL]
    gone = {one["reverses_id"] for one in back} | {one["id"] for one in back}
    living = [one for one in books.bodies("ledger_entry") if one["id"] not in gone]
    assert sorted(one["amount"] for one in living) == [5_000, 250_000], "charged anew, each once"
    _pay(books, admissions, 1000, next(one["id"] for one in living if one["what"] == "Tuition"))
    told = admissions.do("UndoDecision", row_id, {})
    assert (told.verdict, told.code) == ("rejected", "money_moved")
    assert told.message == "Money was paid since. Withdraw the enrolment and refund instead."
    assert admissions.row("application", row_id)["state"] == "approved"
    assert books.trial_balance()
