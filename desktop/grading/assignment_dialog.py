"""The form of a piece of work: what is handed in, points, times, what lateness costs, and when marks show."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from typing import Any

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLayout, QWidget

from desktop.core.desk import Desk
from desktop.grading.actions import remove_assignment, rubric_choices, save_assignment
from desktop.grading.assignment_files import GivenFiles
from desktop.grading.assignment_hand_in import HandInSection
from desktop.grading.assignment_markers import MarkersCheck
from desktop.grading.assignment_together import TogetherSection
from desktop.grading.copy_actions import copy_choices
from desktop.grading.moment_field import MomentField
from desktop.timetable.session_form import side_by_side
from desktop.widgets.buttons import danger, primary, secondary
from desktop.widgets.check import Check
from desktop.widgets.combo import Combo
from desktop.widgets.dialog import Dialog
from desktop.widgets.field import Field
from desktop.widgets.form_scroll import FormScroll
from desktop.widgets.layouts import show_part
from desktop.widgets.segmented import Segment, Segmented
from desktop.widgets.text_field import NoteField, TextField
from shared.core.errors import CampusError
from shared.grading.ids import grade_scheme_id
from shared.grading.points import points_text
from shared.grading.projections import scheme_of
from shared.grading.rubric_rules import most_points
from shared.grading.vocabulary import GRADE_SCHEME, RUBRIC_VERSION, AssignmentState, LateKind, WorkKind
from shared.people.vocabulary import Permission

_START_OF_DAY = time(0, 0)
_MOST_GRACE_DIGITS = 5
_MOST_INSTRUCTIONS = 20_000


def _tr(words: str) -> str:
    return QCoreApplication.translate("AssignmentDialog", words)


def _kept(words: str, most: int) -> TextField:
    field = TextField()
    field.setMaxLength(most)
    field.setText(words)
    return field


class AssignmentDialog(Dialog):
    """``saved`` gives the work's id and what was done; ``removed`` the work that was taken out.

    ``copy_asked`` gives the work that goes into another cohort, too.

    ``rubric_asked`` gives the work shown, what the form says, and the rubric to change (None: a new one).
    """

    needs = (Permission.ASSIGNMENTS_EDIT,)

    saved = Signal(str, str)
    removed = Signal(object)
    copy_asked = Signal(object)
    rubric_asked = Signal(object, object, object)

    def __init__(
        self,
        window: QWidget,
        desk: Desk,
        cohort_id: str,
        shown: Mapping[str, Any] | None = None,
        draft: Mapping[str, Any] | None = None,
    ) -> None:
        title = _tr("Add work") if shown is None else _tr("Change {work}").format(work=shown["title"])
        super().__init__(window, title, icon="file-text", width=620, padded=False)
        self._desk, self._cohort_id, self._shown = desk, cohort_id, shown
        self.form = FormScroll()
        self.body.addWidget(self.form)
        body = {**(shown or {}), **(draft or {})}
        self._make_what(body)
        self._make_rubric(body)
        self._make_times(body)
        self._make_late(body.get("late") or {})
        self._make_rest(body)
        if shown is not None:
            self.copy_button = secondary(_tr("Copy to …"), "", self.copy)
            show_part(self.copy_button, bool(copy_choices(desk, cohort_id)))
            self.foot_words(self.copy_button)
            self.foot_words(danger(_tr("Remove"), "x", self.remove))
        self.add_cancel()
        words = _tr("Add work") if shown is None else _tr("Save changes")
        self.save_button = self.add_button(primary(words, on_click=self.save))
        self.on_key("Ctrl+S", self.save)
        self.on_key("Ctrl+Return", self.save)
        self.hand_in.changed.connect(self.form.refit)
        self.given.changed.connect(self.form.refit)
        self._show_kind()

    def add(self, content: QWidget | QLayout, _stretch: int = 0) -> None:
        """Append a part to the form, which scrolls where the window is low."""
        self.form.add(content)

    def _make_what(self, body: Mapping[str, Any]) -> None:
        segments = (
            Segment(WorkKind.HANDED_IN, _tr("Handed in here"), "upload"),
            Segment(WorkKind.PAPER, _tr("On paper"), "file-text"),
            Segment(WorkKind.PRACTICAL, _tr("Practical"), "camera"),
            Segment(WorkKind.MANUAL, _tr("Marks only"), "table-2"),
        )
        self.kind = Segmented(segments, name=_tr("How the work reaches you"))
        self.kind.choose(str(body.get("work_kind") or WorkKind.MANUAL))
        self.kind.setEnabled(self._shown is None)
        self.kind.chosen_changed.connect(lambda _kind: self._show_kind())
        self.add(self.kind)
        self.title_words, self.points = _kept(body.get("title") or "", 200), _kept(str(body.get("points") or "100"), 20)
        self.title_field, self.points_field = Field(_tr("Title"), self.title_words), Field(_tr("Points"), self.points)
        self.add(side_by_side((self.title_field, 3), (self.points_field, 1)))
        self.instructions = NoteField(lines=3, most=_MOST_INSTRUCTIONS)
        self.instructions.setPlainText(str(body.get("instructions") or ""))
        self.instructions_field = Field(_tr("What to do"), self.instructions, optional=True)
        self.add(self.instructions_field)
        self.given = GivenFiles(self._desk, body.get("attachments") or ())
        self.add(self.given)
        self.hand_in = HandInSection(body)
        self.add(self.hand_in)

    def _make_rubric(self, body: Mapping[str, Any]) -> None:
        self.rubric = Combo([("", _tr("No rubric"))], name=_tr("Rubric"))
        self._fill_rubrics(str(body.get("rubric_version_id") or ""))
        self.rubric.currentIndexChanged.connect(lambda _at: self._rubric_chosen())
        self.rubric_button = secondary(_tr("New rubric"), "plus", self.open_rubric)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(Field(_tr("Rubric"), self.rubric, optional=True), 1)
        row.addWidget(self.rubric_button, 0, Qt.AlignmentFlag.AlignBottom)
        scheme = scheme_of(self._desk.store.get(GRADE_SCHEME, grade_scheme_id(self._cohort_id)), self._cohort_id)
        names = [(one["id"], one["name"]) for one in scheme["categories"]]
        self.category = Combo([("", _tr("No category, counts nowhere")), *names], name=_tr("Category"))
        self.category.choose(str(body.get("category_id") or (names[0][0] if names and not body else "")))
        self.category_field = Field(_tr("Category"), self.category)
        show_part(self.category_field, bool(names))
        row.addWidget(self.category_field, 1)
        self.add(row)
        self._show_rubric_words()

    def _fill_rubrics(self, chosen: str) -> None:
        found = rubric_choices(self._desk, self._cohort_id)
        self._rubrics = {one["version_id"]: one for one in found}
        choices = [("", _tr("No rubric")), *((one["version_id"], one["name"]) for one in found)]
        kept = self._desk.store.get(RUBRIC_VERSION, chosen) if chosen else None
        if kept is not None and chosen not in self._rubrics:  # an earlier version, which this work keeps
            words = _tr("{rubric}, version {n}").format(rubric=kept["name"], n=kept["version"])
            choices.append((chosen, words))
        self.rubric.set_choices(choices)
        self.rubric.choose(chosen)

    def _rubric_chosen(self) -> None:
        version = self._desk.store.get(RUBRIC_VERSION, str(self.rubric.chosen or ""))
        if version is not None:
            self.points.setText(points_text(most_points(version["criteria"])))
        self._show_rubric_words()

    def _show_rubric_words(self) -> None:
        self.points.setEnabled(not self.rubric.chosen)
        known = str(self.rubric.chosen or "") in self._rubrics
        self.rubric_button.setText(_tr("Change rubric") if known else _tr("New rubric"))

    def open_rubric(self) -> None:
        """Close the form with what it says, and ask for a new rubric or the chosen one to be opened."""
        values = self.values()
        if values is not None:
            self.reject()
            self.rubric_asked.emit(self._shown, values, self._rubrics.get(str(self.rubric.chosen or "")))

    def _make_times(self, body: Mapping[str, Any]) -> None:
        self.opens = MomentField(self._desk, _tr("Opens"), body.get("opens_at"), unsaid=_START_OF_DAY)
        self.due = MomentField(self._desk, _tr("Due"), body.get("due_at"))
        self.cutoff = MomentField(self._desk, _tr("Nothing is taken after"), body.get("cutoff_at"))
        self.add(side_by_side((self.opens, 1), (self.due, 1)))
        self.add(self.cutoff)

    def _make_late(self, late: Mapping[str, Any]) -> None:
        self.late = Combo(
            [
                (LateKind.NONE, _tr("Costs nothing")),
                (LateKind.PERCENT_PER_DAY, _tr("Percent a day")),
                (LateKind.FIXED, _tr("Points once")),
            ],
            name=_tr("Lateness"),
        )
        self.late.choose(str(late.get("kind") or LateKind.NONE))
        self.amount = _kept(str(late.get("amount") or "0"), 10)
        self.grace = _kept(str(late.get("grace_minutes") or "0"), 5)
        self.floor = _kept(str(late.get("floor_percent") or "0"), 10)
        self.amount_field = Field(_tr("How much"), self.amount)
        self.grace_field = Field(_tr("Grace, minutes"), self.grace)
        self.floor_field = Field(_tr("Keeps at least, %"), self.floor)
        parts = ((self.amount_field, 1), (self.grace_field, 1), (self.floor_field, 1))
        self.late_row = QWidget()
        row = QHBoxLayout(self.late_row)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        for field, share in ((Field(_tr("Lateness"), self.late), 2), *parts):
            row.addWidget(field, share)
        self.add(self.late_row)
        self.late.currentIndexChanged.connect(lambda _at: self._show_kind())

    def _make_rest(self, body: Mapping[str, Any]) -> None:
        self.hold = Check(_tr("Students see marks only when they are published"))
        self.hold.setChecked(bool(body.get("hold_marks", True)))
        self.extra = Check(_tr("Extra credit: adds to the grade, asks for nothing"))
        self.extra.setChecked(bool(body.get("extra_credit", False)))
        self.visible_now = Check(_tr("Students see this work"))
        self.visible_now.setChecked(str(body.get("state") or AssignmentState.OPEN) != AssignmentState.DRAFT)
        self.together = TogetherSection(body)
        self.markers = MarkersCheck(body)
        self.together.groups.toggled.connect(lambda _on: self._show_kind())
        self.closed = Check(_tr("Closed: nothing more is handed in"))
        self.closed.setChecked(str(body.get("state") or "") == AssignmentState.CLOSED)
        self.visible_now.toggled.connect(lambda _on: self._show_kind())
        for part in (self.together, self.markers, self.visible_now, self.closed, self.hold, self.extra):
            self.add(part)

    def _show_kind(self) -> None:
        handed_in = self.kind.chosen == WorkKind.HANDED_IN
        self.instructions_field.setVisible(self.kind.chosen != WorkKind.MANUAL)
        self.given.setVisible(self.kind.chosen != WorkKind.MANUAL)
        # New work isn't closed at once; work that somebody closed can be opened again, whatever its kind.
        seen = self._shown is not None and self.visible_now.isChecked()
        self.closed.setVisible(seen and (handed_in or self.closed.isChecked()))
        for part in (self.hand_in, self.opens, self.cutoff, self.late_row):
            part.setVisible(handed_in)  # nobody here knows when paper was handed in
        self.together.show_kind(str(self.kind.chosen))
        self.markers.show_for(str(self.kind.chosen), grouped=self.together.groups.isChecked())
        costs = self.late.chosen != LateKind.NONE
        for field in (self.amount_field, self.grace_field, self.floor_field):
            field.setVisible(costs)
        self.form.refit()

    def first_focus(self) -> QWidget:
        """Begin with the title."""
        return self.title_words

    def values(self) -> dict[str, Any] | None:
        """Return what the form says; None where a field can't be read, and then the field says so."""
        handed_in = self.kind.chosen == WorkKind.HANDED_IN
        (opens, opens_ok), (due, due_ok), (cutoff, cutoff_ok) = (
            one.read() for one in (self.opens, self.due, self.cutoff)
        )
        grace = self.grace.text().strip() or "0"
        grace_ok = grace.isascii() and grace.isdigit() and len(grace) <= _MOST_GRACE_DIGITS
        self.grace_field.set_error("" if grace_ok else _tr("Enter whole minutes."))
        taken = self.hand_in.values() if handed_in else {"takes": []}
        if taken is None or not (opens_ok and due_ok and cutoff_ok and grace_ok):
            return None
        return {
            "title": self.title_words.text().strip(),
            "instructions": self.instructions.toPlainText().strip(),
            "work_kind": self.kind.chosen,
            "points": self.points.text().strip().replace(",", "."),
            "category_id": str(self.category.chosen or ""),
            "rubric_version_id": str(self.rubric.chosen or "") or None,
            "attachments": [dict(one) for one in self.given.files],
            **taken,
            **self.together.values(),
            **self.markers.values(),
            "opens_at": opens if handed_in else None,
            "due_at": due,
            "cutoff_at": cutoff,
            "late": {
                "kind": str(self.late.chosen),
                "amount": self.amount.text().strip() or "0",
                "grace_minutes": int(grace),
                "floor_percent": self.floor.text().strip() or "0",
            },
            "hold_marks": self.hold.isChecked(),
            "extra_credit": self.extra.isChecked(),
            "state": str(self._state()),
        }

    def _state(self) -> AssignmentState:
        if not self.visible_now.isChecked():
            return AssignmentState.DRAFT
        return AssignmentState.CLOSED if self.closed.isChecked() else AssignmentState.OPEN

    def save(self) -> None:
        """Save what the form says; a field that is wrong is scrolled into view."""
        if self.given.adding:
            return
        self._save()
        wrong = next((one for one in self.findChildren(Field) if one.error and one.isVisible()), None)
        if wrong is not None:
            self.form.refit()
            self.form.ensureWidgetVisible(wrong, 0, 40)

    def _save(self) -> None:
        values = self.values()
        self.title_field.set_error("")
        self.points_field.set_error("")
        if values is None:
            return
        if not values["title"]:
            self.title_field.set_error(_tr("Enter a title."))
            self.title_words.setFocus()
            return
        if self._shown is not None:
            values.pop("work_kind")
        try:
            saved = save_assignment(self._desk, self._cohort_id, self._shown, values)
        except CampusError as problem:
            field = self.points_field if problem.code.startswith("mark_") else self._field_of(problem.code)
            field.set_error(problem.message)
            return
        self.accept()
        if saved is not None:
            done = _tr("{work} added") if self._shown is None else _tr("{work} saved")
            self.saved.emit(saved, done.format(work=values["title"]))

    def _field_of(self, code: str) -> Field:
        if code in {"due_before_open", "cutoff_before_due"}:
            return self.cutoff.day_field if code == "cutoff_before_due" else self.due.day_field
        if code == "late_invalid":
            return self.amount_field if self.amount_field.isVisible() else self.title_field
        if code == "file_kind_unknown":
            return self.hand_in.kinds_field
        return self.points_field if code == "rubric_points_differ" else self.title_field

    def copy(self) -> None:
        """Close the form, and ask into which cohort the work is copied as it was last saved."""
        self.reject()
        self.copy_asked.emit(self._shown)

    def remove(self) -> None:
        """Take the work out of the gradebook; its marks are kept and it can be put back."""
        if self._shown is None:
            return
        try:
            remove_assignment(self._desk, self._shown)
        except CampusError as problem:
            self.title_field.set_error(problem.message)
            return
        self.accept()
        self.removed.emit(self._shown)
