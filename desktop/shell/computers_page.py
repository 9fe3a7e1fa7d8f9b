"""Computers: which hold unsent work, how full their disks are, when they were last heard of; and getting work away."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.core.lab_machine import STICK_SUFFIX, BroughtIn, LabMachine, bring_in
from desktop.core.profiles import Profile
from desktop.core.signed_in import SignedIn
from desktop.shell.computer_columns import computer_columns, summary
from desktop.shell.lab_rounds import here_of
from desktop.shell.lost_ask_dialog import LostAskDialog
from desktop.shell.page import tell, tell_problem
from desktop.shell.set_up_dialog import SetUpDialog
from desktop.widgets.background import run_in_background
from desktop.widgets.buttons import primary, secondary
from desktop.widgets.card import Card
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.layouts import PageHead
from desktop.widgets.record_table import RecordTable
from desktop.widgets.row_source import ListSource
from desktop.widgets.server_list import ServerListCard
from shared.core.actor import Actor
from shared.core.errors import CampusError
from shared.core.text import plural
from shared.people.permission_catalogue import why_not
from shared.people.vocabulary import Permission

COMPUTERS = "shell.computers"
_PATH = "/api/v1/computers"
_EVERY_MS = 60_000
Body = Mapping[str, Any]


def why_not_lost(actor: Actor) -> str:
    """Return why someone may not mark a computer as lost, or nothing."""
    return why_not(actor, Permission.SECURITY_MANAGE) or ""


class ComputersPage(QWidget):
    """The list comes from the server, so it needs the network; what is done with this computer's own work doesn't."""

    def __init__(
        self,
        desk: Desk,
        machine: LabMachine | None = None,
        signed_in: SignedIn | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._desk, self._machine, self._signed_in = desk, machine, signed_in
        self.setObjectName(COMPUTERS)
        self.setWindowTitle(self.tr("Computers"))
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(14)
        column.addWidget(self._make_head())
        column.addWidget(self._make_table(), 1)
        self._timer = QTimer(self, interval=_EVERY_MS)
        self._timer.timeout.connect(self.refresh)

    def _make_head(self) -> PageHead:
        self.head = PageHead(self.tr("Computers"), self.tr("Asking the server"))
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
            button.setEnabled(self._machine is not None and self._desk.client is not None)
        return self.head

    def _make_table(self) -> Card:
        self.source: ListSource[Body] = ListSource(
            lambda body: str(body["id"]),
            {
                "name": lambda body: str(body["name"]).casefold(),
                "unsent": lambda body: body["unsent"],
                "disk": lambda body: body["disk_free"] or 0,
                "contact": lambda body: body["last_contact_at"],
                "version": lambda body: body["version"],
            },
        )
        columns = computer_columns(self._desk.clock.now, self._desk.store.zone)
        self.table = RecordTable(self.source, columns, name=self.tr("Computers"))
        self.table.sort_by("unsent", descending=True)
        self.table.current.connect(lambda _key: self._show_lost_button())
        self.nothing = EmptyState(
            "monitor",
            self.tr("No computer has told of itself yet"),
            self.tr("Each does within minutes of someone signing in on it."),
        )
        words = self.tr("The list comes from the server. Work on this computer can still be taken off on a stick.")
        self.listed = ServerListCard(self.table, self.nothing, words, self.refresh)
        self.away = self.listed.away
        return self.listed

    # ------------------------------------------------------------------------------------------------------ reading

    def showEvent(self, event: QShowEvent) -> None:
        """Ask the server, now and every minute while the page is on show."""
        super().showEvent(event)
        self.refresh()
        self._timer.start()

    def first_focus(self) -> QWidget:
        """Let letters and arrows work on the list at once."""
        return self.table

    def refresh(self) -> None:
        """Ask the server how the computers are."""
        client = self._desk.client
        if not self.isVisible():
            self._timer.stop()
        elif client is None:
            self._show_away()
        else:
            client.refresh_reads(_PATH)
            run_in_background(lambda: client.get(_PATH)["data"], self.show_computers, self._not_read, self)

    def show_computers(self, computers: list[Body]) -> None:
        """Show what the server answered."""
        self.source.set_rows(computers)
        self.table.refresh()
        self.listed.show_list(has_rows=bool(computers))
        self.head.set_words(self.tr("Computers"), summary(computers))
        self._show_lost_button()

    def _not_read(self, problem: Exception) -> None:
        if not isinstance(problem, CampusError):
            raise problem
        if self.source.count(self.table.record_model.query):
            self.head.set_words(self.tr("Computers"), self.tr("The server can't be reached; the list may be old"))
        else:
            self._show_away(problem)

    def _show_away(self, problem: CampusError | None = None) -> None:
        self.listed.show_away(problem)
        self.head.set_words(self.tr("Computers"), self.tr("The list comes from the server"))

    # ------------------------------------------------------------------------------------------------------ acting

    def send(self) -> None:
        """Send the work of everyone who isn't signed in here."""
        machine, client = self._machine, self._desk.client
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
        client = self._desk.client
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
            if isinstance(problem, OSError):
                problem = CampusError(
                    "file_not_written", self.tr("The file can't be written there. Choose another place.")
                )
            if not isinstance(problem, CampusError):
                raise problem
            tell_problem(self, problem)

        run_in_background(work, ok, failed, self)

    # ------------------------------------------------------------------------------------------------------ lost

    def _current(self) -> Body | None:
        identity = self.table.current_id()
        return self.source.rows([identity]).get(identity) if identity else None

    def _show_lost_button(self) -> None:
        body, why = self._current(), why_not_lost(self._desk.actor)
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

    def mark_lost(self, body: Body, reason: str) -> None:
        """Mark everything on a computer as lost."""
        words = self.tr("{name} is marked as lost").format(name=body["name"])
        self._tell_server("POST", body, {"reason": reason}, words, partial(self.undo_lost, body))

    def undo_lost(self, body: Body) -> None:
        """Undo the mark of a computer that wasn't heard of since."""
        words = self.tr("{name} isn't marked as lost any more").format(name=body["name"])
        self._tell_server("DELETE", body, {}, words)

    def _tell_server(
        self, method: str, body: Body, content: Body, words: str, undo: Callable[[], object] | None = None
    ) -> None:
        client = self._desk.client
        if client is None:
            return

        def done(_result: object) -> None:
            tell(self, words, undo)
            self.refresh()

        self._run(lambda: client.write(method, f"{_PATH}/{body['id']}/lost", content, self._desk.ids()), done)

    def open_set_up(self) -> None:
        """Show how another computer is set up for this server."""
        if self._machine is None:
            return
        dialog = SetUpDialog(self.window(), self._machine.server)
        dialog.finished.connect(dialog.deleteLater)
        if not dialog.open_dialog():
            dialog.deleteLater()
