"""What the workbench shows of reviews by students: how far they are, and what was said of the work that is open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from desktop.core.desk import Desk
from desktop.grading.marking_groups import GroupsRow
from desktop.grading.marking_line import WorkLine
from desktop.grading.marking_panel import notice
from desktop.grading.marking_row import WorkRow
from desktop.grading.marking_store import Bench
from desktop.grading.peer_dialog import PeerDialog
from desktop.grading.peer_store import reviews_of, said_of
from shared.grading.peer_rules import has_reviews
from shared.grading.vocabulary import PEER_REVIEW, ReviewState


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


class PeersRow(WorkRow):
    """Says how many reviews are written, with a button to see them; hidden where students don't review."""

    def __init__(self, desk: Desk, assignment_id: str, parent: QWidget) -> None:
        super().__init__(desk, assignment_id, parent, _tr("Reviews"), frozenset({PEER_REVIEW}))

    def tell(self, assignment: Mapping[str, Any]) -> str:
        """Return how far the reviews are."""
        if not has_reviews(assignment):
            return ""
        found = reviews_of(self._desk, self._assignment_id)
        sent = sum(one["state"] == ReviewState.SENT for one in found)
        words = _tr("{n} of {all} reviews written") if found else _tr("Reviews aren't shared out yet")
        return words.format(n=sent, all=len(found))

    def open_for(self, assignment: Mapping[str, Any]) -> None:
        """Open who reviews whom over the page's window."""
        dialog = PeerDialog(self.window(), self._desk, assignment)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open_dialog()


def rows_above(desk: Desk, assignment_id: str, parent: QWidget) -> tuple[QWidget, ...]:
    """Return the rows about groups and about reviews, each hidden where there are none."""
    return GroupsRow(desk, assignment_id, parent), PeersRow(desk, assignment_id, parent)
