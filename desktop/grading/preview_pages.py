"""Pages that are drawn one at a time: of a PDF, a picture, text or a document."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QAbstractTextDocumentLayout as Layout
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontMetricsF, QImage, QPainter, QTextDocument

from desktop.grading.preview_documents import ReadDocument
from desktop.grading.preview_text import COLUMNS, LINES, ReadText
from shared.core.errors import CampusError
from shared.core.text import text

A4 = QSizeF(595, 842)
"""A page in points; what has no pages of its own is laid out on these."""
_MARGIN = 48.0
_INK = QColor(27, 35, 51)
_LETTER = 9.5
"""The size of a document's letters on its page, in points."""


class Pages(QObject):
    """Something with pages: `ask` for one at a size in dots, `drawn` brings it (page from 0, size, picture)."""

    drawn = Signal(int, QSize, QImage)

    def count(self) -> int:
        """Return how many pages there are."""
        return 0

    def size(self, page: int) -> QSizeF:
        """Return the size of a page in points; A4 where nothing else is said."""
        return A4

    def ask(self, page: int, size: QSize) -> None:
        """Have a page drawn; it may come at once or later."""
        picture = QImage(size, QImage.Format.Format_RGB32)
        picture.fill(Qt.GlobalColor.white)
        painter = QPainter(picture)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        whole = self.size(page)
        painter.scale(size.width() / whole.width(), size.height() / whole.height())
        self.paint(painter, page)
        painter.end()
        self.drawn.emit(page, size, picture)

    def paint(self, painter: QPainter, page: int) -> None:
        """Paint a page in points; only for those that are drawn at once."""

    def words(self, _page: int) -> str:
        """Return the words on a page for a screen reader, an empty text where there are none to be had."""
        return ""

    def close(self) -> None:
        """Let go of what is open."""


class PdfPages(Pages):
    """The pages of a PDF, drawn by Qt's own module beside the window's thread."""

    def __init__(self, content: bytes, parent: QObject | None = None) -> None:
        """Raises CampusError `preview_broken`, `preview_locked` (it asks for a password)."""
        super().__init__(parent)
        from PySide6.QtPdf import QPdfDocument, QPdfPageRenderer

        # Parts go in the order in which they were made: first what draws beside this thread, and its content last.
        self._renderer = QPdfPageRenderer(self)
        self._document = QPdfDocument(self)
        buffer = QBuffer(self._document)
        buffer.setData(QByteArray(content))
        buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        self._document.load(buffer)
        if self._document.error() in {
            QPdfDocument.Error.IncorrectPassword,
            QPdfDocument.Error.UnsupportedSecurityScheme,
        }:
            words = text("This PDF is locked with a password. Ask for a copy without one, or open it outside.")
            raise CampusError("preview_locked", words)
        if self._document.status() != QPdfDocument.Status.Ready or not self._document.pageCount():
            raise CampusError("preview_broken", text("This PDF is damaged and can't be shown here."))
        self._renderer.setRenderMode(QPdfPageRenderer.RenderMode.MultiThreaded)
        self._renderer.setDocument(self._document)
        self._renderer.pageRendered.connect(self._rendered)

    def _rendered(self, page: int, size: QSize, picture: QImage) -> None:
        paper = QImage(size, QImage.Format.Format_RGB32)
        paper.fill(Qt.GlobalColor.white)
        painter = QPainter(paper)
        painter.drawImage(0, 0, picture)
        painter.end()
        self.drawn.emit(page, size, paper)

    def count(self) -> int:
        """Return how many pages the document has."""
        return self._document.pageCount()

    def size(self, page: int) -> QSizeF:
        """Return the size that the document tells, kept to what can be drawn."""
        found = self._document.pagePointSize(page)
        return QSizeF(min(10_000.0, max(20.0, found.width())), min(10_000.0, max(20.0, found.height())))

    def ask(self, page: int, size: QSize) -> None:
        """Have the page drawn."""
        self._renderer.requestPage(page, size)

    def words(self, page: int) -> str:
        """Return the words on a page."""
        return self._document.getAllText(page).text()

    def close(self) -> None:
        """Close the document."""
        self._renderer.setDocument(None)  # type: ignore[arg-type]  # Qt takes none, the stub doesn't say so
        self._document.close()


class PicturePages(Pages):
    """A picture as one page."""

    def __init__(self, picture: QImage, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._picture = picture

    def count(self) -> int:
        """Return one."""
        return 1

    def size(self, page: int) -> QSizeF:
        """Return the picture's size as dots of a screen."""
        return QSizeF(self._picture.size()) * 0.75

    def paint(self, painter: QPainter, page: int) -> None:
        """Paint the picture."""
        painter.drawImage(QRectF(0, 0, self.size(0).width(), self.size(0).height()), self._picture)


class TextPages(Pages):
    """Text and code in letters of one width, so many lines to a page."""

    def __init__(self, read: ReadText, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._read = read
        self._font = QFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self._font.setPixelSize(100)
        wide = QFontMetricsF(self._font).horizontalAdvance("M") * COLUMNS
        self._font.setPixelSize(max(4, int(100 * (A4.width() - 2 * _MARGIN) / max(1.0, wide))))
        self._scale = (A4.width() - 2 * _MARGIN) / (QFontMetricsF(self._font).horizontalAdvance("M") * COLUMNS)

    def count(self) -> int:
        """Return how many pages the lines fill."""
        return self._read.pages

    def paint(self, painter: QPainter, page: int) -> None:
        """Paint the lines of a page."""
        painter.setPen(_INK)
        painter.setFont(self._font)
        step = (A4.height() - 2 * _MARGIN) / LINES
        for at, line in enumerate(self._read.page(page)):
            painter.save()
            painter.translate(_MARGIN, _MARGIN + (at + 0.8) * step)
            painter.scale(self._scale, self._scale)
            painter.drawText(0, 0, line)
            painter.restore()

    def words(self, page: int) -> str:
        """Return the lines of a page."""
        return "\n".join(self._read.page(page))


class DocumentPages(Pages):
    """A document's readable text, laid out on pages in the bundled letters: the same on every computer."""

    def __init__(self, read: ReadDocument, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = QTextDocument(self)
        font = QFont(["Inter", "Noto Sans"])
        font.setPixelSize(round(_LETTER * 96 / 72))
        self._document.setDefaultFont(font)
        self._document.setDocumentMargin(_MARGIN * 96 / 72)
        self._document.setHtml(read.as_html())
        self._document.setPageSize(A4 * 96 / 72)

    def count(self) -> int:
        """Return how many pages the words fill."""
        return max(1, self._document.pageCount())

    def paint(self, painter: QPainter, page: int) -> None:
        """Paint the part of the document that is on a page."""
        high = self._document.pageSize().height()
        painter.scale(0.75, 0.75)
        painter.translate(0, -page * high)
        context = Layout.PaintContext()
        context.palette.setColor(context.palette.ColorRole.Text, _INK)
        context.clip = QRectF(0, page * high, self._document.pageSize().width(), high)
        painter.setClipRect(context.clip)
        self._document.documentLayout().draw(painter, context)

    def words(self, page: int) -> str:
        """Return all words, with the first page."""
        return self._document.toPlainText() if page == 0 else ""
