"""A card of settings of the institute: fields that are saved together, each with its own sentence when it can't be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.people.institute_actions import edit_institute, institute
from desktop.people.save_bar import SaveFoot
from desktop.people.undo import tell_done
from desktop.shell.page import follow, tell_problem
from desktop.widgets.card import Card
from desktop.widgets.combo import Combo
from desktop.widgets.field import Field
from desktop.widgets.text_field import TextField
from shared.core.errors import CampusError
from shared.people.institute import LONGEST, setting_error
from shared.people.permissions import may_edit_institute
from shared.people.vocabulary import ORGANISATION


class SettingsCard(Card):
    """Shows settings as the store has them; what is being typed stays while others change theirs."""

    def __init__(self, desk: Desk, title: str, parent: QWidget | None = None) -> None:
        super().__init__(title, parent=parent)
        self._desk = desk
        self.shown: dict[str, Any] = institute(desk)
        self.controls: dict[str, TextField | Combo] = {}
        self.fields: dict[str, Field] = {}
        self._row: QHBoxLayout | None = None
        self.make_fields()
        self.foot = SaveFoot(self.discard, self.save)
        self.discard_button, self.save_button = self.foot.discard_button, self.foot.save_button
        self.add(self.foot)
        follow(desk.store, self, lambda changed: self.refresh() if ORGANISATION in changed.kinds else None)
        self.discard()

    # ------------------------------------------------------------------------------------------------------ making

    def make_fields(self) -> None:
        """Put the fields into the grid."""

    def put(self, name: str, label: str, control: TextField | Combo, *, hint: str = "", wide: bool = False) -> Field:
        """Add a field for a setting; two stand in a row unless one is `wide`."""
        may_be_empty = isinstance(control, TextField) and setting_error(name, "") is None
        field = Field(label, control, hint=hint, optional=may_be_empty)
        self.controls[name], self.fields[name] = control, field
        self.place(field, wide=wide)
        if isinstance(control, Combo):
            control.currentIndexChanged.connect(lambda _index: self.follow_typing(name))
        else:
            control.setMaxLength(LONGEST.get(name, 200) + 1)  # one more, so that too long is told and not cut
            control.textChanged.connect(lambda _text: self.follow_typing(name))
        return field

    def place(self, widget: QWidget, *, wide: bool = False) -> None:
        """Put a widget into the row that has room for one more, or into a row of its own."""
        if self._row is not None and not wide:
            self._row.addWidget(widget, 1, Qt.AlignmentFlag.AlignTop)
            self._row = None
            return
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(widget, 1, Qt.AlignmentFlag.AlignTop)
        self.add(row)
        self._row = None if wide else row

    # ------------------------------------------------------------------------------------------------------ reading

    def wanted(self) -> dict[str, Any]:
        """Return the settings as they are in the fields."""
        return {name: self.value_of(name) for name in self.controls}

    def value_of(self, name: str) -> Any:
        """Return what a field says."""
        control = self.controls[name]
        return (control.chosen or "") if isinstance(control, Combo) else control.text().strip()

    def is_changed(self) -> bool:
        """Tell whether something differs from what is saved."""
        return self._count_changed() > 0

    def _count_changed(self) -> int:
        return sum(value != self.shown.get(name) for name, value in self.wanted().items())

    def show_value(self, name: str, value: Any) -> None:
        """Put a value into its field."""
        control = self.controls[name]
        if isinstance(control, Combo):
            control.choose(str(value))
        else:
            control.setText(str(value))

    def refresh(self) -> None:
        """Show what others saved, unless something is being typed here."""
        if not self.is_changed():
            self.discard()

    def discard(self) -> None:
        """Show everything as it is saved."""
        self.shown = institute(self._desk)
        for name in self.controls:
            self.show_value(name, self.shown.get(name, ""))
        allowed = may_edit_institute(self._desk.actor)
        for control in self.controls.values():
            control.setEnabled(allowed)
        self.foot.setVisible(allowed)
        self.follow_typing()

    def follow_typing(self, name: str = "") -> None:
        """Take a field's sentence away once it is changed, and offer Save while something differs."""
        if name in self.fields:
            self.fields[name].set_error("")
        self.foot.show_changed(self._count_changed())

    # ------------------------------------------------------------------------------------------------------ saving

    def save(self) -> None:
        """Save what differs; a field that can't be kept gets its sentence and the cursor."""
        try:
            done = edit_institute(self._desk, self.shown, self.wanted())
        except CampusError as problem:
            self.show_faults(problem)
            return
        self.discard()
        if done is not None:
            tell_done(self, self._desk, done, self.discard)

    def show_faults(self, problem: CampusError) -> None:
        """Put each sentence below its field."""
        faults: Mapping[str, str] = problem.details.get("fields") or {}
        for name, field in self.fields.items():
            field.set_error(faults.get(name, ""))
        first = next((name for name in self.fields if name in faults), "")
        if first:
            self.controls[first].setFocus()
        else:
            tell_problem(self, problem)
