"""The rules of ledgers: postings that sum up to nothing, money shared out and clipped, balances and totals."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.core.ids import derived_id
from shared.finance.commands import ChargeStudent, PaidFor, TakePayment, Tender
from shared.finance.entry_rules import (
    charge_postings,
    given_postings,
    money_by_share,
    paid_postings,
    reversed_postings,
    trial_balance,
)
from shared.finance.ledger_rules import (
    accounts_of,
    clipped,
    in_order,
    oldest_first,
    running,
    share_out,
    totals,
)
from shared.finance.payment_rules import (
    change_of,
    confirmation_of,
    methods_of,
    payment_fault,
    payment_reference,
    receipt_id,
    state_of,
)
from shared.finance.permissions import (
    may_approve,
    may_charge,
    may_manage_finance,
    may_see_account,
    may_see_ledgers,
    may_take_payment,
)
from shared.finance.vocabulary import Account, Confirmation, EntryKind, Method, PaymentState
from shared.people.vocabulary import Role
from tests.desks import make_actor

ID = derived_id("someone")
AMOUNTS = st.integers(1, 10**9)
RECEIPT = {
    "number": "R-A1-000001",
    "till_id": ID,
    "series": 1,
    "sequence": 1,
    "issued_at": "2026-11-20T08:00:00Z",
    "words": "w",
    "signature": "s",
}


def line(key: str, amount: int, kind: str = "charge", **more: Any) -> dict[str, Any]:
    """A ledger entry as rules look at it."""
    return {
        "id": key, "amount": amount, "kind": kind, "currency": "GHS", "day": "2026-11-01", "made_at": key,
        "due_on": None, "payment_id": None, "reverses_id": None, **more,
    }  # fmt: skip


def paid(entry_id: str, charge_id: str, amount: int) -> dict[str, Any]:
    """An allocation."""
    return {"entry_id": entry_id, "charge_id": charge_id, "amount": amount}


@given(AMOUNTS, st.integers(0, 10**6))
def test_postings_sum_up_to_nothing(amount: int, tax: int) -> None:
    whole = amount + tax
    for postings in (
        charge_postings(whole, tax),
        given_postings(EntryKind.DISCOUNT, amount),
        given_postings(EntryKind.SCHOLARSHIP, amount),
        paid_postings([(Account.CASH, amount), (Account.CARD, tax)]),
    ):
        assert sum(part for _, part in postings) == 0
        assert all(part for _, part in postings)
        assert trial_balance([*postings, *reversed_postings(postings)]) == dict.fromkeys(dict(postings), 0)


@given(st.lists(AMOUNTS, min_size=1, max_size=6), st.lists(st.sampled_from(list(Method)), min_size=1, max_size=4))
def test_the_money_of_a_payment_lies_somewhere_once(shares: list[int], methods: list[Method]) -> None:
    total = sum(shares)
    parts = [total // len(methods)] * len(methods)
    parts[0] += total - sum(parts)
    found = money_by_share(shares, list(zip(methods, parts, strict=True)))
    assert [sum(part for _, part in one) for one in found] == shares
    with pytest.raises(ValueError, match="1"):
        money_by_share([*shares, 1], list(zip(methods, parts, strict=True)))


@given(AMOUNTS, st.dictionaries(st.text("abcdef", min_size=1, max_size=3), AMOUNTS, max_size=6))
def test_money_is_shared_out_and_never_above_what_is_owed(amount: int, open_: dict[str, int]) -> None:
    debts = [line(key, value) for key, value in open_.items()]
    found = share_out(amount, [*debts, line("settled", 5)], open_)
    assert sum(part for _, part in found) == min(amount, sum(open_.values()))
    assert all(0 < part <= open_[key] for key, part in found)
    assert [key for key, _ in found] == [one["id"] for one in oldest_first(debts)][: len(found)]


@given(st.lists(st.tuples(st.sampled_from("abcx"), AMOUNTS), max_size=6), AMOUNTS)
def test_what_is_wanted_is_clipped(wanted: list[tuple[str, int]], most: int) -> None:
    open_ = {"a": 100, "b": 10**9, "c": 0}
    found = clipped(wanted, open_, most)
    assert sum(part for _, part in found) <= most
    for key in "abcx":
        assert sum(part for one, part in found if one == key) <= open_.get(key, 0)


def test_the_longest_due_is_paid_first() -> None:
    debts = [line("a", 1), line("b", 1, due_on="2026-12-01"), line("c", 1, due_on="2026-11-01")]
    assert [one["id"] for one in oldest_first(debts)] == ["c", "b", "a"]


def test_a_ledger_is_listed_by_day_and_runs() -> None:
    entries = [line("b", -400, "payment", day="2026-11-02"), line("c", 100), line("a", 1_000)]
    assert [one["id"] for one in in_order(entries)] == ["a", "c", "b"]
    assert [balance for _, balance in running(entries)] == [1_000, 1_100, 700]


def test_what_was_reversed_counts_no_longer() -> None:
    entries = [
        line("charge", 1_000, due_on="2026-10-01"),
        line("back", -1_000, "reversal", reverses_id="charge"),
        line("paid", -600, "payment", payment_id="p"),
        line("given", -50, "discount"),
        line("refund", 100, "refund"),
        line("naira", 7, currency="NGN"),
    ]
    allocations = [paid("paid", "charge", 500), paid("paid", "refund", 100)]
    found = accounts_of(entries, allocations)
    assert (found["GHS"].balance, dict(found["GHS"].open)) == (-550, {})
    assert dict(found["GHS"].credit) == {"paid": 500, "given": 50}
    assert (found["GHS"].owed, found["GHS"].free, found["NGN"].owed) == (0, 550, 7)
    summed = totals(entries, allocations, "GHS", "2026-11-20", frozenset({"p"}))
    assert (summed.charged, summed.paid, summed.pending, summed.refunded) == (0, 600, 600, 100)
    assert (summed.reduced, summed.overdue, summed.credit) == (50, 0, 550)
    assert totals([], [], "GHS", "2026-11-20").balance == 0


def test_overdue_is_what_is_still_owed_after_its_day() -> None:
    entries = [line("a", 500, due_on="2026-11-19"), line("b", 70, due_on="2026-11-20"), line("c", -200, "payment")]
    summed = totals(entries, [paid("c", "a", 200)], "GHS", "2026-11-20")
    assert (summed.overdue, summed.due) == (300, 370)


def taking(**more: Any) -> TakePayment:
    """A payment of 1,000 in cash."""
    wanted = {
        "amount": 1_000,
        "currency": "GHS",
        "paid_for": [{"person_id": ID, "amount": 1_000}],
        "tenders": [{"method": "cash", "amount": 1_000}],
        "shift_id": ID,
        "receipt": RECEIPT,
        **more,
    }
    return TakePayment.model_validate(wanted)


def share(amount: int, *goes_to: int, person_id: str = ID, same: bool = False) -> dict[str, Any]:
    """A student's share of a payment."""
    keys = [ID if same else derived_id("charge", str(at)) for at in range(len(goes_to))]
    parts = [{"entry_id": key, "amount": part} for key, part in zip(keys, goes_to, strict=True)]
    return PaidFor.model_validate({"person_id": person_id, "amount": amount, "goes_to": parts}).model_dump()


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({}, None),
        ({"tenders": [{"method": "cash", "amount": 1_000, "given": 2_000}]}, None),
        ({"tenders": [{"method": "card", "amount": 1_000, "reference": "TX"}]}, None),
        ({"amount": 999}, "tenders_differ"),
        ({"paid_for": [share(999)]}, "shares_differ"),
        ({"paid_for": [share(500), share(500)]}, "student_twice"),
        ({"paid_for": [share(1_000, 600, 500)]}, "share_exceeded"),
        ({"paid_for": [share(1_000, 500, 500, same=True)]}, "charge_twice"),
        ({"tenders": [{"method": "cash", "amount": 1_000, "given": 999}]}, "too_little_given"),
        ({"tenders": [{"method": "card", "amount": 1_000, "given": 1_000}]}, "too_little_given"),
        ({"tenders": [{"method": "mobile_money", "amount": 1_000, "reference": " "}]}, "reference_missing"),
    ],
)
def test_what_no_till_took(more: dict[str, Any], code: str | None) -> None:
    found = payment_fault(taking(**more))
    assert (found[0] if found else None) == code


