"""What applicants see of a form, beside its designer: the same fields, to be tried out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from desktop.admissions.form_fields import FormField
from desktop.admissions.words import fee_words
from desktop.core.desk import Desk
from desktop.timetable.times import local_now, zone_of
from desktop.widgets.card import Card, Panel
from desktop.widgets.label import Label
from desktop.widgets.layouts import ScrollColumn
from shared.admissions.vocabulary import FieldType


class FormPreview(Panel):
    """Shows a form as its applicants see it; what is typed here goes nowhere."""

    def __init__(self, desk: Desk) -> None:
        super().__init__("sunken")
        self._desk = desk
        self.fields: dict[str, FormField] = {}
        self.body.setContentsMargins(0, 0, 0, 0)
        self._column = ScrollColumn(padding=18)
        self.body.addWidget(self._column)

    def _today(self) -> date:
        return local_now(self._desk, zone_of(self._desk)).date()

    def show_form(self, form: Mapping[str, Any]) -> None:
        """Show a form anew."""
        body = self._column.body
        while (item := body.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.fields = {}
        body.addWidget(Label(self.tr("Preview"), "small-medium", "muted"))
        body.addWidget(Label(str(form["title"]) or self.tr("New form"), "dialog-title", wrap=True))
        fee = self.tr("Application fee: {fee}").format(fee=fee_words(form))
        body.addWidget(Label(fee if form["fee"] else fee_words(form), "body", "text2"))
        for step in form["steps"]:
            card = Card(str(step["title"]))
            for field in step["fields"]:
                self.fields[field["key"]] = FormField(field, self._today)
                card.add(self.fields[field["key"]])
            if not step["fields"]:
                card.add(Label(self.tr("This step has no field yet."), "body", "muted"))
            body.addWidget(card)
        if form["documents"]:
            card = Card(self.tr("Documents"))
            for one in form["documents"]:
                field = {**one, "label": one["title"], "type": str(FieldType.FILE)}
                self.fields[one["key"]] = FormField(field, self._today)
                card.add(self.fields[one["key"]])
            body.addWidget(card)
        body.addStretch(1)
