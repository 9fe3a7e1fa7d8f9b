"""The designer of an application form, with a preview beside it of what applicants see."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.admissions import actions
from desktop.admissions.form_head import FormHead
from desktop.admissions.form_parts import FieldDialog, PartDialog, PartRows, StepCard, amount_words, moved
from desktop.admissions.form_preview import FormPreview
from desktop.admissions.store import course_choices
from desktop.admissions.words import form_state_look
from desktop.core.desk import Desk
from desktop.core.local_store import Changed
from desktop.shell.page import follow, tell, tell_problem
from desktop.widgets.badge import Badge
from desktop.widgets.buttons import Button, primary, secondary
from desktop.widgets.card import Card, Line
from desktop.widgets.layouts import PageHead, ScrollColumn
from shared.admissions.commands import FORM_FIELDS
from shared.admissions.form_rules import free_key, keys_of
from shared.admissions.vocabulary import APPLICATION_FORM, FormState
from shared.core.currencies import DEFAULT_CURRENCY
from shared.core.errors import CampusError
from shared.core.text import text

Body = dict[str, Any]


def new_form() -> Body:
    """Return a form to begin with: one step, and the checks that most institutes do."""
    return {
        "id": "",
        "course_id": "",
        "cohort_id": None,
        "title": "",
        "state": str(FormState.DRAFT),
        "opens_on": None,
        "closes_on": None,
        "fee": 0,
        "currency": DEFAULT_CURRENCY,
        "steps": [{"key": "step_1", "title": text("About you"), "fields": []}],
        "documents": [],
        "checks": [{"key": "check_1", "title": text("Identity matches the document")}],
        "charges": [],
    }


class FormPage(QWidget):
    """Ctrl S saves. What is published and changed becomes another version for those who apply from now on."""

    def __init__(self, desk: Desk, form_id: str | None = None, _details: Mapping[str, Any] | None = None) -> None:
        super().__init__()
        self._desk = desk
        self.shown: Body | None = desk.store.get(APPLICATION_FORM, form_id or "")
        self.form: Body = {**(self.shown or new_form())}
        self.setWindowTitle(str(self.form["title"]) or self.tr("New form"))
        self.head = PageHead(self.tr("New form"))
        self.badge = Badge("")
        self.fields = FormHead(desk, self.form, course_choices(desk))
        self.fields.changed.connect(self._take_head)
        self.preview = FormPreview(desk)
        self.parts = QVBoxLayout()
        self.parts.setSpacing(14)
        self._lay()
        QShortcut(QKeySequence("Ctrl+S"), self).activated.connect(self.save)
        self.render_parts()
        follow(desk.store, self, self._store_changed)

    def _lay(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        top = QHBoxLayout()
        top.setContentsMargins(24, 16, 24, 12)
        top.setSpacing(8)
        self.publish_button = secondary(self.tr("Publish"), "circle-check", self.publish)
        self.close_button = secondary(self.tr("Close the form"), "lock", self.close_form)
        self.save_button = primary(self.tr("Save"), on_click=self.save)
        self.save_button.setToolTip(self.tr("Save (Ctrl S)"))
        top.addWidget(self.head, 1)
        top.addWidget(self.badge)
        for button in (self.close_button, self.publish_button, self.save_button):
            top.addWidget(button)
        column.addLayout(top)
        column.addWidget(Line())
        row = QHBoxLayout()
        row.setSpacing(0)
        left = ScrollColumn()
        left.body.addWidget(self.fields)
        left.body.addLayout(self.parts)
        left.body.addStretch(1)
        row.addWidget(left, 3)
        row.addWidget(Line(upright=True))
        row.addWidget(self.preview, 2)
        column.addLayout(row, 1)

    # -------------------------------------------------------------------------------------------------- showing

    def render_parts(self) -> None:
        """Show steps, documents, checks and charges anew, and the preview of them."""
        while (item := self.parts.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for place, step in enumerate(self.form["steps"]):
            card = StepCard(step, place)
            card.changed.connect(partial(self._take_step, place))
            card.moved.connect(lambda by, place=place: self.put(steps=moved(self.form["steps"], place, by)))
            card.field_asked.connect(partial(self.edit_field, place))
            self.parts.addWidget(card)
        self.add_step_button = Button(self.tr("Add a step"), icon="plus", on_click=self.add_step)
        self.parts.addWidget(self.add_step_button)
        currency = self.form["currency"]
        self._add_list("documents", self.tr("Documents"), self.tr("Add a document"), lambda _part: "")
        self._add_list("checks", self.tr("Checks before a place is offered"), self.tr("Add a check"), lambda _part: "")
        self._add_list("charges", self.tr("Charged with the place"), self.tr("Add a charge"),
                       lambda part: amount_words(part, currency))  # fmt: skip
        self._show_head()

    def _add_list(self, which: str, title: str, add: str, note: Any) -> None:
        card = Card(title)
        rows = PartRows(self.form[which], "title", note)
        rows.changed.connect(lambda parts: self.put(**{which: parts}))
        rows.opened.connect(partial(self.edit_part, which, title))
        card.add(rows)
        card.add(Button(add, icon="plus", small=True, on_click=partial(self.edit_part, which, title, -1)))
        self.parts.addWidget(card)

    def _show_head(self) -> None:
        version = self.tr("Version {n}").format(n=self.form.get("version") or 1)
        self.head.set_words(str(self.form["title"]) or self.tr("New form"), version if self.shown else "")
        self.badge.set_state(*form_state_look(self.form["state"]))
        self.publish_button.setVisible(self.form["state"] != FormState.PUBLISHED)
        self.close_button.setVisible(self.form["state"] == FormState.PUBLISHED)
        self.preview.show_form(self.form)

    def _store_changed(self, changed: Changed) -> None:
        """Take a newer version where nothing was changed here."""
        if self.shown is None or (APPLICATION_FORM, self.shown["id"]) not in changed.keys:
            return
        latest = self._desk.store.get(APPLICATION_FORM, self.shown["id"])
        if latest is not None and not self.is_changed:
            self.shown, self.form = latest, {**latest}
            self.render_parts()

    @property
    def is_changed(self) -> bool:
        """Whether something isn't saved yet."""
        before = self.shown or new_form()
        return any(self.form[name] != before[name] for name in FORM_FIELDS)

    # ------------------------------------------------------------------------------------------------- designing

    def put(self, **parts: Any) -> None:
        """Change parts of the form, not saved yet."""
        self.form = {**self.form, **parts}
        self.render_parts()

    def _take_head(self, values: Body) -> None:
        currency = self.form["currency"]
        self.form = {**self.form, **values}
        if self.form["currency"] != currency:
            self.render_parts()
        self._show_head()

    def _take_step(self, place: int, step: Body | None) -> None:
        steps = list(self.form["steps"])
        steps[place : place + 1] = [step] if step is not None else []
        self.put(steps=steps)

    def add_step(self) -> None:
        """Add a step at the end."""
        key = free_key(keys_of(self.form), "step")
        step = {"key": key, "title": self.tr("Step {n}").format(n=len(self.form["steps"]) + 1), "fields": []}
        self.put(steps=[*self.form["steps"], step])

    def edit_field(self, place: int, at: int) -> None:
        """Add a field to a step (-1), or change one."""
        step = self.form["steps"][place]
        new = at < 0
        field = {"key": free_key(keys_of(self.form), "field")} if new else step["fields"][at]
        dialog = FieldDialog(self.window(), field, new=new)

        def keep(made: Body) -> None:
            fields = list(step["fields"])
            fields[len(fields) if new else at : len(fields) if new else at + 1] = [made]
            self._take_step(place, {**step, "fields": fields})

        dialog.saved.connect(keep)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open_dialog()

    def edit_part(self, which: str, title: str, at: int) -> None:
        """Add a document, a check or a charge (-1), or change one."""
        new = at < 0
        part = {"key": free_key(keys_of(self.form), which[:-1])} if new else self.form[which][at]
        dialog = PartDialog(self.window(), title, part, which=which, currency=self.form["currency"])

        def keep(made: Body) -> None:
            parts = list(self.form[which])
            parts[len(parts) if new else at : len(parts) if new else at + 1] = [made]
            self.put(**{which: parts})

        dialog.saved.connect(keep)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open_dialog()

    # --------------------------------------------------------------------------------------------------- saving

    def save(self) -> bool:
        """Keep the form."""
        return self._save({})

    def publish(self) -> None:
        """Let people apply with it."""
        if self._save({"state": str(FormState.PUBLISHED)}):
            tell(self, self.tr("{form} is published").format(form=self.form["title"]))

    def close_form(self) -> None:
        """Let nobody apply with it any more; applications that were begun stay."""
        if self._save({"state": str(FormState.CLOSED)}):
            tell(self, self.tr("{form} is closed").format(form=self.form["title"]))

    def _save(self, more: Body) -> bool:
        fault = self.fields.fault()
        if fault:
            return False
        wanted = {**self.form, **more}
        try:
            if self.shown is None and more:
                form_id = actions.save_form(self._desk, None, {**wanted, "state": str(FormState.DRAFT)})
                self.shown = self._desk.store.get(APPLICATION_FORM, form_id)
            form_id = actions.save_form(self._desk, self.shown, wanted)
        except CampusError as problem:
            self.fields.show_faults(problem.details.get("fields", {}))
            tell_problem(self, problem)
            return False
        self.shown = self._desk.store.get(APPLICATION_FORM, form_id)
        self.form = {**(self.shown or self.form)}
        self.render_parts()
        if not more:
            tell(self, self.tr("{form} saved").format(form=self.form["title"]))
        return True

    def page_keys(self) -> list[tuple[str, str]]:
        """Return the keys of this page."""
        return [("Ctrl S", self.tr("Save the form"))]

    def first_focus(self) -> QWidget:
        """Return what gets the focus on opening."""
        return self.fields.title
