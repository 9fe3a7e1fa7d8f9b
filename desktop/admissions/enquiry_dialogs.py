"""Notes an enquiry, follows it up, and makes an application of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QWidget

from desktop.admissions import actions
from desktop.admissions.store import course_choices, open_forms, staff_choices
from desktop.admissions.words import moment_words, source_words
from desktop.core.desk import Desk
from desktop.people.code_check import CodeCheck, code_line
from desktop.people.store import find_people
from desktop.timetable.session_form import side_by_side
from desktop.timetable.times import local_now, zone_of
from desktop.widgets.buttons import Button, Kind, primary, quiet
from desktop.widgets.combo import Combo
from desktop.widgets.date_field import DateField
from desktop.widgets.dialog import Dialog
from desktop.widgets.field import Field
from desktop.widgets.form_scroll import FormScroll
from desktop.widgets.label import Label
from desktop.widgets.layouts import FactGrid
from desktop.widgets.list_row import RowContent, RowList
from desktop.widgets.text_field import NoteField, TextField
from shared.admissions.vocabulary import LONGEST_WORDS, EnquirySource, EnquiryState
from shared.core.errors import CampusError
from shared.people.vocabulary import Permission

Body = Mapping[str, Any]


def _tr(words: str) -> str:
    return QCoreApplication.translate("EnquiryDialogs", words)


def _line(words: str, most: int = 200) -> TextField:
    field = TextField()
    field.setMaxLength(most)
    field.setText(words)
    return field


def _day_field(desk: Desk, value: str | None) -> DateField:
    zone = zone_of(desk)
    return DateField(date.fromisoformat(value) if value else None, today=lambda: local_now(desk, zone).date())


class EnquiryDialog(Dialog):
    """``saved`` gives the enquiry's id and the name."""

    needs = (Permission.ADMISSIONS_EDIT,)

    saved = Signal(str, str)

    def __init__(self, window: QWidget, desk: Desk, shown: Body | None) -> None:
        title = _tr("Note an enquiry") if shown is None else _tr("Change the enquiry of {name}").format(**shown)
        hint = _tr("Saved on this computer at once. It is sent as soon as there is a network.")
        super().__init__(window, title, subtitle=hint, icon="phone", width=560)
        self._desk, self._shown = desk, shown
        body = shown or {}
        self.name = _line(str(body.get("name") or ""))
        self.phone, self.email = _line(str(body.get("phone") or "")), _line(str(body.get("email") or ""))
        self.course = Combo([("", _tr("Not sure yet")), *course_choices(desk)], name=_tr("Course"))
        self.course.choose(body.get("course_id") or "")
        self.source = Combo([(str(one), source_words(one)) for one in EnquirySource], name=_tr("Comes from"))
        self.source.choose(str(body.get("source") or EnquirySource.WALK_IN))
        own = (desk.actor.person_id, desk.actor.name)
        staff = [own, *(one for one in staff_choices(desk) if one[0] != own[0])]
        self.assigned = Combo([("", _tr("Nobody")), *staff], name=_tr("With"))
        self.assigned.choose((body.get("assigned_to") or "") if shown else own[0])
        self.day = _day_field(desk, body.get("follow_up_on"))
        self.note = NoteField(str(body.get("note") or ""), lines=3, most=LONGEST_WORDS)
        self.named = {
            "name": Field(_tr("Name"), self.name),
            "phone": Field(_tr("Phone"), self.phone),
            "email": Field(_tr("Mail address"), self.email),
            "note": Field(_tr("What is asked"), self.note, optional=True),
            "follow_up_on": Field(_tr("Ask again on"), self.day, optional=True),
        }
        self.add(self.named["name"])
        self.add(side_by_side((self.named["phone"], 1), (self.named["email"], 1)))
        self.add(side_by_side((Field(_tr("Course"), self.course), 1), (Field(_tr("Comes from"), self.source), 1)))
        self.add(self.named["note"])
        self.add(side_by_side((Field(_tr("With"), self.assigned), 1), (self.named["follow_up_on"], 1)))
        self.add_cancel()
        self.save_button = self.add_button(primary(_tr("Save enquiry"), on_click=self.save))
        for key in ("Ctrl+S", "Ctrl+Return"):
            self.on_key(key, self.save)

    def save(self) -> None:
        """Keep it; what can't be is said at its field."""
        for field in self.named.values():
            field.set_error("")
        if not self.day.readable:
            self.named["follow_up_on"].set_error(_tr("Enter a day, like +3."))
            return
        values = {
            "name": self.name.text().strip(),
            "phone": self.phone.text().strip(),
            "email": self.email.text().strip(),
            "course_id": self.course.chosen or None,
            "source": self.source.chosen,
            "note": self.note.toPlainText().strip(),
            "assigned_to": self.assigned.chosen or None,
            "follow_up_on": self.day.value.isoformat() if self.day.value else None,
        }
        try:
            if self._shown is None:
                enquiry_id = actions.record_enquiry(self._desk, values)
            else:
                enquiry_id = self._shown["id"]
                actions.edit_enquiry(self._desk, self._shown, values)
        except CampusError as problem:
            told = problem.details.get("fields", {"name": problem.message})
            for name, words in told.items():
                self.named.get(name, self.named["name"]).set_error(words)
            return
        self.accept()
        self.saved.emit(enquiry_id, values["name"])


