"""Lends a piece of kit and takes it back, at the counter and without a network."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time, timedelta
from typing import Any

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QWidget

from desktop.core.desk import Desk
from desktop.timetable import kit_actions
from desktop.timetable.kit_person import PersonChoice
from desktop.timetable.kit_photo import KitPhoto, thumbnail
from desktop.timetable.kit_store import KitLine, block_words, borrower_of, photos_of, policy_of
from desktop.timetable.kit_words import loan_words
from desktop.timetable.session_form import side_by_side
from desktop.timetable.time_field import TimeField
from desktop.timetable.times import instant_of, local_now, zone_of
from desktop.widgets.buttons import link, primary
from desktop.widgets.date_field import DateField
from desktop.widgets.dialog import Dialog
from desktop.widgets.field import Field
from desktop.widgets.label import Label
from desktop.widgets.layouts import FactGrid
from desktop.widgets.notice import Notice
from desktop.widgets.text_field import TextField
from shared.core.errors import CampusError
from shared.people.vocabulary import Permission
from shared.timetable.kit_permissions import may_manage_kit
from shared.timetable.kit_rules import Block, is_overdue
from shared.timetable.kit_vocabulary import PhotoSide

USUAL_TIME = time(16, 0)
MOST_LETTERS = 500
_PERSON_CODES = frozenset({"borrower_blocked", "kit_no_right", "person_inactive"})


def _tr(words: str) -> str:
    return QCoreApplication.translate("KitDialogs", words)


def condition_field(words: str) -> TextField:
    """Return a field for what is said about the condition."""
    field = TextField()
    field.setMaxLength(MOST_LETTERS)
    field.setText(words)
    return field


class LendDialog(Dialog):
    """``lent`` gives the loan's id; ``lift_asked`` the loan whose late return blocks."""

    needs = (Permission.KIT_LEND, Permission.KIT_MANAGE)

    lent = Signal(str)
    lift_asked = Signal(str)

    def __init__(self, window: QWidget, desk: Desk, item: Mapping[str, Any], person_id: str = "") -> None:
        hint = _tr("Saved on this computer at once. It is sent as soon as there is a network.")
        title = _tr("Lend {item}").format(item=item["name"])
        super().__init__(window, title, subtitle=hint, icon="arrow-up-right", width=560)
        self._desk, self._item, self._zone = desk, item, zone_of(desk)
        self.person = PersonChoice(desk, _tr("To"))
        self.add(self.person)
        self.block = Notice()
        self.add(self.block)
        self.lift_link = link(_tr("Lift the block"), on_click=self._lift)
        self.add(self.lift_link)
        self._make_due()
        self.condition = condition_field(str(item.get("condition") or ""))
        self.add(Field(_tr("Condition"), self.condition, optional=True))
        self.photo = KitPhoto()
        self.add(self.photo)
        self.add_cancel()
        self.save_button = self.add_button(primary(_tr("Lend"), on_click=self.save))
        for key in ("Ctrl+S", "Ctrl+Return"):
            self.on_key(key, self.save)
        self.person.changed.connect(self._follow_person)
        self._block: Block | None = None
        self._follow_person()
        if person_id:
            self.person.choose(person_id)
        self.person.reader.start()
        self.finished.connect(lambda _result: self.person.reader.stop())

    def _make_due(self) -> None:
        now = local_now(self._desk, self._zone)
        most = int(policy_of(self._desk)["longest_days"])
        self.day = DateField(now.date() + timedelta(days=1), today=lambda: local_now(self._desk, self._zone).date())
        self.time = TimeField(USUAL_TIME)
        self.day_field = Field(_tr("Due"), self.day, hint=_tr("+3, 20/11; {n} days at most").format(n=most))
        self.time_field = Field(_tr("At"), self.time)
        self.add(side_by_side((self.day_field, 2), (self.time_field, 1)))

    def _follow_person(self) -> None:
        person_id = self.person.person_id
        borrower = borrower_of(self._desk, person_id) if person_id else None
        found = block_words(self._desk, borrower) if borrower else None
        self._block = found[0] if found else None
        held = borrower.held.sentence if borrower and borrower.held else ""
        self.block.say(held or (found[1] if found else ""))
        may = found is not None and found[0].reason == "late" and may_manage_kit(self._desk.actor)
        self.lift_link.setVisible(may)
        if person_id:
            self.day.setFocus()

    def _lift(self) -> None:
        if self._block is not None:
            self.accept()
            self.lift_asked.emit(str(self._block.loan["id"]))

    def save(self) -> None:
        """Lend it, and close; what can't be is said where it belongs."""
        day, at = self.day.value, self.time.value
        self.person.field.set_error("" if self.person.person_id else _tr("Choose a person, or scan a card."))
        self.day_field.set_error("" if day else _tr("Enter a day, like +3."))
        self.time_field.set_error("" if at else _tr("Enter a time, like 16:00."))
        if not self.person.person_id or day is None or at is None:
            return
        due, said = instant_of(day, at, self._zone), self.condition.text()
        try:
            loan_id = kit_actions.lend(self._desk, self._item["id"], self.person.person_id, due, said, self.photo.photo)
        except CampusError as problem:
            self._refuse(problem)
            return
        self.accept()
        self.lent.emit(loan_id)

    def _refuse(self, problem: CampusError) -> None:
        if problem.code in _PERSON_CODES:
            self.block.say(problem.message)
        else:
            self.day_field.set_error(problem.message)


