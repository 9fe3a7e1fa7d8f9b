"""The import of holidays from a calendar file: first what it would change, then the change."""

from __future__ import annotations

from datetime import date
from typing import Any

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QWidget

from desktop.core.desk import Desk
from desktop.timetable import calendar_actions
from desktop.timetable.times import day_words
from desktop.widgets.background import Lane, run_in_background
from desktop.widgets.buttons import primary
from desktop.widgets.card import Card
from desktop.widgets.dialog import Dialog
from desktop.widgets.label import Label
from desktop.widgets.layouts import ScrollColumn
from desktop.widgets.list_row import RowContent, RowList
from desktop.widgets.theme import theme
from shared.core.errors import CampusError

_MOST_ROWS = 60
_HEIGHT = 320


def _tr(words: str) -> str:
    return QCoreApplication.translate("HolidayImportDialog", words)


def _looks(action: str) -> tuple[str, str, str]:
    """Words, tone and icon of what happens to a holiday."""
    return {
        "add": (_tr("New"), "ok", "plus"),
        "change": (_tr("Changed"), "warn", "refresh-cw"),
        "remove": (_tr("Removed"), "bad", "x"),
    }.get(action, (_tr("As it is"), "neu", "check"))


class HolidayImportDialog(Dialog):
    """Nothing is changed before "Import"; ``imported`` says what was done."""

    imported = Signal(str)

    def __init__(self, window: QWidget, desk: Desk, name: str, content: bytes) -> None:
        super().__init__(window, _tr("Import holidays"), subtitle=name, icon="upload", width=600)
        self._desk, self._content = desk, content
        self.words = Label(_tr("Reading the file…"), "body", wrap=True)
        self.add(self.words)
        self.rows = RowList(name=_tr("What changes"))
        scrolled = ScrollColumn(padding=0)
        scrolled.body.addWidget(self.rows)
        scrolled.body.addStretch(1)
        scrolled.setFixedHeight(theme().px(_HEIGHT))
        self.card = Card(padded=False)
        self.card.add(scrolled)
        self.card.hide()
        self.add(self.card)
        self.add_cancel()
        self.save_button = self.add_button(primary(_tr("Import"), on_click=self.save))
        self.save_button.setEnabled(False)
        self._run(dry_run=True)

    def _run(self, *, dry_run: bool) -> None:
        run_in_background(
            lambda: calendar_actions.import_holidays(self._desk, self._content, dry_run=dry_run),
            self._show if dry_run else self._done,
            self._failed,
            self,
            Lane.NETWORK,
        )

    def _failed(self, problem: Exception) -> None:
        self.save_button.set_busy(False)
        if not isinstance(problem, CampusError):
            raise problem
        self.words.setText(problem.message)
        self.words.set_tone("bad")

    def _show(self, found: dict[str, Any]) -> None:
        # What is wrong comes first: below many holidays nobody would see it.
        rows = [
            RowContent(f"event{at}", one["sentence"], icon="circle-alert", tone="bad", wraps=True)
            for at, one in enumerate(found["errors"])
        ]
        for at, one in enumerate(found["holidays"]):
            words, tone, icon = _looks(one["action"])
            days = _days(one["starts_on"], one["ends_on"])
            rows.append(RowContent(f"day{at}", one["name"], days, badge=(words, tone, icon)))
        shown = rows[:_MOST_ROWS]
        if len(rows) > _MOST_ROWS:
            shown.append(RowContent("more", _tr("{count} more").format(count=len(rows) - _MOST_ROWS)))
        self.rows.set_rows(shown)
        self.card.setVisible(bool(rows))
        changes = found["added"] + found["changed"] + found["removed"]
        words = _tr("{added} new, {changed} changed, {removed} removed, {unchanged} as they are.").format(**found)
        if found["sessions_on_holidays"]:
            more = _tr("{count} planned classes lie on these days and stay.")
            words = f"{words} {more.format(count=found['sessions_on_holidays'])}"
        self.words.setText(words)
        self.save_button.setEnabled(bool(changes))

    def save(self) -> None:
        """Change the holidays as the file has them."""
        self.save_button.set_busy(True)
        self._run(dry_run=False)

    def _done(self, found: dict[str, Any]) -> None:
        calendar_actions.keep_import(self._desk, found)
        self._desk.sync_now()
        words = _tr("Holidays: {added} added, {changed} changed, {removed} removed").format(**found)
        self.imported.emit(words)
        refused = [one["sentence"] for one in found["errors"] if not one["event"]]
        if not refused:
            self.accept()
            return
        self._show(found)
        self.words.setText(refused[0])
        self.words.set_tone("bad")
        self.save_button.set_busy(False)
        self.save_button.setEnabled(False)


def _days(first: str, last: str) -> str:
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    if start == end:
        return f"{day_words(start)} {start.year}"
    return _tr("{first} to {last}").format(first=day_words(start), last=f"{day_words(end)} {end.year}")
