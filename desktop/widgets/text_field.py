"""One-line text fields: plain, password and search, with a leading icon where it helps."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from desktop.widgets import icons
from desktop.widgets.icons import draw_icon
from desktop.widgets.theme import theme
from shared.core.hidden_letters import seen

_ICON_ROOM = 26
_SEARCH_DELAY_MS = 80


class TextField(QLineEdit):
    """A text field; ``sized`` is empty (32 px), ``sign-in`` (40), ``amount`` (48) or ``kiosk`` (56).

    Letters that nobody sees, which come along with what is pasted, are left out.
    """

    def __init__(
        self,
        text: str = "",
        *,
        placeholder: str = "",
        icon: str = "",
        sized: str = "",
        name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self._icon = icon
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(name or placeholder)
        if sized:
            self.setProperty("sized", sized)
        if icon:
            self.setTextMargins(_ICON_ROOM, 0, 0, 0)
        self.textEdited.connect(self._leave_out_hidden)

    def _leave_out_hidden(self, typed: str) -> None:
        kept = seen(typed)
        if kept != typed and self.echoMode() == QLineEdit.EchoMode.Normal:
            place = len(seen(typed[: self.cursorPosition()]))
            self.setText(kept)
            self.setCursorPosition(place)

    @property
    def unread_words(self) -> str:
        """The sentence for what stands here where it can't be read; a field of plain words reads everything."""
        return ""

    def set_invalid(self, invalid: bool) -> None:
        """Show or take away the red outline; ``Field.set_error`` does this together with the sentence."""
        if bool(self.property("invalid")) != invalid:
            self.setProperty("invalid", invalid)
            self.style().unpolish(self)
            self.style().polish(self)

    def sizeHint(self) -> QSize:
        """Return a width for about twenty letters."""
        return QSize(theme().px(200), super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Let the field shrink to 80 px."""
        return QSize(theme().px(80), super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the field, then its icon."""
        super().paintEvent(event)
        if self._icon:
            look = theme()
            size = look.tokens.sizes["icon"]
            left = 8.0
            if self.layoutDirection() is Qt.LayoutDirection.RightToLeft:
                left = self.width() - 8 - size
            draw_icon(QPainter(self), self._icon, left, (self.height() - size) / 2, size, look.colour("text2"))


class PasswordField(TextField):
    """Hides what is typed; the eye at its end shows it for as long as it is pressed in."""

    def __init__(self, *, icon: str = "lock", sized: str = "", name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(icon=icon, sized=sized, name=name, parent=parent)
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self._eye = QAction(self)
        self._eye.setCheckable(True)
        self._eye.setToolTip(self.tr("Show the password"))
        self._eye.setIcon(icons.icon("eye", "text2"))
        self._eye.toggled.connect(self._show_letters)
        self.addAction(self._eye, QLineEdit.ActionPosition.TrailingPosition)

    def _show_letters(self, shown: bool) -> None:
        self.setEchoMode(QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password)
        self._eye.setToolTip(self.tr("Hide the password") if shown else self.tr("Show the password"))


class SearchField(TextField):
    """A search field: ``searched`` follows the typing after 80 ms, Enter and Down go to the results at once."""

    searched = Signal(str)
    jump = Signal(str)  # Enter: go to the first result
    left_down = Signal()  # Down: the results take the focus

    def __init__(self, placeholder: str = "", *, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(placeholder=placeholder, icon="search", name=name, parent=parent)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SEARCH_DELAY_MS)
        self._timer.timeout.connect(self._send)
        self._sent = ""
        self.textChanged.connect(lambda _text: self._timer.start())

    def _send(self) -> None:
        self._timer.stop()
        text = self.text().strip()
        if text != self._sent:
            self._sent = text
            self.searched.emit(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter jumps, Down leaves to the results, Esc empties a field that is not empty."""
        key = event.key()
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if plain and key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._send()
            self.jump.emit(self.text().strip())
        elif key == Qt.Key.Key_Down:
            self._send()
            self.left_down.emit()
        elif key == Qt.Key.Key_Escape and self.text():
            self.clear()
            self._send()
        else:
            super().keyPressEvent(event)


class NoteField(QPlainTextEdit):
    """A field of several lines; Tab moves on.

    ``most`` letters are kept of it: what is longer stays in the field, and ``unread_words`` says so. Letters that
    nobody sees are left out of what is pasted.
    """

    def __init__(
        self,
        text: str = "",
        *,
        placeholder: str = "",
        lines: int = 3,
        name: str = "",
        most: int | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self._most = most
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(name or placeholder)
        self.setTabChangesFocus(True)
        self.setFixedHeight(round(theme().metrics("body").lineSpacing() * lines) + 24)

    @property
    def unread_words(self) -> str:
        """The sentence for a text that is longer than is kept."""
        count = len(self.toPlainText().strip())
        if self._most is None or count <= self._most:
            return ""
        words = self.tr("This has {n} letters. At most {most} are kept.")
        return words.format(n=f"{count:,}", most=f"{self._most:,}")

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Paste plain text without the letters that nobody sees."""
        self.insertPlainText(seen(source.text(), lines=True))

    def set_invalid(self, invalid: bool) -> None:
        """Show or take away the red outline."""
        self.setProperty("invalid", invalid)
        self.style().unpolish(self)
        self.style().polish(self)
