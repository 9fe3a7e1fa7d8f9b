"""What the points come to: so far, what lateness takes with its rule, and the mark as it would be now."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from desktop.grading.marking_judging import Judging
from desktop.grading.marking_words import late_rule_words, minus
from desktop.widgets.card import Line, Well
from desktop.widgets.label import Label
from shared.grading.points import points_text
from shared.grading.vocabulary import MarkStatus


class TotalBox(Well):
    """Three rows that follow every key."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._grid = QGridLayout()
        self._grid.setColumnStretch(0, 1)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(6)
        self.body.addLayout(self._grid, 1)
        self.points, self.points_value = self._row(0, "body")
        self.late, self.late_value = self._row(1, "body-medium")
        self._grid.addWidget(Line(), 2, 0, 1, 2)
        self.result, self.result_value = self._row(3, "body-strong")

    def _row(self, row: int, step: str) -> tuple[Label, Label]:
        words, value = Label("", step, "text2" if row == 0 else "text", wrap=True), Label("", "body-strong")
        value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._grid.addWidget(words, row, 0)
        self._grid.addWidget(value, row, 1)
        return words, value

    def show_judging(self, judging: Judging) -> None:
        """Show what a judgement comes to."""
        most = points_text(judging.most)
        late, score = judging.late(), judging.score
        self.points.setText(self.tr("Rubric points") if judging.criteria else self.tr("Points"))
        self.points_value.setText(self._points_words(judging))
        shows = late is not None and late.days > 0
        for part in (self.late, self.late_value):
            part.setVisible(shows)
            part.set_tone("warn")
        if late is not None and shows:
            self.late.setText(late_rule_words(judging.assignment, late))
            self.late_value.setText(minus(late.penalty))
        whole = score is not None and not (judging.levels and judging.open_criteria)
        self.result.setText(self.tr("Mark") if whole or score is None else self.tr("Mark if you stop here"))
        if judging.status is MarkStatus.MISSING:
            self.result_value.setText(self.tr("Missing, counts 0"))
        elif judging.status is MarkStatus.EXCUSED:
            self.result_value.setText(self.tr("Excused, not counted"))
        elif late is None:
            self.result_value.setText(self.tr("– of {most}").format(most=most))
        else:
            words = self.tr("{points} of {most}").format(points=points_text(late.result), most=most)
            self.result_value.setText(words)
        self.setAccessibleName(f"{self.result.text()}: {self.result_value.text()}")

    def _points_words(self, judging: Judging) -> str:
        most = points_text(judging.most_so_far)
        if judging.score is None:
            return self.tr("– of {most}").format(most=most)
        points = points_text(judging.score)
        if judging.levels and judging.open_criteria:
            return self.tr("{points} of {most} so far").format(points=points, most=most)
        return self.tr("{points} of {most}").format(points=points, most=most)
