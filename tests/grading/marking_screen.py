"""What tests of the workbench ask of its page: keys pressed, words shown, marks kept, commands that wait."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from shared.grading.ids import mark_id
from tests.grading.marking_rows import WORK, enrolment_id

DALIA, ELIF, AMINA, GRACE = (
    enrolment_id(name) for name in ("Dalia Haddad", "Elif Demir", "Amina Yusuf", "Grace Wanjiru")
)


def kept_mark(page, enrolment):
    return page.here.store.get("mark", mark_id(WORK, enrolment))


def waiting_commands(page):
    return [(one.type, one.payload) for one in page.here.store.next_request().commands]


def press(page, key, modifier=Qt.KeyboardModifier.NoModifier):
    QTest.keyClick(page.focusWidget() or page, key, modifier)


def shown_words(page):
    QApplication.processEvents()
    return " ".join(one.text() for one in page.findChildren(QLabel) if one.isVisible())
