"""Plays the sounds of scanning; each of them has a twin on the screen, so that silence loses nothing."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, QTimer, QUrl

from desktop.widgets.multimedia import load_multimedia
from desktop.widgets.tokens import resource_path

READ, ACCEPTED, REFUSED = "read", "accepted", "refused"
_AFTER_READ_MS = 120


class Sounds(QObject):
    """``play`` one of ``read``, ``accepted``, ``refused``; what sounds is loaded at the first one."""

    def __init__(self, parent: QObject | None = None, *, on: bool = True) -> None:
        super().__init__(parent)
        self.on = on
        self.played: list[str] = []
        self._effects: dict[str, Any] | None = None

    def play(self, name: str) -> None:
        """Play a sound, where the computer has something to play it on."""
        self.played = [*self.played[-9:], name]
        if not self.on:
            return
        effect = self._loaded().get(name)
        if effect is not None:
            effect.play()

    def play_result(self, *, good: bool) -> None:
        """Play what became of a scan, just after the beep that it was read."""
        QTimer.singleShot(_AFTER_READ_MS, self, lambda: self.play(ACCEPTED if good else REFUSED))

    def _loaded(self) -> dict[str, Any]:
        if self._effects is None:
            self._effects = self._load()
        return self._effects

    def _load(self) -> dict[str, Any]:
        media = load_multimedia()
        if media is None or not media.QMediaDevices.audioOutputs():
            return {}
        effects = {}
        for name in (READ, ACCEPTED, REFUSED):
            effect = media.QSoundEffect(self)
            effect.setSource(QUrl.fromLocalFile(str(resource_path("sounds", f"{name}.wav"))))
            effects[name] = effect
        return effects
