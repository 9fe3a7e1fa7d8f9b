"""A kiosk's own window: it fills the screen, hides the rest of the program, and leaves only with a password."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.attendance.kiosk_leave import LeaveKioskDialog
from desktop.attendance.kiosk_view import KioskView
from desktop.core.desk import Desk
from desktop.shell.logo import window_icon
from desktop.widgets.dialog import Dialog
from desktop.widgets.frame_source import FrameSource

LEAVE_KEYS = "Ctrl+Shift+K"
_COME_BACK_MS = 500


class KioskWindow(QWidget):
    """Shows the kiosk of one class; ``left`` tells that someone with the password ended it."""

    left = Signal()

    def __init__(self, desk: Desk, session_id: str, source: FrameSource | None = None) -> None:
        super().__init__(None, Qt.WindowType.Window | Qt.WindowType.FramelessWindowHint)
        self.setWindowFlag(Qt.WindowType.WindowStaysOnTopHint)
        self.setWindowTitle(self.tr("Attendance kiosk"))
        self.setWindowIcon(window_icon())
        self.setAutoFillBackground(True)
        self._desk = desk
        self._free = False
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self.view = KioskView(desk, session_id, source)
        column.addWidget(self.view)
        shortcut = QShortcut(QKeySequence(LEAVE_KEYS), self)
        shortcut.activated.connect(self.ask_to_leave)
        self.dialog: LeaveKioskDialog | None = None
        # Not at once: a system that won't give the front away must not be asked for it without end.
        self._coming_back = QTimer(self)
        self._coming_back.setSingleShot(True)
        self._coming_back.setInterval(_COME_BACK_MS)
        self._coming_back.timeout.connect(self._come_back)

    def ask_to_leave(self) -> None:
        """Ask for the password."""
        if Dialog.opened_in(self) is not None:
            return
        self.view.pause()
        if self.dialog is None:
            self.dialog = LeaveKioskDialog(self, self._desk)
            self.dialog.accepted.connect(self._leave)
            self.dialog.rejected.connect(self.view.run)
        self.dialog.open_dialog()

    def _leave(self) -> None:
        self._free = True
        self.close()
        self.left.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stay, unless the password was right."""
        if self._free:
            event.accept()
        else:
            event.ignore()

    def changeEvent(self, event: QEvent) -> None:
        """Come back in front when another window is put there."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and not self.isActiveWindow() and self.isVisible():
            self._coming_back.start()
        elif event.type() == QEvent.Type.WindowStateChange and self.isVisible() and not self.isFullScreen():
            QTimer.singleShot(0, self, self.showFullScreen)

    def _come_back(self) -> None:
        if self.isVisible() and not self._free and not self.isActiveWindow():
            self.raise_()
            self.activateWindow()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let no key out of the window; letters go to the number."""
        if event.text().strip() and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.view.number.setFocus()
            self.view.number.insert(event.text())
        event.accept()


def open_kiosk(page: QWidget, desk: Desk, session_id: str) -> KioskWindow:
    """Open the kiosk of a class in place of the window around `page`, which comes back when it is left."""
    main = page.window()
    kiosk = KioskWindow(desk, session_id)

    def leave() -> None:
        main.show()
        main.activateWindow()
        kiosk.deleteLater()

    kiosk.left.connect(leave)
    kiosk.showFullScreen()
    main.hide()
    page.setProperty("kiosk", kiosk)  # keeps it alive
    return kiosk
