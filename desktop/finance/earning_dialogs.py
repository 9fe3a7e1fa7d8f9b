"""Asks about earnings: an affiliate, a share in a course, an amount to pay out, and words for what is decided."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from desktop.core.desk import Desk
from desktop.core.queries import Where
from desktop.finance import discount_actions, earning_actions
from desktop.finance.account_store import currency_of, today_of
from desktop.timetable.session_form import side_by_side
from desktop.timetable.store import full_name
from desktop.widgets.asking_dialog import AskingDialog
from desktop.widgets.check import Check
from desktop.widgets.combo import Combo
from desktop.widgets.date_field import DateField
from desktop.widgets.field import Field
from desktop.widgets.label import Label
from desktop.widgets.number_field import NumberField
from desktop.widgets.text_field import TextField
from shared.core.errors import CampusError
from shared.finance.earning_rules import FIRST
from shared.learning.vocabulary import COHORT, COURSE
from shared.people.vocabulary import PERSON, Permission


def _tr(words: str) -> str:
    return QCoreApplication.translate("EarningDialog", words)


class AffiliateDialog(AskingDialog):
    """Keeps somebody who brings students; what was given before keeps its terms."""

    needs = (Permission.FINANCE_MANAGE,)

    def __init__(self, window: QWidget, desk: Desk, shown: Mapping[str, Any] | None = None) -> None:
        title = _tr("Add an affiliate") if shown is None else str(shown["name"])
        super().__init__(window, title, icon="users", width=540)
        self._desk, self._shown = desk, shown
        body = shown or FIRST
        self._currency = str(body["currency"]) if shown else currency_of(desk)
        self.name = TextField(str(body["name"]))
        self.name.setMaxLength(200)
        self.mail, self.code = TextField(str(body["mail"])), TextField(str(body["code"]))
        owner = desk.store.get(PERSON, str(body["person_id"] or "")) or {}
        self._known = str(owner.get("number") or owner.get("username") or "")
        self.person = TextField(self._known)
        self.value = TextField(discount_actions.value_words(body) if shown else "", placeholder="10 %")
        self.each = Check(_tr("Of each payment, not the first alone"), checked=bool(body["every_payment"]))
        self.days = NumberField(int(body["within_days"]), most=3_660, name=_tr("Within days"))
        self.add(Field(_tr("Name"), self.name))
        self.add(side_by_side((Field(_tr("Mail"), self.mail, optional=True), 1), (Field(_tr("Code"), self.code), 1)))
        self.add(Field(_tr("Number or username, for somebody of the institute"), self.person, optional=True))
        value = Field(_tr("Percent, or amount in {currency}").format(currency=self._currency), self.value)
        days = Field(_tr("Within days of the code"), self.days, hint=_tr("0 is for ever"))
        self.add(side_by_side((value, 1), (days, 1)))
        self.add(self.each)
        self.end_with(_tr("Save affiliate"))

    def _owner(self) -> str | None:
        """Return whose code it is; who isn't on this computer stays."""
        if self._shown is not None and self.person.text().strip() == self._known:
            return self._shown["person_id"] or None
        return earning_actions.person_of(self._desk, self.person.text())

    def save(self) -> None:
        """Keep the affiliate, or say what is amiss."""
        self.refusal.hide()
        try:
            wanted = {
                "person_id": self._owner(),
                "name": self.name.text().strip(),
                "mail": self.mail.text().strip(),
                "code": self.code.text(),
                **discount_actions.read_value(self.value.text(), self._currency),
                "currency": self._currency,
                "every_payment": self.each.isChecked(),
                "within_days": self.days.value or 0,
            }
            earning_actions.save_affiliate(self._desk, wanted, self._shown)
        except CampusError as problem:
            self.refuse(problem.message)
            return
        self.accept()
        self.saved.emit(_tr("Affiliate saved: {name}").format(name=wanted["name"]))


class ShareDialog(AskingDialog):
    """Agrees on an instructor's share in a course from a day on."""

    needs = (Permission.FINANCE_MANAGE,)

    def __init__(self, window: QWidget, desk: Desk) -> None:
        super().__init__(window, _tr("Agree on a share"), icon="coins", width=480)
        self._desk = desk
        courses = [(str(one["id"]), str(one.get("title") or "")) for one in desk.store.page(COURSE, limit=-1)]
        self.course = Combo(courses, name=_tr("Course"))
        self.person = Combo([], name=_tr("Instructor"))
        self.rate = TextField("", placeholder="30 %")
        today = date.fromisoformat(today_of(desk))
        self.first = DateField(today, today=lambda: today)
        self.add(Field(_tr("Course"), self.course))
        self.add(Field(_tr("Instructor"), self.person))
        rate = Field(_tr("Share"), self.rate, hint=_tr("0 % ends it"))
        self.add(side_by_side((rate, 1), (Field(_tr("From"), self.first), 1)))
        self.course.currentIndexChanged.connect(lambda _at: self._show())
        self.end_with(_tr("Agree"))
        self._show()

    def _show(self) -> None:
        cohorts = self._desk.store.page(COHORT, [Where("course_id", "=", self.course.chosen or "")], limit=-1)
        ids = list(dict.fromkeys(str(key) for one in cohorts for key in one.get("instructors") or ()))
        people = self._desk.store.many(PERSON, ids)
        self.person.set_choices([(key, full_name(people.get(key))) for key in ids])

    def save(self) -> None:
        """Agree, or say what is amiss."""
        self.refusal.hide()
        typed = self.rate.text().strip()
        if not self.first.readable or self.first.value is None:
            self.refuse(_tr("Write the day like 20 Nov."))
            return
        try:
            rate = discount_actions.read_value(typed if typed.endswith("%") else f"{typed} %", "GHS")["rate"]
            day = self.first.value.isoformat()
            earning_actions.agree(self._desk, self.course.chosen or "", self.person.chosen or "", rate, day)
        except CampusError as problem:
            self.refuse(problem.message)
            return
        self.accept()
        self.saved.emit(_tr("Share agreed"))


class WordsDialog(AskingDialog):
    """Asks for one text and does something with it; `act` raises CampusError for what is amiss."""

    def __init__(
        self,
        window: QWidget,
        title: str,
        subtitle: str,
        field: str,
        act: Callable[[str], str],
        *,
        first: str = "",
        said: str = "",
    ) -> None:
        super().__init__(window, title, subtitle=subtitle, icon="coins", width=460)
        self._act = act
        if said:
            self.add(Label(said, "body", "text2", wrap=True))
        self.words = TextField(first)
        self.words.setMaxLength(500)
        self.add(Field(field, self.words))
        self.end_with(title)

    def save(self) -> None:
        """Do it, or say what is amiss."""
        self.refusal.hide()
        try:
            done = self._act(self.words.text())
        except CampusError as problem:
            self.refuse(problem.message)
            return
        self.accept()
        self.saved.emit(done)


def code_dialog(window: QWidget, desk: Desk, person_id: str, name: str) -> WordsDialog:
    """Return the dialog that asks whose code brought a person."""

    def act(code: str) -> str:
        earning_actions.refer(desk, person_id, code)
        return _tr("Code sent: {code}").format(code=code.strip().upper())

    said = _tr("A code counts once, and before the first payment.")
    return WordsDialog(window, _tr("Give the code"), name, _tr("Code"), act, said=said)