class ReturnDialog(Dialog):
    """``taken`` says that the piece is back."""

    needs = (Permission.KIT_LEND, Permission.KIT_MANAGE)

    taken = Signal()

    def __init__(self, window: QWidget, desk: Desk, line: KitLine) -> None:
        title = _tr("Take back {item}").format(item=line.name)
        hint = _tr("Saved on this computer at once. It is sent as soon as there is a network.")
        super().__init__(window, title, subtitle=hint, icon="arrow-down-right", width=560)
        self._desk, self._line = desk, line
        now = local_now(desk, zone_of(desk))
        loan = line.loan or {}
        facts = FactGrid(2)
        facts.set_fact(_tr("Borrower"), " · ".join(part for part in (line.borrower, line.borrower_number) if part))
        facts.set_fact(_tr("Loan"), loan_words(loan, now) if loan else "")
        facts.set_fact(_tr("Condition when it went out"), str(loan.get("condition_out") or ""))
        self.add(facts)
        before = photos_of(desk, str(loan.get("id") or "")).get(PhotoSide.OUT)
        if before is not None:
            picture = Label("")
            picture.setPixmap(thumbnail(before))
            picture.setAccessibleName(_tr("Photo when it went out"))
            self.add(picture)
        self.late = Notice()
        self.add(self.late)
        self.late.say(self._late_words() if loan and is_overdue(loan["due_at"], _now(desk)) else "")
        self.condition = condition_field("")
        self.field = Field(_tr("Condition now"), self.condition, optional=True, hint=_tr("What is broken or missing"))
        self.add(self.field)
        self.photo = KitPhoto()
        self.add(self.photo)
        self.add_cancel()
        self.save_button = self.add_button(primary(_tr("Take back"), on_click=self.save))
        for key in ("Ctrl+S", "Ctrl+Return"):
            self.on_key(key, self.save)

    def _late_words(self) -> str:
        days = int(policy_of(self._desk)["block_days"])
        return _tr("It is late. {name} borrows nothing for {n} days from now.").format(name=self._line.borrower, n=days)

    def save(self) -> None:
        """Take it back, and close."""
        if self._line.loan is None:
            return
        try:
            kit_actions.take_back(self._desk, self._line.loan, self.condition.text(), self.photo.photo)
        except CampusError as problem:
            self.field.set_error(problem.message)
            return
        self.accept()
        self.taken.emit()


def _now(desk: Desk) -> str:
    return desk.clock.now().isoformat()
