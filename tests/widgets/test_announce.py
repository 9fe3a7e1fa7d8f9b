"""Announcements for screen readers."""

from PySide6 import QtGui
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QLabel

from desktop.widgets.announce import announce
from desktop.widgets.toast import ToastHost


def _listen(monkeypatch):
    heard = []

    class Listener:
        AnnouncementPoliteness = QAccessible.AnnouncementPoliteness

        @staticmethod
        def updateAccessibility(event):  # noqa: N802 - Qt's name
            heard.append((event.message(), event.politeness()))

    monkeypatch.setattr(QtGui, "QAccessible", Listener)
    return heard


def test_words_are_read_politely_unless_they_are_urgent(qtbot, monkeypatch):
    label = QLabel("Register")
    qtbot.addWidget(label)
    heard = _listen(monkeypatch)
    announce(label, "Ama Mensah, present")
    announce(label, "The card was refused", urgent=True)
    polite, urgent = QAccessible.AnnouncementPoliteness.Polite, QAccessible.AnnouncementPoliteness.Assertive
    assert heard == [("Ama Mensah, present", polite), ("The card was refused", urgent)]


def test_messages_are_read_aloud(qtbot, monkeypatch):
    page = QLabel()
    qtbot.addWidget(page)
    heard = _listen(monkeypatch)
    ToastHost(page).show_toast("The camera stopped. Plug it in again", "bad")
    assert heard == [("The camera stopped. Plug it in again", QAccessible.AnnouncementPoliteness.Assertive)]
