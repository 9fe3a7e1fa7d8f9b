"""What an operator is asked: a new institute, why one is suspended, why its records are read; and the records."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QWidget

from desktop.core.desk import Desk
from desktop.widgets.background import Lane, run_in_background
from desktop.widgets.buttons import Button, danger, primary, secondary
from desktop.widgets.card import Well
from desktop.widgets.columns import Column
from desktop.widgets.combo import Combo
from desktop.widgets.dialog import Dialog
from desktop.widgets.field import Field
from desktop.widgets.label import Label
from desktop.widgets.number_field import NumberField
from desktop.widgets.record_table import RecordTable
from desktop.widgets.row_source import ListSource
from desktop.widgets.text_field import NoteField, TextField
from shared.core.errors import CampusError

Row = Mapping[str, Any]
LEAST_REASON, _MOST_REASON = 20, 500
"""Letters of a reason, as the server takes it."""


def _tr(words: str) -> str:
    return QCoreApplication.translate("PlatformDialogs", words)


class NewInstituteDialog(Dialog):
    """``wanted`` gives what the server is asked; refusals come back by ``show_problem``."""

    wanted = Signal(object)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window, _tr("Add an institute"), icon="building-2", width=520)
        self.fields = {
            "name": Field(_tr("Name of the institute"), TextField()),
            "slug": Field(_tr("Short name"), TextField(placeholder="km-media"),
                          hint=_tr("Small letters, digits and dashes. People type it when they connect.")),
            "administrator_email": Field(_tr("Mail address of the first administrator"), TextField(), optional=True,
                                         hint=_tr("The set-up code goes there. Without one it is shown here once.")),
        }  # fmt: skip
        for field in self.fields.values():
            self.add(field)
        self.add_cancel()
        self.button = self.add_button(primary(_tr("Add institute"), on_click=self.save))
        self.on_key("Ctrl+S", self.save)

    def values(self) -> dict[str, str]:
        """Return what is typed."""
        return {name: _typed(field).strip() for name, field in self.fields.items()}

    def save(self) -> None:
        """Ask for it."""
        self.button.set_busy(True)
        self.wanted.emit(self.values())

    def show_problem(self, problem: CampusError) -> None:
        """Put each sentence below its field."""
        self.button.set_busy(False)
        faults: Mapping[str, str] = problem.details.get("fields") or {"slug": problem.message}
        for name, field in self.fields.items():
            field.set_error(faults.get(name, ""))


class CodeDialog(Dialog):
    """Shows a set-up code once."""

    def __init__(self, window: QWidget, name: str, slug: str, code: str) -> None:
        super().__init__(window, _tr("Set-up code"), icon="lock", width=480)
        words = _tr(
            "Give this code and the short name {slug} to whoever sets {name} up. It is shown once and works once."
        )
        self.add(Label(words.format(slug=slug, name=name), wrap=True))
        self.code = Label(code, "title")
        self.code.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.add(self.code)
        self.add_button(Button(_tr("Close"), on_click=self.reject))


class ReasonDialog(Dialog):
    """Asks why; with ``minutes`` also for how long. ``given`` gives both."""

    given = Signal(str, int)

    def __init__(self, window: QWidget, title: str, words: str, act: str, *, least: int, minutes: int = 0) -> None:
        super().__init__(window, title, icon="lock", width=520)
        self._least = least
        self.add(Well("info", words))
        self.reason = NoteField(lines=3, most=_MOST_REASON)
        self.reason_field = Field(_tr("Reason"), self.reason, hint=_tr("It is kept in the institute's own log."))
        self.add(self.reason_field)
        self.minutes = NumberField(minutes, least=5, most=240)
        if minutes:
            self.add(Field(_tr("Minutes"), self.minutes))
        self.add_cancel()
        self.add_button(danger(act, on_click=self.go))

    def go(self) -> None:
        """Give the reason, or say that it is too short."""
        said = " ".join(self.reason.toPlainText().split())
        if len(said) < self._least:
            words = _tr("Say it in {n} characters or more.").format(n=self._least)
            self.reason_field.set_error(words)
            return
        self.accept()
        self.given.emit(said, self.minutes.value or 60)


class RecordsDialog(Dialog):
    """An institute's records for as long as the operator's time lasts: read, never changed."""

    def __init__(self, window: QWidget, desk: Desk, path: str, title: str) -> None:
        super().__init__(window, title, icon="lock", width=860)
        self._desk, self._path = desk, path
        names = record_kinds()
        read = ("person", "enrolment", "course", "cohort", "class_session")
        self.kind = Combo([(kind, names[kind]) for kind in read], name=_tr("Records"))
        self.add(Well("info", _tr("Each look is written into the institute's log, and its administrators were told.")))
        self.add(self.kind)
        self.source: ListSource[Row] = ListSource(lambda row: str(row["id"]), {"title": title_of})
        columns = (Column("title", _tr("Name"), title_of, width=320, stretch=True),
                   Column("detail", _tr("Facts"), detail_of, width=420, sortable=False))  # fmt: skip
        self.table = RecordTable(self.source, columns, name=_tr("Records"))
        self.table.setMinimumHeight(320)
        self.add(self.table)
        self.problem = Label("", "small-medium", "bad", wrap=True)
        self.add(self.problem)
        self.more_button = self.add_button(secondary(_tr("Show more"), on_click=self.more))
        self.close_button = self.add_button(primary(_tr("End now"), on_click=self.end))
        self.rows: list[Row] = []
        self.kind.activated.connect(lambda _index: self.read())
        self.read()

    def read(self) -> None:
        """Read the first page of what is chosen."""
        self.rows = []
        self.more()

    def more(self) -> None:
        """Read the next page."""
        client, kind = self._desk.client, self.kind.chosen or "person"
        after = str(self.rows[-1]["id"]) if self.rows else ""
        if client is not None:
            path, asked = f"{self._path}/rows", {"kind": kind, "after": after}
            self._run(lambda: client.get(path, asked)["data"], self._show)

    def _show(self, rows: list[Row]) -> None:
        self.rows = [*self.rows, *rows]
        self.source.set_rows(self.rows)
        self.table.refresh()
        self.more_button.setVisible(len(rows) >= 100)

    def end(self) -> None:
        """End the look before its time."""
        client, key = self._desk.client, self._desk.ids()
        if client is not None:
            self._run(lambda: client.write("DELETE", self._path, None, key), lambda _told: self.accept())

    def _run(self, work: Callable[[], Any], done: Callable[[Any], object]) -> None:
        run_in_background(work, done, self._refused, self, Lane.NETWORK)

    def _refused(self, problem: Exception) -> None:
        if not isinstance(problem, CampusError):
            raise problem
        self.problem.setText(problem.message)


def record_kinds() -> dict[str, str]:
    """Return what the kinds of records are called that an operator may read."""
    return {
        "person": _tr("People"),
        "enrolment": _tr("Enrolments"),
        "cohort": _tr("Classes"),
        "course": _tr("Courses"),
        "academic_term": _tr("Terms"),
        "class_session": _tr("Class sessions"),
        "assignment": _tr("Assignments"),
        "organisation": _tr("Institute"),
    }


def title_of(row: Row) -> str:
    """Return what a record is called."""
    names = [row.get(name) for name in ("given_name", "other_names", "family_name")]
    return " ".join(str(name) for name in names if name) or str(row.get("name") or row.get("title") or row["id"])


def detail_of(row: Row) -> str:
    """Return a record's further facts in one line."""
    facts = [
        str(row[name]) for name in ("number", "username", "email", "state", "starts_at", "starts_on") if row.get(name)
    ]
    return " · ".join(facts)


def _typed(field: Field) -> str:
    return field.control.text() if isinstance(field.control, TextField) else ""
