"""The comments below a preview: numbered, chosen by keyboard and mouse, written in their place, moved and removed."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QMenu, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from desktop.grading.preview_pins import RADIUS, Pin, draw_number, time_words
from desktop.widgets.buttons import Button, Kind, icon_button
from desktop.widgets.key_cap import KeyHint
from desktop.widgets.label import Label
from desktop.widgets.layouts import show_part
from desktop.widgets.paint import draw_text, fill_box, focus_ring
from desktop.widgets.text_field import NoteField
from desktop.widgets.theme import theme

_MOST_HIGH = 150
_Key = Qt.Key


class CommentRow(QAbstractButton):
    """One comment: its number, words and place; Enter or a click goes there, the menu changes it."""

    menu_asked = Signal()

    def __init__(self, pin: Pin, detail: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pin, self.detail = pin, detail
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Comment {n}: {words}").format(n=pin.number, words=pin.words))
        self.setAccessibleDescription(detail)
        self.setToolTip(pin.words)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 8, 0)
        row.addStretch(1)
        self.more = icon_button("ellipsis", self.tr("More"), "Space", kind=Kind.QUIET, on_click=self.menu_asked.emit)
        show_part(self.more, pin.mine)
        row.addWidget(self.more)

    def sizeHint(self) -> QSize:
        """Return two lines."""
        return QSize(200, theme().px(48))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes there, Space opens the menu."""
        if event.key() in {_Key.Key_Return, _Key.Key_Enter} and not event.modifiers():
            self.click()
        elif event.key() == _Key.Key_Space and self.pin.mine:
            self.menu_asked.emit()
        else:
            event.ignore()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the box, the number and the words."""
        look = theme()
        painter = QPainter(self)
        rect = QRectF(self.rect())
        fill_box(painter, rect, look.tokens.radii["well"], look.colour("warn.fill"))
        draw_number(painter, QPointF(14 + RADIUS, rect.height() / 2), self.pin.number)
        left, line = 28 + 2 * RADIUS, look.px(17)
        top = (rect.height() - 2 * line) / 2
        wide = rect.width() - left - 48
        words = " ".join(self.pin.words.split())
        draw_text(painter, QRectF(left, top, wide, line), words, "body-strong", look.colour("text"))
        draw_text(painter, QRectF(left, top + line, wide, line), self.detail, "small", look.colour("text2"))
        if self.hasFocus():
            focus_ring(painter, rect, look.tokens.radii["well"])


class CommentField(NoteField):
    """Where a comment is written: Enter keeps it, Shift Enter begins a line, Esc leaves it."""

    kept = Signal()
    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keep or leave; Ctrl Enter stays the page's."""
        enter = event.key() in {_Key.Key_Return, _Key.Key_Enter}
        if enter and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            self.kept.emit()
        elif event.key() == _Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)


