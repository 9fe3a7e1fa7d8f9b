"""The form of a cohort's grades: categories with weights, how many of the lowest don't count, words and decimals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.grading.actions import set_lock, set_scheme
from desktop.timetable.session_form import side_by_side
from desktop.widgets.buttons import icon_button, primary, secondary
from desktop.widgets.combo import Combo
from desktop.widgets.dialog import Dialog
from desktop.widgets.field import Field, cut_words
from desktop.widgets.label import Label
from desktop.widgets.number_field import read_number
from desktop.widgets.text_field import TextField
from shared.core.errors import CampusError
from shared.grading.permissions import may_lock_grades
from shared.grading.vocabulary import ScaleKind, SchemeState

_MOST = 8
_MOST_LEFT_OUT = 50
_WORDS = {
    ScaleKind.LETTERS: (("80", "A"), ("70", "B"), ("60", "C"), ("50", "D"), ("0", "F")),
    ScaleKind.PASS_FAIL: (("50", "Pass"), ("0", "Fail")),
    ScaleKind.COMPETENT: (("50", "Competent"), ("0", "Not yet competent")),
}


def _tr(words: str) -> str:
    return QCoreApplication.translate("SchemeDialog", words)


def _kept(words: str, most: int) -> TextField:
    field = TextField()
    field.setMaxLength(most)
    field.setText(words)
    return field


class _CategoryRow(QWidget):
    """A category's name, weight, and how many of the lowest results don't count."""

    def __init__(self, key: str, body: Mapping[str, Any]) -> None:
        super().__init__()
        self.key = key
        self.name = _kept(str(body.get("name") or ""), 100)
        self.weight = _kept(str(body.get("weight") or ""), 10)
        self.drops = _kept(str(body.get("drop_lowest") or 0), 2)
        self.remove = icon_button("x", _tr("Remove this category"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for field, name, share in (
            (self.name, _tr("Category"), 4),
            (self.weight, _tr("Weight"), 1),
            (self.drops, _tr("Lowest left out"), 1),
        ):
            field.setAccessibleName(name)
            row.addWidget(field, share)
        row.addWidget(self.remove)

    def value(self) -> dict[str, Any]:
        """Return what the row says."""
        return {
            "id": self.key,
            "name": self.name.text().strip(),
            "weight": self.weight.text().strip().replace(",", ".") or "0",
            "drop_lowest": self.left_out or 0,
        }

    @property
    def left_out(self) -> int | None:
        """How many of the lowest marks are left out; None where that can't be read."""
        typed = self.drops.text().strip()
        number = read_number(typed) if typed else 0
        return number if number is not None and 0 <= number <= _MOST_LEFT_OUT else None


