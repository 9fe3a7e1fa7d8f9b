"""The foot of a form: what state the typing is in, Discard and Save."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.people.record_form import RecordForm
from desktop.widgets.buttons import primary, quiet
from desktop.widgets.label import IconText
from shared.core.text import plural


class SaveFoot(QWidget):
    """Says how many fields aren't saved yet; the buttons work while there are some."""

    def __init__(
        self, discard: Callable[[], object], save: Callable[[], object], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 4, 0, 0)
        row.setSpacing(8)
        self.words = IconText("pencil-ruler", "", "warn")
        row.addWidget(self.words, 1)
        self.discard_button = quiet(self.tr("Discard"), on_click=discard)
        self.save_button = primary(self.tr("Save"), "check", save)
        self.save_button.setToolTip(self.tr("Save (Ctrl S)"))
        row.addWidget(self.discard_button)
        row.addWidget(self.save_button)
        self.show_changed(0)

    def has_unsaved(self) -> bool:
        """Tell whether something differs from what is saved."""
        return self.save_button.isEnabled()

    def show_changed(self, n: int) -> None:
        """Follow what is typed: so many fields differ from what is saved."""
        self.discard_button.setVisible(n > 0)
        self.save_button.setEnabled(n > 0)
        if n:
            words = plural("{n} field changed, not saved yet", "{n} fields changed, not saved yet", n)
            self._say("clock", words, "warn")
        else:
            self._say("circle-check", self.tr("Everything is saved"), "muted")

    def _say(self, sign: str, words: str, tone: str) -> None:
        self.words.set_state(sign, words, tone)
        self.words.words.set_tone(tone)


class SaveBar(SaveFoot):
    """Follows a form."""

    def __init__(self, form: RecordForm, save: Callable[[], object], parent: QWidget | None = None) -> None:
        super().__init__(form.discard, save, parent)
        self._form = form
        form.changed.connect(self._follow)
        self._follow()

    def has_unsaved(self) -> bool:
        """Tell whether something differs from what is saved, and would be gone with the form."""
        return super().has_unsaved() and not self._form.keeps_drafts()

    def _follow(self) -> None:
        self.show_changed(len(self._form.wanted()) if self._form.is_changed() else 0)
