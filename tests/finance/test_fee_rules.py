"""Fees: what an enrolment is charged, whose fees count, and fees that can't be kept; what pending commands show."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.core.command import Command
from shared.core.ids import derived_id
from shared.finance.commands import moved_entry_id, note_id, payment_entry_id, reversal_id
from shared.finance.entry_rules import charge_postings
from shared.finance.fee_commands import FeeLine, fee_charge_id, fee_structure_id
from shared.finance.fee_rules import fee_charges, fee_fault, line_total, structure_for, structure_total, taxes_of
from shared.finance.models import Following, fee_body
from shared.finance.projections import PROJECTIONS, joined
from tests.finance.test_ledger_rules import ID, RECEIPT, share

COURSE, COHORT = derived_id("course"), derived_id("cohort")
VAT = {"name": "VAT", "rate": 1_500}


def fees(**more: Any) -> dict[str, Any]:
    """Fees of a course."""
    line = {"name": "Tuition", "amount": 100_000, "taxes": [VAT, {"name": "None", "rate": 0}], "due_days": 14}
    return {"course_id": COURSE, "cohort_id": None, "currency": "GHS", "state": "active", "lines": [line], **more}


@given(st.integers(1, 10**9), st.lists(st.integers(0, 10_000), max_size=4))
def test_a_fee_is_its_amount_and_its_taxes(amount: int, rates: list[int]) -> None:
    line = FeeLine(name="Fee", amount=amount, taxes=[{"name": "T", "rate": rate} for rate in rates])  # type: ignore[arg-type] # as JSON brings them
    taxes = taxes_of(line)
    assert line_total(line) == amount + sum(one.amount for one in taxes)
    assert all(2 * abs(one.amount * 10_000 - amount * one.rate) <= 10_000 for one in taxes)
    assert sum(part for _, part in charge_postings(line_total(line), sum(one.amount for one in taxes))) == 0


def test_an_enrolment_is_charged_by_its_fees() -> None:
    (charge,) = fee_charges(fees(), "2026-11-20")
    assert (charge.amount, charge.due_on, [one.amount for one in charge.taxes]) == (115_000, "2026-12-04", [15_000])
    assert structure_total(fees()) == 115_000
    body = fee_body(Following("r", "2026-11-20T08:00:00Z"), fee_charge_id(ID, 0), charge, "GHS", person_id=ID)
    assert (body["revision"], body["what"], body["charge_kind"], body["amount"]) == ("r", "Tuition", "tuition", 115_000)


def test_a_class_goes_before_its_course() -> None:
    own = fees(cohort_id=COHORT, course_id=None)
    assert structure_for([fees(), own], COURSE, COHORT) is own
    assert structure_for([fees(), own], COURSE, "other")["course_id"] == COURSE  # type: ignore[index] # it is there
    assert structure_for([fees(state="retired"), fees(lines=[])], COURSE, COHORT) is None


@pytest.mark.parametrize(
    ("wanted", "fault"),
    [
        ({"name": "Fees", "currency": "GHS", "lines": [], "state": "active"}, None),
        ({}, None),
        ({"colour": "red"}, "This can't be set here."),
        ({"name": ""}, "Enter a name of at most 200 letters."),
        ({"name": 5}, "Enter a name of at most 200 letters."),
        ({"name": "x" * 201}, "Enter a name of at most 200 letters."),
        ({"currency": "CEDI"}, "This is not a currency. Use its three letters, like GHS or NGN."),
        ({"state": "gone"}, "Fees are in use or they aren't."),
        ({"lines": [{"name": "Fee"}]}, "Each fee has a name, an amount above zero, and taxes between 0 and 100 %."),
        ({"lines": [{"name": "A", "amount": 10**13}, {"name": "B", "amount": 1}]},
         "The fees are larger than Campusdesk keeps. Check the digits."),
    ],
)  # fmt: skip
def test_fees_that_cant_be_kept(wanted: dict[str, Any], fault: str | None) -> None:
    assert fee_fault(wanted) == fault


def command(kind: str, target: str, payload: dict[str, Any]) -> Command:
    """A command as a device makes it."""
    return Command(
        id=derived_id("command", kind), device_id=ID, install_epoch=1, device_seq=1, type=kind, type_version=1,
        target_id=target, payload=payload, observed_at="2026-11-20T08:00:00Z",
    )  # fmt: skip


class Rows:
    """Rows as drafts leave them."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], Any] = {}

    def read(self, kind: str, row_id: str) -> Any:
        """Return a row or None."""
        return self.rows.get((kind, row_id))

    def show(self, kind: str, target: str, payload: dict[str, Any]) -> None:
        """Project a command, twice: the second time changes nothing."""
        for _ in range(2):
            drafts = PROJECTIONS[kind](command(kind, target, payload), self.read)
            self.rows |= {(one.kind, one.id): one.body for one in drafts}

    def of(self, kind: str) -> list[Any]:
        """Return the rows of a kind."""
        return [body for (one, _), body in self.rows.items() if one == kind]


