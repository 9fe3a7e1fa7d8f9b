"""Ledgers and fees on the desk: what they show, charging, reversing and using credit offline, and the statement."""

from pathlib import Path

import pytest

from desktop.finance import account_actions, fee_actions
from desktop.finance.account_card import AccountCard
from desktop.finance.account_section import AccountPage, PersonAccount, account_section
from desktop.finance.account_store import ledger_of, open_charges
from desktop.finance.charge_dialog import ChargeDialog, ReverseDialog
from desktop.finance.fee_dialog import FeeDialog
from desktop.finance.fees_page import FeesPage
from desktop.finance.own_account_page import OwnAccountPage
from desktop.shell.page import toasts_of
from desktop.widgets.background import wait_for_background
from desktop.widgets.dialog import Dialog
from desktop.widgets.theme import Scheme, theme
from shared.core.errors import CampusError
from shared.finance.statement_rules import PAYMENTS
from shared.people.vocabulary import Role
from tests.attendance.classes import COHORT, NOW, areas, person_id, school
from tests.desks import make_actor, make_desk
from tests.finance.money_rows import AREA, CARD, FINE, HANA, MOBILE, TUITION, WRONG, money_rows

BURSAR = make_actor(person_id("Grace Kimani"), "Grace Kimani", Role.BURSAR)
STUDENT = make_actor(person_id(HANA), HANA, Role.STUDENT)
AUDITOR = make_actor(person_id("Ada Audit"), "Ada Audit", Role.AUDITOR)
INSTRUCTOR = make_actor(person_id("Lucia"), "Lucia", Role.INSTRUCTOR)
CHEN = "Chen Wei"


@pytest.fixture(autouse=True)
def look(qapp):
    theme().apply(Scheme.LIGHT, scale=100, high_contrast=False, reduced_motion=True)


@pytest.fixture
def desks(tmp_path):
    opened = []

    def open_one(actor=BURSAR, rows=None):
        folder = tmp_path / str(len(opened))
        made = make_desk(folder, actor, [*school(), *(money_rows() if rows is None else rows)], areas=(*areas(), AREA))
        made.clock.set(NOW)
        opened.append(made)
        return made

    yield open_one
    for one in opened:
        one.close()


@pytest.fixture
def shown(qtbot):
    def show(widget, width=1134, height=716):
        qtbot.addWidget(widget)
        widget.resize(width, height)
        with qtbot.waitExposed(widget):
            widget.show()
        return widget

    return show


def _said(page):
    return toasts_of(page).toasts[-1].words


def test_a_ledger_runs_and_sums_up(desks, shown):
    here = desks()
    page = shown(PersonAccount(here.desk, person_id(HANA)))
    ledger = page.card.ledger
    assert [(line.title, line.balance) for line in ledger.lines][:4] == [
        ("Reversed: Exam fee", 2_450_000),
        ("Exam fee", 2_750_000),
        ("Paid: Cash, card", 2_450_000),
        ("Library fine", 4_900_000),
    ]
    assert page.sums.shown == {
        "Paid": "GHS 49,500.00",
        "Not confirmed": "GHS 24,500.00",
        "Overdue": "GHS 24,500.00",
        "Credit": "GHS 500.00",
        "Balance": "GHS 24,500.00",
    }
    states = {line.id: page.card._state(line).text for line in ledger.lines}
    assert states[WRONG[1]["id"]] == "Reversed"
    assert states[CARD[1]["id"]] == "Not confirmed"
    assert states[TUITION[1]["id"]] == "Overdue"
    assert states[FINE[1]["id"]] == "Open"
    assert ledger.lines[0].reason == "Charged to the wrong class"
    page.card.parts.choose(PAYMENTS)
    assert page.card.table.record_model.rowCount() == 2
    assert page.card.table.record_model.row_at(1).document == "Receipt R-A1-003874"


def test_a_charge_is_added_offline(desks, shown):
    here = desks()
    page = shown(PersonAccount(here.desk, person_id(CHEN)))
    assert page.card.nothing.isVisible()
    page.charge_button.click()
    dialog = Dialog.opened_in(page.window())
    assert isinstance(dialog, ChargeDialog)
    dialog.save()
    assert dialog.what_field.error == "Say what the charge is for."
    dialog.what.setText("Lost card")
    dialog.amount.setText("1,5.0")
    dialog.save()
    assert dialog.amount_field.error == "1,5.0 is not an amount. Write it like 1,500.00."
    dialog.amount.setText("1500.5")
    dialog.due.setText("no day")
    dialog.save()
    assert dialog.due_field.error == "Write the day like 20 Nov."
    dialog.due.setText("+7")
    dialog.save()
    assert _said(page) == "Chen Wei charged GHS 1,500.50"
    (line,) = page.card.ledger.lines
    assert (line.entry["amount"], line.entry["due_on"], line.document) == (150_050, "2026-11-27", "")
    assert here.store.receipt()[0].title == "Charged Chen Wei GHS 1,500.50: Lost card"


