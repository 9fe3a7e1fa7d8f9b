"""The skills of a course: a list with a form beside it, and the list of who signs at employers'."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.grading.skill_actions import save_skill
from desktop.grading.skill_store import course_skills
from desktop.grading.skill_words import proof_words
from desktop.people.actions import Done
from desktop.timetable.session_form import side_by_side
from desktop.widgets.buttons import danger, primary, secondary
from desktop.widgets.combo import Combo
from desktop.widgets.dialog import Dialog
from desktop.widgets.field import Field
from desktop.widgets.form_scroll import FormScroll
from desktop.widgets.label import Label
from desktop.widgets.list_row import RowContent, RowList
from desktop.widgets.number_field import read_number
from desktop.widgets.text_field import NoteField, TextField
from desktop.widgets.theme import theme
from shared.core.errors import CampusError
from shared.grading.skill_vocabulary import Proof
from shared.people.vocabulary import Permission

Body = Mapping[str, Any]
_LIST, _HEIGHT, _MOST_IN_LIST = 250, 400, 80


def _tr(words: str) -> str:
    return QCoreApplication.translate("SkillListDialog", words)


class SkillListDialog(Dialog):
    """Keeps skills one by one, each as it is saved; ``saved`` gives what is told of it, with its undo."""

    needs = (Permission.ASSIGNMENTS_EDIT,)

    saved = Signal(object)

    def __init__(self, window: QWidget, desk: Desk, course: Body) -> None:
        subtitle = str(course.get("title") or "")
        super().__init__(window, _tr("Skills of the course"), subtitle=subtitle, icon="list-checks", width=760)
        self._desk, self._course_id = desk, str(course["id"])
        self._shown: Body | None = None
        row = QHBoxLayout()
        row.setSpacing(20)
        row.addWidget(self._make_list())
        row.addLayout(self._make_form(), 1)
        self.add(row, 1)
        self.remove_button = danger(_tr("Take off"), on_click=self.remove)
        self.foot_words(self.remove_button)
        self.add_cancel(_tr("Close"))
        self.save_button = self.add_button(primary(_tr("Save skill"), "check", self.save))
        self.on_key("Ctrl+S", self.save)
        self.refresh()
        self._show(None)

    def _make_list(self) -> QWidget:
        box = QWidget()
        box.setFixedWidth(theme().px(_LIST))
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        self.new_button = secondary(_tr("New skill"), "plus", lambda: self._show(None))
        column.addWidget(self.new_button)
        scroll = FormScroll()
        scroll.body.setContentsMargins(0, 0, 8, 0)
        scroll.setFixedHeight(min(theme().px(_HEIGHT), max(200, self._window.height() - 260)))
        self.list = RowList(selectable=True, name=_tr("Skills"))
        self.list.pressed.connect(self._choose)
        scroll.body.addWidget(self.list)
        scroll.body.addStretch(1)
        column.addWidget(scroll, 1)
        return box

    def _make_form(self) -> QVBoxLayout:
        form = QVBoxLayout()
        form.setSpacing(12)
        self.name, self.heading = TextField(), TextField()
        self.name.setMaxLength(200)
        self.heading.setMaxLength(100)
        self.seen = NoteField(lines=4)
        kinds = [(str(Proof.SIGNED), _tr("An employer’s signature")), (str(Proof.COUNT), _tr("Observations in a row"))]
        self.proof = Combo(kinds)
        self.needed = TextField()
        self.needed.setMaxLength(2)
        self.name_field = Field(_tr("Skill"), self.name)
        form.addWidget(self.name_field)
        form.addWidget(Field(_tr("Part of the course"), self.heading, optional=True))
        form.addWidget(Field(_tr("What is to be seen"), self.seen, optional=True))
        self.needed_field = Field(_tr("How many"), self.needed)
        form.addLayout(side_by_side((Field(_tr("What proves it"), self.proof), 3), (self.needed_field, 1)))
        self.proof.currentIndexChanged.connect(self._show_needed)
        self.problem = Label("", "small", "bad", wrap=True)
        self.problem.hide()
        form.addWidget(self.problem)
        form.addStretch(1)
        return form

    def refresh(self) -> None:
        """Read the list anew."""
        self.skills = {one["id"]: one for one in course_skills(self._desk, self._course_id)}
        rows = [RowContent(key, str(one["name"]), proof_words(one)) for key, one in self.skills.items()]
        self.list.set_rows(rows)

    def _choose(self, skill_id: str) -> None:
        self._show(self.skills.get(skill_id))

    def _show(self, skill: Body | None) -> None:
        self._shown = skill
        body = skill or {}
        self.name.setText(str(body.get("name") or ""))
        self.heading.setText(str(body.get("heading") or (self.heading.text() if skill is None else "")))
        self.seen.setPlainText(str(body.get("seen") or ""))
        self.proof.choose(str(body.get("proof") or Proof.SIGNED))
        self.needed.setText(str(body.get("needed") or 1))
        self.remove_button.setVisible(skill is not None)
        self.save_button.setText(_tr("Add skill") if skill is None else _tr("Save skill"))
        self.save_button.updateGeometry()
        if skill is None:
            for row in self.list.rows:
                row.setAutoExclusive(False)
                row.setChecked(False)
                row.setAutoExclusive(True)
        else:
            self.list.choose(skill["id"])
        self._tell("", "")
        self._show_needed()
        self.name.setFocus()

    def _show_needed(self) -> None:
        self.needed_field.setVisible(self.proof.chosen == Proof.COUNT)

    def _tell(self, name: str, other: str) -> None:
        self.name_field.set_error(name)
        self.problem.setText(other)
        self.problem.setVisible(bool(other))

    def save(self) -> None:
        """Save the skill on show; a new one leaves the form empty for the next."""
        count = self.proof.chosen == Proof.COUNT
        wanted = {
            "name": self.name.text(),
            "heading": self.heading.text(),
            "seen": self.seen.toPlainText(),
            "proof": self.proof.chosen,
            "needed": (read_number(self.needed.text()) or 0) if count else 1,
            "position": self._shown["position"] if self._shown is not None else len(self.skills),
        }
        if len(self.skills) >= _MOST_IN_LIST and self._shown is None:
            self._tell("", _tr("A course has at most {n} skills.").format(n=_MOST_IN_LIST))
            return
        self._keep(wanted)

    def remove(self) -> None:
        """Take the skill on show off the list; what was observed stays."""
        if self._shown is not None:
            self._keep({"removed": True})

    def _keep(self, wanted: Body) -> None:
        try:
            done = save_skill(self._desk, self._course_id, self._shown, wanted)
        except CampusError as problem:
            missing = problem.code == "name_missing"
            self._tell(problem.message if missing else "", "" if missing else problem.message)
            return
        self.refresh()
        self._show(None)
        self._told(done)

    def _told(self, done: Done | None) -> None:
        if done is not None:
            self.saved.emit(done)
