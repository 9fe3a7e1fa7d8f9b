"""What is withheld from a student and why, with the way out of it; the bursar lifts it here, or spares the student."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from desktop.core.desk import Desk
from desktop.core.local_store import Changed
from desktop.finance import overdue_actions
from desktop.finance.account_store import ledger_of, today_of
from desktop.shell.page import follow, tell
from desktop.widgets.asking_dialog import AskingDialog
from desktop.widgets.buttons import Button
from desktop.widgets.card import Card
from desktop.widgets.date_field import DateField
from desktop.widgets.field import Field
from desktop.widgets.label import Label
from desktop.widgets.layouts import show_part
from desktop.widgets.list_row import RowContent, RowList
from desktop.widgets.text_field import TextField
from shared.core.errors import CampusError
from shared.core.text import text
from shared.finance.permissions import may_approve
from shared.learning.holds import day_of, hold_sentence, hold_word
from shared.people.vocabulary import Permission


def _tr(words: str) -> str:
    return QCoreApplication.translate("HoldsCard", words)


class UntilDialog(AskingDialog):
    """Asks until which day, and why; ``saved`` tells that it was saved."""

    needs = (Permission.FINANCE_APPROVE,)

    saved = Signal()

    def __init__(
        self, window: QWidget, desk: Desk, title: str, hint: str, save: Callable[[str | None, str], None]
    ) -> None:
        super().__init__(window, title, subtitle=hint, icon="clock", width=480)
        self._save = save
        today = date.fromisoformat(today_of(desk))
        self.until = DateField(today, today=lambda: today)
        self.reason = TextField()
        self.reason.setMaxLength(500)
        self.add(Field(_tr("Until"), self.until))
        self.add(Field(_tr("Reason"), self.reason))
        self.end_with(_tr("Save"))

    def save(self) -> None:
        """Save it, or say what is amiss."""
        value = self.until.value
        try:
            self._save(value.isoformat() if value and self.until.readable else None, self.reason.text())
        except CampusError as problem:
            self.refuse(problem.message)
            return
        self.accept()
        self.saved.emit()


class HoldsCard(Card):
    """The holds of one person, or nothing; whoever approves lifts the one that is pressed."""

    def __init__(self, desk: Desk, person_id: str, parent: QWidget | None = None) -> None:
        super().__init__(_tr("Held for payment"), padded=False, parent=parent)
        self._desk, self._person_id = desk, person_id
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.rows = RowList(selectable=may_approve(desk.actor), name=_tr("Held for payment"))
        self.words = Label("", "small", "text2", wrap=True)
        self.words.setContentsMargins(16, 8, 16, 8)
        self.lift_button = Button(_tr("Lift"), icon="check", small=True, on_click=self.lift)
        self.spare_button = Button(_tr("Spare until"), icon="clock", small=True, on_click=self.spare)
        self.add(self.rows)
        self.add(self.words)
        self.foot = QWidget()
        row = QHBoxLayout(self.foot)
        row.setContentsMargins(14, 0, 14, 10)
        row.addWidget(self.lift_button)
        row.addWidget(self.spare_button)
        row.addStretch(1)
        self.add(self.foot)
        self.foot.setVisible(may_approve(desk.actor))
        self.refresh()
        follow(desk.store, self, self._changed)

    def refresh(self) -> None:
        """Read the holds anew; without any the card is hidden."""
        self.holds = {str(one["id"]): one for one in overdue_actions.holds_of(self._desk, self._person_id)}
        chosen = self.rows.chosen
        self.rows.set_rows(
            [
                RowContent(key, hold_word(one["what"]), hold_sentence(one), icon="lock", tone="bad")
                for key, one in self.holds.items()
            ]
        )
        self.rows.choose(chosen if chosen in self.holds else next(iter(self.holds), ""))
        told = self._told()
        self.words.setText(told)
        self.words.setVisible(bool(told))
        self.lift_button.setVisible(bool(self.holds))
        self.rows.setVisible(bool(self.holds))
        show_part(self, bool(self.holds or told))

    def _told(self) -> str:
        if self._person_id == self._desk.actor.person_id:
            return ""
        found = []
        spared = overdue_actions.exception_of(self._desk, self._person_id)
        if spared is not None:
            found.append(text("Spared until {day}: {reason}", day=day_of(spared["until"]), reason=spared["reason"]))
        reminder = overdue_actions.last_reminder(self._desk, self._person_id)
        if reminder is not None:
            found.append(text("Reminded on {day}.", day=day_of(reminder["day"])))
        if not found and not self.holds and self._may_spare():
            found.append(text("Nothing is held."))
        return " ".join(found)

    def _may_spare(self) -> bool:
        """Tell whether there is somebody to spare: who owes money, before anything is held."""
        return may_approve(self._desk.actor) and ledger_of(self._desk, self._person_id).account.owed > 0

    def _changed(self, changed: Changed) -> None:
        if changed.kinds & overdue_actions.KINDS_READ or not changed.keys:
            self.refresh()

    def lift(self) -> None:
        """Ask until when the chosen hold is lifted, and why."""
        hold = self.holds.get(self.rows.chosen)
        if hold is None:
            return
        title = text("Lift the hold: {what}", what=hold_word(hold["what"]))
        hint = _tr("It is laid again after this day while the money is owed.")
        self._ask(title, hint, lambda until, why: overdue_actions.lift(self._desk, hold, until, why))

    def spare(self) -> None:
        """Ask until when the student is neither held nor reminded, and why."""
        hint = _tr("Nothing is held and no reminder goes out until then. What is owed stays.")
        self._ask(
            _tr("Spare this student"),
            hint,
            lambda until, why: overdue_actions.spare(self._desk, self._person_id, until, why),
        )

    def _ask(self, title: str, hint: str, save: Callable[[str | None, str], None]) -> None:
        dialog = UntilDialog(self.window(), self._desk, title, hint, save)
        dialog.saved.connect(self._done)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open_dialog()

    def _done(self) -> None:
        self.refresh()
        tell(self, _tr("Saved"))