class CommentList(QWidget):
    """Tells what is asked of comments: `go_asked`, `edit_asked`, `move_asked`, `remove_asked` with the id."""

    go_asked = Signal(str)
    edit_asked = Signal(str)
    move_asked = Signal(str)
    remove_asked = Signal(str)
    written = Signal(str)
    writing_ended = Signal()
    add_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 14, 8)
        column.setSpacing(6)
        self.letters = True
        self.rows: list[CommentRow] = []
        self._inner = QWidget()
        self._inner.setProperty("plain", True)
        self._rows = QVBoxLayout(self._inner)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(6)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setWidget(self._inner)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column.addWidget(self._scroll)
        self.field = CommentField(placeholder=self.tr("Write a comment"), lines=2, name=self.tr("Comment"))
        self.field.kept.connect(self._keep)
        self.field.left.connect(self.stop_writing)
        self.field.hide()
        column.addWidget(self.field)
        self.count = Label("", "small-medium", "text2")
        foot = QHBoxLayout()
        foot.addWidget(self.count)
        foot.addStretch(1)
        self.hint = KeyHint("C", self.tr("add a comment"))
        self.keep_hint = KeyHint("Enter", self.tr("keep the comment"))
        self.keep_hint.hide()
        self.keep = Button(self.tr("Keep comment"), small=True, on_click=self._keep)
        self.keep.hide()
        for part in (self.hint, self.keep_hint, self.keep):
            foot.addWidget(part)
        column.addLayout(foot)

    def show_pins(self, pins: Sequence[Pin], sees: str, *, may_add: bool, page: int | None = None) -> None:
        """Show the comments of a page (None: of all pages); `sees` says who sees them and when."""
        for row in self.rows:
            self._rows.removeWidget(row)
            row.hide()
            row.deleteLater()
        shown = [pin for pin in pins if page is None or pin.place is None or pin.place.page == page]
        self.rows = []
        for pin in shown:
            row = CommentRow(pin, " · ".join(part for part in (self._where(pin), pin.author, sees) if part), self)
            row.clicked.connect(partial(self.go_asked.emit, pin.id))
            row.menu_asked.connect(partial(self._open_menu, row))
            self._rows.addWidget(row)
            self.rows.append(row)
        self._scroll.setVisible(bool(shown))
        self._scroll.setFixedHeight(min(_MOST_HIGH, len(shown) * (theme().px(48) + 6)))
        self.count.setText(self._count_words(len(shown), len(pins), page))
        self.hint.setVisible(may_add and self.letters and not self.writing)

    def show_placing(self) -> None:
        """Say how a place is found."""
        self.count.setText(self.tr("Click or drag, or move it by arrows. Enter takes the place, Esc leaves it."))
        self.hint.hide()

    def _where(self, pin: Pin) -> str:
        if pin.time_ms is not None:
            return self.tr("At {time}").format(time=time_words(pin.time_ms))
        if pin.place is not None:
            return self.tr("Page {n}").format(n=pin.place.page + 1)
        return self.tr("On the whole work")

    def _count_words(self, shown: int, every: int, page: int | None) -> str:
        if not every:
            return self.tr("No comments yet")
        if page is None:
            return self.tr("1 comment") if every == 1 else self.tr("{n} comments").format(n=every)
        here = self.tr("1 comment on this page") if shown == 1 else self.tr("{n} comments on this page").format(n=shown)
        return here if shown == every else self.tr("{here}, {n} in all").format(here=here, n=every)

    # ---------------------------------------------------------------------------------------------------- writing

    @property
    def writing(self) -> bool:
        """Whether a comment is being written."""
        return not self.field.isHidden()

    def write(self, words: str = "") -> None:
        """Open the field."""
        self.field.setPlainText(words)
        for part in (self.field, self.keep_hint, self.keep):
            part.show()
        self.hint.hide()
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        self.field.selectAll()

    def stop_writing(self) -> None:
        """Close the field without keeping."""
        if self.writing:
            self.field.clear()
            for part in (self.field, self.keep_hint, self.keep):
                part.hide()
            self.hint.setVisible(self.letters)
            self.writing_ended.emit()

    def _keep(self) -> None:
        words = self.field.toPlainText().strip()
        if words:
            self.written.emit(words)
        self.stop_writing()

    def menu(self, pin: Pin) -> QMenu:
        """Return what can be done with a comment."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self.tr("Change the words"), partial(self.edit_asked.emit, pin.id))
        if pin.place is not None or pin.time_ms is not None:
            move = self.tr("Move it") if pin.place is not None else self.tr("Move it to this time")
            menu.addAction(move, partial(self.move_asked.emit, pin.id))
        menu.addSeparator()
        menu.addAction(self.tr("Remove"), partial(self.remove_asked.emit, pin.id))
        return menu

    def _open_menu(self, row: CommentRow) -> None:
        self.menu(row.pin).popup(row.more.mapToGlobal(QPoint(0, row.more.height() + 2)))
