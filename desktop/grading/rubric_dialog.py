"""The form of a rubric: criteria, and for each its levels with the points or the range that they give."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.grading.actions import save_rubric
from desktop.widgets.buttons import icon_button, primary, secondary
from desktop.widgets.card import Card
from desktop.widgets.dialog import Dialog
from desktop.widgets.field import Field, cut_words
from desktop.widgets.label import Label
from desktop.widgets.text_field import TextField
from desktop.widgets.theme import theme
from shared.core.errors import CampusError
from shared.grading.points import points_text
from shared.grading.rubric_rules import most_points
from shared.people.vocabulary import Permission

_MOST_CRITERIA, _MOST_LEVELS = 10, 6
_HEIGHT = 330


def _tr(words: str) -> str:
    return QCoreApplication.translate("RubricDialog", words)


def _kept(words: str, most: int, name: str) -> TextField:
    field = TextField()
    field.setMaxLength(most)
    field.setText(words)
    field.setAccessibleName(name)
    return field


def range_words(level: Mapping[str, Any]) -> str:
    """Return a level's points as they are typed: `8`, or `6 to 8`."""
    low, high = str(level.get("low") or ""), str(level.get("high") or "")
    return high if low == high else f"{low} to {high}"


def read_range(typed: str) -> tuple[str, str]:
    """Return the ends of what was typed, `8`, `6 to 8` or `6-8`; the rules say whether they are points."""
    words = typed.replace("–", "-").replace(",", ".").strip()
    low, found, high = words.partition(" to ") if " to " in words else words.partition("-")
    return (low.strip(), high.strip()) if found else (words, words)


class _LevelRow(QWidget):
    """A level's name and points."""

    def __init__(self, key: str, body: Mapping[str, Any]) -> None:
        super().__init__()
        self.key = key
        self.name = _kept(str(body.get("name") or ""), 100, _tr("Level"))
        self.points = _kept(range_words(body), 30, _tr("Points"))
        self.remove = icon_button("x", _tr("Remove this level"))
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.name, 3)
        row.addWidget(self.points, 1)
        row.addWidget(self.remove)

    def value(self) -> dict[str, Any]:
        """Return what the row says."""
        low, high = read_range(self.points.text())
        return {"id": self.key, "name": self.name.text().strip(), "note": "", "low": low, "high": high}


class _CriterionCard(Card):
    """A criterion with its levels, the best first; ``cut`` names a field that took not all that was pasted."""

    cut = Signal(object)

    def __init__(self, ids: Callable[[], str], key: str, body: Mapping[str, Any]) -> None:
        super().__init__()
        self.key, self._ids, self._note = key, ids, str(body.get("note") or "")
        self.body.setSpacing(6)
        self.levels: list[_LevelRow] = []
        self.name = _kept(str(body.get("name") or ""), 200, _tr("Criterion"))
        self.name.setPlaceholderText(_tr("Criterion"))
        self.name.inputRejected.connect(lambda: self.cut.emit(self.name))
        self.remove = icon_button("x", _tr("Remove this criterion"))
        head = QHBoxLayout()
        head.addWidget(self.name, 1)
        head.addWidget(self.remove)
        self.add(head)
        self._column = QVBoxLayout()
        self._column.setSpacing(6)
        self.add(self._column)
        self.more = secondary(_tr("Add a level"), "plus", lambda: self.add_level({}))
        line = QHBoxLayout()
        line.setContentsMargins(24, 0, 0, 0)
        line.addWidget(self.more)
        line.addStretch(1)
        self.add(line)
        levels: Sequence[Mapping[str, Any]] = body.get("levels") or ({}, {})
        for level in levels:
            self.add_level(level)

    def add_level(self, body: Mapping[str, Any]) -> None:
        """Append a level."""
        if len(self.levels) < _MOST_LEVELS:
            row = _LevelRow(str(body.get("id") or self._ids()), body)
            row.remove.clicked.connect(lambda: self.remove_level(row))
            for field in (row.name, row.points):
                field.inputRejected.connect(partial(self.cut.emit, field))
            self.levels.append(row)
            self._column.addWidget(row)
        self.more.setEnabled(len(self.levels) < _MOST_LEVELS)

    def remove_level(self, row: _LevelRow) -> None:
        """Take a level out."""
        self.levels.remove(row)
        row.hide()
        row.deleteLater()
        self.more.setEnabled(True)

    def value(self) -> dict[str, Any]:
        """Return what the card says."""
        levels = [one.value() for one in self.levels]
        return {"id": self.key, "name": self.name.text().strip(), "note": self._note, "levels": levels}


