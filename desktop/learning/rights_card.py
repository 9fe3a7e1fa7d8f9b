"""What each instructor may do in a course: one line for each, ticked by the office."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.learning.right_actions import RightsLine, rights_lines, set_rights
from desktop.people.words import full_name
from desktop.widgets.card import Card
from desktop.widgets.check import Check
from desktop.widgets.label import ElidedLabel, Label
from desktop.widgets.layouts import FlowLayout
from shared.core.errors import CampusError
from shared.learning.course_rights import right_words
from shared.learning.permissions import may_set_course_rights


class RightsCard(Card):
    """Each tick is saved at once; ``done`` gives what can be undone, ``refused`` why it was not."""

    done = Signal(object)
    refused = Signal(object)

    def __init__(self, desk: Desk, course_id: str, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("What instructors may do"), parent=parent)
        self._desk, self._course_id = desk, course_id
        self._rows: list[QWidget] = []
        self.checks: dict[tuple[str, str], Check] = {}
        self._shown: list[RightsLine] | None = None
        self.why = Label("", "small", "muted", wrap=True)
        self.add(self.why)

    def refresh(self) -> None:
        """Show the lines as they are now."""
        lines = rights_lines(self._desk, self._course_id)
        if lines == self._shown:
            return
        self._shown = lines
        for row in self._rows:
            row.setParent(None)
            row.deleteLater()
        self._rows, self.checks = [], {}
        may = may_set_course_rights(self._desk.actor)
        for line in lines:
            self._rows.append(self._make_row(line, may=may))
            self.add(self._rows[-1])
        if not lines:
            self.why.setText(self.tr("Nobody teaches a cohort of this course yet."))
        elif may:
            self.why.setText(self.tr("What isn't ticked is kept from the instructor in every cohort of this course."))
        else:
            self.why.setText(self.tr("The office says what instructors may do in a course."))

    def _make_row(self, line: RightsLine, *, may: bool) -> QWidget:
        row = QWidget()
        layout = QVBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(ElidedLabel(full_name(line.person), "body-medium"))
        ticks = QWidget()
        flow = FlowLayout(ticks, space=14)
        layout.addWidget(ticks)
        for right, words in right_words().items():
            check = self.checks[line.person["id"], right] = Check(words, checked=right in line.rights)
            check.setAccessibleName(self.tr("{name}: {right}").format(name=full_name(line.person), right=words))
            check.setEnabled(may)
            check.setToolTip("" if may else self.tr("The office says what instructors may do in a course."))
            check.clicked.connect(lambda on=False, line=line, right=right: self._ticked(line, right, on=on))
            flow.addWidget(check)
        return row

    def _ticked(self, line: RightsLine, right: str, *, on: bool) -> None:
        rights = [*line.rights, right] if on else [one for one in line.rights if one != right]
        try:
            done = set_rights(self._desk, self._course_id, line, rights)
        except CampusError as problem:
            self._shown = None
            self.refresh()
            self.refused.emit(problem)
            return
        if done is not None:
            self.done.emit(done)
