"""A dialog around a form: for adding, or for changing a small thing, in one short task."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from desktop.core.desk import Desk
from desktop.people.actions import Done
from desktop.people.record_form import FormField, RecordForm
from desktop.widgets.buttons import primary
from desktop.widgets.dialog import Dialog
from desktop.widgets.label import IconText
from desktop.widgets.layouts import ScrollColumn
from desktop.widgets.theme import theme
from shared.core.errors import CampusError
from shared.people.vocabulary import Permission

_MOST_HEIGHT = 560


class FormDialog(Dialog):
    """``saved`` gives what was done, None where nothing differed. ``save`` gets all values of the form."""

    needs = (Permission.COURSES_EDIT,)

    saved = Signal(object)

    def __init__(
        self,
        window: QWidget,
        desk: Desk,
        title: str,
        fields: Sequence[FormField],
        save: Callable[[dict[str, Any]], Done | None],
        *,
        act: str,
        icon: str = "plus",
        body: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(window, title, icon=icon, width=520, padded=False)
        self._save = save
        self.form = RecordForm(fields, desk.store)
        column = ScrollColumn(padding=20)
        column.body.addWidget(self.form)
        self.refusal = IconText("circle-alert", "", "bad")
        self.refusal.hide()
        column.body.addWidget(self.refusal)
        column.setMinimumHeight(min(theme().px(_MOST_HEIGHT), self.form.sizeHint().height() + 56))
        column.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.add(column)
        self.add_cancel()
        self.save_button = self.add_button(primary(act, on_click=self.save))
        self.on_key("Ctrl+S", self.save)
        self.on_key("Ctrl+Return", self.save)
        self.form.show_record(body or dict.fromkeys(self.form.rows))

    def first_focus(self) -> QWidget:
        """Begin in the first field."""
        return self.form.control(next(iter(self.form.rows)))

    def save(self) -> None:
        """Save and close, or show what can't be kept."""
        if not self.form.check():
            return
        try:
            done = self._save(self.form.values())
        except CampusError as problem:
            self.form.show_errors(problem.details.get("fields", {}))
            self.refusal.set_state("circle-alert", problem.message, "bad")
            self.refusal.setVisible(not problem.details.get("fields"))
            return
        self.accept()
        self.saved.emit(done)
