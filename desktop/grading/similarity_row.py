"""Comparing the works of a class: a button, progress with Stop, what was found, and the flag beside a student."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.grading.marking_line import WorkLine
from desktop.grading.marking_list import LineList
from desktop.grading.marking_panel import notice
from desktop.grading.marking_store import Bench
from desktop.grading.similarity_dialog import SimilarityDialog
from desktop.grading.similarity_texts import Compared, Likeness, compare_class, given_files, handed_in
from desktop.shell.page import tell, tell_problem
from desktop.widgets.background import Lane, run_in_background
from desktop.widgets.buttons import Button, Kind
from desktop.widgets.progress import Progress
from shared.core.errors import CampusError
from shared.core.text import plural, text
from shared.grading.similarity_rules import USUAL_THRESHOLD


class SimilarityRow(QWidget):
    """Stands above the list; what was found stays until the page is left. `changed`: flags came or went."""

    changed = Signal()
    _went_on = Signal(int, int)

    def __init__(self, desk: Desk, students: LineList, go_to: Callable[[str], object]) -> None:
        super().__init__()
        self._desk, self._list, self._go_to = desk, students, go_to
        self._bench: Bench | None = None
        self._halt = Event()
        self.running = False
        self.compared: Compared | None = None
        self.threshold = USUAL_THRESHOLD
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        self.begin = Button(self.tr("Compare the works"), icon="flag", small=True, on_click=self.start).stretch()
        self.found = Button("", icon="flag", small=True, on_click=self.show_found).stretch()
        self.progress = Progress(self.tr("Comparing"))
        self.progress.stopped.connect(self._halt.set)
        for part in (self.begin, self.found, self.progress):
            part.hide()
            column.addWidget(part)
        self._went_on.connect(self.progress.set_progress)
        self.destroyed.connect(lambda _gone, halt=self._halt: halt.set())
        students.add_above(self)
        students.model.flagged = self.is_flagged

    def show_bench(self, bench: Bench | None) -> None:
        """Be about a class."""
        if bench is not None and self._bench is not None and bench.id != self._bench.id:
            self._halt.set()
            self.compared = None
        self._bench = bench
        self.refresh()

    def refresh(self) -> None:
        """Show what can be done now."""
        works = sum(line.submission is not None for line in self._bench.lines) if self._bench is not None else 0
        flagged = self.compared.flagged(self.threshold) if self.compared is not None else []
        self.setVisible(works > 1)
        self.progress.setVisible(self.running)
        self.begin.setVisible(not self.running and self.compared is None)
        self.found.setVisible(not self.running and self.compared is not None)
        words = (
            plural("1 pair is alike", "{n} pairs are alike", len(flagged)) if flagged else self.tr("No pair is alike")
        )
        self.found.setText(words)

    def start(self) -> None:
        """Compare all works that are on this computer."""
        bench = self._bench
        if bench is None or self.running:
            return
        works, given = handed_in(self._desk, bench), given_files(self._desk, bench)
        self.running = True
        self._halt.clear()
        self.progress.stop_button.set_busy(False)
        self.progress.set_progress(0, len(works))
        halt, told = self._halt, self._went_on

        def step(done: int, total: int) -> None:
            if halt.is_set():
                raise CampusError("stopped", text("Stopped. Nothing was compared."))
            told.emit(done, total)

        run_in_background(lambda: compare_class(works, given, step), self._take, self._fail, self, Lane.POOL)
        self.refresh()

    def _take(self, compared: Compared) -> None:
        self.running = False
        self.compared = compared
        self.refresh()
        self._list.view.viewport().update()
        self.changed.emit()
        if self.isVisible():
            tell(self, self.found.text())

    def _fail(self, problem: Exception) -> None:
        self.running = False
        self.refresh()
        if not isinstance(problem, CampusError):
            raise problem
        if problem.code == "stopped":
            tell(self, problem.message)
        else:
            tell_problem(self, problem)

    def alike(self, line: WorkLine) -> list[Likeness]:
        """Return what is alike with a student's attempt on show."""
        if self.compared is None or line.submission is None:
            return []
        return self.compared.of(line.id, str(line.submission["id"]), self.threshold)

    def is_flagged(self, line: WorkLine) -> bool:
        """Tell whether a student's row has the flag."""
        return bool(self.alike(line))

    def notices(self, line: WorkLine) -> list[QWidget]:
        """Return the notice above the rubric, where there is something to look at."""
        found = self.alike(line)
        if not found:
            return []
        names = ", ".join(self.name_of(_other(one, line.id)) for one in found[:3])
        words = self.tr("Parts are alike with the work of {names}. Look at them side by side before you judge.")
        show = Button(self.tr("Side by side"), kind=Kind.LINK, on_click=lambda: self.show_found(found[0].id))
        return [notice("flag", words.format(names=names), "warn", show)]

    def name_of(self, enrolment_id: str) -> str:
        """Return a student's name as the list shows it: hidden where work is anonymous."""
        line = self._bench.line(enrolment_id) if self._bench is not None else None
        return line.name if line is not None else self.tr("Someone who has left")

    def show_found(self, pair_id: str = "") -> None:
        """Open the pairs, beginning with one."""
        if self.compared is None:
            return
        dialog = SimilarityDialog(self.window(), self.compared, self.name_of, self.threshold, pair_id)
        dialog.threshold_changed.connect(self._set_threshold)
        dialog.again_asked.connect(self.start)
        dialog.work_asked.connect(self._go_to)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open_dialog()

    def _set_threshold(self, threshold: int) -> None:
        self.threshold = threshold
        self.refresh()
        self._list.view.viewport().update()
        self.changed.emit()


def _other(likeness: Likeness, enrolment_id: str) -> str:
    mine = likeness.first.enrolment_id == enrolment_id
    return (likeness.second if mine else likeness.first).enrolment_id
