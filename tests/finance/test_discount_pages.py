"""Discounts on the desk, with the network down: kept on the fees' page, given on the account, and refused at once."""

from typing import Any

import pytest

from desktop.finance import discount_actions
from desktop.finance.account_section import PersonAccount
from desktop.finance.account_store import ledger_of
from desktop.finance.discount_dialog import DiscountDialog, GrantDialog
from desktop.finance.fees_page import FeesPage
from desktop.shell.page import toasts_of
from desktop.widgets.dialog import Dialog
from shared.core.errors import CampusError
from shared.core.ids import derived_id
from shared.finance.discount_rules import FIRST
from tests.attendance.classes import COURSE, person_id
from tests.finance.money_rows import HANA, money_rows
from tests.finance.test_plan_pages import CASHIER, FINE, TERM, desks, look, shown

__all__ = ["desks", "look", "shown"]


def row(key: str, **more: Any) -> tuple[str, dict[str, Any]]:
    """A discount."""
    one = derived_id("discount", key)
    return "discount", {**FIRST, "id": one, "revision": one, "name": key, "rate": 1_000, **more}


SIBLING, COUPON = row("Sibling"), row("Open day", code="OPEN-26", rate=0, amount=100_000, most=1)
ROWS = [
    TERM, FINE, SIBLING, COUPON, row("Last year", valid_to="2025-12-31"), row("Old", state="retired", code="OLD"),
    row("Head's own", needs_approval=True), row("Accounting only", course_id=COURSE),
]  # fmt: skip


def _granting(page, charge) -> GrantDialog:
    page.card.table.go_to(charge[1]["id"])
    page.discount_button.click()
    dialog = Dialog.opened_in(page.window())
    assert isinstance(dialog, GrantDialog)
    return dialog


def test_a_discount_is_given_against_a_charge(desks, shown):
    page = shown(PersonAccount(desks(rows=ROWS), person_id(HANA)))
    dialog = _granting(page, TERM)
    dialog.discount.choose(SIBLING[1]["id"])
    dialog.save()
    assert toasts_of(page).toasts[-1].words == "Sibling given: GHS 14,700.00"
    assert ledger_of(page._desk, person_id(HANA)).totals.reduced == 1_470_000
    assert ledger_of(page._desk, person_id(HANA)).account.open[TERM[1]["id"]] == 13_230_000
    with pytest.raises(CampusError, match="before"):
        discount_actions.grant(page._desk, TERM[1]["id"], SIBLING[1]["id"])


def test_a_coupon_is_never_more_than_what_is_left(desks, shown):
    page = shown(PersonAccount(desks(rows=ROWS), person_id(HANA)))
    dialog = _granting(page, FINE)
    dialog.discount.choose("coupon")
    dialog.save()
    assert dialog.refusal.isVisible()
    dialog.code.setText("open-26")
    dialog.save()
    assert toasts_of(page).toasts[-1].words == "Open day given: GHS 500.00"
    page.card.table.go_to(FINE[1]["id"])
    assert not page.discount_button.isEnabled()
    with pytest.raises(CampusError, match="used up"):
        discount_actions.grant(page._desk, TERM[1]["id"], code="OPEN-26")


@pytest.mark.parametrize(
    ("name", "code"),
    [("Last year", "discount_expired"), ("Old", "discount_expired"), ("Accounting only", "discount_elsewhere")],
)
def test_why_it_isnt_given(desks, name, code):
    with pytest.raises(CampusError) as refused:
        discount_actions.grant(desks(rows=ROWS), TERM[1]["id"], derived_id("discount", name))
    assert refused.value.code == code


def test_discounts_are_kept_and_taken_out_of_use(desks, shown):
    page = shown(FeesPage(desks(rows=[*money_rows(), SIBLING])))
    card = page.discounts
    assert [(line.body["name"], line.value, line.place) for line in card.lines] == [("Sibling", "10 %", "All courses")]
    card.new()
    dialog = Dialog.opened_in(page.window())
    assert isinstance(dialog, DiscountDialog)
    dialog.name.setText("Open day")
    dialog.value.setText("ten %")
    dialog.save()
    assert dialog.refusal.isVisible()
    dialog.value.setText("1,000")
    dialog.code.setText("open 26")
    dialog.place.choose(f"course:{COURSE}")
    dialog.most.set_value(20)
    dialog.last.setText("31 Dec")
    dialog.save()
    line = next(one for one in card.lines if one.body["name"] == "Open day")
    assert (line.value, line.body["code"], line.body["valid_to"]) == ("GHS 1,000.00", "OPEN26", "2026-12-31")
    assert line.body["course_id"] == COURSE
    card.kept.open(line.id)
    dialog = Dialog.opened_in(page.window())
    dialog.value.setText("12.5 %")
    dialog.save()
    card.table.go_to(line.id)
    assert card.kept.current().value == "12.5 %"
    card.retire_button.click()
    assert toasts_of(page).toasts[-1].words == "Open day isn't given any more"
    assert not card.retire_button.isEnabled()


@pytest.mark.parametrize("typed", ["%", "1.234 %", "1.x %", "ten", "1.005"])
def test_values_that_cant_be_read(typed):
    with pytest.raises(CampusError):
        discount_actions.read_value(typed, "GHS")


def test_who_may(desks, shown):
    desk = desks(CASHIER, rows=ROWS)
    page = shown(FeesPage(desk))
    assert not page.discounts.add_button.isVisible()
    for act in (
        lambda: discount_actions.save(desk, {"name": "Mine"}),
        lambda: discount_actions.grant(desk, TERM[1]["id"], SIBLING[1]["id"]),
    ):
        with pytest.raises(CampusError, match="bursar"):
            act()
