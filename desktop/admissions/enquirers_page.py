"""Enquirers' data: found by mail or phone by a data officer, saved as a file, or removed for good."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QWidget

from desktop.admissions import enquirers_api as api
from desktop.admissions.words import moment_words, source_words
from desktop.core.desk import Desk
from desktop.shell.confirm_dialog import run_fresh
from desktop.shell.page import tell, tell_problem
from desktop.shell.table_files import write_bytes
from desktop.timetable.times import zone_of
from desktop.widgets.background import Lane, run_in_background
from desktop.widgets.buttons import danger, primary, secondary
from desktop.widgets.card import Card
from desktop.widgets.dialog import Dialog
from desktop.widgets.field import Field
from desktop.widgets.label import Label
from desktop.widgets.layouts import PageHead, ScrollColumn
from desktop.widgets.list_row import RowContent, RowList
from desktop.widgets.text_field import TextField
from shared.admissions.vocabulary import EnquiryState
from shared.core.errors import CampusError
from shared.core.text import plural

_MOST = 820
_tr = partial(QCoreApplication.translate, "EnquirersPage")


class EnquirersPage(ScrollColumn):
    """Nothing is looked for before somebody asks; it needs the server."""

    def __init__(self, desk: Desk, _id: str | None = None, _details: Mapping[str, Any] | None = None) -> None:
        super().__init__(most=_MOST)
        self._desk = desk
        self.found: list[dict[str, Any]] = []
        self.setWindowTitle(_tr("Enquirers' data"))
        hint = _tr("What was noted of somebody who asked and never applied. Applicants are found among the students.")
        self.body.addWidget(PageHead(_tr("Enquirers' data"), hint))
        self.body.addWidget(self._make_search())
        self.card = Card("", padded=False)
        self.rows = RowList(name=_tr("Enquiries found"))
        self.rows.pressed.connect(self.ask_removal)
        self.card.add(self.rows)
        self.card.hide()
        self.body.addWidget(self.card)
        self.nothing = Label("", "body", "text2", wrap=True)
        self.body.addWidget(self.nothing)
        self.save_button = secondary(_tr("Save as a file"), "download", self.save)
        self.save_button.hide()
        foot = QHBoxLayout()
        foot.addWidget(self.save_button)
        foot.addStretch(1)
        self.body.addLayout(foot)
        self.body.addStretch(1)

    def _make_search(self) -> Card:
        card, row = Card(), QHBoxLayout()
        row.setSpacing(12)
        self.email, self.phone = TextField(), TextField()
        self.email.setMaxLength(254)
        self.phone.setMaxLength(40)
        row.addWidget(Field(_tr("Mail address"), self.email, optional=True), 1)
        row.addWidget(Field(_tr("Phone"), self.phone, optional=True), 1)
        card.add(row)
        self.find_button = primary(_tr("Find"), "search", self.look_up)
        for field in (self.email, self.phone):
            field.returnPressed.connect(self.look_up)
        line = QHBoxLayout()
        line.addWidget(self.find_button)
        line.addStretch(1)
        card.add(line)
        return card

    def look_up(self) -> None:
        """Look for what was noted under this mail address or phone number."""
        if self.find_button.busy:
            return
        asked = (self.email.text().strip(), self.phone.text().strip())
        self.find_button.set_busy(True)
        run_in_background(lambda: api.find(self._desk, *asked), self._show, self._refused, self, Lane.NETWORK)

    def _show(self, found: list[dict[str, Any]]) -> None:
        self.find_button.set_busy(False)
        self.found = found
        zone = zone_of(self._desk)
        self.rows.set_rows(
            [
                RowContent(
                    one["id"],
                    str(one["name"]),
                    " · ".join(part for part in (source_words(one["source"]), one["note"]) if part),
                    icon="phone",
                    end=moment_words(one["recorded_at"], zone),
                )
                for one in found
            ]
        )
        self.card.setVisible(bool(found))
        self.save_button.setVisible(bool(found))
        none = _tr("Nothing is noted under this mail address or number.")
        some = plural("{n} enquiry. Press it to remove its words for good.",
                      "{n} enquiries. Press one to remove its words for good.", len(found))  # fmt: skip
        self.nothing.setText(some if found else none)

    def _refused(self, problem: Exception) -> None:
        self.find_button.set_busy(False)
        if not isinstance(problem, CampusError):
            raise problem
        tell_problem(self, problem)

    def save(self, place: str = "") -> None:
        """Save all that was found as a file that the person can be given."""
        name = place or QFileDialog.getSaveFileName(self, "", "enquiries.json", "JSON (*.json)")[0]
        if not name:
            return
        try:
            write_bytes(json.dumps(self.found, ensure_ascii=False, indent=2).encode(), Path(name))
        except CampusError as problem:
            tell_problem(self, problem)
            return
        tell(self, _tr("Saved"))

    def ask_removal(self, row_id: str) -> None:
        """Ask why an enquiry's words go, then remove them."""
        body = next((one for one in self.found if one["id"] == row_id), None)
        if body is None:
            return
        if body["state"] == EnquiryState.CONVERTED:
            words = _tr("This enquiry became an application. Anonymise the person on the page of the student.")
            tell_problem(self, CampusError("enquiry_converted", words))
            return
        dialog = RemoveDialog(self.window(), str(body["name"]), partial(self._remove, row_id))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open_dialog()

    def _remove(self, row_id: str, reason: str) -> None:
        def done(_told: Any) -> None:
            tell(self, _tr("Removed"))
            self.look_up()

        if self._desk.client is not None:
            work = partial(api.remove, self._desk, row_id, reason)
            run_fresh(self, self._desk.client, work, done, self._refused)

    def first_focus(self) -> QWidget:
        """Begin with the mail address."""
        return self.email


class RemoveDialog(Dialog):
    """Asks for the reason; it can't be undone."""

    def __init__(self, window: QWidget, name: str, act: Any) -> None:
        super().__init__(
            window, _tr("Remove what was noted of {name}").format(name=name), icon="circle-minus", width=480
        )
        self._act = act
        self.add(Label(_tr("Name, phone, mail and what was said go for good. That somebody asked stays."), wrap=True))
        self.reason = TextField()
        self.reason.setMaxLength(500)
        self.reason_field = Field(_tr("Why"), self.reason)
        self.add(self.reason_field)
        self.add_cancel()
        self.add_button(danger(_tr("Remove for good"), on_click=self.save))
        self.on_key("Ctrl+Return", self.save)

    def save(self) -> None:
        """Remove them."""
        reason = self.reason.text().strip()
        self.reason_field.set_error("" if len(reason) >= 3 else _tr("Say in a few words why."))
        if not self.reason_field.error:
            self.accept()
            self._act(reason)
