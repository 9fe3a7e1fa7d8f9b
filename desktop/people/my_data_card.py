"""My data: ask the server for everything it keeps about oneself, see how far that is, and save it once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.people.rights_api import READY, UNDER_WAY, RightsApi
from desktop.shell.file_saving import ask_where
from desktop.shell.page import tell, tell_problem
from desktop.shell.times import instant_words, local_now, zone_of
from desktop.widgets.background import Lane, run_in_background
from desktop.widgets.buttons import primary, secondary
from desktop.widgets.card import Card
from desktop.widgets.label import Label
from desktop.widgets.progress import Bar
from shared.core.errors import CampusError

_LOOK_MS = 3_000


class MyDataCard(Card):
    """Looks every three seconds while a package is made; without a server it says that one is needed."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("My data"), parent=parent)
        self._desk, self._person_id = desk, desk.actor.person_id
        self._state: dict[str, Any] | None = None
        words = self.tr("Everything the institute keeps about you, as a package: a paper to read, the same for"
                        " programs, and your files. Names of other people are masked.")  # fmt: skip
        self.add(Label(words, "small", "muted", wrap=True))
        self.words = Label("", "body", wrap=True)
        self.add(self.words)
        self.bar = Bar(name=self.tr("Package"))
        self.bar.setRange(0, 100)
        self.add(self.bar)
        row = QHBoxLayout()
        self.ask_button = secondary(self.tr("Ask for my data"), "download", self.ask)
        self.save_button = primary(self.tr("Save the package"), "download", self.choose_place)
        row.addWidget(self.ask_button)
        row.addWidget(self.save_button)
        row.addStretch(1)
        self.add(row)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self.look)
        self._show(None)

    def showEvent(self, event: QShowEvent) -> None:
        """Look how far a package is that was asked for before."""
        super().showEvent(event)
        self.look()

    def look(self) -> None:
        """Ask the server how far it is."""
        api = self._api()
        if api is not None:
            run_in_background(
                lambda: api.package_state(self._person_id), self._show, lambda _problem: None, self, Lane.NETWORK
            )

    def ask(self) -> None:
        """Ask for a package."""
        api = self._api()
        if api is not None:
            self.ask_button.set_busy(True)
            run_in_background(lambda: api.ask_package(self._person_id), self._show, self._fail, self, Lane.NETWORK)

    def choose_place(self) -> None:
        """Ask where the package goes."""
        ask_where(self, self.tr("Save the package"), "my-data.zip", self.save)

    def save(self, place: Path) -> None:
        """Take the package and write it to a file."""
        api, state = self._api(), self._state
        if api is not None and state is not None:
            self.save_button.set_busy(True)
            run_in_background(
                lambda: api.save_package(self._person_id, str(state["id"]), place),
                lambda _size: self._saved(place),
                self._fail,
                self,
                Lane.NETWORK,
            )

    def _api(self) -> RightsApi | None:
        return RightsApi(self._desk.client, self._desk.ids) if self._desk.client is not None else None

    def _saved(self, place: Path) -> None:
        self.save_button.set_busy(False)
        tell(self, self.tr("Saved as {name}").format(name=place.name))
        self.look()

    def _fail(self, problem: Exception) -> None:
        self.ask_button.set_busy(False)
        self.save_button.set_busy(False)
        if not isinstance(problem, CampusError):
            raise problem
        tell_problem(self, problem)
        self.look()

    def _show(self, state: dict[str, Any] | None) -> None:
        self._state = state
        kind = str(state["state"]) if state else ""
        under_way, ready = kind in UNDER_WAY, kind == READY
        self.ask_button.set_busy(False)
        self.ask_button.setVisible(not under_way and not ready)
        self.ask_button.setEnabled(self._desk.client is not None)
        self.save_button.setVisible(ready)
        self.bar.setVisible(under_way)
        self.bar.setValue(int(state["progress"]) if state else 0)
        self.words.setText(self._words(kind, state))
        self.words.setVisible(bool(self.words.text()))
        if under_way and self.isVisible():
            self._timer.start()

    def _words(self, kind: str, state: dict[str, Any] | None) -> str:
        if self._desk.client is None:
            return self.tr("This needs the server. Sign in with a network.")
        if kind in UNDER_WAY:
            return self.tr("The package is being made. You can leave this page.")
        if kind == READY and state is not None:
            until = instant_words(str(state["expires_at"]), zone_of(self._desk), local_now(self._desk))
            return self.tr("The package is ready. It can be saved once, until {time}.").format(time=until)
        return self.tr("The last package was saved or is too old.") if state else ""
