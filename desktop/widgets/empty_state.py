"""An empty state: what is empty, when it will fill, and one action."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from desktop.widgets.buttons import Button
from desktop.widgets.icons import draw_icon
from desktop.widgets.label import Label
from desktop.widgets.paint import fill_box
from desktop.widgets.theme import theme


class IconTile(QWidget):
    """A rounded tile with an icon, in the accent tint or the fill of a tone."""

    def __init__(
        self, icon: str, tone: str = "accent", *, side: int = 52, icon_size: int = 24, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._icon, self._tone, self._side, self._icon_size = icon, tone, side, icon_size
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return the tile's square."""
        return QSize(self._side, self._side)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint tile and icon."""
        look = theme()
        painter = QPainter(self)
        plain = self._tone == "accent"
        fill = look.colour("soft" if plain else f"{self._tone}.fill")
        colour = look.colour(self._tone)
        outline = colour if look.high_contrast else None
        radius = 12 if self._side > 40 else look.tokens.radii["well"]
        fill_box(painter, QRectF(self.rect()), radius, fill, outline)
        at = (self._side - self._icon_size) / 2
        draw_icon(painter, self._icon, at, at, self._icon_size, colour)


class EmptyState(QWidget):
    """Stands in the place of the list; a search without result offers to clear the filters."""

    def __init__(
        self,
        icon: str,
        title: str,
        text: str = "",
        *,
        action: str = "",
        action_icon: str = "",
        on_action: Callable[[], object] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 6, 16, 0)
        column.setSpacing(4)
        column.addStretch(1)
        column.addWidget(IconTile(icon), 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(6)
        self.title = Label(title, "section")
        self.title.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self.title)
        self.words = Label(text, "small", "muted", wrap=True)
        self.words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(1)
        column.addWidget(self.words)
        self.words.setVisible(bool(text))  # once it has a parent: without one it would be a window for a moment
        self.button: Button | None = None
        if action:
            column.addSpacing(15)
            self.button = Button(action, icon=action_icon, on_click=on_action)
            column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)

    def set_words(self, title: str, text: str = "") -> None:
        """Say something else: what was searched, for example."""
        self.title.setText(title)
        self.words.setText(text)
        self.words.setVisible(bool(text))
