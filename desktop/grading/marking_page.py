"""The marking workbench: the class, the work, the rubric; every key is saved on this computer at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.core.local_store import Changed
from desktop.grading import marking_actions
from desktop.grading.marking_comments import WorkComments
from desktop.grading.marking_extras import MarkingExtras
from desktop.grading.marking_files import work_files
from desktop.grading.marking_judging import Judging
from desktop.grading.marking_keys import key_act, marking_keys
from desktop.grading.marking_line import WorkLine
from desktop.grading.marking_list import LineList
from desktop.grading.marking_notices import notices
from desktop.grading.marking_pack_row import PackRow
from desktop.grading.marking_panel import MarkingPanel
from desktop.grading.marking_peers import peer_notices, rows_above
from desktop.grading.marking_saving import Saving
from desktop.grading.marking_store import LISTED, Bench, dispute_of, read_bench
from desktop.grading.marking_words import line_words
from desktop.grading.preview_pane import PreviewPane
from desktop.grading.similarity_row import SimilarityRow
from desktop.shell.page import follow, tell, tell_problem
from desktop.shell.times import local_now, moment_words, zone_of
from desktop.widgets.announce import announce
from desktop.widgets.card import Line
from desktop.widgets.empty_state import EmptyState
from shared.core.clock import parse_instant
from shared.core.errors import CampusError
from shared.grading.mark_rules import counted
from shared.grading.points import points_text
from shared.grading.vocabulary import MARK, MARK_NOTE, SAVED_COMMENT, WORK_COMMENT, MarkStatus


class MarkingPage(QWidget):
    """Marks an assignment. `details` may name an `enrolment` to begin with."""

    def __init__(self, desk: Desk, assignment_id: str | None, details: Mapping[str, Any]) -> None:
        super().__init__()
        self._desk = desk
        self._zone = zone_of(desk)
        self.letters = desk.settings.letter_keys
        self._assignment_id = assignment_id or ""
        self.saving: Saving | None = None
        self.list, self.preview, self.panel = LineList(), PreviewPane(), MarkingPanel()
        self.comments = WorkComments(desk, self.preview)
        self.preview.comments.letters = self.list.view.letters = self.letters
        self.pack = PackRow(desk)
        self.list.add_above(self.pack, *rows_above(desk, self._assignment_id, self.list))
        self.alike = SimilarityRow(desk, self.list, self.open_student)
        self.alike.changed.connect(self._show_anew)
        self.extras = MarkingExtras(desk, self.panel, self, lambda: self.bench)
        self.missing = EmptyState("pencil-ruler", self.tr("This work isn't on this computer"))
        self._lay()
        self._connect()
        self.load(str(details.get("enrolment") or ""))
        follow(desk.store, self, self._store_changed)

    def _lay(self) -> None:
        self._layers = QStackedLayout(self)
        whole = QWidget()
        row = QHBoxLayout(whole)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.list)
        row.addWidget(Line(upright=True))
        row.addWidget(self.preview, 1)
        row.addWidget(Line(upright=True))
        row.addWidget(self.panel)
        self._layers.addWidget(whole)
        empty = QWidget()
        QVBoxLayout(empty).addWidget(self.missing)
        self._layers.addWidget(empty)

    def _connect(self) -> None:
        self.list.model.detail = self._line_words
        self.list.model.points = self._line_points
        self.list.opened.connect(self._opened)
        self.pack.arrived.connect(self.preview.file_arrived)
        panel = self.panel
        panel.changed.connect(self._save)
        panel.finish_asked.connect(self.finish)
        panel.draft_asked.connect(self.save)
        panel.step_asked.connect(self.step)
        panel.status_asked.connect(lambda status: self.set_status(MarkStatus(status)))
        keys: tuple[tuple[str, Callable[[], object]], ...] = (
            ("Ctrl+Return", self.finish),
            ("Ctrl+Enter", self.finish),
            ("Alt+Left", partial(self.step, -1)),
            ("Alt+Right", partial(self.step, 1)),
        )
        for key, act in keys:
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)

    # ------------------------------------------------------------------------------------------------- what it shows

    def load(self, enrolment_id: str = "") -> None:
        """Read the work anew and begin with a student: the one asked for, or the first whose work waits."""
        self._read()
        self._layers.setCurrentIndex(0 if self.bench is not None else 1)
        if self.bench is None:
            self.setWindowTitle(self.tr("Marking"))
            self.panel.show_nobody()
            return
        self.setWindowTitle(str(self.bench.assignment["title"]))
        self.list.show_lines(self.bench.lines, handed_in=self.bench.handed_in_here)
        self.pack.show_bench(self.bench)
        first = enrolment_id or self.list.next_to_grade("") or self.list.beside("", 0)
        if self.bench.line(first) is None:
            self.panel.show_nobody()
            self.preview.show_files([], self.tr("Nobody to mark yet"))
            return
        self.open_student(first)

    def _read(self) -> None:
        bench = read_bench(self._desk, self._assignment_id)
        self.alike.show_bench(bench)
        self._today = local_now(self._desk).date()  # asked once: a list paints many rows
        if bench is None:
            self.saving = None
        elif self.saving is None:
            self.saving = Saving(self._desk, bench)
        else:
            self.saving.bench = bench

    @property
    def bench(self) -> Bench | None:
        """The assignment with its class as it is shown."""
        return self.saving.bench if self.saving is not None else None

    def _line_words(self, line: WorkLine) -> str:
        return line_words(self.bench, line, self._zone, self._today) if self.bench else ""

    def _line_points(self, line: WorkLine) -> str:
        if self.bench is None:
            return ""
        at = (line.submission or {}).get("handed_in_at")
        result = counted(self.bench.assignment, line.mark, at, line.extension)
        return points_text(result.result) if result is not None else ""

    @property
    def judging(self) -> Judging | None:
        """The judgement that is open."""
        return self.panel.judging

    def open_student(self, enrolment_id: str) -> None:
        """Show a student's work, with the keyboard at the rubric."""
        if self.list.current == enrolment_id:
            self._opened(enrolment_id)
        else:
            self.list.go_to(enrolment_id)
        if self.judging is None or self.judging.line.id != enrolment_id:
            self._opened(enrolment_id)  # the filter doesn't show this student
        self._to_rubric()

    def _to_rubric(self) -> None:
        if self.panel.rubric is not None:
            self.panel.rubric.focus_on(self.panel.rubric.current)
        else:
            self.panel.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self.panel.setFocus(Qt.FocusReason.OtherFocusReason)

    def _opened(self, enrolment_id: str) -> None:
        self.panel.flush()
        bench = self.bench
        line = bench.line(enrolment_id) if bench is not None else None
        if bench is None or line is None:
            return
        before = self.judging.line if self.judging is not None else None
        self._show_line(bench, line)
        if before is None or before.id != line.id or before.submission != line.submission:
            self._show_work(bench, line)

    def _show_line(self, bench: Bench, line: WorkLine) -> None:
        judging = Judging(bench, line)
        dispute = dispute_of(self._desk, bench, line.id)
        decide = partial(self._desk.open, "shell.conflicts", dispute.id if dispute else None)
        reason = ""
        if bench.may_mark and marking_actions.needs_reason(bench, line):
            held = marking_actions.goes_to_review(self._desk, bench, line)
            reason = self.tr("It goes to the office, which decides.") if held else self.tr("It stands in the history.")
        told = [*notices(bench, judging, dispute, self._zone, decide), *self.alike.notices(line)]
        told += peer_notices(self._desk, bench, line)
        self.panel.show_judging(bench, judging, [*told, *self.extras.parts(line)], reason)
        self.panel.before.setEnabled(bool(self.list.beside(line.id, -1)))
        self.panel.after.setEnabled(bool(self.list.beside(line.id, 1)))
        if line.mark is not None and line.mark["marked_by_name"]:
            at = moment_words(parse_instant(line.mark["marked_at"]).astimezone(self._zone), local_now(self._desk))
            words = self.tr("{name}, {when}").format(name=line.mark["marked_by_name"], when=at)
            self.panel.show_saved(words)
        self.extras.show_notes()
        self.extras.show_sentences()

    def _show_work(self, bench: Bench, line: WorkLine) -> None:
        self.comments.set_line(bench, line)
        files = work_files(self._desk, line.submission, neutral=line.hidden)
        if not bench.handed_in_here:
            words = self.tr("This work isn't handed in here"), self.tr("Mark what you have in front of you.")
        elif line.submission is None:
            words = self.tr("Nothing handed in yet"), self.tr("It can be marked as missing or excused all the same.")
        else:
            words = self.tr("Handed in without a file"), ""
        self.preview.show_files(files, *words)
        self.comments.show()

    def _store_changed(self, changed: Changed) -> None:
        if changed.kinds & {WORK_COMMENT} and not self.preview.comments.writing:
            self.comments.show()
        if changed.kinds & {MARK_NOTE}:
            self.extras.show_notes()
        if changed.kinds & {SAVED_COMMENT}:
            self.extras.show_sentences()
        if not changed.kinds & LISTED and changed.keys:
            return
        if self.bench is not None and changed.keys and changed.kinds <= {MARK} and self._only_own(changed):
            return
        self._reload()

    def _only_own(self, changed: Changed) -> bool:
        """Tell whether the marks that changed are those that are shown already."""
        shown = {one.mark["id"]: one.mark["revision"] for one in self.bench.lines if one.mark} if self.bench else {}
        marks = self._desk.store.many(MARK, [key for _, key in changed.keys])
        return all(shown.get(key) == mark["revision"] for key, mark in marks.items())

    def _reload(self) -> None:
        judging = self.judging
        self._read()
        if self.bench is None or judging is None:
            self.load(judging.line.id if judging else "")
            return
        self.list.show_lines(self.bench.lines, handed_in=self.bench.handed_in_here)
        self.pack.show_bench(self.bench)
        line = self.bench.line(judging.line.id)
        if line is None:
            self.load()
        elif line != judging.line:
            self._show_anew()

    def _show_anew(self) -> None:
        """Show what is open again, unless something is being typed."""
        if self.judging is not None and not self._typing:
            self.panel.keep_keys(partial(self._opened, self.judging.line.id))

    @property
    def _typing(self) -> bool:
        """Whether words or points are being typed, which nothing may take away."""
        feedback = self.panel.feedback
        return feedback is not None and (feedback.field.hasFocus() or self.panel.reason is not None)

    # ------------------------------------------------------------------------------------------------------ judging

    def _save(self) -> None:
        """Save what changed; a mark that was finished stays so where it still is whole."""
        bench, judging = self.bench, self.judging
        if bench is None or judging is None or self.panel.reason is not None:
            return
        self._commit(judging, finished=judging.finished and judging.fault(finished=True) is None)

    def _commit(self, judging: Judging, *, finished: bool, reason: str = "") -> bool:
        if self.saving is None:
            return False
        try:
            if self.saving.save(judging, finished=finished, reason=reason):
                self.list.put(self.saving.bench.lines, judging.line)
        except CampusError as problem:
            self.panel.show_saved(problem.message, fine=False)
            announce(self, problem.message, urgent=True)
            return False
        self._say_saved()
        return True

    def _say_saved(self) -> None:
        time = f"{local_now(self._desk):%H:%M:%S}"
        self.panel.show_saved(self.tr("Saved here {time}").format(time=time))

    def save(self) -> None:
        """Save it as a draft."""
        self.panel.flush()
        bench, judging = self.bench, self.judging
        if bench is not None and judging is not None and self.panel.reason is None:
            self._commit(judging, finished=False)

    def finish(self) -> None:
        """Finish this work and go to the next that waits."""
        self.panel.flush()
        bench, judging = self.bench, self.judging
        if bench is None or judging is None or not bench.may_mark:
            return
        fault = judging.fault(finished=True)
        if fault is not None:
            self.panel.show_saved(fault.sentence, fine=False)
            announce(self, fault.sentence, urgent=True)
            self._to_open_criterion(judging)
            return
        reason = self.panel.reason.text() if self.panel.reason is not None else ""
        if not self._commit(judging, finished=True, reason=reason):
            if self.panel.reason is not None:
                self.panel.reason.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        following = self.list.next_to_grade(judging.line.id)
        if following:
            self.open_student(following)
            return
        tell(self, self.tr("Everything that was handed in is graded"))
        if self.panel.reason is not None and self.bench is not None:
            self._show_line(self.bench, judging.line)

    def _to_open_criterion(self, judging: Judging) -> None:
        places = [at for at, one in enumerate(judging.criteria or ()) if one["id"] not in judging.levels]
        if self.panel.rubric is not None and places:
            self.panel.rubric.focus_on(places[0])

    def set_status(self, status: MarkStatus) -> None:
        """Call the work missing or excused, or clear its mark."""
        if self.judging is None or self.bench is None:
            return
        self.judging.set_status(status)
        self.panel.refresh()
        if self.panel.reason is None and self._commit(self.judging, finished=self.judging.finished):
            words = {
                MarkStatus.MISSING: self.tr("{name} is marked as missing"),
                MarkStatus.EXCUSED: self.tr("{name} is excused from this work"),
            }.get(status, self.tr("The mark of {name} is cleared"))
            tell(self, words.format(name=self.judging.line.name), self.undo)

    def step(self, places: int) -> None:
        """Go to the student before or after in the list."""
        if self.judging is not None:
            following = self.list.beside(self.judging.line.id, places)
            if following:
                self.open_student(following)

    def undo(self) -> None:
        """Take the last judgement back."""
        self._step_back(lambda saving: saving.undo())

    def redo(self) -> None:
        """Make it again."""
        self._step_back(lambda saving: saving.redo())

    def _step_back(self, act: Callable[[Saving], WorkLine | None]) -> None:
        self.panel.flush()
        if self.saving is None:
            return
        try:
            line = act(self.saving)
        except CampusError as problem:
            tell_problem(self, problem)
            return
        if line is not None:
            self.list.put(self.saving.bench.lines, line)
            self._show_line(self.saving.bench, line)
            self.open_student(line.id)
            self._say_saved()

    # ------------------------------------------------------------------------------------------- what the window asks

    def page_keys(self) -> list[tuple[str, str]]:
        """Return the keys of this page for F1."""
        return marking_keys(letters=self.letters)

    def find(self) -> None:  # type: ignore[override] # the window asks pages for this name; Qt's own is static
        """Put the cursor into the search."""
        self.list.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.list.search.selectAll()

    def panes(self) -> list[QWidget]:
        """Return what F6 goes through."""
        shown = self.preview.stack.currentWidget()
        return [one for one in (self.list.view, shown, self.panel) if one is not None]

    def first_focus(self) -> QWidget:
        """Return what gets the focus on opening."""
        rubric = self.panel.rubric
        return rubric.boxes[0].tiles[0] if rubric is not None and rubric.boxes else self.list.view

    def hideEvent(self, event: QHideEvent) -> None:
        """Save what is typed before another page comes or the window goes."""
        self.panel.flush()
        super().hideEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Answer the single keys of marking wherever no text is being typed."""
        key, modifiers = event.key(), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        act = None if modifiers else key_act(Qt.Key(key), self.panel, self.preview, letters=self.letters)
        if act is None:
            super().keyPressEvent(event)
        else:
            act()
