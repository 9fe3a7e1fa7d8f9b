"""The parts of a form in its designer: steps with fields, documents, checks and charges, each moved and changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.admissions.words import type_words
from desktop.widgets.badge import Badge
from desktop.widgets.buttons import Button, Kind, icon_button, primary
from desktop.widgets.card import Card, Line, SectionHead
from desktop.widgets.check import Check
from desktop.widgets.combo import Combo
from desktop.widgets.dialog import Dialog
from desktop.widgets.field import Field
from desktop.widgets.label import ElidedLabel
from desktop.widgets.text_field import NoteField, TextField
from shared.admissions.form_rules import LONGEST_HELP, LONGEST_LABEL, field_fault
from shared.admissions.vocabulary import WITH_CHOICES, FieldType
from shared.core.errors import CampusError
from shared.core.money import parse_amount, plain_amount, short_amount
from shared.people.vocabulary import Permission

Part = dict[str, Any]


def _tr(words: str) -> str:
    return QCoreApplication.translate("FormParts", words)


def moved(parts: Sequence[Part], at: int, by: int) -> list[Part]:
    """Return parts with one moved up or down; at an end it stays."""
    kept, to = list(parts), at + by
    if 0 <= to < len(kept):
        kept[at], kept[to] = kept[to], kept[at]
    return kept


class PartRows(QWidget):
    """Rows of parts; `changed` gives them in their new order, `opened` the place of the one to change."""

    changed = Signal(list)
    opened = Signal(int)

    def __init__(self, parts: Sequence[Part], named: str, note: Callable[[Part], str]) -> None:
        super().__init__()
        self._parts = list(parts)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for at, part in enumerate(self._parts):
            column.addLayout(self._row(at, part, named, note(part)))
            column.addWidget(Line())

    def _row(self, at: int, part: Part, named: str, note: str) -> QHBoxLayout:
        row, title = QHBoxLayout(), str(part[named])
        row.setContentsMargins(0, 5, 0, 5)
        row.setSpacing(6)
        row.addWidget(ElidedLabel(title, "body-medium"), 1)
        if part.get("required"):
            row.addWidget(Badge(_tr("Required"), "info"))
        if note:
            row.addWidget(Badge(note, "neu"))
        change = Button(_tr("Change"), kind=Kind.QUIET, small=True, on_click=partial(self.opened.emit, at))
        change.setAccessibleName(_tr("Change {title}").format(title=title))
        row.addWidget(change)
        for icon, name, act in (
            ("arrow-up", _tr("Move {title} up"), lambda: moved(self._parts, at, -1)),
            ("arrow-down", _tr("Move {title} down"), lambda: moved(self._parts, at, 1)),
            ("x", _tr("Remove {title}"), lambda: [one for one in self._parts if one is not part]),
        ):
            made = icon_button(icon, name.format(title=title), kind=Kind.QUIET)
            made.clicked.connect(lambda _checked=False, act=act: self.changed.emit(act()))
            row.addWidget(made)
        return row


class StepCard(Card):
    """One step with its title and fields; `changed` gives the step anew, None where it is removed."""

    changed = Signal(object)
    moved = Signal(int)
    field_asked = Signal(int)

    def __init__(self, step: Part, place: int) -> None:
        super().__init__()
        self._step = step
        self.head = SectionHead(_tr("Step {n}").format(n=place + 1))
        self.add(self.head)
        for icon, name, by in (("arrow-up", _tr("Move the step up"), -1), ("arrow-down", _tr("Move the step down"), 1)):
            button = icon_button(icon, name, kind=Kind.QUIET)
            button.clicked.connect(lambda _checked=False, by=by: self.moved.emit(by))
            self.head.add(button)
        gone = icon_button("x", _tr("Remove the step"), kind=Kind.QUIET)
        gone.clicked.connect(lambda: self.changed.emit(None))
        self.head.add(gone)
        self.title = TextField()
        self.title.setMaxLength(LONGEST_LABEL)
        self.title.setText(str(step["title"]))
        self.title.editingFinished.connect(self._retitle)
        self.add(Field(_tr("Title"), self.title))
        rows = PartRows(step["fields"], "label", lambda field: type_words(field["type"]))
        rows.changed.connect(lambda fields: self.changed.emit({**self._step, "fields": fields}))
        rows.opened.connect(self.field_asked.emit)
        self.add(rows)
        self.add(Button(_tr("Add a field"), icon="plus", small=True, on_click=partial(self.field_asked.emit, -1)))

    def _retitle(self) -> None:
        title = self.title.text().strip()
        if title and title != self._step["title"]:
            self.changed.emit({**self._step, "title": title})


class FieldDialog(Dialog):
    """Adds or changes a field; ``saved`` gives it."""

    needs = (Permission.ADMISSIONS_EDIT,)

    saved = Signal(dict)

    def __init__(self, window: QWidget, field: Mapping[str, Any], *, new: bool) -> None:
        super().__init__(window, _tr("Add a field") if new else _tr("Change the field"), icon="rows-3", width=520)
        self._field = field
        self.label = TextField()
        self.label.setMaxLength(LONGEST_LABEL)
        self.label.setText(str(field.get("label") or ""))
        self.label_field = Field(_tr("What is asked"), self.label)
        self.kind = Combo([(str(one), type_words(one)) for one in FieldType], name=_tr("Kind of answer"))
        self.kind.choose(str(field.get("type") or FieldType.TEXT))
        self.choices = NoteField(lines=4)
        self.choices.setPlainText("\n".join(field.get("choices") or ()))
        self.choices_field = Field(_tr("Choices"), self.choices, hint=_tr("One in each line, at least two."))
        self.help = TextField()
        self.help.setMaxLength(LONGEST_HELP)
        self.help.setText(str(field.get("help") or ""))
        self.required = Check(_tr("Must be filled in"), checked=bool(field.get("required")))
        for widget in (self.label_field, Field(_tr("Kind of answer"), self.kind), self.choices_field,
                       Field(_tr("Help"), self.help, optional=True), self.required):  # fmt: skip
            self.add(widget)
        self.add_cancel()
        self.save_button = self.add_button(primary(_tr("Add") if new else _tr("Save"), on_click=self.save))
        self.on_key("Ctrl+S", self.save)
        self.kind.currentIndexChanged.connect(lambda _at: self._show_kind())
        self._show_kind()

    def _show_kind(self) -> None:
        self.choices_field.setVisible(self.kind.chosen in WITH_CHOICES)
        self.required.setVisible(self.kind.chosen != FieldType.CODE)

    def save(self) -> None:
        """Keep it in the form."""
        made: Part = {
            "key": self._field["key"],
            "label": self.label.text().strip(),
            "type": self.kind.chosen,
            "required": self.required.isChecked() and self.kind.chosen != FieldType.CODE,
            "help": self.help.text().strip(),
        }
        if self.kind.chosen in WITH_CHOICES:
            lines = [one.strip() for one in self.choices.toPlainText().splitlines()]
            made["choices"] = [one for one in lines if one]
        fault = field_fault(made)
        words = fault.sentence if fault else ""
        at_choices = bool(made["label"]) and self.kind.chosen in WITH_CHOICES
        self.label_field.set_error("" if at_choices else words)
        self.choices_field.set_error(words if at_choices else "")
        if not words:
            self.accept()
            self.saved.emit(made)


class PartDialog(Dialog):
    """Adds or changes a document, a check or a charge; ``saved`` gives it."""

    needs = (Permission.ADMISSIONS_EDIT,)

    saved = Signal(dict)

    def __init__(self, window: QWidget, title: str, part: Mapping[str, Any], *, which: str, currency: str) -> None:
        super().__init__(window, title, icon="list-checks", width=480)
        self._part, self._which, self._currency = part, which, currency
        self.title_line = TextField()
        self.title_line.setMaxLength(LONGEST_LABEL)
        self.title_line.setText(str(part.get("title") or ""))
        self.title_field = Field(_tr("Title"), self.title_line)
        self.add(self.title_field)
        self.required = Check(_tr("Must be there"), checked=bool(part.get("required", True)))
        self.help, self.amount = TextField(), TextField()
        self.help.setMaxLength(LONGEST_HELP)
        self.help.setText(str(part.get("help") or ""))
        self.amount.setText(plain_amount(part["amount"], currency) if part.get("amount") else "")
        self.amount_field = Field(_tr("Amount in {currency}").format(currency=currency), self.amount)
        if which == "documents":
            self.add(Field(_tr("Help"), self.help, optional=True))
            self.add(self.required)
        elif which == "charges":
            self.add(self.amount_field)
        self.add_cancel()
        self.save_button = self.add_button(primary(_tr("Save"), on_click=self.save))
        self.on_key("Ctrl+S", self.save)

    def save(self) -> None:
        """Keep it in the form."""
        made: Part = {"key": self._part["key"], "title": self.title_line.text().strip()}
        self.title_field.set_error("" if made["title"] else _tr("Enter a title."))
        self.amount_field.set_error("")
        if self._which == "documents":
            made |= {"help": self.help.text().strip(), "required": self.required.isChecked()}
        if self._which == "charges":
            try:
                made["amount"] = parse_amount(self.amount.text(), self._currency)
            except CampusError as problem:
                self.amount_field.set_error(problem.message)
                return
            if not made["amount"]:
                self.amount_field.set_error(_tr("Enter an amount above 0."))
                return
        if made["title"]:
            self.accept()
            self.saved.emit(made)


def amount_words(part: Part, currency: str) -> str:
    """Return what a charge comes to."""
    return f"{currency} {short_amount(part['amount'], currency)}"
