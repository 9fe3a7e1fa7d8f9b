"""Words for the student on one criterion: a line below its levels, written where a level is chosen."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.widgets.buttons import Button, Kind
from desktop.widgets.label import IconText
from desktop.widgets.text_field import TextField

_MOST = 1000


class _Field(TextField):
    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)


class CriterionNote(QWidget):
    """Shows a note, and lets it be written; ``written`` comes when it is done. Escape leaves it as it was."""

    written = Signal(str)
    done = Signal()

    def __init__(self, criterion: str) -> None:
        super().__init__()
        self._name, self._shown = criterion, ""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        self.words = IconText("message-square", "", "text2", step="small")
        self.words.words.setWordWrap(True)
        self.field = _Field(
            placeholder=self.tr("The student reads this with the mark"),
            name=self.tr("Note on {name}").format(name=criterion),
        )
        self.field.setMaxLength(_MOST)
        self.field.editingFinished.connect(self.keep)
        self.field.left.connect(self._leave)
        # It stands in the criterion's head and keeps its place, so that nothing moves when a level is chosen.
        self.button = Button(self.tr("Note"), kind=Kind.LINK, small=True, on_click=self.edit)
        policy = self.button.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.button.setSizePolicy(policy)
        for part in (self.words, self.field):
            part.hide()
            column.addWidget(part)

    @property
    def editing(self) -> bool:
        """Whether it is being written."""
        return not self.field.isHidden()

    def show_note(self, words: str, *, may: bool) -> None:
        """Show a note; `may`: it can be written, since the criterion has a level."""
        self._shown = words
        self.words.words.setText(words)
        self.words.setVisible(bool(words) and not self.editing)
        told = self.tr("Change the note on {name}") if words else self.tr("Write a note on {name}")
        self.button.setAccessibleName(told.format(name=self._name))
        self.button.setToolTip(self.tr("Words for the student on this criterion (N)"))
        self.button.setVisible(may and not self.editing)
        self.setVisible(self.editing or bool(words))

    def edit(self) -> None:
        """Write the note."""
        self.field.setText(self._shown)
        self.words.hide()
        self.button.hide()
        self.field.show()
        self.show()
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def keep(self) -> None:
        """Take what is written."""
        if self.editing:
            words, had = self.field.text().strip(), self.field.hasFocus()
            self.field.hide()
            self.written.emit(words)
            if had:
                self.done.emit()

    def _leave(self) -> None:
        self.field.hide()
        self.show_note(self._shown, may=True)
        self.done.emit()
