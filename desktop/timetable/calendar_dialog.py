"""Secret links under which a calendar program reads a timetable: make, copy, show as a code, end; and the file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QGuiApplication, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from desktop.core.desk import Desk
from desktop.shell.file_saving import ask_where
from desktop.shell.table_files import write_bytes
from desktop.timetable import calendar_actions
from desktop.timetable.times import local, moment_words, zone_of
from desktop.widgets.announce import announce
from desktop.widgets.background import Lane, run_in_background
from desktop.widgets.buttons import primary, secondary
from desktop.widgets.card import Card
from desktop.widgets.dialog import Dialog
from desktop.widgets.field import Field
from desktop.widgets.label import Label
from desktop.widgets.list_row import RowContent, RowList
from desktop.widgets.text_field import TextField
from shared.core.errors import CampusError

_CODE = 152
_MOST_LISTED = 5


def _tr(words: str) -> str:
    return QCoreApplication.translate("CalendarDialog", words)


@dataclass(frozen=True)
class Subject:
    """Whose calendar: `field` is cohort_id, person_id or room, as the server asks for it."""

    field: str
    key: str
    name: str


def code_picture(address: str, side: int) -> QPixmap:
    """Return an address as a QR code, black on white whatever the look, for a phone to read."""
    import segno

    buffer = BytesIO()
    segno.make(address, error="m").save(buffer, kind="png", scale=8, border=2)
    picture = QPixmap()
    picture.loadFromData(buffer.getvalue(), "PNG")
    return picture.scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)


class CalendarDialog(Dialog):
    """Makes a link to one calendar and lists the person's own links; a press on one ends it."""

    def __init__(self, window: QWidget, desk: Desk, subject: Subject) -> None:
        words = _tr("A phone or another calendar program reads the timetable of {name} under a secret link.")
        super().__init__(
            window, _tr("Calendar link"), subtitle=words.format(name=subject.name), icon="external-link", width=560
        )
        self._desk, self.subject = desk, subject
        self.address = TextField()
        self.address.setReadOnly(True)
        self.address_field = Field(
            _tr("Link"), self.address, hint=_tr("It is shown this once. Whoever has it can read.")
        )
        self.code = QLabel()
        self.code.setAccessibleName(_tr("The link as a code for a phone"))
        self.copy_button = secondary(_tr("Copy"), on_click=self.copy)
        self.problem = Label("", "small-medium", "bad", wrap=True)
        self.problem.hide()
        self.listed = Label(_tr("Your links"), "section")
        self.rows = RowList(name=self.listed.text())
        self.rows.pressed.connect(self.end)
        self.card = Card(padded=False)
        self._lay_out()
        self.save_button = secondary(_tr("Save file"), "download", self.ask_where)
        self.foot_words(self.save_button)
        self.add_cancel(_tr("Close"))
        self.make_button = self.add_button(primary(_tr("Make link"), on_click=self.make))
        self._show(None)
        self._read()

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.address_field, 1)
        line.addWidget(self.copy_button, 0, Qt.AlignmentFlag.AlignVCenter)
        self.add(line)
        self.body.addWidget(self.code, 0, Qt.AlignmentFlag.AlignHCenter)
        self.add(self.problem)
        self.card.add(self.rows)
        self.add(self.listed)
        self.add(self.card)

    def _show(self, address: str | None) -> None:
        for widget in (self.address_field, self.copy_button, self.code):
            widget.setVisible(address is not None)
        if address is not None:
            self.address.setText(address)
            self.address.setCursorPosition(0)
            self.code.setPixmap(code_picture(address, _CODE))

    def _run(self, work: Callable[[], Any], done: Callable[[Any], object]) -> None:
        self.problem.hide()
        run_in_background(work, done, self._failed, self, Lane.NETWORK)

    def _failed(self, problem: Exception) -> None:
        self.make_button.set_busy(False)
        if not isinstance(problem, CampusError):
            raise problem
        self.problem.setText(problem.message)
        self.problem.show()

    def _read(self) -> None:
        self._list([])
        self._run(lambda: calendar_actions.links(self._desk), self._list)

    def _list(self, links: list[dict[str, Any]]) -> None:
        zone = zone_of(self._desk)
        today = self._desk.clock.now().astimezone(zone).date()
        rows = [
            RowContent(
                one["id"],
                one["name"],
                _tr("Made {when}").format(when=moment_words(local(one["made_at"], zone), today)),
                icon="calendar",
                end=_tr("End this link"),
                end_tone="bad",
            )
            for one in reversed(links)
        ]
        self.rows.set_rows(rows[:_MOST_LISTED])
        self.listed.setVisible(bool(rows))
        self.card.setVisible(bool(rows))

    def make(self) -> None:
        """Make a link and show it."""
        self.make_button.set_busy(True)
        self._run(
            lambda: calendar_actions.make_link(self._desk, self.subject.field, self.subject.key),
            self._made,
        )

    def _made(self, made: dict[str, Any]) -> None:
        self.make_button.set_busy(False)
        self._show(made["address"])
        self._run(lambda: calendar_actions.links(self._desk), self._list)

    def copy(self) -> None:
        """Put the link on the clipboard."""
        QGuiApplication.clipboard().setText(self.address.text())
        announce(self, _tr("Link copied"))
        self.copy_button.setText(_tr("Copied"))

    def end(self, link_id: str) -> None:
        """End a link: programs that read it get nothing any more."""

        def work() -> list[dict[str, Any]]:
            calendar_actions.end_link(self._desk, link_id)
            return calendar_actions.links(self._desk)

        self._run(work, self._list)

    def ask_where(self) -> None:
        """Ask where the calendar file goes."""
        ask_where(self, _tr("Save calendar"), _tr("Timetable.ics"), self.save)

    def save(self, path: Path) -> None:
        """Save the calendar to a file."""

        def work() -> None:
            write_bytes(calendar_actions.calendar_file(self._desk, self.subject.field, self.subject.key), path)

        self._run(work, lambda _none: self.save_button.setText(_tr("File saved")))
