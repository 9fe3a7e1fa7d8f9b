"""The command palette: finds people, pages and commands as you type, by keyboard and by mouse."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QKeyEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop.shell.palette_source import Found, group_words
from desktop.widgets.announce import announce
from desktop.widgets.avatar import draw_initials, draw_photo
from desktop.widgets.buttons import Kind, icon_button
from desktop.widgets.dialog import Dialog
from desktop.widgets.icons import draw_icon
from desktop.widgets.key_cap import KeyCap, KeyHint
from desktop.widgets.label import IconLabel, Label
from desktop.widgets.paint import draw_text, fill_box
from desktop.widgets.text_field import TextField
from desktop.widgets.theme import theme

WIDTH, TOP = 640, 110
Finder = Callable[[str], list[Found]]


class PaletteRow(QAbstractButton):
    """One result, the matched letters in bold."""

    def __init__(self, found: Found, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.found = found
        image = found.photo() if found.photo is not None else None
        self._photo = None if image is None else QPixmap.fromImage(image)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCheckable(True)
        self.setAccessibleName(", ".join(part for part in (found.title, found.detail, found.keys) if part))

    def nextCheckState(self) -> None:
        """Leave it to the palette which row is selected."""

    def sizeHint(self) -> QSize:
        """Return a row 38 px high."""
        return QSize(200, theme().px(38))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint sign, title, detail and key."""
        look = theme()
        painter = QPainter(self)
        rect = QRectF(self.rect())
        if self.isChecked():
            fill_box(painter, rect, look.tokens.radii["control"], look.colour("sel"))
        elif self.underMouse():
            fill_box(painter, rect, look.tokens.radii["control"], look.colour("hover"))
        middle = rect.height() / 2
        face = QRectF(11, middle - 12, 24, 24)
        if self._photo is not None:
            draw_photo(painter, face, self._photo)
        elif self.found.number:
            draw_initials(painter, face, self.found.title, self.found.number)
        else:
            draw_icon(painter, self.found.icon, 15, middle - 8, 16, look.colour("text2"))
        right = self._paint_key(painter, rect)
        left = self._paint_title(painter, QRectF(47, 0, right - 47, rect.height()))
        if right - left > 40:
            box = QRectF(left + 10, 0, right - left - 10, rect.height())
            draw_text(painter, box, self.found.detail, "small", look.colour("text2"))

    def _paint_key(self, painter: QPainter, rect: QRectF) -> float:
        if not self.found.keys:
            return rect.width() - 12
        look = theme()
        wide = look.metrics("tiny-strong").horizontalAdvance(self.found.keys) + 12
        cap = QRectF(rect.width() - wide - 12, (rect.height() - 18) / 2, wide, 18)
        fill_box(painter, cap, look.tokens.radii["key"], look.colour("raised"), look.colour("border"))
        draw_text(painter, cap, self.found.keys, "tiny-strong", look.colour("text2"), Qt.AlignmentFlag.AlignHCenter)
        return cap.x() - 10

    def _paint_title(self, painter: QPainter, box: QRectF) -> float:
        """Paint the title in pieces, plain and bold; returns where it ends."""
        look = theme()
        left = box.x()
        for piece, bold in self.pieces():
            step = "body-strong" if bold else "body"
            width = look.metrics(step).horizontalAdvance(piece)
            part = QRectF(left, box.y(), min(width + 1, max(0.0, box.right() - left)), box.height())
            if part.width() > 0:
                draw_text(painter, part, piece, step, look.colour("text"))
            left += width
        return min(left, box.right())

    def pieces(self) -> list[tuple[str, bool]]:
        """Return the title in pieces with whether each is bold."""
        title, at = self.found.title, 0
        made: list[tuple[str, bool]] = []
        for start, end in self.found.spans:
            made += [(title[at:start], False), (title[start:end], True)]
            at = end
        made.append((title[at:], False))
        return [piece for piece in made if piece[0]]


