"""Points as they are typed in place: `32 / 40` that turns into a field, and says why something can't be taken."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.widgets.buttons import Button, Kind
from desktop.widgets.label import Label
from desktop.widgets.text_field import TextField
from desktop.widgets.theme import theme
from shared.core.errors import CampusError


class _Field(TextField):
    kept = Signal()
    left = Signal()
    gone = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and plain:
            self.kept.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.gone.emit()


class PointsEdit(QWidget):
    """Shows points of a maximum; F2 or a click types others. `take` keeps what is typed or raises CampusError.

    `refused` has the sentence why not, an empty one when that is over; `done` tells that typing is over.
    """

    refused = Signal(str)
    done = Signal()

    def __init__(
        self, name: str, take: Callable[[str], object], *, kind: Kind = Kind.QUIET, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._take = take
        self._value = ""
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        self.button = Button("–", kind=kind, small=True, on_click=self.edit)
        self.button.setAccessibleName(name)
        self.button.setToolTip(self.tr("Type points (F2)"))
        self.button.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        row.addWidget(self.button)
        self._row, self._name, self._most = row, name, ""
        self._field: _Field | None = None

    @property
    def field(self) -> TextField:
        """Where points are typed; made at its first use, for a rubric has many and most are never typed in."""
        if self._field is None:
            field = self._field = _Field(name=self._name)
            field.setFixedWidth(theme().px(72))
            field.setAlignment(Qt.AlignmentFlag.AlignRight)
            field.hide()
            self.most = Label("", "body-medium", "text2")
            self.most.hide()
            self._row.addWidget(field)
            self._row.addWidget(self.most)
            field.kept.connect(self._keep)
            field.left.connect(self._leave)
            field.gone.connect(self._lost)
        return self._field

    def show_points(self, value: str, most: str) -> None:
        """Show points, an empty text as a dash."""
        self._value, self._most = value, most
        words = self.tr("{points} / {most}").format(points=value or "–", most=most)
        if words != self.button.text():
            self.button.setText(words)
            self.button.updateGeometry()

    @property
    def typing(self) -> bool:
        """Whether points are being typed."""
        return self._field is not None and not self._field.isHidden()

    def edit(self, begun: str = "") -> None:
        """Type points, with `begun` in place of those that are there."""
        if not self.button.isEnabled():
            return
        self.button.hide()
        self.field.show()
        self.most.setText(self.tr("of {most}").format(most=self._most))
        self.most.show()
        self.field.setText(begun or self._value)
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        if not begun:
            self.field.selectAll()

    def _keep(self) -> None:
        if self._try():
            self._close()
            self.done.emit()

    def _try(self) -> bool:
        try:
            self._take(self.field.text())
        except CampusError as problem:
            self.field.set_invalid(True)
            self.refused.emit(problem.message)
            return False
        return True

    def _leave(self) -> None:
        self._close()
        self.done.emit()

    def _lost(self) -> None:
        """Keep what is good when the focus goes elsewhere; what isn't stays, with its reason."""
        if self.typing and (self.field.text() == self._value or self._try()):
            self._close()

    def _close(self) -> None:
        self.field.hide()
        self.most.hide()
        self.field.set_invalid(False)
        self.button.show()
        self.refused.emit("")
