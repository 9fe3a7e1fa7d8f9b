"""The page of a class's rotating code: large on the page, larger over the whole screen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QKeyEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.attendance.code_store import shown_code
from desktop.attendance.code_view import CodeView
from desktop.core.desk import Desk
from desktop.shell.logo import window_icon
from desktop.timetable.store import lines_of
from desktop.timetable.times import day_words
from desktop.widgets.buttons import Button, primary
from desktop.widgets.label import Label
from shared.core.errors import CampusError
from shared.timetable.vocabulary import CLASS_SESSION

_TICK_MS = 250
FILL_KEY = "F11"


class CodeScreen(QWidget):
    """The code alone over the whole screen; Esc or F11 leaves."""

    def __init__(self) -> None:
        super().__init__(None, Qt.WindowType.Window | Qt.WindowType.FramelessWindowHint)
        self.setWindowTitle(self.tr("Class code"))
        self.setWindowIcon(window_icon())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self.view = CodeView()
        column.addWidget(self.view)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave."""
        if event.key() in {Qt.Key.Key_Escape, Qt.Key.Key_F11}:
            self.close()
        else:
            super().keyPressEvent(event)


class CodePage(QWidget):
    """Shows the code of the class session `session_id`; `tick` moves it on and is called by a timer of its own."""

    def __init__(self, desk: Desk, session_id: str | None, _details: Mapping[str, Any] | None = None) -> None:
        super().__init__()
        self._desk = desk
        self._session = desk.store.get(CLASS_SESSION, session_id or "")
        self.setWindowTitle(self.tr("Class code"))
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 24)
        column.setSpacing(14)
        head = QHBoxLayout()
        head.setSpacing(8)
        words = self.tr("Students type this code at a lab machine under Check in. It is worth nothing minutes later.")
        head.addWidget(Label(words, "body", "text2", wrap=True), 1)
        self.back = Button(self.tr("Back to the register"), icon="arrow-left", on_click=self._go_back)
        head.addWidget(self.back)
        self.fill = primary(self.tr("Fill the screen"), "monitor", self.fill_screen)
        self.fill.setToolTip(FILL_KEY)
        head.addWidget(self.fill)
        column.addLayout(head)
        self.view = CodeView()
        column.addWidget(self.view, 1)
        self.screen_window: CodeScreen | None = None
        shortcut = QShortcut(QKeySequence(FILL_KEY), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(self.fill_screen)
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self.tick)
        self._name_class(self.view)
        self.tick()

    def _name_class(self, view: CodeView) -> None:
        if self._session is None:
            return
        [line] = lines_of(self._desk, [self._session])
        parts = [line.room, f"{day_words(line.starts.date())}, {line.times}"]
        view.set_class(line.cohort, " · ".join(part for part in parts if part))

    def page_keys(self) -> list[tuple[str, str]]:
        """Return the keys of this page for F1."""
        return [(FILL_KEY, self.tr("Fill the screen, or leave it")), ("Esc", self.tr("Leave the full screen"))]

    def keeps_open(self) -> bool:
        """Tell the window that the page can't be made anew now: the code stands over the whole screen."""
        return self.screen_window is not None and self.screen_window.isVisible()

    def first_focus(self) -> QWidget:
        """Return what gets the focus on opening."""
        return self.fill

    def tick(self) -> None:
        """Show the code of this moment."""
        views = [self.view, *([self.screen_window.view] if self.screen_window is not None else [])]
        try:
            shown = shown_code(self._desk, self._session)
        except CampusError as problem:
            for view in views:
                view.show_problem(problem.message)
            return
        for view in views:
            view.show_code(shown.code, shown.scanned, shown.seconds_left)

    def fill_screen(self) -> None:
        """Show the code over the whole screen."""
        if self.screen_window is None:
            self.screen_window = CodeScreen()
            self._name_class(self.screen_window.view)
            self.destroyed.connect(self.screen_window.deleteLater)
        self.tick()
        self.screen_window.showFullScreen()
        self.screen_window.activateWindow()

    def _go_back(self) -> None:
        if self._session is not None:
            self._desk.open("attendance.register", self._session["id"])

    def showEvent(self, event: QShowEvent) -> None:
        """Move on while on show."""
        super().showEvent(event)
        self._session = self._desk.store.get(CLASS_SESSION, self._session["id"]) if self._session else None
        self.tick()
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Stand still; the full screen goes with the page."""
        super().hideEvent(event)
        self._timer.stop()
        if self.screen_window is not None:
            self.screen_window.close()
