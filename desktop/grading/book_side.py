"""Beside the gradebook: how grades are spread, the current student, what isn't published, and what colours mean."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.grading.words import band_colour
from desktop.widgets.avatar import Avatar
from desktop.widgets.buttons import Button, icon_button, secondary
from desktop.widgets.card import Card, Line
from desktop.widgets.icons import draw_icon
from desktop.widgets.label import Label
from desktop.widgets.layouts import FlowLayout, ScrollColumn
from desktop.widgets.paint import draw_text, fill_box
from desktop.widgets.theme import theme
from shared.core.text import text
from shared.grading.points import points_text
from shared.grading.statistics_rules import BARS, Spread

WIDTH, _ROOM, _ROOM_FOR_BARS = 264, 620, 430
_HEIGHT, _LOW, _FOOT, _TOP = 150, 72, 20, 18


class Distribution(QWidget):
    """Ten bars from 0 to 100 percent, each with its count; a small triangle marks the median."""

    def __init__(self) -> None:
        super().__init__()
        self.found: Spread | None = None
        self.setAccessibleName(self.tr("How grades are spread"))

    def show_spread(self, found: Spread | None) -> None:
        """Show other figures; they are said, too."""
        self.found = found
        bars = found.bars if found else ()
        words = (
            self.tr("{low} to {high} percent: {count}").format(low=at * BARS, high=(at + 1) * BARS, count=count)
            for at, count in enumerate(bars)
            if count
        )
        self.setAccessibleDescription(", ".join(words))
        self.setToolTip("\n".join(self.accessibleDescription().split(", ")))
        self.update()

    def sizeHint(self) -> QSize:
        """Return room for bars, counts and the axis."""
        return QSize(theme().px(220), theme().px(_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        """Stay readable in a small window."""
        return QSize(theme().px(160), theme().px(_LOW))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the bars."""
        look, painter = theme(), QPainter(self)
        foot, top = look.px(_FOOT), look.px(_TOP)
        plot = QRectF(4, top, self.width() - 8, self.height() - foot - top)
        painter.fillRect(QRectF(plot.x(), plot.bottom(), plot.width(), 1), look.colour("line"))
        slot = plot.width() / BARS
        for mark in range(0, BARS + 1, 2):
            left = min(max(plot.x() + mark * slot - 16, -8.0), self.width() - 28.0)
            box = QRectF(left, plot.bottom() + 4, 32, foot - 4)
            draw_text(painter, box, str(mark * BARS), "small", look.colour("muted"), Qt.AlignmentFlag.AlignHCenter)
        if self.found is None:
            return
        most = max(self.found.bars)
        for at, count in enumerate(self.found.bars):
            if count:
                height = max(3.0, plot.height() * count / most)
                bar = QRectF(plot.x() + at * slot + 2, plot.bottom() - height, slot - 4, height)
                fill_box(painter, bar, 2, look.colour(band_colour(at * BARS)))
                words = QRectF(bar.x() - 6, bar.y() - top, bar.width() + 12, top)
                draw_text(
                    painter, words, str(count), "small-strong", look.colour("text"), Qt.AlignmentFlag.AlignHCenter
                )
        tip = QPointF(plot.x() + plot.width() * self.found.median / 10_000, plot.bottom() + 1)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.colour("text"))
        painter.drawPolygon(QPolygonF([tip, tip + QPointF(-4, 6), tip + QPointF(4, 6)]))


