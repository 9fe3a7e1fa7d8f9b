"""Shows how strong a password seems while it is typed: a bar, a word, and what would help."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from desktop.widgets.label import Label
from desktop.widgets.progress import Bar
from shared.people.password_strength import STEPS, strength_of

_TONES = {0: "neu.solid", 1: "bad.solid", 2: "warn.solid", 3: "ok.solid", STEPS: "ok.solid"}


class StrengthView(QWidget):
    """Follows a password field; ``names`` gives the words that others would try first, ``shortest`` is a length."""

    def __init__(
        self,
        password: QLineEdit,
        names: Callable[[], Iterable[str]] = tuple,
        shortest: int = 12,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._password, self._names, self.shortest = password, names, shortest
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        self.bar = Bar(name=self.tr("How strong the password is"))
        self.bar.setRange(0, STEPS)
        column.addWidget(self.bar)
        row = QHBoxLayout()
        row.setSpacing(6)
        self.word = Label("", "small-medium", "text2")
        self.advice = Label("", "small", "muted", wrap=True)
        row.addWidget(self.word)
        row.addWidget(self.advice, 1)
        column.addLayout(row)
        password.textChanged.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the strength of what is typed now."""
        found = strength_of(self._password.text(), self._names(), self.shortest)
        self.bar.setValue(found.step)
        self.bar.set_tone(_TONES[found.step])
        self.word.setText(found.words)
        self.word.setVisible(bool(found.words))
        self.advice.setText(found.advice)
