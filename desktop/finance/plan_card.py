"""An instalment plan as steps: what is paid, what is due today or late, and what comes."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QRectF, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.core.local_store import Changed
from desktop.finance.account_store import currency_of, today_of
from desktop.finance.plan_store import KINDS_READ, PlanView, plan_views, planned_dues
from desktop.finance.words import entry_day
from desktop.shell.page import follow
from desktop.widgets.card import Card
from desktop.widgets.icons import draw_icon
from desktop.widgets.label import Label
from desktop.widgets.layouts import FlowLayout, show_part
from desktop.widgets.paint import draw_text, fill_box
from desktop.widgets.theme import theme
from shared.core.money import money_text, short_amount
from shared.core.text import plural, text
from shared.finance.plan_rules import Step
from shared.finance.vocabulary import InstalmentState

_WIDE, _HIGH, _WIDEST, _GAP = 118, 66, 200, 8


def _tr(words: str) -> str:
    return QCoreApplication.translate("PlanCard", words)


def step_look(step: Step, today: str) -> tuple[str, str, str]:
    """Return the word, the icon and the tone of an instalment."""
    if step.state is InstalmentState.PAID:
        return _tr("Paid"), "circle-check", "ok"
    if step.state is InstalmentState.OVERDUE:
        return _tr("Overdue"), "circle-alert", "bad"
    if step.due_on == today:
        return _tr("Due today"), "clock", "warn"
    return entry_day(step.due_on, today), "circle-dashed", "info" if step.paid else ""


class StepTile(QWidget):
    """One instalment: where it stands, its amount, which one it is and its day."""

    def __init__(self, step: Step, at: int, of: int, currency: str, today: str) -> None:
        super().__init__()
        self.words, self.icon, self.tone = step_look(step, today)
        self.amount = short_amount(step.amount, currency)
        day = entry_day(step.due_on, today)
        self.place = which = _tr("{at} of {of}").format(at=at, of=of)
        if self.tone:
            self.place = f"{which} · {day}"
        if step.paid and step.left:
            self.place = _tr("{amount} paid").format(amount=short_amount(step.paid, currency))
        whole = ", ".join(dict.fromkeys((self.words, self.amount, which, day, self.place)))
        self.setAccessibleName(whole)
        self.setToolTip(whole)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._wide = theme().px(_WIDE)

    def set_wide(self, wide: int) -> None:
        """Take a share of the line, in px."""
        if wide != self._wide:
            self._wide = wide
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Return the size of a step."""
        return QSize(self._wide, theme().px(_HIGH))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the step."""
        look, painter, rect = theme(), QPainter(self), QRectF(self.rect())
        strong = self.tone in ("warn", "bad")
        fill = look.colour(f"{self.tone}.fill") if self.tone else look.colour("sunken")
        outline = look.colour(f"{self.tone}.text") if strong else look.colour("border") if not self.tone else None
        fill_box(painter, rect, look.tokens.radii["well"], fill, outline, 1.5 if strong else 1.0)
        colour = look.colour(f"{self.tone}.text") if self.tone else look.colour("text2")
        line = (rect.height() - 14) / 3
        draw_icon(painter, self.icon, 10, 7 + (line - 14) / 2, 14, colour)
        draw_text(painter, QRectF(30, 7, rect.width() - 38, line), self.words, "small-medium", colour)
        amount = QRectF(10, 7 + line, rect.width() - 18, line)
        draw_text(painter, amount, self.amount, "body-strong", look.colour("text"))
        draw_text(painter, amount.translated(0, line), self.place, "small", look.colour("text2"))


class _Steps(QWidget):
    """The steps of one plan in as many lines as they need; each line is filled."""

    def __init__(self) -> None:
        super().__init__()
        self.flow = FlowLayout(self, space=_GAP)
        self.tiles: list[StepTile] = []

    def add(self, tile: StepTile) -> None:
        """Put a step behind the others."""
        self.tiles.append(tile)
        self.flow.addWidget(tile)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the height of all lines, which a page that scrolls would take away."""
        super().resizeEvent(event)
        fit = max(1, min(len(self.tiles), (self.width() + _GAP) // (theme().px(_WIDE) + _GAP)))
        share = (self.width() - _GAP * (fit - 1)) // fit
        for tile in self.tiles:
            tile.set_wide(min(share, theme().px(_WIDEST)))
        self.setMinimumHeight(self.flow.heightForWidth(self.width()))


class PlanCard(Card):
    """The plans of one person, or nothing; ``shown`` tells of news."""

    shown = Signal()

    def __init__(self, desk: Desk, person_id: str, parent: QWidget | None = None) -> None:
        super().__init__(_tr("Instalment plan"), parent=parent)
        self._desk, self._person_id = desk, person_id
        self.sum = Label("", "small", "text2")
        if self.head is not None:
            self.head.add(self.sum)
        self._plans = QVBoxLayout()
        self._plans.setSpacing(12)
        self.add(self._plans)
        self.views: list[PlanView] = []
        self.tiles: list[StepTile] = []
        self.refresh()
        follow(desk.store, self, self._changed)

    def refresh(self) -> None:
        """Read the plans anew; without one the card is hidden."""
        currency, today = currency_of(self._desk), today_of(self._desk)
        self.views = plan_views(self._desk, self._person_id, currency, today)
        while self._plans.count():
            item = self._plans.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.tiles = []
        for view in self.views:
            part = _Steps()
            for at, step in enumerate(view.steps, 1):
                tile = StepTile(step, at, len(view.steps), currency, today)
                part.add(tile)
                self.tiles.append(tile)
            self._plans.addWidget(part)
        n = sum(len(view.steps) for view in self.views)
        total = money_text(sum(view.total for view in self.views), currency)
        count = plural("{n} payment", "{n} payments", n)
        self.sum.setText(text("{payments} · {total} in total", payments=count, total=total))
        show_part(self, bool(self.views))
        self.shown.emit()

    def due_next(self) -> dict[str, int]:
        """Return for each planned charge what is due by today, or next where nothing is."""
        today = today_of(self._desk)
        found = {}
        for key, parts in planned_dues(self._desk, self._person_id).items():
            day = max(today, parts[0][0])
            found[key] = sum(amount for on, amount in parts if on <= day)
        return found

    def _changed(self, changed: Changed) -> None:
        if changed.kinds & KINDS_READ or not changed.keys:
            self.refresh()
