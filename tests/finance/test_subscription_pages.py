"""Subscriptions on the desk, with the network down: prices set, students subscribed, and what each may do."""

from typing import Any

import pytest

from desktop.finance import subscription_actions
from desktop.finance.account_section import AccountPage
from desktop.finance.account_store import ledger_of
from desktop.finance.own_account_page import OwnAccountPage
from desktop.finance.subscription_dialogs import PriceDialog, SubscribeDialog
from desktop.finance.subscription_store import subscription_rows
from desktop.finance.subscriptions_page import SubscriptionsPage
from desktop.shell.page import toasts_of
from desktop.widgets.dialog import Dialog
from shared.core.errors import CampusError
from shared.core.ids import derived_id
from shared.finance.subscription_prices import FIRST
from shared.finance.subscription_vocabulary import SubscriptionAct
from tests.attendance.classes import COHORT, COURSE, person_id
from tests.finance.money_rows import HANA, entry
from tests.finance.test_plan_pages import CASHIER, STUDENT, desks, look, shown

__all__ = ["desks", "look", "shown"]
ENROLMENT = derived_id("enrolment", "hana subscribed")


def price(key: str = "Accounting, monthly", **more: Any) -> tuple[str, dict[str, Any]]:
    """A price of GHS 250.00 a month."""
    one = derived_id("price", key)
    first = {**FIRST, "name": key, "course_id": COURSE, "amount": 25_000, "self_service": True}
    return "subscription_price", {**first, "id": one, "revision": one, **more}


MONTHLY = price()
TERMLY = price(
    "Evening class with an unusually long name, first and second term", period="term", trial_days=14, amount=90_000,
    self_service=False, taxes=[{"name": "VAT", "rate": 1_500}],
)  # fmt: skip


def subscription(state: str = "active", who: str = HANA, **more: Any) -> tuple[str, dict[str, Any]]:
    """Who subscribes monthly since 5 November."""
    key = derived_id("subscription", who, state)
    body = {
        "id": key, "revision": key, "person_id": person_id(who), "price_id": MONTHLY[1]["id"], "course_id": COURSE,
        "cohort_id": COHORT, "enrolment_id": ENROLMENT, "state": state, "began_on": "2026-11-05",
        "anchor": "2026-11-05", "anchor_number": 0, "number": 0, "period_from": "2026-11-05",
        "period_to": "2026-12-05", "cancel_at_end": False, "withheld": False, "paused_on": None, "days_left": 0,
        "warned_for": "", "ended_on": None, "look_on": "2026-11-30",
    }  # fmt: skip
    return "subscription", {**body, **more}


OVERDUE = entry(
    "Accounting, monthly", 25_000, "2026-11-05", charge_kind="subscription", due_on="2026-11-05", enrolment_id=ENROLMENT
)
OVER = {"ended_on": "2026-10-31", "enrolment_id": "other"}
PEOPLE = [("overdue", "Ama Boateng"), ("lapsed", "Kofi Asare"), ("paused", "Esi Quaye"), ("trial", "Yaw Darko")]


def everyone() -> list[Any]:
    """Subscriptions in every state."""
    paused = {"paused_on": "2026-11-10"}
    rows = [subscription(state, who, **(paused if state == "paused" else {})) for state, who in PEOPLE]
    return [MONTHLY, TERMLY, subscription(), subscription("cancelled", **OVER), *rows]


def dialog_of(page: Any, kind: type[Any]) -> Any:
    found = Dialog.opened_in(page.window())
    assert isinstance(found, kind)
    return found


def test_the_bursar_sees_them_all_and_filters(desks, shown):
    page = shown(SubscriptionsPage(desks(rows=everyone())))
    assert len(page.lines) == 5
    page.filters.filters["state"].choose("paused")
    assert [row.body["state"] for row in page.lines] == ["paused"]
    page.table.go_to(page.lines[0].id)
    assert [act for act, button in page.acts.buttons.items() if button.isVisible()] == [
        SubscriptionAct.CANCEL_NOW, SubscriptionAct.RESUME,
    ]  # fmt: skip
    page.acts.do(SubscriptionAct.RESUME)
    assert toasts_of(page).toasts[-1].words == "Accounting, monthly goes on"
    assert page.lines == []
    page.filters.filters["state"].choose("all")
    assert len(page.lines) == 6
    page.filters.filters["price"].choose(TERMLY[1]["id"])
    assert page.lines == []


