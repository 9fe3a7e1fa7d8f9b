"""What a form is for, in its designer: title, course, cohort, fee, and the days on which it is open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from PySide6.QtCore import Signal

from desktop.admissions.store import cohort_choices
from desktop.core.desk import Desk
from desktop.timetable.session_form import side_by_side
from desktop.timetable.times import local_now, zone_of
from desktop.widgets.card import Card
from desktop.widgets.combo import Combo
from desktop.widgets.date_field import DateField
from desktop.widgets.field import Field
from desktop.widgets.text_field import TextField
from shared.admissions.form_rules import LONGEST_LABEL
from shared.core.currencies import CURRENCIES, DEFAULT_CURRENCY
from shared.core.errors import CampusError
from shared.core.money import parse_amount, plain_amount


class FormHead(Card):
    """`changed` gives what differs, as soon as it can be read."""

    changed = Signal(dict)

    def __init__(self, desk: Desk, form: Mapping[str, Any], courses: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._desk = desk

        def today() -> date:
            return local_now(desk, zone_of(desk)).date()

        self.title = TextField()
        self.title.setMaxLength(LONGEST_LABEL)
        self.title.setText(str(form["title"]))
        self.course = Combo([("", self.tr("Choose a course")), *courses], name=self.tr("Course"))
        self.course.choose(form["course_id"])
        self.cohort = Combo(name=self.tr("Cohort"))
        self._show_cohorts(form["cohort_id"])
        self.fee = TextField()
        self.fee.setText(plain_amount(form["fee"], form["currency"]) if form["fee"] else "")
        first = [DEFAULT_CURRENCY, form["currency"]]
        words = list(dict.fromkeys([*first, *CURRENCIES]))
        self.currency = Combo([(one, one) for one in words], name=self.tr("Currency"))
        self.currency.choose(form["currency"])
        self.opens = DateField(_day(form["opens_on"]), today=today)
        self.closes = DateField(_day(form["closes_on"]), today=today)
        self.named: dict[str, Field] = {
            "title": Field(self.tr("Title"), self.title, hint=self.tr("Such as Web Development, January intake")),
            "course_id": Field(self.tr("Course"), self.course),
            "cohort_id": Field(self.tr("Cohort into which they come"), self.cohort, optional=True),
            "fee": Field(self.tr("Application fee"), self.fee, optional=True),
            "currency": Field(self.tr("Currency"), self.currency),
            "opens_on": Field(self.tr("Opens"), self.opens, optional=True),
            "closes_on": Field(self.tr("Closes"), self.closes, optional=True),
        }
        self.add(self.named["title"])
        self.add(side_by_side((self.named["course_id"], 1), (self.named["cohort_id"], 1)))
        self.add(side_by_side((self.named["fee"], 2), (self.named["currency"], 1)))
        self.add(side_by_side((self.named["opens_on"], 1), (self.named["closes_on"], 1)))
        for line in (self.title, self.fee, self.opens, self.closes):
            line.textChanged.connect(lambda _words: self._tell())
        self.course.currentIndexChanged.connect(lambda _at: self._course_chosen())
        for combo in (self.cohort, self.currency):
            combo.currentIndexChanged.connect(lambda _at: self._tell())

    def _show_cohorts(self, chosen: str | None) -> None:
        found = cohort_choices(self._desk, self.course.chosen or "")
        self.cohort.set_choices([("", self.tr("Chosen with the offer")), *found])
        self.cohort.choose(chosen or "")

    def _course_chosen(self) -> None:
        self._show_cohorts(None)
        self._tell()

    def _tell(self) -> None:
        if not self.fault():
            self.changed.emit(self._values())

    def _values(self) -> dict[str, Any]:
        typed, currency = self.fee.text().strip(), self.currency.chosen or DEFAULT_CURRENCY
        return {
            "title": self.title.text().strip(),
            "course_id": self.course.chosen or "",
            "cohort_id": self.cohort.chosen or None,
            "fee": parse_amount(typed, currency) if typed else 0,
            "currency": currency,
            "opens_on": self.opens.value.isoformat() if self.opens.value else None,
            "closes_on": self.closes.value.isoformat() if self.closes.value else None,
        }

    def fault(self) -> bool:
        """Say at its field what can't be read; tells whether there is anything of the kind."""
        faults: dict[str, str] = {}
        for name, field in (("opens_on", self.opens), ("closes_on", self.closes)):
            if not field.readable:
                faults[name] = self.tr("Enter a day, like 20/11.")
        try:
            self._values()
        except CampusError as problem:
            faults["fee"] = problem.message
        self.show_faults(faults)
        return bool(faults)

    def show_faults(self, faults: Mapping[str, str]) -> None:
        """Show a sentence at each field that has one."""
        for name, field in self.named.items():
            field.set_error(faults.get(name, ""))


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None
