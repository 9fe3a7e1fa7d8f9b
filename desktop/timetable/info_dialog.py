"""What a class is, for those who don't plan it: the way into a live session, and times of office hours to book."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QCoreApplication, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from desktop.core.desk import Desk
from desktop.shell.page import tell
from desktop.timetable import live_actions
from desktop.timetable.session_people import SessionPeople, is_online
from desktop.timetable.session_words import kind_words, standing_words
from desktop.timetable.store import SessionLine, lines_of
from desktop.timetable.times import day_words
from desktop.widgets.buttons import Button, primary, secondary
from desktop.widgets.dialog import Dialog
from desktop.widgets.layouts import FactGrid, show_part
from shared.core.actor import Actor
from shared.core.errors import CampusError
from shared.people.vocabulary import Permission
from shared.timetable.rules import link_error
from shared.timetable.vocabulary import ClassSessionState


def _tr(words: str) -> str:
    return QCoreApplication.translate("InfoDialog", words)


def open_link(link: str) -> bool:
    """Open the address of a meeting in the system's browser; False where it is none."""
    return bool(link) and link_error(link) is None and QDesktopServices.openUrl(QUrl(link.strip()))


def takes_registers(actor: Actor) -> bool:
    """Tell whether someone takes registers at all; whose, the register says itself."""
    return any(actor.may(word) for word in (Permission.REGISTERS_TAKE_OWN, Permission.REGISTERS_TAKE_ANY))


class InfoDialog(Dialog):
    """Shows one class session and what this person can do in it."""

    def __init__(self, window: QWidget, desk: Desk, session: Mapping[str, Any]) -> None:
        (line,) = lines_of(desk, [dict(session)])
        when = f"{day_words(line.starts.date())}, {line.times}"
        super().__init__(window, line.cohort or kind_words(line.kind), subtitle=when, icon="calendar", width=520)
        self._desk, self._session, self._line = desk, session, line
        self._add_facts(line)
        self.people = SessionPeople(desk, session)
        show_part(self.people, is_online(session) or self.people.has_rows)
        self.people.refused.connect(self._say)
        self.add(self.people)
        self.register_button: Button | None = None
        if takes_registers(desk.actor):
            self.register_button = secondary(_tr("Open register"), "clipboard-check", self.open_register)
            self.foot_words(self.register_button)
        self.add_cancel(_tr("Close"))
        self._add_join(line)

    def _add_facts(self, line: SessionLine) -> None:
        body = line.body
        teacher = _tr("{name} stands in").format(name=line.stand_in) if line.stand_in else line.instructor
        facts = [
            (_tr("What"), kind_words(line.kind)),
            (_tr("Title"), line.title),
            (_tr("Room"), line.room),
            (_tr("Instructor"), teacher),
            (_tr("Link"), body.get("link") or ""),
            (_tr("To enter"), body.get("credentials") or ""),
            (_tr("State"), standing_words(line)),
        ]
        grid = FactGrid(2)
        for label, value in facts:
            if value:
                grid.set_fact(label, value)
        self.add(grid)

    def _add_join(self, line: SessionLine) -> None:
        self.join_button: Button | None = None
        if not line.body.get("link") or line.state is ClassSessionState.CANCELLED:
            return
        if live_actions.own_visit(self._desk, line.id) is not None:
            self.foot_words(secondary(_tr("I have left"), "log-out", self.leave))
        self.join_button = self.add_button(primary(_tr("Join"), "external-link", self.join))

    def join(self) -> None:
        """Open the meeting in the browser, and note that one joined."""
        if not open_link(str(self._session.get("link") or "")):
            self._say(_tr("The browser can't be opened. Copy the link from this window."))
            return
        try:
            if live_actions.own_visit(self._desk, self._line.id) is None:
                live_actions.join(self._desk, self._session)
        except CampusError as problem:
            self._say(problem.message)
            return
        self.accept()

    def open_register(self) -> None:
        """Go to the register of this class."""
        self.accept()
        self._desk.open("attendance.register", self._line.id)

    def leave(self) -> None:
        """Note that one has left."""
        visit = live_actions.own_visit(self._desk, self._line.id)
        if visit is not None:
            live_actions.leave(self._desk, visit)
        self.accept()

    def _say(self, words: str) -> None:
        tell(self._window_below(), words)

    def _window_below(self) -> QWidget:
        return self.window()
