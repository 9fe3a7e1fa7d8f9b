"""The right side of the cash desk: last receipts, the own drawer, notes, and what waits for a second person."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QCoreApplication, QRectF, QSize, Signal
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.finance.account_store import currency_of
from desktop.finance.till_store import ReceiptLine, drawer_of, notes_of
from desktop.timetable.times import local, short_day, zone_of
from desktop.widgets.badge import Badge
from desktop.widgets.buttons import Kind, icon_button, link, secondary
from desktop.widgets.card import Card, Line
from desktop.widgets.icons import draw_icon
from desktop.widgets.label import Label
from desktop.widgets.list_row import RowContent, RowList
from desktop.widgets.paint import draw_text, focus_ring
from desktop.widgets.theme import theme
from shared.core.money import money_text, short_amount
from shared.finance.shift_rules import method_words
from shared.finance.vocabulary import Method, RequestKind

_SHOWN = (Method.CASH, Method.CARD, Method.MOBILE_MONEY, Method.BANK_TRANSFER, Method.CHEQUE)


def _tr(words: str) -> str:
    return QCoreApplication.translate("CashDeskSide", words)


class ReceiptRow(QAbstractButton):
    """One receipt: number, day and method, amount; a voided one is struck through."""

    def __init__(self, line: ReceiptLine, detail: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.line, self.detail = line, detail
        self.setFocusPolicy(self.focusPolicy().StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        amount = money_text(line.amount, line.currency)
        self.setAccessibleName(f"{line.number}, {detail}, {amount}")

    def sizeHint(self) -> QSize:
        """Return two lines."""
        return QSize(theme().px(200), theme().px(40))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the row."""
        look, painter = theme(), QPainter(self)
        rect = QRectF(self.rect())
        if self.underMouse():
            painter.fillRect(rect, look.colour("hover"))
        draw_icon(painter, "receipt", 0, (rect.height() - 16) / 2, 16, look.colour("text2"))
        tone = "muted" if self.line.voided else "text"
        high = look.px(17)
        top = (rect.height() - 2 * high) / 2
        amount = short_amount(self.line.amount, self.line.currency)
        wide = look.metrics("body-strong").horizontalAdvance(amount) + 4
        words = QRectF(26, top, rect.width() - 26 - wide, high)
        draw_text(painter, words, self.line.number, "body-medium", look.colour(tone))
        draw_text(painter, words.translated(0, high), self.detail, "small", look.colour("text2"))
        box = QRectF(rect.width() - wide, 0, wide, rect.height())
        draw_text(painter, box, amount, "body-strong", look.colour(tone))
        if self.line.voided:
            self._strike(painter, words, self.line.number, "body-medium")
            self._strike(painter, box, amount, "body-strong")
        if self.hasFocus():
            focus_ring(painter, rect, look.tokens.radii["key"])

    @staticmethod
    def _strike(painter: QPainter, box: QRectF, words: str, step: str) -> None:
        look = theme()
        font: QFont = look.font(step)
        painter.setFont(font)
        wide = look.metrics(step).horizontalAdvance(words)
        middle = box.center().y() + 1
        painter.fillRect(QRectF(box.x(), middle, wide, 1), look.colour("muted"))


class ReceiptsCard(Card):
    """The last receipts; ``opened`` gives the line that was pressed, ``print_asked`` the one to print again."""

    opened = Signal(object)
    print_asked = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(_tr("Last receipts"), parent=parent)
        self._desk = desk
        self.body.setSpacing(8)
        self.add(Line())
        self._list = QVBoxLayout()
        self._list.setSpacing(4)
        self.add(self._list)
        self.rows: list[ReceiptRow] = []

    def show_lines(self, lines: Sequence[ReceiptLine]) -> None:
        """Show receipts."""
        while self._list.count():
            item = self._list.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.rows = []
        zone = zone_of(self._desk)
        for line in lines:
            methods = ", ".join(method_words(one).lower() for one in line.methods)
            detail = ", ".join([short_day(local(line.day, zone).date()), methods])
            if line.voided:
                detail = _tr("Voided")
            elif line.void_asked:
                detail = _tr("Void waits")
            elif line.unconfirmed:
                detail = f"{_tr('Not confirmed')}, {detail}"  # first, where it isn't cut
            self._list.addWidget(self._row(line, detail))
        if not lines:
            self._list.addWidget(Label(_tr("No receipts yet."), "small", "muted"))

    def _row(self, line: ReceiptLine, detail: str) -> QWidget:
        part = QWidget()
        row = QHBoxLayout(part)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        shown = ReceiptRow(line, detail)
        shown.clicked.connect(lambda _on=False: self.opened.emit(line))
        self.rows.append(shown)
        row.addWidget(shown, 1)
        name = _tr("Print {number} again").format(number=line.number)
        row.addWidget(icon_button("printer", name, kind=Kind.QUIET, on_click=lambda: self.print_asked.emit(line)))
        return part


