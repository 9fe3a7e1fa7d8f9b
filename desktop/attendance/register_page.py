"""The page of one register: taking the roll by keyboard or touch, correcting it, and finishing it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from desktop.attendance.actions import RollCall
from desktop.attendance.history_panel import HistoryPanel
from desktop.attendance.kiosk_window import open_kiosk
from desktop.attendance.mark_keys import Act, Asked
from desktop.attendance.note_dialog import NoteDialog
from desktop.attendance.register_body import RegisterBody
from desktop.attendance.register_foot import RegisterFoot
from desktop.attendance.register_head import LIST, RegisterHead
from desktop.attendance.register_keys import register_keys
from desktop.attendance.register_menu import print_register, register_menu
from desktop.attendance.register_model import Part, RegisterModel
from desktop.attendance.register_notice import RegisterNotice
from desktop.attendance.scan_panel import ScanPanel
from desktop.attendance.walk_in_dialog import WalkInDialog
from desktop.attendance.words import mark_words
from desktop.core.desk import Desk
from desktop.core.local_store import Changed
from desktop.shell.page import follow, tell, tell_problem
from desktop.shell.photos import PhotoBook
from desktop.timetable.times import day_words, local, local_now, moment_words, zone_of
from desktop.widgets.announce import announce
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.layouts import show_part
from desktop.widgets.number_field import read_number
from shared.attendance.vocabulary import OBSERVATION, AttendanceState
from shared.core.conflict import KIND as CONFLICT
from shared.core.errors import CampusError

_MARKS_ONLY = frozenset({OBSERVATION, CONFLICT, "register"})
_SETTLE_MS = 900
"""How long after the last digit the minutes count as typed."""
_SHOWS = frozenset({*_MARKS_ONLY, "person", "enrolment", "class_session", "cohort", "leave_request"})


class RegisterPage(QWidget):
    """Shows the register of the class session `session_id` and keeps every mark as it is made."""

    def __init__(self, desk: Desk, session_id: str | None, details: Mapping[str, Any] | None = None) -> None:
        super().__init__()
        self._desk = desk
        self._zone = zone_of(desk)
        self.roll_call = RollCall(desk, session_id or "")
        self.letters = desk.settings.letter_keys
        self.model = RegisterModel(self)
        self.model.use_photos(PhotoBook(desk.store, self))
        self.head = RegisterHead()
        self.notice = RegisterNotice()
        self.body = RegisterBody(self.model, self._make_empty(), letters=self.letters)
        self.foot = RegisterFoot(letters=self.letters)
        self.typed = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self.typed.timeout.connect(self._settle_minutes)
        self.history = HistoryPanel(self._zone, self)
        self.scan = ScanPanel(desk, self.roll_call, self)
        show_part(self.history, self.roll_call.roll.office and not self.scan.is_on)
        self._lay_out()
        self._connect()
        self.show_roll()
        if self.roll_call.roll.office:
            self.body.choose(LIST)
        self.body.go_to(self._first_place(details or {}))
        if (details or {}).get("scan"):
            self.scan.turn_on()
        follow(desk.store, self, self._store_changed)

    # ---------------------------------------------------------------------------------------------------- making

    def _make_empty(self) -> EmptyState:
        return EmptyState(
            "users",
            self.tr("Nobody is enrolled in this cohort yet"),
            self.tr("The register fills when the office enrols students. You can add someone who walked in now."),
            action=self.tr("Add someone who walked in"),
            action_icon="user-plus",
            on_action=self.add_walk_in,
        )

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        main = QVBoxLayout()
        main.setContentsMargins(18, 16, 18, 16)  # the tiles carry half of the gap around them, the rest 6 px
        main.setSpacing(7)
        main.addWidget(self.head)
        inset = QHBoxLayout()
        inset.setContentsMargins(6, 2, 6, 0)
        inset.addWidget(self.notice)
        main.addLayout(inset)
        main.addWidget(self.body, 1)
        main.addWidget(self.foot)
        row.addLayout(main, 1)
        row.addWidget(self.history)
        row.addWidget(self.scan)

    def _connect(self) -> None:
        self.model.edited.connect(self._edited)
        self.body.asked.connect(self.ask)
        self.body.moved.connect(self._show_history)
        self.body.view_changed.connect(self.head.views.choose)
        self.head.views.chosen_changed.connect(self._choose_view)
        self.head.jump.textChanged.connect(self.body.jump_to)
        self.head.jump.left.connect(self._to_students)
        self.head.rest.clicked.connect(self.mark_rest)
        self.head.walk_in.clicked.connect(self.add_walk_in)
        self.head.more.clicked.connect(self.open_menu)
        self.foot.finish.clicked.connect(self.finish)
        self.foot.reopen.clicked.connect(self.reopen)
        self.notice.pressed.connect(self._notice_pressed)
        self.history.closed.connect(self.toggle_history)
        self.history.decide.connect(lambda conflict_id: self._desk.open("shell.conflicts", conflict_id))
        self.scan.took.connect(self.show_roll)
        self.scan.turned.connect(lambda on: self.history.setHidden(on or self.history.isHidden()))
        self.scan.kiosk_asked.connect(lambda: open_kiosk(self, self._desk, self.roll_call.session_id))
        self.scan.code_asked.connect(lambda: self._desk.open("attendance.class_code", self.roll_call.session_id))
        keyed = (("Ctrl+Shift+P", self.mark_rest), ("Ctrl+Return", self.finish), ("F9", self.scan.toggle))
        for keys, act in keyed:
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)

    def _first_place(self, details: Mapping[str, Any]) -> int:
        """The student asked for, or the first without a mark."""
        wanted = self.model.place_of(str(details.get("enrolment", "")))
        if wanted >= 0:
            return wanted
        return next((place for place, row in enumerate(self.model.rows) if not row.is_marked), 0)

    # --------------------------------------------------------------------------------------- what the window asks

    def page_keys(self) -> list[tuple[str, str]]:
        """Return the keys of this page for F1."""
        return register_keys(letters=self.letters)

    def undo(self) -> None:
        """Take the last step back."""
        self._step_back(self.roll_call.undo)

    def redo(self) -> None:
        """Do the last step again that was taken back."""
        self._step_back(self.roll_call.redo)

    def find(self) -> None:  # type: ignore[override] # the window asks pages for this name; Qt's own is static
        """Put the cursor into the jump field."""
        self.head.jump.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.head.jump.selectAll()

    def _to_students(self) -> None:
        self.body.view.setFocus()

    def panes(self) -> list[QWidget]:
        """Return what F6 goes through."""
        panels = (one for one in (self.history, self.scan) if one.isVisible())
        return [self.head.jump, self.body.view, self.foot, *panels]

    def first_focus(self) -> QWidget:
        """Return what gets the focus on opening."""
        return self.body.view if self.model.rowCount() else self.head.more

    # --------------------------------------------------------------------------------------------------- showing

    def show_roll(self) -> None:
        """Put the roll as it stands on the screen."""
        roll = self.roll_call.roll
        self._show_title()
        if self.model.editable is roll.locked:
            self.model.editable = not roll.locked
            self.body.view.viewport().update()  # the keys come or go
        self.model.set_rows(roll.rows)
        saved = moment_words(local(roll.saved_at, self._zone), self._today()) if roll.saved_at else ""
        self.head.show_roll(roll, saved)
        self.notice.show_roll(roll, self._finished_words())
        self.scan.show_roll()
        self.body.fit()
        self.foot.show_roll(roll, self._typing_name())
        self._show_history()

    def _show_title(self) -> None:
        session = self.roll_call.roll.session
        if session is None:
            self.setWindowTitle(self.tr("Register"))
            return
        starts = local(session["starts_at"], self._zone)
        cohort = (self.roll_call.roll.cohort or {}).get("name", "")
        words = self.tr("{day}, {time}").format(day=day_words(starts.date()), time=f"{starts:%H:%M}")
        self.setWindowTitle(self.tr("{cohort}, {when}").format(cohort=cohort, when=words) if cohort else words)

    def _today(self) -> Any:
        return local_now(self._desk, self._zone).date()

    def _finished_words(self) -> str:
        register = self.roll_call.roll.register
        if not self.roll_call.roll.finished or register is None or not register.get("finished_at"):
            return ""
        when = moment_words(local(register["finished_at"], self._zone), self._today())
        name = register.get("finished_by_name") or ""
        if not name:
            return self.tr("Finished {when}.").format(when=when)
        return self.tr("Finished by {name}, {when}.").format(name=name, when=when)

    def _typing_name(self) -> str:
        typing = self.roll_call.typing_for
        row = self.roll_call.roll.row(typing) if typing else None
        return row.member.name if row is not None else ""

    def _show_history(self) -> None:
        if not self.history.isHidden():
            self.history.show_row(self.body.current, self._today())

    def _store_changed(self, changed: Changed) -> None:
        if not changed.kinds & _SHOWS and changed.keys:
            return
        if changed.kinds <= _MARKS_ONLY:
            self.roll_call.refresh()
        else:
            current = self.body.current
            self.roll_call.reload()
            self.show_roll()
            if current is not None:
                self.body.go_to_student(current.id)
        self.show_roll()

    def _choose_view(self, view: str) -> None:
        if view != self.body.shown:
            self.body.choose(view)
            if self.body.shown != view:  # too narrow for tiles
                self.head.views.choose(self.body.shown)
                tell(self, self.tr("The window is too narrow for the photo grid. Make it wider."))

    # ---------------------------------------------------------------------------------------------------- acting

    def ask(self, asked: Asked) -> None:
        """Do what a key or a press on the current student asks for."""
        row = self.body.current
        if row is None:
            return
        if asked.act is Act.MARK:
            self.mark(asked.state)
        elif asked.act is Act.DIGIT:
            if self._try(lambda: self.roll_call.type_minutes(asked.digit)):
                self.typed.start()
        elif asked.act is Act.CLEAR:
            place = self.body.place
            if self._try(lambda: self.roll_call.clear(row.id)):
                self.body.go_to(place - 1)
        elif asked.act is Act.NOTE:
            self.note()
        elif asked.act is Act.DECIDE:
            self.decide()
        else:
            corner = self.body.view.visualRect(self.body.view.currentIndex()).bottomLeft()
            self.menu().popup(self.body.view.viewport().mapToGlobal(corner + QPoint(8, 0)))

    def mark(self, state: AttendanceState) -> None:
        """Mark the current student and move on to the next."""
        row, place = self.body.current, self.body.place
        if row is not None and self._try(lambda: self.roll_call.mark(row.id, state)):
            marked = self.roll_call.roll.row(row.id)
            if marked is not None:
                announce(self, f"{row.member.name}, {mark_words(marked.mark.state, marked.mark.minutes)}")
            self.body.go_to(place + 1)

    def _settle_minutes(self) -> None:
        self._try(self.roll_call.settle_minutes)

    def hideEvent(self, event: QHideEvent) -> None:
        """Save what is typed before another page comes or the window goes."""
        self.typed.stop()
        self._settle_minutes()
        super().hideEvent(event)

    def _try(self, act: Callable[[], object]) -> bool:
        """Act and show the result; False where it was refused, and then the reason is shown."""
        try:
            act()
        except CampusError as problem:
            self._problem(problem)
            return False
        self.show_roll()
        return True

    def _problem(self, problem: CampusError) -> None:
        if problem.code in {"register_locked", *((self.roll_call.roll.refusal or ())[:1])}:
            self.notice.point()
            announce(self, problem.message, urgent=True)
        else:
            tell_problem(self, problem)

    def _step_back(self, act: Callable[[], str]) -> None:
        said: list[str] = []
        if self._try(lambda: said.append(act())):
            tell(self, said[0])

    def mark_rest(self) -> None:
        """Mark everyone without a mark present, with Undo."""
        count = len(self.roll_call.roll.unmarked)
        if self._try(self.roll_call.mark_rest) and count:
            words = self.tr("One student marked present") if count == 1 else self.tr("{count} students marked present")
            tell(self, words.format(count=count), self.undo)

    def note(self) -> None:
        """Write a note: in its place in the list, in a dialog over the grid."""
        row = self.body.current
        if row is None or self.roll_call.roll.locked:
            self.notice.point()
        elif self.body.shown == LIST:
            self.body.list.edit_note()
        else:
            dialog = NoteDialog(self.window(), row)
            dialog.saved.connect(lambda one, words: self._try(lambda: self.roll_call.set_note(one, words)))
            dialog.finished.connect(dialog.deleteLater)
            dialog.open_dialog()

    def _edited(self, enrolment_id: str, part: int, typed: str) -> None:
        if part == Part.NOTE:
            self._try(lambda: self.roll_call.set_note(enrolment_id, typed))
        else:
            self._try(lambda: self.roll_call.set_minutes(enrolment_id, read_number(typed)))

    def decide(self) -> None:
        """Open the decision about the current mark."""
        row = self.body.current
        if row is not None and row.is_disputed:
            self._desk.open("shell.conflicts", row.conflict_id)

    def print_page(self) -> None:
        """Show the register as it prints."""
        print_register(self, self.roll_call)

    def toggle_history(self) -> None:
        """Show or hide the history of the mark; beside the scan panel there is no room for it."""
        if self.history.isHidden() and self.scan.is_on:
            self.scan.turn_off()
        self.history.setVisible(self.history.isHidden())
        self._show_history()

    def add_walk_in(self) -> None:
        """Ask who walked in."""
        dialog = WalkInDialog(self.window(), self._desk, self.roll_call.roll)
        dialog.added.connect(self._walked_in)
        dialog.is_here.connect(self.body.go_to_student)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open_dialog()

    def _walked_in(self, enrolment_id: str) -> None:
        self.roll_call.reload()
        self.show_roll()
        self.body.go_to_student(enrolment_id)
        row = self.roll_call.roll.row(enrolment_id)
        if row is not None:
            tell(self, self.tr("{name} is on this register. The office confirms.").format(name=row.member.name))

    def finish(self) -> None:
        """Finish the register and say how many students are not recorded."""
        if self.roll_call.roll.finished:
            return
        left: list[int] = []
        if not self._try(lambda: left.append(self.roll_call.finish())):
            return
        if left[0] == 0:
            words = self.tr("Register finished. Everyone is recorded.")
        elif left[0] == 1:
            words = self.tr("Register finished. One student is not recorded.")
        else:
            words = self.tr("Register finished. {count} students are not recorded.").format(count=left[0])
        tell(self, words, self.reopen)

    def reopen(self) -> None:
        """Open the finished register again."""
        if self._try(self.roll_call.reopen):
            self.body.view.setFocus()

    def _notice_pressed(self) -> None:
        roll = self.roll_call.roll
        if roll.disputed:
            self.body.go_to_student(roll.disputed[0].id)
            self.decide()
        elif roll.finished:
            self.reopen()

    def menu(self) -> QMenu:
        """Return the menu of the current student and the register."""
        return register_menu(self, self)

    def open_menu(self) -> None:
        """Show the menu below its button."""
        button = self.head.more
        self.menu().popup(button.mapToGlobal(QPoint(0, button.height() + 2)))
