"""The part of work's form about others: groups that hand in together, marking without names, reviews by students."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.widgets.check import Check
from desktop.widgets.combo import Combo
from desktop.widgets.label import Label
from shared.core.text import plural
from shared.grading.vocabulary import GroupMode, WorkKind

MOST_REVIEWS = 5


def _tr(words: str) -> str:
    return QCoreApplication.translate("AssignmentDialog", words)


class TogetherSection(QWidget):
    """What it doesn't show for a kind of work is off."""

    def __init__(self, body: Mapping[str, Any]) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        self.groups = Check(_tr("Groups do it together: one hands in for all, and one mark is for all"))
        self.groups.setChecked(body.get("group_mode") == GroupMode.GROUPS)
        self.anonymous = Check(_tr("Marked without names, until marks are published"))
        self.anonymous.setChecked(bool(body.get("anonymous", False)))
        counts = [("0", _tr("No reviews by students"))]
        words = (plural("Each reviews 1 other", "Each reviews {n} others", n) for n in range(1, MOST_REVIEWS + 1))
        counts += [(str(n), word) for n, word in enumerate(words, 1)]
        self.peers = Combo(counts, name=_tr("Reviews by students"))
        self.peers.choose(str(body.get("peer_reviews") or 0))
        self.peer_row = QWidget()
        row = QHBoxLayout(self.peer_row)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(Label(_tr("Reviews by students"), "small-medium", "text2"))
        row.addWidget(self.peers)
        row.addStretch(1)
        for part in (self.groups, self.anonymous, self.peer_row):
            column.addWidget(part)
        self._kind = str(body.get("work_kind") or WorkKind.MANUAL)
        self.groups.toggled.connect(lambda _on: self.show_kind(self._kind))

    def show_kind(self, kind: str) -> None:
        """Offer what fits a kind of work; groups have no reviews by students."""
        self._kind = kind
        handed_in, grouped = kind == WorkKind.HANDED_IN, self.groups.isChecked()
        self.setVisible(kind != WorkKind.MANUAL)
        self.anonymous.setVisible(handed_in)
        self.peer_row.setVisible(handed_in)
        self.peers.setEnabled(not grouped)

    def values(self) -> dict[str, Any]:
        """Return what the section says."""
        handed_in = self._kind == WorkKind.HANDED_IN
        grouped = self.groups.isChecked() and self._kind != WorkKind.MANUAL
        return {
            "group_mode": str(GroupMode.GROUPS if grouped else GroupMode.NONE),
            "anonymous": handed_in and self.anonymous.isChecked(),
            "peer_reviews": int(self.peers.chosen or 0) if handed_in and not grouped else 0,
        }