def test_a_price_is_set_and_taken_out_of_use(desks, shown):
    page = shown(SubscriptionsPage(desks(rows=[])))
    page.prices.new()
    dialog = dialog_of(page, PriceDialog)
    dialog.name.setText("Weekend, ten days")
    dialog.place.choose(f"course:{COURSE}")
    dialog.period.choose("days")
    assert dialog.days.isVisible()
    dialog.amount.setText("250")
    dialog.first.setText("100")
    dialog.taxes.setText("VAT 15")
    dialog.save()
    assert dialog.refusal.isVisible()
    dialog.days.set_value(10)
    dialog.save()
    (row,) = page.prices.lines
    assert (row.body["days"], row.body["amount"], row.body["first_amount"]) == (10, 25_000, 10_000)
    page.prices.kept.open(row.id)
    dialog = dialog_of(page, PriceDialog)
    assert not dialog.period.isEnabled()
    dialog.amount.setText("300")
    dialog.save()
    page.prices.table.go_to(row.id)
    page.prices.retire_button.click()
    assert toasts_of(page).toasts[-1].words == "Weekend, ten days is offered to nobody any more"
    assert (page.prices.lines[0].body["state"], page.prices.lines[0].body["amount"]) == ("retired", 30_000)


def test_the_office_subscribes_a_student_who_owes_it_at_once(desks, shown):
    page = shown(AccountPage(desks(rows=[MONTHLY, TERMLY]), person_id(HANA)))
    page.subscriptions.subscribe()
    dialog = dialog_of(page, SubscribeDialog)
    dialog.price.choose(TERMLY[1]["id"])
    assert dialog.said.text() == "GHS 1,035.00 a term · 14 days to try, then GHS 1,035.00"
    dialog.price.choose(MONTHLY[1]["id"])
    dialog.cohort.choose(COHORT)
    dialog.first.setText("never")
    dialog.save()
    assert dialog.refusal.isVisible()
    dialog.first.setText("20 Nov")
    dialog.save()
    (row,) = page.subscriptions.lines
    assert (row.body["state"], row.body["period_to"]) == ("active", "2026-12-20")
    assert ledger_of(page.account._desk, person_id(HANA)).account.owed == 25_000
    page.subscriptions.table.go_to(row.id)
    page.subscriptions.acts.do(SubscriptionAct.PAUSE)
    assert "still owed" in toasts_of(page).toasts[-1].words
    page.subscriptions.acts.do(SubscriptionAct.CANCEL_AT_END)
    assert page.subscriptions.lines[0].body["cancel_at_end"]
    with pytest.raises(CampusError, match="already"):
        subscription_actions.subscribe(page.account._desk, person_id(HANA), MONTHLY[1]["id"], COHORT)


def test_a_student_chooses_what_is_offered_and_cancels(desks, shown):
    desk = desks(STUDENT, rows=[MONTHLY, TERMLY, subscription(), OVERDUE])
    page = shown(OwnAccountPage(desk))
    card = page.subscriptions
    card.table.go_to(card.lines[0].id)
    assert [act for act, button in card.acts.buttons.items() if button.isVisible()] == [SubscriptionAct.CANCEL_AT_END]
    card.acts.do(SubscriptionAct.CANCEL_AT_END)
    card.table.go_to(card.lines[0].id)
    assert [act for act, button in card.acts.buttons.items() if button.isVisible()] == [SubscriptionAct.KEEP]
    card.subscribe()
    dialog = dialog_of(page, SubscribeDialog)
    assert list(dialog.prices) == [MONTHLY[1]["id"]]
    assert not dialog.first_field.isVisible()
    with pytest.raises(CampusError, match="bursar"):
        subscription_actions.change(desk, subscription_rows(desk)[0].body, SubscriptionAct.PAUSE)
    with pytest.raises(CampusError, match="bursar"):
        subscription_actions.subscribe(desk, person_id(HANA), TERMLY[1]["id"], COHORT)


def test_who_only_looks_changes_nothing(desks, shown):
    desk = desks(CASHIER, rows=everyone())
    page = shown(SubscriptionsPage(desk))
    page.table.go_to(page.lines[0].id)
    assert not any(button.isVisible() for button in page.acts.buttons.values())
    assert not page.prices.add_button.isVisible()
    for act in (
        lambda: subscription_actions.save_price(desk, {"name": "Mine"}),
        lambda: subscription_actions.subscribe(desk, person_id(HANA), MONTHLY[1]["id"], COHORT),
    ):
        with pytest.raises(CampusError, match="bursar"):
            act()


def test_nobody_without_subscriptions_is_shown_a_card(desks, shown):
    page = shown(OwnAccountPage(desks(STUDENT, rows=[TERMLY])))
    assert not page.subscriptions.isVisible()
