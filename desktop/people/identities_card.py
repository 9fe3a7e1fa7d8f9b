"""One's own identities at providers: linked by way of the browser, and unlinked; both ask for a fresh sign-in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.core.api_client import ApiClient
from desktop.core.browser_answer import BrowserAnswer
from desktop.core.desk import Desk
from desktop.people.door_card import DoorCard
from desktop.people.door_line import DoorLine
from desktop.people.entry_office import OfficeCalls
from desktop.shell.browser_wait import BrowserWait
from desktop.shell.confirm_dialog import run_fresh
from desktop.shell.entry_steps import open_in_browser
from desktop.shell.page import tell, tell_problem
from desktop.shell.times import instant_words, zone_of
from desktop.widgets.background import run_in_background
from desktop.widgets.buttons import Button, secondary
from shared.core.errors import CampusError

_SECONDS = 300.0


class IdentitiesCard(DoorCard):
    """Hidden where the institute has no provider and nothing is linked."""

    def __init__(
        self, desk: Desk, parent: QWidget | None = None, open_browser: Callable[[str], None] = open_in_browser
    ) -> None:
        super().__init__(desk, lambda: OfficeCalls.of(desk).identities(), self.show_identities, parent)
        self._open_browser = open_browser
        self._browser = BrowserWait(self)
        words = self.tr("With one of these you sign in by the browser, without your password here.")
        self.name(self.tr("Sign in with another account"), words)
        self._adding = QHBoxLayout()
        self._adding.setSpacing(8)
        self.add(self._adding)
        self.link_buttons: dict[str, Button] = {}

    def show_identities(self, found: tuple[Sequence[Mapping[str, Any]], Sequence[Mapping[str, Any]]]) -> None:
        """Show what is linked, and what could be."""
        linked, offered = found
        now, zone = self._desk.clock.now(), zone_of(self._desk)
        for one in linked:
            since = self.tr("linked {time}").format(time=instant_words(one["linked_at"], zone, now))
            line = DoorLine(str(one["name"]), f"{one['email'] or one['name']} · {since}", icon="user")
            line.add_button(Button(self.tr("Unlink"), small=True, on_click=partial(self.unlink, one["provider_id"])))
            self.lines.addWidget(line)
        while (item := self._adding.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        taken = {one["provider_id"] for one in linked}
        self.link_buttons = {}
        for one in offered:
            if one["id"] not in taken:
                words = self.tr("Link {name}").format(name=one["name"])
                button = secondary(words, "user-plus", partial(self.link, str(one["id"])))
                self.link_buttons[str(one["id"])] = button
                self._adding.addWidget(button)
        self._adding.addStretch(1)
        self.setVisible(bool(linked or offered))

    def unlink(self, provider_id: str) -> None:
        """Unlink an identity."""
        client = self._client()
        if client is None:
            return
        calls = OfficeCalls.of(self._desk)
        words = self.tr("Unlinked")
        run_fresh(self, client, lambda: calls.unlink(provider_id), lambda _left: self._did(words), self._did_not)

    def link(self, provider_id: str) -> None:
        """Send the browser out and wait for what it brings back."""
        client = self._client()
        if client is None:
            return
        calls, waiting = OfficeCalls.of(self._desk), self._browser.begin()
        run_fresh(
            self,
            client,
            lambda: calls.begin_link(provider_id, waiting.port),
            lambda out: self._go_out(calls, waiting, out),
            lambda problem: self._came_to_nothing(waiting, problem),
        )

    def _go_out(self, calls: OfficeCalls, waiting: BrowserAnswer, out: Mapping[str, Any]) -> None:
        if not self._browser.is_for(waiting):
            return
        self._open_browser(str(out["address"]))
        self.state.setText(self.tr("Go on in the browser window that opened."))
        self.state.show()

        def come_back() -> Any:
            return calls.finish_link(out, waiting.wait(_SECONDS))

        words = self.tr("Linked")
        run_in_background(come_back, lambda _all: self._did(words), partial(self._came_to_nothing, waiting), self)

    def _did(self, words: str) -> None:
        self._end_waiting()
        tell(self, words)
        self.refresh()

    def _came_to_nothing(self, waiting: BrowserAnswer, problem: Exception) -> None:
        """Say so, unless another way was begun meanwhile and this one ended for it."""
        if self._browser.is_for(waiting) or not isinstance(problem, CampusError):
            self._did_not(problem)

    def _did_not(self, problem: Exception) -> None:
        self._end_waiting()
        if not isinstance(problem, CampusError):
            raise problem
        tell_problem(self, problem)
        self.refresh()

    def _end_waiting(self) -> None:
        self.state.hide()
        self._browser.end()

    def _client(self) -> ApiClient | None:
        return self._desk.client
