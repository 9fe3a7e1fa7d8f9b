"""The page to key in a printed register: type the lines of those who weren't present, Enter saves the whole sheet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.attendance.sheet_keying import Becomes, SheetKeying, SheetLine, SheetPlan, retyped
from desktop.attendance.words import COUNTED, LOOKS, mark_words, state_word
from desktop.core.desk import Desk
from desktop.core.local_store import Changed
from desktop.shell.page import follow, tell, tell_problem
from desktop.timetable.store import lines_of
from desktop.timetable.times import day_words
from desktop.widgets.announce import announce
from desktop.widgets.buttons import Button, primary
from desktop.widgets.card import Card
from desktop.widgets.check import Check
from desktop.widgets.columns import Cell, CellKind, Column
from desktop.widgets.field import Field
from desktop.widgets.key_cap import KeyHint
from desktop.widgets.label import IconText
from desktop.widgets.layouts import FlowLayout, PageHead
from desktop.widgets.record_table import RecordTable
from desktop.widgets.row_source import ListSource
from desktop.widgets.text_field import TextField
from shared.attendance.sheet import LETTERS
from shared.attendance.vocabulary import OBSERVATION, REGISTER, AttendanceState
from shared.core.errors import CampusError
from shared.core.text import plural

_KINDS = frozenset({OBSERVATION, REGISTER, "conflict", "class_session", "leave_request"})
_KEEP_MS = 300
_KEYS = {
    Qt.Key.Key_P: AttendanceState.PRESENT,
    Qt.Key.Key_L: AttendanceState.LATE,
    Qt.Key.Key_A: AttendanceState.ABSENT,
    Qt.Key.Key_E: AttendanceState.EXCUSED,
    Qt.Key.Key_Backspace: None,
    Qt.Key.Key_Delete: None,
}


class SheetPage(QWidget):
    """The sheet of one class session. What is typed shows at once beside the register and is kept until it is saved."""

    def __init__(self, desk: Desk, session_id: str | None, _details: Mapping[str, Any] | None = None) -> None:
        super().__init__()
        self._desk = desk
        self.keying = SheetKeying(desk, session_id or "")
        self.plan = SheetPlan(())
        self.setWindowTitle(self.tr("Printed sheet"))
        self.source: ListSource[SheetLine] = ListSource(lambda one: one.id, {}, name_key="")
        self._keep_soon = QTimer(self, singleShot=True, interval=_KEEP_MS)
        self._keep_soon.timeout.connect(self.keep)
        self._make()
        typed, rest = self.keying.kept()
        self.field.setText(typed)
        self.rest.setChecked(rest)
        self._connect()
        self.show_plan()
        follow(desk.store, self, self._store_changed)

    # ---------------------------------------------------------------------------------------------------- making

    def _make(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        head = PageHead(self.tr("Key in a printed sheet"), self._class_words())
        self.back = Button(self.tr("Open the register"), icon="arrow-left", on_click=self._open_register)
        head.add_button(self.back)
        column.addWidget(head)
        self.notice = IconText("lock", "", "warn")
        column.addWidget(self.notice)
        self.field = TextField(sized="sign-in")
        self.typing = Field(
            self.tr("Who wasn't present"),
            self.field,
            hint=self.tr("Line number and letter: 7A 12L15 20-22E. L and LE take minutes. Enter saves."),
        )
        column.addWidget(self.typing)
        column.addLayout(self._make_choices())
        self.table = RecordTable(self.source, self._columns(), name=self.tr("Lines of the sheet"))
        self.table.installEventFilter(self)
        card = Card(padded=False)
        card.add(self.table, 1)
        column.addWidget(card, 1)

    def _make_choices(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(14)
        self.rest = Check(self.tr("Mark the others present"))
        row.addWidget(self.rest)
        box = QWidget()
        keys = FlowLayout(box, space=12)
        for letters, state in LETTERS.items():
            keys.addWidget(KeyHint(letters.upper(), state_word(state).lower()))
        row.addWidget(box, 1, Qt.AlignmentFlag.AlignVCenter)
        self.changes = IconText("circle-alert", "", "warn")
        row.addWidget(self.changes)
        self.counts = IconText("clipboard-check", "", "text2")
        row.addWidget(self.counts)
        self.save = primary(self.tr("Save"), "check", self.save_sheet)
        row.addWidget(self.save)
        return row

    def _columns(self) -> list[Column]:
        return [
            Column("", self.tr("No."), lambda one: str(one.number), CellKind.NUMBER, 56, sortable=False),
            Column("", self.tr("Student"), self._name, width=260, stretch=True, sortable=False),
            Column("", self.tr("On the register"), self._now, CellKind.BADGE, 160, sortable=False),
            Column("", self.tr("After saving"), self._after, CellKind.BADGE, 160, sortable=False),
            Column("", "", self._what, CellKind.MUTED, 190, sortable=False),
        ]

    def _connect(self) -> None:
        self.field.textChanged.connect(lambda _typed: self._typed())
        self.field.returnPressed.connect(self.save_sheet)
        self.field.installEventFilter(self)
        self.rest.toggled.connect(lambda _on: self._typed())

    def _class_words(self) -> str:
        session = self.keying.roll_call.roll.session
        if session is None:
            return ""
        [line] = lines_of(self._desk, [dict(session)])
        parts = (line.cohort, f"{day_words(line.starts.date())}, {line.times}", line.room)
        return " · ".join(part for part in parts if part)

    # ----------------------------------------------------------------------------------------------------- cells

    @staticmethod
    def _name(one: SheetLine) -> Cell:
        return Cell(one.row.member.name, detail=one.row.member.number)

    @staticmethod
    def _now(one: SheetLine) -> Cell:
        if not one.row.is_marked:
            return Cell("")
        look = LOOKS[one.row.mark.state]
        return Cell(mark_words(one.row.mark.state, one.row.mark.minutes), look.tone, look.icon)

    def _after(self, one: SheetLine) -> Cell:
        if one.value is None:
            return self._now(one)
        look = LOOKS[one.value.state]
        return Cell(mark_words(one.value.state, one.value.minutes), look.tone, look.icon)

    def _what(self, one: SheetLine) -> str:
        if one.becomes is Becomes.OTHER:
            return self.tr("Changes the mark")
        if one.typed:
            return self.tr("The same") if one.becomes is Becomes.SAME else self.tr("From the sheet")
        return self.tr("Suspended") if one.row.member.suspended else ""

    # --------------------------------------------------------------------------------------------------- showing

    def show_plan(self) -> None:
        """Show what the typed lines make of the register."""
        roll = self.keying.roll_call.roll
        self.plan = self.keying.plan(self.field.text(), rest=self.rest.isChecked())
        self.source.set_rows(list(self.plan.lines))
        self.table.refresh()
        self.typing.set_error(next((one.sentence for one in self.plan.faults if not one.unfinished), ""))
        counted = [(state, self.plan.count(state)) for state in COUNTED]
        words = " · ".join(f"{count} {state_word(state).lower()}" for state, count in counted if count)
        self.counts.set_state("clipboard-check", words, "text2")
        changed = self.plan.changed
        self.changes.setVisible(bool(changed))
        words = plural("Changes {n} mark that is there", "Changes {n} marks that are there", changed)
        self.changes.set_state("circle-alert", words, "warn")
        self._show_refusal(roll.refusal[1] if roll.refusal else "", finished=roll.locked)

    def _show_refusal(self, refusal: str, *, finished: bool) -> None:
        words = refusal or (self.tr("This register is finished. Open it and reopen it to key in.") if finished else "")
        self.notice.setVisible(bool(words))
        self.notice.set_state("lock", words, "warn")
        for part in (self.field, self.rest):
            part.setEnabled(not words)
        made = len(self.plan.wanted)
        self.save.setEnabled(not words and bool(made))
        self.save.setText(plural("Save {n} mark", "Save {n} marks", made) if made else self.tr("Save"))

    def _typed(self) -> None:
        self._keep_soon.start()
        self.show_plan()

    def keep(self) -> None:
        """Keep what is typed on this computer."""
        self._keep_soon.stop()
        self.keying.keep(self.field.text(), rest=self.rest.isChecked())

    def _store_changed(self, changed: Changed) -> None:
        if changed.kinds & _KINDS:
            self.keying.roll_call.reload()
            self.show_plan()

    # ---------------------------------------------------------------------------------------------------- acting

    def save_sheet(self) -> None:
        """Save the sheet; what can't be read is named and nothing is saved."""
        try:
            made = self.keying.save(self.field.text(), rest=self.rest.isChecked())
        except CampusError as problem:
            self.typing.set_error(problem.message)
            announce(self, problem.message, urgent=True)
            return
        self.field.clear()
        self.keep()
        self.show_plan()
        tell(self, plural("{n} mark of the sheet saved", "{n} marks of the sheet saved", made), self.undo)

    def undo(self) -> None:
        """Take the whole sheet back."""
        self._step(self.keying.roll_call.undo)

    def redo(self) -> None:
        """Save the sheet again that was taken back."""
        self._step(self.keying.roll_call.redo)

    def _step(self, go: Any) -> None:
        try:
            tell(self, go())
        except CampusError as problem:
            tell_problem(self, problem)
        self.show_plan()

    def type_line(self, state: AttendanceState | None) -> None:
        """Type the mark of the line under the cursor, or take it out, and go to the next line."""
        line = next((one for one in self.plan.lines if one.id == self.table.current_id()), None)
        if line is None or not self.field.isEnabled():
            return
        if self.plan.faults:  # what can't be read would be lost
            self.typing.set_error(self.plan.faults[0].sentence)
            self.field.setFocus()
            return
        self.field.setText(retyped(self.field.text(), line.number, state, len(self.plan.lines)))
        following = self.plan.lines[min(line.number, len(self.plan.lines) - 1)]
        self.table.go_to(following.id)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let letters mark lines in the table, and the arrow lead from the field into it."""
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return super().eventFilter(watched, event)
        key, plain = Qt.Key(event.key()), not event.modifiers()
        if watched is self.table and plain and key in _KEYS:
            self.type_line(_KEYS[key])
            return True
        if watched is self.table and plain and key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.save_sheet()
            return True
        if watched is self.field and key == Qt.Key.Key_Down:
            self.table.setFocus()
            return True
        return super().eventFilter(watched, event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Keep what is typed."""
        self.keep()
        super().hideEvent(event)

    def _open_register(self) -> None:
        self._desk.open("attendance.register", self.keying.roll_call.session_id)

    # --------------------------------------------------------------------------------------- what the window asks

    def find(self) -> None:  # type: ignore[override] # the window asks pages for this name; Qt's own is static
        """Put the cursor into the field."""
        self.field.setFocus()

    def page_keys(self) -> list[tuple[str, str]]:
        """Return the keys of this page."""
        return [
            ("7A 12L15 20-22E", self.tr("Lines and their marks")),
            ("Enter", self.tr("Save the sheet")),
            ("P, L, A, E", self.tr("In the table: mark the line, go to the next")),
            ("Backspace", self.tr("In the table: take the line out")),
            ("Ctrl Z", self.tr("Take the whole sheet back")),
        ]

    def first_focus(self) -> QWidget:
        """Return what gets the focus on opening."""
        return self.field if self.field.isEnabled() else self.back
