"""A document of an application as a tile: a sheet, its title, and what staff said of it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from desktop.widgets.icons import draw_icon
from desktop.widgets.paint import draw_text, fill_box, focus_ring
from desktop.widgets.theme import theme
from shared.admissions.vocabulary import DocumentCheck

_HIGH, _SHEET = 116, 44


class DocumentTile(QAbstractButton):
    """Opens the document; one that hasn't come in can't be opened."""

    def __init__(self, title: str, value: Any, check: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title, self._value = title, value
        self.look = self._look(check)
        self.setEnabled(bool(value))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(f"{title}, {self.look[0]}")
        name = str(value["name"]) if value else ""
        self.setToolTip(f"{title}: {name}" if name else title)

    def _look(self, check: str) -> tuple[str, str, str]:
        if check == DocumentCheck.UNREADABLE:
            return self.tr("Not readable"), "warn", "circle-alert"
        if not self._value:
            return self.tr("Not there"), "muted", "circle-dashed"
        state = self._value.get("state")
        if state == "quarantined":
            return self.tr("Put aside"), "bad", "circle-alert"
        if check == DocumentCheck.CHECKED:
            return self.tr("Checked"), "ok", "check"
        return (self.tr("New"), "info", "eye") if state == "stored" else (self.tr("On its way"), "info", "refresh-cw")

    def sizeHint(self) -> QSize:
        """Return a tile."""
        return QSize(110, theme().px(_HIGH))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the sheet and the words."""
        look, painter, rect = theme(), QPainter(self), QRectF(self.rect())
        words, tone, icon = self.look
        edge = look.colour("warn" if tone == "warn" else "bad" if tone == "bad" else "line")
        fill_box(painter, rect, look.tokens.radii["well"], look.colour("sunken"), edge, 1.5 if tone == "warn" else 1.0)
        sheet = QRectF(rect.center().x() - _SHEET / 2, 12, _SHEET, _SHEET * 1.25)
        fill_box(painter, sheet, 3, look.colour("surface"), look.colour("border"))
        for at in range(5):
            wide = _SHEET - (22 if at == 4 else 14)
            painter.fillRect(QRectF(sheet.x() + 7, sheet.y() + 10 + 8 * at, wide, 2), look.colour("border"))
        top = rect.bottom() - look.px(42)
        box = QRectF(10, top, rect.width() - 20, look.px(18))
        draw_text(painter, box, self._title, "small-strong", look.colour("text" if self.isEnabled() else "muted"))
        below = box.translated(0, look.px(18))
        draw_icon(painter, icon, below.x(), below.center().y() - 6, 12, look.colour(tone))
        draw_text(painter, below.adjusted(17, 0, 0, 0), words, "small", look.colour(tone))
        if self.hasFocus():
            focus_ring(painter, rect, look.tokens.radii["well"])
