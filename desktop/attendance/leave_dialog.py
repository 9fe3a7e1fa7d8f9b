"""Asks to be excused: an apology for one coming class, or leave for some days; by a student, or by staff for one."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from desktop.attendance.leave_actions import Wanted, ask_leave
from desktop.attendance.leave_choices import Offer, coming_classes, may_approve_at_once, student_cohorts, students_like
from desktop.attendance.leave_words import whole_days
from desktop.core.desk import Desk
from desktop.timetable.store import full_name
from desktop.timetable.times import local_now, zone_of
from desktop.widgets.buttons import link, primary
from desktop.widgets.check import Check
from desktop.widgets.combo import Combo
from desktop.widgets.date_field import DateField
from desktop.widgets.dialog import Dialog
from desktop.widgets.field import Field
from desktop.widgets.label import Label
from desktop.widgets.list_row import RowContent, RowList
from desktop.widgets.segmented import Segment, Segmented
from desktop.widgets.text_field import NoteField, SearchField
from shared.attendance.vocabulary import LeaveKind
from shared.core.errors import CampusError
from shared.people.vocabulary import PERSON


def _tr(words: str) -> str:
    return QCoreApplication.translate("LeaveDialog", words)


class LeaveDialog(Dialog):
    """``asked`` gives the request's id. Without `person_id` the student is chosen first; `session_id` is offered."""

    asked = Signal(str)

    def __init__(self, window: QWidget, desk: Desk, person_id: str = "", session_id: str = "") -> None:
        own = person_id == desk.actor.person_id
        title = _tr("Apologise or ask for leave") if own else _tr("Enter an apology or leave")
        hint = _tr("Saved on this computer at once. It is sent as soon as there is a network.")
        super().__init__(window, title, subtitle=hint, icon="file-text", width=560)
        self._desk, self._zone, self._own, self._session_id = desk, zone_of(desk), own, session_id
        self.person_id = person_id
        self._offers: dict[str, Offer] = {}
        if not own:
            self._make_student()
        self._make_kind()
        self._make_days()
        self.reason = NoteField(lines=3)
        hint = _tr("Whoever teaches the class and the office read it.")
        self.reason_field = Field(_tr("Reason"), self.reason, hint=hint)
        self.add(self.reason_field)
        self.approve = Check(_tr("Approve it at once"))
        self.add(self.approve)
        self.add_cancel()
        self.save_button = self.add_button(primary("", on_click=self.save))
        self.on_key("Ctrl+S", self.save)
        self.on_key("Ctrl+Return", self.save)
        self._follow_student()

    # ---------------------------------------------------------------------------------------------------- making

    def _make_student(self) -> None:
        self.search = SearchField(_tr("Name or number of a student"))
        self.student_field = Field(_tr("Student"), self.search)
        self.found = RowList(name=_tr("Students found"))
        self.chosen_row = QHBoxLayout()
        self.chosen_name = Label("", "body-medium")
        self.other = link(_tr("Choose someone else"), on_click=lambda: self.choose_student(""))
        self.chosen_row.addWidget(self.chosen_name, 1)
        self.chosen_row.addWidget(self.other)
        for part in (self.student_field, self.found):
            self.add(part)
        self.add(self.chosen_row)
        self.search.searched.connect(self._find)
        self.search.jump.connect(lambda _typed: self._to_found(press=True))
        self.search.left_down.connect(lambda: self._to_found(press=False))
        self.found.pressed.connect(self.choose_student)

    def _make_kind(self) -> None:
        segments = (
            Segment(LeaveKind.APOLOGY, _tr("Apology for one class"), "clock"),
            Segment(LeaveKind.LEAVE, _tr("Leave for some days"), "calendar"),
        )
        self.kind = Segmented(segments, name=_tr("What is asked"))
        self.kind.chosen_changed.connect(lambda _kind: self._show_kind())
        self.add(self.kind)

    def _make_days(self) -> None:
        self.classes = Combo()
        self.classes.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.classes_field = Field(_tr("Class"), self.classes)
        self.cohort = Combo()
        self.cohort.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.cohort_field = Field(_tr("For"), self.cohort)
        self.first = DateField(self._today(), today=self._today)
        self.first_field = Field(_tr("First day"), self.first, hint=_tr("20/11, 20 Nov, +7"))
        self.last = DateField(self._today(), today=self._today)
        self.last_field = Field(_tr("Last day"), self.last, hint=_tr("The same day for one day"))
        self.days = QWidget()
        row = QHBoxLayout(self.days)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self.first_field, 1)
        row.addWidget(self.last_field, 1)
        for part in (self.classes_field, self.cohort_field, self.days):
            self.add(part)

    def _today(self) -> date:
        return local_now(self._desk, self._zone).date()

    # --------------------------------------------------------------------------------------------------- showing

    def _find(self, typed: str) -> None:
        rows = [
            RowContent(one["id"], full_name(one), person=one.get("number") or one["id"], end=one.get("number") or "")
            for one in students_like(self._desk, typed)
        ]
        self.found.set_rows(rows)
        self.student_field.set_hint("" if rows or not typed else _tr("Nobody matches. Try the number."))

    def _to_found(self, *, press: bool) -> None:
        self._find(self.search.text().strip())
        if self.found.rows and press:
            self.found.rows[0].click()
        elif self.found.rows:
            self.found.rows[0].setFocus()

    def choose_student(self, person_id: str) -> None:
        """Choose the student; an empty id lets another one be looked for."""
        self.person_id = person_id
        self.found.set_rows([])
        self._follow_student()
        (self.classes if person_id else self.search).setFocus()

    def _follow_student(self) -> None:
        if not self._own:
            body = self._desk.store.get(PERSON, self.person_id) if self.person_id else None
            self.student_field.setVisible(body is None)
            self.found.setVisible(body is None)
            self.chosen_name.setVisible(body is not None)
            self.other.setVisible(body is not None)
            number = (body or {}).get("number") or ""
            self.chosen_name.setText(f"{full_name(body)} · {number}" if number else full_name(body))
        self._offers = {one.session_id: one for one in coming_classes(self._desk, self.person_id, self._session_id)}
        self.classes.set_choices([(key, one.words) for key, one in self._offers.items()])
        if self._session_id in self._offers:
            self.classes.choose(self._session_id)
        nothing = _tr("No class is planned in the next four weeks.") if self.person_id else ""
        self.classes_field.set_hint("" if self._offers else nothing)
        self.cohort.set_choices(student_cohorts(self._desk, self.person_id))
        self._show_kind()

    def _show_kind(self) -> None:
        apology = self.kind.chosen == LeaveKind.APOLOGY
        self.classes_field.setVisible(apology)
        self.cohort_field.setVisible(not apology)
        self.days.setVisible(not apology)
        words = _tr("Apologise") if apology else _tr("Ask for leave")
        if not self._own:
            words = _tr("Enter apology") if apology else _tr("Enter leave")
        self.save_button.setText(words)
        self.save_button.updateGeometry()
        chosen = bool(self.person_id)
        for part in (self.classes_field, self.cohort_field):
            part.setEnabled(chosen)
        self.approve.setVisible(chosen and not self._own and may_approve_at_once(self._desk, self.person_id))

    # ---------------------------------------------------------------------------------------------------- saving

    def _wanted(self) -> Wanted | None:
        """What the form says; None where something is missing, and then its field says so."""
        if not self._own:
            self.student_field.set_error("" if self.person_id else _tr("Choose a student."))
        if not self.person_id:
            return None
        reason, approved = self.reason.toPlainText(), self.approve.isChecked() and not self.approve.isHidden()
        kind = self.kind.chosen
        if kind == LeaveKind.APOLOGY:
            offer = self._offers.get(self.classes.chosen or "")
            self.classes_field.set_error("" if offer else _tr("Choose a class, or ask for leave for some days."))
            if offer is None:
                return None
            times = offer.starts_at, offer.ends_at
            return Wanted(self.person_id, kind, *times, reason, offer.cohort_id, approved)
        first, last = self.first.value, self.last.value
        self.first_field.set_error("" if first else _tr("Enter a day, like 20/11."))
        self.last_field.set_error("" if last else _tr("Enter a day, like +3."))
        if first is None or last is None:
            return None
        starts_at, ends_at = whole_days(first, last, self._zone)
        return Wanted(self.person_id, kind, starts_at, ends_at, reason, self.cohort.chosen or None, approved)

    def save(self) -> None:
        """Ask, and close; what can't be asked is said where it belongs."""
        wanted = self._wanted()
        if wanted is None:
            return
        self.reason_field.set_error("")
        try:
            request_id = ask_leave(self._desk, wanted)
        except CampusError as problem:
            apology = wanted.kind == LeaveKind.APOLOGY
            field = self.classes_field if apology else self.last_field
            (self.reason_field if problem.code == "leave_reason_missing" else field).set_error(problem.message)
            return
        self.accept()
        self.asked.emit(request_id)
