"""A student's page at a lab machine: type the code that the room's screen shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.attendance.code_actions import CheckIns
from desktop.attendance.code_store import TodayLine, own_classes, today_lines
from desktop.attendance.scan_list import ScanCard, ScanShown
from desktop.attendance.scan_words import kiosk_words
from desktop.attendance.words import LOOKS, mark_words
from desktop.core.desk import Desk
from desktop.core.local_store import Changed
from desktop.shell.page import follow
from desktop.timetable.times import zone_of
from desktop.widgets.announce import announce
from desktop.widgets.badge import Badge
from desktop.widgets.buttons import Button, primary
from desktop.widgets.camera_reader import CameraReader
from desktop.widgets.camera_view import CameraView
from desktop.widgets.card import Card, Line
from desktop.widgets.field import Field
from desktop.widgets.frame_source import CameraSource, FrameSource
from desktop.widgets.label import ElidedLabel, Label
from desktop.widgets.text_field import TextField
from desktop.widgets.theme import theme
from shared.attendance.check_in import CLASS_CODE
from shared.attendance.vocabulary import OBSERVATION, AttendanceState
from shared.core.errors import CampusError

_WIDTH = 560
_SHOWS = frozenset({OBSERVATION, CLASS_CODE, "class_session", "enrolment"})


class CheckInPage(QWidget):
    """Takes class codes, also without a network, and shows the student's classes of today."""

    def __init__(
        self,
        desk: Desk,
        _entity_id: str | None = None,
        _details: Mapping[str, Any] | None = None,
        source: FrameSource | None = None,
    ) -> None:
        super().__init__()
        self.camera = CameraReader(source or CameraSource(), desk.clock.monotonic, self)
        self._desk = desk
        self._check_ins = CheckIns(desk)
        self.setWindowTitle(self.tr("Check in"))
        outer = QHBoxLayout(self)
        outer.setContentsMargins(24, 24, 24, 24)
        column = QVBoxLayout()
        column.setSpacing(16)
        outer.addStretch(1)
        outer.addLayout(column)
        outer.addStretch(1)
        column.addWidget(self._make_form())
        self.result = ScanCard()
        column.addWidget(self.result)
        self.today = Card(self.tr("Your classes today"))
        self._rows = QVBoxLayout()
        self._rows.setSpacing(0)
        self.today.add(self._rows)
        column.addWidget(self.today)
        column.addStretch(1)
        for part in (self.form, self.result, self.today):
            part.setFixedWidth(theme().px(_WIDTH))
        self.show_today()
        follow(desk.store, self, self._store_changed)

    def _make_form(self) -> Card:
        self.form = Card(self.tr("Check in with the class code"))
        self.form.add(Label(self.tr("The screen in your room shows a code of 8 letters and digits."), wrap=True))
        self.code = TextField(placeholder="K7Q4-9XWM", sized="kiosk", name=self.tr("Class code"))
        self.code.setMaxLength(80)
        hint = self.tr("Dashes and small letters don't matter. It works without a network, too.")
        self.field = Field(self.tr("Class code"), self.code, hint=hint)
        self.form.add(self.field)
        row = QHBoxLayout()
        self.look = Button(self.tr("Scan with the camera"), icon="camera", on_click=self.turn_camera)
        row.addWidget(self.look)
        row.addStretch(1)
        self.button = primary(self.tr("Check in"), "check", self.check_in)
        row.addWidget(self.button)
        self.form.add(row)
        self.view = CameraView()
        self.view.hide()
        self.form.add(self.view)
        self.code.returnPressed.connect(self.check_in)
        self.camera.shown.connect(self.view.show_picture)
        self.camera.problem.connect(self.view.show_trouble)
        self.camera.read.connect(self._scanned)
        return self.form

    def turn_camera(self) -> None:
        """Turn the camera on or off."""
        on = self.view.isHidden()
        self.view.setVisible(on)
        self.look.setText(self.tr("Stop the camera") if on else self.tr("Scan with the camera"))
        if on:
            self.camera.start()
        else:
            self.camera.stop()

    def _scanned(self, text: str) -> None:
        self.code.setText(text)
        self.check_in()

    def hideEvent(self, event: QHideEvent) -> None:
        """Let the camera go."""
        super().hideEvent(event)
        if self.camera.is_on:
            self.turn_camera()

    def first_focus(self) -> QWidget:
        """Return what gets the focus on opening."""
        return self.code

    def page_keys(self) -> list[tuple[str, str]]:
        """Return the keys of this page for F1."""
        return [(self.tr("Enter"), self.tr("Check in"))]

    def check_in(self) -> None:
        """Check the code, and say what became of it."""
        typed = self.code.text()
        if not typed.strip():
            self.field.set_error(self.tr("Type the code that the screen in your room shows."))
            return
        try:
            _, scan = self._check_ins.check_in(typed)
        except CampusError as problem:
            self.result.hide()
            self.field.set_error(problem.message)
            self.code.selectAll()
            self.code.setFocus()
            announce(self, problem.message, urgent=True)
            return
        self.field.set_error("")
        self.code.clear()
        words = kiosk_words(scan, zone_of(self._desk))
        member = scan.row.member if scan.row else None
        self.result.show_scan(ScanShown(words, member.name if member else "", member.number if member else ""))
        announce(self, words.spoken)
        self.show_today()

    # ---------------------------------------------------------------------------------------------------- today

    def show_today(self) -> None:
        """Show the classes of today with what is recorded."""
        while (item := self._rows.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        lines = today_lines(self._desk, own_classes(self._desk))
        for place, one in enumerate(lines):
            if place:
                self._rows.addWidget(Line())
            self._rows.addWidget(_row(one))
        if not lines:
            self._rows.addWidget(Label(self.tr("You have no class today."), "body", "muted"))

    def _store_changed(self, changed: Changed) -> None:
        if changed.kinds & _SHOWS:
            self.show_today()


def _row(one: TodayLine) -> QWidget:
    box = QWidget()
    row = QHBoxLayout(box)
    row.setContentsMargins(0, 8, 0, 8)
    row.setSpacing(12)
    row.addWidget(Label(one.line.times, "body-medium"))
    row.addWidget(ElidedLabel(one.line.cohort), 1)
    if one.line.room:
        row.addWidget(Label(one.line.room, "body", "muted"))
    state = one.row.mark.state if one.row else AttendanceState.NONE
    words = mark_words(state, one.row.mark.minutes if one.row else None)
    row.addWidget(Badge(words, LOOKS[state].tone, LOOKS[state].icon), 0, Qt.AlignmentFlag.AlignRight)
    box.setAccessibleName(f"{one.line.times} {one.line.cohort}, {words}")
    return box
