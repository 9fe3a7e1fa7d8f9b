"""Counting a drawer: thousands of coins count, what is no number counts as nothing and keeps the drawer open."""

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QWidget

from desktop.finance import shift_actions
from desktop.finance.shift_dialogs import CloseDrawerDialog
from shared.finance.vocabulary import SHIFT
from tests.finance.cash_desks import open_cash_desk


@pytest.fixture
def counting(qapp, tmp_path):
    here = open_cash_desk(tmp_path / "desk")
    shift_id = shift_actions.open_drawer(here.desk, 10_00)
    window = QWidget()
    window.show()
    dialog = CloseDrawerDialog(window, here.desk, here.store.get(SHIFT, shift_id))
    dialog.open_dialog()
    dialog.state = lambda: here.store.get(SHIFT, shift_id)["state"]
    yield dialog
    window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    here.close()


def test_what_a_field_rewrites_counts_on(counting):
    coins = dict(counting.counts)[1]
    coins.setText("1000")
    coins.editingFinished.emit()
    assert (coins.text(), counting.sum.text()) == ("1,000", "Counted GHS 10.00")
    counting.save_button.click()
    assert counting.state() == "closed"


def test_what_is_no_number_is_told_and_the_drawer_stays_open(counting):
    dict(counting.counts)[10_00].setText("1")
    dict(counting.counts)[1].setText("1,5")
    counting.save_button.click()
    assert counting.isVisible()
    assert counting.state() == "open"
    assert counting.sum.text() == "Counted GHS 10.00"
