"""The part of work's form about who marks: one, or two who don't know of each other and a moderator."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QCoreApplication

from desktop.widgets.check import Check
from shared.grading.part_rules import is_by_two
from shared.grading.vocabulary import WorkKind


class MarkersCheck(Check):
    """It is off where it isn't shown: bare columns and the work of groups are marked by one."""

    def __init__(self, body: Mapping[str, Any]) -> None:
        words = "Two mark it, each without the other's mark; a moderator sets the agreed one"
        super().__init__(QCoreApplication.translate("AssignmentDialog", words))
        self.setChecked(is_by_two(body))

    def show_for(self, kind: str, *, grouped: bool) -> None:
        """Offer it where it fits."""
        self.setVisible(kind != WorkKind.MANUAL)
        self.setEnabled(not grouped)

    def values(self) -> dict[str, Any]:
        """Return what the box says."""
        return {"markers": 2 if self.isChecked() and self.isEnabled() and not self.isHidden() else 1}