class SchemeDialog(Dialog):
    """``saved`` gives the words for what is different now."""

    saved = Signal(str)

    def __init__(self, window: QWidget, desk: Desk, scheme: Mapping[str, Any]) -> None:
        words = _tr("Categories that have nothing marked yet share their weight among the others.")
        super().__init__(window, _tr("How grades come about"), subtitle=words, icon="settings", width=600)
        self._desk, self._scheme = desk, scheme
        self.rows: list[_CategoryRow] = []
        head = QHBoxLayout()
        head.setSpacing(8)
        for title, share in ((_tr("Category"), 4), (_tr("Weight"), 1), (_tr("Lowest left out"), 1)):
            head.addWidget(Label(title, "small-medium", "text2"), share)
        head.addSpacing(40)
        self.add(head)
        self._box = QWidget()
        self._column = QVBoxLayout(self._box)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self.add(self._box)
        self.nothing = Label(_tr("Without categories all work counts by its points."), "small", "muted")
        self.add(self.nothing)
        self.add_button_row = secondary(_tr("Add a category"), "plus", lambda: self.add_category({}))
        line = QHBoxLayout()
        line.addWidget(self.add_button_row)
        line.addStretch(1)
        self.add(line)
        for one in scheme["categories"]:
            self.add_category(one)
        self._make_scale(scheme)
        self.problem = Label("", "small", "bad", wrap=True)
        self.add(self.problem)
        self.problem.hide()
        if may_lock_grades(desk.actor):
            words = _tr("Open marks again") if self.locked else _tr("Lock marks")
            self.lock_button = secondary(words, "lock", self.lock)
            self.foot_words(self.lock_button)
        self.add_cancel()
        self.save_button = self.add_button(primary(_tr("Save"), on_click=self.save))
        self.on_key("Ctrl+S", self.save)
        self._show()

    def _make_scale(self, scheme: Mapping[str, Any]) -> None:
        names = {
            ScaleKind.PERCENT: _tr("Percent"),
            ScaleKind.POINTS: _tr("Points"),
            ScaleKind.LETTERS: _tr("Letters"),
            ScaleKind.PASS_FAIL: _tr("Pass or fail"),
            ScaleKind.COMPETENT: _tr("Competent or not yet"),
        }
        self.scale = Combo([(str(one), name) for one, name in names.items()], name=_tr("Told as"))
        self.scale.choose(str(scheme["scale"]))
        self.places = Combo(
            [("0", _tr("Whole percent")), ("1", _tr("One decimal")), ("2", _tr("Two decimals"))], name=_tr("Rounded to")
        )
        self.places.choose(str(scheme["places"]))
        self.add(side_by_side((Field(_tr("Told as"), self.scale), 1), (Field(_tr("Rounded to"), self.places), 1)))
        self.bounds = _kept(_bounds_words(scheme["bounds"]), 400)
        hint = _tr("The word, and from which percentage on: A 80, B 70, F 0")
        self.bounds_field = Field(_tr("Words"), self.bounds, hint=hint)
        self.add(self.bounds_field)
        self.scale.currentIndexChanged.connect(lambda _at: self._scale_chosen())

    def add_category(self, body: Mapping[str, Any]) -> None:
        """Append a row for a category."""
        if len(self.rows) >= _MOST:
            return
        row = _CategoryRow(str(body.get("id") or self._desk.ids()), body)
        row.remove.clicked.connect(lambda: self.remove_category(row))
        for field in (row.name, row.weight, row.drops):
            field.inputRejected.connect(partial(self._say_cut, field))
        self.rows.append(row)
        self._column.addWidget(row)
        self._show()
        if not body:
            row.name.setFocus()

    def _say_cut(self, field: TextField) -> None:
        self._say(f"{field.accessibleName()}: {cut_words(field)}")

    def _say(self, words: str) -> None:
        self.problem.setText(words)
        self.problem.show()

    def remove_category(self, row: _CategoryRow) -> None:
        """Take a category out; its work counts for nothing until it gets another one."""
        self.rows.remove(row)
        row.hide()
        row.deleteLater()
        self._show()

    def _show(self) -> None:
        self.nothing.setVisible(not self.rows)
        self.add_button_row.setEnabled(len(self.rows) < _MOST)
        if hasattr(self, "bounds_field"):
            self.bounds_field.setVisible(self.scale.chosen in {str(one) for one in _WORDS})

    def _scale_chosen(self) -> None:
        wanted = _WORDS.get(ScaleKind(str(self.scale.chosen)), ())
        self.bounds.setText(", ".join(f"{word} {least}" for least, word in wanted))
        self._show()

    def values(self) -> dict[str, Any]:
        """Return what the form says."""
        bounds = []
        for part in self.bounds.text().split(","):
            word, _, least = part.strip().rpartition(" ")
            if part.strip():
                bounds.append({"word": word.strip() or part.strip(), "least": least if word else ""})
        return {
            "categories": [one.value() for one in self.rows],
            "scale": str(self.scale.chosen),
            "places": int(str(self.places.chosen)),
            "bounds": bounds if self.bounds_field.isVisibleTo(self) else [],
        }

    @property
    def locked(self) -> bool:
        """Whether the cohort's marks are closed."""
        return bool(self._scheme["state"] == SchemeState.LOCKED)

    def lock(self) -> None:
        """Close the marks, or open them again."""
        try:
            set_lock(self._desk, self._scheme, locked=not self.locked)
        except CampusError as problem:
            self._say(problem.message)
            return
        self.accept()
        self.saved.emit(_tr("Marks can be changed again") if self.locked else _tr("Marks are locked"))

    def save(self) -> None:
        """Save what differs."""
        if any(one.left_out is None for one in self.rows):
            words = _tr("How many of the lowest are left out is a whole number from 0 to {most}.")
            self._say(words.format(most=_MOST_LEFT_OUT))
            return
        try:
            changed = set_scheme(self._desk, self._scheme, self.values())
        except CampusError as problem:
            self._say(problem.message)
            return
        self.accept()
        if changed:
            self.saved.emit(_tr("Grades come about anew"))


def _bounds_words(bounds: Sequence[Mapping[str, Any]]) -> str:
    return ", ".join(f"{one['word']} {one['least']}" for one in bounds)
