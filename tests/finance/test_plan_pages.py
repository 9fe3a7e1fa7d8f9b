"""Instalment plans on the desk, with the network down: set, changed and ended, as steps, and what is due by them."""

from typing import Any

import pytest

from desktop.finance import plan_actions
from desktop.finance.account_section import PersonAccount
from desktop.finance.account_store import ledger_of, open_charges
from desktop.finance.area import STORE
from desktop.finance.cash_desk_page import CashDeskPage
from desktop.finance.own_account_page import OwnAccountPage
from desktop.finance.plan_dialog import PlanDialog
from desktop.finance.plan_store import plan_views
from desktop.finance.till_store import account_of
from desktop.shell.page import toasts_of
from desktop.widgets.dialog import Dialog
from desktop.widgets.field import Field
from desktop.widgets.theme import Scheme, theme
from shared.core.errors import CampusError
from shared.core.ids import derived_id
from shared.people.vocabulary import Role
from tests.attendance.classes import NOW, areas, person_id, school
from tests.desks import make_actor, make_desk
from tests.finance.money_rows import HANA, allocation, entry

BURSAR = make_actor(person_id("Grace Kimani"), "Grace Kimani", Role.BURSAR)
STUDENT = make_actor(person_id(HANA), HANA, Role.STUDENT)
CASHIER = make_actor(person_id("Samuel Njoroge"), "Samuel Njoroge", Role.CASHIER)
TERM = entry("Tuition, term 3", 14_700_000, "2026-09-01", number="I-2026-0967", due_on="2026-09-01")
FINE = entry("Library fine", 50_000, "2026-11-01", number="I-2026-1102")
PAID = entry("cash", -5_500_000, "2026-10-14", "payment", number="R-A1-003874", payment_id=derived_id("payment", "m"))
DAYS = ("2026-09-01", "2026-10-01", "2026-11-20", "2026-12-01", "2027-01-01", "2027-02-01")


def plan_row(*days: str, each: int = 2_450_000) -> tuple[str, dict[str, Any]]:
    """The plan of the term's fees."""
    key = derived_id("plan", "hana")
    return "instalment_plan", {
        "id": key, "revision": key, "person_id": person_id(HANA), "currency": "GHS", "charge_ids": [TERM[1]["id"]],
        "parts": [{"due_on": day, "amount": each} for day in days], "state": "active",
    }  # fmt: skip


def planned() -> list[Any]:
    """A plan of six, two of them paid and a part of the third."""
    return [TERM, PAID, FINE, allocation(PAID, TERM, 5_500_000), plan_row(*DAYS)]


@pytest.fixture(autouse=True)
def look(qapp):
    theme().apply(Scheme.LIGHT, scale=100, high_contrast=False, reduced_motion=True)


@pytest.fixture
def desks(tmp_path):
    opened = []

    def open_one(actor=BURSAR, rows=None):
        found = [*school(), *(planned() if rows is None else rows)]
        made = make_desk(tmp_path / str(len(opened)), actor, found, areas=(*areas(), STORE))
        made.clock.set(NOW)
        opened.append(made)
        return made.desk

    yield open_one
    for one in opened:
        one.close()


@pytest.fixture
def shown(qtbot):
    def show(widget, width=1168, height=844):
        qtbot.addWidget(widget)
        widget.resize(width, height)
        with qtbot.waitExposed(widget):
            widget.show()
        return widget

    return show


def _dialog(page) -> PlanDialog:
    page.change_plan()
    dialog = Dialog.opened_in(page.window())
    assert isinstance(dialog, PlanDialog)
    return dialog


def test_a_plan_is_shown_as_steps(desks, shown):
    page = shown(CashDeskPage(desks(), person_id(HANA)))
    assert [(tile.words, tile.amount) for tile in page.plan.tiles] == [
        ("Paid", "24,500"), ("Paid", "24,500"), ("Due today", "24,500"), ("1 Dec", "24,500"), ("1 Jan 2027", "24,500"),
        ("1 Feb 2027", "24,500"),
    ]  # fmt: skip
    assert page.plan.tiles[0].place == "1 of 6 · 1 Sep"
    assert page.plan.tiles[2].place == "6,000 paid"
    assert page.plan.sum.text() == "6 payments · GHS 147,000.00 in total"
    account = account_of(page._desk, person_id(HANA))
    assert (account.due_today, account.balance) == (1_850_000 + 50_000, 9_250_000)
    assert [(debt.what, debt.due_on) for debt in account.debts] == [
        ("Tuition, term 3", "2026-11-20"), ("Library fine", None),
    ]  # fmt: skip
    assert ledger_of(page._desk, person_id(HANA)).totals.overdue == 0
    assert open_charges(page._desk, person_id(HANA), "GHS")[0]["due_on"] == "2026-11-20"


