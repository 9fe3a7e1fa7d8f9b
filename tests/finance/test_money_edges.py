"""What goes wrong with money, on the real pages: each is refused, with a sentence that says what to do."""

import base64
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from desktop.finance import shift_actions
from desktop.finance.account_section import AccountPage, PersonAccount
from desktop.finance.area import STORE
from desktop.finance.cash_desk_page import CashDeskPage
from desktop.finance.discount_dialog import GrantDialog
from desktop.finance.plan_dialog import PlanDialog
from desktop.finance.receipt_dialog import ReasonDialog, ReceiptDialog
from desktop.finance.shift_dialogs import ReportDialog
from desktop.finance.take_payment_dialog import TakePaymentDialog
from desktop.finance.till_store import receipts_of
from desktop.finance.verify_dialog import VerifyDialog
from desktop.shell.page import toasts_of
from desktop.widgets.dialog import Dialog
from desktop.widgets.label import Label
from desktop.widgets.theme import Scheme, theme
from shared.core.ids import derived_id
from shared.finance import receipt_code as code
from tests.attendance.classes import NOW, areas, person_id, school
from tests.desks import ORGANISATION, make_desk
from tests.finance.cash_desks import HANA as STUDENT
from tests.finance.cash_desks import open_cash_desk
from tests.finance.money_rows import HANA
from tests.finance.receipt_keys import certificate, facts, receipt
from tests.finance.test_discount_pages import ROWS, TERM
from tests.finance.test_plan_pages import BURSAR, CASHIER, planned


@pytest.fixture(autouse=True)
def look(qapp: Any) -> None:
    theme().apply(Scheme.LIGHT, scale=100, high_contrast=False, reduced_motion=True)


@pytest.fixture
def shown(qtbot: Any, tmp_path: Any) -> Any:
    """`shown(make, rows, actor)` opens a page; `shown.till(...)` the cash desk of a till whose drawer is open."""
    opened = []

    def add(page: Any, here: Any) -> Any:
        qtbot.addWidget(page)
        page.resize(1168, 844)
        page.here = here
        page.show()
        return page

    def show(make: Any, rows: Any, actor: Any = BURSAR) -> Any:
        here = make_desk(tmp_path / str(len(opened)), actor, [*school(), *rows], areas=(*areas(), STORE))
        here.clock.set(NOW)
        opened.append(here)
        return add(make(here.desk, person_id(HANA)), here)

    def till(more: Any = ()) -> Any:
        here = open_cash_desk(tmp_path / str(len(opened)), more=more)
        opened.append(here)
        shift_actions.open_drawer(here.desk, 200_00)
        return add(CashDeskPage(here.desk, person_id(STUDENT)), here)

    show.till = till  # type: ignore[attr-defined] # a second way to open
    yield show
    for one in opened:
        one.close()


def _refused(dialog: Any) -> str:
    """The sentence of a dialog that refuses."""
    (words,) = dialog.refusal.findChildren(Label)
    return str(words.text())


def _dialog(page: Any, kind: Any) -> Any:
    found = Dialog.opened_in(page.window())
    assert isinstance(found, kind), found
    return found


# ------------------------------------------------------------------------------------------------------------- plans


def test_the_bursar_changes_a_plan_on_the_account_and_days_dont_go_backwards(shown: Any) -> None:
    page = shown(AccountPage, planned())
    assert page.plan.isVisible()
    page.plan_button.click()
    dialog = _dialog(page, PlanDialog)
    dialog.rows[0][0].setText("1 Mar 2027")
    dialog.save()
    assert dialog.refusal.isVisible()
    assert _refused(dialog) == "The days of a plan don't go backwards. Check their order."
    dialog.rows[0][0].setText("20 Nov")
    dialog.rows[0][1].setText("18,499.00")
    dialog.rows[1][1].setText("24,501.00")
    dialog.save()
    assert toasts_of(page).toasts[-1].words.startswith(f"Plan of {HANA} saved")
    assert page.plan.tiles[4].amount == "24,501"


def test_who_sets_no_plans_has_no_button(shown: Any) -> None:
    assert not shown(AccountPage, planned(), CASHIER).plan_button.isVisible()


# ----------------------------------------------------------------------------------------------------------- coupons


def _coupon(page: Any, words: str) -> str:
    page.card.table.go_to(TERM[1]["id"])
    page.give_discount()
    dialog = _dialog(page, GrantDialog)
    dialog.discount.choose("coupon")
    dialog.code.setText(words)
    dialog.save()
    said = _refused(dialog) if dialog.isVisible() else ""
    dialog.reject()
    return said


def _expired(**more: Any) -> Any:
    body = {**next(row for row in ROWS if row[1].get("name") == "Open day")[1]}
    key = derived_id("discount", str(more))
    return "discount", {**body, "id": key, "revision": key, **more}


