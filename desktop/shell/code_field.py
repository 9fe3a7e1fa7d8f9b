"""The field for a code: six digits in large figures, or a recovery code; what is pasted is cleaned."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.widgets.text_field import TextField
from shared.people.factors import CODE_DIGITS, RECOVERY_LETTERS, is_code, is_recovery_code

_ROOM = 6


class CodeField(TextField):
    """``complete`` says that a whole code of six digits stands here; recovery codes wait for Enter."""

    complete = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(icon="lock", sized="sign-in", parent=parent)
        self._recovery = False
        self.textEdited.connect(self._edited)
        self.take_kind("app")

    def take_kind(self, kind: str) -> None:
        """Be ready for a code of this kind, with nothing in the field."""
        self._recovery = kind == "recovery"
        letters = RECOVERY_LETTERS if self._recovery else CODE_DIGITS
        self.setMaxLength(letters + _ROOM)  # spaces and dashes may be pasted along
        self.setPlaceholderText("XXXXX-XXXXX" if self._recovery else "000000")
        self.clear()

    @property
    def is_whole(self) -> bool:
        """Whether what stands here may be a code."""
        return is_recovery_code(self.text()) if self._recovery else is_code(self.text())

    def _edited(self, _text: str) -> None:
        if not self._recovery and self.is_whole:
            self.complete.emit()
