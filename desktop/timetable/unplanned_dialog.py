"""A class made on the spot, with or without a network: which cohort, how long, where; it starts now."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from desktop.core.desk import Desk
from desktop.timetable import actions
from desktop.timetable.store import cohort_choices, own_cohorts
from desktop.timetable.times import clock_words, local_now, zone_of
from desktop.widgets.buttons import primary
from desktop.widgets.combo import Combo
from desktop.widgets.dialog import Dialog
from desktop.widgets.field import Field
from desktop.widgets.number_field import MinutesField
from desktop.widgets.text_field import TextField
from shared.core.errors import CampusError
from shared.learning.vocabulary import COHORT
from shared.people.vocabulary import Permission
from shared.timetable.permissions import may_plan

USUAL_MINUTES = 90


def _tr(words: str) -> str:
    return QCoreApplication.translate("UnplannedDialog", words)


class UnplannedDialog(Dialog):
    """Asks for cohort, minutes and room; ``added`` gives the new class session's id."""

    needs = (Permission.SESSIONS_PLAN, Permission.SESSIONS_ADD_OWN)

    added = Signal(str)

    def __init__(self, window: QWidget, desk: Desk, cohort_id: str = "") -> None:
        now = clock_words(local_now(desk, zone_of(desk)))
        subtitle = _tr("It starts now, at {time}. Its register opens at once.").format(time=now)
        super().__init__(window, _tr("Add an unplanned class"), subtitle=subtitle, icon="plus")
        self._desk = desk
        choices = cohort_choices(desk) if may_plan(desk.actor) else own_cohorts(desk)
        self.cohort = Combo([(one.id, one.name) for one in choices])
        self.cohort.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.cohort.choose(cohort_id)
        self.cohort_field = Field(_tr("Cohort"), self.cohort)
        self.minutes = MinutesField(USUAL_MINUTES)
        self.minutes_field = Field(_tr("Length"), self.minutes)
        self.room = TextField()
        self.room.setMaxLength(100)
        self.add(self.cohort_field)
        line = QHBoxLayout()
        line.setSpacing(12)
        line.addWidget(self.minutes_field, 1)
        line.addWidget(Field(_tr("Room"), self.room, optional=True), 2)
        self.add(line)
        self._offer_room()
        self.cohort.currentIndexChanged.connect(lambda _index: self._offer_room())
        self.add_cancel()
        self.save_button = self.add_button(primary(_tr("Add class and open register"), on_click=self.save))
        self.on_key("Ctrl+Return", self.save)

    def _offer_room(self) -> None:
        cohort = self._desk.store.get(COHORT, self.cohort.chosen or "") or {}
        self.room.setText(cohort.get("room") or "")

    def save(self) -> None:
        """Make the class session."""
        minutes = self.minutes.value
        self.minutes_field.set_error("" if minutes else _tr("Enter minutes, like 90."))
        self.cohort_field.set_error("" if self.cohort.chosen else _tr("You teach no cohort. Ask the office."))
        if not minutes or not self.cohort.chosen:
            return
        try:
            session_id = actions.add_unplanned(
                self._desk, self.cohort.chosen, minutes, self.room.text(), self._desk.clock.now()
            )
        except CampusError as problem:
            self.minutes_field.set_error(problem.message)
            return
        self.added.emit(session_id)
        self.accept()
