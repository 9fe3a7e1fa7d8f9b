"""What the workbench says and does where groups hand in: who is in the group, and whose mark is another one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.core.local_store import Changed
from desktop.grading.group_store import classmates, may_group, read_groups
from desktop.grading.groups_dialog import GroupsDialog
from desktop.grading.marking_line import WorkLine
from desktop.grading.marking_store import differing
from desktop.grading.marking_words import judged_words
from desktop.shell.page import follow, tell
from desktop.widgets.buttons import Button
from desktop.widgets.label import ElidedLabel
from shared.core.text import plural
from shared.grading.group_rules import is_for_groups
from shared.grading.vocabulary import ASSIGNMENT, WORK_GROUP
from shared.learning.vocabulary import ENROLMENT


def _tr(words: str) -> str:
    return QCoreApplication.translate("MarkingGroups", words)


def group_facts(line: WorkLine) -> list[str]:
    """Return who is in the group, and which members have a mark of their own that stays."""
    if not line.members:
        return []
    if line.hidden:
        return [plural("A group of 1 student.", "A group of {n} students.", len(line.members))]
    names = ", ".join(one.name for one in line.members)
    found = [_tr("Marked as one: {names}.").format(names=names)]
    for one in differing(line):
        words = _tr("{name} has another mark, given by hand: {mark}. It stays.")
        found.append(words.format(name=one.name, mark=judged_words(one.mark or {})))
    return found


class GroupsRow(QWidget):
    """Says how many groups there are, with a button to change them; hidden where everybody works alone."""

    def __init__(self, desk: Desk, assignment_id: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk, self._assignment_id = desk, assignment_id
        self.words = ElidedLabel("", "small", "text2")
        self.button = Button(self.tr("Groups"), small=True, icon="users", on_click=self.open)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.words, 1)
        row.addWidget(self.button)
        self.refresh()
        follow(desk.store, self, self._store_changed)

    def _store_changed(self, changed: Changed) -> None:
        if changed.kinds & {WORK_GROUP, ASSIGNMENT, ENROLMENT} or not changed.keys:
            self.refresh()

    def refresh(self) -> None:
        """Show how far the groups of the work are."""
        assignment = self._desk.store.get(ASSIGNMENT, self._assignment_id)
        self.setVisible(assignment is not None and is_for_groups(assignment))
        if assignment is None or not is_for_groups(assignment):
            return
        groups = read_groups(self._desk, self._assignment_id)
        grouped = {member["enrolment_id"] for one in groups for member in one["members"]}
        alone = sum(one.id not in grouped for one in classmates(self._desk, assignment["cohort_id"]))
        words = [plural("1 group", "{n} groups", len(groups))]
        if alone:
            words.append(self.tr("{n} alone").format(n=alone))
        self.words.setText(", ".join(words))
        self.button.setVisible(may_group(self._desk, assignment))

    def open(self) -> None:
        """Open the groups over the page's window."""
        assignment = self._desk.store.get(ASSIGNMENT, self._assignment_id)
        if assignment is not None:
            open_groups(self, self._desk, assignment)


def open_groups(page: QWidget, desk: Desk, assignment: Mapping[str, Any]) -> None:
    """Open the groups of a piece of work over a page's window."""
    dialog = GroupsDialog(page.window(), desk, assignment)
    dialog.saved.connect(lambda: tell(page, _tr("Groups saved")))
    dialog.finished.connect(dialog.deleteLater)
    dialog.open_dialog()
