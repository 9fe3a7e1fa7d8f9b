"""A form's control for those who answer for a student: name, relation, phone, mail, what they are told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from desktop.people.record_form import put_value, value_of
from desktop.widgets.buttons import quiet
from desktop.widgets.card import Line
from desktop.widgets.check import Check
from desktop.widgets.field import Field
from desktop.widgets.text_field import TextField
from shared.people.profile_rules import MOST_GUARDIANS


class ContactBlock(QWidget):
    """One contact; ``changed`` at each key, ``removed`` when it is to go."""

    changed = Signal()
    removed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.parts = {name: TextField() for name in ("name", "relation", "phone", "email")}
        labels = {
            "name": self.tr("Name"),
            "relation": self.tr("Relation"),
            "phone": self.tr("Phone"),
            "email": self.tr("Mail address"),
        }
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(8)
        for at, (name, field) in enumerate(self.parts.items()):
            grid.addWidget(Field(labels[name], field), at // 2, at % 2)
            field.textChanged.connect(lambda _text: self.changed.emit())
        self.parts["relation"].setPlaceholderText(self.tr("Mother, uncle, employer"))
        column.addLayout(grid)
        foot = QHBoxLayout()
        self.told = Check(self.tr("Is told of absences and results"))
        self.told.toggled.connect(lambda _on: self.changed.emit())
        self.account = Check(self.tr("May see the fees"))
        self.account.toggled.connect(lambda _on: self.changed.emit())
        self.remove = quiet(self.tr("Remove"), "x", self.removed.emit)
        checks = QVBoxLayout()
        checks.setSpacing(4)
        checks.addWidget(self.told)
        checks.addWidget(self.account)
        foot.addLayout(checks)
        foot.addStretch(1)
        foot.addWidget(self.remove)
        column.addLayout(foot)
        column.addWidget(Line())

    def value(self) -> dict[str, Any]:
        """Return the contact as rows keep it."""
        words = {name: field.text().strip() for name, field in self.parts.items()}
        more = {"account": True} if self.account.isChecked() else {}
        return {**words, "told": self.told.isChecked(), **more}

    def show_contact(self, contact: Mapping[str, Any]) -> None:
        """Fill in a contact."""
        for name, field in self.parts.items():
            field.setText(str(contact.get(name) or ""))
        self.told.setChecked(bool(contact.get("told")))
        self.account.setChecked(bool(contact.get("account")))


class ContactsField(QWidget):
    """Up to four contacts, one below the other."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.blocks: list[ContactBlock] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(12)
        self.add_button = quiet(self.tr("Add a contact"), "plus", self._begin)
        row = QHBoxLayout()
        row.addWidget(self.add_button)
        row.addStretch(1)
        self._column.addLayout(row)

    def add(self) -> ContactBlock:
        """Add an empty contact below the others."""
        block = ContactBlock()
        block.changed.connect(self.changed)
        block.removed.connect(lambda: self._remove(block))
        self._column.insertWidget(len(self.blocks), block)
        self.blocks.append(block)
        self._follow()
        return block

    def _begin(self) -> None:
        self.add().parts["name"].setFocus()

    def _remove(self, block: ContactBlock) -> None:
        self.blocks.remove(block)
        self._column.removeWidget(block)
        block.hide()
        block.deleteLater()
        self._follow()
        self.changed.emit()

    def _follow(self) -> None:
        self.add_button.setVisible(self.isEnabled() and len(self.blocks) < MOST_GUARDIANS)

    def value(self) -> list[dict[str, Any]]:
        """Return the contacts, those with nothing in them left out."""
        found = [block.value() for block in self.blocks]
        return [one for one in found if any(value for value in one.values())]

    def show_contacts(self, contacts: Any) -> None:
        """Show these contacts in place of others."""
        wanted = list(contacts) if isinstance(contacts, list) else []
        while len(self.blocks) > len(wanted):
            self._remove(self.blocks[-1])
        while len(self.blocks) < len(wanted):
            self.add()
        for block, contact in zip(self.blocks, wanted, strict=True):
            block.show_contact(contact)


@value_of.register
def _(control: ContactsField) -> list[dict[str, Any]]:
    return control.value()


@put_value.register
def _(control: ContactsField, value: Any) -> None:
    control.show_contacts(value)