def test_a_payment_has_a_name_and_a_state() -> None:
    payment_id = "01a1f7f8-3000-7672-874a-d4a8ff8edb2f"
    assert payment_reference(payment_id, "2026-11-21T15:30:05+01:00") == "PAY-20261121143005-D4A8FF8EDB2F"
    assert receipt_id(payment_id) == receipt_id(payment_id)
    cash, card = Tender(method=Method.CASH, amount=70, given=100), Tender(method=Method.CARD, amount=5, reference="T")
    assert state_of(confirmation_of([cash])) is PaymentState.COMPLETED
    assert state_of(confirmation_of([cash, card])) is PaymentState.PROCESSING
    assert state_of(Confirmation.REFUSED) is PaymentState.FAILED
    assert methods_of([cash, card, cash]) == "cash,card"
    assert (change_of(cash), change_of(card)) == (30, 0)


@pytest.mark.parametrize("amount", [0, -1, 1.0, "1", 10**13 + 1, True])
def test_an_amount_is_a_whole_number_above_zero(amount: object) -> None:
    wanted = {"person_id": ID, "what": "Fee", "amount": amount, "currency": "GHS"}
    with pytest.raises(ValueError, match="amount"):
        ChargeStudent.model_validate(wanted)


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        (Role.BURSAR, "see charge take approve manage"),
        (Role.ADMINISTRATOR, "see charge take approve manage"),
        (Role.REGISTRAR, "see charge"),
        (Role.CASHIER, "see take"),
        (Role.AUDITOR, "see"),
        (Role.INSTRUCTOR, ""),
        (Role.ATTENDANCE_OFFICER, ""),
        (Role.STUDENT, ""),
    ],
)
def test_who_may_do_what(role: Role, allowed: str) -> None:
    actor = make_actor(ID, "Someone", role)
    checks = {
        "see": may_see_ledgers,
        "charge": may_charge,
        "take": may_take_payment,
        "approve": may_approve,
        "manage": may_manage_finance,
    }
    assert [word for word, may in checks.items() if may(actor)] == allowed.split()
    assert may_see_account(actor, ID)
    assert may_see_account(actor, derived_id("other")) == bool(allowed)
