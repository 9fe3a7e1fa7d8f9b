"""What a student's page of work says of others: the own group, reviews to write, and what others say of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.core.local_store import Changed
from desktop.grading.group_store import own_group
from desktop.grading.peer_store import own_feedback, own_tasks, task_name
from desktop.grading.work_store import OwnWork, read_work
from desktop.shell.page import follow
from desktop.widgets.card import Card
from desktop.widgets.label import Label
from desktop.widgets.list_row import RowContent, RowList
from shared.grading.group_rules import is_for_groups
from shared.grading.vocabulary import ASSIGNMENT, PEER_FEEDBACK, PEER_TASK, SUBMISSION, WORK_GROUP, ReviewState


class WorkTogether(QWidget):
    """Stands between what to do and the own answer; hidden where there is nothing to say."""

    def __init__(self, desk: Desk, assignment_id: str) -> None:
        super().__init__()
        self._desk, self._assignment_id = desk, assignment_id
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        self.group = Card(self.tr("Your group"))
        self.names, self.note = Label("", "body-medium", wrap=True), Label("", "body", "text2", wrap=True)
        self.group.add(self.names)
        self.group.add(self.note)
        column.addWidget(self.group)
        self.tasks_card = Card(self.tr("Review the work of others"), padded=False)
        self.tasks = RowList(name=self.tr("Review the work of others"))
        self.tasks.pressed.connect(lambda key: desk.open("grading.review", key))
        self.tasks_card.add(self.tasks)
        column.addWidget(self.tasks_card)
        self.said_card = Card(self.tr("What others say of your work"))
        self.said = Label("", "body", wrap=True)
        self.said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.said_card.add(self.said)
        column.addWidget(self.said_card)
        self.refresh()
        follow(desk.store, self, self._store_changed)

    def _store_changed(self, changed: Changed) -> None:
        if changed.kinds & {WORK_GROUP, PEER_TASK, PEER_FEEDBACK, ASSIGNMENT, SUBMISSION} or not changed.keys:
            self.refresh()

    def refresh(self) -> None:
        """Show who is in the group, and who handed in for it."""
        work = read_work(self._desk, self._assignment_id)
        grouped = work is not None and is_for_groups(work.assignment)
        self.group.setVisible(grouped)
        if work is not None and grouped:
            self._show_group(work)
        shown = self._show_reviews() or grouped
        if self.parent() is not None or not shown:  # shown without a parent it would be a window of its own
            self.setVisible(shown)

    def _show_reviews(self) -> bool:
        """Show which reviews are to write, and what others said; True where there is any of both."""
        tasks = own_tasks(self._desk, self._assignment_id)
        said = own_feedback(self._desk, self._assignment_id)
        self.tasks.set_rows([self._task_row(one) for one in tasks])
        self.tasks_card.setVisible(bool(tasks))
        told = []
        for at, one in enumerate(said, 1):
            points = self.tr("Review {n}, {points} points") if one["score"] is not None else self.tr("Review {n}")
            told.append("\n".join(part for part in (points.format(n=at, points=one["score"]), one["text"]) if part))
        self.said.setText("\n\n".join(told))
        self.said_card.setVisible(bool(said))
        return bool(tasks or said)

    def _task_row(self, task: Mapping[str, Any]) -> RowContent:
        sent, begun = task["state"] == ReviewState.SENT, bool(task["text"] or task["levels"])
        badge = (self.tr("Sent"), "ok", "check") if sent else (self.tr("Draft"), "warn", "file-text")
        badge = badge if sent or begun else (self.tr("Not written"), "neu", "circle-dashed")
        words = self.tr("Neither of you learns who the other is.")
        return RowContent(str(task["id"]), task_name(self._desk, task), words, "file-text", badge=badge)

    def _show_group(self, work: OwnWork) -> None:
        group = own_group(self._desk, work.id, work.enrolment_id)
        if group is None:
            self.names.setText(self.tr("You are in no group yet."))
            words = self.tr("Ask whoever teaches the class. What you hand in before counts for you alone.")
            self.note.setText(words)
            return
        me = self._desk.actor.person_id
        others = [one["name"] for one in group["members"] if one["person_id"] != me]
        told = self.tr("{group}: you and {others}") if others else self.tr("{group}: you alone")
        self.names.setText(told.format(group=group["name"], others=", ".join(others)))
        self.note.setText(self._handed_in_words(work, {one["person_id"]: one["name"] for one in group["members"]}))

    def _handed_in_words(self, work: OwnWork, names: dict[str, str]) -> str:
        counts = work.counts
        brought_by = counts.get("brought_by") if counts is not None else None
        if counts is None or brought_by is None:
            return self.tr("Whoever of you hands in does it for all.")
        if brought_by == self._desk.actor.person_id:
            return self.tr("You handed in for all.")
        name = names.get(str(brought_by)) or self.tr("Someone of your group")
        return self.tr("{name} handed in for all.").format(name=name)
