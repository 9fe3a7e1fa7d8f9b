"""How long the institute keeps each class of data, what is too old now, and a trial before a period is set."""

from __future__ import annotations

from typing import Any

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.core.factor_api import FRESH_NEEDED
from desktop.people.rights_api import RightsApi, class_words, is_officer, too_old_words
from desktop.shell.confirm_dialog import run_fresh
from desktop.shell.page import tell, tell_problem
from desktop.shell.times import instant_words, local_now, zone_of
from desktop.widgets.background import Lane, run_in_background
from desktop.widgets.buttons import primary, secondary
from desktop.widgets.card import Card
from desktop.widgets.label import Label
from desktop.widgets.number_field import NumberField
from shared.core.errors import CampusError
from shared.core.text import plural

_MOST = 36_500


class RetentionCard(Card):
    """For data officers with a server; an empty field keeps a class for ever."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("How long data is kept"), parent=parent)
        self._desk = desk
        self.fields: dict[str, NumberField] = {}
        self.counts: dict[str, Label] = {}
        self._saved: dict[str, int | None] = {}
        words = self.tr("Days after which a night removes what is older. An empty field keeps it for ever. Marks,"
                        " grades, attendance and money stay. People with a legal hold are left out.")  # fmt: skip
        self.add(Label(words, "small", "muted", wrap=True))
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnStretch(0, 1)
        self.add(self._grid)
        self.report = Label("", "small", "muted", wrap=True)
        self.add(self.report)
        row = QHBoxLayout()
        self.trial_button = secondary(self.tr("Count first"), "search", self.try_out)
        self.save_button = primary(self.tr("Set these periods"), "check", self.save)
        row.addWidget(self.trial_button)
        row.addWidget(self.save_button)
        row.addStretch(1)
        self.add(row)
        may = is_officer(desk.actor) and desk.client is not None
        self.trial_button.setEnabled(False)
        self.save_button.setEnabled(False)
        if not may:
            self.hide()

    def showEvent(self, event: QShowEvent) -> None:
        """Ask the server anew each time the page is shown."""
        super().showEvent(event)
        self.look()

    def _api(self) -> RightsApi | None:
        return RightsApi(self._desk.client, self._desk.ids) if self._desk.client is not None else None

    def look(self) -> None:
        """Ask for periods and for the last report."""
        api = self._api()
        if api is not None:
            run_in_background(lambda: (api.periods(), api.runs()), self._show_all, self._fail, self, Lane.NETWORK)

    def _show_all(self, found: tuple[list[dict[str, Any]], list[dict[str, Any]]]) -> None:
        self.show_periods(found[0])
        done = next((one for one in found[1] if not one["trial"]), None)
        if done is None:
            self.report.setText(self.tr("No night has removed anything yet."))
            return
        when = instant_words(str(done["ran_at"]), zone_of(self._desk), local_now(self._desk))
        n = sum(done["counts"].values())
        self.report.setText(plural("{n} row removed, {when}", "{n} rows removed, {when}", n, when=when))

    def show_periods(self, classes: list[dict[str, Any]]) -> None:
        """Show each class with its period; typing that isn't saved stays."""
        typed = {name: field.value for name, field in self.fields.items() if field.value != self._saved.get(name)}
        for at, one in enumerate(classes):
            name = str(one["name"])
            if name not in self.fields:
                self._add_row(at, name, int(one["least"]))
            self._saved[name] = one["days"]
            self.fields[name].set_value(typed.get(name, one["days"]))
            self.counts[name].setText(too_old_words(int(one["too_old"])))
        self.trial_button.setEnabled(True)
        self.save_button.setEnabled(True)

    def _add_row(self, at: int, name: str, least: int) -> None:
        label = Label(class_words(name), "body")
        field = NumberField(None, least=least, most=_MOST, unit=self.tr("days"), name=class_words(name))
        field.setFixedWidth(140)
        field.setToolTip(self.tr("At least {n} days, or empty for ever").format(n=least))
        field.setPlaceholderText(self.tr("for ever"))
        label.setBuddy(field)
        count = Label("", "small", "muted")
        self.fields[name], self.counts[name] = field, count
        for column, widget in enumerate((label, field, count)):
            self._grid.addWidget(widget, at, column)

    def _wanted(self) -> dict[str, int | None] | None:
        for name, field in self.fields.items():
            field.set_invalid(not field.readable)
            if not field.readable:
                problem = CampusError("field_invalid", f"{class_words(name)}: {field.toolTip()}.")
                tell_problem(self, problem)
                return None
        return {name: field.value for name, field in self.fields.items()}

    def try_out(self) -> None:
        """Count what the periods in the fields would remove now."""
        api, wanted = self._api(), self._wanted()
        if api is not None and wanted is not None:
            self.trial_button.set_busy(True)
            run_in_background(lambda: api.trial(wanted), self._counted, self._fail, self, Lane.NETWORK)

    def _counted(self, counts: dict[str, int]) -> None:
        self.trial_button.set_busy(False)
        for name, n in counts.items():
            if name in self.counts:
                self.counts[name].setText(too_old_words(n))
        n = sum(counts.values())
        self.report.setText(plural("{n} row would be removed now", "{n} rows would be removed now", n))

    def save(self) -> None:
        """Set the periods that differ; the server asks for a fresh sign-in first."""
        api, client, wanted = self._api(), self._desk.client, self._wanted()
        if api is None or client is None or wanted is None:
            return
        changed = {name: days for name, days in wanted.items() if days != self._saved.get(name)}
        if not changed:
            tell(self, self.tr("These periods are set already."))
            return
        self.save_button.set_busy(True)

        def work() -> list[dict[str, Any]]:
            found: list[dict[str, Any]] = []
            for name, days in changed.items():
                found = api.set_period(name, days)
            return found

        run_fresh(self, client, work, self._set, self._fail)

    def _set(self, classes: list[dict[str, Any]]) -> None:
        self.save_button.set_busy(False)
        self._saved = {str(one["name"]): one["days"] for one in classes}
        self.show_periods(classes)
        tell(self, self.tr("Periods set. The next night goes by them."))

    def _fail(self, problem: Exception) -> None:
        self.trial_button.set_busy(False)
        self.save_button.set_busy(False)
        if not isinstance(problem, CampusError):
            raise problem
        if problem.code != FRESH_NEEDED:
            tell_problem(self, problem)
