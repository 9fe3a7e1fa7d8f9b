"""Tells screen readers the result of an act that moved no focus."""

from __future__ import annotations

from PySide6 import QtGui  # its accessible classes are made when first asked for, not before the first window
from PySide6.QtWidgets import QWidget


def announce(widget: QWidget, words: str, *, urgent: bool = False) -> None:
    """Have ``words`` read aloud, politely, or at once when ``urgent`` (refused scans, lost hardware)."""
    event = QtGui.QAccessibleAnnouncementEvent(widget, words)
    if urgent:
        event.setPoliteness(QtGui.QAccessible.AnnouncementPoliteness.Assertive)
    QtGui.QAccessible.updateAccessibility(event)
