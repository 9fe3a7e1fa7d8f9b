"""What the workbench shows of reviews by students: how far they are, and what was said of the work that is open."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.core.local_store import Changed
from desktop.grading.marking_groups import GroupsRow
from desktop.grading.marking_line import WorkLine
from desktop.grading.marking_panel import notice
from desktop.grading.marking_store import Bench
from desktop.grading.peer_dialog import PeerDialog
from desktop.grading.peer_store import reviews_of, said_of
from desktop.shell.page import follow
from desktop.widgets.buttons import Button
from desktop.widgets.label import ElidedLabel
from shared.grading.peer_rules import has_reviews
from shared.grading.vocabulary import ASSIGNMENT, PEER_REVIEW, ReviewState


def _tr(words: str) -> str:
    return QCoreApplication.translate("MarkingPeers", words)


def peer_notices(desk: Desk, bench: Bench, line: WorkLine) -> list[QWidget]:
    """Return what other students said of the work that is open, one notice for each review that was sent."""
    if not has_reviews(bench.assignment):
        return []
    found: list[QWidget] = []
    for one in said_of(reviews_of(desk, bench.id), line.id):
        points = _tr("Review by a student, {points} points.").format(points=one["score"])
        head = points if one["score"] is not None else _tr("Review by a student.")
        found.append(notice("users", " ".join(part for part in (head, one["text"]) if part), "neu"))
    return found


class PeersRow(QWidget):
    """Says how many reviews are written, with a button to see them; hidden where students don't review."""

    def __init__(self, desk: Desk, assignment_id: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk, self._assignment_id = desk, assignment_id
        self.words = ElidedLabel("", "small", "text2")
        self.button = Button(self.tr("Reviews"), small=True, icon="users", on_click=self.open)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.words, 1)
        row.addWidget(self.button)
        self.refresh()
        follow(desk.store, self, self._store_changed)

    def _store_changed(self, changed: Changed) -> None:
        if changed.kinds & {PEER_REVIEW, ASSIGNMENT} or not changed.keys:
            self.refresh()

    def refresh(self) -> None:
        """Show how far the reviews are."""
        assignment = self._desk.store.get(ASSIGNMENT, self._assignment_id)
        shown = assignment is not None and has_reviews(assignment)
        self.setVisible(shown)
        if shown:
            found = reviews_of(self._desk, self._assignment_id)
            sent = sum(one["state"] == ReviewState.SENT for one in found)
            words = self.tr("{n} of {all} reviews written") if found else self.tr("Reviews aren't shared out yet")
            self.words.setText(words.format(n=sent, all=len(found)))

    def open(self) -> None:
        """Open who reviews whom over the page's window."""
        assignment = self._desk.store.get(ASSIGNMENT, self._assignment_id)
        if assignment is not None:
            dialog = PeerDialog(self.window(), self._desk, assignment)
            dialog.finished.connect(dialog.deleteLater)
            dialog.open_dialog()


def rows_above(desk: Desk, assignment_id: str, parent: QWidget) -> tuple[QWidget, ...]:
    """Return the rows about groups and about reviews, each hidden where there are none."""
    return GroupsRow(desk, assignment_id, parent), PeersRow(desk, assignment_id, parent)
