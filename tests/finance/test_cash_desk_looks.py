"""Where things stand at the cash desk: what nobody is shown leaves no hole beside what is."""

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QScrollArea

from desktop.core.outbox import Ask
from desktop.finance.cash_desk_page import CashDeskPage
from desktop.finance.take_payment_dialog import TakePaymentDialog
from desktop.shell.watch import calm
from desktop.widgets.columns import CellKind
from desktop.widgets.dialog import Dialog
from desktop.widgets.label import Label
from desktop.widgets.theme import Scheme, theme
from shared.core.ids import derived_id
from shared.people.vocabulary import Role
from tests.attendance.classes import person, person_id
from tests.desks import make_actor
from tests.finance.cash_desks import BURSAR, CASHIER, HANA, INSTALMENT, LATE_FEE, NEXT, charge, open_cash_desk

REGISTRAR = make_actor(derived_id("person", "grace"), "Grace Kimani", Role.REGISTRAR)
LONG = "Nana Akosua Serwaa Konadu-Agyemang Owusu-Ansah the Third of Kumasi"
MUCH = 12_345_678_90


@pytest.fixture
def open_page(qtbot, tmp_path):
    theme().apply(Scheme.LIGHT, scale=100, high_contrast=False, reduced_motion=True)
    opened = []

    def show(actor, name=None, width=1158, more=()):
        here = open_cash_desk(tmp_path / str(len(opened)), actor, more)
        opened.append(here)
        page = CashDeskPage(here.desk, person_id(name) if name else None)
        qtbot.addWidget(page)
        page.resize(width, 712)
        with qtbot.waitExposed(page):
            page.show()
        return page

    yield show
    for one in opened:
        one.close()


def _middle(page, widget):
    return widget.mapTo(page, QPoint(widget.width() // 2, 0)).x()


@pytest.mark.parametrize("width", [1158, 1712])
def test_without_a_side_panel_the_empty_state_stands_in_the_middle(open_page, width):
    page = open_page(REGISTRAR, width=width)
    assert page.side.isHidden()
    assert abs(_middle(page, page.empty) - width // 2) <= 8
    assert page.empty.height() > 400


def test_with_a_drawer_beside_it_the_empty_state_keeps_to_its_own_part(open_page):
    page = open_page(CASHIER)
    assert page.side.isVisible()
    assert page.empty.mapTo(page, QPoint(page.empty.width(), 0)).x() <= page.side.mapTo(page, QPoint(0, 0)).x()


def test_the_side_comes_back_with_the_receipts_of_a_student(open_page):
    page = open_page(REGISTRAR)
    page.show_person(person_id(HANA))
    assert page.side.isVisible()
    page.next_student()
    assert page.side.isHidden()


def test_the_search_field_takes_the_room_there_is(open_page):
    page = open_page(REGISTRAR)
    assert page.search.width() == page.search.maximumWidth()


def test_the_steps_of_a_plan_fill_their_line_and_the_card_is_no_higher_than_they_are(open_page):
    page = open_page(BURSAR, HANA)
    charges = [INSTALMENT, LATE_FEE, NEXT]
    parts = [{"due_on": f"2026-{month:02}-20", "amount": 8_250_00} for month in range(7, 13)]
    payload = {"person_id": person_id(HANA), "currency": "GHS", "charge_ids": charges, "parts": parts}
    page._desk.commit([Ask("SavePlan", derived_id("plan", "hana"), payload)])
    page.show_person(person_id(HANA))
    calm()
    tiles = page.plan.tiles
    assert len({tile.y() for tile in tiles}) == 1
    assert len({tile.width() for tile in tiles}) == 1
    assert tiles[-1].geometry().right() >= tiles[-1].parentWidget().width() - 6
    assert page.plan.height() < tiles[0].height() * 2
    assert page.account.y() - page.plan.geometry().bottom() <= 16


@pytest.fixture
def large(open_page):
    """Somebody with a long name who owes amounts of eight digits, for charges with long names."""
    words = "Tuition and materials of a very long programme name"
    rows = [charge(derived_id("charge", str(at)), f"{words}, part {at}", MUCH, "2026-11-01", LONG) for at in range(4)]
    return open_page(BURSAR, LONG, more=[person(LONG, "S-0099"), *rows])


def test_no_amount_of_the_account_is_cut(large):
    calm()
    table = large.account.table
    metrics = theme().metrics("body-strong")
    for place, column in enumerate(table.record_model.columns):
        if column.kind is CellKind.NUMBER:
            longest = max(metrics.horizontalAdvance(column.cell_of(line).text) for line in large.account.ledger.lines)
            assert table.columnWidth(place) >= longest + 16, column.title
    assert table.horizontalScrollBar().maximum() == 0


def test_a_long_name_begins_at_its_first_letter(large):
    assert (large.search.text(), large.search.cursorPosition()) == (LONG, 0)


def test_what_a_payment_goes_to_never_scrolls_sideways(large):
    large.acts.open_drawer()
    Dialog.opened_in(large.window()).amount.setText("200")
    Dialog.opened_in(large.window()).save()
    large.take_payment()
    calm()
    dialog = Dialog.opened_in(large.window())
    assert isinstance(dialog, TakePaymentDialog)
    for area in dialog.findChildren(QScrollArea):
        assert area.horizontalScrollBar().maximum() == 0
    buttons = [dialog.usual.itemAt(at).widget() for at in range(dialog.usual.count())]
    assert [one.width() >= one.sizeHint().width() for one in buttons] == [True, True]
    amounts = [label for label in dialog.findChildren(Label) if label.text() == "12,345,678.90"]
    assert len(amounts) == 4
    assert all(one.width() >= one.sizeHint().width() for one in amounts)