class FollowUpDialog(Dialog):
    """Shows what was said; ``said`` gives the new words and the day to ask again."""

    needs = (Permission.ADMISSIONS_EDIT,)

    said = Signal(str, str)
    edit_asked = Signal()
    state_asked = Signal(str)
    application_asked = Signal(str)

    def __init__(self, window: QWidget, desk: Desk, body: Body, *, may: bool) -> None:
        super().__init__(window, str(body["name"]), subtitle=source_words(body["source"]), icon="phone", width=560)
        self._desk, self._body = desk, body
        scroll = FormScroll()
        scroll.body.setContentsMargins(0, 0, 0, 0)
        scroll.add(self._facts())
        zone = zone_of(desk)
        rows = RowList(name=_tr("What was said"))
        rows.set_rows([
            RowContent(one["id"], str(one["words"]), str(one["by"]), icon="message-square",
                       end=moment_words(one["at"], zone), wraps=True)
            for one in reversed(body["said"])
        ])  # fmt: skip
        self.words, self.day = NoteField(lines=3, most=LONGEST_WORDS), _day_field(desk, None)
        self.words_field = Field(_tr("What was said now"), self.words)
        self.day_field = Field(_tr("Ask again on"), self.day, optional=True, hint=_tr("+3, 27/11"))
        is_open = body["state"] == EnquiryState.OPEN
        if may and is_open:
            scroll.add(self.words_field)
            scroll.add(self.day_field)
        scroll.add(rows)
        self.add(scroll)
        self._make_buttons(may=may, is_open=is_open)

    def _facts(self) -> FactGrid:
        body, grid = self._body, FactGrid()
        courses = dict(course_choices(self._desk))
        grid.set_fact(_tr("Phone"), str(body["phone"]))
        grid.set_fact(_tr("Mail address"), str(body["email"]))
        grid.set_fact(_tr("Course"), courses.get(body["course_id"] or "", ""))
        grid.set_fact(_tr("What is asked"), str(body["note"]))
        return grid

    def _make_buttons(self, *, may: bool, is_open: bool) -> None:
        if may and self._body["state"] != EnquiryState.CONVERTED:
            self.foot_words(quiet(_tr("Change"), on_click=self._edit))
            to, words = (EnquiryState.CLOSED, _tr("Close")) if is_open else (EnquiryState.OPEN, _tr("Open again"))
            self.foot_words(Button(words, kind=Kind.QUIET, on_click=partial(self._ask_state, str(to))))
        self.add_cancel()
        if self._body["application_id"]:
            self.add_button(primary(_tr("Open the application"), on_click=self._open_application))
        elif may and is_open:
            self.save_button = self.add_button(primary(_tr("Note it"), on_click=self.save))
            self.on_key("Ctrl+Return", self.save)

    def _edit(self) -> None:
        self.accept()
        self.edit_asked.emit()

    def _ask_state(self, state: str) -> None:
        self.accept()
        self.state_asked.emit(state)

    def _open_application(self) -> None:
        self.accept()
        self.application_asked.emit(str(self._body["application_id"]))

    def save(self) -> None:
        """Note it."""
        words = self.words.toPlainText().strip()
        self.words_field.set_error("" if words else _tr("Enter what was said."))
        self.day_field.set_error("" if self.day.readable else _tr("Enter a day, like +3."))
        if words and self.day.readable:
            self.accept()
            self.said.emit(words, self.day.value.isoformat() if self.day.value else "")


class ConvertDialog(Dialog):
    """Asks with which form, and whether it is somebody known; ``chosen`` gives form, person or none, and code."""

    chosen = Signal(str, str, str)

    def __init__(self, window: QWidget, desk: Desk, body: Body) -> None:
        title = _tr("Application of {name}").format(name=body["name"])
        super().__init__(window, title, icon="clipboard-list", width=520)
        forms = sorted(open_forms(desk), key=lambda one: one["course_id"] != body["course_id"])
        self.form = Combo([(one["id"], str(one["title"])) for one in forms], name=_tr("Form"))
        self.form_field = Field(_tr("Form"), self.form)
        self.add(self.form_field)
        typed = str(body["phone"] or body["email"] or body["name"])
        found = [*find_people(desk.store, typed).people, *find_people(desk.store, str(body["name"])).people]
        known = {one["id"]: one for one in found[:8]}
        names = [(key, " · ".join(str(one.get(part)) for part in ("given_name", "family_name", "number", "phone")
                                  if one.get(part))) for key, one in known.items()]  # fmt: skip
        self.person = Combo([("", _tr("Somebody new")), *names], name=_tr("Who it is"))
        hint = _tr("Somebody new is added as an applicant; the office confirms with the offer.")
        self.add(Field(_tr("Who it is"), self.person, hint=hint))
        self.code = code_line()
        code_field = Field(_tr("Code of whoever sent him or her"), self.code, optional=True)
        self.check = CodeCheck(code_field, self.code, desk, lambda: self.person.chosen or "")
        self.add(code_field)
        self.add_cancel()
        self.save_button = self.add_button(primary(_tr("Make an application"), on_click=self.save))
        self.on_key("Ctrl+Return", self.save)
        if not forms:
            self.save_button.setEnabled(False)
            self.add(Label(_tr("No form is open today. Publish one first."), "small", "bad", wrap=True))

    def save(self) -> None:
        """Make it."""
        if self.form.chosen:
            self.accept()
            self.chosen.emit(self.form.chosen, self.person.chosen or "", self.code.text())
