"""What becomes of one cohort when a term is rolled over: its copy, its students, its classes, and what isn't done."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.learning.rollover_words import class_words, skipped_words, step_words
from desktop.widgets.buttons import primary
from desktop.widgets.card import Card
from desktop.widgets.check import Check
from desktop.widgets.combo import Combo
from desktop.widgets.dialog import Dialog
from desktop.widgets.field import Field
from desktop.widgets.label import Label
from desktop.widgets.layouts import ScrollColumn
from desktop.widgets.list_row import RowContent, RowList
from desktop.widgets.number_field import NumberField
from desktop.widgets.text_field import TextField
from desktop.widgets.theme import theme
from shared.learning.rollover import LONGEST_CODE, StudentStep

_HEIGHT = 460
_tr = partial(QCoreApplication.translate, "RolloverDialog")


class RolloverDialog(Dialog):
    """``chosen`` is called with what was chosen; the page then looks at the preview anew."""

    def __init__(
        self,
        window: QWidget,
        line: Mapping[str, Any],
        present: Mapping[str, Any],
        aims: Sequence[tuple[str, str]],
        chosen: Callable[[dict[str, Any]], object],
    ) -> None:
        super().__init__(window, str(line["name"]), subtitle=str(line["course"]), icon="users", width=640)
        self._line, self._chosen = line, chosen
        self._copy: Mapping[str, Any] = line["copy"] or {}
        self._column = ScrollColumn(padding=0)
        self._add_copy()
        self._add_students(present, aims)
        self._add_classes(present)
        self._add_notes()
        self._column.body.addStretch(1)
        self._column.setFixedHeight(theme().px(_HEIGHT))
        self.add(self._column)
        self.add_cancel()
        self.add_button(primary(_tr("Use this"), "check", self.save))
        self.on_key("Ctrl+S", self.save)
        self._show()

    def _put(self, widget: QWidget) -> None:
        self._column.body.addWidget(widget)

    def _add_copy(self) -> None:
        words = _tr("Make a copy for the new term, with its instructors and what they may do")
        self.roll = Check(words, checked=bool(self._copy))
        self.roll.setEnabled(not self._line["already"])
        self.roll.toggled.connect(lambda _on: self._show())
        self._put(self.roll)
        self.code = TextField(name=_tr("Code"))
        self.code.setMaxLength(LONGEST_CODE)
        self.code.setText(str(self._copy.get("code") or ""))
        self.name = TextField(name=_tr("Name"))
        self.name.setMaxLength(200)
        self.name.setText(str(self._copy.get("name") or ""))
        row = QHBoxLayout()
        row.addWidget(Field(_tr("Code of the copy"), self.code), 1)
        row.addWidget(Field(_tr("Name of the copy"), self.name), 2)
        self._column.body.addLayout(row)
        for field in (self.code, self.name):
            field.setEnabled(not self._line["already"])

    def _add_students(self, present: Mapping[str, Any], aims: Sequence[tuple[str, str]]) -> None:
        steps = list(step_words().items())
        self.students, self.others = Combo(steps, name=_tr("Students")), Combo(steps, name=_tr("Those who failed"))
        self.students.choose(str(present["students"]))
        self.others.choose(str(present["others"]))
        self.by_grades = Check(_tr("By published grades"), checked=bool(present["by_grades"]))
        self.pass_mark = NumberField(
            round(float(present["pass_mark"])), least=0, most=100, unit="%", name=_tr("Passed from")
        )
        self.aim = Combo([("", _tr("Choose a cohort")), *aims], name=_tr("Go on in"))
        self.aim.choose(str(present["promote_to"]))
        self.students_field = Field(_tr("Students"), self.students)
        self.aim_field = Field(_tr("Go on in"), self.aim, hint=_tr("Of a cohort of the old term its copy is meant"))
        self.pass_field = Field(_tr("Passed from"), self.pass_mark)
        self.others_field = Field(_tr("Those who failed"), self.others)
        self._put(self.students_field)
        self._put(self.by_grades)
        row = QHBoxLayout()
        row.addWidget(self.pass_field, 1)
        row.addWidget(self.others_field, 2)
        self._column.body.addLayout(row)
        self._put(self.aim_field)
        self.by_grades.toggled.connect(lambda _on: self._show())
        for combo in (self.students, self.others):
            combo.currentIndexChanged.connect(lambda _at: self._show())

    def _add_classes(self, present: Mapping[str, Any]) -> None:
        self.series = Check(_tr("Plan the classes of the copy on its days"), checked=bool(present["series"]))
        self.despite = Check(_tr("Plan them although something clashes"), checked=bool(present["despite_clash"]))
        self._put(self.series)
        self._put(self.despite)
        self.lines = RowList(name=_tr("Classes"))
        self.lines.set_rows([
            RowContent(
                str(one["id"]),
                class_words(one),
                skipped_words(one),
                icon="calendar",
                badge=(_tr("Planned"), "ok", "check") if one["planned"] else (_tr("Clashes"), "bad", "circle-alert"),
                wraps=True,
            )
            for one in self._line["series"]
        ])  # fmt: skip
        card = Card(padded=False)
        card.add(self.lines)
        card.setHidden(not self._line["series"])
        self._put(card)

    def _add_notes(self) -> None:
        for note in self._line["notes"]:
            self._put(Label(note, "small", "warn", wrap=True))

    def _show(self) -> None:
        """Show what the choices ask for."""
        graded = self.by_grades.isChecked()
        self.students_field.label.setText(_tr("Those who passed") if graded else _tr("Students"))
        self.others_field.setVisible(graded)
        self.pass_field.setVisible(graded)
        asked = {self.students.chosen, self.others.chosen} if graded else {self.students.chosen}
        self.aim_field.setVisible(StudentStep.PROMOTE in asked)

    def save(self) -> None:
        """Take what was chosen."""
        values: dict[str, Any] = {
            "roll": self.roll.isChecked(),
            "students": self.students.chosen,
            "others": self.others.chosen,
            "by_grades": self.by_grades.isChecked(),
            "pass_mark": str(self.pass_mark.value if self.pass_mark.value is not None else 50),
            "promote_to": self.aim.chosen or "",
            "series": self.series.isChecked(),
            "despite_clash": self.despite.isChecked(),
        }
        for name, field in (("code", self.code), ("name", self.name)):
            if field.text().strip() != str(self._copy.get(name) or ""):
                values[name] = field.text().strip()
        self.accept()
        self._chosen(values)
