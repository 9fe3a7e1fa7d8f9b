"""Who works with whom on a piece of work: groups by hand, dealt out at random, or copied from other work."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.grading.group_actions import GroupsDraft
from desktop.grading.group_store import Classmate, copy_choices
from desktop.widgets.buttons import icon_button, primary, secondary
from desktop.widgets.combo import Combo
from desktop.widgets.dialog import Dialog
from desktop.widgets.field import Field
from desktop.widgets.label import ElidedLabel, Label
from desktop.widgets.number_field import NumberField
from desktop.widgets.text_field import TextField
from desktop.widgets.theme import theme
from shared.core.errors import CampusError
from shared.core.text import plural

_HEIGHT, _IN_A_GROUP, _MOST = 340, 4, 200


def _tr(words: str) -> str:
    return QCoreApplication.translate("GroupsDialog", words)


class _GroupRow(QWidget):
    """A group's name, how many are in it, and a way to take it out."""

    def __init__(self, group: Mapping[str, Any]) -> None:
        super().__init__()
        self.id = str(group["id"])
        self.name = TextField(name=_tr("Name of the group"))
        self.name.setMaxLength(100)
        self.name.setText(str(group["name"]))
        self.count = Label("", "small", "muted")
        self.count.setMinimumWidth(theme().px(24))
        self.remove = icon_button("x", _tr("Remove this group"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.name, 1)
        row.addWidget(self.count)
        row.addWidget(self.remove)


class _StudentRow(QWidget):
    """A student with the group that he or she is in."""

    def __init__(self, student: Classmate) -> None:
        super().__init__()
        self.student = student
        self.group = Combo([("", _tr("No group"))], name=_tr("Group of {name}").format(name=student.name))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(ElidedLabel(student.name, "body-medium"), 3)
        row.addWidget(self.group, 2)


class _Rows(QScrollArea):
    """A column of rows that scrolls."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setAccessibleName(name)
        self.setMinimumHeight(theme().px(_HEIGHT))
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.viewport().setAutoFillBackground(False)  # the dialog's own ground, which isn't the window's
        self._clear()

    def _clear(self) -> None:
        holder = QWidget()
        self.column = QVBoxLayout(holder)
        self.column.setContentsMargins(0, 0, 8, 0)
        self.column.setSpacing(6)
        self.column.addStretch(1)
        self.setWidget(holder)
        holder.setAutoFillBackground(False)  # a scroll area fills what it is given

    def set_rows(self, rows: list[QWidget]) -> None:
        """Show other rows."""
        self._clear()
        for at, row in enumerate(rows):
            self.column.insertWidget(at, row)


class GroupsDialog(Dialog):
    """``saved`` tells that groups were saved."""

    saved = Signal()

    def __init__(self, window: QWidget, desk: Desk, assignment: Mapping[str, Any]) -> None:
        title = _tr("Groups of {work}").format(work=assignment["title"])
        super().__init__(window, title, icon="users", width=760)
        self.draft = GroupsDraft(desk, assignment)
        self._showing = False
        self._others = copy_choices(desk, assignment)
        self.add(self._make_tools())
        self.group_rows: list[_GroupRow] = []
        self.student_rows = [_StudentRow(one) for one in self.draft.students]
        for row in self.student_rows:
            row.group.currentIndexChanged.connect(partial(self._put, row))
        self.add(self._make_panes())
        self.problem = Label("", "small", "bad", wrap=True)
        self.problem.hide()
        self.add(self.problem)
        self.alone = Label("", "small", "muted")
        self.foot_words(self.alone)
        self.add_cancel()
        self.save_button = self.add_button(primary(_tr("Save groups"), on_click=self.save))
        self.on_key("Ctrl+S", self.save)
        self.refresh()

    def _make_tools(self) -> QLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        usual = max(1, -(-len(self.draft.students) // _IN_A_GROUP))
        self.count = NumberField(len(self.draft.groups) or usual, least=1, most=_MOST)
        self.count_field = Field(_tr("How many groups"), self.count)
        row.addWidget(self.count_field)
        self.deal_button = secondary(_tr("Deal out at random"), "refresh-cw", self.deal)
        row.addWidget(self.deal_button, 0, Qt.AlignmentFlag.AlignBottom)
        row.addStretch(1)
        self.source = Combo(self._others or [("", _tr("No other work has groups"))], name=_tr("Copy from"))
        self.source.setEnabled(bool(self._others))
        row.addWidget(Field(_tr("Copy from"), self.source))
        self.copy_button = secondary(_tr("Copy"), "", self.copy)
        self.copy_button.setEnabled(bool(self._others))
        row.addWidget(self.copy_button, 0, Qt.AlignmentFlag.AlignBottom)
        return row

    def _make_panes(self) -> QLayout:
        panes = QHBoxLayout()
        panes.setSpacing(20)
        left, right = QVBoxLayout(), QVBoxLayout()
        self.groups = _Rows(_tr("Groups"))
        self.add_group = secondary(_tr("Add a group"), "plus", self.new)
        left.addWidget(Label(_tr("Groups"), "small-medium", "text2"))
        left.addWidget(self.groups, 1)
        left.addWidget(self.add_group)
        self.students = _Rows(_tr("Students"))
        right.addWidget(Label(_tr("Students"), "small-medium", "text2"))
        right.addWidget(self.students, 1)
        self.students.set_rows(list(self.student_rows))
        panes.addLayout(left, 2)
        panes.addLayout(right, 3)
        return panes

    # -------------------------------------------------------------------------------------------------- showing

    def refresh(self) -> None:
        """Show the groups as they are."""
        self.group_rows = [_GroupRow(one) for one in self.draft.groups]
        for row in self.group_rows:
            row.name.textEdited.connect(partial(self._rename, row.id))
            row.remove.clicked.connect(partial(self._remove, row.id))
        self.groups.set_rows(list(self.group_rows))
        self._show_choices()

    def _show_choices(self) -> None:
        choices = [("", _tr("No group")), *((one["id"], one["name"]) for one in self.draft.groups)]
        self._showing = True  # the boxes change by themselves here
        for row in self.student_rows:
            there = self.draft.group_of(row.student.id)
            row.group.set_choices(choices)
            row.group.choose(there)
        self._showing = False
        self._count()

    def _count(self) -> None:
        sizes = {one["id"]: len(one["members"]) for one in self.draft.groups}
        for row in self.group_rows:
            row.count.setText(str(sizes.get(row.id, 0)))
        alone = self.draft.alone
        words = plural("1 student is in no group and works alone", "{n} students are in no group and work alone", alone)
        self.alone.setText(words if alone else _tr("Everybody is in a group"))
        self.problem.hide()

    # ---------------------------------------------------------------------------------------------------- doing

    def new(self) -> None:
        """Add an empty group, with the cursor in its name."""
        self.draft.add()
        self.refresh()
        self.group_rows[-1].name.setFocus()
        self.group_rows[-1].name.selectAll()

    def deal(self) -> None:
        """Deal everybody out at random."""
        count = self.count.value
        self.count_field.set_error("" if count else _tr("Enter a number from 1 to {most}.").format(most=_MOST))
        if count:
            self.draft.deal(count)
            self.refresh()

    def copy(self) -> None:
        """Take over the groups of the chosen work."""
        self.draft.copy(str(self.source.chosen or ""))
        self.refresh()

    def _put(self, row: _StudentRow, _at: int) -> None:
        if not self._showing:
            self.draft.put(row.student.id, str(row.group.chosen or ""))
            self._count()

    def _rename(self, group_id: str, name: str) -> None:
        self.draft.rename(group_id, name)
        self._show_choices()

    def _remove(self, group_id: str, _checked: object = None) -> None:
        self.draft.remove(group_id)
        self.refresh()

    def save(self) -> None:
        """Save the groups and close."""
        try:
            changed = self.draft.save()
        except CampusError as problem:
            self.problem.setText(problem.message)
            self.problem.show()
            return
        self.accept()
        if changed:
            self.saved.emit()
