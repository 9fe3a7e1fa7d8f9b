"""A page with every component in its states, for the self-check and for screenshots."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop.widgets.badge import Badge
from desktop.widgets.buttons import Button, Kind, danger, icon_button, link, primary, quiet, secondary
from desktop.widgets.card import Card
from desktop.widgets.check import Check, Radio
from desktop.widgets.columns import Cell, CellKind, Column
from desktop.widgets.combo import Combo
from desktop.widgets.date_field import DateField
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.field import Field
from desktop.widgets.key_cap import KeyCap
from desktop.widgets.label import Label
from desktop.widgets.paint import draw_text, fill_box
from desktop.widgets.progress import Progress, Skeleton
from desktop.widgets.record_table import RecordTable
from desktop.widgets.row_source import ListSource
from desktop.widgets.segmented import Segment, Segmented
from desktop.widgets.sync_pill import SyncPill, SyncState
from desktop.widgets.text_field import TextField
from desktop.widgets.theme import theme
from desktop.widgets.toast import Toast


def _row(*widgets: QWidget, space: int = 8) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(space)
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch(1)
    return row


def _turned_off(button: Button) -> Button:
    button.setEnabled(False)
    return button


class Gallery(QWidget):
    """Reproduces the picture of the components, in three columns."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 20, 24, 20)
        row.setSpacing(16)
        self.focused = Button(self.tr("Focused"))
        for width, cards in (
            (458, (self._buttons(), self._badges(), self._choices(), _Colours(self.tr("Colour and type")))),
            (451, (self._fields(), self._progress(), self._table())),
            (451, (self._sync(), self._messages(), self._empty())),
        ):
            column = QVBoxLayout()
            column.setSpacing(int(theme().tokens.sizes["card-gap-column"]))
            for card in cards:
                column.addWidget(card)
            column.addStretch(1)
            row.addLayout(column, width)

    def _buttons(self) -> Card:
        card = Card(self.tr("Buttons"))
        card.add(
            _row(
                primary(self.tr("Save"), "check"),
                secondary(self.tr("Print"), "printer"),
                quiet(self.tr("More"), "ellipsis"),
                link(self.tr("Show all")),
            )
        )
        card.add(
            _row(
                danger(self.tr("Decline"), "circle-x"),
                Button(self.tr("Delete for ever"), kind=Kind.DANGER_FILLED),
                _turned_off(secondary(self.tr("Not available"))),
                self.focused,
            )
        )
        card.add(
            _row(
                Button(self.tr("Small"), small=True),
                Button(self.tr("Small"), kind=Kind.PRIMARY, small=True),
                icon_button("printer", self.tr("Print"), "Ctrl P"),
                icon_button("x", self.tr("Close"), "Esc", kind=Kind.QUIET),
            )
        )
        return card

    def _badges(self) -> Card:
        card = Card(self.tr("Badges"))
        card.add(
            _row(
                Badge(self.tr("Present"), "ok", "check"),
                Badge(self.tr("Late"), "warn", "clock"),
                Badge(self.tr("Absent"), "bad", "x"),
                Badge(self.tr("Excused"), "vio", "file-text"),
            )
        )
        card.add(
            _row(
                Badge(self.tr("New"), "info"),
                Badge(self.tr("Draft"), "warn"),
                Badge(self.tr("Graded"), "ok"),
                Badge(self.tr("Missing"), "bad"),
                Badge(self.tr("Closed"), "neu"),
            )
        )
        card.add(_row(*(KeyCap(key) for key in ("Ctrl K", "Enter", "F9", "Alt ←"))))
        return card

    def _choices(self) -> Card:
        card = Card(self.tr("Choices"))
        card.body.setSpacing(1)
        card.body.addSpacing(6)
        card.add(_row(Check(self.tr("Print receipt"), checked=True), Check(self.tr("Email it")), space=14))
        card.add(_row(Radio(self.tr("Keep mine"), checked=True), Radio(self.tr("Keep theirs")), space=14))
        card.body.addSpacing(5)
        segments = (
            Segment("grid", self.tr("Photo grid"), "layout-grid"),
            Segment("list", self.tr("List"), "rows-3"),
            Segment("month", self.tr("Month"), "calendar"),
        )
        card.add(_row(Segmented(segments, name=self.tr("View"))))
        return card

    def _fields(self) -> Card:
        card = Card(self.tr("Fields"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(12)
        phone = Field(self.tr("Phone"), TextField("0712 55"))
        phone.set_error(self.tr("Add the last digits"))
        address = Field(self.tr("Address"), TextField("Lake Road 8"), hint=self.tr("Street and house"))
        course = Field(self.tr("Course"), Combo([("web", "Web Development"), ("acc", "Accounting 1B")]))
        start = Field(self.tr("Start date"), DateField(date(2027, 1, 11), today=lambda: date(2026, 11, 20)))
        for place, field in enumerate((phone, address, course, start)):
            grid.addWidget(field, place // 2, place % 2)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        card.add(grid)
        return card

    def _progress(self) -> Card:
        card = Card(self.tr("Progress"))
        progress = Progress(self.tr("Importing marks"))
        progress.set_progress(412, 1050, 20)
        card.add(progress)
        card.body.addSpacing(2)
        card.add(Skeleton(3))
        return card

    def _table(self) -> Card:
        card = Card(self.tr("Table"), padded=False)
        table = gallery_table()
        table.selectRow(1)
        if card.head is not None:
            card.head.add(Label(self.tr("1 of 4 selected"), "small", "text2"))
        card.add(table)
        return card

    def _sync(self) -> Card:
        card = Card(self.tr("Sync status"))
        card.body.setSpacing(4)
        card.body.addSpacing(6)
        for state, count, words in (
            (SyncState.UP_TO_DATE, 0, self.tr("Everything is on the server.")),
            (SyncState.SENDING, 12, self.tr("Work goes on while changes are sent.")),
            (SyncState.OFFLINE, 12, self.tr("No network. Work is kept on this computer.")),
            (SyncState.DECISION, 2, self.tr("Two people changed the same field.")),
        ):
            pill = SyncPill()
            pill.set_state(state, count)
            card.add(_row(pill))
            card.add(Label(words, "small", "muted"))
            if state is not SyncState.DECISION:
                card.body.addSpacing(6)
        return card

    def _messages(self) -> Card:
        card = Card(self.tr("Messages"))
        card.body.setSpacing(8)
        for words, tone, icon, action in (
            (self.tr("Receipt R-2026-004212 printed"), "ok", "circle-check", self.tr("Print again")),
            (self.tr("11 students marked present"), "ok", "check", self.tr("Undo")),
            (self.tr("No connection. Trying again in 20 s"), "warn", "cloud-off", self.tr("Try now")),
            (self.tr("The camera stopped. Plug it in again"), "bad", "circle-alert", self.tr("Try again")),
        ):
            card.add(Toast(words, tone, icon=icon, action=action, timed=False))
        return card

    def _empty(self) -> Card:
        card = Card(self.tr("Empty state"))
        card.add(
            EmptyState(
                "inbox",
                self.tr("No applications to review"),
                self.tr("New applications appear here after the next sync."),
                action=self.tr("Add an application"),
                action_icon="plus",
            )
        )
        return card


@dataclass(frozen=True, slots=True)
class _Payer:
    number: str
    name: str
    amount: int
    status: Cell


def gallery_table() -> RecordTable:
    """Return the small table of the gallery."""
    rows = (
        _Payer("S-004081", "Amina Yusuf", 24_500, Cell("Paid", "ok", "check")),
        _Payer("S-004102", "Hana Novak", 18_000, Cell("Due today", "warn", "clock")),
        _Payer("S-003960", "Uche Eze", 32_000, Cell("12 days late", "bad", "circle-alert")),
        _Payer("S-004044", "Joao Silva", 24_500, Cell("Planned", "neu", "calendar")),
    )
    source = ListSource[_Payer](
        lambda row: row.number,
        {"name": lambda row: row.name, "amount": lambda row: row.amount, "status": lambda row: row.status.text},
        rows=rows,
    )
    columns = (
        Column("name", "Student", lambda row: Cell(row.name, number=row.number), CellKind.PERSON, stretch=True),
        Column("amount", "Amount", lambda row: f"{row.amount:,}", CellKind.NUMBER, width=110),
        Column("status", "Status", lambda row: row.status, CellKind.BADGE, width=140),
    )
    return RecordTable(source, columns, name="Table", embedded=True)


class _Colours(Card):
    """The solid and filled tones, and the steps of the type scale."""

    def __init__(self, title: str) -> None:
        super().__init__(title)
        self.add(_Swatches())
        steps = (("28", "display"), ("Title 20", "title"), ("Section 16", "dialog-title"), ("Body 13", "body"))
        self.body.addSpacing(2)
        labels = [Label(text, step) for text, step in steps]
        self.add(_row(*labels, Label("Small 12", "small", "muted"), space=17))


class _Swatches(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(300, 64)

    def paintEvent(self, _event: QPaintEvent) -> None:
        look = theme()
        painter = QPainter(self)
        names = ("solid", "ok", "warn", "bad", "info", "vio")
        width = (self.width() - 8 * (len(names) - 1)) / len(names)
        for place, name in enumerate(names):
            left = place * (width + 8)
            tone = name in look.tokens.tones
            fill_box(painter, QRectF(left, 0, width, 34), 6, look.colour(f"{name}.solid" if tone else name))
            lower = QRectF(left, 40, width, 24)
            fill_box(painter, lower, 6, look.colour(f"{name}.fill" if tone else "soft"))
            colour = look.colour(name if tone else "onsoft")
            draw_text(painter, lower, "Aa", "small-strong", colour, Qt.AlignmentFlag.AlignHCenter)