def test_a_charge_is_reversed_with_a_reason(desks, shown):
    page = shown(PersonAccount(desks().desk, person_id(HANA)))
    page.card.table.go_to(CARD[1]["id"])
    assert not page.reverse_button.isEnabled()
    page.card.table.go_to(FINE[1]["id"])
    page.reverse_button.click()
    dialog = Dialog.opened_in(page.window())
    assert isinstance(dialog, ReverseDialog)
    dialog.save()
    assert dialog.reason_field.error == "Say in a few words why."
    dialog.reason.setText("Paid at the library")
    dialog.save()
    assert _said(page) == "Library fine reversed"
    assert page.card.ledger.line(FINE[1]["id"]).reversed
    assert page.card.ledger.totals.balance == 2_400_000


def test_credit_pays_what_is_due_longest(desks, shown):
    page = shown(PersonAccount(desks().desk, person_id(HANA)))
    assert page.credit_button.isVisible()
    page.credit_button.click()
    assert _said(page) == "GHS 500.00 of credit used"
    assert page.card.ledger.account.open == {TUITION[1]["id"]: 2_400_000, FINE[1]["id"]: 50_000}
    assert not page.credit_button.isVisible()
    with pytest.raises(CampusError, match="no credit"):
        account_actions.use_credit(page._desk, person_id(HANA), "GHS")


def test_money_is_moved_to_whom_it_belongs(desks):
    desk = desks().desk
    account_actions.charge(desk, person_id(CHEN), "Tuition", "100")
    account_actions.move(desk, MOBILE[1]["id"], person_id(CHEN), "Wrong name")
    assert ledger_of(desk, person_id(CHEN)).totals.balance == 10_000 - 2_500_000
    assert open_charges(desk, person_id(CHEN), "GHS") == []
    assert ledger_of(desk, person_id(HANA)).totals.balance == 4_950_000


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (lambda desk: account_actions.charge(desk, person_id(CHEN), "Tuition", "0"), "bad_amount"),
        (lambda desk: account_actions.charge(desk, person_id(CHEN), "Tuition", "1.005"), "too_many_decimals"),
        (lambda desk: account_actions.charge(desk, person_id(CHEN), "Tuition", "NGN 5"), "other_currency"),
        (lambda desk: account_actions.reverse(desk, CARD[1]["id"], "Mistake"), "entry_not_reversible"),
        (lambda desk: account_actions.reverse(desk, "gone", "Mistake"), "entry_unknown"),
        (lambda desk: account_actions.move(desk, FINE[1]["id"], person_id(CHEN), "Mistake"), "entry_not_movable"),
        (lambda desk: account_actions.move(desk, CARD[1]["id"], person_id(HANA), "Mistake"), "same_person"),
    ],
)
def test_what_cant_be(desks, act, code):
    with pytest.raises(CampusError) as refused:
        act(desks().desk)
    assert refused.value.code == code


def test_who_only_looks_changes_nothing(desks, shown):
    desk = desks(AUDITOR).desk
    page = shown(PersonAccount(desk, person_id(HANA)))
    assert not page.charge_button.isVisible()
    assert not page.reverse_button.isVisible()
    assert not page.credit_button.isVisible()
    for act in (
        lambda: account_actions.charge(desk, person_id(CHEN), "Tuition", "1"),
        lambda: account_actions.reverse(desk, FINE[1]["id"], "Mistake"),
        lambda: account_actions.use_credit(desk, person_id(HANA), "GHS"),
        lambda: account_actions.move(desk, CARD[1]["id"], person_id(CHEN), "Mistake"),
        lambda: fee_actions.save(desk, f"cohort:{COHORT}", "Fees", []),
    ):
        with pytest.raises(CampusError, match="bursar"):
            act()
    assert account_section().make(desks(INSTRUCTOR).desk, person_id(HANA)) is None


def test_a_persons_page_shows_the_latest_lines_and_opens_the_whole_account(desks, shown):
    here = desks()
    card = shown(account_section().make(here.desk, person_id(HANA)), 526, 560)
    assert [column.key for column in card.card.table.record_model.columns] == [
        "day",
        "what",
        "state",
        "amount",
        "balance",
    ]
    assert not card.card.table.horizontalScrollBar().isVisible()
    assert list(card.sums.shown) == ["Paid", "Overdue", "Credit", "Balance"]
    assert not card.print_button.isVisible()
    card.whole_button.click()
    assert here.opened.pages == [("finance.account", person_id(HANA), {})]
    page = shown(AccountPage(here.desk, person_id(HANA)))
    assert page.windowTitle() == HANA
    assert page.account.print_button.isVisible()


