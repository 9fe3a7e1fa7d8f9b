"""The right half of taking a payment: the receipt exactly as it will print, and what happens to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QCoreApplication, QRectF, QSize, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from desktop.core.desk import Desk
from desktop.finance.receipt_print import SIZE_SETTING, picture_of
from desktop.widgets.background import run_in_background
from desktop.widgets.card import Line, Panel
from desktop.widgets.check import Check
from desktop.widgets.label import Label
from desktop.widgets.segmented import Segment, Segmented
from desktop.widgets.theme import theme
from shared.finance.receipt_content import Content
from shared.finance.receipt_paper import Size, receipt_pdf

_WIDTH, _HEIGHT, _LEAST = 320, 420, 240


def _tr(words: str) -> str:
    return QCoreApplication.translate("TakePaymentDialog", words)


class ReceiptPreview(QWidget):
    """The receipt's first page on a sunken ground."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.page = QImage()
        self.setAccessibleName(_tr("Receipt preview"))
        self.setMinimumHeight(_LEAST)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        """Return a height at which a page can be read; where text is large there is less room for it."""
        return QSize(_WIDTH, _HEIGHT)

    def show_page(self, page: QImage) -> None:
        """Show another page."""
        self.page = page
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the page."""
        look, painter = theme(), QPainter(self)
        painter.fillRect(self.rect(), look.colour("track"))
        if self.page.isNull():
            return
        room = QRectF(self.rect()).adjusted(16, 16, -16, -16)
        scale = min(room.width() / self.page.width(), room.height() / self.page.height())
        wide, high = self.page.width() * scale, self.page.height() * scale
        place = QRectF(room.center().x() - wide / 2, room.y(), wide, high)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(place, self.page)


def size_of(desk: Desk) -> Size:
    """Return the paper that this computer prints receipts on."""
    kept = str(desk.store.recall(SIZE_SETTING) or "")
    return Size(kept) if kept in list(Size) else Size.A5


class PreviewPanel(Panel):
    """``changed`` asks for a new drawing: other paper was chosen."""

    changed = Signal()

    def __init__(self, desk: Desk, students: Sequence[Mapping[str, Any]], parent: QWidget | None = None) -> None:
        super().__init__("sunken", parent)
        self._desk = desk
        self.setMinimumWidth(theme().px(_WIDTH))
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(0)
        head = QHBoxLayout()
        head.setContentsMargins(16, 10, 12, 10)
        head.addWidget(Label(_tr("Receipt preview"), "small-strong"))
        head.addStretch(1)
        self.size_choice = Segmented([Segment(str(one), str(one)) for one in Size], name=_tr("Paper"))
        self.size_choice.choose(str(size_of(desk)))
        self.size_choice.chosen_changed.connect(self._size_chosen)
        head.addWidget(self.size_choice)
        self.body.addLayout(head)
        self.body.addWidget(Line())
        self.preview = ReceiptPreview()
        self.body.addWidget(self.preview, 1)
        self.body.addWidget(Line())
        foot = QHBoxLayout()
        foot.setContentsMargins(16, 8, 16, 8)
        foot.setSpacing(14)
        self.prints = Check(_tr("Print"), checked=True)
        self._make_ways(students)
        for check in (self.prints, self.mails, self.texts):
            foot.addWidget(check)
        foot.addStretch(1)
        self.body.addLayout(foot)

    def _make_ways(self, students: Sequence[Mapping[str, Any]]) -> None:
        mail, phone = (any(one.get(name) for one in students) for name in ("email", "phone"))
        self.mails = Check(_tr("Email"), checked=mail)
        self.texts = Check(_tr("SMS"))
        part, many = (
            _tr("Each is told of the own part. The receipt names all, so it goes to whoever pays alone."),
            len(students) > 1,
        )
        no_mail = _tr("No mail address is known of them.") if many else _tr("No mail address is known of this student.")
        no_phone = (
            _tr("No phone number is known of them.") if many else _tr("No phone number is known of this student.")
        )
        for check, known, unknown in ((self.mails, mail, no_mail), (self.texts, phone, no_phone)):
            check.setEnabled(known)
            check.setToolTip(unknown if not known else part if many else "")

    def _size_chosen(self, size: str) -> None:
        self._desk.store.remember(SIZE_SETTING, size)
        self.changed.emit()

    def draw(self, content: Content) -> None:
        """Draw the receipt, beside the work."""
        size, width = Size(self.size_choice.chosen), round(2 * _WIDTH * self.devicePixelRatio())
        run_in_background(lambda: picture_of(receipt_pdf(content, size), width), self.preview.show_page, None, self)
