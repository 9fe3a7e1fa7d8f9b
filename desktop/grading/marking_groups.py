"""What the workbench says and does where groups hand in: who is in the group, and whose mark is another one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from desktop.core.desk import Desk
from desktop.grading.group_store import classmates, may_group, read_groups
from desktop.grading.groups_dialog import GroupsDialog
from desktop.grading.marking_line import WorkLine
from desktop.grading.marking_row import WorkRow
from desktop.grading.marking_store import differing
from desktop.grading.marking_words import judged_words
from desktop.shell.page import tell
from shared.core.text import plural
from shared.grading.group_rules import is_for_groups
from shared.grading.vocabulary import WORK_GROUP
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


class GroupsRow(WorkRow):
    """Says how many groups there are, with a button to change them; hidden where everybody works alone."""

    def __init__(self, desk: Desk, assignment_id: str, parent: QWidget) -> None:
        super().__init__(desk, assignment_id, parent, _tr("Groups"), frozenset({WORK_GROUP, ENROLMENT}))

    def tell(self, assignment: Mapping[str, Any]) -> str:
        """Return how far the groups of the work are."""
        if not is_for_groups(assignment):
            return ""
        groups = read_groups(self._desk, self._assignment_id)
        grouped = {member["enrolment_id"] for one in groups for member in one["members"]}
        alone = sum(one.id not in grouped for one in classmates(self._desk, assignment["cohort_id"]))
        words = [plural("1 group", "{n} groups", len(groups))]
        if alone:
            words.append(_tr("{n} alone").format(n=alone))
        self.button.setVisible(may_group(self._desk, assignment))
        return ", ".join(words)

    def open_for(self, assignment: Mapping[str, Any]) -> None:
        """Open the groups over the page's window."""
        open_groups(self, self._desk, assignment)


def open_groups(page: QWidget, desk: Desk, assignment: Mapping[str, Any]) -> None:
    """Open the groups of a piece of work over a page's window."""
    dialog = GroupsDialog(page.window(), desk, assignment)
    dialog.saved.connect(lambda: tell(page, _tr("Groups saved")))
    dialog.finished.connect(dialog.deleteLater)
    dialog.open_dialog()
