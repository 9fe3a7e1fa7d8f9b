"""The skills of a course: a list with a form beside it, and the list of who signs at employers'."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.grading.listed_dialog import Body, ListedDialog
from desktop.grading.skill_actions import save_skill
from desktop.grading.skill_store import course_skills
from desktop.grading.skill_words import proof_words
from desktop.timetable.session_form import side_by_side
from desktop.widgets.combo import Combo
from desktop.widgets.field import Field
from desktop.widgets.list_row import RowContent
from desktop.widgets.number_field import read_number
from desktop.widgets.text_field import NoteField, TextField
from desktop.widgets.theme import theme
from shared.core.errors import CampusError
from shared.grading.skill_vocabulary import Proof
from shared.people.vocabulary import Permission

_LIST, _HEIGHT, _MOST_IN_LIST = 250, 400, 80


def _tr(words: str) -> str:
    return QCoreApplication.translate("SkillListDialog", words)


class SkillListDialog(ListedDialog):
    """Keeps the skills of one course."""

    needs = (Permission.ASSIGNMENTS_EDIT,)

    def __init__(self, window: QWidget, desk: Desk, course: Body) -> None:
        subtitle = str(course.get("title") or "")
        super().__init__(window, _tr("Skills of the course"), subtitle=subtitle, icon="list-checks", width=760)
        self._desk, self._course_id = desk, str(course["id"])
        height = min(theme().px(_HEIGHT), max(200, window.height() - 260))
        self.put_together(self._make_form(), _tr("Skills"), _tr("New skill"), (_LIST, height), _tr("Save skill"))

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
        return form

    def rows(self) -> Sequence[Body]:
        """Return the skills of the course."""
        return course_skills(self._desk, self._course_id)

    def line(self, body: Body) -> RowContent:
        """Return a skill with what proves it."""
        return RowContent(body["id"], str(body["name"]), proof_words(body))

    def fill(self, body: Body | None) -> None:
        """Fill the form; a new skill keeps the heading of the last one."""
        skill = body or {}
        self.name.setText(str(skill.get("name") or ""))
        self.heading.setText(str(skill.get("heading") or (self.heading.text() if body is None else "")))
        self.seen.setPlainText(str(skill.get("seen") or ""))
        self.proof.choose(str(skill.get("proof") or Proof.SIGNED))
        self.needed.setText(str(skill.get("needed") or 1))
        self.save_button.setText(_tr("Add skill") if body is None else _tr("Save skill"))
        self.save_button.updateGeometry()
        self._tell("", "")
        self._show_needed()

    def _show_needed(self) -> None:
        self.needed_field.setVisible(self.proof.chosen == Proof.COUNT)

    def _tell(self, name: str, other: str) -> None:
        self.name_field.set_error(name)
        self.say_problem(other)

    def save(self) -> None:
        """Save the skill on show; a new one leaves the form empty for the next."""
        count = self.proof.chosen == Proof.COUNT
        wanted = {
            "name": self.name.text(),
            "heading": self.heading.text(),
            "seen": self.seen.toPlainText(),
            "proof": self.proof.chosen,
            "needed": (read_number(self.needed.text()) or 0) if count else 1,
            "position": self._shown["position"] if self._shown is not None else len(self.kept),
        }
        if len(self.kept) >= _MOST_IN_LIST and self._shown is None:
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
        self.told(done)