def test_pending_commands_show_what_they_make() -> None:
    rows, other = Rows(), derived_id("other")
    charge = derived_id("charge", "0")
    rows.show("ChargeStudent", charge, {"person_id": ID, "what": "Fee", "amount": 1_000, "currency": "GHS"})
    payment = derived_id("payment")
    paying = {
        "amount": 1_000, "currency": "GHS", "paid_for": [share(1_000, 400)], "shift_id": ID, "receipt": RECEIPT,
        "tenders": [{"method": "card", "amount": 1_000, "reference": "T"}],
    }  # fmt: skip
    rows.show("TakePayment", payment, paying)
    entry = payment_entry_id(payment, ID)
    rows.show("AllocateCredit", entry, {"goes_to": [{"entry_id": charge, "amount": 100}]})
    assert sum(one["amount"] for one in rows.of("allocation")) == 500
    rows.show("ConfirmPayment", payment, {"came": True})
    assert rows.read("payment", payment)["state"] == "completed"
    rows.show("ReverseEntry", charge, {"reason": "Mistake"})
    assert rows.read("ledger_entry", reversal_id(charge))["amount"] == -1_000
    moving = {"to_person_id": other, "goes_to": [{"entry_id": charge, "amount": 5}], "reason": "Wrong"}
    rows.show("MovePayment", entry, moving)
    balances = dict.fromkeys((ID, other), 0)
    for one in rows.of("ledger_entry"):
        balances[one["person_id"]] += one["amount"]
    assert balances == {ID: 0, other: -1_000}


def test_commands_on_what_isnt_here_show_nothing() -> None:
    rows = Rows()
    for kind, payload in (
        ("ReverseEntry", {"reason": "Mistake"}),
        ("AllocateCredit", {"goes_to": [{"entry_id": ID, "amount": 1}]}),
        ("MovePayment", {"to_person_id": ID, "reason": "Wrong"}),
        ("ConfirmPayment", {"came": False}),
    ):
        rows.show(kind, ID, payload)
    assert rows.rows == {}


def test_fees_show_as_they_will_be() -> None:
    rows, target = Rows(), fee_structure_id(COURSE)
    rows.show("SaveFeeStructure", target, {"course_id": COURSE, "changes": {"name": {"new": "Fees"}}})
    rows.show("SaveFeeStructure", target, {"course_id": COURSE, "changes": {"state": {"new": "retired"}}})
    body = rows.read("fee_structure", target)
    assert (body["name"], body["state"], body["course_id"], body["lines"]) == ("Fees", "retired", COURSE, [])


def test_what_follows_from_an_entry_has_one_id() -> None:
    found = {moved_entry_id(ID, COURSE), moved_entry_id(ID, COHORT), note_id(ID), reversal_id(ID), fee_charge_id(ID, 0)}
    assert len(found) == 5
    assert note_id(ID) in found


def test_projections_join() -> None:
    twice = joined(PROJECTIONS["ChargeStudent"], PROJECTIONS["ChargeStudent"])
    payload = {"person_id": ID, "what": "Fee", "amount": 1_000, "currency": "GHS"}
    assert len(twice(command("ChargeStudent", ID, payload), Rows().read)) == 2
