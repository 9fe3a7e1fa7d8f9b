"""The dialogs of the register of breaches: entering one, and adding a line to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, time
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.people import data_protection_api as api
from desktop.shell.times import local_now, zone_of
from desktop.widgets.background import Lane, run_in_background
from desktop.widgets.buttons import primary
from desktop.widgets.combo import Combo
from desktop.widgets.date_field import DateField
from desktop.widgets.dialog import Dialog
from desktop.widgets.field import Field
from desktop.widgets.label import Label
from desktop.widgets.number_field import NumberField
from desktop.widgets.text_field import NoteField, TextField
from shared.core.clock import instant_text
from shared.core.errors import CampusError
from shared.core.text import text
from shared.people.breaches import MOST_WORDS, BreachStep, step_words
from shared.people.vocabulary import Permission

Act = Callable[[Mapping[str, Any]], None]


class WhenRow(QWidget):
    """A day and a time of day, as the institute's clocks have them; ``instant`` is None while they can't be read."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        now = local_now(desk)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        self.day = DateField(now.date(), today=lambda: local_now(desk).date(), name=self.tr("Day"))
        self.time = TextField(name=self.tr("Time"))
        self.time.setText(f"{now:%H:%M}")
        row.addWidget(self.day, 2)
        row.addWidget(self.time, 1)

    @property
    def instant(self) -> str | None:
        """The moment as the server takes it."""
        try:
            clock = time.fromisoformat(self.time.text().strip().zfill(5))
        except ValueError:
            return None
        if self.day.value is None:
            return None
        local = datetime.combine(self.day.value, clock, tzinfo=zone_of(self._desk))
        return instant_text(local.astimezone(UTC))


class _ActDialog(Dialog):
    """Sends what was entered to the server, and says what can't be kept."""

    needs = (Permission.PEOPLE_ERASE,)

    def __init__(
        self, window: QWidget, desk: Desk, words: tuple[str, str, str], act: Act, done: Callable[[], object]
    ) -> None:
        title, subtitle, button = words
        super().__init__(window, title, subtitle=subtitle, icon="circle-alert", width=560)
        self._desk, self._act, self._done = desk, act, done
        self.make()
        self.problem = Label("", "small", "bad", wrap=True)
        self.add(self.problem)
        self.problem.hide()
        self.add_cancel()
        self.button = self.add_button(primary(button, "check", self.save))
        self.on_key("Ctrl+S", self.save)

    def make(self) -> None:
        """Put the fields in."""

    def values(self) -> dict[str, Any]:
        """Return what was entered. Raises CampusError `field_invalid`."""
        return {}

    def save(self) -> None:
        """Send it."""
        try:
            values = self.values()
        except CampusError as problem:
            self._fail(problem)
            return
        self.button.set_busy(True)
        run_in_background(lambda: self._act(values), self._sent, self._fail, self, Lane.NETWORK)

    def _sent(self, _none: object) -> None:
        self.button.set_busy(False)
        self.accept()
        self._done()

    def _fail(self, problem: Exception) -> None:
        self.button.set_busy(False)
        if not isinstance(problem, CampusError):
            raise problem
        self.problem.setText(problem.message)
        self.problem.show()


def _needed(value: str | None, words: str) -> str:
    if not value or not value.strip():
        raise CampusError("field_invalid", words)
    return value.strip()


class NoteBreachDialog(_ActDialog):
    """Enters a breach; what is entered can't be changed afterwards, only added to."""

    def __init__(self, window: QWidget, desk: Desk, done: Callable[[], object]) -> None:
        words = text("Enter a breach"), text("What is entered stays; lines can be added later"), text("Enter it")
        super().__init__(window, desk, words, lambda values: api.note_breach(desk, values), done)

    def make(self) -> None:
        """Put the fields in."""
        self.title_field = TextField(name=self.tr("Name"))
        self.title_field.setMaxLength(200)
        self.add(Field(self.tr("What it is called"), self.title_field))
        self.what = NoteField(lines=4, name=self.tr("What happened"), most=MOST_WORDS)
        self.add(Field(self.tr("What happened"), self.what))
        self.whom = NoteField(lines=2, name=self.tr("Whom it concerns"), most=MOST_WORDS)
        self.add(Field(self.tr("Whom it concerns, and which data"), self.whom))
        self.people = NumberField(None, least=0, most=10_000_000, unit=self.tr("people"), name=self.tr("How many"))
        self.noticed = WhenRow(self._desk)
        row = QHBoxLayout()
        row.addWidget(Field(self.tr("How many"), self.people), 1)
        row.addWidget(Field(self.tr("When it was noticed"), self.noticed), 2)
        self.add(row)

    def values(self) -> dict[str, Any]:
        """Return what was entered."""
        moment = _needed(self.noticed.instant, self.tr("Enter the day and the time at which it was noticed."))
        return {
            "title": _needed(self.title_field.text(), self.tr("Enter what the breach is called.")),
            "what": _needed(self.what.toPlainText(), self.tr("Enter what happened.")),
            "whom": self.whom.toPlainText().strip(),
            "people": self.people.value,
            "noticed_at": moment,
        }


class BreachLineDialog(_ActDialog):
    """Adds a line to a breach."""

    def __init__(self, window: QWidget, desk: Desk, breach: Mapping[str, Any], done: Callable[[], object]) -> None:
        words = text("Add to the register"), str(breach["title"]), text("Add it")
        super().__init__(window, desk, words, lambda values: api.add_line(desk, str(breach["id"]), values), done)

    def make(self) -> None:
        """Put the fields in."""
        steps = [(str(step), words) for step, words in step_words().items() if step != BreachStep.NOTED]
        self.step = Combo(steps, name=self.tr("What"))
        self.moment = WhenRow(self._desk)
        row = QHBoxLayout()
        row.addWidget(Field(self.tr("What"), self.step), 1)
        row.addWidget(Field(self.tr("When"), self.moment), 1)
        self.add(row)
        self.words = NoteField(lines=4, name=self.tr("Words"), most=MOST_WORDS)
        self.add(Field(self.tr("What was found out, done, or told to whom and how"), self.words))

    def values(self) -> dict[str, Any]:
        """Return what was entered."""
        return {
            "step": self.step.chosen,
            "words": _needed(self.words.toPlainText(), self.tr("Enter what is to be kept.")),
            "happened_at": _needed(self.moment.instant, self.tr("Enter the day and the time.")),
        }
