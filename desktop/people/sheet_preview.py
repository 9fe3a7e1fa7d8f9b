"""Shows the sheets of a PDF one at a time, as they will be printed."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop.widgets.buttons import Kind, icon_button
from desktop.widgets.label import Label
from desktop.widgets.theme import theme


class _Sheet(QWidget):
    """Paints one page, as large as fits."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.image: QImage | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(260, 300)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the page on white with a thin edge."""
        if self.image is None or self.image.isNull():
            return
        painter = QPainter(self)
        size = self.image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        rect = QRectF((self.width() - size.width()) / 2, 0, size.width(), size.height())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(rect, Qt.GlobalColor.white)
        painter.drawImage(rect, self.image)
        painter.setPen(theme().colour("border"))
        painter.drawRect(rect.adjusted(0, 0, -1, -1))


class SheetPreview(QWidget):
    """``show_pdf`` gives it a document; the page on show stays where there are still as many."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document: QObject | None = None
        self._buffer: QBuffer | None = None
        self.page = 0
        self.pages = 0
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self.sheet = _Sheet()
        column.addWidget(self.sheet, 1)
        foot = QHBoxLayout()
        foot.addStretch(1)
        self.before = icon_button(
            "chevron-left", self.tr("Sheet before"), kind=Kind.QUIET, on_click=lambda: self.turn(-1)
        )
        self.words = Label("", "small", "text2")
        self.after = icon_button("chevron-right", self.tr("Next sheet"), kind=Kind.QUIET, on_click=lambda: self.turn(1))
        for part in (self.before, self.words, self.after):
            foot.addWidget(part)
        foot.addStretch(1)
        column.addLayout(foot)
        self._show()

    def show_pdf(self, content: bytes | None) -> None:
        """Show another document, or nothing."""
        self._document = self._buffer = None
        self.pages = 0
        if content:
            from PySide6.QtPdf import QPdfDocument

            self._buffer = QBuffer(self)
            self._buffer.setData(QByteArray(content))
            self._buffer.open(QIODevice.OpenModeFlag.ReadOnly)
            document = QPdfDocument(self)
            document.load(self._buffer)
            self._document, self.pages = document, document.pageCount()
        self.page = max(0, min(self.page, self.pages - 1))
        self._show()

    def turn(self, by: int) -> None:
        """Go to another sheet."""
        self.page = max(0, min(self.page + by, self.pages - 1))
        self._show()

    def _show(self) -> None:
        from PySide6.QtPdf import QPdfDocument

        self.before.setEnabled(self.page > 0)
        self.after.setEnabled(self.page < self.pages - 1)
        for button in (self.before, self.after):
            button.setVisible(self.pages > 1)
        if not isinstance(self._document, QPdfDocument) or not self.pages:
            self.words.setText("")
            self.sheet.image = None
            self.sheet.update()
            return
        words = self.tr("Sheet {page} of {pages}").format(page=self.page + 1, pages=self.pages)
        self.words.setText(words)
        self.sheet.setAccessibleName(words)
        whole = self._document.pagePointSize(self.page).toSize()
        ratio = self.devicePixelRatioF()
        most = QSize(round(self.sheet.width() * ratio), round(self.sheet.height() * ratio))
        self.sheet.image = self._document.render(self.page, whole.scaled(most, Qt.AspectRatioMode.KeepAspectRatio))
        self.sheet.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Render the page as sharp as its new size asks for."""
        super().resizeEvent(event)
        self._show()
