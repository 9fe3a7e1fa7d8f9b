"""Chooses one person by search or by scanning a card."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.timetable.kit_store import people_like, person_on_card
from desktop.timetable.store import full_name
from desktop.widgets.announce import announce
from desktop.widgets.buttons import link
from desktop.widgets.field import Field
from desktop.widgets.label import Label
from desktop.widgets.list_row import RowContent, RowList
from desktop.widgets.reader_filter import ReaderFilter
from desktop.widgets.text_field import SearchField
from shared.people.id_card import CardRefusal
from shared.people.vocabulary import PERSON


class PersonChoice(QWidget):
    """``changed`` tells that someone else is chosen, or nobody."""

    changed = Signal()

    def __init__(self, desk: Desk, label: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.person_id = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        self.search = SearchField(self.tr("Name or number"))
        self.field = Field(label, self.search, hint=self.tr("Or scan the ID card."))
        self.found = RowList(name=self.tr("People found"))
        column.addWidget(self.field)
        column.addWidget(self.found)
        self.chosen = QWidget()
        row = QHBoxLayout(self.chosen)
        row.setContentsMargins(0, 0, 0, 0)
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(Label(label, "small-medium", "text2"))
        self.name = Label("", "body-medium")
        words.addWidget(self.name)
        row.addLayout(words, 1)
        self.other = link(self.tr("Choose someone else"), on_click=lambda: self.choose(""))
        row.addWidget(self.other)
        column.addWidget(self.chosen)
        self.search.searched.connect(self._find)
        self.search.jump.connect(lambda _typed: self._to_found(press=True))
        self.search.left_down.connect(lambda: self._to_found(press=False))
        self.found.pressed.connect(self.choose)
        self.setFocusProxy(self.search)
        self.reader = ReaderFilter(self)
        self.reader.scanned.connect(self.take_card)
        self._show()

    def take_card(self, scanned: str) -> None:
        """Choose whoever's card was scanned, or say why nobody."""
        found = person_on_card(self._desk, scanned)
        if isinstance(found, CardRefusal):
            self.choose("")
            self.field.set_error(found.sentence)
            announce(self, found.sentence)
            return
        self.choose(found["id"])

    def _find(self, typed: str) -> None:
        self.field.set_error("")
        rows = [
            RowContent(one["id"], full_name(one), person=one.get("number") or one["id"], end=one.get("number") or "")
            for one in people_like(self._desk, typed)
        ]
        self.found.set_rows(rows)
        nobody = self.tr("Nobody matches. Try the number.")
        self.field.set_hint(self.tr("Or scan the ID card.") if rows or not typed else nobody)

    def _to_found(self, *, press: bool) -> None:
        self._find(self.search.text().strip())
        if self.found.rows and press:
            self.found.rows[0].click()
        elif self.found.rows:
            self.found.rows[0].setFocus()

    def choose(self, person_id: str) -> None:
        """Choose someone; an empty id lets someone else be looked for."""
        self.person_id = person_id
        self.found.set_rows([])
        self.field.set_error("")
        self._show()
        if not person_id:
            self.search.setFocus()
        self.changed.emit()

    def _show(self) -> None:
        body = self._desk.store.get(PERSON, self.person_id) if self.person_id else None
        self.field.setVisible(body is None)
        self.found.setVisible(body is None)
        self.chosen.setVisible(body is not None)
        number = (body or {}).get("number") or ""
        self.name.setText(" · ".join(part for part in (full_name(body or {}), number) if part))
