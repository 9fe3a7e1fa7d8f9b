"""The institute's roles: who they are, and the whole table of what each of them may do."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.people.actions import Done
from desktop.people.role_dialog import RoleDialog
from desktop.people.role_store import PermissionLine, RoleLine, permission_lines, role_lines, role_names
from desktop.people.undo import tell_done
from desktop.shell.page import follow
from desktop.widgets.buttons import primary, secondary
from desktop.widgets.card import Card
from desktop.widgets.columns import Cell, CellKind, Column
from desktop.widgets.layouts import PageHead
from desktop.widgets.record_table import RecordTable
from desktop.widgets.row_source import ListSource
from desktop.widgets.tabs import Tabs
from shared.people.permission_catalogue import why_not
from shared.people.vocabulary import ORGANISATION, PERSON, ROLE, Permission

ROLES_PAGE = "people.roles"
_KINDS = {ROLE, PERSON, ORGANISATION}


class RolesPage(QWidget):
    """Enter or a double click opens a role; the second tab is the table of permissions."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.setObjectName(ROLES_PAGE)
        self.setWindowTitle(self.tr("Roles"))
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(14)
        words = self.tr("What each role may do. A change counts from everybody's next request on.")
        self.head = PageHead(self.tr("Roles"), words)
        self.holders_button = self.head.add_button(secondary(self.tr("Who holds it"), "users", self.show_holders))
        self.new_button = self.head.add_button(primary(self.tr("Make a role"), "plus", self.new))
        reason = why_not(desk.actor, Permission.ROLES_EDIT)
        self.new_button.setEnabled(reason is None)
        self.new_button.setToolTip(reason or "")
        column.addWidget(self.head)
        tabs = [("roles", self.tr("Roles")), ("permissions", self.tr("Who may do what"))]
        self.tabs = Tabs(tabs, name=self.tr("Parts of the page"))
        column.addWidget(self.tabs)
        self.parts = QStackedWidget()
        self.parts.addWidget(self._make_roles())
        self.permissions_card = Card(padded=False)
        self.parts.addWidget(self.permissions_card)
        self.permissions: RecordTable | None = None
        self._shown_roles: dict[str, str] = {}
        column.addWidget(self.parts, 1)
        self.tabs.chosen_changed.connect(lambda tab: self.parts.setCurrentIndex(int(tab == "permissions")))
        follow(desk.store, self, lambda changed: self.refresh() if changed.kinds & _KINDS else None)
        self.refresh()

    def _make_roles(self) -> Card:
        self.source: ListSource[RoleLine] = ListSource(
            lambda line: str(line.body["key"]),
            {
                "name": lambda line: line.name.casefold(),
                "people": lambda line: line.people,
                "words": lambda line: len(line.body["permissions"]),
            },
        )
        self.table = RecordTable(self.source, self._columns(), name=self.tr("Roles"))
        self.table.opened.connect(self.edit)
        self.table.current.connect(lambda _key: self._show_current())
        card = Card(padded=False)
        card.add(self.table, 1)
        return card

    def _columns(self) -> tuple[Column, ...]:
        tr = partial(QCoreApplication.translate, "RolesPage")

        def kind(line: RoleLine) -> Cell:
            return Cell(tr("Built in"), "neu") if line.body["built_in"] else Cell(tr("Own"), "info")

        def factor(line: RoleLine) -> str:
            return tr("Second factor") if line.body["needs_factor"] else ""

        return (
            Column("name", tr("Role"), lambda line: line.name, width=240, stretch=True),
            Column("over", tr("Takes over"), lambda line: ", ".join(line.over), CellKind.MUTED, 260, sortable=False),
            Column("people", tr("People"), lambda line: str(line.people), CellKind.NUMBER, width=90),
            Column("words", tr("May do"), lambda line: str(len(line.body["permissions"])), CellKind.NUMBER, width=90),
            Column("factor", tr("Sign-in"), factor, CellKind.MUTED, width=140, sortable=False),
            Column("kind", tr("Kind"), kind, CellKind.BADGE, width=110, sortable=False),
        )

    def _make_permissions(self, names: dict[str, str]) -> None:
        """Build the table anew: its columns are the roles."""
        if self.permissions is not None:
            self.permissions.setParent(None)
            self.permissions.deleteLater()
        self.lines: ListSource[PermissionLine] = ListSource(
            lambda line: str(line.line.word), {"area": lambda line: line.place, "lets": lambda line: line.line.lets}
        )
        tr = partial(QCoreApplication.translate, "RolesPage")
        columns = [
            Column("area", tr("Area"), lambda line: line.area, CellKind.MUTED, width=100),
            Column("lets", tr("Permission"), lambda line: line.line.lets, width=330),
            *(
                Column(key, name, partial(_way_cell, key, names), CellKind.BADGE, width=124, sortable=False)
                for key, name in names.items()
            ),
        ]
        self.permissions = RecordTable(self.lines, columns, name=self.tr("Who may do what"))
        self.permissions.sort_by("area")
        self.permissions_card.add(self.permissions, 1)

    def first_focus(self) -> QWidget:
        """Let letters and arrows work on the list at once."""
        return self.table

    def refresh(self) -> None:
        """Read everything anew."""
        self.source.set_rows(role_lines(self._desk))
        self.table.refresh()
        names = role_names(self._desk.store, self._desk.actor.organisation_id)
        if names != self._shown_roles or self.permissions is None:
            self._shown_roles = names
            self._make_permissions(names)
        self.lines.set_rows(permission_lines(self._desk))
        if self.permissions is not None:
            self.permissions.refresh()
        self._show_current()

    def _line(self, key: str) -> RoleLine | None:
        return next((line for line in role_lines(self._desk) if line.body["key"] == key), None)

    def _show_current(self) -> None:
        line = self._line(self.table.current_id() or "")
        self.holders_button.setEnabled(bool(line and line.people))
        nobody = self.tr("Nobody holds this role.") if line else self.tr("Choose a role in the list first.")
        self.holders_button.setToolTip("" if line and line.people else nobody)

    def show_holders(self) -> None:
        """Open the list of those who hold the chosen role."""
        self._desk.open("people.list", role=self.table.current_id() or "")

    def new(self) -> None:
        """Open the dialog for a new role."""
        if why_not(self._desk.actor, Permission.ROLES_EDIT) is None:
            self._open(RoleDialog(self.window(), self._desk, None))

    def edit(self, key: str) -> None:
        """Open the dialog of a role."""
        line = self._line(key)
        if line is not None and why_not(self._desk.actor, Permission.ROLES_EDIT) is None:
            self._open(RoleDialog(self.window(), self._desk, line.body, line.people))

    def _open(self, dialog: RoleDialog) -> None:
        dialog.saved.connect(self._saved)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open_dialog()

    def _saved(self, done: Done | None) -> None:
        self.refresh()
        if done is not None:
            tell_done(self, self._desk, done, self.refresh)


def _way_cell(key: str, names: dict[str, str], line: PermissionLine) -> Cell:
    way = line.roles.get(key, "")
    if not way:
        return Cell("")
    tr = partial(QCoreApplication.translate, "RolesPage")
    return Cell(tr("Yes"), "ok", "check") if way == "own" else Cell(tr("By {role}").format(role=names[way]), "info")
