"""Where things stand at the cash desk: what nobody is shown leaves no hole beside what is."""

import pytest
from PySide6.QtCore import QPoint

from desktop.finance.cash_desk_page import CashDeskPage
from desktop.widgets.theme import Scheme, theme
from shared.core.ids import derived_id
from shared.people.vocabulary import Role
from tests.attendance.classes import person_id
from tests.desks import make_actor
from tests.finance.cash_desks import CASHIER, HANA, open_cash_desk

REGISTRAR = make_actor(derived_id("person", "grace"), "Grace Kimani", Role.REGISTRAR)


@pytest.fixture
def open_page(qtbot, tmp_path):
    theme().apply(Scheme.LIGHT, scale=100, high_contrast=False, reduced_motion=True)
    opened = []

    def show(actor, person=None, width=1158):
        here = open_cash_desk(tmp_path / str(len(opened)), actor)
        opened.append(here)
        page = CashDeskPage(here.desk, person_id(person) if person else None)
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
