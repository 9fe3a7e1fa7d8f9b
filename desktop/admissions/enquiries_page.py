"""Enquiries and whom to ask again: what is due first, noted and followed up without a network, too."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.admissions import actions
from desktop.admissions.enquiry_dialogs import ConvertDialog, EnquiryDialog, FollowUpDialog
from desktop.admissions.store import KINDS_READ, EnquiryLine, enquiry_lines
from desktop.admissions.words import due_look, source_words
from desktop.core.desk import Desk
from desktop.core.local_store import Changed
from desktop.shell.page import follow, tell, tell_problem
from desktop.widgets.buttons import primary, secondary
from desktop.widgets.columns import Cell, CellKind, Column
from desktop.widgets.dialog import Dialog
from desktop.widgets.filter_row import FilterRow
from desktop.widgets.filtered_table import FilteredTable
from desktop.widgets.layouts import PageHead
from desktop.widgets.record_table import RecordTable
from desktop.widgets.row_source import ListSource
from shared.admissions.enquiry_rules import Due
from shared.admissions.permissions import may_edit_admissions
from shared.admissions.vocabulary import ENQUIRY, EnquiryState
from shared.core.errors import CampusError
from shared.core.text import plural
from shared.people.rules import fold

_DUE = (Due.OVERDUE, Due.TODAY)


class EnquiriesPage(QWidget):
    """Enter follows one up, Ctrl N notes a new one."""

    def __init__(self, desk: Desk, _id: str | None = None, details: Mapping[str, Any] | None = None) -> None:
        super().__init__()
        self._desk = desk
        self.setWindowTitle(self.tr("Enquiries"))
        self.lines: list[EnquiryLine] = []
        self.source: ListSource[EnquiryLine] = ListSource(
            lambda line: line.id,
            {
                "due": lambda line: (list(Due).index(line.due), line.body.get("follow_up_on") or ""),
                "name": lambda line: fold(line.body["name"]),
                "course": lambda line: fold(line.course),
                "source": lambda line: line.body["source"],
                "assigned": lambda line: fold(line.assigned) or "~",
                "phone": lambda line: line.body["phone"],
            },
            name_key="name",
        )
        self._lay()
        self.refresh()
        follow(desk.store, self, self._store_changed)
        if (details or {}).get("act") == "new":
            QTimer.singleShot(0, self, self.new)  # once the page has its window

    def _lay(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        self.head = PageHead(self.tr("Enquiries"))
        self.convert_button = secondary(self.tr("Make an application"), "clipboard-list", self.convert)
        self.follow_button = secondary(self.tr("Follow up"), "phone", lambda: self.follow_up(self.table.current_id()))
        self.new_button = primary(self.tr("Note an enquiry"), "plus", self.new)
        if may_edit_admissions(self._desk.actor):
            for button in (self.convert_button, self.follow_button, self.new_button):
                self.head.add_button(button)
            QShortcut(QKeySequence("Ctrl+N"), self).activated.connect(self.new)
        column.addWidget(self.head)
        self.filters = FilterRow(self.tr("Search enquiries"))
        states = [(str(EnquiryState.CONVERTED), self.tr("Became an application")),
                  (str(EnquiryState.CLOSED), self.tr("Closed"))]  # fmt: skip
        self.filters.add_filter("state", self.tr("State"), [("", self.tr("Open")), *states])
        self.filters.add_filter("due", self.tr("When"), [("", self.tr("Any day")), ("due", self.tr("Due by today"))])
        self.filters.add_filter("who", self.tr("Whose"), [("", self.tr("Everybody's")), ("own", self.tr("Mine"))])
        self.filters.changed.connect(self.refresh)
        self.table = RecordTable(self.source, self._columns(), name=self.tr("Enquiries"))
        self.table.sort_by("due")
        self.table.opened.connect(self.follow_up)
        self.table.current.connect(lambda _id: self._show_buttons())
        self.body = FilteredTable(self.filters, self.table, icon="phone", empty_words=self._nothing)
        column.addWidget(self.body, 1)

    def _columns(self) -> list[Column]:
        return [
            Column("name", self.tr("Name"), lambda line: Cell(line.body["name"], number=line.id), CellKind.PERSON, 190),
            Column("due", self.tr("Ask again"), self._due, CellKind.BADGE, width=130),
            Column("course", self.tr("Course"), lambda line: line.course, width=170),
            Column("phone", self.tr("Phone"), lambda line: line.body["phone"] or line.body["email"], width=150),
            Column(
                "source", self.tr("Comes from"), lambda line: source_words(line.body["source"]), CellKind.MUTED, 120
            ),
            Column("assigned", self.tr("With"), lambda line: line.assigned, CellKind.MUTED, width=130),
            Column("", self.tr("Last word"), self._last, width=200, stretch=True, sortable=False),
        ]

    @staticmethod
    def _due(line: EnquiryLine) -> Cell:
        words, tone, icon = due_look(line.due, str(line.body.get("follow_up_on") or ""))
        return Cell(words, tone, icon)

    @staticmethod
    def _last(line: EnquiryLine) -> str:
        return str(line.body["said"][-1]["words"] if line.body["said"] else line.body["note"]).replace("\n", " ")

    # -------------------------------------------------------------------------------------------------- showing

    def refresh(self) -> None:
        """Read the enquiries anew."""
        found, chosen = enquiry_lines(self._desk), self.filters.chosen()
        state = chosen.get("state", "") or str(EnquiryState.OPEN)
        own = self._desk.actor.person_id
        self.lines = [
            line
            for line in found
            if line.body["state"] == state
            and (chosen.get("due", "") == "" or line.due in _DUE)
            and (chosen.get("who", "") == "" or line.body.get("assigned_to") == own)
        ]
        self.source.set_rows(self.lines)
        due = sum(line.due in _DUE for line in found)
        words = plural("1 is to be followed up by today", "{n} are to be followed up by today", due)
        self.head.set_words(self.tr("Enquiries"), words if due else self.tr("Nobody is to be asked again today"))
        self.body.show_rows(len(self.lines))
        self._show_buttons()

    def _nothing(self, _typed: str, filtered: bool) -> tuple[str, str]:
        if filtered:
            return self.tr("No enquiry matches"), self.tr("Clear the search or choose all.")
        return self.tr("No enquiry yet"), self.tr("Note who asks at the desk or by phone, and when to ask again.")

    def _show_buttons(self) -> None:
        line = self.current()
        is_open = line is not None and line.body["state"] == EnquiryState.OPEN
        self.convert_button.setEnabled(is_open)
        self.follow_button.setEnabled(line is not None)

    def current(self) -> EnquiryLine | None:
        """Return the enquiry on which the cursor stands."""
        here = self.table.current_id()
        return next((line for line in self.lines if line.id == here), None)

    def _store_changed(self, changed: Changed) -> None:
        if changed.kinds & KINDS_READ or not changed.keys:
            self.refresh()

    # --------------------------------------------------------------------------------------------------- acting

    def _run(self, act: Callable[[], object]) -> bool:
        try:
            act()
        except CampusError as problem:
            tell_problem(self, problem)
            return False
        self.refresh()
        return True

    @staticmethod
    def _open(dialog: Dialog) -> None:
        dialog.finished.connect(dialog.deleteLater)
        dialog.open_dialog()

    def new(self) -> None:
        """Note an enquiry."""
        self._edit(None)

    def _edit(self, shown: Mapping[str, Any] | None) -> None:
        dialog = EnquiryDialog(self.window(), self._desk, shown)
        dialog.saved.connect(self._saved)
        self._open(dialog)

    def _saved(self, enquiry_id: str, name: str) -> None:
        self.refresh()
        self.table.go_to(enquiry_id)
        tell(self, self.tr("Enquiry of {name} saved").format(name=name))

    def follow_up(self, enquiry_id: str) -> None:
        """Show an enquiry with what was said, and note what is said now."""
        body = self._desk.store.get(ENQUIRY, enquiry_id or "")
        if body is None:
            return
        dialog = FollowUpDialog(self.window(), self._desk, body, may=may_edit_admissions(self._desk.actor))
        dialog.said.connect(lambda words, day: self._said(body, words, day))
        dialog.edit_asked.connect(partial(self._edit, body))
        dialog.state_asked.connect(lambda state: self._set_state(body, state))
        dialog.application_asked.connect(lambda row_id: self._desk.open("admissions.application", row_id))
        self._open(dialog)

    def _said(self, body: Mapping[str, Any], words: str, day: str) -> None:
        if self._run(partial(actions.follow_up, self._desk, body, words, day or None)):
            tell(self, self.tr("{name} followed up").format(name=body["name"]))

    def _set_state(self, body: Mapping[str, Any], state: str) -> None:
        before = str(body["state"])

        def put(wanted: str) -> bool:
            shown = self._desk.store.get(ENQUIRY, body["id"]) or body
            return self._run(partial(actions.edit_enquiry, self._desk, shown, {"state": wanted}))

        if put(state):
            said = (
                self.tr("Enquiry of {name} closed") if state == EnquiryState.CLOSED else self.tr("{name} is open again")
            )
            tell(self, said.format(name=body["name"]), partial(put, before))

    def convert(self) -> None:
        """Make an application of the enquiry on which the cursor stands."""
        line = self.current()
        if line is None:
            return
        dialog = ConvertDialog(self.window(), self._desk, line.body)
        dialog.chosen.connect(partial(self._convert, line.body))
        self._open(dialog)

    def _convert(self, body: Mapping[str, Any], form_id: str, person_id: str, code: str) -> None:
        if self._run(partial(actions.convert, self._desk, body, form_id, person_id, code)):
            tell(self, self.tr("{name} has an application now. It is filled in next").format(name=body["name"]))

    def find(self) -> None:  # type: ignore[override] # the window asks pages for this name; Qt's own is static
        """Put the cursor into the search field."""
        self.filters.search.setFocus()

    def page_keys(self) -> list[tuple[str, str]]:
        """Return the keys of this page."""
        return [("Enter", self.tr("Follow up")), ("Ctrl N", self.tr("Note an enquiry"))]

    def first_focus(self) -> QWidget:
        """Return what gets the focus on opening."""
        return self.table if self.table.record_model.rowCount() else self.filters.search
