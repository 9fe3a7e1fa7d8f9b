"""The page of a class's skills: a grid of who can do what, and what was seen of each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.core.local_store import Changed
from desktop.grading.observation_dialog import ObservationDialog
from desktop.grading.observation_view import ObservationView
from desktop.grading.skill_list_dialog import SkillListDialog
from desktop.grading.skill_matrix import SkillView
from desktop.grading.skill_side import SkillSide
from desktop.grading.skill_signing import SignDialog
from desktop.grading.skill_store import KINDS_READ, Learner, read_class, skill_choices
from desktop.grading.supervisors_dialog import SupervisorsDialog
from desktop.people.actions import Done
from desktop.people.undo import tell_done
from desktop.shell.page import follow
from desktop.timetable.cohort_filter import add_cohorts, begin_with
from desktop.widgets.buttons import secondary
from desktop.widgets.card import Card
from desktop.widgets.dialog import Dialog
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.filter_row import FilterRow
from desktop.widgets.key_cap import KeyHint
from desktop.widgets.layouts import FlowLayout, PageHead
from shared.grading.skill_rules import may_edit_skills, may_keep_supervisors, may_observe
from shared.grading.skill_vocabulary import ObservationState

_KEPT = "skills_cohort"
Body = Mapping[str, Any]


class SkillsPage(QWidget):
    """Shows one cohort; Enter records what was seen of the student and skill under the cursor."""

    def __init__(self, desk: Desk, cohort_id: str | None = None, _details: Mapping[str, Any] | None = None) -> None:
        super().__init__()
        self._desk = desk
        self.setWindowTitle(self.tr("Skills"))
        self.choices = skill_choices(desk)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        self.head = PageHead(self.tr("Skills"))
        self.supervisors_button = self.head.add_button(
            secondary(self.tr("Supervisors"), "users", self.open_supervisors)
        )
        self.supervisors_button.setVisible(may_keep_supervisors(desk.actor))
        self.skills_button = self.head.add_button(
            secondary(self.tr("Skills of the course"), "list-checks", self.open_skills)
        )
        self.skills_button.setVisible(may_edit_skills(desk.actor))
        column.addWidget(self.head)
        self.filters = FilterRow(self.tr("Find a student"))
        add_cohorts(self.filters, self.choices)
        column.addWidget(self.filters)
        column.addLayout(self._make_body(), 1)
        column.addWidget(self._make_keys())
        begin_with(self.filters, desk, self.choices, cohort_id, _KEPT)
        self.filters.changed.connect(self._cohort_chosen)
        self.filters.search.searched.connect(self._search)
        self.filters.search.left_down.connect(self.view.setFocus)
        self._cohort_chosen()
        follow(desk.store, self, self._store_changed)

    def _make_body(self) -> QHBoxLayout:
        self.view = SkillView()
        self.view.asked.connect(self.record)
        self.view.opened.connect(lambda key: self._desk.open("grading.logbook", key))
        self.view.selectionModel().currentChanged.connect(lambda *_: self._show_side())
        self.view.skill_model.modelReset.connect(self._show_side)
        card = Card(padded=False)
        card.add(self.view, 1)
        self.empty = EmptyState("list-checks", "")
        self.stack = QStackedWidget()
        self.stack.addWidget(card)
        self.stack.addWidget(self.empty)
        self.side_box = QWidget()
        box = QVBoxLayout(self.side_box)
        box.setContentsMargins(0, 0, 0, 0)
        self.side: SkillSide | None = None
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(self.stack, 1)
        row.addWidget(self.side_box)
        return row

    def _make_keys(self) -> QWidget:
        box = QWidget()
        line = FlowLayout(box, space=12)
        for key, words in (("Enter", self.tr("record what you saw")), ("Ctrl C", self.tr("copy the grid"))):
            line.addWidget(KeyHint(key, words))
        return box

    # ------------------------------------------------------------------------------------------------ showing

    @property
    def cohort_id(self) -> str:
        """The cohort on show."""
        return str(self.filters.filters["cohort"].chosen or "")

    def _cohort_chosen(self) -> None:
        if self.cohort_id:
            self._desk.store.remember(_KEPT, self.cohort_id)
        self._make_side()
        self.refresh()
        if not self.view.currentIndex().isValid() and self.view.skill_model.rowCount():
            self.view.setCurrentIndex(self.view.skill_model.index(0, 0))

    def _make_side(self) -> None:
        """What may be done differs from cohort to cohort."""
        if self.side is not None:
            self.side.hide()
            self.side.deleteLater()
        self.side = SkillSide(self._desk, may=may_observe(self._desk.actor, self.cohort_id))
        self.side.recording.connect(self.record)
        self.side.signing.connect(self.sign)
        self.side.opened.connect(self.open_observation)
        self.side.booked.connect(self.open_logbook)
        layout = self.side_box.layout()
        if layout is not None:
            layout.addWidget(self.side)

    def refresh(self) -> None:
        """Read the class anew."""
        book = read_class(self._desk, self.cohort_id)
        self.view.skill_model.show_class(book)
        shown, total = len(self.view.skill_model.learners), len(book.learners)
        self.filters.set_count(shown, total)
        self.skills_button.setEnabled(bool(book.course))
        self._say_empty(has_skills=bool(book.skills), shown=shown)
        self._show_side()

    def _say_empty(self, *, has_skills: bool, shown: int) -> None:
        typed = self.filters.search.text().strip()
        if not self.choices:
            words = self.tr("No class"), self.tr("Classes that you teach appear here.")
        elif not has_skills:
            words = self.tr("This course has no skills yet"), self.tr("Add them under “Skills of the course”.")
        elif typed:
            words = self.tr("No student matches “{typed}”").format(typed=typed), self.tr("Clear the search.")
        else:
            words = self.tr("No students yet"), self.tr("Students of this class appear here.")
        self.empty.set_words(*words)
        filled = has_skills and shown > 0
        self.stack.setCurrentIndex(0 if filled else 1)
        self.side_box.setVisible(filled)

    def _search(self, typed: str) -> None:
        self.view.skill_model.search(typed)
        self.refresh()

    def _store_changed(self, changed: Changed) -> None:
        if changed.kinds & KINDS_READ or not changed.keys:
            self.refresh()

    def current(self) -> tuple[Learner, Body] | None:
        """Return the student and the skill under the cursor."""
        index, model = self.view.currentIndex(), self.view.skill_model
        if not index.isValid() or index.row() >= len(model.learners) or index.column() >= len(model.book.skills):
            return None
        return model.learners[index.row()], model.book.skills[index.column()]

    def _show_side(self) -> None:
        if self.side is not None:
            learner, skill = self.current() or (None, None)
            self.side.show_cell(self.view.skill_model.book, learner, skill)

    # --------------------------------------------------------------------------------------------- what is done

    def _open(self, dialog: Dialog) -> None:
        dialog.finished.connect(dialog.deleteLater)
        dialog.open_dialog()

    def record(self) -> None:
        """Record what was seen of the student and skill under the cursor."""
        found = self.current()
        if found is None or not may_observe(self._desk.actor, self.cohort_id):
            return
        dialog = ObservationDialog(self.window(), self._desk, self.cohort_id, *found)
        dialog.recorded.connect(self._tell)
        self._open(dialog)

    def sign(self) -> None:
        """Let an employer sign for what was seen of the skill under the cursor."""
        found = self.current()
        if found is None:
            return
        learner, skill = found
        seen = self.view.skill_model.book.observations(learner.enrolment_id, skill["id"])
        waiting = [one for one in seen if not one["signature"] and one["state"] == ObservationState.KEPT]
        if waiting:
            names = [f"{learner.name}, {skill['name']}"]
            dialog = SignDialog(self.window(), self._desk, self.cohort_id, waiting, names)
            dialog.signed.connect(self._tell)
            self._open(dialog)

    def open_observation(self, observation_id: str) -> None:
        """Open an observation with its photos and its signature."""
        found = self.current()
        if found is None:
            return
        learner, skill = found
        seen = self.view.skill_model.book.observations(learner.enrolment_id, skill["id"])
        observation = next((one for one in seen if one["id"] == observation_id), None)
        if observation is not None:
            dialog = ObservationView(self.window(), self._desk, observation, skill, learner.name)
            dialog.withdrawn.connect(self._tell)
            self._open(dialog)

    def open_logbook(self) -> None:
        """Open the logbook of the student under the cursor."""
        found = self.current()
        if found is not None:
            self._desk.open("grading.logbook", found[0].enrolment_id)

    def open_skills(self) -> None:
        """Open the list of the course's skills."""
        course = self.view.skill_model.book.course
        if course:
            dialog = SkillListDialog(self.window(), self._desk, course)
            dialog.saved.connect(self._tell)
            self._open(dialog)

    def open_supervisors(self) -> None:
        """Open the list of those who sign with a PIN."""
        dialog = SupervisorsDialog(self.window(), self._desk)
        dialog.saved.connect(self._tell)
        self._open(dialog)

    def _tell(self, done: Done) -> None:
        self.refresh()
        tell_done(self, self._desk, done, self.refresh)

    # --------------------------------------------------------------------------------------- what the window asks

    def find(self) -> None:  # type: ignore[override] # the window asks pages for this name; Qt's own is static
        """Put the cursor into the search field."""
        self.filters.search.setFocus()

    def new(self) -> None:
        """Record what was seen, as the window asks for something new."""
        self.record()

    def page_keys(self) -> list[tuple[str, str]]:
        """Return the keys of this page for F1."""
        return [
            (self.tr("Arrows"), self.tr("Move")),
            ("Enter", self.tr("Record what you saw")),
            ("Ctrl C", self.tr("Copy the grid with heads")),
        ]

    def panes(self) -> list[QWidget]:
        """Return what F6 goes through."""
        side = [self.side.record_button] if self.side is not None and self.side_box.isVisible() else []
        return [self.filters.search, self.view, *side]

    def first_focus(self) -> QWidget:
        """Begin in the grid."""
        return self.view