class DrawerCard(Card):
    """The own drawer: what each method brought, and what can be done with it."""

    def __init__(self, desk: Desk, acts: Mapping[str, Callable[[], object]], parent: QWidget | None = None) -> None:
        super().__init__(_tr("Your drawer"), parent=parent)
        self._desk = desk
        self.body.setSpacing(8)
        self.badge = Badge("")
        if self.head is not None:
            self.head.add_after_title(self.badge)
        self.add(Line())
        self._lines = QVBoxLayout()
        self._lines.setSpacing(6)
        self.add(self._lines)
        self.words = Label("", "small", "muted", wrap=True)
        self.add(self.words)
        self.till_button = secondary(_tr("Make this computer a till"), "monitor", acts["till"]).stretch()
        self.open_button = secondary(_tr("Open the drawer"), "coins", acts["open"]).stretch()
        self.close_button = secondary(_tr("Count and close"), "lock", acts["close"]).stretch()
        for button in (self.till_button, self.open_button, self.close_button):
            self.add(button)
        more = QHBoxLayout()
        self.move_link, self.report_link = link(_tr("Move cash"), acts["move"]), link(_tr("X report"), acts["report"])
        more.addWidget(self.move_link)
        more.addStretch(1)
        more.addWidget(self.report_link)
        self.add(more)
        self.shown: dict[str, str] = {}

    def show_drawer(self, till: Mapping[str, Any] | None, shift: Mapping[str, Any] | None, problem: str) -> None:
        """Show till and drawer; `problem` says why no money can be taken."""
        while self._lines.count():
            item = self._lines.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        ready = till is not None and not problem
        open_ = ready and shift is not None
        self.badge.set_state(_tr("Open") if open_ else _tr("Closed"), "ok" if open_ else "neu")
        self.words.setText(problem or "")
        self.words.setVisible(bool(problem))
        self.till_button.setVisible(not ready)
        self.open_button.setVisible(ready and not open_)
        for button in (self.close_button, self.move_link, self.report_link):
            button.setVisible(open_)
        self.shown = {}
        if open_ and shift is not None:
            self._show_sums(shift)

    def _show_sums(self, shift: Mapping[str, Any]) -> None:
        found, currency = drawer_of(self._desk, shift), currency_of(self._desk)
        lines = [
            (_tr("Cash") if method is Method.CASH else method_words(method), found.taken.get(method, 0))
            for method in _SHOWN
            if method in found.taken or method in _SHOWN[:3]
        ]
        for words, minor in lines:
            # What is in the drawer is the cash that ought to be there, its float included.
            amount = found.expected if words == _tr("Cash") else minor
            self._line(words, f"{currency} {short_amount(amount, currency)}")
        self._line(_tr("Receipts in this shift"), str(found.receipts))

    def _line(self, words: str, value: str) -> None:
        part = QWidget()
        row = QHBoxLayout(part)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(Label(words, "body", "text2"))
        row.addStretch(1)
        row.addWidget(Label(value, "body-strong"))
        part.setAccessibleName(f"{words}: {value}")
        self._lines.addWidget(part)
        self.shown[words] = value


class NotesCard(Card):
    """Notes about the account."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(_tr("Notes"), parent=parent)
        self._desk = desk
        self.add(Line())
        self._list = QVBoxLayout()
        self._list.setSpacing(2)
        self.add(self._list)

    def show_notes(self, person_id: str) -> None:
        """Show the notes about one student."""
        while self._list.count():
            item = self._list.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        notes = notes_of(self._desk, person_id)
        for note in notes[-4:]:
            self._list.addWidget(Label(str(note["words"]), "body", wrap=True))
            self._list.addWidget(Label(str(note["author_name"]), "small", "muted"))
        self.setVisible(bool(notes))


class RequestsCard(Card):
    """Voids, refunds and tills that wait for this person; ``chosen`` gives the id of one."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_tr("Waits for you"), padded=False, parent=parent)
        self.list = RowList(name=_tr("Waits for you"))
        self.list.pressed.connect(self.chosen)
        self.add(self.list)

    def show_rows(self, requests: Sequence[Mapping[str, Any]], tills: Sequence[Mapping[str, Any]]) -> None:
        """Show what waits; hidden while nothing does."""
        rows = [
            RowContent(
                str(one["id"]),
                (_tr("Void {number}") if one["kind"] == RequestKind.VOID else _tr("Pay back from {number}")).format(
                    number=one["number"]
                ),
                str(one["asked_by_name"]),
                icon="circle-x" if one["kind"] == RequestKind.VOID else "arrow-up-right",
                end=short_amount(one["amount"], one["currency"]),
            )
            for one in requests
        ]
        rows += [
            RowContent(
                str(one["id"]), _tr("Till {name}").format(name=one["name"]), str(one["asked_by"]), icon="monitor"
            )
            for one in tills
        ]
        self.list.set_rows(rows)
        self.setVisible(bool(rows))
