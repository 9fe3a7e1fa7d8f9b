"""The dialog for a new person: a likely duplicate is named before the person is made."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.people.actions import add_person
from desktop.people.person_fields import person_fields
from desktop.people.record_form import RecordForm
from desktop.people.role_store import grants, role_names
from desktop.people.store import Duplicate, likely_duplicates
from desktop.people.words import reasons_words
from desktop.widgets.announce import announce
from desktop.widgets.avatar import Avatar
from desktop.widgets.buttons import link, primary
from desktop.widgets.card import Well
from desktop.widgets.combo import Combo
from desktop.widgets.dialog import Dialog
from desktop.widgets.field import Field
from desktop.widgets.label import ElidedLabel, IconText, Label
from shared.core.errors import CampusError
from shared.people.permissions import may_assign_roles
from shared.people.vocabulary import Permission, Role

_PAIRS = (("given_name", "family_name"), ("other_names", "date_of_birth"), ("phone", "email"), ("number", "username"))


class AddPersonDialog(Dialog):
    """``added`` gives what was done; ``person_wanted`` the id of a likely duplicate that is to be opened instead."""

    needs = (Permission.PEOPLE_EDIT,)

    added = Signal(object)
    person_wanted = Signal(str)

    def __init__(self, window: QWidget, desk: Desk) -> None:
        title = QCoreApplication.translate("AddPersonDialog", "Add a person")
        super().__init__(window, title, icon="user-plus", width=560)
        self._desk = desk
        self.form = RecordForm(person_fields(desk, sections=False), desk.store)
        self._place_fields()
        self.role = Combo(self._roles(), name=self.tr("Role"))
        self._role_field = Field(self.tr("Role"), self.role)
        self.add(self._role_field)
        self._role_field.setVisible(self.role.count() > 1)
        self.duplicates = DuplicateList()
        self.duplicates.wanted.connect(self._open_other)
        self.duplicates.hide()
        self.add(self.duplicates)
        self.refusal = IconText("circle-alert", "", "bad")
        self.refusal.hide()
        self.add(self.refusal)
        self.add_cancel()
        self.save_button = self.add_button(primary(self.tr("Add person"), on_click=self.save))
        self.on_key("Ctrl+S", self.save)
        self.on_key("Ctrl+Return", self.save)
        self._shown_ids: tuple[str, ...] = ()
        self.form.changed.connect(self._typed)
        self.form.show_record(dict.fromkeys(self.form.rows))

    def _place_fields(self) -> None:
        layout = self.form.layout()
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(12)
        for line, pair in enumerate(_PAIRS):
            for place, name in enumerate(pair):
                row = self.form.rows[name]
                if layout is not None:
                    layout.removeWidget(row)
                grid.addWidget(row, line, place)
                row.set_hint("")
        if isinstance(layout, QVBoxLayout):
            layout.addLayout(grid)
        order = [self.form.control(name) for pair in _PAIRS for name in pair]
        for one, following in pairwise(order):
            QWidget.setTabOrder(one, following)
        self.add(self.form)

    def _roles(self) -> list[tuple[str, str]]:
        known = grants(self._desk)
        names = role_names(self._desk.store, self._desk.actor.organisation_id)
        return [(key, name) for key, name in names.items() if may_assign_roles(self._desk.actor, (key,), known)]

    def _typed(self) -> None:
        if self._shown_ids:
            self._show_duplicates([])
        self.refusal.hide()

    def _show_duplicates(self, found: list[Duplicate]) -> None:
        self._shown_ids = tuple(one.person["id"] for one in found)
        self.duplicates.show_people(found)
        self.duplicates.setVisible(bool(found))
        self.save_button.setText(self.tr("Add as someone else") if found else self.tr("Add person"))
        self.save_button.updateGeometry()

    def save(self) -> None:
        """Add the person, or first name those who may be the same; pressed again it is someone else."""
        if not self.form.check():
            return
        values = self.form.values()
        if not self._shown_ids:
            found = likely_duplicates(self._desk, values)
            if found:
                self._show_duplicates(found)
                announce(self, self.tr("{n} people look like this one").format(n=len(found)))
                return
        try:
            done = add_person(self._desk, values, (self.role.chosen or str(Role.STUDENT),), self._shown_ids)
        except CampusError as problem:
            self.form.show_errors(problem.details.get("fields", {}))
            self.refusal.set_state("circle-alert", problem.message, "bad")
            self.refusal.show()
            return
        self.accept()
        self.added.emit(done)

    def _open_other(self, person_id: str) -> None:
        self.reject()
        self.person_wanted.emit(person_id)


class DuplicateList(Well):
    """Names people who look like the one typed, with the reasons, and opens one of them."""

    wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._column = QVBoxLayout()
        self._column.setSpacing(8)
        self.body.addLayout(self._column, 1)
        self.people: list[Duplicate] = []
        self.links: list[QWidget] = []

    def show_people(self, found: list[Duplicate]) -> None:
        """Show these people."""
        self.people = found
        for old in self.findChildren(QWidget):
            old.hide()
            old.deleteLater()
        while self._column.count():
            self._column.takeAt(0)
        self.links = []
        if not found:
            return
        head = self.tr("Is it one of these? Open that person, or add this one as someone else.")
        self._column.addWidget(Label(head, "small-medium", "text", wrap=True))
        for one in found:
            self._column.addWidget(self._row(one))

    def _row(self, one: Duplicate) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(10)
        line.addWidget(Avatar(one.name, one.person.get("number") or one.person["id"], 28))
        words = QVBoxLayout()
        words.setSpacing(0)
        shown = [one.name, one.person.get("number"), one.person.get("phone")]
        words.addWidget(ElidedLabel(" · ".join(part for part in shown if part), "body-medium"))
        words.addWidget(Label(reasons_words(one.reasons), "small", "text2"))
        line.addLayout(words, 1)
        button = link(self.tr("Open"), lambda: self.wanted.emit(one.person["id"]))
        button.setAccessibleName(self.tr("Open {name}").format(name=one.name))
        self.links.append(button)
        line.addWidget(button)
        return row
