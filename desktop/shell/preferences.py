"""The settings of this computer while the program runs: changed, kept on disk, and shown at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from desktop.core import settings as stored
from desktop.core.settings import Settings
from desktop.widgets.theme import Scheme, theme


class Preferences(QObject):
    """Holds the settings; `changed` says that they are new."""

    changed = Signal()

    def __init__(self, settings: Settings, folder: Path | None = None, parent: QObject | None = None) -> None:
        """`folder` is where the settings file lies; without one nothing is kept."""
        super().__init__(parent)
        self.settings = settings
        self._folder = folder

    @classmethod
    def read(cls, folder: Path) -> Preferences:
        """Return the settings of a folder."""
        return cls(stored.load(folder), folder)

    def change(self, **fields: Any) -> None:
        """Change settings, keep them, and put the look on the screen."""
        before = self.settings
        self.keep(before.model_copy(update=fields))
        if fields.keys() & {"theme", "text_size", "reduced_motion", "high_contrast"}:
            self.apply_look()
        self.changed.emit()

    def keep(self, settings: Settings) -> None:
        """Take over whole settings and write them."""
        self.settings = settings
        if self._folder is not None:
            stored.save(settings, self._folder)

    def apply_look(self) -> None:
        """Put theme, text size, contrast and motion on the application."""
        chosen = self.settings
        theme().apply(
            Scheme(chosen.theme),
            scale=chosen.text_size,
            high_contrast=chosen.high_contrast,
            reduced_motion=chosen.reduced_motion,
        )
