"""The institute's branches: a short list, each with its address and phone."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedLayout, QWidget

from desktop.core.desk import Desk
from desktop.people.actions import Done, take_back
from desktop.people.institute_actions import add_branch, branches, edit_branch
from desktop.shell.page import follow, tell, tell_problem
from desktop.widgets.buttons import danger, primary, secondary
from desktop.widgets.card import Card
from desktop.widgets.dialog import Dialog
from desktop.widgets.field import Field
from desktop.widgets.label import Label
from desktop.widgets.list_row import RowContent, RowList
from desktop.widgets.text_field import TextField
from shared.core.errors import CampusError
from shared.people.institute import LONGEST
from shared.people.permissions import may_edit_institute
from shared.people.vocabulary import BRANCH, Permission

Body = Mapping[str, Any]


class BranchDialog(Dialog):
    """Adds a branch or changes one; ``saved`` gives what was done."""

    needs = (Permission.ORGANISATION_EDIT,)

    saved = Signal(object)

    def __init__(self, window: QWidget, desk: Desk, shown: Body | None = None) -> None:
        title = self.tr("Change the branch") if shown else self.tr("Add a branch")
        super().__init__(window, title, icon="building-2", width=480)
        self._desk, self._shown = desk, shown
        self.fields: dict[str, Field] = {}
        labels = {"name": self.tr("Name"), "address": self.tr("Address"), "phone": self.tr("Phone")}
        for name, label in labels.items():
            control = TextField(str((shown or {}).get(name) or ""))
            control.setMaxLength(LONGEST[name] + 1)
            self.fields[name] = Field(label, control, optional=name != "name")
            self.add(self.fields[name])
        if shown is not None:
            self.foot_words(danger(self.tr("Remove"), "x", self.remove))
        self.add_cancel()
        self.add_button(primary(self.tr("Save the branch") if shown else self.tr("Add branch"), on_click=self.save))
        self.on_key("Ctrl+S", self.save)

    def values(self) -> dict[str, str]:
        """Return what is typed."""
        return {
            name: field.control.text() for name, field in self.fields.items() if isinstance(field.control, TextField)
        }

    def save(self) -> None:
        """Save, or say below the field what is the matter with it."""
        self._do(partial(add_branch, self._desk, self.values()) if self._shown is None else partial(
            edit_branch, self._desk, self._shown, self.values()))  # fmt: skip

    def remove(self) -> None:
        """Remove the branch; Undo takes it back."""
        if self._shown is not None:
            self._do(partial(edit_branch, self._desk, self._shown, {"state": "removed"}))

    def _do(self, act: partial[Done] | partial[Done | None]) -> None:
        try:
            done = act()
        except CampusError as problem:
            faults: Mapping[str, str] = problem.details.get("fields") or {"name": problem.message}
            for name, field in self.fields.items():
                field.set_error(faults.get(name, ""))
            return
        self.accept()
        if done is not None:
            self.saved.emit(done)


class BranchesCard(Card):
    """Enter or a click changes a branch."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(self.tr("Branches"))
        self._desk = desk
        if may_edit_institute(desk.actor) and self.head is not None:
            self.head.add(secondary(self.tr("Add branch"), "plus", self.new))
        self.list = RowList(name=self.tr("Branches"))
        self.list.pressed.connect(self.edit)
        words = self.tr("None yet. Rooms and ID cards name the branch they belong to.")
        holder = QWidget()
        self._stack = QStackedLayout(holder)
        self._stack.addWidget(self.list)
        self._stack.addWidget(Label(words, "small", "muted", wrap=True))
        self.add(holder)
        follow(desk.store, self, lambda changed: self.refresh() if BRANCH in changed.kinds else None)
        self.refresh()

    def refresh(self) -> None:
        """Read the list anew."""
        rows = branches(self._desk)
        self.list.set_rows([_row(row) for row in rows])
        self._stack.setCurrentIndex(0 if rows else 1)

    def new(self) -> None:
        """Open the dialog for a new branch."""
        self._open(None)

    def edit(self, branch_id: str) -> None:
        """Open the dialog for a branch."""
        body = self._desk.store.get(BRANCH, branch_id)
        if body is not None and may_edit_institute(self._desk.actor):
            self._open(body)

    def _open(self, body: Body | None) -> None:
        dialog = BranchDialog(self.window(), self._desk, body)
        dialog.saved.connect(self._saved)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open_dialog()

    def _saved(self, done: Done) -> None:
        self.refresh()
        tell(self, done.words, partial(self._undo, done))

    def _undo(self, done: Done) -> None:
        try:
            take_back(self._desk, done)
        except CampusError as problem:
            tell_problem(self, problem)
        self.refresh()


def _row(body: Body) -> RowContent:
    return RowContent(str(body["id"]), str(body["name"]), " · ".join(filter(None, (body["address"], body["phone"]))))
