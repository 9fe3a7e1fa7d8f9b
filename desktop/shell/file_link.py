"""A button beside a file that copies an address which opens it without a sign-in, for minutes."""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from desktop.core.api_client import API
from desktop.core.desk import Desk
from desktop.core.server_asking import client_of
from desktop.shell.page import tell, tell_problem
from desktop.widgets.background import Lane, run_in_background
from desktop.widgets.buttons import Button, Kind
from shared.core.clock import parse_instant
from shared.core.errors import CampusError
from shared.core.text import plural, text


def link_to(desk: Desk, sha256: str) -> tuple[str, int]:
    """Return an address that opens a file, and for how many minutes it does; it blocks: use a worker.

    Raises CampusError `server_unreachable` without a server, and what the server says (`not_found`).
    """
    client = client_of(desk, text("A link is made at the server. Connect first."))
    made = client.write("POST", f"{API}/files/{sha256}/links", {}, desk.ids())["data"]
    url = str(made["url"])
    left = parse_instant(made["expires_at"]) - desk.clock.now()
    # A CDN or a store of its own gives a whole address; a path is this server's.
    whole = desk.settings.last_server.rstrip("/") + url if url.startswith("/") else url
    return whole, max(1, math.ceil(left.total_seconds() / 60))


class LinkButton(Button):
    """Copies a link to one file; whoever has it can open the file until it ends."""

    def __init__(self, desk: Desk | None, sha256: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Copy link"), kind=Kind.QUIET, small=True, parent=parent)
        self._desk, self._sha256 = desk, sha256
        self.setAccessibleName(self.tr("Copy a link to {name} that ends within minutes").format(name=name))
        self.setToolTip(self.tr("Whoever has the link can open the file until it ends, within minutes"))
        self.setVisible(desk is not None and desk.client is not None)
        self.clicked.connect(self._make)

    def _make(self) -> None:
        desk, sha256 = self._desk, self._sha256
        if desk is None:
            return
        self.set_busy(True)
        work: Callable[[], tuple[str, int]] = lambda: link_to(desk, sha256)  # noqa: E731 - one thing to run
        run_in_background(work, self._made, self._failed, self, Lane.NETWORK)

    def _made(self, made: tuple[str, int]) -> None:
        self.set_busy(False)
        address, minutes = made
        QGuiApplication.clipboard().setText(address)
        words = plural(
            "The link is copied. It ends in {n} minute", "The link is copied. It ends in {n} minutes", minutes
        )
        tell(self, words)

    def _failed(self, problem: Exception) -> None:
        self.set_busy(False)
        if not isinstance(problem, CampusError):
            raise problem
        tell_problem(self, problem)
