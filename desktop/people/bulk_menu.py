"""What else can be done with the people who are selected in the list: roles, sign-ins, files, and removing mistakes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from desktop.core.desk import Desk
from desktop.core.factor_api import FRESH_NEEDED
from desktop.people import bulk_actions
from desktop.people.bulk_dialogs import ExportDialog, GiveRoleDialog, RemoveDialog
from desktop.shell.confirm_dialog import run_fresh
from desktop.shell.file_saving import save_fetched
from desktop.shell.page import tell, tell_problem
from desktop.widgets.background import Lane, run_in_background
from desktop.widgets.dialog import Dialog
from desktop.widgets.icons import icon
from shared.core.errors import CampusError
from shared.core.text import plural
from shared.people.permission_catalogue import why_not
from shared.people.profile_fields import may_see_private
from shared.people.vocabulary import Permission


class BulkMenu(QObject):
    """The acts for the page that shows the list. ``done`` gives what can be undone, ``changed`` asks to read anew."""

    done = Signal(object)
    changed = Signal()

    def __init__(self, page: QWidget, desk: Desk, selected: Callable[[], Sequence[str]]) -> None:
        super().__init__(page)
        self._page, self._desk, self._selected = page, desk, selected
        self.dialog: Dialog | None = None

    def menu(self) -> QMenu:
        """Return the menu; what may not be done rests and says why. It is gone once it closes."""
        menu = QMenu(self._page)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setToolTipsVisible(True)
        for sign, words, act, permission, network in (
            ("users", self.tr("Give a role"), self.ask_role, Permission.ROLES_ASSIGN, False),
            ("log-out", self.tr("End sign-ins"), self.end_sign_ins, Permission.SECURITY_MANAGE, True),
            ("download", self.tr("Export"), self.ask_export, Permission.PEOPLE_EXPORT, True),
            ("circle-x", self.tr("Remove"), self.ask_removal, Permission.PEOPLE_BULK, True),
        ):
            action = QAction(icon(sign), words, menu)
            reason = why_not(self._desk.actor, permission)
            if network and self._desk.client is None:
                reason = reason or self.tr("This needs the server. Connect first.")
            action.setEnabled(reason is None)
            action.setToolTip(reason or words)
            action.triggered.connect(partial(_call, act))
            menu.addAction(action)
        return menu

    def open_below(self, button: QWidget) -> None:
        """Show the menu below a button."""
        self.menu().popup(button.mapToGlobal(QPoint(0, button.height() + 4)))

    # ------------------------------------------------------------------------------------------------------ the acts

    def ask_role(self) -> None:
        """Ask which role to give."""
        dialog = GiveRoleDialog(self._page.window(), self._desk, len(self._selected()))
        dialog.given.connect(self.give_role)
        self._open(dialog)

    def give_role(self, role: str) -> None:
        """Give the role to everyone selected."""
        try:
            given = bulk_actions.give_role(self._desk, self._selected(), role)
        except CampusError as problem:
            tell_problem(self._page, problem)
            return
        if given is None:
            tell(self._page, self.tr("They have this role already"))
            return
        self.done.emit(given)

    def end_sign_ins(self) -> None:
        """End the sign-ins of everyone selected, but not this one."""
        ids = list(self._selected())
        self._run(lambda: bulk_actions.end_sign_ins(self._desk, ids), self._ended)

    def _ended(self, n: int) -> None:
        tell(self._page, plural("{n} sign-in was ended", "{n} sign-ins were ended", n))

    def ask_export(self, *, everyone: bool = False) -> None:
        """Ask which columns the file shall have."""
        ids = [] if everyone else list(self._selected())
        dialog = ExportDialog(self._page.window(), len(ids), private=may_see_private(self._desk.actor))
        dialog.wanted.connect(partial(self.export, ids))
        self._open(dialog)

    def export(self, ids: Sequence[str], columns: Sequence[str], kind: str) -> None:
        """Ask for the place, and save the list there."""
        chosen, _ = QFileDialog.getSaveFileName(self._page, "", f"people.{kind}", f"{kind.upper()} (*.{kind})")
        if chosen:
            words = self.tr("Saved as {name}").format(name=Path(chosen).name)
            fetch = partial(bulk_actions.export_list, self._desk, ids, columns, kind)
            save_fetched(self._page, fetch, Path(chosen), lambda _content: words)

    def ask_removal(self) -> None:
        """Ask the server who could be removed, and show it."""
        ids = list(self._selected())
        self._run(lambda: bulk_actions.removal_outlook(self._desk, ids), self._show_outlook)

    def _show_outlook(self, outlook: Sequence[Any]) -> None:
        dialog = RemoveDialog(self._page.window(), outlook)
        dialog.given.connect(self.remove)
        dialog.opened.connect(lambda person_id: self._desk.open("people.person", person_id))
        self._open(dialog)

    def remove(self, ids: Sequence[str], reason: str) -> None:
        """Remove; the server asks for a fresh sign-in first."""
        client = self._desk.client
        if client is not None:
            run_fresh(
                self._page, client, lambda: bulk_actions.remove(self._desk, ids, reason), self._removed, self._failed
            )

    def _removed(self, told: Any) -> None:
        n = len(told["removed"])
        tell(self._page, plural("{n} person was removed", "{n} people were removed", n))
        self._desk.sync_now()
        self.changed.emit()

    # --------------------------------------------------------------------------------------------------------- tools

    def _open(self, dialog: Dialog) -> None:
        self.dialog = dialog
        dialog.finished.connect(dialog.deleteLater)
        if not dialog.open_dialog():
            dialog.deleteLater()

    def _run(self, work: Callable[[], Any], on_ok: Callable[[Any], object]) -> None:
        run_in_background(work, on_ok, self._failed, self._page, Lane.NETWORK)

    def _failed(self, problem: Exception) -> None:
        if not isinstance(problem, CampusError):
            raise problem
        if problem.code != FRESH_NEEDED:
            tell_problem(self._page, problem)


def _call(act: Callable[[], object], _checked: bool = False) -> None:
    act()
