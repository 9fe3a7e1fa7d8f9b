"""The dialogs for many people at once: which role, which columns, and who can be removed and who stays and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from desktop.core.desk import Desk
from desktop.people.bulk_actions import COLUMNS, PRIVATE_COLUMNS
from desktop.people.door_line import DoorLine
from desktop.people.rights_api import table_words
from desktop.people.role_store import grants, role_names
from desktop.people.words import field_word
from desktop.widgets.buttons import Button, Kind, primary
from desktop.widgets.card import Well
from desktop.widgets.check import Check
from desktop.widgets.combo import Combo
from desktop.widgets.dialog import Dialog
from desktop.widgets.field import Field
from desktop.widgets.label import Label
from desktop.widgets.layouts import ScrollColumn, show_part
from desktop.widgets.segmented import Segment, Segmented
from desktop.widgets.text_field import TextField
from desktop.widgets.theme import theme
from shared.core.text import plural
from shared.people.permissions import may_assign_roles
from shared.people.vocabulary import Permission


class GiveRoleDialog(Dialog):
    """``given`` gives the key of the role that was chosen."""

    needs = (Permission.ROLES_ASSIGN,)

    given = Signal(str)

    def __init__(self, window: QWidget, desk: Desk, count: int) -> None:
        super().__init__(window, self.tr("Give a role"), icon="users", width=460)
        words = plural("{n} person keeps the roles there are.", "{n} people keep the roles there are.", count)
        self.add(Label(words, "small", "muted", wrap=True))
        known = grants(desk)
        names = role_names(desk.store, desk.actor.organisation_id)
        roles = [(key, name) for key, name in names.items() if may_assign_roles(desk.actor, (key,), known)]
        self.role = Combo(roles, name=self.tr("Role"))
        self.field = Field(self.tr("Role"), self.role)
        self.add(self.field)
        self.add_cancel()
        self.button = self.add_button(primary(self.tr("Give the role"), on_click=self.give))

    def give(self) -> None:
        """Close with the role."""
        role = self.role.chosen
        self.field.set_error("" if role else self.tr("Choose a role."))
        if role:
            self.accept()
            self.given.emit(role)


class ExportDialog(Dialog):
    """``wanted`` gives the columns that were chosen and the kind of file."""

    needs = (Permission.PEOPLE_EXPORT,)

    wanted = Signal(object, str)

    def __init__(self, window: QWidget, count: int, *, private: bool = False) -> None:
        super().__init__(window, self.tr("Export people"), icon="download", width=520)
        words = plural("{n} person, as a file for a spreadsheet.", "{n} people, as a file for a spreadsheet.", count)
        if not count:
            words = self.tr("Everyone, as a file for a spreadsheet.")
        self.add(Label(words, "small", "muted", wrap=True))
        self.checks = {name: Check(field_word(name), checked=name != "username") for name in COLUMNS}
        grid = QGridLayout()
        grid.setVerticalSpacing(8)
        for place, check in enumerate(self.checks.values()):
            grid.addWidget(check, place // 2, place % 2, Qt.AlignmentFlag.AlignLeft)
        self.add(grid)
        self.private = Check(self.tr("Addresses and contacts"))
        show_part(self.private, private)
        self.add(self.private)
        self.kind = Segmented([Segment("csv", "CSV"), Segment("xlsx", "XLSX")], name=self.tr("Kind of file"))
        self.kind.choose("xlsx")
        self.add(self.kind)
        note = self.tr("The file holds personal data. That you took it is written into the audit log.")
        self.add(Well("circle-alert", note, "warn"))
        self.fault = Label("", "small", "bad", wrap=True)
        self.fault.hide()
        self.add(self.fault)
        self.add_cancel()
        self.button = self.add_button(primary(self.tr("Save the file"), "download", self.give))

    def give(self) -> None:
        """Close with the columns."""
        columns = [name for name, check in self.checks.items() if check.isChecked()]
        columns += PRIVATE_COLUMNS if self.private.isChecked() else ()
        self.fault.setText(self.tr("Choose at least one column."))
        self.fault.setVisible(not columns)
        if columns:
            self.accept()
            self.wanted.emit(columns, self.kind.chosen)


class RemoveDialog(Dialog):
    """``given`` gives who is to be removed and why, ``opened`` the person whose page is wanted."""

    needs = (Permission.PEOPLE_BULK,)

    given = Signal(object, str)
    opened = Signal(str)

    def __init__(self, window: QWidget, outlook: Sequence[Mapping[str, Any]]) -> None:
        super().__init__(window, self.tr("Remove people"), icon="circle-x", width=640)
        self.free = [one["id"] for one in outlook if one["free"]]
        self.kept = [one for one in outlook if not one["free"]]
        self.add(Well("circle-alert", self._words(), "bad" if self.free else "warn"))
        if self.kept:
            self.add(Label(self.tr("These stay. Anonymise them on their pages instead"), "body-strong", wrap=True))
            self.add(self._make_kept(), 1)
        self.reason = TextField()
        self.reason.setMaxLength(500)
        self.field = Field(self.tr("Reason"), self.reason, optional=True)
        show_part(self.field, bool(self.free))
        self.add(self.field)
        self.add_cancel()
        words = plural("Remove {n} person for good", "Remove {n} people for good", len(self.free))
        self.button = self.add_button(Button(words, kind=Kind.DANGER_FILLED, on_click=self.give))
        self.button.setVisible(bool(self.free))

    def _words(self) -> str:
        if not self.free:
            return self.tr("Nobody of them can be removed: something belongs to each.")
        return plural(
            "{n} entry has nothing and goes for good. This can't be undone.",
            "{n} entries have nothing and go for good. This can't be undone.",
            len(self.free),
        )

    def _make_kept(self) -> ScrollColumn:
        column = ScrollColumn(padding=0)
        for one in self.kept:
            rows = [f"{table_words(table)} {n}" for table, n in one["rows"].items()]
            line = DoorLine(one["name"], " · ".join([*one["sentences"], *rows]), icon="user")
            button = Button(self.tr("Open"), small=True)
            button.setAccessibleName(self.tr("Open {name}").format(name=one["name"]))
            button.clicked.connect(lambda _=False, person_id=one["id"]: self._open(person_id))
            line.add_button(button)
            column.body.addWidget(line)
        column.body.addStretch(1)
        column.setMinimumHeight(min(theme().px(220), theme().px(52) * len(self.kept)))
        return column

    def _open(self, person_id: str) -> None:
        self.reject()
        self.opened.emit(person_id)

    def give(self) -> None:
        """Close with who goes."""
        self.accept()
        self.given.emit(self.free, self.reason.text().strip())