class CommandPalette(Dialog):
    """640 px wide, 110 px from the top; ``finder`` gives the rows for what is typed."""

    needs = ()

    def __init__(self, window: QWidget, finder: Finder) -> None:
        self._finder = finder
        self.rows: list[PaletteRow] = []
        self.at = 0
        super().__init__(window, self.tr("Find a person, page or command"), width=WIDTH, padded=False)
        outer = self.layout()
        if isinstance(outer, QVBoxLayout):
            outer.setContentsMargins(24, TOP, 24, 24)
            outer.addStretch(1)
        self._results = QVBoxLayout()
        self._results.setContentsMargins(8, 8, 8, 8)
        self._results.setSpacing(0)
        self.add(self._results)
        self.foot_words(self._make_hints())

    def _make_hints(self) -> QWidget:
        hints = QWidget()
        row = QHBoxLayout(hints)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        for key, what in (("↑ ↓", self.tr("to move")), ("Enter", self.tr("to open")), (">", self.tr("commands only"))):
            row.addWidget(KeyHint(key, what))
        return hints

    def _make_head(self, title: str, subtitle: str, icon: str) -> QLayout:
        head = QHBoxLayout()
        head.setContentsMargins(18, 9, 18, 9)
        head.setSpacing(12)
        head.addWidget(IconLabel("search", "accent", 20))
        self.field = TextField(placeholder=title, name=title)
        self.field.setProperty("bare", True)
        letters = QFont(theme().font("dialog-title"))
        letters.setWeight(QFont.Weight.Normal)
        self.field.setFont(letters)
        self.field.textChanged.connect(lambda _text: self.refresh())
        head.addWidget(self.field, 1)
        head.addWidget(KeyCap("Esc"))
        self.title, self.subtitle = Label(title), Label(subtitle)
        self.close_button = icon_button("x", self.tr("Close"), kind=Kind.QUIET, on_click=self.reject)
        for unused in (self.title, self.subtitle, self.close_button):
            unused.setParent(self)
            unused.hide()
        return head

    def open_dialog(self) -> bool:
        """Open with an empty field and the places most used."""
        self.field.clear()
        self.refresh()
        return super().open_dialog()

    def first_focus(self) -> QWidget:
        """Return the field."""
        return self.field

    def refresh(self) -> None:
        """Show what is found for the present text; the first row is selected."""
        while self._results.count():
            item = self._results.takeAt(0)
            widget = item.widget() if item else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.rows = []
        group = None
        for found in self._finder(self.field.text()):
            if found.group is not group:
                group = found.group
                head = Label(group_words(group), "tiny-strong", "text2")
                head.setContentsMargins(11, 8 if self.rows else 4, 0, 4)
                self._results.addWidget(head)
            self._add(found)
        if not self.rows:
            words = self.tr("Nothing found for “{text}”. Try the start of a name or a number.")
            nothing = Label(words.format(text=self.field.text().strip()), "body", "muted", wrap=True)
            nothing.setContentsMargins(11, 12, 11, 12)
            self._results.addWidget(nothing)
        self._select(0)

    def _add(self, found: Found) -> None:
        row = PaletteRow(found)
        row.clicked.connect(lambda _=False, row=row: self.run(row))
        self.rows.append(row)
        self._results.addWidget(row)

    def _select(self, at: int) -> None:
        self.at = max(0, min(at, len(self.rows) - 1))
        for place, row in enumerate(self.rows):
            row.setChecked(place == self.at)
        if self.rows and self.isVisible():
            announce(self.field, self.rows[self.at].accessibleName())

    def run(self, row: PaletteRow) -> None:
        """Close, then do what the row stands for."""
        self.accept()
        row.found.run()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move and open; letters go to the field."""
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 6, Qt.Key.Key_PageUp: -6}
        key = Qt.Key(event.key())
        if key in step:
            self._select(self.at + step[key])
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            if self.rows:
                self.run(self.rows[self.at])
        else:
            super().keyPressEvent(event)
