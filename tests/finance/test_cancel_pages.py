"""Cancelling on the desk, with the network down: what it does to the fees is told before, and rules are set."""

from typing import Any

import pytest
from PySide6.QtCore import Qt

from desktop.finance import cancel_actions
from desktop.finance.account_section import AccountPage
from desktop.finance.cancel_dialog import CancelDialog, end_enrolments
from desktop.finance.overdue_page import OverduePage
from desktop.finance.refund_rule_dialog import RefundRuleDialog
from desktop.learning.students_tab import StudentsTab
from desktop.shell.page import toasts_of
from desktop.widgets.dialog import Dialog
from shared.core.errors import CampusError
from shared.core.ids import derived_id
from shared.finance.refund_rules import FIRST, refund_rule_id
from shared.learning.vocabulary import EnrolmentState
from shared.people.vocabulary import Role
from tests.attendance.classes import COHORT, COURSE, person_id
from tests.desks import ORGANISATION, make_actor
from tests.finance.money_rows import HANA, allocation, entry
from tests.finance.test_overdue_pages import desks, look, shown
from tests.finance.test_plan_pages import BURSAR, CASHIER, plan_row

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
    instructor = make_actor(person_id("Lucia"), "Lucia", Role.INSTRUCTOR)
    (words,) = cancel_actions.words_of(desks(instructor, rows=[]), rows()[0][1])
    assert words.endswith("Your role doesn't see them."), "nothing is told of fees that aren't here"
    with pytest.raises(CampusError, match="enrol"):
        cancel_actions.end(page._desk, [ENROLLED])
    with pytest.raises(CampusError, match="bursar"):
        cancel_actions.save_rule(page._desk, {**FIRST, "fee": 1})


def test_a_rule_is_set_for_all_and_for_one_course(desks, shown):
    page = shown(OverduePage(desks(BURSAR, rows=[])))
    page.set_rule()
    dialog = Dialog.opened_in(page.window())
    assert isinstance(dialog, RefundRuleDialog)
    while dialog.steps:
        dialog.remove_step(dialog.steps[0])
    late = dialog.add_step({"until": 5, "percent": 40})
    dialog.add_step({"until": -10, "percent": 100})
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
    assert late.side.chosen == "after"
    assert not cancel_actions.save_rule(page._desk, {"course_id": None, "fee": 2_000})
    assert cancel_actions.save_rule(page._desk, {"course_id": COURSE, "fee": 0})
    assert cancel_actions.rule_of(page._desk, COURSE)["course_id"] == COURSE


def test_a_rule_has_up_to_ten_steps_by_keyboard(desks, shown, qtbot):
    page = shown(OverduePage(desks(BURSAR, rows=[])))
    page.set_rule()
    dialog = Dialog.opened_in(page.window())
    for _ in range(12):
        qtbot.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.AltModifier)
    assert (len(dialog.steps), dialog.more.isEnabled()) == (10, False)
    assert dialog.window().focusWidget() is dialog.steps[-1].percent
    dialog.steps[-1].percent.setFocus()
    qtbot.keyClick(dialog, Qt.Key.Key_Delete, Qt.KeyboardModifier.AltModifier)
    assert (len(dialog.steps), dialog.more.isEnabled()) == (9, True)
    dialog.steps[1].days.set_value(abs(dialog.steps[0].step()["until"]))
    dialog.steps[1].side.choose(str(dialog.steps[0].side.chosen))
    dialog.save()
    assert dialog.refusal.isVisible(), "two steps can't end on one day"
    for place, line in enumerate(dialog.steps):
        line.days.set_value(place)
        line.side.choose("after")
        line.percent.set_value(90 - 10 * place)
    dialog.save()
    found = cancel_actions.rule_of(page._desk, None)["steps"]
    assert found == [{"until": place, "percent": 90 - 10 * place} for place in range(9)]
    page.set_rule()
    again = Dialog.opened_in(page.window())
    assert [line.step() for line in again.steps] == found
    while again.steps:
        again.remove_step(again.steps[0])
    assert not again.nothing.isHidden()
    again.save()
    assert cancel_actions.rule_of(page._desk, None)["steps"] == []


def test_the_students_of_a_class_are_cancelled_with_the_same_sentences(desks, shown):
    other = derived_id("enrolment", "chen cancels")
    more = {
        "id": other, "revision": other, "cohort_id": COHORT, "person_id": person_id("Chen Wei"), "state": "active",
        "enrolled_on": "2026-09-01", "testing": False,
    }  # fmt: skip
    here = desks(REGISTRAR, rows=[*rows(), ("enrolment", more)])
    told: list[Any] = []
    tab = shown(StudentsTab(here, COHORT, ends=end_enrolments))
    tab.done.connect(told.append)
    tab.refresh()
    tab.table.selected_ids = lambda: [ENROLLED, other]
    tab.end_selected(EnrolmentState.CANCELLED)
    dialog = Dialog.opened_in(tab.window())
    assert isinstance(dialog, CancelDialog)
    assert (dialog.title.text(), dialog.save_button.text()) == ("Cancel 2 enrolments", "Cancel 2 enrolments")
    dialog.enrolment.choose(ENROLLED)
    assert dialog.words.text().splitlines()[0] == "50 % is taken back: GHS 500.00."
    dialog.enrolment.choose(other)
    assert dialog.words.text().startswith("No charge of this enrolment is taken back")
    dialog.save()
    assert {here.store.get("enrolment", one)["state"] for one in (ENROLLED, other)} == {"cancelled"}
    assert (len(told), told[0].words) == (1, "2 enrolments: Cancelled")
    tab.end_selected(EnrolmentState.CANCELLED)
    assert not Dialog.opened_in(tab.window()).save_button.isEnabled(), "what is cancelled already can't be"


