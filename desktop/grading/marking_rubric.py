"""The rubric of one student: criteria with their levels as tiles in a row, chosen by number keys or a press."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop.grading.marking_criterion_note import CriterionNote
from desktop.grading.marking_judging import Judging
from desktop.grading.marking_points import PointsEdit
from desktop.widgets.icons import draw_icon
from desktop.widgets.label import Label
from desktop.widgets.paint import draw_text, fill_box, focus_ring
from desktop.widgets.theme import theme
from shared.grading.points import points_text
from shared.grading.rubric_rules import most_points

Body = Mapping[str, Any]
_IN_A_ROW = 5


class LevelTile(QAbstractButton):
    """A level: its name, and the points that it gives; chosen it has the accent's outline and a tick."""

    focused = Signal()
    beside = Signal(int)

    def __init__(self, level: Body, place: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        low, high = str(level["low"]), str(level["high"])
        words = low if low == high else self.tr("{low} to {high}").format(low=low, high=high)
        self.name, self.points = str(level["name"]), words
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        told = self.tr("{name}, {points} points, key {key}")
        self.setAccessibleName(told.format(name=self.name, points=words, key=place + 1))
        note = str(level.get("note") or "")
        self.setToolTip(f"{self.name}: {note}" if note else self.name)
        self.setAccessibleDescription(note)

    def sizeHint(self) -> QSize:
        """Return two lines."""
        return QSize(40, theme().px(44))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Make its criterion the current one."""
        super().focusInEvent(event)
        self.focused.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space and Enter choose, Left and Right go to the level beside; the rest is the page's."""
        key = event.key()
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            event.ignore()
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            self.click()
        elif key in {Qt.Key.Key_Left, Qt.Key.Key_Right}:
            self.beside.emit(1 if key == Qt.Key.Key_Right else -1)
        else:
            event.ignore()

    def nextCheckState(self) -> None:
        """Leave the tick to what the judgement says."""

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the tile."""
        look = theme()
        painter = QPainter(self)
        rect = QRectF(self.rect())
        on = self.isChecked()
        fill = "soft" if on else "hover" if self.underMouse() and self.isEnabled() else "raised"
        radius = look.tokens.radii["control"]
        fill_box(painter, rect, radius, look.colour(fill), look.colour("accent" if on else "border"), 1.5 if on else 1)
        line = look.px(17)
        top = (rect.height() - 2 * line) / 2
        wide = rect.width() - 18 - (16 if on else 0)
        strong = look.colour("onsoft" if on else "text" if self.isEnabled() else "strong")
        step = "small-strong" if on else "small-medium"
        draw_text(painter, QRectF(9, top, wide, line), self.name, step, strong)
        weak = look.colour("onsoft" if on else "text2" if self.isEnabled() else "strong")
        draw_text(painter, QRectF(9, top + line, rect.width() - 18, line), self.points, "small", weak)
        if on:
            draw_icon(painter, "check", rect.width() - 21, 7, 13, look.colour("onsoft"))
        if self.hasFocus():
            focus_ring(painter, rect, radius)


class CriterionBox(QWidget):
    """One criterion: number, name, points, levels, and why typed points can't be taken."""

    def __init__(self, criterion: Body, place: int, take: Callable[[str], object]) -> None:
        super().__init__()
        self.criterion = criterion
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        head = QHBoxLayout()
        head.setSpacing(8)
        self.number = Label(str(place + 1), "body-strong", "text2")
        name = Label(str(criterion["name"]), "body-strong", wrap=True)
        name.setToolTip(str(criterion.get("note") or ""))
        self.points = PointsEdit(self.tr("Points for {name}").format(name=criterion["name"]), take)
        head.addWidget(self.number)
        head.addWidget(name, 1)
        self.note = CriterionNote(str(criterion["name"]))
        head.addWidget(self.note.button)
        head.addWidget(self.points)
        column.addLayout(head)
        grid = QGridLayout()
        grid.setSpacing(6)
        levels = criterion["levels"]
        across = min(_IN_A_ROW, len(levels))
        self.tiles = [LevelTile(level, at, self) for at, level in enumerate(levels)]
        for at, tile in enumerate(self.tiles):
            grid.addWidget(tile, at // across, at % across)
            grid.setColumnStretch(at % across, 1)
            tile.beside.connect(partial(self._beside, at))
        column.addLayout(grid)
        column.addWidget(self.note)
        self.error = Label("", "small", "bad", wrap=True)
        self.error.hide()
        column.addWidget(self.error)
        self.points.refused.connect(self._refused)

    def _beside(self, at: int, step: int) -> None:
        self.tiles[(at + step) % len(self.tiles)].setFocus(Qt.FocusReason.TabFocusReason)

    def _refused(self, why: str) -> None:
        self.error.setText(why)
        self.error.setVisible(bool(why))

    def show_given(self, level_id: str, points: str, note: str, *, editable: bool) -> None:
        """Show what the criterion has."""
        for tile, level in zip(self.tiles, self.criterion["levels"], strict=True):
            tile.setChecked(level["id"] == level_id)
            tile.setEnabled(editable)
        self.points.button.setEnabled(editable)
        self.points.show_points(points, points_text(most_points([self.criterion])))
        self.note.show_note(note, may=editable and bool(level_id))


class RubricView(QWidget):
    """The criteria of one judgement; `changed` tells that a level or points were given. Built anew for each student."""

    changed = Signal()

    def __init__(self, judging: Judging, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.judging = judging
        self.current = 0
        self._editable = True
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        self.boxes: list[CriterionBox] = []
        for place, criterion in enumerate(judging.criteria or ()):
            box = CriterionBox(criterion, place, partial(self._type, place))
            box.points.done.connect(partial(self.focus_on, place))
            box.note.written.connect(partial(self._note, place))
            box.note.done.connect(partial(self.focus_on, place))
            for at, tile in enumerate(box.tiles):
                tile.clicked.connect(partial(self._press, place, at))
                tile.focused.connect(partial(self._go, place))
            column.addWidget(box)
            self.boxes.append(box)

    def refresh(self, *, editable: bool) -> None:
        """Show the judgement as it stands."""
        self._editable = editable
        for box in self.boxes:
            given = self.judging.levels.get(box.criterion["id"])
            if given is None:
                box.show_given("", "", "", editable=editable)
            else:
                box.show_given(given.level_id, points_text(given.points), given.note, editable=editable)
        self._go(self.current)

    def _go(self, place: int) -> None:
        if not self.boxes:
            return
        self.current = max(0, min(place, len(self.boxes) - 1))
        for at, box in enumerate(self.boxes):
            box.number.set_tone("accent" if at == self.current else "text2")

    def step(self, step: int) -> None:
        """Go to another criterion."""
        self.focus_on(self.current + step)

    def focus_on(self, place: int) -> None:
        """Give a criterion the keyboard."""
        if self.boxes:
            self._go(place)
            tiles = self.boxes[self.current].tiles
            next((one for one in tiles if one.isChecked()), tiles[0]).setFocus(Qt.FocusReason.OtherFocusReason)

    def press(self, level: int) -> bool:
        """Give the current criterion a level by its number, then go on; False where there is no such level."""
        if not self._editable or not self.judging.pick(self.current, level):
            return False
        self.changed.emit()
        self.focus_on(self.current + 1)
        return True

    def _press(self, criterion: int, level: int) -> None:
        if self._editable and self.judging.pick(criterion, level):
            self._go(criterion)
            self.changed.emit()

    def clear_current(self) -> None:
        """Take the current criterion's level away."""
        if self._editable:
            self.judging.clear(self.current)
            self.changed.emit()

    def write_note(self) -> None:
        """Write words for the student on the current criterion, once it has a level."""
        if self.boxes and self._editable and self.boxes[self.current].criterion["id"] in self.judging.levels:
            self.boxes[self.current].note.edit()

    def _note(self, criterion: int, words: str) -> None:
        if self.judging.note(criterion, words):
            self.changed.emit()
        else:
            self.refresh(editable=self._editable)

    def flush(self) -> None:
        """Have a note taken that is still being written."""
        for box in self.boxes:
            box.note.keep()

    def type_points(self) -> None:
        """Type points for the current criterion."""
        if self.boxes and self._editable:
            self.boxes[self.current].points.edit()

    def _type(self, criterion: int, typed: str) -> None:
        self.judging.type_points(criterion, typed)
        self.changed.emit()
