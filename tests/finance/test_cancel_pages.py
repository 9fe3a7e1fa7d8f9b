"""Cancelling on the desk, with the network down: what it does to the fees is told before, and rules are set."""

from typing import Any

import pytest

from desktop.finance import cancel_actions
from desktop.finance.account_section import AccountPage
from desktop.finance.cancel_dialog import CancelDialog, RefundRuleDialog
from desktop.finance.overdue_page import OverduePage
from desktop.shell.page import toasts_of
from desktop.widgets.dialog import Dialog
from shared.core.errors import CampusError
from shared.core.ids import derived_id
from shared.finance.refund_rules import FIRST, refund_rule_id
from shared.people.vocabulary import Role
from tests.attendance.classes import COHORT, COURSE, person_id
from tests.desks import ORGANISATION, make_actor
from tests.finance.money_rows import HANA, allocation, entry
from tests.finance.test_overdue_pages import desks, look, shown
from tests.finance.test_plan_pages import BURSAR, CASHIER

__all__ = ["desks", "look", "shown"]
REGISTRAR = make_actor(person_id("Grace Kimani"), "Grace Kimani", Role.REGISTRAR)
ENROLLED = derived_id("enrolment", "hana cancels")
TUITION = entry("Tuition", 100_000, "2026-09-01", enrolment_id=ENROLLED, cohort_id=COHORT, course_id=COURSE)
PAID = entry("cash", -80_000, "2026-09-02", "payment", payment_id=derived_id("payment", "c"))
STEPS = [{"until": -7, "percent": 100}, {"until": 365, "percent": 50}]


def rows(**more: Any) -> list[Any]:
    """A rule for all courses, and an enrolment with fees, most of them paid."""
    rule = refund_rule_id(ORGANISATION)
    enrolment = {
        "id": ENROLLED, "revision": ENROLLED, "cohort_id": COHORT, "person_id": person_id(HANA), "state": "active",
        "enrolled_on": "2026-09-01", "testing": False,
    }  # fmt: skip
    return [
        ("enrolment", enrolment), TUITION, PAID, allocation(PAID, TUITION, 80_000),
        ("refund_rule", {**FIRST, "id": rule, "revision": rule, "steps": STEPS, "fee": 5_000, **more}),
    ]  # fmt: skip


def _choose(page) -> CancelDialog:
    page.cancel_button.click()
    dialog = Dialog.opened_in(page.window())
    assert isinstance(dialog, CancelDialog)
    dialog.enrolment.choose(ENROLLED)
    return dialog


def test_what_cancelling_does_is_told_before(desks, shown):
    page = shown(AccountPage(desks(REGISTRAR, rows=rows()), person_id(HANA)))
    dialog = _choose(page)
    assert dialog.words.text().splitlines() == [
        "50 % is taken back: GHS 500.00.", "GHS 500.00 stays charged.", "A fee of GHS 50.00 is charged.",
        "GHS 250.00 that was paid stays as credit.",
    ]  # fmt: skip
    dialog.save()
    assert "Enrolment cancelled" in toasts_of(page).toasts[-1].words
    assert page._desk.store.get("enrolment", ENROLLED)["state"] == "cancelled"
    assert ENROLLED not in _choose(page).choices


def test_money_that_goes_back_is_asked_for(desks, shown):
    page = shown(AccountPage(desks(REGISTRAR, rows=rows(pays_back=True, fee=0)), person_id(HANA)))
    assert _choose(page).words.text().splitlines()[-1].startswith("GHS 300.00 that was paid is asked to go back")
    retired = shown(AccountPage(desks(REGISTRAR, rows=rows(state="retired")), person_id(HANA)))
    assert "No charge of this enrolment" in _choose(retired).words.text()


def test_who_doesnt_enrol_cancels_nothing(desks, shown):
    page = shown(AccountPage(desks(CASHIER, rows=rows()), person_id(HANA)))
    assert not page.cancel_button.isVisible()
    with pytest.raises(CampusError, match="enrol"):
        cancel_actions.cancel(page._desk, rows()[0][1])
    with pytest.raises(CampusError, match="bursar"):
        cancel_actions.save_rule(page._desk, {**FIRST, "fee": 1})


def test_a_rule_is_set_for_all_and_for_one_course(desks, shown):
    page = shown(OverduePage(desks(BURSAR, rows=[])))
    page.set_rule()
    dialog = Dialog.opened_in(page.window())
    assert isinstance(dialog, RefundRuleDialog)
    dialog.full.set_value(10)
    dialog.percent.set_value(40)
    dialog.until.set_value(5)
    dialog.fee.setText("a lot")
    dialog.save()
    assert dialog.refusal.isVisible()
    dialog.fee.setText("20")
    dialog.pays_back.setChecked(True)
    dialog.save()
    found = cancel_actions.rule_of(page._desk, None)
    assert (found["steps"], found["fee"], found["pays_back"]) == (
        [{"until": -10, "percent": 100}, {"until": 5, "percent": 40}], 2_000, True,
    )  # fmt: skip
    assert not cancel_actions.save_rule(page._desk, {"course_id": None, "fee": 2_000})
    assert cancel_actions.save_rule(page._desk, {"course_id": COURSE, "fee": 0})
    assert cancel_actions.rule_of(page._desk, COURSE)["course_id"] == COURSE
