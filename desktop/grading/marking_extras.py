"""Private notes, kept sentences and the history of the work that is open."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from desktop.core.desk import Desk
from desktop.grading import marking_actions
from desktop.grading.annotated_work import MarkedPdf
from desktop.grading.extension_actions import may_have_time
from desktop.grading.extension_dialog import ExtensionDialog
from desktop.grading.group_actions import share_time
from desktop.grading.marking_history import HistoryDialog
from desktop.grading.marking_line import WorkLine
from desktop.grading.marking_panel import MarkingPanel
from desktop.grading.marking_parts_view import parts_widgets
from desktop.grading.marking_store import Bench, entries_of, notes_of, saved_comments_of
from desktop.grading.marking_words import entry_words
from desktop.grading.regrade_view import question_widgets
from desktop.shell.page import tell, tell_problem
from desktop.shell.times import instant_words, local_now, zone_of
from shared.core.errors import CampusError
from shared.grading.points import points_text
from shared.grading.vocabulary import MARK, SAVED_COMMENT


class MarkingExtras(QObject):
    """Serves a panel; `bench` is asked each time, since it is read anew."""

    def __init__(self, desk: Desk, panel: MarkingPanel, page: QWidget, bench: Callable[[], Bench | None]) -> None:
        super().__init__(panel)
        self._desk, self._panel, self._page, self._bench = desk, panel, page, bench
        panel.note_added.connect(self._add_note)
        panel.history_asked.connect(self.show_history)
        panel.pdf_asked.connect(self.make_pdf)
        self.marked = MarkedPdf(desk, page)
        panel.time_asked.connect(self.more_time)
        panel.time_offered = self._time_offered
        panel.sentence_chosen.connect(self._insert)
        panel.sentence_kept.connect(self._keep)
        panel.sentence_dropped.connect(self._drop)

    def _time_offered(self) -> bool:
        bench = self._bench()
        return bench is not None and not bench.assignment["anonymous"] and may_have_time(self._desk, bench.assignment)

    def more_time(self) -> None:
        """Ask until when this student, or this group, may hand the work in."""
        bench, judging = self._bench(), self._panel.judging
        if bench is not None and judging is not None:
            window, line = self._page.window(), judging.line
            dialog = ExtensionDialog(window, self._desk, bench.assignment, line.id, line.name)
            members, work = [one.id for one in line.members], bench.assignment
            dialog.saved.connect(lambda _words: share_time(self._desk, work, line.id, members))
            dialog.saved.connect(lambda words: tell(self._page, words))
            dialog.finished.connect(dialog.deleteLater)
            dialog.open_dialog()

    def parts(self, line: WorkLine) -> list[QWidget]:
        """Return what the student asks about the mark, and what each of two markers gave."""
        bench = self._bench()
        if bench is None:
            return []
        asked = question_widgets(self._page, self._desk, bench, line)
        return [*asked, *parts_widgets(self._desk, bench, line, self._panel.take)]

    def show_notes(self) -> None:
        """Show the private notes."""
        bench, judging, notes = self._bench(), self._panel.judging, self._panel.notes
        if bench is None or judging is None or notes is None:
            return
        zone, now = zone_of(self._desk), local_now(self._desk)
        shown = []
        for one in notes_of(self._desk, bench, judging.line.id):
            who = self.tr("{name}, {when}").format(name=one["author_name"], when=instant_words(one["at"], zone, now))
            shown.append((str(one["text"]), who))
        notes.show_notes(shown)

    def show_sentences(self) -> None:
        """Offer the kept sentences."""
        if self._panel.feedback is not None:
            self._panel.feedback.set_sentences(saved_comments_of(self._desk))

    def _try(self, act: Callable[[], object]) -> bool:
        try:
            act()
        except CampusError as problem:
            tell_problem(self._page, problem)
            return False
        return True

    def _add_note(self, words: str) -> None:
        bench, judging = self._bench(), self._panel.judging
        if bench is not None and judging is not None:
            self._try(lambda: marking_actions.add_note(self._desk, bench, judging.line, words))
            self.show_notes()

    def _insert(self, sentence_id: str) -> None:
        sentence, bench = self._desk.store.get(SAVED_COMMENT, sentence_id), self._bench()
        judging, feedback = self._panel.judging, self._panel.feedback
        if sentence is None or judging is None or feedback is None or bench is None:
            return
        late = judging.late()
        points = points_text(late.result) if late is not None else "–"
        title = str(bench.assignment["title"])
        feedback.insert(marking_actions.filled_in(sentence["text"], judging.line.first_name, title, points))

    def _keep(self) -> None:
        feedback = self._panel.feedback
        if feedback is None:
            return
        words = feedback.field.textCursor().selectedText().replace("\u2029", "\n") or feedback.field.toPlainText()
        if self._try(lambda: marking_actions.keep_sentence(self._desk, words)):
            self.show_sentences()
            tell(self._page, self.tr("Kept to use again"))

    def _drop(self, sentence_id: str) -> None:
        sentence = self._desk.store.get(SAVED_COMMENT, sentence_id)
        if sentence is not None:
            self._try(lambda: marking_actions.drop_sentence(self._desk, sentence))
            self.show_sentences()

    def make_pdf(self) -> None:
        """Make one PDF of the mark, the files and the comments on them, as the student has it."""
        bench, judging = self._bench(), self._panel.judging
        if bench is not None and judging is not None:
            self.marked.make(bench.id, judging.line.id)

    def show_history(self) -> None:
        """Show who gave what, when and why."""
        bench, judging = self._bench(), self._panel.judging
        if bench is None or judging is None:
            return
        zone, now = zone_of(self._desk), local_now(self._desk)
        steps = [entry_words(one, zone, now) for one in entries_of(self._desk, bench, judging.line.id)]
        mark = judging.line.mark
        unsent = mark is not None and self._desk.store.waiting(MARK, mark["id"])
        dialog = HistoryDialog(self._page.window(), judging.line.name, steps, unsent=unsent)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open_dialog()