class RubricDialog(Dialog):
    """``saved`` gives the id of the version that was made, and the points that it gives at most."""

    needs = (Permission.ASSIGNMENTS_EDIT,)

    saved = Signal(str, str)

    def __init__(
        self,
        window: QWidget,
        desk: Desk,
        cohort_id: str,
        shown: Mapping[str, Any] | None = None,
        criteria: Sequence[Mapping[str, Any]] = (),
    ) -> None:
        title = _tr("New rubric") if shown is None else _tr("Change {rubric}").format(rubric=shown["name"])
        words = _tr("Work that is marked by an earlier version keeps that version.") if shown else ""
        super().__init__(window, title, subtitle=words, icon="pencil-ruler", width=620)
        self._desk, self._cohort_id, self._shown = desk, cohort_id, shown
        self.cards: list[_CriterionCard] = []
        self.name = _kept(str((shown or {}).get("name") or ""), 200, _tr("Name"))
        self.name_field = Field(_tr("Name"), self.name)
        self.add(self.name_field)
        self.add(Label(_tr("A level gives points, 8, or a range to choose from, 6 to 8."), "small", "muted"))
        self._make_list()
        self.problem = Label("", "small", "bad", wrap=True)
        self.problem.hide()
        self.add(self.problem)
        for one in criteria or ({},):
            self.add_criterion(one)
        self.add_cancel()
        self.save_button = self.add_button(primary(_tr("Save rubric"), on_click=self.save))
        self.on_key("Ctrl+S", self.save)

    def _make_list(self) -> None:
        inside = QWidget()
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(0, 0, 8, 0)
        self._column.setSpacing(10)
        self._column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidget(inside)
        area.viewport().setAutoFillBackground(False)  # the dialog's own ground, which isn't the window's
        inside.setAutoFillBackground(False)
        area.setMinimumHeight(theme().px(_HEIGHT))
        self.add(area, 1)
        line = QHBoxLayout()
        self.more = secondary(_tr("Add a criterion"), "plus", lambda: self.add_criterion({}))
        line.addWidget(self.more)
        line.addStretch(1)
        self.add(line)

    def add_criterion(self, body: Mapping[str, Any]) -> None:
        """Append a criterion."""
        if len(self.cards) < _MOST_CRITERIA:
            card = _CriterionCard(self._desk.ids, str(body.get("id") or self._desk.ids()), body)
            card.remove.clicked.connect(lambda: self.remove_criterion(card))
            card.cut.connect(self._say_cut)
            self.cards.append(card)
            self._column.insertWidget(self._column.count() - 1, card)
        self.more.setEnabled(len(self.cards) < _MOST_CRITERIA)

    def _say_cut(self, field: TextField) -> None:
        self.problem.setText(f"{field.accessibleName()}: {cut_words(field)}")
        self.problem.show()

    def remove_criterion(self, card: _CriterionCard) -> None:
        """Take a criterion out."""
        self.cards.remove(card)
        card.hide()
        card.deleteLater()
        self.more.setEnabled(True)

    def save(self) -> None:
        """Save the rubric, or its next version."""
        criteria = [one.value() for one in self.cards]
        try:
            version = save_rubric(self._desk, self._cohort_id, self._shown, self.name.text(), criteria)
        except CampusError as problem:
            missing = problem.code == "name_missing"
            self.name_field.set_error(problem.message if missing else "")
            self.problem.setText("" if missing else problem.message)
            self.problem.setVisible(not missing)
            return
        self.saved.emit(version, points_text(most_points(criteria)))  # first: who opened it goes on when it closes
        self.accept()
