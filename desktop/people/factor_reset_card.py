"""Taking a person's second factor away who lost it: an administrator's act on the person's page."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.core.factor_api import FRESH_NEEDED, FactorApi
from desktop.shell.confirm_dialog import run_fresh
from desktop.shell.page import tell, tell_problem
from desktop.widgets.buttons import danger
from desktop.widgets.card import Card
from desktop.widgets.label import Label
from shared.core.errors import CampusError
from shared.people.vocabulary import Permission


class FactorResetCard(Card):
    """For another person; nothing of a secret is shown, and the person is told."""

    def __init__(self, desk: Desk, person_id: str, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._desk, self._person_id = desk, person_id
        self.setAccessibleName(self.tr("Second factor"))
        self.add(Label(self.tr("Second factor"), "section"))
        words = self.tr("Lost phone? Take the second factor away. All sign-ins of this person end, the person is told,"
                        " and adds a new one where the role asks for it.")  # fmt: skip
        self.add(Label(words, "small", "muted", wrap=True))
        row = QHBoxLayout()
        self.button = danger(self.tr("Take the second factor away"), "lock", self.reset)
        row.addWidget(self.button)
        row.addStretch(1)
        self.add(row)

    def reset(self) -> None:
        """Ask the server; it asks for a fresh sign-in first."""
        client, person_id = self._desk.client, self._person_id
        if client is None:
            return
        self.button.set_busy(True)
        run_fresh(self, client, lambda: FactorApi(client).reset(person_id), self._done, self._refused)

    def _done(self, found: bool) -> None:
        self.button.set_busy(False)
        tell(self, self.tr("The second factor was taken away") if found else self.tr("There was no second factor"))

    def _refused(self, problem: Exception) -> None:
        self.button.set_busy(False)
        if not isinstance(problem, CampusError):
            raise problem
        if problem.code != FRESH_NEEDED:
            tell_problem(self, problem)


def factor_reset_card(desk: Desk, person_id: str) -> FactorResetCard | None:
    """Return the card for those who may, and not for oneself; None otherwise, and without a server."""
    may = desk.actor.may(Permission.SECURITY_MANAGE) and desk.client is not None
    return FactorResetCard(desk, person_id) if may and person_id != desk.actor.person_id else None
