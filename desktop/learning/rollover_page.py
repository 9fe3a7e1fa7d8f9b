"""Rolling a term over: choose the terms, look at what would be made cohort by cohort, do it, and take it back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import partial
from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.learning import rollover_api as api
from desktop.learning.rollover_api import Choices
from desktop.learning.rollover_dialog import RolloverDialog
from desktop.learning.rollover_words import classes_words, counts_words, step_words, students_words
from desktop.learning.store import terms
from desktop.shell.page import tell, tell_problem
from desktop.shell.times import instant_words, local_now, zone_of
from desktop.widgets.asking import Asking
from desktop.widgets.buttons import primary, secondary
from desktop.widgets.card import Card
from desktop.widgets.columns import Cell, Column
from desktop.widgets.combo import Combo
from desktop.widgets.date_field import DateField, format_date
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.field import Field
from desktop.widgets.label import Label
from desktop.widgets.layouts import PageHead
from desktop.widgets.record_table import RecordTable
from desktop.widgets.row_source import ListSource
from desktop.widgets.server_list import ServerListCard
from desktop.widgets.text_field import TextField
from shared.core.errors import CampusError
from shared.learning.rollover import StudentStep

ROLLOVER_PAGE = "learning.rollover"
Body = Mapping[str, Any]
_NEW = "new"
_tr = partial(QCoreApplication.translate, "RolloverPage")


class RolloverPage(QWidget):
    """Nothing is changed before "Roll over"; Enter on a cohort opens what becomes of it."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self.choices, self._key = desk, Choices(), desk.ids()
        self._asking = Asking(self, self._refused)
        self.plan: dict[str, Any] | None = None
        self.last: dict[str, Any] | None = None
        self.setObjectName(ROLLOVER_PAGE)
        self.setWindowTitle(_tr("Roll a term over"))
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(14)
        self.head = PageHead(
            _tr("Roll a term over"), _tr("Cohorts, students and classes go on in a new term, in one step")
        )
        self.back_button = self.head.add_button(secondary(_tr("Take back"), "history", self.take_back))
        self.back_button.hide()
        self.look_button = self.head.add_button(secondary(_tr("Look at it first"), "eye", self.look))
        self.do_button = self.head.add_button(primary(_tr("Roll over"), "check", self.carry_out))
        column.addWidget(self.head)
        column.addWidget(self._make_terms())
        self.summary = Label("", "body", wrap=True)
        column.addWidget(self.summary)
        column.addWidget(self._make_table(), 1)
        self._show_plan(None)

    def _make_terms(self) -> Card:
        card = Card(_tr("Terms"))
        known = terms(self._desk)
        self._terms = {str(one["id"]): one for one in known}
        self.old = Combo([(str(one["id"]), str(one["name"])) for one in known], name=_tr("From"))
        choices = [(_NEW, _tr("A new term")), *((str(one["id"]), str(one["name"])) for one in known)]
        self.new = Combo(choices, name=_tr("Into"))
        self.name = TextField(name=_tr("Name of the new term"))
        self.first, self.last_day = (
            DateField(today=self._today, name=words) for words in (_tr("First day"), _tr("Last day"))
        )
        steps = [one for one in step_words().items() if one[0] != StudentStep.PROMOTE]
        self.everybody = Combo(steps, name=_tr("All students"))
        row = QHBoxLayout()
        row.setSpacing(12)
        self._new_fields = [
            Field(_tr("Name of the new term"), self.name),
            Field(_tr("First day"), self.first),
            Field(_tr("Last day"), self.last_day),
        ]
        for field in (Field(_tr("From"), self.old), Field(_tr("Into"), self.new), *self._new_fields):
            row.addWidget(field, 1)
        row.addWidget(Field(_tr("All students"), self.everybody), 1)
        card.add(row)
        for combo in (self.old, self.new):
            combo.currentIndexChanged.connect(lambda _at: self._terms_changed())
        self.everybody.currentIndexChanged.connect(lambda _at: self._for_everybody())
        self._terms_changed()
        return card

    def _make_table(self) -> ServerListCard:
        self.source: ListSource[Body] = ListSource(lambda one: str(one["id"]), {})
        self.table = RecordTable(self.source, self._columns(), name=_tr("Cohorts"))
        self.table.opened.connect(self.open_cohort)
        title, words = _tr("Nothing to show yet"), _tr("Choose the terms, then look at it first.")
        if not self._terms:
            title, words = _tr("No term yet"), _tr("Add the term that ends under Courses, Academic terms.")
        nothing = EmptyState("calendar", title, words)
        self.listed = ServerListCard(self.table, nothing, _tr("A term is rolled over at the server."), self.look)
        return self.listed

    def _columns(self) -> tuple[Column, ...]:
        return (
            Column("", _tr("Cohort"), lambda one: Cell(one["name"], detail=one["code"]), width=220),
            Column("", _tr("Becomes"), _becomes, width=280),
            Column("", _tr("Students"), students_words, width=190),
            Column("", _tr("Classes"), classes_words, width=90),
            Column("", _tr("Not done"), _not_done, width=300, stretch=True),
        )

    def _today(self) -> date:
        return local_now(self._desk).date()

    def first_focus(self) -> QWidget:
        """Begin with the old term."""
        return self.old

    def showEvent(self, event: QShowEvent) -> None:
        """See whether there is something to take back."""
        super().showEvent(event)
        desk = self._desk
        self._asking.ask(lambda: api.entries(desk), self._show_last, refused=lambda _problem: None)

    def _show_last(self, entries: Any) -> None:
        self.last = next((one for one in entries if one["state"] == "done"), None)
        self.back_button.setVisible(self.last is not None)
        if self.last is not None:
            when = instant_words(self.last["made_at"], zone_of(self._desk), local_now(self._desk))
            words = _tr("{old} into {new}, {when}, by {name}. Possible while nothing was built on it.")
            self.back_button.setToolTip(
                words.format(
                    old=self.last["old_term"], new=self.last["new_term"], when=when, name=self.last["author_name"]
                )
            )

    def _terms_changed(self) -> None:
        made = self.new.chosen == _NEW
        for field in self._new_fields:
            field.setVisible(made)
        old = self._terms.get(self.old.chosen or "")
        if made and old is not None and self.first.value is None:
            ends = date.fromisoformat(old["ends_on"])
            length = ends - date.fromisoformat(old["starts_on"])
            monday = ends + timedelta(days=21 - ends.weekday())
            self.first.set_value(monday)
            self.last_day.set_value(monday + length)
        self.choices.cohorts.clear()
        self._show_plan(None)

    def _for_everybody(self) -> None:
        if self.plan is not None:
            for one in self.plan["cohorts"]:
                if one["copy"] or self.everybody.chosen != StudentStep.CONTINUE:
                    self.choices.choose(one["id"], {"students": self.everybody.chosen, "by_grades": False})
            self.look()

    def _read_terms(self) -> None:
        """Take the terms from the fields. Raises CampusError `field_invalid`."""
        self.choices.old_term_id = str(self.old.chosen or "")
        if not self.choices.old_term_id:
            raise CampusError("field_invalid", _tr("Choose the term that is rolled over."))
        self.choices.new_term_id = "" if self.new.chosen == _NEW else str(self.new.chosen)
        if self.new.chosen != _NEW:
            return
        first, last, name = self.first.value, self.last_day.value, self.name.text().strip()
        if not name or first is None or last is None:
            raise CampusError("field_invalid", _tr("Enter the new term's name, its first day and its last day."))
        days = {"starts_on": first.isoformat(), "ends_on": last.isoformat()}
        self.choices.new_term = {"name": name, **days}

    def look(self) -> None:
        """Ask the server what would be made."""
        try:
            self._read_terms()
        except CampusError as problem:
            tell_problem(self, problem)
            return
        desk, choices = self._desk, self.choices
        self._asking.ask(lambda: api.preview(desk, choices), self._previewed, self.look_button)

    def _previewed(self, plan: dict[str, Any]) -> None:
        self._key = self._desk.ids()  # another preview is another request
        self._show_plan(plan)

    def _show_plan(self, plan: dict[str, Any] | None) -> None:
        self.plan = plan
        if not hasattr(self, "listed"):
            return
        rows = plan["cohorts"] if plan else []
        self.source.set_rows(rows)
        self.table.refresh()
        self.listed.show_list(has_rows=bool(rows))
        some = plan is not None and any(plan["counts"].values())
        self.summary.setText(counts_words(plan["counts"]) if plan and some else "")
        if plan is not None and not some:
            self.summary.setText(_tr("Everything that was chosen is in the new term already."))
        self.do_button.setEnabled(some)

    def _refused(self, problem: CampusError) -> None:
        if problem.code == "server_unreachable":
            self.listed.show_away()
        tell_problem(self, problem)

    def open_cohort(self, cohort_id: str) -> None:
        """Open what becomes of a cohort."""
        lines = self.plan["cohorts"] if self.plan else []
        line = next((one for one in lines if one["id"] == cohort_id), None)
        if line is None:
            return

        def chosen(values: dict[str, Any]) -> None:
            self.choices.choose(cohort_id, values)
            self.look()

        aims = [(str(one["id"]), f"{one['code']} {one['name']}") for one in lines if one["id"] != cohort_id]
        dialog = RolloverDialog(self.window(), line, self.choices.of(cohort_id), aims, chosen)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open_dialog()

    def carry_out(self) -> None:
        """Do what the preview shows."""
        if self.plan is None:
            return
        desk, choices, token, key = self._desk, self.choices, str(self.plan["token"]), self._key
        work = partial(api.carry_out, desk, choices, token, key)
        self._asking.ask(work, self._done, self.do_button)

    def _done(self, entry: dict[str, Any]) -> None:
        self._show_last([entry])
        self._show_plan(None)
        self.summary.setText(counts_words(entry["counts"]))
        words = _tr("{old} is rolled over into {new}").format(old=entry["old_term"], new=entry["new_term"])
        tell(self, words, self.take_back)

    def take_back(self) -> None:
        """Take the latest roll-over back."""
        if self.last is None:
            return
        desk, rollover_id = self._desk, str(self.last["id"])
        self._asking.ask(lambda: api.take_back(desk, rollover_id), self._undone, self.back_button)

    def _undone(self, entry: dict[str, Any]) -> None:
        self._show_last([])
        self._show_plan(None)
        tell(self, _tr("Taken back: {new} is as it was before").format(new=entry["new_term"]))


def _becomes(line: Body) -> Cell:
    copy = line["copy"]
    if copy is None:
        return Cell(_tr("Not copied"))
    if line["already"]:
        return Cell(str(copy["code"]), detail=_tr("There already"))
    days = [format_date(date.fromisoformat(copy[name])) for name in ("starts_on", "ends_on") if copy[name]]
    return Cell(str(copy["code"]), detail=" – ".join(days))


def _not_done(line: Body) -> Cell:
    notes = line["notes"]
    if not notes:
        return Cell("")
    more = f" (+{len(notes) - 1})" if len(notes) > 1 else ""
    return Cell(f"{notes[0]}{more}", "warn", "circle-alert")