def test_a_student_sees_what_is_due(desks, shown):
    page = shown(OwnAccountPage(desks(STUDENT).desk))
    rows = [(row.content.title, row.content.detail, row.content.end) for row in page.due.rows]
    assert rows == [
        ("Tuition, term 3", "Overdue since 31 Oct", "GHS 24,500.00"),
        ("Library fine", "No day set", "GHS 500.00"),
    ]
    assert isinstance(page.card, AccountCard)


def test_a_statement_is_a_pdf_of_as_many_pages_as_it_needs(desks, shown, tmp_path: Path):
    from tests.finance.money_rows import entry

    many = [entry(f"Fee {at}", 100, "2026-11-01") for at in range(120)]
    page = shown(PersonAccount(desks(rows=[*money_rows(), *many]).desk, person_id(HANA)))
    target = tmp_path / "statement.pdf"
    page.papers.write(person_id(HANA), HANA, target)
    wait_for_background()
    content = target.read_bytes()
    assert content.startswith(b"%PDF")
    assert content.count(b"/Type /Page\n") == 4 or content.count(b"/Type /Page") >= 4
    page.papers.running = False
    page.papers.write(person_id(HANA), HANA, tmp_path / "nowhere" / "statement.pdf")
    wait_for_background()


def test_fees_are_set_and_taken_out_of_use(desks, shown, qtbot):
    page = shown(FeesPage(desks().desk))
    assert page.lines[0].body["name"] == "Accounting 2026"
    page.table.go_to(page.lines[0].id)
    page.open_fees(page.lines[0].id)
    dialog = Dialog.opened_in(page.window())
    assert isinstance(dialog, FeeDialog)
    assert dialog.lines[0].taxes.text() == "VAT 15"
    dialog.lines[0].taxes.setText("VAT fifteen")
    dialog.save()
    assert not dialog.refusal.isHidden()
    dialog.lines[0].taxes.setText("VAT 15, NHIL 2.5%")
    more = dialog.add_line({})
    more.name.setText("Workshop coat")
    more.amount.setText("200")
    dialog.remove_line(dialog.lines[1])
    dialog.save()
    assert _said(page) == "Fees saved: Accounting 2026"
    row = next(one for one in page.lines if one.body["name"] == "Accounting 2026")
    assert [line["name"] for line in row.body["lines"]] == ["Tuition", "Workshop coat"]
    assert row.body["lines"][0]["taxes"] == [{"name": "VAT", "rate": 1500}, {"name": "NHIL", "rate": 250}]
    page.table.go_to(row.id)
    page.retire_button.click()
    assert _said(page) == "Accounting 2026 charges nobody any more"
    assert not page.retire_button.isEnabled()


def test_new_fees_are_for_something_that_has_none(desks, shown):
    page = shown(FeesPage(desks(rows=[]).desk))
    assert page.body.stack.currentIndex() == 1
    page.new()
    dialog = Dialog.opened_in(page.window())
    assert isinstance(dialog, FeeDialog)
    dialog.place.choose(f"cohort:{COHORT}")
    dialog.name.setText("Evenings")
    dialog.save()
    assert dialog.refusal.isVisible()
    dialog.lines[0].name.setText("Tuition")
    dialog.lines[0].amount.setText("100")
    dialog.save()
    assert [(row.body["name"], row.body["cohort_id"]) for row in page.lines] == [("Evenings", COHORT)]
    with pytest.raises(CampusError) as refused:
        fee_actions.save(page._desk, f"cohort:{COHORT}", "Again", [fee_actions.TypedLine("Tuition", "tuition", "5")])
    assert refused.value.code == "fees_there"


def test_fees_by_the_month_are_set_and_told_of_where_students_are_enrolled(desks, shown):
    page = shown(FeesPage(desks(rows=[]).desk))
    page.new()
    dialog = Dialog.opened_in(page.window())
    assert isinstance(dialog, FeeDialog)
    dialog.place.choose(f"cohort:{COHORT}")
    dialog.name.setText("Evenings")
    dialog.lines[0].name.setText("Tuition")
    dialog.lines[0].amount.setText("100")
    assert not dialog.by_period.more.isVisible()
    dialog.by_period.often.choose("days")
    dialog.save()
    assert dialog.refusal.words.text() == "A period of days has 1 to 366 of them."
    dialog.by_period.often.choose("month")
    dialog.by_period.grace.set_value(10)
    dialog.save()
    (row,) = page.lines
    assert (row.body["by_period"]["period"], row.body["by_period"]["grace_days"]) == ("month", 10)
    assert fee_actions.often_words(row.body) == "each month"
    words = fee_actions.enrolment_cost(page._desk, COHORT)
    assert words.startswith("GHS 100.00 is charged at once, and again each month, next on "), words
    page.open_fees(row.id)
    again = Dialog.opened_in(page.window())
    assert again.by_period.often.chosen == "month"
    again.by_period.often.choose("")
    again.save()
    assert page.lines[0].body["by_period"] == {}
    assert fee_actions.enrolment_cost(page._desk, COHORT) == "GHS 100.00 is charged at once."
