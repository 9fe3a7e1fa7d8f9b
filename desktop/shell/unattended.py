"""Carries an unattended set-up out at the sign-in window: meets the server, pins it, and remembers it."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from desktop.core.api_errors import ApiError
from desktop.core.set_up import SetUp
from desktop.core.settings import Server, Settings
from desktop.shell.gate import Gate
from desktop.shell.preferences import Preferences
from desktop.shell.sign_in_window import SignInWindow
from desktop.widgets.background import run_in_background
from shared.core.errors import CampusError

_AGAIN_MS = 15_000
_FINAL = frozenset({"fingerprint_differs", "certificate_changed", "address_not_usable"})


def is_done(settings: Settings, wanted: SetUp) -> bool:
    """Tell whether this computer was set up for that server already."""
    known = settings.server(wanted.address, wanted.institute)
    same = known is not None and (not wanted.fingerprint or (known.pin or "").lower() == wanted.fingerprint)
    return same and (not wanted.computer or settings.device_name == wanted.computer)


class Unattended(QObject):
    """Tries until the server answers; a server that shows another certificate ends it with the reason on screen."""

    def __init__(self, wanted: SetUp, gate: Gate, preferences: Preferences, window: SignInWindow) -> None:
        super().__init__(window)
        self._wanted, self._gate, self._preferences, self._window = wanted, gate, preferences, window
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(_AGAIN_MS)
        self._again.timeout.connect(self.start)

    def start(self) -> None:
        """Meet the server."""
        wanted, gate = self._wanted, self._gate
        self._window.show_busy(self.tr("Setting this computer up for {address}").format(address=wanted.address))
        run_in_background(lambda: gate.set_up(wanted), self._met, self._failed, self)

    def _met(self, server: Server) -> None:
        if self._wanted.computer:
            self._preferences.change(device_name=self._wanted.computer)
            self._gate.device_name = self._wanted.computer
        self._preferences.keep(self._preferences.settings.with_server(server))
        self._window.use_server(server)

    def _failed(self, problem: Exception) -> None:
        if not isinstance(problem, CampusError):
            raise problem
        self._window.show_refusal(problem)
        if isinstance(problem, ApiError) or problem.code not in _FINAL:
            self._again.start()
