"""Messages at the bottom of the page that confirm what the person just did, with Undo where it can be undone."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, QPropertyAnimation, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QEnterEvent, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QGraphicsOpacityEffect, QHBoxLayout, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget
from shiboken6 import isValid

from desktop.widgets.announce import announce
from desktop.widgets.dialog import DIALOG_TURNED, Dialog
from desktop.widgets.icons import draw_icon
from desktop.widgets.label import Label, breakable
from desktop.widgets.paint import elided, fill_box
from desktop.widgets.theme import theme
from desktop.widgets.toast_button import ToastButton
from desktop.widgets.toast_place import EDGE, place_over

MOST_TOASTS = 3
_SIGNS = {"ok": "check", "info": "info", "warn": "circle-alert", "bad": "circle-alert"}
_WIDTH, _WIDEST = 420, 760
_MOST_LINES, _AIR = 3, 6


class Toast(QWidget):
    """One message: 5 s, 10 s with an action, until closed for ``bad``; the time stops while hovered or focused."""

    closed = Signal()

    def __init__(
        self,
        words: str,
        tone: str = "ok",
        *,
        icon: str = "",
        action: str = "",
        on_action: Callable[[], object] | None = None,
        timed: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.words, self.tone = words, tone
        self._icon = icon or _SIGNS[tone]
        self._on_action = on_action
        self.setAccessibleName(words)
        self.setFixedHeight(theme().size("toast"))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.action_button: ToastButton | None = None
        self._lay_out(action, closable=tone == "bad" and timed)
        motion = theme().tokens.motion
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(motion["toast-action-ms"] if action else motion["toast-ms"])
        self._timer.timeout.connect(self.close_toast)
        self._left = self._timer.interval()
        self._ends = timed and tone != "bad"
        self._closed = False
        self._resume()

    def _lay_out(self, action: str, *, closable: bool) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(44, 0, 10, 0)
        row.setSpacing(16)
        self.label = Label(self.words, "body-medium", "toast-text", wrap=True)
        row.addWidget(self.label, 1)
        if action:
            self.action_button = ToastButton(action, self)
            self.action_button.clicked.connect(self._act)
            self.action_button.focus_changed.connect(self.hold_for_focus)
            row.addWidget(self.action_button)
        if closable:
            close = ToastButton("", self)
            close.setAccessibleName(self.tr("Close"))
            close.setToolTip(self.tr("Close"))
            close.clicked.connect(self.close_toast)
            row.addWidget(close)

    def wanted_width(self) -> int:
        """Return the width, in px, at which the sentence stands whole."""
        return int(theme().metrics("body-medium").horizontalAdvance(self.words)) + self._beside() + 4

    def _beside(self) -> int:
        row = self.layout()
        buttons = sum(16 + button.sizeHint().width() for button in self.findChildren(ToastButton))
        margins = row.contentsMargins() if row is not None else self.contentsMargins()
        return buttons + margins.left() + margins.right()

    def fit(self, width: int) -> None:
        """Be as high as the sentence needs at this width, in px; the tool tip has what three lines don't hold."""
        metrics, room = QFontMetricsF(self.label.font()), width - self._beside()
        # Lines end at words, so that one never takes all its room.
        shown = elided(metrics, self.words, room * _MOST_LINES * 0.9)
        self.label.setText(breakable(shown))
        self.label.setToolTip(self.words if shown != self.words else "")
        self.setFixedHeight(max(theme().size("toast"), self.label.heightForWidth(room) + 2 * _AIR))

    @property
    def time_running(self) -> bool:
        """Whether the message is on its way out."""
        return self._timer.isActive()

    def _resume(self) -> None:
        if self._ends:
            self._timer.start(max(1000, self._left))

    def _hold(self) -> None:
        if self._timer.isActive():
            self._left = self._timer.remainingTime()
            self._timer.stop()

    def hold_for_focus(self, held: bool) -> None:
        """Stop the time while a part of the message has the focus, go on afterwards."""
        if held or self.underMouse():
            self._hold()
        else:
            self._resume()

    def enterEvent(self, event: QEnterEvent) -> None:
        """Stop the time while the mouse is over the message."""
        super().enterEvent(event)
        self._hold()

    def leaveEvent(self, event: QEvent) -> None:
        """Let the time go on."""
        super().leaveEvent(event)
        if not (self.action_button and self.action_button.hasFocus()):
            self._resume()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes the message that has the focus."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_toast()
        else:
            super().keyPressEvent(event)

    def _act(self) -> None:
        act, self._on_action = self._on_action, None
        self.close_toast()
        if act is not None:
            act()

    def close_toast(self) -> None:
        """Take the message away, once."""
        if self._closed:
            return
        self._closed = True
        self._timer.stop()
        self._ends = False
        self.hide()
        self.closed.emit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the dark box and its icon."""
        look = theme()
        painter = QPainter(self)
        rect = QRectF(self.rect())
        outline = look.colour("border") if look.high_contrast else None
        fill_box(painter, rect, look.tokens.radii["well"], look.colour("toast"), outline)
        size = 18
        draw_icon(painter, self._icon, 14, (rect.height() - size) / 2, size, look.colour(f"{self.tone}.toast"))


class ToastHost(QObject):
    """Shows toasts over a page, bottom centre, at most three; the oldest gives way.

    While a dialog is open in the page's window they lie over the dialog, where they cover none of its buttons.
    """

    def __init__(self, page: QWidget) -> None:
        """``page`` is the widget the messages lie over, usually the window's content."""
        super().__init__(page)
        self._page = page
        self._make_stack()
        page.installEventFilter(self)
        theme().changed.connect(self._fit_again)
        if isinstance(page, QStackedWidget):
            page.currentChanged.connect(lambda _at: self._place())  # Qt puts the new page before all else

    def _make_stack(self) -> None:
        self._stack = QWidget(self._page)
        self._column = QVBoxLayout(self._stack)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._stack.hide()
        self._toasts: list[Toast] = []

    @property
    def toasts(self) -> list[Toast]:
        """The messages on show, oldest first."""
        return list(self._toasts) if isValid(self._stack) else []

    def show_toast(
        self,
        words: str,
        tone: str = "ok",
        *,
        icon: str = "",
        action: str = "",
        on_action: Callable[[], object] | None = None,
    ) -> Toast:
        """Show a message, read it aloud, and return it; ``action`` is the text of its one button."""
        if not isValid(self._stack):  # went with a dialog that was deleted while it was open
            self._make_stack()
        self._page.window().installEventFilter(self)
        while len(self.toasts) >= MOST_TOASTS:
            self.toasts[0].close_toast()
        toast = Toast(words, tone, icon=icon, action=action, on_action=on_action, parent=self._stack)
        toast.closed.connect(lambda: self._gone(toast))
        self._column.addWidget(toast)
        self._toasts.append(toast)
        toast.show()
        self._place()
        self._fade_in(toast)
        announce(self._page, words, urgent=tone == "bad")
        return toast

    def show_undo(self, words: str, on_undo: Callable[[], object]) -> Toast:
        """Show what was done, with Undo."""
        return self.show_toast(words, action=self.tr("Undo"), on_action=on_undo)

    def _fade_in(self, toast: Toast) -> None:
        if theme().reduced_motion:
            return
        effect = QGraphicsOpacityEffect(toast)
        toast.setGraphicsEffect(effect)
        fade = QPropertyAnimation(effect, b"opacity", toast)
        fade.setDuration(theme().tokens.motion["fade-ms"])
        fade.setStartValue(0.0)
        fade.setEndValue(1.0)
        fade.finished.connect(lambda: toast.setGraphicsEffect(None))  # type: ignore[arg-type]  # None takes the effect away
        fade.start(QPropertyAnimation.DeletionPolicy.DeleteWhenStopped)

    def _gone(self, toast: Toast) -> None:
        self._toasts.remove(toast)
        self._column.removeWidget(toast)
        toast.deleteLater()
        self._place()

    def _place(self) -> None:
        shown = self.toasts
        self._stack.setVisible(bool(shown))
        if not shown:
            return
        dialog = Dialog.opened_in(self._page.window())
        under = dialog or self._page
        wanted = max(theme().px(_WIDTH), *(toast.wanted_width() for toast in shown))
        width = min(wanted, theme().px(_WIDEST), under.width() - 32)
        for toast in shown:
            toast.fit(width)
        size = QSize(width, sum(toast.height() for toast in shown) + 8 * (len(shown) - 1))
        if self._stack.parentWidget() is not under:
            self._stack.setParent(under)
            self._stack.show()
        self._stack.setGeometry(place_over(dialog, size) if dialog is not None else self._at_the_bottom(size))
        self._stack.raise_()

    def _fit_again(self) -> None:
        if isValid(self._stack):
            self._place()

    def _at_the_bottom(self, size: QSize) -> QRect:
        page = self._page
        return QRect(QPoint((page.width() - size.width()) // 2, page.height() - size.height() - EDGE), size)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in place when the page gets another size, or a dialog opens over it or closes."""
        if not isValid(self._stack):
            return False
        if event.type() == DIALOG_TURNED or (watched is self._page and event.type() == QEvent.Type.Resize):
            self._place()
        return False
