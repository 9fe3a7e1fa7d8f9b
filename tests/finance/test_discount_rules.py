"""Discounts: what they come to, whom they are given to, which can't be kept, and what pending commands show."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.core.command import Command
from shared.core.ids import derived_id
from shared.finance.discount_rules import (
    FIRST,
    discount_amount,
    discount_fault,
    folded_code,
    percent_words,
    refused,
    with_code,
)
from shared.finance.ledger_rules import accounts_of
from shared.finance.models import entry_body
from shared.finance.plan_projections import PROJECTIONS
from shared.finance.vocabulary import EntryKind

DAY = "2026-11-20"
PERSON, CHARGE, GIVEN = derived_id("person"), derived_id("charge"), derived_id("discount")


def discount(**more: Any) -> dict[str, Any]:
    """A discount of a tenth."""
    return {**FIRST, "id": GIVEN, "revision": GIVEN, "name": "Sibling", "rate": 1_000, "code": "SIB-10", **more}


def charge(**more: Any) -> dict[str, Any]:
    """A charge of 1,000.00."""
    return {
        "id": CHARGE, "kind": "charge", "amount": 100_000, "currency": "GHS", "person_id": PERSON,
        "course_id": "c1", "cohort_id": "k1", **more,
    }  # fmt: skip


def use(person_id: str = PERSON, charge_id: str = "other") -> dict[str, Any]:
    """That the discount was given."""
    return {"discount_id": GIVEN, "person_id": person_id, "charge_id": charge_id}


@given(st.integers(1, 10_000), st.integers(1, 10**12), st.integers(0, 10**12), st.none() | st.integers(1, 10**12))
def test_never_more_than_what_is_left(rate: int, amount: int, open_: int, most: int | None) -> None:
    for one in (discount(rate=rate), discount(rate=0, amount=rate)):
        found = discount_amount(one, charge(amount=amount), open_, most)
        assert 0 <= found <= open_
        assert most is None or found <= most


def test_what_a_discount_comes_to() -> None:
    assert discount_amount(discount(rate=1_250), charge(), 100_000) == 12_500
    assert discount_amount(discount(rate=0, amount=500), charge(), 100_000) == 500
    assert discount_amount(discount(), charge(), 100_000, 300) == 300


@pytest.mark.parametrize(
    ("given_", "of", "open_", "uses", "code"),
    [
        (discount(), charge(), 100_000, [], None),
        (discount(course_id="c1", cohort_id="k1", valid_from=DAY, valid_to=DAY, most=1, most_each=1), charge(), 1, [],
         None),
        (None, charge(), 1, [], "coupon_unknown"),
        (discount(state="retired"), charge(), 1, [], "discount_expired"),
        (discount(valid_to="2026-11-19"), charge(), 1, [], "discount_expired"),
        (discount(valid_from="2026-11-21"), charge(), 1, [], "discount_not_yet"),
        (discount(course_id="c2"), charge(), 1, [], "discount_elsewhere"),
        (discount(cohort_id="k2"), charge(), 1, [], "discount_elsewhere"),
        (discount(), charge(kind="payment"), 1, [], "not_a_charge"),
        (discount(rate=0, amount=5, currency="NGN"), charge(), 1, [], "other_currency"),
        (discount(), charge(), 1, [use(charge_id=CHARGE)], "discount_given"),
        (discount(most_each=1), charge(), 1, [use()], "discount_given"),
        (discount(most=1), charge(), 1, [use("another")], "discount_used_up"),
        (discount(most=2, most_each=2), charge(), 1, [use()], None),
        (discount(), charge(), 0, [], "nothing_left"),
    ],
)  # fmt: skip
def test_to_whom_it_is_given(given_: Any, of: Any, open_: int, uses: list[Any], code: str | None) -> None:
    found = refused(given_, of, open_, DAY, uses)
    assert (found.code if found else None) == code


@pytest.mark.parametrize(
    ("more", "begins"),
    [
        ({}, None), ({"rate": 0, "amount": 5}, None), ({"code": ""}, None), ({"kind": "scholarship"}, None),
        ({"colour": "red"}, "This can't"), ({"name": " "}, "Enter a name"), ({"name": 5}, "Enter a name"),
        ({"kind": "payment"}, "This can't"), ({"state": "gone"}, "This can't"), ({"needs_approval": 1}, "This can't"),
        ({"currency": "QQQ"}, "This is not a currency"), ({"rate": 0}, "A discount is"), ({"amount": 5}, "A discount"),
        ({"rate": 10_001}, "A discount"), ({"rate": True}, "A discount"), ({"amount": "5"}, "A discount"),
        ({"valid_from": "soon"}, "Write the days"), ({"valid_to": 5}, "Write the days"),
        ({"valid_from": "2026-12-01", "valid_to": "2026-11-30"}, "The discount ends"),
        ({"code": "ab"}, "A coupon"), ({"code": None}, "A coupon"),
        ({"most": -1}, "Say as"), ({"most_each": "1"}, "Say"),
        ({"course_id": 5}, "This can't"),
    ],
)  # fmt: skip
def test_discounts_that_cant_be_kept(more: dict[str, Any], begins: str | None) -> None:
    found = discount_fault(discount(**more))
    assert (found is None) if begins is None else (found or "").startswith(begins)


def test_coupons_are_found_as_people_write_them() -> None:
    assert folded_code(" sib -10 ") == "SIB-10"
    assert with_code([discount()], "sib-10") is not None
    assert with_code([discount(state="retired")], "SIB-10") is None
    assert with_code([discount(code="")], "  ") is None
    assert [percent_words(rate) for rate in (1_000, 1_250, 5)] == ["10", "12.5", "0.05"]


def command(kind: str, target: str, payload: dict[str, Any]) -> Command:
    """A command as a device makes it."""
    return Command(
        id=derived_id("command", kind), device_id=PERSON, install_epoch=1, device_seq=1, type=kind, type_version=1,
        target_id=target, payload=payload, observed_at="2026-11-20T08:00:00Z",
    )  # fmt: skip


def test_pending_commands_show_what_they_make() -> None:
    made = command("ChargeStudent", CHARGE, {})
    entry = entry_body(made, CHARGE, EntryKind.CHARGE, 1_000, person_id=PERSON, currency="GHS")
    rows: dict[tuple[str, str], Any] = {("ledger_entry", CHARGE): entry}

    def show(kind: str, target: str, payload: dict[str, Any]) -> None:
        for _ in range(2):
            drafts = PROJECTIONS[kind](command(kind, target, payload), lambda one, key: rows.get((one, key)))
            rows.update({(one.kind, one.id): one.body for one in drafts})

    changes = {"name": {"new": "Sibling"}, "rate": {"new": 1_000}}
    show("SaveDiscount", GIVEN, {"changes": changes})
    show("SaveDiscount", GIVEN, {"changes": {"most": {"new": 5}}})
    assert rows["discount", GIVEN] == {**rows["discount", GIVEN], **FIRST, "name": "Sibling", "rate": 1_000, "most": 5}
    show("GrantDiscount", derived_id("g"), {"charge_id": CHARGE, "discount_id": GIVEN})
    show("GrantDiscount", derived_id("h"), {"charge_id": CHARGE, "code": "SIB"})
    of = [[body for (kind, _), body in rows.items() if kind == word] for word in ("ledger_entry", "allocation")]
    account = accounts_of(*of)["GHS"]
    assert (account.balance, account.open) == (900, {CHARGE: 900})
    assert [body["discount_id"] for (kind, _), body in rows.items() if kind == "discount_use"] == [GIVEN]
    parts = [{"due_on": DAY, "amount": 900}]
    plan = {"person_id": PERSON, "currency": "GHS", "charge_ids": [CHARGE], "parts": parts}
    show("SavePlan", derived_id("plan"), plan)
    assert rows["instalment_plan", derived_id("plan")]["state"] == "active"
    show("SavePlan", derived_id("plan"), {**plan, "ended": True})
    body = rows["instalment_plan", derived_id("plan")]
    assert (body["state"], body["parts"], body["charge_ids"]) == ("ended", parts, [CHARGE])
