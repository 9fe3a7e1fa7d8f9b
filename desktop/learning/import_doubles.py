"""New lines of a list that are likely someone known: with whom, why, and what becomes of each."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop.learning.imports import Candidate, Double
from desktop.people.words import field_word
from desktop.widgets.buttons import secondary
from desktop.widgets.card import Card
from desktop.widgets.columns import Cell, CellKind, Column
from desktop.widgets.combo import Combo
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.label import Label
from desktop.widgets.record_table import RecordTable
from desktop.widgets.row_source import ListSource

_tr = partial(QCoreApplication.translate, "ImportDoubles")
MAKE, LEAVE = "make", "leave"


class DoublesPart(QWidget):
    """``changed`` says that an answer was given; ``answers`` go along with the next check of the file."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.answers: dict[int, str] = {}
        self._checked: dict[int, str] = {}
        self._doubles: dict[str, Double] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        words = self.tr("Select lines and say what they are. Lines without an answer are left out.")
        column.addWidget(Label(words, "small", "muted", wrap=True))
        self.source: ListSource[Double] = ListSource(
            lambda row: str(row.line), {"line": lambda row: row.line, "label": lambda row: row.label}
        )
        self.table = RecordTable(self.source, self._columns(), name=self.tr("Likely known"))
        self.table.selection_count.connect(lambda _n: self._follow())
        self.table.current.connect(lambda _id: self._follow())
        card = Card(padded=False)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.table)
        nothing = self.tr("No new line looks like someone who is here already.")
        self._stack.addWidget(EmptyState("circle-check", self.tr("Nobody twice"), nothing))
        card.add(self._stack, 1)
        column.addWidget(card, 1)
        column.addLayout(self._make_foot())

    def _columns(self) -> tuple[Column, ...]:
        return (
            Column("line", self.tr("Line"), lambda row: f"{row.line:,}", CellKind.NUMBER, width=60),
            Column("label", self.tr("In the file"), lambda row: row.label, width=200),
            Column("known", self.tr("Likely the same as"), _known_words, width=190, stretch=True, sortable=False),
            Column("why", self.tr("What agrees"), _why_words, CellKind.MUTED, width=140, sortable=False),
            Column(
                "answer", self.tr("What becomes of it"), self._answer_cell, CellKind.BADGE, width=140, sortable=False
            ),
        )

    def _make_foot(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        self.whom = Combo(name=self.tr("Whom the line is"))
        self.same_button = secondary(self.tr("It is this person"), "user", self.take_as_same)
        self.make_button = secondary(self.tr("Make a new person"), "user-plus", lambda: self.give(MAKE))
        self.leave_button = secondary(self.tr("Leave out"), "x", lambda: self.give(LEAVE))
        row.addWidget(self.whom, 1)
        for button in (self.same_button, self.make_button, self.leave_button):
            row.addWidget(button)
        return row

    def show_doubles(self, doubles: tuple[Double, ...]) -> None:
        """Show the lines of a check, with the answers that it was made with."""
        self._doubles = {str(one.line): one for one in doubles}
        self.answers = {one.line: one.answer for one in doubles if one.answer}
        self._checked = dict(self.answers)
        self.source.set_rows(list(doubles))
        self.table.refresh()
        self._stack.setCurrentIndex(0 if doubles else 1)
        for button in (self.same_button, self.make_button, self.leave_button, self.whom):
            button.setVisible(bool(doubles))
        self._follow()

    @property
    def is_new(self) -> bool:
        """Whether answers were given that the file wasn't checked with."""
        return self.answers != self._checked

    def _chosen(self) -> list[Double]:
        ids = self.table.selected_ids() or [self.table.current_id()]
        return [self._doubles[one] for one in ids if one in self._doubles]

    def _follow(self) -> None:
        chosen = self._chosen()
        for button in (self.make_button, self.leave_button):
            button.setEnabled(bool(chosen))
        one = chosen[0] if len(chosen) == 1 else None
        people = [candidate for candidate in one.candidates if candidate.id] if one else []
        self.whom.set_choices([(str(candidate.id), _called(candidate)) for candidate in people])
        self.whom.setEnabled(bool(people))
        self.same_button.setEnabled(bool(people) or any(_best(double) for double in chosen))

    def take_as_same(self) -> None:
        """Take the selected lines as the people they are likely to be: one as chosen, several as the likeliest."""
        chosen = self._chosen()
        for double in chosen:
            whom = self.whom.chosen if len(chosen) == 1 and self.whom.chosen else _best(double)
            if whom:
                self.answers[double.line] = whom
        self._told()

    def give(self, answer: str) -> None:
        """Answer for the selected lines."""
        self.answers |= dict.fromkeys((double.line for double in self._chosen()), answer)
        self._told()

    def _told(self) -> None:
        self.table.refresh()
        self.changed.emit()

    def _answer_cell(self, row: Double) -> Cell:
        answer = self.answers.get(row.line, "")
        if answer == MAKE:
            return Cell(_tr("New person"), "ok", "plus")
        if answer == LEAVE:
            return Cell(_tr("Left out"), "neu", "")
        if answer:
            known = next((one.label for one in row.candidates if one.id == answer), "")
            return Cell(_tr("Is {name}").format(name=known), "info", "check")
        return Cell(_tr("Not said: left out"), "warn", "")


def _best(double: Double) -> str | None:
    return next((one.id for one in double.candidates if one.id), None)


def _called(candidate: Candidate) -> str:
    if candidate.line is not None:
        return _tr("{name}, line {line}").format(name=candidate.label, line=candidate.line)
    return candidate.label


def _known_words(row: Double) -> str:
    return "; ".join(_called(one) for one in row.candidates)


def _why_words(row: Double) -> str:
    reasons = row.candidates[0].reasons if row.candidates else ()
    words = {"name": _tr("Names")}
    return ", ".join(words.get(one) or field_word(one) for one in reasons)
