"""The five steps of an application as a strip: what is done, where it stands, and what comes."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.admissions.words import step_words
from desktop.widgets.icons import draw_icon
from desktop.widgets.paint import draw_text, fill_box
from desktop.widgets.theme import theme
from shared.admissions.rules import Step

_SIDE, _LONGEST = 18, 560
_STEPS = tuple(Step)


class StepStrip(QWidget):
    """Shows how far an application is; ``current`` None with ``ended`` False: all is done."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.current: Step | None = Step.RECEIVED
        self.ended = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return a circle and a word below it."""
        return QSize(360, theme().px(44))

    def show_step(self, current: Step | None, *, ended: bool = False) -> None:
        """Show where an application stands; `ended`: it was declined or withdrawn at its decision."""
        self.current, self.ended = current, ended
        names = ", ".join(f"{step_words(one)}: {self._said(at)}" for at, one in enumerate(_STEPS))
        self.setAccessibleName(names)
        self.update()

    @property
    def place(self) -> int:
        """How many steps are done."""
        if self.current is not None:
            return _STEPS.index(self.current)
        return len(_STEPS) - 2 if self.ended else len(_STEPS)

    def _said(self, at: int) -> str:
        if at < self.place:
            return self.tr("done")
        return self.tr("now") if at == self.place and not self.ended else self.tr("to come")

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint circles, lines and words."""
        look, painter = theme(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        wide = min(self.width(), look.px(_LONGEST)) / len(_STEPS)
        for at, step in enumerate(_STEPS):
            left = at * wide
            if at + 1 < len(_STEPS):
                painter.setPen(QPen(look.colour("ok.solid" if at < self.place else "line"), 2))
                middle = 1 + _SIDE / 2
                painter.drawLine(round(left + _SIDE + 6), round(middle), round(left + wide - 6), round(middle))
            self._paint_circle(painter, QRectF(left, 1, _SIDE, _SIDE), at)
            now = at == self.place and not self.ended
            tone = look.colour("text" if at < self.place or now else "muted")
            box = QRectF(left, _SIDE + 6, wide - 4, look.px(18))
            draw_text(painter, box, step_words(step), "small-medium" if now else "small", tone)

    def _paint_circle(self, painter: QPainter, box: QRectF, at: int) -> None:
        look = theme()
        if at < self.place:
            fill_box(painter, box, _SIDE / 2, look.colour("ok.solid"))
            draw_icon(painter, "check", box.x() + 3, box.y() + 3, 12, look.colour("white"))
            return
        now = at == self.place and not self.ended
        fill = look.colour("solid") if now else None
        fill_box(painter, box, _SIDE / 2, fill, None if now else look.colour("strong"), 1.2)
        colour = look.colour("white" if now else "muted")
        draw_text(painter, box, str(at + 1), "small-medium", colour, Qt.AlignmentFlag.AlignHCenter)
