"""The review of applications: the longest wait first, one person with all that came in, and the decision beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop.admissions import actions
from desktop.admissions.document_dialog import DocumentDialog
from desktop.admissions.letter_paper import show_letter
from desktop.admissions.review_dialogs import DecisionDialog, InterviewDialog, WriteDialog
from desktop.admissions.review_list import ReviewList
from desktop.admissions.review_panel import ReviewPanel
from desktop.admissions.review_person import ReviewPerson
from desktop.admissions.store import KINDS_READ, ApplicationLine, application_lines, course_choices, line_of
from desktop.core.desk import Desk
from desktop.core.local_store import Changed
from desktop.shell.page import follow, tell, tell_problem
from desktop.widgets.buttons import Button, Kind
from desktop.widgets.card import Line
from desktop.widgets.dialog import Dialog
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.label import Label
from shared.admissions.permissions import may_decide
from shared.admissions.vocabulary import OPEN_STATES, ApplicationState, DocumentCheck
from shared.core.errors import CampusError
from shared.core.text import plural

_DECISIONS = {
    "offer": ApplicationState.APPROVED,
    "decline": ApplicationState.REJECTED,
    "waiting": ApplicationState.WAITING_LIST,
}


class ReviewPage(QWidget):
    """Alt and the arrows go from one application to the next; several selected ones are decided in one step."""

    def __init__(self, desk: Desk, row_id: str | None = None, _details: Mapping[str, Any] | None = None) -> None:
        super().__init__()
        self._desk = desk
        self.setWindowTitle(self.tr("Review"))
        self.list = ReviewList(course_choices(desk))
        self.person, self.panel = ReviewPerson(desk), ReviewPanel(desk)
        self.stack = QStackedWidget()
        self._lay()
        self.list.opened.connect(self.open)
        self.list.selected.connect(self._show_bulk)
        self.list.state.currentIndexChanged.connect(lambda _at: self.refresh())
        self.person.document.connect(self.look)
        self.panel.acted.connect(self.act)
        self.panel.checked.connect(self.check)
        self.panel.noted.connect(self.note)
        self.panel.stepped.connect(self.list.step)
        for key, by in (("Alt+Left", -1), ("Alt+Right", 1)):
            QShortcut(QKeySequence(key), self).activated.connect(partial(self.list.step, by))
        self.refresh()
        if row_id:
            self.show_one(row_id)
        follow(desk.store, self, self._store_changed)

    def _lay(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self.list.body.addWidget(self._make_bulk())
        row.addWidget(self.list)
        row.addWidget(Line(upright=True))
        whole = QWidget()
        inner = QHBoxLayout(whole)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(0)
        inner.addWidget(self.person, 1)
        inner.addWidget(Line(upright=True))
        inner.addWidget(self.panel)
        self.stack.addWidget(whole)
        words = self.tr("Applications appear here as soon as they are sent.")
        self.empty = EmptyState("inbox", self.tr("No application to review"), words)
        nothing = QWidget()
        QVBoxLayout(nothing).addWidget(self.empty)
        self.stack.addWidget(nothing)
        row.addWidget(self.stack, 1)

    def _make_bulk(self) -> QWidget:
        """The bar that stands below the list while several are selected."""
        self.bulk = QWidget()
        column = QVBoxLayout(self.bulk)
        column.setContentsMargins(16, 8, 16, 10)
        self.bulk_words = Label("", "small-medium", "text2")
        column.addWidget(self.bulk_words)
        row = QHBoxLayout()
        row.setSpacing(6)
        self.bulk_buttons = {
            "offer": Button(self.tr("Offer"), small=True, on_click=partial(self.act_on_all, "offer")),
            "waiting": Button(self.tr("Waiting list"), small=True, on_click=partial(self.act_on_all, "waiting")),
            "decline": Button(self.tr("Decline"), kind=Kind.DANGER, small=True,
                              on_click=partial(self.act_on_all, "decline")),
        }  # fmt: skip
        for button in self.bulk_buttons.values():
            row.addWidget(button)
        row.addStretch(1)
        column.addLayout(row)
        self.bulk.hide()
        return self.bulk

    # -------------------------------------------------------------------------------------------------- showing

    @property
    def line(self) -> ApplicationLine | None:
        """The application on show."""
        return self.panel.line if self.stack.currentIndex() == 0 else None

    def refresh(self) -> None:
        """Read the applications anew."""
        self.list.show_lines(application_lines(self._desk, self.list.states))

    def show_one(self, row_id: str) -> None:
        """Show one application, whatever the filter."""
        line = line_of(self._desk, row_id)
        if line is not None and not self.list.go_to(row_id):
            self.list.state.choose("all")
            self.list.go_to(row_id)

    def open(self, row_id: str) -> None:
        """Show the application that was gone to."""
        line = line_of(self._desk, row_id) if row_id else None
        self.stack.setCurrentIndex(0 if line else 1)
        if line is not None:
            self.person.show_line(line)
            self.panel.show_line(line, self.list.place, len(self.list.model.lines))

    def _store_changed(self, changed: Changed) -> None:
        if changed.kinds & KINDS_READ or not changed.keys:
            self.refresh()

    def _show_bulk(self, count: int) -> None:
        self.bulk.setVisible(count > 1 and may_decide(self._desk.actor))
        self.bulk_words.setText(plural("{n} application selected", "{n} applications selected", count))

    # --------------------------------------------------------------------------------------------------- acting

    def _run(self, act: Callable[[], object]) -> bool:
        try:
            act()
        except CampusError as problem:
            tell_problem(self, problem)
            return False
        self.refresh()
        return True

    def check(self, key: str, done: bool) -> None:
        """Say that a check is done, or isn't."""
        line = self.line
        if line is not None:
            self._run(partial(actions.check, self._desk, line.id, key, done=done))

    def note(self) -> None:
        """Keep the note and the score."""
        line, panel = self.line, self.panel
        if line is None:
            return
        if not panel.score.readable:
            panel.score_field.set_error(self.tr("Enter a number from 0 to 100."))
            return
        panel.score_field.set_error("")
        words = panel.note.toPlainText()
        if self._run(partial(actions.note, self._desk, line.id, words, panel.score.value)):
            panel.note.setPlainText("")
            panel.score.set_value(None)
            tell(self, self.tr("Note saved. Only staff read it"))

    def look(self, key: str) -> None:
        """Look at a document."""
        line = self.line
        if line is None:
            return
        wanted = next(one for one in line.body["content"]["documents"] if one["key"] == key)
        may = actions.why_not_reviewed(self._desk, line.body) is None and line.body["state"] in OPEN_STATES
        dialog = DocumentDialog(self.window(), self._desk, wanted["title"], line.body["answers"][key], may=may)
        dialog.judged.connect(
            lambda state: self._run(partial(actions.check_document, self._desk, line.id, key, DocumentCheck(state)))
        )
        dialog.ask.connect(lambda: self.write(line, key))
        self._open(dialog)

    @staticmethod
    def _open(dialog: Dialog) -> None:
        dialog.finished.connect(dialog.deleteLater)
        dialog.open_dialog()

    def act(self, word: str) -> None:
        """Do what was pressed in the panel."""
        line = self.line
        if line is None:
            return
        if word in _DECISIONS:
            self.decide([line], _DECISIONS[word])
            return
        acts: dict[str, Callable[[], object]] = {
            "write": lambda: self.write(line),
            "interview": lambda: self.plan(line),
            "undo": lambda: self.undo(line),
            "letter": lambda: show_letter(self, self._desk, line),
            "settle": lambda: self._desk.open("shell.conflicts", line.conflict_id),
        }
        acts[word]()

    def write(self, line: ApplicationLine, document: str = "") -> None:
        """Write to the applicant."""
        dialog = WriteDialog(self.window(), line, document)

        def send(words: str, key: str) -> None:
            if self._run(partial(actions.write, self._desk, line.id, words, key)):
                tell(self, self.tr("Message to {name} saved. It goes out by itself").format(name=line.name))

        dialog.written.connect(send)
        self._open(dialog)

    def plan(self, line: ApplicationLine) -> None:
        """Plan the interview."""
        dialog = InterviewDialog(self.window(), self._desk, line)

        def save(at: str, words: str) -> None:
            if self._run(partial(actions.plan_interview, self._desk, line.id, at or None, words)):
                tell(self, self.tr("Interview planned") if at else self.tr("Interview called off"))

        dialog.planned.connect(save)
        self._open(dialog)

    def act_on_all(self, word: str) -> None:
        """Decide about every selected application."""
        chosen = set(self.list.selected_ids())
        lines = [one for one in self.list.model.lines if one.id in chosen and one.body["state"] in OPEN_STATES]
        if lines:
            self.decide(lines, _DECISIONS[word])

    def decide(self, lines: list[ApplicationLine], decision: ApplicationState) -> None:
        """Show what is sent, and decide."""
        dialog = DecisionDialog(self.window(), self._desk, lines, decision)
        cohort = self.panel.cohort.chosen or "" if len(lines) == 1 else ""
        dialog.decided.connect(lambda words, reason: self._decided(lines, decision, words, reason, cohort))
        self._open(dialog)

    def _decided(
        self, lines: list[ApplicationLine], decision: ApplicationState, words: str, reason: str, cohort: str
    ) -> None:
        done, problems = [], []
        for line in lines:
            try:
                actions.decide(self._desk, line.id, decision, words, reason, cohort)
            except CampusError as problem:
                problems.append(f"{line.name}: {problem.message}" if len(lines) > 1 else problem.message)
            else:
                done.append(line)
        self.refresh()
        if problems:
            tell_problem(self, CampusError("not_decided", "\n".join(problems[:5])))
        if done:
            said = done[0].name if len(done) == 1 else self.tr("{n} applicants").format(n=len(done))
            told = {
                ApplicationState.APPROVED: self.tr("{who}: place offered"),
                ApplicationState.REJECTED: self.tr("{who}: declined"),
                ApplicationState.WAITING_LIST: self.tr("{who}: on the waiting list"),
            }[decision]
            tell(
                self,
                told.format(who=said),
                lambda: [self._run(partial(actions.undo, self._desk, one.id)) for one in done],
            )

    def undo(self, line: ApplicationLine) -> None:
        """Take a decision back."""
        if self._run(partial(actions.undo, self._desk, line.id)):
            tell(self, self.tr("Decision about {name} taken back").format(name=line.name))

    def find(self) -> None:  # type: ignore[override] # the window asks pages for this name; Qt's own is static
        """Put the cursor into the search field."""
        self.list.search.setFocus()

    def page_keys(self) -> list[tuple[str, str]]:
        """Return the keys of this page."""
        return [("Alt ←", self.tr("Previous application")), ("Alt →", self.tr("Next application"))]

    def first_focus(self) -> QWidget:
        """Return what gets the focus on opening."""
        return self.list.view if self.list.model.lines else self.list.search
