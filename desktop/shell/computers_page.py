"""Computers: which hold unsent work, how full their disks are, when they were last heard of; and getting work away."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.core.desk import Desk
from desktop.core.lab_machine import STICK_SUFFIX, BroughtIn, LabMachine, bring_in
from desktop.core.profiles import Profile
from desktop.core.signed_in import SignedIn
from desktop.shell.computer_columns import computer_columns, summary
from desktop.shell.lab_rounds import here_of
from desktop.shell.lost_ask_dialog import LostAskDialog
from desktop.shell.online_page import OnlinePage, Row, Sorts
from desktop.shell.page import tell, tell_problem
from desktop.shell.set_up_dialog import SetUpDialog
from desktop.widgets.background import run_in_background
from desktop.widgets.buttons import primary, secondary
from desktop.widgets.card import Card
from desktop.widgets.empty_state import EmptyState
from shared.core.actor import Actor
from shared.core.errors import CampusError
from shared.core.text import plural
from shared.people.permission_catalogue import why_not
from shared.people.vocabulary import Permission

COMPUTERS = "shell.computers"


def why_not_lost(actor: Actor) -> str:
    """Return why someone may not mark a computer as lost, or nothing."""
    return why_not(actor, Permission.SECURITY_MANAGE) or ""


class ComputersPage(OnlinePage):
    """The list comes from the server, so it needs the network; what is done with this computer's own work doesn't."""

    path = "/api/v1/computers"
    every_ms = 60_000

    def __init__(
        self,
        desk: Desk,
        machine: LabMachine | None = None,
        signed_in: SignedIn | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(desk, COMPUTERS, QCoreApplication.translate("ComputersPage", "Computers"), parent)
        self._machine, self._signed_in = machine, signed_in
        self._add_acts()
        self.column.addWidget(self._make_list(), 1)

    def _add_acts(self) -> None:
        self.lost_button = secondary(self.tr("Mark as lost"), "lock", self.ask_lost)
        self.lost_button.setEnabled(False)
        self.head.add_button(self.lost_button)
        self.set_up_button = secondary(self.tr("Set up a computer"), "monitor", self.open_set_up)
        self.in_button = secondary(self.tr("Bring work in"), "upload", self.ask_what)
        self.off_button = secondary(self.tr("Take work off"), "download", self.ask_where)
        self.send_button = primary(self.tr("Send work left here"), "cloud-upload", self.send)
        self.in_button.setToolTip(self.tr("Hand work from a stick to the server"))
        self.off_button.setToolTip(self.tr("Save all unsent work of this computer, sealed, to a stick"))
        self.send_button.setToolTip(self.tr("Send what people who have gone home left on this computer"))
        for button in (self.set_up_button, self.in_button, self.off_button, self.send_button):
            self.head.add_button(button)
            button.setEnabled(self._machine is not None and self.desk.client is not None)

    def _make_list(self) -> Card:
        sorts: Sorts = {
            "name": lambda body: str(body["name"]).casefold(),
            "unsent": lambda body: body["unsent"],
            "disk": lambda body: body["disk_free"] or 0,
            "contact": lambda body: body["last_contact_at"],
            "version": lambda body: body["version"],
        }
        nothing = EmptyState(
            "monitor",
            self.tr("No computer has told of itself yet"),
            self.tr("Each does within minutes of someone signing in on it."),
        )
        words = self.tr("The list comes from the server. Work on this computer can still be taken off on a stick.")
        card = self.make_table(computer_columns(self.desk.clock.now, self.desk.store.zone), sorts, nothing, words)
        self.table.sort_by("unsent", descending=True)
        self.table.current.connect(lambda _key: self._show_lost_button())
        return card

    # ------------------------------------------------------------------------------------------------------ showing

    def show_data(self, data: list[Row]) -> None:
        """Show the computers."""
        self.show_rows(data)
        self.head.set_words(self.title, summary(data))
        self._show_lost_button()

    def show_problem(self, problem: CampusError) -> None:
        """Leave the list standing where there is one, and say that it may be old."""
        if self.source.count(self.table.record_model.query):
            self.head.set_words(self.title, self.tr("The server can't be reached; the list may be old"))
        else:
            self.show_away(problem)

    def show_away(self, problem: CampusError | None = None) -> None:
        """Say that the server is away, or what it answered instead."""
        super().show_away(problem)
        self.head.set_words(self.title, self.tr("The list comes from the server"))

    # ------------------------------------------------------------------------------------------------------ acting

    def send(self) -> None:
        """Send the work of everyone who isn't signed in here."""
        machine, client = self._machine, self.desk.client
        if machine is None or client is None:
            return
        here = here_of(self._signed_in) if self._signed_in is not None else None

        def work() -> list[Profile]:
            sent = machine.send(client, timedelta(0))
            machine.tell(client, here)
            return sent

        self._run(work, self._sent)

    def _sent(self, sent: list[Profile]) -> None:
        names = ", ".join(one.name for one in sent)
        words = plural("Work of {names} sent", "Work of {n} people sent: {names}", len(sent), names=names)
        tell(self, words if sent else self.tr("Nobody left unsent work on this computer"))
        self.refresh()

    def ask_where(self) -> None:
        """Ask where the unsent work of this computer is to be saved."""
        name = self._machine.name if self._machine is not None else ""
        dialog = self._file_dialog(self.tr("Take work off"), f"{name}{STICK_SUFFIX}")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.fileSelected.connect(lambda chosen: self.take_off(Path(chosen)))
        dialog.open()

    def take_off(self, path: Path) -> None:
        """Save all unsent work of this computer, sealed, to a file."""
        machine = self._machine
        if machine is not None:
            here = here_of(self._signed_in) if self._signed_in is not None else None
            self._run(partial(machine.take_off, path, here), partial(self._taken_off, path))

    def _taken_off(self, path: Path, people: int) -> None:
        words = plural(
            "Work of {n} person saved to {name}", "Work of {n} people saved to {name}", people, name=path.name
        )
        tell(self, words)

    def ask_what(self) -> None:
        """Ask which file is to be brought in."""
        dialog = self._file_dialog(self.tr("Bring work in"), "")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda chosen: self.bring_in(Path(chosen)))
        dialog.open()

    def bring_in(self, path: Path) -> None:
        """Hand the work in a file to the server."""
        client = self.desk.client
        if client is not None:
            self._run(lambda: bring_in(client, path), self._brought_in)

    def _brought_in(self, told: BroughtIn) -> None:
        if told.held:
            words = plural(
                "Work of {n} person waits for the office to decide",
                "Work of {n} people waits for the office to decide",
                told.held,
            )
        elif told.new:
            words = plural("{n} change is on the server now", "{n} changes are on the server now", told.changes)
        else:
            words = self.tr("All of this was on the server already")
        tell(self, words)
        self.refresh()

    def _file_dialog(self, title: str, name: str) -> QFileDialog:
        dialog = QFileDialog(self.window(), title)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setNameFilter(self.tr("Unsent work (*{suffix})").format(suffix=STICK_SUFFIX))
        dialog.setDefaultSuffix(STICK_SUFFIX.removeprefix("."))
        if name:
            dialog.selectFile(name)
        return dialog

    def _run(self, work: Callable[[], Any], done: Callable[[Any], object]) -> None:
        """Do something slow with the page's buttons resting meanwhile."""
        buttons = (self.in_button, self.off_button, self.send_button)
        for button in buttons:
            button.setEnabled(False)

        def ended() -> None:
            for button in buttons:
                button.setEnabled(True)

        def ok(result: Any) -> None:
            ended()
            done(result)

        def failed(problem: Exception) -> None:
            ended()
            if not isinstance(problem, CampusError):
                raise problem
            tell_problem(self, problem)

        run_in_background(work, ok, failed, self)

    # ------------------------------------------------------------------------------------------------------ lost

    def _current(self) -> Row | None:
        identity = self.table.current_id()
        return self.source.rows([identity]).get(identity) if identity else None

    def _show_lost_button(self) -> None:
        body, why = self._current(), why_not_lost(self.desk.actor)
        marked = bool(body and body.get("lost_at"))
        self.lost_button.setText(self.tr("Undo lost") if marked else self.tr("Mark as lost"))
        self.lost_button.setToolTip(why or self.tr("Choose a computer in the list first"))
        self.lost_button.setEnabled(body is not None and not why and not body.get("met_at"))

    def ask_lost(self) -> None:
        """Ask why the chosen computer is lost, or undo its mark."""
        body = self._current()
        if body is None:
            return
        if body.get("lost_at"):
            self.undo_lost(body)
            return
        dialog = LostAskDialog(self.window(), str(body["name"]))
        dialog.marked.connect(partial(self.mark_lost, body))
        dialog.finished.connect(dialog.deleteLater)
        if not dialog.open_dialog():
            dialog.deleteLater()

    def mark_lost(self, body: Row, reason: str) -> None:
        """Mark everything on a computer as lost."""
        words = self.tr("{name} is marked as lost").format(name=body["name"])
        self._tell_server("POST", body, {"reason": reason}, words, partial(self.undo_lost, body))

    def undo_lost(self, body: Row) -> None:
        """Undo the mark of a computer that wasn't heard of since."""
        words = self.tr("{name} isn't marked as lost any more").format(name=body["name"])
        self._tell_server("DELETE", body, {}, words)

    def _tell_server(
        self, method: str, body: Row, content: Row, words: str, undo: Callable[[], object] | None = None
    ) -> None:
        client = self.desk.client
        if client is None:
            return

        def done(_result: object) -> None:
            tell(self, words, undo)
            self.refresh()

        self._run(lambda: client.write(method, f"{self.path}/{body['id']}/lost", content, self.desk.ids()), done)

    def open_set_up(self) -> None:
        """Show how another computer is set up for this server."""
        if self._machine is None:
            return
        dialog = SetUpDialog(self.window(), self._machine.server)
        dialog.finished.connect(dialog.deleteLater)
        if not dialog.open_dialog():
            dialog.deleteLater()