def test_a_coupon_twice_expired_not_yet_beyond_its_count_or_unknown(shown: Any) -> None:
    more = [
        _expired(name="Spring", code="SPRING-26", valid_to="2026-03-31"),
        _expired(name="Next year", code="NEXT-27", valid_from="2027-01-01"),
        _expired(name="Twice", code="TWICE", most=0, most_each=2),
    ]
    page = shown(PersonAccount, [*ROWS, *more])
    assert _coupon(page, "spring-26") == "Spring isn't given any more."
    assert _coupon(page, "NEXT-27") == "Next year is given from 2027-01-01 on."
    assert _coupon(page, "NOBODY") == "There is no such coupon or discount. Check its letters."
    assert _coupon(page, "OPEN-26") == ""
    assert _coupon(page, "OPEN-26") in {
        "Open day is used up.",
        "Open day was given against this charge before.",
    }
    assert _coupon(page, "TWICE") == ""
    assert _coupon(page, "twice") == "Twice was given against this charge before."


# ----------------------------------------------------------------------------------------------------------- refunds


def _receive(page: Any) -> Any:
    page.take_payment()
    dialog = _dialog(page, TakePaymentDialog)
    dialog.paper.prints.setChecked(False)
    dialog.receive()
    return receipts_of(page.here.desk, person_id(STUDENT))[0]


def _pay_back(page: Any, line: Any, amount: int) -> Any:
    page.acts.open_receipt(line, person_id(STUDENT))
    receipt_dialog = _dialog(page, ReceiptDialog)
    receipt_dialog._want(receipt_dialog.refund_asked)
    dialog = _dialog(page, ReasonDialog)
    dialog.amount.set_value(amount)
    dialog.reason.setText("Left the course")
    dialog.save()
    said = str(dialog.notice.said) if dialog.isVisible() else ""
    dialog.reject()
    return said


def test_a_refund_above_what_was_paid_and_twice(shown: Any) -> None:
    page = shown.till()
    line = _receive(page)
    assert line.amount == 25_000_00
    above = _pay_back(page, line, 25_000_01)
    assert above, "more than was paid"
    assert "GHS 25,000.00" in above
    assert _pay_back(page, line, 25_000_00) == ""
    again = _pay_back(page, line, 1)
    assert again, "all of it goes back already"
    page.acts.open_receipt(line, person_id(STUDENT))
    _dialog(page, ReceiptDialog).reject()


# ------------------------------------------------------------------------------------------------- clock and printer


def test_a_clock_that_jumps_back_in_a_shift_harms_neither_order_nor_report(shown: Any) -> None:
    page = shown.till()
    first = _receive(page)
    page.here.clock.set(page.here.clock.now().replace(month=10))
    page.take_payment()
    dialog = _dialog(page, TakePaymentDialog)
    dialog.paper.prints.setChecked(False)
    dialog.amount.set_value(1_00)
    dialog.receive()
    page.acts.show_report()
    lines = dict(_dialog(page, ReportDialog).lines)
    assert lines["Cash expected"] == "GHS 25,201.00"
    numbers = {one.number for one in receipts_of(page.here.desk, person_id(STUDENT))}
    assert (first.number, numbers) == ("R-K3-000001", {"R-K3-000001", "R-K3-000002"})
    _dialog(page, ReportDialog).reject()


def test_a_printer_that_isnt_there_costs_no_receipt(shown: Any) -> None:
    page = shown.till()
    page.take_payment()
    dialog = _dialog(page, TakePaymentDialog)
    dialog.paper.prints.setChecked(True)
    dialog.receive()
    assert "No printer answers on this computer. The receipt is saved." in toasts_of(page).toasts[-1].words
    assert len(receipts_of(page.here.desk, person_id(STUDENT))) == 1


# ------------------------------------------------------------------------------------------------ receipts of others


def _checked(page: Any, scanned: str) -> Any:
    page.take_scan(scanned)
    dialog = _dialog(page, VerifyDialog)
    told = (dialog.checked.standing, dialog.words.text())
    dialog.reject()
    return told


OWN = certificate(organisation=ORGANISATION)
OLD_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(40, 72)))


def test_receipts_altered_of_another_institute_or_by_an_older_or_unknown_key(shown: Any) -> None:
    public = OLD_KEY.public_key().public_bytes_raw()
    retired = {
        "id": derived_id("key", "old"),
        "public_key": base64.b64encode(public).decode(),
        "made_at": "2025-01-01T00:00:00.000Z",
        "retired_at": "2026-06-01T00:00:00.000Z",
    }
    page = shown.till([("receipt_key", retired)])
    words, signature = receipt(certified=OWN)
    genuine = _checked(page, words + signature)
    assert genuine[0] is code.Standing.GENUINE
    altered, _ = receipt(facts(amount=25_001), OWN)
    assert _checked(page, altered + signature)[0] is code.Standing.ALTERED
    assert _checked(page, "".join(receipt()))[0] is code.Standing.OTHER_INSTITUTE
    older = _checked(page, "".join(receipt(certified=certificate(organisation=ORGANISATION, key=OLD_KEY))))
    assert older == (
        code.Standing.EARLIER_KEY,
        "Genuine. Lakeside Institute of Technology issued this receipt with a key it used earlier.",
    )
    stranger = Ed25519PrivateKey.from_private_bytes(bytes(range(80, 112)))
    unknown = _checked(page, "".join(receipt(certified=certificate(organisation=ORGANISATION, key=stranger))))
    assert unknown == (
        code.Standing.UNKNOWN_KEY,
        "This computer doesn't know the key of this receipt. Connect to the server, then check it again.",
    )