def test_without_fees_a_class_cancels_at_once(desks, shown):
    here = desks(REGISTRAR, rows=rows())
    tab = shown(StudentsTab(here, COHORT))
    tab.refresh()
    tab.table.selected_ids = lambda: [ENROLLED]
    tab.end_selected(EnrolmentState.CANCELLED)
    assert here.store.get("enrolment", ENROLLED)["state"] == "cancelled"


@pytest.mark.parametrize("key", [Qt.Key.Key_S, Qt.Key.Key_Return])
def test_the_keys_of_all_such_dialogs_press_the_button(desks, shown, qtbot, key):
    page = shown(OverduePage(desks(BURSAR, rows=[])))
    page.set_rule()
    dialog = Dialog.opened_in(page.window())
    dialog.fee.setText("a lot")
    qtbot.keyClick(dialog, key, Qt.KeyboardModifier.ControlModifier)
    assert dialog.refusal.isVisible()
    dialog.fee.setText("20")
    dialog.save_button.setEnabled(False)
    qtbot.keyClick(dialog, key, Qt.KeyboardModifier.ControlModifier)
    assert cancel_actions.rule_of(page._desk, None)["fee"] == 0, "as little as the button itself"
    dialog.save_button.setEnabled(True)
    qtbot.keyClick(dialog, key, Qt.KeyboardModifier.ControlModifier)
    assert cancel_actions.rule_of(page._desk, None)["fee"] == 2_000


def test_setting_dropped_shows_in_the_same_dialog_that_the_charges_stay(desks, shown):
    here = desks(REGISTRAR, rows=rows())
    told: list[Any] = []
    tab = shown(StudentsTab(here, COHORT, ends=end_enrolments))
    tab.done.connect(told.append)
    tab.refresh()
    tab.table.selected_ids = lambda: [ENROLLED]
    tab.end_selected(EnrolmentState.DROPPED)
    dialog = Dialog.opened_in(tab.window())
    assert (dialog.title.text(), dialog.save_button.text()) == ("Set an enrolment dropped", "Set dropped")
    assert dialog.words.text().splitlines() == [
        "Its charges stay: GHS 1,000.00, of which GHS 200.00 is owed.",
        "To take GHS 500.00 back by the rule of the course, cancel the enrolment instead.",
    ]
    assert here.store.get("enrolment", ENROLLED)["state"] == "active", "nothing is done before it is said so"
    dialog.save()
    assert here.store.get("enrolment", ENROLLED)["state"] == "dropped"
    assert (len(told), told[0].words.endswith("Dropped")) == (1, True)
    tab.end_selected(EnrolmentState.DROPPED)
    assert not Dialog.opened_in(tab.window()).save_button.isEnabled(), "what is dropped already can't be"


def test_instalments_and_periods_are_told_of_as_well(desks, shown):
    kind, body = plan_row("2026-12-01", "2027-01-01", each=50_000)
    plan = kind, {**body, "charge_ids": [TUITION[1]["id"]]}
    price, paid = derived_id("price", "month"), derived_id("subscription", "hana")
    by_month = {"id": paid, "revision": paid, "person_id": person_id(HANA), "price_id": price, "state": "active",
                "enrolment_id": ENROLLED, "cohort_id": COHORT, "began_on": "2026-09-01"}  # fmt: skip
    of_lines = {"id": price, "revision": price, "lines": [{"what": "Tuition", "amount": 100}], "name": "Month"}
    more = [plan, ("subscription", by_month), ("subscription_price", of_lines)]
    here = desks(REGISTRAR, rows=[*rows(), *more])
    dropped = cancel_actions.words_of(here, rows()[0][1], EnrolmentState.DROPPED)
    assert dropped[1:3] == [
        "Its instalments stay due as agreed.", "What it pays by the period ends today; nothing more is charged.",
    ]  # fmt: skip
    cancelled = cancel_actions.words_of(here, rows()[0][1])
    assert cancelled[-2].startswith("Its instalments come to what stays charged")
    free = {**rows()[0][1], "id": derived_id("enrolment", "free")}
    assert cancel_actions.words_of(here, free, EnrolmentState.DROPPED) == ["It has no charges."]
    instructor = make_actor(person_id("Lucia"), "Lucia", Role.INSTRUCTOR)
    unseen = cancel_actions.words_of(desks(instructor, rows=[]), rows()[0][1], EnrolmentState.DROPPED)
    assert unseen == ["Its charges stay. Your role doesn't see them."]
