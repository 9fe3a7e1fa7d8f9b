"""The keys of the gradebook: those shown below it, and those that the list of keys tells of."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from desktop.widgets.key_cap import KeyHint
from desktop.widgets.layouts import FlowLayout


def _tr(words: str) -> str:
    return QCoreApplication.translate("BookPage", words)


def key_row() -> QWidget:
    """Return the keys that people use all the time, as a row below the gradebook."""
    box = QWidget()
    line = FlowLayout(box, space=12)
    for key, words in (
        ("0–9", _tr("type a mark")),
        ("Enter", _tr("save, next down")),
        ("Tab", _tr("save, next right")),
        ("M", _tr("missing")),
        ("X", _tr("excused")),
        ("Ctrl V", _tr("paste a column")),
        ("Ctrl D", _tr("fill down")),
        ("Ctrl Shift M", _tr("the rest missing")),
        ("Ctrl Z", _tr("undo")),
    ):
        line.addWidget(KeyHint(key, words))
    return box


def page_keys() -> list[tuple[str, str]]:
    """Return the keys of the gradebook's page."""
    return [
        ("0 to 9", _tr("Start a mark, which replaces the old one")),
        ("F2", _tr("Change the mark in place")),
        ("Enter, Shift Enter", _tr("Save and go down or up; where nothing is typed: how the figure came about")),
        ("Tab, Shift Tab", _tr("Save and go right or left")),
        ("M, X, Delete", _tr("Missing, excused, not graded")),
        ("Ctrl C, Ctrl V, Ctrl D", _tr("Copy, paste a block, fill down")),
        ("Ctrl Shift M", _tr("Mark everyone who handed nothing in")),
        ("Ctrl M", _tr("Comment on the mark")),
        ("Ctrl E", _tr("More time for this student")),
        ("Ctrl Z, Ctrl Y", _tr("Undo, do again")),
    ]