class _Swatch(QWidget):
    """A coloured word of the legend."""

    def __init__(self, words: str, tone: str, icon: str = "") -> None:
        super().__init__()
        self._words, self._tone, self._icon = words, tone, icon
        self.setAccessibleName(words)

    def sizeHint(self) -> QSize:
        """Return room for the word."""
        look = theme()
        wide = look.metrics("small-medium").horizontalAdvance(self._words) + (26 if self._icon else 16)
        return QSize(int(wide), look.px(22))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the word on its colour, or beside its sign."""
        look, painter, rect = theme(), QPainter(self), QRectF(self.rect())
        if self._icon:
            draw_icon(painter, self._icon, 0, rect.center().y() - 7, 14, look.colour(f"{self._tone}.text"))
            draw_text(painter, rect.adjusted(20, 0, 0, 0), self._words, "small", look.colour("text2"))
            return
        fill_box(painter, rect.adjusted(0, 1, 0, -1), look.tokens.radii["control"], look.colour(f"{self._tone}.fill"))
        draw_text(
            painter, rect, self._words, "small-medium", look.colour(f"{self._tone}.text"), Qt.AlignmentFlag.AlignHCenter
        )


class BookSide(ScrollColumn):
    """``asked`` says that the calculation of the current student's grade is wanted, ``publish_asked`` the grades.

    ``statistics_asked`` wants the statistics of the current piece of work, ``report_asked`` the grades on paper,
    ``time_asked`` wants more time for the current student and piece of work.
    """

    asked = Signal()
    publish_asked = Signal()
    statistics_asked = Signal()
    report_asked = Signal()
    time_asked = Signal()

    def __init__(self) -> None:
        super().__init__(padding=0)
        self.setFixedWidth(theme().px(WIDTH))
        column = self.body
        column.setSpacing(12)
        self.spread_words = Label("", "small", "muted")
        self.distribution = Distribution()
        card = Card(self.tr("Grades"))
        words = self.tr("Statistics of work")
        self.statistics_button = icon_button("chart-column", words, on_click=self.statistics_asked.emit)
        self.report_button = icon_button("printer", self.tr("Grade report"), on_click=self.report_asked.emit)
        if card.head is not None:
            card.head.add(self.report_button)
            card.head.add(self.statistics_button)
        card.add(self.spread_words)
        card.add(self.distribution)
        self.published_words = Label("", "small", "muted", wrap=True)
        self.published_words.hide()
        card.add(self.published_words)
        self.publish_button = secondary(self.tr("Publish grades"), "megaphone", self.publish_asked.emit)
        self.publish_button.hide()
        card.add(self.publish_button)
        column.addWidget(card)
        column.addWidget(self._make_student())
        self.shown_words = Label("", "body-strong")
        self.shown_note = Label("", "small", "muted", wrap=True)
        self.state_card = Card()
        self.state_card.body.setSpacing(4)
        self.state_card.add(self.shown_words)
        self.state_card.add(self.shown_note)
        column.addWidget(self.state_card)
        self.legend = self._make_legend()
        column.addWidget(self.legend)
        column.addStretch(1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the legend, and in a low window the bars, out where they would squeeze the figures."""
        super().resizeEvent(event)
        self.legend.setVisible(self.height() >= theme().px(_ROOM))
        self.distribution.setVisible(self.height() >= theme().px(_ROOM_FOR_BARS))

    def _make_student(self) -> Card:
        self.avatar, self.name, self.number = Avatar(size=34), Label("", "body-strong"), Label("", "small", "muted")
        head, words = QHBoxLayout(), QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.name)
        words.addWidget(self.number)
        head.addWidget(self.avatar)
        head.addLayout(words, 1)
        self.student_card = Card()
        self.student_card.body.setSpacing(8)
        self.student_card.add(head)
        self.student_card.add(Line())
        self.figures: dict[str, Label] = {}
        for key, title in (
            ("now", text("Grade now")),
            ("with", text("With this mark")),
            ("missing", text("Missing work")),
        ):
            row = QHBoxLayout()
            row.addWidget(Label(title, "body", "text2"), 1)
            self.figures[key] = Label("", "body-strong")
            row.addWidget(self.figures[key])
            self.student_card.add(row)
        self.time_button = Button(text("More time"), icon="clock", small=True, on_click=self.time_asked.emit)
        self.time_button.setToolTip(text("More time for this student (Ctrl E)"))
        self.student_card.add(self.time_button)
        return self.student_card

    def _make_legend(self) -> Card:
        card = Card()
        card.add(Label(self.tr("Colours and marks"), "small-medium", "text2"))
        box = QWidget()
        flow = FlowLayout(box, space=6)
        for swatch in (
            _Swatch(self.tr("85 and above"), "ok"),
            _Swatch(self.tr("50 to 59"), "warn"),
            _Swatch(self.tr("Below 50"), "bad"),
            _Swatch(self.tr("Excused"), "vio"),
            _Swatch(self.tr("Handed in late"), "warn", "clock"),
        ):
            flow.addWidget(swatch)
        card.add(box)
        return card

    def show_spread(self, found: Spread | None) -> None:
        """Show how the grades on show are spread."""
        self.distribution.show_spread(found)
        if found is None:
            self.spread_words.setText(self.tr("No grades yet"))
            return
        tenth = [points_text((one + 5) // 10 * 10) for one in (found.average, found.median)]
        words = self.tr("Average {average}, median {median}")
        self.spread_words.setText(words.format(average=tenth[0], median=tenth[1]))

    def show_published(self, words: str, *, may: bool) -> None:
        """Show how many grades students were told, and the button for those who `may` publish them."""
        self.published_words.setText(words)
        self.published_words.setVisible(bool(words))
        self.report_button.setEnabled(bool(words))
        self.publish_button.setVisible(may)

    def show_student(self, name: str, number: str, figures: Sequence[str]) -> None:
        """Show the current student: grade now, with the mark being typed (a dash without one), missing work."""
        self.student_card.setVisible(bool(name))
        self.avatar.set_person(name, number)
        self.name.setText(name)
        self.number.setText(number)
        for label, words in zip(self.figures.values(), figures, strict=True):
            label.setText(words)
        self.figures["with"].set_tone("text" if figures[1] in {"–", figures[0]} else "ok")

    def show_state(self, words: str, note: str) -> None:
        """Show whether students see the marks of the current column."""
        self.state_card.setVisible(bool(words))
        self.shown_words.setText(words)
        self.shown_note.setText(note)