def test_a_plan_is_changed_and_keeps_what_is_paid(desks, shown):
    page = shown(CashDeskPage(desks(), person_id(HANA)))
    dialog = _dialog(page)
    assert [much.text() for _, much in dialog.rows] == ["18,500.00", *["24,500.00"] * 3]
    assert "GHS 55,000.00" in dialog.paid.text()
    dialog.count.set_value(2)
    dialog.first.setText("1 Dec")
    dialog.spread()
    assert [much.text() for _, much in dialog.rows] == ["46,000.00", "46,000.00"]
    dialog.rows[0][1].setText("46,000.01")
    dialog.save()
    assert dialog.refusal.isVisible()
    dialog.rows[1][1].setText("45,999.99")
    dialog.save()
    assert toasts_of(page).toasts[-1].words == f"Plan of {HANA} saved, the last payment on 1 Jan 2027"
    assert [tile.words for tile in page.plan.tiles] == ["Paid", "Paid", "Paid", "1 Dec", "1 Jan 2027"]
    assert account_of(page._desk, person_id(HANA)).due_today == 50_000
    dialog = _dialog(page)
    dialog.end()
    assert not page.plan.isVisible()
    assert account_of(page._desk, person_id(HANA)).due_today == 9_250_000


def test_a_first_plan_of_all_that_is_owed(desks, shown):
    page = shown(CashDeskPage(desks(rows=[TERM, FINE]), person_id(HANA)))
    assert not page.plan.isVisible()
    dialog = _dialog(page)
    assert [check.isChecked() for check in dialog.checks.values()] == [True, True]
    dialog.checks[FINE[1]["id"]].setChecked(False)
    dialog.down.setText("27,000")
    dialog.count.set_value(7)
    dialog.spread()
    assert [much.text() for _, much in dialog.rows][:3] == ["27,000.00", "17,142.86", "17,142.86"]
    assert "147,000.00 of" in dialog.sum.text()
    dialog.count.set_value(0)
    dialog.spread()
    assert dialog.refusal.isVisible()
    dialog.save()
    (view,) = plan_views(page._desk, person_id(HANA), "GHS", "2026-11-20")
    assert (len(view.steps), view.total) == (8, 14_700_000)
    assert page.plan.isVisible()


def test_what_is_paid_first_and_isnt_an_amount_is_told_at_its_field_and_nothing_is_saved(desks, shown):
    page = shown(CashDeskPage(desks(rows=[TERM, FINE]), person_id(HANA)))
    dialog = _dialog(page)
    dialog.down.setText("half of it")
    dialog.save_button.click()
    (field,) = (one for one in dialog.findChildren(Field) if one.control is dialog.down)
    assert field.error == "half of it is not an amount. Write it like 1,500.00."
    assert dialog.isVisible()
    assert not plan_views(page._desk, person_id(HANA), "GHS", "2026-11-20")
    dialog.down.setText("GHS 500")
    dialog.save_button.click()
    assert not dialog.isVisible()
    assert plan_views(page._desk, person_id(HANA), "GHS", "2026-11-20")


@pytest.mark.parametrize(
    ("charges", "parts", "code"),
    [
        ([], [("2026-12-01", 5)], "plan_of_nothing"),
        ([FINE[1]["id"]], [], "plan_count"),
        ([FINE[1]["id"]], [("2026-12-01", 0)], "plan_count"),
        ([FINE[1]["id"]], [("2026-12-01", 49_999)], "plan_sum"),
        ([FINE[1]["id"]], [("2026-12-01", 25_000), ("2026-11-30", 25_000)], "plan_days"),
    ],
)
def test_plans_that_cant_be(desks, charges, parts, code):
    with pytest.raises(CampusError) as refused:
        plan_actions.save(desks(), person_id(HANA), "GHS", charges, parts, None)
    assert refused.value.code == code


def test_what_is_paid_isnt_planned_anew(desks):
    desk = desks()
    body = plan_row(*DAYS)[1]
    with pytest.raises(CampusError, match="What is paid"):
        plan_actions.save(desk, person_id(HANA), "GHS", body["charge_ids"], [("2026-12-01", 14_700_000)], body)


def test_who_only_looks_changes_nothing(desks, shown):
    desk = desks(CASHIER)
    page = shown(CashDeskPage(desk, person_id(HANA)))
    assert page.plan.isVisible()
    assert not page.plan_button.isVisible()
    with pytest.raises(CampusError, match="bursar"):
        plan_actions.end(desk, plan_row(*DAYS)[1])


def test_a_student_sees_the_own_plan(desks, shown):
    page = shown(OwnAccountPage(desks(STUDENT)))
    assert [tile.words for tile in page.plan.tiles][:3] == ["Paid", "Paid", "Due today"]
    assert [(row.content.title, row.content.detail) for row in page.due.rows] == [
        ("Tuition, term 3", "Due 20 Nov"), ("Library fine", "No day set"),
    ]  # fmt: skip


def test_many_charges_with_long_names_leave_the_buttons_of_the_plan_in_sight(desks, shown):
    words = "Tuition and materials of a very long programme name, evening class, part"
    many = [entry(f"{words} {at}", 12_345_678_901, "2026-10-01", due_on="2026-10-31") for at in range(60)]
    page = shown(PersonAccount(desks(rows=many), person_id(HANA)))
    dialog = PlanDialog(page.window(), page._desk, person_id(HANA), HANA)
    dialog.open_dialog()
    assert len(dialog.checks) == 60
    assert dialog.minimumSizeHint().height() < 720
    first = next(iter(dialog.checks.values()))
    assert first.text().startswith("GHS 123,456,789.01 open · Tuition")
    assert first.toolTip() == first.text()
    assert first.width() <= first.parentWidget().width()
    dialog.reject()
