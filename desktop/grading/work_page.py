"""A student's page of one piece of work: what to do, the own answer and files, and handing in, offline too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.core.file_transfer import Moved
from desktop.core.local_store import Changed
from desktop.grading.annotated_work import MarkedPdf, comment_count
from desktop.grading.given_card import GivenCard
from desktop.grading.own_explain import explain_own, own_lines
from desktop.grading.recorder import Take
from desktop.grading.recording_card import RecordingCard
from desktop.grading.regrade_view import QuestionCard
from desktop.grading.work_actions import (
    Added,
    add_files,
    check_take,
    hand_in,
    keep_take,
    leave_out,
    save_work,
)
from desktop.grading.work_files_card import FilesCard
from desktop.grading.work_given import WorkGiven
from desktop.grading.work_store import KINDS_READ, Content, OwnWork, file_states, read_work, why_not
from desktop.grading.work_together import WorkTogether
from desktop.grading.work_words import attempt_row, due_words, state_badge
from desktop.shell.page import follow, tell, tell_problem
from desktop.timetable.times import zone_of
from desktop.widgets.background import Lane, run_in_background
from desktop.widgets.badge import Badge
from desktop.widgets.buttons import Button, Kind
from desktop.widgets.card import Card
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.field import Field
from desktop.widgets.hand_over import handed_over
from desktop.widgets.label import Label
from desktop.widgets.layouts import PageHead, ScrollColumn
from desktop.widgets.list_row import RowList
from desktop.widgets.text_field import NoteField
from shared.core.errors import CampusError
from shared.core.text import plural
from shared.grading.file_kind_rules import kinds_taken
from shared.grading.vocabulary import SubmissionState, WorkState

_WIDE = 760


class WorkPage(QWidget):
    """Ctrl O adds files, Ctrl S keeps a draft, Ctrl Enter hands in. Leaving keeps a draft, too."""

    def __init__(self, desk: Desk, assignment_id: str | None, _details: Mapping[str, Any] | None = None) -> None:
        super().__init__()
        self._desk, self._zone, self._assignment_id = desk, zone_of(desk), assignment_id or ""
        self.work: OwnWork | None = None
        self._files: tuple[Mapping[str, Any], ...] = ()
        self._adding = False
        self.missing = EmptyState("file-text", self.tr("This work isn't on this computer"))
        self._lay()
        for key, act in (("Ctrl+O", self.files.choose), ("Ctrl+Return", self.hand_in), ("Ctrl+Enter", self.hand_in)):
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)
        self.files.added.connect(self.add_files)
        self.files.removed.connect(self.remove_file)
        for one in (self.files, self.given):
            one.opened.connect(lambda sha256: desk.open("grading.files", self._assignment_id, file=sha256))
        self._given = WorkGiven(desk, self.given, self)
        self.recording.taken.connect(self.add_take)
        self.recording.check = self._check_take
        self.answer.textChanged.connect(self._show_acts)
        self.message.textChanged.connect(self._show_acts)
        if desk.files is not None:
            self.destroyed.connect(desk.files.subscribe(handed_over(self, self._heard)))
        self.load()
        follow(desk.store, self, self._store_changed)

    def _lay(self) -> None:
        self._layers = QStackedLayout(self)
        column = ScrollColumn(most=_WIDE)
        body = column.body
        self.head, self.badge = PageHead(""), Badge("")
        head = QHBoxLayout()
        head.addWidget(self.head, 1)
        self.mark_button = Button(self.tr("How the mark came about"), small=True, on_click=self.explain)
        self.pdf_button = Button(self.tr("As PDF"), icon="file-text", small=True, on_click=self.make_pdf)
        self.pdf_button.setToolTip(self.tr("The mark, the files and the comments on them as one PDF"))
        self.marked = MarkedPdf(self._desk, self)
        self.comments_button = Button("", icon="message-square", small=True, on_click=self.show_comments)
        head.addWidget(self.badge)
        body.addLayout(head)
        told = QHBoxLayout()
        for button in (self.mark_button, self.comments_button, self.pdf_button):
            told.addWidget(button)
        told.addStretch(1)
        body.addLayout(told)
        self.returned = self._words_card(self.tr("Given back to you"))
        self.task = self._words_card(self.tr("What to do"))
        self.answer_card = Card(self.tr("Your answer"))
        self.answer = NoteField(lines=12, name=self.tr("Your answer"))
        self.answer_card.add(self.answer)
        self.files, self.given = FilesCard(self._desk), GivenCard(self._desk)
        self.recording = RecordingCard()
        self.earlier_card = Card(self.tr("Handed in"), padded=False)
        self.earlier = RowList(name=self.tr("Handed in"))
        self.earlier_card.add(self.earlier)
        handing_in = (self.answer_card, self.recording, self.files, self._act_card())
        together = WorkTogether(self._desk, self._assignment_id)
        questions = QuestionCard(self._desk, self._assignment_id)
        for card in (self.returned, self.task, self.given, together, questions, *handing_in, self.earlier_card):
            body.addWidget(card)
        body.addStretch(1)
        self._layers.addWidget(column)
        empty = QWidget()
        QVBoxLayout(empty).addWidget(self.missing)
        self._layers.addWidget(empty)

    @staticmethod
    def _words_card(title: str) -> Card:
        card = Card(title)
        words = Label("", "body", wrap=True)
        words.setObjectName("words")
        words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        card.add(words)
        return card

    def _act_card(self) -> Card:
        self.act_card = Card()
        self.message = NoteField(lines=3)
        self.message_field = Field(self.tr("Message to your instructor"), self.message, optional=True)
        self.act_card.add(self.message_field)
        self.why = Label("", "body", "muted", wrap=True)
        self.draft_button = Button(self.tr("Save draft"), on_click=self.save)
        self.hand_in_button = Button(self.tr("Hand in"), kind=Kind.PRIMARY, icon="check", on_click=self.hand_in)
        row = QHBoxLayout()
        row.addWidget(self.why, 1)
        row.addWidget(self.draft_button)
        row.addWidget(self.hand_in_button)
        self.act_card.add(row)
        return self.act_card

    # ------------------------------------------------------------------------------------------------- what it shows

    def load(self) -> None:
        """Read the work, and begin the form with what is kept."""
        self.work = read_work(self._desk, self._assignment_id)
        if self.work is not None:
            self._fill(self.work.content)
        self.refresh()

    def _fill(self, content: Content) -> None:
        self._files = content.files
        self.answer.setPlainText(content.text)
        self.message.setPlainText(content.message)

    @property
    def content(self) -> Content:
        """What the form holds."""
        return Content(self.answer.toPlainText(), self.message.toPlainText(), self._files)

    def refresh(self) -> None:
        """Show where the work stands; what is in the form stays."""
        work = self.work
        self._layers.setCurrentIndex(1 if work is None else 0)
        if work is None:
            self.setWindowTitle(self.tr("Work"))
            return
        title = str(work.assignment["title"])
        self.setWindowTitle(title)
        course = str(work.cohort.get("name") or "")
        due = due_words(self._desk, work, self._zone)
        self.head.set_words(title, " · ".join(part for part in (course, due) if part))
        self.badge.set_state(*state_badge(work.state))
        self.mark_button.setVisible(work.state is WorkState.GRADED)
        self.pdf_button.setVisible(work.state is WorkState.GRADED)
        count = comment_count(self._desk, work.id, work.enrolment_id)
        self.comments_button.setText(plural("1 comment", "{n} comments", count))
        self.comments_button.setVisible(count > 0)
        counts = work.counts
        note = str(counts["returned_note"]) if counts and counts["state"] == SubmissionState.RETURNED else ""
        for card, words in ((self.returned, note), (self.task, str(work.assignment["instructions"]))):
            label = card.findChild(Label, "words")
            if label is not None:
                label.setText(words)
            card.setVisible(bool(words))
        assignment = work.assignment
        self._given.show(assignment["attachments"])
        self.recording.most_bytes = int(assignment["most_bytes"])
        self.files.set_limits(assignment["most_files"], assignment["most_bytes"], sorted(kinds_taken(assignment)))
        handed_in = [attempt_row(self._desk, work, at, self._zone) for at in range(len(work.handed_in))]
        self.earlier.set_rows(list(reversed(handed_in)))
        self.earlier_card.setVisible(bool(handed_in))
        self._show_files()
        self._show_acts()

    def _show_files(self) -> None:
        work = self.work
        if work is None:
            return
        may = why_not(self._desk, work) is None and self._desk.files is not None and not self._adding
        content = self.content
        kept = work.content.plain[2] == content.plain[2]
        self.files.show_files(content.files, file_states(self._desk, content), kept=kept, may=may)
        self.files.setVisible(work.takes_files or bool(content.files))
        self.recording.setVisible(work.takes_recordings and (may or self.recording.recorder.is_on))

    def _show_acts(self) -> None:
        work = self.work
        if work is None:
            return
        fault = why_not(self._desk, work)
        may = fault is None and not self._adding
        self.answer_card.setVisible(work.takes_text or bool(self.answer.toPlainText()))
        self.answer.setReadOnly(fault is not None)
        self.message.setReadOnly(fault is not None)
        self.draft_button.setVisible(fault is None)
        self.hand_in_button.setVisible(fault is None)
        differs = work.content.plain != self.content.plain
        self.draft_button.setEnabled(may and differs)
        self.hand_in_button.setEnabled(may)
        count = len(self._files)
        words = plural("Hand in 1 file", "Hand in {n} files", count) if count else self.tr("Hand in")
        self.hand_in_button.setText(words)
        self.why.setText(fault.sentence if fault is not None else self._kept_words(work, differs=differs))

    def _kept_words(self, work: OwnWork, *, differs: bool) -> str:
        if self._adding:
            return self.tr("Looking at the files …")
        if differs:
            return self.tr("Not kept yet.")
        if work.begun is not None:
            return self.tr("Draft saved on this computer. It isn't handed in yet.")
        if work.counts is not None:
            return self.tr("To hand in again, change your work first.")
        return self.tr("Handing in works without a network, too: the time on this computer counts.")

    # ------------------------------------------------------------------------------------------------- what it does

    def save(self) -> None:
        """Keep what is in the form as a draft."""
        self._act(lambda work: save_work(self._desk, work, self.content), self.tr("Draft saved on this computer"))

    def hand_in(self) -> None:
        """Hand in what is in the form."""
        if self._adding:
            return
        words = self.tr("Handed in on this computer. It is sent as soon as there is a network.")
        self._act(lambda work: hand_in(self._desk, work, self.content), words)

    def _act(self, act: Any, words: str) -> bool:
        self.work = read_work(self._desk, self._assignment_id)
        if self.work is None:
            self.refresh()
            return False
        try:
            done = act(self.work)
        except CampusError as problem:
            tell_problem(self, problem)
            return False
        self.load()
        if words and done is not False:
            tell(self, words)
        return True

    def show_comments(self) -> None:
        """Open the files with the comments on them."""
        self._desk.open("grading.marked", self._assignment_id)

    def make_pdf(self) -> None:
        """Make one PDF of the mark, the files and the comments on them."""
        if self.work is not None:
            self.marked.make(self.work.id, self.work.enrolment_id)

    def explain(self) -> None:
        """Open how the published mark came about."""
        line = next((one for one in own_lines(self._desk) if one.id == self._assignment_id), None)
        if line is not None:
            explain_own(self, self._desk, line)

    def add_files(self, paths: Sequence[Path]) -> None:
        """Look at files and keep them, then keep the draft that names them."""
        work, there = self.work, self._files
        if work is None or self._adding or not work.takes_files:
            return
        self._adding = True
        self.refresh()

        def taken(added: Added) -> None:
            self._adding = False
            self._files = (*there, *added.files)
            self.files.show_refused(added.refused)
            self._keep()

        def failed(problem: Exception) -> None:
            self._adding = False
            self.refresh()
            raise problem

        run_in_background(lambda: add_files(self._desk, work, there, paths), taken, failed, self, Lane.POOL)

    def _check_take(self) -> None:
        if self.work is not None:
            check_take(self._desk, self.work, self._files)

    def add_take(self, take: Take) -> None:
        """Keep a recording that was made here as a file of the draft, at once: it is nowhere else."""
        if self.work is None:
            return
        try:
            file = keep_take(self._desk, self.work, self._files, take.content, take.ending)
        except CampusError as problem:
            self.files.show_refused((problem.message,))
            return
        if not any(one["sha256"] == file["sha256"] for one in self._files):
            self._files = (*self._files, file)
        self._keep()

    def remove_file(self, sha256: str) -> None:
        """Take a file out of the form and keep the draft without it; copies that were handed in stay."""
        self._files = tuple(one for one in self._files if one["sha256"] != sha256)
        self.files.show_refused(())
        self._keep()
        work = self.work
        if work is not None:
            run_in_background(lambda: leave_out(self._desk, work, sha256), None, None, self, Lane.NETWORK)

    def _keep(self) -> None:
        """Keep a change of files at once."""
        content = self.content
        if not self._act(lambda work: save_work(self._desk, work, content), ""):
            self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        """Keep a draft when the page is left."""
        super().hideEvent(event)
        self._keep_on_leaving()

    def _keep_on_leaving(self) -> None:
        work = read_work(self._desk, self._assignment_id)
        if self.work is None or work is None or self.answer.isReadOnly() or self._adding:
            return
        if self.content.plain != self.work.content.plain:
            try:
                save_work(self._desk, work, self.content)
            except CampusError as problem:
                tell_problem(self, problem)

    # --------------------------------------------------------------------------------------------------- what it hears

    def _store_changed(self, changed: Changed) -> None:
        if changed.kinds & KINDS_READ or not changed.keys:
            before = self.work
            untouched = before is not None and before.content.plain == self.content.plain
            self.work = read_work(self._desk, self._assignment_id)
            if self.work is not None and (before is None or untouched):
                self._fill(self.work.content)
            self.refresh()

    def _heard(self, moved: Moved) -> None:
        self._given.heard(moved)
        if moved.direction == "up" and any(one["sha256"] == moved.sha256 for one in self._files):
            if moved.ended:
                self._show_files()
            else:
                self.files.show_progress(moved.sha256, moved.done, moved.size)

    def page_keys(self) -> list[tuple[str, str]]:
        """Return the keys of this page for F1."""
        return [
            ("Ctrl O", self.tr("Add files")),
            ("Ctrl S", self.tr("Save draft")),
            ("Ctrl Enter", self.tr("Hand in")),
        ]

    def first_focus(self) -> QWidget:
        """Return what gets the focus on opening."""
        return self.answer if self.answer_card.isVisibleTo(self) else self.files.add_button
