"""Who needs a second factor: the roles with a check each, and a proposal for all staff."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.people.actions import Done, take_back
from desktop.people.role_actions import save_role
from desktop.people.role_store import role_names, role_rows
from desktop.shell.page import follow, tell, tell_problem
from desktop.widgets.buttons import secondary
from desktop.widgets.card import Card
from desktop.widgets.check import Check
from desktop.widgets.label import Label
from shared.core.errors import CampusError
from shared.core.text import text
from shared.people.permission_catalogue import why_not
from shared.people.vocabulary import ROLE, Permission, Role

_COLUMNS = 2


class FactorPolicyCard(Card):
    """Follows the roles; a check that is set holds for everybody with the role from the next sign-in on."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Who needs a second factor"), parent=parent)
        self._desk = desk
        words = self.tr("Whoever has one of these roles adds a second factor at the next sign-in, before anything else."
                        " Students choose by themselves unless you set it here.")  # fmt: skip
        self.add(Label(words, "small", "muted", wrap=True))
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(24)
        self._grid.setVerticalSpacing(2)
        self.add(self._grid)
        self.checks: dict[str, Check] = {}
        row = QHBoxLayout()
        self.propose = secondary(self.tr("Set it for all staff"), "users", self.set_for_staff)
        row.addWidget(self.propose)
        row.addStretch(1)
        self.add(row)
        self.why = Label("", "small", "muted", wrap=True)
        self.add(self.why)
        follow(desk.store, self, lambda changed: self.refresh() if ROLE in changed.kinds else None)
        self.refresh()

    def refresh(self) -> None:
        """Show each role as it is."""
        organisation_id = self._desk.actor.organisation_id
        rows, names = role_rows(self._desk.store, organisation_id), role_names(self._desk.store, organisation_id)
        reason = why_not(self._desk.actor, Permission.ROLES_EDIT)
        if list(rows) != list(self.checks):
            self._make_checks(list(rows))
        for key, check in self.checks.items():
            check.setText(names[key])
            check.setAccessibleName(self.tr("{role} needs a second factor").format(role=names[key]))
            check.setChecked(bool(rows[key]["needs_factor"]))
            check.setEnabled(reason is None)
        missing = [key for key in self._staff() if not rows[key]["needs_factor"]]
        self.propose.setVisible(bool(missing))
        self.propose.setEnabled(reason is None)
        self.why.setText(reason or "")
        self.why.setVisible(bool(reason))

    def _make_checks(self, keys: list[str]) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        self.checks = {}
        half = -(-len(keys) // _COLUMNS)
        for at, key in enumerate(keys):
            check = Check("")
            check.clicked.connect(lambda checked=False, key=key: self.set_role(key, checked))
            self.checks[key] = check
            self._grid.addWidget(check, at % half, at // half)
        self._grid.setColumnStretch(_COLUMNS, 1)

    def _staff(self) -> list[str]:
        return [key for key in self.checks if key not in {Role.STUDENT, Role.PLATFORM_ADMINISTRATOR}]

    def set_role(self, key: str, needs: bool) -> None:
        """Ask a second factor of a role's holders, or not."""
        done = self._save(key, needs)
        if done is not None:
            tell(self, done.words, partial(self._undo, [done]))
        self.refresh()

    def set_for_staff(self) -> None:
        """Ask a second factor of all staff."""
        saved = [self._save(key, True) for key in self._staff()]
        made = [done for done in saved if done is not None]
        if made:
            tell(self, text("All staff needs a second factor from the next sign-in on"), partial(self._undo, made))
        self.refresh()

    def _save(self, key: str, needs: bool) -> Done | None:
        row = role_rows(self._desk.store, self._desk.actor.organisation_id)[key]
        try:
            return save_role(self._desk, row, {"needs_factor": needs})
        except CampusError as problem:
            tell_problem(self, problem)
            return None

    def _undo(self, made: list[Done]) -> None:
        for done in reversed(made):
            take_back(self._desk, done)
        self.refresh()
