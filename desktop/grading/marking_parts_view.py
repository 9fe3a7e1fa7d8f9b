"""What each of two markers gave, side by side, for whoever sets the agreed mark; for the two once both are done."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.grading.marking_line import WorkLine
from desktop.grading.marking_parts import moderates, own_part
from desktop.grading.marking_store import Bench
from desktop.grading.part_words import part_name
from desktop.widgets.buttons import Button
from desktop.widgets.card import Card, Well
from desktop.widgets.label import Label
from shared.core.text import text
from shared.grading.mark_rules import is_graded
from shared.grading.part_rules import are_done, is_by_two

Body = Mapping[str, Any]


def parts_words(desk: Desk, bench: Bench, line: WorkLine) -> str:
    """Return where second marking stands for this person, an empty text where one marks."""
    if not is_by_two(bench.assignment) or not bench.may_mark:
        return ""
    if is_graded(line.agreed):
        return text("Two have marked this work. This is the agreed mark.") if line.parts else ""
    if moderates(desk):
        done = sum(bool(one["finished"]) for one in line.parts)
        words = (text("Two mark this work. Nobody has finished yet."), text("One of two has finished."))
        return text("Both have finished. Set the agreed mark.") if are_done(line.parts) else words[min(done, 1)]
    own = own_part(desk, line)
    if own is None or not own["finished"]:
        return text("Two mark this work. You see the other mark once both are finished.")
    if own["open"]:
        return text("Both have finished. A moderator sets the agreed mark.")
    return text("Yours is in. You see the other mark once both are finished.")


def shown_parts(desk: Desk, line: WorkLine) -> list[Body]:
    """Return the judgements that this person may compare."""
    return [one for one in line.parts if one["finished"] and (one["open"] or moderates(desk))]


class PartsView(Card):
    """Criteria with what each gave; where they differ it is said. ``taken`` gives the part to begin from."""

    taken = Signal(object)

    def __init__(self, criteria: Sequence[Body], parts: Sequence[Body], *, takes: bool) -> None:
        super().__init__()
        self.parts = list(parts)
        self.buttons: list[Button] = []
        self.setAccessibleName(self.tr("What each of two gave"))
        self.grid = QGridLayout()
        self.grid.setHorizontalSpacing(12)
        self.grid.setVerticalSpacing(6)
        self.grid.setColumnStretch(0, 3)
        for at, one in enumerate(self.parts, 1):
            self.grid.setColumnStretch(at, 4)
            head = QVBoxLayout()
            head.setSpacing(0)
            head.addWidget(Label(part_name(one["part"]), "small", "muted"))
            head.addWidget(Label(one["by_name"], "small-strong", wrap=True))
            self.grid.addLayout(head, 0, at)
        for criterion in criteria:
            self._add_criterion(criterion)
        self._row(self.tr("Points"), [str(one["score"] or "–") for one in self.parts], step="body-strong")
        if any(one["feedback"] for one in self.parts):
            self._row(self.tr("Feedback"), [str(one["feedback"]) or "–" for one in self.parts], marks=False)
        if takes:
            self._add_buttons()
        self.add(self.grid)

    def _add_criterion(self, criterion: Body) -> None:
        names = {one["id"]: one["name"] for one in criterion["levels"]}
        cells = []
        for part in self.parts:
            given = next((one for one in part["levels"] if one["criterion_id"] == criterion["id"]), None)
            words = "–"
            if given is not None:
                level = names.get(given["level_id"], "")
                words = text("{points} {level}", points=given["points"], level=level)
                words = "\n".join(one for one in (words, given.get("note") or "") if one)
            cells.append(words)
        self._row(str(criterion["name"]), cells)

    def _row(self, name: str, cells: Sequence[str], *, step: str = "small", marks: bool = True) -> None:
        at = self.grid.rowCount()
        differ = marks and len(set(cells)) > 1
        top = Qt.AlignmentFlag.AlignTop
        words = self.tr("{name}, different").format(name=name) if differ else name
        self.grid.addWidget(Label(words, "small", "warn" if differ else "text2", wrap=True), at, 0, top)
        for column, cell in enumerate(cells, 1):
            self.grid.addWidget(Label(cell, step, wrap=True), at, column, top)

    def _add_buttons(self) -> None:
        at = self.grid.rowCount()
        for column, one in enumerate(self.parts, 1):
            button = Button(self.tr("Begin with this"), small=True, on_click=partial(self.taken.emit, one))
            button.setAccessibleName(self.tr("Begin with the mark of {name}").format(name=one["by_name"]))
            self.grid.addWidget(button, at, column)
            self.buttons.append(button)


def parts_widgets(desk: Desk, bench: Bench, line: WorkLine, take: Callable[[Body], object]) -> list[QWidget]:
    """Return what stands above the rubric where two mark."""
    words = parts_words(desk, bench, line)
    if not words:
        return []
    found: list[QWidget] = [Well("users", words, "info")]
    shown = shown_parts(desk, line)
    if shown:
        takes = moderates(desk) and not is_graded(line.agreed)
        view = PartsView(bench.criteria or (), shown, takes=takes)
        view.taken.connect(take)
        found.append(view)
    return found
