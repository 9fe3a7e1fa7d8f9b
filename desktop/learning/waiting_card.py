"""Who walked into a class and waits for the office: confirmed as new, or put on someone already known."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.learning.store import StudentRow
from desktop.learning.words import read_day
from desktop.people.store import likely_duplicates
from desktop.people.words import reasons_words
from desktop.widgets.avatar import Avatar
from desktop.widgets.buttons import link, quiet, secondary
from desktop.widgets.card import Card, Line
from desktop.widgets.date_field import format_date
from desktop.widgets.label import ElidedLabel, IconText, Label
from shared.learning.permissions import may_edit_enrolments


class WaitingCard(Card):
    """``confirmed`` gives (enrolment, id of the known person or an empty text), ``refused`` the enrolment's id."""

    confirmed = Signal(object, str)
    refused = Signal(str)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(padded=False, parent=parent)
        self._desk = desk
        self.setAccessibleName(self.tr("Waiting to be confirmed"))
        self.title = IconText("clock", "", "info", step="section", text_tone="text")
        self.title.setContentsMargins(16, 10, 16, 10)
        self.add(self.title)
        self.rows = QVBoxLayout()
        self.add(self.rows)
        self._shown: list[QWidget] = []

    def show_rows(self, rows: list[StudentRow]) -> None:
        """Show these enrolments; hidden while there are none."""
        for old in self._shown:
            self.rows.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._shown = []
        self.setVisible(bool(rows))
        one, many = self.tr("1 walk-in waits for the office"), self.tr("{n} walk-ins wait for the office")
        self.title.set_state("clock", one if len(rows) == 1 else many.format(n=len(rows)), "info")
        for row in rows:
            made = self._row(row)
            self.rows.addWidget(made)
            self._shown.append(made)

    def _row(self, row: StudentRow) -> QWidget:
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(1, 0, 1, 0)
        column.setSpacing(0)
        column.addWidget(Line())
        line = QHBoxLayout()
        line.setContentsMargins(15, 8, 15, 8)
        line.setSpacing(10)
        line.addWidget(Avatar(row.name, row.person.get("number") or row.id, 28), 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(ElidedLabel(row.name, "body-medium"))
        words.addWidget(Label(self._since(row), "small", "text2"))
        line.addLayout(words, 1)
        allowed = may_edit_enrolments(self._desk.actor)
        if allowed:
            self._add_known(words, row)
            refuse = quiet(self.tr("Refuse"), on_click=lambda: self.refused.emit(row.id))
            refuse.setAccessibleName(self.tr("Refuse {name}").format(name=row.name))
            confirm = secondary(self.tr("Confirm"), "check", lambda: self.confirmed.emit(row.enrolment, ""))
            confirm.setAccessibleName(self.tr("Confirm {name}").format(name=row.name))
            line.addWidget(refuse)
            line.addWidget(confirm)
        column.addLayout(line)
        return box

    def _since(self, row: StudentRow) -> str:
        day = read_day(row.enrolment.get("enrolled_on"))
        number = row.person.get("number") or self.tr("no number")
        if day is None:
            return self.tr("Walk-in · {number}").format(number=number)
        return self.tr("Walked in on {day} · {number}").format(day=format_date(day), number=number)

    def _add_known(self, words: QVBoxLayout, row: StudentRow) -> None:
        for known in likely_duplicates(self._desk, row.person, row.person["id"]):
            line = QHBoxLayout()
            line.setSpacing(6)
            said = self.tr("{name}, {number}: {reasons}").format(
                name=known.name, number=known.person.get("number") or "–", reasons=reasons_words(known.reasons).lower()
            )
            line.addWidget(Label(said, "small", "muted"))
            put = link(self.tr("It is this one"), partial(self._put_on, row, str(known.person["id"])))
            put.setAccessibleName(self.tr("{walk_in} is {name}").format(walk_in=row.name, name=known.name))
            line.addWidget(put)
            line.addStretch(1)
            words.addLayout(line)

    def _put_on(self, row: StudentRow, person_id: str) -> None:
        self.confirmed.emit(row.enrolment, person_id)
